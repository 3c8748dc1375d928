"""One call of a student's function, and how it ended."""

from __future__ import annotations

import ctypes
import inspect
import linecache
import signal
import threading
import time
import traceback
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np


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


@dataclass(frozen=True, slots=True)
class Foreign:
    """Stands for a returned object that is neither an array, a number nor a sequence of these."""

    type_name: str


@dataclass(frozen=True, slots=True)
class Text(Foreign):
    """Stands for returned text."""

    text: str


@dataclass(frozen=True, slots=True)
class Raised:
    """An exception, as a student needs to see it."""

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
        What it returned: arrays, numbers, None, lists and tuples of these, or `Foreign`.
    changed
        Names of the arguments that it changed.
    seconds
        How long it ran.
    error
        What it raised.
    detail
        Facts that an ending needs: the student's own signature, or why a process was lost.
    """

    ending: Ending
    value: Any = None
    changed: tuple[str, ...] = ()
    seconds: float = 0.0
    error: Raised | None = None
    detail: str = ""


Call = Callable[[tuple[Any, ...], dict[str, Any], tuple[str, ...], float], Attempt]
"""Calls the student's function: ``call(args, kwargs, names, seconds)``, `names` naming args then kwargs."""


class TimeUp(BaseException):
    """Raised inside a student's function when its time is over. Not an Exception: `except Exception` misses it."""


def call_here(function: Callable[..., Any]) -> Call:
    """Call `function` in this process. The caller's arrays are copied, so they survive whatever it does."""

    def call(args: tuple[Any, ...], kwargs: dict[str, Any], names: tuple[str, ...], seconds: float) -> Attempt:
        if (other := _other_signature(function, args, kwargs)) is not None:
            return Attempt(Ending.WRONG_SIGNATURE, detail=other)
        originals = [*args, *kwargs.values()]
        copies = [_copy(value) for value in originals]
        own_args, own_kwargs = copies[: len(args)], dict(zip(kwargs, copies[len(args) :], strict=True))
        start = time.perf_counter()
        try:
            with time_limit(seconds):
                value = function(*own_args, **own_kwargs)
        except TimeUp:
            return Attempt(Ending.TOO_SLOW, seconds=time.perf_counter() - start)
        except KeyboardInterrupt:
            return Attempt(Ending.INTERRUPTED, seconds=time.perf_counter() - start)
        except NotImplementedError as error:
            return Attempt(Ending.NOT_ATTEMPTED, error=_raised(error, function))
        except BaseException as error:  # whatever a student raises, SystemExit too, is told and not passed on
            return Attempt(Ending.RAISED, error=_raised(error, function))
        elapsed = time.perf_counter() - start
        changed = tuple(
            name for name, before, after in zip(names, originals, copies, strict=True) if not _unchanged(before, after)
        )
        return Attempt(Ending.RETURNED, value, changed, elapsed)

    return call


def _other_signature(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> str | None:
    """Give a function's signature where it can't be called so; None where it can, or where only a call can tell."""
    try:
        signature = inspect.signature(function)
    except Exception:  # a built-in without one, or an object that claims a strange one
        return None
    try:
        signature.bind(*args, **kwargs)
    except TypeError:
        return _text(signature)
    except Exception:  # it is not one of Python's own
        return None
    return None


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise `TimeUp` in the running code after `seconds`, and again every tenth of a second until it stops.

    On the main thread of a POSIX system a timer signal also ends a sleeping call. Elsewhere the exception is
    delivered at the next Python instruction.
    """
    if hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread():
        with _signal_limit(seconds):
            yield
    else:
        with _thread_limit(seconds):
            yield


@contextmanager
def _signal_limit(seconds: float) -> Iterator[None]:
    def stop(signum: int, frame: types.FrameType | None) -> None:
        raise TimeUp

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds, 0.1)
    try:
        yield
    finally:
        try:
            signal.setitimer(signal.ITIMER_REAL, 0)
        finally:  # the alarm may go off inside this very block
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)


@contextmanager
def _thread_limit(seconds: float) -> Iterator[None]:
    ident = ctypes.c_ulong(threading.get_ident())
    done = threading.Event()
    delivered = threading.Lock()

    def watch() -> None:
        wait = seconds
        while not done.wait(wait):
            with delivered:
                if not done.is_set():
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(ident, ctypes.py_object(TimeUp))
            wait = 0.1

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        with delivered:
            done.set()
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ident, None)  # withdraw one that is still on its way


def _copy(value: Any) -> Any:
    kind = type(value)  # isinstance asks an object for its __class__, which may be a student's code
    if issubclass(kind, np.ndarray):
        return value.copy()
    if issubclass(kind, np.random.Generator):
        return deepcopy(value)  # with its seeds: what it spawns is the same each time
    if issubclass(kind, list):
        return [_copy(item) for item in value]
    if kind is tuple:
        return tuple(map(_copy, value))
    if kind is dict:
        return {key: _copy(item) for key, item in value.items()}
    return value


def _unchanged(before: Any, after: Any) -> bool:
    kind = type(before)
    if type(after) is not kind:  # within a list or a dict, another object may stand in its place
        return False
    if issubclass(kind, np.ndarray):
        return before.shape == after.shape and before.dtype == after.dtype and before.tobytes() == after.tobytes()
    if issubclass(kind, (list, tuple)):
        return len(before) == len(after) and all(map(_unchanged, before, after))
    if kind is dict:
        same_keys = before.keys() == after.keys()
        return same_keys and all(_unchanged(item, after[key]) for key, item in before.items())
    return True  # numbers and text can't be changed; drawing from a generator is what it is for


def _raised(error: BaseException, function: Callable[..., Any]) -> Raised:
    """Find the student's own line: the deepest one in the file, or notebook cell, of the function."""
    try:
        code = getattr(inspect.unwrap(function), "__code__", None)
    except Exception:  # wrapped in a circle, or an object that refuses to be looked at
        code = None
    line, source = None, ""
    if isinstance(code, types.CodeType):
        for frame, number in traceback.walk_tb(error.__traceback__):
            if frame.f_code.co_filename == code.co_filename:
                source = linecache.getline(code.co_filename, number).strip()
                line = number - code.co_firstlineno + 1 if frame.f_code is code else None
    return Raised(str.__str__(type.__dict__["__name__"].__get__(type(error))), _text(error), line, source)


def type_name(kind: type) -> str:
    """Name a type as a report does: its package and its name, without asking the type itself.

    Examples
    --------
    >>> import collections
    >>> type_name(collections.Counter), type_name(range)
    ('collections.Counter', 'range')
    """
    name = type.__dict__["__name__"].__get__(kind)
    module = type.__dict__["__module__"].__get__(kind)
    home = module.split(".")[0] if type(module) is str else ""
    return name if home in ("builtins", "") or home.startswith("__") else f"{home}.{name}"


def _text(thing: object) -> str:
    try:
        return str.__str__(str(thing))  # a student's str may itself be an object of a class of theirs
    except BaseException:  # an exception, or a default value, of the student's whose own text fails, or exits
        return ""
