"""Wrong answers without a name for chapter 08. None may pass, and none be taken for a known mistake."""

from typing import Any

import numpy as np


def _pad(x, padding, mode="constant", value=0):
    left, right, top, bottom = np.broadcast_to(padding, 4)
    sides = ((0, 0), (0, 0), (top, bottom), (left, right))
    if mode == "constant":
        return np.pad(x, sides, constant_values=value)
    return np.pad(x, sides, mode="reflect" if mode == "reflect" else "edge")


def pad_left_and_right_exchanged(x, padding, mode="constant", value=0):
    left, right, top, bottom = np.broadcast_to(padding, 4)
    return _pad(x, (right, left, top, bottom), mode, value)


def pad_batch_and_channels(x, padding, mode="constant", value=0):
    return np.pad(x, 1)


def pad_nothing(x, padding, mode="constant", value=0):
    return x.copy()


def pad_mean(x, padding, mode="constant", value=0):
    return _pad(x, padding, "constant", x.mean() if mode == "constant" else value)


def pad_reflect_without_turning(x, padding, mode="constant", value=0):
    """Copy the strip next to the border as it is."""
    y = _pad(x, padding, mode, value)
    _, _, top, _ = np.broadcast_to(padding, 4)
    if mode == "reflect":
        y[:, :, :top] = y[:, :, :top][:, :, ::-1]
    return y


def pad_reflect_rows_only(x, padding, mode="constant", value=0):
    left, right, top, bottom = np.broadcast_to(padding, 4)
    if mode != "reflect":
        return _pad(x, padding, mode, value)
    return _pad(_pad(x, (0, 0, top, bottom), "reflect"), (left, right, 0, 0))


def pad_corners_zero(x, padding, mode="constant", value=0):
    y = _pad(x, padding, mode, value)
    left, _, top, _ = np.broadcast_to(padding, 4)
    y[:, :, :top, :left] = 0
    return y


def same_constant(kernel_size, dilation=1):
    return 1


def same_kernel(kernel_size, dilation=1):
    return kernel_size


def same_with_minus_dilation(kernel_size, dilation=1):
    return (kernel_size - dilation) // 2


def same_pair(kernel_size, dilation=1):
    lost = dilation * (kernel_size - 1)
    return lost // 2, lost - lost // 2


def same_as_text(kernel_size, dilation=1):
    return "same"


def same_odd_only(kernel_size, dilation=1):
    return dilation * (kernel_size - 1) // 2 if kernel_size % 2 else 0


def same_dilation_added(kernel_size, dilation=1):
    return (kernel_size - 1) // 2 + dilation - 1


def _strided(x, w, b=None, stride: Any = 1, padding: Any = 0, dilation: Any = 1):
    (s_h, s_w), (p_h, p_w), (d_h, d_w) = (np.broadcast_to(a, 2) for a in (stride, padding, dilation))
    x = np.pad(x, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))
    reach = (d_h * (w.shape[2] - 1) + 1, d_w * (w.shape[3] - 1) + 1)
    windows = np.lib.stride_tricks.sliding_window_view(x, reach, axis=(2, 3))
    y = np.einsum("ncyxuv,ocuv->noyx", windows[:, :, ::s_h, ::s_w, ::d_h, ::d_w], w)
    return y if b is None else y + b[:, None, None]


def strided_dilated_windows(x, w, b=None, stride=1, padding=0, dilation=1):
    """Multiply the stride by the dilation."""
    s = np.broadcast_to(stride, 2) * np.broadcast_to(dilation, 2)
    return _strided(x, w, b, s, padding, dilation)


def strided_averaged(x, w, b=None, stride=1, padding=0, dilation=1):
    return _strided(x, w / w[0, 0].size, b, stride, padding, dilation)


def strided_last_windows(x, w, b=None, stride=1, padding=0, dilation=1):
    """Start from the second window of each row and column."""
    return np.roll(_strided(x, w, b, stride, padding, dilation), -1, axis=(2, 3))


def strided_replicated(x, w, b=None, stride=1, padding=0, dilation=1):
    p_h, p_w = np.broadcast_to(padding, 2)
    x = np.pad(x, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)), mode="edge")
    return _strided(x, w, b, stride, 0, dilation)


def strided_bias_twice(x, w, b=None, stride=1, padding=0, dilation=1):
    return _strided(x, w, None if b is None else 2 * b, stride, padding, dilation)


def strided_changes_input(x, w, b=None, stride=1, padding=0, dilation=1):
    y = _strided(x, w, b, stride, padding, dilation)
    x[...] = 0
    return y


def _gradients(g, x, w, stride=1, padding=0):
    (s_h, s_w), (p_h, p_w) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    (h, width), (h_o, w_o) = x.shape[2:], g.shape[2:]
    x = np.pad(x, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))
    gx, gw = np.zeros_like(x), np.zeros_like(w)
    for u, v in np.ndindex(w.shape[2:]):
        met = np.s_[:, :, u : u + s_h * h_o : s_h, v : v + s_w * w_o : s_w]
        gw[:, :, u, v] = np.einsum("noyx,ncyx->oc", g, x[met])
        gx[met] += np.einsum("noyx,oc->ncyx", g, w[:, :, u, v])
    return gx[:, :, p_h : p_h + h, p_w : p_w + width], gw, g.sum((0, 2, 3))


def backward_exchanged(g, x, w, stride=1, padding=0):
    gx, gw, gb = _gradients(g, x, w, stride, padding)
    return gw, gx, gb


def backward_weight_flipped(g, x, w, stride=1, padding=0):
    gx, gw, gb = _gradients(g, x, w, stride, padding)
    return gx, gw[:, :, ::-1, ::-1], gb


def backward_bias_of_rows(g, x, w, stride=1, padding=0):
    gx, gw, _ = _gradients(g, x, w, stride, padding)
    return gx, gw, g.sum((0, 2))


def backward_first_sample(g, x, w, stride=1, padding=0):
    gx, _, gb = _gradients(g, x, w, stride, padding)
    return gx, _gradients(g[:1], x[:1], w, stride, padding)[1], gb


def backward_times_stride(g, x, w, stride=1, padding=0):
    gx, gw, gb = _gradients(g, x, w, stride, padding)
    return gx * np.prod(np.broadcast_to(stride, 2)), gw, gb


def backward_border_zero(g, x, w, stride=1, padding=0):
    """Take the gradient at the border for one of the padding."""
    gx, gw, gb = _gradients(g, x, w, stride, padding)
    gx = gx.copy()
    gx[:, :, 0] = 0
    return gx, gw, gb


def backward_two_results(g, x, w, stride=1, padding=0):
    return _gradients(g, x, w, stride, padding)[:2]


def backward_samples_and_channels_exchanged(g, x, w, stride=1, padding=0):
    gx, gw, gb = _gradients(g, x, w, stride, padding)
    return gx.swapaxes(0, 1), gw, gb


def repair_absolute(x, w, stride=1, padding=0):
    return np.abs(_strided(x, w, None, stride, padding))


def repair_columns_wrap(x, w, stride=1, padding=0):
    """Repair the columns and let the rows wrap."""
    x = np.concatenate([x[:, :, x.shape[2] - padding :], x, np.zeros_like(x[:, :, :padding])], axis=2)
    return _strided(x, w, None, stride, (0, padding))


def repair_circular(x, w, stride=1, padding=0):
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), mode="wrap")
    return _strided(x, w, None, stride)


def repair_stride_one(x, w, stride=1, padding=0):
    return _strided(x, w, None, 1, padding)


def repair_flipped(x, w, stride=1, padding=0):
    return _strided(x, w[:, :, ::-1, ::-1], None, stride, padding)


def repair_border_only_behind(x, w, stride=1, padding=0):
    x = np.pad(x, ((0, 0), (0, 0), (0, 2 * padding), (0, 2 * padding)))
    return _strided(x, w, None, stride)


def repair_ones_for_zeros(x, w, stride=1, padding=0):
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=1)
    return _strided(x, w, None, stride)


def pad_repeats_the_second_row(x, padding, mode="constant", value=0):
    if mode != "replicate":
        return _pad(x, padding, mode, value)
    left, right, top, bottom = np.broadcast_to(padding, 4)
    rows, columns = np.arange(-top, x.shape[2] + bottom), np.arange(-left, x.shape[3] + right)
    return x[:, :, rows.clip(0, 1)[:, None], columns.clip(0, x.shape[3] - 1)]


def same_rounded_to_even(kernel_size, dilation=1):
    return round(dilation * (kernel_size - 1) / 2)


def backward_cut_by_the_stride(g, x, w, stride=1, padding=0):
    (s_h, s_w), (p_h, p_w) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    padded = np.pad(x, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))
    full, grad_weight = np.zeros_like(padded), np.zeros_like(w)
    for u, v in np.ndindex(w.shape[2:]):
        met = np.s_[:, :, u : u + s_h * g.shape[2] : s_h, v : v + s_w * g.shape[3] : s_w]
        grad_weight[:, :, u, v] = np.einsum("noyx,ncyx->oc", g, padded[met])
        full[met] += np.einsum("noyx,oc->ncyx", g, w[:, :, u, v])
    return full[:, :, p_h : p_h + x.shape[2], p_w : s_w + x.shape[3]], grad_weight, g.sum(axis=(0, 2, 3))


WRONG = {
    "pad2d": (
        pad_left_and_right_exchanged,
        pad_batch_and_channels,
        pad_nothing,
        pad_mean,
        pad_reflect_without_turning,
        pad_reflect_rows_only,
        pad_corners_zero,
        pad_repeats_the_second_row,
    ),
    "same_padding": (
        same_constant,
        same_kernel,
        same_with_minus_dilation,
        same_pair,
        same_as_text,
        same_odd_only,
        same_dilation_added,
        same_rounded_to_even,
    ),
    "conv2d_strided": (
        strided_dilated_windows,
        strided_averaged,
        strided_last_windows,
        strided_replicated,
        strided_bias_twice,
        strided_changes_input,
    ),
    "conv2d_backward": (
        backward_exchanged,
        backward_weight_flipped,
        backward_bias_of_rows,
        backward_first_sample,
        backward_times_stride,
        backward_border_zero,
        backward_two_results,
        backward_samples_and_channels_exchanged,
        backward_cut_by_the_stride,
    ),
    "repair_zero_padding": (
        repair_absolute,
        repair_columns_wrap,
        repair_circular,
        repair_stride_one,
        repair_flipped,
        repair_border_only_behind,
        repair_ones_for_zeros,
    ),
}
