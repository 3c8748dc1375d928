"""Shortening what cells printed, as nbgrader's LimitOutput does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grader.node import Node


@dataclass(frozen=True, slots=True)
class Limits:
    """How many lines of a cell's printed output are kept, and of a traceback; -1 for all."""

    lines: int = 1000
    traceback: int = 100


ALL = Limits(-1, -1)
"""Nothing is shortened."""


def shorten_outputs(notebook: Node, limits: Limits) -> None:
    r"""Shorten the outputs of every cell.

    Examples
    --------
    >>> from grader.cells import code_cell, stream
    >>> cell = code_cell("")
    >>> cell.outputs = [stream("1\n2\n3\n4")]
    >>> shorten_outputs(Node(cells=[cell]), Limits(lines=2))
    >>> cell.outputs[0].text.splitlines()
    ['1', '... Output truncated ...']
    """
    for cell in notebook.cells:
        if cell.cell_type == "code":
            if limits.lines != -1:
                cell.outputs = _shorten_streams(cell.outputs, limits.lines)
            for output in cell.outputs:
                if limits.traceback != -1 and output.output_type == "error":
                    output.traceback = _shorten_traceback(output.traceback, limits.traceback)


def _shorten_streams(outputs: list[Any], most: int) -> list[Any]:
    kept, length = [], 0
    for output in outputs:
        if output.output_type == "stream":
            if length == most:
                continue
            lines = output.text.split("\n")
            if length + len(lines) > most:
                lines = [*lines[: most - length - 1], "... Output truncated ..."]
            length += len(lines)
            output.text = "\n".join(lines)
        kept.append(output)
    return kept


def _shorten_traceback(lines: list[str], most: int) -> list[str]:
    if len(lines) <= most:
        return lines
    start = most // 2
    return [*lines[:start], "... Traceback truncated ...", *lines[-(most - start - 1) :]]
