"""Changes of slices: where one starts, how long it is, and how far apart its elements are."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from course.checking.locating.code import Change, Code

MOST_NAMES = 16
"""At most this many names are tried as a factor or a beginning."""
MOST_SLICES = 8
"""Up to this many different slices, each is tried in the others' places."""


def change_slices(code: Code) -> Iterator[Change]:
    """Give the changes of slices, ``a:b`` and ``slice(a, b)`` alike, whose bounds belong together.

    Of two subscripts in a row, such as ``x[::-1][i]``, the second may be meant to come first.
    """
    yield from _copied(code)
    names = _numbers(code)
    for node in code.nodes:
        match node:
            case ast.Slice(lower=lower, upper=upper, step=step) if lower and upper:
                for new, rank in _others(code, lower, upper, step, names):
                    yield code.replace(node, ":".join(new), rank)  # type: ignore[arg-type]
            case ast.Call(func=ast.Name(id="slice"), args=[lower, upper, *rest]) if not node.keywords:
                for new, rank in _others(code, lower, upper, rest[0] if rest else None, names):
                    yield code.replace(node, f"slice({', '.join(new)})", rank)
            case ast.Subscript(value=ast.Subscript(value=array, slice=first), slice=second):
                yield code.replace(node, f"{code.of(array)}[{code.of(second)}][{code.of(first)}]", 1)


def _copied(code: Code) -> Iterator[Change]:
    """Put another slice of the code in a slice's place, as after copying a line."""
    slices = [node for node in code.nodes if isinstance(node, ast.Slice) and (node.lower or node.upper)]
    texts = list(dict.fromkeys(map(code.of, slices)))
    for node in slices if len(texts) <= MOST_SLICES else ():
        names = _names(code.of(node))
        for text in texts:
            if text != code.of(node):
                yield code.replace(node, text, 1 if names < _names(text) else 2)


def _names(text: str) -> set[str]:
    return set(re.findall(r"[A-Za-z_]\w*", text))


def _numbers(code: Code) -> list[str]:
    """Give the names that may hold a whole number: arguments, loop variables, and what a calculation gives."""
    taken = [node.arg for node in code.nodes if isinstance(node, ast.arg) and node.arg != "self"]
    stored = [node.id for node in code.nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    return list(dict.fromkeys((*stored, *taken)))[:MOST_NAMES]


def _others(
    code: Code, lower: ast.expr, upper: ast.expr, step: ast.expr | None, names: list[str]
) -> Iterator[tuple[tuple[str, ...], int]]:
    """Give other bounds, and a rank for each."""
    first, last = code.of(lower), code.of(upper)
    tail: tuple[str, ...] = (code.of(step),) if step else ()
    begins = isinstance(upper, ast.BinOp) and isinstance(upper.op, ast.Add) and code.of(upper.left) == first
    if not begins:
        yield (first, f"{first} + {last}", *tail), 0  # the length was taken for the end
        return
    assert isinstance(upper, ast.BinOp)
    length = code.operand(upper.right)
    if step:
        yield (
            (first, f"{first} + {code.operand(step)} * {length}", *tail),
            1,
        )  # the number of elements was taken for the length
    else:
        inside = dict.fromkeys(node.id for node in ast.walk(upper.right) if isinstance(node, ast.Name))
        yield from (((first, last, name), 1) for name in inside)
    match lower:
        case ast.BinOp(left=ast.Name(id=place), op=ast.Mult(), right=ast.Name(id=factor)):  # another stride
            others = [name for name in names if name not in (place, factor)]
            yield from (((f"{place} * {name}", f"{place} * {name} + {length}", *tail), 1) for name in others)
    if isinstance(lower, ast.Name):
        for name in names:
            if name != first:
                yield (name, f"{name} + {length}", *tail), 3
                yield (f"{first} * {name}", f"{first} * {name} + {length}", *tail), 2
