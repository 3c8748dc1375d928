"""Many grades at once in nbgrader's gradebook: what nbgrader's own steps would write, in one transaction."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import nbgrader.api as api
from nbgrader.api import Gradebook, new_uuid
from nbgrader.utils import parse_utc
from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.exc import SAWarning, SQLAlchemyError

from grader.classroom.marking import Marked
from grader.gradebook_address import wait_at_most, wait_for_others
from grader.node import read_node
from grader.registering import KINDS, GradebookError, first_line, outline
from grader.roster import MARKUP

_rows: Any = api  # its classes are typed as rows where they are used as tables
_NO_MARK = Marked(b"", {}, {})


@dataclass(frozen=True, slots=True)
class Entry:
    """What one submission contributes to the gradebook."""

    student: str
    timestamp: str
    mark: Marked = _NO_MARK


class Book:
    """The gradebook of a class, for one notebook of one assignment.

    Parameters
    ----------
    book
        The gradebook, which knows the release.
    assignment, notebook
        Which grades.
    release
        The notebook that was handed out, by which marks are made.
    late
        The plugin that says what a late submission costs.

    Raises
    ------
    GradebookError
        If it does not know the assignment, or another release of it.
    """

    def __init__(self, book: Gradebook, assignment: str, notebook: str, release: bytes, late: Any) -> None:
        self.late = late
        self._db = book.db
        self._name = assignment, notebook
        self._release = {
            (KINDS[kind].__name__, name): points for (kind, name), points in outline(read_node(release))[0].items()
        }
        # SQLite has no such limit, whatever a table says
        sqlite = self._db.get_bind().dialect.name == "sqlite"
        self._longest = math.inf if sqlite else _rows.Student.__table__.c.id.type.length
        self._assignment, self._due, self._notebook = self._find()
        self._notebooks, self._cells = self._look()

    def save(self, entries: Sequence[Entry]) -> dict[str, str]:
        """Write students, submissions, grades, comments and late penalties of many submissions, or of none.

        What a person graded or wrote stays. A submission that was graded before is updated.

        Returns
        -------
        dict of str to str
            What the plugin for late submissions failed at, by student.

        Raises
        ------
        GradebookError
            If the gradebook is locked, read-only, or gone, or has another release by now.
        """
        return self._write(list(entries), marks=True)

    def save_times(self, entries: Sequence[Entry]) -> dict[str, str]:
        """Write when submissions were handed in, and what lateness costs; their marks stay."""
        return self._write(list(entries), marks=False)

    def students(self) -> set[str]:
        """Name the students who have grades."""
        mine = (
            select(_rows.SubmittedAssignment.student_id)
            .join(_rows.SubmittedNotebook, _rows.SubmittedNotebook.assignment_id == _rows.SubmittedAssignment.id)
            .where(_rows.SubmittedNotebook.notebook_id == self._notebook)
        )
        return {student for (student,) in self._read(mine)}

    def other_penalties(self) -> set[str]:
        """Name the students whose late penalty the rule, the deadline or the score no longer gives."""
        handed, notebook = _rows.SubmittedAssignment, _rows.SubmittedNotebook
        columns = (handed.student_id, handed.timestamp, handed.extension)
        asked = (
            select(*columns, notebook.score, notebook.late_submission_penalty)
            .join(notebook, notebook.assignment_id == handed.id)
            .where(notebook.notebook_id == self._notebook)
        )
        return {student for student, *rest in self._read(asked) if self._is_another_penalty(student, *rest)}

    def _read(self, asked: Any) -> Sequence[Any]:
        try:
            wait_at_most(self._db)
            return self._db.execute(asked).all()
        except SQLAlchemyError as error:
            raise GradebookError(f"The gradebook could not be read: {first_line(error)}.") from None
        finally:
            self._db.rollback()  # a server would keep the transaction open while the class is marked

    def _is_another_penalty(
        self, student: str, when: datetime | None, extension: timedelta | None, score: float, before: float | None
    ) -> bool:
        late = _Submitted("", when, extension).seconds_late(self._due)
        try:
            now = self._penalty(student, score, late) if late > 0 else None
        except _RuleFailed:
            now = None
        return not math.isclose(now or 0.0, before or 0.0, abs_tol=1e-9)

    def _write(self, entries: list[Entry], marks: bool) -> dict[str, str]:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", SAWarning)
                wait_for_others(self._db)
                if self._look() != (self._notebooks, self._cells):
                    raise self._changed()
                failed = self._save(entries, marks)
                self._db.commit()
                return failed
        except SQLAlchemyError as error:
            self._db.rollback()
            raise GradebookError(
                f"The gradebook could not be written: {first_line(error)}. What was graded is kept; "
                "run the same command to continue."
            ) from None

    def _find(self) -> tuple[str, datetime | None, str]:
        """Look up the assignment's id, when it is due, and its notebook's id."""
        assignment, notebook = self._name
        found = self._db.execute(
            select(_rows.Assignment.id, _rows.Assignment.duedate, _rows.Notebook.id)
            .join(_rows.Notebook, _rows.Notebook.assignment_id == _rows.Assignment.id)
            .where(_rows.Assignment.name == assignment, _rows.Notebook.name == notebook)
        ).first()
        if found is None:
            raise GradebookError(f"The gradebook does not know {notebook} of {assignment}. Run `grader release` first.")
        return found

    def _look(self) -> tuple[set[str], set[_Cell]]:
        """Look up what every entry refers to, which must be as in the release."""
        mine = select(_rows.Notebook.id).where(_rows.Notebook.assignment_id == self._assignment)
        notebooks = set(self._db.execute(mine).scalars())
        cell, grade, task = (kind.__table__ for kind in (_rows.BaseCell, _rows.GradeCell, _rows.TaskCell))
        joined = cell.outerjoin(grade, grade.c.id == cell.c.id).outerjoin(task, task.c.id == cell.c.id)
        points = func.coalesce(grade.c.max_score, task.c.max_score)
        columns = select(cell.c.id, cell.c.name, cell.c.notebook_id, cell.c.type, points).select_from(joined)
        cells = {_Cell(*row) for row in self._db.execute(columns.where(cell.c.notebook_id.in_(notebooks)))}
        if {(one.kind, one.name): one.points for one in cells if one.notebook == self._notebook} != self._release:
            raise self._changed()
        return notebooks, cells

    def _changed(self) -> GradebookError:
        self._db.rollback()
        return GradebookError(
            f"The release of {self._name[0]} was changed while it was graded. What was graded before is kept; run it "
            "again."
        )

    def _save(self, entries: list[Entry], marks: bool) -> dict[str, str]:
        unfit = {entry.student: told for entry in entries if (told := self._unfit(entry.student))}
        entries = [entry for entry in entries if entry.student not in unfit]
        db, students = self._db, [entry.student for entry in entries]
        there = set(db.execute(select(_rows.Student.id).where(_rows.Student.id.in_(students))).scalars())
        if new := [student for student in students if student not in there]:
            db.execute(insert(_rows.Student.__table__), [{"id": student} for student in new])
        submissions = self._submissions(entries)
        notebooks = self._submitted_notebooks(submissions)
        own = {student: notebooks[submissions[student].id, self._notebook] for student in students}
        if marks:
            self._write_grades(entries, own)
            self._write_comments(entries, own)
        return self._write_penalties(entries, submissions, own) | unfit

    def _unfit(self, student: str) -> str:
        """Say why an id does not go into the gradebook; empty where it does."""
        if len(student) > self._longest:
            most = f"{self._longest:.0f} characters"
            return f"The gradebook takes ids of up to {most}. Give the student's folder a shorter one."
        if set(student) & MARKUP or not student.isprintable():
            return (
                "The formgrader would take a part of this id for markup. Give the student's folder a name without it."
            )
        return ""

    def _submissions(self, entries: list[Entry]) -> dict[str, _Submitted]:
        """Find every student's submission, or make it, with the time at which it was handed in."""
        table, db = _rows.SubmittedAssignment.__table__, self._db
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
        table, db, ids = _rows.SubmittedNotebook.__table__, self._db, [one.id for one in submissions.values()]
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
        for rows, into in ((grades, _rows.Grade), (comments, _rows.Comment)):
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
        table, db = _rows.Grade.__table__, self._db
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
        table, db = _rows.Comment.__table__, self._db
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
        self, entries: Iterable[Entry], submissions: Mapping[str, _Submitted], own: Mapping[str, str]
    ) -> dict[str, str]:
        """Ask the plugin what lateness costs, as nbgrader's AssignLatePenalties does."""
        table, db = _rows.SubmittedNotebook.__table__, self._db
        mine = table.c.id.in_(list(own.values()))
        db.execute(
            update(table).where(mine, table.c.late_submission_penalty.is_not(None)).values(late_submission_penalty=None)
        )
        failed = {}
        for entry in entries:
            late = submissions[entry.student].seconds_late(self._due)
            if late <= 0:
                continue
            notebook = db.get(_rows.SubmittedNotebook, own[entry.student], populate_existing=True)
            assert notebook is not None
            try:
                notebook.late_submission_penalty = self._penalty(entry.student, notebook.score, late)
            except _RuleFailed as error:
                failed[entry.student] = str(error)
        return failed

    def _penalty(self, student: str, score: float, late: float) -> float | None:
        """Ask the plugin what it costs to be this many seconds late."""
        try:
            penalty = self.late.late_submission_penalty(student, score, late)
        except Exception as error:  # it is anybody's code
            raise _RuleFailed(f"{type(self.late).__name__} failed: {type(error).__name__}: {error}") from None
        return None if penalty is None else max(0, min(penalty, score))


class _RuleFailed(Exception):
    """The plugin for late submissions failed."""


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell of the release. Some kinds have a grade, some a comment, one has both."""

    id: str
    name: str
    notebook: str
    kind: str
    points: float | None

    @property
    def graded(self) -> bool:
        return self.kind in ("GradeCell", "TaskCell")

    @property
    def told(self) -> bool:
        return self.kind in ("SolutionCell", "TaskCell")


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
