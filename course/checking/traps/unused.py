"""Values that a code takes from its arguments and then does not use."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Set
from dataclasses import replace

from course.checking.comparison import WrongNumber, WrongShape, WrongValues
from course.checking.student_code import StudentCode, called, loaded, names_of_parameters
from course.checking.traps.symptom import Symptom, Trap, trap_at

_ONLY_SIZES = frozenset({"len", "range", "np.shape", "np.broadcast_to", "np.size", "np.arange", "enumerate"})


def taken_and_not_used(code: StudentCode, symptom: Symptom) -> Trap | None:
    """See a part of an argument that gets a name and is read nowhere, such as one of several biases."""
    if not isinstance(symptom.found, WrongNumber | WrongShape | WrongValues):
        return None
    if not isinstance(code.tree, ast.FunctionDef):
        return _option_not_read(code, symptom)
    read = set().union(*(loaded(node) for node in code.tree.body))
    given = {name for name in names_of_parameters(code.tree) if name in symptom.passed}
    for node in code.nodes():
        if not isinstance(node, ast.Assign) or len(node.targets) != 1:
            continue
        for name, value in _named(node.targets[0], node.value):
            if name not in read and not name.startswith("_") and _takes_values(value, given):
                effect = f"`{name}` is never used."
                trap = trap_at(code, node, effect, f"What should change in the result when `{name}` changes?")
                return replace(trap, unused=name)
    return None


def _option_not_read(code: StudentCode, symptom: Symptom) -> Trap | None:
    """See an option that a class keeps and reads nowhere, where the leading case gives it."""
    first = next((one for one in code.functions if one.name == "__init__"), None)
    if first is None:
        return None
    with_default = first.args.args[len(first.args.args) - len(first.args.defaults) :]
    options = {one.arg for one in with_default} & set(symptom.passed)
    methods = [one for one in code.functions if one is not first]
    read = {node.attr for one in methods for node in ast.walk(one) if isinstance(node, ast.Attribute)}
    for node in ast.walk(first):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute):
            name = node.targets[0].attr
            if name in options and name not in read and symptom.arguments.get(name) is not None:
                effect = f"`self.{name}` is never read."
                return trap_at(code, node, effect, f"What should change in the result when `{name}` changes?")
    return None


def _named(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """Give the names that are set with what each is set to; of a call that gives several, the call."""
    match target, value:
        case ast.Name(id=name), _:
            yield name, value
        case ast.Tuple(elts=targets), ast.Tuple(elts=values) if len(targets) == len(values):
            for one, other in zip(targets, values, strict=True):
                yield from _named(one, other)
        case ast.Tuple(elts=targets), _:
            yield from ((one.id, value) for one in targets if isinstance(one, ast.Name))


def _takes_values(value: ast.expr, given: Set[str]) -> bool:
    """Tell whether a value is made from an argument's values, not from its shape or its length."""
    parts = list(ast.walk(value))
    if not loaded(value) & given:
        return False
    return not any(
        (isinstance(part, ast.Attribute) and part.attr in ("shape", "ndim", "size"))
        or (isinstance(part, ast.Call) and called(part) in _ONLY_SIZES)
        or isinstance(part, ast.FloorDiv)
        for part in parts
    )
