"""The summary table, rendered for a notebook, for a terminal, and as plain text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from course.catalog import CARDS, SUMMARY, LayerCard
from course.catalog import card as card_named
from course.summary_table import brief, full
from course.summary_table.page import html
from course.summary_table.words import Progress

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult

__all__ = ["Progress", "Table", "table"]


@dataclass(frozen=True, slots=True, repr=False)
class Table:
    """Rows of the catalog, with a student's progress.

    It displays itself: as HTML in a notebook, with rich in a terminal, as plain text with `str`. As text a layer takes
    one line; a table of one layer shows it in full.

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
        return full.text(self.cards, self.progress) if len(self.cards) == 1 else brief.text(self.cards, self.progress)

    __repr__ = __str__

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Render for a terminal, as wide as it is."""
        if len(self.cards) == 1:
            yield from full.terminal(self.cards, self.progress, options.max_width)
        else:
            yield from brief.terminal(self.cards, self.progress, options.max_width)

    def _repr_html_(self) -> str:
        """Render for a notebook, which typesets the formulas between dollar signs."""
        return html(self.cards, self.progress)


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
    Layer ...
    Linear ...
    """
    choices = {"summary": SUMMARY, "all": CARDS}
    return Table(choices.get(rows) or (card_named(rows),), progress)
