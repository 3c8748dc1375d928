"""A wrong answer made by editing the right one: its source, and the function or class that it defines."""

from __future__ import annotations

import linecache
import sys
import warnings
from collections.abc import Sequence
from types import ModuleType
from typing import Any

import numpy as np

from course.errors import CourseError


class EditError(CourseError, ValueError):
    """An edit that does not turn the solution into a wrong answer.

    Parameters
    ----------
    mistake
        The mistake's id.
    problem
        What is wrong with the edit.
    source
        The solution, whose lines the message shows.
    """

    def __init__(self, mistake: str, problem: str, source: str) -> None:
        lines = "\n".join(f"{number:3} | {line}" for number, line in enumerate(source.splitlines(), start=1))
        super().__init__(f"{mistake}: {problem}\n{lines}", name=mistake)
        self.mistake = mistake
        self.problem = problem
        self.source = source


def edited(source: str, edits: Sequence[tuple[str, str]], mistake: str) -> str:
    """Make edits to a source, one after the other.

    Parameters
    ----------
    source
        The solution's source.
    edits
        Pairs ``(old, new)``. Each `old` must occur exactly once when its turn comes.
    mistake
        The mistake's id, for the error.

    Raises
    ------
    EditError
        If one does not occur exactly once, or changes nothing.

    Examples
    --------
    >>> edited("return 3 * x + 2", [("3 * x", "x"), (" + 2", "")], "line.x")
    'return x'
    """
    for old, new in edits:
        count = source.count(old)
        if count != 1:
            times = "does not occur" if count == 0 else f"occurs {count} times"
            raise EditError(mistake, f"the edit's text {old!r} {times} in the solution; it must occur once.", source)
        if old == new:
            raise EditError(mistake, f"the edit replaces {old!r} with itself.", source)
        source = source.replace(old, new)
    return source


def compiled(source: str, name: str, mistake: str, solution: Any) -> Any:
    """Run a source that defines `name`, and give what it defines.

    It sees the global names that the solution sees. Tracebacks and `inspect.getsource` show its lines.

    Parameters
    ----------
    source
        The source of one function or class.
    name
        The name that it defines.
    mistake
        The mistake's id, which becomes the name of its file.
    solution
        The solution that the source was made from.

    Raises
    ------
    EditError
        If it does not compile, or fails where it is defined.
    """
    file = f"<{mistake}>"
    home = sys.modules[solution.__module__]
    module = ModuleType(f"{home.__name__}.{mistake}")
    # a notebook has NumPy as np, also where the solution does without
    own = {"np": np, "__name__": module.__name__, "__file__": file, "__spec__": None, "__loader__": None}
    vars(module).update(vars(home) | own)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)  # of two edits together; a student can do nothing about it
            code = compile(source + "\n", file, "exec")
    except SyntaxError as error:
        where = f" in line {error.lineno}" if error.lineno else ""
        raise EditError(mistake, f"the edited solution does not compile: {error.msg}{where}.", source) from None
    # Without a modification time, linecache never drops it. A class is looked up through its module.
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    sys.modules[module.__name__] = module
    try:
        exec(code, vars(module))  # noqa: S102 - the course's own solution with the course's own edit
    except Exception as error:  # a default value, a decorator, a class attribute
        kind = type(error).__name__
        raise EditError(mistake, f"the edited solution can't be defined: {kind}: {error}.", source) from None
    return vars(module)[name]
