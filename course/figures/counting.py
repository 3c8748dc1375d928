"""Pictures of a network as a chain of layers: what flows through it, what each layer costs, where memory goes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Rectangle

from course.figures.describe import describe, each
from course.figures.line_ends import LEADER, apart
from course.figures.style import BLUE, FAINT, GRADIENT, GREEN, GREY, INK, ORANGE, SMALL

BOX = 0.84
_WARM = "#F3DCEA"  # light enough for black text
_COOL = "#DCEBF6"

BAR = 3.2
"""The height of the largest output's bar, in boxes."""
FLOOR = 1.25
"""Where the bars begin."""


def chain(names: Sequence[str], shapes: Sequence[Sequence[int]], ax: Axes, parameters: Sequence[int] = ()) -> Axes:
    """Draw layers as boxes in a row, and on each a bar as high as its output has numbers, with the output's shape.

    Boxes of layers with parameters are filled.

    Parameters
    ----------
    names
        A name for each layer.
    shapes
        The input's shape, then each layer's output shape.
    ax
        Where to draw.
    parameters
        How many numbers each layer trains.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = chain(["Linear", "ReLU"], [(3,), (4,), (4,)], Figure().subplots(), [16, 0])
    >>> [text.get_text() for text in ax.texts]
    ['(3,)', 'input', '(4,)', 'Linear', '16', '(4,)', 'ReLU']
    """
    counts = [0, *(parameters or [0] * len(names))]
    sizes = [math.prod(shape) for shape in shapes]
    for k, (name, shape, size, count) in enumerate(zip(["input", *names], shapes, sizes, counts, strict=True)):
        height = BAR * size / max(sizes)
        ax.add_patch(Rectangle((k + 0.2, FLOOR), BOX - 0.4, height, facecolor=BLUE))
        told = _shape(shape) if len(shape) == 1 else f"{_shape(shape)}\n{size:,}"
        ax.text(k + BOX / 2, FLOOR + height + 0.08, told, ha="center", va="bottom", fontsize=SMALL - 1)
        if k:
            _box(ax, k, name, _COOL if count else "white")
            _arrow(ax, (k - 1 + BOX, 0.5), (k, 0.5))
        else:
            ax.text(BOX / 2, 0.5, name, ha="center", va="center", fontsize=SMALL)
        if count:
            ax.text(k + BOX / 2, 0.14, f"{count:,}", ha="center", va="center", fontsize=SMALL, color=INK)
    ax.plot([0, len(names) + BOX], [FLOOR, FLOOR], color=INK, linewidth=0.8)
    ax.set(xlim=(-0.1, len(names) + 1), ylim=(-0.1, FLOOR + BAR + 1.0))
    ax.set_axis_off()
    steps = ", ".join(f"{name} gives {_shape(shape)}" for name, shape in zip(names, shapes[1:], strict=True))
    describe(ax, f"layers in a row: {_shape(shapes[0])} goes in; {steps}")
    return ax


def passes(names: Sequence[str], kept: Sequence[str], trained: Sequence[bool], step: int, ax: Axes) -> Axes:
    """Draw one moment of a forward and a backward pass through a chain of layers.

    Steps 0 to L - 1 go forward, one layer each; steps L to 2L - 1 go back. A layer that has been passed shows what it
    keeps, and in the backward pass those with parameters show their gradients.

    Parameters
    ----------
    names
        A name for each layer.
    kept
        What each layer keeps on the way in.
    trained
        Whether each layer has parameters.
    step
        Which moment.
    ax
        Where to draw.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = passes(["A", "B"], ["input", "mask"], [True, False], 1, Figure().subplots())
    >>> [text.get_text() for text in ax.texts]
    ['A', 'keeps input', 'B', 'keeps mask', 'input', 'output', 'forward: B']
    """
    count = len(names)
    forward = step < count
    active = step if forward else 2 * count - 1 - step
    for k, name in enumerate(names):
        reached = k <= active if forward else True
        done_back = not forward and k >= active
        fill = (_COOL if forward else _WARM) if k == active else "white"
        _box(ax, k, name, fill, edge=INK if reached else FAINT)
        if reached:
            ax.text(k + BOX / 2, -0.12, f"keeps {kept[k]}", ha="center", va="top", fontsize=SMALL, color=BLUE)
        if done_back and trained[k]:
            words = "grad_weight\ngrad_bias"
            ax.text(k + BOX / 2, -0.42, words, ha="center", va="top", fontsize=SMALL, color=GRADIENT)
    for k in range(count + 1):
        start, end = (k - (1 - BOX), 0.68), (k, 0.68)
        _arrow(ax, start, end, BLUE if (not forward or k <= active + 1) else FAINT)
        if not forward and k >= active:
            _arrow(ax, (end[0], 0.32), (start[0], 0.32), GRADIENT, dashed=True)
    ax.text(-0.25, 0.68, "input", ha="right", va="center", fontsize=SMALL)
    ax.text(count + 0.05, 0.68, "output", ha="left", va="center", fontsize=SMALL)
    if not forward:
        ax.text(count + 0.05, 0.32, "grad_output", ha="left", va="center", fontsize=SMALL)
        if active == 0:
            ax.text(-0.25, 0.32, "grad_input", ha="right", va="center", fontsize=SMALL)
    ax.text(count / 2, 1.3, f"{'forward' if forward else 'backward'}: {names[active]}", ha="center", va="center")
    ax.set(xlim=(-1.0, count + 0.9), ylim=(-1.0, 1.5))
    ax.set_axis_off()
    way = "forward" if forward else "backward"
    describe(ax, f"{way} pass: {names[active]} at work" + (f", it keeps {kept[active]}" if forward else ""))
    return ax


def costs(names: Sequence[str], values: Sequence[int], ax: Axes, title: str = "") -> Axes:
    """Draw a bar for each layer, from top to bottom, with its number and its share of the sum.

    Parameters
    ----------
    names
        A name for each layer.
    values
        What each costs.
    ax
        Where to draw.
    title
        What is counted.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = costs(["Conv2d: 1-1", "ReLU: 1-2"], [300, 0], Figure().subplots())
    >>> [text.get_text() for text in ax.texts]
    ['300 (100 %)', '0']
    """
    total = sum(values) or 1
    ax.barh(np.arange(len(names)), values, color=BLUE, height=0.65)
    for k, value in enumerate(values):
        share = f" ({100 * value / total:.0f} %)" if value else ""
        ax.text(value + 0.02 * max(values), k, f"{value:,}{share}", va="center", fontsize=SMALL)
    ax.set_yticks(np.arange(len(names)), names)
    ax.invert_yaxis()
    ax.set(xlim=(0, 1.5 * max(values)), title=title)
    ax.set_xticks(())
    ax.spines[["top", "right", "bottom"]].set_visible(False)
    ax.tick_params(axis="y", length=0)
    describe(ax, f"a bar for each layer: {each(names, map(int, values))}")
    return ax


def memory(sizes: Mapping[str, tuple[float, float, float]], ax: Axes) -> Axes:
    """Draw for each case how its memory is divided: input, forward and backward pass, parameters.

    Parameters
    ----------
    sizes
        Label → megabytes of the three parts.
    ax
        Where to draw.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = memory({"n = 1": (0.1, 0.2, 0.3)}, Figure().subplots())
    >>> [text.get_text() for text in ax.texts]
    ['0.60 MB', 'input', 'forward and backward', 'parameters']
    """
    left = np.zeros(len(sizes))
    rows = np.arange(len(sizes))
    largest = int(np.argmax([sum(parts) for parts in sizes.values()]))
    middles: dict[str, tuple[float, str]] = {}
    parts = zip(("input", "forward and backward", "parameters"), (GREEN, BLUE, ORANGE), ("", "//", ".."), strict=True)
    for k, (label, colour, hatch) in enumerate(parts):
        widths = np.array([parts[k] for parts in sizes.values()])
        ax.barh(rows, widths, left=left, color=colour, hatch=hatch, edgecolor="white", height=0.6, label=label)
        middles[label] = (float(left[largest] + widths[largest] / 2), colour)
        left += widths
    for row, total in enumerate(left):
        ax.text(total + 0.01 * left.max(), row, f"{total:.2f} MB", va="center", fontsize=SMALL)
    ax.set_yticks(rows, list(sizes))
    ax.invert_yaxis()
    ax.set(xlim=(0, 1.15 * left.max()), xlabel="MB")
    ax.spines[["top", "right"]].set_visible(False)
    _name_parts(middles, largest, ax)
    describe(ax, "memory in MB, of input, forward and backward pass, and parameters: " + each(sizes, left.tolist()))
    return ax


def _name_parts(middles: Mapping[str, tuple[float, str]], row: int, ax: Axes) -> None:
    """Write the names of a bar's parts below it, each with a thin line to the middle of its part."""
    width = 72 * ax.get_window_extent().width / ax.figure.dpi
    (low, high), below = ax.get_xlim(), row + 0.3
    middle = [width * (x - low) / (high - low) for x, _ in middles.values()]
    for (label, (x, colour)), now, placed in zip(middles.items(), middle, apart(middle, 0.2 * width), strict=True):
        ax.annotate(
            label,
            (x, below),
            (placed - now, -12),
            textcoords="offset points",
            ha="left" if placed == middle[0] else "center",
            va="top",
            fontsize=SMALL,
            arrowprops=LEADER | {"color": colour, "relpos": (0, 1) if placed == middle[0] else (0.5, 1)},
        )
    ax.set_ylim(max(ax.get_ylim()[0], row + 0.95), ax.get_ylim()[1])


def _shape(shape: Sequence[int]) -> str:
    return str(tuple(shape))


def _box(ax: Axes, k: float, name: str, fill: str, edge: str = INK) -> None:
    style = "round,pad=0,rounding_size=0.06"
    ax.add_patch(FancyBboxPatch((k, 0), BOX, 1, boxstyle=style, facecolor=fill, edgecolor=edge, linewidth=1.2))
    size = SMALL if len(name) < 9 else SMALL - 2
    ax.text(k + BOX / 2, 0.5, name, ha="center", va="center", fontsize=size, color=INK if edge == INK else GREY)


def _arrow(
    ax: Axes, start: tuple[float, float], end: tuple[float, float], colour: str = "black", dashed: bool = False
) -> None:
    line = (0, (3, 1.5)) if dashed else "-"
    arrow = FancyArrowPatch(start, end, arrowstyle="->", mutation_scale=10, color=colour, linestyle=line, shrinkA=0)
    ax.add_patch(arrow)
