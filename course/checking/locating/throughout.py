"""Changes of a name in a whole statement or slice: exchanged with another one, or another one in its place."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations, pairwise

from course.checking.locating.code import Change, Code, blocks_of
from course.checking.locating.mirrored import is_like

MOST_NAMES = 12
"""A statement that sets more names is left alone."""


def change_names_throughout(code: Code) -> Iterator[Change]:
    """Give the changes that exchange two names wherever they are in a statement, or put one for the other."""
    own = _own_names(code)
    for node in code.nodes:
        if isinstance(node, ast.Slice):  # both bounds of `j * s:j * s + k`
            yield from _replaced(code, _places(node, own), own)
            yield from _other_of_pair(code, node)
        if not isinstance(node, ast.Assign | ast.AugAssign | ast.Return) or node.lineno != node.end_lineno:
            continue
        places = _places(node, own)
        if len(places) > MOST_NAMES:
            continue
        for one, other in combinations(places, 2):
            used = all(isinstance(place.ctx, ast.Load) for name in (one, other) for place in places[name])
            rank = (0 if is_like(one, other) else 2) + (0 if used else 1)  # a name is right more often where it is made
            yield _renamed(code, places, {one: other, other: one}, rank)
        yield from _replaced(code, places, own)
        yield from _pair_turned(code, node)
    for node in code.nodes:
        for block in blocks_of(node):
            for one, other in pairwise(block):
                yield from _pair_exchanged(code, one, other)


def _pair_turned(code: Code, statement: ast.AST) -> Iterator[Change]:
    """Take the second number of a pair for the first, and the first for the second, wherever a statement has both."""
    for indices in _numbers_of_pairs(code, statement).values():
        if len({index.value for index in indices}) == 2:
            other = {0: "1", 1: "0"}
            spans = sorted((*code.span(index), other[index.value]) for index in indices)  # pyrefly: ignore[bad-index]
            yield _pieced(code, spans, 1)


def _pair_exchanged(code: Code, one: ast.stmt, other: ast.stmt) -> Iterator[Change]:
    """Exchange the numbers of a pair between two statements that each read one."""
    if isinstance(one, ast.Assign | ast.AugAssign) and isinstance(other, ast.Assign | ast.AugAssign):
        first, second = _numbers_of_pairs(code, one), _numbers_of_pairs(code, other)
        for pair in first.keys() & second.keys():
            here, there = first[pair], second[pair]
            if len({index.value for index in here}) == len({index.value for index in there}) == 1:
                new, old = str(there[0].value), str(here[0].value)
                if new != old:
                    spans = [(*code.span(index), new) for index in here] + [(*code.span(index), old) for index in there]
                    change = _pieced(code, sorted(spans), 1)
                    part = Change(*code.span(here[0]), new, 1)
                    yield replace(change, one=part, second=code.span(there[0])[0])


def _numbers_of_pairs(code: Code, statement: ast.AST) -> dict[str, list[ast.Constant]]:
    """Give, for each pair that a statement reads from, the indices by which it does."""
    pairs: dict[str, list[ast.Constant]] = {}
    for node in ast.walk(statement):
        match node:
            case ast.Subscript(value=ast.Name() | ast.Attribute() as pair, slice=ast.Constant(value=0 | 1) as index):
                pairs.setdefault(code.of(pair), []).append(index)
    return pairs


def _other_of_pair(code: Code, bounds: ast.Slice) -> Iterator[Change]:
    """Take the other number of a pair in both bounds of a slice."""
    pairs: dict[str, list[ast.Constant]] = {}
    for node in ast.walk(bounds):
        match node:
            case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=0 | 1) as index):
                pairs.setdefault(f"{name}{index.value}", []).append(index)
    for indices in pairs.values():
        if len(indices) > 1:
            yield _pieced(code, sorted((*code.span(index), str(1 - index.value)) for index in indices), 0)  # type: ignore[operator]


def _places(node: ast.AST, own: list[str]) -> dict[str, list[ast.Name]]:
    """Find where a piece of code has each of the names."""
    places: dict[str, list[ast.Name]] = {}
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and part.id in own:
            places.setdefault(part.id, []).append(part)
    return places


def _replaced(code: Code, places: Mapping[str, list[ast.Name]], own: list[str]) -> Iterator[Change]:
    """Put another name instead of one that is read several times."""
    for name, found in places.items():
        if len(found) > 1 and all(isinstance(place.ctx, ast.Load) for place in found):
            for other in own:
                if other != name:
                    yield _renamed(code, places, {name: other}, 0 if is_like(name, other) else 3)


def _own_names(code: Code) -> list[str]:
    """Give the arguments and the names that get a value, each once."""
    arguments = [node.arg for node in code.nodes if isinstance(node, ast.arg) and node.arg != "self"]
    stored = [node.id for node in code.nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    return list(dict.fromkeys((*arguments, *stored)))


def _renamed(code: Code, places: Mapping[str, list[ast.Name]], new: Mapping[str, str], rank: int) -> Change:
    return _pieced(code, sorted((*code.span(place), new[name]) for name in new for place in places[name]), rank)


def _pieced(code: Code, spans: list[tuple[int, int, str]], rank: int) -> Change:
    """Make one change of several places in a row."""
    start, end = spans[0][0], spans[-1][1]
    pieces, at = [], start
    for first, last, name in spans:
        pieces += [code.text[at:first], name]
        at = last
    return Change(start, end, "".join(pieces), rank)
