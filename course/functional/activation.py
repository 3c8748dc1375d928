"""Activations made of straight pieces: ReLU, its capped and its leaky form, and hardswish."""

from __future__ import annotations

import numpy as np

from course.functional.arguments import require_alike, require_floating, require_numbers, require_real
from course.functional.precision import elementwise


def relu(input: np.ndarray) -> np.ndarray:
    r"""Keep what is positive and put zero for the rest: :math:`y = \max(0, x)`.

    Parameters
    ----------
    input
        Any shape ``(*)``, integers too.

    Returns
    -------
    The same shape.

    Raises
    ------
    TypeError
        Where `input` is not an array of floating-point numbers or integers.

    References
    ----------
    PyTorch, ``torch.nn.functional.relu``.

    Examples
    --------
    >>> relu(np.array([-2.0, 0.0, 3.0]))
    array([0., 0., 3.])
    """
    require_numbers(input=input)
    # np.maximum(input, 0) says the same, but takes three times as long
    top = np.inf if input.dtype.kind == "f" else np.iinfo(input.dtype).max
    return elementwise(lambda x: x.clip(0, top), input)


def relu_backward(grad_output: np.ndarray, input: np.ndarray) -> np.ndarray:
    r"""Give the gradient of `relu`: it passes where :math:`x > 0` or x is NaN; at 0 it does not.

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
    >>> relu_backward(np.array([5.0, 6.0, 7.0]), np.array([-2.0, 0.0, 3.0]))
    array([0., 0., 7.])
    """
    require_alike(grad_output, input=input)
    return elementwise(lambda g, x: _kept(g, ~(x <= 0)), grad_output, input)


def relu6(input: np.ndarray) -> np.ndarray:
    r"""Cap ReLU at six: :math:`y = \min(\max(0, x), 6)`.

    Parameters
    ----------
    input
        Any shape ``(*)``, integers too.

    Returns
    -------
    The same shape.

    Raises
    ------
    TypeError
        Where `input` is not an array of floating-point numbers or integers.

    References
    ----------
    PyTorch, ``torch.nn.functional.relu6``.

    Examples
    --------
    >>> relu6(np.array([-2.0, 3.0, 8.0]))
    array([0., 3., 6.])
    """
    require_numbers(input=input)
    return elementwise(lambda x: x.clip(0, 6), input)


def relu6_backward(grad_output: np.ndarray, input: np.ndarray) -> np.ndarray:
    r"""Give the gradient of `relu6`: it passes where :math:`0 < x < 6`; at 0 and at 6 it does not.

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
    >>> relu6_backward(np.array([5.0, 6.0, 7.0]), np.array([-2.0, 3.0, 6.0]))
    array([0., 6., 0.])
    """
    require_alike(grad_output, input=input)
    return elementwise(lambda g, x: _kept(g, ~((x <= 0) | (x >= 6))), grad_output, input)


def leaky_relu(input: np.ndarray, negative_slope: float = 0.01) -> np.ndarray:
    r"""Let negative values through, made small: :math:`y = \max(0, x) + a \min(0, x)`.

    Parameters
    ----------
    input
        Any shape ``(*)``.
    negative_slope
        The factor :math:`a` of negative values.

    Returns
    -------
    The same shape.

    Raises
    ------
    TypeError
        If `input` is not an array of floating-point numbers, or negative_slope is not a number.

    References
    ----------
    PyTorch, ``torch.nn.functional.leaky_relu``.

    Examples
    --------
    >>> leaky_relu(np.array([-2.0, 0.0, 3.0]), 0.1)
    array([-0.2,  0. ,  3. ])
    """
    require_floating(input=input)
    require_real(negative_slope=negative_slope)
    slope = float(negative_slope)
    if 0 < slope <= 1:
        return elementwise(lambda x: _larger(slope * x, x), input)
    return elementwise(lambda x: x.clip(0, np.inf) + slope * x.clip(-np.inf, 0), input)


def leaky_relu_backward(grad_output: np.ndarray, input: np.ndarray, negative_slope: float = 0.01) -> np.ndarray:
    r"""Give the gradient of `leaky_relu`: times 1 where :math:`x > 0`, times the slope elsewhere, also at 0.

    Parameters
    ----------
    grad_output
        Shape ``(*)``.
    input
        Shape ``(*)``, as in the forward pass.
    negative_slope
        As in the forward pass.

    Returns
    -------
    grad_input ``(*)``.

    Raises
    ------
    TypeError, ValueError
        Where the arrays are not floating-point numbers of one dtype and one shape, or negative_slope is not a number.

    Examples
    --------
    >>> leaky_relu_backward(np.array([5.0, 6.0, 7.0]), np.array([-2.0, 0.0, 3.0]), 0.1)
    array([0.5, 0.6, 7. ])
    """
    require_alike(grad_output, input=input)
    require_real(negative_slope=negative_slope)
    slope = float(negative_slope)

    def gradient(g: np.ndarray, x: np.ndarray) -> np.ndarray:
        positive = (x > 0).astype(g.dtype)
        if 0 <= slope <= 1:
            positive.clip(slope, 1, out=positive)
            positive *= g
            return positive
        # 1 or 0, plus the slope times 0 or 1: np.where takes much longer on values of mixed sign
        factor = 1 - positive
        factor *= slope
        factor += positive
        factor *= g
        return factor

    return elementwise(gradient, grad_output, input)


def hardswish(input: np.ndarray) -> np.ndarray:
    r"""Multiply by a gate that opens in a straight line from -3 to 3: :math:`y = x \min(\max(0, x + 3), 6) / 6`.

    Parameters
    ----------
    input
        Any shape ``(*)``.

    Returns
    -------
    The same shape.

    Raises
    ------
    TypeError
        Where `input` is not an array of floating-point numbers.

    References
    ----------
    PyTorch, ``torch.nn.functional.hardswish``. Howard et al. (2019), Searching for MobileNetV3.

    Examples
    --------
    >>> hardswish(np.array([-4.0, 0.0, 1.5, 4.0]))
    array([-0.   ,  0.   ,  1.125,  4.   ])
    """
    require_floating(input=input)

    def gated(x: np.ndarray) -> np.ndarray:
        gate = x.clip(-3, 3)
        gate += 3
        gate *= x
        gate *= 1 / 6
        return gate

    return elementwise(gated, input)


def hardswish_backward(grad_output: np.ndarray, input: np.ndarray) -> np.ndarray:
    r"""Give the gradient of `hardswish`: the gate, plus :math:`x / 6` where the gate moves, :math:`-3 < x < 3`.

    Parameters
    ----------
    grad_output
        Shape ``(*)``.
    input
        Shape ``(*)``, as in the forward pass.

    Returns
    -------
    grad_input ``(*)``: times 0 at -3 and times 1 at 3.

    Raises
    ------
    TypeError, ValueError
        Where the arrays are not floating-point numbers of one dtype and one shape.

    Examples
    --------
    >>> hardswish_backward(np.ones(4), np.array([-3.0, 0.0, 1.5, 3.0]))
    array([0. , 0.5, 1. , 1. ])
    """
    require_alike(grad_output, input=input)

    def gradient(g: np.ndarray, x: np.ndarray) -> np.ndarray:
        slope = x.clip(-3, 3)
        slope /= 3
        jumps = np.trunc(slope)  # -1 and 1 at both ends, where the slope jumps by a half, and 0 between
        jumps *= 0.5
        slope -= jumps
        slope += 0.5
        slope *= g
        # 0 times infinity would be NaN
        return slope if np.isfinite(g).all() else _kept(slope, ~(x <= -3))

    return elementwise(gradient, grad_output, input)


def _larger(y: np.ndarray, x: np.ndarray) -> np.ndarray:
    return np.maximum(y, x, out=y)


def _kept(g: np.ndarray, keep: np.ndarray) -> np.ndarray:
    """Give g where `keep` says so, and 0 elsewhere.

    The product is one of g's bits, taken as whole numbers: 0 times infinity would be NaN. Where signs are mixed
    np.where takes ten times as long.
    """
    kept = keep.astype(f"i{g.dtype.itemsize}")
    kept *= g.view(kept.dtype)
    return kept.view(g.dtype)
