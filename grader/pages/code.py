"""A student's text on a page: escaped, with what a page would obey made visible."""

from __future__ import annotations

from html import escape

from grader.visible import visible


def plain(text: str) -> str:
    r"""Escape a student's text. Lines and tabs stay; other control characters are shown.

    Examples
    --------
    >>> plain("a < b\x1b[0m")
    'a &lt; b\\x1b[0m'
    """
    return escape(shown(text))


def shown(text: str) -> str:
    """Show control characters, but keep lines and tabs."""
    return "\n".join("\t".join(map(visible, line.split("\t"))) for line in text.replace("\r\n", "\n").split("\n"))


def code(source: str, first: int = 1) -> str:
    r"""Lay out code with numbers next to its lines.

    Parameters
    ----------
    source
        The text of a cell.
    first
        The line of the cell that is line 1; lines above it are not numbered.

    Examples
    --------
    >>> code("import math\ndef f(): ...", first=2)
    '<pre class="code"><span class="line"></span>import math\n<span class="line">1</span>def f(): ...</pre>'
    """
    lines = plain(source.rstrip()).split("\n")
    numbers = [str(number) if number > 0 else "" for number in range(2 - first, len(lines) + 2 - first)]
    body = "\n".join(f'<span class="line">{n}</span>{line}' for n, line in zip(numbers, lines, strict=True))
    return f'<pre class="code">{body}</pre>'
