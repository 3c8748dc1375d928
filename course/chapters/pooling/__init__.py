"""Pooling, by the largest value or the mean, of windows and of whole channels, forwards and backwards."""

from __future__ import annotations

from course.chapters.pooling import (
    avg_pool2d,
    avg_pool2d_backward,
    global_avg_pool2d,
    max_pool2d,
    max_pool2d_backward,
    repair_block_max_pool,
)

EXERCISES = (
    global_avg_pool2d.EXERCISE,
    max_pool2d.EXERCISE,
    avg_pool2d.EXERCISE,
    max_pool2d_backward.EXERCISE,
    avg_pool2d_backward.EXERCISE,
    repair_block_max_pool.EXERCISE,
)
