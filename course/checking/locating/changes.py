"""All small changes of a student's code, the most likely first."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator
from dataclasses import replace

from course.checking.locating.added import change_added
from course.checking.locating.again import change_again
from course.checking.locating.calls import change_calls
from course.checking.locating.code import Change, Code
from course.checking.locating.elements import change_elements
from course.checking.locating.ends import change_ends
from course.checking.locating.forgotten import change_forgotten
from course.checking.locating.functions import change_functions
from course.checking.locating.insertions import LAST, change_missing
from course.checking.locating.known import undo_mistakes
from course.checking.locating.mirrored import mirrored
from course.checking.locating.moved import change_moved
from course.checking.locating.operators import change_operators
from course.checking.locating.reductions import change_reductions
from course.checking.locating.repeated import change_repeated
from course.checking.locating.rounds import change_rounds
from course.checking.locating.scaled import change_exchanged, change_scaled
from course.checking.locating.sizes import change_sizes
from course.checking.locating.slices import change_slices
from course.checking.locating.statements import change_statements
from course.checking.locating.throughout import change_names_throughout
from course.checking.locating.values import change_constants, change_indices, change_names
from course.checking.source import source_of
from course.checking.spec import Exercise

LIKELY = 1
"""The most likely changes have no higher rank."""
LONG_ENOUGH = 5
"""Characters of a text that tell something where they come twice in a code."""
MOST = 8000
"""At most this many changes are considered."""


def changes_of(code: Code, exercise: Exercise, likely: bool = False) -> list[Change]:
    """Give every small change of a code, each once, the most likely first.

    The order depends on the code alone.

    Parameters
    ----------
    code
        The student's.
    exercise
        What it is for.
    likely
        Whether only the most likely changes are given, in half the time.
    """
    seen: set[tuple[int, int, str]] = set()
    found: list[Change] = []
    for change in _likely(code, exercise) if likely else _all(code, exercise):
        if likely and change.rank > LIKELY:
            continue
        key = change.start, change.end, change.new
        if key in seen or code.text[change.start : change.end] == change.new:
            continue
        seen.add(key)
        if change.rank > 1 and len(change.new) >= LONG_ENOUGH and change.new in code.text:
            change = replace(change, rank=change.rank - 1)  # it is written somewhere else: here it may be missing
        found.append(change)
        if len(found) == MOST:
            break
    both = list(mirrored(code, [change for change in found if change.rank < LAST]))
    return sorted((*found[: MOST - len(both)], *both), key=lambda change: change.rank)


def _all(code: Code, exercise: Exercise) -> Iterator[Change]:
    yield from _likely(code, exercise)
    yield from change_missing(code, _constants(exercise))
    yield from change_forgotten(code)


def _likely(code: Code, exercise: Exercise) -> Iterator[Change]:
    yield from undo_mistakes(code, exercise.mistakes)
    yield from change_statements(code)
    yield from change_added(code)
    yield from change_operators(code)
    yield from change_calls(code)
    yield from change_indices(code)
    yield from change_constants(code, _constants(exercise))
    yield from change_names(code)
    yield from change_slices(code)
    yield from change_reductions(code)
    yield from change_functions(code)
    yield from change_rounds(code)
    yield from change_sizes(code)
    yield from change_ends(code)
    yield from change_elements(code, _constants(exercise))
    yield from change_again(code)
    yield from change_repeated(code)
    yield from change_names_throughout(code)
    yield from change_exchanged(code)
    yield from change_scaled(code)
    yield from change_moved(code)


def numbers_in(source: str) -> list[object]:
    """Give the numbers in a source, in order, each once; pi comes last.

    Examples
    --------
    >>> numbers_in("y = 2 * x + 0.5 * 2")
    [2, 0.5]
    """
    nodes = list(ast.walk(ast.parse(source)))
    numbers = [node.value for node in nodes if isinstance(node, ast.Constant)]
    pi = [math.pi for node in nodes if isinstance(node, ast.Attribute) and node.attr == "pi"]
    return list(dict.fromkeys(value for value in (*numbers, *pi) if type(value) in (int, float)))


def _constants(exercise: Exercise) -> list[object]:
    """Give the numbers in the solution, in order, each once."""
    if exercise.withheld:
        return list(exercise.withheld.constants)
    return numbers_in(source_of(exercise.written_out, exercise.name))
