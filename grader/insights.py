"""What a class understood and what it did not, read from its autograded notebooks."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from grader.cell_roles import METADATA_KEY

AS_GIVEN = ".as-given"
"""The end of a mistake's id that means: the code is still as it was handed out."""


@dataclass(frozen=True, slots=True)
class Result:
    """One student's result in one exercise, from the autograded notebook."""

    student: str
    exercise: str
    earned: float
    score: float
    passed: bool
    outcome: str
    misconception: str | None


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
        The recognised mistakes with their numbers of students, most common first.
    """

    exercise: str
    students: int
    passed: int
    mistakes: tuple[tuple[str, int], ...]


def read_results(autograded: Path, chapter: str) -> list[Result]:
    """Read every student's results of a chapter from nbgrader's folder of autograded notebooks."""
    results = []
    for path in sorted(autograded.glob(f"*/{chapter}/*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        for cell in cells:
            facts = cell["metadata"].get(METADATA_KEY, {})
            if facts.get("role") == "check":
                exercise = cell["metadata"]["nbgrader"]["grade_id"].removeprefix("check-")
                fields = ("earned", "score", "passed", "outcome", "misconception")
                results.append(Result(path.parent.parent.name, exercise, **{key: facts[key] for key in fields}))
    return results


def insights(results: list[Result]) -> list[ExerciseInsight]:
    """Sum up a class's results, one exercise at a time, in the order of the notebook.

    Examples
    --------
    >>> mia = Result("mia", "linear", 0.73, 0.18, False, "wrong values", "linear.transposed-weight")
    >>> insights([mia])[0].mistakes
    (('linear.transposed-weight', 1),)
    """
    found = []
    for exercise in dict.fromkeys(result.exercise for result in results):
        own = [result for result in results if result.exercise == exercise]
        mistakes = Counter(result.misconception for result in own if result.misconception)
        passed = sum(result.passed for result in own)
        found.append(ExerciseInsight(exercise, len(own), passed, tuple(mistakes.most_common())))
    return found


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
