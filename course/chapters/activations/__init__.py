"""Activation functions, their gradients, and what element-wise means."""

from __future__ import annotations

from course.chapters.activations import (
    gelu,
    gelu_backward,
    glu,
    hardswish,
    is_elementwise,
    leaky_relu,
    pieces,
    relu,
    relu6,
    relu_backward,
    repair_mish,
    sigmoid,
    sigmoid_backward,
    silu,
    tanh,
    two_layer_network,
)

EXERCISES = (
    relu.EXERCISE,
    two_layer_network.EXERCISE,
    pieces.EXERCISE,
    leaky_relu.EXERCISE,
    relu6.EXERCISE,
    hardswish.EXERCISE,
    sigmoid.EXERCISE,
    tanh.EXERCISE,
    silu.EXERCISE,
    gelu.EXERCISE,
    glu.EXERCISE,
    is_elementwise.EXERCISE,
    relu_backward.EXERCISE,
    sigmoid_backward.EXERCISE,
    gelu_backward.EXERCISE,
    repair_mish.EXERCISE,
)
