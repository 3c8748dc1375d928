"""A whole result in words: verdict, call, what differs, what it looks like, what to do next."""

from __future__ import annotations

from course.checking.document import Document, Line, Role, Sentence, State, Strong, Tally, Text, Value, marked, say
from course.checking.findings import Outcome, Returned, StoppedByError
from course.checking.result import CaseResult, CheckResult
from course.checking.words.endings import tell_ending
from course.checking.words.location import tell_location, tell_not_finite
from course.checking.words.mismatches import tell_returned
from course.checking.words.naming import tell_named
from course.checking.words.numbers import tell_numbers
from course.checking.words.phrases import LONGEST_SOURCE, Told, count, credit, oracle_name, points, shorten
from course.checking.words.remarks import tell_refused, tell_remarks

_NO_CALL = frozenset(
    {
        Outcome.NOT_DEFINED,
        Outcome.NOT_RUN,
        Outcome.WRONG_SIGNATURE,
    }
)
_NO_HINT = frozenset(
    {
        Outcome.NOT_CALLABLE,
        Outcome.UNKNOWN_EXERCISE,
        Outcome.INTERRUPTED,
        Outcome.NOT_RUN,
        Outcome.NOT_DEFINED,
        Outcome.OUR_ERROR,
    }
)


def tell(result: CheckResult) -> Document:
    """Put what a check found into words."""
    lead = result.lead
    if lead is None:
        return Document(
            State.RIGHT,
            (_verdict(result, _right(result)), *tell_refused(result), *tell_remarks(result), *_notes(result)),
        )
    told = (
        tell_returned(result, lead.finding)
        if isinstance(lead.finding, Returned)
        else tell_ending(result, lead, lead.finding)
    )
    first = result.trap is not None and result.trap.first
    untouched = lead.outcome is Outcome.NOT_ATTEMPTED and not result.earned
    return Document(
        State.NOT_ATTEMPTED if untouched else State.NOT_YET,
        (
            _verdict(result, told.verdict or say("not yet, {}.", credit(result))),
            *_circumstance(result),
            *(_trap(result) if first else ()),
            *_cases(result),
            *_call(result, lead),
            *tell_numbers(result, lead),
            *told.facts,
            *tell_named(result),
            *(() if first else _trap(result)),
            *tell_not_finite(result),
            *tell_location(result),
            _step(result, lead, told),
            *_notes(result),
        ),
    )


def _verdict(result: CheckResult, sentence: Sentence) -> Line:
    name = (Strong(f"{result.exercise}:"), Text(" "))
    passed = tuple(case.passed for case in result.counted)
    return Line(Role.VERDICT, (*name, *sentence, Tally(passed)) if len(passed) > 1 else (*name, *sentence))


def _right(result: CheckResult) -> Sentence:
    largest, oracle = result.largest_difference, oracle_name(result)
    difference = f"Largest difference from {oracle} {largest:.1e}." if largest else f"Equal to {oracle}."
    return say("right. {}, {}. {}", count(result), points(result.points), difference)


def _cases(result: CheckResult) -> tuple[Line, ...]:
    """Say which cases are right and which are not, unless one sentence explains them all."""
    right = [case.name for case in result.counted if case.passed]
    wrong = [case.name for case in result.counted if not case.passed]
    if result.named or not right or not wrong:
        return ()
    listed = (Text(f"Right: {'; '.join(right)}. Not yet: {'; '.join(wrong)}."),)
    apart = result.separation
    where = say(" It is right just where `{}` {}.", apart.argument, apart.what) if apart else ()
    return (Line(Role.CASES, (*listed, *where)),)


def _call(result: CheckResult, lead: CaseResult) -> tuple[Line, ...]:
    unwritten = lead.outcome is Outcome.NOT_ATTEMPTED and not any(case.passed for case in result.counted)
    if not lead.called or lead.outcome in _NO_CALL or unwritten:
        return ()
    note = (Text(f", {lead.note}"),) if lead.note else ()
    return (Line(Role.CALL, (Text("Called as  "), Value(lead.called), *note)),)


def _circumstance(result: CheckResult) -> tuple[Line, ...]:
    around = result.circumstance
    return (Line(Role.DIAGNOSIS, marked(around.sentence)),) if around else ()


def _trap(result: CheckResult) -> tuple[Line, ...]:
    trap = result.trap
    if trap is None or (result.named and not trap.certain):
        return ()
    at = say("Your line {}, `{}`: ", trap.line, shorten(trap.source, LONGEST_SOURCE))
    return (Line(Role.DIAGNOSIS, (*at, *marked(trap.effect))),)


def _step(result: CheckResult, lead: CaseResult, told: Told) -> Line:
    trap = result.trap
    if result.circumstance:
        step = marked(result.circumstance.step)
    elif trap and (trap.certain or not result.named):
        step = marked(trap.step)
    else:
        step = marked(result.named[0].advice) if result.named else told.step
    more = say(" More help: {:v}.", f'hint("{result.exercise}")')
    more = more if result.asked.hints and lead.outcome not in _NO_HINT else ()
    arrays = say(" {:v} has the arrays.", f'case("{result.exercise}")') if _has_arrays(result, lead) else ()
    return Line(Role.STEP, (Strong("Next:"), Text(" "), *step, *more, *arrays))


def _has_arrays(result: CheckResult, lead: CaseResult) -> bool:
    """Tell whether numbers to follow by hand would help: something was computed, or stopped on the way."""
    return result.kept and lead.size > 0 and isinstance(lead.finding, Returned | StoppedByError)


def _notes(result: CheckResult) -> tuple[Line, ...]:
    sentences: list[Sentence] = [(Text(note),) for note in result.notes]
    if result.oracle_missing:
        missing = "PyTorch is not installed here, so this was compared with the course's NumPy reference."
        sentences.insert(0, (Text(missing),))
    sentences += [say("`{}` is not defined here, so the course's own was used.", name) for name in result.borrowed]
    return tuple(Line(Role.NOTE, sentence) for sentence in sentences)
