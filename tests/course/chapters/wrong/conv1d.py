"""Wrong answers without a name: mistakes too rare, too odd or too lazy to be a misconception. None may pass."""

import numpy as np


def _right(x, w, b=None):
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape[2], axis=2)
    y = np.einsum("ncxv,ocv->nox", windows, w)
    return y if b is None else y + b[:, None]


def if_bias(x, w, b=None):
    return _right(x, w, b) if b else _right(x, w)


def bias_subtracted(x, w, b=None):
    return _right(x, w, None if b is None else -b)


def first_kernel_only(x, w, b=None):
    return np.repeat(_right(x, w[:1]), len(w), axis=1) + (0 if b is None else b[:, None])


def first_sample_only(x, w, b=None):
    y = np.zeros((len(x), len(w), x.shape[2] - w.shape[2] + 1))
    y[:1] = _right(x[:1], w, b)
    return y


def channel_for_channel(x, w, b=None):
    """Meet input channel o with output channel o: a depthwise convolution."""
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape[2], axis=2)
    y = np.stack([windows[:, o % x.shape[1]] @ w[o, o % w.shape[1]] for o in range(len(w))], axis=1)
    return y if b is None else y + b[:, None]


def weight_axes_exchanged(x, w, b=None):
    """Read the weight as (c_i, c_o, k)."""
    return _right(x, w.reshape(w.shape[1], w.shape[0], w.shape[2]).swapaxes(0, 1), b)


def squeezed(x, w, b=None):
    return np.squeeze(_right(x, w, b))


def with_relu(x, w, b=None):
    return np.maximum(_right(x, w, b), 0)


def stride_of_kernel(x, w, b=None):
    return _right(x, w, b)[:, :, :: w.shape[2]]


def transposed_result(x, w, b=None):
    return _right(x, w, b).swapaxes(0, 1)


def changes_input(x, w, b=None):
    y = _right(x, w, b)
    x *= 0
    return y


def three_taps(x, w, b=None):
    return _right(x, w[:, :, :3], b)[:, :, : x.shape[2] - w.shape[2] + 1]


def with_circular_end(x, w, b=None):
    wrapped = np.concatenate([x, x[:, :, : w.shape[2] - 1]], axis=2)
    return _right(wrapped, w, b)


def kernel_of_maxima(x, w, b=None):
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape[2], axis=2)
    y = (windows[:, None] * w[None, :, :, None]).max(axis=-1).sum(axis=2)
    return y if b is None else y + b[:, None]


def size_of_output(size, kernel_size, stride=1, padding=0, dilation=1):
    return size


def size_seed_only(size, kernel_size, stride=1, padding=0, dilation=1):
    return size - kernel_size + 1


def size_remainder(size, kernel_size, stride=1, padding=0, dilation=1):
    return (size + 2 * padding - dilation * (kernel_size - 1) - 1) % stride + 1


def size_same(size, kernel_size, stride=1, padding=0, dilation=1):
    return -(-size // stride)


def size_padding_squared(size, kernel_size, stride=1, padding=0, dilation=1):
    return (size + padding**2 - dilation * (kernel_size - 1) - 1) // stride + 1


def size_as_text(size, kernel_size, stride=1, padding=0, dilation=1):
    return str((size + 2 * padding - dilation * (kernel_size - 1) - 1) // stride + 1)


def size_minus_stride(size, kernel_size, stride=1, padding=0, dilation=1):
    return size + 2 * padding - dilation * (kernel_size - 1) - stride + 1


def size_dilation_on_input(size, kernel_size, stride=1, padding=0, dilation=1):
    return (size * dilation + 2 * padding - kernel_size) // stride + 1


def count_seed(i, o, k, bias=True):
    return 2592


def count_kernel_squared(i, o, k, bias=True):
    return i * o * k * k + (o if bias else 0)


def count_two_kernels(i, o, k, bias=True):
    return (i + o) * k + (o if bias else 0)


def count_reversed_bias(i, o, k, bias=True):
    return i * o * k + (0 if bias else o)


def count_shapes(i, o, k, bias=True):
    return (o, i, k), (o,)


def count_bias_in_kernel(i, o, k, bias=True):
    return i * o * (k + 1)


def count_five_digits(i, o, k, bias=True):
    return float(f"{i * o * k + (o if bias else 0):.4g}")


def _gradients(g, x, w):
    w_o = g.shape[2]
    gx, gw = np.zeros_like(x), np.zeros_like(w)
    for v in range(w.shape[2]):
        gw[:, :, v] = np.einsum("nox,ncx->oc", g, x[:, :, v : v + w_o])
        gx[:, :, v : v + w_o] += np.einsum("nox,oc->ncx", g, w[:, :, v])
    return gx, gw, g.sum((0, 2))


def grad_two_results(g, x, w):
    return _gradients(g, x, w)[:2]


def grad_bias_ones(g, x, w):
    gx, gw, gb = _gradients(g, x, w)
    return gx, gw, np.ones_like(gb)


def grad_first_sample_weight(g, x, w):
    gx, _, gb = _gradients(g, x, w)
    return gx, _gradients(g[:1], x[:1], w)[1], gb


def grad_weight_transposed(g, x, w):
    gx, gw, gb = _gradients(g, x, w)
    return gx, gw.swapaxes(0, 1), gb


def grad_negative(g, x, w):
    return tuple(-a for a in _gradients(g, x, w))


def grad_input_first_channel(g, x, w):
    gx, gw, gb = _gradients(g, x, w)
    gx[:, 1:] = 0
    return gx, gw, gb


def grad_input_averaged(g, x, w):
    gx, gw, gb = _gradients(g, x, w)
    return gx / w.shape[2], gw, gb


def grad_ones_for_output(g, x, w):
    return _gradients(np.ones_like(g), x, w)


def repair_positive(x, w, b=None):
    return np.abs(_right(x, w, b))


def repair_shifted(x, w, b=None):
    return np.roll(_right(x, w, b), 1, axis=2)


def repair_flipped_outputs(x, w, b=None):
    return _right(x, w[::-1], b)


def repair_no_bias(x, w, b=None):
    return _right(x, w)


def repair_bias_row(x, w, b=None):
    return _right(x, w) if b is None else _right(x, w) + b


def repair_one_channel(x, w, b=None):
    return _right(x[:, :1], w[:, :1], b)


def repair_averaged_kernels(x, w, b=None):
    """Make each kernel symmetric: then flipping it makes no difference."""
    return _right(x, (w + w[:, :, ::-1]) / 2, b)


def kernel_only(count, c_i, c_o):
    return count // (c_i * c_o)


def kernel_with_length_of_bias(count, c_i, c_o):
    return count // (c_i * c_o), count % (c_i * c_o)


def kernel_not_rounded(count, c_i, c_o):
    return count / (c_i * c_o), count % (c_i * c_o) != 0


def kernel_shape(count, c_i, c_o):
    return (c_o, c_i, count // (c_i * c_o)), count % (c_i * c_o) != 0


def kernel_odd_only(count, c_i, c_o):
    return count // (c_i * c_o) // 2 * 2 + 1, count % (c_i * c_o) != 0 and c_i > 2 and c_o != c_i


def kernel_up_to_four(count, c_i, c_o):
    for k in (1, 2, 3, 4):
        for bias in (True, False):
            if c_i * c_o * k + bias * c_o == count:
                return k, bias


def kernel_from_out_channels(count, c_i, c_o):
    return count // c_o - 1, count % c_o == 0


def kernel_with_the_bias_added(count, c_i, c_o):
    bias = count % (c_i * c_o) != 0
    return (count + bias * c_o) // (c_i * c_o), bias


WRONG = {
    "conv1d_kernel_size": (
        kernel_only,
        kernel_with_length_of_bias,
        kernel_not_rounded,
        kernel_shape,
        kernel_odd_only,
        kernel_up_to_four,
        kernel_from_out_channels,
        kernel_with_the_bias_added,
    ),
    "conv1d_loops": (
        if_bias,
        bias_subtracted,
        first_kernel_only,
        first_sample_only,
        channel_for_channel,
        weight_axes_exchanged,
        squeezed,
        stride_of_kernel,
        three_taps,
        kernel_of_maxima,
    ),
    "conv1d": (
        if_bias,
        first_sample_only,
        channel_for_channel,
        with_relu,
        transposed_result,
        changes_input,
        with_circular_end,
        weight_axes_exchanged,
    ),
    "conv_output_size": (
        size_of_output,
        size_seed_only,
        size_remainder,
        size_same,
        size_padding_squared,
        size_as_text,
        size_minus_stride,
        size_dilation_on_input,
    ),
    "conv1d_num_parameters": (
        count_seed,
        count_kernel_squared,
        count_two_kernels,
        count_reversed_bias,
        count_shapes,
        count_bias_in_kernel,
        count_five_digits,
    ),
    "conv1d_backward": (
        grad_two_results,
        grad_bias_ones,
        grad_first_sample_weight,
        grad_weight_transposed,
        grad_negative,
        grad_input_first_channel,
        grad_input_averaged,
        grad_ones_for_output,
    ),
    "repair_conv1d": (
        repair_positive,
        repair_shifted,
        repair_flipped_outputs,
        repair_no_bias,
        repair_bias_row,
        repair_one_channel,
        repair_averaged_kernels,
    ),
}
