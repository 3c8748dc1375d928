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
# Characters that turn the direction of writing, or begin a line, could show a text as another one.
_STEERING = "\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
_BYTE = "(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])"
# Weight and lines, colours by number, and [38;5;N, [38;2;R;G;B. Others hide what is written, or no page can show them.
_STYLE = f"(?:[0-479]|2[1-47-9]|3[0-79]|4[0-79]|9[0-7]|10[0-7]|[34]8;5;{_BYTE}|[34]8;2;{_BYTE};{_BYTE};{_BYTE})"
_CONTROL = re.compile(rf"[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f{_STEERING}]|\x1b(?!\[(?:{_STYLE}(?:;{_STYLE})*)?m)")
_NOT_IN_A_LINE = re.compile(rf"[\x00-\x1f\x7f-\x9f{_STEERING}]+")
# Bound once: where answers are graded, a student may replace these names where they come from.
_clean, _join_lines = _CONTROL.sub, _NOT_IN_A_LINE.sub
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
    home = one_line(module, NAME).split(".")[0] if type(module) is str else ""
    return name if home in ("builtins", "") or home.startswith("__") else f"{home}.{name}"[:NAME]


def bare_name(kind: type) -> str:
    """Name a type without its package, and without asking its metaclass.

    Examples
    --------
    >>> bare_name(ValueError)
    'ValueError'
    """
    return one_line(_plain(_name(kind)), NAME)  # a name may itself be an object of a student's class


def printable(text: str, most: int) -> str:
    r"""Make a text safe to print and to send: no control characters, no half of a character, and not too long.

    Examples
    --------
    >>> printable("a\x00b\ud800", 10)
    'ab?'

    Of escape sequences, only well-formed colours are left.

    >>> printable("\x1b[31mred\x1b[0m \x1b[38m \x1b[8m", 100)
    '\x1b[31mred\x1b[0m [38m [8m'
    """
    return _clean("", text[:most].encode("utf-8", "replace").decode())


def one_line(text: str, most: int) -> str:
    r"""Make a name safe to print, and to be put into a sentence: as `printable`, without colours and newlines.

    Examples
    --------
    >>> one_line("Error\x1b[8m\nlinear: right", 100)
    'Error [8m linear: right'
    """
    return _join_lines(" ", text[:most].encode("utf-8", "replace").decode())


def text_of(thing: object) -> str:
    """Give an object's own text, cut to a length that can be shown; empty where it has none.

    Examples
    --------
    >>> text_of(ValueError("no"))
    'no'
    """
    try:
        text = _plain(str(thing))  # a student's str may itself be an object of their own class
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
        return one_line(_plain(name), NAME) if issubclass(type(name), str) else bare_name(type(thing))

    try:
        return limited(LOOK, look)
    except BaseException:  # whatever is raised by an object that is only asked for its name
        return bare_name(type(thing))
