"""What can be set for a class, with what counts where nothing is set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

CLASS_TOML = "class.toml"
"""The file that makes a folder a class folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassSettings:
    """The settings of one class.

    Parameters
    ----------
    name
        The course's id, in the gradebook and in nbgrader's exchange.
    chapters
        The chapters in use, such as ``"01_linear"``.
    exercises
        The graded exercises of a chapter, where these are not all of them.
    points
        What an exercise is worth, where that is not what the course says.
    questions
        What each question of a chapter is worth, where a person grades it. Elsewhere questions are for practice.
    deadlines
        When an assignment is due, in UTC and without a time zone, as nbgrader keeps it.
    percent_per_day, at_most
        What lateness costs: this percentage of the score for each started day, up to a maximum.
    solution, hints, verdict_only
        The switches for homework: whether `course.solution` and `course.hint` answer, and whether a check says no more
        than right or not.
    seconds, memory_mb
        What one submission may use.
    locating_seconds
        Time for looking for the wrong line in an answer without a known mistake.
    seed
        From which the cases are drawn; None for a new one in each run.
    exchange
        nbgrader's exchange folder; empty for nbgrader's own default.
    gradebook
        The gradebook's address for SQLAlchemy; empty for a file in the class folder.

    Examples
    --------
    >>> settings = ClassSettings(chapters=("01_linear",), exercises={"01_linear": ("linear",)})
    >>> settings.counts("01_linear", "linear"), settings.counts("01_linear", "linear_macs")
    (True, False)
    """

    name: str = "layer-by-layer"
    chapters: tuple[str, ...] = ()
    exercises: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    points: Mapping[str, float] = field(default_factory=dict)
    questions: Mapping[str, float] = field(default_factory=dict)
    deadlines: Mapping[str, datetime] = field(default_factory=dict)
    percent_per_day: float = 0.0
    at_most: float = 100.0
    solution: bool = True
    hints: bool = True
    verdict_only: bool = False
    seconds: float = 120.0
    memory_mb: int = 1024
    locating_seconds: float = 0.7
    seed: int | None = None
    exchange: str = ""
    gradebook: str = ""

    def counts(self, chapter: str, exercise: str) -> bool:
        """Tell whether an exercise of a chapter is graded."""
        return exercise in self.exercises.get(chapter, (exercise,))

    @property
    def switched_off(self) -> dict[str, bool]:
        """The switches for homework that differ from the course's own, as a release carries them."""
        switches = {"solution": self.solution, "hints": self.hints, "verdict_only": self.verdict_only}
        return {name: value for name, value in switches.items() if value is (name == "verdict_only")}
