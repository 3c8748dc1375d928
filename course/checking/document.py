"""A report as a document: lines made of typed pieces. It knows what is code and what is a table; no renderer guesses.

`words` builds documents, `render` lays them out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from string import Formatter


@dataclass(frozen=True, slots=True)
class Text:
    """Words."""

    text: str


@dataclass(frozen=True, slots=True)
class Strong:
    """Words to find first: the exercise's name, "Next:"."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """Something to read or to type, quoted within a sentence: a name, an expression."""

    text: str


@dataclass(frozen=True, slots=True)
class Value:
    """A shape, a place, a number or a call: recognisable without quotation marks."""

    text: str


@dataclass(frozen=True, slots=True)
class Shape:
    """An array's shape; `clash` are the axes whose sizes do not fit."""

    sizes: tuple[int, ...]
    clash: frozenset[int] = frozenset()

    @property
    def text(self) -> str:
        """The shape as Python writes it."""
        return str(self.sizes)


@dataclass(frozen=True, slots=True)
class Quote:
    """One line of the student's code, quoted within a sentence."""

    number: int
    code: str

    @property
    def text(self) -> str:
        """The quotation within a sentence."""
        return f"line {self.number}, `{self.code}`"


@dataclass(frozen=True, slots=True)
class Aside:
    """What may follow a sentence in small print: a call that shows more."""

    sentence: tuple[Inline, ...]

    @property
    def text(self) -> str:
        """The sentence, set off by a space."""
        return " " + "".join(piece.text for piece in self.sentence)


@dataclass(frozen=True, slots=True)
class Source:
    """One line of the student's code; `number` is its line in the function, where that is known."""

    text: str
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """One row of values under their headings."""

    heads: tuple[str, ...]
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Map:
    """Where values differ: True is wrong. It shows what a sentence next to it says, so plain text leaves it out."""

    grid: tuple[tuple[bool, ...], ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of a grid.

    `wrong` is a number that is not right, `wanted` the one that should be in its place, and `first` says for either
    that it is the first of its grid.
    """

    text: str
    wrong: bool = False
    first: bool = False
    wanted: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """An array in full, under its name: a table of numbers, or for more than two axes several in a row.

    Parameters
    ----------
    name
        What it is.
    tables
        Rows of cells.
    labels
        The index of each table, where there are several.
    numbered
        Whether the rows have a number: they have none where the array has one axis.
    """

    name: str
    tables: tuple[tuple[tuple[Cell, ...], ...], ...]
    labels: tuple[str, ...] = ()
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Grids:
    """Arrays side by side: what a call takes, then what it returned and should return."""

    arguments: tuple[Grid, ...]
    results: tuple[Grid, ...] = ()


@dataclass(frozen=True, slots=True)
class Name:
    """What was checked, with which a report begins."""

    text: str


@dataclass(frozen=True, slots=True)
class Plain:
    """Words for plain text alone: a page shows the report's state in their place."""

    text: str


@dataclass(frozen=True, slots=True)
class Score:
    """What is earned: one mark a case, True is right, with the counts next to them. Plain text says it as `text`."""

    passed: tuple[bool, ...]
    counts: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Cases:
    """The names of the cases that are right, and of those that are not yet."""

    right: tuple[str, ...]
    wrong: tuple[str, ...]


Inline = Text | Strong | Code | Value | Shape | Quote | Aside
Piece = Inline | Source | Table | Map | Grids | Name | Plain | Score | Cases
Sentence = tuple[Inline, ...]


class Role(StrEnum):
    """What a line is for."""

    VERDICT = "verdict"
    CASES = "cases"
    CALL = "call"
    FACT = "fact"
    DETAIL = "detail"
    """Belongs to the fact before it."""
    NUMBERS = "numbers"
    DIAGNOSIS = "diagnosis"
    STEP = "step"
    NOTE = "note"
    FOLDED = "folded"
    """For a page, which can fold it away; plain text leaves it out."""


class State(StrEnum):
    """What a report says at first sight."""

    RIGHT = "right"
    NOT_YET = "not yet"
    NOT_ATTEMPTED = "not attempted"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of plain text."""

    role: Role
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A report, in the order in which it is read."""

    state: State
    lines: tuple[Line, ...]

    def of(self, *roles: Role) -> Iterator[Line]:
        """Give the lines with one of these roles."""
        return (line for line in self.lines if line.role in roles)


def marked(text: str) -> Sentence:
    """Read a sentence of the course in which code is between backticks.

    Only what the course's authors write is read so; a student's text is a `Text` as it is.

    Examples
    --------
    >>> marked("Is `bias` there?")
    (Text(text='Is '), Code(text='bias'), Text(text=' there?'))
    """
    return tuple(Code(part) if i % 2 else Text(part) for i, part in enumerate(text.split("`")) if part)


def say(template: str, *values: object) -> Sentence:
    """Fill in a template, in which code is between backticks, and ``{:v}`` sets a value as a `Value`.

    Whatever is filled in is taken as it is; a piece stays a piece.

    Examples
    --------
    >>> say("`{}` has the shape {:v}.", "bias", (4,))
    (Code(text='bias'), Text(text=' has the shape '), Value(text='(4,)'), Text(text='.'))
    >>> say("It is {}.", Strong("right"))
    (Text(text='It is '), Strong(text='right'), Text(text='.'))
    """
    pieces: list[Inline] = []
    code, gathered = False, ""

    def close() -> None:
        nonlocal gathered
        if gathered:
            pieces.append(Code(gathered) if code else Text(gathered))
        gathered = ""

    unnumbered = iter(range(len(values)))
    for literal, field, kind, _ in Formatter().parse(template):
        for i, part in enumerate(literal.split("`")):
            if i:
                close()
                code = not code
            gathered += part
        if field is None:
            continue
        value = values[int(field) if field else next(unnumbered)]
        if kind == "v" or isinstance(value, Inline):
            close()
            pieces.append(value if isinstance(value, Inline) else Value(str(value)))
        else:
            gathered += str(value)
    close()
    return tuple(pieces)
