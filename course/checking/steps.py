"""One next step for each way in which an answer can fail, where no known mistake explains it."""

from __future__ import annotations

from course.checking.compare import Comparison
from course.checking.complaints import next_step
from course.checking.report import CaseResult, Outcome, Report

LAZY = frozenset({"generator", "map", "filter", "zip", "range", "list_iterator", "enumerate", "reversed"})
"""What holds values that nobody has computed yet."""
COLLECTIONS = frozenset({"dict", "set", "frozenset"})


def plain_step(report: Report, lead: CaseResult) -> str:
    """Say what to do next about the leading case."""
    found = lead.comparison
    match lead.outcome:
        case Outcome.NOT_ATTEMPTED if report.kind == "value":
            return "Write your value in place of `...`, run that cell, then this one."
        case Outcome.NOT_ATTEMPTED:
            return "Write your code in place of `raise NotImplementedError`, run that cell, then this one."
        case Outcome.NOT_DEFINED:
            return f"Write `{_opening(report)}` in its cell, and run every cell from the top."
        case Outcome.UNKNOWN_EXERCISE:
            return f'Name the exercise: check(your_function, "{lead.detail or "linear"}").'
        case Outcome.NOT_CALLABLE:
            name = "linear" if report.exercise == "check" else report.exercise  # check(7) names no exercise
            return f"Pass the {report.kind} itself, check({name}), without calling it."
        case Outcome.WRONG_SIGNATURE:
            defaults = ", with these defaults" if "=" in report.signature else ""
            return f"Give it these arguments, in this order{defaults}."
        case Outcome.RAISED if lead.empty:
            return "This call holds no values at all. Look for what needs at least one."
        case Outcome.RAISED:
            return next_step(lead.error)
        case Outcome.TOO_SLOW if any(case.passed for case in report.cases):
            return "It is right on smaller arrays. Let NumPy work on whole arrays in place of loops."
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
        case Outcome.OUR_ERROR:
            return "This is an error in the course, not in your code: show this report to whoever runs the course."
        case Outcome.CHANGED_ARGUMENTS:
            return f"Make a new array in place of assigning into `{lead.changed[0]}`."
    if found is None:
        return ""
    match lead.outcome:
        case Outcome.WRONG_TYPE:
            return _type_step(found)
        case Outcome.WRONG_COUNT:
            return "Look at what the docstring returns, and end with that."
        case Outcome.WRONG_SHAPE:
            return _shape_step(found)
        case Outcome.WRONG_KIND:
            return _kind_step(found)
    return _value_step(found)


def _opening(report: Report) -> str:
    if report.kind == "value":
        return f"{report.exercise} = "
    return f"def {report.signature}:" if report.kind == "function" else f"class {report.exercise}:"


def _type_step(found: Comparison) -> str:
    yours = str(found.yours)
    if yours == "NoneType":
        return "End the function with `return` and the result."
    if yours in LAZY:
        return "Collect the values: np.array(list(...))."
    if yours.startswith("torch"):
        return "Graded work is NumPy: compute with np, and return an array."
    if isinstance(found.wanted, tuple):
        return f"End with `return {', '.join(found.wanted)}`."
    if found.wanted == "text":
        return "Write a text in quotation marks."
    if yours.startswith(("list of", "tuple of", "numpy.ndarray of")):
        return "Look at the single values: each of them must be a number."
    if found.wanted == "number":
        return "Return the number itself."
    return "Return the array itself." if yours in COLLECTIONS else "Return a NumPy array."


def _shape_step(found: Comparison) -> str:
    yours, wanted = found.yours, found.wanted
    if found.rearranged == "transposed":
        return "Exchange the axes, or the factors that made them."
    if not wanted:
        return "Return the number itself, not an array or a list." if found.rearranged else "Return a single number."
    if 0 in wanted:
        return (
            "A result without values has a shape, too: start from np.zeros of the wanted shape, or reshape at the end."
        )
    if len(yours) == len(wanted):
        if found.rearranged:
            return "The values are in the right order. Find the line that lays them out in this shape."
        return "Find the axis whose size differs, and what made it longer or shorter."
    if not yours:
        return "Look for a sum over everything, or a `return` inside a loop: one number is left of the array."
    if not found.rearranged:
        return "Name each axis of the wanted shape, and find the line where yours loses or gains one."
    if len(yours) > len(wanted):
        return "Find the line that adds an axis, and leave it out."
    return "An axis was lost on the way. Where an axis is summed away, keepdims=True keeps it; reshape puts it back."


def _kind_step(found: Comparison) -> str:
    if found.yours == "c":
        return "Look for an imaginary number, such as 1j, on the way to the result."
    if found.yours == "b":
        return "Look for a comparison on the way to the result: it gives True and False."
    return "Look for an integer array, or an astype, on the way to the result."


def _value_step(found: Comparison) -> str:
    if not found.index:
        return "Work out this call by hand, then compare with your code."
    at = f"{found.part}{list(found.index)}"
    if found.relation and found.relation.kind == "near":
        return "Nearly right: look for a rounding, a narrow number type such as float16, or an approximation."
    if found.where and found.where.kind == "border":
        return f"The border is where windows and padding end. Work out {at} by hand."
    return f"Work out {at} by hand, and follow your code to the same place."
