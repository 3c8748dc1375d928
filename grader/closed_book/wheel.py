"""A wheel for students, made from the course's own by leaving out all solutions and putting numbers in their place."""

from __future__ import annotations

import base64
import hashlib
import re
import zipfile
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

from course.catalog.chapters import folder_of
from course.checking.spec import Exercise
from course.closed_book import DECLARED
from course.workcopy.release import PACKAGE
from grader.closed_book.book import book_of, modules_of
from grader.errors import GraderError

DATA = "course/closed_book/data"
HANDING_OUT = (folder_of("training"),)
"""Chapters whose notebooks hand out the solutions of others, which they build on."""
_LEFT_OUT = ("grader/", "course/answers/", "course/functional/", "course/chapters/")
_KEPT = ("course/functional/arguments.py", "course/chapters/__init__.py", "course/chapters/collecting.py")
_NO_CHAPTER = b'"""Of this chapter a closed book has only what its checks do with a student\'s work."""\n'
_NO_FUNCTIONAL = b'''"""Not in a closed book: these are the layers that its exercises ask for."""

from course.errors import CourseError


def __getattr__(name: str) -> None:
    if name.startswith("__"):
        raise AttributeError(name)
    raise CourseError(f"This is a closed book: course.functional.{name} is left out, because it is an answer.")
'''


class NotThisWheel(GraderError, ValueError):
    """The file is not a wheel of the course that runs."""


def closed_wheel(
    wheel: Path,
    folder: Path,
    exercises: Sequence[Exercise],
    decides: str,
    without: Collection[str] = (),
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Path:
    """Write the closed book that belongs to a wheel of the course.

    Parameters
    ----------
    wheel
        The course's own wheel, in the version that runs.
    folder
        Where the new wheel is written.
    exercises
        All exercises of the course.
    decides
        Who decides when solutions are shown: ``"your class (ML 2026)"``.
    without
        Chapters whose notebooks are left out, such as those in `HANDING_OUT`.
    progress
        Called with the number of exercises that are recorded, and of all.

    Raises
    ------
    NotThisWheel
        If the file is not a wheel, or one of another version of the course.
    """
    content = _read(wheel)
    book = book_of(exercises, decides, progress)
    modules = {f"{module.replace('.', '/')}.py" for module in modules_of(book[DECLARED])}
    notebooks = tuple(f"course/_notebooks/{chapter}/" for chapter in without)
    kept = {name: data for name, data in content.items() if _stays(name, modules) and not name.startswith(notebooks)}
    chapters = {name.rpartition("/")[0] for name in modules}
    kept |= {f"{chapter}/__init__.py": _NO_CHAPTER for chapter in chapters}
    kept["course/functional/__init__.py"] = _NO_FUNCTIONAL
    kept |= {f"{DATA}/{name}": data for name, data in book.items()}
    return _write(kept, folder)


def _stays(name: str, modules: set[str]) -> bool:
    return name in modules or name in _KEPT or not name.startswith(_LEFT_OUT)


def _read(wheel: Path) -> dict[str, bytes]:
    """Read the files of a wheel, and make sure that it belongs to the course that runs."""
    try:
        with zipfile.ZipFile(wheel) as packed:
            content = {name: packed.read(name) for name in packed.namelist() if not name.endswith("/")}
    except (OSError, zipfile.BadZipFile):
        raise NotThisWheel(f"{wheel} can't be read as a wheel. `make dist` makes one.", name=str(wheel)) from None
    own = {path.relative_to(PACKAGE.parent).as_posix(): path for path in PACKAGE.rglob("*.py")}
    packed_code = {name for name in content if name.startswith("course/") and name.endswith(".py")}
    same = packed_code == set(own) and all(content[name] == path.read_bytes() for name, path in own.items())
    if not same:
        problem = f"{wheel} is not a wheel of the course that runs here."
        raise NotThisWheel(f"{problem} Make it again with `make dist`, or install its version.", name=str(wheel))
    return content


def _write(content: dict[str, bytes], folder: Path) -> Path:
    """Write a wheel that says that it is a closed book, without the grader's command and extras."""
    info = next(name.partition("/")[0] for name in content if name.endswith(".dist-info/METADATA"))
    name, version = info.removesuffix(".dist-info").split("-")
    closed = f"{version}+closed"
    new = f"{name}-{closed}.dist-info"
    files = {one.replace(info, new, 1): data for one, data in content.items() if one != f"{info}/RECORD"}
    files[f"{new}/METADATA"] = _metadata(files[f"{new}/METADATA"].decode(), version, closed).encode()
    files[f"{new}/entry_points.txt"] = _without_grader(files[f"{new}/entry_points.txt"].decode()).encode()
    files[f"{new}/RECORD"] = "".join(_record(files, f"{new}/RECORD")).encode()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{closed}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for one in sorted(files):
            packed.writestr(zipfile.ZipInfo(one, (2020, 2, 2, 0, 0, 0)), files[one], zipfile.ZIP_DEFLATED)
    return path


def _metadata(text: str, version: str, closed: str) -> str:
    """Leave out what only teachers need: extras, and the README, which explains the course with its solutions."""
    head, _, _ = text.partition("\n\n")
    others = re.compile(r"extra == '(?!torch)|^Provides-Extra: (?!torch)")
    lines = [line for line in head.splitlines() if not others.search(line)]
    return "\n".join(lines).replace(f"\nVersion: {version}", f"\nVersion: {closed}", 1) + "\n\nA closed book.\n"


def _without_grader(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith("grader")) + "\n"


def _record(files: dict[str, bytes], own: str) -> Iterator[str]:
    for name in sorted(files):
        digest = base64.urlsafe_b64encode(hashlib.sha256(files[name]).digest()).rstrip(b"=").decode()
        yield f"{name},sha256={digest},{len(files[name])}\n"
    yield f"{own},,\n"
