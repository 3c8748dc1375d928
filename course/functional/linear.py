"""The linear layer: every output is a weighted sum of all inputs."""

from __future__ import annotations

import math

import numpy as np

from course.errors import ArgumentValueError
from course.functional.arguments import given, require_floating, require_ndim, require_numbers, require_shape
from course.functional.precision import quiet, rounded, widened


def linear(input: np.ndarray, weight: np.ndarray, bias: np.ndarray | None = None) -> np.ndarray:
    r"""Apply a linear map and add a bias: :math:`y = x W^T + b`.

    Parameters
    ----------
    input
        Shape ``(*, c_i)``: any number of leading axes, or none.
    weight
        Shape ``(c_o, c_i)``: one row per output; or ``(c_i,)`` for a single output, which then has no axis.
    bias
        Shape ``(c_o,)``, with a weight of shape ``(c_i,)`` shape ``()``; or None.

    Returns
    -------
    Shape ``(*, c_o)``, or ``(*)`` for a weight of shape ``(c_i,)``; of the arguments' dtype.

    Raises
    ------
    TypeError
        Where the arrays are not numbers of one dtype.
    ValueError
        Where the last axes of `input` and `weight` differ in length, or a shape is not listed above.

    References
    ----------
    PyTorch, ``torch.nn.functional.linear``.

    Examples
    --------
    >>> linear(np.array([[1.0, 2.0]]), np.array([[10.0, 1.0], [0.0, 1.0], [1.0, 0.0]]), np.array([0.0, 0.5, 0.0]))
    array([[12. ,  2.5,  1. ]])
    """
    require_numbers(input=input, weight=weight, **given(bias=bias))
    _require_features(input, weight)
    require_shape("bias", bias, weight.shape[:-1])
    # all leading axes as one: a single matrix product is faster than one for each
    with quiet():
        output = _samples(widened(input)) @ widened(weight).T
        if bias is not None:
            output += bias
    return rounded(output.reshape(input.shape[:-1] + weight.shape[:-1]), input.dtype)


def linear_backward(
    grad_output: np.ndarray, input: np.ndarray, weight: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    r"""Give the gradients of `linear` from the gradient :math:`g` of its output.

    They are :math:`g W` for the input, :math:`g^T x` for the weight and, summed over samples, :math:`g` for the bias.

    Parameters
    ----------
    grad_output
        Shape ``(*, c_o)``, as the output.
    input
        Shape ``(*, c_i)``, as in the forward pass.
    weight
        Shape ``(c_o, c_i)`` or ``(c_i,)``.

    Returns
    -------
    grad_input, grad_weight, grad_bias
        Shaped as input, weight and bias. The last two are sums over all samples.

    Raises
    ------
    TypeError
        Where the arrays are not floating-point numbers of one width.
    ValueError
        Where a shape is none of those above.

    Examples
    --------
    >>> grad_input, grad_weight, grad_bias = linear_backward(
    ...     np.array([[1.0], [2.0]]), np.array([[3.0, 4.0], [5.0, 6.0]]), np.array([[7.0, 8.0]])
    ... )
    >>> grad_weight, grad_bias
    (array([[13., 16.]]), array([3.]))
    """
    require_floating(grad_output=grad_output, input=input, weight=weight)
    _require_features(input, weight)
    require_shape("grad_output", grad_output, input.shape[:-1] + weight.shape[:-1])
    rows = np.atleast_2d(widened(weight))
    samples = _samples(widened(input))
    grads = widened(grad_output).reshape(len(samples), len(rows))
    kind = input.dtype
    with quiet():
        return (
            rounded((grads @ rows).reshape(input.shape), kind),
            rounded((grads.T @ samples).reshape(weight.shape), kind),
            rounded(grads.sum(axis=0).reshape(weight.shape[:-1]), kind),
        )


def _require_features(input: np.ndarray, weight: np.ndarray) -> None:
    require_ndim("weight", weight, 1, 2)
    if not input.ndim:
        raise ArgumentValueError("input", "has shape ()", "at least 1 axis is expected")
    if input.shape[-1] != weight.shape[-1]:
        raise ArgumentValueError(
            "input", f"has shape {input.shape} and weight {weight.shape}", "their last axes must be of one length"
        )


def _samples(input: np.ndarray) -> np.ndarray:
    # -1 would not do: NumPy can't work it out where there are no features
    return input.reshape(math.prod(input.shape[:-1]), input.shape[-1])
