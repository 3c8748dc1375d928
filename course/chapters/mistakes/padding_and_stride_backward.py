"""Wrong versions of chapter 08's gradients, and of what it gives to repair. Each stands on NumPy alone."""

# ruff: noqa: D103 - the misconception that holds it says what it is

import numpy as np


def backward_stride_ignored(grad_output, input, weight, stride=1, padding=0):
    p_h, p_w = np.broadcast_to(padding, 2)
    (h, w), (h_o, w_o) = input.shape[2:], grad_output.shape[2:]
    padded = np.pad(input, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))
    grad_padded, grad_weight = np.zeros_like(padded), np.zeros_like(weight)
    for u, v in np.ndindex(weight.shape[2:]):
        met = np.s_[:, :, u : u + h_o, v : v + w_o]
        grad_weight[:, :, u, v] = np.einsum("noyx,ncyx->oc", grad_output, padded[met])
        grad_padded[met] += np.einsum("noyx,oc->ncyx", grad_output, weight[:, :, u, v])
    return grad_padded[:, :, p_h : p_h + h, p_w : p_w + w], grad_weight, grad_output.sum(axis=(0, 2, 3))


def backward_overwritten(grad_output, input, weight, stride=1, padding=0):
    (s_h, s_w), (p_h, p_w) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    (h, w), (h_o, w_o) = input.shape[2:], grad_output.shape[2:]
    padded = np.pad(input, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))
    grad_padded, grad_weight = np.zeros_like(padded), np.zeros_like(weight)
    for u, v in np.ndindex(weight.shape[2:]):
        met = np.s_[:, :, u : u + s_h * h_o : s_h, v : v + s_w * w_o : s_w]
        grad_weight[:, :, u, v] = np.einsum("noyx,ncyx->oc", grad_output, padded[met])
        grad_padded[met] = np.einsum("noyx,oc->ncyx", grad_output, weight[:, :, u, v])
    return grad_padded[:, :, p_h : p_h + h, p_w : p_w + w], grad_weight, grad_output.sum(axis=(0, 2, 3))


def backward_not_flipped(grad_output, input, weight, stride=1, padding=0):
    (s_h, s_w), (p_h, p_w) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    (h, w), (h_o, w_o) = input.shape[2:], grad_output.shape[2:]
    padded = np.pad(input, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))
    grad_padded, grad_weight = np.zeros_like(padded), np.zeros_like(weight)
    for u, v in np.ndindex(weight.shape[2:]):
        met = np.s_[:, :, u : u + s_h * h_o : s_h, v : v + s_w * w_o : s_w]
        grad_weight[:, :, u, v] = np.einsum("noyx,ncyx->oc", grad_output, padded[met])
        grad_padded[met] += np.einsum("noyx,oc->ncyx", grad_output, weight[:, :, -1 - u, -1 - v])
    return grad_padded[:, :, p_h : p_h + h, p_w : p_w + w], grad_weight, grad_output.sum(axis=(0, 2, 3))


def backward_border_kept(grad_output, input, weight, stride=1, padding=0):
    (s_h, s_w), (p_h, p_w) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    h_o, w_o = grad_output.shape[2:]
    padded = np.pad(input, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))
    grad_padded, grad_weight = np.zeros_like(padded), np.zeros_like(weight)
    for u, v in np.ndindex(weight.shape[2:]):
        met = np.s_[:, :, u : u + s_h * h_o : s_h, v : v + s_w * w_o : s_w]
        grad_weight[:, :, u, v] = np.einsum("noyx,ncyx->oc", grad_output, padded[met])
        grad_padded[met] += np.einsum("noyx,oc->ncyx", grad_output, weight[:, :, u, v])
    return grad_padded, grad_weight, grad_output.sum(axis=(0, 2, 3))


def backward_cut_behind(grad_output, input, weight, stride=1, padding=0):
    (s_h, s_w), (p_h, p_w) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    (h, w), (h_o, w_o) = input.shape[2:], grad_output.shape[2:]
    padded = np.pad(input, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))
    grad_padded, grad_weight = np.zeros_like(padded), np.zeros_like(weight)
    for u, v in np.ndindex(weight.shape[2:]):
        met = np.s_[:, :, u : u + s_h * h_o : s_h, v : v + s_w * w_o : s_w]
        grad_weight[:, :, u, v] = np.einsum("noyx,ncyx->oc", grad_output, padded[met])
        grad_padded[met] += np.einsum("noyx,oc->ncyx", grad_output, weight[:, :, u, v])
    return grad_padded[:, :, :h, :w], grad_weight, grad_output.sum(axis=(0, 2, 3))


def backward_bias_per_sample(grad_output, input, weight, stride=1, padding=0):
    (s_h, s_w), (p_h, p_w) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    (h, w), (h_o, w_o) = input.shape[2:], grad_output.shape[2:]
    padded = np.pad(input, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))
    grad_padded, grad_weight = np.zeros_like(padded), np.zeros_like(weight)
    for u, v in np.ndindex(weight.shape[2:]):
        met = np.s_[:, :, u : u + s_h * h_o : s_h, v : v + s_w * w_o : s_w]
        grad_weight[:, :, u, v] = np.einsum("noyx,ncyx->oc", grad_output, padded[met])
        grad_padded[met] += np.einsum("noyx,oc->ncyx", grad_output, weight[:, :, u, v])
    return grad_padded[:, :, p_h : p_h + h, p_w : p_w + w], grad_weight, grad_output.sum(axis=(2, 3))


def backward_mean_of_batch(grad_output, input, weight, stride=1, padding=0):
    (s_h, s_w), (p_h, p_w) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    (h, w), (h_o, w_o) = input.shape[2:], grad_output.shape[2:]
    padded = np.pad(input, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))
    grad_padded, grad_weight = np.zeros_like(padded), np.zeros_like(weight)
    for u, v in np.ndindex(weight.shape[2:]):
        met = np.s_[:, :, u : u + s_h * h_o : s_h, v : v + s_w * w_o : s_w]
        grad_weight[:, :, u, v] = np.einsum("noyx,ncyx->oc", grad_output, padded[met]) / len(input)
        grad_padded[met] += np.einsum("noyx,oc->ncyx", grad_output, weight[:, :, u, v])
    grad_input = grad_padded[:, :, p_h : p_h + h, p_w : p_w + w]
    return grad_input, grad_weight, grad_output.sum(axis=(2, 3)).mean(axis=0)


def repair_zero_padding(input, weight, stride=1, padding=0):
    """Slide kernels over images that are surrounded by zeros, without making a padded copy."""
    (h, w), (k_h, k_w) = input.shape[2:], weight.shape[2:]
    h_o = (h + 2 * padding - k_h) // stride + 1
    w_o = (w + 2 * padding - k_w) // stride + 1
    output = np.zeros((len(input), len(weight), h_o, w_o))
    for y, x in np.ndindex(h_o, w_o):
        for u, v in np.ndindex(k_h, k_w):
            row = y * stride + u - padding
            column = x * stride + v - padding
            if row < h and column < w:
                output[:, :, y, x] += input[:, :, row, column] @ weight[:, :, u, v].T
    return output


def repair_rows_only(input, weight, stride=1, padding=0):
    (h, w), (k_h, k_w) = input.shape[2:], weight.shape[2:]
    h_o = (h + 2 * padding - k_h) // stride + 1
    w_o = (w + 2 * padding - k_w) // stride + 1
    output = np.zeros((len(input), len(weight), h_o, w_o))
    for y, x in np.ndindex(h_o, w_o):
        for u, v in np.ndindex(k_h, k_w):
            row = y * stride + u - padding
            column = x * stride + v - padding
            if 0 <= row < h and column < w:
                output[:, :, y, x] += input[:, :, row, column] @ weight[:, :, u, v].T
    return output


def repair_first_lines_lost(input, weight, stride=1, padding=0):
    (h, w), (k_h, k_w) = input.shape[2:], weight.shape[2:]
    h_o = (h + 2 * padding - k_h) // stride + 1
    w_o = (w + 2 * padding - k_w) // stride + 1
    output = np.zeros((len(input), len(weight), h_o, w_o))
    for y, x in np.ndindex(h_o, w_o):
        for u, v in np.ndindex(k_h, k_w):
            row = y * stride + u - padding
            column = x * stride + v - padding
            if 0 < row < h and 0 < column < w:
                output[:, :, y, x] += input[:, :, row, column] @ weight[:, :, u, v].T
    return output


def repair_replicated(input, weight, stride=1, padding=0):
    (h, w), (k_h, k_w) = input.shape[2:], weight.shape[2:]
    h_o = (h + 2 * padding - k_h) // stride + 1
    w_o = (w + 2 * padding - k_w) // stride + 1
    output = np.zeros((len(input), len(weight), h_o, w_o))
    for y, x in np.ndindex(h_o, w_o):
        for u, v in np.ndindex(k_h, k_w):
            row = max(y * stride + u - padding, 0)
            column = max(x * stride + v - padding, 0)
            if row < h and column < w:
                output[:, :, y, x] += input[:, :, row, column] @ weight[:, :, u, v].T
    return output


def repair_reflected(input, weight, stride=1, padding=0):
    (h, w), (k_h, k_w) = input.shape[2:], weight.shape[2:]
    h_o = (h + 2 * padding - k_h) // stride + 1
    w_o = (w + 2 * padding - k_w) // stride + 1
    output = np.zeros((len(input), len(weight), h_o, w_o))
    for y, x in np.ndindex(h_o, w_o):
        for u, v in np.ndindex(k_h, k_w):
            row = abs(y * stride + u - padding)
            column = abs(x * stride + v - padding)
            if row < h and column < w:
                output[:, :, y, x] += input[:, :, row, column] @ weight[:, :, u, v].T
    return output


def repair_padding_dropped(input, weight, stride=1, padding=0):
    (h, w), (k_h, k_w) = input.shape[2:], weight.shape[2:]
    h_o = (h - k_h) // stride + 1
    w_o = (w - k_w) // stride + 1
    output = np.zeros((len(input), len(weight), h_o, w_o))
    for y, x in np.ndindex(h_o, w_o):
        for u, v in np.ndindex(k_h, k_w):
            output[:, :, y, x] += input[:, :, y * stride + u, x * stride + v] @ weight[:, :, u, v].T
    return output
