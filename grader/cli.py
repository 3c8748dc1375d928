"""The instructor's command line: ``grader COMMAND``."""

from __future__ import annotations

import gc
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from course.catalog.chapters import EXAMPLE
from grader import class_commands
from grader.config import ROOT, wanted_folder
from grader.console import Plainly, console, number, say, working
from grader.visible import visible

app = typer.Typer(cls=Plainly, no_args_is_help=True, add_completion=False, help="Build lessons and grade a class.")


@app.callback()
def main() -> None:
    """Build lessons and grade a class."""


class_commands.register(app)


@app.command()
def build(
    chapters: Annotated[list[str] | None, typer.Argument(help=f"Lessons such as {EXAMPLE}; all by default.")] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; fail if anything differs from its source.")
    ] = False,
    root: Annotated[Path, typer.Option(help="The folder with solutions/ and notebooks/.")] = ROOT,
    seconds: Annotated[int, typer.Option(help="How long one cell may run.")] = 180,
) -> None:
    """Build the notebooks from solutions/NN_topic/topic.py."""
    from grader.build import build as build_lessons  # loads Jupyter, which other commands don't need
    from grader.lesson import UnknownLesson
    from grader.progress_bar import progress_bar

    start = time.perf_counter()
    try:
        with progress_bar(console, "Checking lessons" if check else "Building lessons") as progress:
            outcome = build_lessons(root, chapters or (), check=check, seconds=seconds, progress=progress)
    except UnknownLesson as error:
        raise typer.BadParameter(str(error)) from None
    for path in outcome.written:
        say(f"wrote {path}")
    for problem in outcome.problems:
        say(str(problem), style="red")
        if problem.log:
            say(problem.log, style="dim")
    count, seconds_taken = len(outcome.chapters), time.perf_counter() - start
    lessons = "1 lesson" if count == 1 else f"{count} lessons"
    if outcome.problems:
        number = len(outcome.problems)
        say(
            f"{lessons} in {seconds_taken:.0f} s: {number} problem{'s' if number > 1 else ''}.",
            style="bold red",
        )
        raise typer.Exit(1)
    result = "as the sources give" if check or not outcome.written else f"{len(outcome.written)} files written"
    say(f"{lessons} in {seconds_taken:.0f} s: {result}.", style="bold green")


@app.command()
def grade(
    assignments: Annotated[
        list[str] | None, typer.Argument(help=f"Assignments such as {EXAMPLE}; all that were handed in by default.")
    ] = None,
    student: Annotated[list[str] | None, typer.Option(help="Grade only this student; may be repeated.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Grade also what has not changed.")] = False,
    regrade: Annotated[
        bool, typer.Option("--regrade", help="Grade again what was graded before a release or its exercises changed.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be graded.")] = False,
    seed: Annotated[int | None, typer.Option(min=0, help="Draws the cases; by default a new random one.")] = None,
    processes: Annotated[int, typer.Option(min=0, help="How many processes grade; 0 for one each core.")] = 0,
    unsandboxed: Annotated[
        bool, typer.Option("--unsandboxed", help="Grade without confinement, on a system without it.")
    ] = False,
    scheduler: Annotated[
        str, typer.Option(help="Grade on the Dask cluster with this scheduler: tcp://HOST:8786.", show_default=False)
    ] = "",
    root: class_commands.Root = None,
) -> None:
    """Grade everything that is new in the class's submitted/, in parallel, into nbgrader's gradebook.

    An interrupted run continues where it stopped. Nothing is graded twice.

    On a cluster: install layer-by-layer with its extras grader and cluster on each machine, in the same version. Start
    `dask scheduler` on one, and `dask worker tcp://HOST:8786 --nworkers 1 --nthreads CORES` on each that grades. They
    share no files. Dask runs whatever is sent to its ports: open them to your machines only, or use its tls://.

    Exit code 0: everything was graded. 1: something could not be graded, and it says what. 2: the command is wrong,
    such as an assignment that does not exist.
    """
    from grader.classroom.answers_apart import AnswersApart

    if scheduler and processes:
        raise typer.BadParameter("--processes is for this machine; a cluster's workers say how many there are.")
    where = wanted_folder(root)
    right_answer = AnswersApart()
    if not dry_run:
        right_answer.begin()  # it loads PyTorch while this process loads nbgrader

    from grader.nbgrader_alone import load_alone

    gc.disable()  # until all is loaded, which stays
    load_alone()
    from grader.class_lists import absent
    from grader.classroom.cluster import marking
    from grader.classroom.grade import grade as grade_class
    from grader.classroom.room import Classroom, NothingToGrade
    from grader.config import course_config
    from grader.progress_bar import progress_bar
    from grader.student_names import student_names
    from grader.summary import tell_summary

    gc.freeze()
    gc.enable()
    complete = True
    with right_answer, marking("" if dry_run else scheduler) as mark:
        try:
            classroom = Classroom.configured(course_config(where), processes, unsandboxed, mark)
            wanted = assignments or classroom.handed_in()
            if not wanted:
                raise NothingToGrade(f"Nothing was handed in: {classroom.folder('submitted')} has no submissions.")
            asked: dict[str, Any] = {"students": tuple(student or ()), "force": force, "regrade": regrade}
            asked["seed"] = classroom.seed if seed is None else seed
            missing = {one: absent(where, one) for one in ([] if student else wanted)}
            for assignment in wanted:
                with progress_bar(console, f"Grading {assignment}") as progress:
                    told = {"progress": progress, "right_answer": right_answer}
                    summary = grade_class(classroom, assignment, **asked, dry_run=dry_run, **told)
                summary.missing = sorted({*summary.missing, *missing.get(assignment, ())})
                names = student_names(where, classroom.url) if summary.missing or not summary.complete else {}
                for line in tell_summary(summary, dry_run, names):
                    say(visible(line))
                complete = complete and summary.complete
        except NothingToGrade as error:
            say(str(error), style="red")
            raise typer.Exit(2) from None
    gc.freeze()  # a search for garbage at the end of the process would take half a second
    if not complete:
        raise typer.Exit(1)


@app.command()
def demo(
    chapter: Annotated[str, typer.Argument(help="The lesson that the made-up class hands in.")] = EXAMPLE,
    folder: Annotated[
        Path | None, typer.Option(help="Where the class is made; by default a new temporary folder.")
    ] = None,
    unsandboxed: Annotated[
        bool, typer.Option("--unsandboxed", help="Grade without confinement, on a system without it.")
    ] = False,
    root: Annotated[Path, typer.Option(help="The folder with solutions/.")] = ROOT,
) -> None:
    """Take a made-up class through a lesson: hand in, autograde with nbgrader, write feedback, and check the scores.

    Then a class of 200 is graded by `grader grade`, and the page about it is written.
    """
    from grader.demo import run_demo

    start = time.perf_counter()
    wrong = run_demo(chapter, console, folder, root, unsandboxed=unsandboxed)
    for sentence in wrong:
        say(sentence, style="red")
    taken = time.perf_counter() - start
    if wrong:
        say(f"{len(wrong)} results are not what they should be ({taken:.0f} s).", style="bold red")
        raise typer.Exit(1)
    say(f"Every score is what it should be ({taken:.0f} s).", style="bold green")


@app.command()
def mistakes(exercise: Annotated[str, typer.Argument(help="An exercise, such as linear.")]) -> None:
    """Show an exercise's known mistakes: how each differs from the solution, and what a report says about it."""
    from grader.mistakes import find_exercise, mistake_diff

    found = find_exercise(exercise)
    shown = [(known, mistake_diff(found, known)) for known in found.misconceptions]
    for known, diff in shown:
        say(known.id, style="bold")
        for line in diff:
            say(f"  {line}", style={"-": "red", "+": "green"}.get(line[:1], "dim"))
        say(f"  This is exactly what you get {known.diagnosis}")
        say(f"  Next: {known.advice}\n")


@app.command()
def insights(
    chapter: Annotated[
        str | None, typer.Argument(help=f"The lesson, such as {EXAMPLE}; all that are graded by default.")
    ] = None,
    root: class_commands.Root = None,
    most: Annotated[int, typer.Option(min=0, help="How many mistakes to list; 0 for all.")] = 12,
    html: Annotated[Path | None, typer.Option("--html", help="Also write a page with plots to this file.")] = None,
    anonymous: Annotated[bool, typer.Option("--anonymous", help="Leave names out of the page.")] = False,
    teaching: Annotated[
        Path | None, typer.Option("--teaching", help="Also write the teacher's notes, with this class's shares, there.")
    ] = None,
) -> None:
    """Show what a class understood: its exercises, the hardest first, and the most common mistakes."""
    import course
    from course.workcopy.safe_write import write_out
    from grader.class_view import class_view
    from grader.insights import insights as sum_up
    from grader.insights import read_results, students_of
    from grader.pages.class_files import graded_assignments, write_class_page
    from grader.teaching import read_note, with_shares

    root = wanted_folder(root)
    autograded = root / "grader" / "autograded"
    found = {
        name: read_results(autograded, name) for name in ([chapter] if chapter else graded_assignments(autograded))
    }
    graded = {name: results for name, results in found.items() if results}
    if not graded:
        there = ", ".join(map(visible, graded_assignments(autograded)))
        say(f"Nothing of {chapter} has been graded yet; graded: {there}." if there else "Nothing has been graded yet.")
        raise typer.Exit(1)
    for name, results in graded.items():
        summed, unreadable = sum_up(results), len(students_of(results, readable=False))
        counted = f"{number(len(students_of(results)), 'student')}, {number(len(summed), 'exercise')}"
        left_out = f"; not readable, and not counted: {unreadable}" if unreadable else ""
        say(f"{name}: {counted}, the hardest first{left_out}", style="bold")
        if summed:
            console.print(class_view(summed, course.exercises, console, most), highlight=False, markup=False)
    if html:
        write_class_page(html, root, list(graded), course.exercises, anonymous=anonymous)
        say(f"Wrote {html}")
    if teaching:
        notes = [with_shares(read_note(name), sum_up(results), course.exercises) for name, results in graded.items()]
        teaching.parent.mkdir(parents=True, exist_ok=True)
        write_out(teaching, "\n".join(notes).encode())
        say(f"Wrote {teaching}")


@app.command()
def feedback(
    assignment: Annotated[
        str | None, typer.Argument(help=f"The lesson, such as {EXAMPLE}; all that are graded by default.")
    ] = None,
    student: Annotated[str | None, typer.Option(help="Only this student's page.")] = None,
    zip_file: Annotated[
        Path | None, typer.Option("--zip", help="Also pack the pages into this archive, one file a student.")
    ] = None,
    root: class_commands.Root = None,
) -> None:
    """Write one page of feedback for each student: the score, a report and the code for each exercise."""
    from grader.class_lists import names_of_pages
    from grader.config import course_config
    from grader.pages.feedback import write_feedback, write_zip
    from grader.progress_bar import progress_bar
    from grader.registering import shorten

    root, unnamed = wanted_folder(root), []
    start = time.perf_counter()
    with progress_bar(console, "Writing feedback") as progress:
        outcome = write_feedback(course_config(root), assignment, student, progress)
        if zip_file:
            unnamed = write_zip(zip_file, outcome.pages, names_of_pages(root))
    folder = root / "grader" / "feedback" / "STUDENT" / (assignment or "ASSIGNMENT")
    say(f"{number(len(outcome.pages), 'page')} in {time.perf_counter() - start:.1f} s: {folder}")
    if zip_file:
        say(f"Packed in {zip_file}")
        if unnamed and len(unnamed) < len(outcome.pages):
            say(f"Not collected with `grader collect`, so named by the student's id: {visible(shorten(unnamed))}")
    for problem in outcome.problems:
        say(visible(problem), style="red")
    if outcome.problems:
        raise typer.Exit(1)


@app.command()
def replay(
    student: Annotated[str, typer.Argument(help="Whose submission.")],
    assignment: Annotated[str, typer.Argument(help=f"The assignment, such as {EXAMPLE}; it may also come first.")],
    exercise: Annotated[str, typer.Argument(help="Which exercise, such as linear.")],
    root: class_commands.Root = None,
    unsandboxed: Annotated[
        bool, typer.Option("--unsandboxed", help="Grade without confinement, on a system without it.")
    ] = False,
) -> None:
    """Grade one answer again on the same numbers, and show the whole report with its case."""
    from grader.replay import replay as again

    where = wanted_folder(root)
    if (where / "notebooks" / student).is_dir():
        student, assignment = assignment, student
    folder = where / "grader" / "autograded"
    with working("Grading the answer again"):
        found = again(folder, assignment, student, exercise, unsandboxed=unsandboxed or None)
    for line in found.lines:
        say(line)
