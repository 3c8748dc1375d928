"""Two known mistakes in one answer: what they give together is computed, by making the edits of both."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np

from course.calling.endings import Attempt
from course.checking.compare import as_data
from course.checking.evidence import MISSING, Evidence, Piece
from course.checking.source import bare, source_of
from course.checking.spec import Misconception
from course.checking.variant import EditError, compiled, edited

Values = Callable[[Piece], Any]
"""What a mistake, or two, give for one result of one case."""


@dataclass(frozen=True)
class Pair:
    """Two mistakes whose edits are both made, those of `first` first."""

    first: Misconception
    second: Misconception

    @property
    def id(self) -> str:
        """Both ids, joined."""
        return f"{self.first.id}+{self.second.mistake.slug}"

    @cached_property
    def variant(self) -> Any:
        """The wrong answer, or None where the second's edits don't fit any more, or the result doesn't compile."""
        edits = (*self.first.mistake.edits, *self.second.mistake.edits)
        try:
            source = edited(bare(source_of(self.first.solution, self.first.exercise)), edits, self.id)
            return compiled(source, self.first.exercise, self.id, self.first.solution)
        except EditError:
            return None


def in_order(one: Misconception, other: Misconception) -> tuple[Misconception, Misconception]:
    """Put the mistake first that is earlier in the code."""
    source = bare(source_of(one.solution, one.exercise))
    return (one, other) if source.find(one.mistake.edits[0][0]) <= source.find(other.mistake.edits[0][0]) else (other, one)


def explaining_pairs(
    evidence: Evidence,
    known: Sequence[Misconception],
    attempt_of: Callable[[Misconception | Pair, int], Attempt],
    at_least: int,
    seconds: float,
) -> Iterator[tuple[tuple[Misconception, Misconception], frozenset[int]]]:
    """Give pairs of mistakes, and the wrong results that they explain together and neither explains alone.

    Parameters
    ----------
    evidence
        The student's results.
    known
        Mistakes that contradict no right result, in the order in which they are tried.
    attempt_of
        Tells how a mistake, or a pair, ends in a case.
    at_least
        How many wrong results a pair must explain.
    seconds
        When to give up.
    """
    deadline = time.perf_counter() + seconds
    for one, other in combinations([mistake for mistake in known if mistake.mistake.edits], 2):
        for values in _together(evidence, one, other, attempt_of):
            if time.perf_counter() > deadline:
                return
            explained = evidence.explained(values)
            if len(explained) >= at_least:
                yield in_order(one, other), explained


def _together(
    evidence: Evidence,
    one: Misconception,
    other: Misconception,
    attempt_of: Callable[[Misconception | Pair, int], Attempt],
) -> Iterator[Values]:
    """Give what two mistakes can make together: by both edits in either order, by a sum, by a product."""

    def alone(piece: Piece) -> tuple[Any, Any]:
        return piece.of(attempt_of(one, piece.case)), piece.of(attempt_of(other, piece.case))

    # First the arithmetic: all of its values are known already.
    yield lambda piece: overlapping(*alone(piece), piece, lambda a, b, right: a + b - right)
    yield lambda piece: overlapping(*alone(piece), piece, lambda a, b, right: a * b / right)
    for pair in (Pair(one, other), Pair(other, one)):
        if pair.variant is None:
            continue

        def ends(index: int, pair: Pair = pair) -> Attempt:
            return attempt_of(pair, index)

        if not evidence.contradicts(ends):
            yield lambda piece, ends=ends: piece.of(ends(piece.case))


def overlapping(one: Any, other: Any, piece: Piece, combine: Callable[..., Any]) -> Any:
    """Tell what two mistakes give for a result: where one leaves it right, what the other makes of it.

    Where both are wrong, `combine` makes the value of the two and the right one, unless these are whole numbers: too
    many combinations of those are equal.
    """
    if piece.is_right(one):
        return other
    if piece.is_right(other):
        return one
    values = [as_data(value) for value in (one, other, piece.expected) if value is not MISSING]
    floats = [v for v in values if isinstance(v, np.ndarray) and v.dtype.kind == "f" and v.shape == np.shape(values[-1])]
    if len(floats) < 3:
        return MISSING
    with np.errstate(all="ignore"):
        return combine(*floats)
