"""Grading an answer again on the same cases: the same seed draws the same numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from course.checking import render
from course.checking.diagnosis import Located, NamedMistake
from course.checking.document import Line, Role
from course.checking.report import Report
from course.recorded import Recorded
from course.workcopy.release import course_version
from grader.cell_roles import METADATA_KEY, role
from grader.config import course_config
from grader.errors import GraderError
from grader.grading import Session, exercise_of
from grader.notebook_files import read_any_format
from grader.preprocessors import GradeApart
from grader.visible import visible


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


class OtherCourse(GraderError):
    """An answer was graded by another version of the course, whose cases may be others.

    Parameters
    ----------
    graded, here
        The version and the exercise's digest then, and now.
    """

    def __init__(self, student: str, exercise: str, graded: str, here: str) -> None:
        super().__init__(
            f"{visible(student)}'s {visible(exercise)} was graded by another course: {visible(graded)}; here is {here}."
            " Replay it there, or grade it again with `grader grade --regrade`."
        )
        self.graded, self.here = graded, here


@dataclass(frozen=True, slots=True)
class Replayed:
    """An answer, graded once more.

    Parameters
    ----------
    report
        The report.
    arguments
        The arguments of its leading case; none if everything is right.
    stored
        What grading kept: the score, and what is in `course.recorded.Recorded`.
    """

    report: Report
    arguments: Mapping[str, Any]
    stored: Mapping[str, Any]

    @property
    def same(self) -> bool:
        """Whether the score and the report are the same as when it was graded."""
        report, stored = self.report, self.stored
        if report.earned != stored["earned"]:
            return False
        if "misconception" in stored:  # graded by an earlier version, which kept the first name only
            return report.misconception == stored["misconception"]
        return report.recorded.to_dict() == Recorded.read(stored).to_dict()

    @property
    def lines(self) -> list[str]:
        """The whole report, then the arguments where the report does not list them. Safe to print."""
        told = [text for line in self.report.document.lines for text in _printed(line)]
        lead = self.report.lead
        if lead is not None and not (lead.numbers and lead.numbers.arguments):
            told += [row for name, value in self.arguments.items() for row in _argument(name, value)]
        if not self.same:
            names = ", ".join(Recorded.read(self.stored).misconceptions) or "no mistake named"
            told.append(visible(f"When it was graded, this was worth {self.stored['earned']:g} points, with {names}."))
        return told


def replay(autograded: Path, chapter: str, student: str, exercise: str, *, unsandboxed: bool | None = None) -> Replayed:
    """Grade one exercise of a graded submission again, on the cases on which it was graded.

    The located line is the one that was kept: a search depends on time, so it could find another one. Where an earlier
    version has not kept its text, it is searched for again, as long as the configuration says.

    Parameters
    ----------
    autograded
        nbgrader's folder of autograded notebooks.
    chapter, student, exercise
        Which answer.
    unsandboxed
        Whether to grade without confinement. By default as the configuration says.

    Raises
    ------
    NothingToReplay
        If there is no such submission or exercise.
    OtherCourse
        If another version of the course, or other cases of the exercise, graded it.
    """
    paths = sorted((autograded / student / chapter).glob("*.ipynb"))
    if not paths:
        message = f"{visible(student)} has no autograded notebook of {visible(chapter)} in {autograded}."
        raise NothingToReplay(message, chapter, student, exercise)
    configured = GradeApart(config=course_config(autograded.parent.parent))
    confined = not (configured.unsandboxed if unsandboxed is None else unsandboxed)
    for path in paths:
        notebook = read_any_format(path)
        seed = notebook.metadata.get(METADATA_KEY, {}).get("seed")
        stored = _stored(notebook, exercise)
        if seed is None or stored is None:
            continue
        record = notebook.metadata[METADATA_KEY]
        digest, kept = record.get("digests", {}).get(exercise), Recorded.read(stored)
        seconds = configured.locating if kept.lines and not kept.sources else 0.0
        with Session(seed, unsandboxed=not confined, locating=seconds) as session:
            if digest is not None and digest != session.digest(exercise):
                graded = f"{record.get('version', 'unknown')}, exercise {digest}"
                raise OtherCourse(student, exercise, graded, f"{course_version()}, exercise {session.digest(exercise)}")
            report = session.grade(notebook)[exercise]
            led = report.cases.index(report.lead) if report.lead else None
            known = session.prepared(exercise).exercise.misconceptions
            arguments = {} if led is None else session.prepared(exercise).arguments[led]
        if kept.sources and not report.passed and (kept.results or not report.named):
            located = Located(kept.lines, kept.sources, kept.right, function=kept.function, results=kept.results)
            if kept.misconceptions and not report.named:  # the one that is left after a change in this line
                left = [NamedMistake(one.id, one.diagnosis, one.advice) for one in known]
                located = replace(located, leaves=next((one for one in left if one.id in kept.misconceptions), None))
            report = replace(report, located=located)
        return Replayed(report, arguments, stored)
    message = f"{visible(student)}'s notebook of {visible(chapter)} has no graded exercise {visible(exercise)!r}."
    raise NothingToReplay(message, chapter, student, exercise)


def _stored(notebook: NotebookNode, exercise: str) -> dict[str, Any] | None:
    """Give what grading kept of an exercise."""
    for cell in notebook.cells:
        if role(cell) == "check" and exercise_of(cell) == exercise and "earned" in cell.metadata.get(METADATA_KEY, {}):
            return dict(cell.metadata[METADATA_KEY])
    return None


def _printed(line: Line) -> list[str]:
    """Give a line of a report; only what lists numbers has several rows, any other newline is a student's."""
    text = render.text_line(line)
    return [visible(row) for row in (text.split("\n") if line.role is Role.NUMBERS else [text])]


def _argument(name: str, value: Any) -> list[str]:
    return [visible(row) for row in f"{name} = {value!r}".split("\n")]
