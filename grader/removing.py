"""Removing and replacing files that may be read-only, as nbgrader leaves what is graded. Windows refuses both."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from contextlib import suppress
from pathlib import Path

from course.workcopy.safe_write import put_in_place


def remove_file(path: Path) -> None:
    """Remove a file, if it is there."""
    _allow(path)
    path.unlink(missing_ok=True)


def remove_folder(folder: Path) -> None:
    """Remove a folder with everything below it."""
    if sys.platform == "win32":
        for path in folder.rglob("*"):
            _allow(path)
    shutil.rmtree(folder)


def replace_file(new: Path, path: Path) -> None:
    """Put a file in the place of one that may be there; a reader sees one or the other, and never a part of one."""
    _allow(path)
    put_in_place(new, path)


def _allow(path: Path) -> None:
    if sys.platform == "win32":
        with suppress(OSError):  # what follows tells
            os.chmod(path, stat.S_IREAD | stat.S_IWRITE)
