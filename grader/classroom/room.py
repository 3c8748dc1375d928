"""A class as configured for nbgrader: its folders, its assignments, its rules."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.plugins import BasePlugin, LateSubmissionPlugin
from traitlets.config import Config

import course
from course.checking.digest import digest_of_exercises
from grader.boundary.trusted.limits import USUAL
from grader.boundary.trusted.limits import Limits as MayUse
from grader.cell_roles import role
from grader.classroom.handed_in import HandedIn
from grader.classroom.judge import NotMarked
from grader.classroom.marking import Assignment, Marked
from grader.classroom.pool import mark_here
from grader.errors import GraderError
from grader.grading import LOCATING, UnknownExercise, exercise_of
from grader.limited import Limits
from grader.notebook_files import read_any_format

Mark = Callable[[Assignment, Iterable[HandedIn], int], Iterator[tuple[HandedIn, Marked | NotMarked]]]
"""What marks: the cores of this machine, or a cluster."""


class NothingToGrade(GraderError):
    """There is no such assignment among the releases, or no such submission."""


@dataclass(frozen=True)
class Classroom:
    """A class: nbgrader's configuration of it, and how it is graded.

    Parameters
    ----------
    config
        nbgrader's configuration.
    processes
        How many processes mark; by default one for each core.
    mark
        What marks.
    unsandboxed, locating
        As `grader.grading.Session` takes them.
    may_use
        What one submission may use.
    seed
        Draws the cases of every run; None for a new random one each.
    """

    config: Config
    processes: int = 0
    mark: Mark = mark_here
    unsandboxed: bool = False
    locating: float = LOCATING
    may_use: MayUse = USUAL
    seed: int | None = None

    @classmethod
    def configured(
        cls, config: Config, processes: int = 0, unsandboxed: bool = False, mark: Mark = mark_here
    ) -> Classroom:
        """Take what nbgrader's configuration says for our preprocessor `GradeApart`, as ``nbgrader autograde`` does."""
        own = config.GradeApart
        return cls(
            config,
            processes,
            mark,
            unsandboxed=unsandboxed or own.get("unsandboxed", False),
            locating=own.get("locating", LOCATING),
            may_use=MayUse.of(own.get("seconds"), own.get("memory_mb")),
            seed=own.get("seed"),
        )

    @property
    def url(self) -> str:
        """The gradebook's address."""
        return self.config.CourseDirectory.db_url

    @property
    def course(self) -> str:
        """The course's id in the gradebook."""
        return self.config.CourseDirectory.get("course_id", "")

    @property
    def ledger(self) -> Path:
        """The file that keeps what has been graded."""
        return self.folder("submitted").parent / "grading.db"

    @property
    def limits(self) -> Limits:
        """How much of a cell's output is kept, as configured for nbgrader's LimitOutput."""
        asked = self.config.LimitOutput
        usual = Limits()
        return Limits(asked.get("max_lines", usual.lines), asked.get("max_traceback", usual.traceback))

    def folder(self, kind: str, student: str = ".", assignment: str = ".") -> Path:
        """Give one of nbgrader's folders: ``submitted``, ``autograded``, ``feedback``, ``release``."""
        directory = self.config.CourseDirectory
        structure = directory.get("directory_structure") or "{nbgrader_step}/{student_id}/{assignment_id}"
        step = directory[f"{kind}_directory"]
        return Path(directory.root) / structure.format(nbgrader_step=step, student_id=student, assignment_id=assignment)

    def assignments(self) -> list[str]:
        """Name the assignments that have a release."""
        folder = self.folder("release")
        if folder.is_dir():
            os.listdir(folder)  # what may not be read looks empty to glob
        return sorted({path.parent.name for path in folder.glob("*/*.ipynb")})

    def handed_in(self) -> list[str]:
        """Name the assignments that have submissions."""
        folder = self.folder("submitted")
        if folder.is_dir():
            os.listdir(folder)  # what may not be read looks empty to glob
        return [name for name in self.assignments() if any(folder.glob(f"*/{name}"))]

    def late_plugin(self) -> BasePlugin:
        """Make the plugin that says what lateness costs, as nbgrader's configuration names it."""
        kind: Any = self.config.AssignLatePenalties.get("plugin_class", LateSubmissionPlugin)
        if isinstance(kind, str):
            module, _, name = kind.rpartition(".")
            kind = getattr(__import__(module, fromlist=[name]), name)
        return kind(config=self.config)


@dataclass(frozen=True, slots=True)
class Release:
    """What was handed out for an assignment.

    Parameters
    ----------
    path
        The notebook.
    content
        Its text, in nbformat 4.
    exercises
        The exercises in it.
    digest
        Of everything but the seed and the submission that a mark depends on. The lesson's text is not among it.
    """

    path: Path
    content: bytes
    exercises: tuple[str, ...]
    digest: str


def find_release(classroom: Classroom, assignment: str) -> Release:
    """Find the notebook that was handed out.

    Raises
    ------
    NothingToGrade
        If there is no such assignment.
    UnknownExercise
        If the course does not have one of its exercises.
    """
    found = sorted(classroom.folder("release", assignment=assignment).glob("*.ipynb")) if assignment else []
    if not found:
        there = ", ".join(classroom.assignments()) or "none at all"
        raise NothingToGrade(f"There is no release {assignment!r}. There are: {there}. `grader release` makes them.")
    notebook = read_any_format(found[0])
    names = tuple(exercise_of(cell) for cell in notebook.cells if role(cell) == "check")
    for name in names:
        if name not in course.exercises:
            raise UnknownExercise(name)
    code = [(cell.source, cell.metadata) for cell in notebook.cells if cell.cell_type == "code"]
    how = repr((code, classroom.unsandboxed, classroom.locating, classroom.limits, classroom.may_use))
    digest = digest_of_exercises((course.exercises[name] for name in names), how)
    return Release(found[0], json.dumps(notebook).encode(), names, digest)
