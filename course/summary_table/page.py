"""The table for a notebook, which typesets the formulas between dollar signs.

Each element has its own style: JupyterLab drops style sheets from notebooks that are not trusted yet. No colour is set,
and lines are half transparent, so that the table looks right in light and dark themes.
"""

from __future__ import annotations

import re
from html import escape

from course.catalog import LayerCard, Parameter
from course.summary_table.icon import icon
from course.summary_table.words import (
    FEW,
    Progress,
    Use,
    by_family,
    chapter_number,
    chapter_status,
    new_sizes,
    use_of,
    used,
    uses,
    variant,
)

_HEADINGS = ("Drawing", "Layer", "Example", "Trainable parameters", "element-wise", "last layer", "inner layer")
_SHARES = (6, 30, 19, 21, 8, 8, 8)
"""Of the width, in percent: what is too wide is broken, and nothing needs to be scrolled sideways."""
_MOST_PARAMETERS = 3
"""A layer with more parameters folds them away where it is one of several."""

_LINE = "1px solid rgba(128, 128, 128, 0.4)"
_CELL = "text-align: left; vertical-align: top; line-height: 1.4; padding: 6px 6px 2px; border: 0; background: none"
_BELOW = "text-align: left; line-height: 1.4; padding: 2px 6px 8px; border: 0; background: none"
_ROW = "background: none"
_CODE = "color: inherit; background: none; padding: 0; white-space: normal; overflow-wrap: anywhere"
_WHOLE = "white-space: nowrap"
_NOTE = "font-size: 94%; opacity: 0.8"
_HIDDEN = "position: absolute; width: 1px; height: 1px; overflow: hidden; clip: rect(0, 0, 0, 0)"
_SIGNS = {Use.YES: "✓", Use.NO: "–", Use.SOMETIMES: "(✓)"}
_MARKS = {"done": "✓ ", "started": "◐ ", "new": "○ "}


def html(cards: tuple[LayerCard, ...], progress: Progress | None) -> str:
    """Give the table: of several layers by families, an output size told once; of one layer with all it has."""
    told: set[str] = set()
    if len(cards) > FEW:
        content = "".join(_family(name, group, progress, told) for name, group in by_family(cards))
    else:
        content = _table(cards, progress, whole=len(cards) == 1) + ("" if len(cards) == 1 else _sizes(cards, told))
    symbols = "; ".join(f"${symbol}$ {escape(meaning)}" for symbol, meaning in used(cards))
    return (
        f'<div style="overflow-x: auto; position: relative; max-width: 62em">{content}\n'
        f'<p style="{_NOTE}; padding: 8px">✓ yes, (✓) sometimes, – no. In the drawings inputs are on the left, '
        f"outputs on the right.{f' Symbols: {symbols}.' if symbols else ''}</p></div>"
    )


def _family(name: str, cards: tuple[LayerCard, ...], progress: Progress | None, told: set[str]) -> str:
    """Fold a family's layers away below its name and theirs; the first family is open, to show what there is."""
    opened = "" if told else " open"
    names = ", ".join(_whole(escape(card.name)) for card in cards)
    told.add(name)
    return (
        f'<details{opened}><summary style="display: list-item; cursor: pointer; padding: 5px 0">'
        f'<strong>{escape(name)}</strong> &ensp; <span style="{_NOTE}">{names}</span></summary>'
        f"{_sizes(cards, told)}{_table(cards, progress, whole=False)}</details>\n"
    )


def _sizes(cards: tuple[LayerCard, ...], told: set[str]) -> str:
    """Give output sizes that were not told yet."""
    said = "; ".join(_formula(size.latex) for size in new_sizes(cards, told))
    return (
        f'<div style="{_NOTE}; padding: 4px 6px">Output width, and height and depth likewise: {said}</div>'
        if said
        else ""
    )


def _table(cards: tuple[LayerCard, ...], progress: Progress | None, whole: bool) -> str:
    style = f"{_CELL}; padding-bottom: 4px; font-weight: normal; border-bottom: {_LINE}"
    head = "".join(
        f'<th scope="col" style="{style}; width: {share}%{"; text-align: center" if i > 3 else ""}">'
        f'<span style="{"opacity: 0.8" if i else _HIDDEN}">{heading}</span></th>'
        for i, (heading, share) in enumerate(zip(_HEADINGS, _SHARES, strict=True))
    )
    rows = "\n".join(_rows(card, progress, whole) for card in cards)
    return (
        '<table style="border-collapse: collapse; table-layout: fixed; width: 100%; margin: 0; display: table; '
        f'color: inherit; font-size: 94%">\n<thead><tr style="{_ROW}">{head}</tr></thead>\n'
        f"<tbody>\n{rows}\n</tbody></table>"
    )


def _rows(card: LayerCard, progress: Progress | None, whole: bool) -> str:
    cells = (
        f'<td rowspan="2" style="{_CELL}; border-bottom: {_LINE}">{icon(card)}</td>',
        _cell("th", _layer(card), 'scope="row" ', "; font-weight: normal"),
        _cell("td", _shapes(card)),
        _cell("td", _parameters(card, whole)),
        *(_cell("td", _sign(use), style="; text-align: center") for use in uses(card)),
    )
    style = f"{_BELOW}; border-bottom: {_LINE}"
    below = f'<td colspan="{len(_HEADINGS) - 1}" style="{style}">{_computes(card, progress, whole)}</td>'
    return f'<tr style="{_ROW}">{"".join(cells)}</tr><tr style="{_ROW}">{below}</tr>'


def _cell(tag: str, content: str, attribute: str = "", style: str = "") -> str:
    return f'<{tag} {attribute}style="{_CELL}{style}">{content}</{tag}>'


def _sign(use: Use) -> str:
    return f'<span title="{use}" aria-hidden="true">{_SIGNS[use]}</span><span style="{_HIDDEN}">{use}</span>'


def _whole(content: str) -> str:
    return f'<span style="{_WHOLE}">{content}</span>'


def _code(content: str) -> str:
    return f'<code style="{_CODE}">{content}</code>'


def _formula(latex: str) -> str:
    return rf"$\displaystyle {escape(latex)}$"


def _layer(card: LayerCard) -> str:
    lines = [f"<strong>{escape(variant(card))}</strong>"] if variant(card) else []
    return "<br>".join([*lines, _code(_call(card.call))])


def _chapter(card: LayerCard, progress: Progress | None) -> str:
    mark, words = chapter_status(card, progress)
    return f"Chapter {chapter_number(card)}{f': {_MARKS[mark]}{words}' if words else ''}"


def _call(call: str) -> str:
    """Make the name bold, and allow line breaks after a dot, a bracket or a comma of a call, but not in an argument."""
    name, arguments = call.removesuffix(")").split("(", 1)
    room, _, short = name.rpartition(".")
    whole = [_whole(escape(part)) for part in re.split(", (?=[a-z])", arguments) if part]
    return f"{escape(room)}.<wbr><strong>{escape(short)}</strong>(<wbr>{', '.join(whole)})"


def _shapes(card: LayerCard) -> str:
    inputs = ", ".join(_whole(str(tensor.shape)) for tensor in card.inputs)
    first, *others = (str(tensor.shape) for tensor in card.outputs)
    return f"{inputs} {', '.join(map(_whole, (f'→ {first}', *others)))}"


def _parameters(card: LayerCard, whole: bool) -> str:
    if not card.parameters:
        return "None"
    total = f"{card.num_parameters:,} in all"
    lines = [_parameter(parameter, whole) for parameter in card.parameters]
    if card.buffers:
        names = ", ".join(_code(escape(buffer.name)) for buffer in card.buffers)
        lines.append(f"not trained: {names}")
    if whole or len(lines) <= _MOST_PARAMETERS:
        return "<br>".join([total, *lines])
    opening = f'<summary style="display: list-item; cursor: pointer">{len(card.parameters)} arrays</summary>'
    return f"{total}<details>{opening}{'<br>'.join(lines)}</details>"


def _parameter(parameter: Parameter, whole: bool) -> str:
    name = _code(escape(parameter.name))
    return f"{name} {_whole(str(parameter.shape))}{f' ${parameter.symbolic_shape}$' if whole else ''}"


def _computes(card: LayerCard, progress: Progress | None, whole: bool) -> str:
    formulas = (*card.formula, *(card.output_size if whole else ()))
    lines = [" &ensp; ".join(_formula(line.latex) for line in formulas)]
    notes = [f"{_whole(_chapter(card, progress))}."]
    notes += [
        f"{name}: {escape(note)}"
        for name, sentence in (("Last layer", card.last_layer), ("Inner layer", card.inner_layer))
        if (note := use_of(sentence)[1])
    ]
    notes += [escape(card.note)] if card.note else []
    return f'{"".join(lines)}<div style="{_NOTE}">{" ".join(notes)}</div>'
