"""Undoing a known mistake: where its text is in a student's code, the solution's text is put there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from course.checking.locating.code import Change, Code
from course.checking.spec import Mistake

_TOKEN = re.compile(r"\w+|[^\w\s]")


def undo_mistakes(code: Code, mistakes: Iterable[Mistake]) -> Iterator[Change]:
    """Give the changes that undo a known mistake of one edit."""
    tokens = [(match.group(), match.start(), match.end()) for match in _TOKEN.finditer(code.text)]
    for mistake in mistakes:
        if len(mistake.edits) != 1:
            continue
        ((old, new),) = mistake.edits
        before, old, new = _differing(old, new)
        wanted = _TOKEN.findall(before + new)
        skip = len(_TOKEN.findall(before))
        if len(wanted) < 2 or not new.strip():
            continue
        for i in range(len(tokens) - len(wanted) + 1):
            if all(tokens[i + j][0] == word for j, word in enumerate(wanted)):
                yield Change(tokens[i + skip][1], tokens[i + len(wanted) - 1][2], old.strip(), 0)


def _differing(old: str, new: str) -> tuple[str, str, str]:
    """Split off the beginning that an edit's two texts have in common, at the border of a word.

    Examples
    --------
    >>> _differing("x.sum(axis=0)", "x.sum(axis=1)")
    ('x.sum(axis=', '0)', '1)')
    """
    starts = [0, *(match.end() for match in _TOKEN.finditer(old))]
    common = 0
    for _, end in pairwise(starts):
        if old[:end] == new[:end]:
            common = end
    return old[:common], old[common:], new[common:]
