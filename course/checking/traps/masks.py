"""Traps of conditions on arrays and of masks."""

from __future__ import annotations

import ast
import math

from course.checking.comparison import WrongCount, WrongKind, WrongShape, WrongType, WrongValues
from course.checking.student_code import StudentCode, called, loaded, stored, walk
from course.checking.traps.symptom import Symptom, Trap, at_error, trap_at


def joined_comparisons(code: StudentCode, symptom: Symptom) -> Trap | None:
    """See `0 < x < 6`, or `and` between comparisons, on arrays."""
    if "truth value" not in symptom.message:
        return None
    for node in at_error(code, symptom):
        if isinstance(node, ast.Compare) and len(node.ops) > 1:
            effect = "a chain of comparisons joins them with `and`, which asks for one truth value of a whole array."
            return trap_at(code, node, effect, "Write two comparisons, each in parentheses, with `&` between them.")
        if isinstance(node, ast.BoolOp) and any(isinstance(one, ast.Compare) for one in node.values):
            word, sign = ("and", "&") if isinstance(node.op, ast.And) else ("or", "|")
            effect = f"`{word}` asks for one truth value of a whole array; `{sign}` works value by value."
            return trap_at(code, node, effect, f"Put each comparison in parentheses, with `{sign}` between them.")
    return None


def one_branch_for_all(code: StudentCode, symptom: Symptom) -> Trap | None:
    """See `if (x > 0).all(): return x`, which decides for all values at once."""
    if not isinstance(symptom.found, WrongValues):
        return None
    for node in code.nodes():
        if not (isinstance(node, ast.If) and len(node.body) == 1 and isinstance(node.body[0], ast.Return)):
            continue
        asks = [
            one
            for one in walk(node.test)
            if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute) and one.func.attr in ("any", "all")
        ]
        given = node.body[0].value
        arguments = set(code.parameters) & set(symptom.passed)
        if asks and loaded(node.test) & arguments and given is not None and loaded(given) & arguments:
            effect = "this `if` is decided once, for the whole array: all values take the same branch."
            return trap_at(code, node, effect, "Each value needs its own decision: `np.where` chooses value by value.")
    return None


def mask_drops_values(code: StudentCode, symptom: Symptom) -> Trap | None:
    """See `x[x > 0]` where a result of the shape of `x` is expected."""
    found = symptom.found
    if not (isinstance(found, WrongShape) and math.prod(found.yours) < math.prod(found.wanted)):
        return None
    masks = {
        name for node in code.nodes() if isinstance(node, ast.Assign) and _is_mask(node.value) for name in stored(node)
    }
    masks |= {name for name in code.parameters if name == "mask"}
    for node in code.nodes():
        value = node.value if isinstance(node, ast.Return | ast.Assign) else None
        if value is None or (isinstance(node, ast.Assign) and not isinstance(node.targets[0], ast.Name)):
            continue
        for one in walk(value):
            if isinstance(one, ast.Subscript) and _is_mask(one.slice, masks):
                effect = "a mask as an index keeps the values where it is True, and drops all others."
                return trap_at(code, node, effect, "Where must the dropped values go? The result has a value for each.")
    return None


def _is_mask(node: ast.AST, masks: set[str] | frozenset[str] = frozenset()) -> bool:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Invert):
        return _is_mask(node.operand, masks)
    return isinstance(node, ast.Compare) or (isinstance(node, ast.Name) and node.id in masks)


def places_for_values(code: StudentCode, symptom: Symptom) -> Trap | None:
    """See `np.where` with a condition alone."""
    if not isinstance(symptom.found, WrongShape | WrongKind | WrongType | WrongCount):
        return None
    for node in code.nodes():
        if (
            called(node) == "np.where"
            and isinstance(node, ast.Call)
            and len(node.args) == 1
            and not isinstance(code.parent(node), ast.Subscript)
        ):
            effect = "`np.where` with only a condition gives the places where it is true, not values."
            step = "It takes two more arguments: what to give where the condition is true, and what elsewhere."
            return trap_at(code, node, effect, step)
    return None
