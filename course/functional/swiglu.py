"""SwiGLU, the feed-forward part of the Llama family: one linear layer is the gate of another."""

from __future__ import annotations

import numpy as np

from course.functional.arguments import require_floating, require_shape
from course.functional.precision import quiet, rounded, widened

Array = np.ndarray


def swiglu(x: Array, w_gate: Array, w_up: Array, w_down: Array) -> Array:
    r"""Give :math:`(\mathrm{SiLU}(x W_{gate}^\top) \odot x W_{up}^\top)\, W_{down}^\top`.

    Parameters
    ----------
    x
        Shape ``(*, d_m)``.
    w_gate, w_up
        Shape ``(d_f, d_m)``.
    w_down
        Shape ``(d_m, d_f)``; its rows may also be more or fewer.

    Returns
    -------
    Shape ``(*, d_m)``.

    Raises
    ------
    TypeError
        Where the arrays are not floating-point numbers of one dtype.
    ValueError
        Where a shape is none of those above.

    References
    ----------
    Shazeer (2020), GLU Variants Improve Transformer, arXiv:2002.05202. PyTorch has no such function.

    Examples
    --------
    >>> one = np.ones((1, 1))
    >>> swiglu(one, one, 2 * one, one).round(4)
    array([[1.4621]])
    """
    _require(x, w_gate, w_up, w_down)
    with quiet():
        gate, up = widened(x) @ widened(w_gate).T, widened(x) @ widened(w_up).T
        return rounded((gate * _sigmoid(gate) * up) @ widened(w_down).T, x.dtype)


def swiglu_backward(
    grad_output: Array, x: Array, w_gate: Array, w_up: Array, w_down: Array
) -> tuple[Array, Array, Array, Array]:
    r"""Give the gradients of `swiglu` for its four arguments.

    With the hidden features :math:`h = s(a)\, u` and :math:`g = G W_{down}`: :math:`g\, s(a)` for u, and
    :math:`g\, u\, s'(a)` for a, where :math:`s'(a) = \sigma(a) (1 + a (1 - \sigma(a)))`.

    Parameters
    ----------
    grad_output
        Shape ``(*, d_m)``.
    x, w_gate, w_up, w_down
        As in the forward pass.

    Returns
    -------
    grad_x, grad_w_gate, grad_w_up, grad_w_down

    Raises
    ------
    TypeError, ValueError
        As in the forward pass.

    Examples
    --------
    >>> one = np.ones((1, 1))
    >>> swiglu_backward(one, one, one, 2 * one, one)[2].round(4)
    array([[0.7311]])
    """
    _require(x, w_gate, w_up, w_down)
    require_floating(x=x, grad_output=grad_output)
    require_shape("grad_output", grad_output, (*x.shape[:-1], len(w_down)))
    with quiet():
        rows, grads = (widened(a).reshape(-1, a.shape[-1]) for a in (x, grad_output))
        gate, up = rows @ widened(w_gate).T, rows @ widened(w_up).T
        sigma = _sigmoid(gate)
        grad_hidden = grads @ widened(w_down)
        grad_up = grad_hidden * gate * sigma
        grad_gate = grad_hidden * up * sigma * (1 + gate * (1 - sigma))
        grad_x = (grad_gate @ widened(w_gate) + grad_up @ widened(w_up)).reshape(x.shape)
        found = grad_x, grad_gate.T @ rows, grad_up.T @ rows, grads.T @ (gate * sigma * up)
        one, two, three, four = (rounded(grad, x.dtype) for grad in found)
    return one, two, three, four


def _require(x: Array, w_gate: Array, w_up: Array, w_down: Array) -> None:
    require_floating(x=x, w_gate=w_gate, w_up=w_up, w_down=w_down)
    require_shape("w_gate", w_gate, (w_up.shape[0] if w_up.ndim else 0, x.shape[-1] if x.ndim else 0))
    require_shape("w_up", w_up, w_gate.shape)
    require_shape("w_down", w_down, (len(w_down) if w_down.ndim else 0, len(w_gate)))


def _sigmoid(x: Array) -> Array:
    # never takes exp of a large number
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, small) / (1 + small)
