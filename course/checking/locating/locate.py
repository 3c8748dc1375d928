"""Locating a mistake in a student's code, within a budget of time."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Protocol

import numpy as np

from course.calling.endings import Attempt, Ending
from course.calling.student import use_work
from course.calling.work import Operation, Work, perform_quick
from course.checking.budget import computing
from course.checking.compare import close
from course.checking.diagnosis import Located, NamedMistake, Reached
from course.checking.findings import Outcome
from course.checking.locating.changes import changes_of
from course.checking.locating.code import Change, Code
from course.checking.locating.eligible import (
    SLOWEST,
    loses_axes,
    only_computes,
    slowest,
    tried_again,
    worth_a_search,
)
from course.checking.locating.helpers import helpers_of
from course.checking.locating.looks import keeping
from course.checking.locating.one_method import in_one_method
from course.checking.locating.own_source import Source
from course.checking.locating.partly import Found
from course.checking.locating.search import Search
from course.checking.locating.stages import Values, gathered
from course.checking.locating.standing import Standing
from course.checking.locating.suspects import telling
from course.checking.locating.together import CHOICE
from course.checking.locating.way import Key, Way, way_of
from course.checking.result import CaseResult, CheckResult
from course.checking.spec import Exercise, Misconception
from course.checking.student_code import loaded

FOR_HELPERS = 0.3
"""The share of the time that is for the functions that an answer calls, where it calls any."""
CALL = 0.1
"""Seconds after which changed code is stopped: it was fast before the change."""
LONGER = 3
"""A case may take this many times as long as it took before."""
AGAIN = 6
"""At most this many stopped calls are made again."""
SLOW = 2
"""After this many cases that are slow a second time, no other is timed again."""
_NUMBERS = (int, float, np.integer, np.floating, np.ndarray)
ROUTES = 3
"""The way to the right result is looked at in at most this many of the smallest failing cases."""
STOPPED = 3
"""This many calls may have to be stopped; one more ends the search."""


def right_shares(value: Any, expected: Any, names: Sequence[str]) -> tuple[float, ...] | None:
    """Say how far each result is right where some are wrong, and nothing but values can be: a first look, and fast.

    A right result counts 1. Of a wrong one it counts how many quarters of its values are right, as less than that.

    Parameters
    ----------
    value, expected
        What came back, and what is expected.
    names
        Of the results, where there are several.

    Examples
    --------
    >>> right_shares(np.array([1.0, 2.5]), np.array([1.0, 2.0]), ()), right_shares(np.ones(2), np.ones(2), ())
    ((0.25,), None)
    >>> right_shares((np.ones(2), np.zeros(3)), (np.ones(2), np.ones(3)), ("mean", "variance"))
    (1.0, 0.0)
    """
    if isinstance(value, _NUMBERS) and isinstance(expected, _NUMBERS) and np.ndim(value) == np.ndim(expected) == 0:
        one, other = np.asarray(value), np.asarray(expected)
        alike = one.dtype.kind == other.dtype.kind and one.dtype.kind in "if"
        return (0.0,) if alike and not close(one, other).all() else None
    several = type(value) is type(expected) is tuple and len(value) == len(expected) == len(names)
    found, wanted = (value, expected) if several else ((value,), (expected,))
    shares = []
    for one, other in zip(found, wanted, strict=True):
        if _are_comparable(one, other):
            share = close(one, other).mean()
            shares.append(1.0 if share == 1 else int(4 * share) / 8)
        elif several and type(one) is type(other) and type(one) in (int, float, bool, str):
            shares.append(float(one == other))
        else:
            return None
    return tuple(shares) if min(shares) < 1 else None


def has_another_shape(value: Any, expected: Any) -> bool:
    """Tell whether one array is expected, and came in another shape.

    Examples
    --------
    >>> has_another_shape(np.ones(3), np.ones((3, 1))), has_another_shape(np.ones(3), np.zeros(3))
    (True, False)
    """
    arrays = type(value) is type(expected) is np.ndarray and value.dtype.kind == expected.dtype.kind == "f"
    return arrays and value.shape != expected.shape


def _are_comparable(value: Any, expected: Any) -> bool:
    """Tell whether two things are arrays of floating point numbers of one shape."""
    alike = type(value) is type(expected) is np.ndarray and value.shape == expected.shape and value.ndim > 0
    return alike and value.dtype.kind == expected.dtype.kind == "f" and value.size > 0


def _is_guessed(result: CheckResult) -> bool:
    """Tell whether the leading result is made of truth values: some are right with almost any change."""
    wrong = result.lead.comparison.wrong if result.lead and result.lead.comparison else ()
    return bool(wrong) and isinstance(getattr(wrong[0].found, "value", None), bool)


class Cases(Protocol):
    """An exercise's cases with their answers."""

    exercise: Exercise
    arguments: list[dict[str, Any]]

    def with_another_seed(self) -> Cases:
        """Give the same exercise with the cases of another seed."""
        ...

    def redraw(self, index: int, other: int = 0) -> dict[str, Any]:
        """Give a case's arguments; another number gives other ones, 0 those that were checked."""
        ...

    def attempt(self, work: Work, index: int, seconds: float) -> tuple[Attempt, str]:
        """Run one case, and tell what was called."""
        ...

    def standing(self, work: Work, index: int, seconds: float) -> Standing:
        """Run one case and judge it."""
        ...

    def given_by(self, mistake: str, index: int) -> Any:
        """Give what a known mistake returns in a case; None where it does not return."""
        ...


class _Enough(Exception):
    """Ends a search whose calls do not end, or whose process is lost."""


@dataclass
class _Trial:
    """Changed code where the student's is: the cases use it instead of what they check."""

    cases: Cases
    work: Work
    code: Code
    counted: Sequence[int]
    """Indexes of the cases that count. The search numbers these from 0."""
    seconds: Sequence[float] = ()
    """How long each of these took."""
    others: str = ""
    """What is defined behind the code: where that is a helper, the function that is checked, and its other helpers."""
    whole: str = ""
    """The name of the function that is checked, where the code is a helper."""
    routes: Sequence[int] = ()
    """The cases in which what the solution computes on its way may be looked at, the smallest first."""
    watched: tuple[str, str] = ("", "")
    """A code, and the same with a look at each value."""
    stopped: int = field(default=0, init=False)
    again: int = field(default=AGAIN, init=False)

    def define(self, text: str, choice: int = 0) -> bool:
        name = self.cases.exercise.name
        if text:
            text = f"{in_one_method(self.code, text)}\n{self.others}"
            if (self.whole or self.code.name) != name:
                text = f"{text}\n{name} = {self.whole or self.code.name}"
        chosen = ({CHOICE: choice},) if choice else ()
        operation = Operation(
            "define", name, (text, *chosen), names=("source", "chosen")[: 1 + len(chosen)], forget=True
        )
        return perform_quick(self.work, operation, CALL).ending is Ending.RETURNED

    @cached_property
    def _route(self) -> tuple[Way, int] | None:
        """The way to the right result in the case in which the solution computes most that tells."""
        ways = ((way_of(self.cases.exercise, self.cases.redraw(self.counted[i], 0)), i) for i in self.routes)
        return max(((way, i) for way, i in ways if way is not None), key=lambda one: len(one[0]), default=None)

    def way(self, text: str, choice: int = 0) -> dict[int, frozenset[Key]]:
        if self._route is None:
            return {}
        route, index = self._route
        return route.among(self.computed(text, index, choice))

    def computed(self, text: str, index: int, choice: int = 0) -> Values:
        if text != self.watched[0]:
            try:
                self.watched = text, keeping(Code(text))
            except (SyntaxError, ValueError, RecursionError):
                return {}
        if not self.define(f"{self.watched[1]}\n{self.others}", choice):
            return {}
        exercise, given = self.cases.exercise, self.cases.arguments[self.counted[index]]
        if use_work(exercise.use, self.work, given, CALL)[0].ending is not Ending.RETURNED:
            return {}
        return gathered(self.work, exercise.name) or {}

    def run(self, index: int) -> Standing:
        return self._run(self.cases, index)

    def run_again(self, index: int) -> Standing:
        return self._run(self.cases.with_another_seed(), index)

    def known(self) -> list[str]:
        return [known.id for known in self.cases.exercise.misconceptions]

    def given_by(self, mistake: str, index: int, again: bool = False) -> Any:
        cases = self.cases.with_another_seed() if again else self.cases
        return cases.given_by(mistake, self.counted[index])

    def confirm(self) -> bool:
        return self.confirm_cases(range(len(self.counted)))

    def confirm_cases(self, indices: Sequence[int]) -> bool:
        return all(self.run_again(i).passed for i in indices)

    def confirm_results(self, indices: Sequence[int], results: Collection[int]) -> bool:
        standings = [self.run_again(i) for i in indices]
        return all(one.passed or (one.results and all(one.results[j] for j in results)) for one in standings)

    def _run(self, cases: Cases, index: int) -> Standing:
        limit = max(CALL, LONGER * self.seconds[index]) if self.seconds else CALL
        start = computing()
        result = cases.standing(self.work, self.counted[index], limit)
        if result.outcome is Outcome.TOO_SLOW and self.again and computing() - start < limit / 2:
            self.again -= 1  # it hardly computed: the machine had stopped for a moment
            result = cases.standing(self.work, self.counted[index], limit)
        self.stopped += result.outcome is Outcome.TOO_SLOW
        if self.stopped > STOPPED or result.outcome in (Outcome.LOST, Outcome.NOT_RUN):
            raise _Enough
        return result


def timed_again(result: CheckResult, cases: Cases, work: Work) -> CheckResult:
    """Run each case once more that was a little too slow for a search: the machine may have stopped for a moment.

    Parameters
    ----------
    result
        What the check found.
    cases, work
        The cases that were checked, and where the student's code is.
    """
    found, left = list(result.cases), SLOW
    for i, case in enumerate(found):
        if left and case.seconds > SLOWEST and case.comparison is not None and not case.remark:
            again = cases.attempt(work, i, slowest(result, case))[0]
            if again.ending is Ending.RETURNED:
                found[i] = replace(case, seconds=min(case.seconds, again.seconds))
            left -= again.seconds > SLOWEST
    return replace(result, cases=tuple(found))


def locate(
    result: CheckResult,
    cases: Cases,
    work: Work,
    source: str,
    seconds: float,
    reached: Reached | None = None,
    source_of: Source = lambda name: "",
    two: bool = True,
) -> Located | None:
    """Find the line of a student's code that is wrong: with one small change there, every case is right.

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
    seconds
        How long the search may compute in all. A search in the functions that it calls takes `FOR_HELPERS` of it.
    reached
        How far it is known to be right.
    source_of
        Gives the code of another function of the student's by its name; empty where there is none.
    two
        Whether two changes are looked for where one does not do it.
    """
    if not source or not seconds or not worth_a_search(result):
        return None
    try:
        code = Code(source)
        if not code.name or not only_computes(code):
            return None
        helpers = [one for one in helpers_of(code, source_of) if only_computes(one)]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    again = tried_again(result)
    counted = [i for i, case in enumerate(result.cases) if any(case is one for one in again)]
    failing = sorted(
        (i for i, case in enumerate(again) if not case.passed), key=lambda i: (again[i].empty, again[i].size)
    )
    trial = _Trial(cases, work, code, counted, [case.seconds for case in again], routes=failing[:ROUTES])
    two = two and not loses_axes(result)  # what is said about the shape is then the better help
    told = next((i for i, case in enumerate(again) if case is result.lead), None)
    own = (1 - FOR_HELPERS if helpers else 1) * seconds
    found = _search(trial, again, own, two, reached, told)
    if (found is None or len(found.right) < len(counted)) and helpers:
        helpers.sort(key=lambda one: not reached or one.name != reached.function)
        for helper in helpers:
            others = "\n".join(one.text for one in (*helpers, code) if one is not helper)
            inside = _Trial(cases, work, helper, counted, trial.seconds, others, code.name)
            better = _search(inside, again, FOR_HELPERS * seconds / len(helpers), False, reached)
            if better and len(better.right) == len(counted):
                code, found = helper, better
                break
    trial.define("")
    if found is None or (len(found.right) < len(counted) and _is_guessed(result)):
        return None
    return Located(
        lines=found.lines,
        sources=tuple(code.lines[line - 1].strip() for line in found.lines),
        right=len(found.right),
        kinds=found.kinds,
        reads=frozenset(loaded(ast.parse(found.text))),
        left_out=len(result.counted) - len(counted),
        function="" if code is trial.code else code.name,
        results=found.results,
        leaves=next((_named(one) for one in trial.cases.exercise.misconceptions if one.id == found.leaves), None),
    )


def _named(known: Misconception) -> NamedMistake:
    return NamedMistake(known.id, known.diagnosis, known.advice)


def _telling(trial: _Trial, results: Sequence[CaseResult]) -> frozenset[str]:
    """Name the arguments by which the smallest failing case differs from all that pass."""
    given = [trial.cases.arguments[i] for i in trial.counted]
    failing = min(
        (i for i, one in enumerate(results) if not one.passed), key=lambda i: (results[i].empty, results[i].size)
    )
    return telling(given[failing], [given[i] for i, one in enumerate(results) if one.passed])


def _search(
    trial: _Trial,
    results: Sequence[CaseResult],
    seconds: float,
    two: bool,
    reached: Reached | None,
    told: int | None = None,
) -> Found | None:
    """Search in the code of a trial. Where that has to be given up, what was found so far counts."""
    exercise, helper = trial.cases.exercise, trial.code.name if trial.whole else ""

    def propose(code: Code, likely: bool) -> list[Change]:
        return changes_of(code, exercise, likely)

    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        telling = _telling(trial, results)
        search = Search(trial.code, results, trial, propose, seconds, two, reached, helper, telling, told)
        for step in (search.run, search.best):
            with suppress(_Enough, RecursionError, MemoryError):
                return step()
    return None
