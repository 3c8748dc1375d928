"""Layer and RMS normalization: each sample by its own statistics, so training and evaluation are the same."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from course.errors import ArgumentTypeError, ArgumentValueError
from course.functional.arguments import require_floating, require_parameters, require_real, require_shape, require_whole
from course.functional.precision import quiet, rounded, widened
from course.functional.sums import sum_along


def layer_norm(
    input: np.ndarray,
    normalized_shape: Sequence[int],
    weight: np.ndarray | None = None,
    bias: np.ndarray | None = None,
    eps: float = 1e-5,
) -> np.ndarray:
    r"""Standardize each sample over its last axes, then scale and shift each feature.

    .. math:: y = \frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}} \odot w + b

    Mean and variance (biased) are taken over the axes of `normalized_shape`.

    Parameters
    ----------
    input
        Shape ``(*, *normalized_shape)``.
    normalized_shape
        The lengths of the axes to normalize over, as a tuple or list.
    weight, bias
        Shape ``normalized_shape``, or None for 1 and 0. May be float32 where the input is float16.
    eps
        Keeps the root from 0.

    Returns
    -------
    The shape of `input`.

    Raises
    ------
    TypeError
        Where an array is not floating-point or not of the input's dtype, `normalized_shape` is not a sequence of
        whole numbers, or `eps` is not a number.
    ValueError
        Where `normalized_shape` is empty or not how the input's shape ends, or a parameter has another shape.

    References
    ----------
    PyTorch, ``torch.nn.functional.layer_norm``. Ba, Kiros and Hinton, "Layer Normalization", 2016, arXiv:1607.06450.

    Examples
    --------
    >>> layer_norm(np.array([[1.0, 3.0], [50.0, 90.0]]), (2,), bias=np.array([0.0, 10.0])).round(3)
    array([[-1., 11.],
           [-1., 11.]])
    """
    shape = _check_trailing(input, normalized_shape, eps, weight=weight, bias=bias)
    return _normalized(input, shape, weight, bias, eps, center=True)


def layer_norm_backward(
    grad_output: np.ndarray,
    input: np.ndarray,
    weight: np.ndarray | None = None,
    eps: float = 1e-5,
    *,
    normalized_shape: Sequence[int] | None = None,
) -> tuple[np.ndarray, np.ndarray | None, np.ndarray]:
    r"""Give the gradients of `layer_norm` for its input, weight and bias.

    With :math:`g = w\,\partial L/\partial y` and means over the normalized axes,
    :math:`\partial L/\partial x = (g - \overline g - \hat x\,\overline{g \hat x}) / \sqrt{\sigma^2 + \epsilon}`.

    Parameters
    ----------
    grad_output
        The shape of `input`.
    input, weight, eps
        As in the forward pass.
    normalized_shape
        Wanted where there is no weight; otherwise it is the weight's shape.

    Returns
    -------
    grad_input, of the shape of `input`; grad_weight, None without a weight, and grad_bias, of `normalized_shape`.

    Raises
    ------
    TypeError, ValueError
        As in ``layer_norm``, where both `weight` and `normalized_shape` are missing, and where `grad_output` has
        another shape or dtype than the input.

    Examples
    --------
    >>> layer_norm_backward(np.array([[1.0, 0.0], [2.0, 5.0]]), np.array([[1.0, 3.0], [5.0, 9.0]]), np.ones(2))[2]
    array([3., 5.])
    """
    shape = _check_trailing(input, _shape_of(weight, normalized_shape), eps, weight=weight)
    return _normalized_backward(grad_output, input, shape, weight, eps, center=True)


def rms_norm(
    input: np.ndarray, normalized_shape: Sequence[int], weight: np.ndarray | None = None, eps: float | None = None
) -> np.ndarray:
    r"""Divide each sample by the root of its mean square over its last axes, then scale each feature.

    .. math:: y = \frac{x}{\sqrt{\overline{x^2} + \epsilon}} \odot w

    No mean is subtracted, and there is no bias.

    Parameters
    ----------
    input
        Shape ``(*, *normalized_shape)``.
    normalized_shape
        The lengths of the axes to normalize over, as a tuple or list.
    weight
        Shape ``normalized_shape``, or None for 1. May be float32 where the input is float16.
    eps
        Keeps the root from 0. None, as in PyTorch, is the machine epsilon: 2.2e-16 for float64, 1.2e-7 for float32
        and for float16, which is computed in float32.

    Returns
    -------
    The shape of `input`.

    Raises
    ------
    TypeError, ValueError
        As in ``layer_norm``.

    References
    ----------
    PyTorch, ``torch.nn.functional.rms_norm``. Zhang and Sennrich, "Root Mean Square Layer Normalization", 2019,
    arXiv:1910.07467.

    Examples
    --------
    >>> rms_norm(np.array([[3.0, 3.0], [-1.0, 7.0]]), (2,)).round(3)
    array([[ 1. ,  1. ],
           [-0.2,  1.4]])
    """
    shape = _check_trailing(input, normalized_shape, 0.0 if eps is None else eps, weight=weight)
    return _normalized(input, shape, weight, None, _rms_eps(input, eps), center=False)


def rms_norm_backward(
    grad_output: np.ndarray,
    input: np.ndarray,
    weight: np.ndarray | None = None,
    eps: float | None = None,
    *,
    normalized_shape: Sequence[int] | None = None,
) -> tuple[np.ndarray, np.ndarray | None]:
    r"""Give the gradients of `rms_norm` for its input and weight.

    With :math:`g = w\,\partial L/\partial y` and means over the normalized axes,
    :math:`\partial L/\partial x = (g - \hat x\,\overline{g \hat x}) / \sqrt{\overline{x^2} + \epsilon}`.

    Parameters
    ----------
    grad_output
        The shape of `input`.
    input, weight, eps
        As in the forward pass.
    normalized_shape
        Wanted where there is no weight; otherwise it is the weight's shape.

    Returns
    -------
    grad_input, of the shape of `input`; grad_weight, of `normalized_shape`, or None without a weight.

    Raises
    ------
    TypeError, ValueError
        As in ``layer_norm_backward``.

    Examples
    --------
    >>> rms_norm_backward(np.array([[1.0, 2.0]]), np.array([[3.0, 3.0]]), np.ones(2))[1].round(6)
    array([1., 2.])
    """
    shape = _check_trailing(input, _shape_of(weight, normalized_shape), 0.0 if eps is None else eps, weight=weight)
    grad_input, grad_weight, _ = _normalized_backward(
        grad_output, input, shape, weight, _rms_eps(input, eps), center=False
    )
    return grad_input, grad_weight


def _shape_of(weight: np.ndarray | None, normalized_shape: Sequence[int] | None) -> Sequence[int]:
    if normalized_shape is not None:
        return normalized_shape
    if not isinstance(weight, np.ndarray):
        raise ArgumentTypeError("weight", "is not an array and normalized_shape is missing", "one of them is expected")
    return weight.shape


def _check_trailing(
    input: np.ndarray, normalized_shape: Sequence[int], eps: float, **parameters: np.ndarray | None
) -> tuple[int, ...]:
    require_floating(input=input)
    require_parameters(input, **parameters)
    require_real(eps=eps)
    if not isinstance(normalized_shape, (tuple, list)):
        raise ArgumentTypeError("normalized_shape", f"is {normalized_shape!r}", "a tuple of whole numbers is expected")
    for length in normalized_shape:
        require_whole("normalized_shape", length, at_least=0)
    shape = tuple(int(length) for length in normalized_shape)
    if not shape or input.shape[-len(shape) :] != shape:
        raise ArgumentValueError(
            "normalized_shape",
            f"is {shape}",
            f"the last lengths of input's shape {input.shape} are expected, at least one",
        )
    for name, array in parameters.items():
        require_shape(name, array, shape)
    return shape


def _normalized(
    input: np.ndarray,
    shape: tuple[int, ...],
    weight: np.ndarray | None,
    bias: np.ndarray | None,
    eps: float,
    *,
    center: bool,
) -> np.ndarray:
    # infinities make NaN, as in PyTorch, and no warning
    with quiet():
        deviations, inverse_std = _standardized(input, shape, eps, center=center)
        output = _repeated(inverse_std, deviations)
        output *= deviations
        if weight is not None:
            _with_each_row(np.multiply, output, widened(weight).reshape(-1), out=output)
        if bias is not None:
            _with_each_row(np.add, output, widened(bias).reshape(-1), out=output)
    return rounded(output.reshape(input.shape), input.dtype)


def _normalized_backward(
    grad_output: np.ndarray,
    input: np.ndarray,
    shape: tuple[int, ...],
    weight: np.ndarray | None,
    eps: float,
    *,
    center: bool,
) -> tuple[np.ndarray, np.ndarray | None, np.ndarray]:
    require_floating(input=input, grad_output=grad_output)
    require_shape("grad_output", grad_output, input.shape)
    with quiet():
        deviations, inverse_std = _standardized(input, shape, eps, center=center)
        grads = widened(grad_output).reshape(deviations.shape)
        w = np.ones(deviations.shape[1], grads.dtype) if weight is None else widened(weight).reshape(-1)
        products = grads * deviations
        grad_bias = np.ones(len(grads), grads.dtype) @ grads
        grad_weight = None if weight is None else inverse_std[:, 0] @ products
        # what comes through the variance, and through the mean
        through_var = (products @ w)[:, np.newaxis] / w.size * inverse_std * inverse_std
        from_var = _repeated(through_var, deviations)
        from_var *= deviations
        grad_input = _with_each_row(np.multiply, grads, w, out=products)
        grad_input -= from_var
        if center:
            grad_input -= (grads @ w)[:, np.newaxis] / w.size
        grad_input *= inverse_std
    parameter = grad_output.dtype if weight is None else weight.dtype
    return (
        rounded(grad_input.reshape(input.shape), input.dtype),
        None if grad_weight is None else rounded(grad_weight.reshape(shape), parameter),
        rounded(grad_bias.reshape(shape), parameter),
    )


def _standardized(
    input: np.ndarray, shape: tuple[int, ...], eps: float, *, center: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Give each row less its mean, or as it is, and one over its standard deviation; the product is x hat."""
    x = widened(input).reshape(math.prod(input.shape[: -len(shape)]), math.prod(shape))
    deviations = x
    if center:
        means = _repeated(_row_means(x), x)
        deviations = np.subtract(x, means, out=means)
    # from the deviations: mean square less squared mean would lose its digits where the mean is large
    return deviations, 1 / np.sqrt(_row_means(deviations, deviations) + float(eps))


def _with_each_row(ufunc: np.ufunc, x: np.ndarray, parameters: np.ndarray, out: np.ndarray) -> np.ndarray:
    """Put into `out` what a ufunc makes of each row and the parameters.

    Up to 64 rows are taken as one, and as many copies of the parameters: that is faster than many short rows.
    """
    times = math.gcd(len(x), 64)
    long = (len(x) // times, times * len(parameters))
    ufunc(x.reshape(long), np.tile(parameters, times), out=out.reshape(long))
    return out


def _repeated(column: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Give as many copies of a column as x has: they meet x faster than a column that is broadcast."""
    return np.repeat(column, x.shape[1], axis=1)


def _row_means(x: np.ndarray, y: np.ndarray | None = None) -> np.ndarray:
    return sum_along(1, x, y) / x.shape[1]


def _rms_eps(input: np.ndarray, eps: float | None) -> float:
    if eps is not None:
        return eps
    return float(np.finfo(np.float64 if input.dtype == np.float64 else np.float32).eps)
