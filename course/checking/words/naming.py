"""The named mistakes in words: what they explain, and what is left to another cause."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from course.checking.comparison import WrongShape
from course.checking.document import Line, Role, Text, marked, say
from course.checking.findings import Outcome, Returned, StoppedByError
from course.checking.result import CaseResult, CheckResult
from course.checking.words.phrases import are, enumerated, fact, first_sentence, listed
from course.checking.words.shapes import unequal

_MULTIPLIED = {
    -1.0: "every value has the opposite sign",
    2.0: "every value is doubled",
    0.5: "every value is halved",
}
_FEW = 3
"""As many names of cases are given; of more, how many they are."""


def tell_named(result: CheckResult) -> tuple[Line, ...]:
    """Say which results are right, what the named mistakes explain, and how cases without a result ended."""
    if not result.named:
        return (*_right_results(result), *_other_shapes(result))
    return (*_right_results(result), *_unwritten(result), Line(Role.DIAGNOSIS, marked(_diagnosis(result))))


def _diagnosis(result: CheckResult) -> str:
    explains = result.explains
    gives = [known.diagnosis for known in (result.named[:1] if explains.unwritten else result.named)]
    if explains.factor in _MULTIPLIED:
        gives.append(_MULTIPLIED[explains.factor])
    told = gives[0] if len(gives) == 1 else f"when two things come together: {_joined(map(_clause, gives))}."
    if explains.everything and not explains.unwritten:
        return f"This is exactly what you get {told}"
    return f"{_which(result)} this is exactly what you get {first_sentence(told)}{_rest(result)}"


def _clause(gives: str) -> str:
    """Shorten what a mistake gives to its first clause, without the "when"."""
    return first_sentence(gives).partition(": ")[0].removeprefix("when ")


def _joined(clauses: Iterable[str]) -> str:
    clauses = list(clauses)
    return ("; and " if any("," in clause for clause in clauses) else ", and ").join(clauses)


def _which(result: CheckResult) -> str:
    """Name the cases and results that are explained."""
    explains = result.explains
    told = [i for i in explains.cases or _failing(result) if i not in explains.waiting]
    of = f"or {listed(explains.results)}" if explains.results else ""
    if not explains.cases and not explains.waiting:
        return f"F{of},"
    others = [i for i in _failing(result) if i not in told and i not in explains.waiting]
    if len(told) > _FEW and not others:
        cases = "In the other cases"
    elif len(told) > _FEW >= len(others) > 0:
        cases = f"In every failing case but {_these(result, others)}"
    else:
        cases = f"In the case{'s' if len(told) > 1 else ''} {_these(result, told)}"
    return f"{cases}, f{of}," if of else f"{cases},"


def _these(result: CheckResult, indexes: Sequence[int]) -> str:
    return enumerated([result.cases[i].name for i in indexes])


def _failing(result: CheckResult) -> list[int]:
    return [i for i, case in enumerate(result.cases) if not case.passed and not case.remark]


def _rest(result: CheckResult) -> str:
    """Say how the failing cases ended that are not explained, as far as that is known; else that they are not."""
    explains = result.explains
    if explains.everything:
        return "."
    told: dict[str, list[str]] = {}
    for i in _failing(result):
        if explains.cases and i not in explains.cases:
            told.setdefault(_ended(result.cases[i]), []).append(result.cases[i].name)
    unknown = told.pop("", None) is not None or not explains.cases or bool(explains.results)
    known = [f"{_names(names)} {how}." for how, names in told.items()]
    if result.asked.kind == "value":
        return ". Correct this, then look at the others."  # entries are independent: two may have the same cause
    still_open = (unknown or not known) and not _is_located(result)
    return " ".join(["; something else is wrong, too." if still_open else ".", *known])


def _is_located(result: CheckResult) -> bool:
    """Tell whether a line is quoted for each result that the named mistakes leave open."""
    located = result.located.results if result.located else ()
    units = [unit for case in result.counted if case.comparison for unit in case.comparison.wrong]
    return bool(located) and all(unit.name in (*located, *result.explains.results) for unit in units)


def _names(names: Sequence[str]) -> str:
    if len(names) > _FEW:
        return f"{len(names)} cases"
    return f"The case{'s' if len(names) > 1 else ''} {enumerated(names)}"


def _ended(case: CaseResult) -> str:
    """Say how a case ended that gave no result to look at, or changed an argument; empty for all others."""
    finding = case.finding
    if isinstance(finding, StoppedByError) and finding.error:
        line = f" at line {finding.error.line}" if finding.error.line else ""
        return f"stopped with {finding.error.type_name}{line}"
    if isinstance(finding, Returned) and finding.changed and finding.comparison.right:
        return f"changed {listed(finding.changed)}"
    return {
        Outcome.TOO_SLOW: "took too long",
        Outcome.NOT_RUN: "did not run",
        Outcome.NOT_ATTEMPTED: "raised NotImplementedError",
    }.get(case.outcome, "")


def _right_results(result: CheckResult) -> tuple[Line, ...]:
    """Say which of several results are right in every case, and which are not."""
    units = [unit for case in result.counted if case.comparison for unit in case.comparison.units]
    named = tell_right({unit.name: all(one.right for one in units if one.name == unit.name) for unit in units})
    # a special case is about more than its last method: a list of copies, a step that is still to be written
    waiting = [result.cases[i] for i in result.explains.waiting]
    cases = [case for case in result.counted if case.weight == 1 and not any(case is one for one in waiting)]
    methods = {case.method: all(one.passed for one in cases if one.method == case.method) for case in cases}
    methods.pop("", None)
    return named or tell_right(methods)


def _other_shapes(result: CheckResult) -> tuple[Line, ...]:
    """Give the wrong shapes of results that come after the one that is described in full."""
    wrong = result.lead.comparison.wrong[1:] if result.lead and result.lead.comparison else ()
    shapes = {unit.name: unit.found for unit in wrong if isinstance(unit.found, WrongShape)}
    sentence = "The shape of `{}`: yours {:v}, expected {:v}."
    return tuple(fact(say(sentence, name, *unequal(one.yours, one.wanted))) for name, one in shapes.items())


def tell_right(right: Mapping[str, bool]) -> tuple[Line, ...]:
    """Say which of several things are right, where some are and some are not; nothing if one of them has no name.

    Examples
    --------
    >>> [line.parts for line in tell_right({"mean": True, "variance": True})]
    []
    """
    good, bad = [name for name in right if right[name]], [name for name in right if not right[name]]
    if not good or not bad or not all(right):
        return ()
    return (Line(Role.FACT, marked(f"{are(good)} right. {are(bad)} not.")),)


def _unwritten(result: CheckResult) -> tuple[Line, ...]:
    explains = result.explains
    if not explains.unwritten:
        return ()
    cases = len(explains.waiting)
    return (Line(Role.FACT, (Text(f"{explains.unwritten} ({cases} case{'s' if cases > 1 else ''})."),)),)
