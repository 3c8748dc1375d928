"""Changes of whole statements: left out, moved out of or into a loop, exchanged; `=` or `+=`; what is missing."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator

from course.checking.locating.code import Change, Code, blocks_of

_AUGMENTED: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}


def change_statements(code: Code) -> Iterator[Change]:
    """Give every change of a statement."""
    for node in code.nodes:
        for block in blocks_of(node):
            for i, statement in enumerate(block):
                yield from _one(code, statement)
                if i + 1 < len(block) and code.short(statement) and code.short(block[i + 1]):
                    yield from _exchanged(code, statement, block[i + 1])
                before = block[i - 1] if i else None
                if isinstance(before, ast.For | ast.While | ast.If):
                    yield from _moved_in(code, before, statement)
        if isinstance(node, ast.For | ast.While | ast.If):
            yield from _moved_out(code, node)
        if isinstance(node, ast.For | ast.While):
            yield from _moved_before(code, node)
        if isinstance(node, ast.For):
            yield from _collected(code, node)
            yield from _carried(code, node)
            yield from _moved_out_of_all(code, node)
    yield from _unused_arguments(code)


def _one(code: Code, statement: ast.stmt) -> Iterator[Change]:
    start, end = code.span(statement)
    match statement:
        case ast.Assign(targets=[target]):
            equals = code.text.find("=", code.span(target)[1])
            if isinstance(target, ast.Subscript):
                yield Change(equals, equals + 1, "+=", 0)
                root = _root(target)
                if root:
                    yield Change(start, start, f"{root} = {root}.copy(); ", 0)
            elif isinstance(target, ast.Name | ast.Attribute):
                yield Change(equals, equals + 1, "+=", int(isinstance(target, ast.Name)))
        case ast.AugAssign(target=target, op=op, value=value):
            symbol = _AUGMENTED.get(type(op), "")
            at = code.text.find(f"{symbol}=", code.span(target)[1], code.span(value)[0])
            if symbol and at >= 0:
                yield Change(at, at + 2, "=", 0)
                yield from (Change(at, at + 2, f"{other}=", 0) for other in _AUGMENTED.values() if other != symbol)
                if code.short(statement):
                    written = code.of(target)
                    yield Change(start, end, f"{written} = {written} {symbol} {code.operand(value)}", 0)
                root = _root(target)
                if root:
                    yield Change(start, start, f"{root} = {root}.copy(); ", 1)
    if statement in code.changeable and not isinstance(statement, ast.FunctionDef) and code.short(statement):
        # the empty lines keep the numbers of the lines below
        yield Change(start, end, "pass" + "\n" * code.of(statement).count("\n"), 2)


def _root(target: ast.expr) -> str:
    while isinstance(target, ast.Subscript):
        target = target.value
    return target.id if isinstance(target, ast.Name) else ""


def _whole_lines(code: Code, statement: ast.stmt) -> tuple[int, int] | None:
    """Give the place of a statement's lines, where no other statement shares them."""
    start, end = code.span(statement)
    first, last = code.text.rfind("\n", 0, start) + 1, code.text.find("\n", end)
    last = len(code.text) if last < 0 else last
    alone = not code.text[first:start].strip() and (not code.text[end:last].strip(" ;") or "#" in code.text[end:last])
    return (first, last) if alone else None


def _moved_out(code: Code, outer: ast.For | ast.While | ast.If) -> Iterator[Change]:
    """Move the last statement of a block behind the block."""
    if len(outer.body) > 1 and not outer.orelse and (place := _whole_lines(code, outer.body[-1])):
        yield Change(*place, _indented(code.text[slice(*place)], outer.col_offset), 1)


def _moved_out_of_all(code: Code, outer: ast.For) -> Iterator[Change]:
    """Move the last statement of the innermost of several loops behind all of them."""
    inner: ast.stmt = outer
    depth = 0
    while isinstance(inner, ast.For) and not inner.orelse and isinstance(inner.body[-1], ast.For):
        inner, depth = inner.body[-1], depth + 1
    if depth and isinstance(inner, ast.For) and len(inner.body) > 1 and (place := _whole_lines(code, inner.body[-1])):
        yield Change(*place, _indented(code.text[slice(*place)], outer.col_offset), 1)


def _carried(code: Code, loop: ast.For) -> Iterator[Change]:
    """Let the next round continue with what this one gives, where each round begins with the same."""
    made = {part.id for part in ast.walk(loop) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
    for statement in loop.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name) as target], value=ast.expr() as value):
                read = dict.fromkeys(part.id for part in ast.walk(value) if isinstance(part, ast.Name))
                for other in read:
                    if other not in made and other not in ("np", "self", name) and other in code.names:
                        equals = code.text.find("=", code.span(target)[1])
                        yield Change(equals, equals + 1, f"= {other} =", 2)


def _moved_before(code: Code, loop: ast.For | ast.While) -> Iterator[Change]:
    """Move the first statement of a loop in front of the loop: it starts something again each time."""
    place = _whole_lines(code, loop.body[0])
    head = code.text.rfind("\n", 0, code.span(loop)[0]) + 1
    if len(loop.body) > 1 and place and place[0] > head:
        moved = _indented(code.text[slice(*place)], loop.col_offset)
        yield Change(head, place[1], f"{moved}\n{code.text[head : place[0] - 1]}", 1, place[0] - head)


def _collected(code: Code, loop: ast.For) -> Iterator[Change]:
    """Let a name collect what each round gives, from 0, where each round replaces what the one before gave."""
    before = code.text[: code.span(loop)[0]]
    head = before.rfind("\n") + 1
    for statement in (inner for node in ast.walk(loop) if isinstance(node, ast.For) for inner in node.body):
        match statement:
            case ast.Assign(targets=[ast.Name(id=name) as target], value=value):
                used = any(isinstance(part, ast.Name) and part.id == name for part in ast.walk(value))
                if used or before[head:].strip() or re.search(rf"\b{name}\b", before):
                    continue
                equals = code.text.find("=", code.span(target)[1])
                start = f"{' ' * loop.col_offset}{name} = 0\n{code.text[head:equals]}"
                yield Change(head, equals + 1, f"{start}+=", 1, equals - head)


def _moved_in(code: Code, block: ast.For | ast.While | ast.If, statement: ast.stmt) -> Iterator[Change]:
    """Move the statement behind a block into it."""
    place = _whole_lines(code, statement)
    if place and not block.orelse and block.body[0].lineno > block.lineno:
        yield Change(*place, _indented(code.text[slice(*place)], block.body[-1].col_offset), 2)


def _indented(lines: str, width: int) -> str:
    return textwrap.indent(textwrap.dedent(lines), " " * width)


def _exchanged(code: Code, first: ast.stmt, second: ast.stmt) -> Iterator[Change]:
    (start, middle_end), (middle, end) = code.span(first), code.span(second)
    gap = code.text[middle_end:middle]
    if isinstance(first, ast.Assign) and isinstance(second, ast.Assign):  # each has the other's value
        one = code.replace(first.value, code.of(second.value))
        last, last_end = code.span(second.value)
        exchanged = one.new + code.text[one.end : last] + code.of(first.value)
        yield Change(one.start, last_end, exchanged, 2, one=one, second=last)
    if "\n" in gap and isinstance(first, ast.Assign | ast.AugAssign | ast.Expr):
        yield Change(start, end, code.of(second) + gap + code.of(first), 2)


def _unused_arguments(code: Code) -> Iterator[Change]:
    """Let the result depend on an argument that is used nowhere."""
    for function in code.functions:
        inside = list(ast.walk(function))
        used = {node.id for node in inside if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
        unused = [arg.arg for arg in function.args.args if arg.arg not in used and arg.arg != "self"]
        for node in inside:
            if not isinstance(node, ast.Return) or node.value is None or not code.short(node.value):
                continue
            values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
            for value in values:
                for name in unused[:3]:
                    for place in ("", "[:, None]", "[:, None, None]", "[:, None, None, None]"):
                        term = f"(0 if {name} is None else {name}{place})"
                        yield code.replace(value, f"{code.operand(value)} + {term}", 1)
                    for symbol in "*-/":
                        yield code.replace(value, f"{code.operand(value)} {symbol} {name}", 1)
