"""Every exercise of the course, chapter by chapter. A chapter is a folder here, and its topic is in `TOPICS`.

A chapter of another package is found by its entry point in the group ``layer_by_layer.chapters``.
"""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from importlib.metadata import entry_points
from types import MappingProxyType

from course.catalog.chapters import TOPICS, folder_of
from course.chapters.collecting import Chapter, chapter_of, chapters_outside, exercises_by_name
from course.checking.spec import Exercise
from course.closed_book import is_closed
from course.closed_book.reading import read_book


def _own() -> list[Chapter]:
    """Give the course's own chapters: declared with their solutions, or read from a closed book."""
    if is_closed():
        return [Chapter(folder, tuple(replace(one, chapter=folder) for one in some)) for folder, some in read_book()]
    return [chapter_of(import_module(f"{__name__}.{topic}"), folder_of(topic)) for topic in TOPICS]


_OWN = _own()
_OUTSIDE, PROBLEMS = chapters_outside(entry_points(group="layer_by_layer.chapters"))

CHAPTERS = (*_OWN, *_OUTSIDE)

EXERCISES: MappingProxyType[str, Exercise] = MappingProxyType(exercises_by_name(CHAPTERS))
