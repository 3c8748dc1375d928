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


def code(source: str) -> str:
    r"""Lay out the text of a cell with numbers next to its lines.

    Examples
    --------
    >>> code("import math\ndef f(): ...")
    '<pre class="code"><span class="line">1</span>import math\n<span class="line">2</span>def f(): ...</pre>'
    """
    lines = plain(source.rstrip()).split("\n")
    body = "\n".join(f'<span class="line">{n}</span>{line}' for n, line in enumerate(lines, 1))
    return f'<pre class="code">{body}</pre>'
