"""What a class understood and what it did not, read from its autograded notebooks."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course.checking.findings import Outcome
from course.recorded import NOTHING, Recorded
from grader.cell_roles import METADATA_KEY
from grader.submission import says_unreadable

AS_GIVEN = ".as-given"
"""The end of a mistake's id that means: the code is still as it was handed out."""


@dataclass(frozen=True, slots=True)
class Result:
    """One student's result in one exercise, from the autograded notebook.

    Where nothing that was handed in could be read, it says nothing of what the student understood.
    """

    student: str
    exercise: str
    earned: float
    score: float
    passed: bool
    outcome: str
    recorded: Recorded = NOTHING
    readable: bool = True

    @property
    def kind(self) -> str:
        """How far a check came: ``"right"``, ``"not begun"``, ``"named"``, ``"located"``, ``"trap"``, ``"neither"``.

        Code as it was handed out is not begun, also in a repair. Otherwise a name comes first, then a
        line, then a trap.
        """
        recorded = self.recorded
        if self.passed:
            return "right"
        if any(name.endswith(AS_GIVEN) for name in recorded.misconceptions):
            return "not begun"
        if recorded.misconceptions:
            return "named"
        if self.outcome == Outcome.NOT_ATTEMPTED and not self.earned:
            return "not begun"
        return "located" if recorded.lines else "trap" if recorded.trap else "neither"


@dataclass(frozen=True, slots=True)
class ExerciseInsight:
    """How a class did in one exercise.

    Parameters
    ----------
    exercise
        Its name.
    students
        The number of students who handed it in.
    passed
        The number of students who passed.
    mistakes
        The recognised mistakes with their numbers of students, most common first. A student with two counts for both.
    pairs
        The mistakes that were recognised together, with their numbers of students.
    located
        The number of answers in which no mistake was named and a line was located.
    trapped, neither
        The number of other answers with a trap, and with nothing of all this.
    not_begun
        The number of answers that are as they were handed out.
    """

    exercise: str
    students: int
    passed: int
    mistakes: tuple[tuple[str, int], ...] = ()
    pairs: tuple[tuple[tuple[str, ...], int], ...] = ()
    located: int = 0
    trapped: int = 0
    neither: int = 0
    not_begun: int = 0

    @property
    def named(self) -> int:
        """The number of answers in which a mistake was named."""
        return self.students - self.passed - self.located - self.trapped - self.neither - self.not_begun


def read_results(autograded: Path, chapter: str) -> list[Result]:
    """Read every student's results of a chapter from nbgrader's folder of autograded notebooks."""
    results = []
    for path in sorted(autograded.glob(f"*/{chapter}/*.ipynb")):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        readable = is_readable(notebook)
        for cell in notebook["cells"]:
            facts = cell["metadata"].get(METADATA_KEY, {})
            if facts.get("role") == "check":
                exercise = cell["metadata"]["nbgrader"]["grade_id"].removeprefix("check-")
                scored = {key: facts[key] for key in ("earned", "score", "passed", "outcome")}
                student, recorded = path.parent.parent.name, Recorded.read(facts)
                results.append(Result(student, exercise, **scored, recorded=recorded, readable=readable))
    return results


def is_readable(notebook: Mapping[str, Any]) -> bool:
    """Tell from a graded notebook whether what was handed in could be read."""
    problems = notebook.get("metadata", {}).get(METADATA_KEY, {}).get("problems", ())
    return not says_unreadable(problem for problem in problems if isinstance(problem, str))


def students_of(results: Iterable[Result], readable: bool = True) -> list[str]:
    """Name the students who handed in what could be read, or what could not."""
    return sorted({result.student for result in results if result.readable == readable})


def insights(results: list[Result]) -> list[ExerciseInsight]:
    """Sum up a class's results, one exercise at a time: the hardest first, and equally hard ones as in the notebook.

    What could not be read is left out.

    Examples
    --------
    >>> recorded = Recorded(misconceptions=("linear.transposed-weight",))
    >>> insights([Result("mia", "linear", 0.73, 0.18, False, "wrong values", recorded)])[0].mistakes
    (('linear.transposed-weight', 1),)
    """
    results = [result for result in results if result.readable]
    exercises = dict.fromkeys(result.exercise for result in results)
    found = [_sum_up(exercise, [result for result in results if result.exercise == exercise]) for exercise in exercises]
    return sorted(found, key=lambda insight: insight.passed / insight.students)


def _sum_up(exercise: str, own: list[Result]) -> ExerciseInsight:
    wrong = [result for result in own if not result.passed]
    kinds = Counter(result.kind for result in own)
    named = [result.recorded.misconceptions for result in wrong]
    return ExerciseInsight(
        exercise,
        len(own),
        kinds["right"],
        _counted(name for names in named for name in dict.fromkeys(names)),
        _counted(tuple(sorted(names)) for names in named if len(names) > 1),
        kinds["located"],
        kinds["trap"],
        kinds["neither"],
        kinds["not begun"],
    )


def _counted(found: Iterable[Any]) -> tuple[tuple[Any, int], ...]:
    """Count, the most common first, and equally common ones by name."""
    return tuple(sorted(Counter(found).items(), key=lambda one: (-one[1], one[0])))


def sentences(found: list[ExerciseInsight]) -> tuple[str, str]:
    """Return a class's results in two sentences: the hardest exercise, and the most common mistake.

    Code that is still as it was handed out is not counted as a mistake: perhaps the student has not looked at it.

    Examples
    --------
    >>> sentences([ExerciseInsight("linear", 40, 23, (("linear.transposed-weight", 17),))])[1]
    'Most common mistake: linear.transposed-weight, 17 of 40 students.'
    """
    if not found:
        return "Nothing has been graded yet.", "No mistake was recognised."
    hardest = min(found, key=lambda insight: insight.passed / insight.students)
    first = f"Hardest: {hardest.exercise}, right for {hardest.passed} of {hardest.students} students."
    mistakes = [
        (count, name, insight.students)
        for insight in found
        for name, count in insight.mistakes
        if not name.endswith(AS_GIVEN)
    ]
    if not mistakes:
        return first, "No known mistake was recognised."
    most = max(count for count, _, _ in mistakes)
    common = [name for count, name, _ in mistakes if count == most]
    students = next(total for count, _, total in mistakes if count == most)
    if len(common) > 3:
        return first, f"{len(mistakes)} known mistakes were recognised, none of them in more than {most} of {students}."
    return first, f"Most common mistake: {', '.join(common)}, {most} of {students} students."
