"""Where the values that differ are, and how they are related to the right ones, in words."""

from __future__ import annotations

import math

from course.checking.comparison import WrongValues
from course.checking.pattern import Relation, Where


def spread_of(found: WrongValues, oracle: str, part: str) -> str:
    """Say how many values differ and where, which are not finite, and what relates them to the right ones.

    Parameters
    ----------
    found
        The values that differ.
    oracle
        Who has the right ones.
    part
        The name of the result; empty where there is only one.
    """
    many = f"{found.differing} of {found.total} values differ" if found.total > 1 else "It is the only value"
    where = _where(found.where, len(found.index))
    return f"{many}{where}.{_not_finite(found)}{_relation(found.relation, oracle, part)}"


def _not_finite(found: WrongValues) -> str:
    counts = [
        f"{n} {'is' if n == 1 else 'are'} {what}" for n, what in ((found.nan, "NaN"), (found.infinite, "infinite")) if n
    ]
    return f" {' and '.join(counts)}." if counts else ""


def _where(where: Where, ndim: int) -> str:
    if ndim < 2 or where.kind in ("everywhere", "scattered"):
        return ""
    if where.kind == "border":
        return ", all on the border; the inside is right"
    names = {2: ("row", "column"), 4: ("sample", "channel"), 5: ("sample", "channel")}.get(ndim, ())
    axis = where.axis or 0
    return (
        f", all in {names[axis]} {where.index}" if axis < len(names) else f", all at index {where.index} of axis {axis}"
    )


def _relation(relation: Relation | None, oracle: str, part: str) -> str:
    if relation is None:
        return ""
    if relation.kind == "transposed":
        return f" Yours is the transpose of {part or 'what ' + oracle + ' has'}."
    if relation.kind == "near":
        return f" None is off by more than {_rounded_up(relation.amount)}."
    if relation.kind == "factor":
        if abs(relation.amount + 1) < 1e-4:
            return " Each has the wrong sign."
        return f" Each is {relation.amount:.4g} times what {oracle} has."
    more = "more" if relation.amount > 0 else "less"
    return f" Each is {abs(relation.amount):.4g} {more} than what {oracle} has."


def _rounded_up(amount: float) -> str:
    digit = 10.0 ** math.floor(math.log10(amount))
    return f"{math.ceil(amount / digit) * digit:.1g}"
