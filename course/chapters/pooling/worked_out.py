"""What a report needs to work out one value: the numbers of its window, or the windows that contain it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from course.checking.spec import Arguments
from course.checking.worked_out import in_a_sum

MOST_VALUES = 9
"""So many values of a window a report can list."""

MOST_WINDOWS = 4
"""So many windows of one value a report can add up."""


def kernel_and_stride(arguments: Arguments) -> tuple[np.ndarray, np.ndarray]:
    """Give the kernel size and the stride as pairs."""
    kernel_size, stride = arguments["kernel_size"], arguments.get("stride")
    return np.broadcast_to(kernel_size, 2), np.broadcast_to(kernel_size if stride is None else stride, 2)


def window_of(arguments: Arguments, index: tuple[int, ...]) -> tuple[list[float], int]:
    """Give the values in the window of one output, and how many of its places are in the padding."""
    kernel_size, stride = kernel_and_stride(arguments)
    starts = np.array(index[2:]) * stride - arguments.get("padding", 0)
    top, left = np.maximum(starts, 0)
    bottom, right = starts + kernel_size
    values = arguments["input"][index[0], index[1], top:bottom, left:right].ravel().tolist()
    return values, int(np.prod(kernel_size)) - len(values)


def windows_with(arguments: Arguments, index: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Give the windows that contain one value of the input, as places of grad_output."""
    (k_h, k_w), (s_h, s_w) = kernel_and_stride(arguments)
    sample, channel, y, x = index
    return [
        (sample, channel, i, j)
        for i, j in np.ndindex(arguments["grad_output"].shape[2:])
        if i * s_h <= y < i * s_h + k_h and j * s_w <= x < j * s_w + k_w
    ]


def as_sum(values: Sequence[float]) -> str:
    """Write values as a sum.

    Examples
    --------
    >>> as_sum([1.0, -0.25]), as_sum([-0.25])
    ('1 + (-0.25)', '-0.25')
    """
    if len(values) == 1:
        return f"{values[0]:.4g}"
    return " + ".join(in_a_sum(value) for value in values)
