"""Changes of axes that are counted from the wrong end, and sizes that are taken apart in another order than written."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from course.checking.locating.code import Change, Code


def change_ends(code: Code) -> Iterator[Change]:
    r"""Give every change of some axes in a row to as many at the other end.

    Examples
    --------
    >>> code = Code("def f(x, k):\n    return x.mean(tuple(range(k, x.ndim)))")
    >>> next(change_ends(code)).apply(code.text).splitlines()[-1]
    '    return x.mean(tuple(range(x.ndim - k, x.ndim)))'
    """
    for node in code.nodes:
        match node:
            case ast.Call(func=ast.Name(id="range"), args=[first, last], keywords=[]) if not _is_loop(code, node):
                if isinstance(first, ast.UnaryOp) and code.of(last) == "0":
                    yield code.replace(node, f"range({code.of(first.operand)})", 1)
                elif not isinstance(first, ast.Constant):
                    yield code.replace(first, f"{code.operand(last)} - {code.operand(first)}", 1)
            case ast.Call(func=ast.Name(id="range"), args=[count], keywords=[]) if not _is_loop(code, node):
                yield code.replace(node, f"range(-{code.operand(count)}, 0)", 1)
            case ast.Subscript(value=ast.Attribute(attr="shape"), slice=ast.Slice(step=None) as part):
                yield from (code.replace(part, new, 1) for new in _from_other_end(code, part))  # type: ignore[arg-type]


def _is_loop(code: Code, node: ast.Call) -> bool:
    """Tell whether a loop goes through a range: its values are places, not axes."""
    return isinstance(code.parents[node], ast.For)


def _from_other_end(code: Code, part: ast.Slice) -> tuple[str, ...]:
    match part.lower, part.upper:
        case (None, ast.UnaryOp(op=ast.USub(), operand=count)) | (ast.UnaryOp(op=ast.USub(), operand=count), None):
            size = code.of(count)
            return f":{size}", f"{size}:"
        case (None, ast.expr() as count) | (ast.expr() as count, None):
            size = code.operand(count)
            return f"-{size}:", f":-{size}"
    return ()


def is_as_written(code: Code, names: Sequence[ast.expr]) -> bool:
    r"""Tell whether names are in the order in which a docstring of the code has them between brackets.

    Examples
    --------
    >>> code = Code("def f(x):\n    'Take x (n, c, h_i, w_i).'\n    n, c, h, w = x.shape")
    >>> is_as_written(code, code.tree.body[0].body[1].targets[0].elts)
    True
    """
    own = [_bare(name.id) for name in names if isinstance(name, ast.Name)]
    return any(
        len(both) > 1 and both == [name for name in written if name in own]
        for written in _written(code)
        if (both := [name for name in own if name in written]) and len(set(both)) == len(both)
    )


def _written(code: Code) -> list[list[str]]:
    """Give the shapes that the docstrings have, as the names of their sizes."""
    texts = (ast.get_docstring(one) or "" for one in ast.walk(code.tree) if isinstance(one, ast.FunctionDef))
    shapes = (shape for text in texts for shape in re.findall(r"\(([^()]*,[^()]*)\)", text))
    return [[_bare(name) for name in shape.split(",")] for shape in shapes]


def _bare(name: str) -> str:
    """Give the letter of a size without what says whose it is: h_i and h_o are heights."""
    return name.strip().lower().partition("_")[0]
