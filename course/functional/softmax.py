"""Softmax and its logarithm: scores to probabilities along one axis."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import DTypeLike

from course.errors import ArgumentIndexError, ArgumentTypeError
from course.functional.arguments import FLOATS, require_alike, require_floating, require_numbers, require_whole
from course.functional.precision import quiet, rounded, widened
from course.functional.sums import sum_along


def softmax(input: np.ndarray, dim: int, *, dtype: DTypeLike | None = None) -> np.ndarray:
    r"""Turn scores into probabilities along one axis: :math:`y_i = e^{x_i} / \sum_j e^{x_j}`.

    Parameters
    ----------
    input
        Any shape ``(*)``.
    dim
        The axis along which the results sum to 1; negative ones count from the end.
    dtype
        The float dtype in which to compute, and which the result has; then `input` may hold integers as well.

    Returns
    -------
    The same shape.

    Raises
    ------
    TypeError
        Where `input` is not an array of floating-point numbers, dim is not a whole number or dtype is not a float
        dtype. PyTorch still guesses a missing dim, with a warning; here it must be given.
    IndexError
        Where `input` has no such axis.

    References
    ----------
    PyTorch, ``torch.nn.functional.softmax``.

    Examples
    --------
    >>> softmax(np.array([[1000.0, 1000.0], [0.0, -1000.0]]), dim=1)
    array([[0.5, 0.5],
           [1. , 0. ]])
    """
    input = _converted(input, dtype)
    axis = _axis(dim, input.shape)
    exponentials, totals = softmax_parts(widened(input), axis)
    with quiet():
        exponentials /= totals
    return rounded(exponentials, input.dtype)


def softmax_backward(grad_output: np.ndarray, output: np.ndarray, dim: int) -> np.ndarray:
    r"""Give the gradient of `softmax` from its output :math:`y`: :math:`y_i (g_i - \sum_j g_j y_j)`.

    Parameters
    ----------
    grad_output
        Shape ``(*)``.
    output
        What the forward pass gave, shape ``(*)``.
    dim
        As in the forward pass.

    Returns
    -------
    grad_input ``(*)``.

    Raises
    ------
    TypeError, ValueError
        Where the arrays are not floating-point numbers of one dtype and one shape, or dim is not a whole number.
    IndexError
        Where `output` has no such axis.

    Examples
    --------
    >>> softmax_backward(np.array([1.0, 0.0]), np.array([0.5, 0.5]), dim=0)
    array([ 0.25, -0.25])
    """
    require_alike(grad_output, output=output)
    axis = _axis(dim, output.shape)
    g, y = widened(grad_output), widened(output)
    with quiet():
        grad_input = np.asarray(g - sum_along(axis, g, y))
        grad_input *= y
    return rounded(grad_input, output.dtype)


def log_softmax(input: np.ndarray, dim: int, *, dtype: DTypeLike | None = None) -> np.ndarray:
    r"""Give the logarithm of softmax without forming softmax: :math:`y_i = x_i - \log \sum_j e^{x_j}`.

    Parameters
    ----------
    input
        Any shape ``(*)``.
    dim
        The axis along which the exponentials of the results sum to 1.
    dtype
        As for `softmax`.

    Returns
    -------
    The same shape.

    Raises
    ------
    TypeError
        Where `input` is not an array of floating-point numbers, dim is not a whole number or dtype is not a float
        dtype.
    IndexError
        Where `input` has no such axis.

    References
    ----------
    PyTorch, ``torch.nn.functional.log_softmax``.

    Examples
    --------
    >>> log_softmax(np.array([0.0, -1000.0]), dim=0)
    array([    0., -1000.])
    """
    input = _converted(input, dtype)
    axis = _axis(dim, input.shape)
    shifted, log_total = log_softmax_parts(widened(input), axis)
    with quiet():
        return rounded(np.asarray(shifted - log_total), input.dtype)


def log_softmax_backward(grad_output: np.ndarray, output: np.ndarray, dim: int) -> np.ndarray:
    r"""Give the gradient of `log_softmax` from its output :math:`y`: :math:`g_i - e^{y_i} \sum_j g_j`.

    Parameters
    ----------
    grad_output
        Shape ``(*)``.
    output
        What the forward pass gave, shape ``(*)``.
    dim
        As in the forward pass.

    Returns
    -------
    grad_input ``(*)``.

    Raises
    ------
    TypeError, ValueError
        Where the arrays are not floating-point numbers of one dtype and one shape, or dim is not a whole number.
    IndexError
        Where `output` has no such axis.

    Examples
    --------
    >>> log_softmax_backward(np.array([1.0, 0.0]), np.log([0.5, 0.5]), dim=0).round(4)
    array([ 0.5, -0.5])
    """
    require_alike(grad_output, output=output)
    axis = _axis(dim, output.shape)
    g = widened(grad_output)
    with quiet():
        shares = np.asarray(np.exp(widened(output)))
        shares *= sum_along(axis, g)
        return rounded(np.subtract(g, shares, out=shares), output.dtype)


def softmax_parts(x: np.ndarray, axis: int) -> tuple[np.ndarray, np.ndarray]:
    """Give two arrays whose quotient is `softmax`: exponentials, and the sum of each row.

    Examples
    --------
    >>> softmax_parts(np.array([900.0, 900.0]), 0)
    (array([1., 1.]), array([2.]))
    """
    # a row of -inf only, or with inf in it, gives NaN, as in PyTorch, and no warning
    with quiet():
        if stays_in_range(x):
            exponentials = np.asarray(np.exp(x))
        else:
            exponentials = _shifted(x, axis)
            np.exp(exponentials, out=exponentials)
        return exponentials, sum_along(axis, exponentials)


def log_softmax_parts(x: np.ndarray, axis: int) -> tuple[np.ndarray, np.ndarray]:
    """Give two arrays whose difference is `log_softmax`: x, or x less each row's maximum, and one number for each row.

    Examples
    --------
    >>> log_softmax_parts(np.array([9.0, 9.0]), 0)
    (array([0., 0.]), array([0.69314718]))
    """
    with quiet():
        log_total = np.log(sum_along(axis, np.asarray(np.exp(x))))
        # in so small a range a maximum taken off would round as much as it saves
        if log_total.size and log_total.min() >= -8 and log_total.max() <= 8 + math.log(x.size / log_total.size):
            return x, log_total
        shifted = _shifted(x, axis)
        return shifted, np.log(sum_along(axis, np.asarray(np.exp(shifted))))


def stays_in_range(x: np.ndarray) -> bool:
    """Say whether exponentials, and sums of them, neither overflow nor come near zero.

    Then softmax needs no maximum taken from each row first: all of its terms would only have a common factor.

    Examples
    --------
    >>> stays_in_range(np.array([-50.0, 50.0])), stays_in_range(np.array([0.0, 800.0]))
    (True, False)
    """
    return bool(x.size and x.min() >= -50 and x.max() <= 50)


def _shifted(x: np.ndarray, axis: int) -> np.ndarray:
    # softmax does not change when a constant is subtracted from a row; less the maximum, no exponential overflows
    return np.asarray(x - x.max(axis=axis, keepdims=True, initial=-np.inf))


def _converted(input: np.ndarray, dtype: DTypeLike | None) -> np.ndarray:
    if dtype is None:
        require_floating(input=input)
        return input
    require_numbers(input=input)
    if dtype not in FLOATS:
        raise ArgumentTypeError("dtype", f"is {dtype!r}", "float16, float32 or float64 is expected")
    return rounded(input, np.dtype(dtype))


def _axis(dim: int, shape: tuple[int, ...]) -> int:
    require_whole("dim", dim)
    axes = max(len(shape), 1)
    if not -axes <= dim < axes:
        raise ArgumentIndexError("dim", f"is {dim}", f"for shape {shape} one of {-axes} to {axes - 1} is expected")
    return int(dim)
