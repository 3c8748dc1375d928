"""Wrong versions of chapter 11, pooling backwards. Each stands on NumPy alone: its source can be handed in."""

# ruff: noqa: D103 - the misconception that holds it says what it is

import numpy as np


def max_every_tie(grad_output, input, kernel_size, stride=None):
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    grad_input = np.zeros_like(input)
    for n, c, i, j in np.ndindex(grad_output.shape):
        here = n, c, slice(i * s_h, i * s_h + k_h), slice(j * s_w, j * s_w + k_w)
        grad_input[here] += (input[here] == input[here].max()) * grad_output[n, c, i, j]
    return grad_input


def max_ties_share(grad_output, input, kernel_size, stride=None):
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    grad_input = np.zeros_like(input)
    for n, c, i, j in np.ndindex(grad_output.shape):
        here = n, c, slice(i * s_h, i * s_h + k_h), slice(j * s_w, j * s_w + k_w)
        mask = input[here] == input[here].max()
        grad_input[here] += mask * grad_output[n, c, i, j] / mask.sum()
    return grad_input


def max_last_tie(grad_output, input, kernel_size, stride=None):
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    grad_input = np.zeros_like(input)
    for n, c, i, j in np.ndindex(grad_output.shape):
        window = input[n, c, i * s_h : i * s_h + k_h, j * s_w : j * s_w + k_w]
        u, v = np.argwhere(window == window.max())[-1]
        grad_input[n, c, i * s_h + u, j * s_w + v] += grad_output[n, c, i, j]
    return grad_input


def max_overwrites(grad_output, input, kernel_size, stride=None):
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    grad_input = np.zeros_like(input)
    for n, c, i, j in np.ndindex(grad_output.shape):
        window = input[n, c, i * s_h : i * s_h + k_h, j * s_w : j * s_w + k_w]
        u, v = np.unravel_index(window.argmax(), window.shape)
        grad_input[n, c, i * s_h + u, j * s_w + v] = grad_output[n, c, i, j]
    return grad_input


def max_to_all(grad_output, input, kernel_size, stride=None):
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    grad_input = np.zeros_like(input)
    for n, c, i, j in np.ndindex(grad_output.shape):
        grad_input[n, c, i * s_h : i * s_h + k_h, j * s_w : j * s_w + k_w] += grad_output[n, c, i, j]
    return grad_input


def max_as_average(grad_output, input, kernel_size, stride=None):
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    grad_input = np.zeros_like(input)
    for n, c, i, j in np.ndindex(grad_output.shape):
        grad_input[n, c, i * s_h : i * s_h + k_h, j * s_w : j * s_w + k_w] += grad_output[n, c, i, j] / (k_h * k_w)
    return grad_input


def max_stride_one(grad_output, input, kernel_size, stride=None):
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    s_h, s_w = np.broadcast_to(1 if stride is None else stride, 2)
    grad_input = np.zeros_like(input)
    for n, c, i, j in np.ndindex(grad_output.shape):
        window = input[n, c, i * s_h : i * s_h + k_h, j * s_w : j * s_w + k_w]
        u, v = np.unravel_index(window.argmax(), window.shape)
        grad_input[n, c, i * s_h + u, j * s_w + v] += grad_output[n, c, i, j]
    return grad_input


def max_value_for_gradient(grad_output, input, kernel_size, stride=None):
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    grad_input = np.zeros_like(input)
    for n, c, i, j in np.ndindex(grad_output.shape):
        window = input[n, c, i * s_h : i * s_h + k_h, j * s_w : j * s_w + k_w]
        u, v = np.unravel_index(window.argmax(), window.shape)
        grad_input[n, c, i * s_h + u, j * s_w + v] += grad_output[n, c, i, j] * window.max()
    return grad_input


def max_ones(grad_output, input, kernel_size, stride=None):
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    grad_input = np.zeros_like(input)
    for n, c, i, j in np.ndindex(grad_output.shape):
        window = input[n, c, i * s_h : i * s_h + k_h, j * s_w : j * s_w + k_w]
        u, v = np.unravel_index(window.argmax(), window.shape)
        grad_input[n, c, i * s_h + u, j * s_w + v] += 1
    return grad_input


def max_place_in_window(grad_output, input, kernel_size, stride=None):
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    grad_input = np.zeros_like(input)
    for n, c, i, j in np.ndindex(grad_output.shape):
        window = input[n, c, i * s_h : i * s_h + k_h, j * s_w : j * s_w + k_w]
        u, v = np.unravel_index(window.argmax(), window.shape)
        grad_input[n, c, u, v] += grad_output[n, c, i, j]
    return grad_input


def max_window_at_index(grad_output, input, kernel_size, stride=None):
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    grad_input = np.zeros_like(input)
    for n, c, i, j in np.ndindex(grad_output.shape):
        window = input[n, c, i : i + k_h, j : j + k_w]
        u, v = np.unravel_index(window.argmax(), window.shape)
        grad_input[n, c, i + u, j + v] += grad_output[n, c, i, j]
    return grad_input


def avg_not_divided(grad_output, input, kernel_size, stride=None):
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    grad_input = np.zeros_like(input)
    for n, c, i, j in np.ndindex(grad_output.shape):
        grad_input[n, c, i * s_h : i * s_h + k_h, j * s_w : j * s_w + k_w] += grad_output[n, c, i, j]
    return grad_input


def avg_overwrites(grad_output, input, kernel_size, stride=None):
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    grad_input = np.zeros_like(input)
    for n, c, i, j in np.ndindex(grad_output.shape):
        grad_input[n, c, i * s_h : i * s_h + k_h, j * s_w : j * s_w + k_w] = grad_output[n, c, i, j] / (k_h * k_w)
    return grad_input


def avg_stride_one(grad_output, input, kernel_size, stride=None):
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    s_h, s_w = np.broadcast_to(1 if stride is None else stride, 2)
    grad_input = np.zeros_like(input)
    for n, c, i, j in np.ndindex(grad_output.shape):
        grad_input[n, c, i * s_h : i * s_h + k_h, j * s_w : j * s_w + k_w] += grad_output[n, c, i, j] / (k_h * k_w)
    return grad_input


def avg_stride_ignored(grad_output, input, kernel_size, stride=None):
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    grad_input = np.zeros_like(input)
    for n, c, i, j in np.ndindex(grad_output.shape):
        grad_input[n, c, i * k_h : i * k_h + k_h, j * k_w : j * k_w + k_w] += grad_output[n, c, i, j] / (k_h * k_w)
    return grad_input


def avg_kernel_exchanged(grad_output, input, kernel_size, stride=None):
    k_w, k_h = np.broadcast_to(kernel_size, 2)
    s_h, s_w = (k_h, k_w) if stride is None else np.broadcast_to(stride, 2)
    grad_input = np.zeros_like(input)
    for n, c, i, j in np.ndindex(grad_output.shape):
        grad_input[n, c, i * s_h : i * s_h + k_h, j * s_w : j * s_w + k_w] += grad_output[n, c, i, j] / (k_h * k_w)
    return grad_input


def avg_to_maximum(grad_output, input, kernel_size, stride=None):
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    grad_input = np.zeros_like(input)
    for n, c, i, j in np.ndindex(grad_output.shape):
        window = input[n, c, i * s_h : i * s_h + k_h, j * s_w : j * s_w + k_w]
        u, v = np.unravel_index(window.argmax(), window.shape)
        grad_input[n, c, i * s_h + u, j * s_w + v] += grad_output[n, c, i, j]
    return grad_input


def avg_divided_by_stride(grad_output, input, kernel_size, stride=None):
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    grad_input = np.zeros_like(input)
    for n, c, i, j in np.ndindex(grad_output.shape):
        grad_input[n, c, i * s_h : i * s_h + k_h, j * s_w : j * s_w + k_w] += grad_output[n, c, i, j] / (s_h * s_w)
    return grad_input


def avg_one_corner(grad_output, input, kernel_size, stride=None):
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    grad_input = np.zeros_like(input)
    for n, c, i, j in np.ndindex(grad_output.shape):
        grad_input[n, c, i * s_h, j * s_w] += grad_output[n, c, i, j] / (k_h * k_w)
    return grad_input


def avg_overlap_averaged(grad_output, input, kernel_size, stride=None):
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    grad_input, windows = np.zeros_like(input), np.zeros_like(input)
    for n, c, i, j in np.ndindex(grad_output.shape):
        here = n, c, slice(i * s_h, i * s_h + k_h), slice(j * s_w, j * s_w + k_w)
        grad_input[here] += grad_output[n, c, i, j] / (k_h * k_w)
        windows[here] += 1
    return grad_input / np.maximum(windows, 1)


def avg_ends_early(grad_output, input, kernel_size, stride=None):
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    return grad_output.repeat(k_h, axis=2).repeat(k_w, axis=3) / (k_h * k_w)
