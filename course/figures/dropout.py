"""Pictures of dropout: which values fall out, which network is left, and what remains on average."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes

from course.figures.cells import cells
from course.figures.describe import describe
from course.figures.line_ends import label_ends
from course.figures.style import BLUE, FAINT, GREEN, GREY, INK, PALETTE, SMALL


def dropped(input: np.ndarray, output: np.ndarray, ax: Axes) -> Axes:
    """Draw what goes in above what comes out, and cross out what was dropped.

    Parameters
    ----------
    input, output
        Shape ``(n, c)``. A zero of the output counts as dropped.
    ax
        Where to draw.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = dropped(np.ones((2, 3)), np.array([[0.0, 2, 2], [2, 0, 0]]), Figure().subplots())
    >>> len(ax.lines)
    3
    """
    rows, columns = input.shape
    limit = float(np.abs(output).max(initial=0.0)) or 1.0
    below = rows + 1.0
    cells(input, ax, limit=limit)
    cells(output, ax, corner=(0.0, below), limit=limit)
    for row, column in np.argwhere(output == 0):
        x, y = column + np.array([0.18, 0.82]), below + row + np.array([0.18, 0.82])
        ax.plot(np.r_[x, np.nan, x], np.r_[y, np.nan, y[::-1]], color=GREY, linewidth=1)
    ax.text(-0.3, rows / 2, f"input {input.shape}", ha="right", va="center")
    ax.text(-0.3, below + rows / 2, f"output {output.shape}", ha="right", va="center")
    ax.set(xlim=(-0.1, columns + 0.1), ylim=(below + rows + 0.1, -0.1), aspect="equal")
    ax.set_axis_off()
    describe(
        ax,
        f"{input.size} values go in, and {int((output == 0).sum())} of the {output.size} that come out are crossed out",
    )
    return ax


def thinned(kept: Sequence[np.ndarray], ax: Axes) -> Axes:
    """Draw the network that is left: crossed-out units are hollow, and have no connections.

    Parameters
    ----------
    kept
        For each layer, from left to right, whether each of its units is there.
    ax
        Where to draw.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = thinned([np.ones(2, bool), np.array([True, False]), np.ones(1, bool)], Figure().subplots())
    >>> len(ax.lines)
    3
    """
    heights = [np.arange(len(units)) - (len(units) - 1) / 2 for units in kept]
    for left, (units, following) in enumerate(pairwise(kept)):
        for i, j in np.argwhere(np.outer(units, following)):
            ax.plot((left, left + 1), (heights[left][i], heights[left + 1][j]), color=BLUE, linewidth=0.8, zorder=1)
    for layer, (units, places) in enumerate(zip(kept, heights, strict=True)):
        for there, colour, edge, marker in ((True, BLUE, INK, "o"), (False, "white", FAINT, "o")):
            chosen = places[np.asarray(units) == there]
            ax.scatter(
                np.full(len(chosen), layer), chosen, s=260, color=colour, edgecolor=edge, marker=marker, zorder=2
            )
        for place in places[~np.asarray(units, bool)]:
            ax.text(layer, place, "×", ha="center", va="center", color=GREY, fontsize=13, zorder=3)
    tallest = max(len(units) for units in kept) / 2
    ax.set(xlim=(-0.3, len(kept) - 0.7), ylim=(tallest, -tallest))
    ax.set_axis_off()
    left_over = ", ".join(f"{int(np.sum(units))} of {len(units)}" for units in kept)
    describe(ax, f"a network with crossed-out units; its layers keep {left_over}")
    return ax


def averages(means: np.ndarray, wanted: np.ndarray, ax: Axes) -> Axes:
    """Draw the mean output of each value over many masks, next to the input.

    Parameters
    ----------
    means
        Shape ``(rounds, c)``: the mean after 1, 2, ... masks.
    wanted
        Shape ``(c,)``: the input.
    ax
        Where to draw.
    """
    rounds = np.arange(1, len(means) + 1)
    for k, (line, value) in enumerate(zip(means.T, wanted, strict=True)):
        colour = PALETTE[k % len(PALETTE)]
        ax.plot(rounds, line, color=colour, linewidth=1.2)
        ax.axhline(value, color=colour, linewidth=1, linestyle=":")
        ax.text(rounds[-1] * 1.1, value, f"input {value:g}", color=colour, va="center", fontsize=SMALL)
    ax.set_xscale("log")
    ax.set(xlabel="number of masks", ylabel="mean of the outputs", xlim=(1, rounds[-1]))
    ax.spines[["top", "right"]].set_visible(False)
    describe(
        ax,
        f"the mean output over up to {len(means)} masks comes close to the input "
        f"{', '.join(f'{value:g}' for value in wanted)}",
    )
    return ax


def fits(x: np.ndarray, target: np.ndarray, grid: np.ndarray, curves: Mapping[str, np.ndarray], ax: Axes) -> Axes:
    """Draw points and the curves that networks made of them.

    Parameters
    ----------
    x, target
        Shape ``(n,)``: the points that were learned from.
    grid
        Shape ``(m,)``: where the curves are known.
    curves
        Shape ``(m,)`` each, by their name.
    ax
        Where to draw.
    """
    ax.scatter(x, target, s=22, color=INK, zorder=3)
    colours = (GREEN, BLUE)[: len(curves)]
    for curve, colour, style in zip(curves.values(), colours, ("--", "-"), strict=False):
        ax.plot(grid, curve, color=colour, linestyle=style, linewidth=1.8)
    ax.set(xlabel="x", ylabel="y", xlim=(1.05 * grid[0] - 0.05 * grid[-1], grid[-1]))
    label_ends({name: float(curve[-1]) for name, curve in curves.items()}, colours, ax)
    ax.spines[["top", "right"]].set_visible(False)
    describe(ax, f"{len(x)} points, and the curves that were learned from them: {', '.join(curves)}")
    return ax
