"""The numbers of a small call, side by side: what it takes, what it returned, and what it should return."""

from __future__ import annotations

from itertools import chain

import numpy as np

from course.checking.document import Cell, Grid, Grids, Line, Role
from course.checking.numbers import Array
from course.checking.result import CaseResult, CheckResult
from course.checking.words.phrases import number, oracle_name

DIGITS = 4
"""Significant digits of a number that has no equal beside it."""
NOISE = 12
"""Decimals that are looked at: what rounding left of a 0 is written as 0."""


def tell_numbers(result: CheckResult, lead: CaseResult) -> tuple[Line, ...]:
    """Show the leading case's arrays in full, where it is small enough; of several results those that are wrong.

    The first of these is shown beside the arguments, the others in a line of their own.
    """
    numbers = lead.numbers
    if numbers is None:
        return ()
    pairs = (
        [
            (yours, expected)
            for yours, expected in zip(numbers.yours, numbers.expected, strict=True)
            if any(yours.wrong) or yours.shape != expected.shape
        ]
        if numbers.yours
        else [(None, expected) for expected in numbers.expected]
    )
    arguments = [_grid(given.name, given) for given in numbers.arguments]
    results = [_side_by_side(oracle_name(result), yours, expected) for yours, expected in pairs]
    if not arguments and all(not expected.shape for _, expected in pairs):
        return ()  # a single number is told in a sentence
    first, further = (*arguments, *chain(*results[:1])), tuple(chain(*results[1:]))
    return tuple(Line(Role.NUMBERS, (Grids(grids),)) for grids in (first, further) if grids)


def _side_by_side(oracle: str, yours: Array | None, expected: Array) -> list[Grid]:
    of = f" {expected.name}" if expected.name else ""
    wanted = _grid(f"{oracle}{of}", expected, yours)
    return [wanted] if yours is None else [_grid(f"yours{of}", yours, expected), wanted]


def _grid(name: str, array: Array, other: Array | None = None) -> Grid:
    """Lay an array out: its last axis along a row, the one before down the rows, the others as tables in a row."""
    wrong = array.wrong or (False,) * len(array.values)
    differs = other.wrong if other is not None and not array.wrong else array.wrong
    texts = [
        _number(value, other.values[i] if other is not None and differs and differs[i] else None)
        for i, value in enumerate(array.values)
    ]
    first = wrong.index(True) if True in wrong else -1
    cells = np.empty(len(texts), object)
    cells[:] = [Cell(text, bad, i == first) for i, (text, bad) in enumerate(zip(texts, wrong, strict=True))]
    rows = cells.reshape(-1, *(1, 1, *array.shape)[-2:])
    return Grid(name, tuple(tuple(map(tuple, table)) for table in rows))


def _number(value: object, other: object) -> str:
    """Write a number in few digits; in more where it would look like another one that differs."""
    short, beside = (
        f"{round(one, NOISE) + 0.0:.{DIGITS}g}" if isinstance(one, float) else str(one) for one in (value, other)
    )
    return short if short != beside or value == other else number(value, other)
