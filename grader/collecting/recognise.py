"""Which assignment a notebook belongs to, from its content."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from grader.cell_roles import nbgrader_metadata, role
from grader.lesson import topic_of
from grader.notebook_files import read_any_format
from grader.submission import read_submission

TEXTS = 3
"""This many cells of a release, word for word, make a notebook without ids the chapter's."""
_LONG = 40
LONGEST = 255
"""Characters of a file's name; in a zip it may have more."""
_ADDED = re.compile(r"[ _.-]*(?:\(?\d+\)?|copy\d*|final|new)$")
"""What is added to a name by browsers, editors and people."""


@dataclass(frozen=True, slots=True)
class Release:
    """What a release is recognised by: nbgrader's ids, and its longer texts."""

    chapter: str
    ids: frozenset[str]
    texts: frozenset[str]

    @property
    def file(self) -> str:
        """What its notebook is called."""
        return f"{topic_of(self.chapter)}.ipynb"


def read_releases(folder: Path) -> list[Release]:
    """Read what the releases of a class are recognised by."""
    found = []
    for path in sorted(folder.glob("*/*.ipynb")):
        cells = read_any_format(path).cells
        ids = frozenset(nbgrader_metadata(cell)["grade_id"] for cell in cells if role(cell) in ("solution", "check"))
        texts = frozenset(text for cell in cells if len(text := cell.source.strip()) >= _LONG)
        found.append(Release(path.parent.name, ids, texts))
    return found


def recognise(content: bytes, releases: list[Release]) -> str:
    """Name the chapter that a notebook belongs to; empty where it belongs to none, or is unreadable.

    nbgrader's ids count most: they stay when a file is renamed. A notebook from a system that drops them still has the
    lesson's text.
    """
    cells = read_submission(content).cells
    keys, texts = {cell.key for cell in cells}, {cell.source.strip() for cell in cells}
    by_id = max(releases, key=lambda one: len(keys & one.ids), default=None)
    if by_id and keys & by_id.ids:
        return by_id.chapter
    by_text = max(releases, key=lambda one: len(texts & one.texts), default=None)
    return by_text.chapter if by_text and len(texts & by_text.texts) >= TEXTS else ""


def chapter_by_name(file: str, releases: list[Release]) -> str:
    """Name the chapter that a file is called after, as in ``Linear (1).ipynb``; empty where there is none.

    Examples
    --------
    >>> chapter_by_name("linear-Copy1.ipynb", [Release("01_linear", frozenset(), frozenset())])
    '01_linear'
    """
    stem = file[-LONGEST:].lower().removesuffix(".ipynb")
    while added := _ADDED.search(stem):  # one after the other: all at once has very many ways to fail
        stem = stem[: added.start()]
    return next((one.chapter for one in releases if stem in (topic_of(one.chapter), one.chapter)), "")
