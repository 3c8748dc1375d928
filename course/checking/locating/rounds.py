"""Changes of what each round of a loop adds, or one branch alone: it may belong behind the loop or the branch."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from course.checking.locating.code import Change, Code


def change_rounds(code: Code) -> Iterator[Change]:
    """Give every change that takes a term out of a loop, to be added once, and a statement out of a branch."""
    for node in code.nodes:
        if isinstance(node, ast.For):
            yield from _terms_out(code, node)
        elif isinstance(node, ast.If) and len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
            continue
        elif isinstance(node, ast.If) and len(node.orelse) > 1:
            yield from _out_of_else(code, node)


def _terms_out(code: Code, loop: ast.For) -> Iterator[Change]:
    """Add a term once behind a loop, which adds it in each round."""
    made = {part.id for part in ast.walk(loop) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
    for statement in ast.walk(loop):
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.BinOp(op=ast.Add()) as total):
                pass
            case ast.AugAssign(target=ast.Name(id=name), op=ast.Add(), value=ast.BinOp(op=ast.Add()) as total):
                pass
            case _:
                continue
        term = total.right
        read = {part.id for part in ast.walk(term) if isinstance(part, ast.Name)}
        if read & made or not read or total.lineno != total.end_lineno or not code.short(total):
            continue
        start, end = code.span(total.left)[1], code.span(loop)[1]
        behind = f"\n{' ' * loop.col_offset}{name} = {name} + {code.operand(term)}"
        yield Change(start, end, code.text[code.span(total)[1] : end] + behind, 1)


def _out_of_else(code: Code, node: ast.If) -> Iterator[Change]:
    """Move the last statement of an `else` behind it: it is for both branches."""
    last = node.orelse[-1]
    start, end = code.span(last)
    first = code.text.rfind("\n", 0, start) + 1
    if not code.text[first:start].strip() and code.short(last):
        width = last.col_offset - node.col_offset
        moved = "\n".join(
            line[width:] if not line[:width].strip() else line for line in code.text[first:end].split("\n")
        )
        yield Change(first, end, moved, 1)
