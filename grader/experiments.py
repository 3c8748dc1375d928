"""Which of a student's cells run after the answers were judged: their time must not be missing there."""

from __future__ import annotations

import ast
import re
import symtable
from collections.abc import Collection, Iterator, Sequence

from course.checking.student_code import names_bound, stored
from grader.cell_roles import role
from grader.node import AnyNode

_TIMED = re.compile(r"^([ \t]*)%time[ \t]+", re.MULTILINE)
_MAGIC = re.compile(r"^([ \t]*)%(?:%?timeit|%time|matplotlib)\b.*$", re.MULTILINE)
"""Magics that define nothing by themselves. A cell with another one may define anything."""
_EVERYTHING = "*"
"""What ``from helpers import *`` binds."""
_REACHING = {"exec", "eval", "globals", "locals", "vars", "setattr", "delattr", "get_ipython", "__import__"}
"""With these, code changes what it does not name."""


def split(code: Sequence[AnyNode], graded: Collection[str]) -> tuple[list[AnyNode], list[AnyNode]]:
    """Split a notebook's cells into those that answers may need, and experiments after the last exercise.

    A cell there is an experiment if it surely leaves alone whatever a call of an answer, or a cell that is needed,
    looks up: it neither defines nor changes a name of theirs.

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
    cells = [_Cell(cell.source) for cell in code]
    used, values = {*graded, _EVERYTHING}, set[str]()
    for cell in cells[:end]:
        used |= cell.looked_up_later
        values |= cell.values
    waiting = set(range(end, len(code)))
    while found := [place for place in waiting if cells[place].may_change(used, values)]:
        for place in found:
            used |= cells[place].mentioned
            values |= cells[place].values
        waiting.difference_update(found)
    if any(cell.declares_global for cell in cells):
        waiting.clear()
    return [one for place, one in enumerate(code) if place not in waiting], [code[place] for place in sorted(waiting)]


class _Cell:
    """A cell's code, and the names that matter to other cells."""

    def __init__(self, source: str) -> None:
        self.source = _MAGIC.sub(r"\1pass", _TIMED.sub(r"\1", source))
        self.mentioned = set(re.findall(r"\w+", self.source))
        try:
            self.tree = ast.parse(self.source)
            table = symtable.symtable(self.source, "cell", "exec")
        except (SyntaxError, ValueError, RecursionError, MemoryError):  # or it has more of IPython's syntax
            self.tree, self.nodes = None, []
            self.looked_up_later, self.values, self.declares_global = self.mentioned, set[str](), False
            return
        self.nodes = list(ast.walk(self.tree))
        self.looked_up_later = set(_looked_up_in_functions(table))
        self.values = stored(self.tree)
        self.declares_global = any(isinstance(node, ast.Global) for node in self.nodes)

    def may_change(self, used: Collection[str], values: Collection[str]) -> bool:
        """Tell whether running it may change one of the names that are used, or the object behind it.

        A used value may change wherever it is mentioned; a function, class or module where an attribute of it is set.
        """
        if self.tree is None or not names_bound(self.source).isdisjoint(used):
            return True
        for node in self.nodes:
            if isinstance(node, ast.Name):
                reached = node.id in _REACHING or (node.id in used and node.id in values)
                if reached or (isinstance(node.ctx, ast.Del) and node.id in used):
                    return True
            elif (
                isinstance(node, ast.Attribute | ast.Subscript)
                and not isinstance(node.ctx, ast.Load)
                and _root(node) in used
            ):
                return True
        return False


def _root(node: ast.expr) -> str:
    """Name what an attribute or an item belongs to; empty where that has no name."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _looked_up_in_functions(table: symtable.SymbolTable) -> Iterator[str]:
    """Name what functions of a cell look up outside of themselves when they are called."""
    for child in table.get_children():
        if child.get_type() == "function":
            yield from (one.get_name() for one in child.get_symbols() if one.is_referenced() and one.is_global())
        yield from _looked_up_in_functions(child)
