"""Many grades at once in nbgrader's gradebook: what nbgrader's own steps would write, in one transaction."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self

from nbgrader.api import (
    Assignment as AssignmentRow,
)
from nbgrader.api import (
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    new_uuid,
)
from nbgrader.plugins import BasePlugin
from nbgrader.utils import parse_utc
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import SAWarning, SQLAlchemyError

from grader.classroom.marking import Marked
from grader.config import own_programs_first
from grader.errors import GraderError


class GradebookError(GraderError):
    """The gradebook can't be used."""


class ReleaseUnknown(GradebookError):
    """The gradebook has another release of the assignment, or none."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What one submission contributes to the gradebook."""

    student: str
    timestamp: str
    mark: Marked


class Book:
    """The gradebook of a class, for one notebook of one assignment. A context manager.

    Parameters
    ----------
    url, course
        Where the gradebook is, and the course's id, as nbgrader's configuration has them.
    assignment, notebook
        Which grades.
    late
        The plugin that says what a late submission costs.

    Raises
    ------
    GradebookError
        If it can't be opened, or does not know the assignment.
    """

    def __init__(self, url: str, course: str, assignment: str, notebook: str, late: BasePlugin) -> None:
        self.late = late
        try:
            with own_programs_first():
                self._book = Gradebook(url, course)
        except Exception as error:
            raise GradebookError(f"The gradebook {url} can't be opened: {_first_line(error)}.") from None
        self._db = self._book.db
        try:
            self._learn(assignment, notebook)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._book.close()

    def save(self, entries: Sequence[Entry]) -> None:
        """Write students, submissions, grades, comments and late penalties of many submissions, or of none.

        What a person graded or wrote stays. A submission that was graded before is updated.

        Raises
        ------
        GradebookError
            If the gradebook is locked, read-only, or gone.
        """
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", SAWarning)
                self._save(list(entries))
                self._db.commit()
        except SQLAlchemyError as error:
            self._db.rollback()
            raise GradebookError(
                f"The gradebook could not be written: {_first_line(error)}. Nothing of these submissions was saved."
            ) from None

    def has_grades(self) -> bool:
        """Tell whether something of this assignment has been graded."""
        found = select(SubmittedAssignment.id).where(SubmittedAssignment.assignment_id == self._assignment).limit(1)
        return self._db.execute(found).first() is not None

    def _learn(self, assignment: str, notebook: str) -> None:
        """Look up what every entry refers to."""
        found = self._db.execute(
            select(AssignmentRow.id, AssignmentRow.duedate, Notebook.id)
            .join(Notebook, Notebook.assignment_id == AssignmentRow.id)
            .where(AssignmentRow.name == assignment, Notebook.name == notebook)
        ).first()
        if found is None:
            raise ReleaseUnknown(f"The gradebook does not know {notebook} of {assignment}. Run `grader build` first.")
        self._assignment, self._due, self._notebook = found
        self._notebooks = list(
            self._db.execute(select(Notebook.id).where(Notebook.assignment_id == self._assignment)).scalars()
        )
        cells = select(BaseCell.id, BaseCell.name, BaseCell.notebook_id, BaseCell.type)
        self._cells = [
            _Cell(id, name, notebook, kind in ("GradeCell", "TaskCell"), kind in ("SolutionCell", "TaskCell"))
            for id, name, notebook, kind in self._db.execute(cells.where(BaseCell.notebook_id.in_(self._notebooks)))
        ]

    def _save(self, entries: list[Entry]) -> None:
        db, students = self._db, [entry.student for entry in entries]
        there = set(db.execute(select(Student.id).where(Student.id.in_(students))).scalars())
        if new := [student for student in students if student not in there]:
            db.execute(insert(Student.__table__), [{"id": student} for student in new])
        submissions = self._submissions(entries)
        notebooks = self._submitted_notebooks(submissions)
        own = {student: notebooks[submissions[student].id, self._notebook] for student in students}
        self._write_grades(entries, own)
        self._write_comments(entries, own)
        self._write_penalties(entries, submissions, own)

    def _submissions(self, entries: list[Entry]) -> dict[str, _Submitted]:
        """Find every student's submission, or make it, with the time at which it was handed in."""
        table, db = SubmittedAssignment.__table__, self._db
        students = [entry.student for entry in entries]
        columns = (table.c.student_id, table.c.id, table.c.timestamp, table.c.extension)
        mine = select(*columns).where(table.c.assignment_id == self._assignment, table.c.student_id.in_(students))
        found = {student: _Submitted(*rest) for student, *rest in db.execute(mine)}
        new, known = [], []
        for entry in entries:
            when = parse_utc(entry.timestamp) if entry.timestamp else None
            if entry.student not in found:
                found[entry.student] = _Submitted(new_uuid(), when, None)
                place = {"assignment_id": self._assignment, "student_id": entry.student}
                new.append({**place, "id": found[entry.student].id, "timestamp": when})
            elif when is not None:
                found[entry.student] = replace(found[entry.student], when=when)
                known.append({"key": found[entry.student].id, "when": when})
        if new:
            db.execute(insert(table), new)
        if known:
            db.execute(update(table).where(table.c.id == bindparam("key")).values(timestamp=bindparam("when")), known)
        return found

    def _submitted_notebooks(self, submissions: Mapping[str, _Submitted]) -> dict[tuple[str, str], str]:
        """Give the ids of the submitted notebooks, by submission and notebook.

        Missing ones are made. Where the assignment has other notebooks, these have no points until they are graded.
        """
        table, db, ids = SubmittedNotebook.__table__, self._db, [one.id for one in submissions.values()]
        mine = select(table.c.assignment_id, table.c.notebook_id, table.c.id).where(table.c.assignment_id.in_(ids))
        found = {(submission, notebook): id for submission, notebook, id in db.execute(mine)}
        new = [(submission, notebook) for submission in ids for notebook in self._notebooks]
        made = {key: new_uuid() for key in new if key not in found}
        rows = [
            {"id": id, "assignment_id": key[0], "notebook_id": key[1], "flagged": False} for key, id in made.items()
        ]
        if rows:
            db.execute(insert(table), rows)
        others = [(id, key[1]) for key, id in made.items() if key[1] != self._notebook]
        grades = [
            _row(id, cell.id, auto_score=0.0, needs_manual_grade=False) for id, cell in self._of(others, "graded")
        ]
        comments = [_row(id, cell.id, auto_comment=None) for id, cell in self._of(others, "told")]
        for rows, into in ((grades, Grade), (comments, Comment)):
            if rows:
                db.execute(insert(into.__table__), rows)
        return found | made

    def _of(self, notebooks: list[tuple[str, str]], what: str) -> list[tuple[str, _Cell]]:
        """Pair submitted notebooks with the cells of their notebook that have a grade, or a comment."""
        return [
            (id, cell)
            for id, notebook in notebooks
            for cell in self._cells
            if cell.notebook == notebook and getattr(cell, what)
        ]

    def _write_grades(self, entries: list[Entry], own: Mapping[str, str]) -> None:
        table, db = Grade.__table__, self._db
        columns = (table.c.notebook_id, table.c.cell_id, table.c.id, table.c.manual_score)
        mine = select(*columns).where(table.c.notebook_id.in_(list(own.values())))
        found = {(notebook, cell): (id, manual) for notebook, cell, id, manual in db.execute(mine)}
        new, known = [], []
        for entry in entries:
            for id, cell in self._of([(own[entry.student], self._notebook)], "graded"):
                score = entry.mark.scores.get(cell.name)
                key, manual = found.get((id, cell.id), ("", None))
                review = manual is not None or score is None
                if key:
                    known.append({"key": key, "score": score, "review": review})
                else:
                    new.append(_row(id, cell.id, auto_score=score, needs_manual_grade=review))
        if new:
            db.execute(insert(table), new)
        if known:
            changed = {"auto_score": bindparam("score"), "needs_manual_grade": bindparam("review")}
            db.execute(update(table).where(table.c.id == bindparam("key")).values(**changed), known)

    def _write_comments(self, entries: list[Entry], own: Mapping[str, str]) -> None:
        table, db = Comment.__table__, self._db
        columns = (table.c.notebook_id, table.c.cell_id, table.c.id)
        mine = select(*columns).where(table.c.notebook_id.in_(list(own.values())))
        found = {(notebook, cell): id for notebook, cell, id in db.execute(mine)}
        new, known = [], []
        for entry in entries:
            for id, cell in self._of([(own[entry.student], self._notebook)], "told"):
                said = entry.mark.comments.get(cell.name)
                if key := found.get((id, cell.id)):
                    known.append({"key": key, "said": said})
                else:
                    new.append(_row(id, cell.id, auto_comment=said))
        if new:
            db.execute(insert(table), new)
        if known:
            changed = update(table).where(table.c.id == bindparam("key")).values(auto_comment=bindparam("said"))
            db.execute(changed, known)

    def _write_penalties(
        self, entries: list[Entry], submissions: Mapping[str, _Submitted], own: Mapping[str, str]
    ) -> None:
        """Ask the plugin what lateness costs, as nbgrader's AssignLatePenalties does."""
        table, db = SubmittedNotebook.__table__, self._db
        mine = table.c.id.in_(list(own.values()))
        db.execute(
            update(table).where(mine, table.c.late_submission_penalty.is_not(None)).values(late_submission_penalty=None)
        )
        for entry in entries:
            late = submissions[entry.student].seconds_late(self._due)
            if late <= 0:
                continue
            notebook = db.get(SubmittedNotebook, own[entry.student], populate_existing=True)
            assert notebook is not None
            penalty = self.late.late_submission_penalty(entry.student, notebook.score, late)
            if penalty is not None:
                notebook.late_submission_penalty = min(max(penalty, 0), notebook.score)


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell of the release: whether it has a grade, and whether it has a comment."""

    id: str
    name: str
    notebook: str
    graded: bool
    told: bool


@dataclass(frozen=True, slots=True)
class _Submitted:
    """A student's submission: its id, when it was handed in, and by how much the deadline was extended."""

    id: str
    when: datetime | None
    extension: timedelta | None

    def seconds_late(self, due: datetime | None) -> float:
        if due is None or self.when is None:
            return 0.0
        return (self.when - due - (self.extension or timedelta())).total_seconds()


def _row(notebook: str, cell: str, **fields: Any) -> dict[str, Any]:
    return {"id": new_uuid(), "notebook_id": notebook, "cell_id": cell, **fields}


def _first_line(error: BaseException) -> str:
    return str(getattr(error, "orig", None) or error).strip().partition("\n")[0].rstrip(".") or type(error).__name__
