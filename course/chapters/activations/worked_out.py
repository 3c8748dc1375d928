"""How values of activation functions are worked out on paper."""

from __future__ import annotations

import math

from course.checking.worked_out import in_a_sum

FAR = 20.0
"""Beyond this, one of the exponentials is next to nothing."""


def power(x: float) -> str:
    """Write a power of e.

    Examples
    --------
    >>> power(2.0), power(-2.0)
    ('e^2', 'e^(-2)')
    """
    return f"e^{in_a_sum(x)}"


def gate(x: float) -> float:
    """Compute a sigmoid of a number of any size.

    Examples
    --------
    >>> gate(0.0), gate(-1000.0), gate(1000.0)
    (0.5, 0.0, 1.0)
    """
    return math.exp(min(x, 0.0)) / (1 + math.exp(-abs(x)))


def size_of_power(x: float) -> str:
    """Say that e^x is huge or close to 0 before it is used, where it is.

    Examples
    --------
    >>> size_of_power(900.0), size_of_power(-900.0), size_of_power(2.0)
    ('e^900 is huge: ', 'e^(-900) is close to 0: ', '')
    """
    if abs(x) <= FAR:
        return ""
    return f"{power(x)} is {'huge' if x > 0 else 'close to 0'}: "
