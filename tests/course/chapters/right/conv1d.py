"""Right answers in other styles: taps, windows, strides, matrices, FFT, lists, float32. None may be refused."""

import itertools

import numpy as np


def loops_with_dot_products(x, w, b=None):
    k = w.shape[2]
    y = np.zeros((len(x), len(w), x.shape[2] - k + 1))
    for n, o, t in itertools.product(*map(range, y.shape)):
        y[n, o, t] = np.sum(x[n, :, t : t + k] * w[o]) + (0 if b is None else b[o])
    return y


def loops_bias_first(signals, kernels, bias=None):
    c_o, c_i, k = kernels.shape
    positions = signals.shape[2] - k + 1
    bias = [0.0] * c_o if bias is None else bias
    return np.array(
        [
            [
                [
                    bias[o] + sum(s[c, t + v] * kernels[o, c, v] for c in range(c_i) for v in range(k))
                    for t in range(positions)
                ]
                for o in range(c_o)
            ]
            for s in signals
        ]
    ).reshape(len(signals), c_o, positions)


def loops_while(x, w, b=None):
    (n, c_i, w_i), (c_o, _, k) = x.shape, w.shape
    y = np.empty((n, c_o, w_i - k + 1))
    for r in range(n):
        for o in range(c_o):
            t = 0
            while t + k <= w_i:
                total = 0.0
                for c in range(c_i):
                    total += float(x[r, c, t : t + k] @ w[o, c])
                y[r, o, t] = total
                t += 1
            if b is not None:
                y[r, o] += b[o]
    return y


def by_taps(input, weight, bias=None):
    k = weight.shape[2]
    w_o = input.shape[2] - k + 1
    y = np.zeros((len(input), len(weight), w_o))
    if bias is not None:
        y += bias.reshape(1, -1, 1)
    for v in range(k):
        y += np.einsum("nct,oc->not", input[..., v : v + w_o], weight[..., v])
    return y


def by_taps_and_matrix_products(x, w, b=None):
    w_o = x.shape[-1] - w.shape[-1] + 1
    y = sum(w[:, :, v] @ x[:, :, v : v + w_o] for v in range(w.shape[-1]))
    return y if b is None else y + b[:, None]


def by_tensordot(input, weight, bias=None):
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[-1], axis=-1)
    y = np.moveaxis(np.tensordot(windows, weight, axes=((1, 3), (1, 2))), 2, 1)
    return y if bias is None else y + np.expand_dims(bias, 1)


def by_strides(x, w, b=None):
    x = np.ascontiguousarray(x)
    (n, c, length), (o, _, k) = x.shape, w.shape
    shape, strides = (n, length - k + 1, c, k), (x.strides[0], x.strides[2], x.strides[1], x.strides[2])
    columns = np.lib.stride_tricks.as_strided(x, shape, strides).reshape(n, length - k + 1, c * k)
    y = (columns @ w.reshape(o, c * k).T).transpose(0, 2, 1)
    return y if b is None else y + b[:, None]


def by_broadcasting(x, w, b=None):
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape[2], axis=2)
    y = (windows[:, None] * w[None, :, :, None]).sum(axis=(2, 4))
    return y if b is None else y + b[:, None]


def by_fft(x, w, b=None):
    length, k = x.shape[2], w.shape[2]
    padded = 1 << length.bit_length()
    spectrum = np.einsum("ncf,ocf->nof", np.fft.rfft(x, padded), np.fft.rfft(w[..., ::-1], padded))
    y = np.fft.irfft(spectrum, padded)[..., k - 1 : length]
    return y if b is None else y + b[:, None]


def by_correlate(x, w, b=None):
    y = np.zeros((len(x), len(w), x.shape[2] - w.shape[2] + 1))
    for n, o, c in np.ndindex(len(x), *w.shape[:2]):
        y[n, o] += np.correlate(x[n, c], w[o, c], "valid")
    if b is not None:
        y += b[:, None]
    return y


def in_float32(x, w, b=None):
    windows = np.lib.stride_tricks.sliding_window_view(x.astype(np.float32), w.shape[2], axis=2)
    y = np.einsum("ncxv,ocv->nox", windows, w.astype(np.float32))
    return y if b is None else y + b.astype(np.float32)[:, None]


def size_by_counting(size, kernel_size, stride=1, padding=0, dilation=1):
    last = size + 2 * padding - dilation * (kernel_size - 1)
    return len(range(0, last, stride))


def size_as_float(size, kernel_size, stride=1, padding=0, dilation=1):
    return np.floor((size + 2 * padding - dilation * (kernel_size - 1) - 1) / stride) + 1


def size_by_sliding(n, k, s=1, p=0, d=1):
    count = start = 0
    while start + d * (k - 1) < n + 2 * p:
        count, start = count + 1, start + s
    return np.int64(count)


def parameters_by_arrays(in_channels, out_channels, kernel_size, bias=True):
    return np.zeros((out_channels, in_channels, kernel_size)).size + (np.zeros(out_channels).size if bias else 0)


def parameters_per_output(i, o, k, bias=True):
    return float(o * (i * k + int(bias)))


def backward_by_loops(g, x, w):
    gx, gw, gb = np.zeros(x.shape), np.zeros(w.shape), np.zeros(len(w))
    for n, o, t in np.ndindex(g.shape):
        gb[o] += g[n, o, t]
        for c in range(w.shape[1]):
            for v in range(w.shape[2]):
                gx[n, c, t + v] += g[n, o, t] * w[o, c, v]
                gw[o, c, v] += g[n, o, t] * x[n, c, t + v]
    return gx, gw, gb


def backward_by_windows(g, x, w):
    view = np.lib.stride_tricks.sliding_window_view
    k = w.shape[2]
    padded = np.pad(g, ((0, 0), (0, 0), (k - 1, k - 1)))
    grad_input = np.einsum("noxv,ocv->ncx", view(padded, k, axis=2), w[:, :, ::-1])
    return grad_input, np.einsum("nox,ncvx->ocv", g, view(x, g.shape[2], axis=2)), g.sum((0, 2))


def backward_by_convolve(g, x, w):
    gx, gw = np.zeros_like(x), np.zeros_like(w)
    for n in range(len(x)):
        for o, c in np.ndindex(w.shape[:2]):
            gx[n, c] += np.convolve(g[n, o], w[o, c], "full")
            gw[o, c] += np.correlate(x[n, c], g[n, o], "valid")
    return [gx, gw, np.einsum("not->o", g)]


def backward_in_float32(g, x, w):
    g, x, w = (a.astype(np.float32) for a in (g, x, w))
    w_o = g.shape[2]
    gx = np.zeros(x.shape)
    gw = np.stack([np.tensordot(g, x[:, :, v : v + w_o], ((0, 2), (0, 2))) for v in range(w.shape[2])], axis=-1)
    for v in range(w.shape[2]):
        gx[:, :, v : v + w_o] += w[:, :, v].T @ g
    return gx, gw, g.sum(2).sum(0)


def repaired_by_flipping(input, weight, bias=None):
    samples = []
    for sample in input:
        rows = []
        for kernels in weight:
            total = 0
            for c in range(len(sample)):
                total = total + np.convolve(sample[c], kernels[c][::-1], mode="valid")
            rows.append(total)
        samples.append(rows)
    output = np.array(samples)
    return output if bias is None else output + bias.reshape(-1, 1)


def kernel_by_trying(num_parameters, in_channels, out_channels):
    k = 1
    while True:
        for bias in (True, False):
            if np.ones((out_channels, in_channels, k)).size + bias * out_channels == num_parameters:
                return k, bias
        k += 1


def kernel_by_divmod(count, c_i, c_o):
    per_output, _ = divmod(count, c_o)
    k, over = divmod(per_output, c_i)
    return [k, over == 1]


def kernel_as_numpy_numbers(p, i, o):
    rest = np.remainder(p, i * o)
    return np.array((p - rest) / (i * o)), np.bool_(rest)


RIGHT = {
    "conv1d_loops": (loops_with_dot_products, loops_bias_first, loops_while, by_taps, by_broadcasting),
    "conv1d": (
        by_taps,
        by_taps_and_matrix_products,
        by_tensordot,
        by_strides,
        by_fft,
        by_correlate,
        in_float32,
    ),
    "conv_output_size": (size_by_counting, size_as_float, size_by_sliding),
    "conv1d_num_parameters": (parameters_by_arrays, parameters_per_output),
    "conv1d_kernel_size": (kernel_by_trying, kernel_by_divmod, kernel_as_numpy_numbers),
    "conv1d_backward": (backward_by_loops, backward_by_windows, backward_by_convolve, backward_in_float32),
    "repair_conv1d": (repaired_by_flipping, by_correlate, by_taps, loops_with_dot_products),
}
