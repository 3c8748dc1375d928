"""Which exercises tell students who know much from students who know little."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence

from grader.insights import Result

FEWEST = 8
"""With fewer students, a correlation says nothing."""


def telling(results: Iterable[Result]) -> dict[str, float | None]:
    """Correlate the score in each exercise with the points in all others.

    Where every answer is right or wrong, this is the point-biserial correlation, corrected for the exercise itself.
    None where it can't be computed: too few students, or all did equally well.

    Examples
    --------
    >>> telling([Result("mia", "linear", 4, 1, True, "right")])
    {'linear': None}
    """
    score: dict[str, dict[str, float]] = defaultdict(dict)
    earned: dict[str, dict[str, float]] = defaultdict(dict)
    for result in results:
        score[result.exercise][result.student] = result.score
        earned[result.student][result.exercise] = result.earned
    found: dict[str, float | None] = {}
    for exercise, scores in score.items():
        rest = [sum(points for name, points in earned[one].items() if name != exercise) for one in scores]
        found[exercise] = correlation(list(scores.values()), rest) if len(scores) >= FEWEST else None
    return found


def correlation(one: Sequence[float], other: Sequence[float]) -> float | None:
    """Give Pearson's correlation; None where one of the two does not vary.

    Examples
    --------
    >>> correlation([0, 1, 1], [1, 3, 3]), correlation([1, 1], [0, 2])
    (1.0, None)
    """
    mean, other_mean = sum(one) / len(one), sum(other) / len(other)
    deviations = [(x - mean, y - other_mean) for x, y in zip(one, other, strict=True)]
    spread = math.sqrt(sum(x * x for x, _ in deviations) * sum(y * y for _, y in deviations))
    return round(sum(x * y for x, y in deviations) / spread, 9) if spread > 1e-12 else None


def in_words(value: float | None) -> str:
    """Say what a correlation means here.

    Examples
    --------
    >>> in_words(0.55)
    'tells well'
    """
    if value is None:
        return "unknown"
    if value < -0.1:
        return "look at its text"
    return "tells well" if value >= 0.4 else "tells a little" if value >= 0.2 else "says little"
