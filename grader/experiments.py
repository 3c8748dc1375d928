"""Which of a student's cells run after the answers were judged: their time must not be missing there."""

from __future__ import annotations

import re
import symtable
from collections.abc import Collection, Sequence

from course.checking.student_code import names_bound
from grader.cell_roles import role
from grader.node import AnyNode

_MAGIC = re.compile(r"^[ \t]*[%!].*$", re.MULTILINE)
_EVERYTHING = "*"
"""What ``from helpers import *`` binds."""


def split(code: Sequence[AnyNode], graded: Collection[str]) -> tuple[list[AnyNode], list[AnyNode]]:
    """Split a notebook's cells into those that answers may need, and experiments after the last exercise.

    A cell there is an experiment if it defines no graded name, and nothing that is used by cells that are needed.

    Parameters
    ----------
    code
        The cells that run, in their order.
    graded
        The names of the exercises.

    Returns
    -------
    needed, experiments
        Each in the notebook's order.

    Examples
    --------
    >>> from nbformat.v4 import new_code_cell
    >>> sources = ["def linear(x): return double(x)", "def double(x): return 2 * x", "print(linear(3))"]
    >>> roles = ["solution", "extra", "extra"]
    >>> code = [new_code_cell(s, metadata={"layer_by_layer": {"role": r}}) for s, r in zip(sources, roles)]
    >>> [cell.source for cell in split(code, {"linear"})[1]]
    ['print(linear(3))']
    """
    end = next((place for place in range(len(code), 0, -1) if role(code[place - 1]) != "extra"), 0)
    if end == len(code):
        return list(code), []
    used = {*graded, _EVERYTHING, *(name for cell in code[:end] for name in _globals_used(cell.source))}
    waiting = {place: names_bound(_MAGIC.sub("", code[place].source)) for place in range(end, len(code))}
    while found := [place for place, names in waiting.items() if names & used]:
        for place in found:
            used |= _globals_used(code[place].source)
            del waiting[place]
    return [cell for place, cell in enumerate(code) if place not in waiting], [code[place] for place in waiting]


def _globals_used(source: str) -> set[str]:
    """Name what a cell reads outside of functions, or a function of it reads that is not its own."""
    try:
        tables = [symtable.symtable(_MAGIC.sub("", source), "cell", "exec")]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()  # it won't run either
    names = set()
    for table in tables:
        tables += table.get_children()
        read = (symbol for symbol in table.get_symbols() if symbol.is_referenced())
        names |= {symbol.get_name() for symbol in read if symbol.is_global() or table.get_type() == "module"}
    return names
