"""The windows that all pooling layers share: where they are, and how values meet in them.

A window over several axes is a window along each of them, and neither a maximum nor a sum minds in which order its
values come. So the layers reduce one axis after the other, for any number of axes, and a 5 by 5 window costs 5 + 5
steps instead of 25. Padding is never made: windows are cut where the array ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import EllipsisType
from typing import NamedTuple

import numpy as np

from course.errors import ArgumentValueError
from course.functional.arguments import FLOATS, INTEGERS, per_axis, require_flag, require_floating, require_ndim
from course.functional.precision import quiet

_NUMBERS = frozenset((*FLOATS, *INTEGERS))


class Windows(NamedTuple):
    """The windows along one axis.

    Window ``i`` looks at the positions ``i * stride - padding + j * dilation`` for ``j`` below `kernel_size`,
    as far as they exist.

    Examples
    --------
    >>> along = Windows(size=6, kernel_size=3, stride=2, padding=1, dilation=1, count=3)
    >>> values = np.arange(6)
    >>> [(list(range(3))[outputs], values[inputs].tolist()) for outputs, inputs in along.steps()]
    [([1, 2], [1, 3]), ([0, 1, 2], [0, 2, 4]), ([0, 1, 2], [1, 3, 5])]
    """

    size: int
    kernel_size: int
    stride: int
    padding: int
    dilation: int
    count: int

    def starts(self) -> np.ndarray:
        """Give the first position of each window, negative where it is in the padding."""
        return np.arange(self.count) * self.stride - self.padding

    def first_values(self) -> np.ndarray:
        """Give the first position of each window that is not in front of the values."""
        starts = self.starts()
        return np.where(starts < 0, starts % self.dilation, starts)

    def first_elements(self) -> np.ndarray:
        """Give the element of the kernel with which each window meets its first value."""
        return (self.first_values() - self.starts()) // self.dilation

    def overlap(self) -> bool:
        """Tell whether a value can be in two windows."""
        return self.stride <= (self.kernel_size - 1) * self.dilation

    def stay_inside(self) -> bool:
        """Tell whether no window reaches over an end of the values."""
        return not self.padding and (self.count - 1) * self.stride + (self.kernel_size - 1) * self.dilation < self.size

    def met_by(self, j: int) -> slice:
        """Give the values that element j of the kernel meets, where windows stay inside."""
        first = j * self.dilation
        return slice(first, first + (self.count - 1) * self.stride + 1, self.stride)

    def steps(self) -> Iterator[tuple[slice, slice]]:
        """Give, for each element of the kernel, the windows in which it meets a value, and these values."""
        if self.stay_inside():  # it meets one in all of them
            for j in range(self.kernel_size):
                yield slice(0, self.count), self.met_by(j)
            return
        reachable = (self.size - 1 + self.padding) // self.dilation + 1
        for j in range(min(self.kernel_size, reachable)):
            first = j * self.dilation - self.padding
            low = max(0, -(first // self.stride))
            high = max(low, min(self.count, (self.size - 1 - first) // self.stride + 1))
            start, stop = low * self.stride + first, high * self.stride + first
            yield slice(low, high), slice(start, max(start, stop - self.stride + 1), self.stride)

    def lengths(self, count_include_pad: bool) -> np.ndarray:
        """Give how many positions each window has, of an undilated kernel, with the padding or without."""
        starts = self.starts()
        ends = np.minimum(starts + self.kernel_size, self.size + self.padding)
        if not count_include_pad:
            starts, ends = np.maximum(starts, 0), np.minimum(ends, self.size)
        return ends - starts


def pool_windows(
    input: np.ndarray,
    axes: int,
    kernel_size: int | Sequence[int],
    stride: int | Sequence[int] | None,
    padding: int | Sequence[int],
    dilation: int | Sequence[int] = 1,
    ceil_mode: bool = False,
) -> tuple[Windows, ...]:
    r"""Check the arguments of a pooling layer, and give the windows along each of the last `axes` axes.

    There are :math:`\lfloor (h + 2p - d(k-1) - 1) / s \rfloor + 1` windows along an axis. `ceil_mode` rounds up
    instead, and then leaves out a last window that would start in the padding at the end.

    Raises
    ------
    TypeError, ValueError
        Names the argument, what came and what is allowed.
    """
    if not isinstance(input, np.ndarray) or input.dtype not in _NUMBERS:
        require_floating(input=input)
    require_ndim("input", input, axes + 1, axes + 2)
    require_flag(ceil_mode=ceil_mode)
    if 0 in input.shape[-axes - 1 :]:
        raise ArgumentValueError("input", f"has shape {input.shape}", "only the batch may be empty")
    if stride is None or (isinstance(stride, (tuple, list)) and not stride):
        stride = kernel_size
    kernel_sizes = per_axis("kernel_size", kernel_size, axes, at_least=1)
    strides = per_axis("stride", stride, axes, at_least=1)
    paddings = per_axis("padding", padding, axes)
    dilations = per_axis("dilation", dilation, axes, at_least=1)

    windows = []
    for size, k, s, p, d in zip(input.shape[-axes:], kernel_sizes, strides, paddings, dilations, strict=True):
        if p > k // 2:
            raise ArgumentValueError(
                "padding", f"is {padding}", f"at most half of kernel_size, which is {kernel_size}, is allowed"
            )
        room = size + 2 * p - d * (k - 1) - 1
        count = (room + s - 1 if ceil_mode else room) // s + 1
        if ceil_mode and (count - 1) * s >= size + p:
            count -= 1
        if count < 1:
            raise ArgumentValueError(
                "input", f"has shape {input.shape}", f"a window of {d * (k - 1) + 1} does not fit into {size} + 2·{p}"
            )
        windows.append(Windows(size, k, s, p, d, count))
    return tuple(windows)


def output_shape(input: np.ndarray, windows: Sequence[Windows]) -> tuple[int, ...]:
    """Give the shape of a pooling layer's output."""
    return input.shape[: -len(windows)] + tuple(w.count for w in windows)


def reduce_windows(input: np.ndarray, windows: Sequence[Windows], ufunc: np.ufunc, start: float) -> np.ndarray:
    """Join the values of each window by `ufunc`, np.maximum or np.add, beginning with `start`."""
    for axis, along in enumerate(windows, start=-len(windows)):
        if along.stay_inside() and along.kernel_size > 1:
            # every window has its first two values: they need no start
            output = ufunc(input[part(axis, along.met_by(0))], input[part(axis, along.met_by(1))])
            for j in range(2, along.kernel_size):
                ufunc(output, input[part(axis, along.met_by(j))], out=output)
        else:
            output = np.full(resized(input.shape, axis, along.count), start, dtype=input.dtype)
            for outputs, inputs in along.steps():
                target = output[part(axis, outputs)]
                ufunc(target, input[part(axis, inputs)], out=target)
        input = output
    return input


def spread_windows(grad_output: np.ndarray, windows: Sequence[Windows]) -> np.ndarray:
    """Give every value the sum over the windows it is in: the transpose of ``reduce_windows`` with np.add."""
    with quiet():
        # the last axis first: its values are far apart in memory, and there are fewest of them now
        for axis, along in zip(range(-1, -len(windows) - 1, -1), reversed(windows), strict=True):
            grad_input = np.zeros(resized(grad_output.shape, axis, along.size), dtype=grad_output.dtype)
            for outputs, inputs in along.steps():
                if along.overlap():
                    grad_input[part(axis, inputs)] += grad_output[part(axis, outputs)]
                else:
                    grad_input[part(axis, inputs)] = grad_output[part(axis, outputs)]
            grad_output = grad_input
    return grad_output


def lowest(dtype: np.dtype) -> float:
    """Give the smallest value of a dtype, from which a maximum starts."""
    return -np.inf if dtype.kind == "f" else np.iinfo(dtype).min


def resized(shape: tuple[int, ...], axis: int, size: int) -> tuple[int, ...]:
    """Give a shape with another length of one axis, which is counted from the end."""
    return (*shape[:axis], size, *shape[axis:][1:])


def part(axis: int, span: slice) -> tuple[slice | EllipsisType, ...]:
    """Give the index of a part of one axis, which is counted from the end."""
    return (..., span, *(slice(None),) * (-1 - axis))
