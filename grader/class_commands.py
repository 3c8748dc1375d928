"""The commands around a class: making it, releasing, collecting, grades, and what the machine offers."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from course.catalog.chapters import EXAMPLE
from grader.console import console, number, say, working
from grader.visible import visible

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

    with working("Making the class"):
        made = make(folder, chapter or (), name)
    chapters, exercises, questions, points = made.counts
    asked = f", {number(questions, 'graded question')}" if questions else ""
    holds = f"{number(chapters, 'chapter')}, {number(exercises, 'graded exercise')}{asked}, {points:g} points"
    if made.new:
        say(f"{folder} is ready: {holds}.", style="bold green")
        first = made.settings.chapters[0] if EXAMPLE not in made.settings.chapters else EXAMPLE
        say(f"Set chapters, points, deadlines and homework rules in {folder / 'class.toml'}. Then:")
        say(f"  cd {_typed(folder)}")
        say("  grader release                 # hand out what is in notebooks/ afterwards")
        say("  grader collect submissions.zip --from moodle --roster students.csv")
        say(f"  grader grade {first}")
        return
    _tell_releases(made.files, made.waiting)
    say(f"Added what was missing: {', '.join(made.added)}." if made.added else "Nothing was missing.")
    say(f"{folder} is up to date: {holds}.", style="bold green")


def _typed(folder: Path) -> str:
    """Write a folder as it is typed on this system's command line."""
    try:
        place = os.path.relpath(folder)
    except ValueError:  # it is on another drive
        place = str(folder)
    if os.name == "nt":
        return subprocess.list2cmdline([place])
    return shlex.quote(f"./{place}" if place.startswith("-") else place)


def release(
    chapters: Annotated[
        list[str] | None, typer.Argument(help="Chapters of the class; by default all.", show_default=False)
    ] = None,
    root: Root = None,
) -> None:
    """Make the class's releases as class.toml says, and give the gradebook their points and deadlines.

    A release that you have changed by hand stays as it is.
    """
    from grader.class_folder.releases import make_releases
    from grader.config import wanted_class

    where = wanted_class(root)
    with working("Making releases"):
        files, waiting = make_releases(where, chapters or ())
    _tell_releases(files, waiting)
    count = sum(file.name.endswith(".ipynb") for file in files)
    say(f"{number(count, 'release')} in {where / 'notebooks'}.", style="bold green")


class From(StrEnum):
    """Where submissions come from."""

    CANVAS = "canvas"
    MOODLE = "moodle"


def collect(
    source: Annotated[
        Path, typer.Argument(metavar="ZIP|FOLDER", help="What Canvas or Moodle let you download, packed or unpacked.")
    ],
    system: Annotated[From, typer.Option("--from", help="Who has written the names of the files.")],
    roster: Annotated[
        Path | None,
        typer.Option(
            help="The class list: Canvas' gradebook, Moodle's worksheet, or a table. It is kept: later commands need "
            "no --roster.",
            show_default=False,
        ),
    ] = None,
    assignment: Annotated[
        str, typer.Option(help="Take only notebooks of this chapter; by default each goes where it belongs.")
    ] = "",
    root: Root = None,
) -> None:
    """Put downloaded submissions where grading looks for them, under the students' ids.

    Notebooks are recognised by their content, whatever their file names. Exit code 1: some could not be taken, and it
    says which; the others were.
    """
    from grader.class_lists import remember, wanted_list
    from grader.class_settings.reading import zone_of
    from grader.collecting.collect import collect as take
    from grader.config import wanted_class

    where = wanted_class(root)
    path, students = wanted_list(where, system, roster)
    done = take(source, system, students, where, zone_of(where), assignment)
    remember(where, system, path, {chapter: found.pages for chapter, found in done.assignments.items()})
    for chapter, found in done.assignments.items():
        counted = {"new": found.new, "replaced": found.replaced, "unchanged": found.unchanged, "older": found.older}
        say(f"{chapter}: {', '.join(f'{len(names)} {word}' for word, names in counted.items() if names)}", style="bold")
        if found.older:
            say(f"  older than what is there, left as it is: {', '.join(found.older)}")
        if found.late:
            say(f"  late, as {system.title()} says: {', '.join(found.late)}")
            say("  It does not say by how much, so no penalty is taken off here. Canvas' own late policy can do that.")
        say(f"  missing: {', '.join(found.missing) or 'no one'}")
    for sentence in done.notes:
        say(visible(sentence))
    for sentence in done.left_out:
        say(visible(sentence), style="red")
    if done.left_out:
        raise typer.Exit(1)


class To(StrEnum):
    """Where grades go."""

    CSV = "csv"
    CANVAS = "canvas"
    MOODLE = "moodle"


def grades(
    assignments: Annotated[
        list[str] | None, typer.Argument(help="Assignments; by default all in the gradebook.", show_default=False)
    ] = None,
    to: Annotated[To, typer.Option(help="A table for people, or what Canvas or Moodle import.")] = To.CSV,
    output: Annotated[
        Path | None,
        typer.Option(help="The file; by default grades.csv, or grades-canvas.csv and so on.", show_default=False),
    ] = None,
    roster: Annotated[
        Path | None,
        typer.Option(
            help="The class list, as Canvas or Moodle export it: names, and who is missing. By default the list that "
            "`grader collect` was given.",
            show_default=False,
        ),
    ] = None,
    root: Root = None,
) -> None:
    """Write the class's grades: one row per student, one column per exercise, late penalties as in nbgrader.

    Students who handed in nothing, or something unreadable, have no points, not even 0: their cells are empty, and a
    status says why. For Canvas and Moodle there is one column for each assignment.
    """
    from grader.class_lists import class_list
    from grader.config import course_config, wanted_class
    from grader.grades.layouts import LAYOUTS, as_csv
    from grader.grades.read import read_grades
    from grader.roster import read_roster

    where = wanted_class(root)
    kept = roster or class_list(where, "" if to is To.CSV else to)
    listed = read_roster(kept) if kept else None
    found = read_grades(course_config(where), assignments or (), listed)
    path = output or Path("grades.csv" if to is To.CSV else f"grades-{to}.csv")
    write_whole(path, as_csv(LAYOUTS[to](found, listed.columns if listed else ())))
    for assignment in found.assignments:
        by_status: dict[str, list[str]] = {}
        for student in found.students:
            by_status.setdefault(found.of(student.id, assignment.name).status, []).append(student.id)
        told = [f"{len(names)} {status}{_some(names, status)}" for status, names in sorted(by_status.items())]
        say(f"{assignment.name}: {', '.join(told) or 'no students'}")
    say(f"{number(len(found.students), 'student')} in {path}.", style="bold green")


def _some(names: list[str], status: str) -> str:
    """Name those who have no grade yet."""
    if status in ("graded", "graded, late"):
        return ""
    return f" ({', '.join(map(visible, names[:5]))}{', …' if len(names) > 5 else ''})"


def write_whole(path: Path, text: str) -> None:
    """Write a file completely or not at all."""
    from course.workcopy.safe_write import write_out
    from grader.errors import GraderError

    try:
        write_out(path, text.encode(errors="backslashreplace"))  # any folder name may be a student's
    except OSError as error:
        raise GraderError(f"{path} can't be written: {error.strerror}.") from None


def doctor(root: Root = None) -> None:
    """Say what this machine offers for grading, and what to do about what is missing.

    Exit code 1: grading would not work here.
    """
    from course.found import STYLES, State
    from grader.config import find_class, wanted_folder
    from grader.doctor import examine

    broken = []
    for found in examine(wanted_folder(root) if root else find_class() or Path.cwd()):
        say(f"{found.state:<7} {found.thing:<12} {found.says}", style=STYLES[found.state])
        if found.advice:
            say(f"{'':<20} {found.advice}")
        if found.state is State.BROKEN:
            broken.append(found.thing)
    if broken:
        say(f"Grading does not work here: {', '.join(broken)}.", style="bold red")
        raise typer.Exit(1)
    say("Grading works here.", style="bold green")


def closed_book(
    wheel: Annotated[Path, typer.Argument(help="The course's wheel, from `make dist`, in the version that runs.")],
    into: Annotated[Path, typer.Option(help="The folder for the new wheel.")] = Path("dist"),
    class_name: Annotated[str, typer.Option("--class", help="The class that decides about solutions.")] = "",
    without: Annotated[
        list[str] | None,
        typer.Option(help="The folder of a chapter whose notebook is left out; may be repeated."),
    ] = None,
    all_notebooks: Annotated[
        bool, typer.Option(help="Keep notebooks that hand out the solutions of other chapters.")
    ] = False,
) -> None:
    """Make a wheel for students without solutions, references and mistakes: it checks with recorded numbers."""
    from course.catalog.chapters import FOLDERS
    from course.chapters import EXERCISES
    from grader.closed_book.wheel import HANDING_OUT, closed_wheel
    from grader.progress_bar import progress_bar

    decides = f"your class ({class_name})" if class_name else "the person who gave you this course"
    for chapter in without or ():
        if chapter not in FOLDERS:
            raise typer.BadParameter(f"There is no chapter {chapter}; the chapters are {', '.join(FOLDERS)}.")
    own = [one for one in EXERCISES.values() if one.chapter in FOLDERS]
    left_out = [*(without or ()), *(() if all_notebooks else HANDING_OUT)]
    with progress_bar(console, "Recording exercises") as progress:
        path = closed_wheel(wheel, into, own, decides, left_out, progress)
    for chapter in () if all_notebooks else HANDING_OUT:
        say(f"{chapter} is left out: its notebook hands out other solutions. --all-notebooks keeps it.")
    say(f"{path}: {path.stat().st_size / 1e6:.1f} MB, {number(len(own), 'exercise')} without solutions.")


new = typer.Typer(no_args_is_help=True, help="Write your own exercise.")


@new.callback()
def _new() -> None:
    """Write your own exercise."""


@new.command()
def exercise(
    name: Annotated[str, typer.Argument(help="The exercise, which is its function's name: moving_average.")],
    chapter: Annotated[str, typer.Option(help=f"The chapter, such as {EXAMPLE}.")],
    root: Annotated[Path | None, typer.Option(help="The course's source tree.", show_default=False)] = None,
) -> None:
    """Write a skeleton exercise that builds, with everything an exercise needs; each place to change says TODO."""
    from course.catalog.chapters import folder_of
    from grader.config import ROOT
    from grader.new_exercise.write import new_exercise

    where = root or ROOT
    written = new_exercise(name, chapter, where)
    for path in written:
        say(f"wrote {os.path.relpath(path, where)}")
    folder = folder_of(written[1].parent.name)
    say("Now replace what is marked TODO. Then:", style="bold")
    say(f"  grader build {folder} {folder_of('start_here')}")
    say(f"  pytest tests/course/chapters/test_exercises.py -k {name}")
    say(f"  pytest tests/grader/test_every_chapter.py -k {folder[:3]}")


def _tell_releases(files: Iterable[Released], waiting: Iterable[str]) -> None:
    for file in files:
        if file.written == "taken":
            say(f"notebooks/{file.name} was changed by hand and stays as it is; move it away to get the new release.")
        elif file.written != "current":
            say(f"{file.written} notebooks/{file.name}")
    for sentence in waiting:
        say(visible(sentence), style="yellow")


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    for command in (init, release, collect, grades, doctor):
        app.command()(command)
    app.command("closed-book")(closed_book)
    app.add_typer(new, name="new")
