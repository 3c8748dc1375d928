"""Making a working copy and bringing it up to date without touching the student's work."""

from __future__ import annotations

import errno
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath

from course.errors import CourseError
from course.workcopy.history import History
from course.workcopy.location import MARKER
from course.workcopy.release import PACKAGE, read_release, released_notebooks, source_root
from course.workcopy.safe_write import Written, digest, write_unless_changed


class WorkingCopyError(CourseError):
    """A working copy can't be made or updated; the text says why and what to do.

    Parameters
    ----------
    message
        One or two plain sentences.
    path
        The file or folder that the error is about.
    """

    def __init__(self, message: str, path: Path) -> None:
        super().__init__(message)
        self.path = path


class FileOutcome(StrEnum):
    """What happened to one released file."""

    MADE = "made"
    UPDATED = "updated"  # it was still an earlier release, byte for byte
    CURRENT = "current"
    YOURS = "yours"  # the student's work on this release, or on one that was offered before
    BESIDE = "beside"  # the student's work on an earlier release; the new one is now next to it
    IN_THE_WAY = "in the way"  # the same, but the file next to it is the student's work too


@dataclass(frozen=True, slots=True)
class CopiedFile:
    """One released file in the working copy.

    Parameters
    ----------
    name
        The student's file, as a path in the working copy: ``"01_linear/linear.ipynb"``.
    outcome
        What happened to it.
    beside
        The name of a newer release next to it, also where that name was taken.
    """

    name: str
    outcome: FileOutcome
    beside: str | None = None


@dataclass(frozen=True, slots=True)
class WorkingCopy:
    """A working copy, and what `start` did to its files.

    Parameters
    ----------
    root
        Its folder.
    files
        What was done with each released file.
    before
        The version of the course that it had; empty where it is new.
    """

    root: Path
    files: tuple[CopiedFile, ...]
    before: str = ""


def start(directory: Path, notebooks: Path | None = None) -> WorkingCopy:
    """Make a working copy, or add what is new to an existing one. A student's file is never overwritten.

    Parameters
    ----------
    directory
        Where. It may exist and contain other things.
    notebooks
        The released notebooks. By default the notebooks of the installed course.

    Returns
    -------
    WorkingCopy
        What was made, updated and left as it was.

    Raises
    ------
    WorkingCopyError
        If `directory` can't be a working copy, or can't be written to.
    """
    notebooks = notebooks or released_notebooks()
    root = _admit(directory, notebooks)
    files: list[CopiedFile] = []
    try:
        release = dict(read_release(notebooks))
        if not release:
            raise WorkingCopyError(f"There are no notebooks in {notebooks}; `grader build` makes them.", root)
        (root / MARKER).mkdir(parents=True, exist_ok=True)
        history = History.load(root / MARKER / "copy.json")
        before = history.version
        try:
            for name, content in release.items():
                files.append(_copy(root, name, content, history))
        finally:
            history.save()
    except OSError as error:
        raise WorkingCopyError(_explain(error, root), root) from error
    return WorkingCopy(root, tuple(files), before)


def _admit(directory: Path, notebooks: Path) -> Path:
    """Return the folder's full path, or refuse one that can't be a working copy."""
    try:
        root = directory.expanduser().resolve()
        is_file = root.exists() and not root.is_dir()
    except (OSError, RuntimeError) as error:  # RuntimeError: a ~user that doesn't exist, a loop of links
        raise WorkingCopyError(_explain(error, directory), directory) from error
    if is_file:
        raise WorkingCopyError(f"{directory} is a file; name a folder for your notebooks.", root)
    home = source_root()
    own = [notebooks.resolve(), PACKAGE, *([home / "solutions", home / "notebooks"] if home else [])]
    if (home and _is(root, home)) or any(_is(one, folder) for folder in own for one in (root, *root.parents)):
        raise WorkingCopyError(
            f"{directory} belongs to the course itself; name another folder, such as my-course.", root
        )
    return root


def _is(one: Path, other: Path) -> bool:
    """Tell whether two paths are one place. Where upper case does not count, their names may differ."""
    try:
        return one == other or one.samefile(other)
    except OSError:  # at least one does not exist
        return False


def _explain(error: Exception, path: Path) -> str:
    match getattr(error, "errno", None):
        case errno.ENOSPC | errno.EDQUOT | errno.EFBIG:
            why = "the disk is full"
        case errno.EACCES | errno.EPERM | errno.EROFS:
            why = "it is not writable"
        case errno.ENOTDIR | errno.EEXIST:
            why = f"there is a file where a folder is needed{_named(error)}"
        case _:
            why = f"{getattr(error, 'strerror', None) or str(error).rstrip('.')}{_named(error)}"
    return (
        f"The working copy {path} could not be completed: {why}. "
        "No file in it is damaged; fix this, then run the command again."
    )


def _named(error: Exception) -> str:
    """Name what is in the way, where the system says what it is."""
    where = getattr(error, "filename2", None) or getattr(error, "filename", None)
    return f" ({where})" if where else ""


def _copy(root: Path, name: str, content: bytes, history: History) -> CopiedFile:
    """Bring one file up to date, or put its new release next to the student's work."""
    now, known = digest(content), history.of(name)
    written = write_unless_changed(root / name, content, known)
    if written is not Written.TAKEN:
        history.add(name, now)
        return CopiedFile(name, FileOutcome(written.value))
    relative = PurePosixPath(name)
    beside = str(relative.with_name(f"{relative.stem}.new{relative.suffix}"))
    if now in known:
        return CopiedFile(name, FileOutcome.YOURS, beside if (root / beside).exists() else None)
    if write_unless_changed(root / beside, content, known) is Written.TAKEN:
        return CopiedFile(name, FileOutcome.IN_THE_WAY, beside)
    history.add(name, now)
    return CopiedFile(name, FileOutcome.BESIDE, beside)
