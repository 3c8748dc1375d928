"""Batch, layer, instance, group and RMS normalization, and their gradients."""

EXERCISES = (
    "normalization_axes",
    "instance_norm",
    "layer_norm",
    "rms_norm",
    "group_norm",
    "batch_norm",
    "layer_norm_backward",
    "batch_norm_backward",
    "repair_layer_norm",
)
