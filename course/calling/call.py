"""One call of what a student wrote, and how it ended."""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Any

from course.calling.arguments import changed, copied
from course.calling.endings import Attempt, Ending
from course.calling.plain_data import carried
from course.calling.raised import raised, raised_in
from course.calling.signature import other_signature, with_keywords
from course.calling.time_limit import TimeUp, let_go, limited

FAREWELL = 1.0
"""Seconds within which what a stopped call had made must let itself be thrown away."""

LOOK = 0.5
"""Seconds around a call, for its signature and its result, that don't count as the call's."""

# Bound once: where answers are graded, a student may replace these names where they come from.
_clock, _clear_frames, _replace = time.perf_counter, traceback.clear_frames, replace
_traceback, _context = (BaseException.__dict__[name] for name in ("__traceback__", "__context__"))
_gettrace, _settrace, _getprofile, _setprofile = sys.gettrace, sys.settrace, sys.getprofile, sys.setprofile
_getlimit, _setlimit = sys.getrecursionlimit, sys.setrecursionlimit
_NONE: Mapping[str, Any] = MappingProxyType({})


class NotDefined(Exception):
    """There is nothing of that name to be called or read.

    Parameters
    ----------
    type_name
        What is there in its place; empty if nothing.
    """

    def __init__(self, type_name: str = "") -> None:
        super().__init__(type_name)
        self.type_name = type_name


def call(
    find: Callable[[], Any],
    args: tuple[Any, ...] = (),
    kwargs: Mapping[str, Any] = _NONE,
    names: tuple[str, ...] = (),
    seconds: float = 5.0,
    *,
    signed: bool = True,
    take: Callable[[Any], Any] = carried,
    afterwards: Callable[[], None] = lambda: None,
    before_telling: Callable[[], None] = lambda: None,
) -> Attempt:
    """Call a student's function and tell how that ended. Whatever the function is or does, this returns.

    All that may run a student's code happens within the time limit: to find the function, to look at its signature,
    the call, to take its result, to compare its arguments, and to throw away what it leaves.

    Parameters
    ----------
    find
        Gives what is called: any object, for whatever a student's method may be. May raise `NotDefined`.
    args, kwargs
        What it is called with. Arrays are copied, so the caller's survive.
    names
        Names for `args`, then `kwargs`; those that were changed are reported.
    seconds
        Time limit.
    signed
        Whether to look at the signature first. What is the course's own, such as to read a name, always fits.
    take
        Turns what came back into the attempt's value.
    afterwards
        Called right after the student's code, before anything that it may have broken is used.
    before_telling
        Called before `inspect`, `linecache` and `traceback` are used: for what was raised, or an unusual signature.

    Examples
    --------
    >>> call(lambda: lambda x: 2 * x, (4,), names=("x",)).value
    8
    >>> call(lambda: lambda x: 2 * x).detail
    '(x)'
    """
    trace, profile, limit = _gettrace(), _getprofile(), _getlimit()

    def restore() -> None:  # without a built-in function: they may be gone until `afterwards` has put them back
        if _gettrace() is not trace:
            _settrace(trace)
        if _getprofile() is not profile:
            _setprofile(profile)
        _setlimit(limit)
        afterwards()

    start = _clock()
    try:
        attempt = limited(seconds, lambda: _attempt(find, args, kwargs, names, signed, take, restore, before_telling))
        took = _clock() - start
        # looking at what came back, and throwing it away, may take longer than the call
        return attempt if took < attempt.seconds + LOOK else _replace(attempt, seconds=took)
    except TimeUp as late:
        restore()
        let_go(partial(_forget, late), FAREWELL)
        return Attempt(Ending.TOO_SLOW, seconds=_clock() - start)
    except KeyboardInterrupt as stop:
        restore()
        let_go(partial(_forget, stop), FAREWELL)
        return Attempt(Ending.INTERRUPTED, seconds=_clock() - start)


def _attempt(
    find: Callable[[], Any],
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    names: tuple[str, ...],
    signed: bool,
    take: Callable[[Any], Any],
    restore: Callable[[], None],
    before_telling: Callable[[], None],
) -> Attempt:
    originals = [*args, *kwargs.values()]
    copies = [copied(value) for value in originals]
    own_args, own_kwargs = list(copies[: len(args)]), dict(zip(kwargs, copies[len(args) :], strict=True))
    function, start = None, _clock()
    try:
        try:
            function = find()
            if signed and (other := other_signature(function, args, kwargs, before_telling)) is not None:
                named = with_keywords(function, own_args, own_kwargs, names)
                if named is None:
                    return Attempt(Ending.WRONG_SIGNATURE, detail=other)
                own_args, own_kwargs = named
            start = _clock()
            value = function(*own_args, **own_kwargs)
        finally:
            restore()
    except TimeUp:
        raise
    except NotDefined as missing:
        return Attempt(Ending.NOT_DEFINED, detail=missing.type_name)
    except NotImplementedError as error:
        before_telling()
        where = raised_in(error, function)
        return Attempt(Ending.NOT_ATTEMPTED, seconds=_clock() - start, error=raised(error, function), detail=where)
    except BaseException as error:  # whatever a student raises, SystemExit too, is told and not passed on
        if type(error) is KeyboardInterrupt:  # a class derived from it is a student's
            raise
        before_telling()
        return Attempt(Ending.RAISED, seconds=_clock() - start, error=raised(error, function))
    elapsed = _clock() - start
    taken = take(value)
    del value  # here, within the limit: what an object does as it goes is a student's code
    return Attempt(Ending.RETURNED, taken, changed(names, originals, copies), elapsed)


def _forget(error: BaseException) -> None:
    """Free what the frames of a stopped call still hold."""
    seen: list[BaseException] = []
    part: BaseException | None = error
    while part is not None and not any(part is known for known in seen):
        seen.append(part)
        _clear_frames(_traceback.__get__(part))  # by BaseException's own: a student's class can override it
        _traceback.__set__(part, None)
        part = _context.__get__(part)
