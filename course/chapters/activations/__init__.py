"""Activation functions, their gradients, and what element-wise means."""

EXERCISES = (
    "relu",
    "two_layer_network",
    "pieces",
    "leaky_relu",
    "relu6",
    "hardswish",
    "sigmoid",
    "tanh",
    "silu",
    "gelu",
    "glu",
    "is_elementwise",
    "relu_backward",
    "sigmoid_backward",
    "gelu_backward",
    "repair_mish",
)
