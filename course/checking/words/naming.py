"""The named mistakes in words: what they explain, and what is left to another cause."""

from __future__ import annotations

from course.checking.document import Line, Role, Text, marked
from course.checking.findings import Outcome, Returned, StoppedByError
from course.checking.result import CaseResult, CheckResult

_MULTIPLIED = {
    -1.0: "every value has the opposite sign",
    2.0: "every value is doubled",
    0.5: "every value is halved",
}
_WITHOUT_VALUES = {
    Outcome.TOO_SLOW: "was too slow",
    Outcome.NOT_RUN: "was not run",
    Outcome.NOT_ATTEMPTED: "is not attempted yet",
}


def tell_named(result: CheckResult) -> tuple[Line, ...]:
    """Say which results are right, what the named mistakes explain, and how cases without a result ended."""
    if not result.named:
        return _right_results(result)
    return (*_right_results(result), Line(Role.DIAGNOSIS, marked(_diagnosis(result))), *_set_aside(result))


def _diagnosis(result: CheckResult) -> str:
    gives = [known.diagnosis for known in result.named]
    if result.explains.factor in _MULTIPLIED:
        gives.append(_MULTIPLIED[result.explains.factor])
    if len(gives) > 1:
        told = f"when two things come together: {', and '.join(map(_briefly, gives))}."
    else:
        told = gives[0]
    which = _which(result)
    if not which:
        return f"This is exactly what you get {told}"
    sentence = told.partition(". ")[0].rstrip(".")
    return f"{which}, this is exactly what you get {sentence}; the rest has another cause."


def _briefly(gives: str) -> str:
    """Shorten what a mistake gives to its first clause, without the "when"."""
    return gives.partition(". ")[0].partition(": ")[0].rstrip(".").removeprefix("when ")


def _which(result: CheckResult) -> str:
    """Name the cases and results that are explained; empty where that is everything."""
    explains = result.explains
    names = [result.cases[i].name for i in explains.cases]
    cases = f"In the case{'s' if len(names) > 1 else ''} {'; '.join(names)}" if names else ""
    results = f"for {_listed(explains.results)}" if explains.results else ""
    whole = ", ".join(filter(None, (cases, results)))
    return whole[:1].upper() + whole[1:]


def _right_results(result: CheckResult) -> tuple[Line, ...]:
    """Say which of several results are right in every case, and which are not."""
    units = [unit for case in result.cases if case.comparison for unit in case.comparison.units]
    names = dict.fromkeys(unit.name for unit in units)
    wrong = [name for name in names if any(unit.name == name and not unit.right for unit in units)]
    right = [name for name in names if name not in wrong]
    if not right or not wrong or not all(names):
        return ()
    return (Line(Role.FACT, marked(f"{_are(right)} right. {_are(wrong)} not.")),)


def _are(names: list[str]) -> str:
    return f"{_listed(names)} {'is' if len(names) == 1 else 'are'}"


def _listed(names: tuple[str, ...] | list[str]) -> str:
    quoted = [f"`{name}`" for name in names]
    return " and ".join(filter(None, (", ".join(quoted[:-1]), quoted[-1])))


def _set_aside(result: CheckResult) -> tuple[Line, ...]:
    """Say how the cases ended that no mistake can explain, the first of each kind."""
    told: dict[str, list[str]] = {}
    if result.explains.cases:
        for i, case in enumerate(result.cases):
            how = "" if case.passed or i in result.explains.cases else _without_values(case)
            if how:
                told.setdefault(how, []).append(case.name)
    sentences = [f"The case{'s' if len(names) > 1 else ''} {'; '.join(names)} {how}." for how, names in told.items()]
    return (Line(Role.FACT, (Text(" ".join(sentences)),)),) if sentences else ()


def _without_values(case: CaseResult) -> str:
    finding = case.finding
    if isinstance(finding, StoppedByError) and finding.error:
        line = f" at line {finding.error.line}" if finding.error.line else ""
        return f"stopped with {finding.error.type_name}{line}"
    if isinstance(finding, Returned) and finding.changed and finding.comparison.right:
        return f"changed {' and '.join(finding.changed)}"
    return _WITHOUT_VALUES.get(case.outcome, "")
