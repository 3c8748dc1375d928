"""Reading and writing notebooks without repairing them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from grader.errors import GraderError


class UnreadableNotebook(GraderError):
    """A file is not a notebook.

    Parameters
    ----------
    path
        The file.
    why
        What is in the way, in brackets, where that is known.
    """

    def __init__(self, path: Path, why: str = "") -> None:
        super().__init__(f"{path} can't be read as a notebook{why}.")
        self.path = path


def read_notebook(path: Path) -> NotebookNode:
    """Read a notebook as it is, without repairing it.

    Raises
    ------
    UnreadableNotebook
        If the file isn't a valid notebook.
    """
    try:
        notebook = nbformat.v4.reads(path.read_text(encoding="utf-8"))
        nbformat.validate(notebook)
    except (nbformat.ValidationError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise UnreadableNotebook(path) from None
    return notebook


def read_any_format(path: Path) -> NotebookNode:
    """Read one of our notebooks that somebody may have saved again, in nbformat 4 whatever its format is.

    Raises
    ------
    UnreadableNotebook
        If the file isn't a valid notebook.
    """
    if path.exists() and not path.is_file():
        raise UnreadableNotebook(path, " (it is not a file)")
    try:
        notebook = nbformat.reads(path.read_bytes().decode(), as_version=4)
        nbformat.validate(notebook)
        for cell in notebook.cells:
            _check_marks(cell.metadata.get("nbgrader", {}))
    except OSError as error:
        raise UnreadableNotebook(path, f" ({error.strerror})") from None
    except Exception:  # nbformat raises whatever it stumbles over
        raise UnreadableNotebook(path) from None
    return notebook


def _check_marks(marks: Any) -> None:
    """Raise something where a cell's marks for nbgrader lack what grading reads."""
    if any(marks.get(key) for key in ("grade", "solution", "task", "locked")):
        marks["grade_id"].encode()
    if marks.get("grade") or marks.get("task"):
        float(marks["points"])


def write_notebook(path: Path, notebook: NotebookNode) -> None:
    """Write a notebook the way nbgrader does, and make its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(nbformat.v4.writes(notebook) + "\n", encoding="utf-8", newline="\n")
