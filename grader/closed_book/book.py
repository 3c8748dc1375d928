"""The data of a closed book: all exercises in words, and their numbers by chapter."""

from __future__ import annotations

import ast
import io
import json
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from course.checking.spec import Exercise
from course.closed_book import DECLARED
from course.closed_book.numbers import members_of
from grader.closed_book.declared import declared
from grader.closed_book.recorded import known

CHAPTERS = "course.chapters"


def book_of(
    exercises: Sequence[Exercise],
    decides: str,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> dict[str, bytes]:
    """Give the files of a closed book, by name.

    Parameters
    ----------
    exercises
        All exercises, in order.
    decides
        Who decides when solutions are shown.
    progress
        Called with the number of exercises that are recorded, and of all.
    """
    told: list[dict[str, Any]] = []
    chapters: dict[str, dict[str, np.ndarray]] = {}
    for done, exercise in enumerate(exercises):
        progress(done, len(exercises))
        numbers = known(exercise)
        told.append(declared(exercise, list(dict.fromkeys(part for _, part, _ in numbers.traces))))
        mistakes = {mistake.id: len(exercise.cases) for mistake in exercise.misconceptions}
        chapters.setdefault(exercise.chapter, {}).update(members_of(exercise.name, numbers, mistakes))
    files = {f"{chapter}.npz": _packed(members) for chapter, members in chapters.items()}
    book = {"decides": decides, "exercises": told}
    return files | {DECLARED: json.dumps(book, ensure_ascii=False, separators=(",", ":")).encode()}


def _packed(members: dict[str, np.ndarray]) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **members)
    return file.getvalue()


def modules_of(book: bytes) -> set[str]:
    """Name the modules of chapters that a book needs: what cases do with a student's work, and what these import.

    Parameters
    ----------
    book
        The file that has the exercises in words.
    """
    found: set[str] = set()
    waiting: list[str] = []
    for told in json.loads(book)["exercises"]:
        use = told["use"][0] if isinstance(told["use"], list) else told["use"]
        waiting += [where.partition(":")[0] for where in (use, told["cases"]) if isinstance(where, str)]
    while waiting:
        module = waiting.pop()
        if module.startswith(f"{CHAPTERS}.") and module not in found:
            found.add(module)
            waiting += _imported(module)
    return found


def _imported(module: str) -> Iterator[str]:
    """Name what a module imports, as far as it is a module itself."""
    spec = find_spec(module)
    assert spec
    assert spec.origin
    for node in ast.walk(ast.parse(Path(spec.origin).read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            inner = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from [node.module] if node.module.count(".") > CHAPTERS.count(".") + 1 else inner
