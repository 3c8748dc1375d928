"""Two known mistakes in one answer: what they give together is computed, by making the edits of both."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import combinations
from typing import Any

import numpy as np

from course.calling.endings import Attempt
from course.checking.compare import as_data
from course.checking.evidence import MISSING, STRONG, Evidence, Piece
from course.checking.merged import merged
from course.checking.source import bare, source_of
from course.checking.spec import Misconception
from course.checking.variant import EditError, compiled, edited

Values = Callable[[Piece], Any]
"""What a mistake, or two, give for one result of one case."""
Ends = Callable[["Misconception | Pair", int], Attempt]
"""How a mistake, or a pair, ends in the case of an index."""


@dataclass(frozen=True)
class Pair:
    """Two mistakes whose edits are both made, the edits of `first` first, or word by word.

    Parameters
    ----------
    first, second
        The mistakes.
    by_words
        Whether only the words that each of them changes are changed: the text of an edit may be about more.
    """

    first: Misconception
    second: Misconception
    by_words: bool = False

    @cached_property
    def id(self) -> str:
        """Both ids, joined."""
        return f"{self.first.id}+{self.second.mistake.slug}"

    @cached_property
    def source(self) -> str | None:
        """The wrong answer's source, or None where the second's edits don't fit any more.

        Also where the edits are withheld.
        """
        if not self.first.mistake.edits or not self.second.mistake.edits:
            return None
        edits = (*self.first.mistake.edits, *self.second.mistake.edits)
        code = _code(self.first)
        try:
            if self.by_words:
                one, other = (edited(code, known.mistake.edits, known.id) for known in (self.first, self.second))
                return merged(code, one, other)
            return edited(code, edits, self.id)
        except EditError:
            return None

    @cached_property
    def variant(self) -> Any:
        """The wrong answer, or None where there is no source, or where it doesn't compile."""
        if self.source is None:
            return None
        try:
            return compiled(self.source, self.first.exercise, self.id, self.first.solution)
        except EditError:
            return None

    @property
    def in_order(self) -> tuple[Misconception, Misconception]:
        """Both mistakes, first the one that is earlier in the code; where that is withheld, the more common one."""
        if not self.first.mistake.edits or not self.second.mistake.edits:
            return self.first, self.second
        first, second = (_code(known).find(known.mistake.edits[0][0]) for known in (self.first, self.second))
        return (self.first, self.second) if first <= second else (self.second, self.first)


@lru_cache(maxsize=4096)
def _pair(first: Misconception, second: Misconception, by_words: bool = False) -> Pair:
    """Make a pair once: compiling its variant takes longer than running it."""
    return Pair(first, second, by_words)


@lru_cache(maxsize=4096)
def _orders(one: Misconception, other: Misconception) -> tuple[Pair, ...]:
    """Give the pairs of two mistakes that are answers; only one where both orders of their edits make the same.

    Where no order of the edits fits, their words may.
    """
    first, second = _pair(one, other), _pair(other, one)
    both = (first,) if first.source == second.source else (first, second)
    found = tuple(pair for pair in both if pair.variant is not None)
    by_words = None if found else _pair(one, other, by_words=True)
    return (by_words,) if by_words and by_words.variant is not None else found


def _code(known: Misconception) -> str:
    return _bare_source(known.solution, known.exercise)


@lru_cache(maxsize=8)
def _bare_source(solution: Any, name: str) -> str:
    return bare(source_of(solution, name))


def pairs(
    evidence: Evidence, known: Sequence[Misconception], ends: Ends, whole: bool = False
) -> Iterator[tuple[Pair, Values]]:
    """Give every two mistakes that can be in one answer, with what they give.

    They contradict no right result, and explain one of the first wrong ones.
    Where the edits of two don't fit together, their results may: where each of them alone is seen, and what both touch
    is their sum or their product. Such a pair comes only if it explains every wrong result.

    Parameters
    ----------
    evidence
        The student's results.
    known
        Mistakes in the order in which they are tried, such as those that contradict no right result.
    ends
        How a mistake, or a pair, ends in a case.
    whole
        Whether only pairs are given whose edits fit together and that explain every wrong result.
    """
    for one, other in combinations([mistake for mistake in known if mistake.mistake.combines], 2):
        orders = _orders(one, other)
        for pair in orders:
            if evidence.fits(lambda index, pair=pair: ends(pair, index), whole):
                yield pair, lambda piece, pair=pair: piece.of(ends(pair, piece.case))
        if not whole and not any(not pair.by_words for pair in orders) and _both_are_seen(evidence, one, other, ends):
            for combine in (_added, _multiplied):
                values = _overlapping(one, other, ends, combine)
                if evidence.is_explained(values):
                    yield Pair(one, other), values


def _both_are_seen(evidence: Evidence, one: Misconception, other: Misconception, ends: Ends) -> bool:
    """Tell whether each of two explains a result of several values that the other leaves right."""

    def seen(this: Misconception, that: Misconception) -> bool:
        return any(
            piece.weight >= STRONG
            and piece.is_same(piece.of(ends(this, piece.case)))
            and piece.is_right(piece.of(ends(that, piece.case)))
            for piece in evidence.wrong
        )

    return seen(one, other) and seen(other, one)


def _added(one: np.ndarray, other: np.ndarray, right: np.ndarray) -> np.ndarray:
    return one + other - right


def _multiplied(one: np.ndarray, other: np.ndarray, right: np.ndarray) -> np.ndarray:
    return one * other / right


def _overlapping(one: Misconception, other: Misconception, ends: Ends, combine: Callable[..., np.ndarray]) -> Values:
    """Tell what two mistakes give for a result: where one leaves it right, what the other makes of it."""

    def values(piece: Piece) -> Any:
        ours, theirs = piece.of(ends(one, piece.case)), piece.of(ends(other, piece.case))
        if piece.is_right(ours):
            return theirs
        if piece.is_right(theirs):
            return ours
        data = [MISSING if value is MISSING else as_data(value) for value in (ours, theirs, piece.expected)]
        floats = [value for value in data if isinstance(value, np.ndarray) and value.dtype.kind == "f"]
        if len({value.shape for value in floats}) != 1 or len(floats) < len(data):
            return MISSING  # whole numbers have too many sums and products in common
        with np.errstate(all="ignore"):
            return combine(*floats)

    return values
