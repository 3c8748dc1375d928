"""Wrong versions of chapter 05, dropout. Each stands on NumPy alone: its source can be handed in."""

# ruff: noqa: D103 - the misconception that holds it says what it is

import numpy as np


def not_scaled(input, p, training, rng):
    if not training:
        return input.copy()
    return input * (rng.random(input.shape) >= p)


def scaled_by_p(input, p, training, rng):
    if not training or p == 0:
        return input.copy()
    return input * (rng.random(input.shape) >= p) / p


def keeps_with_p(input, p, training, rng):
    if not training or p == 0:
        return input.copy()
    return input * (rng.random(input.shape) < p) / p


def keeps_with_p_scaled(input, p, training, rng):
    if not training:
        return input.copy()
    if p == 1:
        return np.zeros_like(input)
    return input * (rng.random(input.shape) < p) / (1 - p)


def active_in_evaluation(input, p, training, rng):
    if p == 1:
        return np.zeros_like(input)
    return input * (rng.random(input.shape) >= p) / (1 - p)


def scaled_in_evaluation(input, p, training, rng):
    if not training:
        return input * (1 - p)
    return input * (rng.random(input.shape) >= p)


def scaled_twice(input, p, training, rng):
    if not training:
        return input * (1 - p)
    if p == 1:
        return np.zeros_like(input)
    return input * (rng.random(input.shape) >= p) / (1 - p)


def training_reversed(input, p, training, rng):
    if training:
        return input.copy()
    if p == 1:
        return np.zeros_like(input)
    return input * (rng.random(input.shape) >= p) / (1 - p)


def one_mask_for_the_batch(input, p, training, rng):
    if not training or p == 0:
        return input.copy()
    if p == 1:
        return np.zeros_like(input)
    return input * (rng.random(input.shape[1:]) >= p) / (1 - p)


def whole_samples(input, p, training, rng):
    if not training or p == 0:
        return input.copy()
    if p == 1:
        return np.zeros_like(input)
    return input * (rng.random((len(input), 1)) >= p) / (1 - p)


def own_generator(input, p, training, rng):
    if not training or p == 0:
        return input.copy()
    if p == 1:
        return np.zeros_like(input)
    return input * (np.random.default_rng().random(input.shape) >= p) / (1 - p)


def same_mask_always(input, p, training, rng):
    if not training or p == 0:
        return input.copy()
    if p == 1:
        return np.zeros_like(input)
    return input * (np.random.default_rng(0).random(input.shape) >= p) / (1 - p)


def does_nothing(input, p, training, rng):
    return input.copy()


def only_scales(input, p, training, rng):
    return input / (1 - p) if training and p < 1 else input.copy()


def nan_at_one(input, p, training, rng):
    if not training:
        return input.copy()
    with np.errstate(all="ignore"):
        return input * (rng.random(input.shape) >= p) * (np.float64(1) / (1 - p))


def kept_at_one(input, p, training, rng):
    if not training or p in (0, 1):
        return input.copy()
    return input * (rng.random(input.shape) >= p) / (1 - p)


def zeros_at_zero(input, p, training, rng):
    if not training:
        return input.copy()
    if p in (0, 1):
        return np.zeros_like(input)
    return input * (rng.random(input.shape) >= p) / (1 - p)


def backward_not_scaled(grad_output, mask, p):
    return grad_output * mask


def backward_scaled_by_p(grad_output, mask, p):
    return grad_output * mask / p if p else grad_output * mask


def backward_ignores_mask(grad_output, mask, p):
    return grad_output / (1 - p)


def backward_mask_reversed(grad_output, mask, p):
    return grad_output * (1 - mask) / (1 - p)


def backward_passes_through(grad_output, mask, p):
    return grad_output.copy()


def backward_undoes_the_scale(grad_output, mask, p):
    return grad_output * mask * (1 - p)


def repair_as_given(input, p, training, rng):
    """Drop each value with probability p while training, and scale the others."""
    output = input.copy()
    if training and p > 0:
        dropped = rng.random(input.shape) >= p
        output[dropped] = 0
        output = output / p
    return output


def repair_scale_only(input, p, training, rng):
    output = input.copy()
    if training and p > 0:
        dropped = rng.random(input.shape) >= p
        output[dropped] = 0
        output = output / (1 - p)
    return output


def repair_mask_only(input, p, training, rng):
    output = input.copy()
    if training and p > 0:
        dropped = rng.random(input.shape) < p
        output[dropped] = 0
        output = output / p
    return output


def repair_without_scale(input, p, training, rng):
    output = input.copy()
    if training and p > 0:
        dropped = rng.random(input.shape) < p
        output[dropped] = 0
    return output
