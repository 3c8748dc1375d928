"""A student's work seen from outside: functions are called, objects made, read and written, one operation at a time.

At home the work is in this process (`Here`); where answers are graded it is in a worker. What a case does with it is
written once, for both: a plain function over a `Student`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Protocol

import numpy as np

from course.checking.attempt import Attempt, Ending, Foreign, call_here, type_name
from course.checking.plain import as_carried, exchange

GONE = "what it had made before is gone with it"
"""Why nothing can be done with an object whose process is lost."""
UNWRITTEN = "ellipsis"
"""The type of ``...``, which a notebook puts where a value is still to be written."""


@dataclass(frozen=True, slots=True)
class Held:
    """Stands for an object that stays where the student's code runs."""

    number: int
    type_name: str

    @classmethod
    def of(cls, number: int, thing: Foreign) -> Held:
        """Stand for an object of which only its type has been told; it is called by its bare name."""
        return cls(number, thing.type_name.rpartition(".")[2])


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that is done with a student's work.

    Parameters
    ----------
    verb
        ``"call"``, ``"read"`` or ``"write"``. A notebook's name is only written where it is there already.
    name
        Of a function, class or value; of a method or attribute where there is an owner.
    args, kwargs
        What is called with, or the one value that is written.
    names
        Names for `args`, then `kwargs`; those that were changed are told.
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
        """
        ...


class Here:
    """A student's work in this process.

    Parameters
    ----------
    names
        The notebook's names, or as many of them as matter. Only an operation that writes one changes them.
    spare
        Names to fall back on. Those that were needed are told in `borrowed`.

    Examples
    --------
    >>> Here({"twice": lambda x: 2 * x}).perform(Operation("call", "twice", (4,), names=("x",)), 5.0).value
    8
    """

    def __init__(self, names: MutableMapping[str, Any], spare: Mapping[str, Any] | None = None) -> None:
        self.names = names
        self.borrowed: dict[str, None] = {}
        self._spare = spare or {}
        self._held: dict[int, Any] = {}

    @classmethod
    def of(cls, thing: Any, name: str, needs: Iterable[Any] = ()) -> Here:
        """Take one function, class or value as the work, together with the names that it sees itself.

        What a case needs besides, and the work does not have, is borrowed from `needs`.
        """
        return cls({**_names_around(thing), name: thing}, {need.__name__: need for need in needs})

    def perform(self, operation: Operation, seconds: float) -> Attempt:
        """Do one operation."""
        if operation.forget:
            self._held.clear()
        try:
            owner = self._own(operation.owner)
            args, kwargs = self._own(operation.args), self._own(dict(operation.kwargs))
        except KeyError:
            return Attempt(Ending.LOST, detail=GONE)
        if operation.owner is None:
            attempt = self._of_name(operation, args, kwargs, seconds)
        else:
            attempt = self._of_object(operation, owner, args, kwargs, seconds)
        if attempt.ending is not Ending.RETURNED or not operation.keep:
            return attempt
        return replace(attempt, value=self._carried(attempt.value, operation.keep))

    def _of_name(self, operation: Operation, args: tuple[Any, ...], kwargs: dict[str, Any], seconds: float) -> Attempt:
        name = operation.name
        if name not in self.names:
            if name not in self._spare:
                return Attempt(Ending.NOT_DEFINED)
            self.borrowed[name] = None
        if operation.verb == "write":
            (self.names[name],) = args
            return Attempt(Ending.RETURNED)
        thing = self.names[name] if name in self.names else self._spare[name]
        if operation.verb == "read":
            return Attempt(Ending.RETURNED, thing)
        if not callable(thing):
            return Attempt(Ending.NOT_DEFINED, detail=type_name(type(thing)))
        return call_here(thing)(args, kwargs, operation.names, seconds)

    def _of_object(
        self, operation: Operation, owner: Any, args: tuple[Any, ...], kwargs: dict[str, Any], seconds: float
    ) -> Attempt:
        # the owner is bound, not an argument: those are copied
        if operation.verb == "write":
            return call_here(partial(setattr, owner, operation.name))(args, kwargs, operation.names, seconds)
        found = call_here(partial(getattr, owner, operation.name))((), {}, (), seconds)
        if operation.verb == "read" or found.ending is not Ending.RETURNED:
            return found
        return call_here(found.value)(args, kwargs, operation.names, seconds)

    def _own(self, value: Any) -> Any:
        """Put objects where only their stand-ins are."""
        return exchange(value, lambda item: self._held[item.number] if isinstance(item, Held) else item)

    def _carried(self, value: Any, keep: int) -> Any:
        try:
            carried = as_carried(value)
        except RecursionError:
            return Foreign(f"{type_name(type(value))} that contains itself")
        if not isinstance(carried, Foreign) or carried.type_name == UNWRITTEN:
            return carried
        self._held[keep] = value
        return Held.of(keep, carried)


def _names_around(thing: Any) -> Mapping[str, Any]:
    """Give the global names of the code in which a function, or a class with methods, was written."""
    functions = [thing, *vars(thing).values()] if isinstance(thing, type) else [thing]
    for function in functions:
        names = getattr(function, "__globals__", None)
        if isinstance(names, dict):
            return names
    return {}


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
        """Call a function, a class or a method, and give what it returns: plain data, or an object to go on with.

        Raises
        ------
        Stopped
            Where it does not return.
        """
        return self._perform("call", name, args, kwargs)

    def read(self, name: str) -> Any:
        """Read a value, or an object's attribute."""
        value = self._perform("read", name, (), {})
        if _unwritten(value):
            raise Stopped(Attempt(Ending.NOT_ATTEMPTED))
        return value

    def write(self, name: str, value: Any) -> None:
        """Give an object's attribute a value."""
        self._perform("write", name, (value,), {})

    @property
    def told(self) -> str:
        """What was done so far, as code with shapes in place of arrays."""
        return "; ".join(self._session.told)

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
        self.told: list[str] = []
        self.changed: list[str] = []
        self.spent = 0.0
        self.latest: Any = None
        self._kept = 0

    def perform(self, verb: str, name: str, args: tuple[Any, ...], kwargs: dict[str, Any], owner: Held | None) -> Any:
        if self.left <= 0:
            raise Stopped(Attempt(Ending.TOO_SLOW, seconds=self.spent))
        self.told.append(self._tell(verb, name, args, kwargs, owner))
        self._kept += 1
        names = (*(self._label(value) or f"argument {i}" for i, value in enumerate(args, start=1)), *kwargs)
        first = self._kept == 1
        attempt = self.work.perform(Operation(verb, name, args, kwargs, names, owner, self._kept, first), self.left)
        self.left -= attempt.seconds
        self.spent += attempt.seconds
        if attempt.ending is not Ending.RETURNED:
            raise Stopped(attempt)
        if verb == "call":
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


def short(value: Any) -> str:
    """Write an argument that is no array, in a few characters.

    Examples
    --------
    >>> short(0.1), short(np.random.default_rng(0)), short([np.zeros((2, 3)), np.zeros(2)])
    ('0.1', 'rng', '[(2, 3), (2,)]')
    """
    if isinstance(value, np.random.Generator):
        return "rng"
    if isinstance(value, np.ndarray):
        return str(value.shape)
    if isinstance(value, dict) and any(isinstance(item, np.ndarray) for item in value.values()):
        return f"{len(value)} arrays"
    if isinstance(value, (list, tuple)) and any(isinstance(item, (np.ndarray, Held)) for item in value):
        text = ", ".join(item.type_name.lower() if isinstance(item, Held) else short(item) for item in value)
        return f"[{text}]"
    if callable(value):
        return getattr(value, "__name__", "a function")
    return repr(value)


def use_work(use: Callable[..., Any], work: Work, arguments: Mapping[str, Any], seconds: float) -> tuple[Attempt, str]:
    """Let a case use a student's work, and tell how that ended and what was done.

    Where `use` stumbles over what the student's code returned, the case ends with that type of thing returned.
    """
    student = Student(work, seconds, arguments)
    try:
        value = exchange(use(student, **arguments), _named)
    except Stopped as stopped:
        return stopped.attempt, student.told
    except (TypeError, ValueError, LookupError, AttributeError):
        latest = student.latest
        value = Foreign(latest.type_name if isinstance(latest, Foreign | Held) else type(latest).__name__)
    return Attempt(Ending.RETURNED, value, student.changed, student.spent), student.told
