"""Right answers of chapter 17 in other styles. None of them may be refused."""

import numpy as np


def size_by_placing(size, kernel_size, stride=1, padding=0, output_padding=0):
    ends = [row * stride + kernel_size for row in range(size)]
    return max(ends) - padding - padding + output_padding


def size_as_float(n, k, s=1, p=0, more=0):
    return float(s * n - s + k - 2 * p + more)


def size_by_searching(size, kernel_size, stride=1, padding=0, output_padding=0):
    """Look for the smallest image of which a convolution makes this size."""
    found = 1
    while (found + 2 * padding - kernel_size) / stride + 1 < size:
        found += 1
    return np.array(found + output_padding)


def _pair(value):
    return value if isinstance(value, tuple) else (value, value)


def transposed_by_pixels(input, weight, bias=None, stride=1, padding=0):
    (s_h, s_w), (p_h, p_w) = _pair(stride), _pair(padding)
    n, _, h, w = input.shape
    _, c_o, k_h, k_w = weight.shape
    full = np.zeros((n, c_o, (h - 1) * s_h + k_h, (w - 1) * s_w + k_w))
    for y in range(h):
        for x in range(w):
            block = np.tensordot(input[:, :, y, x], weight, axes=(1, 0))
            full[:, :, y * s_h : y * s_h + k_h, x * s_w : x * s_w + k_w] += block
    if bias is not None:
        full += bias.reshape(1, -1, 1, 1)
    return full[:, :, p_h : full.shape[2] - p_h, p_w : full.shape[3] - p_w]


def transposed_by_zero_insertion(x, w, b=None, stride=1, padding=0):
    """Slide a flipped kernel over the image with zeros in between, and with a border of k - 1 - p or a cut."""
    (s_h, s_w), (p_h, p_w) = _pair(stride), _pair(padding)
    k_h, k_w = w.shape[2:]
    spread = np.zeros((*x.shape[:2], (x.shape[2] - 1) * s_h + 1, (x.shape[3] - 1) * s_w + 1))
    spread[:, :, ::s_h, ::s_w] = x
    spread = np.pad(spread, [(0, 0), (0, 0), (k_h - 1,) * 2, (k_w - 1,) * 2])
    spread = spread[:, :, p_h : spread.shape[2] - p_h, p_w : spread.shape[3] - p_w]
    windows = np.lib.stride_tricks.sliding_window_view(spread, (k_h, k_w), axis=(2, 3))
    y = np.tensordot(windows, w[:, :, ::-1, ::-1], axes=([1, 4, 5], [0, 2, 3])).transpose(0, 3, 1, 2)
    return y if b is None else y + b[:, None, None]


def transposed_by_scattering(x, w, b=None, stride=1, padding=0):
    """Work out all shares at once, and where each belongs, and let np.add.at add them up."""
    (s_h, s_w), (p_h, p_w) = _pair(stride), _pair(padding)
    n, _, h, width = x.shape
    _, c_o, k_h, k_w = w.shape
    rows = (np.arange(h)[:, None] * s_h + np.arange(k_h)).reshape(h, 1, k_h, 1)
    columns = (np.arange(width)[:, None] * s_w + np.arange(k_w)).reshape(1, width, 1, k_w)
    y = np.zeros((n, c_o, (h - 1) * s_h + k_h, (width - 1) * s_w + k_w))
    np.add.at(y, (slice(None), slice(None), rows, columns), np.einsum("ncyx,couv->noyxuv", x, w))
    y = y if b is None else y + b[None, :, None, None]
    return y[..., p_h : y.shape[2] - p_h, p_w : y.shape[3] - p_w]


def transposed_by_a_matrix(x, w, b=None, stride=1, padding=0):
    """Write a convolution as a matrix, column by column, and multiply by its transpose."""
    (s_h, s_w), (p_h, p_w) = _pair(stride), _pair(padding)
    n, c_i, h, width = x.shape
    _, c_o, k_h, k_w = w.shape
    rows, columns = (h - 1) * s_h + k_h, (width - 1) * s_w + k_w
    matrix = np.zeros((c_i, h, width, c_o, rows, columns))
    for i, j in np.ndindex(h, width):
        matrix[:, i, j, :, i * s_h : i * s_h + k_h, j * s_w : j * s_w + k_w] = w
    y = (x.reshape(n, -1) @ matrix.reshape(c_i * h * width, -1)).reshape(n, c_o, rows, columns)
    y = y[:, :, p_h : rows - p_h, p_w : columns - p_w]
    return y if b is None else y + b[:, None, None]


def transposed_as_lists_in_float32(x, w, b=None, stride=1, padding=0):
    return transposed_by_pixels(x, w, b, stride, padding).astype(np.float32).tolist()


def backward_by_windows(g, x, w, stride=1, padding=0):
    """Take the gradient of the input by a convolution, that of the weight from the same windows."""
    (s_h, s_w), (p_h, p_w) = _pair(stride), _pair(padding)
    g = np.pad(g, [(0, 0), (0, 0), (p_h,) * 2, (p_w,) * 2])
    windows = np.lib.stride_tricks.sliding_window_view(g, w.shape[2:], axis=(2, 3))[:, :, ::s_h, ::s_w]
    gx = np.tensordot(windows, w, axes=([1, 4, 5], [1, 2, 3])).transpose(0, 3, 1, 2)
    # the padding that was put back is 0, so it does not change the sum
    return gx, np.einsum("noyxuv,ncyx->couv", windows, x), np.einsum("noyx->o", g)


def backward_by_pixels(g, x, w, stride=1, padding=0):
    (s_h, s_w), (p_h, p_w) = _pair(stride), _pair(padding)
    k_h, k_w = w.shape[2:]
    g_full = np.zeros((*g.shape[:2], g.shape[2] + 2 * p_h, g.shape[3] + 2 * p_w))
    g_full[:, :, p_h : p_h + g.shape[2], p_w : p_w + g.shape[3]] = g
    gx, gw = np.empty_like(x), np.zeros_like(w)
    for i, j in np.ndindex(x.shape[2:]):
        block = g_full[:, :, i * s_h : i * s_h + k_h, j * s_w : j * s_w + k_w]
        gx[:, :, i, j] = np.einsum("nouv,couv->nc", block, w)
        gw += np.einsum("nouv,nc->couv", block, x[:, :, i, j])
    return [gx, gw, g.sum((0, 2, 3))]


def repaired_in_the_windows(input, weight, stride=1):
    n, c_i, h, w = input.shape
    k_h, k_w = weight.shape[2:]
    spread = np.zeros((n, c_i, (h - 1) * stride + 1, (w - 1) * stride + 1))
    spread[:, :, ::stride, ::stride] = input
    bordered = np.pad(spread, ((0, 0), (0, 0), (k_h - 1, k_h - 1), (k_w - 1, k_w - 1)))
    windows = np.lib.stride_tricks.sliding_window_view(bordered, (k_h, k_w), axis=(2, 3))
    return np.einsum("ncyxuv,couv->noyx", windows[..., ::-1, ::-1], weight)


def repaired_with_rot90(x, w, stride=1):
    return transposed_by_zero_insertion(x, np.rot90(np.rot90(w, 2, axes=(2, 3)), 2, axes=(2, 3)), None, stride)


def repaired_anew(input, weight, stride=1):
    return transposed_by_pixels(input, weight, None, stride)


RIGHT = {
    "conv_transpose_output_size": (size_by_placing, size_as_float, size_by_searching),
    "conv_transpose2d": (
        transposed_by_pixels,
        transposed_by_zero_insertion,
        transposed_by_scattering,
        transposed_by_a_matrix,
        transposed_as_lists_in_float32,
    ),
    "conv_transpose2d_backward": (backward_by_windows, backward_by_pixels),
    "repair_zero_insertion": (repaired_in_the_windows, repaired_with_rot90, repaired_anew),
}
