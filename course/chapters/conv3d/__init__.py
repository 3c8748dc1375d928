"""The convolution of videos and volumes. `conv_nd` is in a file of its own."""

EXERCISES = (
    "conv3d",
    "conv_nd",
    "repair_conv3d",
)
