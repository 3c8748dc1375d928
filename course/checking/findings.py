"""What happened in one case: a separate type of fact for each way in which a call can end."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from course.calling.endings import Attempt, Ending, Raised
from course.checking.comparison import (
    Comparison,
    Right,
    Unit,
    WrongCount,
    WrongKind,
    WrongNumber,
    WrongShape,
    WrongText,
    WrongTruth,
    WrongType,
    WrongValues,
)
from course.checking.complaints import Cause, Complaint, find_cause, read_complaint


class Outcome(StrEnum):
    """What happened in one case, in a few words."""

    RIGHT = "right"
    NOT_ATTEMPTED = "not attempted"
    NOT_DEFINED = "not defined"
    NOT_CALLABLE = "not callable"
    UNKNOWN_EXERCISE = "unknown exercise"
    NOT_RECORDED = "not recorded"
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


@dataclass(frozen=True, slots=True)
class NotAttempted:
    """The call still raises NotImplementedError, or the value is still ``...``.

    `waits_for` names another function of the student's that does so, and that the answer calls; empty for its own.
    """

    waits_for: str = ""


@dataclass(frozen=True, slots=True)
class NotDefined:
    """The name is missing, or refers to something that can't be called: then `instead` is its type."""

    instead: str


@dataclass(frozen=True, slots=True)
class NotCallable:
    """Something that is neither a function nor a class was handed in; `value` is its name where it is an exercise's."""

    type_name: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class UnknownExercise:
    """There is no exercise of this name.

    Parameters
    ----------
    near
        The closest one, or empty.
    call
        The call that would be right.
    why
        What the name belongs to, where that is known; a sentence, or empty.
    """

    near: str
    call: str = 'check(your_function, "linear")'
    why: str = ""


@dataclass(frozen=True, slots=True)
class NotRecorded:
    """A closed book has answers to the cases of the recorded seed only.

    Or it has none at all, because its file is damaged; then `damaged` names it.
    """

    seed: int
    recorded: int
    damaged: str = ""


@dataclass(frozen=True, slots=True)
class WrongSignature:
    """The function takes other arguments; `yours` is its signature, or empty where that is unknown."""

    yours: str


@dataclass(frozen=True, slots=True)
class StoppedByError:
    """The function raised.

    Parameters
    ----------
    error
        The exception, as far as it is known.
    complaint
        What its message is about, where it is a common one.
    cause
        Where to look.
    """

    error: Raised | None
    complaint: Complaint | None
    cause: Cause


@dataclass(frozen=True, slots=True)
class TooSlow:
    """The call was stopped after this many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Lost:
    """The process that ran the call is gone, or its reply made no sense."""

    why: str


@dataclass(frozen=True, slots=True)
class Interrupted:
    """The student stopped the check."""


@dataclass(frozen=True, slots=True)
class NotRun:
    """Earlier cases took the time; `why` is empty where there is no more to say."""

    why: str


@dataclass(frozen=True, slots=True)
class OurError:
    """The course itself failed while it judged the call; `why` names the error and its place."""

    why: str


@dataclass(frozen=True, slots=True)
class Returned:
    """The call returned, and what it returned was compared.

    Parameters
    ----------
    comparison
        What came back, unit by unit.
    changed
        Names of the arguments that the call changed.
    trace
        How the first value that differs is computed, where that is short.
    is_list
        Whether a list came back where an array is expected. Its values count all the same.
    narrow
        The name of the results' type where it has fewer digits than float32: ``"float16"``.
    """

    comparison: Comparison
    changed: tuple[str, ...] = ()
    trace: str = ""
    is_list: bool = False
    narrow: str = ""


Finding = (
    NotAttempted
    | NotDefined
    | NotCallable
    | UnknownExercise
    | NotRecorded
    | WrongSignature
    | StoppedByError
    | TooSlow
    | Lost
    | Interrupted
    | NotRun
    | OurError
    | Returned
)
"""What happened in one case."""

_OUTCOMES: dict[type, Outcome] = {
    NotAttempted: Outcome.NOT_ATTEMPTED,
    NotDefined: Outcome.NOT_DEFINED,
    NotCallable: Outcome.NOT_CALLABLE,
    UnknownExercise: Outcome.UNKNOWN_EXERCISE,
    NotRecorded: Outcome.NOT_RECORDED,
    WrongSignature: Outcome.WRONG_SIGNATURE,
    StoppedByError: Outcome.RAISED,
    TooSlow: Outcome.TOO_SLOW,
    Lost: Outcome.LOST,
    Interrupted: Outcome.INTERRUPTED,
    NotRun: Outcome.NOT_RUN,
    OurError: Outcome.OUR_ERROR,
    Right: Outcome.RIGHT,
    WrongType: Outcome.WRONG_TYPE,
    WrongCount: Outcome.WRONG_COUNT,
    WrongShape: Outcome.WRONG_SHAPE,
    WrongKind: Outcome.WRONG_KIND,
    WrongNumber: Outcome.WRONG_VALUES,
    WrongText: Outcome.WRONG_VALUES,
    WrongTruth: Outcome.WRONG_TYPE,
    WrongValues: Outcome.WRONG_VALUES,
}


def outcome_of(finding: Finding) -> Outcome:
    """Name what happened in a case. Of several results the first wrong one decides.

    Examples
    --------
    >>> outcome_of(TooSlow(5.0))
    <Outcome.TOO_SLOW: 'too slow'>
    """
    if not isinstance(finding, Returned):
        return _OUTCOMES[type(finding)]
    if finding.comparison.wrong:
        return outcome_of_unit(finding.comparison.wrong[0])
    return Outcome.CHANGED_ARGUMENTS if finding.changed else Outcome.RIGHT


def outcome_of_unit(unit: Unit) -> Outcome:
    """Name the outcome of one result of a case."""
    return _OUTCOMES[type(unit.found)]


def find_ending(attempt: Attempt) -> Finding:
    """Say what happened to a call that did not return.

    Examples
    --------
    >>> find_ending(Attempt(Ending.TOO_SLOW, seconds=5.0))
    TooSlow(seconds=5.0)
    """
    match attempt.ending:
        case Ending.NOT_ATTEMPTED:
            return NotAttempted(attempt.detail)
        case Ending.NOT_DEFINED:
            return NotDefined(attempt.detail)
        case Ending.WRONG_SIGNATURE:
            return WrongSignature(attempt.detail)
        case Ending.RAISED:
            error = attempt.error
            if error is None:
                return StoppedByError(None, None, Cause.UNKNOWN)
            return StoppedByError(error, read_complaint(error.message), find_cause(error))
        case Ending.TOO_SLOW:
            return TooSlow(attempt.seconds)
        case Ending.LOST:
            return Lost(attempt.detail)
        case Ending.INTERRUPTED:
            return Interrupted()
        case Ending.NOT_RUN:
            return NotRun(attempt.detail)
        case Ending.OUR_ERROR:
            return OurError(attempt.detail)
        case Ending.RETURNED:
            raise ValueError("A call that returned is compared; only a call that did not has an ending.")
