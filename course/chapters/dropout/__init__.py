"""Dropout, where many results are right, and its gradient."""

from __future__ import annotations

from course.chapters.dropout import dropout, dropout_backward, repair_dropout

EXERCISES = (
    dropout.EXERCISE,
    dropout_backward.EXERCISE,
    repair_dropout.EXERCISE,
)
