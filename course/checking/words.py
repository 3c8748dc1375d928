"""The sentences of a report, made from its facts."""

from __future__ import annotations

import re
from dataclasses import dataclass

from course.checking.compare import Comparison, Relation, Where
from course.checking.report import CaseResult, Outcome, Report

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
    >>> number(0.30000001), number(1.23456789, 1.23456111)
    ('0.3', '1.234568')
    """
    if not isinstance(value, float):
        return str(value)
    for digits in (5, 7, 9, 17):
        text = f"{value:.{digits}g}"
        if not isinstance(other, float) or text != f"{other:.{digits}g}":
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
    name, comparison = report.exercise, lead.comparison
    earned = f", {report.earned:g} of {points(report.points)}" if report.earned else ""
    not_yet = f"{name}: not yet, {_count(report)}{earned}."
    match lead.outcome:
        case Outcome.NOT_ATTEMPTED if not report.earned:
            return f"{name}: not attempted yet.", ()
        case Outcome.NOT_ATTEMPTED:
            return not_yet, ("For this call it still raises NotImplementedError.",)
        case Outcome.NOT_DEFINED:
            what = f"it is {_a(lead.detail)}, not a function" if lead.detail else "there is no function of this name"
            return f"{name}: {what}.", ()
        case Outcome.UNKNOWN_EXERCISE:
            near = f" Did you mean {lead.detail}?" if lead.detail else ""
            return f"{name}: there is no exercise of this name.{near}", ()
        case Outcome.NOT_CALLABLE:
            return f"{name}: a function is wanted here, this is {_a(lead.detail)}.", ()
        case Outcome.WRONG_SIGNATURE:
            return f"{name}: it is called as {report.signature}; yours takes {lead.detail}.", ()
        case Outcome.RAISED:
            return not_yet, _raised_facts(lead)
        case Outcome.TOO_SLOW:
            return not_yet, (
                f"Your function was stopped after {lead.seconds:.2g} s; the limit is {report.seconds:g} s.",
            )
        case Outcome.LOST:
            return not_yet, (f"Your function took its process with it: {lead.detail}.",)
        case Outcome.INTERRUPTED:
            return f"{name}: interrupted, {_count(report)} until then.", ()
        case Outcome.NOT_RUN:
            return f"{name}: not run.", (lead.detail or "The time for all answers together was used up before.",)
        case Outcome.CHANGED_ARGUMENTS:
            changed = " and ".join(f"`{c}`" for c in lead.changed)
            return (
                f"{name}: right values, but it changed {changed}.{earned.removeprefix(',')}",
                ("The caller's arrays must stay as they were.",),
            )
    assert comparison is not None
    return not_yet, _comparison_facts(report, lead.outcome, comparison)


def _comparison_facts(report: Report, outcome: Outcome, found: Comparison) -> tuple[str, ...]:
    part = f" of {found.part}" if found.part else ""
    match outcome:
        case Outcome.WRONG_TYPE:
            what = "nothing (None)" if found.yours == "NoneType" else _a(found.yours)
            wanted = f" for {found.part}" if found.part else ""
            return (f"Your function returned {what}{wanted}; an array or a number is wanted.",)
        case Outcome.WRONG_COUNT:
            yours = "one result" if found.yours == 1 else f"{found.yours} results"
            wanted = "one array" if found.wanted == 1 else f"{found.wanted}, one after the other"
            return (f"Your function returned {yours}; wanted {'is' if found.wanted == 1 else 'are'} {wanted}.",)
        case Outcome.WRONG_SHAPE:
            may_be = "The values may be right, the shape is not" if found.rearranged else "The shape is not right"
            turned = " Yours is the transpose." if found.rearranged == "transposed" else ""
            return (f"{may_be}{part and f' ({found.part})'}: yours {found.yours}, wanted {found.wanted}.{turned}",)
        case Outcome.WRONG_KIND:
            return (f"The values{part} are {KINDS[found.yours]}; wanted are {KINDS[found.wanted]}.",)
    return _value_facts(report, found)


def _difference(found: Comparison | None) -> tuple[str, str, str] | None:
    if found is None or not found.index:
        return None
    return _place(found), number(found.value, found.expected), number(found.expected, found.value)


def _place(found: Comparison) -> str:
    return f"{found.part}{list(found.index)}"


def _value_facts(report: Report, found: Comparison) -> tuple[str, ...]:
    oracle = oracle_name(report)
    if not found.index:
        gap = ""
        if isinstance(found.value, (int, float)) and isinstance(found.expected, int):
            gap = f" The difference is {number(found.value - found.expected)}."
        yours, expected = number(found.value, found.expected), number(found.expected, found.value)
        return (f"Yours {yours}, {oracle} {expected}.{gap}",)
    many = f"{found.differing} of {found.total} values differ"
    spread = f"{many}{_where(found.where, len(found.index))}.{_relation(found.relation, oracle)}"
    trace = report.lead.trace if report.lead else ""
    return (spread, f"Worked out: {trace}.") if trace else (spread,)


def _where(where: Where | None, ndim: int) -> str:
    if where is None or where.kind in ("everywhere", "scattered"):
        return ""
    if where.kind == "border":
        return ", all on the border; the inside is right"
    names = ("row", "column") if ndim == 2 else ("sample", "channel")
    axis = where.axis or 0
    place = f"{names[axis]} {where.index}" if axis < 2 else f"index {where.index} of axis {axis}"
    return f", all in {place}" if ndim > 1 else ""


def _relation(relation: Relation | None, oracle: str) -> str:
    if relation is None:
        return ""
    if relation.kind == "factor":
        if abs(relation.amount + 1) < 1e-4:
            return " Each has the wrong sign."
        return f" Each is {relation.amount:.4g} times what {oracle} has."
    more = "more" if relation.amount > 0 else "less"
    return f" Each is {abs(relation.amount):.4g} {more} than what {oracle} has."


def _raised_facts(lead: CaseResult) -> tuple[str, ...]:
    error = lead.error
    if error is None:
        return ("Your function stopped with an error.",)
    place = (
        f" at its line {error.line}:  {error.source}"
        if error.line
        else f" at:  {error.source}"
        if error.source
        else "."
    )
    message = explain(error.message)
    return (f"Your function stopped with {error.type_name}{place}", *((f"  {message}",) if message else ()))


def explain(message: str) -> str:
    """Say NumPy's most common complaints in the words of the course; give any other message as it is, in one line.

    Examples
    --------
    >>> explain("matmul: Input operand 1 has a mismatch in its core dimension 0, with gufunc signature "
    ...         "(n?,k),(k,m?)->(n?,m?) (size 5 is different from 7)")
    'matmul: the inner sizes 7 and 5 differ.'
    """
    found = re.search(r"matmul: Input operand 1 has a mismatch .*\(size (\d+) is different from (\d+)\)", message)
    if found:
        return f"matmul: the inner sizes {found[2]} and {found[1]} differ."
    found = re.search(r"operands could not be broadcast together with shapes (\(.*?\)) (\(.*?\))", message)
    if found:
        return f"Shapes {found[1]} and {found[2]} do not fit together element by element."
    if "truth value of an array with more than one element is ambiguous" in message:
        return "An array has no single truth value; to see whether one was given, ask `is not None`."
    line = " ".join(message.split())
    return line if len(line) <= 200 else f"{line[:199]}…"


def _step(report: Report, lead: CaseResult) -> str:
    more = f' hint("{report.exercise}") goes on.' if report.hints else ""
    if report.advice:
        return report.advice + more
    return _plain_step(report, lead) + (more if lead.outcome not in _NO_HINT else "")


_NO_HINT = frozenset(
    {
        Outcome.NOT_CALLABLE,
        Outcome.UNKNOWN_EXERCISE,
        Outcome.INTERRUPTED,
        Outcome.NOT_RUN,
        Outcome.NOT_DEFINED,
    }
)


def _plain_step(report: Report, lead: CaseResult) -> str:
    """One next step where no known mistake explains the failure."""
    found = lead.comparison
    match lead.outcome:
        case Outcome.NOT_ATTEMPTED:
            return "Replace `raise NotImplementedError` and run the cell, then this one."
        case Outcome.NOT_DEFINED:
            return f"Write `def {report.signature}:` in its cell, and run every cell from the top."
        case Outcome.UNKNOWN_EXERCISE:
            return f'Name the exercise: check(your_function, "{lead.detail or "linear"}").'
        case Outcome.NOT_CALLABLE:
            return f"Pass the function itself, check({report.exercise}), without calling it."
        case Outcome.WRONG_SIGNATURE:
            return "Give it these arguments, in this order."
        case Outcome.RAISED:
            return "Write down the shape of each operand on that line, then what they must be."
        case Outcome.TOO_SLOW:
            return (
                "Look for a loop that never ends. If there is none, let NumPy work on whole arrays in place of loops."
            )
        case Outcome.LOST:
            return "Leave out what ends or replaces the process; the function only has to compute and return."
        case Outcome.INTERRUPTED:
            return "Run the cell again when you are ready."
        case Outcome.NOT_RUN:
            return "Make the slow cells faster, or remove them."
        case Outcome.CHANGED_ARGUMENTS:
            return f"Make a new array in place of assigning into `{lead.changed[0]}`."
        case Outcome.WRONG_TYPE:
            return _type_step(found.yours if found else "")
        case Outcome.WRONG_COUNT:
            return "Look at what the docstring returns, and end with that."
        case Outcome.WRONG_SHAPE:
            return _shape_step(found)
        case Outcome.WRONG_KIND:
            return "Look for an integer array, or an astype, on the way to the result."
    return _value_step(found)


def _type_step(yours: str) -> str:
    if yours == "NoneType":
        return "End the function with `return` and the result."
    if yours == "generator":
        return "Collect the values: np.array(list(...))."
    if yours.startswith("torch"):
        return "Graded work is NumPy: compute with np, and return an array."
    return "Return a NumPy array (or a number, where one is wanted)."


def _shape_step(found: Comparison | None) -> str:
    if found is None or not found.rearranged:
        return "Name each axis of the wanted shape, and find the line where yours loses or gains one."
    if found.rearranged == "transposed":
        return "Exchange the axes, or the factors that made them."
    return "The layer keeps its axes; reshape or keepdims=True does that."


def _value_step(found: Comparison | None) -> str:
    if found is None or not found.index:
        return "Work out this call by hand, then compare with your code."
    at = _place(found)
    if found.where and found.where.kind == "border":
        return f"The border is where windows and padding end. Work out {at} by hand."
    return f"Work out {at} by hand, and follow your code to the same place."


def _notes(report: Report) -> tuple[str, ...]:
    if report.oracle_missing:
        return (
            "PyTorch is not installed here, so this was compared with the course's NumPy reference.",
            *report.notes,
        )
    return report.notes


def _a(thing: str) -> str:
    return f"{'an' if thing[:1].lower() in 'aeiou' else 'a'} {thing}"
