"""Wrong versions of chapter 09, the layers. Each stands on NumPy alone: its source can be handed in."""

# ruff: noqa: D103 - the misconception that holds it says what it is

import numpy as np


def grouped_first_channels(input, weight, bias=None, groups=1):
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[2:], axis=(2, 3))
    output = np.einsum("ncyxuv,ocuv->noyx", windows[:, : weight.shape[1]], weight)
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis]


def grouped_inputs_interleaved(input, weight, bias=None, groups=1):
    per_group = len(weight) // groups
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[2:], axis=(2, 3))
    outputs = [
        np.einsum("ncyxuv,ocuv->noyx", windows[:, q::groups], weight[q * per_group : (q + 1) * per_group])
        for q in range(groups)
    ]
    output = np.concatenate(outputs, axis=1)
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis]


def grouped_outputs_interleaved(input, weight, bias=None, groups=1):
    per_group = weight.shape[1]
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[2:], axis=(2, 3))
    outputs = [
        np.einsum("ncyxuv,cuv->nyx", windows[:, (o % groups) * per_group : (o % groups + 1) * per_group], weight[o])
        for o in range(len(weight))
    ]
    output = np.stack(outputs, axis=1)
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis]


def grouped_all_channels(input, weight, bias=None, groups=1):
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[2:], axis=(2, 3))
    output = np.einsum("ncyxuv,ocuv->noyx", windows, np.tile(weight, (1, groups, 1, 1)))
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis]


def grouped_as_one_group(input, weight, bias=None, groups=1):
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[2:], axis=(2, 3))
    output = np.einsum("ncyxuv,ocuv->noyx", windows, weight)
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis]


def grouped_first_kernels(input, weight, bias=None, groups=1):
    per_group = weight.shape[1]
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[2:], axis=(2, 3))
    kernels = weight[: len(weight) // groups]
    outputs = [
        np.einsum("ncyxuv,ocuv->noyx", windows[:, q * per_group : (q + 1) * per_group], kernels) for q in range(groups)
    ]
    output = np.concatenate(outputs, axis=1)
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis]


def grouped_summed(input, weight, bias=None, groups=1):
    per_group, outputs = weight.shape[1], len(weight) // groups
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[2:], axis=(2, 3))
    output = np.zeros((len(input), len(weight), *windows.shape[2:4]))
    for q in range(groups):
        met = windows[:, q * per_group : (q + 1) * per_group]
        output[:, :outputs] += np.einsum("ncyxuv,ocuv->noyx", met, weight[q * outputs : (q + 1) * outputs])
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis]


def grouped_no_bias(input, weight, bias=None, groups=1):
    c_i, (c_o, per_group, k_h, k_w) = input.shape[1], weight.shape
    windows = np.lib.stride_tricks.sliding_window_view(input, (k_h, k_w), axis=(2, 3))
    outputs = [
        np.einsum("ncyxuv,cuv->nyx", windows[:, first : first + per_group], weight[o])
        for o, first in enumerate(np.repeat(np.arange(0, c_i, per_group), c_o // groups))
    ]
    return np.stack(outputs, axis=1)


def depthwise_all_channels(input, weight, bias=None):
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[1:], axis=(2, 3))
    output = np.einsum("ncyxuv,ouv->noyx", windows, weight)
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis]


def depthwise_summed(input, weight, bias=None):
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[1:], axis=(2, 3))
    output = np.einsum("ncyxuv,cuv->nyx", windows, weight)[:, np.newaxis]
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis]


def depthwise_first_kernel(input, weight, bias=None):
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[1:], axis=(2, 3))
    output = np.einsum("ncyxuv,uv->ncyx", windows, weight[0])
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis]


def depthwise_flipped(input, weight, bias=None):
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[1:], axis=(2, 3))
    output = np.einsum("ncyxuv,cuv->ncyx", windows, weight[:, ::-1, ::-1])
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis]


def depthwise_no_bias(input, weight, bias=None):
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[1:], axis=(2, 3))
    return np.einsum("ncyxuv,cuv->ncyx", windows, weight)


def depthwise_bias_per_column(input, weight, bias=None):
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[1:], axis=(2, 3))
    output = np.einsum("ncyxuv,cuv->ncyx", windows, weight)
    return output if bias is None else output + bias


def pointwise_reshaped(input, weight, bias=None):
    n, c_i, h, w = input.shape
    output = (input.reshape(n * h * w, c_i) @ weight[:, :, 0, 0].T).reshape(n, len(weight), h, w)
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis]


def pointwise_channels_last(input, weight, bias=None):
    output = np.einsum("nchw,oc->nhwo", input, weight[:, :, 0, 0])
    return output if bias is None else output + bias


def pointwise_weight_reshaped(input, weight, bias=None):
    kernels = weight.reshape(weight.shape[1], weight.shape[0])
    output = np.einsum("nchw,co->nohw", input, kernels)
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis]


def pointwise_mean(input, weight, bias=None):
    output = np.einsum("nchw,oc->nohw", input, weight[:, :, 0, 0]) / input.shape[1]
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis]


def pointwise_no_bias(input, weight, bias=None):
    return np.einsum("nchw,oc->nohw", input, weight[:, :, 0, 0])


def pointwise_bias_per_column(input, weight, bias=None):
    output = np.einsum("nchw,oc->nohw", input, weight[:, :, 0, 0])
    return output if bias is None else output + bias


def pointwise_backward_bias_per_sample(grad_output, input, weight):
    grad_input = np.einsum("nohw,oc->nchw", grad_output, weight[:, :, 0, 0])
    grad_weight = np.einsum("nohw,nchw->oc", grad_output, input)[:, :, np.newaxis, np.newaxis]
    return grad_input, grad_weight, grad_output.sum(axis=(2, 3))


def pointwise_backward_bias_per_pixel(grad_output, input, weight):
    grad_input = np.einsum("nohw,oc->nchw", grad_output, weight[:, :, 0, 0])
    grad_weight = np.einsum("nohw,nchw->oc", grad_output, input)[:, :, np.newaxis, np.newaxis]
    return grad_input, grad_weight, grad_output.sum(axis=0)


def pointwise_backward_axes_dropped(grad_output, input, weight):
    grad_input = np.einsum("nohw,oc->nchw", grad_output, weight[:, :, 0, 0])
    return grad_input, np.einsum("nohw,nchw->oc", grad_output, input), grad_output.sum(axis=(0, 2, 3))


def pointwise_backward_mean(grad_output, input, weight):
    n, _, h, w = input.shape
    grad_input = np.einsum("nohw,oc->nchw", grad_output, weight[:, :, 0, 0])
    grad_weight = np.einsum("nohw,nchw->oc", grad_output, input)[:, :, np.newaxis, np.newaxis]
    return grad_input, grad_weight / (n * h * w), grad_output.mean(axis=(0, 2, 3))


def pointwise_backward_transposed(grad_output, input, weight):
    grad_input = np.einsum("nohw,oc->nchw", grad_output, weight[:, :, 0, 0])
    grad_weight = np.einsum("nohw,nchw->co", grad_output, input)[:, :, np.newaxis, np.newaxis]
    return grad_input, grad_weight, grad_output.sum(axis=(0, 2, 3))


def pointwise_backward_input_per_channel(grad_output, input, weight):
    kernels = weight[:, :, 0, 0].sum(axis=0)[:, np.newaxis, np.newaxis]
    grad_input = grad_output.sum(axis=1, keepdims=True) * kernels
    grad_weight = np.einsum("nohw,nchw->oc", grad_output, input)[:, :, np.newaxis, np.newaxis]
    return grad_input, grad_weight, grad_output.sum(axis=(0, 2, 3))


def repair_groups(input, weight, groups):
    """Slide grouped kernels over images: (n, c_i, h, w) and (c_o, c_i/g, k_h, k_w) give (n, c_o, h_o, w_o)."""
    h_o = input.shape[2] - weight.shape[2] + 1
    w_o = input.shape[3] - weight.shape[3] + 1
    output = np.zeros((len(input), len(weight), h_o, w_o))
    for q in range(groups):
        ins, outs = slice(q, None, groups), slice(q, None, groups)
        for u, v in np.ndindex(weight.shape[2:]):
            met = input[:, ins, u : u + h_o, v : v + w_o]
            output[:, outs] += np.tensordot(met, weight[outs, :, u, v], axes=(1, 1)).transpose(0, 3, 1, 2)
    return output


def repair_groups_inputs_only(input, weight, groups):
    h_o = input.shape[2] - weight.shape[2] + 1
    w_o = input.shape[3] - weight.shape[3] + 1
    output = np.zeros((len(input), len(weight), h_o, w_o))
    size = input.shape[1] // groups
    for q in range(groups):
        ins, outs = slice(q * size, (q + 1) * size), slice(q, None, groups)
        for u, v in np.ndindex(weight.shape[2:]):
            met = input[:, ins, u : u + h_o, v : v + w_o]
            output[:, outs] += np.tensordot(met, weight[outs, :, u, v], axes=(1, 1)).transpose(0, 3, 1, 2)
    return output


def repair_groups_outputs_only(input, weight, groups):
    h_o = input.shape[2] - weight.shape[2] + 1
    w_o = input.shape[3] - weight.shape[3] + 1
    output = np.zeros((len(input), len(weight), h_o, w_o))
    size = len(weight) // groups
    for q in range(groups):
        ins, outs = slice(q, None, groups), slice(q * size, (q + 1) * size)
        for u, v in np.ndindex(weight.shape[2:]):
            met = input[:, ins, u : u + h_o, v : v + w_o]
            output[:, outs] += np.tensordot(met, weight[outs, :, u, v], axes=(1, 1)).transpose(0, 3, 1, 2)
    return output


def repair_groups_first_inputs(input, weight, groups):
    h_o = input.shape[2] - weight.shape[2] + 1
    w_o = input.shape[3] - weight.shape[3] + 1
    output = np.zeros((len(input), len(weight), h_o, w_o))
    size = len(weight) // groups
    for q in range(groups):
        ins, outs = slice(weight.shape[1]), slice(q * size, (q + 1) * size)
        for u, v in np.ndindex(weight.shape[2:]):
            met = input[:, ins, u : u + h_o, v : v + w_o]
            output[:, outs] += np.tensordot(met, weight[outs, :, u, v], axes=(1, 1)).transpose(0, 3, 1, 2)
    return output
