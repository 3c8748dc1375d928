"""Reading and writing notebooks without repairing them."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbformat import NotebookNode

from grader.errors import GraderError


class UnreadableNotebook(GraderError):
    """A file is not a notebook.

    Parameters
    ----------
    path
        The file.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} can't be read as a notebook.")
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
    except (nbformat.ValidationError, ValueError, TypeError, KeyError, AttributeError):
        raise UnreadableNotebook(path) from None
    return notebook


def write_notebook(path: Path, notebook: NotebookNode) -> None:
    """Write a notebook the way nbgrader does, and make its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(nbformat.v4.writes(notebook) + "\n", encoding="utf-8")
