"""Every file below a folder to which somebody else is writing, whatever they rename meanwhile."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path

TRIES = 20
"""A folder is listed again this many times where its entries change their names meanwhile."""
OPEN = 60
"""At most this many folders are held open. One with a single folder left in it is not: a long chain is no problem."""


class OutOfSightError(Exception):
    """There are folders that can't be looked into."""


def files_below(folder: Path, unknown: int) -> Iterator[tuple[int, int]]:
    """Give inode and bytes on the disk of every file and folder below a folder.

    Folders are held by descriptors, so that one that is renamed meanwhile, or whose path is too long, is looked into.

    Parameters
    ----------
    folder
        Where to begin. If there is none, there is nothing.
    unknown
        Bytes of a file that changes its name so often that it can't be examined.

    Raises
    ------
    OutOfSightError
        A folder can't be looked into.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     Path(folder, "inner").mkdir()
    ...     Path(folder, "inner", "a.txt").touch()
    ...     len(list(files_below(Path(folder), 0)))
    2
    """
    if os.open not in os.supports_dir_fd:
        yield from _by_path(folder)
        return
    try:
        stack = [_Folder(os.open(folder, _FOLDER))]
    except FileNotFoundError:
        return
    try:
        while stack:
            top = stack[-1]
            if not top.inner:
                yield from top.look(unknown)
            inner = top.enter()
            if top.finished:
                stack.pop().close()
            if inner is not None:
                stack.append(inner)
                yield inner.inode, inner.taken
            if len(stack) > OPEN:
                raise OutOfSightError
    finally:
        for one in stack:
            one.close()


def _by_path(folder: Path) -> Iterator[tuple[int, int]]:
    """Give the same on Windows, which has no descriptors of folders, and tells a file's length only."""
    for top, *names in os.walk(folder):
        for name in chain(*names):
            with suppress(FileNotFoundError):  # removed or renamed since it was listed
                known = os.lstat(os.path.join(top, name))
                yield known.st_ino, known.st_size


_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0)


class _Folder:
    """An open folder: what was found in it, and which of its folders are still to be entered."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        known = os.fstat(fd)
        self.inode, self.taken = known.st_ino, 512 * known.st_blocks
        self.inner: list[tuple[str, int]] = []
        self._done: set[int] = set()
        self._missed: dict[int, bool] = {}  # inodes, and whether it was a folder
        self._tries = 0

    def close(self) -> None:
        os.close(self.fd)

    @property
    def finished(self) -> bool:
        return not self.inner and not self._missed

    def look(self, unknown: int) -> Iterator[tuple[int, int]]:
        """List the folder, and give the files in it that were not given before."""
        if self._tries == TRIES:
            if any(self._missed.values()):
                raise OutOfSightError
            yield from ((inode, unknown) for inode in self._missed)
            self._missed = {}
            return
        self._tries += 1
        self._missed = {}
        for name, inode, is_folder in self._listed():
            if inode in self._done:
                continue
            try:
                known = os.stat(name, dir_fd=self.fd, follow_symlinks=False)
            except FileNotFoundError:  # removed since it was listed, or renamed: the next list will tell
                self._missed[inode] = is_folder
                continue
            if stat.S_ISDIR(known.st_mode):
                self.inner.append((name, known.st_ino))
            elif known.st_ino not in self._done:
                self._done.add(known.st_ino)
                yield known.st_ino, 512 * known.st_blocks

    def _listed(self) -> list[tuple[str, int, bool]]:
        try:
            with os.scandir(self.fd) as entries:
                return [(entry.name, entry.inode(), entry.is_dir(follow_symlinks=False)) for entry in entries]
        except FileNotFoundError:  # the folder itself was removed
            return []
        except OSError:
            raise OutOfSightError from None

    def enter(self) -> _Folder | None:
        """Open the next folder; None where there is none, or it is no longer there, or was entered before."""
        while self.inner:
            name, inode = self.inner.pop()
            try:
                folder = _Folder(os.open(name, _FOLDER, dir_fd=self.fd))
            except (FileNotFoundError, NotADirectoryError):
                self._missed[inode] = True
                continue
            except OSError:  # made unreadable
                raise OutOfSightError from None
            if folder.inode in self._done:  # another one has got this name
                folder.close()
                continue
            self._done.add(folder.inode)
            return folder
        return None
