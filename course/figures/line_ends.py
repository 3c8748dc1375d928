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


LETTER = 0.6 * SMALL
"""About how wide a letter is, in points."""


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
    ax.autoscale_view()  # limits that follow the data are set only when they are asked for
    width, high = (72 * side / ax.figure.dpi for side in ax.get_window_extent().size)  # in points, as the font size
    points = [np.array(line.get_xydata(), dtype=float) for line in lines]
    x = points[0][:, 0]
    values = np.array([np.interp(x, places, heights) for places, heights in (line.T for line in points)])
    to_axes = ax.transData - ax.transAxes
    across = width * to_axes.transform(np.column_stack([x, values[0]]))[:, 0]
    heights = high * np.array([to_axes.transform(np.column_stack([x, row]))[:, 1] for row in values])
    at = int(np.argmax(np.diff(np.sort(heights, axis=0), axis=0).min(axis=0, initial=np.inf)))
    side = "left" if across[at] < width / 2 else "right"
    for line, value, row in zip(lines, values[:, at], heights, strict=True):
        label = str(line.get_label())
        reach = LETTER * len(label)
        near = row[
            (across >= across[at] - reach * (side == "right")) & (across <= across[at] + reach * (side == "left"))
        ]
        above, below = near.max() - row[at], near.min() - row[at]
        up = above <= -below or row[at] + below < 2 * SMALL  # not below the axis
        ax.annotate(
            label,
            (float(x[at]), float(value)),
            (4 if side == "left" else -4, above + 4 if up else below - 4),
            textcoords="offset points",
            ha=side,
            va="bottom" if up else "top",
            color="black",  # in an animation, it becomes the colour of the page's text
            fontsize=SMALL,
        )
