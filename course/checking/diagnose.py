"""Naming the known mistakes in an answer by its results: one, or two together, in all failing cases or in some."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from course.calling.endings import Attempt, Ending
from course.checking.compare import as_data
from course.checking.evidence import MISSING, STRONG, Evidence, Piece, Tried, same
from course.checking.pairs import Pair, explaining_pairs
from course.checking.result import Explains
from course.checking.spec import Misconception

PAIR_SECONDS = 0.4
"""How long to look for two mistakes."""
FACTORS = (-1.0, 2.0, 0.5)
"""By these a known mistake's result may be multiplied."""


@dataclass(frozen=True, slots=True)
class Named:
    """Known mistakes, none, one or two, and what of the answer they explain."""

    mistakes: tuple[Misconception, ...] = ()
    explains: Explains = Explains()


@dataclass(frozen=True, slots=True)
class Explanation:
    """Mistakes that could be named, and the positions of the wrong results that they explain."""

    mistakes: tuple[Misconception, ...]
    explained: frozenset[int]
    factor: float = 1.0


def diagnose(
    misconceptions: Sequence[Misconception],
    cases: Sequence[Tried],
    attempt_of: Callable[[Misconception | Pair, int], Attempt],
) -> Named:
    """Find the known mistakes that give exactly the student's wrong results and are right where these are right.

    What could have many causes is set aside: a call that raised or was too slow, a result without values, a changed
    argument. One mistake is preferred to two, and what explains everything to what explains a part.

    Parameters
    ----------
    misconceptions
        The known mistakes, most common first.
    cases
        The student's calls.
    attempt_of
        Tells how a mistake, or a pair of them, ends in the case of an index.
    """
    if all(case.passed or case.attempt.ending is not Ending.RETURNED for case in cases):
        return Named()
    evidence = Evidence(cases)
    known = [m for m in misconceptions if not evidence.contradicts(lambda i, m=m: attempt_of(m, i))]
    for mistake in known:
        if evidence.ends_alike(lambda i, m=mistake: attempt_of(m, i)):
            return Named((mistake,))
    if not evidence.wrong:
        return Named()
    found = [
        Explanation((m,), evidence.explained(lambda piece, m=m: piece.of(attempt_of(m, piece.case)))) for m in known
    ]
    best = max(found, key=lambda one: len(one.explained), default=Explanation((), frozenset()))
    everything = len(evidence.wrong)
    if len(best.explained) < everything:
        best = _two(evidence, found, attempt_of, len(best.explained) + 1) or best
    if len(best.explained) < everything:
        best = _multiplied(evidence, known, attempt_of) or best
    if not evidence.is_strong(best.explained):
        return Named()
    return Named(best.mistakes, _explains(evidence, best, attempt_of))


def _two(
    evidence: Evidence,
    alone: Sequence[Explanation],
    attempt_of: Callable[[Misconception | Pair, int], Attempt],
    at_least: int,
) -> Explanation | None:
    """Find the pair that explains most; the first of these."""
    likely = sorted(alone, key=lambda one: not one.explained)
    best = None
    everything = len(evidence.wrong)
    known = [one.mistakes[0] for one in likely]
    by_id = {one.mistakes[0].id: one.explained for one in alone}
    for mistakes, explained in explaining_pairs(evidence, known, attempt_of, at_least, PAIR_SECONDS):
        if not all(evidence.is_strong(explained - by_id[mistake.id]) for mistake in mistakes):
            continue
        if best is None or len(explained) > len(best.explained):
            best = Explanation(mistakes, explained)
        if len(explained) == everything:
            break
    return best


def _multiplied(
    evidence: Evidence,
    known: Sequence[Misconception],
    attempt_of: Callable[[Misconception | Pair, int], Attempt],
) -> Explanation | None:
    """Find a mistake whose result, twice, half or with the opposite sign, is what is wrong everywhere."""
    for mistake in known:
        for factor in FACTORS:

            def value(piece: Piece, mistake: Misconception = mistake, factor: float = factor) -> object:
                data = as_data(piece.of(attempt_of(mistake, piece.case)))
                if not isinstance(data, np.ndarray) or data.dtype.kind != "f":
                    return MISSING
                return factor * data

            explained = evidence.explained(value)
            if len(explained) < len(evidence.wrong) or any(piece.weight >= STRONG for piece in evidence.right):
                continue
            touched = {i for i in explained if not evidence.wrong[i].is_right(_plain(evidence, attempt_of, mistake, i))}
            if evidence.is_strong(touched):
                return Explanation((mistake,), explained, factor)
    return None


def _plain(
    evidence: Evidence,
    attempt_of: Callable[[Misconception | Pair, int], Attempt],
    mistake: Misconception,
    position: int,
) -> object:
    piece = evidence.wrong[position]
    return piece.of(attempt_of(mistake, piece.case))


def _explains(
    evidence: Evidence, found: Explanation, attempt_of: Callable[[Misconception | Pair, int], Attempt]
) -> Explains:
    """Tell what is explained in cases and results; empty where that is all of them."""
    explained = [evidence.wrong[i] for i in sorted(found.explained)]
    names = tuple(dict.fromkeys(piece.name for piece in explained))
    others = {piece.name for piece in evidence.wrong} - set(names)
    rest = {piece.case for i, piece in enumerate(evidence.wrong) if i not in found.explained and piece.name in names}
    rest |= {
        i
        for i, case in enumerate(evidence.cases)
        if not case.passed
        and all(piece.case != i for piece in evidence.wrong)
        and not any(same(case.attempt, attempt_of(mistake, i)) for mistake in found.mistakes)
    }
    return Explains(
        cases=tuple(sorted({piece.case for piece in explained})) if rest else (),
        results=names if others else (),
        factor=found.factor,
    )
