"""What is wrong with the declarations of exercises: edits that don't apply, mistakes that change nothing."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from pathlib import Path

from course.checking import runner
from course.checking.spec import Exercise, Misconception
from course.checking.variant import EditError
from grader.lesson import Problem


def declaration_problems(exercises: Iterable[Exercise], root: Path) -> Iterator[Problem]:
    """Find the known mistakes that are no mistakes.

    Parameters
    ----------
    exercises
        Whose mistakes are looked at.
    root
        From which a file is named, where it is below it.
    """
    for exercise in exercises:
        ids = [known.id for known in exercise.misconceptions]
        for known in exercise.misconceptions:
            what, log = _problem(exercise, known, ids)
            if what:
                yield Problem(_file_of(exercise, root), "", what, log)


def _problem(exercise: Exercise, known: Misconception, ids: list[str]) -> tuple[str, str]:
    """Say what is wrong with a mistake, with the solution's lines where they help; empty if nothing is."""
    if ids.count(known.id) > 1:
        return f"{known.id} is declared {ids.count(known.id)} times.", ""
    if bool(known.mistake.edits) == (known.mistake.body is not None):
        return f"{known.id} needs an edit of the solution or a body, one of the two.", ""
    try:
        variant = known.variant
    except EditError as error:
        first, _, lines = str(error).partition("\n")
        return first, lines
    if runner.assess(exercise, variant).passed:
        return f"{known.id} changes nothing that a case can see: every case is right with it.", known.source
    return "", ""


def _file_of(exercise: Exercise, root: Path) -> str:
    if exercise.kind == "value":
        return exercise.chapter
    path = Path(inspect.getfile(exercise.solution))
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
