"""What to say about a computation of several stages: how far it is right, and what comes next."""

from __future__ import annotations

from course.checking.document import Line, Role, say
from course.checking.result import CheckResult
from course.checking.words.phrases import shorten

LONGEST_SOURCE = 60


def tell_stages(result: CheckResult) -> tuple[Line, ...]:
    """Name the last stage that is right, with its line, and the first that isn't. How to compute it is not revealed."""
    reached = result.reached
    if reached is None:
        return ()
    source = shorten(reached.source, LONGEST_SOURCE)
    where = "line {} of your `{}`" if reached.function else "your line {}{}"
    right = say(f"Right so far: {{}}, from {where}, `{{}}`. ", reached.stage, reached.line, reached.function, source)
    missing = say("None of your lines gives {}.", reached.missing)
    return (Line(Role.DIAGNOSIS, (*right, *missing)),)
