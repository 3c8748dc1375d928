"""Wrong versions of chapter 12: layer, instance, group and RMS normalization."""

# ruff: noqa: D103 - the misconception that holds it says what it is

import numpy as np


def layer_unbiased(input, normalized_shape, weight, bias, eps=1e-5):
    axes = tuple(range(-len(normalized_shape), 0))
    mean = input.mean(axis=axes, keepdims=True)
    var = input.var(axis=axes, ddof=1, keepdims=True)
    return (input - mean) / np.sqrt(var + eps) * weight + bias


def layer_eps_outside(input, normalized_shape, weight, bias, eps=1e-5):
    axes = tuple(range(-len(normalized_shape), 0))
    mean = input.mean(axis=axes, keepdims=True)
    var = input.var(axis=axes, keepdims=True)
    return (input - mean) / (np.sqrt(var) + eps) * weight + bias


def layer_no_eps(input, normalized_shape, weight, bias, eps=1e-5):
    axes = tuple(range(-len(normalized_shape), 0))
    mean = input.mean(axis=axes, keepdims=True)
    var = input.var(axis=axes, keepdims=True)
    with np.errstate(all="ignore"):
        return (input - mean) / np.sqrt(var) * weight + bias


def layer_no_root(input, normalized_shape, weight, bias, eps=1e-5):
    axes = tuple(range(-len(normalized_shape), 0))
    mean = input.mean(axis=axes, keepdims=True)
    var = input.var(axis=axes, keepdims=True)
    return (input - mean) / (var + eps) * weight + bias


def layer_over_the_batch(input, normalized_shape, weight, bias, eps=1e-5):
    axes = 0
    mean = input.mean(axis=axes, keepdims=True)
    var = input.var(axis=axes, keepdims=True)
    return (input - mean) / np.sqrt(var + eps) * weight + bias


def layer_whole_tensor(input, normalized_shape, weight, bias, eps=1e-5):
    return (input - input.mean()) / np.sqrt(input.var() + eps) * weight + bias


def layer_last_axis_only(input, normalized_shape, weight, bias, eps=1e-5):
    axes = -1
    mean = input.mean(axis=axes, keepdims=True)
    var = input.var(axis=axes, keepdims=True)
    return (input - mean) / np.sqrt(var + eps) * weight + bias


def layer_all_but_the_first(input, normalized_shape, weight, bias, eps=1e-5):
    axes = tuple(range(1, input.ndim))
    mean = input.mean(axis=axes, keepdims=True)
    var = input.var(axis=axes, keepdims=True)
    return (input - mean) / np.sqrt(var + eps) * weight + bias


def layer_axes_from_the_front(input, normalized_shape, weight, bias, eps=1e-5):
    axes = tuple(range(len(normalized_shape)))
    mean = input.mean(axis=axes, keepdims=True)
    var = input.var(axis=axes, keepdims=True)
    return (input - mean) / np.sqrt(var + eps) * weight + bias


def layer_without_keepdims(input, normalized_shape, weight, bias, eps=1e-5):
    axes = tuple(range(-len(normalized_shape), 0))
    mean, var = input.mean(axis=axes), input.var(axis=axes)
    return (input - mean) / np.sqrt(var + eps) * weight + bias


def layer_one_pass_variance(input, normalized_shape, weight, bias, eps=1e-5):
    axes = tuple(range(-len(normalized_shape), 0))
    mean = input.mean(axis=axes, keepdims=True)
    var = (input**2).mean(axis=axes, keepdims=True) - mean**2
    return (input - mean) / np.sqrt(var + eps) * weight + bias


def layer_affine_ignored(input, normalized_shape, weight, bias, eps=1e-5):
    axes = tuple(range(-len(normalized_shape), 0))
    mean = input.mean(axis=axes, keepdims=True)
    var = input.var(axis=axes, keepdims=True)
    return (input - mean) / np.sqrt(var + eps)


def layer_no_bias(input, normalized_shape, weight, bias, eps=1e-5):
    axes = tuple(range(-len(normalized_shape), 0))
    mean = input.mean(axis=axes, keepdims=True)
    var = input.var(axis=axes, keepdims=True)
    return (input - mean) / np.sqrt(var + eps) * weight


def layer_bias_before_weight(input, normalized_shape, weight, bias, eps=1e-5):
    axes = tuple(range(-len(normalized_shape), 0))
    mean = input.mean(axis=axes, keepdims=True)
    var = input.var(axis=axes, keepdims=True)
    return ((input - mean) / np.sqrt(var + eps) + bias) * weight


def instance_unbiased(input, eps=1e-5):
    mean = input.mean(axis=(2, 3), keepdims=True)
    var = input.var(axis=(2, 3), ddof=1, keepdims=True)
    return (input - mean) / np.sqrt(var + eps)


def instance_eps_outside(input, eps=1e-5):
    mean = input.mean(axis=(2, 3), keepdims=True)
    var = input.var(axis=(2, 3), keepdims=True)
    return (input - mean) / (np.sqrt(var) + eps)


def instance_no_eps(input, eps=1e-5):
    mean = input.mean(axis=(2, 3), keepdims=True)
    var = input.var(axis=(2, 3), keepdims=True)
    return (input - mean) / np.sqrt(var)


def instance_no_root(input, eps=1e-5):
    mean = input.mean(axis=(2, 3), keepdims=True)
    var = input.var(axis=(2, 3), keepdims=True)
    return (input - mean) / (var + eps)


def instance_over_the_batch(input, eps=1e-5):
    mean = input.mean(axis=(0, 2, 3), keepdims=True)
    var = input.var(axis=(0, 2, 3), keepdims=True)
    return (input - mean) / np.sqrt(var + eps)


def instance_over_channels(input, eps=1e-5):
    mean = input.mean(axis=(1, 2, 3), keepdims=True)
    var = input.var(axis=(1, 2, 3), keepdims=True)
    return (input - mean) / np.sqrt(var + eps)


def instance_channels_only(input, eps=1e-5):
    mean = input.mean(axis=1, keepdims=True)
    var = input.var(axis=1, keepdims=True)
    return (input - mean) / np.sqrt(var + eps)


def instance_rows_only(input, eps=1e-5):
    mean = input.mean(axis=3, keepdims=True)
    var = input.var(axis=3, keepdims=True)
    return (input - mean) / np.sqrt(var + eps)


def instance_whole_tensor(input, eps=1e-5):
    return (input - input.mean()) / np.sqrt(input.var() + eps)


def instance_one_pass_variance(input, eps=1e-5):
    mean = input.mean(axis=(2, 3), keepdims=True)
    var = (input**2).mean(axis=(2, 3), keepdims=True) - mean**2
    return (input - mean) / np.sqrt(var + eps)


def instance_mean_kept(input, eps=1e-5):
    return input / np.sqrt(input.var(axis=(2, 3), keepdims=True) + eps)


def group_interleaved(input, num_groups, weight, bias, eps=1e-5):
    n, c, h, w = input.shape
    groups = input.reshape(n, c // num_groups, num_groups, h, w)
    mean = groups.mean(axis=(1, 3, 4), keepdims=True)
    var = groups.var(axis=(1, 3, 4), keepdims=True)
    x_hat = ((groups - mean) / np.sqrt(var + eps)).reshape(n, c, h, w)
    return x_hat * weight.reshape(1, -1, 1, 1) + bias.reshape(1, -1, 1, 1)


def group_size_for_number(input, num_groups, weight, bias, eps=1e-5):
    n, c, h, w = input.shape
    groups = input.reshape(n, c // num_groups, num_groups, h, w)
    mean = groups.mean(axis=(2, 3, 4), keepdims=True)
    var = groups.var(axis=(2, 3, 4), keepdims=True)
    x_hat = ((groups - mean) / np.sqrt(var + eps)).reshape(n, c, h, w)
    return x_hat * weight.reshape(1, -1, 1, 1) + bias.reshape(1, -1, 1, 1)


def group_affine_per_group(input, num_groups, weight, bias, eps=1e-5):
    n, c, h, w = input.shape
    groups = input.reshape(n, num_groups, c // num_groups, h, w)
    mean = groups.mean(axis=(2, 3, 4), keepdims=True)
    var = groups.var(axis=(2, 3, 4), keepdims=True)
    x_hat = (groups - mean) / np.sqrt(var + eps)
    scale, shift = weight[:num_groups], bias[:num_groups]
    y = x_hat * scale.reshape(1, -1, 1, 1, 1) + shift.reshape(1, -1, 1, 1, 1)
    return y.reshape(n, c, h, w)


def group_affine_along_width(input, num_groups, weight, bias, eps=1e-5):
    n, c, h, w = input.shape
    groups = input.reshape(n, num_groups, c // num_groups, h, w)
    mean = groups.mean(axis=(2, 3, 4), keepdims=True)
    var = groups.var(axis=(2, 3, 4), keepdims=True)
    x_hat = ((groups - mean) / np.sqrt(var + eps)).reshape(n, c, h, w)
    return x_hat * weight + bias


def group_affine_ignored(input, num_groups, weight, bias, eps=1e-5):
    n, c, h, w = input.shape
    groups = input.reshape(n, num_groups, c // num_groups, h, w)
    mean = groups.mean(axis=(2, 3, 4), keepdims=True)
    var = groups.var(axis=(2, 3, 4), keepdims=True)
    return ((groups - mean) / np.sqrt(var + eps)).reshape(n, c, h, w)


def group_ignored(input, num_groups, weight, bias, eps=1e-5):
    mean = input.mean(axis=(1, 2, 3), keepdims=True)
    var = input.var(axis=(1, 2, 3), keepdims=True)
    x_hat = (input - mean) / np.sqrt(var + eps)
    return x_hat * weight.reshape(1, -1, 1, 1) + bias.reshape(1, -1, 1, 1)


def group_each_channel(input, num_groups, weight, bias, eps=1e-5):
    mean = input.mean(axis=(2, 3), keepdims=True)
    var = input.var(axis=(2, 3), keepdims=True)
    x_hat = (input - mean) / np.sqrt(var + eps)
    return x_hat * weight.reshape(1, -1, 1, 1) + bias.reshape(1, -1, 1, 1)


def group_over_the_batch(input, num_groups, weight, bias, eps=1e-5):
    n, c, h, w = input.shape
    groups = input.reshape(n, num_groups, c // num_groups, h, w)
    mean = groups.mean(axis=(0, 2, 3, 4), keepdims=True)
    var = groups.var(axis=(0, 2, 3, 4), keepdims=True)
    x_hat = ((groups - mean) / np.sqrt(var + eps)).reshape(n, c, h, w)
    return x_hat * weight.reshape(1, -1, 1, 1) + bias.reshape(1, -1, 1, 1)


def group_channels_only(input, num_groups, weight, bias, eps=1e-5):
    n, c, h, w = input.shape
    groups = input.reshape(n, num_groups, c // num_groups, h, w)
    mean = groups.mean(axis=2, keepdims=True)
    var = groups.var(axis=2, keepdims=True)
    x_hat = ((groups - mean) / np.sqrt(var + eps)).reshape(n, c, h, w)
    return x_hat * weight.reshape(1, -1, 1, 1) + bias.reshape(1, -1, 1, 1)


def group_unbiased(input, num_groups, weight, bias, eps=1e-5):
    n, c, h, w = input.shape
    groups = input.reshape(n, num_groups, c // num_groups, h, w)
    mean = groups.mean(axis=(2, 3, 4), keepdims=True)
    var = groups.var(axis=(2, 3, 4), ddof=1, keepdims=True)
    x_hat = ((groups - mean) / np.sqrt(var + eps)).reshape(n, c, h, w)
    return x_hat * weight.reshape(1, -1, 1, 1) + bias.reshape(1, -1, 1, 1)


def group_eps_outside(input, num_groups, weight, bias, eps=1e-5):
    n, c, h, w = input.shape
    groups = input.reshape(n, num_groups, c // num_groups, h, w)
    mean = groups.mean(axis=(2, 3, 4), keepdims=True)
    var = groups.var(axis=(2, 3, 4), keepdims=True)
    x_hat = ((groups - mean) / (np.sqrt(var) + eps)).reshape(n, c, h, w)
    return x_hat * weight.reshape(1, -1, 1, 1) + bias.reshape(1, -1, 1, 1)


def group_no_eps(input, num_groups, weight, bias, eps=1e-5):
    n, c, h, w = input.shape
    groups = input.reshape(n, num_groups, c // num_groups, h, w)
    mean = groups.mean(axis=(2, 3, 4), keepdims=True)
    var = groups.var(axis=(2, 3, 4), keepdims=True)
    x_hat = ((groups - mean) / np.sqrt(var)).reshape(n, c, h, w)
    return x_hat * weight.reshape(1, -1, 1, 1) + bias.reshape(1, -1, 1, 1)


def group_one_pass_variance(input, num_groups, weight, bias, eps=1e-5):
    n, c, h, w = input.shape
    groups = input.reshape(n, num_groups, c // num_groups, h, w)
    mean = groups.mean(axis=(2, 3, 4), keepdims=True)
    var = (groups**2).mean(axis=(2, 3, 4), keepdims=True) - mean**2
    x_hat = ((groups - mean) / np.sqrt(var + eps)).reshape(n, c, h, w)
    return x_hat * weight.reshape(1, -1, 1, 1) + bias.reshape(1, -1, 1, 1)


def rms_mean_subtracted(input, normalized_shape, weight, eps=1e-6):
    axes = tuple(range(-len(normalized_shape), 0))
    centred = input - input.mean(axis=axes, keepdims=True)
    return centred / np.sqrt((centred**2).mean(axis=axes, keepdims=True) + eps) * weight


def rms_by_the_variance(input, normalized_shape, weight, eps=1e-6):
    axes = tuple(range(-len(normalized_shape), 0))
    return input / np.sqrt(input.var(axis=axes, keepdims=True) + eps) * weight


def rms_sum_for_mean(input, normalized_shape, weight, eps=1e-6):
    axes = tuple(range(-len(normalized_shape), 0))
    return input / np.sqrt((input**2).sum(axis=axes, keepdims=True) + eps) * weight


def rms_mean_absolute(input, normalized_shape, weight, eps=1e-6):
    axes = tuple(range(-len(normalized_shape), 0))
    return input / (np.abs(input).mean(axis=axes, keepdims=True) + eps) * weight


def rms_square_of_mean(input, normalized_shape, weight, eps=1e-6):
    axes = tuple(range(-len(normalized_shape), 0))
    return input / np.sqrt(input.mean(axis=axes, keepdims=True) ** 2 + eps) * weight


def rms_eps_outside(input, normalized_shape, weight, eps=1e-6):
    axes = tuple(range(-len(normalized_shape), 0))
    mean_square = (input**2).mean(axis=axes, keepdims=True)
    return input / (np.sqrt(mean_square) + eps) * weight


def rms_no_eps(input, normalized_shape, weight, eps=1e-6):
    axes = tuple(range(-len(normalized_shape), 0))
    mean_square = (input**2).mean(axis=axes, keepdims=True)
    with np.errstate(all="ignore"):
        return input / np.sqrt(mean_square) * weight


def rms_no_root(input, normalized_shape, weight, eps=1e-6):
    axes = tuple(range(-len(normalized_shape), 0))
    mean_square = (input**2).mean(axis=axes, keepdims=True)
    return input / (mean_square + eps) * weight


def rms_over_the_batch(input, normalized_shape, weight, eps=1e-6):
    axes = 0
    mean_square = (input**2).mean(axis=axes, keepdims=True)
    return input / np.sqrt(mean_square + eps) * weight


def rms_last_axis_only(input, normalized_shape, weight, eps=1e-6):
    axes = -1
    mean_square = (input**2).mean(axis=axes, keepdims=True)
    return input / np.sqrt(mean_square + eps) * weight


def rms_all_but_the_first(input, normalized_shape, weight, eps=1e-6):
    axes = tuple(range(1, input.ndim))
    mean_square = (input**2).mean(axis=axes, keepdims=True)
    return input / np.sqrt(mean_square + eps) * weight


def rms_weight_ignored(input, normalized_shape, weight, eps=1e-6):
    axes = tuple(range(-len(normalized_shape), 0))
    mean_square = (input**2).mean(axis=axes, keepdims=True)
    return input / np.sqrt(mean_square + eps)


def rms_one_plus_weight(input, normalized_shape, weight, eps=1e-6):
    axes = tuple(range(-len(normalized_shape), 0))
    mean_square = (input**2).mean(axis=axes, keepdims=True)
    return input / np.sqrt(mean_square + eps) * (1 + weight)
