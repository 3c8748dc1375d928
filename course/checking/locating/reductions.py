"""Changes of where and in how many steps an array is summed up: before or after a root, at once, not at all."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from course.checking.locating.code import Change, Code

_REDUCING = frozenset({"sum", "mean", "max", "min", "std", "var", "prod"})
_EACH = frozenset({"sqrt", "square", "abs", "exp", "log"})
MOST_NAMES = 8
"""At most this many names are tried as weights."""
_FLAT = frozenset({"flatten", "ravel"})
_TOGETHER = ("(0, 2, 3)", "(0, 1)", "(1, 2)", "(2, 3)", "(0, 2)", "(1, 2, 3)")
_MISSING = ("0", "(0, 2, 3)", "(0, 2)", "(0, 1)", "(2, 3)", "-1")
"""Axes along which a result may have to be summed, and is not."""


def change_reductions(code: Code) -> Iterator[Change]:
    """Give every change of the order of a reduction and of what is done to each value, or of its steps."""
    taken = [arg.arg for function in code.functions for arg in function.args.args if arg.arg != "self"]
    stored = [node.id for node in code.nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    names = list(dict.fromkeys((*taken, *stored)))[:MOST_NAMES]
    for node in code.nodes:
        if not isinstance(node, ast.expr) or not code.short(node):
            continue
        if _is_result(code, node):
            yield from (code.replace(node, f"{code.operand(node)}.sum(axis={axes})", 2) for axes in _MISSING)
        match node:
            case ast.Call(func=ast.Attribute(value=array, attr=name), args=rest) if name in _REDUCING:
                if isinstance(array, ast.Name) and array.id in ("np", "numpy"):
                    if rest:
                        yield from _each_afterwards(code, node, rest[0])
                        yield from _of_squares(code, node, rest[0], name)
                        yield from _weighted(code, rest[0], names)
                else:
                    yield from _weighted(code, array, names)
                    yield from _of_squares(code, node, array, name)
                    yield from _each_afterwards(code, node, array)
                    yield from _at_once(code, node, array)
            case ast.Subscript(value=ast.Call(func=ast.Attribute(attr=name)) as call) if name in _REDUCING:
                yield from _fewer_axes(code, node, call)
            case ast.Call(func=ast.Attribute(attr=name), args=[argument], keywords=[]) if name in _EACH:
                yield from _each_before(code, node, code.of(node.func) + "({})", argument)
            case ast.BinOp(left=argument, op=ast.Pow(), right=ast.Constant(value=power)):
                yield from _each_before(code, node, f"({{}} ** {power})", argument)
            case ast.Call(func=ast.Attribute(value=array, attr=name), args=[], keywords=[]) if name in _FLAT:
                yield code.replace(node, f"{code.operand(array)}.reshape(len({code.of(array)}), -1)", 1)


def _is_result(code: Code, node: ast.expr) -> bool:
    """Tell whether a node is a name, or a field, that is all of a result, or of a name's value."""
    if not isinstance(node, ast.Name | ast.Attribute) or not isinstance(node.ctx, ast.Load):
        return False
    match code.parents[node]:
        case ast.Return() | ast.Assign():
            return True
        case ast.IfExp(test=test):
            return node is not test
        case ast.Tuple(ctx=ast.Load()) as results:
            return isinstance(code.parents[results], ast.Return)
    return False


def _weighted(code: Code, array: ast.expr, names: list[str]) -> Iterator[Change]:
    """Make `a.sum(axis=1)` into `(a * p).sum(axis=1)`: each value counts as much as a weight says."""
    if isinstance(array, ast.Name):
        yield from (code.replace(array, f"({array.id} * {name})", 2) for name in names if name != array.id)


def _of_squares(code: Code, node: ast.Call, array: ast.expr, name: str) -> Iterator[Change]:
    """Make `a.var(axis=1)` into `(a ** 2).mean(axis=1)`."""
    if name in ("var", "std", "sum", "mean"):
        start, end = code.span(node)
        at = code.span(node.func)[1]
        (first, last), squares = code.span(array), f"({code.operand(array)} ** 2)"
        if first < at:  # a method
            yield code.replace(node, f"{squares}.mean{code.text[at:end]}", 2)
        else:
            head = code.text[start : at - len(name)]
            yield code.replace(node, f"{head}mean{code.text[at:first]}{squares}{code.text[last:end]}", 2)


def _each_afterwards(code: Code, node: ast.Call, array: ast.expr) -> Iterator[Change]:
    """Make `np.sqrt(a).mean(axis=1)` into `np.sqrt(a.mean(axis=1))`."""
    match array:
        case ast.Call(func=ast.Attribute(attr=name) as func, args=[inner], keywords=[]) if name in _EACH:
            around = code.of(func) + "({})"
        case ast.BinOp(left=inner, op=ast.Pow(), right=ast.Constant(value=power)):
            around = f"({{}} ** {power})"
        case _:
            return
    yield code.replace(node, around.format(_with(code, node, array, inner)), 2)


def _each_before(code: Code, node: ast.expr, around: str, argument: ast.expr) -> Iterator[Change]:
    """Make `np.sqrt(a.mean(axis=1))` into `np.sqrt(a).mean(axis=1)`."""
    match argument:
        case ast.Call(func=ast.Attribute(value=array, attr=name), args=rest) if name in _REDUCING:
            of_numpy = isinstance(array, ast.Name) and array.id in ("np", "numpy")
            inner = (rest[0] if rest else None) if of_numpy else array
            if inner is not None:
                start, end = code.span(argument)
                first, last = code.span(inner)
                reduced = around.format(code.of(inner))
                yield code.replace(node, code.text[start:first] + reduced + code.text[last:end], 2)


def _with(code: Code, node: ast.expr, old: ast.expr, new: ast.expr) -> str:
    """Give the text of a node with another one in the place of one of its parts."""
    (start, end), (first, last) = code.span(node), code.span(old)
    return code.text[start:first] + code.operand(new) + code.text[last:end]


def _at_once(code: Code, node: ast.Call, array: ast.expr) -> Iterator[Change]:
    """Make `a.var(axis=1).mean(axis=0)` into `a.var(axis=(0, 1))`."""
    match array:
        case ast.Call(func=ast.Attribute(value=inner, attr=name) as func) if name in _REDUCING:
            if not (isinstance(inner, ast.Name) and inner.id in ("np", "numpy")):
                for axes in _TOGETHER:
                    yield code.replace(node, f"{code.of(func)}(axis={axes})", 2)
                    yield code.replace(node, f"{code.of(func)}(axis={axes}, keepdims=True)", 3)


def _fewer_axes(code: Code, node: ast.Subscript, call: ast.Call) -> Iterator[Change]:
    """Make `a.sum(axis=(1, 2, 3))[:, None]` into `a.sum(axis=(2, 3))`: what is left needs no new axis."""
    for keyword in call.keywords:
        match keyword:
            case ast.keyword(arg="axis", value=ast.Tuple(elts=[_, _, *_] as axes)):
                for left_out in axes:
                    kept = [code.of(axis) for axis in axes if axis is not left_out]
                    start, (first, last) = code.span(node)[0], code.span(keyword.value)
                    new = f"({', '.join(kept)})" if len(kept) > 1 else kept[0]
                    tail = code.text[last : code.span(call)[1]]
                    yield code.replace(node, f"{code.text[start:first]}{new}{tail}", 2)
