"""GELU: each number times the probability that a normal draw is below it."""

from __future__ import annotations

import math

import numpy as np

from course.errors import ArgumentValueError
from course.functional.arguments import require_alike, require_floating
from course.functional.error_function import erf
from course.functional.precision import in_blocks

# Both forms are (x + |x| G(|x|)) / 2. The exact form's G(t) is erf(t / sqrt 2): in float32
# 1 - 2^(t (A + t (B + C / ((t + D)^2 + E)))), fitted by weighted least squares. gelu then errs by at most 8e-7, where
# PyTorch's errs by 1e-6, and the power only falls beyond. The numbers are made once: Python's are converted each time.
_A, _B, _C, _D, _E = (
    np.array(c, dtype=np.float32) for c in (-1.15113123, -0.675253924, 9.15953396, 5.21079014, 15.1948881)
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

    gate = _erf if approximate == "none" else _tanh

    def gated(y: np.ndarray, x: np.ndarray) -> None:
        sizes = np.abs(x)
        gate(y, sizes)
        y *= sizes
        y += x
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
    sizes = np.abs(x)
    _erf(slope, sizes)
    np.copysign(slope, x, out=slope)
    # the density times 2 x
    density = np.square(sizes, out=sizes)
    density *= -0.5
    np.exp(density, out=density)
    density *= x
    density *= math.sqrt(2 / math.pi)
    slope += density
    slope += 1
    slope *= 0.5


def _tanh_slope(slope: np.ndarray, x: np.ndarray) -> None:
    # beyond 100 the gate is flat; without the cut, 0 times an overflowed square would be NaN
    x = np.clip(x, -100, 100)
    _tanh(slope, x)
    slope += 1
    # s (1 + x (1 - s) 2 (p + 2 x² p')), where s is the gate, half of `slope`
    inner = np.square(x)
    inner *= 3 * _TANH[1]
    inner += _TANH[0]
    inner *= x
    inner *= 2 - slope
    inner += 1
    slope *= inner
    slope *= 0.5


def _erf(y: np.ndarray, t: np.ndarray) -> None:
    """Put erf(t / sqrt 2) into y, where t is not negative."""
    if t.dtype == np.float64:
        y[...] = erf(t * math.sqrt(0.5))
        return
    np.add(t, _D, out=y)
    y *= y
    y += _E
    np.divide(_C, y, out=y)
    y += _B
    y *= t
    y += _A
    y *= t
    np.exp2(y, out=y)
    np.subtract(1, y, out=y)


def _tanh(y: np.ndarray, x: np.ndarray) -> None:
    """Put the approximation of erf(x / sqrt 2) into y."""
    np.square(x, out=y)
    y *= _TANH[1]
    y += _TANH[0]
    y *= x
    np.tanh(y, out=y)


def _require_approximate(approximate: str) -> None:
    if approximate not in ("none", "tanh"):
        raise ArgumentValueError("approximate", f"is {approximate!r}", "'none' or 'tanh' is expected")
