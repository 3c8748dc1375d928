"""The student's command line: a working copy, JupyterLab in it, progress, and the summary table."""

from __future__ import annotations

import io
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.text import Text

from course.found import STYLES, State
from course.workcopy.journal import Journal
from course.workcopy.location import MARKER, find_working_copy
from course.workcopy.release import course_version
from course.workcopy.safe_write import overwrite
from course.workcopy.start import CopiedFile, FileOutcome, WorkingCopy, WorkingCopyError, start

DEFAULT_DIRECTORY = Path("my-course")

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
    rich_markup_mode="markdown",
    help="Layer by Layer: write each neural network layer in NumPy, and find out at once whether it matches PyTorch.",
)


def _show_version(wanted: bool) -> None:
    if wanted:
        from course import exercises
        from course.checking.digest import digest_of_exercises

        typer.echo(f"layer-by-layer {course_version()}, exercises {digest_of_exercises(exercises.values())[:10]}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Show the version, and what exercises it has."
        ),
    ] = False,
) -> None:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a console that can't show a character shows a question mark


@app.command("start")
def _start(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Your own folder; made if it doesn't exist.")],
) -> None:
    """Make a working copy of the notebooks, or update one.

    A file that you changed is never overwritten: a newer release is put next to it, as `linear.new.ipynb`.
    A notebook that you moved away comes back as released.
    """
    with _plain_errors():
        copy = start(directory)
    console = Console()
    _print_outcomes(console, directory, copy)
    console.print(Text(f"Next:  course lab {_quoted(directory)}"), soft_wrap=True)


@app.command("update")
def _update(
    directory: Annotated[
        Path | None,
        typer.Argument(metavar="DIR", help="A working copy; by default the one you are in.", show_default=False),
    ] = None,
) -> None:
    """Update a working copy to the installed release, and say which files you hand in.

    Your work is never overwritten: where you changed a notebook, the new one is put next to it, as `linear.new.ipynb`.
    You still hand in `linear.ipynb`. To hand in the new one, write your answers into it, and give it that name.
    """
    with _plain_errors():
        found = find_working_copy(directory) or (None if directory else find_working_copy(DEFAULT_DIRECTORY))
        if found is None:
            where = directory or DEFAULT_DIRECTORY
            _stop(f"{_place(directory)} is not in a working copy; `course start {_quoted(where)}` makes one.")
        copy = start(found)
    console = Console()
    _print_outcomes(console, directory or found, copy)
    from course.calling.naming import one_line  # it loads NumPy

    now = course_version()
    old = f"It had release {one_line(copy.before, 40)}, and has {now} now."
    console.print(Text(old if copy.before not in ("", now) else f"It has release {now}."), soft_wrap=True)
    for one in copy.files:
        if one.beside and one.name.endswith(".ipynb"):
            name, new = one.name, one.beside.rpartition("/")[2]
            console.print(Text(f"You hand in {name}, as it is. {new} is not handed in."), soft_wrap=True)


@app.command("doctor")
def _doctor(
    directory: Annotated[
        Path | None,
        typer.Argument(metavar="DIR", help="A working copy; by default the one you are in.", show_default=False),
    ] = None,
) -> None:
    """Say what this machine offers, and what to do about what is missing.

    Exit code 1: the course does not work here.
    """
    from course import exercises
    from course.doctor import examine

    console, broken = Console(), []
    for found in examine(exercises, directory):
        told = Text.assemble((f"{found.state:<7}", STYLES[found.state]), f" {found.thing:<10} {found.says}")
        console.print(told, soft_wrap=True)
        if found.advice:
            console.print(Text(f"{'':<18} {found.advice}"), soft_wrap=True)
        if found.state is State.BROKEN:
            broken.append(found.thing)
    if broken:
        console.print(Text(f"The course does not work here: {', '.join(broken)}.", "bold red"), soft_wrap=True)
        raise typer.Exit(1)
    console.print(Text("The course works here.", "bold green"))


@app.command("lab")
def _lab(
    directory: Annotated[
        Path | None,
        typer.Argument(
            metavar="DIR",
            help=f"A working copy; made if it doesn't exist. By default the one you are in, or {DEFAULT_DIRECTORY}.",
            show_default=False,
        ),
    ] = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open a browser.")] = True,
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="The port; by default the first free from 8888.")
    ] = None,
) -> None:
    """Open JupyterLab in a working copy."""
    from course.machine import is_installed, is_taken, writable_home

    if not is_installed("jupyterlab"):
        _stop(f"JupyterLab is not installed here: {sys.executable} -m pip install jupyterlab")
    with _plain_errors():
        if directory is None:
            directory = find_working_copy() or DEFAULT_DIRECTORY
        if port is not None and is_taken(port):
            _stop(
                f"Port {port} is taken, perhaps by a JupyterLab that is open: see http://localhost:{port}/lab. "
                f"Another port: course lab --port {port + 1 if port < 65535 else 8888}"
            )
        copy = start(directory)
        environment = {**os.environ, "JUPYTER_CONFIG_PATH": _quiet_settings(copy.root)}
        if not writable_home():
            environment |= _own_places(copy.root)
            print("Your home folder is not writable, so Jupyter keeps its files in the working copy.")
    _print_outcomes(Console(), directory, copy)
    os.chdir(copy.root)  # nbgrader's extension expects to be started in the folder that it serves
    _become(jupyter_command(copy.root, browser=browser, port=port), environment)


@app.command("progress")
def _progress(
    directory: Annotated[
        Path | None,
        typer.Argument(metavar="DIR", help="A working copy; by default the one you are in.", show_default=False),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Also list chapters that are not started.")] = False,
) -> None:
    """Show the progress in each chapter, and when each exercise was passed."""
    from course import exercises
    from course.workcopy.progress import progress

    journal = Journal.find(directory)
    if journal is None:
        where = _quoted(_place(directory))
        _stop(f"{where} is not in a working copy; `course start my-course` makes one.")
    Console().print(progress(exercises, journal, all_chapters=every))


@app.command("table")
def _table(
    layer: Annotated[
        str | None, typer.Argument(metavar="LAYER", help="One layer, shown in full: `Linear`.", show_default=False)
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All layers, not only the ten most used.")] = False,
) -> None:
    """Show the summary table of the layers, a line a layer, or one layer in full."""
    from course import table
    from course.catalog import UnknownLayer

    try:
        shown = table(rows=layer or ("all" if every else "summary"))
    except UnknownLayer as error:
        _stop(str(error))
    Console().print(shown)


def jupyter_command(root: Path, *, browser: bool = True, port: int | None = None) -> list[str]:
    """Return the command that opens JupyterLab in a working copy, on its first chapter, without news or updates."""
    command = [
        *(sys.executable, "-m", "jupyterlab"),
        f"--ServerApp.root_dir={root}",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly",
    ]
    first = next((path for path in sorted(root.glob("00_*/*.ipynb"))), None)
    if first:
        command.append(f"--LabApp.default_url=/lab/tree/{first.relative_to(root).as_posix()}")
    if not browser:
        command.append("--no-browser")
    if port is not None:
        command += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")  # containers run as root, which Jupyter refuses by default
    return command


def _quiet_settings(root: Path) -> str:
    """Write settings that turn off news and the instructor's tools; return the search path that includes them."""
    settings = root / MARKER / "jupyter" / "labconfig"
    quiet = {
        "@jupyterlab/apputils-extension:notification": {
            "fetchNews": "false",
            "checkForUpdates": False,
        }
    }
    settings.mkdir(parents=True, exist_ok=True)
    overwrite(settings / "default_setting_overrides.json", json.dumps(quiet, indent=1).encode())
    disabled = {"disabledExtensions": {"@jupyter/nbgrader": True}}
    overwrite(settings / "page_config.json", json.dumps(disabled, indent=1).encode())
    others = os.environ.get("JUPYTER_CONFIG_PATH")
    return os.pathsep.join([str(settings.parent), *([others] if others else [])])


def _own_places(root: Path) -> dict[str, str]:
    """Give Jupyter, IPython and Matplotlib folders in the working copy, and the settings that name them."""
    own = root / MARKER / "jupyter"
    names = ("JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR", "IPYTHONDIR", "MPLCONFIGDIR")
    places = {name: own / name.lower().removesuffix("_dir").removesuffix("dir") for name in names}
    for place in places.values():
        place.mkdir(parents=True, exist_ok=True)
    return {name: str(place) for name, place in places.items()}


def _place(directory: Path | None) -> Path:
    """Give the folder that a command is about; the current one may have been removed."""
    try:
        return directory or Path.cwd()
    except FileNotFoundError:
        return Path()


def _quoted(directory: Path) -> str:
    """Write a folder's name as this system's command line wants it."""
    if os.name == "nt":
        return subprocess.list2cmdline([str(directory)])
    return shlex.quote(str(directory))


def _become(command: list[str], environment: dict[str, str]) -> None:
    if os.name == "posix":
        sys.stdout.flush()
        os.execve(command[0], command, environment)  # noqa: S606  the command is a list that we made
    with subprocess.Popen(command, env=environment) as jupyter:
        while True:
            try:
                code = jupyter.wait()
            except KeyboardInterrupt:  # Jupyter got it as well, and asks whether to end
                continue
            raise typer.Exit(code)


def _print_outcomes(console: Console, directory: Path, copy: WorkingCopy) -> None:
    said = list(_tell(copy.files))
    made = any(one.outcome is FileOutcome.MADE for one in copy.files)
    console.print(Text(f"{directory} is {'ready' if made else 'up to date'}."), soft_wrap=True)
    for label, what in said:
        console.print(Text.assemble((f"  {label:<8} ", "bold"), what), soft_wrap=True)


def _tell(files: tuple[CopiedFile, ...]) -> Iterator[tuple[str, str]]:
    for outcome, label in ((FileOutcome.MADE, "made"), (FileOutcome.UPDATED, "updated")):
        names = [one.name for one in files if one.outcome is outcome]
        if names:
            yield label, ", ".join(dict.fromkeys(name.split("/")[0] for name in names))
    for one in files:
        if one.outcome is FileOutcome.BESIDE:
            yield "left", f"{one.name} is your work; the new release is next to it, {one.beside}"
        elif one.outcome is FileOutcome.IN_THE_WAY:
            yield "left", f"{one.name} and {one.beside} are your work; move one away to get the new release"


@contextmanager
def _plain_errors() -> Iterator[None]:
    try:
        yield
    except WorkingCopyError as error:
        _stop(str(error))
    except OSError as error:
        _stop(f"{error.filename or 'A file'} could not be written: {error.strerror or error}.")


def _stop(message: str) -> NoReturn:
    Console(stderr=True).print(Text(message), soft_wrap=True)
    raise typer.Exit(1)
