"""GELU: each number times the probability that a normal draw is below it."""

from __future__ import annotations

import math

import numpy as np

from course.errors import ArgumentValueError
from course.functional.arguments import require_alike, require_floating
from course.functional.error_function import erf
from course.functional.precision import in_blocks

# Both forms are x (1 + tanh(x p(x²))) / 2. These are the coefficients of p, from the lowest. The exact form's were
# fitted by weighted least squares on |x| <= 5.9; with them gelu errs by 7e-8, less than float32's own rounding, and p
# only grows beyond.
_EXACT = tuple(
    np.array(c, dtype=np.float32)  # once: a Python number is converted again in each operation
    for c in (0.797884215, 3.63342835e-2, -3.3129994e-5, -5.52401585e-5, 3.96910946e-6, -1.334464095e-7, 1.80561642e-9)
)
_TANH = (math.sqrt(2 / math.pi), math.sqrt(2 / math.pi) * 0.044715)


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

    def gated(y: np.ndarray, x: np.ndarray) -> None:
        _twice_cdf(y, x, np.square(x), approximate)
        y *= x
        y *= 0.5

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

    def gradient(slopes: np.ndarray, g: np.ndarray, x: np.ndarray) -> None:
        slope(slopes, x)
        slopes *= g

    return in_blocks(gradient, grad_output, input)


def _exact_slope(slope: np.ndarray, x: np.ndarray) -> None:
    squares = np.square(x)
    _twice_cdf(slope, x, squares, "none")
    # the density times 2 x
    squares *= -0.5
    np.exp(squares, out=squares)
    squares *= x
    squares *= math.sqrt(2 / math.pi)
    slope += squares
    slope *= 0.5


def _tanh_slope(slope: np.ndarray, x: np.ndarray) -> None:
    # beyond 100 the gate is flat; without the cut, 0 times an overflowed square would be NaN
    x = np.clip(x, -100, 100)
    squares = np.square(x)
    _twice_cdf(slope, x, squares, "tanh")
    # s (1 + x (1 - s) 2 (p + 2 x² p')), where s is the gate, half of `slope`
    inner = squares
    inner *= 3 * _TANH[1]
    inner += _TANH[0]
    inner *= x
    inner *= 2 - slope
    inner += 1
    slope *= inner
    slope *= 0.5


def _twice_cdf(y: np.ndarray, x: np.ndarray, squares: np.ndarray, approximate: str) -> None:
    """Put twice the distribution function into y, from x and x²."""
    if approximate == "none" and x.dtype == np.float64:
        y[...] = erf(x * math.sqrt(0.5))
    else:
        *others, last = _TANH if approximate == "tanh" else _EXACT
        np.multiply(squares, last, out=y)
        for coefficient in reversed(others[1:]):
            y += coefficient
            y *= squares
        y += others[0]
        y *= x
        np.tanh(y, out=y)
    y += 1


def _require_approximate(approximate: str) -> None:
    if approximate not in ("none", "tanh"):
        raise ArgumentValueError("approximate", f"is {approximate!r}", "'none' or 'tanh' is wanted")
