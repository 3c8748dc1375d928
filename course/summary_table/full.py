"""A layer in full, in columns, for a terminal and as plain text."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from itertools import zip_longest
from typing import TYPE_CHECKING

from course.catalog import LayerCard
from course.summary_table.words import Progress, chapter_number, chapter_status, used, variant

if TYPE_CHECKING:
    from rich.console import RenderableType

_HEADINGS = ("Layer", "Formula", "Trainable parameters", "Use and notes")
_SHARES = (24, 24, 21, 25)
_GAP = "  "


def text(cards: tuple[LayerCard, ...], progress: Progress | None) -> str:
    """Give the table as ASCII text of at most 100 columns."""
    widths = _widths(100 - len(_GAP) * (len(_HEADINGS) - 1))
    rule = _GAP.join("-" * width for width in widths)
    rows = [_HEADINGS, *(_text_cells(card, progress, widths[0]) for card in cards)]
    blocks = [f"{_side_by_side(row, widths)}\n{rule}" for row in rows]
    return "\n".join([*blocks, *textwrap.wrap(_legend(cards), width=len(rule))])


def terminal(cards: tuple[LayerCard, ...], progress: Progress | None, width: int) -> Iterator[RenderableType]:
    """Give the table for a terminal of this width."""
    from rich import box
    from rich.table import Table as RichTable
    from rich.text import Text

    grid = RichTable(box=box.HORIZONTALS, show_lines=True, pad_edge=False, header_style="bold")
    # rich pads each side of a column separator with one space.
    widths = _widths(width - 3 * len(_HEADINGS))
    for heading, column in zip(_HEADINGS, widths, strict=True):
        grid.add_column(heading, width=column, overflow="fold")
    for card in cards:
        cells = _text_cells(card, progress, widths[0])
        wrapped = (_wrap(cell, column) for cell, column in zip(cells, widths, strict=True))
        grid.add_row(*(Text("\n".join(lines)) for lines in wrapped))
    yield grid
    yield Text(_legend(cards))


def _widths(columns: int) -> tuple[int, ...]:
    """Divide the page's width among the columns of the table, with at least 12 characters each."""
    return tuple(max(12, columns * share // sum(_SHARES)) for share in _SHARES)


def _text_cells(card: LayerCard, progress: Progress | None, width: int) -> tuple[str, ...]:
    call = card.call.removeprefix("torch.nn.").removeprefix("functional.")
    if len(call) > width:
        call = re.sub(r"\((?=[a-z])|, (?=[a-z])", lambda match: match[0].rstrip() + "\n  ", call)
    layer = [
        variant(card),
        call,
        *(f"in  {tensor.shape}" for tensor in card.inputs),
        *(f"out {tensor.shape}" for tensor in card.outputs),
    ]
    mark, words = chapter_status(card, progress)
    layer.append(f"chapter {chapter_number(card)}")
    if words:
        layer.append({"done": "[x] ", "started": "[~] ", "new": "[ ] "}[mark] + words)
    formula = [line.text for line in (*card.formula, *card.output_size)]
    parameters = [f"{p.name} {p.shape}\n  {p.symbolic_shape}" for p in card.parameters]
    parameters.append(f"{card.num_parameters:,} in all" if card.parameters else "none")
    if card.buffers:
        parameters.append(f"not trained: {', '.join(buffer.name for buffer in card.buffers)}")
    use = [
        f"Element-wise: {'yes' if card.elementwise else 'no'}.",
        f"Last layer: {card.last_layer}",
        f"Inner layer: {card.inner_layer}",
    ]
    if card.note:
        use.append(f"Note: {card.note}")
    return "\n".join(filter(None, layer)), "\n".join(formula), "\n".join(parameters), "\n".join(use)


def _legend(cards: tuple[LayerCard, ...]) -> str:
    return "Symbols: " + "; ".join(f"{symbol}: {meaning}" for symbol, meaning in used(cards)) + "."


def _side_by_side(cells: tuple[str, ...], widths: tuple[int, ...]) -> str:
    columns = [_wrap(cell, width) for cell, width in zip(cells, widths, strict=True)]
    lines = zip_longest(*columns, fillvalue="")
    return "\n".join(
        _GAP.join(part.ljust(width) for part, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def _wrap(text: str, width: int) -> list[str]:
    """Wrap each line at spaces, and a word that is too long for a line after its punctuation; numbers stay whole."""
    lines: list[str] = []
    for line in text.splitlines():
        indent = " " * (len(line) - len(line.lstrip()))
        hanging = indent + "  "
        current = indent
        for word in line.split():
            whole = len(word) <= width - len(hanging)
            for i, part in enumerate([word] if whole else re.findall(r".+?(?:[-_.](?=\D)|=(?=.)|$)", word)):
                gap = " " if i == 0 and current.strip() else ""
                if current.strip() and len(current + gap + part) > width:
                    lines.append(current)
                    current, gap = hanging, ""
                current += gap + part
        lines.append(current)
    return lines
