"""The numbers of a small call, side by side: what it takes, what it returned, and what it should return."""

from __future__ import annotations

import numpy as np

from course.checking.document import Cell, Grid, Grids, Line, Role
from course.checking.numbers import Array
from course.checking.result import CaseResult, CheckResult
from course.checking.words.phrases import number, oracle_name

DIGITS = 4
"""Significant digits of a number that has no equal beside it."""


def tell_numbers(result: CheckResult, lead: CaseResult) -> tuple[Line, ...]:
    """Show the leading case's arrays in full, where it is small enough; of several results those that are wrong."""
    numbers = lead.numbers
    if numbers is None:
        return ()
    pairs = [
        (yours, expected)
        for yours, expected in zip(numbers.yours, numbers.expected, strict=True)
        if any(yours.wrong) or yours.shape != expected.shape
    ] if numbers.yours else [(None, expected) for expected in numbers.expected]
    arguments = [_grid(given.name, given) for given in numbers.arguments]
    results = [grid for yours, expected in pairs for grid in _side_by_side(oracle_name(result), yours, expected)]
    if not arguments and all(not expected.shape for _, expected in pairs):
        return ()  # a single number is told in a sentence
    return (Line(Role.NUMBERS, (Grids((*arguments, *results)),)),)


def _side_by_side(oracle: str, yours: Array | None, expected: Array) -> list[Grid]:
    of = f" {expected.name}" if expected.name else ""
    wanted = _grid(f"{oracle}{of}", expected, yours)
    return [wanted] if yours is None else [_grid(f"yours{of}", yours, expected), wanted]


def _grid(name: str, array: Array, other: Array | None = None) -> Grid:
    """Lay an array out: its last axis along a row, the one before down the rows, the others as tables in a row."""
    compared = other is not None and other.shape == array.shape
    texts = [_number(value, other.values[i] if compared and other else None) for i, value in enumerate(array.values)]
    wrong = array.wrong or (False,) * len(texts)
    first = wrong.index(True) if True in wrong else -1
    cells = np.empty(len(texts), object)
    cells[:] = [Cell(text, bad, i == first) for i, (text, bad) in enumerate(zip(texts, wrong, strict=True))]
    rows = cells.reshape(-1, *((1, 1) + array.shape)[-2:])
    return Grid(name, tuple(tuple(map(tuple, table)) for table in rows))


def _number(value: object, other: object) -> str:
    """Write a number in few digits; in more where it would look like another one that differs."""
    short, beside = (f"{one:.{DIGITS}g}" if isinstance(one, float) else str(one) for one in (value, other))
    return short if short != beside or value == other else number(value, other)
