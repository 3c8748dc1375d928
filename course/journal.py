"""What a student has passed so far, kept in the working copy."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

MARKER = ".layer-by-layer"
"""The hidden folder that makes a folder a working copy."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check as it was written down.

    Parameters
    ----------
    time
        When, in UTC.
    exercise
        Its name: ``"linear"``.
    score
        From 0 to 1.
    passed
        Whether every case was right.
    misconception
        The known mistake that explained it, if one did.
    """

    time: datetime
    exercise: str
    score: float
    passed: bool
    misconception: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a student stands with one exercise.

    Parameters
    ----------
    score
        The best so far, from 0 to 1.
    tries
        Checks up to the first that passed; all of them where none did.
    passed_at
        When it was passed for the first time, in UTC.
    """

    score: float
    tries: int
    passed_at: datetime | None = None


class Journal:
    """The checks of one working copy: one JSON line each, only ever appended.

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
        """The file that holds it."""
        return self.root / MARKER / "journal.jsonl"

    @classmethod
    def find(cls, start: Path | None = None) -> Journal | None:
        """Return the journal of the working copy that `start`, by default the current folder, lies in."""
        try:
            here = (start or Path.cwd()).resolve()
        except OSError:  # the current folder was deleted
            return None
        for folder in (here, *here.parents):
            if os.path.isdir(folder / MARKER):  # unlike Path.is_dir, False where it may not be looked at
                return cls(folder)
        return None

    def record(self, *, exercise: str, score: float, passed: bool, misconception: str | None = None) -> bool:
        """Write one check down, and say whether that worked: a journal never stands in a check's way."""
        line = json.dumps(
            {
                "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
                "exercise": exercise,
                "score": float(score),
                "passed": bool(passed),
                "misconception": misconception,
            }
        )
        try:
            _append(self.path, line.encode() + b"\n")
        except OSError:
            return False
        return True

    def __iter__(self) -> Iterator[Check]:
        """Yield the checks as they were written down; lines that make no sense are passed over."""
        try:
            with self.path.open("rb") as lines:
                for line in lines:
                    check = _parse(line)
                    if check is not None:
                        yield check
        except OSError:
            return

    def best(self) -> dict[str, Entry]:
        """Return, for each exercise that was checked, where the student stands."""
        entries: dict[str, Entry] = {}
        for check in self:
            before = entries.get(check.exercise, Entry(score=0.0, tries=0))
            done = before.passed_at is not None
            entries[check.exercise] = Entry(
                score=max(before.score, check.score),
                tries=before.tries if done else before.tries + 1,
                passed_at=before.passed_at if done or not check.passed else check.time,
            )
        return entries


def _append(path: Path, line: bytes) -> None:
    # One write to a file opened for appending: lines of two kernels follow each other and never mix.
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)
    try:
        if _is_torn(descriptor):
            line = b"\n" + line
        os.write(descriptor, line)
    finally:
        os.close(descriptor)


def _is_torn(descriptor: int) -> bool:
    """Say whether the last line has no end: a full disk or a power cut stopped it."""
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
                misconception = rest.get("misconception")
                return Check(
                    time=_utc(time),
                    exercise=exercise,
                    score=float(score),
                    passed=passed,
                    misconception=misconception if isinstance(misconception, str) else None,
                )
    except (ValueError, RecursionError, OverflowError):
        pass  # torn, or written by something else
    return None


def _utc(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
