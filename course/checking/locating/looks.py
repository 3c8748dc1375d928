"""The text of a code with a look at each value that it computes: faster made than a new text of a changed tree."""

from __future__ import annotations

import ast
import inspect
from functools import cache

from course.checking.locating.code import Code
from course.checking.locating.recorder import recorder
from course.checking.locating.watch import GATHER, LOOK, MOST
from course.checking.source import bare

_NOT_LOOKED_AT: dict[type[ast.AST], tuple[str, ...]] = {
    ast.FunctionDef: ("args", "decorator_list", "returns"),
    ast.ClassDef: ("bases", "keywords", "decorator_list"),
    ast.AnnAssign: ("annotation",),
    ast.Lambda: ("args",),
    ast.Subscript: ("slice",),  # it only says where
    ast.JoinedStr: ("values",),
    ast.Match: ("subject", "cases"),
}


def with_looks(code: Code) -> str:
    r"""Put a look around each expression that computes something, and behind each change of an array in place.

    Examples
    --------
    >>> print(with_looks(Code("def f(x):\n    y = 2 * x[0]\n    y += 1\n    return y")))
    def f(x):
        y = look__(0, 2 * look__(1, x[0]))
        y += 1; look__(2, y)
        return y
    """
    opening: dict[int, list[tuple[int, str]]] = {}
    closing: dict[int, str] = {}
    for number, node in enumerate(looked_at(code)):
        start, end = code.span(node)
        match node:
            case ast.AugAssign(target=target) | ast.Assign(targets=[target]):
                closing[end] = closing.get(end, "") + f"; {LOOK}({number}, {_root(target)})"
            case _:
                opening.setdefault(start, []).append((end, f"{LOOK}({number}, "))
                closing[end] = ")" + closing.get(end, "")
    pieces, at = [], 0
    for place in sorted({*opening, *closing}):
        before = "".join(text for _, text in sorted(opening.get(place, ()), reverse=True))
        pieces.append(code.text[at:place] + closing.get(place, "") + before)
        at = place
    return "".join(pieces) + code.text[at:]


def looked_at(code: Code) -> list[ast.expr | ast.stmt]:
    """Give what is looked at, in the order of the looks' numbers."""
    found: list[ast.expr | ast.stmt] = []

    def collect(node: ast.AST) -> None:
        if isinstance(node, ast.expr | ast.stmt) and _is_looked_at(node):
            found.append(node)
        for name in node._fields:
            if name in _NOT_LOOKED_AT.get(type(node), ()):
                continue
            value = getattr(node, name)
            if isinstance(value, list):
                for item in value:
                    if isinstance(item, ast.AST):
                        collect(item)
            elif isinstance(value, ast.AST):
                collect(value)

    collect(code.tree)
    return found


def _is_looked_at(node: ast.AST) -> bool:
    match node:
        case ast.UnaryOp(operand=ast.Constant()):
            return False
        case ast.BinOp() | ast.UnaryOp() | ast.Call() | ast.Subscript(ctx=ast.Load()):
            return True
        case ast.AugAssign(target=target):
            return bool(_root(target))
        case ast.Assign(targets=[ast.Subscript() as target]):
            return bool(_root(target))
    return False


def _root(target: ast.expr) -> str:
    """Name the array that is changed in place; empty where it has no name."""
    while isinstance(target, ast.Subscript):
        target = target.value
    return target.id if isinstance(target, ast.Name) else ""


def keeping(code: Code) -> str:
    """Give a code that keeps what it computes, for `gathered`."""
    return f"{_beginning()}\n{with_looks(code)}\n{code.name}.{GATHER} = {GATHER}"


@cache
def _beginning() -> str:
    start = "from __future__ import annotations", bare(inspect.getsource(recorder))
    return "\n".join([*start, f"{LOOK}, {GATHER} = recorder({MOST})"])
