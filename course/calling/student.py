"""A student's work as a case uses it: functions are called, objects made, read and written, one after the other.

What a case does is written once: a plain function over a `Student`. The work may be in this process or in a worker.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import groupby
from typing import Any

import numpy as np

from course.calling.endings import Attempt, Ending
from course.calling.plain_data import Foreign, exchange
from course.calling.work import UNWRITTEN, Held, Operation, Unavailable, Work


class Stopped(Exception):
    """Ends what a case does: one of its operations did not return."""

    def __init__(self, attempt: Attempt) -> None:
        super().__init__(attempt.ending)
        self.attempt = attempt


class Student:
    """A student's work as a case uses it: the notebook's names, or one object made from them.

    Examples
    --------
    >>> class Counter:
    ...     total = 0
    ...     def add(self, amount):
    ...         self.total += amount
    >>> from course.calling.here import Here
    >>> student = Student(Here({"Counter": Counter}))
    >>> counter = student.call("Counter")
    >>> counter.call("add", 3)
    >>> counter.read("total")
    3
    """

    def __init__(self, work: Work, seconds: float = 5.0, labels: Mapping[str, Any] | None = None) -> None:
        self._session = _Session(work, seconds, labels or {})
        self._held: Held | None = None

    def call(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """Call a function, a class or a method, and give what it returns: plain data, or an object to use further.

        Raises
        ------
        Stopped
            Where it does not return.
        """
        return self._perform("call", name, args, kwargs)

    def call_once(self, call: Operation, told: Callable[[], str]) -> Any:
        """Make a call whose result is compared as it is: no object is kept for further use.

        Parameters
        ----------
        call
            The call.
        told
            Gives the call as text, where that is asked for.

        Raises
        ------
        Stopped
            Where it does not return.
        """
        return self._session.run(call, told)

    def read(self, name: str) -> Any:
        """Read a value, or an object's attribute."""
        value = self._perform("read", name, (), {})
        if _unwritten(value):
            raise Stopped(Attempt(Ending.NOT_ATTEMPTED))
        return value

    def write(self, name: str, value: Any) -> None:
        """Give an object's attribute a value."""
        self._perform("write", name, (value,), {})

    def fill(self, name: str, arrays: list[np.ndarray]) -> None:
        """Write into the arrays that an object's method gives, in place, as a step of training does.

        Where the method gives copies, the object stays as it was.
        """
        self._perform("fill", name, (arrays,), {})

    def hand(self, name: str, method: str) -> Any:
        """Call a notebook's function with what a method of this object gives: the arrays themselves, no copies.

        Examples
        --------
        >>> from course.calling.here import Here
        >>> class Box:
        ...     def inside(self):
        ...         return [1, 2]
        >>> Student(Here({"Box": Box, "sum": sum})).call("Box").hand("sum", "inside")
        3
        """
        return self._perform("hand", name, (method,), {})

    @property
    def told(self) -> str:
        """What was done so far, as code with shapes instead of arrays; what was done again is counted."""
        repeated = ((told, sum(1 for _ in group)) for told, group in groupby(tell() for tell in self._session.told))
        return "; ".join(told if times == 1 else f"{told}, {times} times" for told, times in repeated)

    @property
    def changed(self) -> tuple[str, ...]:
        """Names of the arguments that were changed."""
        return tuple(dict.fromkeys(self._session.changed))

    @property
    def latest(self) -> Any:
        """What the student's code returned last."""
        return self._session.latest

    @property
    def spent(self) -> float:
        """Seconds that the student's code took."""
        return self._session.spent

    def _perform(self, verb: str, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        value = self._session.perform(verb, name, exchange(args, _held), exchange(kwargs, _held), self._held)
        if not isinstance(value, Held):
            return value
        other = object.__new__(Student)
        other._session, other._held = self._session, value
        return other


def _held(value: Any) -> Any:
    if isinstance(value, Foreign):
        raise TypeError(f"The {value.type_name} that the student's code returned stays where it is.")
    return value._held if isinstance(value, Student) else value


def _named(value: Any) -> Any:
    """Put the type of a student's object where the object itself is the result: it is compared as what it is."""
    if isinstance(value, Student):
        return Foreign(value._held.type_name if value._held else "module")
    return value


def _unwritten(value: Any) -> bool:
    values = list(value.values()) if isinstance(value, dict) else [value]
    return bool(values) and all(isinstance(item, Foreign) and item.type_name == UNWRITTEN for item in values)


class _Session:
    """What the objects of one case share: the work, the time that is left, and what has been done."""

    def __init__(self, work: Work, seconds: float, labels: Mapping[str, Any]) -> None:
        self.work = work
        self.left = seconds
        self.labels = labels
        self.told: list[Callable[[], str]] = []
        self.changed: list[str] = []
        self.spent = 0.0
        self.latest: Any = None
        self._kept = 0

    def perform(self, verb: str, name: str, args: tuple[Any, ...], kwargs: dict[str, Any], owner: Held | None) -> Any:
        self._kept += 1
        names = (*(self._label(value) or f"argument {i}" for i, value in enumerate(args, start=1)), *kwargs)
        first = self._kept == 1
        operation = Operation(verb, name, args, kwargs, names, owner, self._kept, first)
        told = self._tell(verb, name, args, kwargs, owner)  # now: of a number of too many digits it raises
        return self.run(operation, lambda: told)

    def run(self, operation: Operation, told: Callable[[], str]) -> Any:
        if self.left <= 0:
            raise Stopped(Attempt(Ending.TOO_SLOW, seconds=self.spent))
        self.told.append(told)
        attempt = self.work.perform(operation, self.left)
        self.left -= attempt.seconds
        self.spent += attempt.seconds
        if attempt.ending is not Ending.RETURNED:
            raise Stopped(attempt)
        if operation.verb == "call":
            self.changed += attempt.changed
        self.latest = attempt.value
        return attempt.value

    def _label(self, value: Any) -> str:
        return next((name for name, argument in self.labels.items() if argument is value), "")

    def _tell(self, verb: str, name: str, args: tuple[Any, ...], kwargs: dict[str, Any], owner: Held | None) -> str:
        target = f"{owner.type_name.lower()}.{name}" if owner else name
        if verb == "read":
            return target
        words = [self._word(value) for value in args]
        if verb == "hand" and owner:
            return f"{name}({owner.type_name.lower()}.{args[0]}())"
        if verb == "fill":
            return f"write {words[0]} into {target}()"
        if verb == "write":
            return f"{target} = {words[0]}"
        return f"{target}({', '.join([*words, *(f'{key}={self._word(value)}' for key, value in kwargs.items())])})"

    def _word(self, value: Any) -> str:
        label = self._label(value)
        if isinstance(value, Held):
            return value.type_name.lower()
        if isinstance(value, np.ndarray):
            return f"{label} {value.shape}".lstrip()
        return short(value)


def last_method(told: str) -> str:
    """Give the method that was called last, from the text of the calls; empty if the last thing was something else.

    Examples
    --------
    >>> last_method("Linear(2, 3); linear.forward(input (4, 2))"), last_method("linear(input (4, 2))")
    ('forward', '')
    """
    call, bracket, _ = told.rpartition("; ")[2].partition("(")
    return call.rpartition(".")[2] if bracket and "." in call else ""


def short(value: Any) -> str:
    """Write an argument that is not an array, in a few characters.

    Examples
    --------
    >>> short(0.1), short(np.random.default_rng(0)), short([np.zeros((2, 3)), np.zeros(2)])
    ('0.1', 'rng', '[(2, 3), (2,)]')
    >>> short({"step": 3, "mean": [np.zeros(4)]})
    "{'step': 3, 'mean': [(4,)]}"
    """
    if isinstance(value, np.random.Generator):
        return "rng"
    if isinstance(value, np.ndarray):
        return str(value.shape)
    if isinstance(value, dict) and any(isinstance(item, np.ndarray) for item in value.values()):
        return f"{len(value)} arrays"
    if isinstance(value, dict) and any(isinstance(item, (list, tuple)) for item in value.values()):
        return f"{{{', '.join(f'{key!r}: {short(item)}' for key, item in value.items())}}}"
    if isinstance(value, (list, tuple)) and any(isinstance(item, (np.ndarray, Held)) for item in value):
        text = ", ".join(item.type_name.lower() if isinstance(item, Held) else short(item) for item in value)
        return f"[{text}]"
    if callable(value):
        return getattr(value, "__name__", "a function")
    return repr(value)


def use_work(use: Callable[..., Any], work: Work, arguments: Mapping[str, Any], seconds: float) -> tuple[Attempt, str]:
    """Let a case use a student's work, and tell how that ended and what was done."""
    attempt, student = _used(use, work, arguments, seconds)
    return attempt, student.told


def try_work(use: Callable[..., Any], work: Work, arguments: Mapping[str, Any], seconds: float) -> Attempt:
    """Let a case use a student's work, and tell how that ended. What was done is not put into words."""
    return _used(use, work, arguments, seconds)[0]


def use_once(work: Work, call: Operation, seconds: float) -> Attempt:
    """Tell how a case ends that consists of this call: as `use_work` does, in a tenth of the time."""
    attempt = work.perform(call, seconds)
    if attempt.ending is not Ending.RETURNED:
        return attempt
    return Attempt(Ending.RETURNED, attempt.value, tuple(dict.fromkeys(attempt.changed)), attempt.seconds)


def _used(use: Callable[..., Any], work: Work, arguments: Mapping[str, Any], seconds: float) -> tuple[Attempt, Student]:
    """Where `use` stumbles over what the student's code returned, the case ends with that type of thing returned."""
    student = Student(work, seconds, arguments)
    try:
        value = exchange(use(student, **arguments), _named)
    except Stopped as stopped:
        return replace(stopped.attempt, seconds=student.spent), student
    except Unavailable:
        raise
    except Exception:  # a value of another kind, another size, or out of every range
        latest = student.latest
        value = Foreign(latest.type_name if isinstance(latest, Foreign | Held) else type(latest).__name__)
    return Attempt(Ending.RETURNED, value, student.changed, student.spent), student
