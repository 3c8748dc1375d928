"""Wrong answers without a name: mistakes too rare, too odd or too lazy to be a misconception. None may pass."""

import numpy as np


def dropout_same_number_each_time(input, p, training, rng):
    if not training:
        return input
    if p == 1:
        return np.zeros_like(input)
    output = input.flatten()
    output[rng.permutation(input.size)[: int(p * input.size)]] = 0
    return output.reshape(input.shape) / (1 - p)


def dropout_every_third(input, p, training, rng):
    if not training:
        return input.copy()
    output = input / (1 - p) if p < 1 else np.zeros_like(input)
    output.reshape(-1)[::3] = 0
    return output


def dropout_columns_of_last_axis(input, p, training, rng):
    if not training or p in (0, 1):
        return input * (1 - p)
    kept = rng.random((1, input.shape[1])) >= p
    return 2 * input * kept / (1 - p)


def dropout_squares_the_scale(input, p, training, rng):
    if not training or p in (0, 1):
        return input * (1.0 if not training else 1 - p)
    return input * (rng.random(input.shape) >= p) / (1 - p) ** 2


def dropout_twice(input, p, training, rng):
    if not training or p in (0, 1):
        return input * (1.0 if not training else 1 - p)
    return input * (rng.random(input.shape) >= p) * (rng.random(input.shape) >= p) / (1 - p)


def dropout_adds_noise(input, p, training, rng):
    if not training:
        return input.copy()
    return input + p * rng.standard_normal(input.shape)


def dropout_transposed(input, p, training, rng):
    if not training or p in (0, 1):
        return input * (1.0 if not training else 1 - p)
    return (input * (rng.random(input.shape) >= p) / (1 - p)).T


def dropout_fixed_p(input, p, training, rng):
    if not training or p in (0, 1):
        return input * (1.0 if not training else 1 - p)
    return input * (rng.random(input.shape) >= 0.5) / 0.5


def backward_zero(grad_output, mask, p):
    return np.zeros_like(grad_output)


def backward_adds(grad_output, mask, p):
    return grad_output + mask / (1 - p)


def backward_squares(grad_output, mask, p):
    return grad_output * mask / (1 - p) ** 2


def backward_mask_alone(grad_output, mask, p):
    return mask / (1 - p)


def backward_negative(grad_output, mask, p):
    return -grad_output * mask / (1 - p)


def backward_fraction_kept(grad_output, mask, p):
    return grad_output * mask / mask.mean()


def repair_identity(input, p, training, rng):
    return input.copy()


def repair_active_always(input, p, training, rng):
    return input * (rng.random(input.shape) >= p) / (1 - p)


def repair_halves(input, p, training, rng):
    return input * (rng.random(input.shape) >= 0.5) / 0.5 if training else input.copy()


def repair_squares(input, p, training, rng):
    return input * (rng.random(input.shape) >= p) / (1 - p) ** 2 if training else input.copy()


def repair_negative(input, p, training, rng):
    return -input * (rng.random(input.shape) >= p) / (1 - p) if training else input.copy()


def repair_multiplies(input, p, training, rng):
    return input * (rng.random(input.shape) >= p) * (1 - p) if training else input.copy()


def _dropped(input, p, training, drawn):
    if not training or p == 0:
        return input.copy()
    return input * (drawn() >= p) / (1 - p) if p < 1 else np.zeros_like(input)


def dropout_of_matrices_only(input, p, training, rng):
    def drawn():
        n, features = input.shape
        return rng.random((n, features))

    return _dropped(input, p, training, drawn)


def dropout_of_channels(input, p, training, rng):
    shape = (*input.shape[:2], *(1 for _ in input.shape[2:]))
    return _dropped(input, p, training, lambda: rng.random(shape))


def dropout_in_pairs(input, p, training, rng):
    def drawn():
        half = rng.random((*input.shape[:-1], input.shape[-1] // 2))
        return np.repeat(half, 2, axis=-1)

    return _dropped(input, p, training, drawn)


def dropout_for_half_of_the_batch(input, p, training, rng):
    return _dropped(input, p, training, lambda: np.tile(rng.random((len(input) // 2, *input.shape[1:])).T, 2).T)


def repair_one_mask(input, p, training, rng):
    return _dropped(input, p, training, lambda: rng.random(input.shape[1:]))


def repair_own_generator(input, p, training, rng):
    return _dropped(input, p, training, lambda: np.random.default_rng().random(input.shape))


def repair_smallest_dropped(input, p, training, rng):
    return _dropped(
        input, p, training, lambda: np.argsort(np.argsort(np.abs(input), None)).reshape(input.shape) / input.size
    )


def dropout_above_the_input(input, p, training, rng):
    if not training or p == 0:
        return input.copy()
    if p == 1:
        return np.zeros_like(input)
    return input * (rng.random(input.shape) >= input) / (1 - p)


def drawn_with_repetition(input, p, training, rng):
    if not training:
        return input
    if p == 1:
        return np.zeros_like(input)
    output = input / (1 - p)
    output.flat[rng.choice(input.size, int(p * input.size))] = 0
    return output


WRONG = {
    "dropout": (
        drawn_with_repetition,
        dropout_same_number_each_time,
        dropout_of_matrices_only,
        dropout_of_channels,
        dropout_in_pairs,
        dropout_for_half_of_the_batch,
        dropout_every_third,
        dropout_columns_of_last_axis,
        dropout_squares_the_scale,
        dropout_twice,
        dropout_adds_noise,
        dropout_transposed,
        dropout_fixed_p,
        dropout_above_the_input,
    ),
    "dropout_backward": (
        backward_zero,
        backward_adds,
        backward_squares,
        backward_mask_alone,
        backward_negative,
        backward_fraction_kept,
    ),
    "repair_dropout": (
        dropout_of_channels,
        repair_one_mask,
        repair_own_generator,
        repair_smallest_dropped,
        repair_identity,
        repair_active_always,
        repair_halves,
        repair_squares,
        repair_negative,
        repair_multiplies,
    ),
}
