"""Sentences that students write, shown as the text that they are: Markdown can contain a script, or load a picture."""

from __future__ import annotations

from typing import Any

from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode

from grader.cell_roles import nbgrader_metadata
from grader.visible import visible


class PlainAnswers(Preprocessor):
    """Replace a student's Markdown by its own text, in pages that nbconvert makes: the formgrader's and feedback."""

    def preprocess_cell(  # pyrefly: ignore[bad-override] - Preprocessor's own only raises an error
        self, cell: NotebookNode, resources: Any, index: int
    ) -> tuple[NotebookNode, Any]:
        """Replace the source of a cell if a student wrote it."""
        if cell.cell_type != "code" and nbgrader_metadata(cell).get("solution"):
            cell.source = as_text(cell.source)
        return cell, resources


def as_text(source: str) -> str:
    r"""Give Markdown that shows a text as it is, line by line.

    Examples
    --------
    >>> as_text("*a*\n<b>")
    '<div class="tex2jax_ignore mathjax_ignore" style="white-space: pre-wrap">&#42;a&#42;&#10;&#60;b&#62;</div>'
    """
    lines = "\n".join(map(visible, source.expandtabs(4).replace("\r\n", "\n").split("\n")))
    # No sign is left that could mean something to Markdown, to HTML or in a formula, and no line that ends the element.
    plain = "".join(sign if sign.isalnum() or sign == " " else f"&#{ord(sign)};" for sign in lines)
    return f'<div class="tex2jax_ignore mathjax_ignore" style="white-space: pre-wrap">{plain}</div>'
