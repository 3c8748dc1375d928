"""Two changes of one text in one: what each of them differs in, where these places are apart."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")

Hunk = tuple[int, int, str]
"""Which tokens of the text are replaced, from and up to, and with what."""


def merged(text: str, one: str, other: str) -> str | None:
    """Make both changes of a text, word by word; None where they are about the same words.

    Parameters
    ----------
    text
        Before the changes.
    one, other
        After one change, and after the other.

    Examples
    --------
    >>> merged("a * b + c", "a * d + c", "b * a + c") is None
    True
    >>> merged("(1 - m) * old + m * new", "m * old + (1 - m) * new", "(1 - m) * old + m * var")
    'm * old + (1 - m) * var'
    """
    hunks = sorted((*_hunks(text, one), *_hunks(text, other)))
    if any(end > start or first == start for (first, end, _), (start, _, _) in pairwise(hunks)):
        return None
    tokens, pieces, at = _TOKEN.findall(text), [], 0
    for start, end, new in hunks:
        pieces += [*tokens[at:start], new]
        at = end
    return "".join([*pieces, *tokens[at:]])


@lru_cache(maxsize=1024)
def _hunks(text: str, changed: str) -> tuple[Hunk, ...]:
    before, after = _TOKEN.findall(text), _TOKEN.findall(changed)
    steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return tuple((i, j, "".join(after[k:m])) for tag, i, j, k, m in steps if tag != "equal")
