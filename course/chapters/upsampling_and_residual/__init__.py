"""Layers that make images larger, patches that become tokens, and the block of a residual network."""

EXERCISES = (
    "conv_transpose_output_size",
    "conv_transpose2d",
    "interpolate",
    "pixel_shuffle",
    "patch_embedding",
    "residual_block",
    "conv_transpose2d_backward",
    "repair_zero_insertion",
)
