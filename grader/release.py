"""Making the students' notebook with nbgrader, and searching it for what must not be in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType

from nbformat import NotebookNode
from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import capture_log
from sqlalchemy.exc import SQLAlchemyError

from grader.config import course_config, own_programs_first
from grader.errors import GraderError
from grader.gradebook_version import version_of
from grader.lesson import is_exercise
from grader.questions import is_question, text_of_model_answer

# Lines that occur in many functions give nothing away, wherever they are.
COMMON_LINE = re.compile(
    r"(import|from) .*|.* = [\w.]+\.shape(\[.*\])?|for .* in range\(.*\):|if \w+ is (not )?None:|return \w+"
)
SHORTEST_TELLING_LINE = 12
SHORTEST_TELLING_PARAGRAPH = 30  # of a model answer; a shorter one may be a name, such as "Model answer"
STUDENT_METADATA = {"tags", "nbgrader", "deletable", "editable"}


class ReleaseError(GraderError):
    """nbgrader could not make a release.

    Parameters
    ----------
    message
        The error that nbgrader raised.
    log
        What nbgrader logged.
    """

    def __init__(self, message: str, log: str) -> None:
        super().__init__(message)
        self.log = log


def generate(root: Path, chapter: str, db_url: str | None = None) -> None:
    """Make ``notebooks/NN_topic`` from ``solutions/NN_topic`` with nbgrader.

    Parameters
    ----------
    root
        The class's folder. nbgrader removes an earlier release in it.
    chapter
        The assignment's name.
    db_url
        The gradebook to which the release is added. By default none: a new gradebook alone takes seconds.

    Raises
    ------
    ReleaseError
        If nbgrader fails.
    """
    config = course_config(root)
    if db_url is None:
        config.GenerateAssignment.no_database = True
        config.SaveCells.enabled = False
    else:
        config.CourseDirectory.db_url = db_url
        with suppress(SQLAlchemyError):  # nbgrader says better what is wrong with it
            version_of(db_url)
    config.CourseDirectory.assignment_id = chapter
    step = GenerateAssignment(coursedir=CourseDirectory(config=config), config=config)
    step.force = True
    with own_programs_first():
        result = capture_log(step)
    if not result["success"]:
        log = f"{result.get('log', '')}{result['error']}"
        raised = [line for line in log.splitlines() if re.match(r"[\w.]+(Error|Exception|Exit): ", line)]
        raise ReleaseError(raised[0] if raised else "no reason given", log)


def leaks(
    solution: NotebookNode, release: NotebookNode, handed_out: Mapping[str, str] = MappingProxyType({})
) -> Iterator[tuple[str, str]]:
    """Find in a release what a student must not see.

    Parameters
    ----------
    solution, release
        The two notebooks of a lesson.
    handed_out
        The code that exercises hand out to be repaired, by the cell's id: its lines may appear.

    Yields
    ------
    cell, what
        The id of the release's cell, and what is in it.
    """
    given = {
        cell.id: _squeezed(f"{_outside_regions(cell.source)}\n{handed_out.get(cell.id, '')}") for cell in solution.cells
    }
    telling = [
        (cell.id, line)
        for cell in solution.cells
        if is_exercise(cell)
        for line in dict.fromkeys(_solution_lines(cell.source))
        if _tells(line) and line not in given[cell.id]
    ]
    telling += [
        (cell.id, line)
        for cell in filter(is_question, solution.cells)
        for line in text_of_model_answer(cell.source)
        if len(line) >= SHORTEST_TELLING_PARAGRAPH
    ]
    for cell in release.cells:
        text = _squeezed(cell.source)
        if cell.cell_type == "markdown":
            text += " ".join(text_of_model_answer(cell.source))
        for owner, line in telling:
            if line in text:
                yield cell.id, f"shows a line of the solution of {owner}: {line!r}."
        if re.search("(BEGIN|END) SOLUTION|HIDDEN TESTS", text):
            yield cell.id, "has a mark of a solution or of hidden tests."
        if cell.get("outputs"):
            yield cell.id, "has outputs."
        if cell.get("attachments"):
            yield cell.id, "has attachments."
        extra = sorted(set(cell.metadata) - STUDENT_METADATA)
        if extra:
            yield cell.id, f"has metadata that a student has no use for: {', '.join(extra)}."


def _tells(line: str) -> bool:
    return len(line) >= SHORTEST_TELLING_LINE and not COMMON_LINE.fullmatch(line)


def _regions(source: str) -> Iterator[tuple[str, bool]]:
    inside = False
    for line in source.split("\n"):
        if "BEGIN SOLUTION" in line or "END SOLUTION" in line:
            inside = "BEGIN SOLUTION" in line
        else:
            yield line, inside


def _solution_lines(source: str) -> list[str]:
    return [_squeezed(line) for line, inside in _regions(source) if inside]


def _outside_regions(source: str) -> str:
    return "\n".join(line for line, inside in _regions(source) if not inside)


def _squeezed(text: str) -> str:
    return " ".join(text.split())
