"""Rebuilding a submission: the student's text in the trusted release."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from course.checking.student_code import binds
from grader.cell_roles import METADATA_KEY, nbgrader_metadata, role
from grader.cells import code_cell, markdown_cell
from grader.node import AnyNode
from grader.submission import Submission, SubmittedCell

MAX_EXTRA = 500
MAX_EXTRA_TEXT = 300_000
"""Characters of all extra cells together: highlighting megabytes of code would hold up a class's feedback."""


@dataclass(slots=True)
class _Sorted:
    """A submission's cells, sorted by their role in the release."""

    answers: dict[str, SubmittedCell] = field(default_factory=dict)
    extras: dict[int, list[str]] = field(default_factory=dict)  # by the position in the release that they came after
    problems: list[str] = field(default_factory=list)


def rebuild(release: AnyNode, submission: Submission) -> AnyNode:
    """Put a student's answers into a copy of the release, as `Rebuilder` does for many."""
    return Rebuilder(release).rebuild(submission)


class Rebuilder:
    """Puts students' answers into copies of a release.

    Cells, their order, metadata, points and kernel come from the release. The submission contributes the text of
    the solution cells, and its other code cells as extra cells without metadata, each after the cell that it
    followed. If a solution cell occurs more than once, the first is the answer and the others run as extra cells.
    A stub that was left as it was released does not run where another cell defines its name.

    Parameters
    ----------
    release
        The trusted student notebook. It is not changed. Its text, and its code that is not run, is shared with the
        rebuilt ones.
    """

    def __init__(self, release: AnyNode) -> None:
        self.release = release
        self._roles = [role(cell) for cell in release.cells]
        self._cells = [_own(cell) if cell.cell_type == "code" else cell for cell in release.cells]
        self._places = {
            nbgrader_metadata(cell).get("grade_id") or cell.get("id", ""): place
            for place, cell in enumerate(release.cells)
        }
        self._stubs = {
            cell.source.strip(): nbgrader_metadata(cell)["grade_id"]
            for cell, kind in zip(release.cells, self._roles, strict=True)
            if kind == "solution" and cell.cell_type == "code"
        }

    @property
    def shared(self) -> list[AnyNode]:
        """The cells that all rebuilt notebooks have as they are."""
        return [cell for cell, kind in zip(self._cells, self._roles, strict=True) if kind == "lesson"]

    def rebuild(self, submission: Submission) -> AnyNode:
        """Make a notebook of what was handed in. Its metadata has the problems found, under ``layer_by_layer``."""
        release, found = self.release, self._sort(submission)
        cells: list[Any] = [_extra(source) for source in found.extras.get(-1, [])]
        for place, (cell, kind) in enumerate(zip(self._cells, self._roles, strict=True)):
            if kind != "lesson":
                cell = _own(cell)
            if kind == "solution":
                key = nbgrader_metadata(cell)["grade_id"]
                answer = found.answers.get(key)
                if answer is None:
                    cell.metadata[METADATA_KEY] = {"role": "restored"}
                    if submission.cells:  # else one sentence has said it all
                        found.problems.append(f"The cell of `{key}` is missing from the submission.")
                else:
                    cell.source = answer.source
            cells.append(cell)
            cells += [_extra(source) for source in found.extras.get(place, [])]
        found.problems += self._set_stubs_aside(cells)
        problems = list(dict.fromkeys((*submission.problems, *found.problems)))  # a cell may be there many times
        metadata = {**copy.deepcopy(release.metadata), METADATA_KEY: {"problems": problems}}
        return type(release)({**release, "cells": cells, "metadata": type(release)(metadata)})

    def _set_stubs_aside(self, cells: list[AnyNode]) -> Iterator[str]:
        """Keep stubs from running where another cell defines their names, and say so."""
        code = [cell for cell in cells if cell.cell_type == "code" and role(cell) in ("solution", "extra")]
        names = [self._stubs.get(cell.source.strip()) for cell in code]
        own = [cell.source for cell, name in zip(code, names, strict=True) if name is None]
        for cell, name in zip(code, names, strict=True):
            if name is not None and any(binds(source, name) for source in own):
                cell.metadata[METADATA_KEY] = {"role": "restored"}
                yield f"`{name}` is defined in another cell; the untouched one that was handed out for it was left out."

    def _sort(self, submission: Submission) -> _Sorted:
        found, anchor, left_out, text = _Sorted(), -1, 0, 0
        for cell in submission.cells:
            place = self._places.get(cell.key, -1) if cell.key else -1
            if place >= 0:
                anchor = place
                if _recognised(self.release.cells[place], self._roles[place], cell, found):
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


def _own(cell: AnyNode) -> AnyNode:
    """Copy what may be changed of a cell that is an answer, checks one, or is run."""
    if cell.cell_type != "code":
        return copy.deepcopy(cell)
    metadata = type(cell)({key: _copy(value) for key, value in cell.metadata.items()})
    return type(cell)({**cell, "metadata": metadata, "outputs": [], "execution_count": None})


def _copy(value: Any) -> Any:
    """Copy a part of a cell's metadata, which is flat."""
    return type(value)(value) if isinstance(value, dict | list) else value


def note(sentences: list[str]) -> AnyNode:
    """Make the Markdown cell that says what was wrong with a submission."""
    # ids and counts only, but they come from outside: no Markdown, no HTML
    lines = "\n".join(f"- {sentence.translate(_PLAIN)}" for sentence in sentences)
    cell = markdown_cell(f"**About this submission**\n\n{lines}", "about-this-submission")
    cell.metadata[METADATA_KEY] = {"role": "note"}
    return cell


_PLAIN = str.maketrans({"<": "&lt;", ">": "&gt;", "&": "&amp;", "[": "&#91;", "]": "&#93;", "!": "&#33;", "$": "&#36;"})


def _recognised(ours: AnyNode, kind: str, theirs: SubmittedCell, found: _Sorted) -> bool:
    """Use a cell that the release has. False if its text is the student's own and runs as an extra cell."""
    key = theirs.key
    if kind == "solution":
        if key in found.answers:
            found.problems.append(f"The cell of `{key}` is there more than once; the later ones ran as extra cells.")
            return False
        if ours.cell_type == "code" and not theirs.code:
            found.problems.append(f"The cell of `{key}` had become text; it was graded as code.")
        found.answers[key] = theirs
        return True
    if kind == "check":
        name, points = key.removeprefix("check-"), nbgrader_metadata(ours)["points"]
        if theirs.points is not None and theirs.points != points:
            found.problems.append(
                f"The points for `{name}` are {points:g}, not {theirs.points:g} as in the notebook that was handed in. "
                "There is nothing to do."
            )
        if theirs.source != ours.source:
            found.problems.append(
                f"The notebook that was handed in has another check of `{name}`; the class's was used. "
                "There is nothing to do."
            )
        return True
    return theirs.source == ours.source


def _extra(source: str) -> AnyNode:
    cell = code_cell(source)
    cell.metadata[METADATA_KEY] = {"role": "extra"}
    return cell
