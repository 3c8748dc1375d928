"""Wrong versions of chapter 03's gradients."""

# ruff: noqa: D103 - the misconception that holds it says what it is

import numpy as np


def relu_zero_passes(grad_output, input):
    return grad_output * (input >= 0)


def relu_all_pass(grad_output, input):
    return grad_output.copy()


def relu_gradient_left_out(grad_output, input):
    return (input > 0).astype(float)


def relu_looks_at_gradient(grad_output, input):
    return grad_output * (grad_output > 0)


def relu_times_input(grad_output, input):
    return grad_output * np.maximum(input, 0)


def relu_changes_gradient(grad_output, input):
    grad_output[input <= 0] = 0
    return grad_output


def relu_blocked_positive(grad_output, input):
    return grad_output * (input < 0)


def relu_of_gradient_too(grad_output, input):
    return np.maximum(grad_output, 0) * (input > 0)


def sigmoid_applied_again(grad_output, output):
    again = 1 / (1 + np.exp(-output))
    return grad_output * again * (1 - again)


def sigmoid_gradient_left_out(grad_output, output):
    return output * (1 - output)


def sigmoid_tanh_slope(grad_output, output):
    return grad_output * (1 - output**2)


def sigmoid_half_product(grad_output, output):
    return grad_output * (1 - output)


def sigmoid_output_alone(grad_output, output):
    return grad_output * output


def sigmoid_sign(grad_output, output):
    return grad_output * output * (output - 1)


def sigmoid_gradient_inside(grad_output, output):
    return grad_output * output * (1 - grad_output * output)


def sigmoid_changes_gradient(grad_output, output):
    grad_output *= output * (1 - output)
    return grad_output


def gelu_gate_only(grad_output, input):
    def cdf(x):
        # Gauss's rule: NumPy has no erf
        nodes, weights = np.polynomial.legendre.leggauss(48)
        end = np.clip(x / np.sqrt(2), -6, 6)[..., np.newaxis]
        return 0.5 + (weights * end * np.exp(-((end * (nodes + 1) / 2) ** 2))).sum(axis=-1) / np.sqrt(4 * np.pi)

    return grad_output * cdf(input)


def gelu_slope_only(grad_output, input):
    return grad_output * input * np.exp(-(input**2) / 2) / np.sqrt(2 * np.pi)


def gelu_input_forgotten(grad_output, input):
    def cdf(x):
        # Gauss's rule: NumPy has no erf
        nodes, weights = np.polynomial.legendre.leggauss(48)
        end = np.clip(x / np.sqrt(2), -6, 6)[..., np.newaxis]
        return 0.5 + (weights * end * np.exp(-((end * (nodes + 1) / 2) ** 2))).sum(axis=-1) / np.sqrt(4 * np.pi)

    return grad_output * (cdf(input) + np.exp(-(input**2) / 2) / np.sqrt(2 * np.pi))


def gelu_half_forgotten(grad_output, input):
    def cdf(x):
        # Gauss's rule: NumPy has no erf
        nodes, weights = np.polynomial.legendre.leggauss(48)
        end = np.clip(x / np.sqrt(2), -6, 6)[..., np.newaxis]
        return 0.5 + (weights * end * np.exp(-((end * (nodes + 1) / 2) ** 2))).sum(axis=-1) / np.sqrt(4 * np.pi)

    return grad_output * (cdf(input) + input * np.exp(-(input**2)) / np.sqrt(2 * np.pi))


def gelu_inner_derivative(grad_output, input):
    def cdf(x):
        # Gauss's rule: NumPy has no erf
        nodes, weights = np.polynomial.legendre.leggauss(48)
        end = np.clip(x / np.sqrt(2), -6, 6)[..., np.newaxis]
        return 0.5 + (weights * end * np.exp(-((end * (nodes + 1) / 2) ** 2))).sum(axis=-1) / np.sqrt(4 * np.pi)

    return grad_output * (cdf(input) + input * np.exp(-(input**2) / 2) / np.sqrt(np.pi))


def gelu_density_unscaled(grad_output, input):
    def cdf(x):
        # Gauss's rule: NumPy has no erf
        nodes, weights = np.polynomial.legendre.leggauss(48)
        end = np.clip(x / np.sqrt(2), -6, 6)[..., np.newaxis]
        return 0.5 + (weights * end * np.exp(-((end * (nodes + 1) / 2) ** 2))).sum(axis=-1) / np.sqrt(4 * np.pi)

    return grad_output * (cdf(input) + input * np.exp(-(input**2) / 2))


def gelu_of_tanh_form(grad_output, input):
    scale = np.sqrt(2 / np.pi)
    t = np.tanh(scale * (input + 0.044715 * input**3))
    return grad_output * (1 + t + input * (1 - t**2) * scale * (1 + 3 * 0.044715 * input**2)) / 2


def gelu_gradient_left_out(grad_output, input):
    def cdf(x):
        # Gauss's rule: NumPy has no erf
        nodes, weights = np.polynomial.legendre.leggauss(48)
        end = np.clip(x / np.sqrt(2), -6, 6)[..., np.newaxis]
        return 0.5 + (weights * end * np.exp(-((end * (nodes + 1) / 2) ** 2))).sum(axis=-1) / np.sqrt(4 * np.pi)

    return cdf(input) + input * np.exp(-(input**2) / 2) / np.sqrt(2 * np.pi)
