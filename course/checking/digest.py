"""What identifies exercises as they are: another digest means that other cases, answers or mistakes count.

The digest of the cases alone says whether answers that were recorded on another machine answer them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from course.checking.spec import Arguments, Exercise

_USED = ("checking", "calling", "functional")
"""The rooms of the course that a verdict comes from."""


def digest_of_exercises(exercises: Iterable[Exercise], how: str = "") -> str:
    """Give the digest of exercises: their chapters' modules, and what of the course checks an answer.

    Parameters
    ----------
    exercises
        The exercises.
    how
        What else a verdict depends on.

    Examples
    --------
    >>> import course
    >>> digest_of_exercises([course.exercises["linear"]]) == digest_of_exercises([course.exercises["conv2d"]])
    False
    """
    found = sha256(how.encode())
    for exercise in exercises:
        found.update(exercise.name.encode())
        if exercise.withheld:
            found.update(exercise.withheld.digest.encode())
            continue
        declared = exercise.solution if callable(exercise.solution) else exercise.cases[0].draw
        if home := sys.modules[declared.__module__].__file__:
            found.update(_digest_of_folder(Path(home).parent).encode())
        for mistake in exercise.mistakes:  # it may be declared in another chapter
            found.update(f"{mistake.slug} {mistake.edits} {mistake.gives} {mistake.advice}".encode())
    for name in _USED:
        found.update(_digest_of_folder(Path(__file__).resolve().parents[1] / name).encode())
    return found.hexdigest()


@lru_cache(maxsize=64)
def _digest_of_folder(folder: Path) -> str:
    found = sha256()
    for path in sorted(folder.rglob("*.py")):
        found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()


def digest_of_cases(exercise: Exercise, drawn: Iterable[Arguments]) -> str:
    """Give the digest of an exercise's cases: what is asked of whom, with which arguments.

    Numbers count with ten digits, so that it is the same where another machine rounds the last one differently.

    Parameters
    ----------
    exercise
        The exercise.
    drawn
        The arguments of each of its cases.

    Examples
    --------
    >>> import course
    >>> linear = course.exercises["linear"]
    >>> digest_of_cases(linear, [{"x": 0.1 + 0.2}]) == digest_of_cases(linear, [{"x": 0.3}])
    True
    >>> digest_of_cases(linear, [{"x": 0.1}]) == digest_of_cases(linear, [{"x": 0.3}])
    False
    """
    oracle = exercise.oracle
    found = sha256(f"{type(oracle).__name__} {getattr(oracle, 'name', '')}".encode())
    for arguments in drawn:
        _take_in(found, dict(arguments))
    return found.hexdigest()[:32]


def digest_of_arguments(arguments: Arguments) -> str:
    """Give the digest of one case's arguments.

    Examples
    --------
    >>> digest_of_arguments({"x": 0.1 + 0.2}) == digest_of_arguments({"x": 0.3})
    True
    """
    found = sha256()
    _take_in(found, dict(arguments))
    return found.hexdigest()[:32]


def _take_in(found: Any, value: Any) -> None:
    """Add a value to a digest, with the kind and the length of everything in it. A function counts as a function."""
    if isinstance(value, Mapping):
        found.update(f"dict {len(value)} ".encode())
        for name, item in value.items():
            found.update(f"{name} ".encode())
            _take_in(found, item)
    elif isinstance(value, list | tuple):
        found.update(f"{type(value).__name__} {len(value)} ".encode())
        for item in value:
            _take_in(found, item)
    elif isinstance(value, np.ndarray | np.generic | float):
        array = np.asarray(value)
        found.update(f"{array.dtype.str} {array.shape} ".encode())
        found.update(_ten_digits(array).tobytes() if array.dtype.kind == "f" else array.tobytes())
    elif callable(value):
        found.update(b"function ")
    else:
        found.update(f"{value!r} ".encode())


def _ten_digits(array: np.ndarray) -> np.ndarray:
    fraction, exponent = np.frexp(array)
    return np.ldexp(np.round(fraction * 2.0**33), exponent)
