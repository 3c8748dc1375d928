"""Reading what the page about a class shows: graded notebooks, the release, and solutions that students can see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from course.checking.locating.own_source import source_in
from course.checking.source import bare, source_of
from course.checking.spec import Exercise
from course.workcopy.safe_write import write_out
from grader.cell_roles import nbgrader_metadata, role
from grader.config import course_config
from grader.notebook_files import read_any_format
from grader.pages.class_page import Assignment, class_page
from grader.pages.graded import read_graded
from grader.student_names import student_names, with_name


def graded_assignments(autograded: Path) -> list[str]:
    """Name the assignments that have graded submissions."""
    return sorted({path.parent.name for path in autograded.glob("*/*/*.ipynb")})


def read_assignment(
    autograded: Path,
    release: Path,
    name: str,
    exercises: Mapping[str, Exercise],
    names: Mapping[str, str] = MappingProxyType({}),
) -> Assignment:
    """Read everything about one assignment.

    Parameters
    ----------
    autograded, release
        nbgrader's folders of graded and of released notebooks.
    name
        The assignment.
    exercises
        The course's exercises.
    names
        Students' names, by id, which are shown as well.
    """
    graded = [read_graded(path) for path in sorted(autograded.glob(f"*/{name}/*.ipynb"))]
    answers = {
        (with_name(one.student, names), answer.name): answer
        for one in graded
        for answer in one.answers
        if answer.result
    }
    results = [replace(one.result, student=student) for (student, _), one in answers.items() if one.result]
    handed_out = _handed_out(release / name)
    asked = dict.fromkeys(exercise for _, exercise in answers)
    given = {
        exercise: [source_in(handed_out.get(exercise, ""), exercise), _solution(exercises[exercise])]
        for exercise in asked
        if exercise in exercises and exercises[exercise].kind != "value" and not exercises[exercise].repair
    }
    return Assignment(name, graded[0].title if graded else name, results, answers, given)


def write_class_page(
    file: Path, root: Path, names: Sequence[str], exercises: Mapping[str, Exercise], *, anonymous: bool = False
) -> None:
    """Write the page about a class's assignments, for the class under `root`."""
    directory = course_config(root).CourseDirectory
    autograded, release = root / directory.autograded_directory, root / directory.release_directory
    students = {} if anonymous else student_names(root, directory.db_url)
    found = [read_assignment(autograded, release, name, exercises, students) for name in names]
    file.parent.mkdir(parents=True, exist_ok=True)
    write_out(file, class_page(found, exercises, anonymous=anonymous).encode(errors="backslashreplace"))


def _handed_out(folder: Path) -> dict[str, str]:
    """Give the cells that the release hands out, by exercise."""
    return {
        nbgrader_metadata(cell)["grade_id"]: cell.source
        for path in sorted(folder.glob("*.ipynb"))
        for cell in read_any_format(path).cells
        if role(cell) == "solution"
    }


def _solution(exercise: Exercise) -> str:
    return bare(source_of(exercise.solution, exercise.name))
