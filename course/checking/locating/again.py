"""Changes of what has to be done again or undone: a sum that starts again in each round, axes that are moved back."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from course.checking.locating.code import Change, Code, blocks_of
from course.checking.locating.repeated import everywhere

_MOVES = ("swapaxes", "moveaxis")


def change_again(code: Code) -> Iterator[Change]:
    """Give every change that starts something again in a loop, moves axes back, or uses an index of the code again."""
    for node in code.nodes:
        if isinstance(node, ast.For | ast.While):
            yield from _started_again(code, node)
    yield from _moved_back(code)
    yield from _same_index(code)


def _started_again(code: Code, loop: ast.For | ast.While) -> Iterator[Change]:
    """Let each round of a loop begin with the number, or the empty list, with which the first one begins."""
    block = next((block for node in [code.parents[loop]] for block in blocks_of(node) if loop in block), [])
    changed = {node.id for node in ast.walk(loop) if isinstance(node, ast.Name)}
    if loop.body[0].lineno == loop.lineno:
        return
    for statement in block[: block.index(loop)] if block else ():
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant() | ast.List(elts=[])) if name in changed:
                (start, _), (end, _), width = code.span(statement), code.span(loop.body[0]), loop.body[0].col_offset
                yield Change(start, end, f"{code.text[start:end]}{code.of(statement)}\n{' ' * width}", 1)


def _moved_back(code: Code) -> Iterator[Change]:
    """Exchange, or move back, the axes of what is returned, as the code has done with what it was given."""
    moves: dict[tuple[str, str, str], None] = {}
    for node in code.nodes:
        match node:
            case ast.Call(func=ast.Attribute(value=value, attr=name), args=[*_, one, other]) if name in _MOVES:
                of_numpy = isinstance(value, ast.Name) and value.id in ("np", "numpy")
                if len(node.args) == (3 if of_numpy else 2):
                    moves[name, code.of(other), code.of(one)] = None
    for node in code.nodes:
        if isinstance(node, ast.Return) and node.value is not None and code.short(node.value):
            for name, one, other in moves:
                yield code.replace(node.value, f"np.{name}({code.of(node.value)}, {one}, {other})", 1)


def _same_index(code: Code) -> Iterator[Change]:
    """Use an index that the code computes from a name, such as ``g * size + o``, wherever that name alone is one."""
    computed: dict[str, dict[str, None]] = {}
    alone: dict[str, list[ast.Name]] = {}
    for node in code.nodes:
        if isinstance(node, ast.Subscript):
            for item in node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]:
                if isinstance(item, ast.Name):
                    alone.setdefault(item.id, []).append(item)
                elif isinstance(item, ast.BinOp):
                    for part in ast.walk(item):
                        if isinstance(part, ast.Name):
                            computed.setdefault(part.id, {})[code.of(item)] = None
    for name, places in alone.items():
        places.sort(key=code.span)
        for text in computed.get(name, ()):
            yield from (code.replace(place, text, 1) for place in places)
            if len(places) > 1:
                yield everywhere(code, places, text, 1)
