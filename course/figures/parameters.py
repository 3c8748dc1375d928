"""The values that the parameters of a picture take: which combinations are shown, and how they are written."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

MOST_FRAMES = 24
"""More combinations than that are not all shown as frames: one parameter changes at a time."""


def combinations(values: dict[str, Sequence[Any]]) -> list[dict[str, Any]]:
    """List combinations: all, if they are few, or those in which one parameter differs from its first value.

    Examples
    --------
    >>> [tuple(one.values()) for one in combinations({"a": [1, 2], "b": [5, 6]})]
    [(1, 5), (1, 6), (2, 5), (2, 6)]
    >>> len(combinations({"a": range(9), "b": range(9)}))
    17
    """
    every = [dict(zip(values, chosen, strict=True)) for chosen in product(*values.values())]
    if len(every) <= MOST_FRAMES:
        return every
    first = every[0]
    return [first, *(first | {name: value} for name, several in values.items() for value in several[1:])]


def named(chosen: dict[str, Any]) -> str:
    """Write the value of each parameter.

    Examples
    --------
    >>> named({"stride": 2, "rate": 0.123456})
    'stride = 2, rate = 0.123'
    """
    return ", ".join(f"{name} = {short(value)}" for name, value in chosen.items())


def short(value: object) -> str:
    """Write a value as a slider shows it.

    Examples
    --------
    >>> short(0.123456), short(3)
    ('0.123', '3')
    """
    return f"{value:.3g}" if isinstance(value, float) else str(value)
