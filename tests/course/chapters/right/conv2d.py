"""Right answers in other styles: loops, taps, matrices, strides, FFT, float32. None may be refused."""

import numpy as np


def by_loops(x, w, b=None):
    (n, c_i, h, wd), (c_o, _, k_h, k_w) = x.shape, w.shape
    y = np.zeros((n, c_o, h - k_h + 1, wd - k_w + 1))
    for r, o, i, j in np.ndindex(y.shape):
        total = 0.0 if b is None else b[o]
        for c in range(c_i):
            for u in range(k_h):
                for v in range(k_w):
                    total += w[o, c, u, v] * x[r, c, i + u, j + v]
        y[r, o, i, j] = total
    return y


def by_windows_in_loops(input, weight, bias=None):
    c_o, _, k_h, k_w = weight.shape
    rows = range(input.shape[2] - k_h + 1)
    columns = range(input.shape[3] - k_w + 1)
    y = np.zeros((len(input), c_o, len(rows), len(columns)))
    for i in rows:
        for j in columns:
            window = input[:, :, i : i + k_h, j : j + k_w]
            y[:, :, i, j] = np.einsum("ncuv,ocuv->no", window, weight)
    return y if bias is None else y + bias.reshape(1, -1, 1, 1)


def by_taps(x, w, b=None):
    h_o, w_o = x.shape[2] - w.shape[2] + 1, x.shape[3] - w.shape[3] + 1
    y = np.zeros((len(x), len(w), h_o, w_o))
    for u, v in np.ndindex(w.shape[2:]):
        y += np.einsum("ncyx,oc->noyx", x[:, :, u : u + h_o, v : v + w_o], w[:, :, u, v])
    if b is not None:
        y += b[:, None, None]
    return y


def by_one_matrix_product(x, w, b=None):
    n, c_o = len(x), len(w)
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape[2:], axis=(2, 3))
    h_o, w_o = windows.shape[2:4]
    columns = windows.transpose(0, 2, 3, 1, 4, 5).reshape(n * h_o * w_o, w[0].size)
    y = (columns @ w.reshape(c_o, w[0].size).T).reshape(n, h_o, w_o, c_o).transpose(0, 3, 1, 2)
    return y if b is None else y + b[None, :, None, None]


def by_tensordot(x, w, b=None):
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape[2:], axis=(-2, -1))
    y = np.tensordot(windows, w, axes=((1, 4, 5), (1, 2, 3))).transpose(0, 3, 1, 2)
    return y if b is None else y + np.expand_dims(b, (1, 2))


def by_strides(x, w, b=None):
    x = np.ascontiguousarray(x)
    (n, c, h, wd), (_, _, k_h, k_w) = x.shape, w.shape
    shape = (n, c, h - k_h + 1, wd - k_w + 1, k_h, k_w)
    windows = np.lib.stride_tricks.as_strided(x, shape, (*x.strides, *x.strides[2:]))
    y = np.einsum("ncyxuv,ocuv->noyx", windows, w, optimize=True)
    return y if b is None else y + b[:, None, None]


def by_fft(x, w, b=None):
    size, (k_h, k_w) = x.shape[2:], w.shape[2:]
    spectrum = np.fft.rfft2(x, size)[:, None] * np.fft.rfft2(w[:, :, ::-1, ::-1], size)
    y = np.fft.irfft2(spectrum.sum(axis=2), size)[..., k_h - 1 :, k_w - 1 :]
    return y if b is None else y + b[:, None, None]


def in_float32(x, w, b=None):
    y = by_taps(x.astype(np.float32), w.astype(np.float32), None if b is None else b.astype(np.float32))
    return y.astype(np.float32)


def parameters_by_arrays(in_channels, out_channels, kernel_size, bias=True, groups=1):
    k = np.broadcast_to(kernel_size, 2)
    return np.zeros((out_channels, in_channels // groups, *k)).size + bias * out_channels


def parameters_by_groups(i, o, kernel_size, bias=True, groups=1):
    try:
        area = kernel_size[0] * kernel_size[1]
    except TypeError:
        area = kernel_size**2
    each = (i // groups) * (o // groups) * area + (o // groups if bias else 0)
    return float(groups * each)


def macs_by_shapes(input_shape, out_channels, kernel_size):
    n, c, h, w = input_shape
    k = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    return np.prod([n, out_channels, h - k[0] + 1, w - k[1] + 1, c, *k])


def macs_per_output(shape, out_channels, kernel_size):
    k = np.zeros(2, dtype=int) + kernel_size
    positions = np.array(shape[2:]) - k + 1
    return float(shape[0] * shape[1] * out_channels * positions.prod() * k.prod())


def field_from_the_end(kernel_sizes, strides):
    field = 1
    for k, s in reversed(list(zip(kernel_sizes, strides, strict=True))):
        field = (field - 1) * s + k
    return field


def field_by_products(kernel_sizes, strides):
    return 1 + sum((k - 1) * np.prod(strides[:i], dtype=int) for i, k in enumerate(kernel_sizes))


def field_by_sets(kernel_sizes, strides):
    seen = {0}
    for k, s in list(zip(kernel_sizes, strides, strict=True))[::-1]:
        seen = {s * place + v for place in seen for v in range(k)}
    return max(seen) - min(seen) + 1


def repaired_by_views(input, weight, bias=None):
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[2:], axis=(2, 3))
    output = np.zeros((len(input), len(weight), *windows.shape[2:4]))
    for u in range(weight.shape[2]):
        for v in range(weight.shape[3]):
            output += np.einsum("oc,ncyx->noyx", weight[:, :, u, v], windows[..., u, v])
    return output if bias is None else output + bias.reshape(-1, 1, 1)


def repaired_by_transposing_the_kernel(input, weight, bias=None):
    turned = weight.swapaxes(2, 3)
    h_o = input.shape[2] - turned.shape[3] + 1
    w_o = input.shape[3] - turned.shape[2] + 1
    output = np.zeros((len(input), len(weight), h_o, w_o))
    for u in range(turned.shape[2]):
        for v in range(turned.shape[3]):
            met = input[:, :, v : v + h_o, u : u + w_o]
            output += np.tensordot(turned[:, :, u, v], met, axes=(1, 1)).swapaxes(0, 1)
    return output if bias is None else output + bias.reshape(-1, 1, 1)


_ACROSS = np.arange(-3.0, 4.0)
_BELL = np.exp(-(_ACROSS**2) / 4)

EDGE_KERNELS = (
    np.array([[1, -1]]),  # two weights, integers
    [[1.0, 0.0, -1.0], [2.0, 0.0, -2.0], [1.0, 0.0, -1.0]],  # Sobel's the other way round, as a list
    np.array([[-1.0, 0, 1]] * 3),  # Prewitt's
    np.array([[-3.0, 0, 3], [-10, 0, 10], [-3, 0, 3]], dtype=np.float32),  # Scharr's
    np.array([[-1.0, 2, -1]]),  # finds thin vertical lines as well
    np.outer(_BELL, _ACROSS * _BELL),  # the slope of a bell, 7 by 7
    0.001 * np.array([[-1.0, 1], [-1, 1]]),
    1e6 * np.array([[-1.0, 0, 0, 1]]),
)

RIGHT = {
    "conv2d": (
        by_loops,
        by_windows_in_loops,
        by_taps,
        by_one_matrix_product,
        by_tensordot,
        by_strides,
        by_fft,
        in_float32,
    ),
    "conv2d_num_parameters": (parameters_by_arrays, parameters_by_groups),
    "conv2d_macs": (macs_by_shapes, macs_per_output),
    "receptive_field": (field_from_the_end, field_by_products, field_by_sets),
    "edge_kernel": EDGE_KERNELS,
    "repair_conv2d": (repaired_by_views, repaired_by_transposing_the_kernel, by_loops, by_fft),
}
