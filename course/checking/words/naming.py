"""The named mistakes in words: what they explain, and what is left to another cause."""

from __future__ import annotations

import re

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
    told = gives[0] if len(gives) == 1 else f"when two things come together: {_joined([_clause(text) for text in gives])}."
    if result.explains.everything:
        return f"This is exactly what you get {told}"
    return f"{_which(result)} this is exactly what you get {_first_sentence(told)}; the rest has another cause."


def _first_sentence(gives: str) -> str:
    return re.split(r"\.(?= [A-Z]|$)", gives)[0]


def _clause(gives: str) -> str:
    """Shorten what a mistake gives to its first clause, without the "when"."""
    return _first_sentence(gives).partition(": ")[0].removeprefix("when ")


def _joined(clauses: list[str]) -> str:
    return ("; and " if any("," in clause for clause in clauses) else ", and ").join(clauses)


def _which(result: CheckResult) -> str:
    """Name the cases and results that are explained."""
    explains = result.explains
    of = f"for {_listed(explains.results)}" if explains.results else ""
    if not explains.cases:
        return f"F{of[1:]},"
    cases = _cases(result, explains.cases)
    others = tuple(i for i, case in enumerate(result.cases) if not case.passed and i not in explains.cases)
    if len(explains.cases) > 3 and len(others) == 1:
        cases = f"In every failing case but {result.cases[others[0]].name}"
    return f"{cases}, {of}," if of else f"{cases}:" if ";" in cases else f"{cases},"


def _cases(result: CheckResult, indexes: tuple[int, ...]) -> str:
    return f"In the case{'s' if len(indexes) > 1 else ''} {'; '.join(result.cases[i].name for i in indexes)}"


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
