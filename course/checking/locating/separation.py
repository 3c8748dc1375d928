"""What sets the cases that are right apart from those that are not: a property of one argument."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from course.checking.diagnosis import Separation
from course.checking.result import CaseResult

FEWEST = 2
"""At least this many cases must be right, and as many wrong."""
MOST_RIGHT = 4
"""Where at least this many cases are right, one that is wrong is enough for what an answer may have left out."""


def separate(arguments: Sequence[Mapping[str, Any]], cases: Sequence[CaseResult]) -> Separation | None:
    """Find the property of one argument that every case that is right has, and no other case; or every wrong one.

    Where several arguments have such a property, nothing tells which of them matters: then there is none.

    Parameters
    ----------
    arguments
        Of each case.
    cases
        What happened in them.
    """
    counted = [i for i, case in enumerate(cases) if not case.remark and not case.empty]
    right = [arguments[i] for i in counted if cases[i].passed]
    wrong = [arguments[i] for i in counted if not cases[i].passed]
    if not wrong or len(right) < FEWEST:
        return None
    found: list[Separation] = []
    every = dict.fromkeys(name for one in (*right, *wrong) for name in one)
    for name in every if len(wrong) >= FEWEST else ():
        ours, others = ([one.get(name) for one in group] for group in (right, wrong))
        words = [what for has, what in _properties(ours) if all(map(has, ours)) and not any(map(has, others))]
        lengths = [what for what in words if "length" in what]
        if len(lengths) > 1:
            return None  # several axes have length 1
        if words:
            found.append(Separation(name, words[0]))
    if not found and len(right) >= MOST_RIGHT:
        found = [Separation(name, what, wrong=True) for name in wrong[0] for what in _set_apart(name, wrong, right)]
    return found[0] if len(found) == 1 else None


def _set_apart(name: str, wrong: Sequence[Mapping[str, Any]], right: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Give how every wrong call has an argument, and no right one: what a code may have left out."""
    ours, others = ([one.get(name) for one in group] for group in (wrong, right))
    value = ours[0]
    if all(other is None for other in others) and all(one is not None for one in ours):
        yield "is given"
    elif isinstance(value, tuple):
        length = len(value)
        if all(_is_long(one, length) for one in ours) and not any(_is_long(one, length) for one in others):
            yield f"has {length} numbers" if length > 1 else "is a tuple of one number"
    elif isinstance(value, (bool, str)) and all(one == value for one in ours) and value not in others:
        yield f"is {value!r}"


def _is_long(value: Any, length: int) -> bool:
    return isinstance(value, tuple) and len(value) == length


def _properties(values: Sequence[Any]) -> Iterator[tuple[Callable[[Any], bool], str]]:
    """Give the properties that the first of several values has, with the words for them."""
    value = values[0]
    if value is not None:
        yield lambda one: one is not None, "is given"
    if isinstance(value, np.ndarray):
        axes = value.ndim
        yield lambda one: np.ndim(one) == axes, f"has {axes} ax{'i' if axes == 1 else 'e'}s"
        if axes > 1 and value.shape[-1] == value.shape[-2]:
            square = "is square" if axes == 2 else "is as wide as it is high"
            yield lambda one: np.ndim(one) == axes and one.shape[-1] == one.shape[-2], square
        for axis in range(axes):
            if value.shape[axis] == 1:
                what = "has length 1" if axis == 0 else f"has length 1 along axis {axis}"
                yield partial(_is_single, axis), what
    elif value is None:
        yield lambda one: one is None, "is not given"
    elif isinstance(value, (bool, int, float, str)):
        if not isinstance(value, (bool, str)):
            yield lambda one: isinstance(one, (int, float)), "is one number"
        yield lambda one: type(one) is type(value) and one == value, f"is {value!r}"
    elif isinstance(value, tuple):
        pairs = all(isinstance(one, tuple) and len(one) == 2 for one in values)
        yield lambda one: isinstance(one, tuple), "is a pair" if pairs else "has several numbers"


def _is_single(axis: int, value: Any) -> bool:
    return np.ndim(value) > axis and np.shape(value)[axis] == 1
