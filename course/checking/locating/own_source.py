"""The source of a function or class: of this process, also where a notebook's cell defined it, or in a cell's text."""

from __future__ import annotations

import ast
import inspect
import linecache
import os
import re
import textwrap
from collections.abc import Callable
from types import CodeType, FunctionType
from typing import Any

from course.calling.raised import is_cell
from course.checking.locating.code import LONGEST

Source = Callable[[str], str]
"""Gives the code of a student's function by its name; empty where there is none."""

_members = type.__dict__["__dict__"].__get__


def own_source(thing: Any) -> str:
    """Give the source of a function or class, dedented; empty where it can't be had.

    In a notebook, the lines above it in its cell are there as empty lines, so that lines are numbered as Jupyter does.
    No code of the student's is run for it.
    """
    try:
        return textwrap.dedent(_source(thing))
    except Exception:  # lines that are gone, or no longer what they were: there is no source
        return ""


def helper_source(thing: Any) -> Source:
    """Make a function that gives the source of another function or class next to one, by its name; empty if none."""
    around = _globals(thing)

    def find(name: str) -> str:
        other = dict.get(around or {}, name)
        return own_source(other) if around is not None and _globals(other) is around else ""

    return find


def _globals(thing: Any) -> dict[str, Any] | None:
    """Give the names that a function sees, or a class's methods; None for anything else."""
    members = _members(thing).values() if issubclass(type(thing), type) else (thing,)
    return next((one.__globals__ for one in members if type(one) is FunctionType), None)


def own_cell(thing: Any) -> str:
    """Give the text of the notebook cell that defines a function or class; empty where it was not a cell."""
    try:
        members = () if type(thing) is FunctionType else _members(thing).values()
        code = next(one.__code__ for one in (thing, *members) if type(one) is FunctionType)
        return "".join(linecache.getlines(code.co_filename)) if is_cell(code.co_filename) else ""
    except Exception:  # whatever else it is, no cell defines it
        return ""


def source_in(cell: str, name: str) -> str:
    r"""Give the source of the function or class that a cell's text defines last under a name; empty if none.

    The lines above it are there as empty lines, so that lines are numbered as Jupyter does. The text is parsed and
    never run. What is too long to be looked at is not parsed.

    Examples
    --------
    >>> source_in("import numpy as np\ndef f(x):\n    return x\ny = f(2)", "f")
    '\ndef f(x):\n    return x'
    """
    if len(cell) > LONGEST:
        return ""
    try:
        body = ast.parse(cell).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    found = [node for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name]
    if not found:
        return ""
    first = min(node.lineno for node in (found[-1], *found[-1].decorator_list))
    return "\n" * (first - 1) + "\n".join(cell.split("\n")[first - 1 : found[-1].end_lineno])


def _source(thing: Any) -> str:
    if type(thing) is FunctionType:
        return _block(thing.__code__, thing.__code__.co_firstlineno) if thing.__closure__ is None else ""
    if not issubclass(type(thing), type):
        return ""
    # inspect finds a class by its module's file, which a notebook has not: its methods know the cell
    name = type.__dict__["__name__"].__get__(thing)
    for member in _members(thing).values():
        if type(member) is FunctionType and member.__qualname__.endswith(f"{name}.{member.__name__}"):
            code = member.__code__
            lines = _lines(code)
            for number in range(code.co_firstlineno, 0, -1):
                if re.match(rf"\s*class {re.escape(name)}\b", lines[number - 1]):
                    return _block(code, number)
    return ""


def _block(code: CodeType, first: int) -> str:
    above = "\n" * (first - 1) if is_cell(code.co_filename) else ""
    return above + "".join(inspect.getblock(_lines(code)[first - 1 :]))


def _lines(code: CodeType) -> list[str]:
    """Give the lines of a code's file or cell; none if its name is a device or a pipe: reading that may never end."""
    name = code.co_filename
    return linecache.getlines(name) if name in linecache.cache or os.path.isfile(name) else []
