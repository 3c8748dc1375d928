"""Wrong versions of chapter 08: padding, and the convolution with a stride. Each stands on NumPy alone."""

# ruff: noqa: D103 - the misconception that holds it says what it is

import numpy as np


def pad_sides_exchanged(input, padding, mode="constant", value=0):
    top, bottom, left, right = np.broadcast_to(padding, 4)
    sides = ((0, 0), (0, 0), (top, bottom), (left, right))
    if mode == "constant":
        return np.pad(input, sides, constant_values=value)
    return np.pad(input, sides, mode="reflect" if mode == "reflect" else "edge")


def pad_in_front_only(input, padding, mode="constant", value=0):
    left, _, top, _ = np.broadcast_to(padding, 4)
    sides = ((0, 0), (0, 0), (top, 0), (left, 0))
    if mode == "constant":
        return np.pad(input, sides, constant_values=value)
    return np.pad(input, sides, mode="reflect" if mode == "reflect" else "edge")


def pad_symmetric(input, padding, mode="constant", value=0):
    left, right, top, bottom = np.broadcast_to(padding, 4)
    sides = ((0, 0), (0, 0), (top, bottom), (left, right))
    if mode == "constant":
        return np.pad(input, sides, constant_values=value)
    return np.pad(input, sides, mode="symmetric" if mode == "reflect" else "edge")


def pad_wrapped(input, padding, mode="constant", value=0):
    left, right, top, bottom = np.broadcast_to(padding, 4)
    sides = ((0, 0), (0, 0), (top, bottom), (left, right))
    if mode == "constant":
        return np.pad(input, sides, constant_values=value)
    return np.pad(input, sides, mode="wrap" if mode == "reflect" else "edge")


def pad_mode_ignored(input, padding, mode="constant", value=0):
    left, right, top, bottom = np.broadcast_to(padding, 4)
    return np.pad(input, ((0, 0), (0, 0), (top, bottom), (left, right)), constant_values=value)


def pad_modes_exchanged(input, padding, mode="constant", value=0):
    left, right, top, bottom = np.broadcast_to(padding, 4)
    sides = ((0, 0), (0, 0), (top, bottom), (left, right))
    if mode == "constant":
        return np.pad(input, sides, constant_values=value)
    return np.pad(input, sides, mode="edge" if mode == "reflect" else "reflect")


def pad_value_ignored(input, padding, mode="constant", value=0):
    left, right, top, bottom = np.broadcast_to(padding, 4)
    sides = ((0, 0), (0, 0), (top, bottom), (left, right))
    if mode == "constant":
        return np.pad(input, sides)
    return np.pad(input, sides, mode="reflect" if mode == "reflect" else "edge")


def same_dilation_ignored(kernel_size, dilation=1):
    return (kernel_size - 1) // 2


def same_rounded_up(kernel_size, dilation=1):
    return (dilation * (kernel_size - 1) + 1) // 2


def same_half_kernel(kernel_size, dilation=1):
    return dilation * (kernel_size // 2)


def same_dilated_kernel(kernel_size, dilation=1):
    return dilation * kernel_size // 2


def same_both_ends(kernel_size, dilation=1):
    return dilation * (kernel_size - 1)


def same_not_rounded(kernel_size, dilation=1):
    return dilation * (kernel_size - 1) / 2


def same_rounded_early(kernel_size, dilation=1):
    return dilation * ((kernel_size - 1) // 2)


def strided_offset(input, weight, bias=None, stride=1, padding=0, dilation=1):
    (s_h, s_w), (p_h, p_w) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    d_h, d_w = np.broadcast_to(dilation, 2)
    padded = np.pad(input, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))
    k_h, k_w = weight.shape[2:]
    h_o = (padded.shape[2] - d_h * (k_h - 1) - 1) // s_h + 1
    w_o = (padded.shape[3] - d_w * (k_w - 1) - 1) // s_w + 1
    reach = (d_h * (k_h - 1) + 1, d_w * (k_w - 1) + 1)
    windows = np.lib.stride_tricks.sliding_window_view(padded, reach, axis=(2, 3))
    output = np.einsum("ncyxuv,ocuv->noyx", windows[:, :, :h_o, :w_o, ::d_h, ::d_w], weight)
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis]


def strided_rows_only(input, weight, bias=None, stride=1, padding=0, dilation=1):
    (s_h, _), (p_h, p_w) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    d_h, d_w = np.broadcast_to(dilation, 2)
    padded = np.pad(input, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))
    reach = (d_h * (weight.shape[2] - 1) + 1, d_w * (weight.shape[3] - 1) + 1)
    windows = np.lib.stride_tricks.sliding_window_view(padded, reach, axis=(2, 3))
    output = np.einsum("ncyxuv,ocuv->noyx", windows[:, :, ::s_h, :, ::d_h, ::d_w], weight)
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis]


def strided_first_of_pair(input, weight, bias=None, stride=1, padding=0, dilation=1):
    s = stride[0] if isinstance(stride, tuple) else stride
    p = padding[0] if isinstance(padding, tuple) else padding
    d = dilation[0] if isinstance(dilation, tuple) else dilation
    padded = np.pad(input, ((0, 0), (0, 0), (p, p), (p, p)))
    reach = (d * (weight.shape[2] - 1) + 1, d * (weight.shape[3] - 1) + 1)
    windows = np.lib.stride_tricks.sliding_window_view(padded, reach, axis=(2, 3))
    output = np.einsum("ncyxuv,ocuv->noyx", windows[:, :, ::s, ::s, ::d, ::d], weight)
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis]


def strided_pairs_turned(input, weight, bias=None, stride=1, padding=0, dilation=1):
    (s_w, s_h), (p_w, p_h) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    d_w, d_h = np.broadcast_to(dilation, 2)
    padded = np.pad(input, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))
    reach = (d_h * (weight.shape[2] - 1) + 1, d_w * (weight.shape[3] - 1) + 1)
    windows = np.lib.stride_tricks.sliding_window_view(padded, reach, axis=(2, 3))
    output = np.einsum("ncyxuv,ocuv->noyx", windows[:, :, ::s_h, ::s_w, ::d_h, ::d_w], weight)
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis]


def strided_padding_once(input, weight, bias=None, stride=1, padding=0, dilation=1):
    (s_h, s_w), (p_h, p_w) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    d_h, d_w = np.broadcast_to(dilation, 2)
    padded = np.pad(input, ((0, 0), (0, 0), (p_h, 0), (p_w, 0)))
    reach = (d_h * (weight.shape[2] - 1) + 1, d_w * (weight.shape[3] - 1) + 1)
    windows = np.lib.stride_tricks.sliding_window_view(padded, reach, axis=(2, 3))
    output = np.einsum("ncyxuv,ocuv->noyx", windows[:, :, ::s_h, ::s_w, ::d_h, ::d_w], weight)
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis]


def strided_padding_behind(input, weight, bias=None, stride=1, padding=0, dilation=1):
    (s_h, s_w), (p_h, p_w) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    d_h, d_w = np.broadcast_to(dilation, 2)
    padded = np.pad(input, ((0, 0), (0, 0), (0, 2 * p_h), (0, 2 * p_w)))
    reach = (d_h * (weight.shape[2] - 1) + 1, d_w * (weight.shape[3] - 1) + 1)
    windows = np.lib.stride_tricks.sliding_window_view(padded, reach, axis=(2, 3))
    output = np.einsum("ncyxuv,ocuv->noyx", windows[:, :, ::s_h, ::s_w, ::d_h, ::d_w], weight)
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis]


def strided_ceil(input, weight, bias=None, stride=1, padding=0, dilation=1):
    (s_h, s_w), (p_h, p_w) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    d_h, d_w = np.broadcast_to(dilation, 2)
    reach = (d_h * (weight.shape[2] - 1) + 1, d_w * (weight.shape[3] - 1) + 1)
    over_h = -(input.shape[2] + 2 * p_h - reach[0]) % s_h
    over_w = -(input.shape[3] + 2 * p_w - reach[1]) % s_w
    padded = np.pad(input, ((0, 0), (0, 0), (p_h, p_h + over_h), (p_w, p_w + over_w)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, reach, axis=(2, 3))
    output = np.einsum("ncyxuv,ocuv->noyx", windows[:, :, ::s_h, ::s_w, ::d_h, ::d_w], weight)
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis]


def strided_dilation_ignored(input, weight, bias=None, stride=1, padding=0, dilation=1):
    (s_h, s_w), (p_h, p_w) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    padded = np.pad(input, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=(2, 3))
    output = np.einsum("ncyxuv,ocuv->noyx", windows[:, :, ::s_h, ::s_w], weight)
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis]


def strided_dilation_as_gaps(input, weight, bias=None, stride=1, padding=0, dilation=1):
    (s_h, s_w), (p_h, p_w) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    d_h, d_w = np.broadcast_to(dilation, 2) + 1
    padded = np.pad(input, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))
    reach = (d_h * (weight.shape[2] - 1) + 1, d_w * (weight.shape[3] - 1) + 1)
    windows = np.lib.stride_tricks.sliding_window_view(padded, reach, axis=(2, 3))
    output = np.einsum("ncyxuv,ocuv->noyx", windows[:, :, ::s_h, ::s_w, ::d_h, ::d_w], weight)
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis]


def strided_no_bias(input, weight, bias=None, stride=1, padding=0, dilation=1):
    (s_h, s_w), (p_h, p_w) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    d_h, d_w = np.broadcast_to(dilation, 2)
    padded = np.pad(input, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))
    reach = (d_h * (weight.shape[2] - 1) + 1, d_w * (weight.shape[3] - 1) + 1)
    windows = np.lib.stride_tricks.sliding_window_view(padded, reach, axis=(2, 3))
    return np.einsum("ncyxuv,ocuv->noyx", windows[:, :, ::s_h, ::s_w, ::d_h, ::d_w], weight)
