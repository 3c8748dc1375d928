"""Wrong versions of chapter 06's gradients, and of what it gives to repair. Each stands on NumPy alone."""

# ruff: noqa: D103 - the misconception that holds it says what it is

import numpy as np


def backward_overwrites(grad_output, input, weight):
    w_o = grad_output.shape[2]
    grad_input, grad_weight = np.zeros_like(input), np.zeros_like(weight)
    for v in range(weight.shape[2]):
        grad_weight[:, :, v] = np.einsum("nox,ncx->oc", grad_output, input[:, :, v : v + w_o])
        grad_input[:, :, v : v + w_o] = np.einsum("nox,oc->ncx", grad_output, weight[:, :, v])
    return grad_input, grad_weight, grad_output.sum(axis=(0, 2))


def backward_last_window_only(grad_output, input, weight):
    k = weight.shape[2]
    grad_input, grad_weight = np.zeros_like(input), np.zeros_like(weight)
    for x in range(grad_output.shape[2]):
        grad_weight += np.einsum("no,ncv->ocv", grad_output[:, :, x], input[:, :, x : x + k])
        grad_input[:, :, x : x + k] = np.einsum("no,ocv->ncv", grad_output[:, :, x], weight)
    return grad_input, grad_weight, grad_output.sum(axis=(0, 2))


def backward_input_not_flipped(grad_output, input, weight):
    w_o = grad_output.shape[2]
    grad_input, grad_weight = np.zeros_like(input), np.zeros_like(weight)
    for v in range(weight.shape[2]):
        grad_weight[:, :, v] = np.einsum("nox,ncx->oc", grad_output, input[:, :, v : v + w_o])
        grad_input[:, :, v : v + w_o] += np.einsum("nox,oc->ncx", grad_output, weight[:, :, -1 - v])
    return grad_input, grad_weight, grad_output.sum(axis=(0, 2))


def backward_weight_flipped(grad_output, input, weight):
    w_o = grad_output.shape[2]
    grad_input, grad_weight = np.zeros_like(input), np.zeros_like(weight)
    for v in range(weight.shape[2]):
        grad_weight[:, :, -1 - v] = np.einsum("nox,ncx->oc", grad_output, input[:, :, v : v + w_o])
        grad_input[:, :, v : v + w_o] += np.einsum("nox,oc->ncx", grad_output, weight[:, :, v])
    return grad_input, grad_weight, grad_output.sum(axis=(0, 2))


def backward_bias_per_position(grad_output, input, weight):
    w_o = grad_output.shape[2]
    grad_input, grad_weight = np.zeros_like(input), np.zeros_like(weight)
    for v in range(weight.shape[2]):
        grad_weight[:, :, v] = np.einsum("nox,ncx->oc", grad_output, input[:, :, v : v + w_o])
        grad_input[:, :, v : v + w_o] += np.einsum("nox,oc->ncx", grad_output, weight[:, :, v])
    return grad_input, grad_weight, grad_output.sum(axis=0)


def backward_bias_per_sample(grad_output, input, weight):
    w_o = grad_output.shape[2]
    grad_input, grad_weight = np.zeros_like(input), np.zeros_like(weight)
    for v in range(weight.shape[2]):
        grad_weight[:, :, v] = np.einsum("nox,ncx->oc", grad_output, input[:, :, v : v + w_o])
        grad_input[:, :, v : v + w_o] += np.einsum("nox,oc->ncx", grad_output, weight[:, :, v])
    return grad_input, grad_weight, grad_output.sum(axis=2)


def backward_mean_of_batch(grad_output, input, weight):
    w_o = grad_output.shape[2]
    grad_input, grad_weight = np.zeros_like(input), np.zeros_like(weight)
    for v in range(weight.shape[2]):
        grad_weight[:, :, v] = np.einsum("nox,ncx->oc", grad_output, input[:, :, v : v + w_o])
        grad_input[:, :, v : v + w_o] += np.einsum("nox,oc->ncx", grad_output, weight[:, :, v])
    return grad_input, grad_weight / len(input), grad_output.sum(axis=2).mean(axis=0)


def backward_mean_of_positions(grad_output, input, weight):
    w_o = grad_output.shape[2]
    grad_input, grad_weight = np.zeros_like(input), np.zeros_like(weight)
    for v in range(weight.shape[2]):
        grad_weight[:, :, v] = np.einsum("nox,ncx->oc", grad_output, input[:, :, v : v + w_o])
        grad_input[:, :, v : v + w_o] += np.einsum("nox,oc->ncx", grad_output, weight[:, :, v])
    return grad_input, grad_weight / w_o, grad_output.mean(axis=2).sum(axis=0)


def backward_results_exchanged(grad_output, input, weight):
    w_o = grad_output.shape[2]
    grad_input, grad_weight = np.zeros_like(input), np.zeros_like(weight)
    for v in range(weight.shape[2]):
        grad_weight[:, :, v] = np.einsum("nox,ncx->oc", grad_output, input[:, :, v : v + w_o])
        grad_input[:, :, v : v + w_o] += np.einsum("nox,oc->ncx", grad_output, weight[:, :, v])
    return grad_weight, grad_input, grad_output.sum(axis=(0, 2))


def backward_valid_only(grad_output, input, weight):
    w_o, k = grad_output.shape[2], weight.shape[2]
    grad_input, grad_weight = np.zeros_like(input[:, :, : max(w_o - k + 1, 0)]), np.zeros_like(weight)
    for v in range(k):
        grad_weight[:, :, v] = np.einsum("nox,ncx->oc", grad_output, input[:, :, v : v + w_o])
        meets = grad_output[:, :, k - 1 - v : w_o - v]
        grad_input += np.einsum("nox,oc->ncx", meets, weight[:, :, v])
    return grad_input, grad_weight, grad_output.sum(axis=(0, 2))


def repair_conv1d(input, weight, bias=None):
    """Slide kernels along signals: (n, c_i, w) and (c_o, c_i, k) give (n, c_o, w - k + 1)."""
    samples = []
    for sample in input:
        rows = []
        for kernels in weight:
            total = 0
            for c in range(len(sample)):
                total = total + np.convolve(sample[c], kernels[c], mode="valid")
            rows.append(total)
        samples.append(rows)
    output = np.array(samples)
    if bias is not None:
        output = output + bias.reshape(-1, 1)
    return output


def repair_exchanged(input, weight, bias=None):
    samples = []
    for sample in input:
        rows = []
        for kernels in weight:
            total = 0
            for c in range(len(sample)):
                total = total + np.correlate(kernels[c], sample[c], mode="valid")
            rows.append(total)
        samples.append(rows)
    output = np.array(samples)
    if bias is not None:
        output = output + bias.reshape(-1, 1)
    return output


def repair_same(input, weight, bias=None):
    samples = []
    for sample in input:
        rows = []
        for kernels in weight:
            total = 0
            for c in range(len(sample)):
                total = total + np.correlate(sample[c], kernels[c], mode="same")
            rows.append(total)
        samples.append(rows)
    output = np.array(samples)
    if bias is not None:
        output = output + bias.reshape(-1, 1)
    return output


def repair_full(input, weight, bias=None):
    samples = []
    for sample in input:
        rows = []
        for kernels in weight:
            total = 0
            for c in range(len(sample)):
                total = total + np.correlate(sample[c], kernels[c], mode="full")
            rows.append(total)
        samples.append(rows)
    output = np.array(samples)
    if bias is not None:
        output = output + bias.reshape(-1, 1)
    return output


def repair_channels_flipped(input, weight, bias=None):
    samples = []
    for sample in input:
        rows = []
        for kernels in np.flip(weight, axis=(1, 2)):
            total = 0
            for c in range(len(sample)):
                total = total + np.convolve(sample[c], kernels[c], mode="valid")
            rows.append(total)
        samples.append(rows)
    output = np.array(samples)
    if bias is not None:
        output = output + bias.reshape(-1, 1)
    return output
