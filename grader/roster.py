"""The list of a class's students, as a system writes it or as a small table."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from grader.errors import GraderError

MOST_BYTES = 20_000_000
FIELDS = {
    # A Canvas gradebook: Student, ID, SIS User ID, SIS Login ID, Section. A Moodle list: First name, Last name (once
    # Surname), Full name, Username, ID number, Email address; its grading worksheet has Identifier.
    "student": ("student_id", "student id", "student"),
    "name": ("name", "full name"),
    "first": ("first name", "first_name"),
    "last": ("last name", "surname", "last_name"),
    "email": ("email address", "email"),
    "username": ("username",),
    "id_number": ("id number", "matriculation number"),
    "identifier": ("identifier",),
    "canvas_id": ("id",),
    "sis_user_id": ("sis user id",),
    "login": ("sis login id",),
    "section": ("section",),
    "modified": ("last modified (submission)",),
}
MARKUP = frozenset('<>"\\')
"""Signs that no id may have: the formgrader writes ids into its pages as they are, and scripts can be made of these."""
IDS = ("student", "login", "username", "id_number", "sis_user_id", "email", "canvas_id", "identifier")
"""What names a student's folder: the first of these that the roster has."""


class RosterError(GraderError):
    """A roster can't be read, or lacks what is needed."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One student of a roster.

    Parameters
    ----------
    id
        The student's id in nbgrader, which is also the folder's name.
    name
        The full name; empty where the roster has none.
    fields
        What else the roster says, by the names in `FIELDS`.
    """

    id: str
    name: str = ""
    fields: dict[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """Give a field, empty where the roster does not have it."""
        return self.fields.get(name, "")


@dataclass(frozen=True, slots=True)
class Roster:
    """The students of a class, and the columns of the file that lists them."""

    students: tuple[Listed, ...]
    columns: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Listed]:
        return iter(self.students)

    def by_id(self) -> dict[str, Listed]:
        """Give the students by their ids."""
        return {one.id: one for one in self.students}


def read_roster(path: Path) -> Roster:
    """Read a list of students: a CSV file as Canvas or Moodle writes it, or one with the columns student and name.

    Raises
    ------
    RosterError
        If it can't be read, has no column for the students' ids, or names one twice.
    """
    rows = _rows(path)
    header = [cell.strip() for cell in rows[0][1]]
    places = _places(header)
    ids = [name for name in IDS if name in places]
    if not ids:
        raise RosterError(
            f"{path} has the columns {', '.join(header) or '(none)'}; one with the students' ids is expected: "
            "student, SIS Login ID, Username, ID number or Email address."
        )
    students: dict[str, Listed] = {}
    for number, row in rows[1:]:
        if _is_no_student(row):
            continue
        fields = {name: row[place].strip() for name, place in places.items() if place < len(row)}
        student = next((fields[name] for name in ids if fields.get(name)), "")
        _check_id(path, number, student)
        before = students.setdefault(_folder(student), Listed(student, _name(fields), fields))
        if before.fields is not fields:
            twice = f"{student} is listed twice" if before.id == student else _same_folder(before.id, student)
            raise RosterError(f"{path}, line {number}: {twice}.")
    if not students:
        raise RosterError(f"{path} lists no students.")
    return Roster(tuple(students.values()), tuple(header))


def letters(name: str) -> str:
    """Reduce a name to its letters and digits, as Canvas does in the names of files.

    Examples
    --------
    >>> letters("O'Neil, Zoë")
    'oneilzoë'
    """
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFC", name)).lower()


def _rows(path: Path) -> list[tuple[int, list[str]]]:
    """Give the rows that are not empty, with their lines."""
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
        if len(raw) > MOST_BYTES:
            raise RosterError(f"{path} has more than {MOST_BYTES:,} bytes; a list of students is expected, as CSV.")
        text = raw.decode("utf-8-sig")
    except OSError as error:
        raise RosterError(f"{path} can't be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise RosterError(f"{path} is not in UTF-8; export the list of students as CSV in UTF-8.") from None
    head = next((line for line in text.splitlines() if line.strip(",;\t ") and not line.startswith("sep=")), "")
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise RosterError(f"{path} is not CSV, in line {reader.line_num}: {error}.") from None
    if rows and re.fullmatch(r"sep=.?", "".join(rows[0][1])):  # Excel's own line
        rows.pop(0)
    if not rows:
        raise RosterError(f"{path} is empty; a list of students is expected, with a line of headings.")
    return rows


def _places(header: Sequence[str]) -> dict[str, int]:
    """Find the columns. In a Canvas gradebook, Student is the name; elsewhere it is the id."""
    lower = [cell.lower() for cell in header]
    known = {name: next((lower.index(one) for one in heads if one in lower), -1) for name, heads in FIELDS.items()}
    if "student" in lower and "id" in lower:
        known["student"], known["name"] = -1, lower.index("student")
    elif known["student"] < 0 and "id" in lower:
        known["student"], known["canvas_id"] = lower.index("id"), -1
    return {name: place for name, place in known.items() if place >= 0}


def _is_no_student(row: Sequence[str]) -> bool:
    """Tell Canvas' rows of points and its test student from students."""
    first = row[0].strip()
    return "Points Possible" in first or first in ("Student, Test", "Test Student")


def _name(fields: dict[str, str]) -> str:
    return fields.get("name") or " ".join(filter(None, (fields.get("first"), fields.get("last"))))


def _check_id(path: Path, number: int, student: str) -> None:
    if not student:
        raise RosterError(f"{path}, line {number} has no id for its student.")
    signs = MARKUP | {"/"}
    if student.startswith(".") or set(student) & signs or not student.isprintable() or len(student.encode()) > 200:
        raise RosterError(
            f"{path}, line {number}: {student!r} can't name a folder, which a student's id does. An id has 200 bytes "
            f"at most, no dot in front, no control characters, and none of {' '.join(sorted(signs))}"
        )


def _folder(student: str) -> str:
    """Give what a student's folder is called on systems that don't tell large letters from small ones."""
    return unicodedata.normalize("NFC", student).casefold().rstrip(". ")


def _same_folder(first: str, second: str) -> str:
    return (
        f"{first} and {second} name the same folder on some systems, and a student's work is kept in the folder of the "
        "id; change one of them"
    )
