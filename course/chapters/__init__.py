"""Every exercise of the course, chapter by chapter. A chapter is a folder here, and its topic is in `TOPICS`.

A chapter of another package is found by its entry point in the group ``layer_by_layer.chapters``.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from course.catalog.chapters import TOPICS, folder_of
from course.chapters.collecting import Chapter, Exercises, chapter_of, chapters_outside
from course.closed_book import is_closed


def _own() -> list[Chapter]:
    """Give the course's own chapters: declared with their solutions, or read from a closed book."""
    if is_closed():
        from course.closed_book.reading import read_book

        return [Chapter(folder, tuple(some), some.__getitem__) for folder, some in read_book().items()]
    return [chapter_of(import_module(f"{__name__}.{topic}"), folder_of(topic)) for topic in TOPICS]


def _outside() -> tuple[list[Chapter], list[str]]:
    from importlib.metadata import entry_points  # takes longer to load than a chapter, and few have such packages

    return chapters_outside(entry_points(group="layer_by_layer.chapters"))


EXERCISES = Exercises(_own(), _outside)


def __getattr__(name: str) -> Any:
    if name == "PROBLEMS":  # with the chapters of other packages, which are looked for when they are expected
        return EXERCISES.problems
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
