"""Recognising a chapter's notebook by its content, whatever its file is called."""

from __future__ import annotations

import os
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from course.checking.student_code import names_bound
from grader.cell_roles import nbgrader_metadata, role
from grader.node import AnyNode
from grader.submission import Submission, read_file

TEXTS = 3
"""This many cells of the release, word for word, make a notebook the chapter's."""
MOST = 30
"""At most this many notebooks of one submission are looked at."""
MOST_BYTES = 150_000_000
"""Bytes of all that are looked at after the first: reading them holds up the class."""
_LONG = 40
"""Characters from which on a cell's text is the release's own."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A notebook that fits: how many answers are written in it, how new it is, and its name."""

    work: int
    when: int
    name: str
    answers: tuple[str, ...]


class Recognise:
    """Chooses the notebook of an assignment among those handed in.

    Parameters
    ----------
    release
        What was handed out.
    usual
        The name of its file.
    exercises
        The exercises in it.
    """

    def __init__(self, release: AnyNode, usual: str, exercises: Collection[str]) -> None:
        self.usual = usual
        self.exercises = frozenset(exercises)
        self.stubs = {
            nbgrader_metadata(cell)["grade_id"]: cell.source.strip()
            for cell in release.cells
            if role(cell) == "solution"
        }
        self.ids = {nbgrader_metadata(cell)["grade_id"] for cell in release.cells if nbgrader_metadata(cell)}
        self.texts = {cell.source.strip() for cell in release.cells if len(cell.source.strip()) >= _LONG}

    def __call__(self, folder: Path, names: list[str]) -> tuple[str, tuple[str, ...]]:
        """Give the file to be graded, and what its feedback says about it."""
        looked_at = _first(folder, sorted(names, key=lambda name: (name != self.usual, name)))
        name, told = self._choose(folder, names, looked_at)
        left_out = len(names) - len(looked_at)
        if left_out:
            told = (*told, f"Other notebooks were not looked at, because they are too many or too large: {left_out}.")
        return name, told

    def _choose(self, folder: Path, names: list[str], looked_at: list[str]) -> tuple[str, tuple[str, ...]]:
        fitting = [found for name in looked_at if (found := self._look_at(folder, name))]
        if not fitting:
            if self.usual in names:
                return self.usual, ()
            shown = ", ".join(map(_plain, looked_at[:3])) + (" and others" if len(names) > 3 else "")
            return "", (f"No notebook of this assignment was handed in: {shown}. Nothing could be graded.",)
        best = max(fitting, key=lambda one: (one.work, one.when, one.name))
        others = [one for one in fitting if one.answers != best.answers]
        if others:
            why = "the most answers are in it" if all(one.work < best.work for one in others) else "it is the newest"
            also = ", ".join(_plain(one.name) for one in others[:3]) + (" and others" if len(others) > 3 else "")
            return best.name, (f"{_plain(best.name)} was graded, and not {also}: {why}.",)
        if best.name != self.usual:
            return best.name, (f"{_plain(best.name)} was graded as {_plain(self.usual)}.",)
        return best.name, ()

    def _look_at(self, folder: Path, name: str) -> _Candidate | None:
        submission = read_file(folder / name)
        if not submission.cells or not self._fits(submission):
            return None
        answers = self._answers(submission)
        return _Candidate(len(answers), os.lstat(folder / name).st_mtime_ns, name, answers)

    def _fits(self, submission: Submission) -> bool:
        if any(cell.key in self.ids for cell in submission.cells):
            return True
        if len({cell.source.strip() for cell in submission.cells} & self.texts) >= TEXTS:
            return True
        return any(cell.code and names_bound(cell.source) & self.exercises for cell in submission.cells)

    def _answers(self, submission: Submission) -> tuple[str, ...]:
        """Give the answers that differ from what was handed out."""
        stubs = set(self.stubs.values())
        return tuple(
            text
            for cell in submission.cells
            if (text := cell.source.strip())
            and text not in stubs
            and (cell.key in self.stubs or (cell.code and names_bound(text) & self.exercises))
        )


def _first(folder: Path, names: list[str]) -> list[str]:
    """Give as many notebooks as are looked at: the first, and others that are not too large together."""
    first, left = names[:1], MOST_BYTES
    for name in names[1:MOST]:
        with suppress(OSError):  # gone since it was listed
            left -= os.lstat(folder / name).st_size
        if left < 0:
            break
        first.append(name)
    return first


def _plain(name: str) -> str:
    """Quote a file's name, which comes from outside."""
    shown = "".join(letter if letter.isprintable() and letter != "`" else "?" for letter in name)
    return f"`{shown if len(shown) <= 60 else shown[:40] + '…' + shown[-12:]}`"
