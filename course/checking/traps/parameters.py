"""A function whose parameters are not where the check puts its arguments."""

from __future__ import annotations

import ast
from dataclasses import replace

from course.checking.student_code import StudentCode, names_of_parameters
from course.checking.traps.symptom import Symptom, Trap, trap_at

_STEP = "Take all arguments of the docstring, in its order."


def arguments_moved(code: StudentCode, symptom: Symptom) -> Trap | None:
    """See parameters in another order than the exercise's, or too few of them: arguments get a wrong name.

    Examples
    --------
    >>> from course.checking.student_code import read_code
    >>> code = read_code("def linear(weight, input): ...", "linear")
    >>> arguments_moved(code, Symptom(parameters=("input", "weight", "bias"))).effect
    'your function takes `weight` first, and the check passes `input` there.'
    """
    function = code.tree
    if not isinstance(function, ast.FunctionDef) or function.args.vararg or function.args.kwarg:
        return None
    own, wanted = names_of_parameters(function), list(symptom.parameters)
    for place, (name, other) in enumerate(zip(own, wanted, strict=False)):
        if name != other and name in wanted:
            effect = f"your function takes `{name}` {_nth(place)}, and the check passes `{other}` there."
            return _told(code, function, effect)
    without_default = len(own) - len(function.args.defaults) - len(function.args.kwonlyargs)
    if without_default < len(symptom.required) and own != wanted[: len(own)] and len(own) < len(wanted):
        effect = f"your function takes {len(own)} arguments, and the docstring has {len(wanted)}."
        return _told(code, function, effect)
    return None


def _told(code: StudentCode, function: ast.FunctionDef, effect: str) -> Trap:
    return replace(trap_at(code, function, effect, _STEP, certain=True), first=True)


def _nth(place: int) -> str:
    return ("first", "second", "third", "fourth", "fifth")[place] if place < 5 else f"at place {place + 1}"
