"""What reports say about a cell that did not run to its end, and which of its imports still take effect."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from course.checking.diagnosis import Circumstance
from grader.boundary.trusted.replies import CellOutput

_FAILED_IMPORT = frozenset({"ImportError", "ModuleNotFoundError"})


@dataclass(frozen=True, slots=True)
class Import:
    """One import of a cell, of one module or one name.

    Parameters
    ----------
    text
        As it would be written on a separate line.
    module
        The module that it needs.
    """

    text: str
    module: str


def imports_of(source: str) -> list[Import]:
    """Give the imports of a cell that are outside of functions and conditions, one by one.

    Examples
    --------
    >>> [one.text for one in imports_of("import torch, numpy as np")]
    ['import torch', 'import numpy as np']
    """
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    found = []
    for node in body:
        if isinstance(node, ast.Import):
            found += [Import(ast.unparse(ast.Import([name])), name.name) for name in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            module = node.module or ""
            found += [Import(ast.unparse(ast.ImportFrom(module, [name], 0)), module) for name in node.names]
    return found


def failed_import(source: str, output: CellOutput) -> Import | None:
    """Find the import at which a cell stopped."""
    if output.error is None or output.error.name not in _FAILED_IMPORT:
        return None
    words = set(re.findall(r"[\w.]+", output.error.message.replace("'", " ")))
    likely = (one for one in imports_of(source) if one.module in words or one.module.partition(".")[0] in words)
    return next(likely, None)


def other_imports(source: str) -> str:
    """Write a cell's imports so that each takes effect where it can."""
    return "\n".join(f"try:\n    {one.text}\nexcept ImportError:\n    pass" for one in imports_of(source))


def tell_import(name: str, kind: str, failed: Import) -> Circumstance:
    """Say that a cell stopped at an import, so that its answer was never defined.

    Parameters
    ----------
    name, kind
        The exercise's name, and what it asks for.
    failed
        The import.
    """
    missing = f"The cell of this {kind} stopped at `{failed.text}`, which is not available where answers are graded"
    return Circumstance(f"{missing}: `{name}` was not defined.", f"Leave `{failed.text}` out: graded work is NumPy.")


def tell_again(name: str) -> Circumstance:
    """Say that a later cell defines a graded name again."""
    return Circumstance(
        f"A later cell defines `{name}` again, and that definition was graded.",
        f"Give the later `{name}` another name, or remove it.",
    )
