"""The grader's folders for temporary files: each has a mark that tells whether its owner is still there."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from grader.boundary.shared.scratch import remove
from grader.boundary.trusted.locks import lock
from grader.plain_file import open_plain

PREFIX = "grader-"
MARK = "owner.lock"
"""A file that the folder's owner keeps locked. The system unlocks it when the owner ends, however that happens.

As long as it is empty, its owner has not locked it yet."""
_LOCKED = b"locked"


def owned_folder() -> tuple[Path, int]:
    """Make a folder for temporary files, and give it with the descriptor that marks it as in use.

    Examples
    --------
    >>> folder, mark = owned_folder()
    >>> folder.is_dir()
    True
    >>> give_back(folder, mark)
    """
    folder = Path(tempfile.mkdtemp(prefix=PREFIX)).resolve()
    mark = os.open(folder / MARK, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    with suppress(OSError):  # a file system without locks: no later run will remove the folder
        lock(mark)
        os.write(mark, _LOCKED)  # only now may another process try to lock it
    return folder, mark


def give_back(folder: Path, mark: int) -> None:
    """Remove a folder for temporary files. Its mark is closed first: Windows removes no file that is open."""
    os.close(mark)
    _remove(folder)


def remove_left_behind() -> None:
    """Remove the folders of this user's graders that were killed. Those in use, and others' folders, are left alone."""
    with suppress(OSError), os.scandir(tempfile.gettempdir()) as entries:
        for entry in entries:
            if entry.name.startswith(PREFIX) and entry.is_dir(follow_symlinks=False):
                with suppress(OSError):
                    _remove_unless_owned(Path(entry.path))


def _remove_unless_owned(folder: Path) -> None:
    with open_plain(folder / MARK, "r+b") as mark:
        known = os.lstat(folder), os.fstat(mark.fileno())
        if not all(map(_is_own, known)) or not known[1].st_size:
            return
        lock(mark.fileno())  # refused where its owner is there
    _remove(folder)


def _remove(folder: Path) -> None:
    remove(folder)
    # Only on Windows: elsewhere users share the folder above, and another one may have made a folder of this name.
    if sys.platform == "win32":
        with suppress(OSError):  # mostly because it is gone
            (folder / MARK).write_bytes(_LOCKED)  # a file in use was left: a later run removes it


def _is_own(known: os.stat_result) -> bool:
    """Tell whether a file is this user's; Windows has a folder for temporary files for each user."""
    return not hasattr(os, "getuid") or known.st_uid == os.getuid()
