"""A student's code as text with its syntax tree, and one small change of that text.

Nothing here runs the code. A change is made to the text, so everything else keeps its place and its line.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

LONGEST = 8000
"""Characters of code that are looked at: a syntax tree of far more could exhaust the stack."""
LONGEST_PIECE = 300
"""Characters of an expression that is rearranged. What is longer is more than a small change."""


@dataclass(frozen=True, slots=True)
class Change:
    """One small change of a text.

    Parameters
    ----------
    start, end
        What is replaced.
    new
        What it is replaced with.
    rank
        How unlikely it is: changes are tried by rank.
    after
        What the change is about is this many characters after the start: its line is the line of the change.
    one, second
        Where the same change is made in two places that are alike, the first of the two, and where the second is.
    """

    start: int
    end: int
    new: str
    rank: int = 1
    after: int = 0
    one: Change | None = None
    second: int = 0

    def apply(self, text: str) -> str:
        """Make the change.

        Examples
        --------
        >>> Change(7, 8, "-").apply("return +x")
        'return -x'
        """
        return text[: self.start] + self.new + text[self.end :]

    def trimmed(self, text: str) -> Change:
        """Make the same change of as few characters as possible, so that another one may be next to it.

        Examples
        --------
        >>> Change(0, 11, "(a + b)").trimmed("(a + b) / c")
        Change(start=7, end=11, new='', rank=1, after=0, one=None, second=0)
        """
        old = text[self.start : self.end]
        first, last = common_ends(old, self.new)
        return Change(self.start + first, self.end - last, self.new[first : len(self.new) - last], self.rank)


class Code:
    """The code of one function or class.

    Parameters
    ----------
    text
        Its source, dedented.

    Raises
    ------
    SyntaxError, ValueError, RecursionError, MemoryError
        If it can't be read as Python.
    """

    def __init__(self, text: str) -> None:
        if len(text) > LONGEST:
            raise ValueError(f"Code of more than {LONGEST} characters is not looked at.")
        self.text = text
        self.tree = ast.parse(text)
        self.lines = text.split("\n")
        self._spans: dict[ast.AST, tuple[int, int]] = {}
        self._starts = [0]
        for line in self.lines:
            self._starts.append(self._starts[-1] + len(line) + 1)

    @property
    def name(self) -> str:
        """The name that the code defines; empty if it is not one function or class."""
        match self.tree.body:
            case [ast.FunctionDef(name=name) | ast.ClassDef(name=name)]:
                return name
        return ""

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        """The node above each node."""
        return {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Every node of the code that can be changed: not docstrings, annotations or defaults."""
        left_out: set[ast.AST] = set()
        for node in ast.walk(self.tree):
            if (
                isinstance(node, ast.Expr)
                and isinstance(node.value, ast.Constant)
                and isinstance(node.value.value, str)
            ):
                left_out.update((node, node.value))
            if isinstance(node, ast.arguments):  # the defaults are the exercise's
                for default in (*node.defaults, *filter(None, node.kw_defaults)):
                    left_out.update(ast.walk(default))
            for annotation in (getattr(node, "annotation", None), getattr(node, "returns", None)):
                if annotation is not None:
                    left_out.update(ast.walk(annotation))
        return [node for node in ast.walk(self.tree) if node not in left_out]

    @cached_property
    def names(self) -> frozenset[str]:
        """Every name that the code reads, sets or takes as an argument."""
        read = (node.id for node in self.nodes if isinstance(node, ast.Name))
        return frozenset((*read, *(node.arg for node in self.nodes if isinstance(node, ast.arg))))

    @cached_property
    def sizes(self) -> list[str]:
        """The names that get a computed number, or a number of a shape."""
        found = []
        for node in self.nodes:
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.BinOp()):
                    found.append(name)
                case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Attribute(attr="shape")):
                    found += [name.id for name in names if isinstance(name, ast.Name)]
        return found

    @cached_property
    def counts(self) -> set[str]:
        """The names that count something: they are one more than another number."""
        found = set()
        for node in self.nodes:
            match node:
                case (
                    ast.Assign(targets=[ast.Name(id=name)], value=ast.BinOp(op=ast.Add(), right=ast.Constant(value=1)))
                    | ast.Assign(targets=[ast.Name(id=name)], value=ast.BinOp(ast.Constant(value=1), ast.Add()))
                    | ast.AugAssign(target=ast.Name(id=name), op=ast.Add(), value=ast.Constant(value=1))
                ):
                    found.add(name)
        return found

    @cached_property
    def infinite(self) -> bool:
        """Whether the code looks for a largest value, or has infinity already."""
        return any(word in self.text for word in ("max", "inf"))

    @cached_property
    def only_numbers(self) -> bool:
        """Whether the code computes with numbers alone: of an array it takes only its sizes."""
        for node in self.nodes:
            match node:
                case ast.BinOp(op=ast.MatMult()) | ast.Subscript(slice=ast.Tuple()):
                    return False
                case ast.Attribute(value=ast.Name(id="math")):
                    pass
                case ast.Attribute(attr=attr) if attr not in _OF_NO_ARRAY:
                    return False
        return True

    @cached_property
    def branches(self) -> list[list[ast.stmt]]:
        """The blocks that run only under a condition, whose statements can have one more before them.

        What follows an `if` that returns runs only under a condition, too.
        """
        blocks = [block for node in self.nodes if isinstance(node, ast.If) for block in (node.body, node.orelse)]
        for block in (block for node in self.nodes for block in blocks_of(node)):
            for i, statement in enumerate(block):
                if isinstance(statement, ast.If) and not statement.orelse and isinstance(statement.body[-1], _LEAVING):
                    blocks.append(block[i + 1 :])
        return [block for block in blocks if block and block[0] in self.changeable]

    @cached_property
    def changeable(self) -> set[ast.AST]:
        """The same nodes, to ask whether one is among them."""
        return set(self.nodes)

    @cached_property
    def indexing(self) -> set[ast.AST]:
        """The nodes that only say where: within an index, a slice or a range."""
        found: set[ast.AST] = set()
        for node in ast.walk(self.tree):
            match node:
                case ast.Subscript(slice=index):
                    found.update(ast.walk(index))
                case ast.Call(func=ast.Name(id="range"), args=args):
                    found.update(part for arg in args for part in ast.walk(arg))
        return found

    @cached_property
    def sizing(self) -> set[ast.AST]:
        """The nodes that say how many values an array is made with: a power of one could take all memory."""
        calls = (node for node in ast.walk(self.tree) if isinstance(node, ast.Call))
        made = (call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr in _MAKING)
        return {part for call in made for arg in call.args for part in ast.walk(arg)}

    @property
    def functions(self) -> Iterator[ast.FunctionDef]:
        """Every function and method."""
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef))

    def offset(self, line: int, column: int) -> int:
        """Give the place in the text of a line and a column in bytes, as `ast` counts them."""
        text = self.lines[line - 1]
        if not text.isascii():
            column = len(text.encode()[:column].decode())
        return self._starts[line - 1] + column

    def span(self, node: ast.expr | ast.stmt | ast.keyword) -> tuple[int, int]:
        """Give where a node begins and ends."""
        if node not in self._spans:
            assert node.end_lineno is not None
            assert node.end_col_offset is not None
            start, end = self.offset(node.lineno, node.col_offset), self.offset(node.end_lineno, node.end_col_offset)
            self._spans[node] = start, end
        return self._spans[node]

    def of(self, node: ast.expr | ast.stmt | ast.keyword) -> str:
        """Give a node's text."""
        start, end = self.span(node)
        return self.text[start:end]

    def operand(self, node: ast.expr) -> str:
        """Give an expression's text as it can be used as an operand.

        Examples
        --------
        >>> code = Code("a + b")
        >>> code.operand(code.tree.body[0].value)
        '(a + b)'
        """
        atoms = (ast.Name, ast.Constant, ast.Call, ast.Subscript, ast.Attribute, ast.List)
        return self.of(node) if isinstance(node, atoms) else f"({self.of(node)})"

    def replace(self, node: ast.expr | ast.stmt | ast.keyword, new: str, rank: int = 1) -> Change:
        """Put something else in a node's place."""
        return Change(*self.span(node), new, rank)

    def short(self, node: ast.expr | ast.stmt | ast.keyword) -> bool:
        """Tell whether a node is short enough to be rearranged."""
        start, end = self.span(node)
        return end - start <= LONGEST_PIECE

    def line_of(self, change: Change) -> int:
        """Give the number of the line, from 1, that a change is about."""
        return self.text.count("\n", 0, change.start + change.after) + 1

    def lines_of(self, change: Change) -> tuple[int, ...]:
        """Give the line of a change, or where it is made twice, both lines."""
        first = self.line_of(change)
        return (first, self.text.count("\n", 0, change.second) + 1) if change.one else (first,)


_MAKING = frozenset({"arange", "zeros", "ones", "empty", "full", "eye", "identity", "linspace", "tile", "repeat"})
_OF_NO_ARRAY = frozenset({"shape", "size", "ndim", *dir(list), *dir(dict), *dir(str)})
"""Sizes, and what lists, tables and texts have."""
_LEAVING = (ast.Return, ast.Continue, ast.Break, ast.Raise)


def blocks_of(node: ast.AST) -> Iterator[list[ast.stmt]]:
    """Give the blocks of statements that a statement has."""
    if isinstance(node, ast.FunctionDef | ast.For | ast.While | ast.If | ast.With):
        yield node.body
    if isinstance(node, ast.For | ast.While | ast.If) and node.orelse:
        yield node.orelse


def common_ends(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """Count the tokens that two sequences share at the start, and then at the end.

    Examples
    --------
    >>> common_ends(["x", "+", "1"], ["x", "-", "1"])
    (1, 1)
    """
    shortest = min(len(old), len(new))
    first = 0
    while first < shortest and old[first] == new[first]:
        first += 1
    last = 0
    while last < shortest - first and old[-1 - last] == new[-1 - last]:
        last += 1
    return first, last
