"""Layers as objects, a network of them, and what it costs. Linear, ReLU, Flatten and Sequential."""

from __future__ import annotations

from course.chapters.counting import (
    conv2d,
    count_parameters,
    flatten,
    linear,
    max_pool2d,
    relu,
    repair_conv2d_cost,
    sequential,
    summary,
)

EXERCISES = (
    linear.EXERCISE,
    relu.EXERCISE,
    conv2d.EXERCISE,
    max_pool2d.EXERCISE,
    flatten.EXERCISE,
    sequential.EXERCISE,
    count_parameters.EXERCISE,
    summary.EXERCISE,
    repair_conv2d_cost.EXERCISE,
)
