"""Right answers in other styles: loops, other draws, lists, float32. None of them may be refused."""

import numpy as np


def dropout_by_binomial(input, p, training, rng):
    if not training:
        return input
    kept = rng.binomial(1, 1 - p, size=input.shape)
    return input * kept / (1 - p) if p < 1 else 0 * input


def dropout_by_choice(input, p, training, rng):
    if not training:
        return input.copy()
    factor = 0.0 if p == 1 else 1 / (1 - p)
    return input * rng.choice([0.0, factor], size=input.shape, p=[p, 1 - p])


def dropout_by_loop(x, p, training, rng):
    y = np.array(x)
    if training:
        for index in np.ndindex(x.shape):
            y[index] = 0.0 if rng.uniform() < p else x[index] / (1 - p)
    return y


def dropout_by_where(input, p, training, rng):
    if not training or p == 0.0:
        return input
    if p == 1.0:
        return np.zeros(input.shape)
    return np.where(rng.random(input.shape, dtype=np.float32) < p, 0.0, input / (1.0 - p))


def dropout_the_upper_part(input, p, training, rng):
    if not training:
        return input + 0
    kept = rng.random(input.size).reshape(input.shape) <= 1 - p
    with np.errstate(all="ignore"):
        return np.where(kept & (p < 1), input / np.float64(1 - p), 0.0)


def backward_by_where(grad_output, mask, p):
    return np.where(mask, grad_output / (1 - p), 0.0)


def backward_by_assignment(grad_output, mask, p):
    grad_input = np.zeros(grad_output.shape, np.float32)
    grad_input[mask] = grad_output[mask] / (1 - p)
    return grad_input


def backward_as_list(g, m, p):
    return (g * m.astype(float) * (1 / (1 - p))).tolist()


def repaired_by_mask(input, p, training, rng):
    if not training:
        return input
    return input * (rng.random(input.shape) >= p) / (1 - p)


def repaired_by_keep(input, p, training, rng):
    keep = 1 - p if training else 1.0
    output = input.copy()
    output[rng.random(input.shape) >= keep] = 0
    return output / keep


RIGHT = {
    "dropout": (dropout_by_binomial, dropout_by_choice, dropout_by_loop, dropout_by_where, dropout_the_upper_part),
    "dropout_backward": (backward_by_where, backward_by_assignment, backward_as_list),
    "repair_dropout": (repaired_by_mask, repaired_by_keep),
}
