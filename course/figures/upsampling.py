"""Pictures of upsampling: each input value puts down a kernel, and overlaps add up."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from course.figures.cells import cells
from course.figures.describe import by, describe
from course.figures.frame import frame
from course.figures.style import FAINT, GREY, INK, SMALL
from course.functional.arguments import per_axis

GAP = 1.2  # between two blocks, in cells

Sizes = int | tuple[int, ...]


def shares(input: np.ndarray, scaled: np.ndarray, output: np.ndarray, stride: int, ax: Axes) -> Axes:
    """Draw how a short signal becomes a longer one: a row for each value's scaled kernel, and their sum below.

    Parameters
    ----------
    input
        Shape ``(w,)``.
    scaled
        Shape ``(w, k)``: the kernel, times each value.
    output
        Shape ``((w - 1)s + k,)``: the sum of the rows, each `stride` further to the right than the one above.
    stride
        How far apart two rows begin.
    ax
        Where to draw. Its limits are set.

    Raises
    ------
    ValueError
        Where the output has another length.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> x, kernel = np.array([1.0, 2.0]), np.array([1.0, 3.0])
    >>> ax = shares(x, np.outer(x, kernel), np.array([1.0, 5.0, 6.0]), 1, Figure().subplots())
    >>> [text.get_text() for text in ax.texts if text.get_text()]
    ['1', '2', '1', '3', '2', '6', '1', '5', '6', 'input', 'sum']
    """
    (w, k), (w_o,) = scaled.shape, output.shape
    span = _span(w, k, stride)
    if w_o != span:
        raise ValueError(f"output has shape {output.shape}; {w} kernels of {k} with stride {stride} span {span}.")
    limit, left = _largest(output), 3.0
    cells(input[:, np.newaxis], ax, limit=_largest(input))
    for row, share in enumerate(scaled):
        start = left + row * stride
        ax.annotate(
            "",
            xy=(start - 0.08, row + 0.5),
            xytext=(1.08, row + 0.5),
            arrowprops={"arrowstyle": "->", "color": GREY, "linewidth": 0.9},
        )
        cells(share[np.newaxis], ax, corner=(start, row), limit=limit)
    below = w + 0.7
    for column in range(w_o + 1):
        ax.plot((left + column,) * 2, (0, below), color=FAINT, linewidth=0.6, linestyle=":", zorder=0)
    cells(output[np.newaxis], ax, corner=(left, below), limit=limit)
    frame((left, below), ax, w_o)
    ax.text(0.5, -0.15, "input", ha="center", va="bottom", color=INK)
    ax.text(left - 0.25, below + 0.5, "sum", ha="right", va="center", color=INK)
    ax.set(xlim=(-0.2, left + w_o + 0.2), ylim=(below + 1.2, -0.8), aspect="equal")
    ax.set_axis_off()
    describe(ax, f"each of {w} values puts down a kernel, {stride} apart; the sum of all has {w_o} values")
    return ax


def stamp(
    input: np.ndarray,
    kernel: np.ndarray,
    canvas: np.ndarray,
    place: int,
    ax: Axes,
    *,
    stride: Sizes = 1,
    padding: Sizes = 0,
    limit: float | None = None,
    names: tuple[str, str] = ("input", "sum so far"),
) -> Axes:
    """Draw one step of a transposed convolution: the value whose turn it is, and the sums with its kernel in them.

    What the padding cuts off at the end is hatched.

    Parameters
    ----------
    input
        One channel, shape ``(h, w)``.
    kernel
        Shape ``(k_h, k_w)``.
    canvas
        The sums after this step, before padding is cut off: shape ``((h - 1)s + k_h, (w - 1)s + k_w)``.
    place
        Number of the input value, in reading order. With the input's size or more, no value has its turn.
    ax
        Where to draw. Its limits are set, the same for every place.
    stride, padding
        A number for both axes or ``(along h, along w)``.
    limit
        The absolute value that gets the full colour on the canvas. By default the largest.
    names
        What is written above the blocks.

    Raises
    ------
    ValueError
        Where the canvas has another shape.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = stamp(np.array([[2.0]]), np.array([[1.0, 3.0]]), np.array([[2.0, 6.0]]), 0, Figure().subplots())
    >>> [text.get_text() for text in ax.texts]
    ['2', '2', '6', '×1', '×3', 'input', 'sum so far']
    """
    (h, w), (k_h, k_w), (rows, columns) = input.shape, kernel.shape, canvas.shape
    (s_h, s_w), (p_h, p_w) = per_axis("stride", stride, 2, at_least=1), per_axis("padding", padding, 2)
    if (rows, columns) != (_span(h, k_h, s_h), _span(w, k_w, s_w)):
        raise ValueError(
            f"canvas has shape {canvas.shape}; for an input {input.shape}, a kernel {kernel.shape} and stride {stride} "
            f"it is {(_span(h, k_h, s_h), _span(w, k_w, s_w))}."
        )
    x, y = 0.0, max(0.0, (rows - h) / 2)
    left, top = w + GAP, max(0.0, (h - rows) / 2)
    cells(input, ax, corner=(x, y), limit=_largest(input))
    cells(canvas, ax, corner=(left, top), limit=limit)
    for row, column in np.ndindex(rows, columns):
        if not (p_h <= row < rows - p_h and p_w <= column < columns - p_w):
            cell = Rectangle((left + column, top + row), 1, 1, fill=False, hatch="///", edgecolor=FAINT, linewidth=0.5)
            ax.add_patch(cell)
    if place < input.size:
        row, column = divmod(place, w)
        frame((x + column, y + row), ax, handle=True)
        corner = (left + column * s_w, top + row * s_h)
        frame(corner, ax, k_w, k_h)
        for (u, v), weight in np.ndenumerate(kernel):
            at = (corner[0] + v + 0.97, corner[1] + u + 0.99)
            ax.text(*at, f"×{weight:.3g}", ha="right", va="bottom", fontsize=SMALL - 2, color=INK)
    ax.text(x + w / 2, y - 0.15, names[0], ha="center", va="bottom")
    ax.text(left + columns / 2, top - 0.15, names[1], ha="center", va="bottom")
    ax.set(xlim=(-0.2, left + columns + 0.2), ylim=(max(rows, h) + 0.2, -0.9), aspect="equal")
    ax.set_axis_off()
    told = (
        f"the value {input.flat[place]:.3g} puts its kernel down"
        if place < input.size
        else "all values have been added"
    )
    describe(ax, f"{told}; the sums have {rows} by {columns} values")
    return ax


def enlarged(images: list[np.ndarray], ax: Axes, title: str = "") -> Axes:
    """Draw grey images of growing size side by side, each pixel of the same size: 0 is white and 1 is black.

    Parameters
    ----------
    images
        Each of shape ``(h, w)``.
    ax
        Where to draw. Its limits are set.
    title
        Above the images.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = enlarged([np.zeros((2, 2)), np.zeros((4, 4))], Figure().subplots(), "twice")
    >>> [image.get_extent() for image in ax.images]
    [[0.0, 2.0, 2.0, 0.0], [4.0, 8.0, 4.0, 0.0]]
    """
    left, gap, tallest = 0.0, 2.0, max(len(image) for image in images)
    for image in images:
        h, w = image.shape
        extent = (left, left + w, float(h), 0.0)
        ax.imshow(image, cmap="Greys", vmin=0, vmax=1, interpolation="nearest", extent=extent)
        ax.add_patch(Rectangle((left, 0), w, h, fill=False, edgecolor=GREY, linewidth=0.6))
        left += w + gap
    ax.set(xlim=(-0.5, left - gap + 0.5), ylim=(tallest + 0.5, -0.5), aspect="equal")
    ax.set_title(title, loc="left")
    ax.set_axis_off()
    describe(ax, f"grey images side by side, of {', then '.join(map(by, images))} pixels")
    return ax


def _span(size: int, kernel: int, stride: int) -> int:
    """Give how much of the output kernels reach over that begin a stride apart."""
    return (size - 1) * stride + kernel


def _largest(values: np.ndarray) -> float:
    return float(np.abs(values).max(initial=0.0)) or 1.0
