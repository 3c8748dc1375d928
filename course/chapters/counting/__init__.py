"""What a network is made of, its layers as objects, and what it costs."""

from __future__ import annotations

from course.chapters.counting import (
    conv2d,
    count_parameters,
    flatten,
    linear,
    max_pool2d,
    parameter_shapes,
    relu,
    repair_conv2d_cost,
    sequential,
    summary,
)

EXERCISES = (
    parameter_shapes.EXERCISE,
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
