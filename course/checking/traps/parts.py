"""Traps of parts of an array: a copy that is changed in its place, and slices that end or begin elsewhere."""

from __future__ import annotations

import ast
from collections import Counter

from course.checking.comparison import WrongShape, WrongValues
from course.checking.complaints import About, read_complaint
from course.checking.student_code import StudentCode, line_of, loaded, stored, walk
from course.checking.traps.symptom import Symptom, Trap, at_error, trap_at

_COPIES = ("flatten", "copy", "astype")


def copy_changed(code: StudentCode, symptom: Symptom) -> Trap | None:
    """See `part = g[..., a:b, c:d].ravel()` and then `part[i] += …`: that changes a copy."""
    if not isinstance(symptom.found, WrongValues):
        return None
    written = [node for node in code.nodes() if isinstance(node, ast.Assign | ast.AugAssign)]
    for node in written:
        if not (isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)):
            continue
        name, (of, method) = node.targets[0].id, _copied(node.value)
        changing = [one for one in written if name in _filled(one)]
        if of and changing and _reads(code, name) == len(changing):
            effect = (
                f"`.{method}()` gives a copy here: line {line_of(changing[0])} changes the copy, "
                f"and `{of}` stays as it was."
            )
            return trap_at(code, node, effect, f"Write into `{of}` itself, with an index for each of its axes.")
    return None


def _copied(node: ast.expr) -> tuple[str, str]:
    """Name the array whose part is copied, and the method that does it."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return "", ""
    part, method = node.func.value, node.func.attr
    base = part.value if isinstance(part, ast.Subscript) else part
    if not isinstance(base, ast.Name):
        return "", ""
    if method in _COPIES or (method in ("ravel", "reshape") and isinstance(part, ast.Subscript) and _in_pieces(part)):
        return base.id, method
    return "", ""


def _in_pieces(part: ast.Subscript) -> bool:
    """Tell whether a part is not in one piece in memory: an axis is cut, and one before it is not a single index."""
    indices = part.slice.elts if isinstance(part.slice, ast.Tuple) else [part.slice]
    slices = [one for one in indices if isinstance(one, ast.Slice)]
    return any(one.lower or one.upper or one.step for one in slices[1:])


def _filled(node: ast.Assign | ast.AugAssign) -> set[str]:
    """Name the arrays into which a statement writes."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    values = [one.value for one in targets if isinstance(one, ast.Subscript)]
    return {value.id for value in values if isinstance(value, ast.Name)}


def _reads(code: StudentCode, name: str) -> int:
    """Count where a name is read; writing into the array is one of them."""
    counts = Counter(n.id for n in code.nodes() if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load))
    return counts[name]


def shrinking_slice(code: StudentCode, symptom: Symptom) -> Trap | None:
    """See `x[t:n]` in a loop over t, where shapes do not fit: it gets shorter from round to round."""
    complaint = read_complaint(symptom.message)
    if complaint is None or complaint.about not in (About.BROADCAST, About.IN_PLACE_SHAPE, About.EINSUM_SIZES):
        return None
    at = {line_of(node) for node in at_error(code, symptom)}
    for loop in code.nodes():
        inside = walk(loop) if isinstance(loop, ast.For) else []
        if not at & {line_of(node) for node in inside if hasattr(node, "lineno")}:
            continue
        counted = stored(loop.target) if isinstance(loop, ast.For) else set()
        for node in inside:
            if not (
                isinstance(node, ast.Slice) and isinstance(node.lower, ast.Name) and isinstance(node.upper, ast.Name)
            ):
                continue
            start, end = node.lower.id, node.upper.id
            if start in counted and end not in counted and node.step is None:
                effect = f"`{start}:{end}` begins at `{start}` and always ends at `{end}`: it gets shorter and shorter."
                step = "How long must it be in every round? Then its end moves with its start."
                return trap_at(code, node, effect, step)
    return None


def places_for_values(code: StudentCode, symptom: Symptom) -> Trap | None:
    """See `x[u : u + n : s]` where n values are meant: the end counts places, and a step leaves some out."""
    complaint = read_complaint(symptom.message)
    unfit = complaint is not None and complaint.about in (About.BROADCAST, About.IN_PLACE_SHAPE)
    if not unfit and not isinstance(symptom.found, WrongValues | WrongShape):
        return None
    given = _given(code)
    for node in code.nodes():
        if not (isinstance(node, ast.Slice) and isinstance(node.step, ast.Name) and isinstance(node.upper, ast.BinOp)):
            continue
        step, end = node.step.id, node.upper
        if not isinstance(end.op, ast.Add) or node.lower is None or ast.dump(end.left) != ast.dump(node.lower):
            continue
        counts = [end.right, *(given[name] for name in loaded(end.right) & set(given))]
        if not isinstance(end.right, ast.Constant) and not any(_multiplied(one, step) for one in counts):
            text, count = ast.unparse(node), ast.unparse(end.right)
            effect = f"`{text}` takes every `{step}`-th of `{count}` places, which is not `{count}` values."
            return trap_at(code, node, effect, f"How many places do `{count}` values cover, `{step}` apart?")
    return None


def _multiplied(node: ast.expr, name: str) -> bool:
    """Tell whether a name is a factor somewhere in an expression."""
    products = [one for one in walk(node) if isinstance(one, ast.BinOp) and isinstance(one.op, ast.Mult)]
    return any(name in loaded(one) for one in products)


def begins_before_zero(code: StudentCode, symptom: Symptom) -> Trap | None:
    """See a slice that begins at a place minus the padding: a negative start counts from the end."""
    if not isinstance(symptom.found, WrongValues | WrongShape):
        return None
    given = _given(code)
    for node in code.nodes():
        if not isinstance(node, ast.Slice) or node.lower is None:
            continue
        start = given.get(node.lower.id, node.lower) if isinstance(node.lower, ast.Name) else node.lower
        if isinstance(start, ast.BinOp) and isinstance(start.op, ast.Sub) and isinstance(start.right, ast.Name):
            less = symptom.arguments.get(start.right.id)
            if isinstance(less, int) and less > 0 and _is_counted(code, start.left):
                text = ast.unparse(node.lower)
                effect = f"where `{text}` is below 0, the slice counts from the end."
                return trap_at(code, node, effect, "Which part of the first window is inside the array? Begin there.")
    return None


def _is_counted(code: StudentCode, start: ast.expr) -> bool:
    """Tell whether a place is a round's number, or a multiple of it: in the first round it is 0."""
    counted = set().union(*(stored(node.target) for node in code.nodes() if isinstance(node, ast.For)))
    factors = [start.left, start.right] if isinstance(start, ast.BinOp) and isinstance(start.op, ast.Mult) else [start]
    return any(isinstance(one, ast.Name) and one.id in counted for one in factors)


def _given(code: StudentCode) -> dict[str, ast.expr]:
    """Give what is assigned to each name, also where several are assigned at once."""
    given: dict[str, ast.expr] = {}
    for node in code.nodes():
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                given[name] = value
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)):
                given |= {one.id: value for one, value in zip(names, values, strict=False) if isinstance(one, ast.Name)}
    return given
