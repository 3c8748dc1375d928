"""What a case reads of the table of straight pieces."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.calling.student import Student

PARTS = ("bends", "slopes")
LISTS = (tuple, list, np.ndarray)
LONGEST = 200
LARGEST = 1e6


def read_pieces(student: Student, function: str, part: str) -> str:
    """Give the bends or the slopes of one function of the student's table in letters."""
    table = student.read("pieces")
    if not isinstance(table, dict):
        return "it is not a dict"
    if function not in table:
        return f"it has no entry {function!r}; its keys are {', '.join(map(repr, table))}"[:LONGEST]
    entry = table[function]
    if getattr(entry, "type_name", "") == "ellipsis":
        return "not written yet"
    if not isinstance(entry, (tuple, list)) or len(entry) != len(PARTS) or not isinstance(entry[1], LISTS):
        return "it is not two lists: where it bends, and its slopes"
    bends, slopes = map(_numbers, entry)
    if part == "slopes" and len(slopes) != len(bends) + 1:
        return f"it has slopes for {_pieces(len(slopes))}, and its bends make {_pieces(len(bends) + 1)}"
    return _written(bends if part == "bends" else slopes)


def _pieces(count: int) -> str:
    return f"{count} piece{'' if count == 1 else 's'}"


def _numbers(listed: Any) -> list[Any]:
    """Give the numbers of a list, of an array, or of a single number."""
    numbers = listed.tolist() if isinstance(listed, np.ndarray) else listed
    return list(numbers) if isinstance(numbers, LISTS) else [numbers]


def _written(numbers: list[Any]) -> str:
    """Write numbers with two digits after the point, so that 1/6 and 0.1667 are the same."""
    if not all(isinstance(one, (int, float, np.integer, np.floating)) and not isinstance(one, bool) for one in numbers):
        return "it is not a list of numbers"
    if any(abs(one) > LARGEST for one in numbers):
        return "its numbers are too large"
    return ", ".join(f"{float(one) + 0.0:.2f}" for one in numbers)[:LONGEST]
