"""The grader's folders for temporary files: each has a mark that tells whether its owner is still there."""

from __future__ import annotations

import fcntl
import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from grader.boundary.shared.scratch import remove

PREFIX = "grader-"
MARK = "owner.lock"
"""A file that the folder's owner keeps locked. The kernel unlocks it when the owner ends, however that happens."""


def owned_folder() -> tuple[Path, int]:
    """Make a folder for temporary files, and give it with the descriptor that marks it as in use.

    Examples
    --------
    >>> folder, mark = owned_folder()
    >>> folder.is_dir()
    True
    >>> os.close(mark)
    >>> remove(folder)
    """
    folder = Path(tempfile.mkdtemp(prefix=PREFIX)).resolve()
    made = folder / f"{MARK}.new"
    mark = os.open(made, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    with suppress(OSError):  # a file system without locks: no later run will remove the folder
        fcntl.flock(mark, fcntl.LOCK_EX)
        made.rename(folder / MARK)  # only now, so that no other process can lock it first
    return folder, mark


def remove_left_behind() -> None:
    """Remove the folders of this user's graders that were killed. Those in use, and others' folders, are left alone."""
    with suppress(OSError), os.scandir(tempfile.gettempdir()) as entries:
        for entry in entries:
            if entry.name.startswith(PREFIX) and entry.is_dir(follow_symlinks=False):
                with suppress(OSError):
                    _remove_unless_owned(Path(entry.path))


def _remove_unless_owned(folder: Path) -> None:
    mark = os.open(folder / MARK, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        ours = all(known.st_uid == os.getuid() for known in (os.lstat(folder), os.fstat(mark)))
        if ours and stat.S_ISREG(os.fstat(mark).st_mode):
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)  # refused where its owner is there
            remove(folder)
    finally:
        os.close(mark)
