"""Wrong versions of chapter 06, the convolution in one dimension. Each stands on NumPy alone."""

# ruff: noqa: D103 - the misconception that holds it says what it is

import numpy as np


def loops_flipped(input, weight, bias=None):
    (n, _, w), (c_o, c_i, k) = input.shape, weight.shape
    output = np.zeros((n, c_o, w - k + 1))
    for r, o, x in np.ndindex(output.shape):
        for c in range(c_i):
            for v in range(k):
                output[r, o, x] += weight[o, c, k - 1 - v] * input[r, c, x + v]
        if bias is not None:
            output[r, o, x] += bias[o]
    return output


def loops_first_channel(input, weight, bias=None):
    (n, _, w), (c_o, _, k) = input.shape, weight.shape
    output = np.zeros((n, c_o, w - k + 1))
    for r, o, x in np.ndindex(output.shape):
        for v in range(k):
            output[r, o, x] += weight[o, 0, v] * input[r, 0, x + v]
        if bias is not None:
            output[r, o, x] += bias[o]
    return output


def loops_no_bias(input, weight, bias=None):
    (n, _, w), (c_o, c_i, k) = input.shape, weight.shape
    output = np.zeros((n, c_o, w - k + 1))
    for r, o, x in np.ndindex(output.shape):
        for c in range(c_i):
            for v in range(k):
                output[r, o, x] += weight[o, c, v] * input[r, c, x + v]
    return output


def loops_bias_per_product(input, weight, bias=None):
    (n, _, w), (c_o, c_i, k) = input.shape, weight.shape
    output = np.zeros((n, c_o, w - k + 1))
    for r, o, x in np.ndindex(output.shape):
        for c in range(c_i):
            for v in range(k):
                output[r, o, x] += weight[o, c, v] * input[r, c, x + v]
                if bias is not None:
                    output[r, o, x] += bias[o]
    return output


def loops_last_product_only(input, weight, bias=None):
    (n, _, w), (c_o, c_i, k) = input.shape, weight.shape
    output = np.zeros((n, c_o, w - k + 1))
    for r, o, x in np.ndindex(output.shape):
        for c in range(c_i):
            for v in range(k):
                output[r, o, x] = weight[o, c, v] * input[r, c, x + v]
        if bias is not None:
            output[r, o, x] += bias[o]
    return output


def loops_last_window_missing(input, weight, bias=None):
    (n, _, w), (c_o, c_i, k) = input.shape, weight.shape
    output = np.zeros((n, c_o, w - k))
    for r, o, x in np.ndindex(output.shape):
        for c in range(c_i):
            for v in range(k):
                output[r, o, x] += weight[o, c, v] * input[r, c, x + v]
        if bias is not None:
            output[r, o, x] += bias[o]
    return output


def loops_last_window_zero(input, weight, bias=None):
    (n, _, w), (c_o, c_i, k) = input.shape, weight.shape
    output = np.zeros((n, c_o, w - k + 1))
    for r, o, x in np.ndindex((n, c_o, w - k)):
        for c in range(c_i):
            for v in range(k):
                output[r, o, x] += weight[o, c, v] * input[r, c, x + v]
        if bias is not None:
            output[r, o, x] += bias[o]
    return output


def loops_running_total(input, weight, bias=None):
    (n, _, w), (c_o, c_i, k) = input.shape, weight.shape
    output = np.zeros((n, c_o, w - k + 1))
    for r in range(n):
        for o in range(c_o):
            total = 0.0
            for x in range(w - k + 1):
                for c in range(c_i):
                    for v in range(k):
                        total += weight[o, c, v] * input[r, c, x + v]
                output[r, o, x] = total if bias is None else total + bias[o]
    return output


def loops_window_stands_still(input, weight, bias=None):
    (n, _, w), (c_o, c_i, k) = input.shape, weight.shape
    output = np.zeros((n, c_o, w - k + 1))
    for r, o, x in np.ndindex(output.shape):
        for c in range(c_i):
            for v in range(k):
                output[r, o, x] += weight[o, c, v] * input[r, c, v]
        if bias is not None:
            output[r, o, x] += bias[o]
    return output


def loops_offset_ignored(input, weight, bias=None):
    (n, _, w), (c_o, c_i, k) = input.shape, weight.shape
    output = np.zeros((n, c_o, w - k + 1))
    for r, o, x in np.ndindex(output.shape):
        for c in range(c_i):
            for v in range(k):
                output[r, o, x] += weight[o, c, v] * input[r, c, x]
        if bias is not None:
            output[r, o, x] += bias[o]
    return output


def flipped(input, weight, bias=None):
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[2], axis=2)
    output = np.einsum("ncxv,ocv->nox", windows, weight[:, :, ::-1])
    return output if bias is None else output + bias[:, np.newaxis]


def no_bias(input, weight, bias=None):
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[2], axis=2)
    return np.einsum("ncxv,ocv->nox", windows, weight)


def first_channel(input, weight, bias=None):
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[2], axis=2)
    output = np.einsum("nxv,ov->nox", windows[:, 0], weight[:, 0])
    return output if bias is None else output + bias[:, np.newaxis]


def mean_of_channels(input, weight, bias=None):
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[2], axis=2)
    output = np.einsum("ncxv,ocv->nox", windows, weight) / weight.shape[1]
    return output if bias is None else output + bias[:, np.newaxis]


def batch_summed(input, weight, bias=None):
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[2], axis=2)
    output = np.zeros((len(input), len(weight), windows.shape[2]))
    output[:] = np.einsum("ncxv,ocv->ox", windows, weight)
    return output if bias is None else output + bias[:, np.newaxis]


def bias_per_position(input, weight, bias=None):
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[2], axis=2)
    output = np.einsum("ncxv,ocv->nox", windows, weight)
    return output if bias is None else output + bias


def channels_last(input, weight, bias=None):
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[2], axis=2)
    output = np.einsum("ncxv,ocv->nxo", windows, weight)
    return output if bias is None else output + bias


def last_window_missing(input, weight, bias=None):
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[2], axis=2)
    output = np.einsum("ncxv,ocv->nox", windows[:, :, :-1], weight)
    return output if bias is None else output + bias[:, np.newaxis]


def channels_flipped(input, weight, bias=None):
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[2], axis=2)
    output = np.einsum("ncxv,ocv->nox", windows, weight[:, ::-1, ::-1])
    return output if bias is None else output + bias[:, np.newaxis]


def length_kept(input, weight, bias=None):
    (c_o, _, k), w = weight.shape, input.shape[2]
    before = (k - 1) // 2
    padded = np.pad(input, ((0, 0), (0, 0), (before, k - 1 - before)))
    output = np.zeros((len(input), c_o, w))
    for v in range(k):
        output += np.einsum("ncx,oc->nox", padded[:, :, v : v + w], weight[:, :, v])
    return output if bias is None else output + bias[:, np.newaxis]


def bias_per_tap(input, weight, bias=None):
    k = weight.shape[2]
    windows = np.lib.stride_tricks.sliding_window_view(input, k, axis=2)
    output = np.einsum("ncxv,ocv->nox", windows, weight)
    return output if bias is None else output + k * bias[:, np.newaxis]


def size_not_rounded(size, kernel_size, stride=1, padding=0, dilation=1):
    return (size + 2 * padding - dilation * (kernel_size - 1) - 1) / stride + 1


def size_rounded_up(size, kernel_size, stride=1, padding=0, dilation=1):
    return -(-(size + 2 * padding - dilation * (kernel_size - 1) - 1) // stride) + 1


def size_rounded(size, kernel_size, stride=1, padding=0, dilation=1):
    return round((size + 2 * padding - dilation * (kernel_size - 1) - 1) / stride) + 1


def size_padding_once(size, kernel_size, stride=1, padding=0, dilation=1):
    return (size + padding - dilation * (kernel_size - 1) - 1) // stride + 1


def size_no_dilation(size, kernel_size, stride=1, padding=0, dilation=1):
    return (size + 2 * padding - kernel_size) // stride + 1


def size_dilation_times_kernel(size, kernel_size, stride=1, padding=0, dilation=1):
    return (size + 2 * padding - dilation * kernel_size) // stride + 1


def size_dilation_from_zero(size, kernel_size, stride=1, padding=0, dilation=1):
    return (size + 2 * padding - (dilation + 1) * (kernel_size - 1) - 1) // stride + 1


def size_one_missing(size, kernel_size, stride=1, padding=0, dilation=1):
    return (size + 2 * padding - dilation * (kernel_size - 1) - 1) // stride


def size_one_inside(size, kernel_size, stride=1, padding=0, dilation=1):
    return (size + 2 * padding - dilation * (kernel_size - 1)) // stride


def size_no_stride(size, kernel_size, stride=1, padding=0, dilation=1):
    return size + 2 * padding - dilation * (kernel_size - 1)


def parameters_no_bias(in_channels, out_channels, kernel_size, bias=True):
    return in_channels * out_channels * kernel_size


def parameters_one_kernel(in_channels, out_channels, kernel_size, bias=True):
    return out_channels * kernel_size + (out_channels if bias else 0)


def parameters_no_kernel(in_channels, out_channels, kernel_size, bias=True):
    return in_channels * out_channels + (out_channels if bias else 0)


def parameters_one_bias(in_channels, out_channels, kernel_size, bias=True):
    return in_channels * out_channels * kernel_size + (1 if bias else 0)


def parameters_bias_per_input(in_channels, out_channels, kernel_size, bias=True):
    return in_channels * out_channels * kernel_size + (in_channels if bias else 0)


def parameters_bias_per_kernel(in_channels, out_channels, kernel_size, bias=True):
    return in_channels * out_channels * kernel_size + (in_channels * out_channels if bias else 0)


def parameters_always_bias(in_channels, out_channels, kernel_size, bias=True):
    return in_channels * out_channels * kernel_size + out_channels
