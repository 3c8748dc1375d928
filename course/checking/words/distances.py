"""How far a single number is from the right one, in words."""

from __future__ import annotations

import math
import re
from collections.abc import Collection

from course.checking.comparison import Number
from course.checking.words.phrases import number

NOT_FINITE = "∞ - ∞, 0 · ∞, 0 / 0, log 0, and exp of a large number give NaN or infinity."
PLAIN = 10
"""Up to this factor, a ratio of two numbers is worth telling, whatever it comes from."""
FIRST_TO_GIVE, WHICH_THERE = "Which operation of yours is the first to give one?", "Which of these is it there?"


def sizes_in(called: str) -> frozenset[int]:
    """Give the whole numbers that are in a call, and how many values each of its arrays has.

    Examples
    --------
    >>> sorted(sizes_in("linear_macs((4, 3), 2)"))
    [2, 3, 4, 12]
    """
    shapes = [tuple(map(int, re.findall(r"\d+", shape))) for shape in re.findall(r"\([\d, ]+\)", called)]
    return frozenset((*map(int, re.findall(r"\b\d+\b", called)), *map(math.prod, shapes)))


def ratio_of(value: Number, expected: Number, sizes: Collection[int]) -> tuple[str, str]:
    """Say that a number is twice, half, minus or n times the right one, with the step for it."""
    if isinstance(value, (bool, complex)) or isinstance(expected, (bool, complex)) or not value or not expected:
        return "", ""
    if not math.isfinite(value):
        what = "NaN" if math.isnan(value) else "infinite"
        return f" Yours is {what}.", f"{NOT_FINITE} {FIRST_TO_GIVE}"
    ratio = value / expected
    if math.isclose(ratio, -1, rel_tol=1e-5):
        return " Yours is the negative of it.", "One minus sign is missing, or one is too many. Which is it?"
    if ratio < 0:
        size, step = ratio_of(-value, expected, sizes)
        return size.replace("Yours is", "The negative of yours is"), step and f"The sign is wrong, too. {step}"
    turned = abs(ratio) < 1
    factor = 1 / ratio if turned else ratio
    whole = round(factor)
    if not 2 <= whole <= 1000 or not math.isclose(factor, whole, rel_tol=1e-5):
        return "", ""
    if whole == 2:
        size = "half of it" if turned else "twice that"
        if 2 in sizes:
            return f" Yours is {size}.", f"{_which_size(2)} Or what do you {'halve' if turned else 'count twice'}?"
        return f" Yours is {size}.", f"Find the factor 2: what do you {'halve' if turned else 'count twice'}?"
    size = f"that divided by {whole}" if turned else f"{whole} times that"
    if whole not in sizes:
        told = isinstance(expected, int) or whole <= PLAIN  # of numbers that were not counted, more is a coincidence
        return (f" Yours is {size}." if told else ""), ""
    why = "Is it missing as a factor, or do you divide by it?" if turned else "Do you multiply by it once too often?"
    return f" Yours is {size}.", f"{_which_size(whole)} {why}"


def _which_size(size: int) -> str:
    return f"Which size of this call is {size}?"


def gap_of(value: Number, expected: Number) -> str:
    """Say how far a count is off. Truth values, NaN and infinities have no distance."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or type(expected) is not int:
        return ""
    return f" The difference is {number(value - expected)}." if math.isfinite(value) else ""
