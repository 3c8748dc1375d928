"""The source of an answer, as it is in a notebook's cell."""

from __future__ import annotations

import ast
import inspect
import json
import re
import textwrap
from functools import cache
from typing import Any

import numpy as np

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
"""Around what a student writes. A solution has these only where its notebook hands out more than head and docstring."""


def source_of(thing: Any, name: str) -> str:
    """Write a function, class or value as a notebook's cell does.

    Parameters
    ----------
    thing
        A function or class whose source can be found, or plain data.
    name
        The name that it gets.

    Examples
    --------
    >>> print(source_of({"a": 1}, "answers"))
    answers = {
        "a": 1,
    }
    >>> print(source_of(np.eye(2), "kernel"))
    kernel = np.array([[1.0, 0.0], [0.0, 1.0]])
    """
    if not callable(thing):
        return f"{name} = {_literal(thing)}"
    return "\n".join(line for line in _marked(thing, name).splitlines() if line.strip() not in (BEGIN, END))


def solution_cell(solution: Any, name: str, stub: str = "") -> str:
    """Write a solution as the lesson's cell, in which BEGIN and END enclose what a student writes.

    Parameters
    ----------
    solution, name
        See `source_of`.
    stub
        What the notebook hands out instead of a value: ``"edge_kernel = ..."``.

    Examples
    --------
    >>> print(solution_cell(7, "seven", "seven = ..."))
    seven = ...
    ### BEGIN SOLUTION
    seven = 7
    ### END SOLUTION
    """
    if not callable(solution):
        return "\n".join([stub.rstrip(), BEGIN, source_of(solution, name), END])
    source = _marked(solution, name)
    if BEGIN in source:
        return source
    lines = source.splitlines()
    head = _body_starts(source)
    return "\n".join([*lines[:head], f"    {BEGIN}", *lines[head:], f"    {END}"])


@cache  # all mistakes of an exercise are edits of the same code
def bare(source: str) -> str:
    r"""Leave out the docstrings: an edit is about the code.

    Examples
    --------
    >>> print(bare("def double(x):\n    'Give 2x.'\n    return 2 * x"))
    def double(x):
        return 2 * x
    """
    lines = source.splitlines()
    dropped: set[int] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and len(node.body) > 1:
            dropped.update(_docstring_lines(node, lines))
    return "\n".join(line for i, line in enumerate(lines) if i not in dropped)


def with_docstring(code: str, source: str) -> str:
    r"""Put the docstring of a function's source into another version of the function that has none.

    Examples
    --------
    >>> print(with_docstring("def f(x):\n    return x", "def f(x):\n    'Give 2x.'\n    return 2 * x"))
    def f(x):
        'Give 2x.'
        return x
    """
    lines = source.splitlines()
    node = ast.parse(source).body[0]
    assert isinstance(node, ast.FunctionDef | ast.ClassDef)
    docstring = _docstring_lines(node, lines)
    own = code.splitlines()
    at = docstring.start
    return "\n".join([*own[:at], *lines[docstring.start : docstring.stop], *own[at:]]) if docstring else code


def _docstring_lines(node: ast.FunctionDef | ast.ClassDef, lines: list[str]) -> range:
    """Give the lines of a docstring, with the empty line below it."""
    if ast.get_docstring(node, clean=False) is None:
        return range(0)
    text = node.body[0]
    end = text.end_lineno or text.lineno
    return range(text.lineno - 1, end + (end < len(lines) and not lines[end].strip()))


def _body_starts(source: str) -> int:
    """Count the lines above the code of a function: its head and its docstring."""
    node = ast.parse(source).body[0]
    assert isinstance(node, ast.FunctionDef)
    lines = source.splitlines()
    docstring = _docstring_lines(node, lines)
    if docstring:
        return docstring.stop
    first = node.body[0].lineno - 1
    while lines[first - 1].strip().startswith("#"):  # a comment above the first line belongs to it
        first -= 1
    return first


@cache
def _marked(thing: Any, name: str) -> str:
    source = textwrap.dedent(inspect.getsource(thing)).rstrip()
    return re.sub(r"^(def|class) \w+", rf"\1 {name}", source, count=1)


def _literal(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"np.array({value.tolist()})"
    if isinstance(value, dict):
        return "{\n" + "".join(f"    {_literal(key)}: {_literal(item)},\n" for key, item in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)
