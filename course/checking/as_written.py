"""What a report says about how an answer is written, once it is known what the answer does."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from functools import lru_cache
from typing import Any

from course.checking.diagnosis import EVERYTHING
from course.checking.findings import StoppedByError
from course.checking.prepared import Prepared
from course.checking.report import Report
from course.checking.source import source_of as code_of
from course.checking.spec import Exercise
from course.checking.student_code import loaded, read_code, same_code
from course.checking.traps.find import find_trap
from course.checking.traps.symptom import Trap

Names = Callable[[], Collection[str]]
_UNCHANGED = "from the function as it was handed out: your changes leave its results as they were."


def add_source(report: Report, prepared: Prepared, source: str, demonstrated: Names = tuple) -> Report:
    """Add what the student's code shows: a trap in it, or that a repair changed nothing.

    Parameters
    ----------
    report
        On what the answer does.
    prepared
        The exercise with its cases.
    source
        The student's code; empty where it can't be read.
    demonstrated
        Names that only demonstration cells define, where answers are graded. They are asked for where a call raised.
    """
    if report.lead is None or not source:
        return report
    if _is_unchanged(report, prepared.exercise, source):
        told = replace(report.named[0], diagnosis=_UNCHANGED)
        report = replace(report, named=(told, *report.named[1:]))
    trap = _trap(report, prepared, source, demonstrated)
    if trap and trap.unused and _is_far_fetched(report, prepared, trap.unused):
        report = replace(report, named=(), explains=EVERYTHING)
        trap = _trap(report, prepared, source, demonstrated)
    return replace(report, trap=trap) if trap else report


def _is_far_fetched(report: Report, prepared: Prepared, unused: str) -> bool:
    """Tell whether two mistakes were named, and no step to write, where an unused argument alone gives the same.

    That is so if the answer fails where the argument is given, and is right elsewhere: such as padding that is left
    out, and is not in the wrong place and of the wrong size.
    """
    unwritten = {known.id for known in prepared.exercise.misconceptions if known.mistake.unwritten}
    given = [unused in arguments for arguments in prepared.arguments]
    just_there = not all(given) and all(case.passed != one for case, one in zip(report.cases, given, strict=True))
    return len(report.named) == 2 and unwritten.isdisjoint(report.misconceptions) and just_there


def _is_unchanged(report: Report, exercise: Exercise, source: str) -> bool:
    """Tell whether what was handed out to be repaired was changed without effect."""
    if not exercise.repair or not report.named:
        return False
    given = exercise.misconceptions[0]
    if report.misconception != given.id:
        return False
    own, before = read_code(source, exercise.name), read_code(given.source, exercise.name)
    return bool(own and before and not same_code(own, before))


def _trap(report: Report, prepared: Prepared, source: str, demonstrated: Names) -> Trap | None:
    """Look for a trap in the student's code that fits how the leading case is wrong."""
    exercise, lead = prepared.exercise, report.lead
    assert lead is not None
    arguments = next(prepared.arguments[i] for i, case in enumerate(report.cases) if case is lead)
    try:
        used = names_read(exercise)
        passed = tuple(name for name in arguments if used is None or name in used)
        shown = demonstrated() if isinstance(lead.finding, StoppedByError) else ()
        others = exercise.elsewhere, shown, arguments, exercise.signature
        return find_trap(source, exercise.name, lead.finding, passed, *others)
    except Exception:  # what was read is any text; the report is as good without
        return None


def names_read(exercise: Exercise) -> frozenset[str] | None:
    """Name what the right answer reads; None where it takes nothing. What it doesn't use either is not a trap."""
    if exercise.withheld:
        return exercise.withheld.reads
    return _used(exercise.solution, exercise.name) if callable(exercise.solution) else None


@lru_cache(maxsize=1000)
def _used(solution: Callable[..., Any], name: str) -> frozenset[str] | None:
    right = read_code(code_of(solution, name), name)
    if not right or not right.parameters:
        return None
    return frozenset().union(*(loaded(node) for node in right.tree.body))
