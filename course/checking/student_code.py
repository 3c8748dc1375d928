"""A student's answer as code: its functions, its lines, and what happens on them. It is read and never run."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache


@dataclass(frozen=True)
class StudentCode:
    """The source of one function or class.

    Parameters
    ----------
    source
        With the lines above it as empty lines, so that lines are counted as a traceback's are.
    tree
        The function or class.
    """

    source: str
    tree: ast.FunctionDef | ast.ClassDef

    @cached_property
    def functions(self) -> list[ast.FunctionDef]:
        """The function, or the methods of the class."""
        return [node for node in walk(self.tree) if isinstance(node, ast.FunctionDef)]

    @cached_property
    def parameters(self) -> list[str]:
        """Names of the function's parameters; of a class there are none."""
        return names_of_parameters(self.tree) if isinstance(self.tree, ast.FunctionDef) else []

    @cached_property
    def _parents(self) -> dict[ast.AST, ast.AST]:
        return {child: node for node in walk(self.tree) for child in ast.iter_child_nodes(node)}

    def parent(self, node: ast.AST) -> ast.AST | None:
        """Give the piece of code that a piece is directly in."""
        return self._parents.get(node)

    def line(self, number: int) -> str:
        """Give the text of a line, counted from 1."""
        lines = self.source.splitlines()
        return lines[number - 1].strip() if 0 < number <= len(lines) else ""

    def nodes(self) -> Iterator[ast.AST]:
        """Go through the code in the order of its lines."""
        return iter(self._in_order)

    @cached_property
    def _in_order(self) -> list[ast.AST]:
        located = (node for node in walk(self.tree) if hasattr(node, "lineno"))
        return sorted(located, key=lambda node: (line_of(node), getattr(node, "col_offset", 0)))

    def on_line(self, number: int | None, text: str) -> list[ast.AST]:
        """Give what is on a line, which is known by its number or else by its text."""
        if number is None:
            lines = [line.strip() for line in self.source.splitlines()]
            number = lines.index(text) + 1 if lines.count(text) == 1 else 0
        return [node for node in self.nodes() if line_of(node) == number]


def read_code(source: str, name: str) -> StudentCode | None:
    r"""Find a function or class in the source of a cell; None where there is none.

    Examples
    --------
    >>> read_code("import numpy as np\ndef double(x):\n    return 2 * x", "double").line(3)
    'return 2 * x'
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    found = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    named = [node for node in found if node.name == name] or found[:1] * (len(found) == 1)
    if not named:
        return None
    node = named[-1]
    first = min([node.lineno, *(item.lineno for item in node.decorator_list)])
    own = "\n" * (first - 1) + "\n".join(source.splitlines()[first - 1 : node.end_lineno])
    return StudentCode(own, node)


def walk(node: ast.AST) -> list[ast.AST]:
    """Give a piece of code and all that is in it, in the order of `ast.walk`, in a third of the time."""
    found = [node]
    for one in found:
        for name in one._fields:
            part = getattr(one, name, None)
            if isinstance(part, ast.AST):
                found.append(part)
            elif type(part) is list:
                found += [item for item in part if isinstance(item, ast.AST)]
    return found


def line_of(node: ast.AST) -> int:
    """Give the line on which a piece of code begins."""
    return getattr(node, "lineno", 0)


def names_of_parameters(function: ast.FunctionDef) -> list[str]:
    """Name the parameters of a function."""
    arguments = function.args
    return [one.arg for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]


def dotted(node: ast.AST) -> str:
    """Write a name with its dots, ``"np.add.at"``; empty for anything else.

    Examples
    --------
    >>> dotted(ast.parse("np.add.at", mode="eval").body)
    'np.add.at'
    """
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return ""


def called(node: ast.AST) -> str:
    """Name the function that a call calls; empty where this is not a call of a plain name."""
    return dotted(node.func) if isinstance(node, ast.Call) else ""


def is_number(node: ast.AST, kind: type = float) -> bool:
    """Tell whether a piece of code is a number as written; with ``int``, a whole one."""
    if isinstance(node, ast.UnaryOp):
        return is_number(node.operand, kind)
    kinds = (int,) if kind is int else (int, float)
    return isinstance(node, ast.Constant) and isinstance(node.value, kinds) and not isinstance(node.value, bool)


def loaded(node: ast.AST) -> set[str]:
    """Name what a piece of code reads."""
    return {n.id for n in walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}


def stored(node: ast.AST) -> set[str]:
    """Name what a piece of code assigns to."""
    return {n.id for n in walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}


@lru_cache(maxsize=1024)
def names_bound(source: str) -> frozenset[str]:
    r"""Name what a cell defines: functions, classes, imports, and what is assigned outside of functions.

    Examples
    --------
    >>> sorted(names_bound("import numpy as np; x, y = 1, 2"))
    ['np', 'x', 'y']
    >>> sorted(names_bound("if True:\n    def linear(x): y = x"))
    ['linear']
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset()
    names: set[str] = set()
    nodes: list[ast.AST] = list(tree.body)
    for node in nodes:  # it grows
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)  # what is in it has its own scope
            continue
        if isinstance(node, ast.Import | ast.ImportFrom):
            names |= {(one.asname or one.name).partition(".")[0] for one in node.names}
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.MatchAs | ast.MatchStar | ast.ExceptHandler) and node.name:
            names.add(node.name)
        elif isinstance(node, ast.MatchMapping) and node.rest:
            names.add(node.rest)
        nodes += ast.iter_child_nodes(node)
    return frozenset(names)


def binds(source: str, name: str) -> bool:
    """Tell whether a cell defines a name. What does not contain it is not parsed.

    Examples
    --------
    >>> binds("def linear(): ...", "linear"), binds("print(linear)", "linear")
    (True, False)
    """
    # Python takes other letters for the same name: ﬁ is fi
    return (name in source or not source.isascii()) and name in names_bound(source)


def same_code(one: StudentCode, other: StudentCode) -> bool:
    """Tell whether two functions are the same code: docstrings, comments and layout don't matter."""
    return _without_docstring(one.tree) == _without_docstring(other.tree)


def _without_docstring(tree: ast.FunctionDef | ast.ClassDef) -> str:
    body = tree.body[1:] if ast.get_docstring(tree, clean=False) is not None and len(tree.body) > 1 else tree.body
    signature = ast.dump(tree.args) if isinstance(tree, ast.FunctionDef) else ""
    return signature + "".join(map(ast.dump, body))
