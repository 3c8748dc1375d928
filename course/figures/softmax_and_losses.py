"""Pictures of softmax and losses: bars, curves, probabilities minus targets, a divided plane, a triangle of classes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb

from course.figures.cells import cells
from course.figures.describe import describe, each, from_to
from course.figures.line_ends import label_lines
from course.figures.style import AMOUNT, FAINT, GREEN, GREY, INK, NEGATIVE, ORANGE, PALETTE, POSITIVE, SKY, SMALL

GAP = 1.4  # between two blocks of cells, with a sign in it
CLASSES = ((SKY, "o"), (ORANGE, "^"), (GREEN, "s"))
"""Colour and mark of each class in the plane."""


def class_bars(
    values: np.ndarray,
    names: Sequence[str],
    ax: Axes,
    title: str = "",
    limits: tuple[float, float] = (0.0, 1.0),
    digits: int = 2,
) -> Axes:
    """Draw one bar for each class, from left to right by its value, and write the value next to it.

    Parameters
    ----------
    values
        Shape ``(c,)``: scores or probabilities.
    names
        The classes, from top to bottom.
    ax
        Where to draw. What was drawn there before goes.
    title
        Written above.
    limits
        Of the axis of values.
    digits
        Behind the point.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = class_bars(np.array([0.25, 0.75]), ["cat", "dog"], Figure().subplots())
    >>> [text.get_text() for text in ax.texts]
    ['0.25', '0.75']
    """
    ax.clear()
    places = range(len(values))
    ax.barh(places, values, color=[NEGATIVE if value < 0 else POSITIVE for value in values], height=0.62)
    width = limits[1] - limits[0]
    for place, value in zip(places, values, strict=True):
        # next to the bar's end, and where the bar is negative on the other side of zero
        ax.text(max(value, 0.0) + 0.02 * width, place, f"{value:.{digits}f}", va="center", fontsize=SMALL)
    ax.axvline(0, color=GREY, linewidth=0.8)
    ax.set_yticks(places, names)
    ax.set(xlim=(limits[0], limits[1] + 0.16 * width), ylim=(len(values) - 0.4, -0.6), title=title)
    ax.tick_params(axis="y", length=0)
    ax.spines[["top", "right", "left"]].set_visible(False)
    describe(ax, f"bars: {each(names, values)}")
    return ax


def curves(x: np.ndarray, lines: Mapping[str, np.ndarray], ax: Axes, xlabel: str, ylabel: str) -> Axes:
    """Draw one or more curves over the same places, each with its own colour and its own dashes.

    Parameters
    ----------
    x
        Shape ``(m,)``, from left to right.
    lines
        Label → values at `x`, shape ``(m,)``.
    ax
        Where to draw.
    xlabel, ylabel
        Names of the axes.
    """
    styles = ("-", "--", "-.", ":")
    for k, (label, values) in enumerate(lines.items()):
        style = styles[k % len(styles)]
        ax.plot(x, values, color=PALETTE[k % len(PALETTE)], linestyle=style, linewidth=2, label=label)
    ax.set(xlim=(x[0], x[-1]), xlabel=xlabel, ylabel=ylabel)
    ax.grid(color=FAINT, linewidth=0.6)
    ax.spines[["top", "right"]].set_visible(False)
    if len(lines) > 1:
        label_lines(ax.lines, ax)
    describe(ax, f"{ylabel} against {xlabel}: {from_to(lines)}")
    return ax


def difference(
    probabilities: np.ndarray,
    one_hot: np.ndarray,
    gradient: np.ndarray,
    ax: Axes,
    names: Sequence[str] | None = None,
) -> Axes:
    """Draw probabilities, targets and gradient side by side, as a subtraction.

    Parameters
    ----------
    probabilities, one_hot, gradient
        Shape ``(n, c)``.
    ax
        Where to draw.
    names
        The classes, written above the columns.
    """
    rows, columns = probabilities.shape
    blocks = (("probabilities p", probabilities), ("targets y", one_hot), ("gradient times n", gradient))
    for k, (title, values) in enumerate(blocks):
        left = k * (columns + GAP)
        cells(np.round(values, 2), ax, corner=(left, 0.0), limit=1.0)
        ax.text(left + columns / 2, rows + 0.25, f"{title} {values.shape}", ha="center", va="top")
        for column, name in enumerate(names or ()):
            ax.text(left + column + 0.5, -0.12, name, ha="center", va="bottom", fontsize=SMALL)
    for k, sign in enumerate("−="):
        ax.text((k + 1) * (columns + GAP) - GAP / 2, rows / 2, sign, ha="center", va="center", fontsize=18)
    ax.set(xlim=(-0.1, 3 * columns + 2 * GAP + 0.1), ylim=(rows + 0.8, -0.7))
    ax.set_axis_off()
    describe(ax, f"probabilities minus targets are the gradient, in {rows} rows of {columns} classes")
    return ax


def divided_plane(
    ticks: np.ndarray, probabilities: np.ndarray, points: np.ndarray, classes: np.ndarray, ax: Axes, title: str = ""
) -> Axes:
    """Colour a plane by the probabilities of three classes, and draw the samples on it.

    Parameters
    ----------
    ticks
        Shape ``(m,)``: places along both axes, from low to high.
    probabilities
        Shape ``(m, m, 3)``: at ``[i, j]`` the probabilities at the point with x ``ticks[j]`` and y ``ticks[i]``.
    points
        Shape ``(n, 2)``.
    classes
        Shape ``(n,)``: 0, 1 or 2, each with its own mark.
    ax
        Where to draw.
    title
        Written above.
    """
    colours = np.array([to_rgb(colour) for colour, _ in CLASSES])
    half = (ticks[1] - ticks[0]) / 2
    low, high = ticks[0] - half, ticks[-1] + half
    ax.imshow(probabilities @ colours, extent=(low, high, low, high), origin="lower", alpha=0.75)
    logarithms = np.log(np.maximum(probabilities, np.finfo(float).tiny))  # their differences are smooth
    for k, other, third in ((0, 1, 2), (1, 2, 0), (2, 0, 1)):
        ahead = logarithms[..., k] - logarithms[..., other]
        border = np.ma.masked_where(probabilities[..., third] > np.delete(probabilities, third, -1).max(-1), ahead)
        if border.count() and border.min() < 0 < border.max():
            ax.contour(ticks, ticks, border, levels=[0.0], colors="white", linewidths=1.2)
    for k, (colour, mark) in enumerate(CLASSES):
        mine = points[classes == k]
        ax.scatter(mine[:, 0], mine[:, 1], color=colour, marker=mark, edgecolor=INK, s=28, label=f"class {k}")
    ax.set(xlim=(low, high), ylim=(low, high), aspect="equal", title=title, xlabel="input 0", ylabel="input 1")
    describe(ax, f"a plane divided among three classes, with {len(points)} samples on it")
    return ax


def triangle(
    probabilities: np.ndarray,
    losses: np.ndarray,
    starts: np.ndarray,
    steps: np.ndarray,
    ax: Axes,
    names: Sequence[str] = ("0", "1", "2"),
) -> Axes:
    """Draw all probabilities of three classes as a triangle, shaded by their loss, with arrows.

    A corner is a class that is certain, the middle is one third for each.

    Parameters
    ----------
    probabilities
        Shape ``(m, 3)``: points of the triangle, among them points near all its corners.
    losses
        Shape ``(m,)``, at these points.
    starts
        Shape ``(k, 3)``: probabilities at which an arrow begins.
    steps
        Shape ``(k, 3)``: arrows, each adding up to 0. They are drawn at a third of their length.
    ax
        Where to draw.
    names
        Of the classes: the corners on the left, on the right, and at the top.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> corners = np.eye(3)
    >>> ax = triangle(corners, np.arange(3.0), corners[:1], corners[1:2] - corners[:1], Figure().subplots())
    >>> [text.get_text() for text in ax.texts]
    ['0', '1', '2']
    """
    x, y = (probabilities @ CORNERS).T
    levels = np.arange(0.0, MOST_LOSS + 0.25, 0.25)
    shaded = ax.tricontourf(x, y, losses, levels=levels, cmap=AMOUNT, extend="max")
    ax.figure.colorbar(shaded, ax=ax, label="loss", ticks=range(int(MOST_LOSS) + 1), shrink=0.75)
    ax.quiver(
        *(starts @ CORNERS).T,
        *(steps @ CORNERS).T / 3,
        angles="xy",
        scale_units="xy",
        scale=1,
        color="white",
        edgecolor=INK,
        linewidth=0.6,
        width=0.011,
    )
    ax.plot(*CORNERS[[0, 1, 2, 0]].T, color=INK, linewidth=1.2)
    for name, corner, (dx, va) in zip(names, CORNERS, ((-0.03, "top"), (0.03, "top"), (0.0, "bottom")), strict=True):
        ax.text(corner[0] + dx, corner[1] + (0.02 if va == "bottom" else -0.02), name, ha="center", va=va)
    ax.set(xlim=(-0.12, 1.12), ylim=(-0.1, 1.0), aspect="equal")
    ax.set_axis_off()
    describe(ax, f"a triangle of the probabilities of three classes, shaded by the loss, with {len(starts)} arrows")
    return ax


CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, np.sqrt(0.75)]])
"""Where the three classes are in the plane."""
MOST_LOSS = 4.0
"""Losses above have one colour."""
