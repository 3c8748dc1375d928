"""A window that slides over an input, and the output that it fills: convolutions and poolings, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from course.figures.cells import cells
from course.figures.describe import describe
from course.figures.frame import frame
from course.figures.style import FAINT, GREY, INK, SMALL
from course.functional.arguments import per_axis

Sizes = int | tuple[int, ...]

GAP = 1.4  # between two blocks, in cells
MOST_TERMS = 9  # of a sum that is written out


@dataclass(frozen=True, slots=True)
class Sliding:
    """How a window moves: its kernel, and what PyTorch's convolutions and poolings call by the same names.

    Parameters
    ----------
    kernel
        The kernel's values, shape ``(k,)`` or ``(k_h, k_w)``; or only its size, for a window without values.
    stride, padding, dilation
        A number for all axes, or one for each.
    padding_mode
        ``"constant"``, ``"reflect"`` or ``"replicate"``.
    value
        What constant padding holds: 0 for a convolution, ``-np.inf`` for max pooling.

    Examples
    --------
    >>> Sliding(np.ones(3), stride=2, padding=1).sizes((7,))
    (4,)
    """

    kernel: np.ndarray | Sizes
    stride: Sizes = 1
    padding: Sizes = 0
    dilation: Sizes = 1
    padding_mode: Literal["constant", "reflect", "replicate"] = "constant"
    value: float = 0.0

    def sizes(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Count the places that the window takes along each axis of an input."""
        kernel, stride, padding, dilation = self._per_axis(len(shape))
        along = zip(shape, kernel, stride, padding, dilation, strict=True)
        return tuple((size + 2 * p - d * (k - 1) - 1) // s + 1 for size, k, s, p, d in along)

    def _per_axis(self, axes: int) -> tuple[tuple[int, ...], ...]:
        """Give kernel size, stride, padding and dilation, each with one number for an axis."""
        kernel = self.kernel.shape if isinstance(self.kernel, np.ndarray) else per_axis("kernel", self.kernel, axes)
        if len(kernel) != axes:
            raise ValueError(
                f"kernel has shape {kernel}, and the input has {axes} axes; give the kernel the same number of axes."
            )
        return (
            kernel,
            per_axis("stride", self.stride, axes),
            per_axis("padding", self.padding, axes, at_least=0),
            per_axis("dilation", self.dilation, axes),
        )


def window(
    input: np.ndarray,
    output: np.ndarray,
    place: int,
    sliding: Sliding,
    ax: Axes,
    *,
    names: tuple[str, str] = ("input", "output"),
    limits: tuple[float, float] | None = None,
) -> Axes:
    """Draw one step: the window on the padded input, its kernel, and the output as far as it is filled.

    A signal is drawn as a row, with its kernel and its output below; an image is drawn left of its kernel and its
    output. Padding is hatched. The elements that a dilated window meets are framed one by one, so that the gaps show.
    Below is the sum that gives the output. In an animation the window can be dragged.

    Parameters
    ----------
    input
        One channel: shape ``(w,)`` or ``(h, w)``, without its padding.
    output
        What the layer gives for it, whole. Elements after `place` are left blank.
    place
        Number of the output element that the window is at, in reading order. With the output's size or more, the
        whole output is drawn and no window.
    sliding
        How the window moves.
    ax
        Where to draw. Its limits are set, the same for every place.
    names
        What is written above the blocks.
    limits
        The absolute values that get the full colour, in the input and in the output. By default their largest.

    Raises
    ------
    ValueError
        Where input and output don't fit the way in which the window moves.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> x, kernel = np.array([1.0, 4.0, 9.0]), np.array([-1.0, 1.0])
    >>> ax = window(x, np.array([3.0, 5.0]), 0, Sliding(kernel), Figure().subplots())
    >>> [text.get_text() for text in ax.texts]
    ['1', '4', '9', 'input', '3', 'output', '-1', '1', '1·(−1) + 4·1 = 3']
    """
    input, output = np.asarray(input), np.asarray(output)
    if input.ndim not in (1, 2):
        raise ValueError(f"window draws one channel, (w,) or (h, w); this input has shape {input.shape}.")
    if output.shape != sliding.sizes(input.shape):
        raise ValueError(
            f"output has shape {output.shape}; for an input {input.shape} the window takes "
            f"{sliding.sizes(input.shape)} places."
        )
    kernel, stride, padding, dilation = (
        # A signal is an image of one row, along which nothing moves.
        sizes if input.ndim == 2 else (still, *sizes)
        for sizes, still in zip(sliding._per_axis(input.ndim), (1, 1, 0, 1), strict=True)
    )
    padded, filled = _padded(input, sliding, padding), np.atleast_2d(output)
    inside = padded[padding[0] : padded.shape[0] - padding[0], padding[1] : padded.shape[1] - padding[1]]
    limit, output_limit = limits or (_largest(inside), _largest(filled))

    cells(padded, ax, limit=limit)
    _hatch(padded.shape, padding, ax)
    weights = np.atleast_2d(sliding.kernel) if isinstance(sliding.kernel, np.ndarray) else None
    beside = input.ndim == 2
    if beside:
        _name(names[0], (padded.shape[1] / 2, 0.0), ax)
        x = padded.shape[1] + GAP
        if weights is not None:
            x = _kernel_between(weights, x, padded.shape[0], ax)
        corner = (x, max(0.0, (padded.shape[0] - filled.shape[0]) / 2))
    else:
        _name(names[0], (padded.shape[1] / 2, 0.0), ax)
        corner = (dilation[1] * (kernel[1] - 1) / 2, 2.1 if weights is None else 3.3)
    _fill(filled, place, corner, output_limit, ax)
    _name(names[1], (corner[0] + filled.shape[1] / 2, corner[1]), ax)
    right = corner[0] + filled.shape[1] if beside else padded.shape[1]
    below = max(padded.shape[0], corner[1] + filled.shape[0])

    if place < output.size:
        row, column = divmod(place, filled.shape[1])
        met = [
            (row * stride[0] + i * dilation[0], column * stride[1] + j * dilation[1]) for i, j in np.ndindex(*kernel)
        ]
        if dilation == (1, 1):
            frame(met[0][::-1], ax, kernel[1], kernel[0], handle=True)
        else:
            for y, x in met:
                frame((x, y), ax, handle=True)
        if weights is not None and not beside:
            _weights_below(weights[0], [x for _, x in met], ax)
        frame((corner[0] + column, corner[1] + row), ax)
        here = f"{names[1]}[{column}]" if not beside else f"{names[1]}[{row}, {column}]"
        value = f"{filled[row, column] + 0:.3g}"
        sum_of = _sum([float(padded[at]) for at in met], weights)
        if sum_of:
            ax.text(0, below + 0.35, f"{sum_of} = {value}", ha="left", va="top", fontsize=SMALL)
        at = f"element {met[0][1]}" if not beside else f"row {met[0][0]}, column {met[0][1]}"
        describe(ax, f"the window begins at {at} of the {names[0]}: {here} = {sum_of + ' = ' if sum_of else ''}{value}")
    else:
        describe(ax, f"the {names[0]} {input.shape} and its whole {names[1]} {output.shape}")

    room = 0.1 if weights is None else 1.1
    ax.set(xlim=(-0.1, max(right, padded.shape[1]) + 0.1), ylim=(below + room, -0.8), aspect="equal")
    ax.set_axis_off()
    return ax


def _kernel_between(weights: np.ndarray, x: float, rows: int, ax: Axes) -> float:
    """Draw a kernel between an image and its output, and return where the output begins."""
    corner = (x, max(0.0, (rows - weights.shape[0]) / 2))
    cells(weights, ax, corner=corner)
    _name("kernel", (x + weights.shape[1] / 2, corner[1]), ax)
    for sign, place in (("∗", x - GAP / 2), ("=", x + weights.shape[1] + GAP / 2)):
        ax.text(place, corner[1] + weights.shape[0] / 2, sign, ha="center", va="center", fontsize=SMALL + 4)
    return x + weights.shape[1] + GAP


def _sum(values: list[float], weights: np.ndarray | None) -> str:
    """Write out how an output is computed; nothing where there are no weights, or too many."""
    if weights is None:
        return ""
    terms = [(value, weight) for value, weight in zip(values, weights.flat, strict=True) if weight]
    if not 0 < len(terms) <= MOST_TERMS:
        return ""
    return " + ".join(f"{_factor(value)}·{_factor(weight)}" for value, weight in terms)


def _factor(value: float) -> str:
    written = f"{value + 0:.3g}".replace("-", "−")
    return f"({written})" if written.startswith("−") else written


def _padded(input: np.ndarray, sliding: Sliding, padding: tuple[int, ...]) -> np.ndarray:
    """Give the input with its border, as an image."""
    border = [(p, p) for p in padding]
    if sliding.padding_mode == "constant":
        # Wide enough for minus infinity.
        return np.pad(np.atleast_2d(input).astype(float), border, constant_values=sliding.value)
    return np.pad(np.atleast_2d(input), border, mode="edge" if sliding.padding_mode == "replicate" else "reflect")


def _largest(values: np.ndarray) -> float:
    finite = np.abs(values[np.isfinite(values)])
    return float(finite.max(initial=0.0)) or 1.0


def _hatch(shape: tuple[int, ...], padding: tuple[int, ...], ax: Axes) -> None:
    for row, column in np.ndindex(*shape):
        outside = any(at < p or at >= size - p for at, p, size in zip((row, column), padding, shape, strict=True))
        if outside:
            ax.add_artist(Rectangle((column, row), 1, 1, fill=False, hatch="///", edgecolor=FAINT, linewidth=0.5))


def _fill(output: np.ndarray, place: int, corner: tuple[float, float], limit: float, ax: Axes) -> None:
    """Draw the output as far as it is computed, and outlines of what is still to come."""
    x, y = corner
    columns = output.shape[1]
    row, column = divmod(min(place + 1, output.size), columns)
    cells(output[:row], ax, corner=corner, limit=limit)
    if column:
        cells(output[row : row + 1, :column], ax, corner=(x, y + row), limit=limit)
    for later in range(row * columns + column, output.size):
        at = (x + later % columns, y + later // columns)
        ax.add_artist(Rectangle(at, 1, 1, fill=False, edgecolor=GREY, linewidth=0.5, linestyle=":"))


def _name(name: str, at: tuple[float, float], ax: Axes) -> None:
    ax.text(at[0], at[1] - 0.15, name, ha="center", va="bottom")


def _weights_below(weights: np.ndarray, met: list[int], ax: Axes) -> None:
    """Draw a kernel under the elements that it meets."""
    for value, x in zip(weights, met, strict=True):
        ax.add_artist(Rectangle((x, 1.2), 1, 1, facecolor="white", edgecolor=INK, linewidth=1.2))
        ax.text(x + 0.5, 1.7, f"{value:.3g}", ha="center", va="center", fontsize=SMALL, color=INK)
