"""How one output of a convolution of images is worked out, as a report tells it."""

from __future__ import annotations

from course.chapters.conv1d.worked_out import worked_out
from course.checking.spec import Arguments


def image_worked_out(arguments: Arguments, index: tuple[int, ...]) -> str:
    """Tell one output of a convolution of images; empty if the sum is too long.

    Examples
    --------
    >>> import numpy as np
    >>> arguments = {"input": np.array([[[[2.0, 4.0, 8.0]]]]), "weight": np.array([[[[1.0, -3.0]]]])}
    >>> image_worked_out(arguments, (0, 0, 0, 1))
    '1·4 + (-3)·8 = -20'
    """
    row, o, y, x = index
    k_h, k_w = arguments["weight"].shape[2:]
    return worked_out(arguments, o, arguments["input"][row, :, y : y + k_h, x : x + k_w])
