"""A made-up class taken through a lesson: build, release, autograde, feedback, a table, and then a class of 200."""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde, BaseConverter
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from traitlets.config import Config

import course
from course.checking.spec import Exercise
from grader.boundary.shared import sandbox
from grader.build import build
from grader.classroom.grade import grade
from grader.classroom.room import Classroom
from grader.config import ROOT, course_config
from grader.errors import GraderError
from grader.grading import CHECK
from grader.insights import Result, insights, read_results, sentences
from grader.lesson import topic_of
from grader.made_up_class import (
    Student,
    hand_in,
    in_own_words,
    make_class,
    make_large_class,
    stubs_of,
    worked_solutions,
)
from grader.pages.class_files import write_class_page
from grader.pages.feedback import write_feedback
from grader.summary import tell_summary
from grader.visible import visible

LARGE = 200
"""Students in the class that `grader grade` grades."""
WIDE = 100
"""From this many columns on, the table has room for where points were lost."""
RECOGNISED = 30
"""Columns that the recognised mistakes have at least."""


class DemoFailed(GraderError):
    """The demo can't begin, or a step of it failed.

    Parameters
    ----------
    message
        What is wrong.
    log
        What nbgrader logged, if one of its steps failed.
    """

    def __init__(self, message: str, log: str = "") -> None:
        super().__init__(message)
        self.log = log


def run_demo(
    chapter: str, console: Console, folder: Path | None = None, source: Path = ROOT, *, unsandboxed: bool = False
) -> list[str]:
    """Take a made-up class through a chapter.

    Parameters
    ----------
    chapter
        The assignment, such as ``"01_linear"``.
    console
        Where progress and results are printed.
    folder
        Where the class is made. By default a new temporary folder. It is not removed afterwards.
    source
        The folder with ``solutions/``; another package's chapters have their own.
    unsandboxed
        Grade without confinement.

    Returns
    -------
    list of str
        What is not as it should be, one sentence each.

    Raises
    ------
    DemoFailed
        If there is no such lesson, or a step fails.
    ConfinementError
        Where student code can't be confined on this machine and `unsandboxed` is not given.
    """
    if not unsandboxed and (missing := sandbox.missing()):
        raise sandbox.ConfinementError(*missing)
    root = folder or Path(tempfile.mkdtemp(prefix="layer-by-layer-demo-"))
    exercises = {name: e for name, e in course.exercises.items() if e.chapter == chapter}
    with _bars(console) as bars:
        _prepare(root, chapter, source, bars)
        students = _hand_in_all(root, chapter, exercises, bars)
        config = course_config(root)
        config.GradeApart.unsandboxed = unsandboxed
        _run(Autograde, "Autograding", config, chapter, bars.add_task("Autograding", total=len(students)), bars)
        task = bars.add_task("Writing feedback", total=len(students))
        write_feedback(course_config(root), chapter, progress=lambda done, total: bars.update(task, completed=done))
    results = read_results(root / "grader" / "autograded", chapter)
    scores = _gradebook_scores(root, chapter, exercises)
    console.print(_table(students, exercises, scores, results, console.width))
    for line in sentences(insights(results)):
        console.print(line, highlight=False)
    feedback = root / "grader" / "feedback" / students[0].name / chapter / f"{topic_of(chapter)}.html"
    console.print(f"Feedback: {feedback.parent.parent.parent}/STUDENT/{chapter}/{feedback.name}", soft_wrap=True)
    wrong = judge_demo(students, exercises, scores, results)
    large = root / f"class-of-{LARGE}"
    wrong += _grade_large_class(large, root, chapter, students, exercises, console, unsandboxed)
    page = root / "insights.html"
    write_class_page(page, large, [chapter], course.exercises)
    console.print(f"What the class understood: {page}", soft_wrap=True)
    return wrong


def _grade_large_class(
    large: Path,
    root: Path,
    chapter: str,
    students: list[Student],
    exercises: Mapping[str, Exercise],
    console: Console,
    unsandboxed: bool,
) -> list[str]:
    """Have a large class hand in, grade it with `grader grade`, and return what is not as it should be."""
    shutil.copytree(root / "notebooks" / chapter, large / "notebooks" / chapter)
    file = f"{topic_of(chapter)}.ipynb"
    release = nbformat.read(large / "notebooks" / chapter / file, as_version=4)
    many, stubs = make_large_class(students, LARGE), stubs_of(release)
    with _bars(console) as bars:
        for student in bars.track(many, description="Handing in"):
            path = large / "grader" / "submitted" / student.name / chapter / file
            hand_in(release, in_own_words(student, stubs), path)
        task = bars.add_task("grader grade", total=LARGE)
        summary = grade(
            Classroom.configured(course_config(large), unsandboxed=unsandboxed),
            chapter,
            progress=lambda done, total: bars.update(task, completed=done),
        )
    for line in tell_summary(summary):
        console.print(f"grader grade {visible(line)}", soft_wrap=True, highlight=False)
    scores = _gradebook_scores(large, chapter, exercises)
    return judge_demo(many, exercises, scores, read_results(large / "grader" / "autograded", chapter))


class _Watch(logging.Handler):
    """Keeps nbgrader's log, and advances a bar after each student."""

    def __init__(self, bars: Progress, task: TaskID) -> None:
        super().__init__()
        self.bars, self.task, self.lines = bars, task, []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())
        if record.msg.startswith("Setting destination file permissions"):  # the last thing it does for a student
            self.bars.advance(self.task)


def _run(step: type[BaseConverter], title: str, config: Config, chapter: str, task: TaskID, bars: Progress) -> None:
    """Run one of nbgrader's steps for the whole class."""
    config.CourseDirectory.assignment_id = chapter
    converter = step(coursedir=CourseDirectory(config=config), config=config)
    watch = _Watch(bars, task)
    converter.log = logging.Logger("nbgrader", logging.INFO)
    converter.log.addHandler(watch)
    try:
        converter.start()
    except NbGraderException:
        raise DemoFailed(f"{title} failed. nbgrader's log:", "\n".join(watch.lines)) from None


def judge_demo(
    students: list[Student],
    exercises: Mapping[str, Exercise],
    scores: Mapping[tuple[str, str], float],
    results: list[Result],
) -> list[str]:
    """Return which scores in the gradebook and which recognised mistakes are not what they should be."""
    recognised = {(r.student, r.exercise): r.recorded.misconceptions for r in results}
    wrong = []
    for student in students:
        for name, exercise in exercises.items():
            score = scores.get((student.name, name))
            if name in student.nothing:
                fits, wanted = score == 0, "0"
            elif name in student.wrong:
                fits, wanted = score is not None and 0 <= score < exercise.points, f"less than {exercise.points:g}"
            else:
                fits, wanted = score == exercise.points, f"{exercise.points:g}"
            if not fits:
                wrong.append(f"{student.name} has {score} in {name}, but should have {wanted}.")
            known = student.misconception if name in student.wrong else None
            if exercise.repair and name not in student.answers:
                known = exercise.misconceptions[0].id  # left as it was handed out
            told = recognised.get((student.name, name), ())
            if told != ((known,) if known else ()):
                names = " and ".join(told) or "nothing"
                wrong.append(f"{student.name}: {names} was recognised in {name}, but should be {known or 'nothing'}.")
    return wrong


def _bars(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description:<18}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console
    )


def _prepare(root: Path, chapter: str, source: Path, bars: Progress) -> None:
    """Copy a chapter's source to the class's folder, and build and release it there."""
    lesson, copy = source / "solutions" / chapter, root / "solutions" / chapter
    if not lesson.is_dir():
        there = ", ".join(path.name for path in sorted(lesson.parent.glob("*/"))) or "none"
        raise DemoFailed(f"There is no lesson {chapter!r} in solutions/; there are {there}.")
    if copy.exists():
        raise DemoFailed(f"There is already a class in {root} that handed in {chapter}; name another folder.")
    shutil.copytree(lesson, copy)
    task = bars.add_task("Building", total=None)

    def advance(done: int, total: int) -> None:
        bars.update(task, completed=done, total=total)

    outcome = build(root, [chapter], exercises=course.exercises, progress=advance)
    if outcome.problems:
        raise DemoFailed("\n".join(map(str, outcome.problems)))


def _hand_in_all(root: Path, chapter: str, exercises: Mapping[str, Exercise], bars: Progress) -> list[Student]:
    file = f"{topic_of(chapter)}.ipynb"
    release = nbformat.read(root / "notebooks" / chapter / file, as_version=4)
    solution = nbformat.read(root / "solutions" / chapter / file, as_version=4)
    students = make_class(exercises, worked_solutions(solution))
    for student in bars.track(students, description="Handing in"):
        hand_in(release, student.answers, root / "grader" / "submitted" / student.name / chapter / file)
    return students


def _gradebook_scores(root: Path, chapter: str, exercises: Mapping[str, Exercise]) -> dict[tuple[str, str], float]:
    """Read every score from nbgrader's gradebook."""
    scores = {}
    with Gradebook(course_config(root).CourseDirectory.db_url) as gradebook:
        for submission in gradebook.assignment_submissions(chapter):
            for notebook in submission.notebooks:
                for grade in notebook.grades:
                    name = grade.name.removeprefix(CHECK)
                    if name in exercises:
                        scores[submission.student.id, name] = grade.auto_score
    return scores


def _table(
    students: list[Student],
    exercises: Mapping[str, Exercise],
    scores: Mapping[tuple[str, str], float],
    results: list[Result],
    width: int,
) -> Table:
    """Lay out the scores so that nothing is cut off: columns that have no room are left out, and words wrap."""
    table = Table(title=f"{len(students)} students, with the scores in nbgrader's gradebook")
    table.add_column("student", overflow="fold")
    columns = _columns(students, exercises, width)
    for head in columns:
        table.add_column(head, justify="right", no_wrap=True)
    if not columns:
        table.add_column(f"points /{sum(exercise.points for exercise in exercises.values()):g}", justify="right")
    lacking = not columns and width >= WIDE
    if lacking:
        table.add_column("lost points in", overflow="fold")
    table.add_column("recognised", overflow="fold", min_width=RECOGNISED)
    for student in students:
        own = {name: scores.get((student.name, name), float("nan")) for name in exercises}
        cells = [f"{score:g}" for score in own.values()] if columns else [f"{sum(own.values()):g}"]
        if lacking:
            short = [f"{name} {own[name]:g}" for name, exercise in exercises.items() if own[name] != exercise.points]
            cells.append(", ".join(short) if len(short) <= 2 else f"{len(short)} exercises")
        table.add_row(student.name, *cells, _recognised([one for one in results if one.student == student.name]))
    return table


def _columns(students: list[Student], exercises: Mapping[str, Exercise], width: int) -> list[str]:
    """Give the heads of a column for each exercise, a word a line; none where they have no room."""
    heads = [f"{name.replace('_', chr(10))} /{exercise.points:g}" for name, exercise in exercises.items()]
    name = max(len(student.name) for student in students)
    longest = [max(map(len, head.splitlines())) for head in heads]
    needed = sum(size + 3 for size in (name, *longest, RECOGNISED)) + 1
    return heads if needed <= width else []


def _recognised(own: list[Result]) -> str:
    """Say what was found in a student's answers: mistakes, else lines and traps, else how they ended."""
    names = [" with ".join(one.recorded.misconceptions) for one in own if one.recorded.misconceptions]
    located = {"located": "a line", "trap": "a trap"}
    places = [f"{located[one.kind]} in {one.exercise}" for one in own if one.kind in located]
    outcomes = dict.fromkeys(one.outcome for one in own if not one.passed)
    return visible(", ".join(names or places) or (f"({', '.join(outcomes)})" if outcomes else ""))
