"""The working copy: a student's own folder of notebooks, kept up to date without touching their work."""

from __future__ import annotations

import contextlib
import errno
import importlib.metadata
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Any

from course.journal import MARKER
from course.placement import Settled, digest, overwrite, settle

_PACKAGE = Path(__file__).resolve().parent
_CHAPTER = re.compile(r"\d\d_\w+")


class WorkspaceError(Exception):
    """A working copy can't be made or brought up to date; the text says why and what to do.

    Parameters
    ----------
    message
        One plain sentence or two.
    path
        The file or folder it is about.
    """

    def __init__(self, message: str, path: Path) -> None:
        super().__init__(message)
        self.path = path


class Outcome(StrEnum):
    """What became of one released file."""

    MADE = "made"
    UPDATED = "updated"  # it still was an earlier release, byte for byte
    CURRENT = "current"
    YOURS = "yours"  # the student's work on this release, or a release they were already offered
    BESIDE = "beside"  # the student's work on an earlier release; the new one now lies beside it
    IN_THE_WAY = "in the way"  # the same, but the place beside it holds the student's work too


@dataclass(frozen=True, slots=True)
class Placed:
    """One released file in the working copy.

    Parameters
    ----------
    name
        The student's file, as a path in the working copy: ``"01_linear/linear.ipynb"``.
    outcome
        What became of it.
    beside
        The name that a newer release has, or wanted to have, beside it.
    """

    name: str
    outcome: Outcome
    beside: str | None = None


@dataclass(frozen=True, slots=True)
class WorkingCopy:
    """A working copy, and what `start` did in it."""

    root: Path
    placed: tuple[Placed, ...]


def course_version() -> str:
    """Return the installed version of the course."""
    try:
        return importlib.metadata.version("layer-by-layer")
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def source_root() -> Path | None:
    """Return the source tree that this package is imported from, or None for an installed package."""
    root = _PACKAGE.parent
    return root if (root / "pyproject.toml").is_file() and (root / "notebooks").is_dir() else None


def released_notebooks() -> Path:
    """Return the folder of the student notebooks: the source tree's, or the one that the wheel carries."""
    root = source_root()
    return root / "notebooks" if root else _PACKAGE / "_notebooks"


def start(directory: Path, notebooks: Path | None = None) -> WorkingCopy:
    """Make a working copy, or add to one what is new. A student's file is never overwritten.

    Parameters
    ----------
    directory
        Where. It may exist and hold other things.
    notebooks
        The released notebooks, by default those of this course.

    Returns
    -------
    WorkingCopy
        What was made, updated and left.

    Raises
    ------
    WorkspaceError
        If it can't be made there.
    """
    notebooks = notebooks or released_notebooks()
    root = _admit(directory, notebooks)
    placed: list[Placed] = []
    try:
        release = dict(_read_release(notebooks))
        if not release:
            raise WorkspaceError(f"There are no notebooks in {notebooks}; `grader build` makes them.", root)
        (root / MARKER).mkdir(parents=True, exist_ok=True)
        history = _History.load(root / MARKER / "copy.json")
        try:
            for name, content in release.items():
                placed.append(_place(root, name, content, history))
        finally:
            history.save()
    except OSError as error:
        raise WorkspaceError(_explain(error, root), root) from error
    return WorkingCopy(root, tuple(placed))


def _read_release(notebooks: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(notebooks.rglob("*")):
        name = path.relative_to(notebooks)
        hidden = any(part.startswith((".", "__")) for part in name.parts)
        if not hidden and len(name.parts) > 1 and _CHAPTER.fullmatch(name.parts[0]) and path.is_file():
            yield name.as_posix(), path.read_bytes()


def _admit(directory: Path, notebooks: Path) -> Path:
    """Return the folder's full name, or refuse one that can't be a working copy."""
    try:
        root = directory.expanduser().resolve()
        is_file = root.exists() and not root.is_dir()
    except (OSError, RuntimeError) as error:  # RuntimeError: a ~user that doesn't exist, a loop of links
        raise WorkspaceError(_explain(error, directory), directory) from error
    if is_file:
        raise WorkspaceError(f"{directory} is a file; name a folder for your notebooks.", root)
    home = source_root()
    own = [notebooks.resolve(), _PACKAGE, *([home / "solutions", home / "notebooks"] if home else [])]
    if root == home or any(root.is_relative_to(folder) for folder in own):
        raise WorkspaceError(
            f"{directory} belongs to the course itself; name a folder of your own, such as my-course.", root
        )
    return root


def _explain(error: Exception, path: Path) -> str:
    match getattr(error, "errno", None):
        case errno.ENOSPC | errno.EDQUOT | errno.EFBIG:
            why = "the disk is full"
        case errno.EACCES | errno.EPERM | errno.EROFS:
            why = "it may not be written to"
        case errno.ENOTDIR | errno.EEXIST:
            why = "a file stands where a folder is needed"
        case _:
            why = getattr(error, "strerror", None) or str(error)
    return (
        f"The working copy {path} could not be completed: {why}. "
        "What is in it is whole; put that right, then run this again."
    )


@dataclass(slots=True)
class _History:
    """Every release of every file that this working copy was ever given, by hash, the newest last."""

    path: Path
    created: str
    releases: dict[str, list[str]]

    @classmethod
    def load(cls, path: Path) -> _History:
        data: Any = None
        # New or damaged: nothing is known, so every file that differs counts as the student's.
        with contextlib.suppress(OSError, ValueError, RecursionError):
            data = json.loads(path.read_bytes())
        data = data if isinstance(data, dict) else {}
        known = data.get("releases")
        releases = {
            name: [item for item in hashes if isinstance(item, str)]
            for name, hashes in (known if isinstance(known, dict) else {}).items()
            if isinstance(hashes, list)
        }
        created = data.get("created")
        now = datetime.now(UTC).isoformat(timespec="seconds")
        return cls(path, created if isinstance(created, str) else now, releases)

    def of(self, name: str) -> list[str]:
        return self.releases.get(name, [])

    def add(self, name: str, newest: str) -> None:
        self.releases[name] = [*(older for older in self.of(name) if older != newest), newest]

    def save(self) -> None:
        data = {"version": course_version(), "created": self.created, "releases": self.releases}
        content = (json.dumps(data, indent=1, sort_keys=True) + "\n").encode()
        overwrite(self.path, content)


def _place(root: Path, name: str, content: bytes, history: _History) -> Placed:
    now, known = digest(content), history.of(name)
    match settle(root / name, content, known):
        case Settled.TAKEN:
            pass
        case settled:
            history.add(name, now)
            return Placed(name, Outcome(settled.value))
    if now in known:
        return Placed(name, Outcome.YOURS)
    relative = PurePosixPath(name)
    beside = str(relative.with_name(f"{relative.stem}.new{relative.suffix}"))
    if settle(root / beside, content, known) is Settled.TAKEN:
        return Placed(name, Outcome.IN_THE_WAY, beside)
    history.add(name, now)
    return Placed(name, Outcome.BESIDE, beside)
