"""Writing a file without ever overwriting what somebody else wrote."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import shutil
import time
from collections.abc import Collection
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EXDEV, errno.EMLINK, errno.EINVAL}
"""What systems say if a file system has no hard links. Windows says EINVAL for memory sticks and network drives."""

PATIENCE = 1.0
"""Seconds for which replacing a file is retried on Windows while another program has it open."""


class Written(StrEnum):
    """What `write_unless_changed` found and did."""

    MADE = "made"  # there was no file
    UPDATED = "updated"  # it had a known content
    CURRENT = "current"  # it had this content already
    TAKEN = "taken"  # it has another content, and was left as it is


def digest(content: bytes) -> str:
    """Return the hash by which a content is recognised."""
    return hashlib.sha256(content).hexdigest()


def write_unless_changed(path: Path, content: bytes, known: Collection[str]) -> Written:
    """Write `content` to `path`, unless there is something else whose content is not in `known`.

    Parameters
    ----------
    path
        The file. Its folder is made if it doesn't exist.
    content
        What it should contain. It is written completely or not at all, also when the disk is full.
    known
        Hashes of contents that may be replaced.

    Examples
    --------
    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = Path(folder.name) / "note.txt"
    >>> [write_unless_changed(path, text, known=[]).value for text in (b"one", b"two")]
    ['made', 'taken']
    >>> folder.cleanup()
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    present = _read_plain(path)
    if present == content:
        return Written.CURRENT
    if present is not None and digest(present) in known:
        written, done = Written.UPDATED, _replace(path, content, known)
    else:
        written, done = Written.MADE, _create(path, content)
    if done:
        return written
    # Another run may have written the same content since we looked.
    return Written.CURRENT if _read_plain(path) == content else Written.TAKEN


def overwrite(path: Path, content: bytes) -> None:
    """Replace one of our own files in one step: a reader sees either the old content or the new.

    The file's permissions stay as they were.
    """
    part = _write_part(path, content)
    try:
        with suppress(OSError):  # there is none, or the file system has no permissions
            shutil.copymode(path, part)
        put_in_place(part, path)
    finally:
        part.unlink(missing_ok=True)


def put_in_place(new: Path, path: Path) -> None:
    """Replace one file with another in one step. On Windows, retry while another program has the old file open."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            os.replace(new, path)
            return
        except PermissionError:
            if os.name != "nt" or time.monotonic() > until:
                raise
            time.sleep(0.01)


def write_out(path: Path, content: bytes) -> None:
    """Write to where a user wants it: a file is replaced in one step, a link's target too; a device is written to."""
    if path.is_dir():  # Windows would only say that access is denied
        raise IsADirectoryError(errno.EISDIR, "Is a directory", str(path))
    if path.exists() and not path.is_file():
        path.write_bytes(content)  # replacing it would take it away from the system
    else:
        overwrite(Path(os.path.realpath(path)), content)


def _read_plain(path: Path) -> bytes | None:
    """Return the content of a regular file; None for anything else: missing, a folder, a link, unreadable."""
    if path.is_symlink() or not path.is_file():
        return None
    try:
        return path.read_bytes()
    except PermissionError:
        return None


def _create(path: Path, content: bytes) -> bool:
    part = _write_part(path, content)
    try:
        return _link(part, path)
    finally:
        part.unlink(missing_ok=True)


def _replace(path: Path, content: bytes, known: Collection[str]) -> bool:
    # JupyterLab may save between our look and our write. So the file is moved aside first, checked again
    # where no other program finds it, and moved back if it is no longer what we may replace.
    part = _write_part(path, content)
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.aside")
    try:
        os.rename(path, aside)
        try:
            replaceable = digest(aside.read_bytes()) in known
            done = replaceable and _link(part, path)
        except OSError:
            _put_back(aside, path)
            raise
        if replaceable:
            aside.unlink()
        else:
            _put_back(aside, path)
        return done
    finally:
        part.unlink(missing_ok=True)


def _put_back(aside: Path, path: Path) -> None:
    try:
        back = _link(aside, path)
    except OSError:
        back = False
    if back:
        aside.unlink()
    else:  # saved yet again in the meantime: both are kept
        os.rename(aside, path.with_name(f"{path.stem}.saved-{secrets.token_hex(4)}{path.suffix}"))


def _write_part(path: Path, content: bytes) -> Path:
    """Write `content` under a temporary name in the folder where it will be."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        _write_new(part, content)
    except OSError as error:
        error.filename = str(path)  # a full disk comes without a name
        raise
    return part


def _write_new(path: Path, content: bytes) -> None:
    file = path.open("xb")
    try:
        with file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _link(part: Path, path: Path) -> bool:
    """Give a complete file its name, unless that name is taken. A rename would overwrite."""
    try:
        os.link(part, path)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        try:  # a file system without hard links
            _write_new(path, part.read_bytes())
        except FileExistsError:
            return False
    return True
