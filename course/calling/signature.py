"""Whether a function can be called with these arguments, seen before it is called."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from types import FunctionType, MethodType
from typing import Any

from course.calling.naming import text_of
from course.calling.time_limit import TimeUp

_members, _mro = type.__dict__["__dict__"].__get__, type.__dict__["__mro__"].__get__


def other_signature(
    function: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any], prepare: Callable[[], None] = lambda: None
) -> str | None:
    """Give a function's signature where it can't be called so; None where it can, or where only a call can tell.

    `prepare` is called before `inspect` is used.

    Examples
    --------
    >>> other_signature(lambda x, y: 0, (1,), {}), other_signature(lambda x: 0, (1,), {})
    ('(x, y)', None)

    Of a method it is the signature as it is written, with ``self``.
    """
    try:
        function, args = _unbound(function, args)
        if _fits(*_made_by(function, args), kwargs):
            return None
        prepare()
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


def with_keywords(
    function: Any, args: Sequence[Any], kwargs: Mapping[str, Any], names: Sequence[str]
) -> tuple[list[Any], dict[str, Any]] | None:
    """Give the same call with keywords for the parameters that a function takes by keyword only; None if none fits.

    Examples
    --------
    >>> def scale(x, *, by=2): ...
    >>> with_keywords(scale, (1, 3), {}, ("x", "by"))
    ([1], {'by': 3})
    """
    if type(function) is not FunctionType or not function.__code__.co_kwonlyargcount:
        return None
    given = function.__code__.co_argcount
    by_name = dict(zip(names[given : len(args)], args[given:], strict=False))
    first, named = list(args[:given]), {**by_name, **kwargs}
    complete = len(first) + len(named) == len(args) + len(kwargs)
    return (first, named) if complete and other_signature(function, tuple(first), named) is None else None


def _fits(function: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> bool:
    """Tell whether an ordinary function surely takes these; `inspect` takes a hundred times as long to find out.

    Examples
    --------
    >>> def linear(input, weight, bias=None): ...
    >>> _fits(linear, (1, 2), {}), _fits(linear, (1,), {"weight": 2}), _fits(linear, (1,), {"bias": 2})
    (True, True, False)
    """
    if type(function) is not FunctionType or function.__dict__:  # which could claim another signature
        return False
    code, defaults, given = function.__code__, function.__defaults__, len(args)
    if given > code.co_argcount or code.co_kwonlyargcount or code.co_posonlyargcount:
        return False
    required = code.co_argcount - (len(defaults) if defaults else 0)
    free = code.co_varnames[given : code.co_argcount]
    return all(name in free for name in kwargs) and all(name in kwargs for name in free[: max(required - given, 0)])


def _made_by(function: Any, args: tuple[Any, ...]) -> tuple[Any, tuple[Any, ...]]:
    """Give the ``__init__`` of a plain class of the student's, with something in the place of ``self``."""
    if type(function) is not type:
        return function, args
    for one in _mro(function):
        own = _members(one)
        if "__new__" in own and one is not object:
            break
        if "__init__" in own:
            return own["__init__"], (None, *args)
    return function, args


def _unbound(function: Any, args: tuple[Any, ...]) -> tuple[Any, tuple[Any, ...]]:
    """Give a method as it is written, with something in the place of ``self``."""
    kind = type(function)  # isinstance asks an object for its __class__, which may be a student's code
    if kind is MethodType and type(function.__func__) is FunctionType:
        return function.__func__, (None, *args)
    return function, args
