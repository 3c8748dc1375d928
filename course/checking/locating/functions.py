"""Changes of the functions of one value that a code uses itself: another one, one more, or around more or less."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from course.checking.locating.code import Change, Code

MOST = 6
"""At most this many functions are tried at each place."""
_OTHER = frozenset(
    {"len", "range", "zip", "enumerate", "int", "float", "list", "tuple", "isinstance", "type", "print", "reversed"}
    | {"sorted", "str", "dict", "set", "iter", "next", "id", "array", "asarray", "zeros", "ones", "arange", "empty"}
    | {"zeros_like", "ones_like", "eye", "ndindex", "copy", "ndim", "size", "shape"}
)


def change_functions(code: Code) -> Iterator[Change]:
    """Give every change of a function of one value to another one that the code calls, and of what it is around."""
    names = _functions(code)
    yield from _around_like_calls(code)
    for node in code.nodes:
        if not isinstance(node, ast.expr) or not code.short(node) or node in code.indexing:
            continue
        match node:
            case ast.Call(func=func, args=[_], keywords=[]) if code.of(func) in names:
                yield from (code.replace(func, other, 1) for other in names if other != code.of(func))
        if _is_value(code, node):
            around = names if not isinstance(node, ast.Call) or code.of(node.func) not in names else []
            around = [] if node in code.sizing else around
            yield from (code.replace(node, f"{name}({code.of(node)})", 2) for name in around)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield from _own_for_computed(code, node)
        if isinstance(code.parents[node], ast.Assign) and _are_places(node):
            yield code.replace(node, f"np.sort({code.of(node)})", 2)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
            yield from _around_the_sum(code, node)
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.BinOp):
            yield from _around_a_term(code, node, node.args[0])


def _around_like_calls(code: Code) -> Iterator[Change]:
    """Put around a call what is around another call of the same function: `np.maximum(f(a), 0)`, but only `f(b)`."""
    around: dict[str, dict[tuple[str, str], None]] = {}
    bare: dict[str, list[ast.Call]] = {}
    for node in code.nodes:
        match node:
            case ast.Call(func=ast.Name() | ast.Attribute() as func):
                parent = code.parents[node]
                first = isinstance(parent, ast.Call) and bool(parent.args) and parent.args[0] is node
                if isinstance(parent, ast.Call) and first and code.short(parent):
                    (start, end), (own, last) = code.span(parent), code.span(node)
                    around.setdefault(code.of(func), {})[code.text[start:own], code.text[last:end]] = None
                else:
                    bare.setdefault(code.of(func), []).append(node)
    for name, nodes in bare.items():
        for node in nodes:
            for before, after in list(around.get(name, ()))[:MOST]:
                yield code.replace(node, f"{before}{code.of(node)}{after}", 1)


def _functions(code: Code) -> list[str]:
    """Give the functions of one argument that the code calls: its own, and element-wise functions of NumPy."""
    called = [
        code.of(node.func)
        for node in code.nodes
        if isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords and _is_plain(node.func)
    ]
    return list(dict.fromkeys(called))[:MOST]


def _are_places(node: ast.expr) -> bool:
    """Tell whether a value is made of places in an array, in the order of what is there."""
    called = [part.func for part in ast.walk(node) if isinstance(part, ast.Call)]
    return any(isinstance(func, ast.Attribute) and func.attr in ("argsort", "argpartition") for func in called)


def _is_plain(func: ast.expr) -> bool:
    match func:
        case ast.Name(id=name) | ast.Attribute(value=ast.Name(id="np" | "numpy" | "math"), attr=name):
            return name not in _OTHER
    return False


def _is_value(code: Code, node: ast.expr) -> bool:
    """Tell whether a node is a name, a part of an array, or a call, that is computed with, assigned or passed on."""
    if not isinstance(node, ast.Name | ast.Subscript | ast.Call) or not isinstance(
        getattr(node, "ctx", ast.Load()), ast.Load
    ):
        return False
    match code.parents[node]:
        case ast.BinOp() | ast.Assign() | ast.AugAssign() | ast.Return():
            return True
        case ast.Call(args=args):
            return node in args
    return False


def _own_for_computed(code: Code, node: ast.Call) -> Iterator[Change]:
    """Pass a name on instead of what is computed in the call: it may be there already."""
    stored = [one.id for one in code.nodes if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)]
    for argument in node.args:
        if isinstance(argument, ast.Call | ast.BinOp | ast.Subscript) and argument not in code.indexing:
            yield from (code.replace(argument, name, 2) for name in list(dict.fromkeys(stored))[:MOST])


def _around_the_sum(code: Code, node: ast.BinOp) -> Iterator[Change]:
    """Make `f(a) + f(b)`, `f(a) + b` and `a + f(b)` into `f(a + b)`."""
    sign = code.text[code.span(node.left)[1] : code.span(node.right)[0]]
    left, right = _inner(node.left), _inner(node.right)
    for call in (node.left, node.right):
        if isinstance(call, ast.Call) and call.args and (inner := _inner(call)) is not None:
            first = left if left is not None and call is node.left else node.left
            second = right if right is not None and call is node.right else node.right
            if left is not None and right is not None and _same_function(code, node.left, node.right):
                first, second = left, right
            start, end = code.span(inner)
            head, tail = code.text[code.span(call)[0] : start], code.text[end : code.span(call)[1]]
            yield code.replace(node, f"{head}{code.of(first)}{sign}{code.operand(second)}{tail}", 2)


def _inner(node: ast.expr) -> ast.expr | None:
    return node.args[0] if isinstance(node, ast.Call) and node.args else None


def _same_function(code: Code, one: ast.expr, other: ast.expr) -> bool:
    return isinstance(one, ast.Call) and isinstance(other, ast.Call) and code.of(one.func) == code.of(other.func)


def _around_a_term(code: Code, node: ast.Call, inner: ast.BinOp) -> Iterator[Change]:
    """Make `f(a + b)` into `f(a) + b`, `a + f(b)` or `f(a) + f(b)`."""
    if not isinstance(inner.op, ast.Add | ast.Sub):
        return
    sign = code.text[code.span(inner.left)[1] : code.span(inner.right)[0]]
    (start, end), (first, last) = code.span(node), code.span(inner)
    head, tail = code.text[start:first], code.text[last:end]
    left, right = code.of(inner.left), code.operand(inner.right)
    yield code.replace(node, f"({head}{left}{tail}{sign}{right})", 2)
    yield code.replace(node, f"({left}{sign}{head}{right}{tail})", 2)
    yield code.replace(node, f"({head}{left}{tail}{sign}{head}{right}{tail})", 3)
