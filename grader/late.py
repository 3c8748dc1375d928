"""A late rule for nbgrader: a percentage of the score for each day, up to a maximum."""

from __future__ import annotations

import math

from nbgrader.plugins import LateSubmissionPlugin
from traitlets import Float

DAY = 24 * 60 * 60


class PercentPerDay(LateSubmissionPlugin):
    """Takes off percent of what was earned, for each started day of lateness.

    Examples
    --------
    >>> rule = PercentPerDay(percent_per_day=10, at_most=25)
    >>> [rule.late_submission_penalty("kim", 8.0, late) for late in (60, DAY + 60, 9 * DAY)]
    [0.8, 1.6, 2.0]
    """

    percent_per_day = Float(0.0, help="Percent of the score for each started day").tag(config=True)
    at_most = Float(100.0, help="At most this many percent of the score are taken off").tag(config=True)

    def late_submission_penalty(self, student_id: str, score: float, total_seconds_late: float) -> float:
        """Return the points that are taken off."""
        days = math.ceil(total_seconds_late / DAY)
        return score * min(days * self.percent_per_day, self.at_most) / 100
