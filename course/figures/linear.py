"""Pictures of the linear layer: its connections, its matrix product, what it does to a plane, a fitted line."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from course.figures.cells import cells
from course.figures.describe import describe
from course.figures.frame import frame
from course.figures.line_ends import label_ends
from course.figures.style import BLUE, FAINT, GREY, INK, NEGATIVE, POSITIVE, ordered


def connections(weight: np.ndarray, ax: Axes) -> Axes:
    """Draw a layer as a network: a line for each weight, from its input on the left to its output on the right.

    A line's width is the size of its weight. Positive weights are solid, negative ones dashed.

    Parameters
    ----------
    weight
        Shape ``(c_o, c_i)``.
    ax
        Where to draw.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> len(connections(np.ones((4, 3)), Figure().subplots()).lines)
    12
    """
    c_o, c_i = weight.shape
    largest = float(np.abs(weight).max(initial=0.0)) or 1.0
    left, right = _spread(c_i), _spread(c_o)
    for (i, j), value in np.ndenumerate(weight):
        ax.plot(
            (0, 1),
            (left[j], right[i]),
            color=POSITIVE if value >= 0 else NEGATIVE,
            linestyle="-" if value >= 0 else (0, (4, 2)),
            linewidth=0.5 + 3 * abs(value) / largest,
            zorder=1,
        )
    for x, heights, letter in ((0, left, "x"), (1, right, "y")):
        ax.scatter(np.full(len(heights), x), heights, s=620, color="white", edgecolor=INK, zorder=2)
        for k, height in enumerate(heights):
            ax.text(x, height, f"${letter}_{{{k}}}$", ha="center", va="center", zorder=3)
    ax.set_xticks((0, 1), (f"input, $c_i = {c_i}$", f"output, $c_o = {c_o}$"))
    ax.set_yticks(())
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    ax.set(xlim=(-0.2, 1.2), ylim=(max(c_i, c_o) / 2 + 0.1, -max(c_i, c_o) / 2 - 0.1))
    ax.legend(
        handles=[
            Line2D([], [], color=POSITIVE, linewidth=2, label="weight above 0"),
            Line2D([], [], color=NEGATIVE, linewidth=2, linestyle=(0, (4, 2)), label="weight below 0"),
        ],
        loc="center left",
        bbox_to_anchor=(1.0, 0.5),
        frameon=False,
    )
    describe(
        ax,
        f"{c_i} inputs on the left, each joined to each of {c_o} outputs: {int((weight >= 0).sum())} "
        f"weights above 0, {int((weight < 0).sum())} below",
    )
    return ax


def matrix_product(
    input: np.ndarray,
    weight: np.ndarray,
    bias: np.ndarray,
    output: np.ndarray,
    ax: Axes,
    highlight: tuple[int, int] | None = None,
) -> Axes:
    """Draw input, weight, bias and output so that every output is where its row and its column meet.

    Parameters
    ----------
    input
        Shape ``(n, c_i)``, drawn on the left.
    weight
        Shape ``(c_o, c_i)``, drawn transposed above the output.
    bias
        Shape ``(c_o,)``, drawn between the two.
    output
        Shape ``(n, c_o)``.
    ax
        Where to draw.
    highlight
        Row and column of an output, to be framed together with all it is made of.
    """
    (n, c_i), c_o = input.shape, len(weight)
    right = c_i + 1.0
    bias_y = c_i + 0.6
    y = bias_y + 1 + 0.6
    limit = max(float(np.abs(array).max(initial=0.0)) for array in (input, weight, bias, output)) or 1.0
    for values, corner in (
        (weight.T, (right, 0.0)),
        (bias[np.newaxis], (right, bias_y)),
        (input, (0.0, y)),
        (output, (right, y)),
    ):
        cells(values, ax, corner=corner, limit=limit)
    for name, shape, x, height, at in (
        ("weight.T", weight.T.shape, right + c_o / 2, -0.2, ("center", "bottom")),
        ("bias", bias.shape, right - 0.3, bias_y + 0.5, ("right", "center")),
        ("input", input.shape, c_i / 2, y + n + 0.2, ("center", "top")),
        ("output", output.shape, right + c_o / 2, y + n + 0.2, ("center", "top")),
    ):
        ax.text(x, height, f"{name} {shape}", ha=at[0], va=at[1])
    if highlight is not None:
        row, column = highlight
        for corner, width, height in (
            ((0.0, y + row), c_i, 1),
            ((right + column, 0.0), 1, c_i),
            ((right + column, bias_y), 1, 1),
            ((right + column, y + row), 1, 1),
        ):
            frame(corner, ax, width, height)
    ax.set(xlim=(-0.1, right + c_o + 0.1), ylim=(y + n + 0.9, -0.9))
    ax.set_axis_off()
    told = (
        f"; the output in row {highlight[0]}, column {highlight[1]} is framed with its row and column"
        if highlight
        else ""
    )
    describe(ax, f"input {input.shape} times weight.T {weight.T.shape} plus bias gives output {output.shape}{told}")
    return ax


def plane(
    grid: np.ndarray, shape: np.ndarray, ax: Axes, title: str = "", kind: str = "output", limit: float = 5.0
) -> Axes:
    """Draw a grid of the plane and a shape on it, before or after a layer has moved their points.

    Parameters
    ----------
    grid
        Shape ``(rows, columns, 2)``: points of the plane. Neighbours are joined by lines.
        The middle one is marked: it was the origin.
    shape
        Shape ``(m, 2)``: points of a line to be drawn on the grid.
    ax
        Where to draw.
    title
        Written above.
    kind
        What the coordinates are: ``"input"`` or ``"output"``. The axes are named after it.
    limit
        Both axes go from ``-limit`` to ``limit``.
    """
    for lines in (grid, grid.swapaxes(0, 1)):
        for line in lines:
            ax.plot(line[:, 0], line[:, 1], color=FAINT, linewidth=0.8, zorder=1)
    ax.axhline(0, color=GREY, linewidth=0.8, zorder=2)
    ax.axvline(0, color=GREY, linewidth=0.8, zorder=2)
    ax.plot(
        shape[:, 0],
        shape[:, 1],
        color=BLUE,
        linewidth=2.5,
        marker="o",
        markersize=4,
        zorder=3,
        label="the shape",
    )
    middle = grid[grid.shape[0] // 2, grid.shape[1] // 2]
    ax.plot(*middle, color=INK, marker="X", markersize=9, linestyle="", zorder=4, label="from the origin")
    ax.set(xlim=(-limit, limit), ylim=(-limit, limit), aspect="equal", title=title)
    ax.set_xlabel(f"{kind} 0")
    ax.set_ylabel(f"{kind} 1")
    describe(
        ax,
        f"a grid of the plane of the {kind}s with a shape on it; the origin is at ({middle[0]:.2g}, {middle[1]:.2g})",
    )
    return ax


def fitted_lines(x: np.ndarray, target: np.ndarray, outputs: Mapping[str, np.ndarray], ax: Axes) -> Axes:
    """Draw data points, and what one or more layers give for the same inputs.

    Parameters
    ----------
    x, target
        Shape ``(n,)``: the data.
    outputs
        Label → outputs for `x`, shape ``(n,)``.
    ax
        Where to draw.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> x = np.array([1.0, 0.0])
    >>> ax = fitted_lines(x, x + 1, {"doubled": 2 * x}, Figure().subplots())
    >>> ax.lines[0].get_xydata()
    array([[0., 0.],
           [1., 2.]])
    """
    order = np.argsort(x)
    ax.scatter(x, target, s=22, color=GREY, zorder=1, clip_on=False)
    styles, colors = ("-", "--", "-.", ":"), [ordered(k, len(outputs)) for k in range(len(outputs))]
    for k, output in enumerate(outputs.values()):
        ax.plot(x[order], output[order], color=colors[k], linestyle=styles[k % len(styles)], linewidth=2, zorder=2)
    ax.set(xlabel="input", ylabel="output", xlim=(1.05 * x.min() - 0.05 * x.max(), x.max()))
    label_ends({label: float(output[order[-1]]) for label, output in outputs.items()}, colors, ax)
    ax.spines[["top", "right"]].set_visible(False)
    describe(ax, f"{len(x)} data points, and lines: {', '.join(outputs)}")
    return ax


def _spread(count: int) -> np.ndarray:
    """Heights of `count` nodes, one apart and centred."""
    return np.arange(count) - (count - 1) / 2
