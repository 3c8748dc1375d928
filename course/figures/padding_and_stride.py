"""Pictures of padding and stride: what is around an image, and how often each pixel is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from course.figures.cells import cells
from course.figures.describe import by, describe, from_to, spread
from course.figures.frame import frame
from course.figures.line_ends import label_ends
from course.figures.style import PALETTE


def framed(padded: np.ndarray, padding: int | Sequence[int], ax: Axes, title: str = "") -> Axes:
    """Draw a grey image with its border, and a frame around what was there before: 0 is black and 1 is white.

    Parameters
    ----------
    padded
        Shape ``(h, w)``, with its border.
    padding
        How wide the border is: one number, or ``(left, right, top, bottom)``.
    ax
        Where to draw.
    title
        Written above.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = framed(np.zeros((6, 7)), 2, Figure().subplots())
    >>> (frame,) = ax.patches
    >>> frame.get_xy(), frame.get_width(), frame.get_height()
    ((1.5, 1.5), 3, 2)
    """
    sides = np.broadcast_to(padding, 4)
    left, right, top, bottom = map(int, sides)
    h, w = padded.shape
    ax.imshow(padded, cmap="gray", vmin=0, vmax=1, interpolation="nearest")
    # Pixels are drawn around whole numbers.
    corner = (left - 0.5, top - 0.5)
    frame(corner, ax, w - left - right, h - top - bottom)
    ax.set(title=title)
    ax.set_axis_off()
    border = "" if not sides.any() else " with its border; inside a frame is what was there before"
    describe(ax, f"a grey image of {by(padded)} pixels{border}")
    return ax


def profile(lines: Mapping[str, np.ndarray], ax: Axes, start: int = 0) -> Axes:
    """Draw how bright a row of an image is, a line for each way to make its border.

    Parameters
    ----------
    lines
        Name → brightness from 0 to 1, shape ``(w,)``.
    ax
        Where to draw.
    start
        The first column.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = profile({"constant": np.array([0.2, 0.6])}, Figure().subplots())
    >>> ax.get_xlabel(), ax.get_ylabel()
    ('column', 'brightness')
    """
    for k, values in enumerate(lines.values()):
        ax.plot(
            start + np.arange(len(values)),
            values,
            color=PALETTE[k],
            linestyle=("-", "--", ":")[k % 3],
            linewidth=2,
        )
    ax.set(xlabel="column", ylabel="brightness", ylim=(0, 1))
    ax.set_xlim(start, start + max(map(len, lines.values())) - 1)
    label_ends({name: float(values[-1]) for name, values in lines.items()}, PALETTE[: len(lines)], ax)
    ax.spines[["top", "right"]].set_visible(False)
    describe(ax, f"brightness from column {start} on: {from_to(lines)}")
    return ax


def visits(counts: np.ndarray, ax: Axes, title: str = "", most: float | None = None) -> Axes:
    """Draw how many windows read each pixel, as numbers and as colour.

    Parameters
    ----------
    counts
        Shape ``(h, w)``.
    ax
        Where to draw.
    title
        Written above.
    most
        The number that gets the full colour. By default the largest.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = visits(np.array([[1, 2, 1]]), Figure().subplots())
    >>> [text.get_text() for text in ax.texts]
    ['1', '2', '1']
    """
    cells(counts, ax, limit=most, amount=True)
    ax.set(xlim=(-0.05, counts.shape[1] + 0.05), ylim=(counts.shape[0] + 0.05, -0.05), aspect="equal", title=title)
    ax.set_axis_off()
    describe(ax, f"how many windows read each of {by(counts)} pixels: {spread(counts)}")
    return ax
