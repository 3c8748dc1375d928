"""One step of a recurrent layer: RNN, GRU and LSTM, with PyTorch's order of the gates.

PyTorch has them as ``torch.rnn_tanh_cell``, ``torch.gru_cell`` and ``torch.lstm_cell``.
Symbols: n sequences, f features of a position, d size of the state.
"""

from __future__ import annotations

import numpy as np

from course.functional.arguments import given, require_floating, require_ndim, require_shape
from course.functional.precision import quiet, rounded, widened

Array = np.ndarray
Bias = np.ndarray | None


def rnn_cell(
    input: Array, hx: Array, weight_ih: Array, weight_hh: Array, bias_ih: Bias = None, bias_hh: Bias = None
) -> Array:
    r"""Give the next state of a plain recurrent layer: :math:`\tanh(W_{ih} x + b_{ih} + W_{hh} h + b_{hh})`.

    Parameters
    ----------
    input
        Shape ``(n, f)``.
    hx
        Shape ``(n, d)``: the state before.
    weight_ih, weight_hh
        Shape ``(d, f)`` and ``(d, d)``.
    bias_ih, bias_hh
        Shape ``(d,)``, or None.

    Returns
    -------
    Shape ``(n, d)``, of the arguments' dtype.

    Raises
    ------
    TypeError
        Where the arrays are not floating-point numbers of one width.
    ValueError
        Where a shape is none of those above.

    Examples
    --------
    >>> one = np.ones((1, 1))
    >>> rnn_cell(one, one, 2 * one, -one).round(4)
    array([[0.7616]])
    """
    from_input, from_state = _parts(1, input, hx, weight_ih, weight_hh, bias_ih, bias_hh)
    with quiet():
        return rounded(np.tanh(from_input + from_state), input.dtype)


def rnn_cell_backward(
    grad_output: Array,
    input: Array,
    hx: Array,
    weight_ih: Array,
    weight_hh: Array,
    bias_ih: Bias = None,
    bias_hh: Bias = None,
) -> tuple[Array, ...]:
    """Give the gradients of `rnn_cell` for its six arguments; both biases have the same.

    Parameters
    ----------
    grad_output
        Shape ``(n, d)``.
    input, hx, weight_ih, weight_hh, bias_ih, bias_hh
        As in the forward pass.

    Returns
    -------
    grad_input, grad_hx, grad_weight_ih, grad_weight_hh, grad_bias_ih, grad_bias_hh

    Raises
    ------
    TypeError, ValueError
        As in the forward pass.

    Examples
    --------
    >>> one = np.ones((1, 1))
    >>> rnn_cell_backward(one, one, one, 2 * one, -one)[1].round(4)
    array([[-0.42]])
    """
    from_input, from_state = _parts(1, input, hx, weight_ih, weight_hh, bias_ih, bias_hh)
    _require_gradients(hx, grad_output=grad_output)
    with quiet():
        sums = widened(grad_output) * (1 - np.tanh(from_input + from_state) ** 2)
        return _gradients(sums, sums, input, hx, weight_ih, weight_hh)


def gru_cell(
    input: Array, hx: Array, weight_ih: Array, weight_hh: Array, bias_ih: Bias = None, bias_hh: Bias = None
) -> Array:
    r"""Give the next state of a gated recurrent unit.

    With the three parts of :math:`W_{ih} x + b_{ih}` and of :math:`W_{hh} h + b_{hh}`, in the order r, z, n,

    .. math:: r = \sigma(x_r + h_r) \quad z = \sigma(x_z + h_z) \quad n = \tanh(x_n + r h_n) \quad h' = (1 - z) n + z h

    Parameters
    ----------
    input
        Shape ``(n, f)``.
    hx
        Shape ``(n, d)``: the state before.
    weight_ih, weight_hh
        Shape ``(3d, f)`` and ``(3d, d)``.
    bias_ih, bias_hh
        Shape ``(3d,)``, or None.

    Returns
    -------
    Shape ``(n, d)``, of the arguments' dtype.

    Raises
    ------
    TypeError
        Where the arrays are not floating-point numbers of one width.
    ValueError
        Where a shape is none of those above.

    Examples
    --------
    >>> gru_cell(np.ones((1, 1)), np.array([[4.0]]), np.zeros((3, 1)), np.zeros((3, 1)))
    array([[2.]])
    """
    parts = _parts(3, input, hx, weight_ih, weight_hh, bias_ih, bias_hh)
    with quiet():
        _, update, candidate, _ = _gru(*parts)
        return rounded((1 - update) * candidate + update * widened(hx), input.dtype)


def gru_cell_backward(
    grad_output: Array,
    input: Array,
    hx: Array,
    weight_ih: Array,
    weight_hh: Array,
    bias_ih: Bias = None,
    bias_hh: Bias = None,
) -> tuple[Array, ...]:
    """Give the gradients of `gru_cell` for its six arguments.

    Parameters
    ----------
    grad_output
        Shape ``(n, d)``.
    input, hx, weight_ih, weight_hh, bias_ih, bias_hh
        As in the forward pass.

    Returns
    -------
    grad_input, grad_hx, grad_weight_ih, grad_weight_hh, grad_bias_ih, grad_bias_hh

    Raises
    ------
    TypeError, ValueError
        As in the forward pass.

    Examples
    --------
    >>> gru_cell_backward(np.ones((1, 1)), np.ones((1, 1)), np.ones((1, 1)), np.zeros((3, 1)), np.zeros((3, 1)))[1]
    array([[0.5]])
    """
    parts = _parts(3, input, hx, weight_ih, weight_hh, bias_ih, bias_hh)
    _require_gradients(hx, grad_output=grad_output)
    with quiet():
        reset, update, candidate, state_part = _gru(*parts)
        grad = widened(grad_output)
        to_candidate = grad * (1 - update) * (1 - candidate**2)
        to_update = grad * (widened(hx) - candidate) * update * (1 - update)
        to_reset = to_candidate * state_part * reset * (1 - reset)
        from_input = np.concatenate([to_reset, to_update, to_candidate], axis=1)
        from_state = np.concatenate([to_reset, to_update, to_candidate * reset], axis=1)
        return _gradients(from_input, from_state, input, hx, weight_ih, weight_hh, grad * update)


def lstm_cell(
    input: Array,
    hx: Array,
    cx: Array,
    weight_ih: Array,
    weight_hh: Array,
    bias_ih: Bias = None,
    bias_hh: Bias = None,
) -> tuple[Array, Array]:
    r"""Give the next state and the next cell state of a long short-term memory.

    With the four parts of :math:`W_{ih} x + b_{ih} + W_{hh} h + b_{hh}`, in the order i, f, g, o,

    .. math:: c' = \sigma(f)\, c + \sigma(i) \tanh(g) \qquad h' = \sigma(o) \tanh(c')

    Parameters
    ----------
    input
        Shape ``(n, f)``.
    hx, cx
        Shape ``(n, d)``: state and cell state before. PyTorch takes them as a pair.
    weight_ih, weight_hh
        Shape ``(4d, f)`` and ``(4d, d)``.
    bias_ih, bias_hh
        Shape ``(4d,)``, or None.

    Returns
    -------
    h, c
        Shape ``(n, d)`` each, of the arguments' dtype.

    Raises
    ------
    TypeError
        Where the arrays are not floating-point numbers of one width.
    ValueError
        Where a shape is none of those above.

    Examples
    --------
    >>> one, weights = np.ones((1, 1)), np.zeros((4, 1))
    >>> lstm_cell(one, one, 2 * one, weights, weights)[1]
    array([[1.]])
    """
    require_floating(input=input, cx=cx)
    from_input, from_state = _parts(4, input, hx, weight_ih, weight_hh, bias_ih, bias_hh)
    require_shape("cx", cx, hx.shape)
    with quiet():
        *_, output, shown, new = _lstm(from_input + from_state, cx)
        return rounded(output * shown, input.dtype), rounded(new, input.dtype)


def lstm_cell_backward(
    grad_h: Array,
    grad_c: Array,
    input: Array,
    hx: Array,
    cx: Array,
    weight_ih: Array,
    weight_hh: Array,
    bias_ih: Bias = None,
    bias_hh: Bias = None,
) -> tuple[Array, ...]:
    """Give the gradients of `lstm_cell` for its seven arguments; both biases have the same.

    Parameters
    ----------
    grad_h, grad_c
        Shape ``(n, d)``: the gradients of the two results.
    input, hx, cx, weight_ih, weight_hh, bias_ih, bias_hh
        As in the forward pass.

    Returns
    -------
    grad_input, grad_hx, grad_cx, grad_weight_ih, grad_weight_hh, grad_bias_ih, grad_bias_hh

    Raises
    ------
    TypeError, ValueError
        As in the forward pass.

    Examples
    --------
    >>> one, weights = np.ones((1, 1)), np.zeros((4, 1))
    >>> lstm_cell_backward(0 * one, one, one, one, 2 * one, weights, weights)[2]
    array([[0.5]])
    """
    require_floating(input=input, cx=cx)
    from_input, from_state = _parts(4, input, hx, weight_ih, weight_hh, bias_ih, bias_hh)
    require_shape("cx", cx, hx.shape)
    _require_gradients(hx, grad_h=grad_h, grad_c=grad_c)
    with quiet():
        i, f, g, o, shown, _ = _lstm(from_input + from_state, cx)
        to_output = widened(grad_h) * shown * o * (1 - o)
        to_cell = widened(grad_c) + widened(grad_h) * o * (1 - shown**2)
        to_input = to_cell * g * i * (1 - i)
        to_forget = to_cell * widened(cx) * f * (1 - f)
        to_candidate = to_cell * i * (1 - g**2)
        sums = np.concatenate([to_input, to_forget, to_candidate, to_output], axis=1)
        grad_input, grad_hx, *others = _gradients(sums, sums, input, hx, weight_ih, weight_hh)
        return grad_input, grad_hx, rounded(to_cell * f, cx.dtype), *others


def _parts(
    blocks: int, input: Array, hx: Array, weight_ih: Array, weight_hh: Array, bias_ih: Bias, bias_hh: Bias
) -> tuple[Array, Array]:
    """Check the arguments, and give what comes from the input and from the state, ``(n, blocks·d)`` each."""
    biases = given(bias_ih=bias_ih, bias_hh=bias_hh)
    require_floating(input=input, hx=hx, weight_ih=weight_ih, weight_hh=weight_hh, **biases)
    require_ndim("input", input, 2)
    require_ndim("hx", hx, 2)
    n, d = hx.shape
    require_shape("input", input, (n, input.shape[1]))
    require_shape("weight_ih", weight_ih, (blocks * d, input.shape[1]))
    require_shape("weight_hh", weight_hh, (blocks * d, d))
    for name, bias in biases.items():
        require_shape(name, bias, (blocks * d,))
    with quiet():
        from_input = widened(input) @ widened(weight_ih).T + (0 if bias_ih is None else widened(bias_ih))
        from_state = widened(hx) @ widened(weight_hh).T + (0 if bias_hh is None else widened(bias_hh))
    return from_input, from_state


def _require_gradients(hx: Array, **gradients: Array) -> None:
    require_floating(hx=hx, **gradients)
    for name, gradient in gradients.items():
        require_shape(name, gradient, hx.shape)


def _gru(from_input: Array, from_state: Array) -> tuple[Array, Array, Array, Array]:
    """Give both gates, the candidate, and the state's part of the candidate."""
    x_r, x_z, x_n = np.split(from_input, 3, axis=1)
    h_r, h_z, h_n = np.split(from_state, 3, axis=1)
    reset, update = _sigmoid(x_r + h_r), _sigmoid(x_z + h_z)
    return reset, update, np.tanh(x_n + reset * h_n), h_n


def _lstm(sums: Array, cx: Array) -> tuple[Array, ...]:
    """Give i, f, g and o, tanh of the new cell state, and the new cell state."""
    i, f, g, o = np.split(sums, 4, axis=1)
    i, f, g, o = _sigmoid(i), _sigmoid(f), np.tanh(g), _sigmoid(o)
    new = f * widened(cx) + i * g
    return i, f, g, o, np.tanh(new), new


def _gradients(
    from_input: Array,
    from_state: Array,
    input: Array,
    hx: Array,
    weight_ih: Array,
    weight_hh: Array,
    direct: Array | float = 0.0,
) -> tuple[Array, ...]:
    """Take the gradients of both parts on to input, state, weights and biases, as of two linear layers."""
    found = (
        from_input @ widened(weight_ih),
        from_state @ widened(weight_hh) + direct,
        from_input.T @ widened(input),
        from_state.T @ widened(hx),
        from_input.sum(axis=0),
        from_state.sum(axis=0),
    )
    return tuple(rounded(grad, input.dtype) for grad in found)


def _sigmoid(x: Array) -> Array:
    # for very negative x the exponential is infinite and its reciprocal 0, which is right
    return 1 / (1 + np.exp(-x))
