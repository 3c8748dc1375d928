"""A whole result in words: verdict, call, what differs, what it looks like, what to do next."""

from __future__ import annotations

from course.checking.document import (
    Aside,
    Cases,
    Document,
    Inline,
    Line,
    Name,
    Plain,
    Quote,
    Role,
    Score,
    Sentence,
    State,
    Strong,
    Text,
    Value,
    marked,
    say,
)
from course.checking.findings import NotAttempted, Outcome, Returned, StoppedByError
from course.checking.result import CaseResult, CheckResult
from course.checking.traps.symptom import Trap
from course.checking.words.endings import tell_ending
from course.checking.words.location import tell_location, tell_not_finite
from course.checking.words.mismatches import tell_returned
from course.checking.words.naming import tell_named
from course.checking.words.numbers import tell_numbers
from course.checking.words.phrases import LONGEST_SOURCE, Told, count, credit, oracle_name, points, shorten
from course.checking.words.remarks import tell_refused, tell_remarks
from course.checking.words.stages import tell_stages

_NO_CALL = frozenset(
    {
        Outcome.NOT_DEFINED,
        Outcome.NOT_RUN,
        Outcome.WRONG_SIGNATURE,
    }
)
_NOT_CHECKED = frozenset(
    {
        Outcome.NOT_CALLABLE,
        Outcome.UNKNOWN_EXERCISE,
        Outcome.NOT_RECORDED,
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
            (
                _right(result),
                *tell_refused(result),
                *tell_remarks(result),
                *_folded(result, told=False),
                *_notes(result),
            ),
        )
    told = (
        tell_returned(result, lead.finding)
        if isinstance(lead.finding, Returned)
        else tell_ending(result, lead, lead.finding)
    )
    stopped, trap = isinstance(lead.finding, StoppedByError), _trap(result)
    first = result.trap is not None and result.trap.first
    entries = result.asked.kind == "value" and not result.explains.everything  # the other wrong ones are listed
    return Document(
        _state(result, lead),
        (
            _verdict(result, lead, told),
            *_circumstance(result),
            *(trap if first else ()),
            *_folded(result, told=not result.named or entries),
            *_call(result, lead),
            *(() if stopped else tell_numbers(result, lead)),
            *told.facts,
            *(tell_numbers(result, lead) if stopped else ()),
            *tell_named(result),
            *(() if first else trap),
            *tell_not_finite(result),
            *tell_location(result, result.trap.line if result.trap and trap and not first else None),
            *tell_stages(result),
            *_separation(result),
            *_notes(result),
            _step(result, lead, told),
        ),
    )


def _state(result: CheckResult, lead: CaseResult) -> State:
    if lead.outcome in _NOT_CHECKED:
        return State.NOT_CHECKED
    untouched = isinstance(lead.finding, NotAttempted) and not lead.finding.waits_for and not result.earned
    return State.NOT_ATTEMPTED if untouched else State.NOT_YET


def _verdict(result: CheckResult, lead: CaseResult, told: Told) -> Line:
    """Begin with the name and the state; a special verdict comes in place of the state."""
    name = Name(result.exercise)
    if lead.outcome is Outcome.CHANGED_ARGUMENTS:
        return Line(Role.VERDICT, (name, *told.verdict, _score(result, f" {credit(result)}.")))
    if _state(result, lead) is State.NOT_ATTEMPTED:
        return Line(Role.VERDICT, (name, Plain("not attempted yet."), _score(result, "")))
    if told.verdict:
        return Line(Role.VERDICT, (name, *told.verdict, _score(result, "")))
    return Line(Role.VERDICT, (name, Plain("not yet"), _score(result, f", {credit(result)}.")))


def _right(result: CheckResult) -> Line:
    largest, oracle = result.largest_difference, f"{oracle_name(result)} {result.version}".rstrip()
    difference = f"Largest difference from {oracle}: {largest:.1e}." if largest else f"Equal to {oracle}."
    score = _score(result, f". {count(result)}, {points(result.points)}.")
    return Line(Role.VERDICT, (Name(result.exercise), Plain("right"), score, Text(f" {difference}")))


def _score(result: CheckResult, text: str) -> Score:
    """Count cases and points; where there is one case only, its mark and its count would say nothing."""
    passed = tuple(case.passed for case in result.counted)
    several, earned = len(passed) > 1, result.earned
    counts = [count(result)] if several else []
    if result.lead and _state(result, result.lead) is State.NOT_ATTEMPTED:
        counts = [f"{len(passed)} cases"] if several else []
        return Score(passed if several else (), (*counts, points(result.points)), text)
    if result.points:
        counts.append(points(result.points) if result.passed else f"{earned:g} of {points(result.points)}")
    return Score(passed if several else (), tuple(counts), text)


def _folded(result: CheckResult, told: bool) -> tuple[Line, ...]:
    """Say which cases are right and which are not, and how they were drawn.

    Plain text names the cases only if this is `told`, and if some are right and some are not.
    """
    right = tuple(case.name for case in result.counted if case.passed)
    wrong = tuple(case.name for case in result.counted if not case.passed)
    role = Role.CASES if told and right and wrong else Role.FOLDED
    cases = (Line(role, (Cases(right, wrong),)),) if len(result.counted) > 1 else ()
    seed = f"Cases drawn from seed {result.seed}."
    drawn = (Line(Role.FOLDED, (Text(seed),)),) if cases and seed not in result.notes else ()
    return (*cases, *drawn)


def _separation(result: CheckResult) -> tuple[Line, ...]:
    """Say what all cases that are right have in common, unless a known mistake or a line says more."""
    apart = result.separation
    found = result.located and result.located.right == len(result.counted)
    if apart is None or result.named or found:
        return ()
    state = "wrong" if apart.wrong else "right"
    return (Line(Role.DIAGNOSIS, say("It is {} just where `{}` {}.", state, apart.argument, apart.what)),)


def _call(result: CheckResult, lead: CaseResult) -> tuple[Line, ...]:
    unwritten = lead.outcome is Outcome.NOT_ATTEMPTED and not any(case.passed for case in result.counted)
    if not lead.called or lead.outcome in _NO_CALL or unwritten or result.asked.kind == "value":
        return ()
    note = (Text(f", {lead.note}"),) if lead.note else ()
    return (Line(Role.CALL, (Text("Called as  "), Value(lead.called), *note)),)


def _circumstance(result: CheckResult) -> tuple[Line, ...]:
    around = result.circumstance
    return (Line(Role.DIAGNOSIS, marked(around.sentence)),) if around else ()


def _trap(result: CheckResult) -> tuple[Line, ...]:
    trap = result.trap
    if trap is None or not _counts(result, trap):
        return ()
    at = say("Your {}: ", Quote(trap.line, shorten(trap.source, LONGEST_SOURCE)))
    return (Line(Role.DIAGNOSIS, (*at, *marked(trap.effect))),)


def _counts(result: CheckResult, trap: Trap) -> bool:
    """Tell whether a trap says more than a name: where that explains other results than the one that comes first."""
    compared = result.lead.comparison if result.lead else None
    first = next((unit.name for unit in compared.wrong), "") if compared else ""
    elsewhere = bool(first and result.explains.results) and first not in result.explains.results
    return trap.certain or not result.named or elsewhere


def _step(result: CheckResult, lead: CaseResult, told: Told) -> Line:
    trap = result.trap
    if result.circumstance:
        step = marked(result.circumstance.step)
    elif trap and _counts(result, trap):
        step = marked(trap.step)
    elif result.reached and not result.named and not result.not_finite:
        step = say("Follow your code from there to {}.", result.reached.missing)
    else:
        left = result.located.leaves if result.located else None
        known = result.named[0] if result.named else left
        step = marked(known.advice) if known else told.step
    more: list[Inline] = []
    if result.asked.hints and lead.outcome not in _NOT_CHECKED:
        hint = f'hint("{result.exercise}")'
        kind = result.kept and result.located and result.located.kinds
        more.append(
            Aside(say("{:v} says what kind of change it takes.", hint) if kind else say("More help: {:v}.", hint))
        )
    if _has_arrays(result, lead):
        more.append(Aside(say("{:v} has the arrays.", f'case("{result.exercise}")')))
    return Line(Role.STEP, (Strong("Next:"), Text(" "), *step, *more))


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
