"""Wrong versions of chapter 03's layers made of straight pieces: ReLU, leaky ReLU, ReLU6, hardswish."""

# ruff: noqa: D103 - the misconception that holds it says what it is

import numpy as np


def relu_changes_input(input):
    input[input < 0] = 0
    return input


def relu_step(input):
    return (input > 0).astype(float)


def relu_absolute(input):
    return np.abs(input)


def relu_minimum(input):
    return np.minimum(input, 0)


def relu_whole_array(input):
    return input.copy() if input.sum() > 0 else np.zeros_like(input)


def relu_capped_at_one(input):
    return np.clip(input, 0, 1)


def relu_leaks(input):
    return np.where(input > 0, input, 0.01 * input)


def leaky_changes_input(input, negative_slope=0.01):
    input[input < 0] *= negative_slope
    return input


def leaky_slope_ignored(input, negative_slope=0.01):
    return np.where(input > 0, input, 0.01 * input)


def leaky_not_at_all(input, negative_slope=0.01):
    return np.maximum(input, 0)


def leaky_positive_side(input, negative_slope=0.01):
    return np.where(input > 0, negative_slope * input, input)


def leaky_slope_alone(input, negative_slope=0.01):
    return np.where(input > 0, input, negative_slope)


def leaky_sign_lost(input, negative_slope=0.01):
    return np.where(input > 0, input, negative_slope * np.abs(input))


def leaky_maximum(input, negative_slope=0.01):
    return np.maximum(input, negative_slope * input)


def leaky_everywhere(input, negative_slope=0.01):
    return np.maximum(input, 0) + negative_slope * input


def relu6_changes_input(input):
    input[input < 0] = 0
    input[input > 6] = 6
    return input


def relu6_no_cap(input):
    return np.maximum(input, 0)


def relu6_no_floor(input):
    return np.minimum(input, 6)


def relu6_floor_at_minus_six(input):
    return np.clip(input, -6, 6)


def relu6_to_zero(input):
    return np.where((input > 0) & (input < 6), input, 0.0)


def relu6_scaled(input):
    return np.clip(input, 0, 6) / 6


def relu6_capped_at_one(input):
    return np.clip(input, 0, 1)


def hardswish_gate_alone(input):
    return np.clip(input + 3, 0, 6) / 6


def hardswish_not_divided(input):
    return input * np.clip(input + 3, 0, 6)


def hardswish_no_shift(input):
    return input * np.clip(input, 0, 6) / 6


def hardswish_no_cap(input):
    return input * np.maximum(input + 3, 0) / 6


def hardswish_no_floor(input):
    return input * np.minimum(input + 3, 6) / 6


def hardswish_product_capped(input):
    return np.clip(input * (input + 3), 0, 6) / 6


def hardswish_smooth_gate(input):
    with np.errstate(over="ignore"):
        return input / (1 + np.exp(-input))


def hardswish_added(input):
    return input + np.clip(input + 3, 0, 6) / 6
