"""How far a case has come with changed code, and where such code is run."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from course.checking.findings import Outcome
from course.checking.locating.way import Key
from course.checking.result import CaseResult

_STAGES = (
    Outcome.RAISED,
    Outcome.WRONG_TYPE,
    Outcome.WRONG_COUNT,
    Outcome.WRONG_KIND,
    Outcome.WRONG_SHAPE,
    Outcome.WRONG_VALUES,
    Outcome.CHANGED_ARGUMENTS,
    Outcome.RIGHT,
)


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a case has come.

    Parameters
    ----------
    outcome
        What happened in it.
    right_units
        How many of its results are right; of one that is right in part, the share that is.
    results
        Of each of several results whether it is right; empty where they can't be told apart.
    value, expected
        What came back and what is right, where the values are wrong, or the shape.
    """

    outcome: Outcome
    right_units: float = 0.0
    results: tuple[bool, ...] = ()
    value: Any = field(default=None, compare=False, repr=False)
    expected: Any = field(default=None, compare=False, repr=False)

    @classmethod
    def of(cls, result: CaseResult) -> Standing:
        """Take from a judged case what a search needs."""
        right = tuple(unit.right for unit in result.comparison.units) if result.comparison else ()
        return cls(result.outcome, sum(right), right)

    @property
    def passed(self) -> bool:
        """Whether the case is right."""
        return self.outcome is Outcome.RIGHT

    @property
    def rank(self) -> tuple[float, int]:
        """Order by progress."""
        return self.right_units, _STAGES.index(self.outcome) if self.outcome in _STAGES else -1


class Trial(Protocol):
    """Where changed code is run on the cases."""

    def define(self, text: str, choice: int = 0) -> bool:
        """Let this code be what the cases use. False where it can't be run at all.

        Where it is several, made by `Together`, the choice is the number of one.
        """
        ...

    def run(self, index: int) -> Standing:
        """Run the case of an index."""
        ...

    def computed(self, text: str, index: int, choice: int = 0) -> dict[int, list[np.ndarray]]:
        """Give what each place of this code computes in a case."""
        ...

    def way(self, text: str, choice: int = 0) -> dict[int, frozenset[Key]]:
        """Tell which values on the way to the right result each place of this code computes, in a failing case."""
        ...

    def known(self) -> Sequence[str]:
        """Give the ids of the known mistakes, the most common first."""
        ...

    def given_by(self, mistake: str, index: int, again: bool = False) -> Any:
        """Give what a known mistake returns in a case, or with another seed; None where it does not return."""
        ...

    def run_again(self, index: int) -> Standing:
        """Run the case of an index with another seed."""
        ...

    def confirm(self) -> bool:
        """Tell whether the code is right with another seed, too."""
        ...

    def confirm_cases(self, indices: Sequence[int]) -> bool:
        """Tell whether the code is right in these cases with another seed, too."""
        ...

    def confirm_results(self, indices: Sequence[int], results: Collection[int]) -> bool:
        """Tell whether these of several results are right in these cases with another seed, too."""
        ...
