"""Changes of operators: another one, swapped or dropped operands, parentheses, signs, conditions."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from course.checking.locating.code import Change, Code

_SYMBOLS: dict[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.MatMult: "@",
    ast.BitXor: "^",
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Is: "is",
    ast.IsNot: "is not",
}
# A power with an exponent that may be large is never tried: it could take all memory.
_OTHERS: dict[str, tuple[str, ...]] = {
    "+": ("-", "*"),
    "-": ("+", "*"),
    "*": ("/", "@", "+", "//"),
    "/": ("*", "//", "-"),
    "//": ("/", "*", "%"),
    "%": ("//",),
    "**": ("*",),
    "@": ("*",),
    "^": ("**",),
    "&": ("|",),
    "|": ("&",),
    "<": ("<=", ">", ">=", "=="),
    "<=": ("<", ">=", ">", "=="),
    ">": (">=", "<", "<=", "=="),
    ">=": (">", "<=", "<", "=="),
    "==": ("!=", "<=", ">="),
    "!=": ("==",),
    "is": ("is not",),
    "is not": ("is",),
}
MOST_SET = 3
"""One of this many names, those set last, is added to what a call gives."""
_ORDERED = (ast.Sub, ast.Div, ast.FloorDiv, ast.Pow, ast.MatMult)


def change_operators(code: Code) -> Iterator[Change]:
    """Give every change of an operator."""
    for node in code.nodes:
        match node:
            case ast.BinOp() if code.short(node):
                yield from _binary(code, node)
            case ast.UnaryOp(op=ast.USub() | ast.Not()):
                yield code.replace(node, code.operand(node.operand))
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                yield from _another(code, left, op, right)
            case ast.BoolOp(values=[left, right]) if code.short(node):
                word = "or" if isinstance(node.op, ast.And) else "and"
                yield code.replace(node, f"{code.operand(left)} {word} {code.operand(right)}")
                yield code.replace(node, code.of(left), 2)
                yield code.replace(node, code.of(right), 2)
            case ast.IfExp(test=test, body=body, orelse=orelse) if code.short(node):
                yield code.replace(node, f"{code.of(orelse)} if {code.of(test)} else {code.of(body)}")
                yield code.replace(node, code.operand(body), 2)
                yield code.replace(node, code.operand(orelse), 2)
            case ast.If(test=test) if code.short(test):
                yield code.replace(test, f"not {code.operand(test)}", 2)
                yield code.replace(test, "True", 3)
                yield code.replace(test, "False", 3)
            case ast.Call(args=[ast.Name() as first, *_]) if code.short(node) and _is_whole(code, node):
                yield code.replace(node, f"{code.of(first)} + {code.of(node)}", 2)  # a shortcut around the call
            case ast.Return(value=ast.Call() as value) if code.short(value):
                yield from (code.replace(value, f"{name} + {code.of(value)}", 1) for name in _last_set(code, node))
        if isinstance(node, ast.expr) and _may_lack_a_sign(code, node):
            yield code.replace(node, f"(-{code.operand(node)})", 2)


def _last_set(code: Code, node: ast.stmt) -> list[str]:
    """Give the names that the last assignments before a statement set: one may be what a call's result is added to."""
    before = [
        one.targets[0].id
        for one in code.nodes
        if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name) and one.lineno < node.lineno
    ]
    return list(dict.fromkeys(reversed(before)))[:MOST_SET]


def _binary(code: Code, node: ast.BinOp) -> Iterator[Change]:
    left, right = code.operand(node.left), code.operand(node.right)
    symbol = _SYMBOLS.get(type(node.op), "")
    yield from _another(code, node.left, node.op, node.right)
    if symbol == "**" and isinstance(node.left, ast.Constant) and not isinstance(node.right, ast.Constant):
        yield code.replace(node, f"np.exp({code.of(node.right)})")
    if symbol == "*" and isinstance(node.right, ast.Constant) and node.right.value in (2, 3):
        yield code.replace(node, f"{left} ** {right}")
    if symbol == "*" and isinstance(node.right, ast.Name) and node not in code.indexing:
        rank = 1 if node.right.id in code.counts else 3
        yield code.replace(node, f"(1.0 * {left}) ** {right}", rank)  # of floats: it can't fill the memory
    if isinstance(node.op, ast.Add) and any(isinstance(part, ast.List | ast.Tuple) for part in ast.walk(node)):
        yield code.replace(node, f"{right} + {left}")
    if isinstance(node.op, _ORDERED):
        yield code.replace(node, f"({right} {symbol} {left})")
    match node:  # the product turned over
        case ast.BinOp(left=ast.Attribute(value=turned, attr="T"), op=ast.MatMult()):
            yield code.replace(node, f"{right}.T @ {code.operand(turned)}")
        case ast.BinOp(right=ast.Attribute(value=turned, attr="T"), op=ast.MatMult()):
            yield code.replace(node, f"{code.operand(turned)} @ {left}.T")
    if symbol in ("/", "//"):
        yield code.replace(node, f"(-(-{left} // {right}))")
    yield code.replace(node, left, 2)
    yield code.replace(node, right, 2)
    if symbol == "+":
        yield from _inside(code, node.left, right, node)
    match node:  # two factors that belong to the other's term
        case ast.BinOp(left=ast.BinOp(op=ast.Mult()) as one, right=ast.BinOp(op=ast.Mult()) as two):
            factors = [code.operand(factor) for factor in (one.left, one.right, two.left, two.right)]
            first, second, third, fourth = factors
            yield code.replace(node, f"{third} * {second} {symbol} {first} * {fourth}", 1)
    if isinstance(node.left, ast.BinOp):
        inner = node.left
        first, last = code.operand(inner.left), code.operand(inner.right)
        between = _SYMBOLS.get(type(inner.op), "")
        yield code.replace(node, f"({first} {between} ({last} {symbol} {right}))", 1)
        if between in ("+", "-") and symbol in ("*", "/", "//"):  # only one of two terms belongs to the factor
            yield code.replace(node, f"({first} {symbol} {right} {between} {last})", 1)
        if between in ("*", "/") and symbol in ("+", "-"):  # the factor belongs to both terms
            yield code.replace(node, f"({first} {symbol} {right}) {between} {last}", 1)
        if between == "*" and symbol == "/":
            yield code.replace(node, f"{first} / {last} * {right}", 1)
    if isinstance(node.right, ast.BinOp):
        inner = node.right
        first, last = code.operand(inner.left), code.operand(inner.right)
        between = _SYMBOLS.get(type(inner.op), "")
        yield code.replace(node, f"(({left} {symbol} {first}) {between} {last})", 1)
        if between in ("+", "-") and symbol == "*":  # only one of two terms belongs to the factor
            yield code.replace(node, f"({first} {between} {left} * {last})", 1)


def _inside(code: Code, left: ast.expr, right: str, node: ast.expr) -> Iterator[Change]:
    """Add a term under a root that was added to the root."""
    match left:
        case ast.Call(args=[under], keywords=[]):
            yield code.replace(node, f"{code.of(left.func)}({code.of(under)} + {right})", 1)
        case ast.BinOp(left=under, op=ast.Pow(), right=exponent):
            yield code.replace(node, f"({code.operand(under)} + {right}) ** {code.operand(exponent)}", 1)


def _is_whole(code: Code, node: ast.expr) -> bool:
    """Tell whether a call is all that is assigned, returned or passed on, and no call of a type or of NumPy."""
    func = node.func if isinstance(node, ast.Call) else None
    return isinstance(func, ast.Name) and isinstance(code.parents[node], ast.Return | ast.Assign | ast.Call)


def _another(code: Code, left: ast.expr, op: ast.AST, right: ast.expr) -> Iterator[Change]:
    """Put another operator between two operands."""
    symbol = _SYMBOLS.get(type(op), "")
    start, end = code.span(left)[1], code.span(right)[0]
    at = code.text.find(symbol, start, end)
    if symbol and at >= 0:
        one_number = isinstance(left, ast.Constant) or isinstance(right, ast.Constant)
        for i, other in enumerate(_OTHERS.get(symbol, ())):
            if other == "@" and one_number:
                continue
            yield Change(at, at + len(symbol), other, 0 if i == 0 else 1)


def _may_lack_a_sign(code: Code, node: ast.expr) -> bool:
    """Tell whether an expression is a whole value: what is returned, assigned, passed or added."""
    if not isinstance(node, ast.Name | ast.BinOp | ast.Call | ast.Subscript | ast.Attribute) or not code.short(node):
        return False
    if node in code.indexing:
        return False
    if isinstance(getattr(node, "ctx", ast.Load()), ast.Store):
        return False
    parent = code.parents[node]
    match parent:
        case ast.Return() | ast.Assign() | ast.AugAssign() | ast.BinOp():
            return True
        case ast.Call(func=func):
            return node is not func
        case ast.Tuple():
            return isinstance(code.parents[parent], ast.Return)
    return False
