"""A student's progress: every exercise with its results from the journal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING, Protocol

from course.workcopy.journal import BestResult, Journal

if TYPE_CHECKING:
    from rich.console import RenderableType


_START = "course start my-course"
_CELL = "white-space:nowrap"
_START_HTML = f'<code style="white-space: nowrap">{_START}</code>'


class Declared(Protocol):
    """What progress needs to know of an exercise."""

    @property
    def name(self) -> str:
        """Its name."""
        ...

    @property
    def chapter(self) -> str:
        """The folder of its chapter, such as ``"01_linear"``."""
        ...

    @property
    def points(self) -> float:
        """What it is worth."""
        ...


@dataclass(frozen=True, slots=True)
class ExerciseProgress:
    """One exercise and its results so far.

    Parameters
    ----------
    exercise, chapter
        The exercise's name, and the folder of its chapter.
    points
        What it is worth.
    score
        The best score, from 0 to 1.
    tries
        The number of checks up to the first that passed, or of all if none did.
    passed_on
        The day on which it was first passed, in local time.
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
        """The result in words."""
        if self.passed_on is not None:
            return f"passed on {self.passed_on.day} {self.passed_on:%B %Y}"
        if self.tries:
            return f"not yet, {self.tries} {'try' if self.tries == 1 else 'tries'}"
        return "not started"


@dataclass(frozen=True, slots=True, repr=False)
class Progress:
    """Every exercise of the course with its results; displays itself in a notebook and in a terminal.

    Parameters
    ----------
    exercises
        In the order of the course.
    saved
        Whether there is a journal.
    all_chapters
        Whether text and terminal also list the exercises of chapters that are not started. HTML folds them.
    """

    exercises: tuple[ExerciseProgress, ...]
    saved: bool = True
    all_chapters: bool = False

    def chapters(self) -> dict[str, tuple[ExerciseProgress, ...]]:
        """Return the exercises of each chapter."""
        return {name: tuple(group) for name, group in groupby(self.exercises, key=lambda one: one.chapter)}

    def by_chapter(self) -> dict[str, tuple[int, int]]:
        """Return the number of passed exercises and of all exercises of each chapter."""
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
        """Yield each line of the text and its style."""
        yield self._headline(), "bold"
        name = max((len(one.exercise) for one in self.exercises), default=0)
        points = max((len(_points(one)) for one in self.exercises), default=0)
        above = True  # listed exercises have an empty line before and after them
        for chapter, group in self.chapters().items():
            listed = group if self.all_chapters or _started(group) else ()
            if above or listed:
                yield "", ""
            yield f"{chapter}: {_sum_up(group)}", "bold" if listed else ""
            for one in listed:
                style = "green" if one.passed_on else "" if one.tries else "dim"
                yield f"  {_sign(one)} {one.exercise:<{name}}  {_points(one):>{points}}  {one.status}", style
            above = bool(listed)

    def _headline(self) -> str:
        if not self.saved:
            return f"Nothing is kept here: this is not a working copy. {_START} makes one."
        return _sum_up(self.exercises)


def progress(exercises: Mapping[str, Declared], journal: Journal | None, *, all_chapters: bool = False) -> Progress:
    """Look up the exercises in the journal.

    Parameters
    ----------
    exercises
        All exercises of the course, by name.
    journal
        The working copy's journal. Without one, no exercise is started.
    all_chapters
        Whether to list the exercises of chapters that are not started as well.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> linear = SimpleNamespace(name="linear", chapter="01_linear", points=4)
    >>> progress({"linear": linear}, None).by_chapter()
    {'01_linear': (0, 1)}
    """
    best = journal.best() if journal else {}
    ordered = sorted(exercises.values(), key=lambda exercise: exercise.chapter)  # stable within a chapter
    found = tuple(_look_up(exercise, best.get(exercise.name)) for exercise in ordered)
    return Progress(found, saved=journal is not None, all_chapters=all_chapters)


def _look_up(exercise: Declared, result: BestResult | None) -> ExerciseProgress:
    if result is None:
        return ExerciseProgress(exercise.name, exercise.chapter, exercise.points)
    day = result.passed_at.astimezone().date() if result.passed_at else None
    return ExerciseProgress(exercise.name, exercise.chapter, exercise.points, result.score, result.tries, day)


def _passed(group: tuple[ExerciseProgress, ...]) -> int:
    return sum(one.passed_on is not None for one in group)


def _started(group: tuple[ExerciseProgress, ...]) -> bool:
    return any(one.tries for one in group)


def _sum_up(group: tuple[ExerciseProgress, ...]) -> str:
    earned, points = sum(one.earned for one in group), sum(one.points for one in group)
    if not _started(group):
        return f"{len(group)} exercise{'s' * (len(group) != 1)}, {_number(points)} point{'s' * (points != 1)}"
    return f"{_passed(group)} of {len(group)} passed, {_number(earned)} of {_number(points)} points"


def _points(one: ExerciseProgress) -> str:
    return f"{_number(one.earned)} of {_number(one.points)}"


def _number(value: float) -> str:
    return f"{round(value, 1):g}" if value < 1e5 else f"{value:.0f}"


def _sign(one: ExerciseProgress) -> str:
    return "✓" if one.passed_on else "·" if not one.tries else "…"


def _chapter_html(chapter: str, group: tuple[ExerciseProgress, ...]) -> str:
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
