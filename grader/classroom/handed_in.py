"""What a class has handed in: folders and files that may be anything."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from grader.submission import Submission, load, read_submission, unreadable

TIMESTAMP = "timestamp.txt"
ENDING = ".ipynb"


@dataclass(frozen=True, slots=True)
class HandedIn:
    """One student's submission of one notebook.

    Parameters
    ----------
    student
        The student's id, which is the folder's name.
    folder
        ``submitted/STUDENT/ASSIGNMENT``.
    name
        The file with the answers; empty where there is none.
    timestamp
        What ``timestamp.txt`` says; empty where there is none.
    problems
        What was wrong with the folder, in plain sentences.
    notebooks
        How many notebooks are in the folder.
    """

    student: str
    folder: Path
    name: str = ""
    timestamp: str = ""
    problems: tuple[str, ...] = ()
    notebooks: int = 1

    @property
    def missing(self) -> bool:
        """Whether there is nothing that could be graded, and nothing to report about it."""
        return not self.notebooks and not self.name and not self.problems

    def read(self) -> tuple[str, Submission]:
        """Give what identifies the content, and the content; links are not followed, and nothing is waited for."""
        raw, why = load(self.folder / self.name) if self.name else (b"", "")
        told = unreadable(why) if why else Submission(()) if not self.name else read_submission(raw)
        return self._digest(raw, why), told

    def digest(self) -> str:
        """Give what identifies the content."""
        raw, why = load(self.folder / self.name) if self.name else (b"", "")
        return self._digest(raw, why)

    def _digest(self, raw: bytes, why: str) -> str:
        found = sha256(raw)
        found.update("\0".join((why, *self.problems)).encode(errors="replace"))
        return found.hexdigest()


@dataclass(frozen=True, slots=True)
class Carried(HandedIn):
    """A submission that was read and can be sent anywhere: its text is in it, and its folder is not looked at.

    Parameters
    ----------
    content
        What identifies the content.
    submission
        The content. Outputs are not part of it.
    beside
        What is wrong with the files next to the notebook, in plain sentences.
    """

    content: str = ""
    submission: Submission = Submission(())  # noqa: RUF009 - it is frozen
    beside: tuple[str, ...] = ()

    def read(self) -> tuple[str, Submission]:
        """Give what identifies the content, and the content."""
        return self.content, self.submission


Choose = Callable[[Path, list[str]], tuple[str, tuple[str, ...]]]
"""Takes a folder and its notebooks, and gives the one to be graded and what the feedback says about it."""


def find_submissions(submitted: Path, assignment: str, notebook: str, choose: Choose) -> Iterator[HandedIn]:
    """Give every submission of an assignment, ordered by student. Links are not followed.

    Parameters
    ----------
    submitted
        The folder with one folder a student.
    assignment, notebook
        The assignment's folder, and its notebook's name without ``.ipynb``.
    choose
        What chooses between several notebooks, or takes one of another name.
    """
    usual = f"{notebook}{ENDING}"
    for student in _folders(submitted):
        folder = submitted / student / assignment
        try:
            kind = os.lstat(folder).st_mode
        except OSError:
            continue
        if stat.S_ISLNK(kind):
            why = "The folder of this submission is a link to another place, and links are not followed. "
            why += "Nothing could be graded."
            yield HandedIn(student, folder, problems=(why,), notebooks=0)
        elif stat.S_ISDIR(kind):
            yield _look_into(student, folder, usual, choose)


def _look_into(student: str, folder: Path, usual: str, choose: Choose) -> HandedIn:
    try:
        with os.scandir(folder) as entries:
            names = sorted(e.name for e in entries if e.name.lower().endswith(ENDING) and e.name[0] != ".")
    except OSError as error:
        why = f"The folder of this submission could not be read ({error.strerror}). Nothing could be graded."
        return HandedIn(student, folder, problems=(why,), notebooks=0)
    timestamp, problems = _timestamp(folder / TIMESTAMP)
    name, told = (usual, ()) if names == [usual] else choose(folder, names) if names else ("", ())
    return HandedIn(student, folder, name, timestamp, (*problems, *told) if names else (), len(names))


def _folders(path: Path) -> list[str]:
    try:
        with os.scandir(path) as entries:
            return sorted(e.name for e in entries if e.is_dir(follow_symlinks=False) and not e.name.startswith("."))
    except FileNotFoundError:
        return []


def _timestamp(path: Path) -> tuple[str, tuple[str, ...]]:
    """Read when something was handed in, as nbgrader writes it down."""
    try:
        os.lstat(path)
    except OSError:
        return "", ()
    raw, why = load(path)
    unknown = "it is not known when this was handed in."
    if why:
        return "", (f"{TIMESTAMP} was not read, because {why}; {unknown}",)
    text = raw[:200].decode(errors="replace").strip()
    if not text:
        return "", ()
    from nbgrader.utils import parse_utc  # slow to load, and not needed by the processes that mark

    try:
        parse_utc(text)
    except Exception:  # the parser raises many kinds, and whatever it is, this is not a time
        return "", (f"{TIMESTAMP} contains no time; {unknown}",)
    return text, ()
