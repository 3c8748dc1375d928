"""What the command line prints, and how it shows one of our errors."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer
from rich.console import Console
from typer.core import TyperGroup

from course.errors import CourseError
from grader.visible import visible

console = Console()
if not console.is_terminal:  # a log has no width, and 80 columns would wrap tables
    console = Console(width=120)


class Plainly(TyperGroup):
    """Commands that report whatever goes wrong in one sentence, with an exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was called."""
        for stream in (sys.stdout, sys.stderr):  # one that takes no ü gets an escape
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")
        with plain_errors():
            return super().invoke(ctx)


@contextmanager
def plain_errors() -> Iterator[None]:
    """Print what went wrong without a traceback, and exit with code 1; after Ctrl-C with 130, as shells do."""
    from course.calling.work import Unavailable

    try:
        yield
    except (CourseError, Unavailable) as error:
        _say_at_last(str(error), "red")
        log = getattr(error, "log", "")
        if log:
            _say_at_last(log, "dim")
        raise typer.Exit(1) from None
    except BrokenPipeError:  # the reader is gone: typer ends silently
        raise
    except OSError as error:  # no room on the disk, no permission, something else in a file's place
        what = f"{error.filename} can't be read or written" if error.filename else "Something can't be read or written"
        _say_at_last(visible(f"{what}: {error.strerror or error}."), "red")
        raise typer.Exit(1) from None
    except (KeyboardInterrupt, RuntimeError) as error:
        if not isinstance(error.__cause__ or error, KeyboardInterrupt):  # Python 3.11 wraps it where a class is made
            raise
        _say_at_last("Stopped. No file is half written; run the same command again to continue.")
        raise typer.Exit(130) from None


def _say_at_last(text: str, style: str | None = None) -> None:
    """Say why a command ends, on standard error where the output has no room."""
    try:
        say(text, style)
    except OSError:
        sys.stderr.write(f"{text}\n")
        nowhere = os.open(os.devnull, os.O_WRONLY)  # what is still kept for the output would fail once more at the end
        os.dup2(nowhere, sys.stdout.fileno())


@contextmanager
def working(what: str) -> Iterator[None]:
    """Show on a terminal that something takes its time."""
    if not console.is_terminal:
        yield
        return
    with console.status(what):
        yield


def say(text: str, style: str | None = None) -> None:
    """Print lines as they are: no markup and no wrapping, so that they can be searched and clicked.

    Newlines are the caller's. Other control characters are shown, not obeyed.
    """
    lines = "\n".join(map(visible, text.split("\n")))
    console.print(lines, style=style, markup=False, highlight=False, soft_wrap=True)


def number(count: int, thing: str) -> str:
    """Count things.

    Examples
    --------
    >>> number(1, "chapter"), number(2, "chapter")
    ('1 chapter', '2 chapters')
    """
    return f"{count:,} {thing}{'s' * (count != 1)}"
