"""Every exercise of the course, chapter by chapter. A new chapter adds its file here."""

from __future__ import annotations

from types import MappingProxyType

from course.chapters import (
    embedding,
    grouped_and_depthwise,
    linear,
    padding_and_stride,
    pooling,
    softmax_and_losses,
    start_here,
)
from course.checking.spec import Exercise

CHAPTERS = (
    start_here,
    linear,
    embedding,
    softmax_and_losses,
    padding_and_stride,
    grouped_and_depthwise,
    pooling,
)

EXERCISES: MappingProxyType[str, Exercise] = MappingProxyType(
    {exercise.name: exercise for chapter in CHAPTERS for exercise in chapter.EXERCISES}
)
