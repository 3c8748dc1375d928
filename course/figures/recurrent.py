"""Pictures of recurrent layers: a cell unrolled over time, an LSTM's gates at work, gradients over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, Rectangle

from course.figures.cells import cells
from course.figures.describe import describe, from_to
from course.figures.frame import frame
from course.figures.line_ends import label_ends
from course.figures.style import BLUE, GRADIENT, GREY, INK, PALETTE, SMALL

STEP = 2.2  # from one cell of an unrolled layer to the next
LINES = ("-", "--", ":", "-.")


def unrolled(inputs: Sequence[str], ax: Axes, *, backward: bool = False) -> Axes:
    """Draw a recurrent layer once for each position: inputs below, states handed on to the right, outputs above.

    Parameters
    ----------
    inputs
        What to write below each position.
    ax
        Where to draw. Its limits are set.
    backward
        Whether to draw the gradients, too: each along an arrow of the forward pass, in the other direction.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = unrolled(["the", "cat"], Figure().subplots())
    >>> [text.get_text() for text in ax.texts]
    ['$h_{-1}$', 'cell', 'the', '$h_0$', 'cell', 'cat', '$h_1$']
    """
    ax.text(-1.35, 0, "$h_{-1}$", ha="center", va="center")
    for position, written in enumerate(inputs):
        x = position * STEP
        ax.add_patch(Rectangle((x - 0.6, -0.45), 1.2, 0.9, facecolor="#DCE9F3", edgecolor=INK, linewidth=1.2))
        ax.text(x, 0, "cell", ha="center", va="center")
        _arrow((x, 1.05), (x, 0.48), ax)
        ax.text(x, 1.15, written, ha="center", va="top")
        _arrow((x, -0.48), (x, -1.05), ax)
        ax.text(x, -1.15, f"$h_{position}$", ha="center", va="bottom")
        _arrow((x - STEP + 0.62 if position else x - 1.1, 0), (x - 0.62, 0), ax, color=BLUE)
        if backward:
            _arrow((x + 0.22, -1.05), (x + 0.22, -0.48), ax, color=GRADIENT)
            ax.text(x + 0.32, -0.78, f"$G_{position}$", va="center", color=GRADIENT)
            _arrow((x + 0.22, 0.48), (x + 0.22, 1.05), ax, color=GRADIENT)
            if position:
                _arrow((x - 0.62, 0.22), (x - STEP + 0.62, 0.22), ax, color=GRADIENT)
                ax.text(x - STEP / 2, 0.3, "$W_{hh}$", ha="center", va="top", color=GRADIENT, fontsize=SMALL)
    ax.set(xlim=(-1.7, (len(inputs) - 1) * STEP + 0.9), ylim=(1.6, -1.6), aspect="equal")
    ax.set_axis_off()
    describe(
        ax,
        f"a cell for each of {', '.join(inputs)}: each takes its input and the state of the one before, "
        "and gives a state" + backward * "; gradients go along the same arrows, in the other direction",
    )
    return ax


def gates(rows: Mapping[str, np.ndarray], position: int, ax: Axes, told: str = "") -> Axes:
    """Draw what an LSTM has computed up to a position: a row for each gate and state, a column for each position.

    Parameters
    ----------
    rows
        Their names, and a number for each position.
    position
        The last one that is shown; it is framed.
    ax
        Where to draw. Its limits are set, the same for every position.
    told
        Written below: how the new cell state is computed.

    Raises
    ------
    ValueError
        Where the rows have different lengths.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = gates({"f": np.array([1.0, 0.5]), "c": np.array([0.0, 2.0])}, 0, Figure().subplots())
    >>> [text.get_text() for text in ax.texts]
    ['f', '1', 'c', '0', '0', '1', 'position', '']
    """
    lengths = {len(numbers) for numbers in rows.values()}
    if len(lengths) != 1:
        raise ValueError(f"gates draws rows of one length; these have {sorted(lengths)}.")
    (length,) = lengths
    for row, (name, numbers) in enumerate(rows.items()):
        ax.text(-0.25, row + 0.5, name, ha="right", va="center")
        cells(np.round(numbers[np.newaxis, : position + 1], 2), ax, corner=(0, row), limit=1.0)
    for column in range(length):
        ax.text(column + 0.5, -0.15, str(column), ha="center", va="bottom", fontsize=SMALL, color=GREY)
    ax.text(-0.25, -0.15, "position", ha="right", va="bottom", fontsize=SMALL, color=GREY)
    ax.text(length / 2, len(rows) + 0.25, told, ha="center", va="top")
    frame((position, 0), ax, 1, len(rows), handle=True)
    ax.set(xlim=(-4.6, length + 0.2), ylim=(len(rows) + 1.1, -0.8), aspect="equal")
    ax.set_axis_off()
    told_values = ", ".join(f"{name} {numbers[position]:.2f}" for name, numbers in rows.items())
    describe(ax, f"position {position}: {told_values}")
    return ax


def over_time(norms: Mapping[str, np.ndarray], ax: Axes) -> Axes:
    """Draw how large the gradient of each position's input is, from the last position back, on a logarithmic scale.

    Parameters
    ----------
    norms
        A name for each layer, and a number for each position, the first position first.
    ax
        Where to draw.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = over_time({"small": np.array([1e-3, 1.0])}, Figure().subplots())
    >>> ax.get_yscale(), len(ax.lines)
    ('log', 1)
    """
    for index, numbers in enumerate(norms.values()):
        ax.plot(numbers[::-1], color=PALETTE[index], linestyle=LINES[index % len(LINES)], linewidth=1.8)
    ax.set_yscale("log")
    ax.set(xlabel="positions before the last", ylabel="size of the input's gradient")
    ax.set_xlim(0, max(map(len, norms.values())) - 1)
    label_ends({name: float(numbers[0]) for name, numbers in norms.items()}, PALETTE[: len(norms)], ax)
    ax.spines[["top", "right"]].set_visible(False)
    describe(ax, f"the size of the gradient of each position's input, from the first to the last: {from_to(norms)}")
    return ax


def _arrow(start: tuple[float, float], end: tuple[float, float], ax: Axes, color: str = INK) -> None:
    arrow = FancyArrowPatch(
        start, end, arrowstyle="->", mutation_scale=11, color=color, linewidth=1.3, shrinkA=0, shrinkB=0
    )
    ax.add_patch(arrow)
