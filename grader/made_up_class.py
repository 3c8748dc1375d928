"""A made-up class for the demo and for tests: students who solve, skip, misunderstand and cheat."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from nbformat import NotebookNode

from course.checking.spec import Exercise
from grader.cell_roles import nbgrader_metadata, role


@dataclass(frozen=True, slots=True)
class Student:
    """One made-up student.

    Parameters
    ----------
    name
        The student's name, which is also the folder of the submission.
    answers
        The source handed in, by exercise. Exercises without one stay as released.
    wrong
        The exercises that must not earn full marks.
    nothing
        The exercises that must earn nothing.
    misconception
        The id that must be recognised, if one must.
    """

    name: str
    answers: Mapping[str, str]
    wrong: frozenset[str] = field(default_factory=frozenset)
    nothing: frozenset[str] = field(default_factory=frozenset)
    misconception: str | None = None


def worked_solutions(solution: NotebookNode) -> dict[str, str]:
    """Return the answers of a solved notebook, by exercise, without the lines that mark a solution."""
    mark = re.compile(r"^ *### (BEGIN|END) SOLUTION\n?", re.MULTILINE)
    return {
        nbgrader_metadata(cell)["grade_id"]: mark.sub("", cell.source)
        for cell in solution.cells
        if role(cell) == "solution"
    }


def stubs_of(release: NotebookNode) -> dict[str, str]:
    """Return what is handed out to be filled in, by exercise."""
    return {nbgrader_metadata(cell)["grade_id"]: cell.source for cell in release.cells if role(cell) == "solution"}


def hand_in(release: NotebookNode, answers: Mapping[str, str], path: Path) -> None:
    """Write a submission: the release with some of its solution cells filled in."""
    cells = [
        {**cell, "source": answers.get(nbgrader_metadata(cell)["grade_id"], cell.source)}
        if role(cell) == "solution"
        else cell
        for cell in release.cells
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({**release, "cells": cells}, ensure_ascii=False), encoding="utf-8")


def make_class(exercises: Mapping[str, Exercise], solved: Mapping[str, str]) -> list[Student]:
    """Make a class for one chapter.

    Parameters
    ----------
    exercises
        The chapter's exercises, by name.
    solved
        A right answer to each.

    Returns
    -------
    list of Student
        One who solved all, one nothing and one half; one for each mistake; and four who cheat.
    """
    everything, half = frozenset(exercises), list(exercises)[: (len(exercises) + 1) // 2]
    rest = everything - set(half)
    students = [
        Student("solved", solved),
        Student("blank", {}, wrong=everything, nothing=everything),
        Student("half-solved", {name: solved[name] for name in half}, wrong=rest, nothing=rest),
    ]
    mistakes = [(name, known) for name, exercise in exercises.items() for known in exercise.misconceptions]
    for number, (name, known) in enumerate(mistakes, start=1):
        answers = {**solved, name: known.source}
        students.append(Student(f"mistake-{number:02}", answers, frozenset({name}), misconception=known.id))
    first = next((name for name, exercise in exercises.items() if exercise.kind == "function"), next(iter(exercises)))
    for kind, source in HOSTILE.items():
        answers = {**solved, first: source.format(name=first)}
        students.append(Student(f"hostile-{kind}", answers, frozenset({first}), frozenset({first})))
    return students


def make_large_class(students: Sequence[Student], number: int) -> list[Student]:
    """Make a class of any size from the kinds of students that don't cheat, in turn.

    Examples
    --------
    >>> kinds = [Student("solved", {"twice": "def twice(x): ..."}), Student("hostile-hang", {})]
    >>> [one.name for one in make_large_class(kinds, 2)]
    ['student-00001', 'student-00002']
    """
    kinds = [one for one in students if not one.name.startswith("hostile")]
    return [replace(kinds[i % len(kinds)], name=f"student-{i + 1:05}") for i in range(number)]


def in_own_words(student: Student, stubs: Mapping[str, str]) -> dict[str, str]:
    r"""Give what a student hands in so that no two hand in the same: each answer, or stub, with a comment.

    Examples
    --------
    >>> in_own_words(Student("kim", {"twice": "def twice(x): ..."}), {"half": "def half(x): ..."})
    {'half': 'def half(x): ...\n# by kim', 'twice': 'def twice(x): ...\n# by kim'}
    """
    return {name: f"{text}\n# by {student.name}" for name, text in {**stubs, **student.answers}.items()}


HOSTILE = {
    "forged-score": """\
import sys, types
fake = types.ModuleType("course")
fake.check = fake.assess = lambda *args, **kwargs: 4.0
sys.modules["course"] = fake
get_ipython().run_cell = lambda *args, **kwargs: None
get_ipython().run_code = lambda *args, **kwargs: None
np.allclose = np.isclose = np.array_equal = lambda *args, **kwargs: True
class Agrees(np.ndarray):
    def __eq__(self, other):
        return np.ones(self.shape, dtype=bool)
def {name}(*args):
    print("right. 6 of 6 cases, 4 points.")
    return np.zeros((2, 4)).view(Agrees)
4.0
""",
    "hang": """\
def {name}(*args):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
""",
    "memory": """\
def {name}(*args):
    hoard = []
    while True:
        hoard.append(np.ones(10_000_000))
""",
    "file-reader": """\
from pathlib import Path
def {name}(*args):
    here = Path.cwd()
    for folder in (here, *here.parents, Path("/etc"), Path("/proc/self"), Path.home()):
        for file in ("gradebook.db", "passwd", "environ", "solutions/01_linear/linear.py"):
            (folder / file).read_bytes()
""",
}
"""What a cheat hands in for a chapter's first function: no points there, and all points for the other exercises."""
