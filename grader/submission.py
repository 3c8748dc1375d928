"""Reading whatever a student handed in. Only the text of its cells is used."""

from __future__ import annotations

import errno
import json
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.outputs_removed import MOST, TooManyPartsError, without_outputs
from grader.plain_file import open_plain

MAX_BYTES = 20_000_000
"""Of a submission without its outputs: these are never read."""
MAX_FILE = 500_000_000
"""Bytes of a file that are read at all."""
LARGE = 1_000_000
"""From this many bytes on, outputs are taken out of the text before it is parsed."""
MAX_CELLS = 3_000
MAX_SOURCE = 200_000
_NOTHING = re.compile(r"Nothing (in it )?could be graded\.$")
MAX_DOTS = 300
"""Dots and stars in one word: ``a.b.c`` has two. IPython's highlighting is quadratic in their number."""


@dataclass(frozen=True, slots=True)
class SubmittedCell:
    """One cell of a submission.

    Parameters
    ----------
    source
        Its text.
    code
        Whether it is a code cell.
    key
        The id that identifies it in the release: nbgrader's, or else the cell's own; empty if there is none.
    points
        The points that its metadata claims, if any.
    """

    source: str
    code: bool = True
    key: str = ""
    points: float | None = None


@dataclass(frozen=True, slots=True)
class Submission:
    """The cells of a submission, and what was wrong with it, in plain sentences."""

    cells: tuple[SubmittedCell, ...]
    problems: tuple[str, ...] = ()


def read_submission(raw: bytes) -> Submission:
    """Read a submitted file. Never raises: `problems` says what can't be read.

    Examples
    --------
    >>> read_submission(b"dear teacher").problems
    ('The file is not a notebook: it is not JSON. Nothing in it could be graded.',)
    """
    text, encoding = raw, json.detect_encoding(raw[:4])
    if len(raw) > LARGE and encoding in ("utf-8", "utf-8-sig"):
        try:
            text = without_outputs(raw)
        except TooManyPartsError:
            return unreadable(f"it consists of more than {MOST:,} texts and lists")
    if len(text) > MAX_BYTES:
        return unreadable(f"it has more than {MAX_BYTES:,} bytes")
    try:
        # an editor on Windows may have written UTF-16, or UTF-8 with a byte order mark, which JSON does not allow
        content = json.loads(text.decode(encoding, errors="replace"))
    except (ValueError, RecursionError) as error:
        return unreadable(_why_no_json(raw, error))
    cells = _cells_of(content)
    if cells is None:
        return unreadable("it has no list of cells")
    problems = []
    if len(cells) > MAX_CELLS:
        problems.append(f"The notebook has {len(cells):,} cells; the first {MAX_CELLS:,} were read.")
    read = [_read_cell(cell) for cell in cells[:MAX_CELLS]]
    broken = sum(cell is None for cell in read)
    if broken:
        were = "was" if broken == 1 else "were"
        problems.append(f"{broken} of its cells {were} left out: not readable, or too long.")
    return Submission(tuple(cell for cell in read if cell is not None), tuple(problems))


def says_unreadable(problems: Iterable[str]) -> bool:
    """Tell from what was wrong with a submission whether nothing in it could be graded.

    Examples
    --------
    >>> says_unreadable(unreadable("it is a folder").problems), says_unreadable(["1 of its cells was left out."])
    (True, False)
    """
    return any(_NOTHING.search(problem) for problem in problems)


def unreadable(why: str) -> Submission:
    """Make what is left of a file that can't be read."""
    return Submission((), (f"The file is not a notebook: {why}. Nothing in it could be graded.",))


def read_file(path: str | Path) -> Submission:
    """Read a submitted file by its path. Never raises, never waits, and follows no link.

    Examples
    --------
    >>> read_file("no/such/file").problems
    ('The file is not a notebook: it could not be read (No such file or directory). Nothing in it could be graded.',)
    """
    raw, why = load(path)
    return unreadable(why) if why else read_submission(raw)


def load(path: str | Path) -> tuple[bytes, str]:
    """Give a file's content, and why it can't be read; one of them is empty. Never waits, and follows no link.

    Examples
    --------
    >>> load("no/such/file")
    (b'', 'it could not be read (No such file or directory)')
    """
    try:
        with open_plain(path) as file:
            raw = file.read(MAX_FILE + 1)
        return (raw, "") if len(raw) <= MAX_FILE else (b"", f"it has more than {MAX_FILE:,} bytes")
    except OSError as error:
        if error.errno is None:
            return b"", str(error)
        if error.errno == errno.ELOOP:
            return b"", "it is a link to another file, and links are not followed"
        if error.errno == errno.EISDIR:
            return b"", "it is a folder"
        return b"", f"it could not be read ({error.strerror})"


_MARKS = tuple(re.compile(mark, re.MULTILINE) for mark in (rb"^<{7} ", rb"^={7}", rb"^>{7} "))
"""What git leaves of a conflict, in this order."""


def _is_merged(raw: bytes) -> bool:
    """Tell whether the marks of a conflict are in a text; one expression for all three would take the square of it."""
    at = 0
    for mark in _MARKS:
        found = mark.search(raw, at)
        if not found:
            return False
        at = found.end()
    return True


def _why_no_json(raw: bytes, error: Exception) -> str:
    """Say in a few words why a file is not JSON: what happens to notebooks has a name."""
    if _is_merged(raw):
        return "two versions of it were merged, and the marks of the conflict (<<<<<<<) are still in it"
    start = raw.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    cut_off = isinstance(error, json.JSONDecodeError) and _ends_there(error)
    return "it ends in the middle, as after a broken download" if start == b"{" and cut_off else "it is not JSON"


def _ends_there(error: json.JSONDecodeError) -> bool:
    """Tell whether a text is JSON up to its end, and only lacks the rest."""
    rest = error.doc[error.pos :].strip()
    begun = any(word.startswith(rest) for word in ("true", "false", "null", "-"))
    escape = rest.startswith("\\") and len(rest) < len("\\u0000")
    return "Unterminated string" in error.msg or begun or escape


def _cells_of(content: Any) -> list[Any] | None:
    if not isinstance(content, dict):
        return None
    if isinstance(content.get("cells"), list):
        return content["cells"]
    sheets = content.get("worksheets")  # notebooks from before 2015
    if isinstance(sheets, list) and sheets and isinstance(sheets[0], dict):
        cells = sheets[0].get("cells")
        return cells if isinstance(cells, list) else None
    return None


def _read_cell(cell: Any) -> SubmittedCell | None:
    if not isinstance(cell, dict):
        return None
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list):
        try:
            source = "".join(source)
        except TypeError:
            return None
    if not isinstance(source, str) or len(source) > MAX_SOURCE:
        return None
    if source.count(".") + source.count("*") > MAX_DOTS and any(
        word.count(".") + word.count("*") > MAX_DOTS for word in re.findall(r"[\w.*]+", source)
    ):
        return None
    if not source.isascii():  # lone surrogates are legal in JSON but not in a file
        source = source.encode("utf-8", errors="replace").decode("utf-8")
    metadata = cell.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    marks = marks if isinstance(marks, dict) else {}
    key = marks.get("grade_id") or cell.get("id")
    claimed = marks.get("points")
    return SubmittedCell(
        source=source,
        code=cell.get("cell_type") == "code",
        key=key if isinstance(key, str) else "",
        points=_number(claimed),
    )


def _number(claimed: Any) -> float | None:
    if not isinstance(claimed, (int, float)):
        return None
    try:
        return float(claimed)
    except OverflowError:  # JSON has integers of any length
        return math.inf
