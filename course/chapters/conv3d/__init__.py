"""The convolution of videos and volumes. `conv_nd` is in a separate file."""

EXERCISES = (
    "conv3d",
    "conv_nd",
    "repair_conv3d",
)
