"""Padding, and the convolution with stride, padding and dilation and its gradients."""

from __future__ import annotations

from course.chapters.padding_and_stride import conv2d_backward, conv2d_strided, pad2d, repair_zero_padding, same_padding

EXERCISES = (
    same_padding.EXERCISE,
    pad2d.EXERCISE,
    conv2d_strided.EXERCISE,
    conv2d_backward.EXERCISE,
    repair_zero_padding.EXERCISE,
)
