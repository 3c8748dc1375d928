"""The convolution of images, its parameters and its work, and how much of the input one output sees."""

EXERCISES = (
    "conv2d",
    "conv2d_num_parameters",
    "conv2d_macs",
    "edge_kernel",
    "receptive_field",
    "repair_conv2d",
)
