"""What an answer uses that is not available where answers are graded: right at home, it would earn nothing in class."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from types import FunctionType, ModuleType
from typing import Any

from course.checking.student_code import line_of, read_code

IN_CLASS = frozenset({"check", "assess", "case", "hint", "solution", "progress", "table", "explore"})
"""Functions of the course that an answer's cell may import where answers are graded; they do nothing there."""
OURS, TORCH = frozenset({"course", "grader"}), frozenset({"torch", "torchinfo", "torchvision"})


@dataclass(frozen=True, slots=True)
class Refused:
    """One name that is not available where answers are graded.

    Parameters
    ----------
    name
        As it is written.
    line
        The line that uses it.
    kind
        ``"torch"``, ``"course"``, ``"demonstration"`` for what only a demonstration cell defines, or ``"import"`` for
        an import at which the whole cell stops.
    """

    name: str
    line: int
    kind: str


def find_refused(
    source: str, name: str, names: Mapping[str, Any], demonstrated: Collection[str]
) -> tuple[Refused, ...]:
    r"""Find what grading will not have, in the order of the lines.

    Parameters
    ----------
    source, name
        The student's code, and the exercise's name.
    names
        The notebook's names, with their values.
    demonstrated
        Names that only demonstration cells define.

    Examples
    --------
    >>> find_refused("def f(x):\n    return x @ W", "f", {}, {"W"})
    (Refused(name='W', line=2, kind='demonstration'),)
    """
    found: dict[str, Refused] = {}
    for used, line in _used(source, name):
        value = names.get(used.partition(".")[0])
        kind = _kind(used, value) or ("demonstration" if used in demonstrated else "")
        if kind:
            found.setdefault(used, Refused(used, line, kind))
    return tuple(found.values())


def find_refused_imports(cell: str) -> tuple[Refused, ...]:
    r"""Find the imports at which a notebook's cell would stop where answers are graded.

    Parameters
    ----------
    cell
        Its text. Imports in functions and conditions are left to the function, and to the condition.

    Examples
    --------
    >>> find_refused_imports("import numpy as np\nimport torch")
    (Refused(name='import torch', line=2, kind='import'),)
    """
    try:
        body = ast.parse(cell).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    stops = (node for node in body if isinstance(node, ast.Import | ast.ImportFrom) and _is_refused(node))
    return tuple(Refused(ast.unparse(node), node.lineno, "import") for node in stops)


def _is_refused(node: ast.Import | ast.ImportFrom) -> bool:
    if isinstance(node, ast.ImportFrom):
        module = node.module or ""
        of_course = module == "course" and all(name.name in IN_CLASS for name in node.names)
        return module.partition(".")[0] in TORCH | OURS and not of_course
    return any(one.name.partition(".")[0] in TORCH or one.name.startswith("course.") for one in node.names)


def _used(source: str, name: str) -> Iterator[tuple[str, int]]:
    """Give each name that is read and not the function's own, and each module that is imported, with its line."""
    code = read_code(source, name)
    if code is None:
        return
    own = {node.arg for node in ast.walk(code.tree) if isinstance(node, ast.arg)} | {name}
    own |= {n.id for n in ast.walk(code.tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    for node in code.nodes():
        if isinstance(node, ast.Import):
            yield from ((one.name, line_of(node)) for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "", line_of(node)
        elif isinstance(node, ast.Name) and node.id not in own and not hasattr(builtins, node.id):
            yield node.id, line_of(node)


def _kind(used: str, value: Any) -> str:
    """Tell whether a name is torch's or the course's, by itself or by its value."""
    if type(value) is ModuleType:
        home = value.__name__
    elif isinstance(value, type | FunctionType):
        home = value.__module__ or ""
    else:
        home = type(value).__module__ if value is not None else used
    roots = {home.partition(".")[0], used.partition(".")[0] if value is None else ""}
    return "torch" if roots & TORCH else "course" if roots & OURS else ""
