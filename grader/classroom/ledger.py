"""What has been graded, so that a run that ended early can continue and nothing is graded twice.

A mark is kept here as soon as it is made, and noted as done once it is in the gradebook and the notebooks.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from grader.boundary.trusted.locks import lock
from grader.boundary.trusted.owned import give_back, owned_folder
from grader.classroom.marking import Marked
from grader.errors import GraderError

_TABLES = """
create table if not exists marks (
    assignment text, student text, content text, digest text, run integer, seed integer, timestamp text,
    readable integer, done integer not null default 0, mark blob, primary key (assignment, student));
create table if not exists runs (
    id integer primary key autoincrement, assignment text, seed integer, digest text, asked text, open integer);
"""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known about a submission that was marked.

    Parameters
    ----------
    content, digest
        What identifies the submission, and everything else that its mark depends on but the seed.
    run, seed
        The run in which it was marked, and the seed of its cases.
    timestamp
        When it was handed in.
    readable
        Whether there was a notebook to be graded.
    done
        Whether it is in the gradebook.
    """

    content: str
    digest: str
    run: int
    seed: int
    timestamp: str
    readable: bool
    done: bool


@dataclass(frozen=True, slots=True)
class Run:
    """A grading run: its number, the seed of its cases, what its marks depend on, and what was asked for."""

    id: int
    seed: int
    digest: str
    asked: str


class LedgerError(GraderError):
    """The file with what has been graded can't be used."""


class Ledger:
    """What has been graded in a class. A context manager.

    Parameters
    ----------
    path
        An SQLite file, which is made where it is missing.
    writes
        False to leave the file, and all next to it, as it is: what is written is not kept.

    Raises
    ------
    LedgerError
        If it can't be opened, or another run uses it.
    """

    def __init__(self, path: Path, writes: bool = True) -> None:
        self.path = path
        self._lock = -1
        with self._told():
            if writes:
                path.parent.mkdir(parents=True, exist_ok=True)
            self._lock = _lock(path, writes)
            self._db = sqlite3.connect(path, timeout=30.0) if writes else _copy(path)
            self._db.execute("pragma journal_mode = wal")
            self._db.execute("pragma synchronous = normal")  # enough for a process that is ended
            self._db.executescript(_TABLES)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()
        if self._lock >= 0:
            os.close(self._lock)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            raise LedgerError(
                f"{self.path}, which keeps what has been graded, can't be used ({error}). What is in it is kept."
            ) from None
        except (ValueError, TypeError, AttributeError, RecursionError):
            raise LedgerError(
                f"{self.path}, which keeps what has been graded, has an entry that can't be read. Move it away, and "
                "everything is graded again."
            ) from None

    def open_run(self, assignment: str) -> Run | None:
        """Give the run that ended early, if there is one."""
        with self._told():
            found = self._db.execute(
                "select id, seed, digest, asked from runs where assignment = ? and open", (assignment,)
            ).fetchone()
            return found and Run(*found)

    def begin(self, assignment: str, digest: str, asked: str = "", seed: int | None = None) -> Run:
        """Begin a run, in place of one that ended early.

        Parameters
        ----------
        assignment
            The assignment.
        digest
            Of everything that marks depend on.
        asked
            What was asked for. A run that ended early is gone on with if the same is asked for.
        seed
            The seed to use; by default a new random one.
        """
        seed = secrets.randbits(32) if seed is None else seed
        with self._told(), self._db:
            self._db.execute("update runs set open = 0 where assignment = ?", (assignment,))
            row = (assignment, seed, digest, asked)
            made = self._db.execute(
                "insert into runs (assignment, seed, digest, asked, open) values (?, ?, ?, ?, 1)", row
            )
        return Run(made.lastrowid or 0, seed, digest, asked)

    def finish(self, assignment: str) -> None:
        """End a run: the next one draws other cases."""
        with self._told(), self._db:
            self._db.execute("update runs set open = 0 where assignment = ?", (assignment,))

    def known(self, assignment: str) -> dict[str, Known]:
        """Give what is known, by student."""
        columns = "student, content, digest, run, seed, timestamp, readable, done"
        with self._told():
            rows = self._db.execute(f"select {columns} from marks where assignment = ?", (assignment,))  # noqa: S608
            return {
                student: Known(content, digest, run, seed, timestamp, bool(readable), bool(done))
                for student, content, digest, run, seed, timestamp, readable, done in rows
            }

    def keep(self, assignment: str, student: str, timestamp: str, run: Run, mark: Marked) -> None:
        """Keep a mark that the gradebook does not have yet."""
        row = (assignment, student, mark.content, run.digest, run.id, run.seed, timestamp, mark.readable, _packed(mark))
        with self._told(), self._db:
            self._db.execute("insert or replace into marks values (?, ?, ?, ?, ?, ?, ?, ?, 0, ?)", row)

    def unfinished(self, assignment: str, digest: str) -> Iterator[tuple[str, str, Marked]]:
        """Give what was marked by this release and did not reach the gradebook: student, time, mark."""
        with self._told():
            students = self._db.execute(
                "select student from marks where assignment = ? and digest = ? and not done order by student",
                (assignment, digest),
            ).fetchall()
        for (student,) in students:
            with self._told():
                timestamp, mark = self._db.execute(
                    "select timestamp, mark from marks where assignment = ? and student = ?", (assignment, student)
                ).fetchone()
                kept = _unpacked(mark)
            yield student, timestamp, kept

    def done(self, assignment: str, students: Sequence[str]) -> None:
        """Note that the gradebook and the notebooks have these."""
        with self._told(), self._db:
            self._db.executemany(
                "update marks set done = 1, mark = null where assignment = ? and student = ?",
                [(assignment, student) for student in students],
            )

    def handed_in(self, assignment: str, times: Sequence[tuple[str, str]]) -> None:
        """Note that the gradebook has other times at which students handed in."""
        with self._told(), self._db:
            self._db.executemany(
                "update marks set timestamp = ? where assignment = ? and student = ?",
                [(time, assignment, student) for student, time in times],
            )


def _copy(path: Path) -> sqlite3.Connection:
    """Read the file into memory, with what a killed run has left in its journal. SQLite itself would tidy up there."""
    found = sqlite3.connect(":memory:")
    folder, mark = owned_folder()
    try:
        for name in (path.name, f"{path.name}-wal"):
            with suppress(FileNotFoundError):
                shutil.copyfile(path.with_name(name), folder / name)
        with closing(sqlite3.connect(folder / path.name)) as copied:
            copied.backup(found)
    finally:
        give_back(folder, mark)
    return found


def _lock(path: Path, writes: bool) -> int:
    """Hold the file for this process; the system lets go of it when the process ends, however it ends."""
    file = path.with_name(f"{path.name}.lock")
    if not writes and not file.exists():
        return -1
    held = os.open(file, os.O_RDWR | os.O_CREAT if writes else os.O_RDONLY, 0o644)
    try:
        lock(held, shared=not writes)
    except BlockingIOError:
        os.close(held)
        raise LedgerError(f"Another run grades this class at the moment ({path}). Wait for its end.") from None
    return held


def _packed(mark: Marked) -> bytes:
    told = [dict(mark.scores), dict(mark.comments), mark.problems, mark.errors, mark.readable, mark.content]
    return json.dumps(told).encode() + b"\n" + mark.notebook


def _unpacked(packed: bytes) -> Marked:
    told, _, notebook = packed.partition(b"\n")
    scores, comments, problems, errors, readable, content = json.loads(told)
    return Marked(notebook, scores, comments, tuple(problems), tuple(errors), readable, content)
