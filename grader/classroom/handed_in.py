"""What a class has handed in: folders and files that may be anything."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from grader.submission import MAX_BYTES

MAX_BESIDE = 100
"""Files beside a notebook that are kept with its grade."""
MAX_BESIDE_BYTES = 20_000_000
"""Bytes of all of them together."""
HOLDS_SCRIPT = frozenset({".html", ".htm", ".xhtml", ".svg", ".xml", ".js", ".mjs", ".py", ".pyc", ".ipynb"})
"""Kinds of files that are not kept: a page could run what is in them, or Python import it."""
TIMESTAMP = "timestamp.txt"


@dataclass(frozen=True, slots=True)
class HandedIn:
    """One student's submission of one notebook.

    Parameters
    ----------
    student
        The student's id, which is the folder's name.
    folder
        ``submitted/STUDENT/ASSIGNMENT``.
    path
        The notebook; it may be missing.
    timestamp
        What ``timestamp.txt`` says; empty where there is none.
    problems
        What was wrong with the folder, in plain sentences.
    """

    student: str
    folder: Path
    path: Path
    timestamp: str = ""
    problems: tuple[str, ...] = ()

    def read(self) -> bytes:
        """Read the notebook, without following links or waiting; empty where there is nothing to be read."""
        try:
            with open(self.path, "rb", opener=_plainly) as file:
                return file.read(MAX_BYTES + 1) if stat.S_ISREG(os.fstat(file.fileno()).st_mode) else b""
        except OSError:
            return b""


def digest_of(raw: bytes) -> str:
    """Give what identifies a file's content."""
    return sha256(raw).hexdigest()


def find_submissions(submitted: Path, assignment: str, notebook: str) -> Iterator[HandedIn]:
    """Give every submission of an assignment, ordered by student. Links are not followed.

    Parameters
    ----------
    submitted
        The folder with one folder a student.
    assignment, notebook
        The assignment's folder, and its notebook's name without ``.ipynb``.
    """
    for student in _folders(submitted):
        folder = submitted / student / assignment
        if folder.is_dir() and not folder.is_symlink():
            path = folder / f"{notebook}.ipynb"
            timestamp, problems = _timestamp(folder / TIMESTAMP)
            yield HandedIn(student, folder, path, timestamp, problems)
        elif folder.is_symlink():
            why = "The folder of this submission is a link to another place, and links are not followed."
            yield HandedIn(student, folder / "no-such-folder", folder / "no-such-folder" / "none", "", (why,))


def files_beside(folder: Path) -> tuple[list[Path], tuple[str, ...]]:
    """Give the ordinary files beside a notebook that are kept with its grade, and say what was left out."""
    kept: list[Path] = []
    left, size = 0, 0
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name[:1] != "." and not Path(place, name).is_symlink())
        for name in sorted(names):
            path = Path(place, name)
            if name == TIMESTAMP or path.suffix.lower() in HOLDS_SCRIPT or name[:1] == ".":
                continue
            known = os.lstat(path)
            fits = stat.S_ISREG(known.st_mode) and len(kept) < MAX_BESIDE and size + known.st_size <= MAX_BESIDE_BYTES
            if not fits:
                left += 1
                continue
            size += known.st_size
            kept.append(path)
        if left > MAX_BESIDE:
            break
    many = "more than 100" if left > MAX_BESIDE else str(left)
    told = f"Files beside the notebook that are no ordinary files, or too many or too large, were left out: {many}."
    return kept, (told,) if left else ()


def _plainly(name: str, flags: int) -> int:
    # without O_NONBLOCK, opening a named pipe waits for a writer
    return os.open(name, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0))


def _folders(path: Path) -> list[str]:
    try:
        with os.scandir(path) as entries:
            return sorted(e.name for e in entries if e.is_dir(follow_symlinks=False) and not e.name.startswith("."))
    except FileNotFoundError:
        return []


def _timestamp(path: Path) -> tuple[str, tuple[str, ...]]:
    from nbgrader.utils import parse_utc

    try:
        with open(path, "rb", opener=_plainly) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return "", (f"{TIMESTAMP} is no ordinary file; when this was handed in is not known.",)
            text = file.read(200).decode(errors="replace").strip()
    except FileNotFoundError:
        return "", ()
    except OSError as error:
        return "", (f"{TIMESTAMP} could not be read ({error.strerror}); when this was handed in is not known.",)
    try:
        return (text, ()) if text and parse_utc(text) else ("", ())
    except (ValueError, OverflowError):
        return "", (f"{TIMESTAMP} contains no time; when this was handed in is not known.",)
