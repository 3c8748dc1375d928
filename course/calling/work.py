"""A student's work seen from outside: wherever it is, it is used by operations, and each of them ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from course.calling.endings import Attempt, Ending
from course.calling.plain_data import Foreign

GONE = "what it had made before is gone with it"
"""Why nothing can be done with an object whose process is lost."""
UNWRITTEN = "ellipsis"
"""The type of ``...``, which a notebook puts where a value is still to be written."""


class Unavailable(Exception):
    """There is no place where a student's code could run: an answer can't be judged."""


@dataclass(frozen=True, slots=True)
class Held:
    """Stands for an object that stays where the student's code runs.

    Parameters
    ----------
    number
        Under which it is kept.
    type_name
        The bare name of its class.
    """

    number: int
    type_name: str

    @classmethod
    def of(cls, number: int, thing: Foreign) -> Held:
        """Represent an object of which only the type is known, by its bare name."""
        return cls(number, thing.type_name.rpartition(".")[2])


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that is done with a student's work.

    Parameters
    ----------
    verb
        ``"fill"`` writes into the arrays that a method gives, as a step of training does.
        ``"hand"`` calls a notebook's function with what a method of the owner gives: the arrays themselves, no copies.
        ``"call"``, ``"read"`` or ``"write"``. A notebook's name is only written where it is there already.
        ``"define"`` lets other code say what a name is, until the next one; the notebook's names stay as they are.
    name
        Of a function, class or value; of a method or attribute where there is an owner.
    args, kwargs
        What is called with, the one value that is written, or the code that defines; empty code ends that.
        A code may read numbers that come with it, by name: which of several things it is.
    names
        Names for `args`, then `kwargs`; those that were changed are reported.
    owner
        The object whose method or attribute it is; None for the notebook's own names.
    keep
        Under this number a result is kept that is not plain data; 0 keeps none.
    forget
        Let go first of what was kept, and of the functions that were handed over: a new case begins.
    """

    verb: str
    name: str
    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    owner: Held | None = None
    keep: int = 0
    forget: bool = False


class Work(Protocol):
    """Where a student's names are."""

    def perform(self, operation: Operation, seconds: float) -> Attempt:
        """Do one operation. A kept result comes back as `Held`, other objects as `Foreign`.

        Functions among the arguments can be called by the student's code until a new case begins.

        Raises
        ------
        TypeError
            An argument is neither data, nor a function, nor `Held`. Whatever a student's code does is an ending.
        Unavailable
            There is no place to run it.
        """
        ...


def perform_quick(work: Work, operation: Operation, seconds: float) -> Attempt:
    """Do an operation that is known to be fast; once more if it took too long, as the machine may have paused."""
    attempt = work.perform(operation, seconds)
    return work.perform(operation, seconds) if attempt.ending is Ending.TOO_SLOW else attempt


class Recorder:
    """Work that is never done: it keeps what was asked first, and ends there.

    Examples
    --------
    >>> from course.calling.student import use_work
    >>> recorder = Recorder()
    >>> use_work(lambda student, x: student.call("twice", x), recorder, {"x": 4}, 5.0)[0].ending
    <Ending.NOT_RUN: 'not run'>
    >>> recorder.asked[0].args
    (4,)
    """

    def __init__(self) -> None:
        self.asked: list[Operation] = []

    def perform(self, operation: Operation, seconds: float) -> Attempt:
        """Keep it, and do nothing."""
        self.asked.append(operation)
        return Attempt(Ending.NOT_RUN)
