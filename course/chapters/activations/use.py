"""What a case reads of the table of straight pieces."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.calling.student import Student

PARTS = ("bends", "slopes")
LONGEST = 200
LARGEST = 1e6


def read_pieces(student: Student, function: str, part: str) -> str:
    """Give the bends or the slopes of one function of the student's table in letters."""
    table = student.read("pieces")
    if not isinstance(table, dict):
        return "no dict"
    if function not in table:
        return f"no entry {function!r}; its keys are {', '.join(map(repr, table))}"[:LONGEST]
    entry = table[function]
    if getattr(entry, "type_name", "") == "ellipsis":
        return "not written yet"
    if not isinstance(entry, (tuple, list)) or len(entry) != len(PARTS):
        return "not two lists: where it bends, and its slopes"
    return _numbers(entry[PARTS.index(part)])


def _numbers(listed: Any) -> str:
    """Write numbers with two digits after the point, so that 1/6 and 0.1667 are the same."""
    numbers = listed.tolist() if isinstance(listed, np.ndarray) else listed
    if not isinstance(numbers, (tuple, list)):
        numbers = [numbers]
    if not all(isinstance(one, (int, float, np.integer, np.floating)) and not isinstance(one, bool) for one in numbers):
        return "not a list of numbers"
    if any(abs(one) > LARGEST for one in numbers):
        return "numbers that are too large"
    return ", ".join(f"{float(one) + 0.0:.2f}" for one in numbers)[:LONGEST]
