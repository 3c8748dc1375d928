"""Wrong versions of chapter 07, the convolution of images. Each stands on NumPy alone."""

# ruff: noqa: D103 - the misconception that holds it says what it is

import numpy as np


def flipped(input, weight, bias=None):
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[2:], axis=(2, 3))
    output = np.einsum("ncyxuv,ocuv->noyx", windows, weight[:, :, ::-1, ::-1])
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis]


def transposed(input, weight, bias=None):
    kernel = weight.swapaxes(2, 3)
    windows = np.lib.stride_tricks.sliding_window_view(input, kernel.shape[2:], axis=(2, 3))
    output = np.einsum("ncyxuv,ocuv->noyx", windows, kernel)
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis]


def square_kernel(input, weight, bias=None):
    k = weight.shape[2]
    h_o, w_o = input.shape[2] - k + 1, input.shape[3] - k + 1
    output = np.zeros((len(input), len(weight), h_o, w_o))
    for u in range(k):
        for v in range(k):
            output += np.einsum("ncyx,oc->noyx", input[:, :, u : u + h_o, v : v + w_o], weight[:, :, u, v])
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis]


def sides_exchanged(input, weight, bias=None):
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[2:], axis=(2, 3))
    output = np.einsum("ncyxuv,ocuv->noxy", windows, weight)
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis]


def first_channel(input, weight, bias=None):
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[2:], axis=(2, 3))
    output = np.einsum("nyxuv,ouv->noyx", windows[:, 0], weight[:, 0])
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis]


def mean_of_channels(input, weight, bias=None):
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[2:], axis=(2, 3))
    output = np.einsum("ncyxuv,ocuv->noyx", windows, weight) / weight.shape[1]
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis]


def no_bias(input, weight, bias=None):
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[2:], axis=(2, 3))
    return np.einsum("ncyxuv,ocuv->noyx", windows, weight)


def batch_summed(input, weight, bias=None):
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[2:], axis=(2, 3))
    output = np.zeros((len(input), len(weight), *windows.shape[2:4]))
    output[:] = np.einsum("ncyxuv,ocuv->oyx", windows, weight)
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis]


def bias_per_column(input, weight, bias=None):
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[2:], axis=(2, 3))
    output = np.einsum("ncyxuv,ocuv->noyx", windows, weight)
    return output if bias is None else output + bias


def last_windows_missing(input, weight, bias=None):
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[2:], axis=(2, 3))
    output = np.einsum("ncyxuv,ocuv->noyx", windows[:, :, :-1, :-1], weight)
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis]


def size_kept(input, weight, bias=None):
    k_h, k_w = weight.shape[2:]
    top, left = (k_h - 1) // 2, (k_w - 1) // 2
    padded = np.pad(input, ((0, 0), (0, 0), (top, k_h - 1 - top), (left, k_w - 1 - left)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=(2, 3))
    output = np.einsum("ncyxuv,ocuv->noyx", windows, weight)
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis]


def parameters_no_bias(in_channels, out_channels, kernel_size, bias=True, groups=1):
    k_h, k_w = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    return out_channels * in_channels // groups * k_h * k_w


def parameters_kernel_not_squared(in_channels, out_channels, kernel_size, bias=True, groups=1):
    k_h, k_w = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, 1)
    return out_channels * in_channels // groups * k_h * k_w + (out_channels if bias else 0)


def parameters_first_side_squared(in_channels, out_channels, kernel_size, bias=True, groups=1):
    k = kernel_size[0] if isinstance(kernel_size, tuple) else kernel_size
    return out_channels * in_channels // groups * k * k + (out_channels if bias else 0)


def parameters_groups_ignored(in_channels, out_channels, kernel_size, bias=True, groups=1):
    k_h, k_w = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    return out_channels * in_channels * k_h * k_w + (out_channels if bias else 0)


def parameters_groups_twice(in_channels, out_channels, kernel_size, bias=True, groups=1):
    k_h, k_w = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    return out_channels * in_channels // groups**2 * k_h * k_w + (out_channels if bias else 0)


def parameters_one_kernel(in_channels, out_channels, kernel_size, bias=True, groups=1):
    k_h, k_w = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    return out_channels * k_h * k_w + (out_channels if bias else 0)


def parameters_bias_per_input(in_channels, out_channels, kernel_size, bias=True, groups=1):
    k_h, k_w = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    return out_channels * in_channels // groups * k_h * k_w + (in_channels if bias else 0)


def parameters_bias_per_group(in_channels, out_channels, kernel_size, bias=True, groups=1):
    k_h, k_w = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    return out_channels * in_channels // groups * k_h * k_w + (out_channels // groups if bias else 0)


def parameters_always_bias(in_channels, out_channels, kernel_size, bias=True, groups=1):
    k_h, k_w = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    return out_channels * in_channels // groups * k_h * k_w + out_channels


def macs_size_kept(input_shape, out_channels, kernel_size):
    k_h, k_w = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    n, c_i, h, w = input_shape
    return n * out_channels * h * w * c_i * k_h * k_w


def macs_one_sample(input_shape, out_channels, kernel_size):
    k_h, k_w = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    _, c_i, h, w = input_shape
    return out_channels * (h - k_h + 1) * (w - k_w + 1) * c_i * k_h * k_w


def macs_one_channel(input_shape, out_channels, kernel_size):
    k_h, k_w = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    n, _, h, w = input_shape
    return n * out_channels * (h - k_h + 1) * (w - k_w + 1) * k_h * k_w


def macs_one_output_channel(input_shape, out_channels, kernel_size):
    k_h, k_w = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    n, c_i, h, w = input_shape
    return n * (h - k_h + 1) * (w - k_w + 1) * c_i * k_h * k_w


def macs_bias_counted(input_shape, out_channels, kernel_size):
    k_h, k_w = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    n, c_i, h, w = input_shape
    return n * out_channels * (h - k_h + 1) * (w - k_w + 1) * (c_i * k_h * k_w + 1)


def macs_counted_twice(input_shape, out_channels, kernel_size):
    k_h, k_w = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    n, c_i, h, w = input_shape
    return 2 * n * out_channels * (h - k_h + 1) * (w - k_w + 1) * c_i * k_h * k_w


def macs_one_missing(input_shape, out_channels, kernel_size):
    k_h, k_w = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    n, c_i, h, w = input_shape
    return n * out_channels * (h - k_h) * (w - k_w) * c_i * k_h * k_w


def macs_parameters(input_shape, out_channels, kernel_size):
    k_h, k_w = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    c_i = input_shape[1]
    return out_channels * c_i * k_h * k_w + out_channels
