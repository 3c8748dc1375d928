"""What a student's results say about a mistake: which it explains, which it contradicts, and how much that proves."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from course.calling.endings import Attempt, Ending
from course.calling.plain_data import Text
from course.checking.compare import as_data, close, compare
from course.checking.comparison import Comparison

MISSING = object()
"""In place of a value where a call did not return one."""
EXPLAINABLE = frozenset({Ending.RETURNED, Ending.RAISED})
"""Endings that a mistake can bring about; a call that was too slow, or was not run, shows none."""
STRONG = 2.0
"""How much must agree before a mistake is named: one result with several values, or numbers in several cases."""
FIRST = 3
"""This many wrong results tell whether a pair is worth more time."""
FAR = 1e-4
"""Two numbers that differ by more, of their size and of one, are not the same except for rounding."""
NUMBER, COUNT, TRIVIAL = 1.0, 0.5, 0.25
"""How much a number proves, a whole number, and what has many causes: a truth value, zeros, ones, NaN."""


@dataclass(frozen=True)
class Piece:
    """One result of one case.

    Parameters
    ----------
    case
        Index of the case.
    part
        Index of the result, or None where the call gives one.
    name
        The result's name, or empty.
    yours, expected
        What the student's call returned, and what it should have.
    right
        Whether these are equal.
    chosen
        Whether the student wrote the result down, and no code computed it.
    """

    case: int
    part: int | None
    name: str
    yours: Any
    expected: Any
    right: bool
    chosen: bool = False

    def of(self, attempt: Attempt) -> Any:
        """Take the same result from another call, or `MISSING`."""
        if attempt.ending is not Ending.RETURNED:
            return MISSING
        if self.part is None:
            return attempt.value
        parts = _parts(attempt.value)
        return parts[self.part] if self.part < len(parts) else MISSING

    def is_same(self, value: Any) -> bool:
        """Tell whether the student's result is this value."""
        return value is not MISSING and _equal(self.yours, as_data(value))

    def is_right(self, value: Any) -> bool:
        """Tell whether this value is the right result."""
        return value is not MISSING and _equal(value, self.expected)

    def is_from(self, value: Any) -> bool:
        """Tell whether the student's result is this value, and a wrong one."""
        return self.is_same(value) and not self.is_right(value)

    @cached_property
    def weight(self) -> float:
        """How much it proves that a mistake gives the same."""
        if self.chosen and type(self.yours) is str:
            return STRONG  # one text of several that could be chosen: only the same choice gives it
        data = as_data(self.yours)
        if isinstance(data, Text) and len(set(re.findall(r"\d+", data.text))) > 1:
            return STRONG  # several numbers as text, such as the shapes of a layer
        if not isinstance(data, np.ndarray):
            return TRIVIAL
        values = data[np.isfinite(data)]
        counted = data.dtype.kind in "biu" or bool((values == np.round(values)).all())
        if values.size > 1 and (values != values[0]).any():
            return NUMBER if counted and data.size < 4 else STRONG
        if data.size != 1 or not values.size or data.dtype.kind == "b":
            return TRIVIAL
        return COUNT if counted else NUMBER

    @property
    def overflowed(self) -> bool:
        """Whether there is NaN or infinity where a finite value is expected: it hides what else is wrong."""
        yours, expected = as_data(self.yours), as_data(self.expected)
        if not (isinstance(yours, np.ndarray) and isinstance(expected, np.ndarray) and yours.shape == expected.shape):
            return False
        return bool((~np.isfinite(yours) & np.isfinite(expected)).any())


def _equal(value: Any, expected: Any) -> bool:
    """Tell what `compare` tells with ``right``; of arrays of floats without looking for a pattern in what differs."""
    if _has_another_length(value, expected):
        return False
    data: Any = as_data(value)
    if _is_floats(data) and _is_floats(expected):
        return data.shape == expected.shape and _begins_alike(data, expected) and bool(close(data, expected).all())
    several = isinstance(data, tuple) and isinstance(expected, tuple) and len(data) == len(expected)
    if several and all(map(_is_floats, data)) and all(map(_is_floats, expected)):
        return all(map(_equal, data, expected))
    return compare(value, expected).right


def _has_another_length(value: Any, expected: Any) -> bool:
    """See of a long list, without making an array of it, that it is not what is expected."""
    if type(value) not in (list, tuple):
        return False
    if isinstance(expected, tuple):
        return len(value) != len(expected)
    return isinstance(expected, np.ndarray) and expected.shape[:1] != (len(value),)


def _begins_alike(one: np.ndarray, other: np.ndarray) -> bool:
    """See of most arrays that differ that they do, by their first numbers."""
    first, wanted = one.item(0), other.item(0)
    return not abs(first - wanted) > FAR * (1 + abs(wanted))  # also where one of them is NaN


def _is_floats(data: Any) -> bool:
    """Tell an array of floats that has values: an empty list can't say how long its rows would be."""
    return isinstance(data, np.ndarray) and data.dtype.kind == "f" and data.size > 0


def _parts(value: Any) -> tuple[Any, ...]:
    """Give several results; what each of them is as data is for a comparison to find out."""
    if type(value) is tuple and value and type(value[0]) is np.ndarray and value[0].ndim:
        return value
    data = as_data(value)
    return tuple(data) if isinstance(data, tuple) or (isinstance(data, np.ndarray) and data.ndim) else ()


@dataclass(frozen=True, slots=True)
class Tried:
    """One case, as the student's answer did in it.

    Parameters
    ----------
    attempt
        The call.
    expected
        The right answer.
    comparison
        What was compared, where the call returned.
    size
        How many numbers it is about, so that small cases are asked first.
    special
        Whether it is about something special, where many mistakes give the same.
    chosen
        Whether the student wrote the result down, as in a table.
    """

    attempt: Attempt
    expected: Any
    comparison: Comparison | None
    size: int = 0
    special: bool = False
    chosen: bool = False

    @property
    def passed(self) -> bool:
        """Whether everything about the case was right."""
        return self.comparison is not None and self.comparison.right and not self.attempt.changed

    def pieces(self, index: int) -> tuple[Piece, ...]:
        """Give the results that can be evidence: those with values, of calls that returned."""
        if self.comparison is None:
            return ()
        units, value, expected = self.comparison.units, self.attempt.value, self.expected
        if not (isinstance(expected, tuple) and len(units) == len(expected)):
            found = (Piece(index, None, "", value, expected, self.comparison.right, self.chosen),)
        else:
            found = tuple(
                Piece(index, part, unit.name, yours, want, unit.right)
                for part, (unit, yours, want) in enumerate(zip(units, _parts(value), expected, strict=True))
            )
        return tuple(
            piece for piece in found if not (isinstance(piece.expected, np.ndarray) and not piece.expected.size)
        )


class Evidence:
    """Every result of a check, to compare mistakes with.

    Parameters
    ----------
    cases
        One for each case, in order.
    """

    def __init__(self, cases: Sequence[Tried]) -> None:
        self.cases = cases
        order = sorted(range(len(cases)), key=lambda i: (cases[i].size, i))
        pieces = [piece for i in order for piece in cases[i].pieces(i)]
        self.pieces = pieces
        self.right = [piece for piece in pieces if piece.right]
        self.wrong = [piece for piece in pieces if not piece.right]

    def contradicts(self, ends: Callable[[int], Attempt]) -> bool:
        """Tell whether a mistake is wrong, or changes an argument, where the student is right, or doesn't."""
        return any(self._contradicts(piece, ends(piece.case)) for piece in self.right)

    def _contradicts(self, piece: Piece, attempt: Attempt) -> bool:
        also_changes = attempt.changed and not self.cases[piece.case].attempt.changed
        return bool(also_changes) or not piece.is_right(piece.of(attempt))

    def explained(self, value_of: Callable[[Piece], Any]) -> frozenset[int]:
        """Give the positions of the wrong results that are exactly these wrong values."""
        return frozenset(i for i, piece in enumerate(self.wrong) if piece.is_from(value_of(piece)))

    def is_explained(self, value_of: Callable[[Piece], Any]) -> bool:
        """Tell whether every wrong result is exactly these wrong values; the first that isn't ends it."""
        return all(piece.is_from(value_of(piece)) for piece in self.wrong)

    def fits(self, ends: Callable[[int], Attempt], whole: bool) -> bool:
        """Tell whether a mistake contradicts no right result and explains the wrong ones, or one of the first few.

        The results of small cases are asked first, be they right or wrong: mostly one of them is enough.

        Parameters
        ----------
        ends
            How the mistake ends in a case.
        whole
            Whether every wrong result must be explained. If none of the first few is, no more time is spent.
        """
        begun, missed, few = whole, 0, min(FIRST, len(self.wrong))
        for piece in self.pieces:
            if piece.right:
                if self._contradicts(piece, ends(piece.case)):
                    return False
            elif whole:
                if not piece.is_from(piece.of(ends(piece.case))):
                    return False
            elif not begun:
                begun = piece.is_same(piece.of(ends(piece.case)))
                missed += not begun
                if missed == few:
                    return False
        return True

    def is_strong(self, explained: Iterable[int], enough: float = STRONG) -> bool:
        """Tell whether these results prove enough."""
        weights = [self.wrong[i].weight for i in explained]
        return sum(weight for weight in weights if weight > TRIVIAL) >= enough

    def ends_alike(self, ends: Callable[[int], Attempt]) -> bool:
        """Tell whether every failing case ends as the student's did, with equal values or the same exception."""
        return all(
            case.passed or (case.attempt.ending in EXPLAINABLE and same(case.attempt, ends(i)))
            for i, case in enumerate(self.cases)
        )


def same(attempt: Attempt, variant: Attempt) -> bool:
    """Tell whether two calls ended alike: equal values and changed arguments, or the same type of exception."""
    if attempt.ending is not variant.ending:
        return False
    if attempt.ending is Ending.RAISED:
        assert attempt.error
        assert variant.error
        return attempt.error.type_name == variant.error.type_name
    return attempt.changed == variant.changed and _equal(attempt.value, as_data(variant.value))
