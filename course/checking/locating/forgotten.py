"""Changes that put in what a code has at hand and leaves out: a name as a factor or a term, a bound, an offset."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import permutations

from course.checking.locating.code import Change, Code
from course.checking.locating.insertions import LAST

MOST_NAMES = 8
"""At most this many names are tried at each place."""
_FORMS = ("* {}", "/ {}", "- {}", "+ {}", "* (1 - {})", "/ (1 - {})")
"""How a name may take part in a value; of one that is part of it already, the last two."""


def change_forgotten(code: Code) -> Iterator[Change]:
    """Give every change that lets a value depend on one more name of the code's own.

    A name that is never read comes first: what it was computed for may be missing.
    """
    fields = list(dict.fromkeys(text for node in code.nodes if (text := _text(node)).startswith("self.")))
    read_fields = ({_text(node) for node in code.nodes if _is_read(node)} | _as_given(code)) & set(fields)
    for function in code.functions:
        read, names = _names(code, function, fields)
        read |= read_fields
        yield from _handed_on(code, function)
        for node in ast.walk(function):
            if isinstance(node, ast.expr) and node in code.changeable and code.short(node):
                yield from _with_names(code, node, names, read)
                if isinstance(code.parents[node], ast.Return | ast.Assign) and _is_whole(code, node):
                    yield from _bounded(code, node)
                if isinstance(code.parents[node], ast.Return):
                    yield from _averaged(code, function, node)
                if isinstance(node, ast.Subscript):
                    yield from _offset(code, function, node)


def _as_given(code: Code) -> set[str]:
    """Give the fields that hold an unchanged argument: a class may keep an argument that it does not compute with."""
    found = set()
    for node in code.nodes:
        match node:
            case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)):
                found |= {
                    _text(one) for one, value in zip(targets, values, strict=False) if isinstance(value, ast.Name)
                }
            case ast.Assign(targets=[target], value=ast.Name()):
                found.add(_text(target))
    return found


def _names(code: Code, function: ast.FunctionDef, fields: list[str]) -> tuple[set[str], list[str]]:
    """Give the names that are read in a function, and those that may be missing.

    Names that are never read come first, then names in a `1 - name`, then factors.
    """
    inside = list(ast.walk(function))
    read = {_text(node) for node in inside if _is_read(node)}
    stored = [node.id for node in inside if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    arguments = [argument.arg for argument in function.args.args if argument.arg != "self"]
    names = list(dict.fromkeys((*arguments, *stored, *fields)))
    unread = [name for name in names if name not in read]
    shares = [name for name in names if f"1 - {name}" in code.text]
    factors = [name for name in names if any(form.format(name) in code.text for form in _FORMS[:2])]
    return read, list(dict.fromkeys((*unread[: MOST_NAMES // 2], *shares, *factors, *unread, *names)))[:MOST_NAMES]


def _is_read(node: ast.AST) -> bool:
    return bool(_text(node)) and isinstance(getattr(node, "ctx", None), ast.Load)


def _text(node: ast.AST) -> str:
    """Give a name, or a field of `self`, as it is written; empty for everything else."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=ast.Name(id="self"), attr=name):
            return f"self.{name}"
    return ""


def _is_whole(code: Code, node: ast.expr) -> bool:
    """Tell whether a node is all that is returned, assigned or added up."""
    parent = code.parents[node]
    if isinstance(parent, ast.Tuple):
        return isinstance(parent.ctx, ast.Load) and isinstance(code.parents[parent], ast.Return)
    if isinstance(parent, ast.Assign | ast.AugAssign | ast.Return):
        return node is parent.value and not isinstance(node, ast.Tuple | ast.Constant)
    return False


def _is_chosen(code: Code, node: ast.expr) -> bool:
    """Tell whether a node is one of two values that `np.where` chooses from."""
    match code.parents[node]:
        case ast.Call(func=ast.Attribute(attr="where"), args=[_, *values]):
            return any(node is value for value in values)
    return False


def _with_names(code: Code, node: ast.expr, names: list[str], read: set[str]) -> Iterator[Change]:
    whole = _is_whole(code, node) or _is_chosen(code, node)
    operand = isinstance(code.parents[node], ast.BinOp) and node not in code.indexing
    unread = [name for name in names if name not in read]
    if not (whole or operand):
        if _is_only_argument(code, node):  # under a root, in an exponent
            yield from (
                code.replace(node, f"{code.of(node)} {form.format(name)}", 1) for form in _FORMS[:4] for name in unread
            )
        return
    returned = isinstance(node, ast.Call) and isinstance(code.parents[node], ast.Return)
    inside = {_text(part) for part in ast.walk(node)}
    text = code.operand(node)
    for name in names:
        rest = f"1 - {name}" in code.text
        for i, new in enumerate(_FORMS):
            if name in read and not whole and isinstance(node, ast.Name) and not (rest and i >= len(_FORMS) - 2):
                continue
            if name in inside and i < len(_FORMS) - 2 and not (i == 0 and isinstance(node, ast.Call)):
                continue
            said = rest if i >= len(_FORMS) - 2 else new.format(name) in code.text  # it may be missing where it is not
            said = said or (returned and new == "+ {}")  # a residual connection
            share = operand and rest and new == "* (1 - {})"  # the weights of a mean add up to 1
            rank = (
                int(not whole)
                if name not in read
                else 1
                if share
                else 2
                if said
                else 3
                if whole and i < 3
                else LAST + 1
            )
            yield code.replace(node, f"({text} {new.format(name)})", rank)


def _is_only_argument(code: Code, node: ast.expr) -> bool:
    """Tell whether a node is all that a function of NumPy or of the standard library takes."""
    match code.parents[node]:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="np" | "numpy" | "math")), args=[only], keywords=[]):
            return only is node
    return False


def _bounded(code: Code, node: ast.expr) -> Iterator[Change]:
    """Cut a value off at 0, or a number at 1."""
    yield code.replace(node, f"min({code.of(node)}, 1)", LAST)
    for name in ("maximum", "minimum"):
        rank = 2 if f"np.{name}(" in code.text else LAST
        yield code.replace(node, f"np.{name}({code.of(node)}, 0)", rank)


def _handed_on(code: Code, function: ast.FunctionDef) -> Iterator[Change]:
    """Let the next round of a loop continue with another number, where each round takes the same one."""
    counts = [one.arg for one in function.args.args if one.arg != "self"]
    counts += [
        one.targets[0].id
        for one in function.body
        if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name)
    ]
    for loop in ast.walk(function):
        if not isinstance(loop, ast.For) or loop not in code.changeable or loop.body[0].lineno == loop.lineno:
            continue
        inside = [node for statement in loop.body for node in ast.walk(statement) if isinstance(node, ast.Name)]
        read = [name for name in counts if any(node.id == name and isinstance(node.ctx, ast.Load) for node in inside)]
        end, width = code.span(loop.body[-1])[1], loop.body[-1].col_offset
        for name, other in permutations(read[:MOST_NAMES], 2):
            yield Change(end, end, f"\n{' ' * width}{name} = {other}", 2)


def _averaged(code: Code, function: ast.FunctionDef, node: ast.expr) -> Iterator[Change]:
    """Divide what is returned by how many there are."""
    taken = [argument.arg for argument in function.args.args if argument.arg != "self"]
    yield from (code.replace(node, f"{code.operand(node)} / len({name})", 3) for name in taken[:MOST_NAMES])


def _offset(code: Code, function: ast.FunctionDef, node: ast.Subscript) -> Iterator[Change]:
    """Let an index, or the whole slice, begin at the place of a loop."""
    loops = [
        one.target.id for one in ast.walk(function) if isinstance(one, ast.For) and isinstance(one.target, ast.Name)
    ]
    for item in node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]:
        for name in loops[:MOST_NAMES]:
            if isinstance(item, ast.Name) and item.id in loops and item.id != name:
                yield code.replace(item, f"{name} + {item.id}", 2)
            elif isinstance(item, ast.Slice) and item.upper and not (item.lower or item.step):
                yield code.replace(item, f"{name}:{name} + {code.operand(item.upper)}", 2)
