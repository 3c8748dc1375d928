"""The numbers of a small call, side by side: what it takes, what it returned, and what it should return."""

from __future__ import annotations

import numpy as np

from course.checking.document import Cell, Grid, Grids, Line, Role
from course.checking.numbers import Array, Numbers
from course.checking.result import CaseResult, CheckResult
from course.checking.words.phrases import number, oracle_name

DIGITS = 4
"""Significant digits of a number that has no equal next to it."""
NOISE = 12
"""Decimals that are looked at: what rounding left of a 0 is written as 0."""


def tell_numbers(result: CheckResult, lead: CaseResult) -> tuple[Line, ...]:
    """Show the leading case's arrays in full, where it is small enough; of several results those that are wrong.

    The first of these is shown next to the arguments, the others in separate lines.
    """
    numbers = lead.numbers
    if numbers is None:
        return ()
    pairs = _pairs(numbers)
    arguments = tuple(_grid(given.name, given) for given in numbers.arguments)
    results = [tuple(_side_by_side(oracle_name(result), yours, expected)) for yours, expected in pairs]
    if not arguments and all(yours is None or not expected.shape for yours, expected in pairs):
        return ()  # there is nothing to follow, or a single number, which is given in a sentence
    rows = [Grids(arguments, results[0] if results else ()), *(Grids((), further) for further in results[1:])]
    return tuple(Line(Role.NUMBERS, (row,)) for row in rows)


def _pairs(numbers: Numbers) -> list[tuple[Array | None, Array]]:
    """Pair what was returned with what should have been, as far as these differ."""
    if not numbers.yours:
        return [(None, expected) for expected in numbers.expected]
    pairs = zip(numbers.yours, numbers.expected, strict=True)
    return [(yours, expected) for yours, expected in pairs if any(yours.wrong) or yours.shape != expected.shape]


def _side_by_side(oracle: str, yours: Array | None, expected: Array) -> list[Grid]:
    of = f" {expected.name}" if expected.name else ""
    wanted = _grid(f"{oracle}{of}", expected, yours, wanted=True)
    return [wanted] if yours is None else [_grid(f"yours{of}", yours, expected), wanted]


def _grid(name: str, array: Array, other: Array | None = None, wanted: bool = False) -> Grid:
    """Lay an array out: its last axis along a row, the one before down the rows, the others as tables in a row."""
    compared = other is not None and other.shape == array.shape
    marked = (other.wrong if compared and other and wanted else array.wrong) or (False,) * len(array.values)
    first = marked.index(True) if True in marked else -1
    cells = np.empty(len(marked), object)
    for i, (value, bad) in enumerate(zip(array.values, marked, strict=True)):
        text = _number(value, other.values[i] if bad and other else None)
        cells[i] = Cell(text, bad and not wanted, i == first, bad and wanted)
    rows = cells.reshape(-1, *(1, 1, *array.shape)[-2:])
    labels = tuple(str(list(index)) for index in np.ndindex(array.shape[:-2])) if len(rows) > 1 else ()
    return Grid(name, tuple(tuple(map(tuple, table)) for table in rows), labels, numbered=len(array.shape) > 1)


def _number(value: object, other: object) -> str:
    """Write a number in few digits; in more where it would look like another one that differs."""
    short, beside = (
        f"{round(one, NOISE) + 0.0:.{DIGITS}g}" if isinstance(one, float) else str(one) for one in (value, other)
    )
    return short if short != beside or value == other else number(value, other)
