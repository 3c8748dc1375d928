"""Attention worked out in figures for a report."""

from __future__ import annotations

import numpy as np

from course.checking.worked_out import in_a_sum, tidy

MOST_KEYS = 4
LARGE = 50.0
"""Where scores are larger, the largest is subtracted first, as it must be."""


def attended(scores: np.ndarray, values: np.ndarray) -> str:
    """Write out the mean of one column of values by the weights that scores give; nothing for many keys.

    Examples
    --------
    >>> attended(np.array([0.0, 0.0]), np.array([2.0, -4.0]))
    '(e^0·2 + e^0·(-4))/(e^0 + e^0) = -1'
    >>> attended(np.array([1.0, -np.inf]), np.array([2.0, -4.0]))
    '(e^1·2 + 0·(-4))/(e^1 + 0) = 2'
    """
    if len(scores) > MOST_KEYS:
        return ""
    powers = _powers(scores)
    terms = [f"{power}·{in_a_sum(value)}" for power, value in zip(powers, values, strict=True)]
    result = float(softmax(scores) @ values)
    return f"({' + '.join(terms)})/({' + '.join(powers)}) = {tidy(result):.4g}"


def softmax(scores: np.ndarray) -> np.ndarray:
    """Turn one row of scores into weights."""
    shares = np.exp(scores - scores.max())
    return shares / shares.sum()


def added_up(left: np.ndarray, right: np.ndarray, divisor: str = "") -> str:
    """Write a sum of products in which one factor is not a whole number, divided by what is named.

    Examples
    --------
    >>> added_up(np.array([0.25, -0.25]), np.array([2.0, 1.0]))
    '0.25·2 + (-0.25)·1 = 0.25'
    >>> added_up(np.array([0.25, -0.25]), np.array([3.0, 1.0]), divisor="√4")
    '(0.25·3 + (-0.25)·1)/√4 = 0.25'
    """
    if len(left) > MOST_KEYS:
        return ""
    total = float(left @ right)
    sum_of = " + ".join(f"{in_a_sum(tidy(a))}·{in_a_sum(tidy(b))}" for a, b in zip(left, right, strict=True))
    if not divisor:
        return f"{sum_of} = {tidy(total):.4g}"
    return f"({sum_of})/{divisor} = {tidy(total / np.sqrt(float(divisor[1:]))):.4g}"


def _powers(scores: np.ndarray) -> list[str]:
    largest = scores.max() if np.abs(scores[np.isfinite(scores)]).max() > LARGE else 0.0
    return [f"e^{in_a_sum(tidy(score - largest))}" if np.isfinite(score) else "0" for score in scores]
