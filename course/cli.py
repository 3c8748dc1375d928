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
    help="Layer by Layer: write each neural network layer in NumPy, be told at once whether it is PyTorch's.",
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"layer-by-layer {course_version()}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
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

    A file that you changed is never overwritten: a newer release is put beside it, as `linear.new.ipynb`.
    A notebook that you moved away comes back as released.
    """
    with _plain_errors():
        copy = start(directory)
    console = Console()
    _print_outcomes(console, directory, copy)
    console.print(Text(f"Next:  jupyter lab {shlex.quote(str(directory))}"), soft_wrap=True)


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
    with _plain_errors():
        if directory is None:
            directory = find_working_copy() or DEFAULT_DIRECTORY
        copy = start(directory)
        environment = {**os.environ, "JUPYTER_CONFIG_PATH": _quiet_settings(copy.root)}
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
        where = shlex.quote(str(directory or Path.cwd()))
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


def _become(command: list[str], environment: dict[str, str]) -> None:
    if os.name == "posix":
        sys.stdout.flush()
        os.execve(command[0], command, environment)  # noqa: S606  the command is a list that we made
    raise typer.Exit(subprocess.call(command, env=environment))


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
            yield "left", f"{one.name} is your work; the new release is beside it, {one.beside}"
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
