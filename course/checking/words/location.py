"""What to say about the line in which the mistake is."""

from __future__ import annotations

from course.checking.document import Line, Quote, Role, Sentence, say
from course.checking.result import CheckResult, Located
from course.checking.words.phrases import shorten

LONGEST_SOURCE = 70


def tell_location(result: CheckResult, quoted: int | None = None) -> tuple[Line, ...]:
    """Quote the student's line, and say what one change there does. The change itself is the student's.

    A line that was `quoted` right before is not quoted again.
    """
    if result.located is None:
        return ()
    where, there = _where(result.located)
    effect = _effect(result, result.located)
    if set(result.located.lines) == {quoted}:
        return (Line(Role.DIAGNOSIS, say("{}, {}.", there.capitalize(), effect)),)
    return (Line(Role.DIAGNOSIS, (*where, *say(": {}, {}.", there, effect))),)


def _where(located: Located) -> tuple[Sentence, str]:
    lines = zip(located.lines, located.sources, strict=True)
    first, *others = [Quote(line, shorten(source, LONGEST_SOURCE)) for line, source in lines]
    if not others:
        return say("Your {}", first), "with one change there"
    if others[0].number == first.number:
        return say("Your {}", first), "with two changes there"
    return say("Your {}, and {}", first, others[0]), "with one change in each"


def _effect(result: CheckResult, located: Located) -> str:
    total = len(result.counted)
    if located.right == total:
        return f"all {total} cases are right" if total > 1 else "the case is right"
    return f"{located.right} of {total} cases are right"
