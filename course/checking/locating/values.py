"""Changes of what is used: constants, names, transposes and axes, copies, indices and slices, einsum's letters."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from itertools import combinations, permutations
from typing import TypeGuard

from course.checking.locating.code import Change, Code
from course.checking.locating.mirrored import is_like

_SUBSCRIPTS = re.compile(r"[A-Za-z.]+(,[A-Za-z.]+)*(->[A-Za-z.]*)?")
LONGEST_TEXT = 20
_MODES = ("constant", "edge", "reflect", "symmetric", "wrap")
"""How NumPy's `pad` may continue beyond a border."""
MOST_TEXTS = 8
_BROADCAST = ("[:, None]", "[None, :]", "[..., None]", "[:, None, None]", "[None, :, None, None]", "[..., None, None]")


def change_constants(code: Code, others: Iterable[object]) -> Iterator[Change]:
    """Give every change of a number, a truth value or einsum's letters.

    Parameters
    ----------
    code
        The student's.
    others
        Numbers that a right answer contains.
    """
    known = [value for value in others if isinstance(value, int | float) and type(value) is not bool]
    texts = [node.value for node in code.nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    texts = [text for text in dict.fromkeys(texts) if len(text) <= LONGEST_TEXT]
    for node in code.nodes:
        if not isinstance(node, ast.Constant):
            continue
        value = node.value
        compared = isinstance(code.parents[node], ast.Compare)  # with infinity it would switch a branch off
        if type(value) in (int, float) and node not in code.indexing and code.infinite and not compared:
            yield from (code.replace(node, other, 2) for other in ("np.inf", "-np.inf"))
        if isinstance(value, bool):
            yield code.replace(node, str(not value), 1)
        elif isinstance(value, int):
            near = (value + 1, value - 1, -value, 2 * value, 0, 1, 2, -1, -2)
            for i, other in enumerate(dict.fromkeys(near)):
                if other != value and abs(other) < 10_000:
                    yield code.replace(node, str(other) if other >= 0 else f"({other})", 1 if i < 3 else 2)
            yield from (code.replace(node, repr(other), 2) for other in known if other != value)
            if compared:
                yield from (code.replace(node, repr(-other), 2) for other in known if other > 0)
        elif isinstance(value, float):
            near = (
                *known,
                value + 1,
                value - 1,
                -value,
                0.5,
                1.0,
                0.0,
                2.0,
                value * 10,
                value / 10,
                1 - value,
                value * 2,
                value / 2,
            )
            yield from (code.replace(node, repr(other), 2) for other in dict.fromkeys(near) if other != value)
        elif isinstance(value, str) and _SUBSCRIPTS.fullmatch(value.replace(" ", "")) and _is_einsum(code, node):
            for other in _other_subscripts(value.replace(" ", "")):
                yield code.replace(node, repr(other), 1)
        elif isinstance(value, str) and value in _MODES:
            yield from (code.replace(node, repr(other), 1) for other in (*_MODES, *texts) if other != value)
        elif isinstance(value, str) and len(value) <= LONGEST_TEXT:  # such as the name of another layer
            yield from (code.replace(node, repr(other), 2) for other in texts[:MOST_TEXTS] if other != value)


def _is_einsum(code: Code, node: ast.Constant) -> bool:
    parent = code.parents[node]
    return isinstance(parent, ast.Call) and "einsum" in code.of(parent.func)


def _other_subscripts(text: str) -> Iterator[str]:
    """Exchange letters of einsum's operands, or of its result, or sum over one letter more.

    Examples
    --------
    >>> list(_other_subscripts("ni,io->no"))
    ['in,io->no', 'ni,oi->no', 'ni,io->on', 'ni,io->o', 'ni,io->n']
    """
    terms, arrow, result = text.partition("->")
    operands = terms.split(",")
    for i, operand in enumerate(operands):
        for other in _permuted(operand):
            yield ",".join([*operands[:i], other, *operands[i + 1 :]]) + arrow + result
    for other in _permuted(result):
        yield f"{terms}->{other}"
    yield from (f"{terms}->{result[:i]}{result[i + 1 :]}" for i in range(len(result)) if "." not in result)


def _permuted(letters: str) -> Iterator[str]:
    if "." in letters or len(letters) < 2:
        return
    if len(letters) <= 3:
        yield from ("".join(order) for i, order in enumerate(permutations(letters)) if i)
        return
    for i, j in combinations(range(len(letters)), 2):
        order = list(letters)
        order[i], order[j] = order[j], order[i]
        yield "".join(order)


def change_names(code: Code) -> Iterator[Change]:
    """Give every change of a name or an attribute: another name, a transpose, a new axis, a copy."""
    for node in code.nodes:
        if not isinstance(node, ast.Name | ast.Attribute | ast.Subscript | ast.Call) or not code.short(node):
            continue
        if isinstance(node, ast.Attribute) and node.attr == "T":
            yield code.replace(node, code.operand(node.value), 0)
            yield code.replace(node, f"{code.operand(node.value)}.swapaxes(-1, -2)", 1)
        if not _is_value(code, node) or node in code.indexing:
            continue
        text, parent = code.of(node), code.parents[node]
        if isinstance(node, ast.Subscript) and _adds_axes(node):
            array = code.operand(node.value)
            yield from (code.replace(node, array + axes, 1) for axes in _BROADCAST)
        if isinstance(parent, ast.BinOp):
            yield code.replace(node, f"{text}.T", 0 if isinstance(parent.op, ast.MatMult) else 2)
            yield from (code.replace(node, text + axes, 2) for axes in _BROADCAST)
        elif isinstance(parent, ast.Return | ast.Tuple | ast.Call):
            yield code.replace(node, f"{text}.T", 2)
            if isinstance(parent, ast.Return | ast.Tuple):
                yield code.replace(node, f"{text}[None]", 3)
        if isinstance(parent, ast.Assign) and isinstance(node, ast.Name | ast.Subscript):
            yield code.replace(node, f"{text}.copy()", 0)
            yield code.replace(node, f"{text}.astype(float)", 2)
        if isinstance(parent, ast.Assign) and _name_of(node) == "copy":
            yield code.replace(node, f"{text}.astype(float)", 2)
        if isinstance(node, ast.Name | ast.Attribute):
            yield code.replace(node, f"{text}[::-1]", 3)
            yield code.replace(node, f"{text}[..., ::-1]", 3)
            yield code.replace(node, f"{text}[..., ::-1, ::-1]", 3)
    yield from _other_names(code)


def _adds_axes(node: ast.Subscript) -> bool:
    """Tell whether an index only adds axes, such as ``[None, :]``."""
    items = node.slice.elts if isinstance(node.slice, ast.Tuple) else []
    return any(isinstance(item, ast.Constant) and item.value is None for item in items) and all(
        isinstance(item, ast.Slice) or (isinstance(item, ast.Constant) and item.value in (None, ...)) for item in items
    )


def _name_of(node: ast.AST) -> str:
    return node.func.attr if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else ""


def _is_value(code: Code, node: ast.expr) -> bool:
    """Tell whether a node is used as a value: it is not stored to, called, or the holder of an attribute."""
    if isinstance(getattr(node, "ctx", ast.Load()), ast.Store | ast.Del):
        return False
    parent = code.parents[node]
    if isinstance(parent, ast.Attribute) or (isinstance(parent, ast.Call) and parent.func is node):
        return False
    return not (isinstance(parent, ast.Subscript) and parent.value is node and isinstance(parent.ctx, ast.Store))


def _other_names(code: Code) -> Iterator[Change]:
    for function in code.functions:
        arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
        inside = list(ast.walk(function))
        stored = [node.id for node in inside if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
        local = list(dict.fromkeys([*(argument.arg for argument in arguments), *stored]))
        loops = [node.target.id for node in inside if isinstance(node, ast.For) and isinstance(node.target, ast.Name)]
        fields = list(dict.fromkeys(node.attr for node in code.nodes if _is_field(node)))
        read = {node.id for node in inside if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
        twins = [
            {part.id for part in node.elts if isinstance(part, ast.Name)}
            for node in inside
            if isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Store) and len(node.elts) == 2
        ]
        yield from _computed_before(code, inside)
        for node in inside:
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in local and node.id != "self":
                for name in local:
                    if name not in (node.id, "self"):
                        indices = node in code.indexing and node.id in loops and name in loops
                        sized = node in code.indexing and node.id in code.sizes and name in code.sizes
                        rank = 0 if is_like(node.id, name) else 1 if indices or sized or name not in read else 3
                        if rank == 3 and node.id in code.sizes and name in code.sizes:
                            rank = 2
                        if rank == 3 and (_is_divisor_elsewhere(code, node, name) or {node.id, name} in twins):
                            rank = 1
                        yield code.replace(node, name, rank)
                if node.id in fields:
                    yield code.replace(node, f"self.{node.id}", 1)
            elif _is_field(node) and isinstance(node.ctx, ast.Load):
                yield from (code.replace(node, f"self.{name}", 3) for name in fields if name != node.attr)
                if node.attr in local:
                    yield code.replace(node, node.attr, 1)


def _is_divisor_elsewhere(code: Code, node: ast.Name, name: str) -> bool:
    """Tell whether a name divides something, and the code divides by the other one elsewhere."""
    parent = code.parents[node]
    divides = isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Div) and parent.right is node
    return divides and re.search(rf"/ ?{re.escape(name)}\b", code.text) is not None


def _computed_before(code: Code, inside: list[ast.AST]) -> Iterator[Change]:
    """Use a name that holds what the same function gave, or what was computed from it, within a later line."""
    made: dict[str, list[tuple[str, int]]] = {}
    reads: dict[str, list[tuple[str, int]]] = {}
    for node in inside:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.BinOp() as value):
                for part in ast.walk(value):
                    if isinstance(part, ast.Subscript):
                        reads.setdefault(code.of(part), []).append((name, node.lineno))
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=func)):
                made.setdefault(code.of(func), []).append((name, node.lineno))
    for node in inside:
        if isinstance(node, ast.Call) and not isinstance(code.parents[node], ast.Assign | ast.Expr):
            names = [name for name, line in made.get(code.of(node.func), ()) if line < node.lineno]
            yield from (code.replace(node, name, 1) for name in dict.fromkeys(names))
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
            names = [name for name, line in reads.get(code.of(node), ()) if line < node.lineno]
            yield from (code.replace(node, name, 1) for name in dict.fromkeys(names))


def _is_field(node: ast.AST) -> TypeGuard[ast.Attribute]:
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"


def change_indices(code: Code) -> Iterator[Change]:
    """Give every change of an index, of a slice, or of a range."""
    loops = dict.fromkeys(
        node.target.id for node in code.nodes if isinstance(node, ast.For) and isinstance(node.target, ast.Name)
    )
    for node in code.nodes:
        for item in _fixed_indices(node):
            yield from (code.replace(item, name, 1) for name in loops)
        for item in _whole_axes(node):
            yield from (code.replace(item, name, 2) for name in loops)
        yield from _paired(code, node)
        match node:
            case ast.Subscript(slice=ast.Tuple(elts=items)):
                yield from _swapped(code, items)
                for item in items:
                    yield from _bounds(code, item)
            case ast.Subscript(value=ast.Attribute(value=array, attr="shape"), slice=ast.Constant()):
                yield from _counted(code, node, code.operand(array))
            case ast.Call(func=ast.Name(id="len"), args=[array]):
                yield from _counted(code, node, code.operand(array))
            case ast.Subscript(slice=item):
                yield from _bounds(code, item)
            case ast.Call(func=ast.Name(id="range"), args=args):
                for argument in args:
                    yield from _shifted(code, argument, 1)
            case ast.Call(args=args):
                for argument in args:
                    if isinstance(argument, ast.Name):
                        yield from _shifted(code, argument, 2)
            case ast.Assign(value=ast.BinOp() as value) if isinstance(value.op, _SIZES):
                yield from _shifted(code, value, 1)


def _fixed_indices(node: ast.AST) -> Iterator[ast.Constant]:
    """Give the whole numbers that a subscript has for indices: a loop's may be meant."""
    if isinstance(node, ast.Subscript) and not (isinstance(node.value, ast.Attribute) and node.value.attr == "shape"):
        for item in node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]:
            if isinstance(item, ast.Constant) and type(item.value) is int:
                yield item


def _whole_axes(node: ast.AST) -> Iterator[ast.expr]:
    """Give the bare colons of an index before its last item: a loop's place may be meant."""
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Tuple):
        for item in node.slice.elts[:-1]:
            if isinstance(item, ast.Slice) and not (item.lower or item.upper or item.step):
                yield item


def _paired(code: Code, node: ast.AST) -> Iterator[Change]:
    """Make `a[:, places]` into `a[np.arange(len(places)), places]`: one column of each row, not these of every row."""
    match node:
        case ast.Subscript(
            slice=ast.Tuple(elts=[ast.Slice(lower=None, upper=None, step=None) as rows, ast.Name(id=name)])
        ):
            yield code.replace(rows, f"np.arange(len({name}))", 1)


_SIZES = (ast.Add, ast.Sub, ast.FloorDiv)
"""Operators with which sizes are computed."""


def _counted(code: Code, node: ast.expr, array: str) -> Iterator[Change]:
    """Count other values of an array: all of them, or those that one channel has."""
    yield code.replace(node, f"{array}.size", 1)
    yield code.replace(node, f"({array}.size // {array}.shape[1])", 2)
    yield code.replace(node, f"({array}.size // {array}.shape[-1])", 2)
    yield code.replace(node, f"{array}.shape[-1]", 2)


def _swapped(code: Code, items: list[ast.expr]) -> Iterator[Change]:
    for first, second in combinations(items[:5], 2):
        (start, middle_end), (middle, end) = code.span(first), code.span(second)
        if end - start <= 120 and code.of(first) != code.of(second):
            yield Change(start, end, code.of(second) + code.text[middle_end:middle] + code.of(first), 1)


def _bounds(code: Code, item: ast.expr) -> Iterator[Change]:
    if not isinstance(item, ast.Slice):
        if not isinstance(item, ast.Constant):
            yield from _shifted(code, item, 2)
        return
    start, end = code.span(item)
    lower, upper, step = (code.of(part) if part else "" for part in (item.lower, item.upper, item.step))
    tail = f":{step}" if step else ""
    if lower or upper:
        yield Change(start, end, f"{lower}:{tail}", 1)
        yield Change(start, end, f":{upper}{tail}", 1)
    if step:
        yield Change(start, end, f"{lower}:{upper}", 1)
    else:
        yield Change(start, end, f"{lower}:{upper}:-1", 2)
    for bound in (item.lower, item.upper):
        if bound is not None:
            yield from _shifted(code, bound, 1)
    if isinstance(item.upper, ast.BinOp) and lower:  # both bounds begin with the same place
        begin = code.of(item.upper.left)
        if begin != lower:
            yield code.replace(item.lower, begin, 1)  # type: ignore[arg-type]
            yield code.replace(item.upper.left, code.operand(item.lower), 1)  # type: ignore[arg-type]
    if (lower, upper, step) in (("", "-1", ""), ("1", "", "")):  # the first is left out, or the last
        yield Change(start, end, "1:" if upper else ":-1", 1)
    if upper.startswith("-"):  # `[p:-p]` is empty for p = 0
        yield Change(start, end, f"{lower}:{upper} or None{tail}", 0)


def _shifted(code: Code, node: ast.expr, rank: int) -> Iterator[Change]:
    if code.short(node) and not isinstance(node, ast.Constant | ast.Starred):
        text = code.of(node)
        yield code.replace(node, f"{text} + 1", rank)
        yield code.replace(node, f"{text} - 1", rank)
