"""The parts of a function on which its right results depend: what is wrong is hardly there."""

from __future__ import annotations

import ast
from collections.abc import Collection

from course.checking.locating.code import Code

Span = tuple[int, int]


def cleared(code: Code, right: Collection[int] = (), line: int = 0, keys: Collection[str] = ()) -> list[Span]:
    r"""Give the places of the statements that right results, or a right line, are computed from.

    Parameters
    ----------
    code
        The student's: one function. For a class there is nothing to say.
    right
        Which of the function's results are right in every case, by their places.
    line
        A line that gives a right value, if it is in no loop; 0 for none.
    keys
        Where the function gives a dict, the keys of what is right in every case.

    Examples
    --------
    >>> code = Code("def f(x):\n    m = x.mean()\n    s = x.std(ddof=1)\n    return m, x / s")
    >>> [code.text[start:end] for start, end in cleared(code, right={0})]
    ['m = x.mean()', 'm']
    """
    match code.tree.body:
        case [ast.FunctionDef() as function]:
            pass
        case _:
            return []
    inside = {part for node in ast.walk(function) if isinstance(node, ast.For | ast.While) for part in ast.walk(node)}
    found: dict[ast.AST, Span] = {}
    needed: dict[str, int] = {}  # names, and up to where what they are set to matters

    def need(node: ast.AST, upto: int) -> bool:
        names = [part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load)]
        more = [name for name in names if needed.get(name, -1) < upto]
        needed.update(dict.fromkeys(more, upto))
        return bool(more)

    for node in ast.walk(function):
        match node:
            case ast.Return(value=ast.Tuple(elts=parts)):
                for i in right:
                    if i < len(parts):
                        found[parts[i]] = code.span(parts[i])
                        need(parts[i], found[parts[i]][1])
            case ast.Return(value=ast.Dict(keys=names, values=parts)):
                for name, part in zip(names, parts, strict=True):
                    if isinstance(name, ast.Constant) and name.value in keys:
                        found[part] = code.span(part)
                        need(part, found[part][1])
            case ast.Assign() | ast.AugAssign() if (
                line and node.lineno <= line <= (node.end_lineno or 0) and node not in inside
            ):  # in a loop a line may be right only now and then
                found[node] = code.span(node)
                need(node, found[node][1])
    growing = bool(needed)
    while growing:
        growing = False
        for node in ast.walk(function):
            target, head = _set_by(code, node)
            if head is None or not any(_counts(code, name, node, needed, inside) for name in target):
                continue
            found.setdefault(node, head)
            upto = len(code.text) if node in inside else head[1]
            growing |= need(node, upto)
    return sorted(found.values())


def set_in_line(code: Code, line: int) -> set[str]:
    r"""Give the names that an assignment in a line sets; none for line 0.

    Examples
    --------
    >>> set_in_line(Code("def f(x):\n    y = x + 1\n    return y"), 2)
    {'y'}
    """
    assigned = (node for node in code.nodes if isinstance(node, ast.Assign) and node.lineno == line)
    return {name for node in assigned for target in node.targets for name in _roots(target)}


def _set_by(code: Code, node: ast.AST) -> tuple[set[str], Span | None]:
    """Give the names that a statement sets, or changes, and its place; where a loop ends, no right result tells."""
    match node:
        case ast.Assign(targets=targets):
            return {name for target in targets for name in _roots(target)}, code.span(node)
        case ast.AugAssign(target=target):
            return _roots(target), code.span(node)
    return set(), None


def _roots(target: ast.AST) -> set[str]:
    """Give the names that are set, also where only a part of what they hold is."""
    match target:
        case ast.Name(id=name):
            return {name}
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return {name for part in parts for name in _roots(part)}
        case ast.Subscript(value=value) | ast.Starred(value=value):
            return _roots(value)
    return set()


def _counts(code: Code, name: str, node: ast.AST, needed: dict[str, int], inside: set[ast.AST]) -> bool:
    """Tell whether what a statement sets is still to be read, where it is needed."""
    upto = needed.get(name, -1)
    return upto > code.span(node)[0] if isinstance(node, ast.stmt) and node not in inside else upto >= 0
