"""How one thing that is done with a student's code ended: the facts, before anyone compares values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Ending(StrEnum):
    """How a call ended, before anyone looks at what it returned."""

    RETURNED = "returned"
    NOT_ATTEMPTED = "not attempted"
    RAISED = "raised"
    TOO_SLOW = "too slow"
    WRONG_SIGNATURE = "wrong signature"
    NOT_DEFINED = "not defined"
    LOST = "lost"  # the process that ran it is gone, or its reply made no sense
    INTERRUPTED = "interrupted"
    NOT_RUN = "not run"  # an earlier case used up the time
    OUR_ERROR = "our error"  # the course failed while it judged the answer


@dataclass(frozen=True, slots=True)
class Raised:
    """An exception, as a student needs to see it.

    Parameters
    ----------
    type_name, message
        Its class and its text.
    line, source
        The line of the student's function and its text; None and empty where unknown. In a notebook it is counted from
        the cell's first line, in a file from the function's.
    """

    type_name: str
    message: str
    line: int | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One call's ending, with what it returned or raised.

    Parameters
    ----------
    ending
        How it ended.
    value
        What it returned: arrays, numbers, None, lists, tuples and dicts of these, `Foreign`, or `Held`.
    changed
        Names of the arguments that it changed.
    seconds
        How long it ran.
    error
        What it raised.
    detail
        Facts that an ending needs: the student's own signature, the unwritten function that it calls, or why a
        process was lost.
    """

    ending: Ending
    value: Any = None
    changed: tuple[str, ...] = ()
    seconds: float = 0.0
    error: Raised | None = None
    detail: str = ""
