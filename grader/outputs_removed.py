"""Taking saved outputs out of a notebook's text, without parsing them: they may be a hundred times the rest."""

from __future__ import annotations

import re

from grader.errors import GraderError

# A text without an end reaches to the file's end: it would be searched again from each quotation mark in it.
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)
_KEYS = frozenset({b'"outputs"', b'"attachments"'})
"""What is never graded: saved outputs, and pictures that were dropped into a text."""
_OPENS = re.compile(rb"\s*:\s*(?=[\[{])")
_EMPTY = {b"[": b"[]", b"{": b"{}"}
MOST = 4_000_000
"""Texts and brackets that are looked at, a microsecond each. Sixty megabytes of printed lines have half that number."""


def without_outputs(raw: bytes, most: int = MOST) -> bytes:
    """Empty the outputs of a notebook's cells, and the pictures attached to them.

    What is not JSON stays as it is, or is cut off: parsing it then fails.

    Parameters
    ----------
    raw
        The notebook, in UTF-8.
    most
        Texts and brackets that are looked at.

    Raises
    ------
    TooManyPartsError
        If it consists of more.

    Examples
    --------
    >>> without_outputs(b'{"cells": [{"source": "x", "outputs": [{"text": "]"}]}]}')
    b'{"cells": [{"source": "x", "outputs": []}]}'
    """
    kept, start, at = [], 0, 0
    left = _Left(most)
    while found := _TOKEN.search(raw, at):
        at = found.end()
        left.take()
        if found.group() not in _KEYS:
            continue
        opens = _OPENS.match(raw, at)
        if not opens:
            continue
        end = _closing(raw, opens.end(), left)
        bracket = raw[opens.end() : opens.end() + 1]
        kept += [raw[start : opens.end()], _EMPTY[bracket] if end else b""]
        start = at = end or len(raw)
    return b"".join([*kept, raw[start:]])


class TooManyPartsError(GraderError):
    """A text consists of more parts than are looked at."""


class _Left:
    def __init__(self, most: int) -> None:
        self.most = most

    def take(self) -> None:
        self.most -= 1
        if self.most < 0:
            raise TooManyPartsError("The text consists of more parts than are looked at.")


def _closing(raw: bytes, at: int, left: _Left) -> int:
    """Give the place behind what the bracket at a place closes; 0 where nothing does."""
    depth = 0
    for found in _TOKEN.finditer(raw, at):
        left.take()
        token = raw[found.start()]
        depth += (token in b"[{") - (token in b"]}")
        if depth == 0:
            return found.end()
    return 0
