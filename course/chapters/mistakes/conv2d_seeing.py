"""Wrong versions of chapter 07's second half: receptive fields, kernels that find no edges, a convolution to repair."""

# ruff: noqa: D103 - the misconception that holds it says what it is

import numpy as np


def field_no_strides(kernel_sizes, strides):
    field = 1
    for k in kernel_sizes:
        field += k - 1
    return field


def field_whole_kernels(kernel_sizes, strides):
    field, step = 0, 1
    for k, s in zip(kernel_sizes, strides, strict=True):
        field += k * step
        step *= s
    return field


def field_own_stride(kernel_sizes, strides):
    field, step = 1, 1
    for k, s in zip(kernel_sizes, strides, strict=True):
        step *= s
        field += (k - 1) * step
    return field


def field_strides_not_multiplied(kernel_sizes, strides):
    field, before = 1, 1
    for k, s in zip(kernel_sizes, strides, strict=True):
        field += (k - 1) * before
        before = s
    return field


def field_strides_added(kernel_sizes, strides):
    field, step = 1, 1
    for k, s in zip(kernel_sizes, strides, strict=True):
        field += (k - 1) * step
        step += s - 1
    return field


def field_product_of_kernels(kernel_sizes, strides):
    field = 1
    for k in kernel_sizes:
        field *= k
    return field


def field_starts_at_zero(kernel_sizes, strides):
    field, step = 0, 1
    for k, s in zip(kernel_sizes, strides, strict=True):
        field += (k - 1) * step
        step *= s
    return field


def field_last_layer_only(kernel_sizes, strides):
    return kernel_sizes[-1]


def field_from_the_end_wrongly(kernel_sizes, strides):
    field = 1
    for k, s in zip(kernel_sizes, strides, strict=True):
        field = (field - 1) * s + k
    return field


horizontal = np.array([[-1.0, -2.0, -1.0], [0.0, 0.0, 0.0], [1.0, 2.0, 1.0]])
every_direction = np.array([[0.0, -1.0, 0.0], [-1.0, 4.0, -1.0], [0.0, -1.0, 0.0]])
sum_not_zero = np.array([[-1.0, 0.0, 2.0], [-2.0, 0.0, 4.0], [-1.0, 0.0, 2.0]])
nothing = np.zeros((3, 3))


def repair_conv2d(input, weight, bias=None):
    """Slide kernels over images: (n, c_i, h, w) and (c_o, c_i, k_h, k_w) give (n, c_o, h_o, w_o)."""
    h_o = input.shape[2] - weight.shape[2] + 1
    w_o = input.shape[3] - weight.shape[3] + 1
    output = np.zeros((len(input), len(weight), h_o, w_o))
    for u in range(weight.shape[2]):
        for v in range(weight.shape[3]):
            met = input[:, :, v : v + h_o, u : u + w_o]
            output += np.tensordot(weight[:, :, u, v], met, axes=(1, 1)).swapaxes(0, 1)
    if bias is not None:
        output = output + bias.reshape(-1, 1, 1)
    return output


def repair_flipped(input, weight, bias=None):
    h_o = input.shape[2] - weight.shape[2] + 1
    w_o = input.shape[3] - weight.shape[3] + 1
    output = np.zeros((len(input), len(weight), h_o, w_o))
    for u in range(weight.shape[2]):
        for v in range(weight.shape[3]):
            met = input[:, :, u : u + h_o, v : v + w_o]
            output += np.tensordot(weight[:, :, -1 - u, -1 - v], met, axes=(1, 1)).swapaxes(0, 1)
    if bias is not None:
        output = output + bias.reshape(-1, 1, 1)
    return output


def repair_rows_only(input, weight, bias=None):
    h_o = input.shape[2] - weight.shape[2] + 1
    w_o = input.shape[3] - weight.shape[3] + 1
    output = np.zeros((len(input), len(weight), h_o, w_o))
    for u in range(weight.shape[2]):
        for v in range(weight.shape[3]):
            met = input[:, :, u : u + h_o, u : u + w_o]
            output += np.tensordot(weight[:, :, u, v], met, axes=(1, 1)).swapaxes(0, 1)
    if bias is not None:
        output = output + bias.reshape(-1, 1, 1)
    return output


def repair_columns_only(input, weight, bias=None):
    h_o = input.shape[2] - weight.shape[2] + 1
    w_o = input.shape[3] - weight.shape[3] + 1
    output = np.zeros((len(input), len(weight), h_o, w_o))
    for u in range(weight.shape[2]):
        for v in range(weight.shape[3]):
            met = input[:, :, v : v + h_o, v : v + w_o]
            output += np.tensordot(weight[:, :, u, v], met, axes=(1, 1)).swapaxes(0, 1)
    if bias is not None:
        output = output + bias.reshape(-1, 1, 1)
    return output


def repair_output_transposed(input, weight, bias=None):
    h_o = input.shape[2] - weight.shape[2] + 1
    w_o = input.shape[3] - weight.shape[3] + 1
    output = np.zeros((len(input), len(weight), h_o, w_o))
    for u in range(weight.shape[2]):
        for v in range(weight.shape[3]):
            met = input[:, :, u : u + h_o, v : v + w_o]
            output += np.tensordot(weight[:, :, u, v], met, axes=(1, 1)).swapaxes(0, 1)
    if bias is not None:
        output = output + bias.reshape(-1, 1, 1)
    return output.swapaxes(2, 3)
