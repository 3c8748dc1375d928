"""The convolution of images, its parameters and its work, and how much of the input one output sees."""

from __future__ import annotations

from course.chapters.conv2d import (
    conv2d,
    conv2d_macs,
    conv2d_num_parameters,
    edge_kernel,
    receptive_field,
    repair_conv2d,
)

EXERCISES = (
    conv2d.EXERCISE,
    conv2d_num_parameters.EXERCISE,
    conv2d_macs.EXERCISE,
    edge_kernel.EXERCISE,
    receptive_field.EXERCISE,
    repair_conv2d.EXERCISE,
)
