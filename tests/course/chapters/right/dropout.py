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


def dropout_as_nested_lists(input, p, training, rng):
    def one(value):
        if isinstance(value, list):
            return [one(item) for item in value]
        return value if not training else 0.0 if rng.random() < p else value / (1 - p)

    return one(input.tolist())


def dropout_as_list_of_rows(input, p, training, rng):
    if not training or p == 1:
        return [row * (0 if training else 1) for row in input]
    return [row * (rng.random(np.shape(row)) >= p) / (1 - p) for row in input]


def dropout_by_spawned_generator(input, p, training, rng):
    if not training or p == 1:
        return input * (not training)
    return np.where(rng.spawn(1)[0].random(input.shape) < p, 0.0, input / (1 - p))


def dropout_in_float32(input, p, training, rng):
    if not training or p == 1:
        return input * np.float32(not training)
    return input.astype(np.float32) * (rng.random(input.shape, dtype=np.float32) >= p) / np.float32(1 - p)


def dropout_in_fortran_order(input, p, training, rng):
    if not training or p == 1:
        return np.asfortranarray(input * (not training))
    drawn = rng.random(input.shape[::-1]).transpose()
    return np.asfortranarray(input * (drawn >= p) / (1 - p))


RIGHT = {
    "dropout": (
        dropout_as_nested_lists,
        dropout_as_list_of_rows,
        dropout_by_spawned_generator,
        dropout_in_float32,
        dropout_in_fortran_order,
        dropout_by_binomial,
        dropout_by_choice,
        dropout_by_loop,
        dropout_by_where,
        dropout_the_upper_part,
    ),
    "dropout_backward": (backward_by_where, backward_by_assignment, backward_as_list),
    "repair_dropout": (
        dropout_as_nested_lists,
        dropout_as_list_of_rows,
        dropout_by_spawned_generator,
        dropout_in_float32,
        repaired_by_mask,
        repaired_by_keep,
    ),
}
