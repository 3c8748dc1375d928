"""A line a layer, for a terminal and as plain text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from course.catalog import LayerCard
from course.summary_table.words import FEW, Progress, Use, by_family, chapter_number, chapter_status, uses

if TYPE_CHECKING:
    from rich.text import Text

_ASCII = {Use.YES: "x", Use.NO: "-", Use.SOMETIMES: "~"}
_SIGNS = {Use.YES: "✓", Use.NO: "–", Use.SOMETIMES: "~"}
_MARKS = {"done": "[x]", "started": "[~]", "new": "[ ]", "": ""}
_NAME = 17
"""Columns of a name; a longer one moves its example to the right, where there is room."""
_HEADS = ("Layer", "parameters", "each", "last", "inner", "ch.")
_RIGHT = frozenset({1})
_GAP = "  "
_LEGEND = (
    "each: element-wise; last, inner: used as last or inner layer ({} yes, {} sometimes, {} no).",
    "A layer in full: course table Linear, or table('Linear') in a notebook.",
)


def text(cards: tuple[LayerCard, ...], progress: Progress | None) -> str:
    """Give the table as ASCII text of at most 100 columns."""
    legend = (_LEGEND[0].format(*(_ASCII[use] for use in (Use.YES, Use.SOMETIMES, Use.NO))), _LEGEND[1])
    return "\n".join([*(line for line, _ in _lines(cards, progress, _ASCII, 100)), "", *legend])


def terminal(cards: tuple[LayerCard, ...], progress: Progress | None, width: int) -> Iterator[Text]:
    """Give the table for a terminal; one that is narrow leaves out the example."""
    from rich.text import Text

    for line, style in _lines(cards, progress, _SIGNS, width):
        yield Text(line, style=style)
    yield Text("")
    yield Text(_LEGEND[0].format(*(_SIGNS[use] for use in (Use.YES, Use.SOMETIMES, Use.NO))), style="dim")
    yield Text(_LEGEND[1], style="dim")


def _lines(
    cards: tuple[LayerCard, ...], progress: Progress | None, signs: dict[Use, str], width: int
) -> Iterator[tuple[str, str]]:
    """Yield each line and its style."""
    with_example = {card.name: _row(card, progress, signs, example=True) for card in cards}
    heads = (f"{_HEADS[0]:<{_NAME}}  example", *_HEADS[1:])
    widths = _widths(heads, with_example)
    if sum(widths) + len(_GAP) * (len(widths) - 1) <= width:
        rows = with_example
    else:
        heads, rows = _HEADS, {card.name: _row(card, progress, signs, example=False) for card in cards}
        widths = _widths(heads, rows)

    def laid_out(row: tuple[str, ...]) -> str:
        parts = (
            cell.rjust(w) if i in _RIGHT else cell.ljust(w) for i, (cell, w) in enumerate(zip(row, widths, strict=True))
        )
        return _GAP.join(parts).rstrip()

    yield laid_out(heads), "bold"
    families = list(by_family(cards))
    for name, group in families:
        if len(cards) > FEW:
            yield "", ""
            yield name, "bold"
        for card in group:
            yield laid_out(rows[card.name]), ""


def _widths(heads: tuple[str, ...], rows: dict[str, tuple[str, ...]]) -> list[int]:
    return [max(map(len, column)) for column in zip(heads, *rows.values(), strict=True)]


def _row(card: LayerCard, progress: Progress | None, signs: dict[Use, str], example: bool) -> tuple[str, ...]:
    mark = _MARKS[chapter_status(card, progress)[0]]
    return (
        f"{card.name:<{_NAME}}  {card.inputs[0].shape} -> {card.outputs[0].shape}" if example else card.name,
        f"{card.num_parameters:,}" if card.parameters else signs[Use.NO],
        *(signs[use] for use in uses(card)),
        f"{chapter_number(card)} {mark}".strip(),
    )
