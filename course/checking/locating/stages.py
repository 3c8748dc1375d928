"""How far a computation of several stages is right: which of them are among the values that a student's code computes.

The code is run on one case with a look at every value on the way. Only whether a stage is there is reported.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from course.calling.endings import Ending
from course.calling.student import use_work
from course.calling.work import Held, Operation, Work, perform_quick
from course.checking.budget import Budget
from course.checking.comparison import WrongNumber, WrongValues
from course.checking.diagnosis import Reached
from course.checking.findings import Outcome
from course.checking.locating.code import Code
from course.checking.locating.eligible import only_computes, tried_again, worth_a_search
from course.checking.locating.helpers import helpers_of
from course.checking.locating.own_source import Source
from course.checking.locating.watch import GATHER, Place, Watched
from course.checking.result import CheckResult
from course.checking.spec import Aside, Exercise

CPU = 0.3
"""Seconds that this may compute."""
CALL = 0.3
"""Seconds after which watched code is stopped. One call that is stopped ends it all."""
DRAWS = 3
"""A stage is there if it is in this many different draws of the case: in one, others may be equal by chance."""
TRIES = 8
"""Out of this many draws: where few numbers are drawn, some are the same. Two must differ."""
_RETURNED = Ending.RETURNED
RTOL = 1e-6
"""By how much of its largest value a stage may differ: rounding in float32, and no mistake."""
_KEPT = 1 << 20
"""The number under which the watched function is kept, apart from a case's objects."""

Values = Mapping[int, Sequence[np.ndarray]]
"""What each place computed: the values of one call in a row, for arrays of each size."""


class Cases(Protocol):
    """An exercise's cases, which can be drawn again."""

    exercise: Exercise

    def redraw(self, index: int, other: int) -> dict[str, Any]:
        """Give a case's arguments; another number gives other ones, 0 those that were checked."""
        ...


def reach(
    result: CheckResult, cases: Cases, work: Work, source: str, source_of: Source, seconds: float
) -> Reached | None:
    """Tell up to which stage a student's code is right, in the leading case; None where that is not certain.

    Parameters
    ----------
    result
        What the check found.
    cases
        The cases that were checked.
    work
        Where the student's code is. Afterwards it is as it was.
    source
        The code of the function or class; empty where it is not known.
    source_of
        Gives the code of another function of the student's by its name; empty where there is none.
    seconds
        How long a search for a mistake may take; 0 switches this off as well.
    """
    exercise = cases.exercise
    if exercise.stages is None or not source or not seconds or not _worth_it(result):
        return None
    budget = Budget(CPU, TRIES)
    try:
        code = Code(source)
        helpers = helpers_of(code, source_of)
        # a layer's first weights may be random: values at random are not a stage in each draw
        if not code.name or not only_computes(code) or not all(only_computes(one, may_draw=True) for one in helpers):
            return None
        watched = Watched(code, helpers)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    index = next(i for i, case in enumerate(result.cases) if case is result.lead)
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = _found(cases, work, index, watched, code.name, budget)
        finally:
            work.perform(Operation("define", exercise.name, ("",), names=("source",), forget=True), CALL)
    return _reached(found, watched.places) if found and len(found) > 1 else None


def _worth_it(result: CheckResult) -> bool:
    lead = result.lead
    if lead is None or lead.outcome is not Outcome.WRONG_VALUES or not worth_a_search(result):
        return False
    if not any(case is lead for case in tried_again(result)):
        return False
    first = lead.comparison and lead.comparison.units[0].found
    return isinstance(first, WrongValues | WrongNumber) and result.located is None


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """A stage in one draw of the case: its value, the first stage that needs it, and the places that give it."""

    name: str
    value: np.ndarray
    needed_by: str
    places: frozenset[int]


def _found(
    cases: Cases, work: Work, index: int, watched: Watched, own_name: str, budget: Budget
) -> list[list[Stage]] | None:
    """Draw the case again and again, and find in each draw the places that give each stage; None if a call fails."""
    exercise = cases.exercise
    name = exercise.name
    text = watched.text if own_name == name else f"{watched.text}\n{name} = {own_name}"
    define = Operation("define", name, (text,), names=("source",), forget=True)
    if perform_quick(work, define, CALL).ending is not _RETURNED:
        return None
    found: list[list[Stage]] = []
    for other in range(TRIES):
        arguments = cases.redraw(index, other)
        declared = exercise.stages_of(**arguments) if exercise.stages_of else {}
        if not declared:
            return None  # this case is about something else
        result = np.asarray(list(declared.values())[-1])
        if any(_same(result, stages[-1].value) for stages in found):
            continue
        attempt, _ = use_work(exercise.use, work, arguments, CALL)
        if attempt.ending is Ending.TOO_SLOW:  # it was fast before: the machine may have stopped for a moment
            attempt, _ = use_work(exercise.use, work, arguments, CALL)
        values = gathered(work, name) if attempt.ending is _RETURNED and budget.step() else None
        if values is None:
            return None
        found.append(list(_stages(declared, values)))
        if len(found) == DRAWS:
            break
    return found


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    """Tell whether two draws have the same value."""
    return one.shape == other.shape and np.allclose(one, other, equal_nan=True)


def _stages(declared: Mapping[str, np.ndarray | Aside], values: Values) -> Iterator[Stage]:
    """Find each stage; by default, the next one needs it."""
    for (name, stage), following in zip(declared.items(), [*list(declared)[1:], ""], strict=True):
        value, needed_by = (stage.value, stage.needed_by) if isinstance(stage, Aside) else (stage, following)
        yield Stage(name, value, needed_by, _places(value, values))


def gathered(work: Work, name: str) -> Values | None:
    """Take what the watched code kept; None where that was too much, or is not what was sent there to keep it."""
    kept = perform_quick(work, Operation("read", name, keep=_KEPT), CALL).value
    if not isinstance(kept, Held):
        return None
    told = perform_quick(work, Operation("call", GATHER, owner=kept), CALL).value
    match told:
        case [list(numbers), list(arrays)] if len(numbers) == len(arrays):
            pass
        case _:
            return None
    values: dict[int, list[np.ndarray]] = {}
    for number, array in zip(numbers, arrays, strict=True):
        if not isinstance(number, int) or not isinstance(array, np.ndarray) or array.ndim != 2:
            return None
        values.setdefault(number, []).append(array)
    return values


def computes(values: Values, value: Any) -> bool:
    """Tell whether one of the watched places gives a value: at once, or piece by piece, in any order of its axes."""
    return bool(np.size(value)) and bool(_places(np.asarray(value), values))


def _places(stage: np.ndarray, values: Values) -> frozenset[int]:
    """Find the places that give a stage: at once, or piece by piece, in any order of its axes."""
    wanted = np.sort(np.asarray(stage, float), axis=None)
    return frozenset(number for number, arrays in values.items() if any(_is_among(wanted, one) for one in arrays))


def _is_among(wanted: np.ndarray, pieces: np.ndarray) -> bool:
    size = pieces.shape[1]
    count = wanted.size // size if size else 0
    if not count or wanted.size % size or len(pieces) < count:
        return False
    whole = np.sort(pieces[: len(pieces) // count * count].reshape(-1, wanted.size), axis=1)
    return bool((np.abs(whole - wanted) <= RTOL * np.abs(wanted).max()).all(axis=1).any())  # NaN is never near


def _reached(found: Sequence[Sequence[Stage]], places: Sequence[Place]) -> Reached | None:
    """Take the first stage that no place gives, and on which nothing right depends, and the last right one before."""
    draws = list(zip(*found, strict=True))
    names = [stage.name for stage in found[0]]
    there = [frozenset.intersection(*(stage.places for stage in one)) for one in draws]
    told = [_tells(one) and not any(_are_one(one, earlier) for earlier in draws[:i]) for i, one in enumerate(draws)]
    right = [i for i, where in enumerate(there) if where and told[i]]
    missing = [
        i
        for i, one in enumerate(draws)
        if told[i] and not there[i] and not any(names.index(one[0].needed_by or names[-1]) <= j for j in right)
    ]
    if not missing or missing[-1] != len(names) - 1:
        return None  # where the result is right at times, nothing is certain
    first = missing[0]
    last = max((i for i in right if i < first), default=None)
    if last is None or all(stages[first].places for stages in found):  # each time in another line, as after an `if`
        return None
    place = min((places[i] for i in there[last]), key=lambda one: (bool(one.function), not one.whole, one.line))
    return Reached(names[last], names[first], place.line, place.source, place.whole, place.function)


def _are_one(draws: Sequence[Stage], earlier: Sequence[Stage]) -> bool:
    """Tell whether two stages have the same values in every draw, as where all but one value rounds to nothing."""
    return all(
        one.value.size == other.value.size
        and np.allclose(np.sort(one.value, axis=None), np.sort(other.value, axis=None), RTOL, 0)
        for one, other in zip(draws, earlier, strict=True)
    )


def _tells(draws: Sequence[Stage]) -> bool:
    """Tell whether a stage is worth a word: it has finite values, which are not the same in every draw."""
    first, *others = (stage.value for stage in draws)
    if not first.size or not all(np.isfinite(stage.value).all() for stage in draws):
        return False
    return any(not _same(value, first) for value in others)
