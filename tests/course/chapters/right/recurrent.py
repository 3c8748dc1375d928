"""Right answers of the chapter on recurrent layers in other styles. None of them may be refused."""

import numpy as np


def _sigmoid(x):
    return 0.5 * np.tanh(0.5 * x) + 0.5


def rnn_by_one_matrix(input, hx, weight_ih, weight_hh, bias_ih, bias_hh):
    both = np.concatenate([input, hx], axis=1) @ np.concatenate([weight_ih, weight_hh], axis=1).T
    return np.tanh(both + (bias_ih + bias_hh))


def rnn_by_loops(x, h, w, u, b, d):
    new = np.empty_like(h)
    for row, place in np.ndindex(h.shape):
        total = b[place] + d[place]
        for i in range(x.shape[1]):
            total += w[place, i] * x[row, i]
        for j in range(h.shape[1]):
            total += u[place, j] * h[row, j]
        new[row, place] = np.tanh(total)
    return new


def rnn_by_exponentials(x, h, w, u, b, d):
    s = np.einsum("nf,hf->nh", x, w) + np.einsum("nk,hk->nh", h, u) + b + d
    return ((np.exp(2 * s) - 1) / (np.exp(2 * s) + 1)).astype(np.float32).tolist()


def gru_by_blocks(input, hx, weight_ih, weight_hh, bias_ih, bias_hh):
    d = hx.shape[1]
    parts = []
    for k in range(3):
        rows = slice(k * d, (k + 1) * d)
        parts.append((input @ weight_ih[rows].T + bias_ih[rows], hx @ weight_hh[rows].T + bias_hh[rows]))
    r = _sigmoid(sum(parts[0]))
    z = _sigmoid(sum(parts[1]))
    n = np.tanh(parts[2][0] + r * parts[2][1])
    return n + z * (hx - n)


def gru_sequence_by_sequence(x, h, w, u, b, d):
    size = h.shape[1]
    rows = []
    for one, old in zip(x, h, strict=True):
        a, c = w @ one + b, u @ old + d
        gates = _sigmoid(a[: 2 * size] + c[: 2 * size])
        new = np.tanh(a[2 * size :] + gates[:size] * c[2 * size :])
        rows.append(new - gates[size:] * new + gates[size:] * old)
    return rows


def lstm_cell_by_blocks(input, hx, cx, weight_ih, weight_hh, bias_ih, bias_hh):
    d = hx.shape[1]

    def block(k):
        rows = slice(k * d, (k + 1) * d)
        return input @ weight_ih[rows].T + hx @ weight_hh[rows].T + bias_ih[rows] + bias_hh[rows]

    c = _sigmoid(block(1)) * cx + _sigmoid(block(0)) * np.tanh(block(2))
    return _sigmoid(block(3)) * np.tanh(c), c


def lstm_cell_by_one_matrix(x, h, c, w, u, b, d):
    sums = np.hstack([x, h]) @ np.hstack([w, u]).T + b + d
    i, f, g, o = sums.reshape(len(x), 4, -1).swapaxes(0, 1)
    new = c / (1 + np.exp(-f)) + np.tanh(g) / (1 + np.exp(-i))
    return [np.tanh(new) / (1 + np.exp(-o)), new]


def lstm_by_cells(input, h0, c0, *parameters):
    h, c = h0[0], c0[0]
    output = np.empty((len(input), *h.shape))
    for t, x in enumerate(input):
        h, c = lstm_cell_by_blocks(x, h, c, *parameters)
        output[t] = h
    return output, output[-1:], c[None]


def lstm_with_products_of_the_input_at_once(x, h0, c0, w, u, b, d):
    """Multiply all positions by weight_ih before the loop, which PyTorch does, too."""
    length, n, _ = x.shape
    from_input = (x.reshape(length * n, -1) @ w.T + b + d).reshape(length, n, 4, -1)
    h, c, states = h0[0], c0[0], []
    for step in from_input:
        i, f, g, o = (step + (h @ u.T).reshape(n, 4, -1)).swapaxes(0, 1)
        c = _sigmoid(f) * c + _sigmoid(i) * np.tanh(g)
        h = _sigmoid(o) * np.tanh(c)
        states += [h]
    return np.array(states), h.reshape(h0.shape), c.reshape(c0.shape)


def parameters_by_shapes(input_size, hidden_size, num_layers=1, bias=True):
    total = 0
    for layer in range(num_layers):
        shapes = [(4 * hidden_size, hidden_size if layer else input_size), (4 * hidden_size, hidden_size)]
        shapes += [(4 * hidden_size,)] * 2 if bias else []
        total += sum(int(np.prod(shape)) for shape in shapes)
    return total


def parameters_by_formula(f, d, num_layers=1, bias=True):
    return 4.0 * d * (f + d + (2 * num_layers - 2) * d + 2 * bias * num_layers)


def rnn_backward_by_steps(grad_output, input, weight_ih, weight_hh, bias_ih, bias_hh):
    """Collect the gradients of all sums, then make each gradient from all positions at once."""
    length, n, hidden = grad_output.shape
    states = np.zeros((length + 1, n, hidden))
    for t in range(length):
        states[t + 1] = np.tanh(input[t] @ weight_ih.T + states[t] @ weight_hh.T + bias_ih + bias_hh)
    sums = np.zeros((length + 1, n, hidden))
    for t in range(length - 1, -1, -1):
        sums[t] = (1 - states[t + 1] ** 2) * (grad_output[t] + sums[t + 1] @ weight_hh)
    sums = sums[:-1]
    bias = sums.sum((0, 1))
    return (
        np.einsum("tnk,kf->tnf", sums, weight_ih),
        np.einsum("tnk,tnf->kf", sums, input),
        np.einsum("tnk,tnj->kj", sums, states[:-1]),
        bias,
        bias.copy(),
    )


def rnn_backward_by_recursion(g, x, w, u, b, d):
    """Let each position call the next one, which returns its state's gradient."""
    gx, gw, gu, gb = np.zeros_like(x), np.zeros_like(w), np.zeros_like(u), np.zeros_like(b)

    def at(t, before):
        if t == len(x):
            return 0.0
        state = np.tanh(x[t] @ w.T + before @ u.T + b + d)
        grad = (g[t] + at(t + 1, state)) / np.cosh(np.arctanh(state)) ** 2
        gx[t] = grad @ w
        gw[...] += grad.T @ x[t]
        gu[...] += grad.T @ before
        gb[...] += grad.sum(0)
        return grad @ u

    at(0, np.zeros(g.shape[1:]))
    return [gx, gw, gu, gb, gb]


def clipped_by_one_vector(grads, max_norm):
    norm = np.linalg.norm(np.concatenate([grad.ravel() for grad in grads]))
    if norm <= max_norm:
        return [grad.copy() for grad in grads], norm
    return [grad / norm * max_norm for grad in grads], norm


def clipped_by_norms_of_norms(grads, limit):
    total = np.linalg.norm([np.linalg.norm(grad) for grad in grads])
    return tuple(grad * np.minimum(limit / (total + 1e-6), 1) for grad in grads), np.float32(total)


def repaired_by_index(input, weight_ih, weight_hh, bias):
    n, length, _ = input.shape
    output = np.zeros((n, length, len(bias)))
    for t in range(length):
        before = output[:, t - 1] if t else 0 * output[:, 0]
        output[:, t] = np.tanh(input[:, t] @ weight_ih.T + before @ weight_hh.T + bias)
    return output


def repaired_sequence_by_sequence(input, weight_ih, weight_hh, bias):
    output = []
    for sequence in input:
        h, states = np.zeros(len(bias)), []
        for x in sequence:
            h = np.tanh(weight_ih @ x + weight_hh @ h + bias)
            states.append(h)
        output.append(states)
    return np.array(output)


RIGHT = {
    "rnn_cell": (rnn_by_one_matrix, rnn_by_loops, rnn_by_exponentials),
    "gru_cell": (gru_by_blocks, gru_sequence_by_sequence),
    "lstm_cell": (lstm_cell_by_blocks, lstm_cell_by_one_matrix),
    "lstm": (lstm_by_cells, lstm_with_products_of_the_input_at_once),
    "lstm_num_parameters": (parameters_by_shapes, parameters_by_formula),
    "rnn_backward": (rnn_backward_by_steps, rnn_backward_by_recursion),
    "clip_grad_norm": (clipped_by_one_vector, clipped_by_norms_of_norms),
    "repair_batch_first": (repaired_by_index, repaired_sequence_by_sequence),
}
