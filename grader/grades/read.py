"""What nbgrader's gradebook says about a class: points by exercise, late penalties, and what is not a grade."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from nbgrader import api
from nbgrader.api import Gradebook
from sqlalchemy import select
from traitlets.config import Config

from grader.cell_roles import METADATA_KEY
from grader.class_settings.checks import nearest
from grader.errors import GraderError
from grader.grading import CHECK
from grader.registering import gradebook, unreadable_entry
from grader.roster import Listed, Roster
from grader.submission import says_unreadable

_rows: Any = api  # its classes are typed as rows where they are used as tables


class NoGrades(GraderError):
    """There is no gradebook, or no such assignment in it."""


class Status(StrEnum):
    """The outcome of a student's assignment."""

    GRADED = "graded"
    LATE = "graded, late"
    BY_HAND = "to be graded by hand"
    REVIEW = "graded again: points by hand to be confirmed"
    WAITING = "not graded yet"
    UNREADABLE = "unreadable"
    MISSING = "not handed in"


@dataclass(frozen=True, slots=True)
class Assignment:
    """An assignment and what can be earned in it.

    Parameters
    ----------
    name
        Its name, such as ``"01_linear"``.
    points
        By exercise; a question that is graded by hand has the name of its cell.
    """

    name: str
    points: Mapping[str, float]

    @property
    def total(self) -> float:
        """All points together."""
        return sum(self.points.values())


@dataclass(frozen=True, slots=True)
class Grade:
    """A student's grade in an assignment.

    Parameters
    ----------
    status
        Its outcome. Without a score it is not a grade.
    scores
        Points by exercise; empty where there is no grade.
    penalty
        What lateness costs.
    """

    status: Status
    scores: Mapping[str, float] = field(default_factory=dict)
    penalty: float = 0.0

    @property
    def total(self) -> float | None:
        """What counts in the end, as in nbgrader: never below 0. None where there is no grade."""
        return max(0.0, sum(self.scores.values()) - self.penalty) if self.scores else None


MISSING = Grade(Status.MISSING)


@dataclass(frozen=True, slots=True)
class Grades:
    """The grades of a class: by student, then by assignment."""

    assignments: tuple[Assignment, ...]
    students: tuple[Listed, ...]
    grades: Mapping[tuple[str, str], Grade]

    def of(self, student: str, assignment: str) -> Grade:
        """Give a student's grade."""
        return self.grades.get((student, assignment), MISSING)


def read_grades(config: Config, wanted: Collection[str] = (), roster: Roster | None = None) -> Grades:
    """Read the grades of a class.

    Parameters
    ----------
    config
        nbgrader's configuration of the class.
    wanted
        Which assignments; by default all.
    roster
        Who is in the class. It adds names, and those who have not handed in anything.

    Raises
    ------
    NoGrades
        If there is no gradebook, or no such assignment.
    GradebookError
        If the gradebook can't be used.
    """
    directory = config.CourseDirectory

    def place(step: str, student: str, assignment: str) -> Path:
        return Path(directory.root) / directory[f"{step}_directory"] / student / assignment

    url = directory.db_url
    file = Path(url.removeprefix("sqlite:///"))
    if url.startswith("sqlite:///") and not file.exists():
        raise NoGrades(f"There is no gradebook {file}: nothing has been graded yet.")
    with gradebook(url) as book:
        try:
            assignments = _assignments(book, wanted, lambda name: place("release", ".", name))
            listed = _students(book, place("submitted", "", ""), roster)
            grades = {
                (student, one.name): grade
                for one in assignments
                for student, grade in _grades(book, one.name, place).items()
            }
        except (TypeError, ValueError) as error:  # a text where points belong
            raise unreadable_entry(url, error) from None
    for key in [(student.id, one.name) for student in listed for one in assignments]:
        if key not in grades and any(place("submitted", *key).glob("*.ipynb")):
            grades[key] = Grade(Status.WAITING)
    return Grades(assignments, listed, grades)


def _assignments(book: Gradebook, wanted: Collection[str], release: Callable[[str], Path]) -> tuple[Assignment, ...]:
    there: dict[str, Any] = {str(one.name): one for one in book.assignments}
    for name in wanted:
        if name not in there:
            raise NoGrades(f"The gradebook has no assignment {name!r}.{nearest(name, there)}")
    if not there:
        raise NoGrades("The gradebook has no assignments. `grader release` makes them.")
    return tuple(
        Assignment(
            name,
            {
                _exercise(cell.name): cell.max_score
                for notebook in one.notebooks
                for cell in _in_order(notebook, _ids(release(name) / f"{notebook.name}.ipynb"))
            },
        )
        for name, one in sorted(there.items())
        if name in wanted or not wanted
    )


def _in_order(notebook: Any, ids: list[str]) -> list[Any]:
    """Give the graded cells of a notebook as they come in it. A database gives them in any order."""
    places = {name: place for place, name in enumerate(ids)}
    graded = (*notebook.grade_cells, *notebook.task_cells)
    return sorted(graded, key=lambda cell: (places.get(cell.name, len(places)), cell.name))


def _ids(release: Path) -> list[str]:
    """Read the ids of a release's cells; none where it is not there any more."""
    if not release.is_file():
        return []
    try:
        cells = json.loads(release.read_bytes())["cells"]
        return [cell["metadata"].get("nbgrader", {}).get("grade_id", "") for cell in cells]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return []


def _students(book: Gradebook, submitted: Path, roster: Roster | None) -> tuple[Listed, ...]:
    """Give the roster's students, then those whom only the gradebook or the submissions know."""
    listed = {} if roster is None else roster.by_id()
    people: Any = book.students  # their columns are typed as such
    for one in people:
        name = " ".join(filter(None, (one.first_name, one.last_name)))
        known = {"first": one.first_name, "last": one.last_name, "email": one.email}
        listed.setdefault(one.id, Listed(one.id, name, {key: value for key, value in known.items() if value}))
    for folder in submitted.glob("[!.]*/"):
        listed.setdefault(folder.name, Listed(folder.name))
    return tuple(sorted(listed.values(), key=lambda one: one.id))


def _grades(book: Gradebook, assignment: str, place: Callable[[str, str, str], Path]) -> dict[str, Grade]:
    """Read an assignment's grades by student, with a few questions to the database however large the class is."""
    late, penalties = _lateness(book.db, assignment), _penalties(book.db, assignment)
    scores = _scores(book.db, assignment)
    found = {}
    for student in late:
        cells = scores.get(student, [])
        own = {name: points for name, points, _, _ in cells}
        by_a_person = any(manual for *_, manual in cells)
        waits = {manual for *_, needed, manual in cells if needed}
        if not any(own.values()) and not by_a_person and _unreadable(place("autograded", student, assignment)):
            found[student] = Grade(Status.UNREADABLE)
        elif own:
            told = Status.LATE if late[student] else Status.GRADED
            status = Status.BY_HAND if False in waits else Status.REVIEW if waits else told
            found[student] = Grade(status, own, penalties.get(student, 0.0))
    return found


def _lateness(db: Any, assignment: str) -> dict[str, bool]:
    """Tell for everybody who has handed in whether it was late, extensions considered."""
    submitted, known = _rows.SubmittedAssignment, _rows.Assignment
    asked = select(submitted.student_id, submitted.timestamp, submitted.extension, known.duedate)
    rows = db.execute(asked.join(known, submitted.assignment_id == known.id).where(known.name == assignment))
    return {
        student: bool(when and due and when > due + (extension or timedelta()))
        for student, when, extension, due in rows
    }


def _penalties(db: Any, assignment: str) -> dict[str, float]:
    submitted, notebook, known = _rows.SubmittedAssignment, _rows.SubmittedNotebook, _rows.Assignment
    asked = (
        select(submitted.student_id, notebook.late_submission_penalty)
        .join(notebook, notebook.assignment_id == submitted.id)
        .join(known, submitted.assignment_id == known.id)
        .where(known.name == assignment)
    )
    found: dict[str, float] = {}
    for student, penalty in db.execute(asked):
        found[student] = found.get(student, 0.0) + float(penalty or 0.0)
    return found


def _scores(db: Any, assignment: str) -> dict[str, list[tuple[str, float, bool, bool]]]:
    """Give each student's exercises with points, whether a person has to grade it, and whether one has."""
    submitted, notebook, known = _rows.SubmittedAssignment, _rows.SubmittedNotebook, _rows.Assignment
    cell, grade = _rows.BaseCell, _rows.Grade
    asked = (
        select(submitted.student_id, cell.name, grade.score, grade.needs_manual_grade, grade.manual_score)
        .join(notebook, notebook.assignment_id == submitted.id)
        .join(grade, grade.notebook_id == notebook.id)
        .join(cell, grade.cell_id == cell.id)
        .join(known, submitted.assignment_id == known.id)
        .where(known.name == assignment)
    )
    found: dict[str, list[tuple[str, float, bool, bool]]] = {}
    for student, name, points, needed, manual in db.execute(asked):
        found.setdefault(student, []).append((_exercise(name), float(points or 0.0), needed, manual is not None))
    return found


def _unreadable(folder: Path) -> bool:
    """Tell whether grading found nothing in a submission that it could grade."""
    for path in sorted(folder.glob("*.ipynb")):
        try:
            metadata = json.loads(path.read_bytes())["metadata"]
            problems = metadata.get(METADATA_KEY, {}).get("problems", ())
            if says_unreadable(problems):
                return True
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            continue
    return False


def _exercise(cell: str) -> str:
    return cell.removeprefix(CHECK)
