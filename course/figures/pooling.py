"""Pictures of pooling: a window on its way, what is left of an image, where the gradient goes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, Rectangle

from course.figures.cells import cells
from course.figures.describe import by, describe
from course.figures.frame import frame
from course.figures.style import FAINT, GRADIENT, GREY, INK, SMALL

GAP = 2.0  # between two blocks, in cells


def window(
    input: np.ndarray,
    output: np.ndarray,
    place: tuple[int, int],
    kernel_size: int | Sequence[int],
    stride: int | Sequence[int],
    ax: Axes,
    *,
    padding: int = 0,
    border: str = "0",
) -> Axes:
    """Draw an image with one window framed, and the output as far as it is known by then.

    Values of the window that are equal to its output are ringed. Clears the axes, so that it can draw the frames of
    an animation.

    Parameters
    ----------
    input
        Shape ``(h_i, w_i)``.
    output
        Shape ``(h_o, w_o)``.
    place
        Row and column of the output whose window is framed. Outputs after it stay empty.
    kernel_size, stride, padding
        As the output was computed with.
    ax
        Where to draw.
    border
        What is written into the padding.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> image, maxima = np.array([[1.0, 2.0, 3.0, 4.0]]), np.array([[2.0, 4.0]])
    >>> ax = window(image, maxima, (0, 0), (1, 2), (1, 2), Figure().subplots())
    >>> [text.get_text() for text in ax.texts]
    ['1', '2', '3', '4', '2', 'input (1, 4)', 'output (1, 2)']
    """
    ax.clear()
    (h_i, w_i), (h_o, w_o) = input.shape, output.shape
    k_h, k_w = _pair(kernel_size)
    s_h, s_w = _pair(stride)
    i, j = place
    high, wide = h_i + 2 * padding, w_i + 2 * padding
    limit = float(np.abs(input).max(initial=0.0)) or 1.0
    for y, x in np.ndindex(high, wide):
        if not (padding <= y < padding + h_i and padding <= x < padding + w_i):
            ax.add_patch(Rectangle((x, y), 1, 1, facecolor="#EEEEEE", edgecolor=FAINT, linewidth=0.5))
            ax.text(x + 0.5, y + 0.5, border, ha="center", va="center", fontsize=SMALL, color=GREY)
    cells(input, ax, corner=(padding, padding), limit=limit)
    right, top = wide + GAP, (high - h_o) / 2
    for row, column in np.ndindex(h_o, w_o):
        if (row, column) <= (i, j):
            cells(output[row : row + 1, column : column + 1], ax, corner=(right + column, top + row), limit=limit)
        else:
            corner = (right + column, top + row)
            ax.add_patch(Rectangle(corner, 1, 1, fill=False, edgecolor=GREY, linewidth=0.5, alpha=0.6))
    for y, x in np.ndindex(k_h, k_w):
        at = i * s_h + y - padding, j * s_w + x - padding
        if 0 <= at[0] < h_i and 0 <= at[1] < w_i and input[at] == output[place]:
            middle = (at[1] + padding + 0.5, at[0] + padding + 0.5)
            ax.add_patch(Circle(middle, 0.4, fill=False, edgecolor=INK, linewidth=1.4, zorder=3))
    frame((j * s_w, i * s_h), ax, k_w, k_h, handle=True)
    frame((right + j, top + i), ax)
    ax.text(wide / 2, high + 0.25, f"input {input.shape}", ha="center", va="top")
    ax.text(right + w_o / 2, top + h_o + 0.25, f"output {output.shape}", ha="center", va="top")
    ax.set(xlim=(-0.2, right + max(w_o, 2) + 0.4), ylim=(high + 1.1, -0.2), aspect="equal")
    ax.set_axis_off()
    describe(
        ax,
        f"the window begins at row {i * s_h - padding}, column {j * s_w - padding} of the input: "
        f"output[{i}, {j}] = {output[place]:.3g}",
    )
    return ax


def gradient(
    input: np.ndarray,
    grad_output: np.ndarray,
    grad_input: np.ndarray,
    kernel_size: int | Sequence[int],
    ax: Axes,
    title: str = "",
) -> Axes:
    """Draw an image, the gradient of the output, and the gradient that reaches the image; windows are side by side.

    Parameters
    ----------
    input, grad_input
        Shape ``(h_i, w_i)``.
    grad_output
        Shape ``(h_o, w_o)``.
    kernel_size
        The size of a window, and the step to the next.
    ax
        Where to draw.
    title
        Written above.
    """
    (h, w), (h_o, w_o) = input.shape, grad_output.shape
    k_h, k_w = _pair(kernel_size)
    limit = max(float(np.abs(array).max(initial=0.0)) for array in (grad_output, grad_input)) or 1.0
    middle = w + GAP
    right = middle + w_o + GAP
    top = (h - h_o) / 2
    cells(input, ax)
    cells(grad_output, ax, corner=(middle, top), limit=limit)
    cells(grad_input, ax, corner=(right, 0.0), limit=limit)
    for i, j in np.ndindex(h_o, w_o):
        for x in (0.0, right):
            corner = (x + j * k_w, i * k_h)
            frame(corner, ax, k_w, k_h)
    for name, array, x, y in (
        ("input", input, w / 2, h),
        ("grad_output", grad_output, middle + w_o / 2, top + h_o),
        ("grad_input", grad_input, right + w / 2, h),
    ):
        ax.text(x, y + 0.2, f"{name} {array.shape}", ha="center", va="top")
    arrow = {"arrowstyle": "-|>", "color": GREY, "linewidth": 1.5}
    ax.annotate("", (right - 0.3, h / 2), (middle + w_o + 0.3, h / 2), arrowprops=arrow)
    ax.set(xlim=(-0.2, right + w + 0.2), ylim=(h + 0.9, -0.2), aspect="equal", title=title)
    ax.set_axis_off()
    describe(
        ax,
        f"the gradient of an output {by(grad_output)} reaches {int((grad_input != 0).sum())} of the "
        f"{grad_input.size} inputs",
    )
    return ax


def pixels(image: np.ndarray, ax: Axes, title: str = "") -> Axes:
    """Draw a grey image, each value a square: 0 is black and 1 is white.

    Parameters
    ----------
    image
        Shape ``(h, w)``.
    ax
        Where to draw.
    title
        Above the picture; the shape is below.
    """
    ax.imshow(image, cmap="gray", vmin=0, vmax=1, interpolation="nearest")
    ax.set(xticks=(), yticks=(), title=title, xlabel=f"{image.shape[0]} × {image.shape[1]}")
    describe(ax, f"a grey image of {by(image)} pixels")
    return ax


def reached(image: np.ndarray, grad_input: np.ndarray, kernel_size: int, ax: Axes, title: str = "") -> Axes:
    """Draw a grey image with the borders of its windows, and a dot on each pixel that a gradient reaches.

    Parameters
    ----------
    image, grad_input
        Shape ``(h, w)``.
    kernel_size
        The size of a window, and the step to the next.
    ax
        Where to draw.
    title
        Written above.
    """
    pixels(image, ax, title)
    h, w = image.shape
    for y in range(0, h + 1, kernel_size):
        ax.axhline(y - 0.5, color=FAINT, linewidth=0.6)
    for x in range(0, w + 1, kernel_size):
        ax.axvline(x - 0.5, color=FAINT, linewidth=0.6)
    rows, columns = np.nonzero(grad_input)
    ax.scatter(columns, rows, s=26, color=GRADIENT, edgecolor="white", linewidth=0.7, zorder=3)
    ax.set(xlim=(-0.5, w - 0.5), ylim=(h - 0.5, -0.5))
    describe(ax, f"a gradient reaches {len(rows)} of the {image.size} pixels of an image")
    return ax


def _pair(value: int | Sequence[int]) -> tuple[int, int]:
    first, second = np.broadcast_to(value, 2).tolist()
    return first, second
