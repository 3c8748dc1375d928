"""Batch, layer, instance, group and RMS normalization, and their gradients."""

from __future__ import annotations

from course.chapters.normalization import (
    batch_norm,
    batch_norm_backward,
    group_norm,
    instance_norm,
    layer_norm,
    layer_norm_backward,
    normalization_axes,
    repair_layer_norm,
    rms_norm,
)

EXERCISES = (
    normalization_axes.EXERCISE,
    instance_norm.EXERCISE,
    layer_norm.EXERCISE,
    rms_norm.EXERCISE,
    group_norm.EXERCISE,
    batch_norm.EXERCISE,
    layer_norm_backward.EXERCISE,
    batch_norm_backward.EXERCISE,
    repair_layer_norm.EXERCISE,
)
