"""Students' names beside their ids, where a class list or the gradebook knows them."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from grader.class_lists import FOLDER
from grader.errors import GraderError
from grader.roster import read_roster


def student_names(root: Path, url: str) -> dict[str, str]:
    """Give the names that are known, by id; a class list's count more. Where none can be read, ids say enough.

    Parameters
    ----------
    root
        The class folder.
    url
        The gradebook's address. Nothing is made or changed there.
    """
    found: dict[str, str] = {}
    if not url.startswith("sqlite:") or Path(url.removeprefix("sqlite:///")).is_file():  # SQLite would make the file
        with (
            suppress(SQLAlchemyError, ImportError, ValueError),
            create_engine(url, poolclass=NullPool).connect() as book,
        ):
            for student, *names in book.execute(text("select id, first_name, last_name from student")):
                found[student] = " ".join(filter(None, names))
    for path in sorted((root / FOLDER).glob("*.csv")):
        with suppress(GraderError):
            found |= {one.id: one.name for one in read_roster(path) if one.name}
    return found


def with_name(student: str, names: Mapping[str, str]) -> str:
    """Write a student's name behind the id.

    Examples
    --------
    >>> names = {"mm12": "Mia Maier", "zed": ""}
    >>> with_name("mm12", names), with_name("zed", names)
    ('mm12 (Mia Maier)', 'zed')
    """
    name = names.get(student)
    return f"{student} ({name})" if name and name != student else student
