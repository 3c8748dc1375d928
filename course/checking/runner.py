"""Running an exercise's cases against a function, here or in a worker, and putting the report together."""

from __future__ import annotations

import contextlib
import io
import warnings
import zlib
from dataclasses import replace
from typing import Any

import numpy as np

from course.checking import oracle
from course.checking.attempt import Attempt, Ending
from course.checking.compare import Stage, compare
from course.checking.diagnose import diagnose
from course.checking.oracles import ORACLE_NAMES
from course.checking.report import OUTCOME_OF_ENDING, OUTCOME_OF_STAGE, CaseResult, Outcome, Report
from course.checking.spec import Arguments, Case, Exercise, Misconception, split_call
from course.checking.work import Here, Operation, Work, short, use_work

BUDGET = 2.0
"""All cases together may take this many times the limit of one; then the rest is not run."""


class Prepared:
    """An exercise with its cases drawn from a seed and their right answers computed, once for many answers.

    Parameters
    ----------
    exercise
        The exercise.
    seed
        From which every case is drawn; equal seeds give equal cases.
    """

    def __init__(self, exercise: Exercise, seed: int = 0) -> None:
        self.exercise = exercise
        self.seed = seed
        self.asks_pytorch = exercise.oracle is not None and oracle.available()
        self.arguments = [self._draw(i, case) for i, case in enumerate(exercise.cases)]
        self.expected = [
            self._answer(arguments) if case.answer is None else case.answer
            for case, arguments in zip(exercise.cases, self.arguments, strict=True)
        ]
        fixed = [self._is_fixed(i, case) for i, case in enumerate(exercise.cases)]
        self.fixed = [False] * len(fixed) if all(fixed) else fixed
        self._variants: dict[tuple[str, int], Attempt] = {}

    def _draw(self, index: int, case: Case, other: int = 0) -> dict[str, Any]:
        # a stream of its own for each case: adding a case leaves the others' draws alone
        stream = [self.seed + other, zlib.crc32(self.exercise.name.encode()), index]
        return case.draw(np.random.default_rng(stream))

    def _is_fixed(self, index: int, case: Case) -> bool:
        """Tell whether a case of plain values is the same for every seed."""
        arguments = self.arguments[index]
        if not all(map(_is_plain, arguments.values())):
            return False
        return all(self._draw(index, case, other) == arguments for other in (1, 2))

    def _answer(self, arguments: Arguments) -> Any:
        if self.asks_pytorch:
            return oracle.ask(self.exercise, arguments)
        exercise = self.exercise
        with np.errstate(all="ignore"):
            if exercise.use is None:
                args, kwargs = split_call(exercise.signature, arguments)
                return exercise.reference(*args, **kwargs)
            attempt, told = use_work(
                exercise.use, Here.of(exercise.reference, exercise.name), arguments, exercise.seconds
            )
        if attempt.ending is not Ending.RETURNED:
            raise RuntimeError(f"The reference of {exercise.name} ended as {attempt.ending} at {told}: {attempt.error}")
        return attempt.value

    def attempt(self, work: Work, index: int, seconds: float) -> tuple[Attempt, str]:
        """Run one case, and tell what was called."""
        exercise, arguments = self.exercise, self.arguments[index]
        if exercise.use is not None:
            attempt, told = use_work(exercise.use, work, arguments, seconds)
            return attempt, told
        args, kwargs = split_call(exercise.signature, arguments)
        operation = Operation("call", exercise.name, args, kwargs, tuple(arguments), forget=True)
        attempt = work.perform(operation, seconds)
        return attempt, describe_call(exercise.name, arguments)

    def variant_attempt(self, misconception: Misconception, index: int) -> Attempt:
        """Tell how a known mistake ends in one case; computed at the first question, then kept."""
        key = misconception.id, index
        if key not in self._variants:
            with np.errstate(all="ignore"), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                work = Here.of(misconception.variant, self.exercise.name, self.exercise.reference)
                self._variants[key], _ = self.attempt(work, index, self.exercise.seconds)
        return self._variants[key]


def run(prepared: Prepared, work: Work, notes: tuple[str, ...] = ()) -> Report:
    """Run every case on a student's work and report.

    Parameters
    ----------
    prepared
        The exercise with its cases and answers.
    work
        Where the student's function, class or value is: here or in a worker.
    notes
        What the report should also say.
    """
    exercise = prepared.exercise
    attempts: list[Attempt] = []
    results: list[CaseResult] = []
    left = BUDGET * exercise.seconds
    for i in range(len(exercise.cases)):
        stopped = bool(attempts) and attempts[-1].ending in (Ending.INTERRUPTED, Ending.NOT_RUN)
        if stopped or left <= 0:
            attempt, told = Attempt(Ending.NOT_RUN), describe_call(exercise.name, prepared.arguments[i])
        else:
            attempt, told = prepared.attempt(work, i, min(exercise.seconds, left))
            left -= attempt.seconds
        attempts.append(attempt)
        # judged before the next call, which may write into an array that this one returned
        results.append(_judge(prepared, i, attempt, told))
    passed = [result.passed for result in results]
    known = diagnose(exercise.misconceptions, attempts, passed, prepared.variant_attempt)
    return Report(
        exercise=exercise.name,
        points=exercise.points,
        cases=tuple(results),
        misconception=known.id if known else None,
        diagnosis=known.diagnosis if known else "",
        advice=known.advice if known else "",
        oracle=ORACLE_NAMES[type(exercise.oracle)] if prepared.asks_pytorch else "reference",
        oracle_missing=exercise.oracle is not None and not prepared.asks_pytorch,
        signature=_called_as(exercise),
        kind=exercise.kind,
        whole=exercise.given is not None,
        seconds=exercise.seconds,
        seed=prepared.seed,
        hints=len(exercise.hints),
        notes=notes,
    )


def assess(exercise: Exercise, function: Any, seed: int = 0) -> Report:
    """Check a function, class or value of this process, silently. Whatever it is or does, a report comes back."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        return check(exercise, function, seed)


def check(exercise: Exercise, thing: Any, seed: int = 0) -> Report:
    """Check a function, class or value of this process; what it prints is seen."""
    if exercise.kind != "value" and not callable(thing):
        return not_callable(exercise, thing, seed)
    work = Here.of(thing, exercise.name, exercise.reference)
    report = run(Prepared(exercise, seed), work)
    borrowed = tuple(f"`{name}` is not defined here, so the course's own was used." for name in work.borrowed)
    return replace(report, notes=(*report.notes, *borrowed))


def not_callable(exercise: Exercise, thing: Any, seed: int = 0) -> Report:
    """Report on something that is neither a function nor a class."""
    result = CaseResult("a function", exercise.name, Outcome.NOT_CALLABLE, detail=f"{type(thing).__name__}")
    return Report(
        exercise=exercise.name,
        points=exercise.points,
        cases=(result,),
        signature=_called_as(exercise),
        kind=exercise.kind,
        seed=seed,
        hints=len(exercise.hints),
    )


def _is_plain(value: Any) -> bool:
    if isinstance(value, tuple):
        return all(map(_is_plain, value))
    return isinstance(value, (int, float, str, type(None)))


def _called_as(exercise: Exercise) -> str:
    return exercise.name if exercise.kind == "value" else f"{exercise.name}{exercise.signature}"


def _judge(prepared: Prepared, index: int, attempt: Attempt, told: str) -> CaseResult:
    exercise, case = prepared.exercise, prepared.exercise.cases[index]
    arguments, expected = prepared.arguments[index], prepared.expected[index]
    comparison, trace = None, ""
    if attempt.ending is Ending.RETURNED:
        comparison = compare(attempt.value, expected, exercise.returns)
        if comparison.stage is not Stage.RIGHT:
            outcome = OUTCOME_OF_STAGE[comparison.stage]
        else:
            outcome = Outcome.CHANGED_ARGUMENTS if attempt.changed else Outcome.RIGHT
        if comparison.stage is Stage.VALUES and exercise.trace and not comparison.part:
            trace = exercise.trace(arguments, comparison.index)
    else:
        outcome = OUTCOME_OF_ENDING[attempt.ending]
    return CaseResult(
        name=case.name,
        called=told,
        outcome=outcome,
        note=case.note,
        weight=case.weight,
        comparison=comparison,
        error=attempt.error,
        detail=attempt.detail,
        changed=attempt.changed,
        seconds=attempt.seconds,
        size=sum(np.size(value) for value in (*arguments.values(), expected) if isinstance(value, np.ndarray)),
        empty=isinstance(expected, np.ndarray) and expected.size == 0,
        fixed=prepared.fixed[index],
        trace=trace,
    )


def describe_call(name: str, arguments: Arguments) -> str:
    """Write a call with shapes in place of arrays.

    Examples
    --------
    >>> describe_call("one_hot", {"input": np.zeros((2, 3)), "num_classes": 5})
    'one_hot(input (2, 3), num_classes=5)'
    """
    words = [
        f"{key} {value.shape}" if isinstance(value, np.ndarray) else f"{key}={short(value)}"
        for key, value in arguments.items()
    ]
    return f"{name}({', '.join(words)})"
