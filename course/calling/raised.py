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
    """Find the student's own line: the deepest one in the file, or notebook cell, of the function."""
    code = _code_of(function)
    line, source = None, ""
    if code is not None:
        for frame, number in _walk(error.__traceback__):
            if frame.f_code.co_filename == code.co_filename:
                source = one_line(_getline(code.co_filename, number).strip(), SOURCE)
                line = number - code.co_firstlineno + 1 if frame.f_code is code else None
    if line is not None and not 0 < line < LINES:
        line = None
    return Raised(bare_name(type(error)), text_of(error), line, source)


def _code_of(function: Any) -> CodeType | None:
    try:
        code = getattr(_unwrap(function), "__code__", None)
    except TimeUp:
        raise
    except BaseException:  # wrapped in a circle, or an object that refuses to be looked at
        return None
    return code if type(code) is CodeType else None
