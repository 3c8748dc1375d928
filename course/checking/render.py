"""A document as plain text and as HTML: the same sentences, laid out."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from course.checking.document import (
    Cell,
    Code,
    Document,
    Grid,
    Grids,
    Line,
    Map,
    Piece,
    Role,
    Source,
    State,
    Strong,
    Table,
    Tally,
    Text,
    Value,
)

MAX_LINES = 12
WIDTH = 100
"""Characters across which grids are set side by side."""

# Half-transparent fills and inherited text read on a light page and on a dark one. Every colour has a word or a mark
# beside it: amber is not yet, green is right, grey is not attempted, and blue is what to do next.
_GREEN, _AMBER, _GREY, _BLUE = "46, 139, 87", "200, 130, 20", "128, 128, 128", "0, 114, 178"
_STATES = {State.RIGHT: (_GREEN, "✓"), State.NOT_YET: (_AMBER, "✗"), State.NOT_ATTEMPTED: (_GREY, "○")}
_MONO = "font-family: 'DejaVu Sans Mono', Menlo, Consolas, monospace; font-size: 93%"
# nbgrader's pages would set code in red, as if all of it were wrong.
_CODE = '<code style="color: inherit; background: rgba(128, 128, 128, 0.15)">'
_CALM, _LOUD = "opacity: 0.75; font-size: 92%", "font-weight: 600; font-size: 108%"


def text(document: Document) -> str:
    """Give a document as at most twelve lines of text.

    Where there are more, what the rest can be understood without goes first: which cases, then the numbers.
    """
    blocks = [(line.role, text_line(line).splitlines() or [""]) for line in document.lines]
    for spare in (Role.CASES, Role.NUMBERS):
        if sum(len(lines) for _, lines in blocks) > MAX_LINES:
            blocks = [block for block in blocks if block[0] is not spare]
    return "\n".join([line for _, lines in blocks for line in lines][:MAX_LINES])


def text_line(line: Line) -> str:
    """Give one line as text."""
    indent = "  " if line.role is Role.DETAIL else ""
    return indent + "".join(map(_text_piece, line.pieces))


def _text_piece(piece: Piece) -> str:
    match piece:
        case Code(code):
            return f"`{code}`"
        case Source(code):
            return f"  {code}"
        case Table(heads, cells):
            first, *others = (f"{head} {cell}" for head, cell in zip(heads, cells, strict=True))
            return f"{first[:1].upper()}{first[1:]}: {', '.join(others)}. "
        case Grids(grids):
            return beside(grids)
        case Map() | Tally():
            return ""
        case Text(words) | Strong(words) | Value(words):
            return words


def beside(grids: Iterable[Grid], width: int = WIDTH) -> str:
    """Give grids as text, as many side by side as there is room for. A star marks a wrong number.

    Examples
    --------
    >>> x = Grid("x", (((Cell("1"), Cell("10")), (Cell("-2"), Cell("3"))),))
    >>> yours = Grid("yours", (((Cell("7"), Cell("0", wrong=True)),),))
    >>> print(beside([x, yours]))
    x         yours
     1  10    7  0*
    -2   3
    """
    bands: list[list[list[str]]] = [[]]
    for block in map(_block_of_text, grids):
        if bands[-1] and sum(len(other[0]) + 4 for other in bands[-1]) + len(block[0]) > width:
            bands.append([])
        bands[-1].append(block)
    return "\n".join("\n".join(_rows_beside(band, 4)) for band in bands)


def _block_of_text(grid: Grid) -> list[str]:
    cells = [cell for table in grid.tables for row in table for cell in row]
    mark = "*" if any(cell.wrong for cell in cells) else ""
    width = max(len(cell.text) for cell in cells)
    tables = [
        ["  ".join(f"{cell.text:>{width}}{'*' if cell.wrong else mark and ' '}" for cell in row) for row in table]
        for table in grid.tables
    ]
    rows = _rows_beside(tables, 3)
    longest = max(len(grid.name), *map(len, rows))
    return [f"{row:<{longest}}" for row in (grid.name, *rows)]


def _rows_beside(blocks: list[list[str]], gap: int) -> list[str]:
    """Join blocks of lines side by side; each block's lines are equally long."""
    height = max(map(len, blocks))
    filled = [[*block, *[" " * len(block[0])] * (height - len(block))] for block in blocks]
    return [(" " * gap).join(parts).rstrip() for parts in zip(*filled, strict=True)]


def html(document: Document) -> str:
    """Give a document as HTML for a notebook: escaped, with inline styles, readable in light and dark themes.

    JupyterLab drops style sheets from notebooks that are not trusted, so each element has its own style.
    """
    colour, mark = _STATES[document.state]
    blocks = [_head(line, colour, mark) for line in document.of(Role.VERDICT)]
    blocks.append(panel(document.of(Role.DIAGNOSIS, Role.STEP)))
    blocks += [_block(line, "margin: 0.35em 0") for line in document.of(Role.FACT, Role.DETAIL, Role.NUMBERS)]
    blocks += [_block(line, _CALM) for role in (Role.CALL, Role.CASES, Role.NOTE) for line in document.of(role)]
    return (
        f'<div style="border-left: 4px solid rgb({colour}); padding: 0.1em 0 0.1em 1em; margin: 0.5em 0; '
        f'line-height: 1.5; max-width: 56em; overflow-x: auto">{"".join(blocks)}</div>'
    )


def _head(line: Line, colour: str, mark: str) -> str:
    sentence = "".join(_piece(piece) for piece in line.pieces if not isinstance(piece, Tally))
    tally = "".join(_piece(piece) for piece in line.pieces if isinstance(piece, Tally))
    return (
        '<div style="display: flex; flex-wrap: wrap; gap: 0 1.5em; justify-content: space-between">'
        f'<span><span aria-hidden="true" style="color: rgb({colour})">{mark}</span> {sentence}</span>{tally}</div>'
    )


def _tally(passed: tuple[bool, ...]) -> str:
    """Show one dot a case: full and green where it is right, an empty ring where it is not."""
    dots = "".join(
        f'<span style="color: rgb({_GREEN})">●</span>' if right else '<span style="opacity: 0.5">○</span>'
        for right in passed
    )
    return f'<span aria-hidden="true" title="● right, ○ not yet" style="letter-spacing: 0.12em">{dots}</span>'


def panel(lines: Iterable[Line]) -> str:
    """Set lines apart from everything else, on blue: what to do next, where the eye should go first."""
    content = "".join(_block(line, _LOUD if line.role is Role.DIAGNOSIS else "") for line in lines)
    return content and (
        f'<div style="margin: 0.5em 0; padding: 0.5em 0.8em; background: rgba({_BLUE}, 0.1); border-radius: 4px; '
        f'line-height: 1.5; max-width: 56em">{content}</div>'
    )


def _block(line: Line, style: str = "") -> str:
    return f'<div style="{style}">{"".join(map(_piece, line.pieces))}</div>'


def _piece(piece: Piece) -> str:
    match piece:
        case Text(words):
            return escape(words)
        case Strong(words):
            return f"<strong>{escape(words)}</strong>"
        case Code(code) | Value(code):
            return f"{_CODE}{escape(code)}</code>"
        case Source(code, number):
            return _source(code, number)
        case Table(heads, cells):
            return _table(heads, cells)
        case Map(grid):
            return _map(grid)
        case Grids(grids):
            return _grids(grids)
        case Tally(passed):
            return _tally(passed)


def _source(code: str, number: int | None) -> str:
    gutter = (
        f'<span style="opacity: 0.6; padding-right: 0.7em; margin-right: 0.8em; '
        f'border-right: 2px solid rgb({_AMBER})">{number}</span>'
        if number
        else ""
    )
    return (
        f'<div style="{_MONO}; padding: 0.15em 0.7em; margin: 0.2em 0; background: rgba(128, 128, 128, 0.12); '
        f'white-space: pre; overflow-x: auto">{gutter}{escape(code)}</div>'
    )


def _table(heads: tuple[str, ...], cells: tuple[str, ...]) -> str:
    # themes stripe and tint tables; each part says that it wants none of that
    row, cell = (
        'style="background: none"',
        "background: none; padding: 0.1em 1.2em 0.1em 0; text-align: left; border: 0",
    )
    names = "".join(f'<th style="{cell}; font-weight: normal; opacity: 0.75">{escape(head)}</th>' for head in heads)
    values = "".join(f'<td style="{cell}">{_CODE}{escape(value)}</code></td>' for value in cells)
    return (
        '<table style="border-collapse: collapse; margin: 0.3em 0; display: table; color: inherit; font-size: inherit">'
        f"<tr {row}>{names}</tr><tr {row}>{values}</tr></table>"
    )


def _map(grid: tuple[tuple[bool, ...], ...]) -> str:
    """Show where values differ, as a grid of marks."""
    box = "width: 1.15em; height: 1.15em; padding: 0; text-align: center; font-size: 80%; line-height: 1.1"
    wrong = f'<td style="{box}; background: rgba({_AMBER}, 0.45); border: 1px solid rgba(128, 128, 128, 0.5)">✗</td>'
    right = f'<td style="{box}; background: rgba({_GREEN}, 0.15); border: 1px solid rgba(128, 128, 128, 0.5)">·</td>'
    rows = "".join(
        f'<tr style="background: none">{"".join(wrong if bad else right for bad in row)}</tr>' for row in grid
    )
    return (
        '<table role="img" aria-label="map of the values that differ" title="✗ differs, · is right" '
        'style="border-collapse: collapse; margin: 0.3em 0 0.5em; display: table; color: inherit">'
        f"{rows}</table>"
    )


def _grids(grids: tuple[Grid, ...]) -> str:
    """Show arrays side by side; on a narrow page they stack."""
    style = "display: flex; flex-wrap: wrap; gap: 0.6em 2em; margin: 0.4em 0"
    return f'<div style="{style}">{"".join(map(_grid, grids))}</div>'


def _grid(grid: Grid) -> str:
    tables = "".join(map(_numbers, grid.tables))
    return (
        f'<div><div style="font-size: 85%; opacity: 0.75; margin-bottom: 0.2em">{escape(grid.name)}</div>'
        f'<div style="display: flex; gap: 0.8em">{tables}</div></div>'
    )


def _numbers(table: tuple[tuple[Cell, ...], ...]) -> str:
    compared = any(cell.wrong for row in table for cell in row)
    rows = "".join(
        f'<tr style="background: none">{"".join(_cell(cell, compared) for cell in row)}</tr>' for row in table
    )
    return (
        f'<table style="border-collapse: collapse; margin: 0; display: table; color: inherit; {_MONO}">{rows}</table>'
    )


def _cell(cell: Cell, compared: bool) -> str:
    style = f"padding: 0.15em 0.55em; text-align: right; border: 1px solid rgba({_GREY}, 0.35); background: none"
    if cell.wrong:
        style += f"; background: rgba({_AMBER}, 0.3); font-weight: 600"
    elif compared:
        style += "; opacity: 0.65"
    if cell.first:
        style += "; outline: 2px solid currentColor; outline-offset: -2px"
    note = ' title="not right"' if cell.wrong else ""
    return f'<td style="{style}"{note}>{escape(cell.text)}</td>'
