"""How an exercise's known mistakes differ from its solution."""

from __future__ import annotations

import difflib

import course
from course.checking.source import bare, source_of
from course.checking.spec import Exercise, Misconception
from grader.errors import GraderError


class NoSuchExercise(GraderError):
    """The course has no exercise of this name.

    Parameters
    ----------
    name
        What was asked for.
    """

    def __init__(self, name: str) -> None:
        near = difflib.get_close_matches(name, course.exercises, n=1)
        super().__init__(f"There is no exercise {name!r}." + (f" Did you mean {near[0]}?" if near else ""))
        self.name = name


def find_exercise(name: str) -> Exercise:
    """Look up an exercise.

    Raises
    ------
    NoSuchExercise
        If there is none of this name.
    """
    if name not in course.exercises:
        raise NoSuchExercise(name)
    return course.exercises[name]


def mistake_diff(exercise: Exercise, known: Misconception) -> list[str]:
    """Give the lines in which a mistake differs from the solution, with one line around them.

    Where the solution calls other exercises, it is written out in one function.

    A line begins with ``"-"`` where it is the solution's, with ``"+"`` where it is the mistake's.

    Examples
    --------
    >>> warm_up = find_exercise("warm_up")
    >>> mistake_diff(warm_up, warm_up.misconceptions[0])
    [' def warm_up(x):', '-    return 2 * x + 1', '+    return 2 * x']
    """
    solution = bare(source_of(exercise.written_out, exercise.name)).splitlines()
    _, _, *diff = difflib.unified_diff(solution, known.source.splitlines(), lineterm="", n=1)
    return [line for line in diff if not line.startswith("@@")]
