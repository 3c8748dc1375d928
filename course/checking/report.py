"""What a check found: plain facts, ready to be told, stored or sent."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from course.calling.endings import Ending, Raised
from course.checking.compare import Comparison, Stage, finite_or_text


class Outcome(StrEnum):
    """What became of one case. The worst that can be said of it comes first in the order of the stages."""

    RIGHT = "right"
    NOT_ATTEMPTED = "not attempted"
    NOT_DEFINED = "not defined"
    NOT_CALLABLE = "not callable"
    UNKNOWN_EXERCISE = "unknown exercise"
    WRONG_SIGNATURE = "wrong signature"
    RAISED = "raised"
    TOO_SLOW = "too slow"
    LOST = "lost"
    INTERRUPTED = "interrupted"
    NOT_RUN = "not run"
    OUR_ERROR = "our error"
    WRONG_TYPE = "wrong type"
    WRONG_COUNT = "wrong number of results"
    WRONG_SHAPE = "wrong shape"
    WRONG_KIND = "wrong dtype kind"
    WRONG_VALUES = "wrong values"
    CHANGED_ARGUMENTS = "changed its arguments"


OUTCOME_OF_ENDING = {
    Ending.NOT_ATTEMPTED: Outcome.NOT_ATTEMPTED,
    Ending.NOT_DEFINED: Outcome.NOT_DEFINED,
    Ending.WRONG_SIGNATURE: Outcome.WRONG_SIGNATURE,
    Ending.RAISED: Outcome.RAISED,
    Ending.TOO_SLOW: Outcome.TOO_SLOW,
    Ending.LOST: Outcome.LOST,
    Ending.INTERRUPTED: Outcome.INTERRUPTED,
    Ending.NOT_RUN: Outcome.NOT_RUN,
    Ending.OUR_ERROR: Outcome.OUR_ERROR,
}
OUTCOME_OF_STAGE = {
    Stage.TYPE: Outcome.WRONG_TYPE,
    Stage.COUNT: Outcome.WRONG_COUNT,
    Stage.SHAPE: Outcome.WRONG_SHAPE,
    Stage.KIND: Outcome.WRONG_KIND,
    Stage.VALUES: Outcome.WRONG_VALUES,
}


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One case, called and judged.

    Parameters
    ----------
    name, note, weight
        From the case.
    called
        The call as text: ``"linear(input (4, 7), weight (5, 7))"``.
    outcome
        What became of it.
    comparison
        What the comparison found, where there was something to compare.
    error
        What the function raised.
    detail
        Facts an outcome needs: a signature, why a process was lost.
    changed
        Names of the arguments that were changed.
    seconds
        How long the call ran.
    size, empty
        How many values the call takes and gives, and whether the result has none.
    fixed
        Whether every seed draws the same call, so that its answer could be written down beforehand.
    trace
        How the first differing value comes about, where that is short.
    """

    name: str
    called: str
    outcome: Outcome
    note: str = ""
    weight: float = 1.0
    comparison: Comparison | None = None
    error: Raised | None = None
    detail: str = ""
    changed: tuple[str, ...] = ()
    seconds: float = 0.0
    size: int = 0
    empty: bool = False
    fixed: bool = False
    trace: str = ""

    @property
    def passed(self) -> bool:
        """Whether everything about the case was right."""
        return self.outcome is Outcome.RIGHT

    @property
    def informative(self) -> bool:
        """Whether being right took more than returning an empty array or a constant."""
        return self.comparison is not None and self.comparison.total > 0 and not self.fixed


@dataclass(frozen=True, slots=True, repr=False)
class Report:
    """The result of checking one function against one exercise.

    Renders as text with ``str`` and as HTML in a notebook.

    Parameters
    ----------
    exercise
        Name of the exercise.
    points
        What the exercise is worth.
    cases
        Every case, in the order of the exercise.
    misconception, diagnosis, advice
        Id of the known mistake that explains every failing case, with its words; None and empty otherwise.
    oracle
        What the answer was compared with, such as ``"PyTorch"``; ``"reference"`` for the course's own.
    oracle_missing
        True where PyTorch should have decided but is not installed.
    signature
        How the function is to be called.
    kind
        What the exercise asks for: a ``"function"``, a ``"class"``, or a ``"value"``.
    whole
        True where a part that is right earns nothing: it was right before.
    seconds
        The time limit of a case.
    seed
        From which the cases were drawn.
    hints
        How many hints the exercise has.
    notes
        What else the reader should know, such as that grading was not confined.
    """

    exercise: str
    points: float
    cases: tuple[CaseResult, ...]
    misconception: str | None = None
    diagnosis: str = ""
    advice: str = ""
    oracle: str = "PyTorch"
    oracle_missing: bool = False
    signature: str = ""
    kind: str = "function"
    whole: bool = False
    seconds: float = 5.0
    seed: int = 0
    hints: int = 0
    notes: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether every case was right."""
        return bool(self.cases) and all(case.passed for case in self.cases)

    @property
    def score(self) -> float:
        """The share, 0 to 1, of the cases' weight that passed.

        Cases with an empty result, or with the same call for everybody, earn nothing on their own: returning
        nothing, or a constant, would pass them.
        """
        right = [case for case in self.cases if case.passed]
        if not any(case.informative for case in right):
            return 0.0
        if self.passed:
            return 1.0
        if self.whole:
            return 0.0
        return sum(case.weight for case in right) / sum(case.weight for case in self.cases)

    @property
    def earned(self) -> float:
        """Points earned, to two decimals."""
        return round(self.score * self.points, 2)

    @property
    def lead(self) -> CaseResult | None:
        """The case to tell about: of the failing ones the smallest; None if all passed.

        Special cases, which weigh less, come after the others, and what was not run comes last.
        """
        failing = [case for case in self.cases if not case.passed]

        def rank(case: CaseResult) -> tuple[bool, bool, bool, int]:
            return case.outcome is Outcome.NOT_RUN, case.empty, case.weight < 1, case.size

        return min(failing, key=rank, default=None)

    @property
    def outcome(self) -> Outcome:
        """The outcome of the leading case."""
        return self.lead.outcome if self.lead else Outcome.RIGHT

    @property
    def largest_difference(self) -> float:
        """The largest absolute difference over all cases whose values were compared."""
        return max((case.comparison.largest for case in self.cases if case.comparison), default=0.0)

    def to_dict(self) -> dict[str, Any]:
        """Give everything as plain data: dicts, lists, numbers, strings, None. Numbers are exact."""
        derived = {
            "passed": self.passed,
            "score": self.score,
            "earned": self.earned,
            "outcome": str(self.outcome),
            "largest_difference": self.largest_difference,
            "text": str(self),
        }
        return {**_plain(self), **derived}

    def __str__(self) -> str:
        """Tell the report in at most twelve lines of plain text."""
        from course.checking import render  # render writes reports, so it imports this file

        return render.text(self)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        from course.checking import render

        return render.html(self)


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, StrEnum):
        return str(value)
    return finite_or_text(value)
