"""Pictures of activation functions: curves, which outputs change, gradients, where a network bends, its training."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes

from course.figures.describe import describe, from_to, spread
from course.figures.line_ends import apart, label_ends
from course.figures.style import AMOUNT, BLUE, FAINT, GREEN, GREY, INK, PALETTE, SMALL


def curve(
    x: np.ndarray,
    output: np.ndarray,
    slope: np.ndarray,
    ax: Axes,
    title: str = "",
    ghost: np.ndarray | None = None,
    names_at: float | None = None,
) -> Axes:
    """Draw a function of one number, and its slope as a dashed line.

    Parameters
    ----------
    x, output, slope
        Shape ``(m,)``. `x` rises.
    ax
        Where to draw.
    title
        Written above.
    ghost
        Shape ``(m,)``: ReLU, as a wide pale line to compare with.
    names_at
        The x at which to write what each line is; None for no names.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> x = np.array([-1.0, 0.0, 1.0])
    >>> ax = curve(x, x**2, 2 * x, Figure().subplots(), "square")
    >>> [line.get_label() for line in ax.lines[2:]]
    ['slope', 'output']
    """
    _zero_lines(ax)
    if ghost is not None:
        ax.plot(x, ghost, color=FAINT, linewidth=5, solid_capstyle="butt", label="ReLU", zorder=1)
    ax.plot(x, slope, color=GREEN, linestyle="--", linewidth=1.6, label="slope", zorder=2)
    ax.plot(x, output, color=BLUE, linewidth=2.2, label="output", zorder=3)
    if names_at is not None:
        lines = {"slope": slope, "output": output} | ({} if ghost is None else {"ReLU": ghost})
        for name, values in lines.items():
            place = {"xytext": (-3, 2), "textcoords": "offset points", "ha": "right", "va": "bottom"}
            height = float(np.interp(names_at, x, values))
            ax.annotate(name, (names_at, height), **place, color=INK, fontsize=SMALL, zorder=4)
    ax.set(xlim=(x[0], x[-1]), title=title)
    ax.spines[["top", "right"]].set_visible(False)
    describe(
        ax,
        f"a function from x = {x[0]:g} to {x[-1]:g}, with values {spread(output)}; its slope, dashed, is "
        f"{spread(slope)}",
    )
    return ax


def changes(matrix: np.ndarray, ax: Axes, title: str = "") -> Axes:
    """Draw which outputs change with which input: a filled square where one does. The diagonal is framed.

    Parameters
    ----------
    matrix
        Shape ``(m, m)``, truth values: row i is for the change of input i, column j for output j.
    ax
        Where to draw.
    title
        Written above.
    """
    count = len(matrix)
    for (i, j), filled in np.ndenumerate(matrix):
        own = i == j
        ax.fill(
            (j, j + 1, j + 1, j),
            (i, i, i + 1, i + 1),
            facecolor=(BLUE if own else GREEN) if filled else "none",
            edgecolor=INK if own else FAINT,
            linewidth=1.4 if own else 0.6,
            hatch="" if own or not filled else "///",
            zorder=2 if own else 1,
        )
    ax.set(xlim=(-0.1, count + 0.1), ylim=(count + 0.1, -0.1), aspect="equal", title=title)
    ax.set_xticks(np.arange(count) + 0.5, [str(k) for k in range(count)])
    ax.set_yticks(np.arange(count) + 0.5, [str(k) for k in range(count)])
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    ax.set_xlabel("output that changes")
    ax.set_ylabel("input that was changed")
    own = int(np.trace(matrix.astype(int)))
    others = int(matrix.sum()) - own
    describe(
        ax, f"which of {count} outputs change with which input: {own} times the same place, {others} times another"
    )
    return ax


def gradients_by_layer(sizes: Mapping[str, np.ndarray], ax: Axes) -> Axes:
    """Draw how large the gradient is in front of each layer, on a logarithmic scale.

    Parameters
    ----------
    sizes
        Label → one number above 0 for each layer, the first layer's first.
    ax
        Where to draw.
    """
    styles, marks = ("-", "--", "-.", ":"), ("o", "s", "^", "D")
    for k, (label, values) in enumerate(sizes.items()):
        ax.semilogy(
            np.arange(1, len(values) + 1),
            values,
            color=PALETTE[k % len(PALETTE)],
            linestyle=styles[k % len(styles)],
            marker=marks[k % len(marks)],
            markersize=4,
            label=label,
        )
    longest = max(map(len, sizes.values()))
    ax.set_xticks([1, *range(5, longest + 1, 5)])
    ax.set_xlabel("layer: the first is on the left, the loss follows on the right")
    ax.set_ylabel("mean size of the gradient")
    ax.grid(axis="y", color=FAINT, linewidth=0.6)
    ax.spines[["top", "right"]].set_visible(False)
    label_ends({label: values[-1] for label, values in sizes.items()}, PALETTE, ax)
    describe(ax, f"the mean size of the gradient, layer by layer from the first to the last: {from_to(sizes)}")
    return ax


def pieces(x: np.ndarray, parts: np.ndarray, ax: Axes, title: str = "") -> Axes:
    """Draw what each neuron adds to an output, one line each.

    Parameters
    ----------
    x
        Shape ``(m,)``, rising.
    parts
        Shape ``(neurons, m)``.
    ax
        Where to draw.
    title
        Written above.
    """
    _zero_lines(ax)
    styles = ("-", "--", "-.", ":")
    for k, part in enumerate(parts):
        ax.plot(x, part, color=PALETTE[k % len(PALETTE)], linestyle=styles[k % len(styles)], linewidth=1.8)
    ax.set(xlim=(x[0], x[-1]), title=title)
    ax.set_xlabel("input")
    ax.spines[["top", "right"]].set_visible(False)
    describe(ax, f"what each of {len(parts)} neurons adds to the output, a line each")
    return ax


def bent_line(
    x: np.ndarray,
    output: np.ndarray,
    bends: np.ndarray,
    ax: Axes,
    title: str = "",
    data: tuple[np.ndarray, np.ndarray] | None = None,
) -> Axes:
    """Draw what a network gives for one input, with a mark at each of its bends.

    Parameters
    ----------
    x, output
        Shape ``(m,)``. `x` rises.
    bends
        Shape ``(b,)``: the inputs at which a neuron switches. Those outside of `x` are left out.
    ax
        Where to draw.
    title
        Written above.
    data
        Points to draw behind the line: their inputs and targets.
    """
    _zero_lines(ax)
    if data is not None:
        ax.scatter(*data, s=14, color=GREY, zorder=1, label="data")
    ax.plot(x, output, color=BLUE, linewidth=2.2, zorder=2, label="output")
    inside = np.sort(bends[(bends > x[0]) & (bends < x[-1])])
    ax.plot(
        inside,
        np.interp(inside, x, output),
        linestyle="",
        marker="D",
        markersize=6,
        color=INK,
        markeredgecolor="white",
        zorder=3,
        label="bend",
    )
    ax.set(xlim=(x[0], x[-1]), title=title)
    ax.set_xlabel("input")
    ax.spines[["top", "right"]].set_visible(False)
    describe(ax, f"the output is a line with {len(inside)} bends" + (" among data points" if data is not None else ""))
    return ax


def output_plane(
    ticks: np.ndarray, output: np.ndarray, points: np.ndarray, targets: np.ndarray, ax: Axes, title: str = ""
) -> Axes:
    """Draw what a network gives for each point of a plane, from 0 (white) to 1 (blue), with the points it should fit.

    Dark lines are where the output is 1/4, 1/2 and 3/4. A network that bends has bends in them.

    Parameters
    ----------
    ticks
        Shape ``(m,)``: places along both axes, from low to high.
    output
        Shape ``(m, m)``: at ``[i, j]`` the output for the inputs ``ticks[j]`` and ``ticks[i]``.
    points
        Shape ``(n, 2)``.
    targets
        Shape ``(n,)``: 0 or 1, written on the points.
    ax
        Where to draw.
    title
        Written above.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ticks = np.array([0.0, 1.0])
    >>> ax = output_plane(ticks, np.eye(2), np.array([[0.0, 1.0]]), np.array([1]), Figure().subplots())
    >>> [text.get_text() for text in ax.texts]
    ['1']
    """
    half = (ticks[1] - ticks[0]) / 2
    low, high = ticks[0] - half, ticks[-1] + half
    ax.imshow(output, extent=(low, high, low, high), origin="lower", cmap=AMOUNT, vmin=0, vmax=1)
    levels = [level for level in (0.25, 0.5, 0.75) if output.min() < level < output.max()]
    if levels and output.max() - output.min() > FLAT:
        ax.contour(ticks, ticks, output, levels=levels, colors=INK, linewidths=1.2)
    for (x, y), target in zip(points, targets, strict=True):
        disc = {"boxstyle": "circle,pad=0.35", "facecolor": "white", "edgecolor": INK}
        ax.text(x, y, f"{target:.0f}", ha="center", va="center", fontsize=SMALL + 1, color=INK, bbox=disc)
    ax.set(xlim=(low, high), ylim=(low, high), aspect="equal", title=title, xlabel="input 0", ylabel="input 1")
    describe(ax, f"a plane of outputs, {spread(output.round(2))}, with {len(points)} points on it")
    return ax


FLAT = 0.05
"""An output that changes less than this over the plane counts as flat."""


def losses_compared(curves: Mapping[str, np.ndarray], ax: Axes) -> Axes:
    """Draw losses step by step on a logarithmic scale, each line with its name at its end.

    Parameters
    ----------
    curves
        Name → losses, one a step, all above 0.
    ax
        Where to draw.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = losses_compared({"relu": np.array([1.0, 0.1]), "sigmoid": np.ones(2)}, Figure().subplots())
    >>> [text.get_text() for text in ax.texts]
    ['relu', 'sigmoid']
    """
    styles = ("-", "--", "-.", ":")
    ends = np.log10([values[-1] for values in curves.values()])
    lowest, highest = (np.log10(f([f(values) for values in curves.values()])) for f in (np.min, np.max))
    places = apart(list(ends), 0.06 * (highest - lowest))
    steps = max(map(len, curves.values())) - 1
    for k, (name, values) in enumerate(curves.items()):
        color = PALETTE[k % len(PALETTE)]
        ax.semilogy(np.arange(len(values)), values, color=color, linestyle=styles[k % len(styles)], linewidth=1.8)
        ax.text(1.02 * steps, 10 ** places[k], name, color=INK, va="center", fontsize=SMALL)
    ax.set(xlabel="step", ylabel="loss", xlim=(0, 1.25 * steps))
    ax.set_xticks([tick for tick in ax.get_xticks() if 0 <= tick <= steps])
    ax.grid(axis="y", color=FAINT, linewidth=0.6)
    ax.spines[["top", "right"]].set_visible(False)
    describe(ax, f"losses step by step: {from_to(curves)}")
    return ax


def _zero_lines(ax: Axes) -> None:
    ax.axhline(0, color=FAINT, linewidth=0.8, zorder=0)
    ax.axvline(0, color=FAINT, linewidth=0.8, zorder=0)
