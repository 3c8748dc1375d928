"""A document as at most twelve lines of plain text."""

from __future__ import annotations

from collections.abc import Iterable

from course.checking.document import (
    Cases,
    Code,
    Document,
    Grid,
    Grids,
    Line,
    Map,
    Name,
    Piece,
    Role,
    Source,
    Table,
)

MAX_LINES = 12
WIDTH = 100
"""Characters across which grids are set side by side."""
LONGEST_LIST, MOST_NAMES = 110, 4
"""A longer line names at most this many cases, and counts the others."""

_SPARE = (Role.CASES, Role.NUMBERS, Role.NOTE, Role.DETAIL)
"""What a report can be understood without, in this order; then whatever comes last before the next step."""
_KEPT = frozenset({Role.VERDICT, Role.DIAGNOSIS, Role.STEP})


def text(document: Document) -> str:
    """Give a document as at most twelve lines of text. The next step is never left out.

    Where there are more, what the rest can be understood without goes first: which cases, then further wrong results,
    the arguments in full, the first result, notes and details.
    """
    told = [line for line in document.lines if line.role is not Role.FOLDED]
    blocks = [(line, text_line(line).splitlines() or [""]) for line in told]
    for shorter in (_without_cases, _without_further_numbers, _without_arguments, *[_without_the_last] * len(blocks)):
        if sum(len(lines) for _, lines in blocks) <= MAX_LINES:
            break
        blocks = shorter(blocks)
    lines = [line for _, lines in blocks for line in lines]
    return "\n".join(lines if len(lines) <= MAX_LINES else [*lines[: MAX_LINES - 1], lines[-1]])


_Blocks = list[tuple[Line, list[str]]]


def _without_cases(blocks: _Blocks) -> _Blocks:
    return [block for block in blocks if block[0].role is not Role.CASES]


def _without_further_numbers(blocks: _Blocks) -> _Blocks:
    """Show the arguments and the first result; of several that are wrong, the others are in a row below."""
    first = next((block for block in blocks if block[0].role is Role.NUMBERS), None)
    return [block for block in blocks if block[0].role is not Role.NUMBERS or block is first]


def _without_arguments(blocks: _Blocks) -> _Blocks:
    """Show results without the arguments: these are the first to be found elsewhere."""
    return [
        (line, beside(grids.results).splitlines())
        if isinstance(grids := line.pieces[0] if line.pieces else None, Grids) and grids.results
        else (line, lines)
        for line, lines in blocks
    ]


def _without_the_last(blocks: _Blocks) -> _Blocks:
    """Leave out the line that is needed least."""

    def need(index: int) -> tuple[int, int]:
        role = blocks[index][0].role
        return (_SPARE.index(role) if role in _SPARE else len(_SPARE), -index)

    spare = min((i for i, (line, _) in enumerate(blocks) if line.role not in _KEPT), key=need, default=None)
    return blocks if spare is None else blocks[:spare] + blocks[spare + 1 :]


def text_line(line: Line) -> str:
    """Give one line as text."""
    indent = "  " if line.role is Role.DETAIL else ""
    return indent + sentence(line.pieces)


def sentence(pieces: Iterable[Piece]) -> str:
    """Give pieces as text, one after the other."""
    return "".join(map(_text_piece, pieces))


def _text_piece(piece: Piece) -> str:
    match piece:
        case Code(code):
            return f"`{code}`"
        case Source(code, number):
            return f"line {number}:  {code}" if number else f"  {code}"
        case Name(name):
            return f"{name}: "
        case Table(heads, cells):
            first, *others = (f"{head} {cell}" for head, cell in zip(heads, cells, strict=True))
            return f"{first[:1].upper()}{first[1:]}: {', '.join(others)}. "
        case Grids(arguments, results):
            return beside((*arguments, *results))
        case Cases(right, wrong):
            return _cases(right, wrong)
        case Map():
            return ""
        case _:
            return piece.text


def _cases(right: tuple[str, ...], wrong: tuple[str, ...]) -> str:
    """Name the cases; of many only the first, and how many others there are.

    Examples
    --------
    >>> _cases(("no bias",), ("with bias", "square weight"))
    'Right: no bias. Not yet: with bias; square weight.'
    >>> _cases((), tuple("case" * 4 + str(i) for i in range(9)))
    'Not yet: casecasecasecase0; casecasecasecase1; casecasecasecase2; casecasecasecase3; and 5 more.'
    """
    groups = [(opening, names) for opening, names in (("Right", right), ("Not yet", wrong)) if names]
    line = " ".join(f"{opening}: {'; '.join(names)}." for opening, names in groups)
    if len(line) <= LONGEST_LIST:
        return line
    each = MOST_NAMES if len(groups) == 1 else MOST_NAMES // 2
    return " ".join(f"{opening}: {_some(names, each)}." for opening, names in groups)


def _some(names: tuple[str, ...], most: int) -> str:
    if len(names) <= most + 1:
        return "; ".join(names)
    return f"{'; '.join(names[:most])}; and {len(names) - most} more"


def beside(grids: Iterable[Grid], width: int = WIDTH) -> str:
    """Give grids as text, as many side by side as there is room for. A star marks a wrong number.

    Examples
    --------
    >>> from course.checking.document import Cell
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
    return "\n".join("\n".join(_rows_beside(band, "    ")) for band in bands)


def _block_of_text(grid: Grid) -> list[str]:
    cells = [cell for table in grid.tables for row in table for cell in row]
    mark = "*" if any(cell.wrong for cell in cells) else ""
    width = max(len(cell.text) for cell in cells)
    tables = [
        ["  ".join(f"{cell.text:>{width}}{'*' if cell.wrong else mark and ' '}" for cell in row) for row in table]
        for table in grid.tables
    ]
    rows = _rows_beside(tables, " | ")
    longest = max(len(grid.name), *map(len, rows))
    return [f"{row:<{longest}}" for row in (grid.name, *rows)]


def _rows_beside(blocks: list[list[str]], gap: str) -> list[str]:
    """Join blocks of lines side by side; each block's lines are equally long."""
    height = max(map(len, blocks))
    filled = [[*block, *[" " * len(block[0])] * (height - len(block))] for block in blocks]
    return [gap.join(parts).rstrip() for parts in zip(*filled, strict=True)]
