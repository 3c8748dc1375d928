"""What a function computes on the way to its result, asked for by the names of its variables."""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import cache
from typing import Any

from course.checking.source import bare, source_of
from course.checking.variant import compiled


def on_the_way(function: Callable[..., Any], *wanted: str) -> Callable[..., tuple[Any, ...]]:
    """Make a function that computes the same, and gives what was computed before it returned.

    Parameters
    ----------
    function
        A function whose source can be found.
    wanted
        Expressions of what the function knows where it returns: ``"weights"``, ``"input @ weight.T"``. What it returns
        is called ``result``.

    Examples
    --------
    >>> def half_of_a_square(x):
    ...     square = x * x
    ...     return square / 2
    >>> values = on_the_way(half_of_a_square, "square", "square + 1", "result")
    >>> values(x=3)
    (9, 10, 4.5)
    """

    @cache
    def asked() -> Callable[..., tuple[Any, ...]]:
        name = function.__name__
        return compiled(_asking(bare(source_of(function, name)), wanted), name, f"{name}, on the way", function)

    def values(**arguments: Any) -> tuple[Any, ...]:
        return asked()(**arguments)

    return values


def _asking(source: str, wanted: tuple[str, ...]) -> str:
    r"""Write a function that returns what is expected in place of its result.

    Examples
    --------
    >>> print(_asking("def f(x):\n    square = x * x\n    return square / 2", ("square", "result")))
    def f(x):
        square = x * x
        result = square / 2
        return (square, result)
    """
    tree = ast.parse(source)
    given = ast.Return(ast.Tuple([_expression(one) for one in wanted], ast.Load()))
    _Asking(given).generic_visit(tree.body[0])
    return ast.unparse(ast.fix_missing_locations(tree))


def _expression(text: str) -> ast.expr:
    try:
        return ast.parse(text, mode="eval").body
    except SyntaxError as error:
        raise ValueError(f"{text!r} is not an expression: {error.msg}. Name what the solution computes.") from None


class _Asking(ast.NodeTransformer):
    """Puts another ``return`` in place of each of one function's, and keeps its value as ``result``."""

    def __init__(self, given: ast.Return) -> None:
        self.given = given

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        """Leave a function inside as it is: its result is another."""
        return node

    def visit_Return(self, node: ast.Return) -> list[ast.stmt]:
        """Keep the value, and return the other."""
        assert node.value is not None
        return [ast.Assign([ast.Name("result", ast.Store())], node.value), self.given]
