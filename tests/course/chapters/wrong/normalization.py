"""Wrong answers without a name: mistakes too rare, too odd or too lazy to be a misconception. None may pass."""

import numpy as np

RIGHT_AXES = {"batch": (0, 2, 3), "layer": (1, 2, 3), "instance": (2, 3), "group": (1, 2, 3)}
AXES_WIDTH_MISSING = {"batch": (0, 2), "layer": (1, 2), "instance": (2,), "group": (1, 2)}
AXES_WITHOUT_GROUP = {"batch": (0, 2, 3), "layer": (1, 2, 3), "instance": (2, 3)}
AXES_AS_TEXT = {"batch": "NHW", "layer": "CHW", "instance": "HW", "group": "CHW"}
AXES_AS_NUMBERS = {"batch": 0, "layer": 1, "instance": 2, "group": 1}
AXES_TWICE = {**RIGHT_AXES, "instance": (2, 3, -1)}
AXES_OTHER_NAMES = {"BatchNorm2d": (0, 2, 3), "LayerNorm": (1, 2, 3), "InstanceNorm2d": (2, 3), "GroupNorm": (1, 2, 3)}


def _batch(x, rm, rv, w, b, training, momentum, eps):
    mean, var = rm, rv
    if training:
        mean, var = x.mean(axis=(0, 2, 3)), x.var(axis=(0, 2, 3))
        m = x.size / len(w)
        rm, rv = (1 - momentum) * rm + momentum * mean, (1 - momentum) * rv + momentum * var * m / (m - 1)
    hat = (x - mean[:, None, None]) / np.sqrt(var[:, None, None] + eps)
    return w[:, None, None] * hat + b[:, None, None], rm, rv


def batch_output_only(x, rm, rv, w, b, training, momentum=0.1, eps=1e-5):
    return _batch(x, rm, rv, w, b, training, momentum, eps)[0]


def batch_statistics_of_this_batch(x, rm, rv, w, b, training, momentum=0.1, eps=1e-5):
    y, rm, rv = _batch(x, rm, rv, w, b, training, momentum, eps)
    return (y, x.mean(axis=(0, 2, 3)), x.var(axis=(0, 2, 3), ddof=1)) if training else (y, rm, rv)


def batch_momentum_fixed(x, rm, rv, w, b, training, momentum=0.1, eps=1e-5):
    return _batch(x, rm, rv, w, b, training, 0.1, eps)


def batch_eps_fixed(x, rm, rv, w, b, training, momentum=0.1, eps=1e-5):
    return _batch(x, rm, rv, w, b, training, momentum, 1e-5)


def batch_weight_only(x, rm, rv, w, b, training, momentum=0.1, eps=1e-5):
    return _batch(x, rm, rv, w, 0 * b, training, momentum, eps)


def batch_running_exchanged(x, rm, rv, w, b, training, momentum=0.1, eps=1e-5):
    y, rm, rv = _batch(x, rm, rv, w, b, training, momentum, eps)
    return y, rv, rm


def batch_running_statistics_kept_apart(x, rm, rv, w, b, training, momentum=0.1, eps=1e-5):
    y, rm, rv = _batch(x, rm, rv, w, b, training, momentum, eps)
    return y, rm[None, :, None, None], rv[None, :, None, None]


def batch_mean_updated_only(x, rm, rv, w, b, training, momentum=0.1, eps=1e-5):
    y, new_mean, _ = _batch(x, rm, rv, w, b, training, momentum, eps)
    return y, new_mean, rv


def batch_one_pass(x, rm, rv, w, b, training, momentum=0.1, eps=1e-5):
    y, new_mean, new_var = _batch(x, rm, rv, w, b, training, momentum, eps)
    if training:
        mean = x.mean(axis=(0, 2, 3))[:, None, None]
        var = np.maximum((x**2).mean(axis=(0, 2, 3))[:, None, None] - mean**2, 0)
        y = w[:, None, None] * (x - mean) / np.sqrt(var + eps) + b[:, None, None]
    return y, new_mean, new_var


def batch_in_float32(x, rm, rv, w, b, training, momentum=0.1, eps=1e-5):
    return _batch(x.astype(np.float32), rm, rv, w, b, training, momentum, eps)


def batch_divided_in_place(x, rm, rv, w, b, training, momentum=0.1, eps=1e-5):
    result = _batch(x, rm, rv, w, b, training, momentum, eps)
    x[...] = result[0]
    return result


def _layer(x, shape, w, b, eps):
    axes = tuple(range(-len(shape), 0))
    mean, var = x.mean(axis=axes, keepdims=True), x.var(axis=axes, keepdims=True)
    return (x - mean) / np.sqrt(var + eps) * w + b


def layer_eps_fixed(x, shape, w, b, eps=1e-5):
    return _layer(x, shape, w, b, 1e-5)


def layer_last_two_axes(x, shape, w, b, eps=1e-5):
    axes = (-2, -1) if x.ndim > 2 else -1
    return (x - x.mean(axis=axes, keepdims=True)) / np.sqrt(x.var(axis=axes, keepdims=True) + eps) * w + b


def layer_for_one_axis(x, shape, w, b, eps=1e-5):
    (size,) = shape
    return _layer(x, (size,), w, b, eps)


def layer_constant_row_to_zero(x, shape, w, b, eps=1e-5):
    axes = tuple(range(-len(shape), 0))
    return np.where(x.var(axis=axes, keepdims=True) == 0, 0, _layer(x, shape, w, b, eps))


def layer_min_max(x, shape, w, b, eps=1e-5):
    axes = tuple(range(-len(shape), 0))
    low, high = x.min(axis=axes, keepdims=True), x.max(axis=axes, keepdims=True)
    return (x - low) / (high - low + eps) * w + b


def layer_weight_divides(x, shape, w, b, eps=1e-5):
    axes = tuple(range(-len(shape), 0))
    mean, var = x.mean(axis=axes, keepdims=True), x.var(axis=axes, keepdims=True)
    return (x - mean) / np.sqrt(var + eps) / w + b


def layer_median(x, shape, w, b, eps=1e-5):
    axes = tuple(range(-len(shape), 0))
    return (x - np.median(x, axis=axes, keepdims=True)) / np.sqrt(x.var(axis=axes, keepdims=True) + eps) * w + b


def layer_in_float32(x, shape, w, b, eps=1e-5):
    return _layer(x.astype(np.float32), shape, w, b, eps)


def layer_squeezed(x, shape, w, b, eps=1e-5):
    return _layer(x, shape, w, b, eps).reshape(-1, w.size)


def layer_eps_twice(x, shape, w, b, eps=1e-5):
    return _layer(x, shape, w, b, 2 * eps)


def _instance(x, eps, **how):
    return (x - x.mean(axis=(2, 3), keepdims=True)) / np.sqrt(x.var(axis=(2, 3), keepdims=True, **how) + eps)


def instance_eps_fixed(x, eps=1e-5):
    return _instance(x, 1e-5)


def instance_columns_only(x, eps=1e-5):
    return (x - x.mean(axis=2, keepdims=True)) / np.sqrt(x.var(axis=2, keepdims=True) + eps)


def instance_rows_then_columns(x, eps=1e-5):
    x = (x - x.mean(axis=3, keepdims=True)) / np.sqrt(x.var(axis=3, keepdims=True) + eps)
    return (x - x.mean(axis=2, keepdims=True)) / np.sqrt(x.var(axis=2, keepdims=True) + eps)


def instance_first_sample_for_all(x, eps=1e-5):
    mean, var = x[:1].mean(axis=(2, 3), keepdims=True), x[:1].var(axis=(2, 3), keepdims=True)
    return (x - mean) / np.sqrt(var + eps)


def instance_flat(x, eps=1e-5):
    return _instance(x, eps).reshape(*x.shape[:2], -1)


def instance_without_variance(x, eps=1e-5):
    return x - x.mean(axis=(2, 3), keepdims=True)


def instance_in_place(x, eps=1e-5):
    x -= x.mean(axis=(2, 3), keepdims=True)
    x /= np.sqrt((x**2).mean(axis=(2, 3), keepdims=True) + eps)
    return x


def instance_mean_of_means(x, eps=1e-5):
    var = x.var(axis=3, keepdims=True).mean(axis=2, keepdims=True)
    return (x - x.mean(axis=(2, 3), keepdims=True)) / np.sqrt(var + eps)


def _group(x, g, w, b, eps):
    rows = x.reshape(len(x), g, -1)
    hat = (rows - rows.mean(-1, keepdims=True)) / np.sqrt(rows.var(-1, keepdims=True) + eps)
    return hat.reshape(x.shape) * w[:, None, None] + b[:, None, None]


def group_last_one_forgotten(x, g, w, b, eps=1e-5):
    y = _group(x, g, w, b, eps)
    y[:, -(x.shape[1] // g) :] = 0
    return y


def group_eps_fixed(x, g, w, b, eps=1e-5):
    return _group(x, g, w, b, 1e-5)


def group_of_positions(x, g, w, b, eps=1e-5):
    turned = x.transpose(0, 2, 3, 1)
    rows = turned.reshape(len(x), g, -1)
    hat = (rows - rows.mean(-1, keepdims=True)) / np.sqrt(rows.var(-1, keepdims=True) + eps)
    return hat.reshape(turned.shape).transpose(0, 3, 1, 2) * w[:, None, None] + b[:, None, None]


def group_result_in_groups(x, g, w, b, eps=1e-5):
    return _group(x, g, w, b, eps).reshape(len(x), g, -1, *x.shape[2:])


def group_bias_missing(x, g, w, b, eps=1e-5):
    return _group(x, g, w, 0 * b, eps)


def group_first_only(x, g, w, b, eps=1e-5):
    y = x.copy()
    size = x.shape[1] // g
    y[:, :size] = _group(x[:, :size], 1, np.ones(size), np.zeros(size), eps)
    return y * w[:, None, None] + b[:, None, None]


def group_eps_per_group(x, g, w, b, eps=1e-5):
    return _group(x, g, w, b, eps / g)


def group_reversed_weight(x, g, w, b, eps=1e-5):
    return _group(x, g, w[::-1], b[::-1], eps)


def _rms(x, shape, w, eps):
    axes = tuple(range(-len(shape), 0))
    return x / np.sqrt((x * x).mean(axis=axes, keepdims=True) + eps) * w


def rms_eps_of_layer_norm(x, shape, w, eps=1e-5):
    return _rms(x, shape, w, eps)


def rms_eps_fixed(x, shape, w, eps=1e-6):
    return _rms(x, shape, w, 1e-6)


def rms_by_the_largest(x, shape, w, eps=1e-6):
    axes = tuple(range(-len(shape), 0))
    return x / (np.abs(x).max(axis=axes, keepdims=True) + eps) * w


def rms_unbiased(x, shape, w, eps=1e-6):
    return _rms(x, shape, w, eps) * np.sqrt((w.size - 1) / w.size)


def rms_whole_tensor(x, shape, w, eps=1e-6):
    return x / np.sqrt((x * x).mean() + eps) * w


def rms_weight_divides(x, shape, w, eps=1e-6):
    return _rms(x, shape, 1 / w, eps)


def rms_absolute(x, shape, w, eps=1e-6):
    return np.abs(_rms(x, shape, w, eps))


def rms_zero_row_to_weight(x, shape, w, eps=1e-6):
    axes = tuple(range(-len(shape), 0))
    return np.where((x == 0).all(axis=axes, keepdims=True), w, _rms(x, shape, w, eps))


def _layer_gradients(g, x, w, eps=1e-5):
    rows, grads = x.reshape(-1, w.size), g.reshape(-1, w.size)
    std = np.sqrt(rows.var(1, keepdims=True) + eps)
    hat = (rows - rows.mean(1, keepdims=True)) / std
    h = grads * w.ravel()
    grad = (h - h.mean(1, keepdims=True) - hat * (h * hat).mean(1, keepdims=True)) / std
    return grad.reshape(x.shape), (grads * hat).sum(0).reshape(w.shape), grads.sum(0).reshape(w.shape)


def layer_back_two_results(g, x, w, eps=1e-5):
    return _layer_gradients(g, x, w, eps)[:2]


def layer_back_negative(g, x, w, eps=1e-5):
    return tuple(-a for a in _layer_gradients(g, x, w, eps))


def layer_back_eps_fixed(g, x, w, eps=1e-5):
    return _layer_gradients(g, x, w)


def layer_back_plus_variance_term(g, x, w, eps=1e-5):
    rows, h = x.reshape(-1, w.size), g.reshape(-1, w.size) * w.ravel()
    std = np.sqrt(rows.var(1, keepdims=True) + eps)
    hat = (rows - rows.mean(1, keepdims=True)) / std
    grad = (h - h.mean(1, keepdims=True) + hat * (h * hat).mean(1, keepdims=True)) / std
    return grad.reshape(x.shape), *_layer_gradients(g, x, w, eps)[1:]


def layer_back_input_through(g, x, w, eps=1e-5):
    return g * w, *_layer_gradients(g, x, w, eps)[1:]


def layer_back_keepdims(g, x, w, eps=1e-5):
    a, b, c = _layer_gradients(g, x, w, eps)
    return a, b[None], c[None]


def layer_back_divided_by_variance(g, x, w, eps=1e-5):
    axes = tuple(range(-w.ndim, 0))
    a, b, c = _layer_gradients(g, x, w, eps)
    return a / np.sqrt(x.var(axis=axes, keepdims=True) + eps), b, c


def _batch_gradients(g, x, w, eps=1e-5):
    axes = (0, 2, 3)
    std = np.sqrt(x.var(axis=axes, keepdims=True) + eps)
    hat = (x - x.mean(axis=axes, keepdims=True)) / std
    h = g * w[:, None, None]
    grad = (h - h.mean(axis=axes, keepdims=True) - hat * (h * hat).mean(axis=axes, keepdims=True)) / std
    return grad, (g * hat).sum(axis=axes), g.sum(axis=axes)


def batch_back_two_results(g, x, w, eps=1e-5):
    return _batch_gradients(g, x, w, eps)[:2]


def batch_back_negative(g, x, w, eps=1e-5):
    return tuple(-a for a in _batch_gradients(g, x, w, eps))


def batch_back_eps_fixed(g, x, w, eps=1e-5):
    return _batch_gradients(g, x, w)


def batch_back_over_channels(g, x, w, eps=1e-5):
    _, b, c = _batch_gradients(g, x, w, eps)
    axes = (1, 2, 3)
    std = np.sqrt(x.var(axis=axes, keepdims=True) + eps)
    hat = (x - x.mean(axis=axes, keepdims=True)) / std
    h = g * w[:, None, None]
    return (h - h.mean(axis=axes, keepdims=True) - hat * (h * hat).mean(axis=axes, keepdims=True)) / std, b, c


def batch_back_divided_by_n_everywhere(g, x, w, eps=1e-5):
    return tuple(a / len(x) for a in _batch_gradients(g, x, w, eps))


def batch_back_keepdims(g, x, w, eps=1e-5):
    a, b, c = _batch_gradients(g, x, w, eps)
    return a, b[:, None, None], c[:, None, None]


def batch_back_bias_zero(g, x, w, eps=1e-5):
    a, b, c = _batch_gradients(g, x, w, eps)
    return a, b, 0 * c


def batch_back_samples_zero(g, x, w, eps=1e-5):
    a, b, c = _batch_gradients(g, x, w, eps)
    return np.where(np.arange(len(x))[:, None, None, None] > 0, 0, a), b, c


def repaired_with_a_larger_eps(x, w, b, eps=1e-5):
    mean = x.mean(axis=1, keepdims=True)
    var = (x * x).mean(axis=1, keepdims=True) - mean * mean
    return w * (x - mean) / np.sqrt(np.maximum(var, 0) + max(eps, 1e-3)) + b


def repaired_by_nan_to_num(x, w, b, eps=1e-5):
    mean = x.mean(axis=1, keepdims=True)
    var = (x * x).mean(axis=1, keepdims=True) - mean * mean
    with np.errstate(all="ignore"):
        return np.nan_to_num(w * (x - mean) / np.sqrt(var + 0.99 * eps) + b)


def repaired_over_columns(x, w, b, eps=1e-5):
    return w * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps) + b


def repaired_without_eps(x, w, b, eps=1e-5):
    return w * (x - x.mean(axis=1, keepdims=True)) / x.std(axis=1, keepdims=True) + b


def repaired_by_std_plus_eps(x, w, b, eps=1e-5):
    return w * (x - x.mean(axis=1, keepdims=True)) / (x.std(axis=1, keepdims=True) + eps) + b


def repaired_without_affine(x, w, b, eps=1e-5):
    return (x - x.mean(axis=1, keepdims=True)) / np.sqrt(x.var(axis=1, keepdims=True) + eps)


def repaired_without_root(x, w, b, eps=1e-5):
    return w * (x - x.mean(axis=1, keepdims=True)) / (x.var(axis=1, keepdims=True) + eps) + b


def group_always_two(x, g, w, b, eps=1e-5):
    return _group(x, 2 if x.shape[1] % 2 == 0 else g, w, b, eps)


def group_always_of_two(x, g, w, b, eps=1e-5):
    return _group(x, x.shape[1] // 2 if x.shape[1] % 2 == 0 else g, w, b, eps)


def rms_mean_by_the_last_length(x, shape, w, eps=1e-6):
    axes = tuple(range(-len(shape), 0))
    return x / np.sqrt((x * x).sum(axis=axes, keepdims=True) / shape[-1] + eps) * w


def layer_eps_under_a_root_of_its_own(x, shape, w, b, eps=1e-5):
    axes = tuple(range(-len(shape), 0))
    return (x - x.mean(axis=axes, keepdims=True)) / (x.std(axis=axes, keepdims=True) + np.sqrt(eps)) * w + b


def layer_back_weight_of_one_axis(g, x, w, eps=1e-5):
    a, b, c = _layer_gradients(g, x, w, eps)
    return (a, b, c) if x.ndim - w.ndim == 1 or w.ndim == 1 else (a, b, g.sum(axis=0))


def batch_of_two_channels_at_least(input, running_mean, running_var, weight, bias, training, momentum=0.1, eps=1e-5):
    rows = np.moveaxis(input, 1, -1).reshape(-1, input.shape[1]).squeeze()
    mean, var = (rows.mean(0), rows.var(0)) if training else (running_mean, running_var)
    if training:
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * rows.var(0, ddof=1)
    by_channel = lambda a: np.squeeze(a)[:, None, None]  # noqa: E731
    output = (input - by_channel(mean)) / np.sqrt(by_channel(var) + eps) * by_channel(weight) + by_channel(bias)
    return output, running_mean, running_var


WRONG = {
    "normalization_axes": (
        AXES_WIDTH_MISSING,
        AXES_WITHOUT_GROUP,
        AXES_AS_TEXT,
        AXES_AS_NUMBERS,
        AXES_TWICE,
        AXES_OTHER_NAMES,
        tuple(RIGHT_AXES.values()),
        None,
    ),
    "batch_norm": (
        batch_output_only,
        batch_statistics_of_this_batch,
        batch_momentum_fixed,
        batch_eps_fixed,
        batch_weight_only,
        batch_running_exchanged,
        batch_running_statistics_kept_apart,
        batch_mean_updated_only,
        batch_one_pass,
        batch_in_float32,
        batch_divided_in_place,
        batch_of_two_channels_at_least,
    ),
    "layer_norm": (
        layer_eps_under_a_root_of_its_own,
        layer_eps_fixed,
        layer_last_two_axes,
        layer_for_one_axis,
        layer_constant_row_to_zero,
        layer_min_max,
        layer_weight_divides,
        layer_median,
        layer_in_float32,
        layer_squeezed,
        layer_eps_twice,
    ),
    "instance_norm": (
        instance_eps_fixed,
        instance_columns_only,
        instance_rows_then_columns,
        instance_first_sample_for_all,
        instance_flat,
        instance_without_variance,
        instance_in_place,
        instance_mean_of_means,
    ),
    "group_norm": (
        group_always_two,
        group_always_of_two,
        group_last_one_forgotten,
        group_eps_fixed,
        group_of_positions,
        group_result_in_groups,
        group_bias_missing,
        group_first_only,
        group_eps_per_group,
        group_reversed_weight,
    ),
    "rms_norm": (
        rms_mean_by_the_last_length,
        rms_eps_of_layer_norm,
        rms_eps_fixed,
        rms_by_the_largest,
        rms_unbiased,
        rms_whole_tensor,
        rms_weight_divides,
        rms_absolute,
        rms_zero_row_to_weight,
    ),
    "layer_norm_backward": (
        layer_back_weight_of_one_axis,
        layer_back_two_results,
        layer_back_negative,
        layer_back_eps_fixed,
        layer_back_plus_variance_term,
        layer_back_input_through,
        layer_back_keepdims,
        layer_back_divided_by_variance,
    ),
    "batch_norm_backward": (
        batch_back_two_results,
        batch_back_negative,
        batch_back_eps_fixed,
        batch_back_over_channels,
        batch_back_divided_by_n_everywhere,
        batch_back_keepdims,
        batch_back_bias_zero,
        batch_back_samples_zero,
    ),
    "repair_layer_norm": (
        repaired_with_a_larger_eps,
        repaired_by_nan_to_num,
        repaired_over_columns,
        repaired_without_eps,
        repaired_by_std_plus_eps,
        repaired_without_affine,
        repaired_without_root,
    ),
}
