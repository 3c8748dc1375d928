"""Windows that peel off an image and become the rows of a matrix, which meets the flattened kernel."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from course.figures.cells import cells
from course.figures.describe import by, describe
from course.figures.frame import frame
from course.figures.style import GREY, SMALL

GAP = 1.6  # between two blocks, in cells


def peeled(input: np.ndarray, kernel: np.ndarray, output: np.ndarray, place: int, ax: Axes) -> Axes:
    """Draw the windows up to one as rows of a matrix, the kernel as a column, and their products.

    Parameters
    ----------
    input
        One channel, shape ``(h, w)``.
    kernel
        Shape ``(k_h, k_w)``.
    output
        What the layer gives, shape ``(h - k_h + 1, w - k_w + 1)``.
    place
        Number of the window whose turn it is, in reading order. With the output's size or more, all are there.
    ax
        Where to draw. Its limits are set, the same for every place.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> x, kernel = np.array([[1.0, 2.0, 3.0]]), np.array([[1.0, 10.0]])
    >>> ax = peeled(x, kernel, np.array([[21.0, 32.0]]), 0, Figure().subplots())
    >>> [text.get_text() for text in ax.texts if text.get_text() not in "=·"]
    ['1', '2', '3', 'image', '1', '2', 'windows', '1', '10', 'kernel', '21', 'output']
    """
    (h, w), (k_h, k_w) = input.shape, kernel.shape
    if output.shape != (h - k_h + 1, w - k_w + 1):
        raise ValueError(
            f"output has shape {output.shape}; windows of {by(kernel)} in an image of {by(input)} give "
            f"{(h - k_h + 1, w - k_w + 1)}."
        )
    rows = np.array([input[y : y + k_h, x : x + k_w].ravel() for y, x in np.ndindex(*output.shape)])
    count, width = rows.shape
    tall = max(count, h, width)
    done = min(place + 1, count)
    limit = float(np.abs(input).max(initial=0.0)) or 1.0
    blocks = (
        (input, (0.0, (tall - h) / 2), limit, "image", input.shape),
        (rows[:done], (w + GAP, (tall - count) / 2), limit, "windows", rows.shape),
        (kernel.reshape(-1, 1), (w + 2 * GAP + width, (tall - width) / 2), None, "kernel", (width, 1)),
        (
            output.reshape(-1, 1)[:done],
            (w + 3 * GAP + width + 1, (tall - count) / 2),
            float(np.abs(output).max(initial=0.0)) or 1.0,
            "output",
            (count, 1),
        ),
    )
    for values, (x, y), largest, name, (high, wide) in blocks:
        cells(values, ax, corner=(x, y), limit=largest)
        for row in range(len(values), high):
            ax.add_patch(Rectangle((x, y + row), wide, 1, fill=False, edgecolor=GREY, linewidth=0.5, linestyle=":"))
        ax.text(x + wide / 2, y - 0.15, name, ha="center", va="bottom")
    for sign, x in (("·", w + 1.5 * GAP + width), ("=", w + 2.5 * GAP + width + 1)):
        ax.text(x, tall / 2, sign, ha="center", va="center", fontsize=SMALL + 5)
    if place < count:
        y, x = divmod(place, output.shape[1])
        frame((x, (tall - h) / 2 + y), ax, k_w, k_h, handle=True)
        frame((w + GAP, (tall - count) / 2 + place), ax, width)
        frame((w + 3 * GAP + width + 1, (tall - count) / 2 + place), ax)
        describe(ax, f"window {place + 1} of {count} becomes a row; times the kernel it gives {output[y, x]:.3g}")
    else:
        describe(ax, f"{count} windows as the rows of a matrix, times the kernel as a column, give the whole output")
    ax.set(xlim=(-0.2, w + 3 * GAP + width + 2.2), ylim=(tall + 0.2, -0.9), aspect="equal")
    ax.set_axis_off()
    return ax
