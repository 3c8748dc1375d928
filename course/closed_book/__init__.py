"""The course without its solutions: exercises read from data, in a package that `grader closed-book` makes.

Nothing in that package says how an exercise is solved. Of each exercise it has what a student sees anyway, and numbers:
the cases, the right answers to them, and what the known mistakes give.
"""

from __future__ import annotations

from pathlib import Path

DATA = Path(__file__).parent / "data"
"""Where a closed book has its exercises. The course with its solutions has no such folder."""
DECLARED = "exercises.json"
"""The file that has all exercises without their numbers."""


def is_closed() -> bool:
    """Tell whether this is a closed book."""
    return (DATA / DECLARED).is_file()
