"""Arguments for the cases of chapter 12, and how one normalized value is worked out."""

from __future__ import annotations

import numpy as np

from course.checking.sampling import normal

CHAPTER = "12_normalization"

OFFSET = 2.0**21
"""So far from zero the mean of the squares less the square of the mean has lost digits that count."""

FAR = "values around 2,000,000, one apart"
TINY = "values around 0.001, so that eps matters"


def images(rng: np.random.Generator, *shape: int, scale: float = 1.0, offset: float | np.ndarray = 0.0) -> np.ndarray:
    """Draw an input of any shape with the given spread around the offset.

    Far from zero its values are multiples of 1/1024: then all sums are exact, and only an answer can lose digits.
    """
    values = scale * normal(rng, *shape)
    return offset + np.round(1024 * values) / 1024 if np.any(offset) else values


def positive(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Draw values that a variance can have."""
    return np.round(rng.uniform(0.5, 2.0, shape), 6)


def worked_out(value: float, values: np.ndarray, eps: float, weight: float | None, bias: float | None) -> str:
    """Write out one normalized value; `values` share its mean and variance."""
    mean, var = float(values.mean()), float(values.var())
    result = (value - mean) / np.sqrt(var + eps)
    text = f"({value:.4g} - {_in_a_sum(mean)})/√({var:.4g} + {eps:g})"
    if weight is not None:
        result, text = result * weight, f"{text} · {_in_a_sum(weight)}"
    if bias is not None:
        result, text = result + bias, f"{text} + {_in_a_sum(bias)}"
    return f"{text} = {result:.4g}"


def _in_a_sum(value: float) -> str:
    return f"{value:.4g}" if value >= 0 else f"({value:.4g})"
