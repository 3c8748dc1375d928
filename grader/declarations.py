"""What is wrong with the declarations of exercises: edits that don't apply, mistakes that change nothing."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from course.calling.here import Here
from course.checking.prepared import Prepared
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
        cases = Prepared(exercise, live=False)  # a test holds that PyTorch gives what the reference gives
        for known in exercise.misconceptions:
            what, log = _problem(cases, known, ids)
            if what:
                yield Problem(_file_of(exercise, root), "", what, log)


def _problem(cases: Prepared, known: Misconception, ids: list[str]) -> tuple[str, str]:
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
    if _passes(cases, variant):
        return f"{known.id} changes nothing that a case can see: every case is right with it.", known.source
    return "", ""


def _passes(cases: Prepared, variant: Any) -> bool:
    """Run the cases that count one by one, up to the first that fails: what is wrong with it doesn't matter here."""
    exercise = cases.exercise
    work = Here.of(variant, exercise.name, exercise.needs)
    counted = (i for i, case in enumerate(exercise.cases) if not case.remark)
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return all(cases.standing(work, i, exercise.seconds).passed for i in counted)


def _file_of(exercise: Exercise, root: Path) -> str:
    if exercise.kind == "value":
        return exercise.chapter
    path = Path(inspect.getfile(exercise.solution))
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
