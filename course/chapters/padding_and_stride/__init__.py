"""Padding, and the convolution with stride, padding and dilation and its gradients."""

EXERCISES = (
    "same_padding",
    "pad2d",
    "conv2d_strided",
    "conv2d_backward",
    "repair_zero_padding",
)
