"""What has been graded, so that a run that ended early goes on and nothing is graded twice.

A mark is kept here as soon as it is made, and marked as done once the gradebook and the notebook have it.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from grader.classroom.marking import Marked
from grader.errors import GraderError

_TABLES = """
create table if not exists marks (
    assignment text, student text, content text, digest text, seed integer, timestamp text,
    done integer not null default 0, mark blob, primary key (assignment, student));
create table if not exists runs (assignment text primary key, seed integer, digest text);
"""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a submission that was marked.

    Parameters
    ----------
    content, digest, seed
        The digest of the file, of everything else that its mark depends on, and the cases' seed.
    timestamp
        When it was handed in.
    done
        Whether the gradebook has it.
    """

    content: str
    digest: str
    seed: int
    timestamp: str
    done: bool


class LedgerError(GraderError):
    """The file with what has been graded can't be used."""


class Ledger:
    """What has been graded in a class. A context manager.

    Parameters
    ----------
    path
        An SQLite file, which is made where it is missing.

    Raises
    ------
    LedgerError
        If it can't be opened.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=30.0)
            self._db.execute("pragma journal_mode = wal")
            self._db.executescript(_TABLES)
        except (OSError, sqlite3.Error) as error:
            raise LedgerError(
                f"{path} keeps what has been graded, and can't be used ({error}). "
                "Move it away to grade everything again."
            ) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()

    def begin(self, assignment: str, digest: str, seed: int | None = None) -> int:
        """Begin a run, or go on with one that ended early, and give its seed.

        Parameters
        ----------
        assignment
            The assignment.
        digest
            Of everything that marks depend on: another one begins a new run.
        seed
            The seed that is wanted; by default a new random one for a new run.
        """
        found = self._db.execute("select seed, digest from runs where assignment = ?", (assignment,)).fetchone()
        if found and seed in (None, found[0]) and found[1] == digest:
            return found[0]
        seed = secrets.randbits(32) if seed is None else seed
        with self._db:
            self._db.execute("insert or replace into runs values (?, ?, ?)", (assignment, seed, digest))
        return seed

    def finish(self, assignment: str) -> None:
        """End a run: the next one draws other cases."""
        with self._db:
            self._db.execute("delete from runs where assignment = ?", (assignment,))

    def known(self, assignment: str) -> dict[str, Known]:
        """Give what is known, by student."""
        columns = "student, content, digest, seed, timestamp, done"
        rows = self._db.execute(f"select {columns} from marks where assignment = ?", (assignment,))  # noqa: S608
        return {student: Known(*rest) for student, *rest in rows}

    def keep(
        self, assignment: str, student: str, content: str, digest: str, seed: int, timestamp: str, mark: Marked
    ) -> None:
        """Keep a mark that the gradebook does not have yet."""
        row = (assignment, student, content, digest, seed, timestamp, 0, _packed(mark))
        with self._db:
            self._db.execute("insert or replace into marks values (?, ?, ?, ?, ?, ?, ?, ?)", row)

    def unfinished(self, assignment: str) -> Iterator[tuple[str, str, Marked]]:
        """Give what was marked and did not reach the gradebook: student, time, mark."""
        rows = self._db.execute(
            "select student, timestamp, mark from marks where assignment = ? and not done order by student",
            (assignment,),
        ).fetchall()
        for student, timestamp, mark in rows:
            yield student, timestamp, _unpacked(mark)

    def done(self, assignment: str, students: list[str]) -> None:
        """Note that the gradebook and the notebooks have these."""
        with self._db:
            self._db.executemany(
                "update marks set done = 1, mark = null where assignment = ? and student = ?",
                [(assignment, student) for student in students],
            )


def _packed(mark: Marked) -> bytes:
    told = [dict(mark.scores), dict(mark.comments), mark.problems, mark.errors, mark.readable]
    return zlib.compress(json.dumps(told).encode() + b"\n" + mark.notebook, 1)


def _unpacked(packed: bytes) -> Marked:
    told, _, notebook = zlib.decompress(packed).partition(b"\n")
    scores, comments, problems, errors, readable = json.loads(told)
    return Marked(notebook, scores, comments, tuple(problems), tuple(errors), readable)
