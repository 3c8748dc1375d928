"""Cells that a page shows as plain text: colouring code takes very long for some texts."""

from __future__ import annotations

import re
from collections.abc import Iterable

from grader.node import AnyNode

LONG = 10_000
"""Characters of a cell that is coloured."""
ALL = 60_000
"""Characters that are coloured of one notebook, at some ten thousand a second."""
_LONG_RUN = re.compile(r"\s{200}|\S{2000}")
"""IPython's lexer takes the square of a run of white space, and of some long words."""
_OTHER_LANGUAGE = re.compile(r"\s*(%%|!)")
LANGUAGE = "magics_language"
"""Where nbconvert looks for the language of one cell."""


def is_ordinary(source: str) -> bool:
    r"""Tell whether a cell is short ordinary code, which is coloured in no time.

    Examples
    --------
    >>> is_ordinary("def linear(input):\n    return input"), is_ordinary("x = 1" + 15_000 * "\n")
    (True, False)
    """
    return len(source) <= LONG and not _LONG_RUN.search(source) and not _OTHER_LANGUAGE.match(source)


def show_plainly(cells: Iterable[AnyNode]) -> None:
    r"""Mark a student's code cells so that feedback and formgrader colour only those that are ordinary.

    Examples
    --------
    >>> from nbformat.v4 import new_code_cell
    >>> cell = new_code_cell("%%perl\\ns{")
    >>> show_plainly([cell])
    >>> cell.metadata
    {'magics_language': 'text'}
    """
    left = ALL
    for cell in cells:
        if is_ordinary(cell.source) and len(cell.source) <= left:
            left -= len(cell.source)
            cell.metadata.pop(LANGUAGE, None)
        else:
            cell.metadata[LANGUAGE] = "text"
