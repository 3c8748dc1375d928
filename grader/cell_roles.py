"""What each cell of a rebuilt notebook is, from nbgrader's metadata and from ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

METADATA_KEY = "layer_by_layer"
"""The key of our own metadata, in a notebook and in a cell. None of it comes from a submission."""


def nbgrader_metadata(cell: Mapping[str, Any]) -> dict[str, Any]:
    """Return nbgrader's metadata of a cell, empty if it has none."""
    return cell["metadata"].get("nbgrader", {})


def role(cell: Mapping[str, Any]) -> str:
    """Return what a cell of a rebuilt notebook is.

    Returns
    -------
    str
        ``"solution"`` (the student's), ``"restored"`` (a solution cell that was missing, or a stub that another cell
        replaces), ``"extra"`` (a code cell that the student added), ``"check"``, ``"setup"``, ``"note"`` (ours, about
        the submission), or ``"lesson"``.

    Examples
    --------
    >>> from nbformat.v4 import new_code_cell
    >>> role(new_code_cell("import numpy as np", metadata={"tags": ["setup"]}))
    'setup'
    >>> role(new_code_cell("check(linear)", metadata={"nbgrader": {"grade": True}}))
    'check'
    """
    own = cell["metadata"].get(METADATA_KEY, {}).get("role")
    if own:
        return own
    if nbgrader_metadata(cell).get("solution"):
        return "solution"
    if nbgrader_metadata(cell).get("grade"):
        return "check"
    return "setup" if "setup" in cell["metadata"].get("tags", ()) else "lesson"
