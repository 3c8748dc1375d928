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
NAME = 100
"""Characters of a function's name that are kept."""
LINES = 1_000_000
"""A function has fewer lines than this; another number is a lie."""

# Bound once: where answers are graded, a student may replace these names where they come from.
_walk, _getline, _unwrap, _cache = traceback.walk_tb, linecache.getline, inspect.unwrap, linecache.cache
_exact = str.__str__
# BaseException's own: a student's class can override it.
_traceback = BaseException.__dict__["__traceback__"].__get__


def raised(error: BaseException, function: Any) -> Raised:
    """Find the student's own line: the deepest one in the file, or notebook cell, of the function.

    In a notebook it is counted from the first line of the cell, as Jupyter numbers lines. In a file it is counted from
    the first line of the function, or of the class that a method is in.
    """
    code = _code_of(function)
    line, source = None, ""
    if code is not None:
        file, owner = _file_of(code), _class_of(code)
        first = 1 if is_cell(file) else _first_line(code)
        for frame, number in _walk(_traceback(error)):
            inner = frame.f_code
            if _file_of(inner) == file and number:  # None in code that was patched
                source = one_line(_getline(file, number).strip(), SOURCE)
                own = inner is code or (owner and _class_of(inner) == owner)
                line = number - first + 1 if own else None
    if line is not None and not 0 < line < LINES:
        line = None
    return Raised(bare_name(type(error)), text_of(error), line, source)


def is_cell(file: str) -> bool:
    """Tell whether code under this file's name is a notebook's cell: its lines are kept, and there is no file."""
    kept = _cache.get(file)
    return type(kept) is tuple and len(kept) == 4 and kept[1] is None  # the time at which a file was changed


def raised_in(error: BaseException, function: Any) -> str:
    """Name the function in which an error came up, where it is another one than the function or class that was called.

    Examples
    --------
    >>> def unwritten():
    ...     raise NotImplementedError
    >>> def calling():
    ...     return unwritten()
    >>> try:
    ...     calling()
    ... except NotImplementedError as error:
    ...     raised_in(error, calling), raised_in(error, unwritten)
    ('unwritten', '')
    """
    code, around, last = _code_of(function), None, None
    for frame, _ in _walk(_traceback(error)):
        around = frame.f_globals if frame.f_code is code else around
        last = frame if frame.f_globals is around else None  # a library's own error is not a student's stub
    if code is None or last is None or last.f_code is code:
        return ""
    name, owner = last.f_code.co_qualname, _class_of(code)
    own = name.startswith(f"{code.co_qualname}.<locals>") or (owner and _class_of(last.f_code) == owner)
    return "" if own else one_line(name.rpartition("<locals>.")[2], NAME)


def _file_of(code: CodeType) -> str:
    return _exact(code.co_filename)  # which may be of a student's own kind of text


def _class_of(code: CodeType) -> str:
    """Give the name of the class around a method; empty for a function."""
    outer = code.co_qualname.rpartition(".")[0].rpartition(".")[2]
    return "" if outer == "<locals>" else outer


def _first_line(code: CodeType) -> int:
    """Give the line with which a function begins, or the class that a method is in."""
    name = _class_of(code)
    for number in range(code.co_firstlineno, 0, -1) if name else ():
        words = _getline(_file_of(code), number).replace(":", " ").replace("(", " ").split()
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
