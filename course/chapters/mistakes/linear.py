"""Wrong versions of chapter 01, the linear layer. Each stands on NumPy alone: its source can be handed in."""

# ruff: noqa: D103 - the misconception that holds it says what it is

import numpy as np


def transposed_weight(input, weight, bias=None):
    output = input @ weight
    return output if bias is None else output + bias


def no_bias(input, weight, bias=None):
    return input @ weight.T


def bias_subtracted(input, weight, bias=None):
    output = input @ weight.T
    return output if bias is None else output - bias


def bias_per_sample(input, weight, bias=None):
    output = input @ weight.T
    return output if bias is None else output + bias.reshape(-1, 1)


def activation_left_in(input, weight, bias=None):
    output = input @ weight.T
    return np.maximum(output if bias is None else output + bias, 0)


def reshaped_weight(input, weight, bias=None):
    c_o, c_i = weight.shape
    output = input @ weight.reshape(c_i, c_o)
    return output if bias is None else output + bias


def bias_per_feature(input, weight, bias=None):
    output = input @ weight.T
    return output if bias is None else output + weight.shape[1] * bias


def last_product_only(input, weight, bias=None):
    output = input[:, -1:] * weight[:, -1]
    return output if bias is None else output + bias


def parameters_no_bias(in_features, out_features, bias=True):
    return in_features * out_features


def parameters_one_bias(in_features, out_features, bias=True):
    return in_features * out_features + (1 if bias else 0)


def parameters_bias_per_input(in_features, out_features, bias=True):
    return in_features * out_features + (in_features if bias else 0)


def parameters_bias_reversed(in_features, out_features, bias=True):
    return in_features * out_features + (0 if bias else out_features)


def parameters_always_bias(in_features, out_features, bias=True):
    return in_features * out_features + out_features


def macs_one_sample(input_shape, out_features):
    return input_shape[-1] * out_features


def macs_bias_counted(input_shape, out_features):
    return input_shape[0] * (input_shape[1] + 1) * out_features


def macs_counted_twice(input_shape, out_features):
    return 2 * input_shape[0] * input_shape[1] * out_features


def macs_bias_once(input_shape, out_features):
    return input_shape[0] * input_shape[1] * out_features + out_features


def macs_outputs(input_shape, out_features):
    return input_shape[0] * out_features


def macs_parameters(input_shape, out_features):
    return (input_shape[1] + 1) * out_features


def backward_weight_transposed(grad_output, input, weight):
    return grad_output @ weight, input.T @ grad_output, grad_output.sum(axis=0)


def backward_bias_not_summed(grad_output, input, weight):
    return grad_output @ weight, grad_output.T @ input, grad_output


def backward_mean(grad_output, input, weight):
    n = len(grad_output)
    return grad_output @ weight, grad_output.T @ input / n, grad_output.sum(axis=0) / n


def backward_bias_mean(grad_output, input, weight):
    return grad_output @ weight, grad_output.T @ input, grad_output.mean(axis=0)


def backward_input_transposed(grad_output, input, weight):
    return grad_output @ weight.T, grad_output.T @ input, grad_output.sum(axis=0)


def backward_results_exchanged(grad_output, input, weight):
    return grad_output.T @ input, grad_output @ weight, grad_output.sum(axis=0)


def backward_bias_over_outputs(grad_output, input, weight):
    return grad_output @ weight, grad_output.T @ input, grad_output.sum(axis=1)


def repair_as_given(input, weight, bias):
    """Give output (n, c_o) for input (n, c_i), weight (c_o, c_i) and bias (c_o,)."""
    output = np.zeros((len(input), len(weight)))
    for row in range(len(input)):
        output[row] = weight @ input[row]
    return output + bias.reshape(-1, 1)


def repair_without_bias(input, weight, bias):
    output = np.zeros((len(input), len(weight)))
    for row in range(len(input)):
        output[row] = weight @ input[row]
    return output


def repair_with_sum(input, weight, bias):
    output = np.zeros((len(input), len(weight)))
    for row in range(len(input)):
        output[row] = weight @ input[row] + bias.sum()
    return output


def repair_per_sample(input, weight, bias):
    output = np.zeros((len(input), len(weight)))
    for row in range(len(input)):
        output[row] = weight @ input[row] + bias[row]
    return output
