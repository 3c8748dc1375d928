"""The linear layer, its parameters and its work."""

EXERCISES = (
    "linear",
    "linear_num_parameters",
    "linear_macs",
    "linear_backward",
    "repair_linear",
)
