"""Changes that move something: a function of single values from one statement to another, axes before a reshape."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from course.checking.locating.code import Change, Code

AXES = ("1, 2", "-1, -2")
"""Axes that are exchanged before a reshape."""


def change_moved(code: Code) -> Iterator[Change]:
    r"""Give every change that applies a function to an earlier value, and that exchanges axes before a reshape.

    Examples
    --------
    >>> code = Code("def f(x, w):\n    y = x * w\n    return np.maximum(y + 1, 0)")
    >>> print(next(change_moved(code)).apply(code.text))
    def f(x, w):
        y = np.maximum(x * w, 0)
        return y + 1
    """
    values = [node.value for node in code.nodes if isinstance(node, ast.Assign) and _is_product(node.value)]
    for node in code.nodes:
        match node:
            case ast.Call(func=ast.Attribute(value=value, attr="reshape") as method) if not _turns(value):
                end = code.span(method)[1] - len(".reshape")
                yield from (Change(end, end, f".swapaxes({axes})", 1) for axes in AXES)
        inner = _inside(code, node)
        if inner is None or not isinstance(node, ast.expr) or not code.short(node):
            continue
        (begin, stop), around = code.span(node), code.of(node)
        for value in values:
            start, end = code.span(value)
            if end < begin and code.short(value):
                new = around.replace(code.of(inner), code.of(value))
                one = Change(start, end, new, 1)
                whole = isinstance(code.parents[node], ast.Return | ast.Assign)
                text = f"{new}{code.text[end:begin]}{code.of(inner) if whole else code.operand(inner)}"
                yield Change(start, stop, text, 1, one=one, second=begin)


def _is_product(node: ast.expr) -> bool:
    return isinstance(node, ast.BinOp | ast.Call)


def _turns(node: ast.expr) -> bool:
    """Tell whether a value comes from a call that moves axes; a module has no axes."""
    match node:
        case ast.Call(func=ast.Attribute(attr="transpose" | "swapaxes" | "moveaxis")) | ast.Name(id="np" | "numpy"):
            return True
    return False


def _inside(code: Code, node: ast.AST) -> ast.expr | None:
    """Give what an activation is applied to."""
    match node:
        case ast.Call(func=ast.Attribute(attr="maximum"), args=[inner, ast.Constant(value=0)]):
            return inner
        case ast.Call(func=ast.Attribute(attr="maximum"), args=[ast.Constant(value=0), inner]):
            return inner
        case ast.Call(func=ast.Attribute(attr="tanh" | "exp"), args=[inner]):
            return inner
        case ast.Call(func=ast.Attribute(attr="where"), args=[ast.Compare(left=left), inner, ast.Constant(value=0)]):
            return inner if code.of(left) == code.of(inner) else None
    return None
