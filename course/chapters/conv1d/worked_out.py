"""How one value of a convolution, or of its gradients, is worked out, as a report tells it."""

from __future__ import annotations

import numpy as np

from course.checking.spec import Arguments
from course.checking.worked_out import in_a_sum, sum_of_products, unless_long

MOST_TOLD = 8
"""Products that a report can add up on one line, where their numbers are short."""


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
    return on_a_line(kernels, window, arguments["bias"][o] if arguments.get("bias") is not None else None)


def on_a_line(left: np.ndarray, right: np.ndarray, bias: float | None = None) -> str:
    """Write a sum of products of two arrays of one size; empty if it does not fit on a line.

    Examples
    --------
    >>> on_a_line(np.array([[1.0], [-3.0]]), np.array([2.0, 4.0]))
    '1·2 + (-3)·4 = -10'
    >>> on_a_line(np.ones(100), np.ones(100))
    ''
    """
    if left.size > MOST_TOLD:
        return ""
    return unless_long(sum_of_products(left.flat, right.flat, bias))


def grad_input_worked_out(arguments: Arguments, index: tuple[int, ...]) -> str:
    """Tell one value of the gradient of a signal: every window that the element is in adds its share."""
    row, c, x = index
    grad_output, weight = arguments["grad_output"], arguments["weight"]
    positions = [v for v in range(weight.shape[2]) if 0 <= x - v < grad_output.shape[2]]
    return on_a_line(grad_output[row][:, [x - v for v in positions]], weight[:, c, positions])


def grad_weight_worked_out(arguments: Arguments, index: tuple[int, ...]) -> str:
    """Tell one value of the gradient of a kernel: every place where the weight is used adds its share."""
    o, c, v = index
    grad_output = arguments["grad_output"][:, o]
    return on_a_line(grad_output, arguments["input"][:, c, v : v + grad_output.shape[1]])


def grad_bias_worked_out(arguments: Arguments, index: tuple[int, ...]) -> str:
    """Tell one value of the gradient of the bias."""
    grad_output = arguments["grad_output"][:, index[0]]
    if grad_output.size > MOST_TOLD:
        return ""
    return f"{' + '.join(map(in_a_sum, grad_output.flat))} = {grad_output.sum():.4g}"
