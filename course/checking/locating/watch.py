"""Code that keeps what its expressions compute: the same code, with a look at each value on the way."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from course.checking.locating.code import Code
from course.checking.locating.recorder import recorder
from course.checking.source import bare

LOOK, GATHER = "look__", "gather__"
"""Names in the watched code. The second is an attribute of the function or class as well."""
MOST = 100_000
"""How many numbers are kept of one call."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value is computed.

    Parameters
    ----------
    function
        The helper in whose code it is; empty in the student's function or class itself.
    line, source
        The line, counted from the first of that code, and its text, or the part of it that computes the value.
    whole
        Whether the line computes just this value.
    """

    function: str
    line: int
    source: str
    whole: bool


class Watched:
    """A function or class with its helpers, as code that keeps what it computes.

    Parameters
    ----------
    code
        Of the function or class.
    helpers
        Of functions that it calls.
    """

    def __init__(self, code: Code, helpers: Sequence[Code] = ()) -> None:
        self.places: list[Place] = []
        parts = [*(_watched(helper, helper.name, self.places) for helper in helpers), _watched(code, "", self.places)]
        start = ("from __future__ import annotations", bare(inspect.getsource(recorder)))
        made = f"{LOOK}, {GATHER} = recorder({MOST})"
        self.text = "\n".join([*start, made, *parts, f"{code.name}.{GATHER} = {GATHER}"])


def _watched(code: Code, function: str, places: list[Place]) -> str:
    tree = _Watcher(code, function, places).visit(ast.parse(code.text))
    return ast.unparse(ast.fix_missing_locations(tree))


class _Watcher(ast.NodeTransformer):
    """Puts a look around each expression that computes something, and after each change of an array in place."""

    def __init__(self, code: Code, function: str, places: list[Place]) -> None:
        self.code, self.function, self.places = code, function, places

    def look(self, value: Any, at: ast.expr | ast.stmt, whole: bool = False) -> ast.expr:
        source = self.code.lines[at.lineno - 1] if isinstance(at, ast.For) else self.code.of(at)
        self.places.append(Place(self.function, at.lineno, " ".join(source.split()), whole))
        return ast.Call(ast.Name(LOOK, ast.Load()), [ast.Constant(len(self.places) - 1), value], [])

    def after(self, statement: ast.stmt, values: Sequence[ast.expr]) -> list[ast.stmt]:
        return [statement, *(ast.Expr(self.look(_read(value), statement, whole=True)) for value in values)]

    def whole(self, statement: ast.stmt, value: ast.expr) -> ast.expr:
        """Look at what a statement assigns or returns, and at its parts."""
        return self.look(super().visit(value), statement, whole=True)

    def visit(self, node: ast.AST) -> Any:
        if isinstance(node, ast.BinOp | ast.UnaryOp | ast.Call | ast.Subscript):
            number = isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant)
            written = isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load)
            return super().visit(node) if number or written else self.look(super().visit(node), node)
        return super().visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        body: list[ast.stmt] = []
        for statement in node.body:  # not its decorators, defaults and annotations
            new = self.visit(statement)
            body += new if isinstance(new, list) else [new]
        node.body = body
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.Subscript:
        if isinstance(node.ctx, ast.Load):
            node.value = self.visit(node.value)  # not the index, which only says where
        return node

    def visit_Return(self, node: ast.Return) -> ast.Return:
        if node.value is not None:
            node.value = self.whole(node, node.value)
        return node

    def visit_Assign(self, node: ast.Assign) -> list[ast.stmt]:
        node.value = self.whole(node, node.value)
        several = [name for target in node.targets if not isinstance(target, ast.Name) for name in _arrays_of(target)]
        return self.after(node, several)

    def visit_For(self, node: ast.For) -> ast.For:
        names = _arrays_of(node.target)
        self.generic_visit(node)
        node.body = [*(ast.Expr(self.look(_read(name), node)) for name in names), *node.body]
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AnnAssign:
        if node.value is not None:
            node.value = self.whole(node, node.value)
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> list[ast.stmt]:
        node.value = self.visit(node.value)
        return self.after(node, _arrays_of(node.target))

    def visit_Expr(self, node: ast.Expr) -> list[ast.stmt] | ast.Expr:
        if not isinstance(node.value, ast.Call):
            return node
        given = [arg for arg in node.value.args if isinstance(arg, ast.Name)]  # np.add.at(output, ...)
        node.value = self.visit(node.value)
        return self.after(node, given)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.JoinedStr:
        return node

    def visit_Match(self, node: ast.Match) -> ast.Match:
        return node  # a pattern is not an expression


def _arrays_of(target: ast.expr) -> list[ast.expr]:
    """Give what a target names, or of what it names a part."""
    if isinstance(target, ast.Tuple | ast.List):
        return [array for item in target.elts for array in _arrays_of(item)]
    return _arrays_of(target.value) if isinstance(target, ast.Subscript | ast.Starred) else [target]


def _read(target: ast.expr) -> ast.expr:
    """Give the code that reads what a target names."""
    return ast.parse(ast.unparse(target), mode="eval").body
