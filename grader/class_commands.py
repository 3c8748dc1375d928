"""The commands around a class: making it, releasing, collecting, grades, and what the machine offers."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from course.catalog.chapters import EXAMPLE
from grader.console import number, plain_errors, say

if TYPE_CHECKING:
    from grader.class_folder.releases import Released

Root = Annotated[
    Path | None,
    typer.Option(help="The class folder; by default the one you are in.", show_default=False),
]


def init(
    folder: Annotated[Path, typer.Argument(metavar="CLASS", help="The class folder; made if it doesn't exist.")],
    chapter: Annotated[
        list[str] | None, typer.Option(help=f"A chapter in use, such as {EXAMPLE}; may be repeated. By default all.")
    ] = None,
    name: Annotated[
        str, typer.Option(help="The course's id in the gradebook; by default the folder's name.", show_default=False)
    ] = "",
) -> None:
    """Make a class folder: settings, releases, nbgrader's configuration and gradebook.

    In a class folder it adds what is missing. It never overwrites a file of yours.
    """
    from grader.class_folder.make import init as make

    with plain_errors():
        made = make(folder, chapter or (), name)
    chapters, exercises, points = made.counts
    holds = f"{number(chapters, 'chapter')}, {number(exercises, 'graded exercise')}, {points:g} points"
    if made.new:
        say(f"{folder} is ready: {holds}.", style="bold green")
        first = made.settings.chapters[0] if EXAMPLE not in made.settings.chapters else EXAMPLE
        here = shlex.quote(os.path.relpath(folder))
        say(f"Set chapters, points, deadlines and homework rules in {folder / 'class.toml'}. Then:")
        say(f"  cd {here} && grader release                 # hand out what is in notebooks/ afterwards")
        say("  grader collect submissions.zip --from moodle --roster students.csv")
        say(f"  grader grade {first}")
        return
    _tell_releases(made.files)
    say(f"Added what was missing: {', '.join(made.added)}." if made.added else "Nothing was missing.")
    say(f"{folder} is up to date: {holds}.", style="bold green")


def release(
    chapters: Annotated[
        list[str] | None, typer.Argument(help="Chapters of the class; by default all.", show_default=False)
    ] = None,
    root: Root = None,
) -> None:
    """Make the class's releases as class.toml has them, and tell the gradebook their points and deadlines.

    A release that you have changed by hand stays as it is.
    """
    from grader.class_folder.releases import make_releases
    from grader.config import wanted_class

    with plain_errors():
        where = wanted_class(root)
        files, made = make_releases(where, chapters or ())
    _tell_releases(files)
    say(f"{number(len(made), 'release')} in {where / 'notebooks'}.", style="bold green")


def _tell_releases(files: Iterable[Released]) -> None:
    for file in files:
        if file.written == "taken":
            say(f"notebooks/{file.name} was changed by hand and stays as it is; move it away to get the new release.")
        elif file.written != "current":
            say(f"{file.written} notebooks/{file.name}")


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    for command in (init, release):
        app.command()(command)
