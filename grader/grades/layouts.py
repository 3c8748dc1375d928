"""Grades as tables: for people, and as Canvas and Moodle import them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence

from grader.grades.read import Assignment, Grade, Grades
from grader.roster import Listed

Row = list[str]
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_table(grades: Grades, columns: Sequence[str] = ()) -> Iterator[Row]:
    """Lay out a row per student: the status of each assignment, its exercises, and what counts in the end."""
    head = ["student", "name"]
    for assignment in grades.assignments:
        head.append(f"{assignment.name} status")
        head += [f"{name} /{_points(points)}" for name, points in assignment.points.items()]
        head += [f"{assignment.name} penalty", f"{assignment.name} /{_points(assignment.total)}"]
    yield head
    for student in grades.students:
        row = [_harmless(student.id), _harmless(student.name)]
        for assignment in grades.assignments:
            grade = grades.of(student.id, assignment.name)
            row.append(str(grade.status))
            row += _exercises(grade, assignment)
            row += [_points(grade.penalty) if grade.scores else "", _points(grade.total)]
        yield row


def canvas_table(grades: Grades, columns: Sequence[str] = ()) -> Iterator[Row]:
    """Lay out what Canvas imports under Grades > Import: assignments' totals only.

    Canvas takes every column after Section for an assignment, so there is no room for a status; an empty cell leaves
    what Canvas has. A column of the roster that is named ``01_linear (12345)`` keeps its number, by which Canvas finds
    the assignment.

    Parameters
    ----------
    grades
        The grades.
    columns
        The roster's columns.
    """
    # The importer wants Student, ID, then SIS User ID and SIS Login ID together, then Section; a row whose first cell
    # includes "Points Possible" has the maxima:
    # https://github.com/instructure/canvas-lms/blob/master/lib/gradebook_importer.rb
    who = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    yield [*who, *(_numbered(one, columns) for one in grades.assignments)]
    yield ["    Points Possible", "", "", "", "", *(_points(one.total) for one in grades.assignments)]
    for student in grades.students:
        login = student.get("login") or ("" if student.get("canvas_id") else student.id)
        ids = [student.get("canvas_id"), student.get("sis_user_id"), login, student.get("section")]
        totals = (_points(grades.of(student.id, one.name).total) for one in grades.assignments)
        yield [_harmless(student.name) or student.id, *ids, *totals]


def moodle_table(grades: Grades, columns: Sequence[str] = ()) -> Iterator[Row]:
    """Lay out what Moodle imports under Grades > Import > CSV file: who, totals, and a status to be left unmapped."""
    # The import form asks which column identifies a student (email, username, ID number) and which grade item each
    # column is: https://docs.moodle.org/en/Grade_import. The headings are the same as in Moodle's own export.
    totals = [name for one in grades.assignments for name in (one.name, f"{one.name} status")]
    yield ["First name", "Last name", "Username", "ID number", "Email address", *totals]
    for student in grades.students:
        row = _moodle_names(student)
        for assignment in grades.assignments:
            grade = grades.of(student.id, assignment.name)
            row += [_points(grade.total), str(grade.status)]
        yield row


LAYOUTS: dict[str, Callable[[Grades, Sequence[str]], Iterator[Row]]] = {
    "csv": csv_table,
    "canvas": canvas_table,
    "moodle": moodle_table,
}


def as_csv(rows: Iterator[Row]) -> str:
    """Write rows as CSV."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _exercises(grade: Grade, assignment: Assignment) -> list[str]:
    return [_points(grade.scores.get(name)) if grade.scores else "" for name in assignment.points]


def _points(value: float | None) -> str:
    """Write points with two decimals at most.

    Examples
    --------
    >>> _points(17.380000000000003), _points(12.0), _points(None), _points(-0.0)
    ('17.38', '12', '', '0')
    """
    if value is None:
        return ""
    return f"{round(value, 2) + 0.0:.2f}".rstrip("0").rstrip(".")


def _harmless(text: str) -> str:
    """Keep a spreadsheet from taking a name for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _numbered(assignment: Assignment, columns: Sequence[str]) -> str:
    return next(
        (head for head in columns if re.fullmatch(rf"{re.escape(assignment.name)} \(\d+\)", head)), assignment.name
    )


def _moodle_names(student: Listed) -> Row:
    first, last = student.get("first"), student.get("last")
    if not first and not last:
        first, _, last = student.name.rpartition(" ")
    known = [student.get(name) for name in ("username", "id_number", "email")]
    if not any(known):
        known[2 if "@" in student.id else 0] = student.id
    return [_harmless(first), _harmless(last), *known]
