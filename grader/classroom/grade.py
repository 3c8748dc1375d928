"""Grading a class: what is new is marked in parallel, kept at once, and written to the gradebook in batches."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.plugins import BasePlugin, LateSubmissionPlugin
from traitlets.config import Config

import course
from course.checking.digest import exercise_digest
from grader.cell_roles import role
from grader.classroom.book import Book, Entry
from grader.classroom.files import write_graded
from grader.classroom.handed_in import HandedIn, digest_of, files_beside, find_submissions
from grader.classroom.ledger import Known, Ledger
from grader.classroom.marking import Assignment, Marked
from grader.classroom.pool import Task, cores, mark_here
from grader.errors import GraderError
from grader.grading import LOCATING, Session, UnknownExercise, exercise_of
from grader.preprocessors import register

BATCH = 64
"""So many submissions are written to the gradebook in one transaction."""

Mark = Callable[[Assignment, Iterable[Task], int], Iterator[tuple[Task, Marked]]]


class NothingToGrade(GraderError):
    """There is no such assignment among the releases, or no submission."""


@dataclass(slots=True)
class Summary:
    """What a run did with one assignment.

    Parameters
    ----------
    assignment
        The assignment.
    graded, regraded
        Students whose work was graded for the first time, or again.
    recovered
        Students whose work had been graded by a run that ended early, and only now reached the gradebook.
    unchanged
        How many submissions had been graded before.
    unreadable, missing
        Students whose file is no notebook, or who handed in none.
    problems, errors
        What the feedback tells, and what the course itself failed at, by student.
    seconds
        How long it took.
    """

    assignment: str
    graded: list[str] = field(default_factory=list)
    regraded: list[str] = field(default_factory=list)
    recovered: list[str] = field(default_factory=list)
    unchanged: int = 0
    unreadable: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    problems: dict[str, tuple[str, ...]] = field(default_factory=dict)
    errors: dict[str, tuple[str, ...]] = field(default_factory=dict)
    seconds: float = 0.0


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
        What marks: the cores of this machine, or a cluster.
    unsandboxed, locating
        As `grader.grading.Session` takes them.
    """

    config: Config
    processes: int = 0
    mark: Mark = mark_here
    unsandboxed: bool = False
    locating: float = LOCATING

    def folder(self, kind: str, student: str = ".", assignment: str = ".") -> Path:
        """Give one of nbgrader's folders: ``submitted``, ``autograded``, ``release``."""
        directory = self.config.CourseDirectory
        structure = directory.get("directory_structure") or "{nbgrader_step}/{student_id}/{assignment_id}"
        step = directory[f"{kind}_directory"]
        return Path(directory.root) / structure.format(nbgrader_step=step, student_id=student, assignment_id=assignment)

    def assignments(self) -> list[str]:
        """Name the assignments that have a release."""
        return sorted(path.parent.name for path in self.folder("release").glob("*/*.ipynb"))

    def handed_in(self) -> list[str]:
        """Name the assignments of which something was handed in."""
        folder = self.folder("submitted")
        return [name for name in self.assignments() if any(folder.glob(f"*/{name}"))]

    def late_plugin(self) -> BasePlugin:
        """Make the plugin that says what lateness costs, as nbgrader's configuration names it."""
        kind: Any = self.config.AssignLatePenalties.get("plugin_class", LateSubmissionPlugin)
        if isinstance(kind, str):
            module, _, name = kind.rpartition(".")
            kind = getattr(__import__(module, fromlist=[name]), name)
        return kind(config=self.config)


def grade(
    classroom: Classroom,
    assignment: str,
    *,
    students: Collection[str] = (),
    force: bool = False,
    seed: int | None = None,
    dry_run: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Summary:
    """Grade what is new or has changed of an assignment.

    Parameters
    ----------
    classroom
        The class.
    assignment
        The assignment's folder, such as ``"01_linear"``.
    students
        Grade only these.
    force
        Grade also what has not changed.
    seed
        Draws the cases; by default a new random one for each run. A run that ended early is gone on with, and so is
        its seed.
    dry_run
        Only tell what would be graded.
    progress
        Called with the submissions done and their number.

    Raises
    ------
    NothingToGrade
        If there is no such release, or nothing was handed in.
    GradebookError, LedgerError, NotWritten, ProcessesLost
        Where the run had to stop. What was graded until then is kept.
    """
    start = time.monotonic()
    release = find_release(classroom, assignment)
    found = list(find_submissions(classroom.folder("submitted"), assignment, release.stem))
    unknown = sorted(set(students) - {one.student for one in found})
    if not found or unknown:
        raise NothingToGrade(_nothing(assignment, unknown, classroom.folder("submitted")))
    summary = Summary(assignment)
    exercises = _exercises_of(release)
    digest = _digest(classroom, release, exercises)
    with Ledger(classroom.folder("submitted").parent / "grading.db") as ledger:
        known = ledger.known(assignment)
        wanted = [one for one in found if not students or one.student in students]
        tasks = list(_to_be_graded(wanted, known, digest, force, seed, summary))
        if dry_run:
            return summary
        directory = classroom.config.CourseDirectory
        register(directory.db_url, classroom.folder("release"), assignment)
        with Book(directory.db_url, directory.course_id, assignment, release.stem, classroom.late_plugin()) as book:
            writer = _Writer(classroom, assignment, release.stem, book, ledger)
            for student, timestamp, mark in ledger.unfinished(assignment):
                summary.recovered.append(student)
                writer.add(Entry(student, timestamp, mark))
            writer.flush()
            if tasks:
                run = ledger.begin(assignment, digest, seed)
                with Session(run) as session:
                    answers = {name: session.prepared(name).answers for name in exercises}
                what = Assignment(
                    assignment,
                    release.stem,
                    release.read_bytes(),
                    run,
                    answers,
                    classroom.unsandboxed,
                    classroom.locating,
                )
                sent = (task for task in _read(tasks))
                for done, (task, mark) in enumerate(
                    classroom.mark(what, sent, classroom.processes or cores()), start=1
                ):
                    one = task.submission
                    ledger.keep(assignment, one.student, digest_of(task.raw), digest, run, one.timestamp, mark)
                    _tell(summary, one.student, mark)
                    writer.add(Entry(one.student, one.timestamp, mark))
                    progress(done, len(tasks))
                writer.flush()
                ledger.finish(assignment)
    summary.seconds = time.monotonic() - start
    return summary


class _Writer:
    """Collects marks, and writes notebooks and the gradebook in batches."""

    def __init__(self, classroom: Classroom, assignment: str, notebook: str, book: Book, ledger: Ledger) -> None:
        self.classroom, self.assignment, self.notebook = classroom, assignment, notebook
        self.book, self.ledger = book, ledger
        self._batch: list[Entry] = []

    def add(self, entry: Entry) -> None:
        self._batch.append(entry)
        if len(self._batch) >= BATCH:
            self.flush()

    def flush(self) -> None:
        """Write what was collected. Only what is written everywhere counts as done."""
        if not self._batch:
            return
        for entry in self._batch:
            graded = self.classroom.folder("autograded", entry.student, self.assignment)
            submitted = self.classroom.folder("submitted", entry.student, self.assignment)
            write_graded(graded, self.notebook, entry.mark.notebook, submitted, entry.timestamp)
        self.book.save(self._batch)
        self.ledger.done(self.assignment, [entry.student for entry in self._batch])
        self._batch.clear()


def find_release(classroom: Classroom, assignment: str) -> Path:
    """Find the notebook that was handed out.

    Raises
    ------
    NothingToGrade
        If there is no such assignment.
    """
    (*found,) = sorted(classroom.folder("release", assignment=assignment).glob("*.ipynb"))
    if not found:
        there = ", ".join(classroom.assignments()) or "none at all"
        raise NothingToGrade(f"There is no release {assignment!r}. There are: {there}. `grader build` makes releases.")
    return found[0]


def _exercises_of(release: Path) -> tuple[str, ...]:
    """Name a release's exercises.

    Raises
    ------
    UnknownExercise
        If the course does not have one of them.
    """
    notebook = nbformat.read(release, as_version=4)
    names = tuple(exercise_of(cell) for cell in notebook.cells if role(cell) == "check")
    for name in names:
        if name not in course.exercises:
            raise UnknownExercise(name)
    return names


def _digest(classroom: Classroom, release: Path, exercises: Iterable[str]) -> str:
    """Give what identifies everything but the seed that a mark depends on."""
    found = sha256(release.read_bytes())
    for name in exercises:
        found.update(exercise_digest(course.exercises[name]).encode())
    found.update(repr((classroom.unsandboxed, classroom.locating)).encode())
    return found.hexdigest()


def _to_be_graded(
    wanted: list[HandedIn],
    known: dict[str, Known],
    digest: str,
    force: bool,
    seed: int | None,
    summary: Summary,
) -> Iterator[HandedIn]:
    """Give the submissions that are new or changed, and count the others."""
    for one in wanted:
        raw = one.read()
        if not raw and not one.path.exists():
            summary.missing.append(one.student)
        before = known.get(one.student)
        now = (digest_of(raw), digest, one.timestamp)
        same = before is not None and (before.content, before.digest, before.timestamp) == now
        if before and same and not force and seed in (None, before.seed):
            summary.unchanged += before.done
            continue
        (summary.regraded if before else summary.graded).append(one.student)
        yield one


def _read(submissions: Iterable[HandedIn]) -> Iterator[Task]:
    """Read submissions one by one, as they are needed."""
    for one in submissions:
        yield Task(one, one.read(), (*one.problems, *files_beside(one.folder)[1]))


def _tell(summary: Summary, student: str, mark: Marked) -> None:
    if not mark.readable and student not in summary.missing:
        summary.unreadable.append(student)
    if mark.problems:
        summary.problems[student] = mark.problems
    if mark.errors:
        summary.errors[student] = mark.errors


def _nothing(assignment: str, unknown: list[str], submitted: Path) -> str:
    if unknown:
        return f"There is no submission of {assignment} by {', '.join(unknown)} in {submitted}."
    return f"Nothing of {assignment} was handed in: {submitted} has no STUDENT/{assignment}/ folder."
