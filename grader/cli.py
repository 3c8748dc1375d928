"""The instructor's command line: ``grader COMMAND``."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from course.catalog.chapters import EXAMPLE
from grader import class_commands
from grader.config import ROOT, find_class
from grader.console import console, number, plain_errors, say

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Build lessons and grade a class.")


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
def demo(
    chapter: Annotated[str, typer.Argument(help="The lesson that the made-up class hands in.")] = EXAMPLE,
    folder: Annotated[
        Path | None, typer.Option(help="Where the class is made; by default a new temporary folder.")
    ] = None,
    root: Annotated[Path, typer.Option(help="The folder with solutions/.")] = ROOT,
) -> None:
    """Take a made-up class through a lesson: hand in, autograde with nbgrader, write feedback, and check the scores."""
    from grader.demo import run_demo

    start = time.perf_counter()
    with plain_errors():
        wrong = run_demo(chapter, console, folder, root)
    for sentence in wrong:
        say(sentence, style="red")
    taken = time.perf_counter() - start
    if wrong:
        say(f"{len(wrong)} results are not what they should be ({taken:.0f} s).", style="bold red")
        raise typer.Exit(1)
    say(f"Every score is what it should be ({taken:.0f} s).", style="bold green")


@app.command()
def mistakes(exercise: Annotated[str, typer.Argument(help="An exercise, such as linear.")]) -> None:
    """Show an exercise's known mistakes: how each differs from the solution, and what a report says of it."""
    from grader.mistakes import find_exercise, mistake_diff

    with plain_errors():
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
    chapter: Annotated[str, typer.Argument(help=f"The lesson, such as {EXAMPLE}.")],
    root: class_commands.Root = None,
    most: Annotated[int, typer.Option(min=0, help="How many mistakes to list; 0 for all.")] = 12,
) -> None:
    """Show what a class understood: its exercises, the hardest first, and the commonest mistakes."""
    import course
    from grader.class_view import class_view
    from grader.insights import insights as sum_up
    from grader.insights import read_results

    results = read_results((root or find_class()) / "grader" / "autograded", chapter)
    if not results:
        say("Nothing has been graded yet.")
        return
    students, exercises = (len(set(names)) for names in zip(*((r.student, r.exercise) for r in results), strict=True))
    say(f"{chapter}: {number(students, 'student')}, {number(exercises, 'exercise')}, the hardest first", style="bold")
    console.print(class_view(sum_up(results), course.exercises, console, most), highlight=False, markup=False)


@app.command()
def replay(
    chapter: Annotated[str, typer.Argument(help=f"The lesson, such as {EXAMPLE}.")],
    student: Annotated[str, typer.Argument(help="Whose submission.")],
    exercise: Annotated[str, typer.Argument(help="Which exercise, such as linear.")],
    root: class_commands.Root = None,
    unsandboxed: Annotated[
        bool, typer.Option("--unsandboxed", help="Grade without confinement, on a system without it.")
    ] = False,
) -> None:
    """Grade one answer again on the same numbers, and show the whole report with its case."""
    from grader.replay import replay as again

    with plain_errors():
        folder = (root or find_class()) / "grader" / "autograded"
        found = again(folder, chapter, student, exercise, unsandboxed=unsandboxed or None)
    for line in found.lines:
        say(line)
