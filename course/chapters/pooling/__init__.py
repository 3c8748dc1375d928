"""Pooling, by the largest value or the mean, of windows and of whole channels, forwards and backwards."""

EXERCISES = (
    "global_avg_pool2d",
    "max_pool2d",
    "avg_pool2d",
    "max_pool2d_backward",
    "avg_pool2d_backward",
    "repair_block_max_pool",
)
