"""Wrong versions of chapter 12: the gradients, and the function to be repaired."""

# ruff: noqa: D103 - the misconception that holds it says what it is

import numpy as np


def layer_back_statistics_constant(grad_output, input, weight, eps=1e-5):
    axes = tuple(range(-weight.ndim, 0))
    rows = tuple(range(input.ndim - weight.ndim))
    std = np.sqrt(input.var(axis=axes, keepdims=True) + eps)
    x_hat = (input - input.mean(axis=axes, keepdims=True)) / std
    g = grad_output * weight
    return g / std, (grad_output * x_hat).sum(axis=rows), grad_output.sum(axis=rows)


def layer_back_no_mean_term(grad_output, input, weight, eps=1e-5):
    axes = tuple(range(-weight.ndim, 0))
    rows = tuple(range(input.ndim - weight.ndim))
    std = np.sqrt(input.var(axis=axes, keepdims=True) + eps)
    x_hat = (input - input.mean(axis=axes, keepdims=True)) / std
    g = grad_output * weight
    grad_input = (g - x_hat * (g * x_hat).mean(axis=axes, keepdims=True)) / std
    return grad_input, (grad_output * x_hat).sum(axis=rows), grad_output.sum(axis=rows)


def layer_back_no_variance_term(grad_output, input, weight, eps=1e-5):
    axes = tuple(range(-weight.ndim, 0))
    rows = tuple(range(input.ndim - weight.ndim))
    std = np.sqrt(input.var(axis=axes, keepdims=True) + eps)
    x_hat = (input - input.mean(axis=axes, keepdims=True)) / std
    g = grad_output * weight
    grad_input = (g - g.mean(axis=axes, keepdims=True)) / std
    return grad_input, (grad_output * x_hat).sum(axis=rows), grad_output.sum(axis=rows)


def layer_back_weight_left_out(grad_output, input, weight, eps=1e-5):
    axes = tuple(range(-weight.ndim, 0))
    rows = tuple(range(input.ndim - weight.ndim))
    std = np.sqrt(input.var(axis=axes, keepdims=True) + eps)
    x_hat = (input - input.mean(axis=axes, keepdims=True)) / std
    g = grad_output
    grad_input = (g - g.mean(axis=axes, keepdims=True) - x_hat * (g * x_hat).mean(axis=axes, keepdims=True)) / std
    return grad_input, (grad_output * x_hat).sum(axis=rows), grad_output.sum(axis=rows)


def layer_back_weight_last(grad_output, input, weight, eps=1e-5):
    axes = tuple(range(-weight.ndim, 0))
    rows = tuple(range(input.ndim - weight.ndim))
    std = np.sqrt(input.var(axis=axes, keepdims=True) + eps)
    x_hat = (input - input.mean(axis=axes, keepdims=True)) / std
    g = grad_output
    grad_input = (g - g.mean(axis=axes, keepdims=True) - x_hat * (g * x_hat).mean(axis=axes, keepdims=True)) / std
    return grad_input * weight, (grad_output * x_hat).sum(axis=rows), grad_output.sum(axis=rows)


def layer_back_not_divided(grad_output, input, weight, eps=1e-5):
    axes = tuple(range(-weight.ndim, 0))
    rows = tuple(range(input.ndim - weight.ndim))
    std = np.sqrt(input.var(axis=axes, keepdims=True) + eps)
    x_hat = (input - input.mean(axis=axes, keepdims=True)) / std
    g = grad_output * weight
    grad_input = g - g.mean(axis=axes, keepdims=True) - x_hat * (g * x_hat).mean(axis=axes, keepdims=True)
    return grad_input, (grad_output * x_hat).sum(axis=rows), grad_output.sum(axis=rows)


def layer_back_sums_for_means(grad_output, input, weight, eps=1e-5):
    axes = tuple(range(-weight.ndim, 0))
    rows = tuple(range(input.ndim - weight.ndim))
    std = np.sqrt(input.var(axis=axes, keepdims=True) + eps)
    x_hat = (input - input.mean(axis=axes, keepdims=True)) / std
    g = grad_output * weight
    grad_input = (g - g.sum(axis=axes, keepdims=True) - x_hat * (g * x_hat).sum(axis=axes, keepdims=True)) / std
    return grad_input, (grad_output * x_hat).sum(axis=rows), grad_output.sum(axis=rows)


def layer_back_over_the_batch(grad_output, input, weight, eps=1e-5):
    axes = tuple(range(-weight.ndim, 0))
    rows = tuple(range(input.ndim - weight.ndim))
    std = np.sqrt(input.var(axis=axes, keepdims=True) + eps)
    x_hat = (input - input.mean(axis=axes, keepdims=True)) / std
    g = grad_output * weight
    grad_input = (g - g.mean(axis=0, keepdims=True) - x_hat * (g * x_hat).mean(axis=0, keepdims=True)) / std
    return grad_input, (grad_output * x_hat).sum(axis=rows), grad_output.sum(axis=rows)


def layer_back_input_for_x_hat(grad_output, input, weight, eps=1e-5):
    axes = tuple(range(-weight.ndim, 0))
    rows = tuple(range(input.ndim - weight.ndim))
    std = np.sqrt(input.var(axis=axes, keepdims=True) + eps)
    x_hat = (input - input.mean(axis=axes, keepdims=True)) / std
    g = grad_output * weight
    grad_input = (g - g.mean(axis=axes, keepdims=True) - x_hat * (g * x_hat).mean(axis=axes, keepdims=True)) / std
    return grad_input, (grad_output * input).sum(axis=rows), grad_output.sum(axis=rows)


def layer_back_mean_for_sum(grad_output, input, weight, eps=1e-5):
    axes = tuple(range(-weight.ndim, 0))
    rows = tuple(range(input.ndim - weight.ndim))
    std = np.sqrt(input.var(axis=axes, keepdims=True) + eps)
    x_hat = (input - input.mean(axis=axes, keepdims=True)) / std
    g = grad_output * weight
    grad_input = (g - g.mean(axis=axes, keepdims=True) - x_hat * (g * x_hat).mean(axis=axes, keepdims=True)) / std
    return grad_input, (grad_output * x_hat).mean(axis=rows), grad_output.mean(axis=rows)


def layer_back_first_axis_only(grad_output, input, weight, eps=1e-5):
    axes = tuple(range(-weight.ndim, 0))
    std = np.sqrt(input.var(axis=axes, keepdims=True) + eps)
    x_hat = (input - input.mean(axis=axes, keepdims=True)) / std
    g = grad_output * weight
    grad_input = (g - g.mean(axis=axes, keepdims=True) - x_hat * (g * x_hat).mean(axis=axes, keepdims=True)) / std
    return grad_input, (grad_output * x_hat).sum(axis=0), grad_output.sum(axis=0)


def layer_back_exchanged(grad_output, input, weight, eps=1e-5):
    axes = tuple(range(-weight.ndim, 0))
    rows = tuple(range(input.ndim - weight.ndim))
    std = np.sqrt(input.var(axis=axes, keepdims=True) + eps)
    x_hat = (input - input.mean(axis=axes, keepdims=True)) / std
    g = grad_output * weight
    grad_input = (g - g.mean(axis=axes, keepdims=True) - x_hat * (g * x_hat).mean(axis=axes, keepdims=True)) / std
    return grad_input, grad_output.sum(axis=rows), (grad_output * x_hat).sum(axis=rows)


def layer_back_no_eps(grad_output, input, weight, eps=1e-5):
    axes = tuple(range(-weight.ndim, 0))
    rows = tuple(range(input.ndim - weight.ndim))
    std = input.std(axis=axes, keepdims=True)
    x_hat = (input - input.mean(axis=axes, keepdims=True)) / std
    g = grad_output * weight
    grad_input = (g - g.mean(axis=axes, keepdims=True) - x_hat * (g * x_hat).mean(axis=axes, keepdims=True)) / std
    return grad_input, (grad_output * x_hat).sum(axis=rows), grad_output.sum(axis=rows)


def layer_back_unbiased(grad_output, input, weight, eps=1e-5):
    axes = tuple(range(-weight.ndim, 0))
    rows = tuple(range(input.ndim - weight.ndim))
    std = np.sqrt(input.var(axis=axes, ddof=1, keepdims=True) + eps)
    x_hat = (input - input.mean(axis=axes, keepdims=True)) / std
    g = grad_output * weight
    grad_input = (g - g.mean(axis=axes, keepdims=True) - x_hat * (g * x_hat).mean(axis=axes, keepdims=True)) / std
    return grad_input, (grad_output * x_hat).sum(axis=rows), grad_output.sum(axis=rows)


def batch_back_statistics_constant(grad_output, input, weight, eps=1e-5):
    axes = (0, 2, 3)
    std = np.sqrt(input.var(axis=axes, keepdims=True) + eps)
    x_hat = (input - input.mean(axis=axes, keepdims=True)) / std
    g = grad_output * weight.reshape(1, -1, 1, 1)
    return g / std, (grad_output * x_hat).sum(axis=axes), grad_output.sum(axis=axes)


def batch_back_no_mean_term(grad_output, input, weight, eps=1e-5):
    axes = (0, 2, 3)
    std = np.sqrt(input.var(axis=axes, keepdims=True) + eps)
    x_hat = (input - input.mean(axis=axes, keepdims=True)) / std
    g = grad_output * weight.reshape(1, -1, 1, 1)
    grad_input = (g - x_hat * (g * x_hat).mean(axis=axes, keepdims=True)) / std
    return grad_input, (grad_output * x_hat).sum(axis=axes), grad_output.sum(axis=axes)


def batch_back_no_variance_term(grad_output, input, weight, eps=1e-5):
    axes = (0, 2, 3)
    std = np.sqrt(input.var(axis=axes, keepdims=True) + eps)
    x_hat = (input - input.mean(axis=axes, keepdims=True)) / std
    g = grad_output * weight.reshape(1, -1, 1, 1)
    grad_input = (g - g.mean(axis=axes, keepdims=True)) / std
    return grad_input, (grad_output * x_hat).sum(axis=axes), grad_output.sum(axis=axes)


def batch_back_weight_left_out(grad_output, input, weight, eps=1e-5):
    axes = (0, 2, 3)
    std = np.sqrt(input.var(axis=axes, keepdims=True) + eps)
    x_hat = (input - input.mean(axis=axes, keepdims=True)) / std
    g = grad_output
    grad_input = (g - g.mean(axis=axes, keepdims=True) - x_hat * (g * x_hat).mean(axis=axes, keepdims=True)) / std
    return grad_input, (grad_output * x_hat).sum(axis=axes), grad_output.sum(axis=axes)


def batch_back_divided_by_n(grad_output, input, weight, eps=1e-5):
    axes = (0, 2, 3)
    std = np.sqrt(input.var(axis=axes, keepdims=True) + eps)
    x_hat = (input - input.mean(axis=axes, keepdims=True)) / std
    g = grad_output * weight.reshape(1, -1, 1, 1)
    n = len(input)
    mean_g = g.sum(axis=axes, keepdims=True) / n
    mean_gx = (g * x_hat).sum(axis=axes, keepdims=True) / n
    grad_input = (g - mean_g - x_hat * mean_gx) / std
    return grad_input, (grad_output * x_hat).sum(axis=axes), grad_output.sum(axis=axes)


def batch_back_per_sample(grad_output, input, weight, eps=1e-5):
    axes = (0, 2, 3)
    std = np.sqrt(input.var(axis=axes, keepdims=True) + eps)
    x_hat = (input - input.mean(axis=axes, keepdims=True)) / std
    g = grad_output * weight.reshape(1, -1, 1, 1)
    grad_input = (g - g.mean(axis=(2, 3), keepdims=True) - x_hat * (g * x_hat).mean(axis=(2, 3), keepdims=True)) / std
    return grad_input, (grad_output * x_hat).sum(axis=axes), grad_output.sum(axis=axes)


def batch_back_input_for_x_hat(grad_output, input, weight, eps=1e-5):
    axes = (0, 2, 3)
    std = np.sqrt(input.var(axis=axes, keepdims=True) + eps)
    x_hat = (input - input.mean(axis=axes, keepdims=True)) / std
    g = grad_output * weight.reshape(1, -1, 1, 1)
    grad_input = (g - g.mean(axis=axes, keepdims=True) - x_hat * (g * x_hat).mean(axis=axes, keepdims=True)) / std
    return grad_input, (grad_output * input).sum(axis=axes), grad_output.sum(axis=axes)


def batch_back_batch_axis_only(grad_output, input, weight, eps=1e-5):
    axes = (0, 2, 3)
    std = np.sqrt(input.var(axis=axes, keepdims=True) + eps)
    x_hat = (input - input.mean(axis=axes, keepdims=True)) / std
    g = grad_output * weight.reshape(1, -1, 1, 1)
    grad_input = (g - g.mean(axis=axes, keepdims=True) - x_hat * (g * x_hat).mean(axis=axes, keepdims=True)) / std
    return grad_input, (grad_output * x_hat).sum(axis=0), grad_output.sum(axis=0)


def batch_back_mean_for_sum(grad_output, input, weight, eps=1e-5):
    axes = (0, 2, 3)
    std = np.sqrt(input.var(axis=axes, keepdims=True) + eps)
    x_hat = (input - input.mean(axis=axes, keepdims=True)) / std
    g = grad_output * weight.reshape(1, -1, 1, 1)
    grad_input = (g - g.mean(axis=axes, keepdims=True) - x_hat * (g * x_hat).mean(axis=axes, keepdims=True)) / std
    return grad_input, (grad_output * x_hat).mean(axis=axes), grad_output.mean(axis=axes)


def batch_back_weight_along_width(grad_output, input, weight, eps=1e-5):
    axes = (0, 2, 3)
    std = np.sqrt(input.var(axis=axes, keepdims=True) + eps)
    x_hat = (input - input.mean(axis=axes, keepdims=True)) / std
    g = grad_output * weight
    grad_input = (g - g.mean(axis=axes, keepdims=True) - x_hat * (g * x_hat).mean(axis=axes, keepdims=True)) / std
    return grad_input, (grad_output * x_hat).sum(axis=axes), grad_output.sum(axis=axes)


def batch_back_no_eps(grad_output, input, weight, eps=1e-5):
    axes = (0, 2, 3)
    std = input.std(axis=axes, keepdims=True)
    x_hat = (input - input.mean(axis=axes, keepdims=True)) / std
    g = grad_output * weight.reshape(1, -1, 1, 1)
    grad_input = (g - g.mean(axis=axes, keepdims=True) - x_hat * (g * x_hat).mean(axis=axes, keepdims=True)) / std
    return grad_input, (grad_output * x_hat).sum(axis=axes), grad_output.sum(axis=axes)


def batch_back_unbiased(grad_output, input, weight, eps=1e-5):
    axes = (0, 2, 3)
    std = np.sqrt(input.var(axis=axes, ddof=1, keepdims=True) + eps)
    x_hat = (input - input.mean(axis=axes, keepdims=True)) / std
    g = grad_output * weight.reshape(1, -1, 1, 1)
    grad_input = (g - g.mean(axis=axes, keepdims=True) - x_hat * (g * x_hat).mean(axis=axes, keepdims=True)) / std
    return grad_input, (grad_output * x_hat).sum(axis=axes), grad_output.sum(axis=axes)


def batch_back_exchanged(grad_output, input, weight, eps=1e-5):
    axes = (0, 2, 3)
    std = np.sqrt(input.var(axis=axes, keepdims=True) + eps)
    x_hat = (input - input.mean(axis=axes, keepdims=True)) / std
    g = grad_output * weight.reshape(1, -1, 1, 1)
    grad_input = (g - g.mean(axis=axes, keepdims=True) - x_hat * (g * x_hat).mean(axis=axes, keepdims=True)) / std
    return grad_input, grad_output.sum(axis=axes), (grad_output * x_hat).sum(axis=axes)


def repair_layer_norm(input, weight, bias, eps=1e-5):
    """Normalize each row of input, shape (n, c), then scale and shift its features."""
    output = np.zeros(input.shape)
    for row in range(len(input)):
        values = input[row]
        mean = sum(values) / len(values)
        mean_of_squares = sum(values * values) / len(values)
        variance = mean_of_squares - mean * mean
        output[row] = weight * (values - mean) / (variance + eps) ** 0.5 + bias
    return output


def repair_clipped(input, weight, bias, eps=1e-5):
    output = np.zeros(input.shape)
    for row in range(len(input)):
        values = input[row]
        mean = sum(values) / len(values)
        mean_of_squares = sum(values * values) / len(values)
        variance = max(mean_of_squares - mean * mean, 0)
        output[row] = weight * (values - mean) / (variance + eps) ** 0.5 + bias
    return output


def repair_absolute(input, weight, bias, eps=1e-5):
    output = np.zeros(input.shape)
    for row in range(len(input)):
        values = input[row]
        mean = sum(values) / len(values)
        mean_of_squares = sum(values * values) / len(values)
        variance = abs(mean_of_squares - mean * mean)
        output[row] = weight * (values - mean) / (variance + eps) ** 0.5 + bias
    return output


def repair_one_mean_for_all(input, weight, bias, eps=1e-5):
    output = np.zeros(input.shape)
    for row in range(len(input)):
        values = input[row] - input.mean()
        mean = sum(values) / len(values)
        mean_of_squares = sum(values * values) / len(values)
        variance = mean_of_squares - mean * mean
        output[row] = weight * (values - mean) / (variance + eps) ** 0.5 + bias
    return output


def repair_unbiased(input, weight, bias, eps=1e-5):
    output = np.zeros(input.shape)
    for row in range(len(input)):
        values = input[row]
        mean = sum(values) / len(values)
        variance = sum((values - mean) ** 2) / (len(values) - 1)
        output[row] = weight * (values - mean) / (variance + eps) ** 0.5 + bias
    return output


def repair_sum_of_squares(input, weight, bias, eps=1e-5):
    output = np.zeros(input.shape)
    for row in range(len(input)):
        values = input[row]
        mean = sum(values) / len(values)
        variance = sum((values - mean) ** 2)
        output[row] = weight * (values - mean) / (variance + eps) ** 0.5 + bias
    return output
