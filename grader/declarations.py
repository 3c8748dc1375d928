"""What is wrong with the declarations of exercises: edits that don't apply, mistakes that change nothing."""

from __future__ import annotations

import contextlib
import inspect
import os
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path

from course.checking.prepared import Prepared
from course.checking.runner import RECORDED_SEED
from course.checking.spec import Exercise, Misconception
from course.checking.variant import EditError
from grader.lesson import Problem


def declaration_problems(exercises: Iterable[Exercise], root: Path) -> Iterator[Problem]:
    """Find the known mistakes that are not mistakes.

    Parameters
    ----------
    exercises
        Whose mistakes are looked at.
    root
        From which a file is named, where it is below it.
    """
    for exercise in exercises:
        ids = [known.id for known in exercise.misconceptions]
        cases = _Cases(exercise)
        for known in exercise.misconceptions:
            what, log = _problem(cases, known, ids)
            if what:
                yield Problem(_file_of(exercise, root), "", what, log)


class _Cases:
    """An exercise's cases, drawn once for all of its mistakes."""

    def __init__(self, exercise: Exercise) -> None:
        self.exercise = exercise

    @cached_property
    def prepared(self) -> Prepared:
        return Prepared(self.exercise, RECORDED_SEED, live=False)

    def see_nothing_of(self, known: Misconception) -> bool:
        """Tell whether every case is right with a mistake; the first that isn't ends it."""
        with (
            open(os.devnull, "w", encoding="utf-8", errors="replace") as nowhere,
            contextlib.redirect_stdout(nowhere),
            contextlib.redirect_stderr(nowhere),
        ):
            try:
                return all(
                    self.prepared.judge(i, self.prepared.variant_attempt(known, i), "").passed
                    for i, case in enumerate(self.exercise.cases)
                    if not case.remark
                )
            except Exception:  # the exercise's own error, which its tests tell
                return False


def _problem(cases: _Cases, known: Misconception, ids: list[str]) -> tuple[str, str]:
    """Say what is wrong with a mistake, with the solution's lines where they help; empty if nothing is."""
    if ids.count(known.id) > 1:
        return f"{known.id} is declared {ids.count(known.id)} times.", ""
    if bool(known.mistake.edits) == (known.mistake.body is not None):
        return f"{known.id} needs an edit of the solution or a body, one of the two.", ""
    try:
        known.variant  # noqa: B018 - it is made here
    except EditError as error:
        first, _, lines = str(error).partition("\n")
        return first, lines
    if cases.see_nothing_of(known):
        return f"{known.id} changes nothing that a case can see: every case is right with it.", known.source
    return "", ""


def _file_of(exercise: Exercise, root: Path) -> str:
    if exercise.kind == "value":
        return exercise.chapter
    path = Path(inspect.getfile(exercise.solution))
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
