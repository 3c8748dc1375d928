"""GELU: each number times the probability that a normal draw is below it."""

from __future__ import annotations

import math

import numpy as np

from course.errors import ArgumentValueError
from course.functional.arguments import require_alike, require_floating
from course.functional.error_function import erf
from course.functional.precision import in_blocks

_SCALE, _CUBIC = math.sqrt(2 / math.pi), 0.044715


def gelu(input: np.ndarray, approximate: str = "none") -> np.ndarray:
    r"""Multiply each number by the normal distribution function: :math:`y = x \Phi(x)`.

    Parameters
    ----------
    input
        Any shape ``(*)``, numbers of any size.
    approximate
        'none' takes :math:`\Phi(x) = (1 + \mathrm{erf}(x / \sqrt 2)) / 2`;
        'tanh' takes :math:`(1 + \tanh(\sqrt{2 / \pi} (x + 0.044715 x^3))) / 2` for it.

    Returns
    -------
    The same shape.

    Raises
    ------
    TypeError
        Where `input` is not an array of floating-point numbers.
    ValueError
        Where approximate is neither 'none' nor 'tanh'.

    References
    ----------
    PyTorch, ``torch.nn.functional.gelu``. Hendrycks and Gimpel (2016), Gaussian error linear units.

    Examples
    --------
    >>> gelu(np.array([-1.0, 0.0, 1.0])).round(4)
    array([-0.1587,  0.    ,  0.8413])
    >>> gelu(np.array([-1.0, 0.0, 1.0]), approximate="tanh").round(4)
    array([-0.1588,  0.    ,  0.8412])
    """
    require_floating(input=input)
    _require_approximate(approximate)
    cdf = _exact_cdf if approximate == "none" else _tanh_cdf

    def gated(x: np.ndarray) -> np.ndarray:
        gate = cdf(x)
        gate *= x
        return gate

    return in_blocks(gated, input)


def gelu_backward(grad_output: np.ndarray, input: np.ndarray, approximate: str = "none") -> np.ndarray:
    r"""Give the gradient of `gelu`: :math:`g\, (\Phi(x) + x \varphi(x))`, where :math:`\varphi = \Phi'`.

    Parameters
    ----------
    grad_output
        Shape ``(*)``.
    input
        Shape ``(*)``, as in the forward pass.
    approximate
        As in the forward pass: for 'tanh' both :math:`\Phi` and :math:`\varphi` are approximated.

    Returns
    -------
    grad_input ``(*)``.

    Raises
    ------
    TypeError, ValueError
        Where the arrays are not floating-point numbers of one dtype and one shape.
    ValueError
        Where approximate is neither 'none' nor 'tanh'.

    Examples
    --------
    >>> gelu_backward(np.array([2.0, 2.0]), np.array([0.0, 1.0])).round(4)
    array([1.    , 2.1666])
    """
    require_alike(grad_output, input=input)
    _require_approximate(approximate)
    slope = _exact_slope if approximate == "none" else _tanh_slope

    def gradient(g: np.ndarray, x: np.ndarray) -> np.ndarray:
        slopes = slope(x)
        slopes *= g
        return slopes

    return in_blocks(gradient, grad_output, input)


def _exact_cdf(x: np.ndarray) -> np.ndarray:
    return _halfway(erf(x * math.sqrt(0.5)))


def _exact_slope(x: np.ndarray) -> np.ndarray:
    slope = np.square(x)
    slope *= -0.5
    np.exp(slope, out=slope)
    slope *= x
    slope *= 1 / math.sqrt(2 * math.pi)
    slope += _exact_cdf(x)
    return slope


def _tanh_cdf(x: np.ndarray) -> np.ndarray:
    return _halfway(_tanh_of_inner(x, np.square(x)))


def _tanh_slope(x: np.ndarray) -> np.ndarray:
    # beyond 100 tanh is flat; without the cut, 0 times an overflowed square would be NaN
    x = np.clip(x, -100, 100)
    squares = np.square(x)
    t = _tanh_of_inner(x, squares)
    # x times the slope of the inner function, times 1 - t², the slope of tanh
    slope = squares
    slope *= 3 * _CUBIC * _SCALE
    slope += _SCALE
    slope *= x
    slope *= 1 - np.square(t)
    slope += t
    return _halfway(slope)


def _tanh_of_inner(x: np.ndarray, squares: np.ndarray) -> np.ndarray:
    inner = squares * (_SCALE * _CUBIC)
    inner += _SCALE
    inner *= x
    return np.tanh(inner, out=inner)


def _halfway(values: np.ndarray) -> np.ndarray:
    """Bring -1 .. 1 to 0 .. 1, in place."""
    values *= 0.5
    values += 0.5
    return values


def _require_approximate(approximate: str) -> None:
    if approximate not in ("none", "tanh"):
        raise ArgumentValueError("approximate", f"is {approximate!r}", "'none' or 'tanh' is wanted")
