"""The convolution along one axis, its output size and parameters, and its gradients."""

EXERCISES = (
    "conv1d_loops",
    "conv1d",
    "conv_output_size",
    "conv1d_num_parameters",
    "conv1d_kernel_size",
    "conv1d_backward",
    "repair_conv1d",
)
