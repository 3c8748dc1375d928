"""What the command line prints, and how it shows one of our errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer
from rich.console import Console

from course.errors import CourseError
from grader.visible import visible

console = Console()
if not console.is_terminal:  # a log has no width, and 80 columns would wrap tables
    console = Console(width=120)


@contextmanager
def plain_errors() -> Iterator[None]:
    """Print an error of ours as its text, without a traceback, and exit with code 1."""
    from course.calling.work import Unavailable

    try:
        yield
    except (CourseError, Unavailable) as error:
        say(str(error), style="red")
        log = getattr(error, "log", "")
        if log:
            say(log, style="dim")
        raise typer.Exit(1) from None


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
