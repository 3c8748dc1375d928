"""What to say about the line in which the mistake is."""

from __future__ import annotations

from course.checking.diagnosis import Located, NotFinite
from course.checking.document import Line, Quote, Role, Sentence, marked, say
from course.checking.result import CheckResult
from course.checking.words.phrases import are, first_sentence, shorten

LONGEST_SOURCE = 70


def tell_location(result: CheckResult, quoted: int | None = None) -> tuple[Line, ...]:
    """Quote the student's line, and say what one change there does. The change itself is the student's.

    A line that was `quoted` right before is not quoted again.
    """
    if result.located is None:
        return ()
    trap, effect = result.trap, marked(f"{_effect(result, result.located)}.")
    if trap and not result.located.function and set(result.located.lines) == {trap.line}:  # it has just quoted the line
        changes = _changes(len(result.located.lines))
        return (Line(Role.DIAGNOSIS, (*say("With {} there, ", changes), *effect)),)
    where, there = _where(result.located)
    if not result.located.function and set(result.located.lines) == {quoted}:
        return (Line(Role.DIAGNOSIS, (*say("{}, ", there.capitalize()), *effect)),)
    return (Line(Role.DIAGNOSIS, (*where, *say(": {}, ", there), *effect)),)


def tell_not_finite(result: CheckResult) -> tuple[Line, ...]:
    """Say in which line NaN or infinity comes up first, unless a known mistake says more."""
    if result.named or not result.not_finite:
        return ()
    sentences = [_first_to_give(one) for one in result.not_finite]
    joined = sentences[0] if len(sentences) == 1 else (*sentences[0], *say(" "), *sentences[1])
    return (Line(Role.DIAGNOSIS, joined),)


def _first_to_give(one: NotFinite) -> Sentence:
    source = shorten(one.source, LONGEST_SOURCE)
    operation = say(" Its `{}` does.", shorten(one.operation, LONGEST_SOURCE)) if one.operation else ()
    return (*say("Your line {}, `{}`, is the first that gives {}.", one.line, source, one.what), *operation)


def hint_at(located: Located) -> tuple[Sentence, ...]:
    """Say what kind of change each line takes, a sentence each. The change itself is the student's."""
    return tuple(
        (*_line(located, line, source), *say(": look at {} there.", kind))
        for line, source, kind in zip(located.lines, located.sources, located.kinds, strict=True)
    )


def _where(located: Located) -> tuple[Sentence, str]:
    lines = dict(zip(located.lines, located.sources, strict=True))
    first, *others = lines.items()
    if not others:
        return _line(located, *first), f"with {_changes(len(located.lines))} there"
    quoted = [Quote(number, shorten(source, LONGEST_SOURCE)) for number, source in others]
    and_others = say(", {}, and {}", *quoted) if len(quoted) > 1 else say(", and {}", *quoted)
    each = len(lines) == len(located.lines)
    return (*_line(located, *first), *and_others), "with one change in each" if each else "with changes in both"


def _changes(count: int) -> str:
    return "one change" if count == 1 else f"{'two' if count == 2 else 'three'} changes"


def _line(located: Located, number: int, source: str) -> Sentence:
    """Quote a line, and name the function that it is in where that is not the answer itself."""
    short = shorten(source, LONGEST_SOURCE)
    if located.function:
        return say("Line {} of your `{}`, `{}`", number, located.function, short)
    return say("Your {}", Quote(number, short))


def _effect(result: CheckResult, located: Located) -> str:
    total = len(result.counted)
    if located.leaves:
        return f"what is left is exactly what you get {first_sentence(located.leaves.diagnosis)}"
    if located.results:
        return f"{are(located.results)} right in every case{' that runs fast' if located.left_out else ''}"
    if located.left_out:
        return _effect_on_fast_ones(located, total - located.left_out)
    if located.right == total:
        return f"all {total} cases are right" if total > 1 else "the case is right"
    return f"{located.right} of {total} cases are right"


def _effect_on_fast_ones(located: Located, tried: int) -> str:
    """Tell what is known where some cases take too long to be tried again and again."""
    if located.right < tried:
        return f"{located.right} of the {tried} cases that run fast are right"
    return f"all {tried} cases that run fast are right" if tried > 1 else "the case that runs fast is right"
