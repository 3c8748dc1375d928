"""What a check found in all: every case, the score, and the known mistakes that explain the failing ones."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from course.checking.comparison import Comparison
from course.checking.diagnosis import (
    EVERYTHING,
    Circumstance,
    Explains,
    Located,
    NamedMistake,
    NotFinite,
    Reached,
    Separation,
)
from course.checking.findings import Finding, Outcome, Returned, outcome_of
from course.checking.numbers import Numbers
from course.checking.refused import Refused
from course.checking.spec import Exercise
from course.checking.traps.symptom import Trap
from course.recorded import NOTHING, Recorded


@dataclass(frozen=True)
class CaseResult:
    """One case, called and judged.

    Parameters
    ----------
    name, note, weight
        From the case.
    called
        The call as text: ``"linear(input (4, 7), weight (5, 7))"``. Empty where nothing could be called.
    finding
        What happened in it.
    seconds
        How long the call ran.
    size, empty
        How many values the call takes and gives, and whether the result has none.
    fixed
        Whether every seed draws the same call, so that its answer could be written down beforehand.
    remark
        True for a case that the lesson does not ask for: it does not count.
    lacking
        The optional argument that the case needs and the answer does not take, which makes it a remark; else empty.
    sizes
        The shapes of the arguments without values, which a remark mentions.
    alike
        Whether all sizes are equal, so that one may be taken for another; of the first case this is not said.
    numbers
        What it takes and gives in full, where that is little.
    method
        The method that gave the one result of the case; empty for a function, and where there are several results.
    """

    name: str
    called: str
    finding: Finding
    note: str = ""
    weight: float = 1.0
    seconds: float = 0.0
    size: int = 0
    empty: bool = False
    fixed: bool = False
    remark: bool = False
    lacking: str = ""
    sizes: tuple[tuple[int, ...], ...] = ()
    alike: bool = False
    numbers: Numbers | None = None
    method: str = ""

    @cached_property
    def outcome(self) -> Outcome:
        """What happened in the case, in a few words."""
        return outcome_of(self.finding)

    @property
    def passed(self) -> bool:
        """Whether everything about the case was right."""
        return self.outcome is Outcome.RIGHT

    @property
    def comparison(self) -> Comparison | None:
        """What was compared, where the call returned."""
        return self.finding.comparison if isinstance(self.finding, Returned) else None

    @property
    def informative(self) -> bool:
        """Whether being right took more than returning an empty array or a constant."""
        return self.comparison is not None and self.comparison.total > 0 and not self.fixed


@dataclass(frozen=True, slots=True)
class Asked:
    """What an exercise asks for, as far as a report needs it.

    Parameters
    ----------
    name
        Of the exercise, or what was given for a name where there is no such exercise.
    points
        What it is worth.
    kind
        What should be written: a ``"function"``, a ``"class"``, or a ``"value"``.
    signature
        How the function should be called.
    whole
        True where a part that is right earns nothing: it was right before.
    limit
        How many seconds a case may take.
    hints
        How many hints there are.
    """

    name: str
    points: float = 0.0
    kind: str = "function"
    signature: str = ""
    whole: bool = False
    limit: float = 5.0
    hints: int = 0

    @classmethod
    def by(cls, exercise: Exercise) -> Asked:
        """Take from an exercise what a report needs."""
        return cls(
            name=exercise.name,
            points=exercise.points,
            kind=exercise.kind,
            signature=exercise.name if exercise.kind == "value" else f"{exercise.name}{exercise.signature}",
            whole=exercise.repair,
            limit=exercise.seconds,
            hints=len(exercise.hints),
        )


@dataclass(frozen=True)
class CheckResult:
    """Everything that a check found about one answer to one exercise.

    Parameters
    ----------
    asked
        What the exercise asks for.
    cases
        Every case, in the order of the exercise.
    named
        The known mistakes in it: none, one, or two together.
    explains
        What of it they explain.
    separation
        What sets the cases that are right apart from the others, if it is one property of one argument.
    circumstance
        What around the answer explains that it is not right, if anything.
    trap
        The trap in the student's code that fits how the leading case is wrong, if one was found.
    located
        The line, or two, of the student's code in which the mistake is, if found.
    reached
        How far the computation is right, where no mistake and no line was found.
    not_finite
        Where NaN or infinity in the leading case's result comes from, as far as that is certain.
    oracle
        What the answer was compared with, such as ``"PyTorch"``; ``"reference"`` for the course's own.
    version
        Its version, where it has one: ``"2.13.0"``.
    oracle_missing
        True where PyTorch should have decided but is not installed.
    seed
        From which the cases were drawn.
    borrowed
        Names that the answer needed and its notebook has not, so the course's own were used.
    refused
        What a right answer uses that is not available where answers are graded.
    kept
        Whether this process keeps the leading case's arrays, for `course.case`.
    notes
        What else the reader should know, such as that grading was not confined. Plain sentences.
    """

    asked: Asked
    cases: tuple[CaseResult, ...]
    named: tuple[NamedMistake, ...] = ()
    explains: Explains = EVERYTHING
    separation: Separation | None = None
    circumstance: Circumstance | None = None
    trap: Trap | None = None
    located: Located | None = None
    reached: Reached | None = None
    not_finite: tuple[NotFinite, ...] = ()
    oracle: str = "PyTorch"
    version: str = ""
    oracle_missing: bool = False
    seed: int = 0
    borrowed: tuple[str, ...] = ()
    refused: tuple[Refused, ...] = ()
    kept: bool = False
    notes: tuple[str, ...] = ()

    @property
    def exercise(self) -> str:
        """Name of the exercise."""
        return self.asked.name

    @property
    def points(self) -> float:
        """What the exercise is worth."""
        return self.asked.points

    @cached_property
    def counted(self) -> tuple[CaseResult, ...]:
        """The cases that count. The others become remarks."""
        return tuple(case for case in self.cases if not case.remark)

    @cached_property
    def passed(self) -> bool:
        """Whether every case that counts was right."""
        return bool(self.counted) and all(case.passed for case in self.counted)

    @cached_property
    def score(self) -> float:
        """The share, 0 to 1, of the cases' weight that passed.

        Cases with an empty result, or with the same call for everybody, earn nothing on their own: returning
        nothing, or a constant, would pass them.
        """
        right = [case for case in self.counted if case.passed]
        if not any(case.informative for case in right):
            return 0.0
        if self.passed:
            return 1.0
        if self.asked.whole:
            return 0.0
        return sum(case.weight for case in right) / sum(case.weight for case in self.counted)

    @property
    def earned(self) -> float:
        """Points earned, to two decimals."""
        return round(self.score * self.points, 2)

    @cached_property
    def lead(self) -> CaseResult | None:
        """The case to tell about: of the failing ones the first in the exercise's order; None if all passed.

        Special cases, which weigh less or whose sizes are all equal, come after the others whatever their size, and
        what was not run comes last.
        Where the named mistakes explain some cases, it is one of these, and it needs no step that is still to be
        written.
        """
        explains = self.explains
        indexes = explains.cases or range(len(self.cases))
        told = [self.cases[i] for i in indexes if i not in explains.waiting]
        failing = [case for case in told if not case.passed and not case.remark]

        def rank(case: CaseResult) -> tuple[bool, bool]:
            return case.outcome is Outcome.NOT_RUN, case.empty or case.alike or case.weight < 1

        return min(failing, key=rank, default=None)

    @property
    def outcome(self) -> Outcome:
        """The outcome of the leading case."""
        return self.lead.outcome if self.lead else Outcome.RIGHT

    @property
    def settled(self) -> bool:
        """Whether one known mistake explains all that is wrong. Two, or a part, may still be one change in one line."""
        return len(self.named) == 1 and self.explains.everything

    @property
    def misconceptions(self) -> tuple[str, ...]:
        """Ids of the known mistakes that were named: none, one, also one that a located change leaves, or two."""
        left = self.located.leaves if self.located and not self.named else None
        return tuple(known.id for known in self.named) or ((left.id,) if left else ())

    @property
    def misconception(self) -> str | None:
        """Id of the first mistake that was named, or None."""
        return next(iter(self.misconceptions), None)

    @property
    def line(self) -> int | None:
        """The line of the student's code where one change makes every case right that was tried again, or None.

        It is None, too, where that line is in another function that the student's code calls.

        Where it takes two changes, the first of the two lines.
        """
        whole = self.located is not None and self.located.right + self.located.left_out == len(self.counted)
        return self.located.lines[0] if self.located and whole and not self.located.function else None

    @property
    def recorded(self) -> Recorded:
        """What is kept of the check next to its score."""
        if self.lead is None:
            return NOTHING
        located = self.located
        return Recorded(
            misconceptions=self.misconceptions,
            partly=bool(self.misconceptions) and not (self.named and self.explains.everything),
            trap=self.trap.kind if self.trap else "",
            lines=located.lines if located else (),
            sources=located.sources if located else (),
            function=located.function if located else "",
            right=located.right if located else 0,
            results=located.results if located else (),
            case=self.lead.name,
        )

    @property
    def largest_difference(self) -> float:
        """The largest absolute difference over all cases whose values were compared."""
        return max((case.comparison.largest for case in self.counted if case.comparison), default=0.0)
