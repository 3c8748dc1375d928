"""Traps of loops: what is not set back from one round to the next."""

from __future__ import annotations

import ast

from course.checking.comparison import WrongValues
from course.checking.student_code import StudentCode, dotted, is_number, loaded, stored, walk
from course.checking.traps.symptom import Symptom, Trap, trap_at


def never_set_back(code: StudentCode, symptom: Symptom) -> Trap | None:
    """See a sum that begins before the loops and is kept in each round: it also contains all earlier sums."""
    found = symptom.found
    if not isinstance(found, WrongValues) or not any(found.index):
        return None  # the first sum is right
    for function in code.functions:
        for start in function.body:
            if not (isinstance(start, ast.Assign) and isinstance(start.targets[0], ast.Name)):
                continue
            name = start.targets[0].id
            if is_number(start.value) and any(_goes_on(code, loop, name) for loop in function.body):
                effect = f"`{name}` is set only here, before the loops: each sum continues from the one before it."
                return trap_at(code, start, effect, f"In which round must `{name}` begin again?")
    return None


def _goes_on(code: StudentCode, loop: ast.stmt, name: str) -> bool:
    """Tell whether a loop adds to a name in an inner loop, keeps it after that, and never sets it."""
    if not isinstance(loop, ast.For):
        return False
    inside = walk(loop)
    if any(isinstance(node, ast.Assign) and name in stored(node) for node in inside):
        return False
    added = [node for node in inside if isinstance(node, ast.AugAssign) and dotted(node.target) == name]
    kept = [node for node in inside if name in _kept(node)]
    return bool(added and kept) and all(_loops(code, one) > _loops(code, other) for one in added for other in kept)


def _kept(node: ast.AST) -> set[str]:
    """Name what a statement writes into an array, or appends to a list."""
    match node:
        case ast.Assign(targets=[ast.Subscript()], value=value):
            return loaded(value)
        case ast.Call(func=ast.Attribute(attr="append"), args=[value]):
            return loaded(value)
    return set()


def _loops(code: StudentCode, node: ast.AST | None) -> int:
    """Count the loops around a piece of code."""
    count = 0
    while node is not None:
        node = code.parent(node)
        count += isinstance(node, ast.For)
    return count
