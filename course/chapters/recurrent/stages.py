"""What recurrent layers compute on the way: a report says up to which of these an answer is right."""

from __future__ import annotations

import numpy as np

from course import functional
from course.checking.spec import Aside

Array = np.ndarray


def rnn_stages(
    input: Array, hx: Array, weight_ih: Array, weight_hh: Array, bias_ih: Array, bias_hh: Array
) -> dict[str, Array]:
    """Give the stages of a plain recurrent cell."""
    sums = functional.linear(input, weight_ih, bias_ih) + functional.linear(hx, weight_hh, bias_hh)
    return {"the sum before tanh": sums, "the new state": np.tanh(sums)}


def gru_stages(
    input: Array, hx: Array, weight_ih: Array, weight_hh: Array, bias_ih: Array, bias_hh: Array
) -> dict[str, Array | Aside]:
    """Give the stages of a GRU's cell."""
    from_input = np.split(functional.linear(input, weight_ih, bias_ih), 3, axis=1)
    from_state = np.split(functional.linear(hx, weight_hh, bias_hh), 3, axis=1)
    r, z = (functional.sigmoid(x + h) for x, h in zip(from_input[:2], from_state[:2], strict=True))
    n = np.tanh(from_input[2] + r * from_state[2])
    return {
        "the reset gate": r,
        "the update gate": Aside(z, "the new state"),
        "the candidate for the new state": n,
        "the new state": (1 - z) * n + z * hx,
    }


def lstm_stages(
    input: Array, hx: Array, cx: Array, weight_ih: Array, weight_hh: Array, bias_ih: Array, bias_hh: Array
) -> dict[str, Array | Aside]:
    """Give the stages of an LSTM's cell."""
    sums = functional.linear(input, weight_ih, bias_ih) + functional.linear(hx, weight_hh, bias_hh)
    i, f, g, o = np.split(sums, 4, axis=1)
    kept = functional.sigmoid(f) * cx
    added = functional.sigmoid(i) * np.tanh(g)
    return {
        "the input gate": Aside(functional.sigmoid(i), "the new cell state"),
        "the forget gate": Aside(functional.sigmoid(f), "the new cell state"),
        "the candidate for the cell state": Aside(np.tanh(g), "the new cell state"),
        "the output gate": Aside(functional.sigmoid(o), "the new state"),
        "the new cell state": kept + added,
        "the new state": functional.sigmoid(o) * np.tanh(kept + added),
    }


def sequence_stages(
    input: Array, h0: Array, c0: Array, weight_ih: Array, weight_hh: Array, bias_ih: Array, bias_hh: Array
) -> dict[str, Array]:
    """Give the stages of an LSTM over a sequence."""
    h, c, states = h0[0], c0[0], []
    for x in input:
        step = lstm_stages(x, h, c, weight_ih, weight_hh, bias_ih, bias_hh)
        h, c = step["the new state"], step["the new cell state"]
        assert isinstance(h, Array)
        assert isinstance(c, Array)
        states.append(h)
    return {"the state of the first position": states[0], "the states of all positions": np.stack(states)}


def backward_stages(
    grad_output: Array, input: Array, weight_ih: Array, weight_hh: Array, bias_ih: Array, bias_hh: Array
) -> dict[str, Array]:
    """Give the stages of a plain layer's backward pass through time."""
    states = [np.zeros(grad_output.shape[1:])]
    for x in input:
        states.append(np.asarray(rnn_stages(x, states[-1], weight_ih, weight_hh, bias_ih, bias_hh)["the new state"]))
    sums, later = np.zeros_like(grad_output), np.zeros(grad_output.shape[1:])
    for t in reversed(range(len(input))):
        sums[t] = (grad_output[t] + later) * (1 - states[t + 1] ** 2)
        later = sums[t] @ weight_hh
    return {
        "the states of all positions": np.stack(states[1:]),
        "the gradient of the last sum before tanh": sums[-1],
        "the gradients of the sums before tanh": sums,
        "the gradient of the input": sums @ weight_ih,
    }
