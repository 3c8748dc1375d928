"""Reading what a student handed in, whatever it is: nothing in it is believed but the text of its cells."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MAX_BYTES = 50_000_000
MAX_CELLS = 3_000
MAX_SOURCE = 200_000


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
        The id under which the release knows it, from nbgrader's metadata or else the cell's own; empty if none.
    points
        The points its metadata claims, where it claims any.
    """

    source: str
    code: bool = True
    key: str = ""
    points: float | None = None


@dataclass(frozen=True, slots=True)
class Submission:
    """The cells of a submission, and what was wrong with it in plain sentences."""

    cells: tuple[SubmittedCell, ...]
    problems: tuple[str, ...] = ()


def read_submission(raw: bytes) -> Submission:
    """Read a submitted file. Never fails: what can't be read is told in `problems`.

    Examples
    --------
    >>> read_submission(b"dear teacher").problems
    ('The file is not a notebook: it is not JSON. Nothing in it could be graded.',)
    """
    if len(raw) > MAX_BYTES:
        return _unreadable(f"it has {len(raw):,} bytes, and {MAX_BYTES:,} are read at most")
    try:
        content = json.loads(raw.decode("utf-8", errors="replace"))
    except (ValueError, RecursionError):
        return _unreadable("it is not JSON")
    cells = _cells_of(content)
    if cells is None:
        return _unreadable("it has no list of cells")
    problems = []
    if len(cells) > MAX_CELLS:
        problems.append(f"The notebook has {len(cells):,} cells; the first {MAX_CELLS:,} were read.")
    read = [_read_cell(cell) for cell in cells[:MAX_CELLS]]
    broken = sum(cell is None for cell in read)
    if broken:
        problems.append(f"{broken} of its cells {'is' if broken == 1 else 'are'} not readable and left out.")
    return Submission(tuple(cell for cell in read if cell is not None), tuple(problems))


def _unreadable(why: str) -> Submission:
    return Submission((), (f"The file is not a notebook: {why}. Nothing in it could be graded.",))


def _cells_of(content: Any) -> list[Any] | None:
    if not isinstance(content, Mapping):
        return None
    if isinstance(content.get("cells"), list):
        return content["cells"]
    sheets = content.get("worksheets")  # notebooks of before 2015
    if isinstance(sheets, list) and sheets and isinstance(sheets[0], Mapping):
        cells = sheets[0].get("cells")
        return cells if isinstance(cells, list) else None
    return None


def _read_cell(cell: Any) -> SubmittedCell | None:
    if not isinstance(cell, Mapping):
        return None
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str) or len(source) > MAX_SOURCE:
        return None
    # lone surrogates are legal in JSON but not in a file
    source = source.encode("utf-8", errors="replace").decode("utf-8")
    metadata = cell.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, Mapping) else None
    marks = marks if isinstance(marks, Mapping) else {}
    key = marks.get("grade_id") or cell.get("id")
    claimed = marks.get("points")
    return SubmittedCell(
        source=source,
        code=cell.get("cell_type") == "code",
        key=key if isinstance(key, str) else "",
        points=float(claimed) if isinstance(claimed, (int, float)) else None,
    )
