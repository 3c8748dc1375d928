"""What a case reads of the dict of causes."""

from __future__ import annotations

from typing import Any

from course.calling.plain_data import Foreign
from course.calling.student import Student

CAUSES = ("rate too high", "rate too low", "no update", "overfitting", "labels shuffled", "wrong sign")
LONGEST = 200


def read_cause(student: Student, curve: str) -> Any:
    """Read the cause that the student's dict has for a curve, as the lesson spells it."""
    causes = student.read("cause_of_curve")
    if type(causes) is not dict:
        return Foreign(f"{type(causes).__name__}, not a dict")
    if curve not in causes:
        return Foreign(f"no key {curve!r}; its keys are {', '.join(map(repr, causes))}"[:LONGEST])
    named = causes[curve]
    if type(named) is not str:
        return named
    plain = " ".join(named.strip().rstrip(".").lower().replace("learning rate", "rate").split())
    return plain if plain in CAUSES else f"{named[:LONGEST]} (none of the six causes)"
