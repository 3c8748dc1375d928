"""Activation functions, their gradients, and what element-wise means."""

from __future__ import annotations

from course.chapters.activations import (
    gelu,
    gelu_backward,
    hardswish,
    is_elementwise,
    leaky_relu,
    relu,
    relu6,
    relu_backward,
    repair_mish,
    sigmoid,
    sigmoid_backward,
    silu,
    tanh,
)

EXERCISES = (
    relu.EXERCISE,
    leaky_relu.EXERCISE,
    relu6.EXERCISE,
    sigmoid.EXERCISE,
    tanh.EXERCISE,
    silu.EXERCISE,
    hardswish.EXERCISE,
    gelu.EXERCISE,
    is_elementwise.EXERCISE,
    relu_backward.EXERCISE,
    sigmoid_backward.EXERCISE,
    gelu_backward.EXERCISE,
    repair_mish.EXERCISE,
)
