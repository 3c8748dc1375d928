"""Every exercise of the course, chapter by chapter. A new chapter adds its file here."""

from __future__ import annotations

from types import MappingProxyType

from course.chapters import counting, embedding, linear, start_here
from course.checking.spec import Exercise

CHAPTERS = (start_here, linear, embedding, counting)

EXERCISES: MappingProxyType[str, Exercise] = MappingProxyType(
    {exercise.name: exercise for chapter in CHAPTERS for exercise in chapter.EXERCISES}
)
