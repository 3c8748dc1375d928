"""Wrong answers without a name for chapter 17. None may pass, and none be taken for a known mistake."""

import numpy as np


def size_times_stride(size, kernel_size, stride=1, padding=0, output_padding=0):
    return size * stride


def size_with_a_gap_too_many(size, kernel_size, stride=1, padding=0, output_padding=0):
    """Write `stride` zeros between two values, where stride - 1 belong."""
    return (size - 1) * (stride + 1) + kernel_size - 2 * padding + output_padding


def size_padding_times_stride(size, kernel_size, stride=1, padding=0, output_padding=0):
    return (size - padding * 2 - 1) * stride + kernel_size + output_padding


def size_output_padding_subtracted(size, kernel_size, stride=1, padding=0, output_padding=0):
    return (size - 1) * stride + kernel_size - 2 * padding - output_padding


def size_of_the_example(size, kernel_size, stride=1, padding=0, output_padding=0):
    return 100


def size_of_both_axes(size, kernel_size, stride=1, padding=0, output_padding=0):
    one = (size - 1) * stride + kernel_size - 2 * padding + output_padding
    return one, one


def size_in_words(size, kernel_size, stride=1, padding=0, output_padding=0):
    return f"{(size - 1) * stride + kernel_size - 2 * padding + output_padding} rows"


def size_halved_padding(size, kernel_size, stride=1, padding=0, output_padding=0):
    return (size - 1) * stride + kernel_size - padding // 2 + output_padding


def _transposed(x, w, b=None, stride=1, padding=0):
    (s_h, s_w), (p_h, p_w) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    n, _, h, width = x.shape
    _, c_o, k_h, k_w = w.shape
    y = np.zeros((n, c_o, (h - 1) * s_h + k_h, (width - 1) * s_w + k_w))
    for u, v in np.ndindex(k_h, k_w):
        share = np.einsum("ncyx,co->noyx", x, w[:, :, u, v])
        y[:, :, u : u + s_h * h : s_h, v : v + s_w * width : s_w] += share
    y = y[:, :, p_h : y.shape[2] - p_h, p_w : y.shape[3] - p_w]
    return y if b is None else y + b[:, None, None]


def transposed_mean_of_overlaps(x, w, b=None, stride=1, padding=0):
    """Divide each output by the number of kernels on it."""
    ones = _transposed(np.ones((1, 1, *x.shape[2:])), np.ones((1, 1, *w.shape[2:])), None, stride, padding)
    y = _transposed(x, w, None, stride, padding) / np.maximum(ones, 1)
    return y if b is None else y + b[:, None, None]


def transposed_without_stride(x, w, b=None, stride=1, padding=0):
    return _transposed(x, w, b, 1, padding)


def transposed_first_channel_only(x, w, b=None, stride=1, padding=0):
    return _transposed(x[:, :1], w[:1], b, stride, padding)


def transposed_one_row_lower(x, w, b=None, stride=1, padding=0):
    return np.roll(_transposed(x, w, b, stride, padding), 1, axis=2)


def transposed_bias_twice(x, w, b=None, stride=1, padding=0):
    return _transposed(x, w, None if b is None else 2 * b, stride, padding) + (b is None)


def transposed_image_upside_down(x, w, b=None, stride=1, padding=0):
    return _transposed(x[:, :, ::-1], w, b, stride, padding)


def transposed_channels_of_the_sum(x, w, b=None, stride=1, padding=0):
    """Give every output channel the sum of all."""
    y = _transposed(x, w, b, stride, padding)
    return np.broadcast_to(y.sum(axis=1, keepdims=True), y.shape) + 1.0


def transposed_changes_input(x, w, b=None, stride=1, padding=0):
    y = _transposed(x, w, b, stride, padding)
    x[...] = 0
    return y


def transposed_batch_added_up(x, w, b=None, stride=1, padding=0):
    y = _transposed(x, w, b, stride, padding)
    return y.sum(axis=0)


def _gradients(g, x, w, stride=1, padding=0):
    (s_h, s_w), (p_h, p_w) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    h, width = x.shape[2:]
    full = np.pad(g, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))
    gx, gw = np.zeros_like(x), np.zeros_like(w)
    for u, v in np.ndindex(w.shape[2:]):
        read = full[:, :, u : u + s_h * h : s_h, v : v + s_w * width : s_w]
        gx += np.einsum("noyx,co->ncyx", read, w[:, :, u, v])
        gw[:, :, u, v] = np.einsum("noyx,ncyx->co", read, x)
    return gx, gw, g.sum((0, 2, 3))


def backward_exchanged(g, x, w, stride=1, padding=0):
    gx, gw, gb = _gradients(g, x, w, stride, padding)
    return gw, gx, gb


def backward_weight_flipped(g, x, w, stride=1, padding=0):
    gx, gw, gb = _gradients(g, x, w, stride, padding)
    return gx, gw[:, :, ::-1, ::-1], gb


def backward_forward_again(g, x, w, stride=1, padding=0):
    """Give the output instead of the input's gradient."""
    _, gw, gb = _gradients(g, x, w, stride, padding)
    return _transposed(x, w, None, stride, padding), gw, gb


def backward_times_stride(g, x, w, stride=1, padding=0):
    gx, gw, gb = _gradients(g, x, w, stride, padding)
    return gx * np.prod(np.broadcast_to(stride, 2)), gw, gb


def backward_bias_of_rows(g, x, w, stride=1, padding=0):
    gx, gw, _ = _gradients(g, x, w, stride, padding)
    return gx, gw, g.sum((0, 2))


def backward_first_sample(g, x, w, stride=1, padding=0):
    gx, _, gb = _gradients(g, x, w, stride, padding)
    return gx, _gradients(g[:1], x[:1], w, stride, padding)[1], gb


def backward_two_results(g, x, w, stride=1, padding=0):
    return _gradients(g, x, w, stride, padding)[:2]


def backward_negated(g, x, w, stride=1, padding=0):
    return tuple(-part for part in _gradients(g, x, w, stride, padding))


def repair_without_stride(x, w, stride=1):
    return _transposed(x, w)


def repair_a_gap_too_many(x, w, stride=1):
    return _transposed(x, w, None, stride + 1)


def repair_shifted_kernel(x, w, stride=1):
    return _transposed(x, np.roll(w, 1, axis=3), None, stride)


def repair_border_missing(x, w, stride=1):
    """Slide over the image without a border."""
    k_h, k_w = w.shape[2:]
    y = _transposed(x, w, None, stride)
    return y[:, :, k_h - 1 : y.shape[2] - k_h + 1, k_w - 1 : y.shape[3] - k_w + 1]


def repair_absolute(x, w, stride=1):
    return np.abs(_transposed(x, w, None, stride))


def repair_flipped_for_one_channel(x, w, stride=1):
    """Flip the first kernel only."""
    kernels = w.copy()
    kernels[1:] = kernels[1:, :, ::-1, ::-1]
    kernels[:, 1:] = kernels[:, 1:, :, ::-1]
    return _transposed(x, kernels, None, stride)


def repair_averaged(x, w, stride=1):
    return _transposed(x, (w + w[:, :, ::-1, ::-1]) / 2, None, stride)


def _mixed(x, s, mode="nearest"):
    if mode == "nearest":
        return x.repeat(s, axis=2).repeat(s, axis=3)
    for axis in (2, 3):
        size = x.shape[axis]
        places = np.clip((np.arange(size * s) + 0.5) / s - 0.5, 0, size - 1)
        shares = np.maximum(0, 1 - np.abs(places[:, None] - np.arange(size)))
        x = np.moveaxis(np.moveaxis(x, axis, -1) @ shares.T, -1, axis)
    return x


def interpolate_rows_only(x, scale_factor, mode="nearest"):
    return x.repeat(scale_factor, axis=2)


def interpolate_upside_down(x, scale_factor, mode="nearest"):
    return _mixed(x[:, :, ::-1], scale_factor, mode)


def interpolate_with_zeros_between(x, scale_factor, mode="nearest"):
    output = np.zeros((*x.shape[:2], x.shape[2] * scale_factor, x.shape[3] * scale_factor))
    output[:, :, ::scale_factor, ::scale_factor] = x
    return output


def interpolate_squared(x, scale_factor, mode="nearest"):
    return _mixed(x, scale_factor**2, mode)


def interpolate_rounded(x, scale_factor, mode="nearest"):
    return np.floor(_mixed(x, scale_factor, mode))


def interpolate_first_channel(x, scale_factor, mode="nearest"):
    return np.broadcast_to(_mixed(x[:, :1], scale_factor, mode), _mixed(x, scale_factor, mode).shape) + 1.0


def interpolate_divided(x, scale_factor, mode="nearest"):
    """Share a pixel's value among its copies."""
    return _mixed(x, scale_factor, mode) / scale_factor**2


def shuffle_reversed(x, r):
    return np.array(_shuffled(x[:, ::-1], r))


def _shuffled(x, r):
    n, channels, h, w = x.shape
    return x.reshape(n, channels // r**2, r, r, h, w).transpose(0, 1, 4, 2, 5, 3).reshape(n, -1, h * r, w * r)


def shuffle_repeated(x, r):
    """Repeat pixels of the first channels."""
    return x[:, :: r * r].repeat(r, axis=2).repeat(r, axis=3) + 0.5


def shuffle_mean(x, r):
    n, channels, h, w = x.shape
    means = x.reshape(n, channels // r**2, r**2, h, w).mean(axis=2) + 0.1
    return means.repeat(r, axis=2).repeat(r, axis=3)


def shuffle_not_at_all(x, r):
    return x


def shuffle_rolled(x, r):
    return np.roll(_shuffled(x, r), 1, axis=3)


def shuffle_blocks_flipped(x, r):
    return _shuffled(x, r)[:, :, ::-1, ::-1]


def shuffle_scaled(x, r):
    return _shuffled(x, r) * (r + 1)


def _tokens(x, w, b):
    p_h, p_w = w.shape[2:]
    windows = np.lib.stride_tricks.sliding_window_view(x, (p_h, p_w), axis=(2, 3))[:, :, ::p_h, ::p_w]
    return (np.einsum("ncyxuv,dcuv->nyxd", windows, w) + b).reshape(len(x), -1, len(b))


def patches_overlapping(x, w, b):
    """Slide the kernel one pixel at a time."""
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape[2:], axis=(2, 3))
    return (np.einsum("ncyxuv,dcuv->nyxd", windows, w) + b).reshape(len(x), -1, len(b))


def patches_as_a_grid(x, w, b):
    rows = x.shape[2] // w.shape[2]
    return _tokens(x, w, b).reshape(len(x), rows, -1, len(b))


def patches_reversed(x, w, b):
    return _tokens(x, w, b)[:, ::-1] + 0.25


def patches_bias_twice(x, w, b):
    return _tokens(x, w, 2 * b)


def patches_kernel_flipped(x, w, b):
    return _tokens(x, w[:, :, ::-1, ::-1], b) + 0.5


def patches_mean(x, w, b):
    return _tokens(x, w / w[0].size, b)


def patches_first_channel(x, w, b):
    return _tokens(x[:, :1], w[:, :1], b) - 0.5


def _block_parts(x, params):
    def conv(x, name):
        w = params[f"{name}.weight"]
        k = w.shape[2]
        padded = np.pad(x, [(0, 0), (0, 0), (k // 2,) * 2, (k // 2,) * 2])
        windows = np.lib.stride_tricks.sliding_window_view(padded, (k, k), axis=(2, 3))
        return np.einsum("nchwuv,ocuv->nohw", windows, w)

    def norm(x, name):
        w, b, m, v = (params[f"{name}.{k}"][:, None, None] for k in ("weight", "bias", "running_mean", "running_var"))
        return (x - m) / np.sqrt(v + 1e-5) * w + b

    around = conv(x, "shortcut") if "shortcut.weight" in params else x
    return conv, norm, around


def block_one_convolution(x, params):
    conv, norm, around = _block_parts(x, params)
    return np.maximum(norm(conv(x, "conv1"), "bn1") + around, 0)


def block_shortcut_twice(x, params):
    conv, norm, around = _block_parts(x, params)
    branch = norm(conv(np.maximum(norm(conv(x, "conv1"), "bn1"), 0), "conv2"), "bn2")
    return np.maximum(branch + 2 * around, 0)


def block_difference(x, params):
    conv, norm, around = _block_parts(x, params)
    branch = norm(conv(np.maximum(norm(conv(x, "conv1"), "bn1"), 0), "conv2"), "bn2")
    return np.maximum(around - branch, 0)


def block_norms_exchanged(x, params):
    conv, norm, around = _block_parts(x, params)
    branch = norm(conv(np.maximum(norm(conv(x, "conv1"), "bn2"), 0), "conv2"), "bn1")
    return np.maximum(branch + around, 0)


def block_kernels_flipped(x, params):
    flipped = {name: value[..., ::-1, ::-1] if value.ndim == 4 else value for name, value in params.items()}
    conv, norm, around = _block_parts(x, flipped)
    branch = norm(conv(np.maximum(norm(conv(x, "conv1"), "bn1"), 0), "conv2"), "bn2")
    return np.maximum(branch + around, 0)


def block_without_norms(x, params):
    conv, _, around = _block_parts(x, params)
    return np.maximum(conv(np.maximum(conv(x, "conv1"), 0), "conv2") + around, 0)


def block_product(x, params):
    conv, norm, around = _block_parts(x, params)
    branch = norm(conv(np.maximum(norm(conv(x, "conv1"), "bn1"), 0), "conv2"), "bn2")
    return np.maximum(branch * around, 0)


WRONG = {
    "interpolate": (
        interpolate_rows_only,
        interpolate_upside_down,
        interpolate_with_zeros_between,
        interpolate_squared,
        interpolate_rounded,
        interpolate_first_channel,
        interpolate_divided,
    ),
    "pixel_shuffle": (
        shuffle_reversed,
        shuffle_repeated,
        shuffle_mean,
        shuffle_not_at_all,
        shuffle_rolled,
        shuffle_blocks_flipped,
        shuffle_scaled,
    ),
    "patch_embedding": (
        patches_overlapping,
        patches_as_a_grid,
        patches_reversed,
        patches_bias_twice,
        patches_kernel_flipped,
        patches_mean,
        patches_first_channel,
    ),
    "residual_block": (
        block_one_convolution,
        block_shortcut_twice,
        block_difference,
        block_norms_exchanged,
        block_kernels_flipped,
        block_without_norms,
        block_product,
    ),
    "conv_transpose_output_size": (
        size_times_stride,
        size_with_a_gap_too_many,
        size_padding_times_stride,
        size_output_padding_subtracted,
        size_of_the_example,
        size_of_both_axes,
        size_in_words,
        size_halved_padding,
    ),
    "conv_transpose2d": (
        transposed_mean_of_overlaps,
        transposed_without_stride,
        transposed_first_channel_only,
        transposed_one_row_lower,
        transposed_bias_twice,
        transposed_image_upside_down,
        transposed_channels_of_the_sum,
        transposed_changes_input,
        transposed_batch_added_up,
    ),
    "conv_transpose2d_backward": (
        backward_exchanged,
        backward_weight_flipped,
        backward_forward_again,
        backward_times_stride,
        backward_bias_of_rows,
        backward_first_sample,
        backward_two_results,
        backward_negated,
    ),
    "repair_zero_insertion": (
        repair_without_stride,
        repair_a_gap_too_many,
        repair_shifted_kernel,
        repair_border_missing,
        repair_absolute,
        repair_flipped_for_one_channel,
        repair_averaged,
    ),
}
