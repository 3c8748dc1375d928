"""What to say of a computation of several stages: how far it is right, and what comes next."""

from __future__ import annotations

from course.checking.document import Line, Role, say
from course.checking.result import CheckResult
from course.checking.words.phrases import shorten

LONGEST_SOURCE = 60


def tell_stages(result: CheckResult) -> tuple[Line, ...]:
    """Name the last stage that is right, with its line, and the first that isn't. How it is computed is not told."""
    reached = result.reached
    if reached is None:
        return ()
    source = shorten(reached.source, LONGEST_SOURCE)
    where = f"line {reached.line}" if not reached.function else f"line {reached.line} of `{reached.function}`"
    right = say(f"Right so far: {{}}, from your {where}, `{{}}`. ", reached.stage, source)
    missing = say("None of your lines gives {}.", reached.missing)
    return (Line(Role.DIAGNOSIS, (*right, *missing)),)
