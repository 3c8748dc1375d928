"""Pictures of the convolution of images: images and feature maps, kernels, and how far an output sees."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from course.figures.cells import cells
from course.figures.describe import by, describe, number, spread
from course.figures.frame import frame
from course.figures.style import AMOUNT, BLUE, FAINT, GREY, INK, SIGNED, SMALL

DASHES = ("-", (0, (5, 2)), (0, (1, 1)), (0, (6, 2, 1, 2)))


def image(values: np.ndarray, ax: Axes, title: str = "") -> Axes:
    """Draw an image as it looks: one channel in grey, or three in colour.

    Parameters
    ----------
    values
        Shape ``(h, w)`` or ``(3, h, w)``, from 0 (dark) to 1.
    ax
        Where to draw.
    title
        Written above.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> image(np.zeros((3, 2, 5)), Figure().subplots()).images[0].get_array().shape
    (2, 5, 3)
    """
    if values.ndim == 3:
        ax.imshow(np.moveaxis(values, 0, -1), vmin=0, vmax=1)
    else:
        ax.imshow(values, cmap="gray", vmin=0, vmax=1)
    describe(
        ax,
        f"{'a colour' if values.ndim == 3 else 'a grey'} image of "
        f"{by(values[0] if values.ndim == 3 else values)} pixels",
    )
    return _bare(ax, title)


def feature_map(values: np.ndarray, ax: Axes, title: str = "", *, limit: float | None = None) -> Axes:
    """Draw one channel of an output: blue above 0, orange below, white at 0.

    Parameters
    ----------
    values
        Shape ``(h, w)``.
    ax
        Where to draw.
    title
        Written above.
    limit
        The absolute value that gets the full colour. By default the largest.
    """
    limit = limit or float(np.abs(values).max(initial=0.0)) or 1.0
    ax.imshow(values, cmap=SIGNED, vmin=-limit, vmax=limit)
    describe(ax, f"an output of {by(values)} values, {spread(values)}")
    return _bare(ax, title)


def amount_map(values: np.ndarray, ax: Axes, title: str = "") -> Axes:
    """Draw values without a sign, such as the size of a gradient: the larger, the darker.

    Parameters
    ----------
    values
        Shape ``(h, w)``.
    ax
        Where to draw.
    title
        Written above.
    """
    ax.imshow(values, cmap=AMOUNT, vmin=0)
    describe(ax, f"an image of {by(values)} values, {spread(values)}")
    return _bare(ax, title)


def kernel(values: np.ndarray, ax: Axes, title: str = "", *, limit: float | None = None) -> Axes:
    """Draw a kernel as cells with its weights in them.

    Parameters
    ----------
    values
        Shape ``(k_h, k_w)``.
    ax
        Where to draw.
    title
        Written above.
    limit
        The absolute value that gets the full colour. By default the largest.
    """
    rows, columns = np.shape(values)
    cells(values, ax, limit=limit)
    ax.set(xlim=(-0.05, columns + 0.05), ylim=(rows + 0.05, -0.05), aspect="equal", title=title)
    ax.set_axis_off()
    listed = "; ".join(" ".join(map(number, row)) for row in np.asarray(values))
    describe(
        ax,
        f"a kernel of {by(values)}: {listed}"
        if np.size(values) <= 9
        else f"a kernel of {by(values)}, {spread(values)}",
    )
    return ax


def seen_through(kernel_sizes: Sequence[int], strides: Sequence[int], fields: Sequence[int], ax: Axes) -> Axes:
    """Draw a stack of layers along one axis, and which elements of each layer one last output comes from.

    Parameters
    ----------
    kernel_sizes, strides
        Of the layers, from the input on.
    fields
        For each layer, how many inputs one of its outputs sees. Drawn next to it.
    ax
        Where to draw.
    """
    spans = [(0, 0)]  # first and last element that is seen, from the last layer to the input
    for k, s in zip(reversed(kernel_sizes), reversed(strides), strict=True):
        first, last = spans[-1]
        spans.append((first * s, last * s + k - 1))
    spans.reverse()
    width = spans[0][1] + 1
    steps = np.cumprod([1, *strides])
    # The middle of an element's window, in inputs.
    starts = np.cumsum([0.0, *((k - 1) / 2 * step for k, step in zip(kernel_sizes, steps, strict=False))])
    places = []
    for level, (first, last) in enumerate(spans):
        x = starts[level] + steps[level] * np.arange(first, last + 1)
        places.append(x)
        ax.scatter(x, np.full(len(x), level), s=130, color=BLUE, edgecolor=INK, zorder=3)
        if level:
            below = places[level - 1]
            k, s = kernel_sizes[level - 1], strides[level - 1]
            for i, upper in enumerate(x):
                for v in range(k):
                    ax.plot((upper, below[i * s + v]), (level, level - 1), color=GREY, linewidth=0.8, zorder=1)
    names = [
        "input",
        *(
            f"layer {i}: kernel {k}, stride {s}"
            for i, (k, s) in enumerate(zip(kernel_sizes, strides, strict=True), start=1)
        ),
    ]
    ax.set_yticks(range(len(spans)), names)
    for level, field in enumerate(fields, start=1):
        ax.text(width - 0.2, level, f"sees {field}", ha="left", va="center", fontsize=SMALL)
    ax.set_xticks(range(width), [str(i) for i in range(width)])
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    ax.set(xlim=(-0.6, width + 1.2), ylim=(-0.4, len(spans) - 0.6))
    seen = f"; after each, an output sees {', '.join(map(str, fields))} inputs" if fields else ""
    reached = spans[0][1] - spans[0][0] + 1
    describe(ax, f"a stack of {len(kernel_sizes)} layers, whose last output comes from {reached} inputs{seen}")
    return ax


def nested_fields(values: np.ndarray, fields: Sequence[int], center: tuple[int, int], ax: Axes) -> Axes:
    """Draw the part of an image that an output sees, with a frame for what it sees after each layer.

    Parameters
    ----------
    values
        The image, shape ``(h, w)`` or ``(3, h, w)``.
    fields
        Side of the square after each layer.
    center
        Row and column of the middle.
    ax
        Where to draw.
    """
    image(values, ax)
    row, column = center
    reach = max(fields) / 2 + 3
    step = 2 * reach / (len(fields) + 1)
    for place, side in enumerate(fields):
        frame((column - side / 2, row - side / 2), ax, side, side)
        label = f"layer {place + 1}: {side} by {side}"
        at = (column + side / 2, row)
        beside = (column + reach + 1, row - reach + (place + 1) * step)
        line = {"arrowstyle": "-", "color": INK, "linewidth": 0.9}
        ax.annotate(label, at, beside, ha="left", va="center", arrowprops=line, annotation_clip=False)
    ax.set(xlim=(column - reach, column + reach), ylim=(row + reach, row - reach))
    sides = ", ".join(map(str, fields))
    describe(ax, f"squares on an image that one output sees, with sides of {sides} pixels after each layer")
    return ax


def framed(ax: Axes, corner: tuple[int, int], size: tuple[int, int]) -> Axes:
    """Frame a part of an image that has been drawn: the pixels from `corner` on, rows first."""
    (row, column), (height, width) = corner, size
    place = (column - 0.5, row - 0.5)
    frame(place, ax, width, height)
    return ax


def _bare(ax: Axes, title: str) -> Axes:
    ax.set_xticks(())
    ax.set_yticks(())
    ax.spines[:].set_color(FAINT)
    ax.set_title(title, fontsize="medium")
    return ax
