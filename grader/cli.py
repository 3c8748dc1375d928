"""The instructor's command line: ``grader COMMAND``."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from grader.config import ROOT

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Build lessons and grade a class.")
console = Console()


@app.callback()
def main() -> None:
    """Build lessons and grade a class."""


@app.command()
def build(
    chapters: Annotated[
        list[str] | None, typer.Argument(help="Lessons such as 01_linear; all by default.")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; fail where anything is not as it should be.")
    ] = False,
    root: Annotated[Path, typer.Option(help="The folder with solutions/ and notebooks/.")] = ROOT,
    seconds: Annotated[int, typer.Option(help="How long one cell may run.")] = 180,
) -> None:
    """Make the notebooks from solutions/NN_topic/topic.py."""
    from grader.build import build as build_lessons  # brings Jupyter along, which other commands don't need
    from grader.progress import steps

    start = time.perf_counter()
    try:
        with steps(console, "Checking lessons" if check else "Building lessons") as progress:
            outcome = build_lessons(root, chapters or (), check=check, seconds=seconds, progress=progress)
    except ValueError as error:
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
    result = (
        "as the sources give" if check or not outcome.written else f"{len(outcome.written)} files written"
    )
    say(f"{lessons} in {seconds_taken:.0f} s: {result}.", style="bold green")


def say(text: str, style: str | None = None) -> None:
    """Print one line as it is: no markup, no breaking, so that it can be searched and clicked."""
    console.print(text, style=style, markup=False, highlight=False, soft_wrap=True)
