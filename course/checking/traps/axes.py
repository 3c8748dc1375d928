"""Traps of axes: functions that take them all where none is named, and values that meet another axis than is meant."""

from __future__ import annotations

import ast
import math

import numpy as np

from course.checking.comparison import WrongNumber, WrongShape, WrongValues
from course.checking.student_code import StudentCode, called, line_of, stored
from course.checking.traps.symptom import Symptom, Trap, at_error, trap_at

_WITHOUT_AXIS = {
    "repeat": (2, "makes one long row of all values of `{}`"),
    "append": (2, "makes one long row of all values of `{}`"),
    "cumsum": (1, "makes one long row of all values of `{}`"),
    "flip": (1, "reverses every axis of `{}`"),
    "roll": (2, "also moves values of `{}` from one row to the next"),
}
"""NumPy's functions that have an axis, how many arguments come before it, and what they do without."""
_TO_ONE_ROW = ("repeat", "append", "cumsum")


def no_axis_named(code: StudentCode, symptom: Symptom) -> Trap | None:
    """See `np.repeat(x, 2)` of an array with several axes."""
    for node in code.nodes():
        if not isinstance(node, ast.Call) or any(word.arg in ("axis", None) for word in node.keywords):
            continue
        if called(node).startswith("np."):
            name, operands = called(node).removeprefix("np."), node.args
        elif isinstance(node.func, ast.Attribute):
            name, operands = node.func.attr, [node.func.value, *node.args]
        else:
            continue
        before, does = _WITHOUT_AXIS.get(name, (0, ""))
        of = operands[0].id if operands and isinstance(operands[0], ast.Name) else ""
        sizes = _shape(of, node, code, symptom)
        several = len(sizes) if name in _TO_ONE_ROW else sum(size > 1 for size in sizes)
        if before and len(operands) <= before and several > 1:
            effect = f"without `axis=`, `np.{name}` {does.format(of)}."
            return trap_at(code, node, effect, "Along which axis is it meant? Name it with `axis=`.")
    return None


def length_of_shape(code: StudentCode, symptom: Symptom) -> Trap | None:
    """See `len(shape)` as a factor: it counts the axes."""
    if not isinstance(symptom.found, WrongNumber):
        return None
    for node in code.nodes():
        factors = [node.left, node.right] if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult) else []
        for one in factors:
            of = one.args[0] if isinstance(one, ast.Call) and called(one) == "len" and one.args else None
            shape = symptom.arguments.get(of.id) if isinstance(of, ast.Name) else None
            if isinstance(shape, tuple) and isinstance(of, ast.Name) and of.id.endswith("shape"):
                effect = f"`len({of.id})` is {len(shape)}, the number of axes."
                return trap_at(code, node, effect, f"Which element of `{of.id}` is meant?")
    return None


def all_axes_reversed(code: StudentCode, symptom: Symptom) -> Trap | None:
    """See `.T` of an array with more than two axes."""
    wrong_shape = isinstance(symptom.found, WrongShape)
    for node in at_error(code, symptom) if symptom.error else code.nodes() if wrong_shape else ():
        if isinstance(node, ast.Attribute) and node.attr == "T" and isinstance(node.value, ast.Name):
            name = node.value.id
            axes = len(_shape(name, node, code, symptom))
            if axes > 2:
                effect = f"`{name}` has {axes} axes here, and `.T` reverses the order of all of them."
                return trap_at(code, node, effect, "Which two axes should change places? `swapaxes` exchanges two.")
    return None


def added_to_last_axis(code: StudentCode, symptom: Symptom) -> Trap | None:
    """See a bias that was added along the last axis without an error, because the sizes happen to agree."""
    found = symptom.found
    if not isinstance(found, WrongValues) or len(found.index) < 3:
        return None
    for node in code.nodes():
        if isinstance(node, ast.AugAssign):
            operands = [node.value]
        else:
            operands = [node.left, node.right] if isinstance(node, ast.BinOp) else []
        if not operands or not isinstance(getattr(node, "op", None), ast.Add):
            continue
        for operand in operands:
            name = operand.id if isinstance(operand, ast.Name) else ""
            one_axis = len(_shape(name, node, code, symptom)) == 1
            axes = _instead_of_last(found, symptom.arguments.get(name)) if one_axis else []
            if axes:
                where = f"axis {axes[0]}" if len(axes) == 1 else "the axis that it belongs to"
                effect = f"the values of `{name}` meet the last axis."
                step = f"NumPy lines shapes up from the right. Which shape brings `{name}` to {where}?"
                return trap_at(code, node, effect, step)
    return None


def _shape(name: str, at: ast.AST, code: StudentCode, symptom: Symptom) -> tuple[int, ...]:
    """Give the shape of an argument that is still what was passed on this line; empty for anything else."""
    value = symptom.arguments.get(name)
    if not isinstance(value, np.ndarray) or name not in code.parameters:
        return ()
    names = [node for node in code.nodes() if isinstance(node, ast.Name) and name in stored(node)]
    changed = any(line_of(node) < line_of(at) for node in names)
    return () if changed else value.shape


def _instead_of_last(found: WrongValues, vector: object) -> list[int]:
    """Give the axes to which a vector may belong, if the difference is what it gives along the last axis instead."""
    if not isinstance(vector, np.ndarray) or found.index[-1] >= len(vector):
        return []
    difference = found.value - found.expected
    if isinstance(difference, complex):
        return []
    return [
        axis
        for axis, place in enumerate(found.index[:-1])
        if place < len(vector)
        and place != found.index[-1]
        and math.isclose(difference, vector[found.index[-1]] - vector[place], rel_tol=1e-6, abs_tol=1e-9)
    ]
