"""The pieces of a line as HTML: words within a sentence, and blocks below one another."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from course.checking.document import (
    Aside,
    Cases,
    Cell,
    Code,
    Grid,
    Grids,
    Map,
    Name,
    Piece,
    Plain,
    Quote,
    Score,
    Shape,
    Source,
    Strong,
    Table,
    Text,
    Value,
)
from course.checking.render.style import (
    AMBER,
    BARE,
    CALM,
    CODE,
    FADED,
    GREEN,
    GREY,
    HIDDEN,
    MONO,
    ROW,
    SIDE_BY_SIDE,
    TABLE,
    box,
)

BLOCKS = Source | Table | Map | Grids | Cases
"""What is set below the sentence that it comes in."""


def words(pieces: Iterable[Piece]) -> str:
    """Set what is part of a sentence, and leave out what is not: blocks, and what only plain text says."""
    return "".join(map(_inline, pieces))


def blocks(pieces: Iterable[Piece]) -> str:
    """Set what comes below the sentence: quoted lines, tables, grids."""
    return "".join(map(_block, pieces))


def asides(pieces: Iterable[Piece]) -> str:
    """Set what follows in small print."""
    return " ".join(words(piece.sentence) for piece in pieces if isinstance(piece, Aside))


def _inline(piece: Piece) -> str:
    match piece:
        case Text(text):
            return escape(text)
        case Strong(text):
            return f"<strong>{escape(text)}</strong>"
        case Code(text) | Value(text):
            return f'<code style="{CODE}">{escape(text)}</code>'
        case Shape(sizes, clash):
            return f'<code style="{CODE}">{_shape(sizes, clash)}</code>'
        case Quote(number):
            return f"line {number}"
        case Source(_, number):
            return f"line {number}:" if number else ""
        case Name(text):
            return f'<code style="{BARE}; font-weight: 700; font-size: 105%">{escape(text)}</code>'
        case Score(passed, counts):
            return _score(passed, counts)
        case _:
            return ""


def _block(piece: Piece) -> str:
    match piece:
        case Quote(number, code):
            return _source(code, number)
        case Source(code, number):
            return _source(code, number)
        case Table(heads, cells):
            return _table(heads, cells)
        case Map(grid):
            return _map(grid)
        case Grids(arguments, results):
            return box(_beside(arguments) + _beside(results), f"{SIDE_BY_SIDE}; margin: 0.5em 0")
        case Cases(right, wrong):
            return _cases("●", GREEN, "Right", right) + _cases("○", GREY, "Not yet", wrong)
        case Plain() | Score() | Name() | Text() | Strong() | Code() | Value() | Shape() | Aside():
            return ""


def _shape(sizes: tuple[int, ...], clash: frozenset[int]) -> str:
    parts = [f"<strong>{size}</strong>" if axis in clash else str(size) for axis, size in enumerate(sizes)]
    return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"


def _score(passed: tuple[bool, ...], counts: tuple[str, ...]) -> str:
    """Show one dot a case: full and green where it is right, an empty ring where it is not."""
    dots = "".join(
        f'<span style="color: rgb({GREEN if right else GREY})">{"●" if right else "○"}</span>' for right in passed
    )
    said = f"{sum(passed)} of {len(passed)} cases right"
    shown = dots and (
        f'<span role="img" aria-label="{said}" title="{said} (●)" style="letter-spacing: 0.12em">{dots}</span> '
    )
    return f'{shown}<span style="{CALM}">{" · ".join(map(escape, counts))}</span>'


def _source(code: str, number: int | None) -> str:
    gutter = (
        f'<span style="{FADED}; padding-right: 0.7em; margin-right: 0.8em; border-right: 2px solid rgb({AMBER})">'
        f'<span style="{HIDDEN}">line </span>{number}</span>'
        if number
        else ""
    )
    return box(
        f"{gutter}{escape(code)}",
        f"{MONO}; font-size: 93%; font-weight: normal; padding: 0.2em 0.7em; margin: 0.35em 0; "
        f"background: rgba({GREY}, 0.12); white-space: pre; overflow-x: auto",
    )


def _table(heads: tuple[str, ...], cells: tuple[str, ...]) -> str:
    cell = "background: none; padding: 0.1em 1.2em 0.1em 0; text-align: left; border: 0"
    names = "".join(
        f'<th scope="col" style="{cell}; font-weight: normal; {CALM}">{escape(head)}</th>' for head in heads
    )
    values = "".join(f'<td style="{cell}"><code style="{CODE}">{escape(value)}</code></td>' for value in cells)
    return f'<table style="{TABLE}; font-size: inherit; margin: 0.3em 0">{ROW}{names}</tr>{ROW}{values}</tr></table>'


def _map(grid: tuple[tuple[bool, ...], ...]) -> str:
    """Show where values differ, as a grid of marks."""
    cell = "width: 1.2em; height: 1.2em; padding: 0; text-align: center; line-height: 1"
    cell += f"; border: 1px solid rgba({GREY}, 0.5)"
    wrong = f'<td style="{cell}; background: rgba({AMBER}, 0.45)">✗</td>'
    right = f'<td style="{cell}; background: rgba({GREEN}, 0.15)">·</td>'
    rows = "".join(f"{ROW}{''.join(wrong if bad else right for bad in row)}</tr>" for row in grid)
    return (
        '<table role="img" aria-label="map of the values that differ" title="✗ differs, · is right" '
        f'style="{TABLE}; font-size: 85%; margin: 0.3em 0 0.5em">{rows}</table>'
    )


def _cases(mark: str, colour: str, opening: str, names: tuple[str, ...]) -> str:
    listed = (
        f'<span aria-hidden="true" style="color: rgb({colour})">{mark}</span> {opening}: {escape("; ".join(names))}.'
    )
    return box(listed, "") if names else ""


def _beside(grids: tuple[Grid, ...]) -> str:
    return box("".join(map(_grid, grids)), SIDE_BY_SIDE) if grids else ""


def _grid(grid: Grid) -> str:
    compared = any(cell.wrong or cell.wanted for table in grid.tables for row in table for cell in row)
    labels = grid.labels or ("",) * len(grid.tables)
    tables = "".join(
        _numbers(table, _caption(grid.name, label, first=not i), grid.numbered, compared)
        for i, (table, label) in enumerate(zip(grid.tables, labels, strict=True))
    )
    return box(tables, "display: flex; gap: 0.8em; overflow-x: auto; max-width: 100%")


def _caption(name: str, label: str, first: bool) -> str:
    said = escape(name) if first else f'<span style="{HIDDEN}">{escape(name)}</span>'
    return f"{said} {escape(label)}".strip()


def _numbers(table: tuple[tuple[Cell, ...], ...], caption: str, numbered: bool, compared: bool) -> str:
    above = f"caption-side: top; text-align: left; white-space: nowrap; padding: 0 0 0.2em; color: inherit; {CALM}"
    head = f'<caption style="{above}">{caption}</caption>'
    rows = "".join(
        f"{ROW}{_number(i) if numbered else ''}{''.join(_cell(cell, compared) for cell in row)}</tr>"
        for i, row in enumerate(table)
    )
    return f'<table style="{TABLE}; {MONO}; font-size: 93%">{head}{rows}</table>'


def _number(row: int) -> str:
    style = f"padding: 0 0.5em 0 0; border: 0; background: none; font-weight: normal; text-align: right; {FADED}"
    return f'<th scope="row" style="{style}">{row}</th>'


def _cell(cell: Cell, compared: bool) -> str:
    style = f"padding: 0.15em 0.55em; text-align: right; white-space: nowrap; border: 1px solid rgba({GREY}, 0.35)"
    note = title = ""
    if cell.wrong:
        style += f"; background: rgba({AMBER}, 0.3); font-weight: 700"
        title, note = ' title="not right"', f'<span style="{HIDDEN}"> not right</span>'
    elif cell.wanted:
        style += "; background: none; font-weight: 700"
    else:
        style += f"; background: none; {FADED}" if compared else "; background: none"
    if cell.first:
        style += "; border: 2px solid"  # of the text's colour: an untrusted notebook keeps no `currentColor`
    return f'<td style="{style}"{title}>{escape(cell.text)}{note}</td>'
