"""What a report needs to work out one value: the numbers of its window, or the windows that contain it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from course.checking.spec import Arguments
from course.checking.worked_out import in_a_sum

MOST_VALUES = 9
"""A report lists at most this many values of a window."""

MOST_WINDOWS = 4
"""A report adds up at most this many windows of one value."""


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


def maximum_worked_out(arguments: Arguments, index: tuple[int, ...]) -> str:
    """Tell the largest value of one window.

    Examples
    --------
    >>> maximum_worked_out({"input": np.array([[[[1.0, 2.0], [-7.0, 3.0]]]]), "kernel_size": 2}, (0, 0, 0, 0))
    'max(1, 2, -7, 3) = 3'
    """
    values, _ = window_of(arguments, index)
    if len(values) > MOST_VALUES:
        return ""
    return f"max({', '.join(f'{value:.4g}' for value in values)}) = {max(values):.4g}"


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


def mean_of(values: Sequence[float], count: int) -> str:
    """Write values as a sum that is divided by a count.

    Examples
    --------
    >>> mean_of([1.0, -4.0], 2)
    '(1 + (-4)) / 2 = -1.5'
    """
    total = f"({as_sum(values)})" if len(values) > 1 or values[0] < 0 else as_sum(values)
    return f"{total} / {count} = {sum(values) / count:.4g}"
