"""Wrong versions of chapter 04: softmax, its logarithm, and the losses. Each stands on NumPy alone."""

# ruff: noqa: D103 - the misconception that holds it says what it is

import numpy as np


def softmax_no_maximum(input, dim):
    exponentials = np.exp(input)
    return exponentials / exponentials.sum(axis=dim, keepdims=True)


def softmax_dim_ignored(input, dim):
    exponentials = np.exp(input - input.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


def softmax_first_axis(input, dim):
    exponentials = np.exp(input - input.max(axis=0, keepdims=True))
    return exponentials / exponentials.sum(axis=0, keepdims=True)


def softmax_whole_array(input, dim):
    exponentials = np.exp(input - input.max())
    return exponentials / exponentials.sum()


def softmax_global_maximum(input, dim):
    exponentials = np.exp(input - input.max())
    return exponentials / exponentials.sum(axis=dim, keepdims=True)


def softmax_zeros_for_nan(input, dim):
    exponentials = np.exp(input - input.max())
    return exponentials / (exponentials.sum(axis=dim, keepdims=True) + 1e-12)


def softmax_plain_whole_array(input, dim):
    return np.exp(input) / np.exp(input).sum()


def softmax_plain_no_keepdims(input, dim):
    return np.exp(input) / np.exp(input).sum(axis=dim)


def softmax_no_keepdims(input, dim):
    exponentials = np.exp(input - input.max(axis=dim, keepdims=True))
    return exponentials / exponentials.sum(axis=dim)


def softmax_no_exponential(input, dim):
    return input / input.sum(axis=dim, keepdims=True)


def softmax_shifted_above_only(input, dim):
    exponentials = np.exp(input - input.max(axis=dim, keepdims=True))
    return exponentials / np.exp(input).sum(axis=dim, keepdims=True)


def softmax_largest_for_sum(input, dim):
    return np.exp(input - input.max(axis=dim, keepdims=True))


def softmax_changes_input(input, dim):
    input -= input.max(axis=dim, keepdims=True)
    np.exp(input, out=input)
    input /= input.sum(axis=dim, keepdims=True)
    return input


def log_softmax_of_softmax(input, dim):
    exponentials = np.exp(input - input.max(axis=dim, keepdims=True))
    return np.log(exponentials / exponentials.sum(axis=dim, keepdims=True))


def log_softmax_of_plain_softmax(input, dim):
    exponentials = np.exp(input)
    return np.log(exponentials / exponentials.sum(axis=dim, keepdims=True))


def log_softmax_epsilon(input, dim):
    exponentials = np.exp(input - input.max(axis=dim, keepdims=True))
    return np.log(exponentials / exponentials.sum(axis=dim, keepdims=True) + 1e-12)


def log_softmax_no_maximum(input, dim):
    return input - np.log(np.exp(input).sum(axis=dim, keepdims=True))


def log_softmax_maximum_lost(input, dim):
    shifted = input - input.max(axis=dim, keepdims=True)
    return input - np.log(np.exp(shifted).sum(axis=dim, keepdims=True))


def log_softmax_global_maximum(input, dim):
    shifted = input - input.max()
    return shifted - np.log(np.exp(shifted).sum(axis=dim, keepdims=True))


def log_softmax_dim_ignored(input, dim):
    shifted = input - input.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def log_softmax_whole_array(input, dim):
    shifted = input - input.max()
    return shifted - np.log(np.exp(shifted).sum())


def log_softmax_no_logarithm(input, dim):
    exponentials = np.exp(input - input.max(axis=dim, keepdims=True))
    return exponentials / exponentials.sum(axis=dim, keepdims=True)


def log_softmax_sign(input, dim):
    shifted = input - input.max(axis=dim, keepdims=True)
    return np.log(np.exp(shifted).sum(axis=dim, keepdims=True)) - shifted


def log_softmax_of_shifted_only(input, dim):
    return input - input.max(axis=dim, keepdims=True)


def mse_sum(input, target):
    return np.sum((input - target) ** 2)


def mse_absolute(input, target):
    return np.mean(np.abs(input - target))


def mse_root(input, target):
    return np.sqrt(np.mean((input - target) ** 2))


def mse_half(input, target):
    return np.mean((input - target) ** 2) / 2


def mse_mean_first(input, target):
    return np.mean(input - target) ** 2


def mse_not_squared(input, target):
    return np.mean(input - target)


def mse_sum_by_samples(input, target):
    return np.sum((input - target) ** 2) / len(input)


def mse_per_sample(input, target):
    return np.mean((input - target) ** 2, axis=-1)


def bce_rounded_probability(input, target):
    p = 1 / (1 + np.exp(-input))
    return -np.mean(target * np.log(p) + (1 - target) * np.log(1 - p))


def bce_epsilon(input, target):
    p = 1 / (1 + np.exp(-input))
    return -np.mean(target * np.log(p + 1e-12) + (1 - target) * np.log(1 - p + 1e-12))


def bce_clipped(input, target):
    p = np.clip(1 / (1 + np.exp(-input)), 1e-7, 1 - 1e-7)
    return -np.mean(target * np.log(p) + (1 - target) * np.log(1 - p))


def bce_overflow_above(input, target):
    return np.mean(np.log(1 + np.exp(input)) - input * target)


def bce_overflow_below(input, target):
    return np.mean((1 - target) * input + np.log(1 + np.exp(-input)))


def bce_probabilities_for_scores(input, target):
    return -np.mean(target * np.log(input) + (1 - target) * np.log(1 - input))


def bce_sigmoid_twice(input, target):
    x = 1 / (1 + np.exp(-input))
    return np.mean(np.logaddexp(0, x) - x * target)


def bce_sign(input, target):
    return np.mean(input * target - np.logaddexp(0, input))


def bce_sum(input, target):
    return np.sum(np.logaddexp(0, input) - input * target)


def bce_sum_by_samples(input, target):
    return np.sum(np.logaddexp(0, input) - input * target) / len(input)


def bce_yes_only(input, target):
    return np.mean(target * np.logaddexp(0, -input))


def bce_targets_exchanged(input, target):
    return np.mean(np.logaddexp(0, input) - input * (1 - target))


def cross_entropy_log_of_softmax(input, target):
    exponentials = np.exp(input - input.max(axis=1, keepdims=True))
    p = exponentials / exponentials.sum(axis=1, keepdims=True)
    return -np.mean(np.log(p[np.arange(len(target)), target]))


def cross_entropy_of_plain_softmax(input, target):
    exponentials = np.exp(input)
    p = exponentials / exponentials.sum(axis=1, keepdims=True)
    return -np.mean(np.log(p[np.arange(len(target)), target]))


def cross_entropy_epsilon(input, target):
    exponentials = np.exp(input - input.max(axis=1, keepdims=True))
    p = exponentials / exponentials.sum(axis=1, keepdims=True)
    return -np.mean(np.log(p[np.arange(len(target)), target] + 1e-12))


def cross_entropy_no_maximum(input, target):
    log_p = input - np.log(np.exp(input).sum(axis=1, keepdims=True))
    return -np.mean(log_p[np.arange(len(target)), target])


def cross_entropy_global_maximum(input, target):
    shifted = input - input.max()
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -np.mean(log_p[np.arange(len(target)), target])


def cross_entropy_softmax_twice(input, target):
    exponentials = np.exp(input - input.max(axis=1, keepdims=True))
    p = exponentials / exponentials.sum(axis=1, keepdims=True)
    log_p = p - np.log(np.exp(p).sum(axis=1, keepdims=True))
    return -np.mean(log_p[np.arange(len(target)), target])


def cross_entropy_probabilities_for_scores(input, target):
    return -np.mean(np.log(input[np.arange(len(target)), target]))


def cross_entropy_not_normalised(input, target):
    return -np.mean(input[np.arange(len(target)), target])


def cross_entropy_sum(input, target):
    shifted = input - input.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -np.sum(log_p[np.arange(len(target)), target])


def cross_entropy_sign(input, target):
    shifted = input - input.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return np.mean(log_p[np.arange(len(target)), target])


def cross_entropy_mean_over_classes(input, target):
    shifted = input - input.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -np.sum(log_p[np.arange(len(target)), target]) / input.size


def cross_entropy_every_pair(input, target):
    shifted = input - input.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -np.mean(log_p[:, target])


def cross_entropy_over_samples(input, target):
    shifted = input - input.max(axis=0)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=0))
    return -np.mean(log_p[np.arange(len(target)), target])


def cross_entropy_all_classes(input, target):
    shifted = input - input.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -np.mean(log_p)
