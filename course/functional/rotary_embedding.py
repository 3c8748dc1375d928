"""Rotary positions: queries and keys are turned by an angle that grows with their position."""

from __future__ import annotations

import numpy as np

from course.errors import ArgumentTypeError, ArgumentValueError
from course.functional.arguments import require_floating, require_real
from course.functional.precision import quiet, rounded, widened


def rotary_embedding(x: np.ndarray, positions: np.ndarray, base: float = 10_000.0) -> np.ndarray:
    r"""Turn pairs of features by the angle :math:`t\, b^{-2i/d}`, where t is the position and i counts pairs.

    Feature i forms a pair with feature i + d/2, as in Hugging Face's Llama and in ONNX.

    Parameters
    ----------
    x
        Shape ``(*, l, d)`` with an even d.
    positions
        Shape ``(l,)``, whole numbers.
    base
        Positive. The larger it is, the slower the last pairs turn.

    Returns
    -------
    The shape of `x`.

    Raises
    ------
    TypeError
        Where `x` is not of floating-point numbers, or `positions` not of whole ones.
    ValueError
        Where d is odd, a shape does not fit, or `base` is not positive.

    References
    ----------
    Su et al. (2021), RoFormer, arXiv:2104.09864. PyTorch has no such function.

    Examples
    --------
    >>> rotary_embedding(np.array([[1.0, 0.0], [1.0, 0.0]]), np.array([0, 1])).round(4)
    array([[1.    , 0.    ],
           [0.5403, 0.8415]])
    """
    return _turned(x, positions, base, 1)


def rotary_embedding_backward(grad_output: np.ndarray, positions: np.ndarray, base: float = 10_000.0) -> np.ndarray:
    """Give the gradient of `rotary_embedding` for x: the same turn, backwards.

    Parameters
    ----------
    grad_output
        Shape ``(*, l, d)``.
    positions, base
        As in the forward pass.

    Returns
    -------
    grad_x, of that shape.

    Raises
    ------
    TypeError, ValueError
        As in the forward pass.

    Examples
    --------
    >>> rotary_embedding_backward(np.array([[0.5403, 0.8415]]), np.array([1])).round(3)
    array([[1., 0.]])
    """
    return _turned(grad_output, positions, base, -1)


def _turned(x: np.ndarray, positions: np.ndarray, base: float, direction: int) -> np.ndarray:
    require_floating(x=x)
    require_real(base=base)
    if x.ndim < 2 or x.shape[-1] % 2:
        raise ArgumentValueError("x", f"has shape {x.shape}", "at least 2 axes are expected, and the last one even")
    if not isinstance(positions, np.ndarray) or positions.dtype.kind not in "iu":
        came = getattr(positions, "dtype", type(positions).__name__)
        raise ArgumentTypeError("positions", f"is {came}", "an array of whole numbers is expected")
    if positions.shape != x.shape[-2:-1]:
        raise ArgumentValueError("positions", f"has shape {positions.shape}", f"{x.shape[-2:-1]} is expected")
    if base <= 0:
        raise ArgumentValueError("base", f"is {base}", "a positive number is expected")
    half = x.shape[-1] // 2
    angles = direction * positions[:, np.newaxis] * float(base) ** (-np.arange(half) / max(half, 1))
    cos, sin = np.cos(angles), np.sin(angles)
    first, second = widened(x[..., :half]), widened(x[..., half:])
    with quiet():
        return rounded(np.concatenate([first * cos - second * sin, second * cos + first * sin], axis=-1), x.dtype)
