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
    >>> merged("d * (k - 1) + p", "k - 1 + p", "d * (k - 1 // 2) + p") is None
    True
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
    """Give what a change replaces. Where it adds or removes brackets, what is between them belongs to it."""
    before, after = _TOKEN.findall(text), _TOKEN.findall(changed)
    found: list[Hunk] = []
    first: tuple[int, int] | None = None
    removed = added = 0
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        first = first or (i, k)
        removed, added = removed + _depth(before[i:j]), added + _depth(after[k:m])
        if not removed and not added:
            found.append((first[0], j, "".join(after[first[1] : m])))
            first = None
    if first:  # brackets that never close: everything from there on
        found.append((first[0], len(before), "".join(after[first[1] :])))
    return tuple(found)


def _depth(tokens: list[str]) -> int:
    return sum((token in ("(", "[", "{")) - (token in (")", "]", "}")) for token in tokens)
