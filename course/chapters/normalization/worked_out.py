"""One normalized value, worked out in figures for a report."""

from __future__ import annotations

import numpy as np

from course.checking.worked_out import in_a_sum


def worked_out(value: float, values: np.ndarray, eps: float, weight: float | None, bias: float | None) -> str:
    """Write out how one value is normalized.

    Parameters
    ----------
    value
        The value.
    values
        All that share its mean and variance.
    eps
        Added to the variance.
    weight, bias
        What it is scaled and shifted by, if it is.

    Examples
    --------
    >>> worked_out(3.0, np.array([1.0, 3.0]), 0.0, 5.0, -1.0)
    '(3 - 2)/√(1 + 0) · 5 + (-1) = 4'
    """
    mean, var = float(values.mean()), float(values.var())
    result = (value - mean) / np.sqrt(var + eps)
    text = f"({value:.4g} - {in_a_sum(mean)})/√({var:.4g} + {eps:g})"
    if weight is not None:
        result, text = result * weight, f"{text} · {in_a_sum(weight)}"
    if bias is not None:
        result, text = result + bias, f"{text} + {in_a_sum(bias)}"
    return f"{text} = {result:.4g}"
