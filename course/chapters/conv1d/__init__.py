"""The convolution along one axis, its output size and parameters, and its gradients."""

from __future__ import annotations

from course.chapters.conv1d import (
    conv1d,
    conv1d_backward,
    conv1d_kernel_size,
    conv1d_loops,
    conv1d_num_parameters,
    conv_output_size,
    repair_conv1d,
)

EXERCISES = (
    conv1d_loops.EXERCISE,
    conv1d.EXERCISE,
    conv_output_size.EXERCISE,
    conv1d_num_parameters.EXERCISE,
    conv1d_kernel_size.EXERCISE,
    conv1d_backward.EXERCISE,
    repair_conv1d.EXERCISE,
)
