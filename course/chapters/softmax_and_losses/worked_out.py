"""How probabilities and losses are worked out, as a report tells it."""

from __future__ import annotations

import numpy as np

from course.chapters.activations.worked_out import power
from course.checking.worked_out import unless_long

MOST_SCORES = 6
"""Scores whose formula fits on a line."""


def on_a_line(formula: str, value: float) -> str:
    """Write a formula and what it gives; empty if it does not fit on a line.

    Examples
    --------
    >>> on_a_line("1 + 2", 3.0)
    '1 + 2 = 3'
    """
    return unless_long(f"{formula} = {value:.4g}")


def sum_of_powers(row: np.ndarray) -> str:
    """Write the sum of the exponentials of a row.

    Examples
    --------
    >>> sum_of_powers(np.array([2.0, -1.0]))
    'e^2 + e^(-1)'
    """
    return " + ".join(map(power, row))


def row_of(scores: np.ndarray, dim: int, index: tuple[int, ...]) -> tuple[np.ndarray, int]:
    """Give the scores along `dim` that go through an element, and its place among them.

    Examples
    --------
    >>> row_of(np.array([[1.0, 2.0], [3.0, 4.0]]), 0, (1, 0))
    (array([1., 3.]), 1)
    """
    place = list(index)
    own = place.pop(dim)
    return np.moveaxis(scores, dim, -1)[tuple(place)], own


def near_zero(scores: np.ndarray) -> bool:
    """Tell whether a calculator can do the exponentials of a few scores.

    Examples
    --------
    >>> near_zero(np.array([1.0, -2.0])), near_zero(np.array([1000.0]))
    (True, False)
    """
    return scores.size <= MOST_SCORES and bool(np.abs(scores).max() < 100)
