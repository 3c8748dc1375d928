"""What a mark that comes from another machine must say before it is believed: of these cells, with their points."""

from __future__ import annotations

import math
from collections.abc import Mapping

from grader.cell_roles import nbgrader_metadata
from grader.classroom.marking import Marked, id_of
from grader.node import read_node


class Plausible:
    """Checks the marks of an assignment.

    Parameters
    ----------
    release
        The notebook that was handed out, as in `grader.classroom.marking.Assignment`.

    Examples
    --------
    >>> import json
    >>> marks = {"grade": True, "solution": False, "grade_id": "check-linear", "points": 6}
    >>> check = Plausible(json.dumps({"cells": [{"metadata": {"nbgrader": marks}}]}).encode())
    >>> check(Marked(b"{}", {"check-linear": 4.0}, {}, content="ab"), "ab")
    >>> check(Marked(b"{}", {"check-linear": 7.0}, {}, content="ab"), "ab")
    Traceback (most recent call last):
        ...
    ValueError: a worker gave check-linear 7.0 of 6 points
    """

    def __init__(self, release: bytes) -> None:
        cells = [cell for cell in read_node(release)["cells"] if nbgrader_metadata(cell)]
        graded = [cell for cell in cells if nbgrader_metadata(cell).get("grade")]
        self.points = {id_of(cell): float(nbgrader_metadata(cell)["points"]) for cell in graded}
        self.told = {id_of(cell) for cell in cells if nbgrader_metadata(cell).get("solution")}

    def __call__(self, mark: Marked, content: str) -> None:
        """Check a mark.

        Parameters
        ----------
        mark
            What came.
        content
            What identifies the submission that was sent.

        Raises
        ------
        ValueError
            If it can't be the mark of this submission.
        """
        if mark.content != content or type(mark.notebook) is not bytes:
            raise ValueError("a worker gave the mark of another submission")
        if not _names(mark.scores, set(self.points)) or not _names(mark.comments, self.told):
            raise ValueError("a worker gave marks of other cells than the release has")
        for name, score in mark.scores.items():
            by_hand = score is None and name in self.told
            if not by_hand and not (type(score) is float and math.isfinite(score) and 0 <= score <= self.points[name]):
                raise ValueError(f"a worker gave {name} {score!r:.40} of {self.points[name]:g} points")
        told = (*mark.comments.values(), *mark.problems, *mark.errors)
        if not all(isinstance(text, str) or text is None for text in told):
            raise ValueError("a worker gave a comment that is not text")


def _names(found: object, wanted: set[str]) -> bool:
    return isinstance(found, Mapping) and set(found) == wanted
