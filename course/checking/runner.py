"""Running an exercise's cases against a function, here or in a worker, and putting the report together."""

from __future__ import annotations

import builtins
import contextlib
import inspect
import os
import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from course.calling.by_name import describe_call
from course.calling.endings import Attempt, Ending
from course.calling.here import Here
from course.calling.naming import bare_name, text_of
from course.calling.time_limit import TimeUp, limited, watched
from course.calling.work import Unavailable, Work
from course.checking.as_written import add_source
from course.checking.budget import Budget
from course.checking.diagnose import SECONDS as NAMING
from course.checking.diagnose import Named, diagnose
from course.checking.diagnosis import Located, NamedMistake
from course.checking.evidence import Tried
from course.checking.findings import Finding, NotCallable, NotRecorded, OurError
from course.checking.leading import LeadingCase
from course.checking.locating.first_not_finite import first_not_finite
from course.checking.locating.locate import locate, timed_again
from course.checking.locating.own_source import Source, helper_source, own_source
from course.checking.locating.separation import separate
from course.checking.locating.stages import reach
from course.checking.numbers import in_full
from course.checking.oracles import ORACLE_NAMES
from course.checking.outline import outlined
from course.checking.prepared import Prepared
from course.checking.recording import UnreadableRecording, read_recording
from course.checking.report import Report
from course.checking.result import Asked, CaseResult
from course.checking.spec import Exercise
from course.checking.withheld import RECORDED_SEED

JUDGING = 20.0
"""How long comparing what came back with one right answer may take: it takes milliseconds."""
DIAGNOSING = 60.0
"""How long looking for a known mistake may take."""
SECONDS = 0.94
"""How long a check may compute until names and lines have been looked for."""
FOR_NAMES = 0.35
"""The share of what is left of that after all cases have run in which names may be looked for."""
FOR_ONE = 0.43
"""The share of the time for a search that looks for one change only."""
BUDGET = 2.0
"""All cases together may take this many times the limit of one; then the rest is not run."""


def run(
    prepared: Prepared,
    work: Work,
    notes: tuple[str, ...] = (),
    keep: Callable[[LeadingCase], None] | None = None,
    source: str = "",
    budget: Budget | None = None,
) -> Report:
    """Run every case on a student's work and report.

    Parameters
    ----------
    prepared
        The exercise with its cases and answers.
    work
        Where the student's function, class or value is: here or in a worker.
    notes
        What the report should also say.
    keep
        Takes the leading case with its arrays, for a student to work with.
    source
        The student's code, where it can be read.
    budget
        Of the whole check, where it has one.
    """
    tried = _attempt_all(prepared, work, whole=keep is not None)
    if keep is None:
        report = prepared.seen(tried, notes) or _judged(prepared, tried, notes)
    else:
        report = _judged(prepared, tried, notes, keep, budget)
    return add_source(report, prepared, source)


def _judged(
    prepared: Prepared,
    tried: list[tuple[Attempt, str]],
    notes: tuple[str, ...],
    keep: Callable[[LeadingCase], None] | None = None,
    budget: Budget | None = None,
) -> Report:
    """Report on what an answer does. How it is written is not looked at."""
    exercise, said = prepared.exercise, notes
    attempts, results = _judge_all(prepared, tried)
    known = Named()
    try:
        counted = [i for i, case in enumerate(results) if not case.remark and prepared.tells(i)]
        chosen = exercise.kind == "value"
        evidence = [
            Tried(attempts[i], prepared.expected[i], result.comparison, prepared.numbers[i], result.weight < 1, chosen)
            for i, result in ((i, results[i]) for i in counted)
        ]
        seconds = min(NAMING, FOR_NAMES * budget.rest()) if budget else NAMING
        known = limited(
            DIAGNOSING,
            lambda: diagnose(
                exercise.misconceptions,
                evidence,
                lambda mistake, i: prepared.variant_attempt(mistake, counted[i]),
                exercise.repair,
                seconds,
            ),
        ).at(counted)
    except (Exception, TimeUp) as error:
        notes = (*notes, f"Looking for a known mistake failed: {_fault(error)}. This is an error in the course.")
    report = Report(
        asked=Asked.by(exercise),
        cases=tuple(results),
        named=tuple(NamedMistake(mistake.id, mistake.diagnosis, mistake.advice) for mistake in known.mistakes),
        explains=known.explains,
        separation=separate(_own_arguments(prepared), results),
        oracle=ORACLE_NAMES[type(exercise.oracle)] if prepared.asks_pytorch else "reference",
        version=prepared.version if prepared.asks_pytorch else "",
        oracle_missing=exercise.oracle is not None and not prepared.asks_pytorch,
        seed=prepared.seed,
        notes=notes,
        kept=keep is not None,
    )
    lead = report.lead
    try:
        report = replace(report, cases=_with_numbers(prepared, attempts, results, lead))
    except Exception as error:
        note = f"Listing the numbers failed: {_fault(error)}. This is an error in the course."
        report = replace(report, notes=(*report.notes, note))
    if keep is not None:
        keep(_leading(prepared, attempts, results, lead))
    elif report.notes == said and [id(one) for one in attempts] == [id(one) for one, _ in tried]:  # nothing failed
        prepared.remember(tried, said, report)
    return report


def _own_arguments(prepared: Prepared) -> list[dict[str, Any]]:
    """Give what a student's code itself takes of each case's arguments: the others only tell what the case does."""
    exercise = prepared.exercise
    taken = frozenset() if exercise.kind == "value" else _taken(exercise.solution)
    return [{name: value for name, value in given.items() if name in taken} for given in prepared.arguments]


@lru_cache(maxsize=1000)
def _taken(solution: Any) -> frozenset[str]:
    """Name what a function takes, or the methods of a class."""
    members = vars(solution) if isinstance(solution, type) else {"": solution}
    functions = [one for name, one in members.items() if name != "backward"]  # its case is known by its method
    return frozenset(name for one in functions if callable(one) for name in inspect.signature(one).parameters)


def _with_numbers(
    prepared: Prepared, attempts: list[Attempt], results: list[CaseResult], lead: CaseResult | None
) -> tuple[CaseResult, ...]:
    """Add to the leading case all its numbers, where they are few and something was computed."""
    exercise = prepared.exercise
    cases = list(results)
    for i, result in enumerate(results):
        if result is lead and attempts[i].ending in (Ending.RETURNED, Ending.RAISED) and exercise.kind != "value":
            returned = attempts[i].ending is Ending.RETURNED
            numbers = in_full(
                prepared.arguments[i], attempts[i].value, prepared.expected[i], exercise.returns, returned
            )
            cases[i] = replace(result, numbers=numbers)
    return tuple(cases)


def _leading(
    prepared: Prepared, attempts: list[Attempt], results: list[CaseResult], lead: CaseResult | None
) -> LeadingCase:
    """Give the leading case with its arrays; where all is right, the first."""
    index = next((i for i, result in enumerate(results) if result is lead), 0)
    result = results[index]
    return LeadingCase(
        result.name, result.called, prepared.arguments[index], attempts[index].value, prepared.expected[index]
    )


def _attempt_all(prepared: Prepared, work: Work, whole: bool) -> list[tuple[Attempt, str]]:
    """Run every case, and tell what was called. Once the time is used up, the rest is not run.

    Unless results are needed whole, those that are far too large are kept in outline.
    """
    exercise, left = prepared.exercise, BUDGET * prepared.exercise.seconds
    tried: list[tuple[Attempt, str]] = []
    for i in range(len(exercise.cases)):
        stopped = bool(tried) and tried[-1][0].ending in (Ending.INTERRUPTED, Ending.NOT_RUN)
        if stopped or left <= 0:
            tried.append((Attempt(Ending.NOT_RUN), describe_call(exercise.name, prepared.arguments[i])))
            continue
        start = time.perf_counter()
        try:
            attempt, told = prepared.attempt(work, i, min(exercise.seconds, left))
            value = attempt.value if whole else outlined(attempt.value, prepared.expected[i])
            if value is not attempt.value:
                attempt = replace(attempt, value=value)
            tried.append((attempt, told))
        except (KeyboardInterrupt, Unavailable):
            raise
        except BaseException as error:
            tried.append(_failed_at(prepared, i, error, time.perf_counter() - start))
        left -= tried[-1][0].seconds
    return tried


def _judge_all(prepared: Prepared, tried: list[tuple[Attempt, str]]) -> tuple[list[Attempt], list[CaseResult]]:
    """Judge every case. If the course itself fails at one, it has failed; the others continue in the time left."""
    attempts, results, left = [], [], BUDGET * prepared.exercise.seconds
    for i, (attempt, told) in enumerate(tried):
        start = time.perf_counter()
        try:
            if left <= 0:
                attempt = Attempt(Ending.NOT_RUN)
            result = limited(JUDGING, partial(prepared.judge, i, attempt, told))
        except (KeyboardInterrupt, Unavailable):
            raise
        except BaseException as error:
            attempt, told = _failed_at(prepared, i, error, time.perf_counter() - start)
            left -= attempt.seconds
            result = prepared.judge(i, attempt, told)
        attempts.append(attempt)
        results.append(result)
    return attempts, results


def _failed_at(prepared: Prepared, index: int, error: BaseException, seconds: float) -> tuple[Attempt, str]:
    """Give the result of a case at which the course itself failed."""
    attempt = Attempt(Ending.OUR_ERROR, seconds=seconds, detail=_fault(error))
    return attempt, describe_call(prepared.exercise.name, prepared.arguments[index])


def _fault(error: BaseException) -> str:
    """Name an error of the course's own, and its place, in a few words."""
    name = bare_name(type(error))
    try:
        last = traceback.extract_tb(error.__traceback__)[-1:]
        place = "".join(f" at {Path(frame.filename).name}, line {frame.lineno}" for frame in last)
        message = " ".join(text_of(error).split())[:200]
    except BaseException:  # an answer has left behind what raises wherever a file is read
        return name
    return f"{name}{place}{message and f' ({message})'}"


def point(
    report: Report, prepared: Prepared, work: Work, source: str, seconds: float, source_of: Source = lambda name: ""
) -> Report:
    """Look for the line that is wrong, or how far the answer is right, where no mistake explains everything.

    One change in one line is a better explanation than two known mistakes, or than one that explains a part.

    Parameters
    ----------
    report
        Of `run`.
    prepared, work
        What `run` was given.
    source, source_of
        The student's code, and a function that gives the code of another function by its name; empty if not known.
    seconds
        How long to look for it; 0 for not at all.
    """
    try:
        searched = source and seconds and not report.passed and not report.settled
        timed = timed_again(report, prepared, work) if searched else report
        reached = None if report.named else reach(timed, prepared, work, source, source_of, seconds)
        pair = len(report.named) > 1 and report.explains.everything  # only one change explains it better
        share = FOR_ONE if pair else 1.0
        located = locate(timed, prepared, work, source, share * seconds, reached, source_of, not pair)
        if report.named:
            whole = (
                located and located.right == len(report.counted) and len(set(located.lines)) <= 3 - len(report.named)
            )
            # what leads the report stays as it was
            if whole or (located and located.leaves and not report.explains.everything):
                return replace(report, named=(), located=located)
            other = located and located.results and report.explains.results
            return replace(report, located=located) if other and not _overlaps(report, located) else report
        if located is None:
            return replace(report, reached=reached) if reached else report
        unused = report.trap.unused if report.trap else ""
        needless = unused and located.right == len(report.counted) and unused not in located.reads
        return replace(report, located=located, trap=None if needless else report.trap)  # right without that argument
    except (KeyboardInterrupt, Unavailable):
        raise
    except Exception as error:
        note = f"Looking for the line failed: {_fault(error)}. This is an error in the course."
        return replace(report, notes=(*report.notes, note))


def _overlaps(report: Report, located: Located | None) -> bool:
    """Tell whether a line is about a result that a named mistake explains."""
    return located is not None and not set(located.results).isdisjoint(report.explains.results)


def refuse(asked: Asked, finding: Finding, seed: int = 0, notes: tuple[str, ...] = ()) -> Report:
    """Report on something that no case was run for.

    Examples
    --------
    >>> print(refuse(Asked("check"), NotCallable("int")))
    check: a function is expected here, this is an int.
    Next: Pass the function itself, check(linear), without calling it.
    """
    return Report(asked, (CaseResult(f"a {asked.kind}", "", finding),), seed=seed, notes=notes)


def failed(exercise: Exercise, error: BaseException, seed: int = 0, notes: tuple[str, ...] = ()) -> Report:
    """Report that the course itself failed while it judged an answer."""
    return refuse(Asked.by(exercise), OurError(_fault(error)), seed, notes)


def assess(
    exercise: Exercise, function: Any, seed: int = 0, keep: Callable[[LeadingCase], None] | None = None
) -> Report:
    """Check a function, class or value of this process, silently. Whatever it is or does, a report comes back."""
    nowhere = open(os.devnull, "w", encoding="utf-8", errors="replace")  # noqa: SIM115 - see below
    try:
        with contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):
            return check(exercise, function, seed, keep)
    finally:
        with contextlib.suppress(OSError):  # the function may have closed all files
            nowhere.close()


def check(exercise: Exercise, thing: Any, seed: int = 0, keep: Callable[[LeadingCase], None] | None = None) -> Report:
    """Check a function, class or value of this process; what it prints is seen."""
    try:
        with watched():
            return _check(exercise, thing, seed, keep)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        return failed(exercise, error, seed)


def _check(exercise: Exercise, thing: Any, seed: int, keep: Callable[[LeadingCase], None] | None) -> Report:
    if exercise.kind != "value" and not callable(thing):
        return refuse(Asked.by(exercise), NotCallable(bare_name(type(thing))), seed)
    if exercise.withheld and seed != RECORDED_SEED:
        return refuse(Asked.by(exercise), NotRecorded(seed, RECORDED_SEED), seed)
    own = dict(builtins.__dict__)
    work = Here.of(thing, exercise.name, exercise.needs, partial(builtins.__dict__.update, own))
    try:
        prepared, notes = prepared_to_check(exercise, seed)
    except UnreadableRecording as error:  # in a closed book nothing else can decide
        return refuse(Asked.by(exercise), NotRecorded(seed, RECORDED_SEED, str(error.received)), seed)
    source, budget = own_source(thing), Budget(SECONDS)
    report = run(prepared, work, notes, keep=keep, source=source, budget=budget)
    borrowed = tuple(work.borrowed)
    report = point(report, prepared, work, source, budget.rest(), helper_source(thing))
    work.forget()
    report = replace(report, not_finite=first_not_finite(report, prepared, work, source))
    return replace(report, borrowed=borrowed)


def prepared_to_check(exercise: Exercise, seed: int = RECORDED_SEED) -> tuple[Prepared, tuple[str, ...]]:
    """Prepare an exercise's cases, with PyTorch's recorded answers if they fit, and say if those there are don't."""
    if exercise.withheld:
        return Prepared(exercise, seed, exercise.withheld.read().answers), ()
    answers, why = None, ""
    if exercise.recording and seed == RECORDED_SEED:
        try:
            answers = read_recording(exercise.recording, exercise.name)
        except UnreadableRecording:
            why = "can't be read"
    prepared = Prepared(exercise, seed, answers)
    why = "are to other cases" if prepared.refused else why
    if not why:
        return prepared, ()
    decided = f"{ORACLE_NAMES[type(exercise.oracle)]} itself" if prepared.asks_pytorch else "the course's reference"
    return prepared, (f"The recorded answers {why}; {decided} decided.",)
