"""Wrong versions of chapter 11, pooling forwards. Each stands on NumPy alone: its source can be handed in."""

# ruff: noqa: D103 - the misconception that holds it says what it is

import numpy as np


def max_zero_padding(input, kernel_size, stride=None, padding=0):
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    padded = np.pad(input, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, tuple(np.broadcast_to(kernel_size, 2)), axis=(2, 3))
    return windows[:, :, ::s_h, ::s_w].max(axis=(4, 5))


def max_starts_at_zero(input, kernel_size, stride=None, padding=0):
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    padded = np.pad(input, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(padded, tuple(np.broadcast_to(kernel_size, 2)), axis=(2, 3))
    return windows[:, :, ::s_h, ::s_w].max(axis=(4, 5), initial=0)


def max_stride_one(input, kernel_size, stride=None, padding=0):
    s_h, s_w = np.broadcast_to(1 if stride is None else stride, 2)
    padded = np.pad(input, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(padded, tuple(np.broadcast_to(kernel_size, 2)), axis=(2, 3))
    return windows[:, :, ::s_h, ::s_w].max(axis=(4, 5))


def max_stride_ignored(input, kernel_size, stride=None, padding=0):
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    padded = np.pad(input, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (k_h, k_w), axis=(2, 3))
    return windows[:, :, ::k_h, ::k_w].max(axis=(4, 5))


def max_kernel_exchanged(input, kernel_size, stride=None, padding=0):
    k_w, k_h = np.broadcast_to(kernel_size, 2)
    s_h, s_w = (k_h, k_w) if stride is None else np.broadcast_to(stride, 2)
    padded = np.pad(input, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (k_h, k_w), axis=(2, 3))
    return windows[:, :, ::s_h, ::s_w].max(axis=(4, 5))


def max_stride_exchanged(input, kernel_size, stride=None, padding=0):
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    s_w, s_h = (k_w, k_h) if stride is None else np.broadcast_to(stride, 2)
    padded = np.pad(input, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (k_h, k_w), axis=(2, 3))
    return windows[:, :, ::s_h, ::s_w].max(axis=(4, 5))


def max_over_channels(input, kernel_size, stride=None, padding=0):
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    padded = np.pad(input, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(padded, tuple(np.broadcast_to(kernel_size, 2)), axis=(2, 3))
    return windows[:, :, ::s_h, ::s_w].max(axis=(4, 5)).max(axis=1, keepdims=True)


def max_is_average(input, kernel_size, stride=None, padding=0):
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    padded = np.pad(input, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, tuple(np.broadcast_to(kernel_size, 2)), axis=(2, 3))
    return windows[:, :, ::s_h, ::s_w].mean(axis=(4, 5))


def max_of_sizes(input, kernel_size, stride=None, padding=0):
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    padded = np.pad(np.abs(input), ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(padded, tuple(np.broadcast_to(kernel_size, 2)), axis=(2, 3))
    return windows[:, :, ::s_h, ::s_w].max(axis=(4, 5))


def max_padding_ignored(input, kernel_size, stride=None, padding=0):
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    windows = np.lib.stride_tricks.sliding_window_view(input, tuple(np.broadcast_to(kernel_size, 2)), axis=(2, 3))
    return windows[:, :, ::s_h, ::s_w].max(axis=(4, 5))


def max_padding_on_one_side(input, kernel_size, stride=None, padding=0):
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    padded = np.pad(input, ((0, 0), (0, 0), (padding, 0), (padding, 0)), constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(padded, tuple(np.broadcast_to(kernel_size, 2)), axis=(2, 3))
    return windows[:, :, ::s_h, ::s_w].max(axis=(4, 5))


def max_padding_everywhere(input, kernel_size, stride=None, padding=0):
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    padded = np.pad(input, padding, constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(padded, tuple(np.broadcast_to(kernel_size, 2)), axis=(2, 3))
    return windows[:, :, ::s_h, ::s_w].max(axis=(4, 5))


def max_index_for_offset(input, kernel_size, stride=None, padding=0):
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    padded = np.pad(input, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (k_h, k_w), axis=(2, 3))
    h_o, w_o = (padded.shape[2] - k_h) // s_h + 1, (padded.shape[3] - k_w) // s_w + 1
    return windows[:, :, :h_o, :w_o].max(axis=(4, 5))


def max_last_window_missing(input, kernel_size, stride=None, padding=0):
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    padded = np.pad(input, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(padded, tuple(np.broadcast_to(kernel_size, 2)), axis=(2, 3))
    return windows[:, :, :-1:s_h, :-1:s_w].max(axis=(4, 5))


def max_ceil(input, kernel_size, stride=None, padding=0):
    (k_h, k_w), (n, c, h, w) = np.broadcast_to(kernel_size, 2), input.shape
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    h_o, w_o = -(-(h + 2 * padding - k_h) // s_h) + 1, -(-(w + 2 * padding - k_w) // s_w) + 1
    padded = np.full((n, c, (h_o - 1) * s_h + k_h, (w_o - 1) * s_w + k_w), -np.inf)
    padded[:, :, padding : padding + h, padding : padding + w] = input
    windows = np.lib.stride_tricks.sliding_window_view(padded, (k_h, k_w), axis=(2, 3))
    return windows[:, :, ::s_h, ::s_w].max(axis=(4, 5))


def avg_flag_ignored(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    padded = np.pad(input, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, tuple(np.broadcast_to(kernel_size, 2)), axis=(2, 3))
    return windows[:, :, ::s_h, ::s_w].mean(axis=(4, 5))


def avg_never_counted(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    padded = np.pad(input, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(padded, tuple(np.broadcast_to(kernel_size, 2)), axis=(2, 3))
    return np.nanmean(windows[:, :, ::s_h, ::s_w], axis=(4, 5))


def avg_flag_reversed(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    value = np.nan if count_include_pad else 0.0
    padded = np.pad(input, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=value)
    windows = np.lib.stride_tricks.sliding_window_view(padded, tuple(np.broadcast_to(kernel_size, 2)), axis=(2, 3))
    return np.nanmean(windows[:, :, ::s_h, ::s_w], axis=(4, 5))


def avg_zeros_for_padding(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    padded = np.pad(input, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, tuple(np.broadcast_to(kernel_size, 2)), axis=(2, 3))
    windows = windows[:, :, ::s_h, ::s_w]
    if count_include_pad:
        return windows.mean(axis=(4, 5))
    return windows.sum(axis=(4, 5)) / np.maximum((windows != 0).sum(axis=(4, 5)), 1)


def avg_infinite_padding(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    padded = np.pad(input, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(padded, tuple(np.broadcast_to(kernel_size, 2)), axis=(2, 3))
    return windows[:, :, ::s_h, ::s_w].mean(axis=(4, 5))


def avg_stride_one(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    s_h, s_w = np.broadcast_to(1 if stride is None else stride, 2)
    value = 0.0 if count_include_pad else np.nan
    padded = np.pad(input, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=value)
    windows = np.lib.stride_tricks.sliding_window_view(padded, tuple(np.broadcast_to(kernel_size, 2)), axis=(2, 3))
    return np.nanmean(windows[:, :, ::s_h, ::s_w], axis=(4, 5))


def avg_kernel_exchanged(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    k_w, k_h = np.broadcast_to(kernel_size, 2)
    s_h, s_w = (k_h, k_w) if stride is None else np.broadcast_to(stride, 2)
    value = 0.0 if count_include_pad else np.nan
    padded = np.pad(input, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=value)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (k_h, k_w), axis=(2, 3))
    return np.nanmean(windows[:, :, ::s_h, ::s_w], axis=(4, 5))


def avg_not_divided(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    padded = np.pad(input, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, tuple(np.broadcast_to(kernel_size, 2)), axis=(2, 3))
    return windows[:, :, ::s_h, ::s_w].sum(axis=(4, 5))


def avg_square_assumed(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    padded = np.pad(input, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    inside = np.pad(np.ones(input.shape), ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    sums, counts = (
        np.lib.stride_tricks.sliding_window_view(a, (k_h, k_w), axis=(2, 3))[:, :, ::s_h, ::s_w].sum(axis=(4, 5))
        for a in (padded, inside)
    )
    return sums / k_h**2 if count_include_pad else sums / counts


def avg_is_maximum(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    padded = np.pad(input, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(padded, tuple(np.broadcast_to(kernel_size, 2)), axis=(2, 3))
    return windows[:, :, ::s_h, ::s_w].max(axis=(4, 5))


def avg_over_channels(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    value = 0.0 if count_include_pad else np.nan
    padded = np.pad(input, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=value)
    windows = np.lib.stride_tricks.sliding_window_view(padded, tuple(np.broadcast_to(kernel_size, 2)), axis=(2, 3))
    return np.nanmean(windows[:, :, ::s_h, ::s_w], axis=(1, 4, 5))[:, np.newaxis]


def avg_padding_ignored(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    windows = np.lib.stride_tricks.sliding_window_view(input, tuple(np.broadcast_to(kernel_size, 2)), axis=(2, 3))
    return windows[:, :, ::s_h, ::s_w].mean(axis=(4, 5))


def avg_padding_everywhere(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(input, padding), (k_h, k_w), axis=(2, 3))
    sums = windows[:, :, ::s_h, ::s_w].sum(axis=(4, 5))
    if count_include_pad:
        return sums / (k_h * k_w)
    inside = np.pad(np.ones(input.shape[2:]), padding)
    counts = np.lib.stride_tricks.sliding_window_view(inside, (k_h, k_w))[::s_h, ::s_w].sum(axis=(2, 3))
    return sums / counts
