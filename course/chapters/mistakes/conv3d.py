"""Wrong versions of chapter 10, the convolution of films and volumes. Each stands on NumPy alone."""

# ruff: noqa: D103 - the misconception that holds it says what it is

import numpy as np


def flipped(input, weight, bias=None):
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[2:], axis=(2, 3, 4))
    output = np.einsum("nczyxtuv,octuv->nozyx", windows, weight[:, :, ::-1, ::-1, ::-1])
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis, np.newaxis]


def time_reversed(input, weight, bias=None):
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[2:], axis=(2, 3, 4))
    output = np.einsum("nczyxtuv,octuv->nozyx", windows, weight[:, :, ::-1])
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis, np.newaxis]


def depth_last(input, weight, bias=None):
    kernel = np.moveaxis(weight, -1, 2)
    windows = np.lib.stride_tricks.sliding_window_view(input, kernel.shape[2:], axis=(2, 3, 4))
    output = np.einsum("nczyxtuv,octuv->nozyx", windows, kernel)
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis, np.newaxis]


def same_frame(input, weight, bias=None):
    frames = input.shape[2] - weight.shape[2] + 1
    windows = np.lib.stride_tricks.sliding_window_view(input[:, :, :frames], weight.shape[3:], axis=(3, 4))
    output = np.einsum("nczyxuv,octuv->nozyx", windows, weight)
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis, np.newaxis]


def first_channel(input, weight, bias=None):
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[2:], axis=(2, 3, 4))
    output = np.einsum("nzyxtuv,otuv->nozyx", windows[:, 0], weight[:, 0])
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis, np.newaxis]


def last_product(input, weight, bias=None):
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[2:], axis=(2, 3, 4))
    output = np.einsum("nczyx,oc->nozyx", windows[..., -1, -1, -1], weight[..., -1, -1, -1])
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis, np.newaxis]


def no_bias(input, weight, bias=None):
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[2:], axis=(2, 3, 4))
    return np.einsum("nczyxtuv,octuv->nozyx", windows, weight)


def bias_per_column(input, weight, bias=None):
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[2:], axis=(2, 3, 4))
    output = np.einsum("nczyxtuv,octuv->nozyx", windows, weight)
    return output if bias is None else output + bias


def last_frame_missing(input, weight, bias=None):
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[2:], axis=(2, 3, 4))
    output = np.einsum("nczyxtuv,octuv->nozyx", windows[:, :, :-1], weight)
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis, np.newaxis]


def last_windows_missing(input, weight, bias=None):
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[2:], axis=(2, 3, 4))
    output = np.einsum("nczyxtuv,octuv->nozyx", windows[:, :, :-1, :-1, :-1], weight)
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis, np.newaxis]


def parameters_no_bias(in_channels, out_channels, kernel_size, bias=True):
    k = kernel_size if isinstance(kernel_size, tuple) else (kernel_size,) * 3
    return out_channels * in_channels * k[0] * k[1] * k[2]


def parameters_flat_kernel(in_channels, out_channels, kernel_size, bias=True):
    k = kernel_size[1:] if isinstance(kernel_size, tuple) else (kernel_size,) * 2
    return out_channels * in_channels * k[0] * k[1] + (out_channels if bias else 0)


def parameters_one_axis(in_channels, out_channels, kernel_size, bias=True):
    k = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, 1, 1)
    return out_channels * in_channels * k[0] * k[1] * k[2] + (out_channels if bias else 0)


def parameters_first_cubed(in_channels, out_channels, kernel_size, bias=True):
    k = kernel_size[0] if isinstance(kernel_size, tuple) else kernel_size
    return out_channels * in_channels * k**3 + (out_channels if bias else 0)


def parameters_one_kernel(in_channels, out_channels, kernel_size, bias=True):
    k = kernel_size if isinstance(kernel_size, tuple) else (kernel_size,) * 3
    return out_channels * k[0] * k[1] * k[2] + (out_channels if bias else 0)


def parameters_always_bias(in_channels, out_channels, kernel_size, bias=True):
    k = kernel_size if isinstance(kernel_size, tuple) else (kernel_size,) * 3
    return out_channels * in_channels * k[0] * k[1] * k[2] + out_channels


def macs_size_kept(input_shape, out_channels, kernel_size):
    k = kernel_size if isinstance(kernel_size, tuple) else (kernel_size,) * 3
    n, c_i, d, h, w = input_shape
    return n * out_channels * d * h * w * c_i * k[0] * k[1] * k[2]


def macs_every_frame(input_shape, out_channels, kernel_size):
    k = kernel_size if isinstance(kernel_size, tuple) else (kernel_size,) * 3
    n, c_i, d, h, w = input_shape
    return n * out_channels * d * (h - k[1] + 1) * (w - k[2] + 1) * c_i * k[0] * k[1] * k[2]


def macs_flat_kernel(input_shape, out_channels, kernel_size):
    k = kernel_size if isinstance(kernel_size, tuple) else (kernel_size,) * 3
    n, c_i, d, h, w = input_shape
    return n * out_channels * (d - k[0] + 1) * (h - k[1] + 1) * (w - k[2] + 1) * c_i * k[1] * k[2]


def macs_one_sample(input_shape, out_channels, kernel_size):
    k = kernel_size if isinstance(kernel_size, tuple) else (kernel_size,) * 3
    _, c_i, d, h, w = input_shape
    return out_channels * (d - k[0] + 1) * (h - k[1] + 1) * (w - k[2] + 1) * c_i * k[0] * k[1] * k[2]


def macs_one_channel(input_shape, out_channels, kernel_size):
    k = kernel_size if isinstance(kernel_size, tuple) else (kernel_size,) * 3
    n, _, d, h, w = input_shape
    return n * out_channels * (d - k[0] + 1) * (h - k[1] + 1) * (w - k[2] + 1) * k[0] * k[1] * k[2]


def macs_bias_counted(input_shape, out_channels, kernel_size):
    k = kernel_size if isinstance(kernel_size, tuple) else (kernel_size,) * 3
    n, c_i, d, h, w = input_shape
    return n * out_channels * (d - k[0] + 1) * (h - k[1] + 1) * (w - k[2] + 1) * (c_i * k[0] * k[1] * k[2] + 1)


def macs_counted_twice(input_shape, out_channels, kernel_size):
    k = kernel_size if isinstance(kernel_size, tuple) else (kernel_size,) * 3
    n, c_i, d, h, w = input_shape
    return 2 * n * out_channels * (d - k[0] + 1) * (h - k[1] + 1) * (w - k[2] + 1) * c_i * k[0] * k[1] * k[2]
