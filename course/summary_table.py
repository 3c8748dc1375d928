"""The summary table, rendered for a notebook, for a terminal, and as plain text."""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

from course.catalog import CARDS, NOTATION, SUMMARY, LayerCard, Parameter, Tensor
from course.catalog import card as card_named

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult

Progress = Mapping[str, tuple[int, int]]
"""The numbers of passed exercises and of all exercises, by chapter folder."""

_HEADINGS = ("Layer", "Formula", "Trainable parameters", "Use and notes")
_HTML_HEADINGS = (
    "PyTorch name",
    "Formula",
    "Trainable parameters",
    "Element-wise",
    "As last layer",
    "As inner layer",
)
_SHARES = (24, 24, 21, 25)
_GAP = "  "

# Each element has its own style: JupyterLab drops style sheets from notebooks that are not trusted yet.
# No colour is set, and lines are half transparent, so that the table looks right in light and dark themes.
_CELL = (
    "text-align: left; vertical-align: top; line-height: 1.45; padding: 8px 5px; "
    "border-bottom: 1px solid rgba(128, 128, 128, 0.4)"
)
_CODE = "background: none; padding: 0; white-space: normal"
_WHOLE = "white-space: nowrap"
_NOTE = "font-size: 92%; opacity: 0.85"


@dataclass(frozen=True, slots=True, repr=False)
class Table:
    """Rows of the catalog, with a student's progress.

    It displays itself: as HTML in a notebook, with rich in a terminal, as plain text with `str`.

    Parameters
    ----------
    cards
        The rows.
    progress
        By chapter, or None outside a working copy: then no row shows any.
    """

    cards: tuple[LayerCard, ...]
    progress: Progress | None = None

    def __str__(self) -> str:
        """Render as ASCII text of at most 100 columns."""
        widths = _widths(100 - len(_GAP) * (len(_HEADINGS) - 1))
        rule = _GAP.join("-" * width for width in widths)
        rows = [_HEADINGS, *(_text_cells(card, self.progress, widths[0]) for card in self.cards)]
        blocks = [f"{_side_by_side(row, widths)}\n{rule}" for row in rows]
        return "\n".join([*blocks, *textwrap.wrap(_legend(self.cards), width=len(rule))])

    __repr__ = __str__

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Render for a terminal, as wide as it is."""
        from rich import box
        from rich.table import Table as RichTable
        from rich.text import Text

        grid = RichTable(box=box.HORIZONTALS, show_lines=True, pad_edge=False, header_style="bold")
        # rich pads each side of a column separator with one space.
        widths = _widths(options.max_width - 3 * len(_HEADINGS))
        for heading, width in zip(_HEADINGS, widths, strict=True):
            grid.add_column(heading, width=width, overflow="fold")
        for card in self.cards:
            cells = _text_cells(card, self.progress, widths[0])
            wrapped = (_wrap(cell, width) for cell, width in zip(cells, widths, strict=True))
            grid.add_row(*(Text("\n".join(lines)) for lines in wrapped))
        yield grid
        yield Text(_legend(self.cards))

    def _repr_html_(self) -> str:
        """Render for a notebook, which typesets the formulas between dollar signs."""
        rows = "\n".join(_html_row(card, self.progress) for card in self.cards)
        head = "".join(_html_cell("th", heading, 'scope="col"') for heading in _HTML_HEADINGS)
        symbols = "; ".join(f"${symbol}$ {html.escape(meaning)}" for symbol, meaning in _used(self.cards))
        return (
            '<div style="overflow-x: auto"><table style="border-collapse: collapse; margin: 0">\n'
            f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody></table></div>\n"
            f'<p style="{_NOTE}; padding: 8px">Symbols: {symbols}.</p>'
        )


def table(progress: Progress | None = None, rows: str = "summary") -> Table:
    """Return the table of the course's layers, one row each.

    Parameters
    ----------
    progress
        The numbers of passed exercises and of all exercises, by chapter folder. Rows of these chapters show them.
    rows
        ``"summary"`` for the ten most used layers, ``"all"`` for every layer, or the name of one layer.

    Raises
    ------
    UnknownLayer
        If there is no layer of that name.

    Examples
    --------
    >>> print(table({"01_linear": (4, 4)}))
    Layer                     Formula ...
    Linear(                   f[i](x) = sum_j ...
    ...
    """
    choices = {"summary": SUMMARY, "all": CARDS}
    return Table(choices.get(rows) or (card_named(rows),), progress)


def _chapter_status(card: LayerCard, progress: Progress | None) -> tuple[str, str]:
    """Return a chapter's status, as a key and in words; both are empty if it is not known."""
    if progress is None or card.chapter not in progress:
        return "", ""
    passed, total = progress[card.chapter]
    if total and passed >= total:
        return "done", f"done, {passed} of {total}"
    if passed:
        return "started", f"started, {passed} of {total}"
    return "new", f"none yet, 0 of {total}"


def _chapter_number(card: LayerCard) -> str:
    return card.chapter.partition("_")[0]


def _variant(card: LayerCard) -> str:
    """Return the card's name, or nothing if the PyTorch name ends with it."""
    return "" if card.torch_name.endswith(card.name) else card.name


def _used(cards: tuple[LayerCard, ...]) -> Iterator[tuple[str, str]]:
    """Yield the entries of the notation that these cards' shapes and sizes use."""
    texts = [formula.text for card in cards for formula in card.output_size]
    texts += [symbol for card in cards for t in _tensors(card) for symbol in t.symbols]
    # A number may precede its symbol directly, as in 3d_m.
    found = {word.lstrip("0123456789") for text in texts for word in re.findall(r"\w+", text)}
    for symbols, meaning in NOTATION:
        if found & set(symbols.split(", ")):
            yield symbols, meaning


def _tensors(card: LayerCard) -> tuple[Tensor, ...]:
    return (*card.inputs, *card.outputs, *card.parameters, *card.buffers)


def _widths(columns: int) -> tuple[int, ...]:
    """Divide the page's width among the columns of the table, with at least 12 characters each."""
    return tuple(max(12, columns * share // sum(_SHARES)) for share in _SHARES)


def _text_cells(card: LayerCard, progress: Progress | None, width: int) -> tuple[str, ...]:
    call = card.call.removeprefix("torch.nn.").removeprefix("functional.")
    if len(call) > width:
        call = re.sub(r"\((?=[a-z])|, (?=[a-z])", lambda match: match[0].rstrip() + "\n  ", call)
    layer = [
        _variant(card),
        call,
        *(f"in  {tensor.shape}" for tensor in card.inputs),
        *(f"out {tensor.shape}" for tensor in card.outputs),
    ]
    mark, words = _chapter_status(card, progress)
    layer.append(f"chapter {_chapter_number(card)}")
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
    return "Symbols: " + "; ".join(f"{symbol}: {meaning}" for symbol, meaning in _used(cards)) + "."


def _side_by_side(cells: tuple[str, ...], widths: tuple[int, ...]) -> str:
    columns = [_wrap(cell, width) for cell, width in zip(cells, widths, strict=True)]
    lines = zip_longest(*columns, fillvalue="")
    return "\n".join(
        _GAP.join(part.ljust(width) for part, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def _wrap(text: str, width: int) -> list[str]:
    """Wrap each line at spaces, and a word that is too long for a line after its punctuation."""
    lines: list[str] = []
    for line in text.splitlines():
        indent = " " * (len(line) - len(line.lstrip()))
        hanging = indent + "  "
        current = indent
        for word in line.split():
            whole = len(word) <= width - len(hanging)
            for i, part in enumerate([word] if whole else re.findall(r".+?(?:[-_.=](?=.)|$)", word)):
                gap = " " if i == 0 and current.strip() else ""
                if current.strip() and len(current + gap + part) > width:
                    lines.append(current)
                    current, gap = hanging, ""
                current += gap + part
        lines.append(current)
    return lines


def _html_row(card: LayerCard, progress: Progress | None) -> str:
    cells = (
        _html_cell("th", _html_layer(card, progress), 'scope="row"', "; font-weight: normal"),
        _html_cell("td", _html_formula(card)),
        _html_cell("td", _html_parameters(card)),
        _html_cell("td", "Yes" if card.elementwise else "No"),
        _html_cell("td", html.escape(card.last_layer), style="; min-width: 7em"),
        _html_cell("td", html.escape(card.inner_layer), style="; min-width: 7em"),
    )
    return f"<tr>{''.join(cells)}</tr>"


def _html_cell(tag: str, content: str, attribute: str = "", style: str = "") -> str:
    return f'<{tag} {attribute} style="{_CELL}{style}">{content}</{tag}>'


def _html_whole(content: str) -> str:
    return f'<span style="{_WHOLE}">{content}</span>'


def _html_code(content: str) -> str:
    return f'<code style="{_CODE}">{content}</code>'


def _html_layer(card: LayerCard, progress: Progress | None) -> str:
    inputs = ", ".join(_html_whole(str(tensor.shape)) for tensor in card.inputs)
    first, *others = (str(tensor.shape) for tensor in card.outputs)
    outputs = ", ".join(map(_html_whole, (f"→ {first}", *others)))
    lines = [f"<strong>{html.escape(_variant(card))}</strong>"] if _variant(card) else []
    lines += [_html_code(_html_call(card.call)), f"{inputs} {outputs}"]
    mark, words = _chapter_status(card, progress)
    chapter = f"Chapter {_chapter_number(card)}"
    if words:
        chapter += ": " + _html_whole({"done": "✓ ", "started": "◐ ", "new": "○ "}[mark] + words)
    return "<br>".join([*lines, chapter])


def _html_call(call: str) -> str:
    """Allow line breaks after a dot, a bracket or a comma of a call, but not inside an argument."""
    name, arguments = call.removesuffix(")").split("(", 1)
    whole = [_html_whole(html.escape(part)) for part in re.split(", (?=[a-z])", arguments)]
    return f"{html.escape(name).replace('.', '.<wbr>')}(<wbr>{', '.join(whole)})"


def _html_formula(card: LayerCard) -> str:
    formulas = (rf"$\displaystyle {html.escape(line.latex)}$" for line in (*card.formula, *card.output_size))
    lines = "<br>".join(formulas)
    return f'{lines}<div style="{_NOTE}">{html.escape(card.note)}</div>' if card.note else lines


def _html_parameters(card: LayerCard) -> str:
    if not card.parameters:
        return "None"
    lines = [_html_parameter(parameter) for parameter in card.parameters]
    lines.append(f"{card.num_parameters:,} in all")
    if card.buffers:
        names = ", ".join(_html_code(html.escape(buffer.name)) for buffer in card.buffers)
        lines.append(f"not trained: {names}")
    return "<br>".join(lines)


def _html_parameter(parameter: Parameter) -> str:
    name = _html_code(html.escape(parameter.name))
    return f"{_html_whole(f'{name} {parameter.shape}')} ${parameter.symbolic_shape}$"
