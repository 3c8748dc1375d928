"""Grading an answer again on the same cases: the same seed draws the same numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat

from course.checking.report import Report
from grader.cell_roles import METADATA_KEY
from grader.errors import GraderError
from grader.grading import Session


class NothingToReplay(GraderError):
    """There is no such graded submission, or no such exercise in it.

    Parameters
    ----------
    message
        What is missing.
    chapter, student, exercise
        The answer that was asked for.
    """

    def __init__(self, message: str, chapter: str, student: str, exercise: str) -> None:
        super().__init__(message)
        self.chapter, self.student, self.exercise = chapter, student, exercise


def replay(
    autograded: Path, chapter: str, student: str, exercise: str, *, unsandboxed: bool = False
) -> tuple[Report, dict[str, Any]]:
    """Grade one exercise of a graded submission again, on the cases on which it was graded.

    Parameters
    ----------
    autograded
        nbgrader's folder of autograded notebooks.
    chapter, student, exercise
        Which answer.
    unsandboxed
        Grade without confinement.

    Returns
    -------
    tuple of Report and dict
        The report, and the arguments of its leading case; none if everything is right.

    Raises
    ------
    NothingToReplay
        If there is no such submission or exercise.
    """
    paths = sorted((autograded / student / chapter).glob("*.ipynb"))
    if not paths:
        message = f"{student} has no autograded notebook of {chapter} in {autograded}."
        raise NothingToReplay(message, chapter, student, exercise)
    for path in paths:
        notebook = nbformat.read(path, as_version=4)
        seed = notebook.metadata.get(METADATA_KEY, {}).get("seed")
        if seed is None:
            continue
        with Session(seed, unsandboxed=unsandboxed) as session:
            reports = session.grade(notebook)
            if exercise in reports:
                report = reports[exercise]
                led = report.cases.index(report.lead) if report.lead else None
                return report, {} if led is None else dict(session.prepared(exercise).arguments[led])
    message = f"{student}'s notebook of {chapter} has no graded exercise {exercise!r}."
    raise NothingToReplay(message, chapter, student, exercise)
