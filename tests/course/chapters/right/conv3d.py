"""Right answers in other styles: loops, frames, matrices, strides, FFT, float32. None may be refused."""

import itertools

import numpy as np


def by_loops(x, w, b=None):
    k_d, k_h, k_w = w.shape[2:]
    sizes = [i - k + 1 for i, k in zip(x.shape[2:], w.shape[2:], strict=True)]
    y = np.zeros((len(x), len(w), *sizes))
    for r, o, i, j, k in np.ndindex(y.shape):
        window = x[r, :, i : i + k_d, j : j + k_h, k : k + k_w]
        y[r, o, i, j, k] = np.sum(window * w[o]) + (0 if b is None else b[o])
    return y


def by_frames(video, kernels, bias=None):
    """Sum convolutions of images, one for each frame of the kernel."""
    frames = video.shape[2] - kernels.shape[2] + 1
    y = 0.0
    for t in range(kernels.shape[2]):
        windows = np.lib.stride_tricks.sliding_window_view(video[:, :, t : t + frames], kernels.shape[3:], axis=(3, 4))
        y = y + np.einsum("ncdyxuv,ocuv->nodyx", windows, kernels[:, :, t])
    return y if bias is None else y + bias.reshape(1, -1, 1, 1, 1)


def by_einsum(x, w, b=None):
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape[2:], axis=(2, 3, 4))
    y = np.einsum("ncabdijk,ocijk->noabd", windows, w, optimize=True)
    return y if b is None else y + b[:, None, None, None]


def by_one_matrix_product(x, w, b=None):
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape[2:], axis=(2, 3, 4))
    n, sizes = len(x), windows.shape[2:5]
    columns = windows.transpose(0, 2, 3, 4, 1, 5, 6, 7).reshape(n * int(np.prod(sizes)), w[0].size)
    y = (columns @ w.reshape(len(w), -1).T).reshape(n, *sizes, len(w))
    y = np.moveaxis(y, -1, 1)
    return y if b is None else y + np.expand_dims(b, (1, 2, 3))


def by_strides(x, w, b=None):
    x = np.ascontiguousarray(x)
    sizes = tuple(i - k + 1 for i, k in zip(x.shape[2:], w.shape[2:], strict=True))
    windows = np.lib.stride_tricks.as_strided(
        x, (*x.shape[:2], *sizes, *w.shape[2:]), (*x.strides, *x.strides[2:]), writeable=False
    )
    y = np.tensordot(w, windows, axes=((1, 2, 3, 4), (1, 5, 6, 7))).swapaxes(0, 1)
    return y if b is None else y + b[:, None, None, None]


def by_fft(x, w, b=None):
    axes, size = (-3, -2, -1), x.shape[2:]
    spectrum = np.fft.rfftn(x, size, axes)[:, None] * np.fft.rfftn(w[:, :, ::-1, ::-1, ::-1], size, axes)
    y = np.fft.irfftn(spectrum.sum(axis=2), size, axes)
    y = y[:, :, w.shape[2] - 1 :, w.shape[3] - 1 :, w.shape[4] - 1 :]
    return y if b is None else y + b[:, None, None, None]


def in_float32(x, w, b=None):
    y = by_einsum(x.astype(np.float32), w.astype(np.float32), None if b is None else b.astype(np.float32))
    return y.astype(np.float32)


def _tuples(axes, *options):
    return [(each,) * axes if np.ndim(each) == 0 else tuple(each) for each in options]


def nd_by_taps(x, w, b=None, stride=1, padding=0):
    """Loop over the kernel's elements, each with a strided slice."""
    axes = w.ndim - 2
    strides, pads = _tuples(axes, stride, padding)
    x = np.pad(x, [(0, 0), (0, 0), *zip(pads, pads, strict=True)])
    sizes = [(i - k) // s + 1 for i, k, s in zip(x.shape[2:], w.shape[2:], strides, strict=True)]
    y = np.zeros((len(x), len(w), *sizes))
    for place in np.ndindex(w.shape[2:]):
        slices = tuple(slice(at, at + (m - 1) * s + 1, s) for at, m, s in zip(place, sizes, strides, strict=True))
        met = x[(slice(None), slice(None), *slices)]
        y += np.einsum("nc...,oc->no...", met, w[(slice(None), slice(None), *place)])
    return y if b is None else y + b.reshape(1, -1, *(1,) * axes)


def nd_by_loops(x, w, b=None, stride=1, padding=0):
    """Pad by hand, and walk over all positions."""
    axes = w.ndim - 2
    strides, pads = _tuples(axes, stride, padding)
    padded = np.zeros((*x.shape[:2], *(i + 2 * p for i, p in zip(x.shape[2:], pads, strict=True))))
    padded[(..., *(slice(p, p + i) for i, p in zip(x.shape[2:], pads, strict=True)))] = x
    sizes = [(i - k) // s + 1 for i, k, s in zip(padded.shape[2:], w.shape[2:], strides, strict=True)]
    y = np.zeros((len(x), len(w), *sizes))
    for place in itertools.product(*map(range, sizes)):
        corner = [at * s for at, s in zip(place, strides, strict=True)]
        window = padded[(..., *(slice(c, c + k) for c, k in zip(corner, w.shape[2:], strict=True)))]
        y[(..., *place)] = window.reshape(len(x), -1) @ w.reshape(len(w), -1).T
    return y if b is None else y + np.expand_dims(b, tuple(range(1, axes + 1)))


def nd_by_volumes(x, w, b=None, stride=1, padding=0):
    """Take a signal and an image for volumes with axes of size 1."""
    missing = 5 - w.ndim
    strides, pads = _tuples(w.ndim - 2, stride, padding)
    strides, pads = (1,) * missing + strides, (0,) * missing + pads
    new = tuple(range(2, 2 + missing))
    volume = np.pad(np.expand_dims(x, new), [(0, 0), (0, 0), *zip(pads, pads, strict=True)])
    y = by_einsum(volume, np.expand_dims(w, new), b)[:, :, :: strides[0], :: strides[1], :: strides[2]]
    return np.squeeze(y, axis=new)


def nd_case_by_case(x, w, b=None, stride=1, padding=0):
    """Write three layers, each with its own letters."""
    axes = w.ndim - 2
    strides, pads = _tuples(axes, stride, padding)
    x = np.pad(x, ((0, 0), (0, 0), *((p, p) for p in pads)))
    views = np.lib.stride_tricks.sliding_window_view
    if axes == 1:
        y = np.einsum("ncxi,oci->nox", views(x, w.shape[2], axis=2)[:, :, :: strides[0]], w)
        return y if b is None else y + b[:, None]
    if axes == 2:
        windows = views(x, w.shape[2:], axis=(2, 3))[:, :, :: strides[0], :: strides[1]]
        y = np.einsum("ncyxij,ocij->noyx", windows, w)
        return y if b is None else y + b[:, None, None]
    return by_einsum(x, w, b)[:, :, :: strides[0], :: strides[1], :: strides[2]]


def repaired_by_slices(input, weight, bias=None):
    k_d = weight.shape[2]
    y = by_frames(input, weight)
    assert y.shape[2] == input.shape[2] - k_d + 1
    return y if bias is None else y + bias[:, None, None, None]


RIGHT = {
    "conv3d": (by_loops, by_frames, by_einsum, by_one_matrix_product, by_strides, by_fft, in_float32),
    "conv_nd": (nd_by_taps, nd_by_loops, nd_by_volumes, nd_case_by_case),
    "repair_conv3d": (repaired_by_slices, by_loops, by_fft),
}
