"""What is known about an exercise whose solution is withheld: cases, right answers, and what mistakes give, as data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from course.calling.endings import Attempt
from course.checking.answers import Answers

RECORDED_SEED = 0
"""The seed of a notebook's checks. PyTorch's answers to its cases are recorded."""
AS_BEFORE = None
"""In place of the answer to a large case of the next seed: the case is the same there."""


@dataclass(frozen=True, slots=True)
class Known:
    """The numbers that were recorded for an exercise.

    Parameters
    ----------
    arguments
        By seed, and by the index of the case.
    answers
        The right answers to the cases of the recorded seed.
    attempts
        How a mistake ended in a case, by the mistake's id and the case's index. Of very large cases there is nothing.
    traces
        How a value is computed, by the digest of the case's arguments, the name of the result, and the value's index.
    """

    arguments: Mapping[tuple[int, int], dict[str, Any]]
    answers: Answers
    attempts: Mapping[tuple[str, int], Attempt]
    traces: Mapping[tuple[str, str, tuple[int, ...]], str]


@dataclass(frozen=True, slots=True)
class Withheld:
    """What takes the place of a solution.

    Parameters
    ----------
    read
        Gives what was recorded.
    digest
        Of the declaration with its solution.
    reads
        The parameters that the right answer reads; None where it takes none.
    constants
        The numbers in it, which may be what is wrong in another answer.
    decides
        Who decides when solutions are shown: ``"your class (ML 2026)"``.
    """

    read: Callable[[], Known]
    digest: str
    reads: frozenset[str] | None
    constants: tuple[float, ...]
    decides: str
