"""Naming the known mistakes in an answer by its results: one, or two together, in all failing cases or in some."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from course.calling.endings import Attempt, Ending
from course.checking.budget import Budget
from course.checking.compare import as_data, compare
from course.checking.diagnosis import EVERYTHING, Explains
from course.checking.evidence import MISSING, STRONG, Evidence, Piece, Tried, same
from course.checking.pairs import Ends, Pair, Values, pairs
from course.checking.spec import Misconception

SECONDS = 0.4
"""How long to compute in search of a mistake that explains some of the results, or of two, at most."""
CALLS = 1500
"""At most this many calls are computed. Where calls are fast, this limit ends the search, not the time."""
FACTORS = (-1.0, 2.0, 0.5)
"""By these a known mistake's result may be multiplied."""
ENOUGH = 1.0
"""How much each of two mistakes must add, where no other two explain everything."""
MOST = 0.75
"""Where a mistake would also make other results wrong, and differently, it must explain this share of all."""


@dataclass(frozen=True, slots=True)
class Named:
    """Known mistakes, none, one or two, and what of the answer they explain."""

    mistakes: tuple[Misconception, ...] = ()
    explains: Explains = EVERYTHING

    def at(self, indexes: Sequence[int]) -> Named:
        """Give what is explained by the cases' own indexes, where only the cases at these were looked at."""
        cases = tuple(indexes[i] for i in self.explains.cases)
        waiting = tuple(indexes[i] for i in self.explains.waiting)
        return replace(self, explains=replace(self.explains, cases=cases, waiting=waiting))


@dataclass(frozen=True, slots=True)
class Explanation:
    """Mistakes that could be named, what they give, and the positions of the wrong results that this explains."""

    mistakes: tuple[Misconception, ...]
    values: Values
    explained: frozenset[int]
    factor: float = 1.0


class OutOfTime(Exception):
    """The time for looking is over; what was found until then counts."""


def diagnose(
    misconceptions: Sequence[Misconception],
    cases: Sequence[Tried],
    ends: Ends,
    repair: bool = False,
    seconds: float = SECONDS,
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
    ends
        How a mistake, or a pair of them, ends in the case of an index.
    repair
        Whether the exercise asks to repair one mistake: a mistake is then named for everything or not at all.
    seconds
        How long to compute in search of a mistake that explains some of the results, or of two.
    """
    if all(case.passed or case.attempt.ending is not Ending.RETURNED for case in cases):
        return Named()
    evidence = Evidence(cases)
    for known in misconceptions:
        if evidence.ends_alike(lambda i, known=known: ends(known, i)) and not _contradicted(evidence, known, ends):
            return Named((known,))
    if repair or not evidence.is_strong(range(len(evidence.wrong))):
        return Named()  # whatever explained all of it would prove too little
    best = _best(evidence, misconceptions, ends, seconds)
    if best is None:
        return Named()
    explains = _explains(evidence, best, ends)
    return _told_apart(evidence, best.mistakes, explains, ends)


def _contradicted(evidence: Evidence, known: Misconception, ends: Ends) -> bool:
    return evidence.contradicts(lambda i: ends(known, i))


def _best(
    evidence: Evidence, misconceptions: Sequence[Misconception], ends: Ends, seconds: float
) -> Explanation | None:
    """Find what explains the most results and can be believed, as far as the time goes."""
    budget, best = Budget(seconds, CALLS), None
    kept: dict[tuple[int, int], tuple[Misconception | Pair, Attempt]] = {}

    def ends_in_time(known: Misconception | Pair, index: int) -> Attempt:
        found = kept.get((id(known), index))
        if found is None:
            if not budget.step():
                raise OutOfTime
            found = kept[id(known), index] = known, ends(known, index)
        return found[1]

    try:
        for found in _candidates(evidence, misconceptions, ends_in_time):
            better = best is None or len(found.explained) > len(best.explained)
            if better and _is_believable(evidence, found, ends_in_time):
                best = found
            if best and len(best.explained) == len(evidence.wrong):
                break
    except OutOfTime:
        pass
    return best


def _candidates(evidence: Evidence, misconceptions: Sequence[Misconception], ends: Ends) -> Iterator[Explanation]:
    """Give what may explain some of the results: single mistakes, then pairs, then multiples of single ones."""
    alone: dict[str, Explanation] = {}
    for known in misconceptions:
        if not _contradicted(evidence, known, ends):
            alone[known.id] = _alone(evidence, known, ends)
            yield alone[known.id]
    likely = [one.mistakes[0] for one in sorted(alone.values(), key=lambda one: not one.explained)]
    overflowing: list[Explanation] = []
    for pair, together in pairs(evidence, likely, ends):
        found = Explanation(pair.in_order, together, evidence.explained(together))
        own = [found.explained - alone[known.id].explained for known in pair.in_order]
        weak = [rest for rest in own if not evidence.is_strong(rest)]
        if not weak and not any(_is_mostly_denied(evidence, found, rest) for rest in own):
            yield found
        elif len(weak) == 1 and weak[0] and _only_overflows(evidence, found, weak[0]):
            overflowing.append(found)
    if len(overflowing) == 1:  # infinity has many causes: with this mistake, only one is known
        yield overflowing[0]
    if not any(piece.weight >= STRONG for piece in evidence.right):
        yield from (found for one in alone.values() for found in _multiples(evidence, one))
    yield from _unlikely(evidence, misconceptions, ends)


def _alone(evidence: Evidence, known: Misconception, ends: Ends) -> Explanation:
    def values(piece: Piece) -> object:
        return piece.of(ends(known, piece.case))

    return Explanation((known,), values, evidence.explained(values))


def _unlikely(evidence: Evidence, misconceptions: Sequence[Misconception], ends: Ends) -> Iterator[Explanation]:
    """Give two mistakes that explain everything, where no other two do, and each of them some of it.

    One may make up for the other where the student is right: such as padding at one end only, and rounding up.
    """
    found = []
    everything = frozenset(range(len(evidence.wrong)))
    for pair, together in pairs(evidence, misconceptions, ends, whole=True):
        needed = [everything - _alone(evidence, known, ends).explained for known in pair.in_order]
        if all(evidence.is_strong(rest, ENOUGH) for rest in needed):
            found.append(Explanation(pair.in_order, together, everything))
    if len(found) == 1:
        yield found[0]


def _is_mostly_denied(evidence: Evidence, found: Explanation, own: frozenset[int]) -> bool:
    """Tell whether what only one of two mistakes explains is less than what they would make wrong otherwise.

    Of the same results: in a single case, such as one sample, many mistakes give the same.
    """
    names = {evidence.wrong[i].name for i in own}
    denied = [
        piece
        for i, piece in enumerate(evidence.wrong)
        if i not in found.explained
        and piece.name in names
        and not piece.overflowed
        and not piece.is_right(found.values(piece))
    ]
    return len(denied) > len(own)


def _only_overflows(evidence: Evidence, found: Explanation, rest: frozenset[int]) -> bool:
    """Tell whether two mistakes explain everything, and one of them alone all but NaN and infinity."""
    return len(found.explained) == len(evidence.wrong) and all(evidence.wrong[i].overflowed for i in rest)


def _multiples(evidence: Evidence, one: Explanation) -> Iterator[Explanation]:
    """Give a mistake's results twice, halved or with the opposite sign, if that explains everything."""
    for factor in FACTORS:

        def values(piece: Piece, factor: float = factor) -> object:
            data = one.values(piece)
            data = data if data is MISSING else as_data(data)
            return factor * data if isinstance(data, np.ndarray) and data.dtype.kind == "f" else MISSING

        if evidence.is_explained(values):
            explained = frozenset(range(len(evidence.wrong)))
            touched = {i for i in explained if not evidence.wrong[i].is_right(one.values(evidence.wrong[i]))}
            if evidence.is_strong(touched):
                yield Explanation(one.mistakes, values, explained, factor)


def _is_believable(evidence: Evidence, found: Explanation, ends: Ends) -> bool:
    """Tell whether an explanation proves enough, and what it leaves unexplained can be another mistake's.

    A mistake that should show in other results, and doesn't, was probably another one that looks alike in special
    cases: with one sample, a square weight, a single channel.
    """
    if not evidence.is_strong(found.explained):
        return False
    wrong = evidence.wrong
    rest = [piece for i, piece in enumerate(wrong) if i not in found.explained]
    cases = {wrong[i].case for i in found.explained}
    stopped = [i for i, case in enumerate(evidence.cases) if case.attempt.ending is Ending.RAISED]
    if (rest or stopped) and all(evidence.cases[i].special for i in cases):
        return False
    if len(cases) == 1 and any(all(_shows(evidence, known, i, ends) for known in found.mistakes) for i in stopped):
        return False
    differing = [piece for piece in rest if not piece.overflowed and not piece.is_right(found.values(piece))]
    if not differing:
        return True
    names = {piece.name for piece in wrong}
    whole = names - {piece.name for piece in rest}
    if len(cases) > 1 and 2 * len(whole) >= len(names):
        return True
    strong = [i for i in found.explained if wrong[i].weight >= STRONG]
    return len(strong) >= 4 and len(strong) >= MOST * len(wrong)


def _shows(evidence: Evidence, known: Misconception, index: int, ends: Ends) -> bool:
    """Tell whether a mistake gives something wrong in a case in which the student's call stopped with an error."""
    attempt = ends(known, index)
    return attempt.ending is Ending.RETURNED and not compare(attempt.value, evidence.cases[index].expected).right


def _explains(evidence: Evidence, found: Explanation, ends: Ends) -> Explains:
    """Tell what is explained in cases and results; empty where that is all of them."""
    explained = [evidence.wrong[i] for i in sorted(found.explained)]
    names = tuple(dict.fromkeys(piece.name for piece in explained))
    others = {piece.name for piece in evidence.wrong} - set(names)
    unexplained = [piece for i, piece in enumerate(evidence.wrong) if i not in found.explained]
    if not all(piece.name for piece in evidence.wrong):  # some cases give one result, which has no name
        names, others = tuple({piece.name for piece in evidence.wrong}), set()
        partly = {piece.case for piece in unexplained}
        explained = [piece for piece in explained if piece.case not in partly] or explained
    rest = {piece.case for piece in unexplained if piece.name in names}
    rest |= {
        i
        for i, case in enumerate(evidence.cases)
        if not case.passed
        and all(piece.case != i for piece in evidence.wrong)
        and not any(same(case.attempt, ends(known, i)) for known in found.mistakes)
    }
    return Explains(
        cases=tuple(sorted({piece.case for piece in explained})) if rest else (),
        results=names if others else (),
        factor=found.factor,
    )


def _told_apart(evidence: Evidence, mistakes: tuple[Misconception, ...], explains: Explains, ends: Ends) -> Named:
    """Put a step that is still to be written after the other mistake, with the cases that need it.

    Of two steps it is the later one in the code, if some of the cases, at best an ordinary one, need only the other.
    """
    steps = [known for known in mistakes if known.mistake.unwritten] if len(mistakes) == 2 else []
    failing = {piece.case for piece in evidence.wrong}
    raised = [i for i, case in enumerate(evidence.cases) if case.attempt.ending is Ending.RAISED]
    possible: list[tuple[bool, Misconception, set[int]]] = []
    for step in reversed(steps):
        waiting = {piece.case for piece in evidence.wrong if not piece.is_right(piece.of(ends(step, piece.case)))}
        waiting |= {i for i in raised if _shows(evidence, step, i, ends)}
        if rest := (set(explains.cases) or failing) - waiting:
            possible.append((all(evidence.cases[i].special for i in rest), step, waiting))
    if not possible:
        return Named(mistakes, explains)
    _, step, waiting = min(possible, key=lambda one: one[0])
    others = tuple(known for known in mistakes if known is not step)
    return Named((*others, step), replace(explains, unwritten=step.mistake.unwritten, waiting=tuple(sorted(waiting))))
