"""Rebuilding a submission on the trusted release: the student's text in our notebook."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from grader.submission import Submission, SubmittedCell

KEY = "layer_by_layer"
"""Where our own marks stand in the metadata of a notebook and of a cell. Only `rebuild` writes them."""
MAX_EXTRA = 500
MAX_EXTRA_TEXT = 300_000
"""Characters of all extra cells together: colouring the code of megabytes would hold up a class's feedback."""


@dataclass(slots=True)
class _Sorted:
    """A submission's cells, sorted by what the release knows of them."""

    answers: dict[str, SubmittedCell] = field(default_factory=dict)
    extras: dict[int, list[str]] = field(default_factory=dict)  # by the place in the release after which they stood
    problems: list[str] = field(default_factory=list)


def marks(cell: NotebookNode) -> dict[str, Any]:
    """Give nbgrader's metadata of a cell, empty if it has none."""
    return cell.metadata.get("nbgrader", {})


def role(cell: NotebookNode) -> str:
    """Tell what a cell of a rebuilt notebook is.

    Returns
    -------
    ``"solution"`` (the student's), ``"restored"`` (a solution cell that was missing), ``"extra"`` (a code cell of
    the student's own), ``"check"``, ``"setup"``, or ``"lesson"``.
    """
    own = cell.metadata.get(KEY, {}).get("role")
    if own:
        return own
    if marks(cell).get("solution"):
        return "solution"
    if marks(cell).get("grade"):
        return "check"
    return "setup" if "setup" in cell.metadata.get("tags", ()) else "lesson"


def rebuild(release: NotebookNode, submission: Submission) -> NotebookNode:
    """Put a student's answers into a copy of the release.

    Everything comes from the release: cells, their order, metadata, points, kernel. From the submission come the
    text of the solution cells, and its other code cells as extra cells without metadata, after the cell that they
    stood after. Of a solution cell that is there twice the first is the answer and the others run as extra cells.

    Parameters
    ----------
    release
        The trusted student notebook. It stays as it is.
    submission
        What was handed in.

    Returns
    -------
    A notebook whose own metadata holds the problems found, under ``layer_by_layer``.
    """
    found = _sort(release, submission)
    rebuilt = copy.deepcopy(release)
    cells: list[NotebookNode] = [_extra(source) for source in found.extras.get(-1, [])]
    for place, cell in enumerate(rebuilt.cells):
        if role(cell) == "solution":
            answer = found.answers.get(marks(cell)["grade_id"])
            if answer is None:
                cell.metadata[KEY] = {"role": "restored"}
                found.problems.append(f"The cell of `{marks(cell)['grade_id']}` is missing from the submission.")
            else:
                cell.source = answer.source
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        cells.append(cell)
        cells += [_extra(source) for source in found.extras.get(place, [])]
    problems = [*submission.problems, *found.problems]
    rebuilt.cells = cells
    rebuilt.metadata[KEY] = {"problems": problems}
    return rebuilt


def note(sentences: list[str]) -> NotebookNode:
    """Make the Markdown cell that tells what was wrong with a submission."""
    # ids and counts only, but they come from outside: no Markdown, no HTML
    lines = "\n".join(f"- {sentence.translate(_PLAIN)}" for sentence in sentences)
    cell = new_markdown_cell(f"**About this submission**\n\n{lines}", id="about-this-submission")
    cell.metadata[KEY] = {"role": "note"}
    return cell


_PLAIN = str.maketrans({"<": "&lt;", ">": "&gt;", "&": "&amp;", "[": "&#91;", "]": "&#93;", "!": "&#33;", "$": "&#36;"})


def _sort(release: NotebookNode, submission: Submission) -> _Sorted:
    places = {}
    for place, cell in enumerate(release.cells):
        places[marks(cell).get("grade_id") or cell.get("id", "")] = place
    found, anchor, left_out, text = _Sorted(), -1, 0, 0
    for cell in submission.cells:
        place = places.get(cell.key, -1) if cell.key else -1
        if place >= 0:
            anchor = place
            if _recognised(release.cells[place], cell, found):
                continue
        if not cell.code or not cell.source.strip():
            continue
        if sum(map(len, found.extras.values())) < MAX_EXTRA and text + len(cell.source) <= MAX_EXTRA_TEXT:
            text += len(cell.source)
            found.extras.setdefault(anchor, []).append(cell.source)
        else:
            left_out += 1
    if left_out:
        most = f"{MAX_EXTRA} cells of {MAX_EXTRA_TEXT:,} characters together"
        found.problems.append(f"{left_out:,} extra code cells were left out: {most} are run at most.")
    return found


def _recognised(ours: NotebookNode, theirs: SubmittedCell, found: _Sorted) -> bool:
    """Take in a cell that the release knows. False where its text is the student's own and runs as an extra cell."""
    kind, key = role(ours), theirs.key
    if kind == "solution":
        if key in found.answers:
            found.problems.append(f"The cell of `{key}` is there more than once; the later ones ran as extra cells.")
            return False
        if not theirs.code:
            found.problems.append(f"The cell of `{key}` had become text; it was graded as code.")
        found.answers[key] = theirs
        return True
    if kind == "check":
        if theirs.points is not None and theirs.points != marks(ours)["points"]:
            found.problems.append(f"The points of `{key}` had been changed; the original ones count.")
        if theirs.source != ours.source:
            found.problems.append(f"The cell `{key}` had been changed; the original one was used.")
        return True
    return theirs.source == ours.source


def _extra(source: str) -> NotebookNode:
    cell = new_code_cell(source)
    cell.metadata[KEY] = {"role": "extra"}
    return cell
