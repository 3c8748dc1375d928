"""What the cases of this chapter draw."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.checking.sampling import normal


def _gradient(
    rng: np.random.Generator,
    *shape: int,
    of: tuple[int, ...],
    scale: float = 1.0,
    offset: float = 0.0,
    eps: float | None = None,
) -> dict[str, Any]:
    return {
        "grad_output": normal(rng, *shape),
        "input": images(rng, *shape, scale=scale, offset=offset),
        "weight": normal(rng, *of),
        **({} if eps is None else {"eps": eps}),
    }


RETURNS = ("grad_input", "grad_weight", "grad_bias")


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


def _last_axes(
    rng: np.random.Generator,
    *shape: int,
    over: int = 1,
    scale: float = 1.0,
    offset: float = 0.0,
    bias: bool = True,
    eps: float | None = None,
) -> dict[str, Any]:
    normalized_shape = shape[-over:]
    return {
        "input": images(rng, *shape, scale=scale, offset=offset),
        "normalized_shape": normalized_shape,
        "weight": normal(rng, *normalized_shape),
        **({"bias": normal(rng, *normalized_shape)} if bias else {}),
        **({} if eps is None else {"eps": eps}),
    }


def _rows(rng: np.random.Generator, row: int, value: float, bias: bool = True) -> dict[str, Any]:
    arguments = _last_axes(rng, 3, 4, bias=bias)
    arguments["input"][row] = value
    return arguments
