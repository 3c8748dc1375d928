"""An exception of a student's code as facts: what it says, and the student's own line."""

from __future__ import annotations

import inspect
import linecache
import traceback
from types import CodeType
from typing import Any

from course.calling.endings import Raised
from course.calling.naming import bare_name, one_line, text_of
from course.calling.time_limit import TimeUp

SOURCE = 500
"""Characters of a line of code that are kept."""
LINES = 1_000_000
"""A function has fewer lines than this; another number is a lie."""

# Bound once: where answers are graded, a student may replace these names where they come from.
_walk, _getline, _unwrap = traceback.walk_tb, linecache.getline, inspect.unwrap


def raised(error: BaseException, function: Any) -> Raised:
    """Find the student's own line: the deepest one in the file, or notebook cell, of the function.

    It is counted from the first line of the function, or of the class that a method is in.
    """
    code = _code_of(function)
    line, source = None, ""
    if code is not None:
        first, owner = _first_line(code), _class_of(code)
        for frame, number in _walk(error.__traceback__):
            inner = frame.f_code
            if inner.co_filename == code.co_filename:
                source = one_line(_getline(code.co_filename, number).strip(), SOURCE)
                own = inner is code or (owner and _class_of(inner) == owner)
                line = number - first + 1 if own else None
    if line is not None and not 0 < line < LINES:
        line = None
    return Raised(bare_name(type(error)), text_of(error), line, source)


def _class_of(code: CodeType) -> str:
    """Give the name of the class around a method; empty for a function."""
    outer = code.co_qualname.rpartition(".")[0].rpartition(".")[2]
    return "" if outer == "<locals>" else outer


def _first_line(code: CodeType) -> int:
    """Give the line with which a function begins, or the class that a method is in."""
    name = _class_of(code)
    for number in range(code.co_firstlineno, 0, -1) if name else ():
        words = _getline(code.co_filename, number).replace(":", " ").replace("(", " ").split()
        if words[:2] == ["class", name]:
            return number
    return code.co_firstlineno


def _code_of(function: Any) -> CodeType | None:
    try:
        made = _unwrap(function)
        code = getattr(made.__init__ if type(made) is type else made, "__code__", None)
    except TimeUp:
        raise
    except BaseException:  # wrapped in a circle, or an object that refuses to be looked at
        return None
    return code if type(code) is CodeType else None
