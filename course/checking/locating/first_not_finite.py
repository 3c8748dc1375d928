"""The first operation of a student's code that gives NaN or infinity: the code runs once more, and each is watched."""

from __future__ import annotations

import ast
import operator
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from course.calling.endings import Attempt, Ending
from course.calling.here import Here
from course.calling.work import Work
from course.checking.compare import as_data, compare
from course.checking.comparison import Unit, WrongNumber, WrongValues
from course.checking.diagnosis import NotFinite
from course.checking.evidence import Piece
from course.checking.locating.code import Code
from course.checking.locating.eligible import only_computes
from course.checking.result import CheckResult
from course.checking.spec import Exercise

_WATCH, _OPERATORS = "_watched_operation", "_watched_operators"
_FUNCTIONS: dict[type[ast.AST], str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "truediv",
    ast.FloorDiv: "floordiv",
    ast.Mod: "mod",
    ast.Pow: "pow",
    ast.MatMult: "matmul",
}
"""What Python's `operator` calls them; in place, with an i in front."""


class Cases(Protocol):
    """An exercise's cases with their answers."""

    exercise: Exercise
    expected: list[Any]

    def attempt(self, work: Work, index: int, seconds: float) -> tuple[Attempt, str]:
        """Run one case, and tell what was called."""
        ...


def first_not_finite(result: CheckResult, cases: Cases, work: Here, source: str) -> tuple[NotFinite, ...]:
    """Look for it in the leading case.

    Parameters
    ----------
    result
        What the check found.
    cases
        The cases that were checked.
    work
        The student's work, in this process.
    source
        The code of the function or class; empty where it is not known.
    """
    if not (result.lead and result.lead.comparison and any(map(_is_suspect, result.lead.comparison.wrong))):
        return ()
    index = next((i for i, case in enumerate(result.cases) if case is result.lead), None)
    exercise = cases.exercise
    if index is None or not source or exercise.kind == "value" or exercise.name not in work.names:
        return ()

    def run(thing: Any) -> Attempt:
        again = Here.of(thing, exercise.name, exercise.needs)
        attempt, _ = cases.attempt(again, index, exercise.seconds)
        again.forget()
        return attempt

    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            before = run(work.names[exercise.name])
            return find_not_finite(source, work.names, run, before, cases.expected[index])
    except KeyboardInterrupt:
        raise
    except Exception:  # what can't be watched has no such line; the report is as good without
        return ()


def _is_suspect(unit: Unit) -> bool:
    match unit.found:
        case WrongValues(nan=nan, infinite=infinite):
            return bool(nan or infinite)
        case WrongNumber(value=value):
            return not np.isfinite(value)
    return False


def find_not_finite(
    source: str, names: Mapping[str, Any], run: Callable[[Any], Attempt], before: Attempt, expected: Any
) -> tuple[NotFinite, ...]:
    """Find the first operation that gives NaN, and the first that gives infinity where that leads to it.

    Parameters
    ----------
    source
        The code of the function or class.
    names
        What it sees.
    run
        Runs a case on a function or class.
    before
        How that case ended with the student's own.
    expected
        The right answer.

    Returns
    -------
    tuple of NotFinite
        Empty where it isn't certain: the watched code must return just what the student's did.
    """
    if before.ending is not Ending.RETURNED or not (wrong := _overflowed(before.value, expected)):
        return ()
    code = Code(source)
    if not code.name or not only_computes(code):
        return ()
    watch = Watch(code)
    again = run(watch.define(names))
    if again.ending is not Ending.RETURNED or not compare(again.value, as_data(before.value)).right:
        return ()
    return watch.first(any(np.isnan(as_data(value)).any() for value in wrong))  # type: ignore[arg-type]


def _overflowed(value: Any, expected: Any) -> list[Any]:
    """Give the result, or of several the ones, with NaN or infinity where finite values are expected."""
    several = isinstance(expected, tuple) and type(value) in (tuple, list) and len(value) == len(expected)
    pairs = zip(value, expected, strict=True) if several else ((value, expected),)
    return [yours for yours, right in pairs if Piece(0, None, "", yours, right, False).overflowed]


@dataclass(frozen=True, slots=True)
class _Event:
    """One operation that gave NaN or infinity, with what it took of these."""

    line: int
    text: str
    gave: tuple[bool, bool]
    took: tuple[bool, bool]


@dataclass
class Watch:
    """Runs the operations of a watched code and notes which of them give NaN or infinity.

    Parameters
    ----------
    code
        The student's.
    """

    code: Code
    events: list[_Event] = field(default_factory=list)

    def define(self, names: Mapping[str, Any]) -> Any:
        """Give the function or class of the code, with every operation watched. What it sees stays as it is."""
        tree = ast.fix_missing_locations(_Watching(self.code).visit(ast.parse(self.code.text)))
        own = {**names, _WATCH: self._run, _OPERATORS: operator}
        exec(compile(tree, "<watched>", "exec", dont_inherit=True), own)  # noqa: S102 - the check has run it before
        return own[self.code.name]

    def _run(self, line: int, text: str, function: Any, /, *args: Any, **kwargs: Any) -> Any:
        took = _not_finite([*args, *kwargs.values(), getattr(function, "__self__", None)])
        value = function(*args, **kwargs)
        gave = _not_finite(value)
        if any(gave):
            self.events.append(_Event(line, text, gave, took))
        return value

    def first(self, nan: bool) -> tuple[NotFinite, ...]:
        """Give the first operation that gave NaN, or infinity of finite numbers. Before NaN, what it took counts."""
        infinite = next((one for one in self.events if one.gave[1] and not any(one.took)), None)
        if not nan:
            return (self._told(infinite, "infinity"),) if infinite else ()
        found = next((one for one in self.events if one.gave[0]), None)
        if found is None or found.took[0]:
            return ()
        told = self._told(found, "NaN")
        led = infinite and found.took[1] and infinite.line != found.line
        return (self._told(infinite, "infinity"), told) if infinite and led else (told,)

    def _told(self, event: _Event, what: str) -> NotFinite:
        source = self.code.lines[event.line - 1].strip()
        whole = source.removeprefix("return ") == event.text or source.endswith(f"= {event.text}")
        return NotFinite(event.line, source, "" if whole else event.text, what)


def _not_finite(value: Any) -> tuple[bool, bool]:
    """Tell whether there is NaN in a value, and whether there is infinity."""
    if type(value) in (list, tuple):
        found = [_not_finite(one) for one in value]
        return any(nan for nan, _ in found), any(infinite for _, infinite in found)
    if not isinstance(value, (float, np.floating, np.ndarray)) or np.asarray(value).dtype.kind not in "fc":
        return False, False
    return bool(np.isnan(value).any()), bool(np.isinf(value).any())


class _Watching(ast.NodeTransformer):
    """Puts a watch around every operation and every call."""

    def __init__(self, code: Code) -> None:
        self.code = code

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.body = [self.visit(statement) for statement in node.body]  # defaults and annotations stay
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        text = self.code.of(node)
        self.generic_visit(node)
        return self._operation(node, text, "", node.op, node.left, node.right) or node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        text = self.code.of(node)
        taken = ast.parse(self.code.of(node.target), mode="eval").body
        node.value = self.visit(node.value)
        value = self._operation(node, text, "i", node.op, taken, node.value)
        return ast.copy_location(ast.Assign([node.target], value), node) if value else node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if isinstance(node.func, ast.Name) and node.func.id == "super":
            return node
        text = self.code.of(node)
        self.generic_visit(node)
        return self._watched(node, text, node.func, node.args, node.keywords)

    def _operation(
        self, node: ast.BinOp | ast.AugAssign, text: str, how: str, op: ast.operator, *args: ast.expr
    ) -> ast.Call | None:
        name = _FUNCTIONS.get(type(op))
        if name is None:
            return None
        function = ast.Attribute(ast.Name(_OPERATORS, ast.Load()), how + name, ast.Load())
        return self._watched(node, text, function, list(args), [])

    def _watched(
        self,
        node: ast.expr | ast.stmt,
        text: str,
        function: ast.expr,
        args: list[ast.expr],
        keywords: list[ast.keyword],
    ) -> ast.Call:
        told: list[ast.expr] = [ast.Constant(node.lineno), ast.Constant(text)]
        return ast.copy_location(ast.Call(ast.Name(_WATCH, ast.Load()), [*told, function, *args], keywords), node)
