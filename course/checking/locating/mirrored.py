"""One idea in two places, such as height and width: the same small change in both."""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from course.checking.locating.code import Change, Code, common_ends

MOST = 1500
"""At most this many changes in two places are considered."""
_TOKEN = re.compile(r"'[^']*'|\"[^\"]*\"|\d[\w.]*|\w+|\*\*=?|//=?|[-+*/@%]=|[<>=!]=|[^\w\s]")
_LIKE = (
    *(("h", "w"), ("y", "x"), ("i", "j"), ("u", "v"), ("r", "c"), ("row", "col"), ("row", "column")),
    *(("rows", "cols"), ("rows", "columns"), ("height", "width"), ("top", "left"), ("bottom", "right")),
    *(("k", "v"), ("key", "value"), ("ih", "hh"), ("gate", "up")),
    *(("first", "second"), ("0", "1"), ("2", "3"), ("1", "2"), ("-2", "-1")),
)
_ALIKE = frozenset(_LIKE) | {(other.upper(), one.upper()) for one, other in _LIKE}
_ALIKE |= {(other, one) for one, other in _ALIKE}


@dataclass(frozen=True)
class _Piece:
    """A piece of code with its tokens and where these are."""

    start: int
    text: str

    @cached_property
    def spans(self) -> list[tuple[int, int]]:
        return [(self.start + match.start(), self.start + match.end()) for match in _TOKEN.finditer(self.text)]

    @cached_property
    def tokens(self) -> list[str]:
        return _TOKEN.findall(self.text)

    @cached_property
    def form(self) -> tuple[str, ...]:
        """Its tokens without names and numbers."""
        return tuple(
            "a" if token[0].isalpha() or token[0] == "_" else re.sub(r"\d+", "0", token) for token in self.tokens
        )

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def mirrored(code: Code, changes: Iterable[Change]) -> Iterator[Change]:
    """Give the changes that can be made in the same way in a second place, which is like the first.

    Parameters
    ----------
    code
        The student's.
    changes
        Small changes of it, each in one place.
    """
    pairs = _pairs(code)
    likes = _Likes(code.names)
    places: dict[tuple[int, int], _Twice | None] = {}  # many changes have one place
    count = 0
    for change in changes:
        if "\n" in change.new or change.after or count >= MOST:
            continue
        place = change.start, change.end
        if place not in places:
            here = next((pair for pair in pairs if pair[0].start <= place[0] and place[1] <= pair[0].end), None)
            places[place] = _Twice.of(*place, *here) if here else None
        twice = places[place]
        both = _both(code, change, twice, likes) if twice else None
        if both:
            count += 1
            yield both


def _pairs(code: Code) -> list[tuple[_Piece, _Piece]]:
    """Give the pieces of a code that have their like, each with it, the smaller ones first."""
    pieces: dict[tuple[str, ...], list[_Piece]] = {}
    for node in code.nodes:
        if isinstance(node, ast.expr | ast.Assign | ast.AugAssign) and code.short(node):
            piece = _Piece(code.span(node)[0], code.of(node))
            if len(piece.tokens) > 1 or isinstance(node, ast.Name):
                pieces.setdefault(piece.form, []).append(piece)
    found = []
    for form, alike in pieces.items():
        alike.sort(key=lambda piece: (piece.start, piece.end))
        if len(form) == 1:
            found += _pairs_of_names(alike)
            continue
        for i, one in enumerate(alike):
            like = next((other for other in alike[i + 1 :] if other.start >= one.end and _are_alike(one, other)), None)
            if like:
                found.append((one, like))
    return sorted(found, key=lambda pair: (len(pair[0].tokens) == 1 and 10**6) or len(pair[0].tokens))


def _pairs_of_names(pieces: list[_Piece]) -> Iterator[tuple[_Piece, _Piece]]:
    """Pair each name with the next one that is like it."""
    places: dict[str, list[_Piece]] = {}
    for piece in pieces:
        places.setdefault(piece.text, []).append(piece)
    like = {name: [other for other in places if other != name and is_like(name, other)] for name in places}
    for piece in pieces:
        later = []
        for name in like[piece.text]:
            at = bisect_left(places[name], piece.end, key=lambda other: other.start)
            later += places[name][at : at + 1]
        if later:
            yield piece, min(later, key=lambda other: other.start)


def _are_alike(one: _Piece, other: _Piece) -> bool:
    """Tell whether two pieces of one form say the same of two axes."""
    differing = [(a, b) for a, b in zip(one.tokens, other.tokens, strict=True) if a != b]
    return bool(differing) and all(is_like(a, b) for a, b in differing)


@lru_cache(4096)
def is_like(one: str, other: str) -> bool:
    """Tell whether two names are for the two axes of an image.

    Examples
    --------
    >>> is_like("k_h", "k_w"), is_like("y", "x"), is_like("k_h", "y")
    (True, True, False)
    """
    first = 0
    while first < min(len(one), len(other)) and one[first] == other[first]:
        first += 1
    last = 0
    while last < min(len(one), len(other)) - first and one[-1 - last] == other[-1 - last]:
        last += 1
    return (one[first : len(one) - last], other[first : len(other) - last]) in _ALIKE or (one, other) in _ALIKE


class _Likes(dict[str, list[str]]):
    """The known names that are like a name, looked up once for each name."""

    def __init__(self, known: frozenset[str]) -> None:
        super().__init__()
        self.known = known

    def __missing__(self, name: str) -> list[str]:
        self[name] = [like for like in self.known if name != like and is_like(name, like)]
        return self[name]


@dataclass(frozen=True)
class _Twice:
    """What a change replaces, as tokens, and the like of it in the second place."""

    start: int
    end: int
    old: list[str]
    like: list[str]
    differing: dict[str, str]

    @classmethod
    def of(cls, start: int, end: int, one: _Piece, other: _Piece) -> _Twice | None:
        """Find the place in the second piece that is like a place in the first."""
        first, last = _place(one, start, 0), _place(one, end, 1)
        if first is None or last is None:
            return None
        (at, edge), (until, end_edge) = first, last
        second = other.spans[at][edge], other.spans[until][end_edge]
        if second[0] < end or second[0] > second[1]:
            return None
        taken = [i for i, (a, b) in enumerate(one.spans) if start <= a and b <= end]
        old, like = [one.tokens[i] for i in taken], [other.tokens[i] for i in taken]
        differing = {a: b for a, b in zip(one.tokens, other.tokens, strict=True) if a != b}
        return cls(*second, old, like, differing)


def _both(code: Code, change: Change, twice: _Twice, likes: _Likes) -> Change:
    """Make a change of one piece in the other one, too."""
    new = _translated(_TOKEN.findall(change.new), twice, likes)
    whole = f"{change.new}{code.text[change.end : twice.start]}{new}"
    return Change(change.start, twice.end, whole, max(1, change.rank), one=change, second=twice.start)


def _place(piece: _Piece, offset: int, edge: int) -> tuple[int, int] | None:
    """Find the token whose beginning (0) or end (1) is at a place."""
    for side in (edge, 1 - edge):
        for i, span in enumerate(piece.spans):
            if span[side] == offset:
                return i, side
    return None


def _translated(new: list[str], twice: _Twice, likes: _Likes) -> str:
    """Say the same of the other axis: what stays is taken from there, and what comes is named as there."""
    names = {name: like for name in new for like in likes[name]} | twice.differing
    first, last = common_ends(twice.old, new)
    like, middle = twice.like, new[first : len(new) - last]
    said = []
    for i, token in enumerate(middle):
        index = token.isdigit() and i > 0 and middle[i - 1] == "["
        said.append(names.get(token, token) if index or not token[0].isdigit() else token)
    return " ".join([*like[:first], *said, *like[len(like) - last :]])
