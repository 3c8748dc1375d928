"""Convolutions in groups, channel by channel, and pixel by pixel."""

from __future__ import annotations

from course.chapters.grouped_and_depthwise import (
    conv2d_grouped,
    depthwise_conv2d,
    grouped_num_parameters,
    pointwise_conv2d,
    pointwise_conv2d_backward,
    repair_groups,
    separable_saving,
)

EXERCISES = (
    conv2d_grouped.EXERCISE,
    depthwise_conv2d.EXERCISE,
    pointwise_conv2d.EXERCISE,
    grouped_num_parameters.EXERCISE,
    separable_saving.EXERCISE,
    pointwise_conv2d_backward.EXERCISE,
    repair_groups.EXERCISE,
)
