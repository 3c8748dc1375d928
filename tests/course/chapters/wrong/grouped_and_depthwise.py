"""Wrong answers without a name for chapter 09. None may pass, and none be taken for a known mistake."""

from typing import Any

import numpy as np

_view = np.lib.stride_tricks.sliding_window_view


def _grouped(x, w, b=None, groups: Any = 1):
    pairs = zip(np.split(x, groups, axis=1), np.split(w, groups), strict=True)
    parts = [np.einsum("ncyxuv,ocuv->noyx", _view(a, k.shape[2:], axis=(2, 3)), k) for a, k in pairs]
    y = np.concatenate(parts, axis=1)
    return y if b is None else y + b[:, None, None]


def grouped_reversed(x, w, b=None, groups=1):
    """Let the last input channels meet the first output channels."""
    return _grouped(x[:, ::-1], w, b, groups)


def grouped_flipped(x, w, b=None, groups=1):
    return _grouped(x, w[:, :, ::-1, ::-1], b, groups)


def grouped_last_group(x, w, b=None, groups=1):
    y = _grouped(x, w, b, groups)
    y[:, : y.shape[1] - len(w) // groups] = 0
    return y


def grouped_shuffled(x, w, b=None, groups=1):
    """Mix the groups' outputs, as a channel shuffle does."""
    y = _grouped(x, w, b, groups)
    n, c_o, h, width = y.shape
    return y.reshape(n, groups, c_o // groups, h, width).swapaxes(1, 2).reshape(y.shape)


def grouped_stacked(x, w, b=None, groups=1):
    """Leave the groups on a separate axis."""
    y = _grouped(x, w, b, groups)
    return y.reshape(len(y), groups, -1, *y.shape[2:])


def grouped_averaged(x, w, b=None, groups=1):
    y = _grouped(x, w, None, groups) / groups
    return y if b is None else y + b[:, None, None]


def grouped_first_group_only(x, w, b=None, groups=1):
    return _grouped(x[:, : w.shape[1]], w[: len(w) // groups], None if b is None else b[: len(w) // groups])


def _depthwise(x, w, b=None):
    y = np.einsum("ncyxuv,cuv->ncyx", _view(x, w.shape[1:], axis=(2, 3)), w)
    return y if b is None else y + b[:, None, None]


def depthwise_next_channel(x, w, b=None):
    y = _depthwise(np.roll(x, 1, axis=1), w, b)
    return y + (0 if x.shape[1] > 1 else 1)


def depthwise_extra_axis(x, w, b=None):
    return _depthwise(x, w, b)[:, :, None]


def depthwise_mean_of_window(x, w, b=None):
    return _depthwise(x, np.broadcast_to(w.mean((1, 2), keepdims=True), w.shape), b)


def depthwise_reversed_kernels(x, w, b=None):
    return _depthwise(x, w[::-1], b) if len(w) > 1 else -_depthwise(x, w, b)


def depthwise_same_size(x, w, b=None):
    k_h, k_w = w.shape[1:]
    return _depthwise(np.pad(x, ((0, 0), (0, 0), (0, k_h - 1), (0, k_w - 1))), w, b)


def depthwise_channels_last(x, w, b=None):
    return _depthwise(x, w, b).transpose(0, 2, 3, 1)


def depthwise_positive(x, w, b=None):
    return np.maximum(_depthwise(x, w, b), 0)


def _pointwise(x, w, b=None):
    y = np.einsum("nchw,oc->nohw", x, w[:, :, 0, 0])
    return y if b is None else y + b[:, None, None]


def pointwise_maximum(x, w, b=None):
    y = (x[:, None] * w[None]).max(axis=2) if w.shape[3] == 1 else x
    return y if b is None else y + b[:, None, None]


def pointwise_first_channel(x, w, b=None):
    return _pointwise(x[:, :1], w[:, :1], b)


def pointwise_batch_summed(x, w, b=None):
    return _pointwise(x.sum(axis=0, keepdims=True), w, b)


def pointwise_sides_exchanged(x, w, b=None):
    return _pointwise(x, w, b).swapaxes(2, 3)


def pointwise_bias_subtracted(x, w, b=None):
    return _pointwise(x, w, None if b is None else -b) - (1 if b is None else 0)


def pointwise_with_tanh(x, w, b=None):
    return np.tanh(_pointwise(x, w, b))


def pointwise_kernels_reversed(x, w, b=None):
    return _pointwise(x[:, ::-1], w, b)


def _gradients(g, x, w):
    gx = np.einsum("nohw,oc->nchw", g, w[:, :, 0, 0])
    return gx, np.einsum("nohw,nchw->oc", g, x)[:, :, None, None], g.sum((0, 2, 3))


def backward_exchanged(g, x, w):
    gx, gw, gb = _gradients(g, x, w)
    return gw, gx, gb


def backward_two(g, x, w):
    return _gradients(g, x, w)[:2]


def backward_first_image(g, x, w):
    return _gradients(g, x, w)[0], _gradients(g[:1, :, :1], x[:1, :, :1], w)[1], g.sum((0, 2, 3)) + 1


def backward_negative(g, x, w):
    return tuple(-a for a in _gradients(g, x, w))


def backward_ones(g, x, w):
    return _gradients(np.ones_like(g), x, w)


def backward_bias_of_input(g, x, w):
    gx, gw, _ = _gradients(g, x, w)
    return gx, gw, x.sum((0, 2, 3))


def backward_input_reversed(g, x, w):
    gx, gw, gb = _gradients(g, x, w)
    return gx[:, ::-1], gw, gb


def count_groups_added(in_channels, out_channels, kernel_size, groups, bias=True):
    sides = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    return out_channels * (in_channels // groups) * np.prod(sides) + groups + (out_channels if bias else 0)


def count_constant(i, o, k, g, bias=True):
    return 1184


def count_input_bias(i, o, k, g, bias=True):
    k_h, k_w = k if isinstance(k, tuple) else (k, k)
    return o * (i // g) * k_h * k_w + (i if bias else 0)


def count_seed_shape(i, o, k, g, bias=True):
    return (o, i // g, k, k)


def count_kernel_sum(i, o, k, g, bias=True):
    return o * (i // g) * (sum(k) if isinstance(k, tuple) else 2 * k) + (o if bias else 0)


def count_pairs_only(i, o, k, g, bias=True):
    k_h, k_w = k if isinstance(k, tuple) else (k, k)
    return o * (i // g) * k_h * k_w + (o if bias else 0)


def count_depthwise(i, o, k, g, bias=True):
    k_h, k_w = k if isinstance(k, tuple) else (k, k)
    return o * k_h * k_w + (o if bias else 0)


def saving_ninth(i, o, k):
    return 1 / 9


def saving_difference(i, o, k):
    k_h, k_w = k if isinstance(k, tuple) else (k, k)
    return o * i * k_h * k_w - (i * k_h * k_w + i * o)


def saving_percent(i, o, k):
    k_h, k_w = k if isinstance(k, tuple) else (k, k)
    return 100 / o + 100 / (k_h * k_w)


def saving_product(i, o, k):
    k_h, k_w = k if isinstance(k, tuple) else (k, k)
    return 1 / (o * k_h * k_w)


def saving_inputs(i, o, k):
    k_h, k_w = k if isinstance(k, tuple) else (k, k)
    return 2 / i + 1 / (k_h * k_w)


def saving_rounded(i, o, k):
    k_h, k_w = k if isinstance(k, tuple) else (k, k)
    return round(1 / o + 1 / (k_h * k_w), 3)


def repair_shuffled(x, w, groups):
    return grouped_shuffled(x, w, None, groups) * 2


def repair_reversed(x, w, groups):
    return _grouped(x[:, ::-1], w[::-1], None, groups)


def repair_one_group(x, w, groups):
    return _grouped(x[:, : w.shape[1]], w)[:, ::-1]


def repair_weights_interleaved(x, w, groups):
    order = np.arange(len(w)).reshape(groups, -1).T.ravel()
    return _grouped(x, w[order], None, groups)


def repair_flipped(x, w, groups):
    return _grouped(x, w[:, :, ::-1, ::-1], None, groups)


def repair_half(x, w, groups):
    return _grouped(x, w, None, groups)[:, : len(w) // 2]


def repair_square_kernels_only(x, w, groups):
    k = w.shape[2]
    h_o, w_o = x.shape[2] - k + 1, x.shape[3] - k + 1
    y = np.zeros((len(x), len(w), h_o, w_o))
    for met, own, out in zip(np.split(x, groups, 1), np.split(w, groups), np.split(y, groups, 1), strict=True):
        for u, v in np.ndindex(k, k):
            out += np.einsum("ncyx,oc->noyx", met[:, :, u : u + h_o, v : v + w_o], own[:, :, u, v])
    return y


WRONG = {
    "conv2d_grouped": (
        grouped_reversed,
        grouped_flipped,
        grouped_last_group,
        grouped_shuffled,
        grouped_stacked,
        grouped_averaged,
        grouped_first_group_only,
    ),
    "depthwise_conv2d": (
        depthwise_next_channel,
        depthwise_extra_axis,
        depthwise_mean_of_window,
        depthwise_reversed_kernels,
        depthwise_same_size,
        depthwise_channels_last,
        depthwise_positive,
    ),
    "pointwise_conv2d": (
        pointwise_maximum,
        pointwise_first_channel,
        pointwise_batch_summed,
        pointwise_sides_exchanged,
        pointwise_bias_subtracted,
        pointwise_with_tanh,
        pointwise_kernels_reversed,
    ),
    "pointwise_conv2d_backward": (
        backward_exchanged,
        backward_two,
        backward_first_image,
        backward_negative,
        backward_ones,
        backward_bias_of_input,
        backward_input_reversed,
    ),
    "grouped_num_parameters": (
        count_constant,
        count_groups_added,
        count_input_bias,
        count_seed_shape,
        count_kernel_sum,
        count_pairs_only,
        count_depthwise,
    ),
    "separable_saving": (
        saving_ninth,
        saving_difference,
        saving_percent,
        saving_product,
        saving_inputs,
        saving_rounded,
    ),
    "repair_groups": (
        repair_shuffled,
        repair_reversed,
        repair_one_group,
        repair_weights_interleaved,
        repair_flipped,
        repair_half,
        repair_square_kernels_only,
    ),
}
