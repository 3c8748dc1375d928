"""Labels next to lines, where the eye already is, instead of a legend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from course.figures.style import SMALL

LEADER = {"arrowstyle": "-", "linewidth": 0.9, "shrinkA": 2, "shrinkB": 3, "relpos": (0, 0.5)}
"""From a label to the end of its line: thinner, and with a gap, so that it is not taken for a part of the line."""


def apart(values: Sequence[float], least: float) -> list[float]:
    """Move places of labels up, so that no two are nearer than `least`.

    Parameters
    ----------
    values
        Where the lines end.
    least
        The height of a label.

    Examples
    --------
    >>> apart([2.0, 1.0, 1.1], 0.5)
    [2.0, 1.0, 1.5]
    """
    placed = [float(value) for value in values]
    order = np.argsort(values, kind="stable")
    for before, now in pairwise(order):
        placed[now] = max(placed[now], placed[before] + least)
    return placed


def label_ends(ends: Mapping[str, float], colors: Sequence[Any], ax: Axes) -> None:
    """Write each label at the right border, with a thin leader of its line's colour to where the line ends.

    Call it last: limits and scale of the axes decide where the labels are.

    Parameters
    ----------
    ends
        Label → the height at which its line ends.
    colors
        A colour for each line.
    ax
        Where the lines are.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = Figure().subplots()
    >>> label_ends({"late": 0.75, "early": 0.25}, ["black", "blue"], ax)
    >>> [text.get_text() for text in ax.texts]
    ['late', 'early']
    """
    high = 72 * ax.get_window_extent().height / ax.figure.dpi  # in points, as the font size
    lowest, highest = sorted(ax.get_ylim())
    shown = {label: min(max(end, lowest), highest) for label, end in ends.items()}
    heights = [high * float((ax.transData - ax.transAxes).transform((0, end))[1]) for end in shown.values()]
    placed = apart(heights, 1.3 * SMALL)
    for k, label in enumerate(shown):
        ax.annotate(
            label,
            (1, shown[label]),
            (20, placed[k] - heights[k]),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            va="center",
            color="black",  # in an animation, it becomes the colour of the page's text
            fontsize=SMALL,
            arrowprops=LEADER | {"color": colors[k]},
        )


def label_lines(lines: Sequence[Line2D], ax: Axes) -> None:
    """Write each line's label next to it, at the place where the lines are farthest from each other.

    Call it last: limits and scale of the axes decide where that is.

    Parameters
    ----------
    lines
        With a label and rising x. The first one says at which places to look.
    ax
        Where the lines are.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = Figure().subplots()
    >>> flat, rising = ax.plot([0, 1], [0, 0], label="flat")[0], ax.plot([0, 1], [0, 1], label="rising")[0]
    >>> label_lines([flat, rising], ax)
    >>> [(text.get_text(), text.xy[0]) for text in ax.texts]
    [('flat', 1.0), ('rising', 1.0)]
    """
    high = 72 * ax.get_window_extent().height / ax.figure.dpi  # in points, as the font size
    x = np.asarray(lines[0].get_xdata(), dtype=float)
    values = np.array([np.interp(x, line.get_xdata(), line.get_ydata()) for line in lines])
    across = (ax.transData - ax.transAxes).transform(np.column_stack([x, np.full_like(x, values[0])]))[:, 0]
    heights = [high * (ax.transData - ax.transAxes).transform(np.column_stack([x, row]))[:, 1] for row in values]
    gaps = np.diff(np.sort(heights, axis=0), axis=0).min(axis=0, initial=np.inf)
    at = int(np.argmax(gaps))
    side = "left" if across[at] < 1 / 3 else "right" if across[at] > 2 / 3 else "center"
    inwards = {"left": 4.0, "right": -4.0, "center": 0.0}[side]
    now = [row[at] for row in heights]
    for line, y, height, placed in zip(lines, values[:, at], now, apart(now, 1.3 * SMALL), strict=True):
        ax.annotate(
            str(line.get_label()),
            (float(x[at]), float(y)),
            (inwards, placed - height + 4),
            textcoords="offset points",
            ha=side,
            va="bottom",
            color="black",  # in an animation, it becomes the colour of the page's text
            fontsize=SMALL,
        )
