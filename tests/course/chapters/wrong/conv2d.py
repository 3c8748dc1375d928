"""Wrong answers without a name: mistakes too rare, too odd or too lazy to be a misconception. None may pass."""

import numpy as np


def _right(x, w, b=None):
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape[2:], axis=(2, 3))
    y = np.einsum("ncyxuv,ocuv->noyx", windows, w)
    return y if b is None else y + b[:, None, None]


def if_bias(x, w, b=None):
    return _right(x, w, b) if b else _right(x, w)


def upside_down(x, w, b=None):
    return _right(x, w[:, :, ::-1], b)


def mirrored(x, w, b=None):
    return _right(x, w[..., ::-1], b)


def weight_axes_exchanged(x, w, b=None):
    """Read the weight as (c_i, c_o, k_h, k_w)."""
    return _right(x, w.reshape(w.shape[1], w.shape[0], *w.shape[2:]).swapaxes(0, 1), b)


def channel_for_channel(x, w, b=None):
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape[2:], axis=(2, 3))
    c_i = x.shape[1]
    y = np.stack([np.einsum("nyxuv,uv->nyx", windows[:, o % c_i], w[o, o % c_i]) for o in range(len(w))], axis=1)
    return y if b is None else y + b[:, None, None]


def windows_side_by_side(x, w, b=None):
    return _right(x, w, b)[:, :, :: w.shape[2], :: w.shape[3]]


def changes_weight(x, w, b=None):
    y = _right(x, w, b)
    w[:] = 0
    return y


def kernel_by_kernel_means(x, w, b=None):
    return _right(x, np.broadcast_to(w.mean(axis=(2, 3), keepdims=True), w.shape), b)


def squeezed(x, w, b=None):
    return np.squeeze(_right(x, w, b))


def with_relu(x, w, b=None):
    return np.maximum(_right(x, w, b), 0)


def separable_guess(x, w, b=None):
    """Add the answers of a row kernel and a column kernel."""
    return _right(x, np.broadcast_to(w.mean(axis=2, keepdims=True), w.shape), b)


def count_table(i, o, k, bias=True, groups=1):
    return 4640


def count_one_dimension(i, o, k, bias=True, groups=1):
    k = k if isinstance(k, tuple) else (k,)
    return o * (i // groups) * k[-1] + (o if bias else 0)


def count_sum_of_sides(i, o, k, bias=True, groups=1):
    k = k if isinstance(k, tuple) else (k, k)
    return o * (i // groups) * sum(k) + (o if bias else 0)


def count_groups_as_factor(i, o, k, bias=True, groups=1):
    k = k if isinstance(k, tuple) else (k, k)
    return groups * o * i * k[0] * k[1] + (o if bias else 0)


def count_fails_on_pairs(i, o, k, bias=True, groups=1):
    return o * (i // groups) * k**2 + (o if bias else 0)


def count_fails_on_numbers(i, o, k, bias=True, groups=1):
    k_h, k_w = k
    return o * (i // groups) * k_h * k_w + (o if bias else 0)


def count_bias_one(i, o, k, bias=True, groups=1):
    k = k if isinstance(k, tuple) else (k, k)
    return o * (i // groups) * k[0] * k[1] + int(bias)


def macs_fixed(input_shape, out_channels, kernel_size):
    return 4536


def macs_ceil(input_shape, out_channels, kernel_size):
    n, c, h, w = input_shape
    k = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    return n * c * out_channels * (h // k[0]) * (w // k[1]) * k[0] * k[1]


def macs_square_kernel(input_shape, out_channels, kernel_size):
    n, c, h, w = input_shape
    k = kernel_size[0] if isinstance(kernel_size, tuple) else kernel_size
    return n * c * out_channels * (h - k + 1) * (w - k + 1) * k * k


def macs_sides_exchanged(input_shape, out_channels, kernel_size):
    n, c, w, h = input_shape
    k = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    return n * c * out_channels * (h - k[0] + 1) * (w - k[1] + 1) * k[0] * k[1]


def macs_in_millions(input_shape, out_channels, kernel_size):
    n, c, h, w = input_shape
    k = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    return n * c * out_channels * (h - k[0] + 1) * (w - k[1] + 1) * k[0] * k[1] / 1e6


def macs_outputs(input_shape, out_channels, kernel_size):
    n, _, h, w = input_shape
    k = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    return n * out_channels * (h - k[0] + 1) * (w - k[1] + 1)


def macs_half_window(input_shape, out_channels, kernel_size):
    n, c, h, w = input_shape
    k = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    return n * c * out_channels * (h - k[0] // 2) * (w - k[1] // 2) * k[0] * k[1]


def field_first_layer(kernel_sizes, strides):
    return kernel_sizes[0]


def field_sum(kernel_sizes, strides):
    return sum(kernel_sizes)


def field_stride_product(kernel_sizes, strides):
    return int(np.prod(strides)) * kernel_sizes[-1]


def field_both_axes(kernel_sizes, strides):
    field, step = 1, 1
    for k, s in zip(kernel_sizes, strides, strict=True):
        field, step = field + (k - 1) * step, step * s
    return field, field


def field_squared(kernel_sizes, strides):
    return field_both_axes(kernel_sizes, strides)[0] ** 2


def field_one_more(kernel_sizes, strides):
    return field_both_axes(kernel_sizes, strides)[0] + 1


def field_of_largest_kernel(kernel_sizes, strides):
    return 1 + len(kernel_sizes) * (max(kernel_sizes) - 1)


def field_pairs_only(kernel_sizes, strides):
    return kernel_sizes[0] + (kernel_sizes[-1] - 1) * strides[0]


def repair_no_change(x, w, b=None):
    return _right(x, w.swapaxes(2, 3), b)


def repair_symmetrised(x, w, b=None):
    if w.shape[2] != w.shape[3]:
        return _right(x, w, b)
    return _right(x, (w + w.swapaxes(2, 3)) / 2, b)


def repair_by_turning(x, w, b=None):
    return _right(x, np.rot90(w, axes=(2, 3)), b)


def repair_no_bias(x, w, b=None):
    return _right(x, w)


def repair_square_only(x, w, b=None):
    if w.shape[2] != w.shape[3]:
        raise ValueError("square kernels only")
    return _right(x, w, b)


def repair_image_transposed(x, w, b=None):
    return _right(x.swapaxes(2, 3), w, b)


def repair_channels_mixed(x, w, b=None):
    return _right(x[:, ::-1], w, b)


WRONG = {
    "conv2d": (
        if_bias,
        upside_down,
        mirrored,
        weight_axes_exchanged,
        channel_for_channel,
        windows_side_by_side,
        changes_weight,
        kernel_by_kernel_means,
        squeezed,
        with_relu,
        separable_guess,
    ),
    "conv2d_num_parameters": (
        count_table,
        count_one_dimension,
        count_sum_of_sides,
        count_groups_as_factor,
        count_fails_on_pairs,
        count_fails_on_numbers,
        count_bias_one,
    ),
    "conv2d_macs": (
        macs_fixed,
        macs_ceil,
        macs_square_kernel,
        macs_sides_exchanged,
        macs_in_millions,
        macs_outputs,
        macs_half_window,
    ),
    "receptive_field": (
        field_first_layer,
        field_sum,
        field_stride_product,
        field_both_axes,
        field_squared,
        field_one_more,
        field_of_largest_kernel,
        field_pairs_only,
    ),
    "edge_kernel": (
        np.array([-1.0, 0.0, 1.0]),  # a row without its axis
        np.array([[[[-1.0, 0.0, 1.0]]]]),  # a whole weight
        np.array([[np.nan, 1.0]]),
        "sobel",
        7,
        {"kernel": [1, -1]},
        [[1.0, 0.0, -1.0], [1.0]],
        np.eye(9),
        ["a large output", "an output of 0", "an output of 0"],
        np.array([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [1.0, 0.0, -1.0]]) * 1j,
        np.array([[-1.0, 4.0, -6.0, 4.0, -1.0]] * 3) * np.array([[1.0], [-1.99], [1.0]]),  # all but silent everywhere
    ),
    "repair_conv2d": (
        repair_no_change,
        repair_symmetrised,
        repair_by_turning,
        repair_no_bias,
        repair_square_only,
        repair_image_transposed,
        repair_channels_mixed,
    ),
}
