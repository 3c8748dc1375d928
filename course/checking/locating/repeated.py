"""Changes of what a code says in the same words in several places: a slice, an axis, how values are arranged."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from itertools import combinations

from course.checking.locating.code import Change, Code

MOST = 4
"""What occurs in more places is left alone."""
_AXES = ("0", "1", "-1", "(0, 2, 3)", "(2, 3)", "(1, 2)", "(0, 1)", "(2, 3, 4)", "(1, 2, 3)", "(1, 3, 4)")
_PREFIX = re.compile(r"(\w+)\.\w")


def change_repeated(code: Code) -> Iterator[Change]:
    """Give every change that is made in several places which say the same."""
    yield from _slices(code)
    yield from _axes(code)
    yield from _reshapes(code)
    yield from _prefixes(code)


def _groups(code: Code, nodes: list[ast.expr]) -> Iterator[list[ast.expr]]:
    """Give what is written alike in two places or a few more, in the order of the text."""
    groups: dict[str, list[ast.expr]] = {}
    for node in nodes:
        groups.setdefault(code.of(node), []).append(node)
    for alike in groups.values():
        if 2 <= len(alike) <= MOST:
            yield sorted(alike, key=code.span)


def everywhere(code: Code, places: Sequence[ast.expr], new: str, rank: int) -> Change:
    """Put one text in several places; the line of the change is the first of them."""
    start, end = code.span(places[0])[0], code.span(places[-1])[1]
    pieces, at = [], start
    for place in places:
        first, last = code.span(place)
        pieces += [code.text[at:first], new]
        at = last
    one = Change(*code.span(places[0]), new, rank)
    return Change(start, end, "".join(pieces), rank, one=one, second=code.span(places[1])[0])


def _slices(code: Code) -> Iterator[Change]:
    """Put another name into slices of the same text: the size of a group of outputs for one of inputs."""
    stored = code.sizes
    for alike in _groups(code, [node for node in code.nodes if isinstance(node, ast.Slice)]):
        names = {part.id for part in ast.walk(alike[0]) if isinstance(part, ast.Name)}
        for count in range(len(alike), 1, -1):
            for places in combinations(alike, count):
                for name in sorted(names):
                    for other in dict.fromkeys(stored):
                        if other not in names:
                            new = re.sub(rf"\b{name}\b", other, code.of(alike[0]))
                            yield everywhere(code, list(places), new, 1)


def _axes(code: Code) -> Iterator[Change]:
    """Put another axis in all places that have the same."""
    for alike in _groups(code, [n.value for n in code.nodes if isinstance(n, ast.keyword) and n.arg == "axis"]):
        for axes in _AXES:
            if axes != code.of(alike[0]):
                yield everywhere(code, alike, axes, 1)
                if "keepdims" not in code.text:
                    yield everywhere(code, alike, f"{axes}, keepdims=True", 2)


def _reshapes(code: Code) -> Iterator[Change]:
    """Let two reshapes to the same sizes go by another order of the axes."""
    found: dict[str, list[ast.Call]] = {}
    for node in code.nodes:
        match node:
            case ast.Call(func=ast.Attribute(attr="reshape"), args=[_, _, _]):
                start = code.span(node.func)[1]
                found.setdefault(code.text[start : code.span(node)[1]], []).append(node)
    for calls in found.values():
        if len(calls) != 2:
            continue
        first, second, third = (code.of(arg) for arg in calls[0].args)
        for sizes, back in (
            ((second, first, third), "1, 0, 2"),
            ((first, third, second), "0, 2, 1"),
        ):
            new = f"({', '.join(sizes)}).transpose({back})"
            (start, end), (again, last) = ((code.span(c.func)[1], code.span(c)[1]) for c in calls)
            if end <= again:
                text = f"{new}{code.text[end:again]}{new}"
                yield Change(start, last, text, 2, one=Change(start, end, new, 2), second=again)


def _prefixes(code: Code) -> Iterator[Change]:
    """Put the first word of another key into keys such as ``"bn1.weight"``: into one, or all of a statement."""
    keys = [node for node in code.nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    found = [(node, match.group(1)) for node in keys if (match := _PREFIX.match(str(node.value)))]
    words = list(dict.fromkeys(word for _, word in found))
    for node, word in found:
        for other in words:
            if other != word:
                yield code.replace(node, repr(other + str(node.value)[len(word) :]), 1)
    for statement in code.nodes:
        if isinstance(statement, ast.Assign | ast.Return):
            inside = set(ast.walk(statement))
            for word in words:
                places = sorted((node for node, one in found if one == word and node in inside), key=code.span)
                for first, last in combinations(range(len(places) + 1), 2):
                    if last - first >= 2:
                        yield from _all_prefixes(code, places[first:last], word, words)


def _all_prefixes(code: Code, places: list[ast.Constant], word: str, words: list[str]) -> Iterator[Change]:
    start, end = code.span(places[0])[0], code.span(places[-1])[1]
    for other in words:
        if other != word:
            yield Change(start, end, re.sub(rf"\b{word}\.", f"{other}.", code.text[start:end]), 1)
