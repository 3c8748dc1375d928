"""nbgrader's autograding, careful about the folders: what is in them may be anything.

nbgrader itself follows links with the instructor's rights, waits at pipes, copies devices until the disk is full,
and grades nothing where a timestamp can't be read.
"""

from __future__ import annotations

import logging
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from nbgrader.converters import Autograde
from nbgrader.converters.base import BaseConverter
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import parse_utc

from grader.beside import TIMESTAMP, copy_file, files_beside, is_link_below, matches, read_start, told_beside
from grader.submission import Submission, read_file, unreadable
from grader.visible import visible

LINKED = "its folder is a link to another place, and links are not followed"


class _OrdinaryFiles(BaseConverter):
    """Takes the place of the part of nbgrader that copies what is next to a notebook."""

    coursedir: Any
    left_out: dict[tuple[str, str], tuple[str, ...]]

    def init_assignment(self, assignment_id: str, student_id: str) -> None:
        """Copy ordinary files, and remember what to say about the others."""
        places = (self._format_source(assignment_id, student_id), self._format_dest(assignment_id, student_id))
        source, target = map(Path, places)
        told: list[str] = []
        if not is_link_below(submitted_root(self.coursedir), source):
            told += _copy_ordinary(source, target, self.coursedir.ignore)
            told += _copy_timestamp(source, target)
        self.left_out[assignment_id, student_id] = tuple(told)


class CarefulAutograde(Autograde, _OrdinaryFiles):
    """What `take_care` makes of nbgrader's converter."""


def take_care(converter: Any) -> None:
    """Make an autograding converter of nbgrader's a careful one.

    nbgrader has no setting for this: it makes the converter by name.
    """
    if type(converter) is not Autograde:
        return
    careful: Any = converter
    careful.__class__ = CarefulAutograde
    careful.left_out = {}
    careful.coursedir.get_existing_timestamp = partial(timestamp_of, careful)
    careful.log.addFilter(_shown)


def read_times_carefully(api: Any) -> None:
    """Let the class through which nbgrader's formgrader looks at submissions list those without a readable time, too.

    nbgrader shows none of an assignment's submissions if one student's timestamp can't be read, and waits at a pipe.
    """
    api.get_submitted_timestamp = _submitted_at


def _submitted_at(api: Any, assignment_id: str, student_id: str) -> datetime | None:
    coursedir = api.coursedir
    return timestamp_of(api, coursedir.format_path(coursedir.submitted_directory, student_id, assignment_id))


def _shown(record: logging.LogRecord) -> bool:
    r"""Have control characters shown in what nbgrader logs: a file's name may hold some, and a new line.

    Examples
    --------
    >>> record = logging.LogRecord("nbgrader", logging.INFO, "", 1, "Skipping %s", ("a\n\x1b[8m",), None)
    >>> _shown(record), record.getMessage()
    (True, 'Skipping a\\n\\x1b[8m')
    """
    record.msg = "\n".join(map(visible, str(record.msg).split("\n")))
    if isinstance(record.args, tuple):
        record.args = tuple(visible(one) if isinstance(one, str) else one for one in record.args)
    return True


def submitted_root(coursedir: CourseDirectory) -> Path:
    """Give the folder below which nothing is trusted."""
    return Path(str(coursedir.root), str(coursedir.submitted_directory))


def read_handed_in(coursedir: CourseDirectory, path: Path) -> Submission:
    """Read a submitted notebook, unless a link leads to it."""
    if is_link_below(submitted_root(coursedir), path.parent):
        return unreadable(LINKED)
    return read_file(path)


def timestamp_of(converter: Any, folder: str) -> datetime | None:
    """Give the time in a folder's timestamp; None where there is none that can be read, which is logged."""
    text, why = _read_timestamp(Path(folder))
    if why:
        converter.log.warning("%s", visible(f"{folder}: {why}"))
    return parse_utc(text) if text else None


def _read_timestamp(folder: Path) -> tuple[str, str]:
    """Give what a timestamp says, and what is wrong with it; one of them is empty, or both where there is none."""
    unknown = "it is not known when this was handed in."
    try:
        text = read_start(folder / TIMESTAMP, 200).decode(errors="replace").strip()
    except FileNotFoundError:
        return "", ""
    except OSError:
        return "", f"{TIMESTAMP} is not an ordinary file that can be read; {unknown}"
    try:
        return (text, "") if text and parse_utc(text) else ("", "")
    except Exception:  # the parser raises many kinds, and whatever it is, this is not a time
        return "", f"{TIMESTAMP} contains no time; {unknown}"


def _copy_timestamp(source: Path, target: Path) -> list[str]:
    text, why = _read_timestamp(source)
    if text:
        copy_file(source / TIMESTAMP, target / TIMESTAMP)
    return [why] if why else []


def _copy_ordinary(source: Path, target: Path, ignore: list[str]) -> list[str]:
    kept, left_out = files_beside(source, matches([*ignore, "*.ipynb"]))
    for path in kept:
        try:
            copy_file(path, target / path.relative_to(source))
        except OSError:  # not readable; a full disk of the instructor is reported when the notebook is written
            left_out += 1
    return list(told_beside(left_out))
