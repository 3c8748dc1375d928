"""The linear layer, its parameters and its work."""

from __future__ import annotations

from course.chapters.linear import linear, linear_backward, linear_macs, linear_num_parameters, repair_linear

EXERCISES = (
    linear.EXERCISE,
    linear_num_parameters.EXERCISE,
    linear_macs.EXERCISE,
    linear_backward.EXERCISE,
    repair_linear.EXERCISE,
)
