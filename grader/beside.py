"""What is next to a submitted notebook: ordinary files are kept with its grade, everything else is left out."""

from __future__ import annotations

import mimetypes
import os
import re
import stat
from collections.abc import Callable, Iterator
from fnmatch import fnmatch
from pathlib import Path

from grader.plain_file import open_plain
from grader.removing import remove_file

TIMESTAMP = "timestamp.txt"
"""The file in which nbgrader writes down when something was handed in."""
MAX_FILES = 100
"""Files next to a notebook that are kept."""
MAX_BYTES = 20_000_000
"""Bytes of all of them together."""
MAX_DEPTH = 8
"""How deep folders next to a notebook may be nested."""
MAX_LOOKS = 10_000
"""At most this many files are looked at."""
RUNS = re.compile(r"html|xml|svg|script|xsl|python")
"""In the names of file types that are not kept: a page could run such a file, or Python import it."""
RUNS_BY_NAME = frozenset(
    {".htm", ".svgz", ".xht", ".shtml", ".mht", ".mjs", ".py", ".pyc", ".so", ".pyd", ".dll", ".pth", ".ipynb"}
)
"""Endings of such files that a system may not know."""
SETS_UP = re.compile(r"(jupyter|nbgrader|ipython)\w*config", re.IGNORECASE)
"""Names of files that a program of Jupyter's reads as its settings, where it is started next to them."""


def holds_script(name: str) -> bool:
    """Tell whether a file's name makes it one that a browser, Python or Jupyter would run or obey.

    Examples
    --------
    >>> [holds_script(name) for name in ("data.csv", "plot.png", "plot.SVG", "page.html", "page.xhtml.txt")]
    [False, False, True, True, False]
    """
    kind, _ = mimetypes.guess_type(name)
    ending = Path(name).suffix.lower()
    return ending in RUNS_BY_NAME or bool(RUNS.search(f"{ending} {kind or ''}") or SETS_UP.match(name))


def files_beside(folder: Path, ignored: Callable[[str], bool] = lambda name: False) -> tuple[list[Path], int]:
    """Give the ordinary files below a folder that are kept with a grade, and how many others there are.

    Links, pipes and devices are among the others, files beyond what is allowed, folders nested too deeply, and folders
    with a name that belongs to the timestamp or a notebook. Files that could be run are not kept, and not counted
    either. No file is opened.

    Parameters
    ----------
    folder
        The folder with the notebook.
    ignored
        Tells which names are not wanted.
    """
    kept: list[Path] = []
    left_out, size, looks = 0, 0, 0
    for path, known in _below(folder, MAX_DEPTH):
        looks += 1
        if looks > MAX_LOOKS:
            return kept, left_out + 1
        if path == folder / TIMESTAMP:
            continue
        if known is not None and stat.S_ISREG(known.st_mode) and os.access(path, os.R_OK):
            if holds_script(path.name) or ignored(path.name):
                continue
            if len(kept) < MAX_FILES and size + known.st_size <= MAX_BYTES:
                size += known.st_size
                kept.append(path)
                continue
        elif path.name.endswith(".ipynb") and path.parent == folder:
            continue  # a notebook's own place: reading the notebook tells what is there
        left_out += 1
    return kept, left_out


def told_beside(left_out: int) -> tuple[str, ...]:
    """Say how many files next to a notebook were left out; nothing where there are none.

    Examples
    --------
    >>> told_beside(0), len(told_beside(2))
    ((), 1)
    """
    told = "Files next to the notebook that are not ordinary files, or too many or too large, were left out"
    return (f"{told}: {left_out}.",) if left_out else ()


def _below(folder: Path, depth: int) -> Iterator[tuple[Path, os.stat_result | None]]:
    """Give what is below a folder; None for what can't be looked at, or is too deep."""
    try:
        with os.scandir(folder) as entries:
            found = sorted((entry.name for entry in entries if entry.name[:1] != "."), key=str)
    except OSError:
        yield folder, None
        return
    for name in found:
        path = folder / name
        try:
            known = os.lstat(path)
        except OSError:
            yield path, None
            continue
        if not stat.S_ISDIR(known.st_mode):
            yield path, known
        elif name != "__pycache__":
            enters = depth and not (depth == MAX_DEPTH and is_taken(name))
            yield from _below(path, depth - 1) if enters else [(path, None)]


def is_taken(name: str) -> bool:
    """Tell whether a name next to a notebook is a notebook's, or the timestamp's: no folder can have it.

    Examples
    --------
    >>> [is_taken(name) for name in ("timestamp.txt", "linear.ipynb", "data")]
    [True, True, False]
    """
    return name == TIMESTAMP or name.lower().endswith(".ipynb")


def copy_file(source: Path, target: Path) -> None:
    """Copy an ordinary file; of one that is something else by now, or has grown, nothing, or no more than is allowed.

    Raises
    ------
    OSError
        Where it can't be read, or the copy can't be written.
    """
    write_copy(target, read_start(source, MAX_BYTES))


def write_copy(target: Path, content: bytes) -> None:
    """Write a copy of a file in the place of one that may be there, and be read-only.

    Raises
    ------
    OSError
        Where it can't be written.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    remove_file(target)
    target.write_bytes(content)


def read_start(path: Path, most: int) -> bytes:
    """Read the beginning of an ordinary file. Never waits, and follows no link.

    Raises
    ------
    OSError
        Where it can't be read, or is not an ordinary file.

    Examples
    --------
    >>> read_start(Path("/dev/zero"), 10)
    Traceback (most recent call last):
    OSError: it is not a regular file
    """
    with open_plain(path) as file:
        return file.read(most)


def is_link_below(root: Path, path: Path) -> bool:
    """Tell whether a path goes through a link on its way down from a folder, or is one.

    Examples
    --------
    >>> is_link_below(Path("/"), Path("/no/such/file"))
    False
    """
    return any(place.is_symlink() for place in (path, *path.parents) if place != root and root in place.parents)


def matches(patterns: list[str]) -> Callable[[str], bool]:
    """Make what tells whether a name fits one of several patterns, such as ``*.pyc``.

    Examples
    --------
    >>> matches(["*.pyc"])("a.pyc"), matches(["*.pyc"])("a.csv")
    (True, False)
    """
    return lambda name: any(fnmatch(name, pattern) for pattern in patterns)
