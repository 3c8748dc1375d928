"""The journal of a working copy: what every check found."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from course.recorded import NOTHING, Recorded
from course.workcopy import location
from course.workcopy.location import MARKER, find_working_copy


@dataclass(frozen=True, slots=True)
class Check:
    """One check as it was recorded.

    Parameters
    ----------
    time
        When it was made, in UTC.
    exercise
        The exercise's name: ``"linear"``.
    score
        From 0 to 1.
    passed
        Whether every case was right.
    recorded
        What the check found in a wrong answer.
    """

    time: datetime
    exercise: str
    score: float
    passed: bool
    recorded: Recorded = NOTHING

    @property
    def misconception(self) -> str | None:
        """The id of the first mistake that was recognised, if one was."""
        return next(iter(self.recorded.misconceptions), None)


@dataclass(frozen=True, slots=True)
class BestResult:
    """The results of one exercise so far.

    Parameters
    ----------
    score
        The best score, from 0 to 1.
    tries
        The number of checks up to the first that passed, or of all if none did.
    passed_at
        When it was first passed, in UTC.
    """

    score: float
    tries: int
    passed_at: datetime | None = None


class Journal:
    """The checks of one working copy, one JSON line each. Lines are only ever appended.

    Parameters
    ----------
    root
        The working copy.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as root:
    ...     (Path(root) / MARKER).mkdir()
    ...     journal = Journal(Path(root))
    ...     written = journal.record(exercise="linear", score=0.5, passed=False)
    ...     journal.best()["linear"].score
    0.5
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def path(self) -> Path:
        """The journal's file. JupyterLite reads any `.json*` as one document, and waits forever if it isn't one."""
        return self.root / MARKER / ("journal.txt" if self.root == location.DRIVE else "journal.jsonl")

    @classmethod
    def find(cls, start: Path | None = None) -> Journal | None:
        """Return the journal of the working copy around `start`, by default the current folder; None if none is."""
        root = find_working_copy(start)
        return None if root is None else cls(root)

    def record(self, *, exercise: str, score: float, passed: bool, recorded: Recorded = NOTHING) -> bool:
        """Append one check and return whether that worked. It never raises: a check must work without a journal.

        A line is a JSON object with ``time``, ``exercise``, ``score`` and ``passed``, and for a wrong answer with
        what `course.recorded.Recorded` stores.
        """
        line = json.dumps(
            {
                "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
                "exercise": exercise,
                "score": float(score),
                "passed": bool(passed),
                **recorded.to_dict(),
            }
        )
        try:
            if self.root == location.DRIVE:
                self.path.parent.mkdir(exist_ok=True)
            _append(self.path, line.encode() + b"\n")
        except OSError:
            return False
        return True

    def __iter__(self) -> Iterator[Check]:
        """Yield the checks in the order of the file; lines that can't be read are skipped."""
        if not os.path.isfile(self.path):  # a pipe would be waited for, and a device never ends
            return
        try:
            with self.path.open("rb") as lines:
                for line in lines:
                    check = _parse(line)
                    if check is not None:
                        yield check
        except OSError:
            return

    def best(self) -> dict[str, BestResult]:
        """Return the results so far of each exercise that was checked."""
        best: dict[str, BestResult] = {}
        for check in self:
            before = best.get(check.exercise, BestResult(score=0.0, tries=0))
            done = before.passed_at is not None
            best[check.exercise] = BestResult(
                score=max(before.score, check.score),
                tries=before.tries if done else before.tries + 1,
                passed_at=before.passed_at if done or not check.passed else check.time,
            )
        return best


def _append(path: Path, line: bytes) -> None:
    # One write to a file opened for appending: lines of two kernels never mix.
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)
    try:
        if _is_torn(descriptor):
            line = b"\n" + line
        os.write(descriptor, line)
    finally:
        os.close(descriptor)


def _is_torn(descriptor: int) -> bool:
    """Return whether the last line has no end, because of a full disk or a power cut."""
    size = os.fstat(descriptor).st_size
    if size == 0:
        return False
    os.lseek(descriptor, size - 1, os.SEEK_SET)
    return os.read(descriptor, 1) != b"\n"


def _parse(line: bytes) -> Check | None:
    try:
        match json.loads(line):
            case {
                "time": str(time),
                "exercise": str(exercise),
                "score": int() | float() as score,
                "passed": bool(passed),
                **rest,
            } if math.isfinite(score) and 0 <= score <= 1:
                return Check(_utc(time), exercise, float(score), passed, Recorded.read(rest))
    except (ValueError, RecursionError, OverflowError):
        pass  # torn, or not written by us
    return None


def _utc(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
