"""Seeing a graded case again: the same seed draws the same numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat

from course.checking.report import Report
from grader.errors import GraderError
from grader.grading import Session
from grader.rebuild import KEY


class NothingToReplay(GraderError, LookupError):
    """There is no such graded submission, or no such exercise in it."""


def replay(
    autograded: Path, chapter: str, student: str, exercise: str, *, unsandboxed: bool = False
) -> tuple[Report, dict[str, Any]]:
    """Grade one exercise of a graded submission again, on the cases it was graded on.

    Parameters
    ----------
    autograded
        nbgrader's folder of autograded notebooks.
    chapter, student, exercise
        Whose answer to what.
    unsandboxed
        Do without confinement.

    Returns
    -------
    The report, and the arguments of the case that it tells about; none where all is right.

    Raises
    ------
    NothingToReplay
        If there is nothing of that name.
    """
    paths = sorted((autograded / student / chapter).glob("*.ipynb"))
    if not paths:
        text = f"{student} has no autograded notebook of {chapter} in {autograded}."
        raise NothingToReplay(text, name="student", received=student)
    for path in paths:
        notebook = nbformat.read(path, as_version=4)
        seed = notebook.metadata.get(KEY, {}).get("seed")
        if seed is None:
            continue
        with Session(seed, unsandboxed=unsandboxed) as session:
            reports = session.grade(notebook)
            if exercise in reports:
                report = reports[exercise]
                led = report.cases.index(report.lead) if report.lead else None
                return report, {} if led is None else dict(session.prepared(exercise).arguments[led])
    text = f"{chapter} of {student} has no graded exercise {exercise!r}."
    raise NothingToReplay(text, name="exercise", received=exercise)
