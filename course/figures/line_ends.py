"""Labels at the ends of lines, where the eye already is, instead of a legend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes

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
