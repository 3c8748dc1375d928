"""How the values of this chapter are worked out, where it is not as for every convolution."""

from __future__ import annotations

import numpy as np

from course.chapters.conv1d.worked_out import output_worked_out
from course.checking.spec import Arguments


def depthwise_worked_out(arguments: Arguments, index: tuple[int, ...]) -> str:
    """Tell one output of a depthwise convolution: it is a group for each channel.

    Examples
    --------
    >>> images, kernels = np.array([[[[1.0, 2.0]], [[3.0, 4.0]]]]), np.array([[[1.0, 1.0]], [[-1.0, 1.0]]])
    >>> depthwise_worked_out({"input": images, "weight": kernels}, (0, 1, 0, 0))
    '(-1)·3 + 1·4 = 1'
    """
    weight = arguments["weight"]
    return output_worked_out({**arguments, "weight": weight[:, np.newaxis], "groups": len(weight)}, index)


def sides(kernel_size: int | tuple[int, ...]) -> tuple[int, ...]:
    """Give the sides of a kernel: a number is the height and the width.

    Examples
    --------
    >>> sides(3), sides((2, 5))
    ((3, 3), (2, 5))
    """
    return kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
