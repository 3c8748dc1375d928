"""Grading a class: what is new is marked in parallel, kept at once, and written to the gradebook in batches."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection

import course
from course.checking.answers import Answers
from course.checking.prepared import Prepared
from grader.classroom.answers_apart import RightAnswer
from grader.classroom.book import Book, Entry
from grader.classroom.handed_in import HandedIn, find_submissions
from grader.classroom.judge import NotMarked
from grader.classroom.ledger import Ledger, Run
from grader.classroom.marking import Assignment, RightAnswers
from grader.classroom.outcome import Summary
from grader.classroom.plan import Asked, make_plan
from grader.classroom.pool import cores
from grader.classroom.recognise import Recognise
from grader.classroom.room import Classroom, NothingToGrade, Release, find_release
from grader.classroom.writing import Writer
from grader.node import read_node
from grader.registering import gradebook, register

Progress = Callable[[int, int], None]


def right_answer(name: str, seed: int) -> Answers:
    """Compute the right answers to an exercise's cases here."""
    return Prepared(course.exercises[name], seed).answers()


def grade(
    classroom: Classroom,
    assignment: str,
    *,
    students: Collection[str] = (),
    force: bool = False,
    regrade: bool = False,
    seed: int | None = None,
    dry_run: bool = False,
    progress: Progress = lambda done, total: None,
    right_answer: RightAnswer = right_answer,
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
    regrade
        Grade again what was graded by an earlier release, or before exercises changed.
    seed
        Draws the cases; by default a new random one for each run. A run that ended early is gone on with, and so is
        its seed.
    dry_run
        Only tell what would be graded.
    progress
        Called with the submissions done and their number.
    right_answer
        What computes the right answers; by default this process.

    Raises
    ------
    NothingToGrade
        If there is no such release, or nothing was handed in.
    ReleaseChanged
        If grades hang on an earlier release, and `regrade` is not given.
    GradebookError, LedgerError, NotWritten, CannotGrade, NoAnswers
        Where the run had to stop. What was graded until then is kept.
    """
    start = time.monotonic()
    release = find_release(classroom, assignment)
    found = _find(classroom, assignment, release, students)
    summary, asked = Summary(assignment), Asked(students, force, regrade, seed)
    graded = classroom.folder("autograded")
    with Ledger(classroom.ledger, writes=not dry_run) as ledger:
        known = ledger.known(assignment)
        run = _run_to_go_on_with(ledger, assignment, release.digest, asked)
        if dry_run:
            make_plan(found, asked, known, run, release.digest, None, (), graded, summary)
            _recover(ledger, release.digest, summary)
            return summary
        register(classroom.url, classroom.folder("release"), assignment, classroom.course, regrade)
        with gradebook(classroom.url, classroom.course) as opened:
            book = Book(opened, assignment, release.path.stem, release.content, classroom.late_plugin())
            writer = Writer(classroom, release.path.stem, book, ledger, summary)
            there, penalties = book.students(), book.other_penalties()
            plan = make_plan(found, asked, known, run, release.digest, there, penalties, graded, summary)
            _recover(ledger, release.digest, summary, writer)
            writer.write_times(plan.times)
            if plan.tasks:
                run = run or ledger.begin(assignment, release.digest, repr(asked), seed)
                _mark(classroom, release, run, plan.tasks, writer, progress, right_answer)
            ledger.finish(assignment)
    summary.seconds = time.monotonic() - start
    return summary


def _find(classroom: Classroom, assignment: str, release: Release, students: Collection[str]) -> list[HandedIn]:
    """Find what was handed in."""
    submitted = classroom.folder("submitted")
    choose = Recognise(read_node(release.content), release.path.name, release.exercises)
    found = list(find_submissions(submitted, assignment, release.path.stem, choose))
    unknown = sorted(set(students) - {one.student for one in found})
    if unknown:
        raise NothingToGrade(f"There is no submission of {assignment} by {', '.join(unknown)} in {submitted}.")
    if not found:
        raise NothingToGrade(f"Nothing of {assignment} was handed in: {submitted} has no STUDENT/{assignment}/ folder.")
    return found


def _run_to_go_on_with(ledger: Ledger, assignment: str, digest: str, asked: Asked) -> Run | None:
    run = ledger.open_run(assignment)
    same = run is not None and run.digest == digest and run.asked == repr(asked)
    return run if same else None


def _recover(ledger: Ledger, digest: str, summary: Summary, writer: Writer | None = None) -> None:
    """Write what an earlier run marked and could not write any more; without a writer, only tell it."""
    for student, timestamp, mark in ledger.unfinished(summary.assignment, digest):
        if student not in summary.graded and student not in summary.regraded:
            summary.recovered.append(student)
            summary.tell(student, mark.readable, mark.problems, mark.errors)
            if writer:
                writer.add(Entry(student, timestamp, mark))
    if writer:
        writer.flush()


def _mark(
    classroom: Classroom,
    release: Release,
    run: Run,
    tasks: list[HandedIn],
    writer: Writer,
    progress: Progress,
    right_answer: RightAnswer,
) -> None:
    ledger, summary = writer.ledger, writer.summary
    what = Assignment(
        summary.assignment,
        release.path.stem,
        release.content,
        run.seed,
        RightAnswers(release.exercises, lambda name: right_answer(name, run.seed)),
        classroom.unsandboxed,
        classroom.locating,
        classroom.limits,
        classroom.may_use,
    )
    processes = min(classroom.processes or cores(), len(tasks))
    for done, (one, mark) in enumerate(classroom.mark(what, tasks, processes), start=1):
        if isinstance(mark, NotMarked):
            _take_back(summary, one.student, mark.why)
        else:
            ledger.keep(summary.assignment, one.student, one.timestamp, run, mark)
            summary.tell(one.student, mark.readable, mark.problems, mark.errors)
            writer.add(Entry(one.student, one.timestamp, mark))
        progress(done, len(tasks))
    writer.flush()


def _take_back(summary: Summary, student: str, why: str) -> None:
    for students in (summary.graded, summary.regraded):
        if student in students:
            students.remove(student)
    summary.errors[student] = (why,)
