"""One call of a student's function inside the worker, ended and told as `course.checking.attempt` does.

The two are written twice because a worker holds nothing of the course; a test compares them call by call.
"""

from __future__ import annotations

import inspect
import linecache
import time
import traceback
from collections.abc import Callable
from copy import deepcopy
from types import CodeType
from typing import Any

import numpy as np

from grader.boundary.timelimit import TimeUp, time_limit

MESSAGE = 2000
"""Characters of an exception's message, or of a signature, that are told."""
NAME, SOURCE = 200, 500
"""Characters of an exception's name and of a line of code that are told."""

_clock, _walk, _getline = time.perf_counter, traceback.walk_tb, linecache.getline
_name_of_type, _plain = type.__dict__["__name__"].__get__, str.__str__


def attempt(
    function: Any,
    args: tuple[Any, ...] = (),
    kwargs: dict[str, Any] | None = None,
    names: tuple[str, ...] = (),
    seconds: float = 5.0,
    afterwards: Callable[[], None] = lambda: None,
) -> dict[str, Any]:
    """Call a student's function and tell how that ended, as plain data.

    Parameters
    ----------
    function
        What is called: any object, for whatever a student's method may be.
    args, kwargs
        What it is called with.
    names
        Names for `args`, then `kwargs`; those that were changed are told.
    seconds
        Time limit, for looking at the function as well: that may run a student's code.
    afterwards
        Called right after the function, before anything that it may have broken is used.

    Returns
    -------
    dict
        ``ending`` is a value of `course.checking.attempt.Ending`; ``value``, ``changed``, ``seconds``, ``error``
        and ``detail`` are there where the ending has them.

    Examples
    --------
    >>> attempt(lambda x: 2 * x, (4,), names=("x",))["value"]
    8
    >>> attempt(lambda x: 2 * x)
    {'ending': 'wrong signature', 'detail': '(x)'}
    """
    kwargs = kwargs or {}
    originals = [*args, *kwargs.values()]
    copies = [_copy(value) for value in originals]
    own_args, own_kwargs = copies[: len(args)], dict(zip(kwargs, copies[len(args) :], strict=True))
    start = _clock()
    try:
        with time_limit(seconds):
            try:
                if (other := _other_signature(function, args, kwargs)) is not None:
                    return {"ending": "wrong signature", "detail": other}
                start = _clock()
                value = function(*own_args, **own_kwargs)
            finally:
                afterwards()
    except TimeUp:
        return {"ending": "too slow", "seconds": _clock() - start}
    except KeyboardInterrupt:
        return {"ending": "interrupted", "seconds": _clock() - start}
    except NotImplementedError as error:
        return {"ending": "not attempted", "error": _raised(error, function)}
    except BaseException as error:
        return {"ending": "raised", "error": _raised(error, function)}
    elapsed = _clock() - start
    changed = [
        name for name, before, after in zip(names, originals, copies, strict=True) if not _unchanged(before, after)
    ]
    return {"ending": "returned", "value": value, "changed": changed, "seconds": elapsed}


def _other_signature(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str | None:
    """Give a function's signature where it can't be called so; None where it can, or where only a call can tell."""
    try:
        signature = inspect.signature(function)
    except Exception:  # a built-in without one, or an object that claims a strange one
        return None
    try:
        signature.bind(*args, **kwargs)
    except TypeError:
        return text_of(signature)
    except Exception:  # it is not one of Python's own
        return None
    return None


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


def _raised(error: BaseException, function: Any) -> dict[str, Any]:
    try:
        code = getattr(inspect.unwrap(function), "__code__", None)
    except Exception:  # wrapped in a circle, or an object that refuses to be looked at
        code = None
    line, source = None, ""
    if isinstance(code, CodeType):
        for frame, number in _walk(error.__traceback__):
            if frame.f_code.co_filename == code.co_filename:
                source = _getline(code.co_filename, number).strip()
                line = number - code.co_firstlineno + 1 if frame.f_code is code else None
    name = _plain(_name_of_type(type(error)))
    return {"name": name[:NAME], "message": text_of(error), "line": line, "source": source[:SOURCE]}


def text_of(thing: object) -> str:
    """Give an exception's message, or a signature, cut to a length that can be shown; empty where it has none."""
    try:
        text = _plain(str(thing))  # a student's str may itself be an object of a class of theirs
    except BaseException:  # an exception, or a default value, of the student's whose own text fails, or exits
        return ""
    return text if len(text) <= MESSAGE else text[:MESSAGE] + " ..."
