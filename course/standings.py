"""How far a student is: the exercises and the journal, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING, Protocol

from course.journal import Entry, Journal

if TYPE_CHECKING:
    from rich.console import RenderableType


_START = "course start my-course"
_CELL = "white-space:nowrap"
_START_HTML = f'<code style="white-space: nowrap">{_START}</code>'


class Declared(Protocol):
    """What of an exercise is needed here."""

    @property
    def name(self) -> str:
        """Its name."""
        ...

    @property
    def chapter(self) -> str:
        """The folder of its chapter."""
        ...

    @property
    def points(self) -> float:
        """What it is worth."""
        ...


@dataclass(frozen=True, slots=True)
class Standing:
    """One exercise, and where the student stands with it.

    Parameters
    ----------
    exercise, chapter
        Its name, and the folder of its chapter.
    points
        What it is worth.
    score
        The best score so far, from 0 to 1.
    tries
        Checks up to the first that passed; all of them where none did.
    passed_on
        The day it was first passed, in local time.
    """

    exercise: str
    chapter: str
    points: float
    score: float = 0.0
    tries: int = 0
    passed_on: date | None = None

    @property
    def earned(self) -> float:
        """Points earned so far."""
        return self.points * self.score

    @property
    def status(self) -> str:
        """Where it stands, in words."""
        if self.passed_on is not None:
            return f"passed on {self.passed_on.day} {self.passed_on:%B %Y}"
        if self.tries:
            return f"not yet, {self.tries} {'try' if self.tries == 1 else 'tries'}"
        return "not started"


@dataclass(frozen=True, slots=True, repr=False)
class Progress:
    """Every exercise of the course with the student's standing; shows itself in a notebook and in a terminal.

    Parameters
    ----------
    standings
        In the order of the course.
    kept
        Whether there is a journal here.
    whole
        Whether text and terminal list the exercises of chapters that are not started, too. A page folds them.
    """

    standings: tuple[Standing, ...]
    kept: bool = True
    whole: bool = False

    def chapters(self) -> dict[str, tuple[Standing, ...]]:
        """Return the standings of each chapter."""
        return {name: tuple(group) for name, group in groupby(self.standings, key=lambda one: one.chapter)}

    def by_chapter(self) -> dict[str, tuple[int, int]]:
        """Return, for each chapter, how many of its exercises are passed, and how many there are."""
        return {name: (_passed(group), len(group)) for name, group in self.chapters().items()}

    def __repr__(self) -> str:
        return str(self)

    def __str__(self) -> str:
        return "\n".join(line for line, _ in self._lines())

    def __rich__(self) -> RenderableType:
        """Render for a terminal: the same text, with colours."""
        from rich.text import Text

        return Text("\n").join(Text(line, style=style) for line, style in self._lines())

    def _repr_html_(self) -> str:
        # No colours of our own: the page's text and background are right in a light and in a dark theme.
        return (
            '<div style="overflow-x:auto;line-height:1.5">'
            f"<p><strong>{escape(self._headline()).replace(_START, _START_HTML)}</strong></p>"
            + "".join(_chapter_html(name, group) for name, group in self.chapters().items())
            + "</div>"
        )

    def _lines(self) -> Iterator[tuple[str, str]]:
        """Give each line of the text, and its style."""
        yield self._headline(), "bold"
        name = max((len(one.exercise) for one in self.standings), default=0)
        points = max((len(_points(one)) for one in self.standings), default=0)
        above = True  # an empty line stands around what is listed
        for chapter, group in self.chapters().items():
            listed = group if self.whole or _started(group) else ()
            if above or listed:
                yield "", ""
            yield f"{chapter}: {_sum_up(group)}", "bold" if listed else ""
            for one in listed:
                style = "green" if one.passed_on else "" if one.tries else "dim"
                yield f"  {_sign(one)} {one.exercise:<{name}}  {_points(one):>{points}}  {one.status}", style
            above = bool(listed)

    def _headline(self) -> str:
        if not self.kept:
            return f"Nothing is kept here: this is not a working copy. {_START} makes one."
        return _sum_up(self.standings)


def progress(exercises: Mapping[str, Declared], journal: Journal | None, *, whole: bool = False) -> Progress:
    """Set the journal against the exercises.

    Parameters
    ----------
    exercises
        All of the course, by name. Each has ``name``, ``chapter`` and ``points``.
    journal
        The working copy's. None where there is none: then nothing is started.
    whole
        List the exercises of chapters that are not started, too.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> linear = SimpleNamespace(name="linear", chapter="01_linear", points=4)
    >>> progress({"linear": linear}, None).by_chapter()
    {'01_linear': (0, 1)}
    """
    best = journal.best() if journal else {}
    ordered = sorted(exercises.values(), key=lambda exercise: exercise.chapter)  # stable within a chapter
    standings = tuple(_standing(exercise, best.get(exercise.name)) for exercise in ordered)
    return Progress(standings, kept=journal is not None, whole=whole)


def _standing(exercise: Declared, entry: Entry | None) -> Standing:
    if entry is None:
        return Standing(exercise.name, exercise.chapter, exercise.points)
    day = entry.passed_at.astimezone().date() if entry.passed_at else None
    return Standing(exercise.name, exercise.chapter, exercise.points, entry.score, entry.tries, day)


def _passed(group: tuple[Standing, ...]) -> int:
    return sum(one.passed_on is not None for one in group)


def _started(group: tuple[Standing, ...]) -> bool:
    return any(one.tries for one in group)


def _sum_up(group: tuple[Standing, ...]) -> str:
    earned, points = sum(one.earned for one in group), sum(one.points for one in group)
    if not _started(group):
        return f"{len(group)} exercise{'s' * (len(group) != 1)}, {_number(points)} point{'s' * (points != 1)}"
    return f"{_passed(group)} of {len(group)} passed, {_number(earned)} of {_number(points)} points"


def _points(one: Standing) -> str:
    return f"{_number(one.earned)} of {_number(one.points)}"


def _number(value: float) -> str:
    return f"{round(value, 1):g}" if value < 1e5 else f"{value:.0f}"


def _sign(one: Standing) -> str:
    return "✓" if one.passed_on else "·" if not one.tries else "…"


def _chapter_html(chapter: str, group: tuple[Standing, ...]) -> str:
    rows = "".join(
        "<tr>"
        f'<td style="{_CELL};text-align:center;width:1.5em">{_sign(one)}</td>'
        f'<td style="{_CELL};text-align:left"><code style="color:inherit">{escape(one.exercise)}</code></td>'
        f'<td style="{_CELL};text-align:right;padding:0 1.5em">{_points(one)} points</td>'
        f'<td style="{_CELL};text-align:left">{escape(one.status)}</td>'
        "</tr>"
        for one in group
    )
    finished = _passed(group) == len(group)
    opened = " open" if _started(group) and not finished else ""
    sign = " ✓" if finished else ""
    return (
        f"<details{opened}><summary><strong>{escape(chapter)}</strong>: {escape(_sum_up(group))}{sign}</summary>"
        f'<table style="margin:0.3em 0 0.8em 1em;color:inherit">{rows}</table></details>'
    )
