"""What a closed book says about an exercise in words: what its students see anyway."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from functools import partial
from types import FunctionType
from typing import Any

from course.checking.as_written import names_read
from course.checking.digest import digest_of_exercises
from course.checking.locating.changes import numbers_in
from course.checking.source import BEGIN, END, solution_cell, source_of
from course.checking.spec import Case, Exercise, Mistake
from grader.errors import GraderError

_SOLVED = re.compile(rf"^( *){BEGIN}\n.*?{END}$", re.MULTILINE | re.DOTALL)


class NotPlain(GraderError, TypeError):
    """Part of an exercise can't be named in a closed book."""


def declared(exercise: Exercise, traces: list[str]) -> dict[str, Any]:
    """Give the declaration of an exercise without its solution, its edits and its explanation, as JSON can hold it.

    Parameters
    ----------
    exercise
        The exercise.
    traces
        Names of the results for which it is recorded how they are computed.

    Raises
    ------
    NotPlain
        If what its cases do is not a function in a separate module.
    """
    oracle = exercise.oracle
    reads = names_read(exercise)
    return {
        "name": exercise.name,
        "chapter": exercise.chapter,
        "points": exercise.points,
        "stub": handed_out(exercise),
        "oracle": oracle and [type(oracle).__name__, oracle.name],
        "cases": _cases(exercise),
        "mistakes": [_mistake(one) for one in exercise.mistakes],
        "hints": list(exercise.hints),
        "returns": list(exercise.returns),
        "use": _use(exercise),
        "repair": exercise.repair,
        "traces": traces,
        "seconds": exercise.seconds,
        "digest": digest_of_exercises([exercise])[:32],
        "reads": None if reads is None else sorted(reads),
        "constants": numbers_in(source_of(exercise.written_out, exercise.name)) if exercise.kind != "value" else [],
    }


def handed_out(exercise: Exercise) -> str:
    """Give the source that a notebook hands out; empty for a value.

    Examples
    --------
    >>> import course
    >>> print(handed_out(course.exercises["warm_up"]).splitlines()[-1])
        raise NotImplementedError
    """
    if exercise.kind == "value":
        return ""
    if exercise.repair:
        return exercise.misconceptions[0].handout
    return _SOLVED.sub(r"\1raise NotImplementedError", solution_cell(exercise.solution, exercise.name))


def _cases(exercise: Exercise) -> str | list[dict[str, Any]]:
    """Describe the cases; if their arguments are functions, name the module that draws them."""
    where = cases_module(exercise)
    return f"{where}:CASES" if where else [_case(one) for one in exercise.cases]


def cases_module(exercise: Exercise) -> str:
    """Name the module that has an exercise's cases and nothing of its solution; empty if there is none."""
    package = sys.modules[exercise.cases[0].draw.__module__].__name__
    return package if getattr(sys.modules[package], "CASES", None) is exercise.cases and _is_apart(package) else ""


def _is_apart(module: str) -> bool:
    return not hasattr(sys.modules[module], "EXERCISE")


def _case(case: Case) -> dict[str, Any]:
    told = {"name": case.name, "note": case.note, "weight": case.weight}
    return told | {"remark": case.remark, "optional": case.optional}


def _mistake(mistake: Mistake) -> dict[str, Any]:
    told = {"slug": mistake.slug, "gives": mistake.gives, "advice": mistake.advice, "unwritten": mistake.unwritten}
    return told | {"combines": mistake.combines}


def _use(exercise: Exercise) -> str | list[Any] | None:
    use = exercise.use
    if isinstance(use, partial):
        return [_named(use.func, exercise), *use.args]
    return _named(use, exercise) if isinstance(use, FunctionType) else None


def _named(function: Callable[..., Any], exercise: Exercise) -> str:
    name, module = getattr(function, "__qualname__", ""), function.__module__
    if not _is_apart(module) or getattr(sys.modules[module], name, None) is not function:
        problem = f"{exercise.name}: its `use` must be a function in a separate module, such as use.py."
        raise NotPlain(f"{problem} A closed book takes that module, and leaves out the solution's.")
    return f"{module}:{name}"
