"""Passwords in addresses, which no message shows."""

from __future__ import annotations

import re

# Up to the last @: one in a password should be written %40, and may not be.
_IN_FRONT = re.compile(r"(\w:/{0,2}[^\s/:@'\"]*:)[^\s'\"]*@")
_AS_OPTION = re.compile(r"((?:password|passfile)=)[^\s&'\"]*")


def hidden(text: str) -> str:
    """Hide the passwords of all addresses in a text.

    Examples
    --------
    >>> hidden("postgresql+psycopg://grader:se@cret@host/grades is not there")
    'postgresql+psycopg://grader:***@host/grades is not there'
    >>> hidden("postgresql+psycopg://host/grades?user=grader&password=secret")
    'postgresql+psycopg://host/grades?user=grader&password=***'
    """
    return _AS_OPTION.sub(r"\1***", _IN_FRONT.sub(r"\1***@", text))
