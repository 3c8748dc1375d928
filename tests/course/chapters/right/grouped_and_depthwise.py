"""Right answers of chapter 09 in other styles. None of them may be refused."""

import fractions
import math

import numpy as np

_view = np.lib.stride_tricks.sliding_window_view


def _plain(x, w):
    return np.einsum("ncyxuv,ocuv->noyx", _view(x, w.shape[2:], axis=(2, 3)), w)


def grouped_group_by_group(input, weight, bias=None, groups=1):
    ins, outs = input.shape[1] // groups, weight.shape[0] // groups
    parts = [_plain(input[:, q * ins : (q + 1) * ins], weight[q * outs : (q + 1) * outs]) for q in range(groups)]
    output = np.concatenate(parts, axis=1)
    return output + (0 if bias is None else bias[None, :, None, None])


def grouped_by_split(x, w, b=None, groups=1):
    pairs = zip(np.split(x, groups, axis=1), np.split(w, groups), strict=True)
    y = np.concatenate([_plain(*pair) for pair in pairs], axis=1)
    return y if b is None else y + b.reshape(-1, 1, 1)


def grouped_with_a_full_weight(x, w, b=None, groups=1):
    """Write the kernels into a full weight that is zero elsewhere."""
    c_o, per_group = w.shape[:2]
    full = np.zeros((c_o, x.shape[1], *w.shape[2:]))
    for o in range(c_o):
        first = o * groups // c_o * per_group
        full[o, first : first + per_group] = w[o]
    y = _plain(x, full)
    return y if b is None else y + b[:, None, None]


def grouped_by_loops_in_float32(x, w, b=None, groups=1):
    x, w = x.astype(np.float32), w.astype(np.float32)
    n, _, h, width = x.shape
    c_o, per_group, k_h, k_w = w.shape
    y = np.zeros((n, c_o, h - k_h + 1, width - k_w + 1), dtype=np.float32)
    for o, c, u, v in np.ndindex(c_o, per_group, k_h, k_w):
        channel = o // (c_o // groups) * per_group + c
        y[:, o] += w[o, c, u, v] * x[:, channel, u : u + y.shape[2], v : v + y.shape[3]]
    return y if b is None else y + b[:, None, None].astype(np.float32)


def depthwise_by_loops(input, weight, bias=None):
    c, k_h, k_w = weight.shape
    h_o, w_o = input.shape[2] - k_h + 1, input.shape[3] - k_w + 1
    output = np.zeros((len(input), c, h_o, w_o))
    for u in range(k_h):
        for v in range(k_w):
            output += input[:, :, u : u + h_o, v : v + w_o] * weight[:, u, v].reshape(1, c, 1, 1)
    return output if bias is None else output + bias.reshape(1, c, 1, 1)


def depthwise_as_groups(x, w, b=None):
    return grouped_by_split(x, w[:, None], b, len(w))


def depthwise_by_product(x, w, b=None):
    y = (_view(x, w.shape[1:], (2, 3)) * w[:, None, None]).sum(axis=(-2, -1))
    return y.tolist() if b is None else (y + b[:, None, None]).tolist()


def pointwise_by_matrix(input, weight, bias=None):
    n, _, h, w = input.shape
    rows = input.transpose(0, 2, 3, 1).reshape(n * h * w, -1) @ weight[:, :, 0, 0].T
    if bias is not None:
        rows = rows + bias
    return rows.reshape(n, h, w, -1).transpose(0, 3, 1, 2)


def pointwise_by_matmul(x, w, b=None):
    y = (w[:, :, 0, 0] @ x.reshape(*x.shape[:2], -1)).reshape(len(x), len(w), *x.shape[2:])
    return y if b is None else y + b[:, None, None]


def pointwise_as_convolution(x, w, b=None):
    y = _plain(x, w)
    return y if b is None else y + b[:, None, None]


def backward_by_matrix(g, x, w):
    rows = g.transpose(0, 2, 3, 1).reshape(-1, g.shape[1])
    pixels = x.transpose(0, 2, 3, 1).reshape(-1, x.shape[1])
    gx = (rows @ w[:, :, 0, 0]).reshape(len(x), *x.shape[2:], -1).transpose(0, 3, 1, 2)
    return [gx, (rows.T @ pixels)[:, :, None, None], rows.sum(axis=0)]


def backward_pixel_by_pixel(g, x, w):
    gx, gw, gb = np.zeros_like(x), np.zeros_like(w), np.zeros(len(w))
    for y, z in np.ndindex(x.shape[2:]):
        gx[:, :, y, z] = g[:, :, y, z] @ w[:, :, 0, 0]
        gw[:, :, 0, 0] += g[:, :, y, z].T @ x[:, :, y, z]
        gb += g[:, :, y, z].sum(axis=0)
    return gx, gw, gb


def parameters_by_shape(in_channels, out_channels, kernel_size, groups, bias=True):
    k = kernel_size if np.ndim(kernel_size) else [kernel_size] * 2
    return np.prod([out_channels, in_channels // groups, *k]) + bias * out_channels


def parameters_by_groups(i, o, k, g, bias=True):
    window = k**2 if isinstance(k, int) else math.prod(k)
    total = 0
    for _ in range(g):
        total += (o // g) * (i // g) * window
    return float(total + o * int(bias))


def saving_by_formula(in_channels, out_channels, kernel_size):
    return 1 / out_channels + 1 / np.prod(np.broadcast_to(kernel_size, 2))


def saving_by_arrays(i, o, k):
    k = k if isinstance(k, tuple) else (k, k)
    depthwise, pointwise, full = np.empty((i, *k)), np.empty((o, i, 1, 1)), np.empty((o, i, *k))
    return np.float32((depthwise.size + pointwise.size) / full.size)


def repaired_by_split(input, weight, groups):
    return grouped_by_split(input, weight, None, groups)


def repaired_by_index(input, weight, groups):
    return grouped_with_a_full_weight(input, weight, None, groups)


def saving_as_a_fraction(in_channels, out_channels, kernel_size):
    k_h, k_w = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    return fractions.Fraction(1, out_channels) + fractions.Fraction(1, k_h * k_w)


RIGHT = {
    "conv2d_grouped": (
        grouped_group_by_group,
        grouped_by_split,
        grouped_with_a_full_weight,
        grouped_by_loops_in_float32,
    ),
    "depthwise_conv2d": (depthwise_by_loops, depthwise_as_groups, depthwise_by_product),
    "pointwise_conv2d": (pointwise_by_matrix, pointwise_by_matmul, pointwise_as_convolution),
    "pointwise_conv2d_backward": (backward_by_matrix, backward_pixel_by_pixel),
    "grouped_num_parameters": (parameters_by_shape, parameters_by_groups),
    "separable_saving": (
        saving_by_formula,
        saving_by_arrays,
        saving_as_a_fraction,
    ),
    "repair_groups": (repaired_by_split, repaired_by_index),
}
