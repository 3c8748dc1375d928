"""Every exercise of the course, chapter by chapter. A new chapter adds its file here."""

from __future__ import annotations

from types import MappingProxyType

from course.chapters import (
    activations,
    attention,
    conv1d,
    conv2d,
    conv3d,
    counting,
    dropout,
    embedding,
    grouped_and_depthwise,
    linear,
    normalization,
    padding_and_stride,
    pooling,
    softmax_and_losses,
    start_here,
    training,
    transformer,
)
from course.checking.spec import Exercise

CHAPTERS = (
    start_here,
    linear,
    embedding,
    activations,
    softmax_and_losses,
    dropout,
    conv1d,
    conv2d,
    padding_and_stride,
    grouped_and_depthwise,
    conv3d,
    pooling,
    normalization,
    attention,
    transformer,
    counting,
    training,
)

EXERCISES: MappingProxyType[str, Exercise] = MappingProxyType(
    {exercise.name: exercise for chapter in CHAPTERS for exercise in chapter.EXERCISES}
)
