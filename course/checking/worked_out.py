"""How numbers are written in a formula that a report works out. Nothing here knows an exercise."""

from __future__ import annotations

from collections.abc import Iterable

LONGEST = 110
"""Letters of a formula that are read in one go."""


def in_a_sum(value: float, digits: int = 4) -> str:
    """Write a number to follow an operator: in parentheses if it is negative.

    Examples
    --------
    >>> in_a_sum(0.5), in_a_sum(-2.0), in_a_sum(1 / 3, digits=2)
    ('0.5', '(-2)', '0.33')
    """
    text = f"{value:.{digits}g}"
    return text if value >= 0 else f"({text})"


def sum_of_products(left: Iterable[float], right: Iterable[float], bias: float | None = None) -> str:
    """Write a sum of products, and what it gives.

    Parameters
    ----------
    left, right
        The factors, the same number on both sides.
    bias
        Added at the end, if there is one.

    Examples
    --------
    >>> sum_of_products([1.0, -3.0], [2.0, 4.0], bias=0.5)
    '1·2 + (-3)·4 + 0.5 = -9.5'
    """
    factors = list(zip(left, right, strict=True))
    terms = [f"{in_a_sum(a)}·{in_a_sum(b)}" for a, b in factors]
    total = float(sum(a * b for a, b in factors))
    if bias is not None:
        terms.append(in_a_sum(bias))
        total += float(bias)
    return f"{' + '.join(terms)} = {total:.4g}"


def tidy(value: float) -> float:
    """Take away what rounding left: a sum that is 0 on paper is written as 0.

    Examples
    --------
    >>> tidy(0.1 + 0.2 - 0.3), tidy(-0.0)
    (0.0, 0.0)
    """
    return round(float(value), 12) + 0.0


def unless_long(told: str) -> str:
    """Give a formula, or nothing where it is too long for one line.

    Examples
    --------
    >>> unless_long("1 + 2 = 3"), unless_long(f"{' + '.join('1' * 50)} = 50")
    ('1 + 2 = 3', '')
    """
    return told if len(told) <= LONGEST else ""
