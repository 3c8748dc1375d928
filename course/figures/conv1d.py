"""Pictures of the convolution along one axis: its connections, its channels, its matrix, signals before and after."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from course.figures.cells import cells
from course.figures.describe import describe, spread
from course.figures.frame import frame
from course.figures.line_ends import label_ends
from course.figures.style import BLUE, FAINT, INK, PALETTE, SMALL, ordered

DASHES = ("-", (0, (5, 2)), (0, (1, 1.5)), (0, (6, 2, 1, 2)))


def shared_connections(width: int, kernel_size: int, ax: Axes) -> Axes:
    """Draw which elements of a signal each output sees. Lines that share a weight look the same.

    Parameters
    ----------
    width
        Length of the signal.
    kernel_size
        How many elements the window holds.
    ax
        Where to draw.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> len(shared_connections(6, 3, Figure().subplots()).lines)
    12
    """
    positions = width - kernel_size + 1
    shift = (kernel_size - 1) / 2
    looks: list[dict[str, Any]] = [
        {"color": PALETTE[v % len(PALETTE)], "linestyle": DASHES[v % len(DASHES)], "linewidth": 2}
        for v in range(kernel_size)
    ]
    for x in range(positions):
        for v in range(kernel_size):
            ax.plot((x + v, x + shift), (1, 0), **looks[v], zorder=1)
    for letter, height, first, count in (("x", 1, 0.0, width), ("y", 0, shift, positions)):
        ax.scatter(first + np.arange(count), np.full(count, height), s=560, color="white", edgecolor=INK, zorder=2)
        for k in range(count):
            ax.text(first + k, height, f"${letter}_{{{k}}}$", ha="center", va="center", zorder=3)
    for v in range(kernel_size):  # the first output's weights, nearer to the inputs, where the lines are apart
        place = {"ha": "center", "va": "center", "fontsize": SMALL, "zorder": 2}
        box = {"boxstyle": "round,pad=0.1", "facecolor": "white", "edgecolor": "none"}
        ax.text(0.7 * v + 0.3 * shift, 0.7, f"$W_{{{v}}}$", **place, bbox=box)
    ax.set_yticks((1, 0), ("input", "output"))
    ax.set_xticks(())
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    ax.set(xlim=(-0.5, width - 0.5), ylim=(-0.35, 1.35))
    describe(
        ax,
        f"{width} inputs and {positions} outputs; each output is joined to {kernel_size} neighbours, by "
        f"the same {kernel_size} weights",
    )
    return ax


def across_channels(
    input: np.ndarray, weight: np.ndarray, output: np.ndarray, place: tuple[int, int], ax: Axes
) -> Axes:
    """Draw a signal of several channels, all kernels, and the output, with one output and all it is made of framed.

    Parameters
    ----------
    input
        One sample, shape ``(c_i, w_i)``, drawn above.
    weight
        Shape ``(c_o, c_i, k)``: for each output channel a block, from left to right.
    output
        Shape ``(c_o, w_o)``, drawn below.
    place
        Channel and position of the framed output.
    ax
        Where to draw.
    """
    (c_i, w_i), (c_o, _, k), w_o = input.shape, weight.shape, output.shape[1]
    top = c_i + 1.4
    below = top + c_i + 1.4
    width = max(w_i, c_o * (k + 1) - 1)
    left = (width - w_i) / 2
    starts = [(width - c_o * (k + 1) + 1) / 2 + o * (k + 1) for o in range(c_o)]
    output_left = left + (k - 1) / 2
    limit = float(np.abs(input).max(initial=0.0)) or 1.0
    weight_limit = float(np.abs(weight).max(initial=0.0)) or 1.0

    cells(input, ax, corner=(left, 0.0), limit=limit)
    for o, start in enumerate(starts):
        cells(weight[o], ax, corner=(start, top), limit=weight_limit)
        ax.text(start + k / 2, top - 0.15, f"weight[{o}]", ha="center", va="bottom")
    cells(output, ax, corner=(output_left, below))
    ax.text(left + w_i / 2, -0.15, f"input {input.shape}", ha="center", va="bottom")
    ax.text(output_left + w_o / 2, below + c_o + 0.15, f"output {output.shape}", ha="center", va="top")

    channel, x = place
    for corner, across, down in (
        ((left + x, 0.0), k, c_i),
        ((starts[channel], top), k, c_i),
        ((output_left + x, below + channel), 1, 1),
    ):
        frame(corner, ax, across, down)
    ax.set(xlim=(-0.1, width + 0.1), ylim=(below + c_o + 0.9, -0.9), aspect="equal")
    ax.set_axis_off()
    describe(
        ax,
        f"input {input.shape}, {c_o} kernels of {c_i} by {k}, output {output.shape}; output[{channel}, "
        f"{x}] is framed with its window and its kernel",
    )
    return ax


def matrix(values: np.ndarray, ax: Axes, title: str = "") -> Axes:
    """Draw a layer as the matrix it multiplies with: a row for each output, a column for each input.

    Parameters
    ----------
    values
        Shape ``(w_o, w_i)``.
    ax
        Where to draw.
    title
        Written above.
    """
    rows, columns = values.shape
    cells(values, ax)
    ax.set_xticks(np.arange(columns) + 0.5, [str(j) for j in range(columns)])
    ax.set_yticks(np.arange(rows) + 0.5, [str(i) for i in range(rows)])
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    ax.set_xlabel("input")
    ax.set_ylabel("output")
    ax.set(xlim=(-0.05, columns + 0.05), ylim=(rows + 0.05, -0.05), aspect="equal", title=title)
    describe(ax, f"a matrix of {rows} outputs by {columns} inputs; {int((values == 0).sum())} of its values are 0")
    return ax


def signal(
    values: np.ndarray, ax: Axes, label: str = "", *, start: float = 0.0, marks: np.ndarray | None = None
) -> Axes:
    """Draw one channel as a line.

    Parameters
    ----------
    values
        Shape ``(w,)``.
    ax
        Where to draw.
    label
        Written at the left.
    start
        Where the first value is. An output drawn from ``(k - 1) / 2`` is under the middles of its windows.
    marks
        Places to be marked by dotted lines, on the same scale.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> signal(np.array([3.0, 1.0]), Figure().subplots(), start=2).lines[-1].get_xydata()
    array([[2., 3.],
           [3., 1.]])
    """
    ax.axhline(0, color=FAINT, linewidth=0.8, zorder=1)
    for mark in () if marks is None else marks:
        ax.axvline(mark, color=INK, linewidth=1, linestyle=":", zorder=1)
    ax.plot(start + np.arange(len(values)), values, color=BLUE, linewidth=1.6, zorder=2)
    ax.set_ylabel(label, rotation=0, ha="right", va="center")
    ax.tick_params(labelsize=SMALL)
    ax.spines[["top", "right"]].set_visible(False)
    describe(ax, f"{label or 'a signal'}: {len(values)} values, {spread(values)}")
    return ax


def learnt_kernels(kernels: dict[str, np.ndarray], ax: Axes) -> Axes:
    """Draw kernels over one another: how a kernel changes while it learns, and what it should become.

    Parameters
    ----------
    kernels
        Label → kernel, shape ``(k,)``. The last is drawn as rings.
    ax
        Where to draw.
    """
    *learning, (_, wanted) = kernels.items()
    colors = [*(ordered(i, len(learning)) for i in range(len(learning))), INK]
    for i, (_, kernel) in enumerate(learning):
        ax.plot(kernel, marker=".", linewidth=2, color=colors[i], linestyle=DASHES[i % len(DASHES)])
    ax.plot(wanted, linestyle="", marker="o", markersize=11, markerfacecolor="none", color=INK, clip_on=False)
    ax.axhline(0, color=FAINT, linewidth=0.8, zorder=0)
    ax.set_xticks(range(len(wanted)))
    ax.set(xlabel="element of the kernel", ylabel="weight", xlim=(-0.2, len(wanted) - 1))
    label_ends({label: float(kernel[-1]) for label, kernel in kernels.items()}, colors, ax)
    ax.spines[["top", "right"]].set_visible(False)
    describe(ax, f"kernels while they learn: {', '.join(kernels)}")
    return ax
