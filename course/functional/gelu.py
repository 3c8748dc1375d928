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
        Where `input` is no array of floating-point numbers.
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
    return in_blocks(lambda x: x * cdf(x), input)


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
    return in_blocks(lambda g, x: g * slope(x), grad_output, input)


def _exact_cdf(x: np.ndarray) -> np.ndarray:
    return 0.5 + 0.5 * erf(x * math.sqrt(0.5))


def _exact_slope(x: np.ndarray) -> np.ndarray:
    return _exact_cdf(x) + x * np.exp(-0.5 * x * x) * (1 / math.sqrt(2 * math.pi))


def _tanh_cdf(x: np.ndarray) -> np.ndarray:
    return 0.5 + 0.5 * np.tanh(_inner(x))


def _tanh_slope(x: np.ndarray) -> np.ndarray:
    # beyond 100 tanh is flat; without the cut, 0 times an overflowed square would be NaN
    x = np.clip(x, -100, 100)
    t = np.tanh(_inner(x))
    inner_slope = _SCALE * (1 + 3 * _CUBIC * x * x)
    return 0.5 * (1 + t + x * (1 - t * t) * inner_slope)


def _inner(x: np.ndarray) -> np.ndarray:
    return _SCALE * x * (1 + _CUBIC * x * x)


def _require_approximate(approximate: str) -> None:
    if approximate not in ("none", "tanh"):
        raise ArgumentValueError("approximate", f"is {approximate!r}", "'none' or 'tanh' is wanted")
