"""A student's work in this process: the notebook's names, and the objects that were made from them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, MutableMapping
from functools import partial
from types import CodeType, FunctionType, MethodType
from typing import Any

import numpy as np

from course.calling.call import FAREWELL, NotDefined, call
from course.calling.endings import Attempt, Ending
from course.calling.naming import type_name
from course.calling.plain_data import Foreign, carried, exchange
from course.calling.time_limit import let_go
from course.calling.work import GONE, UNWRITTEN, Held, Operation

# Bound once: where answers are graded, a student may replace these names where they come from.
_getattr, _setattr, _callable, _members = getattr, setattr, callable, type.__dict__["__dict__"].__get__
_compile, _exec, _dict = compile, exec, dict
MOST_COMPILED = 1500
"""At most this many definitions are kept compiled: compiling takes longer than most calls."""


class Here:
    """A student's work in this process.

    Parameters
    ----------
    names
        The notebook's names, or as many of them as matter. Only an operation that writes one changes them.
    spare
        Names to fall back on. Those that were needed are listed in `borrowed`.
    afterwards
        Called after each piece of a student's code, before anything that it may have broken is used.
    before_telling
        Called before `inspect`, `linecache` and `traceback` are used, which a student's code may have broken, too.

    Examples
    --------
    >>> Here({"twice": lambda x: 2 * x}).perform(Operation("call", "twice", (4,), names=("x",)), 5.0).value
    8
    >>> Here({"twice": 8}).perform(Operation("call", "twice", (4,), names=("x",)), 5.0).detail
    'int'
    """

    def __init__(
        self,
        names: MutableMapping[str, Any],
        spare: Mapping[str, Any] | None = None,
        afterwards: Callable[[], None] = lambda: None,
        before_telling: Callable[[], None] = lambda: None,
    ) -> None:
        self.names = names
        self.borrowed: dict[str, None] = {}
        self._spare = spare or {}
        self._afterwards, self._before_telling = afterwards, before_telling
        self._held: dict[int, Any] = {}
        self._instead: dict[str, Any] = {}
        self._compiled: dict[str, CodeType] = {}

    @classmethod
    def of(
        cls, thing: Any, name: str, needs: Iterable[Any] = (), afterwards: Callable[[], None] = lambda: None
    ) -> Here:
        """Take one function, class or value as the work, together with the names that it sees itself.

        What else a case needs, and the work does not have, is borrowed from `needs`.
        """
        return cls({**_names_around(thing), name: thing}, {need.__name__: need for need in needs}, afterwards)

    def forget(self) -> None:
        """Let go of every object that is kept."""
        if self._held:
            let_go(self._held.clear, FAREWELL)
            self._held = {}
            self._afterwards()

    def perform(self, operation: Operation, seconds: float) -> Attempt:
        """Do one operation."""
        if operation.forget:
            self.forget()
        try:
            owner = self._own(operation.owner)
            args, kwargs = self._own(operation.args), self._own(dict(operation.kwargs))
        except KeyError:
            return Attempt(Ending.LOST, detail=GONE)
        verb, name = operation.verb, operation.name
        if verb == "call":
            find = partial(self._function, name) if operation.owner is None else partial(_getattr, owner, name)
        elif verb == "fill":
            find = partial(_give, partial(_fill, owner, name))
        elif verb == "hand":
            find = partial(_give, partial(self._hand, name, owner))
        elif verb == "read":
            read = partial(self._value, name) if operation.owner is None else partial(_getattr, owner, name)
            find = partial(_give, read)
        elif verb == "define":
            find = partial(_give, partial(self._define, name))
        else:
            put = partial(self._put, name) if operation.owner is None else partial(_setattr, owner, name)
            find = partial(_give, put)
        return call(
            find,
            args,
            kwargs,
            operation.names,
            seconds,
            signed=verb == "call",
            take=partial(self._take, operation.keep),
            afterwards=self._afterwards,
            before_telling=self._before_telling,
        )

    def _define(self, name: str, source: str, chosen: Mapping[str, int] | None = None) -> None:
        """Let other code define what a name is, without a trace in the names themselves; no code undoes it.

        `chosen` gives further names with numbers to this code: one code may contain several.
        """
        self._instead = {}
        if source:
            compiled = self._compiled.get(source) or _compile(source, "<changed>", "exec", dont_inherit=True)
            if len(self._compiled) < MOST_COMPILED:  # the same code is tried on one case after the other
                self._compiled[source] = compiled
            names = _dict(self.names)
            names.update(chosen or {})
            _exec(compiled, names)
            self._instead = {name: names[name]}

    def _value(self, name: str) -> Any:
        if name in self._instead:
            return self._instead[name]
        if name in self.names:
            return self.names[name]
        if name not in self._spare:
            raise NotDefined
        self.borrowed[name] = None
        return self._spare[name]

    def _function(self, name: str) -> Any:
        thing = self._value(name)
        if not _callable(thing):
            raise NotDefined(type_name(type(thing)))
        return thing

    def _hand(self, name: str, owner: Any, method: str) -> Any:
        return self._function(name)(_getattr(owner, method)())

    def _put(self, name: str, value: Any) -> None:
        self._value(name)
        self.names[name] = value

    def _own(self, value: Any) -> Any:
        """Put objects where only their stand-ins are."""
        return exchange(value, lambda item: self._held[item.number] if type(item) is Held else item)

    def _take(self, keep: int, value: Any) -> Any:
        """Copy what is data; keep an object, or tell its type."""

        def hold(thing: Foreign) -> Any:
            if not keep or thing.type_name == UNWRITTEN:
                return thing
            self._held[keep] = value
            return Held.of(keep, thing)

        return carried(value, hold)


def _give(thing: Any) -> Any:
    return thing


def _fill(owner: Any, name: str, values: list[Any]) -> None:
    """Write into the arrays that a method gives; what is not an array of the right shape is left alone."""
    given = _getattr(owner, name)()
    for own, value in zip(given, values, strict=False):
        if type(own) is np.ndarray and own.shape == value.shape:
            own[...] = value


def _names_around(thing: Any) -> Mapping[str, Any]:
    """Give the global names of the code in which a function, or a class with methods, was written."""
    kind = type(thing)  # isinstance asks an object for its __class__, which may be a student's code
    for member in (thing, *_members(thing).values()) if issubclass(kind, type) else (thing,):
        function = member.__func__ if type(member) is MethodType else member
        if type(function) is FunctionType and type(function.__globals__) is dict:
            return {name: value for name, value in function.__globals__.items() if type(name) is str}
    return {}
