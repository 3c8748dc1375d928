"""What a network is made of, its layers as objects, and what it costs."""

EXERCISES = (
    "parameter_shapes",
    "Linear",
    "ReLU",
    "Conv2d",
    "MaxPool2d",
    "Flatten",
    "Sequential",
    "count_parameters",
    "summary",
    "repair_conv2d_cost",
)
