"""How numbers are written in a formula that a report works out."""

from __future__ import annotations


def in_a_formula(value: float) -> str:
    """Write a number to follow an operator, in brackets if it is negative.

    Examples
    --------
    >>> in_a_formula(0.5), in_a_formula(-2.0)
    ('0.5', '(-2)')
    """
    return f"{value:.5g}" if value >= 0 else f"({value:.5g})"
