"""The frame around what a step looks at, the same in every picture: ink, with a white halo."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke

from course.figures.motion import HANDLE
from course.figures.style import INK

WIDTH = 2.2  # of the line, in points
_HALO = 2.2  # what the halo adds to it


def frame(
    corner: tuple[float, float], ax: Axes, width: float = 1, height: float = 1, *, handle: bool = False
) -> Rectangle:
    """Frame a window, or a cell. It can be seen on every colour.

    Parameters
    ----------
    corner
        x and y of the corner that has the smallest.
    ax
        Where to draw.
    width, height
        In the units of the axes.
    handle
        Whether it can be dragged through the frames of an animation.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> tuple(map(float, frame((2, 1), Figure().subplots(), 3, 3).get_bbox().bounds))
    (2.0, 1.0, 3.0, 3.0)
    """
    drawn = Rectangle(corner, width, height, fill=False, edgecolor=INK, linewidth=WIDTH, zorder=3, clip_on=False)
    drawn.set_path_effects([withStroke(linewidth=WIDTH + _HALO, foreground="white")])
    drawn.set_gid(HANDLE if handle else None)
    ax.add_patch(drawn)
    return drawn
