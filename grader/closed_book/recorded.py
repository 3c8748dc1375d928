"""What a closed book says about an exercise in numbers: its cases, the right answers, and what known mistakes give."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from course.calling.endings import Attempt, Ending
from course.calling.plain_data import exchange
from course.checking.answers import Answers
from course.checking.compare import compare
from course.checking.digest import digest_of_arguments
from course.checking.prepared import Prepared
from course.checking.runner import prepared_to_check
from course.checking.sealed import sealed
from course.checking.spec import Exercise
from course.checking.withheld import AS_BEFORE, Known
from grader.closed_book.declared import cases_module

LARGE = 4096
"""For cases with more numbers, no results of mistakes are recorded, and the next seed has the same numbers."""
SMALL = 64
"""For results with more numbers, it is not recorded how each value is computed."""
SEEDS = range(4)
"""Cases of plain values are drawn again: a report says if they are always the same."""


def known(exercise: Exercise) -> Known:
    """Record all numbers of an exercise that a closed book has.

    Parameters
    ----------
    exercise
        The exercise, with its solution.
    """
    prepared, notes = prepared_to_check(exercise)
    if notes:
        raise RuntimeError(f"{exercise.name}: {notes[0]}")
    following = prepared.with_another_seed()
    large = [_numbers(one) > LARGE or _numbers(right) > LARGE for one, right in _cases(prepared)]
    for i in [] if cases_module(exercise) else np.flatnonzero(large):
        following.arguments[i], following.expected[i] = prepared.arguments[i], AS_BEFORE
    answers = replace(prepared.own_answers(), another=following.own_answers())
    traces = dict(_traces(prepared))
    attempts = {
        (mistake.id, i): _as_right(prepared.variant_attempt(mistake, i), prepared.expected[i], exercise)
        for mistake in exercise.misconceptions
        for i in filter(prepared.tells, range(len(exercise.cases)))
    }
    too_large = {i for (_, i), attempt in attempts.items() if _numbers(attempt.value) > LARGE}
    attempts = {key: attempt for key, attempt in attempts.items() if key[1] not in too_large}
    drawn = {} if cases_module(exercise) else dict(_drawn(prepared, following))
    found = Known(drawn, answers, attempts, traces)
    return _sealed(found, exercise) if exercise.kind == "value" else found


def _cases(prepared: Prepared) -> Iterator[tuple[Any, Any]]:
    return zip(prepared.arguments, prepared.expected, strict=True)


def _drawn(prepared: Prepared, following: Prepared) -> Iterator[tuple[tuple[int, int], dict[str, Any]]]:
    """Give the arguments of the cases by seed; of cases of plain values also for two more seeds."""
    for i, arguments in enumerate(prepared.arguments):
        yield (prepared.seed, i), arguments
        if following.arguments[i] is not arguments:
            yield (following.seed, i), following.arguments[i]
        if not _numbers(arguments):
            for seed in SEEDS[2:]:
                yield (seed, i), prepared.redraw(i, seed)


def _numbers(value: Any) -> int:
    """Count the numbers in arrays."""
    if isinstance(value, np.ndarray):
        return value.size
    items = value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else ()
    return sum(map(_numbers, items))


def _as_right(attempt: Attempt, expected: Any, exercise: Exercise) -> Attempt:
    """Put the right answer instead of one that is right, and leave out what is not needed."""
    if attempt.ending is not Ending.RETURNED:
        return Attempt(attempt.ending, changed=attempt.changed, error=attempt.error)
    right = compare(attempt.value, expected, exercise.returns).right
    return Attempt(Ending.RETURNED, expected if right else attempt.value, attempt.changed)


def _traces(prepared: Prepared) -> Iterator[tuple[tuple[str, str, tuple[int, ...]], str]]:
    """Tell how each value of every small result is computed."""
    trace, returns = prepared.exercise.trace, prepared.exercise.returns
    if trace is None:
        return
    for arguments, expected in _cases(prepared):
        case = digest_of_arguments(arguments)
        several = zip(returns, expected, strict=False) if isinstance(expected, tuple) else [("", expected)]
        for part, one in several:
            tell = trace.get(part) if isinstance(trace, Mapping) else trace
            if tell is None or isinstance(one, str) or np.size(one) > SMALL:
                continue
            for index in np.ndindex(np.shape(one)):
                try:
                    text = tell(arguments, index)
                except (LookupError, TypeError, ValueError):  # the case shows no such value
                    continue
                if text:
                    yield (case, part, index), text


def _sealed(found: Known, exercise: Exercise) -> Known:
    """Keep digests instead of the texts of a value: it is the solution, taken apart."""
    salt = found.answers.cases

    def seal(value: Any) -> Any:
        return sealed(value, f"{exercise.name} {salt}") if isinstance(value, str) else value

    answers = _sealed_answers(found.answers, seal)
    right = dict(enumerate(found.answers.expected))
    attempts = {
        (mistake, i): replace(one, value=answers.expected[i] if one.value is right[i] else exchange(one.value, seal))
        for (mistake, i), one in found.attempts.items()
    }
    return replace(found, answers=answers, attempts=attempts)


def _sealed_answers(answers: Answers, seal: Any) -> Answers:
    expected = tuple(exchange(one, seal) for one in answers.expected)
    return replace(answers, expected=expected, another=answers.another and _sealed_answers(answers.another, seal))
