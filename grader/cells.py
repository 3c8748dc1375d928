"""Cells and outputs of a notebook as nbformat makes them, without checking each against its schema.

What is written here is known to be valid; nbformat's check of every new output takes longer than judging an answer.
"""

from __future__ import annotations

import secrets
from typing import Any

from grader.node import Node


def stream(text: str) -> Node:
    """Make an output of printed text."""
    return Node(output_type="stream", name="stdout", text=text)


def display_data(data: dict[str, str]) -> Node:
    """Make an output that shows something in several forms, by MIME type."""
    return Node(output_type="display_data", data=Node(data), metadata=Node())


def execute_result(text: str, number: int | None = None) -> Node:
    """Make the output of a cell's last expression.

    Examples
    --------
    >>> execute_result("1.0").data
    {'text/plain': '1.0'}
    """
    return Node(
        output_type="execute_result",
        data=Node({"text/plain": text}),
        metadata=Node(),
        execution_count=number,
    )


def error(name: str, value: str, traceback: list[str]) -> Node:
    """Make the output of an exception."""
    return Node(output_type="error", ename=name, evalue=value, traceback=traceback)


def markdown_cell(source: str, id: str) -> Node:
    """Make a text cell."""
    return Node(id=id, cell_type="markdown", source=source, metadata=Node())


def code_cell(source: str) -> Node:
    """Make a code cell that has not run."""
    fields: dict[str, Any] = {"metadata": Node(), "execution_count": None, "outputs": []}
    return Node(cell_type="code", id=secrets.token_hex(4), source=source, **fields)
