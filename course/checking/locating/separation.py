"""What sets the cases that are right apart from those that are not: a property of one argument."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from course.checking.result import CaseResult, Separation

FEWEST = 2
"""At least so many cases must be right, and as many wrong."""


def separate(arguments: Sequence[Mapping[str, Any]], cases: Sequence[CaseResult]) -> Separation | None:
    """Find a property of one argument that every case that is right has, and no other.

    Parameters
    ----------
    arguments
        Of each case.
    cases
        What became of them.
    """
    counted = [i for i, case in enumerate(cases) if not case.remark and not case.empty]
    right = [arguments[i] for i in counted if cases[i].passed]
    wrong = [arguments[i] for i in counted if not cases[i].passed]
    if min(len(right), len(wrong)) < FEWEST:
        return None
    for name in right[0]:
        ours, others = ([one.get(name) for one in group] for group in (right, wrong))
        for has, what in _properties(ours[0]):
            if all(map(has, ours)) and not any(map(has, others)):
                return Separation(name, what)
    return None


def _properties(value: Any) -> Iterator[tuple[Callable[[Any], bool], str]]:
    """Give the properties that a value has, with the words for them."""
    if isinstance(value, np.ndarray):
        axes = value.ndim
        yield lambda one: np.ndim(one) == axes, f"has {axes} ax{'i' if axes == 1 else 'e'}s"
        if axes > 1 and value.shape[-1] == value.shape[-2]:
            square = "is square" if axes == 2 else "is as wide as it is high"
            yield lambda one: np.ndim(one) == axes and one.shape[-1] == one.shape[-2], square
        if axes and len(value) == 1:
            yield lambda one: np.ndim(one) > 0 and len(one) == 1, "has length 1"
    elif value is None:
        yield lambda one: one is None, "is not given"
    elif isinstance(value, (bool, int, float, str)):
        yield lambda one: type(one) is type(value) and one == value, f"is {value!r}"
        yield lambda one: isinstance(one, (int, float)), "is one number"
    elif isinstance(value, tuple):
        yield lambda one: isinstance(one, tuple), "is a pair" if len(value) == 2 else "has several numbers"
    if value is not None:
        yield lambda one: one is not None, "is given"
