"""Chapter 03: activation functions, their gradients, and what element-wise means."""

from __future__ import annotations

from course.chapters.activations_backward import GELU_BACKWARD, RELU_BACKWARD, SIGMOID_BACKWARD
from course.chapters.activations_elementwise import IS_ELEMENTWISE, REPAIR_MISH
from course.chapters.activations_inputs import CHAPTER
from course.chapters.activations_smooth import GELU, SIGMOID, SILU, TANH
from course.chapters.activations_straight import HARDSWISH, LEAKY_RELU, RELU, RELU6

__all__ = ["CHAPTER", "EXERCISES"]

EXERCISES = (
    RELU,
    LEAKY_RELU,
    RELU6,
    SIGMOID,
    TANH,
    SILU,
    HARDSWISH,
    GELU,
    IS_ELEMENTWISE,
    RELU_BACKWARD,
    SIGMOID_BACKWARD,
    GELU_BACKWARD,
    REPAIR_MISH,
)
