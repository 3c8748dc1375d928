"""Convolutions in groups, channel by channel, and pixel by pixel."""

EXERCISES = (
    "conv2d_grouped",
    "depthwise_conv2d",
    "pointwise_conv2d",
    "grouped_num_parameters",
    "separable_saving",
    "pointwise_conv2d_backward",
    "repair_groups",
)
