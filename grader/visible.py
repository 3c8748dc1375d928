"""Text from outside, made safe to print: control characters would steer the terminal, and newlines forge lines."""

from __future__ import annotations

import unicodedata

_STEERING = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Control and format characters, halves of characters, and line separators, as Unicode calls them."""


def visible(text: str) -> str:
    r"""Write what a terminal would obey as the escape that Python has for it; everything else stays.

    Whatever comes from a submission goes through this before it is printed or logged: messages and names of
    exceptions, lines of code, names of students and files.

    Examples
    --------
    >>> print(visible("wrong\x1b[8m\nlinear: right. \u202e µ²"))
    wrong\x1b[8m\nlinear: right. \u202e µ²
    """
    if text.isprintable():  # most text is, and there is much of it
        return text
    return "".join(
        _escape(character) if unicodedata.category(character) in _STEERING else character for character in text
    )


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode()
