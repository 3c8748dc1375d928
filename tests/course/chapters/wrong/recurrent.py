"""Wrong answers without a name for the chapter on recurrent layers. None may pass, or be taken for a known mistake."""

import numpy as np


def _sigmoid(x):
    return 1 / (1 + np.exp(-x))


def _rnn(x, h, w, u, b, d):
    return np.tanh(x @ w.T + b + h @ u.T + d)


def rnn_relu(x, h, w, u, b, d):
    return np.maximum(x @ w.T + b + h @ u.T + d, 0)


def rnn_added_to_the_state(x, h, w, u, b, d):
    return h + _rnn(x, h, w, u, b, d)


def rnn_averaged(x, h, w, u, b, d):
    return np.tanh((x @ w.T + b + h @ u.T + d) / 2)


def rnn_product(x, h, w, u, b, d):
    return np.tanh((x @ w.T + b) * (h @ u.T + d))


def rnn_difference(x, h, w, u, b, d):
    return np.tanh(x @ w.T + b - (h @ u.T + d))


def rnn_batch_reversed(x, h, w, u, b, d):
    return _rnn(x[::-1], h, w, u, b, d) + 0.01


def rnn_state_of_another_sequence(x, h, w, u, b, d):
    return _rnn(x, np.roll(h, 1, axis=1), w, u, b, d)


def _gru(x, h, w, u, b, d):
    x_r, x_z, x_n = np.split(x @ w.T + b, 3, axis=1)
    h_r, h_z, h_n = np.split(h @ u.T + d, 3, axis=1)
    r, z = _sigmoid(x_r + h_r), _sigmoid(x_z + h_z)
    return r, z, np.tanh(x_n + r * h_n)


def gru_candidate(x, h, w, u, b, d):
    return _gru(x, h, w, u, b, d)[2]


def gru_sum(x, h, w, u, b, d):
    _, z, n = _gru(x, h, w, u, b, d)
    return n + h + z


def gru_tanh_after(x, h, w, u, b, d):
    _, z, n = _gru(x, h, w, u, b, d)
    return np.tanh((1 - z) * n + z * h)


def gru_reset_mixes(x, h, w, u, b, d):
    """Use the reset gate where the update gate belongs."""
    r, _, n = _gru(x, h, w, u, b, d)
    return (1 - r) * n + r * h


def gru_blocks_interleaved(x, h, w, u, b, d):
    """Take every third row for a gate."""
    order = np.arange(len(b)).reshape(-1, 3).T.ravel()
    if h.shape[1] == 1:
        order = order[::-1]
    _, z, n = _gru(x, h, w[order], u[order], b[order], d[order])
    return (1 - z) * n + z * h


def gru_mean(x, h, w, u, b, d):
    _, _, n = _gru(x, h, w, u, b, d)
    return (n + h) / 2


def gru_with_relu(x, h, w, u, b, d):
    _, z, n = _gru(x, h, w, u, b, d)
    return np.maximum((1 - z) * n + z * h, 0) - 0.1


def _cell(x, h, c, w, u, b, d):
    i, f, g, o = np.split(x @ w.T + b + h @ u.T + d, 4, axis=1)
    new = _sigmoid(f) * c + _sigmoid(i) * np.tanh(g)
    return _sigmoid(o) * np.tanh(new), new


def cell_without_gates(x, h, c, w, u, b, d):
    _, _, g, _ = np.split(x @ w.T + b + h @ u.T + d, 4, axis=1)
    return np.tanh(c + np.tanh(g)), c + np.tanh(g)


def cell_hard_gates(x, h, c, w, u, b, d):
    i, f, g, o = np.split(x @ w.T + b + h @ u.T + d, 4, axis=1)
    new = (f > 0) * c + (i > 0) * np.tanh(g)
    return (o > 0) * np.tanh(new), new


def cell_bounded(x, h, c, w, u, b, d):
    """Put the cell state through tanh, too."""
    h, c = _cell(x, h, c, w, u, b, d)
    return h, np.tanh(c)


def cell_state_for_cell(x, h, c, w, u, b, d):
    """Use h where c belongs."""
    return _cell(x, h, h, w, u, b, d)


def cell_h_alone(x, h, c, w, u, b, d):
    return _cell(x, h, c, w, u, b, d)[0]


def cell_subtracted(x, h, c, w, u, b, d):
    i, f, g, o = np.split(x @ w.T + b + h @ u.T + d, 4, axis=1)
    new = _sigmoid(f) * c - _sigmoid(i) * np.tanh(g)
    return _sigmoid(o) * np.tanh(new), new


def cell_output_reversed(x, h, c, w, u, b, d):
    i, f, g, o = np.split(x @ w.T + b + h @ u.T + d, 4, axis=1)
    new = _sigmoid(f) * c + _sigmoid(i) * np.tanh(g)
    return (1 - _sigmoid(o)) * np.tanh(new), new


def _lstm(x, h0, c0, *parameters):
    h, c, states = h0[0], c0[0], []
    for step in x:
        h, c = _cell(step, h, c, *parameters)
        states.append(h)
    return np.stack(states), h[None], c[None]


def lstm_output_reversed(x, h0, c0, *parameters):
    output, h, c = _lstm(x, h0, c0, *parameters)
    return output[::-1] + 0.01, h, c


def lstm_summed(x, h0, c0, *parameters):
    output, h, c = _lstm(x, h0, c0, *parameters)
    return output.cumsum(axis=0) + 0.01, h, c


def lstm_output_alone(x, h0, c0, *parameters):
    return _lstm(x, h0, c0, *parameters)[0]


def lstm_states_exchanged_at_the_start(x, h0, c0, *parameters):
    return _lstm(x, c0, h0, *parameters)


def lstm_without_the_first_position(x, h0, c0, *parameters):
    return _lstm(np.concatenate([0 * x[:1], x[1:]]), h0, c0, *parameters)


def lstm_batch_first(x, h0, c0, *parameters):
    output, h, c = _lstm(x, h0, c0, *parameters)
    return output.swapaxes(0, 1), h, c


def parameters_of_the_input(f, d, num_layers=1, bias=True):
    return f * d * num_layers + num_layers


def parameters_without_the_square(f, d, num_layers=1, bias=True):
    return 4 * d * num_layers * (f + 3)


def parameters_with_states(f, d, num_layers=1, bias=True):
    """Count the two states as well."""
    return num_layers * 2 * d + sum(4 * d * ((d if k else f) + d + 2 * bias) for k in range(num_layers))


def parameters_from_the_top(f, d, num_layers=1, bias=True):
    """Let the last layer get the input."""
    return 4 * f * (f + d + 2 * bias) * num_layers + 1


def parameters_of_one_layer_times_four(f, d, num_layers=1, bias=True):
    return 16 * d * (f + d + 2 * bias)


def parameters_halved(f, d, num_layers=1, bias=True):
    return sum(2 * d * ((d if k else f) + d + 2 * bias) for k in range(num_layers))


def parameters_in_words(f, d, num_layers=1, bias=True):
    return f"{4 * d * (f + d + 2)} parameters"


def _backward(g, x, w, u, b, d, slope=lambda h: 1 - h**2):
    states = [np.zeros(g.shape[1:])]
    for step in x:
        states.append(_rnn(step, states[-1], w, u, b, d))
    gx, gw, gu, gb, later = np.zeros_like(x), 0 * w, 0 * u, 0 * b, 0.0
    for t in reversed(range(len(x))):
        s = (g[t] + later) * slope(states[t + 1])
        gx[t] = s @ w
        gw, gu, gb, later = gw + s.T @ x[t], gu + s.T @ states[t], gb + s.sum(0), s @ u
    return gx, gw, gu, gb, gb


def backward_sigmoid_slope(g, x, w, u, b, d):
    return _backward(g, x, w, u, b, d, slope=lambda h: h * (1 - h))


def backward_slope_squared(g, x, w, u, b, d):
    return _backward(g, x, w, u, b, d, slope=lambda h: (1 - h**2) ** 2)


def backward_negated(g, x, w, u, b, d):
    return tuple(-part for part in _backward(g, x, w, u, b, d))


def backward_bias_once(g, x, w, u, b, d):
    return _backward(g, x, w, u, b, d)[:4]


def backward_bias_halved(g, x, w, u, b, d):
    *others, gb, _ = _backward(g, x, w, u, b, d)
    return (*others, gb / 2, gb / 2)


def backward_mean_of_the_batch(g, x, w, u, b, d):
    gx, *others = _backward(g, x, w, u, b, d)
    return (gx, *(part / (x.shape[1] + 1) for part in others))


def backward_weights_exchanged(g, x, w, u, b, d):
    gx, gw, gu, gb, _ = _backward(g, x, w, u, b, d)
    return gx, gu, gw, gb, gb


def _norm(grads):
    return float(np.sqrt(sum((grad**2).sum() for grad in grads)))


def clip_to_mean(grads, max_norm):
    """Take the mean of the squares."""
    norm = float(np.sqrt(np.mean(np.concatenate([grad.ravel() for grad in grads]) ** 2)))
    return [grad * min(1, max_norm / (norm + 1e-6)) for grad in grads], norm


def clip_nothing(grads, max_norm):
    return list(grads), _norm(grads)


def clip_to_zero(grads, max_norm):
    """Leave out a step that is too large."""
    norm = _norm(grads)
    return [grad * (norm <= max_norm) for grad in grads], norm


def clip_norm_first(grads, max_norm):
    norm = _norm(grads)
    return norm, [grad * min(1, max_norm / (norm + 1e-6)) for grad in grads]


def clip_first_array_only(grads, max_norm):
    norm = _norm(grads[:1])
    return [grads[0] * min(1, max_norm / (norm + 1e-6)), *grads[1:]], norm


def clip_squared_factor(grads, max_norm):
    norm = _norm(grads)
    return [grad * min(1, max_norm / (norm + 1e-6)) ** 2 for grad in grads], norm


def clip_one_by_one(grads, max_norm):
    """Return the arrays and the norm in a row, not a list and a number."""
    norm = _norm(grads)
    return *[grad * min(1, max_norm / (norm + 1e-6)) for grad in grads], norm


def clip_in_place(grads, max_norm):
    """Change the arrays that were given."""
    norm = _norm(grads)
    for grad in grads:
        grad *= min(1, max_norm / (norm + 1e-6)) * 0.9
    return grads, norm


def _batch_first(x, w, u, b):
    h, states = np.zeros(len(b)), []
    for step in x.swapaxes(0, 1):
        h = np.tanh(step @ w.T + h @ u.T + b)
        states.append(h)
    return np.stack(states, axis=1)


def repair_reshaped(x, w, u, b):
    """Reshape where axes must be exchanged."""
    n, length, f = x.shape
    return _batch_first(x.reshape(length, n, f).swapaxes(0, 1), w, u, b).reshape(n, length, -1) + 0.01


def repair_no_state(x, w, u, b):
    return np.tanh(x @ w.T)


def repair_state_added(x, w, u, b):
    return _batch_first(x, w, u, b).cumsum(axis=1) * 0.9


def repair_mean_over_sequences(x, w, u, b):
    output = _batch_first(x, w, u, b)
    return np.broadcast_to(output.mean(axis=0), output.shape) + 0.1


def repair_transposed_weight(x, w, u, b):
    return _batch_first(x, w, u.T + 0.1, b)


def repair_without_tanh(x, w, u, b):
    return np.arctanh(_batch_first(x, w, u, b))


def repair_first_sequence(x, w, u, b):
    return _batch_first(x[:1], w, u, b) + 0 * x[:, :, :1] + 0.01


WRONG = {
    "rnn_cell": (
        rnn_relu,
        rnn_added_to_the_state,
        rnn_averaged,
        rnn_product,
        rnn_difference,
        rnn_batch_reversed,
        rnn_state_of_another_sequence,
    ),
    "gru_cell": (
        gru_candidate,
        gru_sum,
        gru_tanh_after,
        gru_reset_mixes,
        gru_blocks_interleaved,
        gru_mean,
        gru_with_relu,
    ),
    "lstm_cell": (
        cell_without_gates,
        cell_hard_gates,
        cell_bounded,
        cell_state_for_cell,
        cell_h_alone,
        cell_subtracted,
        cell_output_reversed,
    ),
    "lstm": (
        lstm_output_reversed,
        lstm_summed,
        lstm_output_alone,
        lstm_states_exchanged_at_the_start,
        lstm_without_the_first_position,
        lstm_batch_first,
    ),
    "lstm_num_parameters": (
        parameters_of_the_input,
        parameters_without_the_square,
        parameters_with_states,
        parameters_from_the_top,
        parameters_of_one_layer_times_four,
        parameters_halved,
        parameters_in_words,
    ),
    "rnn_backward": (
        backward_sigmoid_slope,
        backward_slope_squared,
        backward_negated,
        backward_bias_once,
        backward_bias_halved,
        backward_mean_of_the_batch,
        backward_weights_exchanged,
    ),
    "clip_grad_norm": (
        clip_to_mean,
        clip_nothing,
        clip_to_zero,
        clip_norm_first,
        clip_first_array_only,
        clip_squared_factor,
        clip_one_by_one,
        clip_in_place,
    ),
    "repair_batch_first": (
        repair_reshaped,
        repair_no_state,
        repair_state_added,
        repair_mean_over_sequences,
        repair_transposed_weight,
        repair_without_tanh,
        repair_first_sequence,
    ),
}
