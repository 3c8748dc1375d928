"""How one output of a convolution is worked out, as a report tells it."""

from __future__ import annotations

import numpy as np

from course.checking.spec import Arguments
from course.checking.worked_out import sum_of_products

MOST_TOLD = 4
"""Products that a report can add up on one line."""


def signal_worked_out(arguments: Arguments, index: tuple[int, ...]) -> str:
    """Tell one output of a convolution along one axis."""
    row, o, x = index
    k = arguments["weight"].shape[2]
    return worked_out(arguments, o, arguments["input"][row, :, x : x + k])


def worked_out(arguments: Arguments, o: int, window: np.ndarray) -> str:
    """Write the sum that gives one output of channel `o`; empty if it is too long.

    Parameters
    ----------
    arguments
        The call's: its weight and, where there is one, its bias are used.
    o
        The output channel.
    window
        What the kernels of this channel meet.

    Examples
    --------
    >>> arguments = {"weight": np.array([[[1.0, -3.0]]]), "bias": np.array([0.5])}
    >>> worked_out(arguments, 0, np.array([[2.0, 4.0]]))
    '1·2 + (-3)·4 + 0.5 = -9.5'
    """
    kernels = arguments["weight"][o]
    if kernels.size > MOST_TOLD:
        return ""
    return sum_of_products(kernels.flat, window.flat, arguments["bias"][o] if "bias" in arguments else None)
