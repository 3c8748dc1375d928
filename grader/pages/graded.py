"""A graded notebook as facts: its exercises with report and code, what was wrong with it, and everything else."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from course.checking.locating.own_source import source_in
from course.recorded import Recorded
from grader.cell_roles import METADATA_KEY, nbgrader_metadata, role
from grader.grading import AFTER_ALL
from grader.insights import Result, is_readable
from grader.notebook_files import UnreadableNotebook
from grader.written import cells_that_run, defining_cell, exercises_end


@dataclass(frozen=True, slots=True)
class Answer:
    """One exercise of a graded notebook.

    Parameters
    ----------
    name
        The exercise's name, or the id of a cell that is graded by hand.
    possible
        Its points.
    result
        What a check found; None where the cell is graded by hand.
    report, text
        The report as HTML and as text.
    cells
        The ids of its cells in the gradebook.
    source
        The cell that defines the answer.
    own
        The answer alone, without the rest of its cell.
    later
        Whether another cell defines it, and not the exercise's own.
    prose
        Whether it is a text and no code.
    asked
        The text of the lesson before a cell that is graded by hand: the question.
    """

    name: str
    possible: float
    result: Result | None = None
    report: str = ""
    text: str = ""
    cells: tuple[str, ...] = ()
    source: str = ""
    own: str = ""
    later: bool = False
    prose: bool = False
    asked: str = ""

    @property
    def earned(self) -> float:
        """What grading gave."""
        return self.result.earned if self.result else 0.0


@dataclass(frozen=True, slots=True)
class Graded:
    """One student's graded notebook.

    Parameters
    ----------
    student, assignment, topic
        Whose it is, and which.
    title
        The lesson's first heading.
    answers
        Its exercises, in order.
    problems
        What was wrong with the submission, in sentences.
    cells
        The whole notebook.
    """

    student: str
    assignment: str
    topic: str
    title: str
    answers: tuple[Answer, ...]
    problems: tuple[str, ...]
    cells: tuple[NotebookNode, ...]


def read_graded(path: Path) -> Graded:
    """Read a notebook from nbgrader's folder of autograded ones: ``STUDENT/ASSIGNMENT/TOPIC.ipynb``.

    Raises
    ------
    UnreadableNotebook
        If it is damaged.
    """
    try:
        return _read(nbformat.v4.reads(path.read_text(encoding="utf-8")), path)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise UnreadableNotebook(path) from None


def _read(notebook: NotebookNode, path: Path) -> Graded:
    cells: list[NotebookNode] = notebook.cells
    student, assignment = path.parent.parent.name, path.parent.name
    first, code = cells_that_run(cells[: exercises_end(cells)]), cells_that_run(cells)
    readable, answers, text = is_readable(notebook), [], ""
    for cell in cells:
        judged_later = cell.metadata.get(METADATA_KEY, {}).get(AFTER_ALL)
        answer = _answer(cell, code if judged_later else first, student, readable)
        if answer:
            answers.append(answer if answer.result else replace(answer, asked=text))
        if cell.cell_type == "markdown" and role(cell) == "lesson":
            text = cell.source
    heading = next((cell.source for cell in cells if cell.cell_type == "markdown" and cell.source.startswith("#")), "")
    title = heading.split("\n")[0].lstrip("# ") or assignment
    problems = notebook.metadata.get(METADATA_KEY, {}).get("problems", ())
    kept = tuple(problem for problem in problems if isinstance(problem, str))
    return Graded(student, assignment, path.stem, title, tuple(answers), kept, tuple(cells))


def _answer(cell: NotebookNode, code: list[NotebookNode], student: str, readable: bool) -> Answer | None:
    """Give the exercise of a cell that earns points; None for any other cell."""
    marks = nbgrader_metadata(cell)
    if not marks.get("grade") and not marks.get("task"):
        return None
    key, possible = str(marks.get("grade_id", "")), float(marks.get("points", 0))
    if role(cell) != "check":
        return Answer(key, possible, cells=(key,), source=cell.source, own=cell.source, prose=cell.cell_type != "code")
    name, facts = key.removeprefix("check-"), cell.metadata.get(METADATA_KEY, {})
    result = _result(student, name, facts, readable)
    defining = defining_cell(code, name)
    source = defining.source if defining else ""
    own = (source_in(source, name) or source_in(source, _other_name(source, name)) or source).lstrip("\n")
    keys = (key, name)
    later = defining is not None and nbgrader_metadata(defining).get("grade_id") != name
    report, text = _report(cell)
    return Answer(name, possible, result, report, text, keys, source, own, later)


def _other_name(source: str, name: str) -> str:
    """Give the name under which a function was defined that is only called by this name: ``linear = mine``."""
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    others = [
        node.value.id
        for node in body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name)
        for target in node.targets
        if isinstance(target, ast.Name) and target.id == name
    ]
    return others[-1] if others else ""


def _result(student: str, name: str, facts: Any, readable: bool) -> Result | None:
    if "earned" not in facts:
        return None
    scored = {key: facts[key] for key in ("earned", "score", "passed", "outcome")}
    return Result(student, name, **scored, recorded=Recorded.read(facts), readable=readable)


def _report(cell: NotebookNode) -> tuple[str, str]:
    """Give the report that grading wrote, as HTML and as text."""
    for output in cell.get("outputs", ()):
        data = output.get("data", {})
        if output.output_type == "display_data" and "text/html" in data:
            return data["text/html"], data.get("text/plain", "")
    return "", ""
