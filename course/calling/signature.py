"""Whether a function can be called with these arguments, seen before it is called."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from inspect import CO_VARARGS, CO_VARKEYWORDS
from types import FunctionType, MethodType
from typing import Any

from course.calling.naming import text_of
from course.calling.time_limit import TimeUp


def other_signature(function: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> str | None:
    """Give a function's signature where it can't be called so; None where it can, or where only a call can tell.

    Examples
    --------
    >>> other_signature(lambda x, y: 0, (1,), {}), other_signature(lambda x: 0, (1,), {})
    ('(x, y)', None)

    Of a method it is the signature as it is written, with ``self``.
    """
    try:
        function, args = _unbound(function, args)
        if type(function) is FunctionType and _fits(function, args, kwargs):
            return None
        signature = inspect.signature(function)
    except TimeUp:
        raise
    except BaseException:  # a built-in without one, or an object that claims a strange one, or refuses
        return None
    try:
        signature.bind(*args, **kwargs)
    except TimeUp:
        raise
    except TypeError:
        return text_of(signature)
    except BaseException:  # it is not one of Python's own
        return None
    return None


def _unbound(function: Any, args: tuple[Any, ...]) -> tuple[Any, tuple[Any, ...]]:
    """Give a method as it is written, with something in the place of ``self``."""
    kind = type(function)  # isinstance asks an object for its __class__, which may be a student's code
    if kind is MethodType and type(function.__func__) is FunctionType:
        return function.__func__, (None, *args)
    return function, args


def _fits(function: FunctionType, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> bool:
    """Tell whether a plain function surely takes these arguments: much faster than with its signature.

    Examples
    --------
    >>> [_fits(lambda x, y=1: 0, args, {}) for args in ((), (1,), (1, 2), (1, 2, 3))]
    [False, True, True, False]
    """
    code, defaults = function.__code__, function.__defaults__ or ()
    if code.co_flags & (CO_VARARGS | CO_VARKEYWORDS) or code.co_kwonlyargcount or code.co_posonlyargcount:
        return False
    names = code.co_varnames[len(args) : code.co_argcount]
    required = names[: max(0, code.co_argcount - len(args) - len(defaults))]
    return len(args) <= code.co_argcount and set(required) <= set(kwargs) <= set(names)
