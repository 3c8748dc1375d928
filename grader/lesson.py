"""A lesson's text source, read as a notebook with nbgrader's metadata and lasting cell ids."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jupytext
import nbformat
from nbformat import NotebookNode

from course.catalog.chapters import EXAMPLE, TOPIC_IN_TEXT, with_numbers
from course.checking.source import BEGIN, END, solution_cell
from course.checking.spec import Exercise
from grader.errors import GraderError
from grader.published import elsewhere_cells, published
from grader.questions import PREFIX, TAG

HEADER_KEYS = {"exercise", "check", "question", "tags"}
TEACHING_NOTE = "teaching.md"
"""The file next to a lesson's source that is for instructors, and goes into no notebook and no release."""
QUESTION_HEADING = "### In your own words\n"
"""How the cell that asks a question begins; a student's feedback shows the whole cell."""
TOPIC_FOLDER = re.compile(r"\d\d_(?P<topic>\w+)")
KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
# Without the version: it would change with the builder's Python.
LANGUAGE_INFO = {
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "pygments_lexer": "ipython3",
}


class UnknownLesson(GraderError, ValueError):
    """There is no such lesson, or its folder is not named like one."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, said in one line.

    Parameters
    ----------
    file
        The file, seen from the course's root.
    cell
        The cell's id, or empty where it is about the whole file.
    what
        What is wrong, and where that is short, what to do.
    log
        More lines that help to find the cause, such as nbgrader's log.

    Examples
    --------
    >>> print(Problem("solutions/01_linear/linear.py", "linear", "has no solution region."))
    solutions/01_linear/linear.py, cell linear: has no solution region.
    """

    file: str
    cell: str
    what: str
    log: str = ""

    def __str__(self) -> str:
        return f"{self.file}, cell {self.cell}: {self.what}" if self.cell else f"{self.file}: {self.what}"


@dataclass(frozen=True, slots=True)
class Lesson:
    """One chapter's source, read.

    Parameters
    ----------
    chapter
        Its folder's name: ``"01_linear"``.
    source
        The path of the text source, seen from the course's root.
    notebook
        The notebook, not yet executed.
    problems
        What is wrong with the source itself.
    given
        What exercises hand out to be repaired, by the cell's id.
    """

    chapter: str
    source: str
    notebook: NotebookNode
    problems: tuple[Problem, ...]
    given: Mapping[str, str] = field(default_factory=dict)

    @property
    def topic(self) -> str:
        """The notebook's name without its ending."""
        return topic_of(self.chapter)

    @property
    def exercises(self) -> tuple[str, ...]:
        """The names of the exercises that have a cell, in order."""
        return tuple(cell.id for cell in self.notebook.cells if is_exercise(cell))


def topic_of(chapter: str) -> str:
    """Name the notebook in a chapter's folder.

    Examples
    --------
    >>> topic_of("01_linear")
    'linear'
    """
    match = TOPIC_FOLDER.fullmatch(chapter)
    if match is None:
        text = f"A lesson's folder is named like {EXAMPLE}, not {chapter!r}."
        raise UnknownLesson(text, name="chapter", received=chapter, allowed=TOPIC_FOLDER.pattern)
    return match["topic"]


def is_exercise(cell: NotebookNode) -> bool:
    """Tell whether a student writes this cell."""
    return bool(cell.metadata.get("nbgrader", {}).get("solution"))


def is_check(cell: NotebookNode) -> bool:
    """Tell whether this cell's score is recorded."""
    return bool(cell.metadata.get("nbgrader", {}).get("grade"))


def is_setup(cell: NotebookNode) -> bool:
    """Tell whether the grader runs this cell, too."""
    return "setup" in cell.metadata.get("tags", [])


def read_lesson(root: Path, chapter: str, exercises: Mapping[str, Exercise]) -> Lesson:
    """Read ``solutions/NN_topic/topic.py`` and give its cells ids and nbgrader's metadata.

    Parameters
    ----------
    root
        The folder that holds ``solutions/``.
    chapter
        The lesson's folder.
    exercises
        Every exercise of the course by name.

    Raises
    ------
    FileNotFoundError
        If the folder has no such file.
    """
    source = Path("solutions") / chapter / f"{topic_of(chapter)}.py"
    text = jupytext.reads(with_numbers((root / source).read_text(encoding="utf-8")), fmt="py:percent")
    cells, complaints, ids = [], [], _Ids()
    for cell in text.cells:
        header = {key: value for key, value in cell.metadata.items() if key != "lines_to_next_cell"}
        cell.id = ids.next(cell, header)
        problems_of_cell = _header_problems(header, cell, exercises, chapter)
        if not problems_of_cell and "exercise" in header:
            exercise = exercises[header["exercise"]]
            cell.source = solution_cell(exercise.solution, exercise.name, cell.source)
        cell.metadata = _metadata(header, exercises)
        complaints += [(cell.id, what) for what in [*problems_of_cell, *_topic_problems(cell)]]
        cells.append(cell)
    cells[1:1] = elsewhere_cells(published(root), chapter)
    complaints += _order_problems(cells)
    present = {cell.id for cell in cells if is_exercise(cell)}
    complaints += [
        (name, f'the course declares this exercise, and no cell says # %% exercise="{name}".')
        for name, exercise in exercises.items()
        if exercise.chapter == chapter and name not in present
    ]
    metadata = {"kernelspec": KERNELSPEC, "language_info": LANGUAGE_INFO}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=metadata)
    problems = tuple(Problem(source.as_posix(), cell, what) for cell, what in complaints)
    repairs = {name for name in present & exercises.keys() if exercises[name].repair}
    given = {name: exercises[name].misconceptions[0].handout for name in repairs}
    return Lesson(chapter, source.as_posix(), notebook, problems, given)


class _Ids:
    """Names cells so that a change of a cell's text leaves every id as it was.

    Exercises and checks are named after the exercise, the others after the heading above them, without
    its number, and counted.
    """

    def __init__(self) -> None:
        self.section = "start"
        self.used: dict[str, int] = {}

    def next(self, cell: NotebookNode, header: Mapping[str, Any]) -> str:
        if "exercise" in header:
            return self._unique(_slug(header["exercise"], keep="_"))
        if "check" in header:
            return self._unique("check-" + _slug(header["check"], keep="_"))
        if "question" in header:
            return self._unique(PREFIX + _slug(header["question"], keep="_"))
        heading = re.search(r"^#{1,6} +(.+)", cell.source, re.M) if cell.cell_type == "markdown" else None
        if heading:
            self.section = _slug(heading[1].lstrip("0123456789. ")).lower() or "section"
        # The counter's hyphen keeps these apart from exercises, whose names are Python's.
        return f"{self.section}-{self._count(self.section + '-')}"

    def _unique(self, name: str) -> str:
        count = self._count(name)
        return name if count == 1 else f"{name}--{count}"

    def _count(self, name: str) -> int:
        self.used[name] = self.used.get(name, 0) + 1
        return self.used[name]


def _slug(text: object, keep: str = "") -> str:
    return re.sub(rf"[^A-Za-z0-9{keep}]+", "-", str(text)).strip("-")[:48]


def _metadata(header: Mapping[str, Any], exercises: Mapping[str, Exercise]) -> NotebookNode:
    metadata: dict[str, Any] = {"tags": header["tags"]} if header.get("tags") else {}
    if "question" in header:
        metadata["tags"] = [*metadata.get("tags", ()), TAG]
    if "exercise" in header:
        metadata["nbgrader"] = _nbgrader(header["exercise"], solution=True)
    elif "check" in header:
        exercise = exercises.get(header["check"])
        points = exercise.points if exercise else 0
        metadata["nbgrader"] = _nbgrader(f"check-{header['check']}", solution=False)
        metadata["nbgrader"]["points"] = int(points) if points == int(points) else points
    return NotebookNode(metadata)


def _nbgrader(grade_id: str, *, solution: bool) -> NotebookNode:
    return NotebookNode(
        grade=not solution,
        grade_id=str(grade_id),
        locked=not solution,
        schema_version=3,
        solution=solution,
        task=False,
    )


def _topic_problems(cell: NotebookNode) -> list[str]:
    return [f"the course has no chapter {name!r}." for name in TOPIC_IN_TEXT.findall(cell.source)]


def _header_problems(
    header: Mapping[str, Any], cell: NotebookNode, exercises: Mapping[str, Exercise], chapter: str
) -> list[str]:
    found = [
        f"its header says {key!r}; a header knows exercise, check, question and tags."
        for key in header
        if key not in HEADER_KEYS
    ]
    if "question" in header:
        return [*found, *_question_problems(header, cell)]
    if "exercise" in header and "check" in header:
        found.append("one cell can't be an exercise and a check.")
    for key in ("exercise", "check"):
        if key not in header:
            continue
        exercise = exercises.get(header[key])
        if exercise is None:
            found.append(f"the course has no exercise named {header[key]!r}.")
        elif exercise.chapter != chapter:
            found.append(f"{header[key]!r} is an exercise of {exercise.chapter}.")
        if cell.cell_type != "code":
            found.append(f"its header says {key}, so it must be code.")
    if not found and "exercise" in header:
        found += _cell_problems(exercises[header["exercise"]], cell.source)
    elif BEGIN in cell.source or END in cell.source:
        found.append("it has a solution, and its header names no exercise.")
    return found


def _question_problems(header: Mapping[str, Any], cell: NotebookNode) -> Iterator[str]:
    """Find what is wrong with a question's cell: it has the model answer and the rubric, and students get a stub."""
    if "exercise" in header or "check" in header:
        yield "one cell can't be a question and an exercise or a check."
    if cell.cell_type != "markdown":
        yield "its header says question, so it must be text: # %% [markdown]."
    if not re.fullmatch(r"[a-z][a-z0-9_]{2,39}", str(header["question"])):
        yield f"{header['question']!r} can't name a question; 3 to 40 small letters, digits and _ are expected."
    if not re.fullmatch(r"<details>.*<li>.*</li>.*</details>", cell.source.strip(), re.DOTALL):
        yield "it needs the model answer and a list of what earns points, in one <details>...</details>."


def _cell_problems(exercise: Exercise, source: str) -> list[str]:
    """Find what is wrong with the text of an exercise's cell: a solution comes from the declaration."""
    if exercise.kind != "value":
        return ["leave it empty: the solution comes from the exercise's declaration."] if source.strip() else []
    if BEGIN in source or END in source:
        return ["leave the solution out: it comes from the exercise's declaration."]
    return [] if "..." in source else [f"it needs what students get, such as {exercise.name} = ..."]


def _order_problems(cells: list[NotebookNode]) -> list[tuple[str, str]]:
    """Find exercises that come twice, or without their check as the next code cell, and questions without a text."""
    found, seen = [], set()
    for before, cell in zip([None, *cells[:-1]], cells, strict=True):
        if not cell.id.startswith(PREFIX):
            continue
        if "--" in cell.id:
            found.append((cell.id, "this question comes twice in this lesson."))
        if before is None or not before.source.startswith(QUESTION_HEADING):
            found.append((cell.id, f"the cell before it must ask the question, below {QUESTION_HEADING!r}."))
    graded = [cell for cell in cells if cell.cell_type == "code"]
    for cell, following in zip(graded, [*graded[1:], None], strict=True):
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name in seen:
            found.append((cell.id, f"{name} comes twice in this lesson."))
        elif name:
            seen.add(name)
        if is_exercise(cell):
            wanted = f"check-{name}"
            next_name = following.metadata.get("nbgrader", {}).get("grade_id") if following else None
            if next_name != wanted:
                found.append((cell.id, f'the next code cell must be its check: # %% check="{name}".'))
    exercises = {cell.metadata.nbgrader.grade_id for cell in graded if is_exercise(cell)}
    found += [
        (cell.id, "it checks an exercise that has no cell in this lesson.")
        for cell in graded
        if is_check(cell) and cell.metadata.nbgrader.grade_id.removeprefix("check-") not in exercises
    ]
    return found
