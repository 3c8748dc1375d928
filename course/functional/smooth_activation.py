"""Activations without corners: sigmoid, tanh and SiLU, the sigmoid-gated unit."""

from __future__ import annotations

import numpy as np

from course.functional.arguments import INTEGERS, require_alike, require_floating
from course.functional.precision import elementwise


def sigmoid(input: np.ndarray) -> np.ndarray:
    r"""Squeeze any number into 0 .. 1: :math:`y = 1 / (1 + e^{-x})`.

    Parameters
    ----------
    input
        Any shape ``(*)``, numbers of any size. Integers are taken as float32.

    Returns
    -------
    The same shape.

    Raises
    ------
    TypeError
        Where `input` is not an array of floating-point numbers or integers.

    References
    ----------
    PyTorch, ``torch.nn.functional.sigmoid``.

    Examples
    --------
    >>> sigmoid(np.array([-1000.0, 0.0, 1000.0]))
    array([0. , 0.5, 1. ])
    """
    return elementwise(_sigmoid, _floating(input))


def sigmoid_backward(grad_output: np.ndarray, output: np.ndarray) -> np.ndarray:
    r"""Give the gradient of `sigmoid` from its output :math:`y`: :math:`g\, y (1 - y)`.

    Parameters
    ----------
    grad_output
        Shape ``(*)``.
    output
        What the forward pass gave, shape ``(*)``.

    Returns
    -------
    grad_input ``(*)``.

    Raises
    ------
    TypeError, ValueError
        Where the arrays are not floating-point numbers of one dtype and one shape.

    Examples
    --------
    >>> sigmoid_backward(np.array([4.0, 4.0]), np.array([0.5, 1.0]))
    array([1., 0.])
    """
    require_alike(grad_output, output=output)

    def gradient(g: np.ndarray, y: np.ndarray) -> np.ndarray:
        slope = 1 - y
        slope *= y
        slope *= g
        return slope

    return elementwise(gradient, grad_output, output)


def tanh(input: np.ndarray) -> np.ndarray:
    r"""Squeeze any number into -1 .. 1: :math:`y = (e^x - e^{-x}) / (e^x + e^{-x})`.

    Parameters
    ----------
    input
        Any shape ``(*)``, numbers of any size. Integers are taken as float32.

    Returns
    -------
    The same shape.

    Raises
    ------
    TypeError
        Where `input` is not an array of floating-point numbers or integers.

    References
    ----------
    PyTorch, ``torch.nn.functional.tanh``.

    Examples
    --------
    >>> tanh(np.array([-1000.0, 0.0, 1000.0]))
    array([-1.,  0.,  1.])
    """
    return elementwise(np.tanh, _floating(input))


def tanh_backward(grad_output: np.ndarray, output: np.ndarray) -> np.ndarray:
    r"""Give the gradient of `tanh` from its output :math:`y`: :math:`g (1 - y^2)`.

    Parameters
    ----------
    grad_output
        Shape ``(*)``.
    output
        What the forward pass gave, shape ``(*)``.

    Returns
    -------
    grad_input ``(*)``.

    Raises
    ------
    TypeError, ValueError
        Where the arrays are not floating-point numbers of one dtype and one shape.

    Examples
    --------
    >>> tanh_backward(np.array([4.0, 4.0]), np.array([0.5, 1.0]))
    array([3., 0.])
    """
    require_alike(grad_output, output=output)

    def gradient(g: np.ndarray, y: np.ndarray) -> np.ndarray:
        slope = np.square(y)
        np.subtract(1, slope, out=slope)
        slope *= g
        return slope

    return elementwise(gradient, grad_output, output)


def silu(input: np.ndarray) -> np.ndarray:
    r"""Multiply by one's own sigmoid: :math:`y = x \sigma(x)`. Also known as swish.

    Parameters
    ----------
    input
        Any shape ``(*)``, numbers of any size.

    Returns
    -------
    The same shape.

    Raises
    ------
    TypeError
        Where `input` is not an array of floating-point numbers.

    References
    ----------
    PyTorch, ``torch.nn.functional.silu``. Elfwing, Uchibe and Doya (2017), Sigmoid-weighted linear units.

    Examples
    --------
    >>> silu(np.array([-1000.0, 0.0, 1000.0]))
    array([  -0.,    0., 1000.])
    """
    require_floating(input=input)

    def gated(x: np.ndarray) -> np.ndarray:
        inverse_gate = _one_plus_exp(-x)
        return np.divide(x, inverse_gate, out=inverse_gate)

    return elementwise(gated, input)


def silu_backward(grad_output: np.ndarray, input: np.ndarray) -> np.ndarray:
    r"""Give the gradient of `silu`: :math:`g\, s (1 + x (1 - s))` with :math:`s = \sigma(x)`.

    Parameters
    ----------
    grad_output
        Shape ``(*)``.
    input
        Shape ``(*)``, as in the forward pass.

    Returns
    -------
    grad_input ``(*)``.

    Raises
    ------
    TypeError, ValueError
        Where the arrays are not floating-point numbers of one dtype and one shape.

    Examples
    --------
    >>> silu_backward(np.array([2.0, 2.0]), np.array([0.0, 1000.0]))
    array([1., 2.])
    """
    require_alike(grad_output, input=input)

    def gradient(g: np.ndarray, x: np.ndarray) -> np.ndarray:
        s = _sigmoid(x)
        slope = 1 - s
        slope *= x
        slope += 1
        slope *= s
        slope *= g
        return slope

    return elementwise(gradient, grad_output, input)


def _floating(input: np.ndarray) -> np.ndarray:
    if isinstance(input, np.ndarray) and input.dtype in INTEGERS:
        return input.astype(np.float32)
    require_floating(input=input)
    return input


def _sigmoid(x: np.ndarray) -> np.ndarray:
    # for very negative x the exponential is infinite and its reciprocal 0, which is right
    y = _one_plus_exp(-x)
    return np.divide(1, y, out=y)


def _one_plus_exp(x: np.ndarray) -> np.ndarray:
    """Put 1 + exp(x) in place of x: a step in place takes half the time of one that makes a new array."""
    np.exp(x, out=x)
    x += 1
    return x
