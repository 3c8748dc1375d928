"""What a value of ``class.toml`` may be. Each check gives the value, or says what is expected instead."""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Collection
from datetime import UTC, date, datetime, time, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

Check = Callable[[Any], Any]
MOST = 1e9
"""Numbers without a bound: clocks and the kernel have no use for larger ones."""


class Unfit(Exception):
    """A value is not what is expected; the text says what is."""


def nearest(name: Any, known: Collection[str]) -> str:
    """Ask whether the nearest known name was meant; where none is near, name the known ones if they are few.

    Examples
    --------
    >>> nearest("deadlins", ["deadlines", "points"])
    ' Did you mean deadlines?'
    """
    near = difflib.get_close_matches(str(name), known, n=1)
    if near:
        return f" Did you mean {near[0]}?"
    return f" There are {', '.join(known)}." if 0 < len(known) <= 20 else ""


def with_article(thing: str) -> str:
    """Write a or an before a word.

    Examples
    --------
    >>> with_article("chapter"), with_article("exercise")
    ('a chapter', 'an exercise')
    """
    return f"{'an' if thing[0] in 'aeiou' else 'a'} {thing}"


def number(low: float, high: float, *, whole: bool = False, above: bool = False) -> Check:
    """Take a number between two bounds; `above` leaves out the lower one."""
    kind = "a whole number" if whole else "a number"
    start = f"above {low}" if above else f"from {low}"
    wanted = f"{kind} {start}{'' if above else ' on'}" if math.isinf(high) else f"{kind} {start} to {high}"

    def check(value: Any) -> float | int:
        fits = isinstance(value, int if whole else (int, float)) and not isinstance(value, bool)
        if not fits or not low <= value <= high or (above and value == low) or value == math.inf:
            raise Unfit(f"{wanted} is expected")
        if math.isinf(high) and value > MOST:
            raise Unfit(f"a number up to {MOST:,.0f} is expected")
        return value if whole else float(value)

    return check


def switch(value: Any) -> bool:
    """Take true or false."""
    if not isinstance(value, bool):
        raise Unfit("true or false is expected")
    return value


def text(value: Any) -> str:
    """Take a text that is not empty."""
    if not isinstance(value, str) or not value.strip():
        raise Unfit("a text in quotation marks is expected")
    return value


def name(value: Any) -> str:
    """Take a text that can name a folder."""
    if not isinstance(value, str) or not value or value.startswith(".") or set(value) & set("/\\\0\n"):
        raise Unfit("a name in quotation marks is expected, without slashes, because folders are named by it")
    return value


def timezone(value: Any) -> tzinfo:
    """Take the name of a time zone."""
    if value == "UTC":
        return UTC  # Windows has no list of time zones
    try:
        return ZoneInfo(value)
    except (OSError, ValueError, TypeError, LookupError):
        raise Unfit('the name of a time zone is expected, such as "Europe/Berlin"') from None


def several(known: Collection[str], thing: str) -> Check:
    """Take a list of known names, each once."""

    def check(value: Any) -> tuple[str, ...]:
        if not isinstance(value, list) or not value or not all(isinstance(one, str) for one in value):
            raise Unfit(f"a list of {thing}s is expected, with at least one")
        for one in value:
            if one not in known:
                raise Unfit(f"{one!r} is not {with_article(thing)} of the course.{nearest(one, known)}")
            if value.count(one) > 1:
                raise Unfit(f"{one!r} is listed twice")
        return tuple(value)

    return check


def moment(zone: tzinfo) -> Check:
    """Take a date, which means the end of that day, or a date with a time; give it in UTC, as nbgrader keeps it."""

    def check(value: Any) -> datetime:
        if isinstance(value, str):
            raise Unfit("a date without quotation marks is expected, such as 2026-10-12 or 2026-10-12T18:00:00")
        if not isinstance(value, date):
            raise Unfit("a date is expected, such as 2026-10-12 or 2026-10-12T18:00:00")
        if not isinstance(value, datetime):
            value = datetime.combine(value, time(23, 59, 59))
        if value.tzinfo is None:
            value = value.replace(tzinfo=zone)
        try:
            return value.astimezone(UTC).replace(tzinfo=None)
        except (OverflowError, ValueError):  # in the first or the last year
            raise Unfit("a date is expected, such as 2026-10-12 or 2026-10-12T18:00:00") from None

    return check
