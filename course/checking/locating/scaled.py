"""Changes that scale a product by the root of a size, and that exchange the parts that two statements take."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import combinations

from course.checking.locating.code import Change, Code

MOST_SIZES = 6
"""At most this many sizes are tried."""
MOST_PARTS = 12
"""Code that takes more parts is left alone."""


def change_scaled(code: Code) -> Iterator[Change]:
    r"""Give every change that divides a product of matrices by the root of a size.

    Examples
    --------
    >>> code = Code("def f(q, k):\n    n, d = q.shape\n    return q @ k")
    >>> next(change_scaled(code)).apply(code.text).splitlines()[-1]
    '    return (q @ k) / np.sqrt(d)'
    """
    sizes = _sizes(code)
    for node in code.nodes:
        if _is_product(node) and isinstance(node, ast.expr) and code.short(node):
            parent = code.parents[node]
            if isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.MatMult | ast.Div | ast.Mult):
                continue
            for size in sizes:
                text = f"{code.operand(node)} / np.sqrt({size})"
                yield code.replace(node, text if isinstance(parent, ast.Return | ast.Assign) else f"({text})", 2)


def _is_product(node: ast.AST) -> bool:
    match node:
        case ast.BinOp(op=ast.MatMult()):
            return True
        case ast.Call(func=ast.Attribute(attr="einsum" | "matmul")):
            return True
    return False


def _sizes(code: Code) -> list[str]:
    """Give the expressions for a size: its names, a quotient of two, the last number of a shape."""
    found: dict[str, None] = {}
    for node in code.nodes:
        match node:
            case ast.BinOp(left=ast.Name(), op=ast.FloorDiv(), right=ast.Name()):
                found[code.of(node)] = None
            case ast.Subscript(value=ast.Attribute(value=ast.Name(), attr="shape"), slice=ast.UnaryOp()):
                found[code.of(node)] = None
    last = [name for name in reversed(code.sizes) if name not in found]
    return [*found, *last][:MOST_SIZES]


def change_exchanged(code: Code) -> Iterator[Change]:
    r"""Give every change that exchanges what two statements take of one array: the gates of a cell, say.

    Examples
    --------
    >>> code = Code("def f(x):\n    a = x[:2]\n    b = x[2:]\n    return a - b")
    >>> print(next(change_exchanged(code)).apply(code.text))
    def f(x):
        a = x[2:]
        b = x[:2]
        return a - b
    """
    parts: dict[str, list[ast.Subscript]] = {}
    for node in code.nodes:
        match node:
            case ast.Subscript(value=ast.Attribute()):  # a number of a shape
                pass
            case ast.Subscript(ctx=ast.Load()) if code.short(node):
                parts.setdefault(code.of(node.value), []).append(node)
    for places in parts.values():
        if len(places) > MOST_PARTS:
            continue
        for one, other in combinations(sorted(places, key=code.span), 2):
            if code.of(one) == code.of(other) or one.lineno == other.lineno:
                continue
            (start, end), (second, until) = code.span(one), code.span(other)
            if second < end:
                continue
            new = f"{code.of(other)}{code.text[end:second]}{code.of(one)}"
            yield Change(start, until, new, 1, one=Change(start, end, code.of(other), 1), second=second)
