"""A lesson's text as HTML: Markdown with formulas, tables and answers to unfold, and nothing that a page would load."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from typing import Any

import mistune
from mistune.plugins.math import math
from mistune.plugins.table import table

from grader.pages.allowed import allowed
from grader.pages.code import shown
from grader.pages.mathml import mathml


class _Renderer(mistune.HTMLRenderer):
    """Escapes what it does not know; headings are small, because the lesson is a part of a page."""

    def __init__(self) -> None:
        super().__init__(escape=True)

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        return f"<h{min(level + 2, 6)}>{text}</h{min(level + 2, 6)}>\n"

    def block_html(self, html: str) -> str:
        return f"{html}\n" if allowed(html) else f"<p>{escape(html)}</p>\n"

    def inline_html(self, html: str) -> str:
        return html if allowed(html) else escape(html)

    def image(self, text: str, url: str, title: str | None = None) -> str:
        return f"<em>{text}</em>"

    def link(self, text: str, url: str, title: str | None = None) -> str:
        known = url.lower().startswith(("https://", "http://"))
        return f'<a href="{escape(url)}" rel="noreferrer">{text}</a>' if known else text


def _inline_math(renderer: Any, text: str) -> str:
    return mathml(text)


def _block_math(renderer: Any, text: str) -> str:
    return mathml(text, display=True) + "\n"


_renderer = _Renderer()
_render = mistune.Markdown(renderer=_renderer, plugins=[math, table])
_renderer.register("inline_math", _inline_math)
_renderer.register("block_math", _block_math)


@lru_cache(maxsize=4096)
def markdown(text: str) -> str:
    r"""Render a text cell. The cells of a lesson are the same for everybody, and are rendered once.

    Examples
    --------
    >>> markdown("Take $x$ <script>")
    '<p>Take <math><mi>x</mi></math> &lt;script&gt;</p>\n'
    """
    rendered = _render(shown(text))
    assert isinstance(rendered, str)
    return rendered
