"""Layers that make images larger, patches that become tokens, and the block of a residual network."""

from __future__ import annotations

from course.chapters.upsampling_and_residual import (
    conv_transpose2d,
    conv_transpose2d_backward,
    conv_transpose_output_size,
    interpolate,
    patch_embedding,
    pixel_shuffle,
    repair_zero_insertion,
    residual_block,
)

EXERCISES = (
    conv_transpose_output_size.EXERCISE,
    conv_transpose2d.EXERCISE,
    interpolate.EXERCISE,
    pixel_shuffle.EXERCISE,
    patch_embedding.EXERCISE,
    residual_block.EXERCISE,
    conv_transpose2d_backward.EXERCISE,
    repair_zero_insertion.EXERCISE,
)
