"""Wrong versions of chapter 03's smooth layers: sigmoid, tanh, SiLU and GELU."""

# ruff: noqa: D103 - the misconception that holds it says what it is

import numpy as np


def sigmoid_sign(input):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(input))


def sigmoid_overflow_right(input):
    with np.errstate(all="ignore"):
        return np.exp(input) / (1 + np.exp(input))


def sigmoid_overflow_left(input):
    with np.errstate(all="ignore"):
        return 1 - np.exp(-input) / (1 + np.exp(-input))


def sigmoid_clipped(input):
    return 1 / (1 + np.exp(-np.clip(input, -10, 10)))


def sigmoid_tanh(input):
    return np.tanh(input)


def sigmoid_softmax(input):
    powers = np.exp(input - input.max(initial=-np.inf))
    return powers / powers.sum()


def sigmoid_slope(input):
    small = np.exp(-np.abs(input))
    return small / (1 + small) ** 2


def sigmoid_brackets(input):
    with np.errstate(over="ignore"):
        return 1 / 1 + np.exp(-input)


def tanh_overflow(input):
    with np.errstate(all="ignore"):
        up, down = np.exp(input), np.exp(-input)
        return (up - down) / (up + down)


def tanh_overflow_right(input):
    with np.errstate(all="ignore"):
        power = np.exp(2 * input)
        return (power - 1) / (power + 1)


def tanh_sigmoid(input):
    small = np.exp(-np.abs(input))
    return np.where(input >= 0, 1, small) / (1 + small)


def tanh_input_not_doubled(input):
    small = np.exp(-np.abs(input))
    return 2 * np.where(input >= 0, 1, small) / (1 + small) - 1


def tanh_clipped(input):
    return np.clip(input, -1, 1)


def tanh_tangent(input):
    return np.tan(input)


def tanh_slope(input):
    return 1 - np.tanh(input) ** 2


def tanh_sign(input):
    return -np.tanh(input)


def silu_gate_alone(input):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-input))


def silu_without_gate(input):
    return np.maximum(input, 0)


def silu_gate_reversed(input):
    with np.errstate(over="ignore"):
        return input / (1 + np.exp(input))


def silu_overflow(input):
    with np.errstate(all="ignore"):
        return input * np.exp(input) / (1 + np.exp(input))


def silu_quick_gelu(input):
    with np.errstate(over="ignore"):
        return input / (1 + np.exp(-1.702 * input))


def silu_gate_twice(input):
    with np.errstate(over="ignore"):
        return input / (1 + np.exp(-input)) ** 2


def silu_tanh_gate(input):
    return input * np.tanh(input)


def silu_gate_of_gate(input):
    with np.errstate(over="ignore"):
        gate = 1 / (1 + np.exp(-input))
        return gate / (1 + np.exp(-gate))


def gelu_always_tanh(input, approximate="none"):
    return input * (1 + np.tanh(np.sqrt(2 / np.pi) * (input + 0.044715 * input**3))) / 2


def gelu_always_exact(input, approximate="none"):
    def erf(x):
        # Gauss's rule: NumPy has no erf
        nodes, weights = np.polynomial.legendre.leggauss(48)
        end = np.clip(x, -6, 6)[..., np.newaxis]
        return (weights * end * np.exp(-((end * (nodes + 1) / 2) ** 2))).sum(axis=-1) / np.sqrt(np.pi)

    return input * (1 + erf(input / np.sqrt(2))) / 2


def gelu_exchanged(input, approximate="none"):
    def erf(x):
        # Gauss's rule: NumPy has no erf
        nodes, weights = np.polynomial.legendre.leggauss(48)
        end = np.clip(x, -6, 6)[..., np.newaxis]
        return (weights * end * np.exp(-((end * (nodes + 1) / 2) ** 2))).sum(axis=-1) / np.sqrt(np.pi)

    if approximate == "tanh":
        return input * (1 + erf(input / np.sqrt(2))) / 2
    return input * (1 + np.tanh(np.sqrt(2 / np.pi) * (input + 0.044715 * input**3))) / 2


def gelu_sigmoid_form(input, approximate="none"):
    with np.errstate(over="ignore"):
        return input / (1 + np.exp(-1.702 * input))


def gelu_root_forgotten(input, approximate="none"):
    def erf(x):
        # Gauss's rule: NumPy has no erf
        nodes, weights = np.polynomial.legendre.leggauss(48)
        end = np.clip(x, -6, 6)[..., np.newaxis]
        return (weights * end * np.exp(-((end * (nodes + 1) / 2) ** 2))).sum(axis=-1) / np.sqrt(np.pi)

    if approximate == "tanh":
        return input * (1 + np.tanh(np.sqrt(2 / np.pi) * (input + 0.044715 * input**3))) / 2
    return input * (1 + erf(input)) / 2


def gelu_gate_alone(input, approximate="none"):
    def erf(x):
        # Gauss's rule: NumPy has no erf
        nodes, weights = np.polynomial.legendre.leggauss(48)
        end = np.clip(x, -6, 6)[..., np.newaxis]
        return (weights * end * np.exp(-((end * (nodes + 1) / 2) ** 2))).sum(axis=-1) / np.sqrt(np.pi)

    if approximate == "tanh":
        return (1 + np.tanh(np.sqrt(2 / np.pi) * (input + 0.044715 * input**3))) / 2
    return (1 + erf(input / np.sqrt(2))) / 2


def gelu_not_halved(input, approximate="none"):
    def erf(x):
        # Gauss's rule: NumPy has no erf
        nodes, weights = np.polynomial.legendre.leggauss(48)
        end = np.clip(x, -6, 6)[..., np.newaxis]
        return (weights * end * np.exp(-((end * (nodes + 1) / 2) ** 2))).sum(axis=-1) / np.sqrt(np.pi)

    if approximate == "tanh":
        return input * (1 + np.tanh(np.sqrt(2 / np.pi) * (input + 0.044715 * input**3)))
    return input * (1 + erf(input / np.sqrt(2)))


def gelu_cube_outside(input, approximate="none"):
    def erf(x):
        # Gauss's rule: NumPy has no erf
        nodes, weights = np.polynomial.legendre.leggauss(48)
        end = np.clip(x, -6, 6)[..., np.newaxis]
        return (weights * end * np.exp(-((end * (nodes + 1) / 2) ** 2))).sum(axis=-1) / np.sqrt(np.pi)

    if approximate == "tanh":
        return input * (1 + np.tanh(np.sqrt(2 / np.pi) * input + 0.044715 * input**3)) / 2
    return input * (1 + erf(input / np.sqrt(2))) / 2
