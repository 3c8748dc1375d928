"""Pictures of videos and volumes: a kernel inside a video, frames in a row, cuts through time and space."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from course.figures.describe import by, describe, describe_together, spread
from course.figures.frame import frame
from course.figures.style import AMOUNT, FAINT, INK, SIGNED, SMALL

SHIFT = (0.75, -0.55)  # from one frame of a video to the next, in pixels


def kernel_in_video(
    video: tuple[int, int, int], kernel: tuple[int, int, int], at: tuple[int, int, int], ax: Axes
) -> Axes:
    """Draw a video as a deck of frames, the first in front, and the window of one output on the frames that it meets.

    Parameters
    ----------
    video, kernel
        Their sizes: frames, height, width.
    at
        Frame, row and column where the window starts.
    ax
        Where to draw.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = kernel_in_video((4, 3, 5), (2, 2, 2), (1, 0, 0), Figure().subplots())
    >>> len(ax.patches), [text.get_text() for text in ax.texts][:2]
    (8, ['$d_i$ = 4', '$h_i$ = 3'])
    """
    depth, height, width = video
    corners = []
    for z in reversed(range(depth)):  # frames in front cover those behind
        x, y = z * SHIFT[0], z * SHIFT[1]
        order = depth - z
        ax.add_patch(Rectangle((x, y), width, height, facecolor="white", edgecolor=INK, alpha=0.8, zorder=order))
        if 0 <= z - at[0] < kernel[0]:
            corners.append((x + at[2], y + at[1]))
    for corner in corners:  # the window is inside the video, and shows through
        face = Rectangle(corner, kernel[2], kernel[1], facecolor=FAINT, edgecolor="none", alpha=0.7, zorder=depth + 1)
        frame(corner, ax, kernel[2], kernel[1]).set_zorder(depth + 2)
        ax.add_patch(face)
    for right, down in np.ndindex(2, 2):
        ends = np.add(corners, (right * kernel[2], down * kernel[1]))
        ax.plot(*ends.T, color=INK, linewidth=1, linestyle=":", zorder=depth + 2)
    reach = (depth - 1) * SHIFT[0], (depth - 1) * SHIFT[1]
    middle = (width + reach[0] / 2 + 0.4, height + reach[1] / 2 + 0.1)
    ax.text(*middle, f"$d_i$ = {depth}", ha="left", va="top")
    ax.text(-0.3, height / 2, f"$h_i$ = {height}", ha="right", va="center")
    ax.text(width / 2, height + 0.2, f"$w_i$ = {width}", ha="center", va="top")
    names = "\n".join(f"$k_{axis}$ = {size}" for axis, size in zip("dhw", kernel, strict=True))
    ax.text(width + reach[0] + 0.8, reach[1] + 1, f"window:\n{names}", ha="left", va="top")
    ax.set(xlim=(-2.2, width + reach[0] + 4), ylim=(height + 1.2, reach[1] - 0.3), aspect="equal")
    ax.set_axis_off()
    describe(
        ax,
        f"a video of {depth} frames of {height} by {width}, with a window over {kernel[0]} frames of "
        f"{kernel[1]} by {kernel[2]}",
    )
    return ax


def frames(video: np.ndarray, numbers: Sequence[int], axes: Sequence[Axes]) -> None:
    """Draw some frames of a video side by side.

    Parameters
    ----------
    video
        Shape ``(d, h, w)``.
    numbers
        Which frames.
    axes
        As many.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> axes = Figure().subplots(1, 2)
    >>> frames(np.zeros((5, 3, 4)), (0, 4), axes)
    >>> [ax.get_title() for ax in axes]
    ['frame 0', 'frame 4']
    """
    for number, ax in zip(numbers, axes, strict=True):
        ax.imshow(video[number], cmap=AMOUNT, vmin=0, vmax=float(video.max()) or 1.0)
        ax.set_title(f"frame {number}", fontsize=SMALL + 1)
        _bare(ax)
    describe_together(axes, f"frames {', '.join(map(str, numbers))} of a video of {by(video[0])} pixels")


def cut(
    values: np.ndarray,
    ax: Axes,
    title: str,
    *,
    down: str = "y",
    across: str = "x",
    limit: float | None = None,
) -> Axes:
    """Draw a cut through a video or a volume, with its two axes named.

    Parameters
    ----------
    values
        Shape ``(down, across)``.
    ax
        Where to draw. It is cleared: a cut may be a frame of an animation.
    title
        Written above.
    down, across
        Names of the axes.
    limit
        The absolute value that gets the full colour. With it, values have a sign: blue above 0, orange below.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = cut(np.zeros((3, 4)), Figure().subplots(), "a row through time", down="frame")
    >>> ax.get_ylabel(), ax.get_xlabel()
    ('frame', 'x')
    """
    ax.clear()
    if limit is None:
        ax.imshow(values, cmap=AMOUNT, vmin=0, vmax=max(float(values.max(initial=0.0)), 1e-9))
    else:
        ax.imshow(values, cmap=SIGNED, vmin=-limit, vmax=limit)
    ax.set_title(title, fontsize=SMALL + 1)
    ax.set_ylabel(down)
    ax.set_xlabel(across)
    _bare(ax)
    row, column = np.unravel_index(int(np.abs(values).argmax()), values.shape)
    place = f"; farthest from 0, counted from the top left, first at {row}, {column}" if values.any() else ""
    describe(ax, f"{by(values)} values, {spread(values)}{place}")
    return ax


def _bare(ax: Axes) -> None:
    ax.set_xticks(())
    ax.set_yticks(())
    ax.spines[:].set_color(FAINT)
