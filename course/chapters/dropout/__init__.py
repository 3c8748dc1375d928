"""Dropout, where many results are right, and its gradient."""

EXERCISES = (
    "dropout",
    "dropout_backward",
    "repair_dropout",
)
