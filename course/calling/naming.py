"""Names and texts of objects that may lie about themselves, or raise when they are asked."""

from __future__ import annotations

import re
from typing import Any

from course.calling.time_limit import TimeUp, limited

MESSAGE = 2000
"""Characters of a text that are kept: an exception's message, a signature."""
NAME = 200
"""Characters of a name that are kept."""
LOOK = 1.0
"""Seconds within which an object must say its own name."""

# Tab, newline and terminal colours are kept; other control characters and escapes break XML, or steer terminals.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f]|\x1b(?!\[[0-9;]*m)")
# Bound once: where answers are graded, a student may replace these names where they come from.
_clean = _CONTROL.sub
_plain, _name, _module = str.__str__, type.__dict__["__name__"].__get__, type.__dict__["__module__"].__get__


def type_name(kind: type) -> str:
    """Name a type as a report does: its package and its name, without asking the type itself.

    Examples
    --------
    >>> import collections
    >>> type_name(collections.Counter), type_name(range)
    ('collections.Counter', 'range')
    """
    name = bare_name(kind)
    try:
        module = _module(kind)
    except AttributeError:  # deleted
        return name
    home = printable(module, NAME).split(".")[0] if type(module) is str else ""
    return name if home in ("builtins", "") or home.startswith("__") else f"{home}.{name}"[:NAME]


def bare_name(kind: type) -> str:
    """Name a type without its package, and without asking its metaclass.

    Examples
    --------
    >>> bare_name(ValueError)
    'ValueError'
    """
    return printable(_plain(_name(kind)), NAME)  # a name may itself be an object of a student's class


def printable(text: str, most: int) -> str:
    r"""Make a text safe to print and to send: no control characters, no half of a character, and not too long.

    Examples
    --------
    >>> printable("a\x00b\ud800", 10)
    'ab?'
    """
    return _clean("", text[:most].encode("utf-8", "replace").decode())


def text_of(thing: object) -> str:
    """Give an object's own text, cut to a length that can be shown; empty where it has none.

    Examples
    --------
    >>> text_of(ValueError("no"))
    'no'
    """
    try:
        text = _plain(str(thing))  # a student's str may itself be an object of a class of theirs
    except TimeUp:
        raise
    except BaseException:  # the text itself fails, or exits
        return ""
    return printable(text, MESSAGE) if len(text) <= MESSAGE else printable(text, MESSAGE) + " ..."


def name_of(thing: object) -> str:
    """Give the name that a function or class has, or else the name of its type, whatever the object does when asked.

    Examples
    --------
    >>> name_of(len), name_of(7)
    ('len', 'int')
    """

    def look() -> str:
        name: Any = getattr(thing, "__name__", None)
        return printable(_plain(name), NAME) if issubclass(type(name), str) else bare_name(type(thing))

    try:
        return limited(LOOK, look)
    except BaseException:  # whatever is raised by an object that is only asked for its name
        return bare_name(type(thing))
