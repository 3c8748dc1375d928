"""What nbgrader's gradebook knows about submissions: scores, also those given by hand, comments, and late penalties."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    Notebook,
    SubmittedAssignment,
    SubmittedNotebook,
)

from grader.registering import gradebook


@dataclass(slots=True)
class Booked:
    """One submitted notebook in the gradebook.

    Parameters
    ----------
    scores
        The points of each graded cell, by its id. None where somebody still has to grade it.
    comments
        What somebody wrote about a cell, by its id.
    penalty
        The points that it costs to be late.
    """

    scores: dict[str, float | None] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)
    penalty: float = 0.0


def read_booked(db_url: str, assignment: str) -> dict[tuple[str, str], Booked]:
    """Read an assignment's submissions, by student and notebook; none where there is no gradebook.

    Raises
    ------
    GradebookError
        If there is one that can't be used.
    """
    if db_url.startswith("sqlite:///") and not Path(db_url.removeprefix("sqlite:///")).is_file():
        return {}  # the gradebook would make the file
    found: dict[tuple[str, str], Booked] = {}
    with gradebook(db_url) as book:
        late: Any = SubmittedNotebook.late_submission_penalty
        for student, notebook, penalty in _of(book, assignment, late):
            found[student, notebook] = Booked(penalty=penalty or 0.0)
        graded: Any = Grade
        columns = (BaseCell.name, graded.score, graded.auto_score, graded.manual_score)
        for student, notebook, cell, score, machine, person in _of(book, assignment, *columns, of=Grade):
            found[student, notebook].scores[cell] = None if machine is None and person is None else score
        columns = (BaseCell.name, Comment.manual_comment)
        for student, notebook, cell, text in _of(book, assignment, *columns, of=Comment):
            if text and text.strip():
                found[student, notebook].comments[cell] = text.strip()
    return found


def _of(book: Gradebook, assignment: str, *columns: Any, of: Any = None) -> list[Any]:
    """Ask for something of all submissions at once: one by one, nbgrader asks several times for each."""
    asked = book.db.query(SubmittedAssignment.student_id, Notebook.name, *columns)
    asked = asked.select_from(SubmittedNotebook)
    asked = asked.join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
    asked = asked.join(Notebook, Notebook.id == SubmittedNotebook.notebook_id)
    asked = asked.join(Assignment, Assignment.id == Notebook.assignment_id)
    if of is not None:
        asked = asked.join(of, of.notebook_id == SubmittedNotebook.id).join(BaseCell, BaseCell.id == of.cell_id)
    assignments: Any = Assignment
    return asked.filter(assignments.name == assignment).all()
