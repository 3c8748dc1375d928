"""Layers that make images larger."""

from __future__ import annotations

from course.chapters.upsampling_and_residual import (
    conv_transpose2d,
    conv_transpose2d_backward,
    conv_transpose_output_size,
    repair_zero_insertion,
)

EXERCISES = (
    conv_transpose_output_size.EXERCISE,
    conv_transpose2d.EXERCISE,
    conv_transpose2d_backward.EXERCISE,
    repair_zero_insertion.EXERCISE,
)
