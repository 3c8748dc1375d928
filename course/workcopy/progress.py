"""A student's progress: every exercise with its results from the journal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING, Protocol

from course.workcopy import location
from course.workcopy.journal import BestResult, Journal

if TYPE_CHECKING:
    from rich.console import RenderableType


_PASSED, _BEGUN, _NEW = "passed", "not yet", "not started"
_SIGNS = {_PASSED: "●", _BEGUN: "◐", _NEW: "○"}
_STYLES = {_PASSED: "green", _BEGUN: "yellow", _NEW: "dim"}
# Half-transparent or of middling lightness, to read on a light page and on a dark one; a word is next to each.
_COLOURS = {_PASSED: "46, 139, 87", _BEGUN: "200, 130, 20", _NEW: "128, 128, 128"}
_BLUE = "0, 114, 178"
_Line = tuple[tuple[str, str], ...]
"""Pieces of text with their styles."""

_START = "course start my-course"
_BLOCKED = (
    "Nothing is kept here, because this browser blocks storage for this page: allow it, or leave the private window."
)
_CELL = "white-space: nowrap; border: 0; background: none; padding: 0.1em 0.4em"
_START_HTML = f'<code style="white-space: nowrap">{_START}</code>'


class Declared(Protocol):
    """What progress needs to know about an exercise."""

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
    def state(self) -> str:
        """Whether it is passed, not yet, or not started."""
        return _PASSED if self.passed_on is not None else _BEGUN if self.tries else _NEW

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

    @property
    def next(self) -> ExerciseProgress | None:
        """The first exercise that is not passed; None where all are."""
        return next((one for one in self.exercises if one.passed_on is None), None)

    def __repr__(self) -> str:
        return str(self)

    def __str__(self) -> str:
        return "\n".join("".join(text for text, _ in line) for line in self._lines())

    def __rich__(self) -> RenderableType:
        """Render for a terminal: the same text, with colours."""
        from rich.text import Text

        return Text("\n").join(Text.assemble(*line) for line in self._lines())

    def _repr_html_(self) -> str:
        chapters = self.chapters()
        longest = max(map(len, chapters.values()), default=0)
        rows = "".join(_chapter_html(name, group, longest) for name, group in chapters.items())
        headline = escape(self._headline()).replace(_START, _START_HTML)
        return (
            '<div style="overflow-x: auto; line-height: 1.5; max-width: 56em; position: relative">'
            f'<p style="margin: 0"><strong>{headline}</strong></p>{_counts_html(self.exercises)}'
            f"{_next_html(self.next)}{rows}</div>"
        )

    def _lines(self) -> Iterator[_Line]:
        """Yield each line of the text as pieces with their styles."""
        yield ((self._headline(), "bold"),)
        if self.exercises:
            yield tuple(piece for state, count in _counts(self.exercises) for piece in _counted(state, count))
        chapters = self.chapters()
        name, strip = (max(map(len, them), default=0) for them in (chapters, chapters.values()))
        points = max((len(_points(one)) for one in self.exercises), default=0)
        exercise = max((len(one.exercise) for one in self.exercises), default=0)
        above = True  # listed exercises have an empty line before and after them
        for chapter, group in chapters.items():
            listed = group if self.all_chapters or _under_way(group) else ()
            if above or listed:
                yield (("", ""),)
            style = "bold" if listed else ""
            signs = tuple((_SIGNS[one.state], _STYLES[one.state]) for one in group)
            yield (f"{chapter:<{name}}  ", style), *signs, (f"{'':{strip - len(group)}}  {_sum_up(group)}", style)
            for one in listed:
                said = f" {one.exercise:<{exercise}}  {_points(one):>{points}}  {one.status}"
                yield ("  ", ""), (_SIGNS[one.state], _STYLES[one.state]), (said, "dim" if one.state == _NEW else "")
            above = bool(listed)
        if self.next:
            yield (("", ""),)
            yield ("Next: ", "bold"), (self._next(), "")

    def _next(self) -> str:
        return f"{self.next.exercise}, in {self.next.chapter}" if self.next else ""

    def _headline(self) -> str:
        if not self.saved and location.DRIVE:
            return _BLOCKED
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


def _under_way(group: tuple[ExerciseProgress, ...]) -> bool:
    return _started(group) and _passed(group) < len(group)


def _counts(group: tuple[ExerciseProgress, ...]) -> Iterator[tuple[str, int]]:
    """Count the exercises in each state."""
    for state in _SIGNS:
        yield state, sum(one.state == state for one in group)


def _counted(state: str, count: int) -> _Line:
    return (_SIGNS[state], _STYLES[state]), (f" {count} {state}{'' if state == _NEW else '   '}", "")


def _sign_html(state: str) -> str:
    return f'<span style="color: rgb({_COLOURS[state]})">{_SIGNS[state]}</span>'


def _counts_html(exercises: tuple[ExerciseProgress, ...]) -> str:
    counts = " &ensp; ".join(f"{_sign_html(state)} {count} {state}" for state, count in _counts(exercises))
    return f'<p style="margin: 0; font-size: 92%">{counts}</p>' if exercises else ""


def _next_html(step: ExerciseProgress | None) -> str:
    """Set what to do next apart, on blue, as a report does."""
    style = f"margin: 0.5em 0; padding: 0.5em 0.8em; background: rgba({_BLUE}, 0.14); border-radius: 4px"
    if step is None:
        return ""
    name = f'<code style="color: inherit; background: none">{escape(step.exercise)}</code>'
    return f'<div style="{style}"><strong>Next:</strong> {name}, in {escape(step.chapter)}</div>'


def _chapter_html(chapter: str, group: tuple[ExerciseProgress, ...], longest: int) -> str:
    rows = "".join(
        '<tr style="background: none">'
        f'<td style="{_CELL}; text-align: center; width: 1.5em">{_sign_html(one.state)}</td>'
        f'<td style="{_CELL}; text-align: left"><code style="color: inherit; background: none">'
        f"{escape(one.exercise)}</code></td>"
        f'<td style="{_CELL}; text-align: right; padding: 0 1.5em">{_points(one)} points</td>'
        f'<td style="{_CELL}; text-align: left">{escape(one.status)}</td>'
        "</tr>"
        for one in group
    )
    said = ", ".join(f"{count} {state}" for state, count in _counts(group) if count)
    strip = "".join(_sign_html(one.state) for one in group)
    summary = (
        f'<strong style="display: inline-block; min-width: 18em">{escape(chapter)}</strong> '
        f'<span role="img" aria-label="{said}" title="{said}" '
        f'style="display: inline-block; min-width: {longest + 1}em; letter-spacing: 0.12em">{strip}</span> '
        f'<span style="font-size: 92%; opacity: 0.8">{escape(_sum_up(group))}</span>'
    )
    table = "margin: 0.2em 0 0.6em 1em; border-collapse: collapse; display: table; color: inherit; font-size: inherit"
    return (
        f"<details{' open' if _under_way(group) else ''}>"
        f'<summary style="display: list-item; cursor: pointer">{summary}</summary>'
        f'<table style="{table}">{rows}</table></details>'
    )
