"""Wrong answers of chapter 11 without a name: too rare, too odd or too lazy for a misconception. None may pass."""

import numpy as np


def _windows(input, kernel_size, stride=None, padding=0, value=-np.inf):
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    padded = np.pad(input, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=value)
    windows = np.lib.stride_tricks.sliding_window_view(padded, tuple(np.broadcast_to(kernel_size, 2)), axis=(2, 3))
    return windows[:, :, ::s_h, ::s_w]


def max_only_pairs(input, kernel_size, stride=None, padding=0):
    k_h, k_w = kernel_size
    return _windows(input, (k_h, k_w), stride, padding).max(axis=(4, 5))


def max_only_numbers(input, kernel_size, stride=None, padding=0):
    k = kernel_size if isinstance(kernel_size, int) else max(kernel_size)
    return _windows(input, k, stride, padding).max(axis=(4, 5))


def max_minimum(input, kernel_size, stride=None, padding=0):
    return _windows(input, kernel_size, stride, padding, np.inf).min(axis=(4, 5))


def max_padding_nearly_zero(input, kernel_size, stride=None, padding=0):
    return _windows(input, kernel_size, stride, padding, -0.1).max(axis=(4, 5))


def max_of_each_row(input, kernel_size, stride=None, padding=0):
    return _windows(input, kernel_size, stride, padding).max(axis=5)


def max_channels_last(input, kernel_size, stride=None, padding=0):
    return _windows(input, kernel_size, stride, padding).max(axis=(4, 5)).transpose(0, 2, 3, 1)


def max_first_sample(input, kernel_size, stride=None, padding=0):
    return _windows(input[:1], kernel_size, stride, padding).max(axis=(4, 5))


def max_middle(input, kernel_size, stride=None, padding=0):
    return np.median(_windows(input, kernel_size, stride, padding), axis=(4, 5))


def max_in_place(input, kernel_size, stride=None, padding=0):
    output = _windows(input, kernel_size, stride, padding).max(axis=(4, 5))
    np.maximum(input, 0, out=input)
    return output


def max_float16(input, kernel_size, stride=None, padding=0):
    return np.round(_windows(input, kernel_size, stride, padding).max(axis=(4, 5)), 2)


def max_reflecting(input, kernel_size, stride=None, padding=0):
    padded = np.pad(input, ((0, 0), (0, 0), (padding, padding), (padding, padding)), mode="wrap")
    return _windows(padded, kernel_size, stride).max(axis=(4, 5))


def _counted(input, kernel_size, stride, padding):
    return _windows(np.ones_like(input), kernel_size, stride, padding, 0).sum(axis=(4, 5))


def avg_floor(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    return _windows(input, kernel_size, stride, padding, 0).sum(axis=(4, 5)) // (k_h * k_w)


def avg_only_corner_counts(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    sums = _windows(input, kernel_size, stride, padding, 0).sum(axis=(4, 5))
    counts = _counted(input, kernel_size, stride, padding)
    return sums / (np.prod(np.broadcast_to(kernel_size, 2)) if count_include_pad else counts.min(initial=9))


def avg_median(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    return np.nanmedian(_windows(input, kernel_size, stride, padding, 0 if count_include_pad else np.nan), axis=(4, 5))


def avg_replicated(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    padded = np.pad(input, ((0, 0), (0, 0), (padding, padding), (padding, padding)), mode="edge")
    return _windows(padded, kernel_size, stride).mean(axis=(4, 5))


def avg_by_side(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    return _windows(input, kernel_size, stride, padding, 0).sum(axis=(4, 5)) / np.sum(kernel_size)


def avg_twice(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    mean = _windows(input, kernel_size, stride, padding, 0).mean(axis=(4, 5))
    return mean if count_include_pad else mean / np.maximum(_counted(input, kernel_size, stride, padding), 1)


def avg_root_of_squares(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    return np.sqrt((_windows(input, kernel_size, stride, padding, 0) ** 2).mean(axis=(4, 5)))


def avg_kernel_minus_padding(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    count = k_h * k_w if count_include_pad else (k_h - padding) * (k_w - padding)
    return _windows(input, kernel_size, stride, padding, 0).sum(axis=(4, 5)) / count


def global_one_number(input):
    return input.mean()


def global_one_axis_kept(input):
    return input.mean(axis=(2, 3))[:, :, None]


def global_median(input):
    return np.median(input, axis=(2, 3), keepdims=True)


def global_without_the_border(input):
    inner = input[:, :, 1:, 1:] if input.shape[2] > 1 else input
    return inner.mean(axis=(2, 3), keepdims=True)


def global_channels_first(input):
    return input.mean(axis=(2, 3), keepdims=True).swapaxes(0, 1)


def global_spread_back(input):
    return np.broadcast_to(input.mean(axis=(2, 3), keepdims=True), input.shape)


def global_unbiased(input):
    return input.sum(axis=(2, 3), keepdims=True) / max(input[0, 0].size - 1, 1)


def global_changes_input(input):
    mean = input.mean(axis=(2, 3), keepdims=True)
    input -= mean
    return mean


def _routed(grad_output, input, kernel_size, stride=None, pick=np.argmax, scale=1.0):
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    grad_input = np.zeros_like(input)
    for n, c, i, j in np.ndindex(grad_output.shape):
        window = input[n, c, i * s_h : i * s_h + k_h, j * s_w : j * s_w + k_w]
        u, v = np.unravel_index(pick(window), window.shape)
        grad_input[n, c, i * s_h + u, j * s_w + v] += grad_output[n, c, i, j] * scale
    return grad_input


def max_grad_column_by_column(grad_output, input, kernel_size, stride=None):
    def first_in_columns(window):
        v, u = np.unravel_index(window.T.argmax(), window.T.shape)
        return u * window.shape[1] + v

    return _routed(grad_output, input, kernel_size, stride, first_in_columns)


def max_grad_minimum(grad_output, input, kernel_size, stride=None):
    return _routed(grad_output, input, kernel_size, stride, np.argmin)


def max_grad_largest_size(grad_output, input, kernel_size, stride=None):
    return _routed(grad_output, input, kernel_size, stride, lambda window: np.abs(window).argmax())


def max_grad_divided(grad_output, input, kernel_size, stride=None):
    return _routed(grad_output, input, kernel_size, stride, scale=1 / np.prod(np.broadcast_to(kernel_size, 2)))


def max_grad_positive_only(grad_output, input, kernel_size, stride=None):
    return _routed(grad_output, input, kernel_size, stride) * (input > 0)


def max_grad_negative(grad_output, input, kernel_size, stride=None):
    return -_routed(grad_output, input, kernel_size, stride)


def max_grad_in_output_shape(grad_output, input, kernel_size, stride=None):
    return grad_output.copy()


def max_grad_random_tie(grad_output, input, kernel_size, stride=None):
    rng = np.random.default_rng(1)
    return _routed(grad_output, input, kernel_size, stride, lambda w: rng.choice(np.flatnonzero(w == w.max())))


def max_grad_numeric(grad_output, input, kernel_size, stride=None):
    gradient, step = np.zeros_like(input), 1e-6

    def loss(x):
        return (_windows(x, kernel_size, stride).max(axis=(4, 5)) * grad_output).sum()

    for place in np.ndindex(input.shape):
        bump = np.zeros_like(input)
        bump[place] = step
        gradient[place] = (loss(input + bump) - loss(input - bump)) / (2 * step)
    return gradient


def avg_grad_over_channels(grad_output, input, kernel_size, stride=None):
    return _shared(grad_output.sum(axis=1, keepdims=True) + 0 * grad_output, input, kernel_size, stride)


def _shared(grad_output, input, kernel_size, stride=None):
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    grad_input = np.zeros(input.shape)
    for n, c, i, j in np.ndindex(grad_output.shape):
        grad_input[n, c, i * s_h : i * s_h + k_h, j * s_w : j * s_w + k_w] += grad_output[n, c, i, j] / (k_h * k_w)
    return grad_input


def avg_grad_times_input(grad_output, input, kernel_size, stride=None):
    return _shared(grad_output, input, kernel_size, stride) * input


def avg_grad_negative(grad_output, input, kernel_size, stride=None):
    return -_shared(grad_output, input, kernel_size, stride)


def avg_grad_stride_exchanged(grad_output, input, kernel_size, stride=None):
    return _shared(grad_output, input, kernel_size, stride if np.ndim(stride) == 0 else stride[::-1])


def avg_grad_by_height(grad_output, input, kernel_size, stride=None):
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    return _shared(grad_output, input, kernel_size, stride) * k_w / k_h


def avg_grad_everywhere(grad_output, input, kernel_size, stride=None):
    return np.zeros(input.shape) + grad_output.mean(axis=(2, 3), keepdims=True)


def avg_grad_wrapped(grad_output, input, kernel_size, stride=None):
    return np.roll(_shared(grad_output, input, kernel_size, stride), 1, axis=3)


def avg_grad_changes(grad_output, input, kernel_size, stride=None):
    result = _shared(grad_output, input, kernel_size, stride)
    grad_output /= 2
    return result


def blocks_without_first_column(input, kernel_size):
    n, c, h, w = input.shape
    blocks = input.reshape(n, c, h // kernel_size, kernel_size, w // kernel_size, kernel_size)
    return blocks[..., 1:].max(axis=(3, 5))


def blocks_mean(input, kernel_size):
    n, c, h, w = input.shape
    return input.reshape(n, c, h // kernel_size, kernel_size, w // kernel_size, kernel_size).mean(axis=(3, 5))


def blocks_every_kth(input, kernel_size):
    return input[:, :, ::kernel_size, ::kernel_size]


def blocks_transposed(input, kernel_size):
    n, c, h, w = input.shape
    return input.reshape(n, c, w // kernel_size, kernel_size, h // kernel_size, kernel_size).max(axis=(3, 5))


def blocks_over_channels(input, kernel_size):
    n, c, h, w = input.shape
    return input.reshape(n, c, h // kernel_size, kernel_size, w // kernel_size, kernel_size).max(axis=(1, 3, 5))


def blocks_always_two(input, kernel_size):
    n, c, h, w = input.shape
    return input[:, :, : h // 2 * 2, : w // 2 * 2].reshape(n, c, h // 2, 2, w // 2, 2).max(axis=(3, 5))


def blocks_not_below_zero(input, kernel_size):
    n, c, h, w = input.shape
    blocks = input.reshape(n, c, h // kernel_size, kernel_size, w // kernel_size, kernel_size)
    return blocks.max(axis=(3, 5), initial=0)


def max_padding_of_one(input, kernel_size, stride=None, padding=0):
    return _windows(input, kernel_size, stride, min(padding, 1)).max(axis=(4, 5))


def max_padding_of_minus_a_million(input, kernel_size, stride=None, padding=0):
    return _windows(input, kernel_size, stride, padding, -1e6).max(axis=(4, 5))


def max_padding_halved(input, kernel_size, stride=None, padding=0):
    return _windows(input, kernel_size, stride, (padding + 1) // 2).max(axis=(4, 5))


def avg_padding_of_one(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    sums = _windows(input, kernel_size, stride, min(padding, 1), 0).sum(axis=(4, 5))
    counts = _counted(input, kernel_size, stride, min(padding, 1))
    return sums / (np.prod(np.broadcast_to(kernel_size, 2)) if count_include_pad else counts)


def _made_pairs_together(kernel_size, stride):
    stride = kernel_size if stride is None else stride
    return ((kernel_size,) * 2, (stride,) * 2) if isinstance(kernel_size, int) else (kernel_size, stride)


def _stride_for_both(kernel_size, stride):
    return kernel_size, stride[0] if isinstance(stride, tuple) and isinstance(kernel_size, int) else stride


def max_pairs_made_together(input, kernel_size, stride=None, padding=0):
    kernel_size, (s_h, s_w) = (np.broadcast_to(a, 2) for a in _made_pairs_together(kernel_size, stride))
    return _windows(input, kernel_size, (s_h, s_w), padding).max(axis=(4, 5))


def max_one_stride_for_both(input, kernel_size, stride=None, padding=0):
    return _windows(input, *_stride_for_both(kernel_size, stride), padding).max(axis=(4, 5))


def avg_one_stride_for_both(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    sums = _windows(input, *_stride_for_both(kernel_size, stride), padding, 0).sum(axis=(4, 5))
    counts = _counted(input, *_stride_for_both(kernel_size, stride), padding)
    return sums / (np.prod(np.broadcast_to(kernel_size, 2)) if count_include_pad else counts)


def max_grad_one_stride_for_both(grad_output, input, kernel_size, stride=None):
    return _routed(grad_output, input, *_stride_for_both(kernel_size, stride))


def avg_grad_pairs_made_together(grad_output, input, kernel_size, stride=None):
    (k_h, k_w), (s_h, s_w) = _made_pairs_together(kernel_size, stride)
    return _shared(grad_output, input, (k_h, k_w), (s_h, s_w))


WRONG = {
    "max_pool2d": (
        max_pairs_made_together,
        max_one_stride_for_both,
        max_padding_of_one,
        max_padding_of_minus_a_million,
        max_padding_halved,
        max_only_pairs,
        max_only_numbers,
        max_minimum,
        max_padding_nearly_zero,
        max_of_each_row,
        max_channels_last,
        max_first_sample,
        max_middle,
        max_in_place,
        max_float16,
        max_reflecting,
    ),
    "avg_pool2d": (
        avg_one_stride_for_both,
        avg_padding_of_one,
        avg_floor,
        avg_only_corner_counts,
        avg_median,
        avg_replicated,
        avg_by_side,
        avg_twice,
        avg_root_of_squares,
        avg_kernel_minus_padding,
    ),
    "global_avg_pool2d": (
        global_one_number,
        global_one_axis_kept,
        global_median,
        global_without_the_border,
        global_channels_first,
        global_spread_back,
        global_unbiased,
        global_changes_input,
    ),
    "max_pool2d_backward": (
        max_grad_one_stride_for_both,
        max_grad_column_by_column,
        max_grad_minimum,
        max_grad_largest_size,
        max_grad_divided,
        max_grad_positive_only,
        max_grad_negative,
        max_grad_in_output_shape,
        max_grad_random_tie,
        max_grad_numeric,
    ),
    "avg_pool2d_backward": (
        avg_grad_pairs_made_together,
        avg_grad_over_channels,
        avg_grad_times_input,
        avg_grad_negative,
        avg_grad_stride_exchanged,
        avg_grad_by_height,
        avg_grad_everywhere,
        avg_grad_wrapped,
        avg_grad_changes,
    ),
    "repair_block_max_pool": (
        blocks_without_first_column,
        blocks_mean,
        blocks_every_kth,
        blocks_transposed,
        blocks_over_channels,
        blocks_always_two,
        blocks_not_below_zero,
    ),
}
