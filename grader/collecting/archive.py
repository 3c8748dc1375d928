"""The files of a zip or a folder, read within limits. Nothing is ever written under a name from there."""

from __future__ import annotations

import os
import stat
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from grader.errors import GraderError

MAX_FILES = 50_000
MAX_FILE = 200_000_000
MAX_ALL = 20_000_000_000
"""Bytes of all files together, unpacked."""
MAX_RATIO = 500
"""A file may become at most this many times as large when it is unpacked; a notebook becomes ten times as large."""
_SMALL = 10_000_000
_NO_FILE = "is a link, a pipe or a device, not a file"
_JUNK = ("__MACOSX", ".ipynb_checkpoints")


class BadArchive(GraderError):
    """What was handed over can't be taken apart."""


@dataclass(frozen=True, slots=True)
class Handed:
    """One file of what was handed over.

    Parameters
    ----------
    path
        Its name there, with its folders.
    read
        Reads its content.
    why_not
        Why it must not be read, if so, in words that follow its name: one file keeps no other from being taken.
    """

    path: PurePosixPath
    read: Callable[[], bytes]
    why_not: str = ""


@contextmanager
def open_archive(source: Path) -> Iterator[list[Handed]]:
    """Give the files of a zip or a folder; hidden files are left out.

    Raises
    ------
    BadArchive
        If it is neither, is damaged or locked, is too large in all, or names files outside itself.
    """
    if source.is_dir():
        with _told(source):
            files = _in_folder(source)
        yield files
        return
    if source.exists() and not source.is_file():  # a pipe has no end
        raise BadArchive(f"{source} is neither a zip nor a folder.")
    with ExitStack() as stack:
        with _told(source):
            archive = stack.enter_context(zipfile.ZipFile(source))
            files = _in_zip(source, archive)
        yield files


@contextmanager
def _told(source: Path) -> Iterator[None]:
    """Say in one sentence why it can't be taken apart. What a damaged zip raises depends on where it is damaged."""
    try:
        yield
    except BadArchive:
        raise
    except NotImplementedError:
        raise BadArchive(f"{source} is packed in a way that can't be read; pack it as an ordinary zip.") from None
    except OSError as error:
        raise BadArchive(f"{error.filename or source} can't be read: {error.strerror or error}.") from None
    except Exception:
        raise BadArchive(f"{source} is not a zip, or a damaged one; download it again.") from None


def _in_folder(source: Path) -> list[Handed]:
    found = []
    for folder, folders, names in os.walk(source, onerror=_raise):
        folders[:] = sorted(name for name in folders if not _is_junk(name))
        for path in (Path(folder, name) for name in sorted(names) if not _is_junk(name)):
            known = path.lstat()
            name = PurePosixPath(path.relative_to(source).as_posix())
            _admit(source, len(found) + 1)
            why_not = _why_not(known.st_size) if stat.S_ISREG(known.st_mode) else _NO_FILE
            found.append(Handed(name, partial(_read_file, source, path), why_not))
    return found


def _raise(error: OSError) -> None:
    raise error


def _in_zip(source: Path, archive: zipfile.ZipFile) -> list[Handed]:
    entries = archive.infolist()
    found, everything = [], 0
    for entry in entries:
        name = PurePosixPath(_name(entry))
        if name.is_absolute() or ".." in name.parts or (name.parts and name.parts[0].endswith(":")):
            raise BadArchive(f"{source} has a file {str(name)!r}, outside of the zip; nothing was taken from it.")
        link = stat.S_ISLNK(entry.external_attr >> 16)
        why_not = _NO_FILE if link else _why_not(entry.file_size, entry.compress_size)
        everything += 0 if why_not else entry.file_size
        _admit(source, len(entries))
        if everything > MAX_ALL:
            raise BadArchive(f"{source} holds more than {MAX_ALL:,} bytes; nothing was taken from it.")
        if entry.flag_bits & 1:
            raise BadArchive(f"{source} is locked with a password; unpack it and give the folder.")
        if not entry.is_dir() and not any(map(_is_junk, name.parts)):
            found.append(Handed(name, partial(_read, source, archive, entry), why_not))
    return found


def _read_file(source: Path, path: Path) -> bytes:
    with _told(source):
        return path.read_bytes()


def _read(source: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Read an entry, never more than it says it holds: a zip may lie about that."""
    with _told(source), archive.open(entry) as file:
        content = file.read(entry.file_size + 1)
        if len(content) != entry.file_size:
            raise zipfile.BadZipFile
        return content


def _admit(source: Path, files: int) -> None:
    if files > MAX_FILES:
        raise BadArchive(f"{source} has more than {MAX_FILES:,} files; nothing was taken from it.")


def _why_not(size: int, packed: int | None = None) -> str:
    """Say why a file of this size is not read; empty where it is."""
    if size > MAX_FILE:
        return f"has more than {MAX_FILE:,} bytes"
    if packed is not None and size > _SMALL and size > MAX_RATIO * max(packed, 1):
        return f"becomes more than {MAX_RATIO} times as large when unpacked"
    return ""


def _name(entry: zipfile.ZipInfo) -> str:
    """Give an entry's name; many programs write UTF-8 without saying so."""
    name = entry.filename.replace("\\", "/")
    if not entry.flag_bits & 0x800:
        try:
            return name.encode("cp437").decode("utf-8")
        except UnicodeError:
            pass
    return name


def _is_junk(name: str) -> bool:
    return name in _JUNK or (name.startswith(".") and name not in (".", ".."))
