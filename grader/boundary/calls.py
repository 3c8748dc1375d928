"""One call of a student's function inside the worker, ended and told as `course.checking.attempt` does.

The two are written twice because a worker holds nothing of the course; a test compares them call by call.
"""

from __future__ import annotations

import inspect
import linecache
import time
import traceback
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from grader.boundary.timelimit import TimeUp, time_limit

MESSAGE = 2000
"""Characters of an exception's message that are told."""

_clock, _walk, _getline = time.perf_counter, traceback.walk_tb, linecache.getline


def attempt(
    namespace: Mapping[str, Any],
    name: str,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    names: tuple[str, ...],
    seconds: float,
    afterwards: Callable[[], None] = lambda: None,
) -> dict[str, Any]:
    """Call the function `name` of a namespace and tell how that ended, as plain data.

    Parameters
    ----------
    namespace
        Where the student's cells left their names.
    name
        The function's name.
    args, kwargs
        What it is called with.
    names
        Names for `args`, then `kwargs`; those that were changed are told.
    seconds
        Time limit.
    afterwards
        Called right after the function, before anything that it may have broken is used.

    Returns
    -------
    dict
        ``ending`` is a value of `course.checking.attempt.Ending`; ``value``, ``changed``, ``seconds``, ``error``
        and ``detail`` are there where the ending has them.

    Examples
    --------
    >>> attempt({"twice": lambda x: 2 * x}, "twice", (4,), {}, ("x",), 5.0)["value"]
    8
    >>> attempt({"twice": 8}, "twice", (4,), {}, ("x",), 5.0)
    {'ending': 'not defined', 'detail': 'int'}
    """
    if name not in namespace:
        return {"ending": "not defined", "detail": ""}
    function = namespace[name]
    if not callable(function):
        return {"ending": "not defined", "detail": type(function).__name__}
    try:
        signature = inspect.signature(function)
    except ValueError:
        signature = None  # a built-in without a signature: calling it is the only way to know
    if signature is not None:
        try:
            signature.bind(*args, **kwargs)
        except TypeError:
            return {"ending": "wrong signature", "detail": str(signature)}
    return _run(function, args, kwargs, names, seconds, afterwards)


def _run(
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    names: tuple[str, ...],
    seconds: float,
    afterwards: Callable[[], None],
) -> dict[str, Any]:
    originals = [*args, *kwargs.values()]
    copies = [_copy(value) for value in originals]
    own_args, own_kwargs = copies[: len(args)], dict(zip(kwargs, copies[len(args) :], strict=True))
    start = _clock()
    try:
        with time_limit(seconds):
            try:
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


def _copy(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, np.random.Generator):
        bits = type(value.bit_generator)()
        bits.state = value.bit_generator.state
        return np.random.Generator(bits)
    if isinstance(value, list):
        return [_copy(item) for item in value]
    return value


def _unchanged(before: Any, after: Any) -> bool:
    if isinstance(before, np.ndarray):
        return before.shape == after.shape and before.dtype == after.dtype and before.tobytes() == after.tobytes()
    if isinstance(before, list):
        return len(before) == len(after) and all(map(_unchanged, before, after))
    return True  # numbers, text and tuples can't be changed; drawing from a generator is what it is for


def _raised(error: BaseException, function: Callable[..., Any]) -> dict[str, Any]:
    code = getattr(inspect.unwrap(function), "__code__", None)
    line, source = None, ""
    for frame, number in _walk(error.__traceback__):
        if code is not None and frame.f_code.co_filename == code.co_filename:
            source = _getline(code.co_filename, number).strip()
            line = number - code.co_firstlineno + 1 if frame.f_code is code else None
    return {"name": type(error).__name__, "message": text_of(error), "line": line, "source": source}


def text_of(error: BaseException) -> str:
    """Give an exception's message, cut to a length that can be shown; empty where its class can't give one."""
    try:
        message = str(error)
    except BaseException:  # an exception class of the student's whose __str__ fails
        return ""
    return message if len(message) <= MESSAGE else message[:MESSAGE] + " ..."
