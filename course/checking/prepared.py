"""An exercise's cases with their right answers, and how a call is judged by them."""

from __future__ import annotations

import re
import warnings
import zlib
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np

from course.calling.by_name import CallByName, describe_call
from course.calling.endings import Attempt, Ending
from course.calling.here import Here
from course.calling.plain_data import identity
from course.calling.student import last_method, try_work, use_once, use_work
from course.calling.work import Operation, Recorder, Work
from course.checking import oracle
from course.checking.answers import Answers
from course.checking.compare import compare, narrow_type
from course.checking.comparison import Comparison, WrongNumber, WrongValues
from course.checking.digest import digest_of_cases
from course.checking.findings import Outcome, Returned, find_ending
from course.checking.locating.locate import has_another_shape, right_shares
from course.checking.locating.standing import Standing
from course.checking.numbers import count
from course.checking.outline import outlined
from course.checking.pairs import Pair
from course.checking.report import Report
from course.checking.result import CaseResult
from course.checking.sampling import with_long_integers
from course.checking.spec import Arguments, Case, Exercise, Misconception

REMEMBERED = 100
"""At most this many reports are remembered."""
REFERENCE_SECONDS = 60.0
"""How long the reference may take for one case: on a busy machine it may be slow, and it always ends."""


class Prepared:
    """An exercise with its cases drawn from a seed and their right answers computed, once for many answers.

    Parameters
    ----------
    exercise
        The exercise.
    seed
        From which every case is drawn; equal seeds give equal cases.
    answers
        The right answers, where they were computed before: `answers` of the same exercise and seed. Answers to other
        cases are refused.
    live
        Whether PyTorch may be asked where there are no answers. Otherwise the reference is.
    """

    def __init__(self, exercise: Exercise, seed: int = 0, answers: Answers | None = None, *, live: bool = True) -> None:
        self.exercise = exercise
        self.seed = seed
        self.arguments = [self.redraw(i) for i in range(len(exercise.cases))]
        self.refused = bool(answers and answers.cases and answers.cases != self.digest)
        """Whether the answers that came were to other cases."""
        answers = None if self.refused else answers
        self.live = live and not answers
        if answers:
            self.asks_pytorch, self.version = answers.from_pytorch, answers.version
            self.expected = list(answers.expected)
        else:
            self.asks_pytorch = exercise.oracle is not None and live and oracle.available()
            self.version = oracle.version(exercise.oracle) if exercise.oracle and self.asks_pytorch else ""
            self.expected = list(map(self._right, exercise.cases, self.arguments))
        fixed = [self._is_fixed(i) for i in range(len(exercise.cases))]
        self.fixed = [False] * len(fixed) if all(fixed) else fixed
        self._variants: dict[tuple[str, int], Attempt] = {}
        self._reports: dict[Hashable, Report] = {}
        self._another: Prepared | None = None
        self._another_answers = answers.another if answers else None

    def answers(self) -> Answers:
        """Give what another process needs to judge by the same answers, without PyTorch."""
        return replace(self.own_answers(), another=self.with_another_seed().own_answers())

    def own_answers(self) -> Answers:
        """Give the answers to these cases only."""
        return Answers(tuple(self.expected), self.asks_pytorch, self.version, self.digest)

    @cached_property
    def numbers(self) -> list[int]:
        """How many numbers each case is about."""
        return [count((one, want)) for one, want in zip(self.arguments, self.expected, strict=True)]

    @cached_property
    def _forms(self) -> list[dict[str, Any]]:
        """What a result says about each case's arguments."""
        forms = []
        for index, (arguments, expected) in enumerate(zip(self.arguments, self.expected, strict=True)):
            arrays = [value for value in (*arguments.values(), expected) if isinstance(value, np.ndarray)]
            forms.append(
                {
                    "size": sum(array.size for array in arrays),
                    "empty": isinstance(expected, np.ndarray) and expected.size == 0,
                    "sizes": tuple(value.shape for value in arguments.values() if _without_values(value)),
                    "alike": index > 0 and _all_alike(arguments),
                }
            )
        return forms

    @property
    def digest(self) -> str:
        """What identifies the cases."""
        return digest_of_cases(self.exercise, self.arguments)

    def with_another_seed(self) -> Prepared:
        """Give the same exercise with other cases: they tell what is right from what fits these cases only."""
        if self._another is None:
            self._another = Prepared(self.exercise, self.seed + 1, self._another_answers, live=self.live)
        return self._another

    def seen(self, tried: Sequence[tuple[Attempt, str]], notes: tuple[str, ...]) -> Report | None:
        """Give the report on an answer that did the same in every case, bit by bit, if it was remembered."""
        return self._reports.get(self._key(tried, notes)) if self._reports else None

    def remember(self, tried: Sequence[tuple[Attempt, str]], notes: tuple[str, ...], report: Report) -> None:
        """Keep the report on what an answer did, where nothing more is looked for: a search depends on fast calls."""
        unwritten = any(case.outcome is Outcome.NOT_ATTEMPTED for case in report.counted)
        if report.lead is None or report.settled or unwritten:
            if len(self._reports) >= REMEMBERED:
                self._reports.clear()
            self._reports[self._key(tried, notes)] = report

    def _key(self, tried: Sequence[tuple[Attempt, str]], notes: tuple[str, ...]) -> Hashable:
        did = [
            (told, one.ending, one.changed, one.error, one.detail, identity(one.value), _told_seconds(one))
            for one, told in tried
        ]
        return (self.exercise.points, notes, *did)

    def tried(self, work: Work, index: int, seconds: float) -> Attempt:
        """Run one case, without telling what was called."""
        if self._calls:
            return use_once(work, self._calls[index][0], seconds)
        return try_work(self.exercise.use, work, self.arguments[index], seconds)

    def standing(self, work: Work, index: int, seconds: float) -> Standing:
        """Run one case and tell how far it is right: for many tries, most of them far off."""
        attempt = self.tried(work, index, seconds)
        if attempt.ending is Ending.RAISED:
            return Standing(Outcome.RAISED)
        if attempt.ending is Ending.RETURNED:
            expected = self.expected[index]
            value = outlined(attempt.value, expected)
            shares = right_shares(value, expected, self.exercise.returns)
            if shares is not None:
                right = tuple(share == 1 for share in shares)
                return Standing(Outcome.WRONG_VALUES, sum(shares), right, value, expected)
            if has_another_shape(value, expected):
                return Standing(Outcome.WRONG_SHAPE, value=value, expected=expected)
            attempt = replace(attempt, value=value)
        return replace(Standing.of(self.judge(index, attempt, told="")), value=attempt.value)

    def given_by(self, mistake: str, index: int) -> Any:
        """Give what a known mistake returns in a case; None where it does not return, or where that is withheld."""
        if self.exercise.withheld or not self.tells(index):
            return None
        known = next(one for one in self.exercise.misconceptions if one.id == mistake)
        return self.variant_attempt(known, index).value

    def judge(self, index: int, attempt: Attempt, told: str) -> CaseResult:
        """Say what happened in one case."""
        case, arguments, expected = self.exercise.cases[index], self.arguments[index], self.expected[index]
        returned = attempt.ending is Ending.RETURNED
        lacking = case.optional if _is_lacking(case.optional, attempt) else ""
        return CaseResult(
            name=case.name,
            called=told,
            finding=_returned(self.exercise, arguments, expected, attempt) if returned else find_ending(attempt),
            note=case.note,
            weight=case.weight,
            seconds=attempt.seconds,
            fixed=self.fixed[index],
            remark=case.remark or bool(lacking),
            lacking=lacking,
            method="" if isinstance(expected, tuple) or self.exercise.kind != "class" else last_method(told),
            **self._forms[index],
        )

    def redraw(self, index: int, other: int = 0) -> dict[str, Any]:
        """Draw a case's arguments: with 0 those that it has, with another number others."""
        # a separate stream for each case: adding a case leaves the others' draws alone
        stream = [self.seed + other, zlib.crc32(self.exercise.name.encode()), index]
        return with_long_integers(self.exercise.cases[index].draw(np.random.default_rng(stream)))

    def _is_fixed(self, index: int) -> bool:
        """Tell whether a case of plain values is the same for every seed."""
        arguments = self.arguments[index]
        if not all(map(_is_plain, arguments.values())):
            return False
        return all(self.redraw(index, other) == arguments for other in (1, 2))

    def _right(self, case: Case, arguments: Arguments) -> Any:
        if case.answer is not None:
            return case.answer
        if self.asks_pytorch:
            return oracle.ask(self.exercise, arguments)
        exercise = self.exercise
        work = Here.of(exercise.reference, exercise.name, exercise.needs)
        with np.errstate(all="ignore"):
            attempt, told = use_work(exercise.use, work, arguments, REFERENCE_SECONDS)
        if attempt.ending is not Ending.RETURNED:
            raise RuntimeError(f"The reference of {exercise.name} ended as {attempt.ending} at {told}: {attempt.error}")
        return attempt.value

    def attempt(self, work: Work, index: int, seconds: float) -> tuple[Attempt, str]:
        """Run one case, and tell what was called."""
        if self._calls:
            call, told = self._calls[index]
            return use_once(work, call, seconds), told
        return use_work(self.exercise.use, work, self.arguments[index], seconds)

    @cached_property
    def _calls(self) -> list[tuple[Operation, str]]:
        """The call that each case makes, and how it is told; nothing where cases do something else."""
        use, name = self.exercise.use, self.exercise.name
        if not isinstance(use, CallByName):
            return []
        return [(use.operation(arguments), describe_call(name, arguments)) for arguments in self.arguments]

    def calls(self) -> list[tuple[Operation, float]]:
        """Give the one call that each case makes, with its time limit; nothing where some case does something else.

        A case whose only call keeps nothing does nothing else.
        """
        calls = []
        for index in range(len(self.exercise.cases)):
            recorder = Recorder()
            self.attempt(recorder, index, self.exercise.seconds)
            calls += [(operation, self.exercise.seconds) for operation in recorder.asked]
        return calls if len(calls) == len(self.exercise.cases) else []

    def tells(self, index: int) -> bool:
        """Tell whether it is known what mistakes give in a case.

        Where its right answer is given because it is slow to compute, a mistake's is not computed either. Of a very
        large one a closed book has nothing.
        """
        if self.exercise.cases[index].answer is not None:
            return False
        known, mistakes = self.exercise.withheld, self.exercise.misconceptions
        return known is None or all((mistake.id, index) in known.read().attempts for mistake in mistakes)

    def variant_attempt(self, misconception: Misconception | Pair, index: int) -> Attempt:
        """Tell how a known mistake, or two together, end in one case; computed at the first question, then kept."""
        key = misconception.id, index
        if self.exercise.withheld:
            return self.exercise.withheld.read().attempts[key]
        if key not in self._variants:
            with np.errstate(all="ignore"), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                work = Here.of(misconception.variant, self.exercise.name, self.exercise.needs)
                self._variants[key] = self.tried(work, index, self.exercise.seconds)
        return self._variants[key]


def _told_seconds(attempt: Attempt) -> float:
    """Give how long a call took where the report tells it."""
    return attempt.seconds if attempt.ending is Ending.TOO_SLOW else 0.0


def _worked_out(exercise: Exercise, arguments: Arguments, comparison: Comparison) -> str:
    """Say how the first value that is wrong is computed."""
    wrong = comparison.wrong[:1]
    if exercise.trace is None or not wrong or not isinstance(wrong[0].found, (WrongValues, WrongNumber)):
        return ""
    trace = exercise.trace.get(wrong[0].name) if isinstance(exercise.trace, Mapping) else exercise.trace
    index = wrong[0].found.index if isinstance(wrong[0].found, WrongValues) else ()
    return trace(arguments, index) if trace else ""


def _all_alike(arguments: Arguments) -> bool:
    """Tell whether rows and columns, and whatever else could be confused, have one size."""
    arrays = [value for value in arguments.values() if isinstance(value, np.ndarray)]
    several = any(sum(size > 1 for size in array.shape) > 1 for array in arrays)
    return several and len({size for array in arrays for size in array.shape}) == 1


def _is_lacking(optional: str, attempt: Attempt) -> bool:
    """Tell whether an answer was not called because its signature is without an optional argument."""
    wrong_signature = attempt.ending is Ending.WRONG_SIGNATURE
    return bool(optional) and wrong_signature and optional not in re.findall(r"\w+", attempt.detail)


def _without_values(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.size == 0


def _is_plain(value: Any) -> bool:
    if isinstance(value, tuple):
        return all(map(_is_plain, value))
    return isinstance(value, (int, float, str, type(None)))


def _returned(exercise: Exercise, arguments: Arguments, expected: Any, attempt: Attempt) -> Returned:
    comparison = compare(attempt.value, expected, exercise.returns)
    trace = _worked_out(exercise, arguments, comparison)
    is_list = type(attempt.value) is list and isinstance(expected, np.ndarray) and expected.ndim > 0
    narrow = narrow_type(attempt.value)
    return Returned(comparison, attempt.changed, trace, is_list and exercise.kind == "function", narrow)
