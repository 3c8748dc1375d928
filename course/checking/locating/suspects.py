"""Where a mistake is likely to be: at arguments by which a failing case differs from all that pass, at wrong fields."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from course.checking.locating.code import Change, Code

Span = tuple[int, int]
LONGEST = 100
"""Characters of an expression around a name that belong to it."""
ROUNDS = 3
"""This often, further names that hold the same are looked for."""


def telling(failing: Mapping[str, Any], passing: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """Name the arguments of a failing call that no passing call has in that form.

    Parameters
    ----------
    failing
        The arguments of the failing call.
    passing
        The arguments of each call that passes.

    Examples
    --------
    >>> telling({"size": 4, "padding": (1, 2)}, [{"size": 5}, {"size": 6, "padding": 1}])
    frozenset({'padding'})
    """
    if not passing:
        return frozenset()
    return frozenset(
        name for name, value in failing.items() if all(_form(value) != _form(one.get(name)) for one in passing)
    )


def _form(value: Any) -> Hashable:
    """Give what is alike in arguments that are used alike: the kind, and of a pair whether its two differ."""
    match value:
        case None | bool() | str():
            return value
        case int() | float():
            return "number", min(abs(value), 2) if isinstance(value, int) else 0.5
        case tuple() | list():
            return "several", len(value), len({str(one) for one in value}) > 1
        case np.ndarray():
            return "array", value.dtype.kind, value.ndim
    return type(value).__name__


def around(code: Code, names: Collection[str]) -> list[Span]:
    r"""Give the places of the expressions that read one of these names, or another name for the same.

    Parameters
    ----------
    code
        The student's.
    names
        Of arguments.

    Examples
    --------
    >>> code = Code("def f(x, padding):\n    p = padding\n    return x.sum() + 2 * p")
    >>> [code.text[start:end] for start, end in around(code, {"padding"})]
    ['padding', 'x.sum() + 2 * p']
    """
    own = _with_other_names(code, names)
    found = []
    for node in code.nodes:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in own:
            found.append(code.span(_whole(code, node)))
    return sorted(set(found))


def fields_set(code: Code, names: Collection[str]) -> list[Span]:
    r"""Give the places of the statements of a class that set one of these fields.

    Parameters
    ----------
    code
        The student's.
    names
        Of wrong results, which a field may hold.

    Examples
    --------
    >>> code = Code("class A:\n    def f(self, x):\n        self.total = x\n        return x")
    >>> [code.text[start:end] for start, end in fields_set(code, {"total"})]
    ['self.total = x']
    """
    found = []
    for node in code.nodes:
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            parts = (part for target in targets for part in ast.walk(target))
            if any(isinstance(part, ast.Attribute) and part.attr in names for part in parts):
                found.append(code.span(node))
    return found


def inside(changes: Sequence[Change], spans: Sequence[Span]) -> list[Change]:
    """Give the changes that are within one of these places."""
    return [one for one in changes if any(start <= one.start and one.end <= end for start, end in spans)]


def _whole(code: Code, node: ast.expr) -> ast.expr:
    """Give the largest expression around a name that is short enough to belong to it."""
    while isinstance(parent := code.parents[node], ast.expr):
        start, end = code.span(parent)
        if end - start > LONGEST:
            break
        node = parent
    return node


def _with_other_names(code: Code, names: Collection[str]) -> set[str]:
    found = set(names)
    for _ in range(ROUNDS):
        before = len(found)
        for node in code.nodes:
            if isinstance(node, ast.Assign):
                for target, value in _assigned(node.targets[-1], node.value):
                    read = {part.id for part in ast.walk(value) if isinstance(part, ast.Name)}
                    known = {name for name in read if hasattr(builtins, name) or name in _functions(code)}
                    if read & found and not read - found - known - {"np"}:
                        found |= {part.id for part in ast.walk(target) if isinstance(part, ast.Name)}
        if len(found) == before:
            break
    return found


def _functions(code: Code) -> set[str]:
    called = (node.func for node in code.nodes if isinstance(node, ast.Call))
    return {func.id for func in called if isinstance(func, ast.Name)}


def _assigned(target: ast.expr, value: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Give what is assigned to what, one by one where several are."""
    match target, value:
        case ast.Tuple(elts=targets), ast.Tuple(elts=values) if len(targets) == len(values):
            yield from zip(targets, values, strict=True)
        case _:
            yield target, value
