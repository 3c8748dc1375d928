"""The sentences of a report, made from its facts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from course.checking.compare import Comparison, Relation, Where
from course.checking.complaints import explain
from course.checking.report import CaseResult, Outcome, Report
from course.checking.steps import plain_step

KINDS = {
    "b": "truth values",
    "i": "whole numbers",
    "u": "whole numbers",
    "f": "floating-point numbers",
    "c": "complex numbers",
}


@dataclass(frozen=True, slots=True)
class Story:
    """A report in sentences, in the order in which they are told. Empty ones are left out.

    Parameters
    ----------
    verdict
        Right or not, how many cases, how many points.
    cases
        Which cases are right and which are not, where both are there.
    called
        The leading case's call.
    difference
        The first element that differs: where, yours, expected.
    facts
        What happened: how much differs and where, what was raised.
    diagnosis
        The known mistake that explains it.
    step
        One next step.
    notes
        What else the reader should know.
    """

    verdict: str
    cases: str = ""
    called: str = ""
    difference: tuple[str, str, str] | None = None
    facts: tuple[str, ...] = ()
    diagnosis: str = ""
    step: str = ""
    notes: tuple[str, ...] = ()


def tell(report: Report) -> Story:
    """Put a report into sentences."""
    lead = report.lead
    notes = _notes(report)
    if lead is None:
        return Story(_right(report), notes=notes)
    verdict, facts = _failure(report, lead)
    return Story(
        verdict=verdict,
        cases=_which_cases(report),
        called=_called(report, lead),
        difference=_difference(lead.comparison),
        facts=facts,
        diagnosis=f"This is exactly what you get {report.diagnosis}" if report.diagnosis else "",
        step=_step(report, lead),
        notes=notes,
    )


def oracle_name(report: Report) -> str:
    """Name what the answer was compared with."""
    return "the reference" if report.oracle == "reference" else report.oracle


def number(value: object, other: object = None) -> str:
    """Write a number short enough to read; with as many digits as it takes to differ from `other`.

    Examples
    --------
    >>> number(0.30000001), number(1.23456789, 1.23456111), number(2560001.0)
    ('0.3', '1.234568', '2560001')
    """
    if isinstance(value, str):
        return f'"{_short(value, 60)}"'
    if not isinstance(value, float):
        return str(value)
    if value.is_integer() and abs(value) < 1e15:
        return f"{value:.0f}"
    for digits in (5, 7, 9, 17):
        text = f"{value:.{digits}g}"
        if not isinstance(other, (int, float)) or text != f"{other:.{digits}g}":
            return text
    return repr(value)


def points(value: float) -> str:
    """Write points without needless zeros, with their unit.

    Examples
    --------
    >>> points(1.0), points(2.5)
    ('1 point', '2.5 points')
    """
    return f"{value:g} point{'' if value == 1 else 's'}"


def _count(report: Report) -> str:
    passed = sum(case.passed for case in report.cases)
    return f"{passed} of {len(report.cases)} cases"


def _right(report: Report) -> str:
    largest = report.largest_difference
    difference = (
        f"Largest difference from {oracle_name(report)} {largest:.1e}."
        if largest
        else f"Equal to {oracle_name(report)}."
    )
    return f"{report.exercise}: right. {_count(report)}, {points(report.points)}. {difference}"


def _which_cases(report: Report) -> str:
    if report.misconception:
        return ""  # one sentence explains them all
    right = [case.name for case in report.cases if case.passed]
    wrong = [case.name for case in report.cases if not case.passed]
    return f"Right: {', '.join(right)}. Not yet: {', '.join(wrong)}." if right and wrong else ""


def _called(report: Report, lead: CaseResult) -> str:
    if lead.outcome in (
        Outcome.NOT_CALLABLE,
        Outcome.UNKNOWN_EXERCISE,
        Outcome.NOT_DEFINED,
        Outcome.NOT_RUN,
        Outcome.WRONG_SIGNATURE,
    ):
        return ""
    if lead.outcome is Outcome.NOT_ATTEMPTED and not any(case.passed for case in report.cases):
        return ""
    return f"{lead.called}, {lead.note}" if lead.note else lead.called


def _failure(report: Report, lead: CaseResult) -> tuple[str, tuple[str, ...]]:
    """Give the verdict and the facts for a failing case."""
    name, kind, comparison = report.exercise, report.kind, lead.comparison
    subject = _subject(report)
    earned = f", {report.earned:g} of {points(report.points)}" if report.earned else ""
    not_yet = f"{name}: not yet, {_count(report)}{earned}."
    match lead.outcome:
        case Outcome.NOT_ATTEMPTED if not report.earned:
            return f"{name}: not attempted yet.", ()
        case Outcome.NOT_ATTEMPTED:
            return not_yet, ("For this call it still raises NotImplementedError.",)
        case Outcome.NOT_DEFINED:
            what = f"it is {_a(lead.detail)}, not a {kind}" if lead.detail else f"there is no {kind} of this name"
            return f"{name}: {what}.", ()
        case Outcome.UNKNOWN_EXERCISE:
            near = f" Did you mean {lead.detail}?" if lead.detail else ""
            return f"{name}: there is no exercise of this name.{near}", ()
        case Outcome.NOT_CALLABLE:
            return f"{name}: a {kind} is wanted here, this is {_a(lead.detail)}.", ()
        case Outcome.WRONG_SIGNATURE:
            return (
                f"{name}: it is called as {report.signature}; yours takes {_short(lead.detail, 100) or 'others'}.",
                (),
            )
        case Outcome.RAISED:
            return not_yet, _raised_facts(subject, lead)
        case Outcome.TOO_SLOW:
            return not_yet, (f"{subject} was stopped after {lead.seconds:.2g} s; the limit is {report.seconds:g} s.",)
        case Outcome.LOST:
            return not_yet, (f"{subject} took its process with it: {lead.detail}.",)
        case Outcome.INTERRUPTED:
            return f"{name}: interrupted, {_count(report)} until then.", ()
        case Outcome.NOT_RUN:
            return f"{name}: not run.", (lead.detail or "The time for all answers together was used up before.",)
        case Outcome.OUR_ERROR:
            return f"{name}: not judged, {_count(report)}{earned}.", (f"Judging this call failed: {lead.detail}.",)
        case Outcome.CHANGED_ARGUMENTS:
            changed = " and ".join(f"`{c}`" for c in lead.changed)
            return (
                f"{name}: right values, but it changed {changed}.{earned and f'{earned[1:]}.'}",
                ("The caller's arrays must stay as they were.",),
            )
    assert comparison is not None
    return not_yet, _comparison_facts(report, lead.outcome, comparison)


def _subject(report: Report) -> str:
    return {"function": "Your function", "value": "Your value"}.get(report.kind, "Your code")


def _comparison_facts(report: Report, outcome: Outcome, found: Comparison) -> tuple[str, ...]:
    part = f" of {found.part}" if found.part else ""
    gave = f"{_subject(report)} {'is' if report.kind == 'value' else 'returned'}"
    match outcome:
        case Outcome.WRONG_TYPE:
            returned = f" for {found.part}" if found.part else ""
            wanted = "numbers are wanted" if " of " in found.yours else _wanted(found.wanted)
            return (f"{gave} {_thing(found.yours)}{returned}; {wanted}.",)
        case Outcome.WRONG_COUNT:
            yours = "one result" if found.yours == 1 else f"{found.yours} results"
            return (f"{gave} {yours}; {_wanted(found.wanted, 'one ')}.",)
        case Outcome.WRONG_SHAPE:
            may_be = "The values may be right, the shape is not" if found.rearranged else "The shape is not right"
            turned = " Yours is the transpose." if found.rearranged == "transposed" else ""
            shapes = f"yours {_shape(found.yours)}, wanted {_shape(found.wanted)}."
            return (f"{may_be}{part and f' ({found.part})'}: {shapes}{turned}",)
        case Outcome.WRONG_KIND:
            return (f"The values{part} are {KINDS[found.yours]}; wanted are {KINDS[found.wanted]}.",)
    return _value_facts(report, found)


def _shape(shape: tuple[int, ...]) -> str:
    return str(shape) if shape else "() (a single number)"


def _thing(type_name: str) -> str:
    """Name what was returned, from the name of its type."""
    holder, _, item = type_name.partition(" of ")
    if holder == "numpy.ndarray":
        return "an array whose values are not numbers"
    if item:
        return f"{_a(holder)} that holds {'None' if item == 'NoneType' else _thing(item)}"
    return {"NoneType": "nothing (None)", "str": "text (a str)"}.get(type_name) or _a(type_name)


def _wanted(wanted: Any, how_many: str = "a ") -> str:
    if isinstance(wanted, tuple):
        return f"{len(wanted)} are wanted: {', '.join(wanted)}"
    return f"{how_many}{'NumPy array' if wanted == 'array' else wanted} is wanted"


def _difference(found: Comparison | None) -> tuple[str, str, str] | None:
    if found is None or not found.index:
        return None
    place = f"{found.part}{list(found.index)}"
    return place, number(found.value, found.expected), number(found.expected, found.value)


def _value_facts(report: Report, found: Comparison) -> tuple[str, ...]:
    oracle, lead = oracle_name(report), report.lead
    changed = tuple(f"It also changed `{name}`." for name in (lead.changed if lead else ()))
    if not found.index:
        yours, expected = number(found.value, found.expected), number(found.expected, found.value)
        part = f"{found.part}: yours" if found.part else "Yours"
        return (f"{part} {yours}, {oracle} {expected}.{_gap(found.value, found.expected)}", *changed)
    many = f"{found.differing} of {found.total} values differ"
    spread = f"{many}{_where(found.where, len(found.index))}.{_relation(found.relation, oracle)}"
    trace = lead.trace if lead else ""
    return (spread, *((f"Worked out: {trace}.",) if trace else ()), *changed)


def _gap(value: Any, expected: Any) -> str:
    """Say how far a count is off. Truth values, NaN and infinities are no distance away."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not isinstance(expected, int):
        return ""
    return f" The difference is {number(value - expected)}." if math.isfinite(value) else ""


def _where(where: Where | None, ndim: int) -> str:
    if where is None or ndim < 2 or where.kind in ("everywhere", "scattered"):
        return ""
    if where.kind == "border":
        return ", all on the border; the inside is right"
    names = {2: ("row", "column"), 4: ("sample", "channel"), 5: ("sample", "channel")}.get(ndim, ())
    axis = where.axis or 0
    return (
        f", all in {names[axis]} {where.index}" if axis < len(names) else f", all at index {where.index} of axis {axis}"
    )


def _relation(relation: Relation | None, oracle: str) -> str:
    if relation is None:
        return ""
    if relation.kind == "near":
        return f" None is off by more than {_rounded_up(relation.amount)}."
    if relation.kind == "factor":
        if abs(relation.amount + 1) < 1e-4:
            return " Each has the wrong sign."
        return f" Each is {relation.amount:.4g} times what {oracle} has."
    more = "more" if relation.amount > 0 else "less"
    return f" Each is {abs(relation.amount):.4g} {more} than what {oracle} has."


def _rounded_up(amount: float) -> str:
    digit = 10.0 ** math.floor(math.log10(amount))
    return f"{math.ceil(amount / digit) * digit:.1g}"


def _raised_facts(subject: str, lead: CaseResult) -> tuple[str, ...]:
    error = lead.error
    if error is None:
        return (f"{subject} stopped with an error.",)
    place = f" at its line {error.line}" if error.line else " at" if error.source else ""
    source = f":  {_short(error.source, 120)}" if error.source else "."
    message = explain(error.message)
    name = _short(error.type_name, 60)
    return (f"{subject} stopped with {name}{place}{source}", *((f"  {message}",) if message else ()))


def _short(text: str, longest: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def _step(report: Report, lead: CaseResult) -> str:
    more = f' More help: hint("{report.exercise}").' if report.hints and lead.outcome not in _NO_HINT else ""
    return (report.advice or plain_step(report, lead)) + more


_NO_HINT = frozenset(
    {
        Outcome.NOT_CALLABLE,
        Outcome.UNKNOWN_EXERCISE,
        Outcome.INTERRUPTED,
        Outcome.NOT_RUN,
        Outcome.NOT_DEFINED,
        Outcome.OUR_ERROR,
    }
)


def _notes(report: Report) -> tuple[str, ...]:
    if report.oracle_missing:
        return (
            "PyTorch is not installed here, so this was compared with the course's NumPy reference.",
            *report.notes,
        )
    return report.notes


def _a(thing: str) -> str:
    return f"{'an' if thing[:1].lower() in 'aeiou' else 'a'} {thing}"
