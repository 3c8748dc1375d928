"""Answers that are the same except for names, comments and layout: a hint, and never a verdict."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

LEAST = 60
"""An answer must have at least this many nodes more than the release: shorter ones are alike by chance."""


@dataclass(frozen=True, slots=True)
class Alike:
    """Students whose answers to one exercise are alike.

    Parameters
    ----------
    exercise
        Its name.
    students
        Two or more.
    nodes
        The size of the answer, as the number of its parts: names, operations, calls and so on.
    right
        Whether the answer is right: equal mistakes say more than equal right answers.
    source
        The code of one of them.
    """

    exercise: str
    students: tuple[str, ...]
    nodes: int
    right: bool
    source: str = ""


def form(source: str) -> tuple[str, int]:
    r"""Give an answer without what is easily changed, and its size; nothing where it can't be parsed.

    Comments, layout, docstrings and annotations are removed; its own names are numbered.

    Examples
    --------
    >>> form("def f(x):\n    return x + 1") == form("def f(y):\n    '''Add one.'''\n    return y + 1  # one")
    True
    """
    try:
        tree = ast.parse(source)
        _Bare().visit(tree)
        own = _own_names(tree)
        renamed = _Renamed(own).visit(tree)
        parts = (node for node in ast.walk(renamed) if not isinstance(node, ast.expr_context | ast.Module))
        return ast.dump(renamed), sum(1 for _ in parts)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return "", 0


def alike(
    answers: Iterable[tuple[str, str, str, bool]], given: Mapping[str, Sequence[str]], least: int = LEAST
) -> list[Alike]:
    """Find answers that are alike; the longest first.

    Parameters
    ----------
    answers
        Each one's exercise, student, code, and whether it is right.
    given
        For each exercise that is looked at, what everybody has: the release first, then solutions that were shown.
    least
        How much larger than the release an answer has to be.
    """
    known = {name: [form(source) for source in sources] for name, sources in given.items()}
    groups: dict[tuple[str, str], list[tuple[str, int, bool, str]]] = defaultdict(list)
    for exercise, student, source, right in answers:
        if exercise not in known:
            continue
        shape, nodes = form(source)
        handed_out = known[exercise][0][1] if known[exercise] else 0
        if shape and nodes - handed_out >= least and all(shape != other for other, _ in known[exercise]):
            groups[exercise, shape].append((student, nodes, right, source.strip()))
    found = [
        Alike(exercise, tuple(sorted({one[0] for one in group})), *group[0][1:])
        for (exercise, _), group in groups.items()
        if len({one[0] for one in group}) > 1
    ]
    return sorted(found, key=lambda one: (one.right, -one.nodes, one.exercise, one.students))


class _Bare(ast.NodeTransformer):
    """Removes docstrings and annotations."""

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        for field in ("annotation", "returns"):
            if hasattr(node, field) and not isinstance(node, ast.AnnAssign):
                setattr(node, field, None)
        body = getattr(node, "body", None)
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module) and isinstance(body, list) and len(body) > 1:
            first = body[0]
            if (
                isinstance(first, ast.Expr)
                and isinstance(first.value, ast.Constant)
                and isinstance(first.value.value, str)
            ):
                del body[0]
        return node


def _own_names(tree: ast.Module) -> dict[str, str]:
    """Give a number to each parameter and variable, in the order in which they appear."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            names.setdefault(node.arg, f"name{len(names)}")
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.setdefault(node.id, f"name{len(names)}")
    return names


class _Renamed(ast.NodeTransformer):
    """Gives an answer's own names their numbers."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(self.names.get(node.id, node.id), node.ctx)

    def visit_arg(self, node: ast.arg) -> ast.arg:
        return ast.arg(self.names.get(node.arg, node.arg), None)
