"""Cells and outputs of a notebook as nbformat makes them, without checking each against its schema.

What is written here is known to be valid; nbformat's check of every new output takes longer than judging an answer.
"""

from __future__ import annotations

import secrets
from typing import Any

from nbformat import NotebookNode


def stream(text: str) -> NotebookNode:
    """Make an output of printed text."""
    return NotebookNode(output_type="stream", name="stdout", text=text)


def display_data(data: dict[str, str]) -> NotebookNode:
    """Make an output that shows something in several forms, by MIME type."""
    return NotebookNode(output_type="display_data", data=NotebookNode(data), metadata=NotebookNode())


def execute_result(text: str, number: int | None = None) -> NotebookNode:
    """Make the output of a cell's last expression.

    Examples
    --------
    >>> execute_result("1.0").data
    {'text/plain': '1.0'}
    """
    return NotebookNode(
        output_type="execute_result",
        data=NotebookNode({"text/plain": text}),
        metadata=NotebookNode(),
        execution_count=number,
    )


def error(name: str, value: str, traceback: list[str]) -> NotebookNode:
    """Make the output of an exception."""
    return NotebookNode(output_type="error", ename=name, evalue=value, traceback=traceback)


def code_cell(source: str) -> NotebookNode:
    """Make a code cell that has not run."""
    fields: dict[str, Any] = {"metadata": NotebookNode(), "execution_count": None, "outputs": []}
    return NotebookNode(cell_type="code", id=secrets.token_hex(4), source=source, **fields)
