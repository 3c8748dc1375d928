"""Arguments for the cases of this chapter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course.checking.sampling import normal

Draw = Callable[..., np.ndarray]

OFFSET = 2.0**21
"""So far from zero, the mean of the squares minus the square of the mean has lost digits that count."""

FAR = "values around 2,000,000, one apart"
TINY = "values around 0.001, so that eps matters"


def unequal(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Draw small whole numbers, no two in a row equal: for a case to do with a pencil.

    A row of two values that take turns has a gradient of almost nothing, which shows no mistake.
    """
    numbers = np.delete(np.arange(-4.0, 5.0), 4)
    return np.array([rng.permutation(numbers)[: shape[-1]] for _ in range(int(np.prod(shape[:-1])))]).reshape(shape)


def draw_input(
    rng: np.random.Generator, *shape: int, scale: float = 1.0, offset: float | np.ndarray = 0.0, draw: Draw = normal
) -> np.ndarray:
    """Draw values with the given standard deviation around the offset.

    Far from zero they are multiples of 1/1024: then all sums are exact, and only an answer can lose digits.
    """
    values = scale * draw(rng, *shape)
    return offset + np.round(1024 * values) / 1024 if np.any(offset) else values


def last_axes(
    rng: np.random.Generator,
    *shape: int,
    over: int = 1,
    scale: float = 1.0,
    offset: float = 0.0,
    bias: bool = True,
    draw: Draw = normal,
    **options: float,
) -> dict[str, Any]:
    """Draw the arguments of a normalization over the last axes, as many as `over` says."""
    normalized_shape = shape[-over:]
    return {
        "input": draw_input(rng, *shape, scale=scale, offset=offset, draw=draw),
        "normalized_shape": normalized_shape,
        "weight": draw(rng, *normalized_shape),
        **({"bias": draw(rng, *normalized_shape)} if bias else {}),
        **options,
    }


def constant_row(rng: np.random.Generator, row: int, value: float, bias: bool = True) -> dict[str, Any]:
    """Draw three rows of features, and fill one of them with one value."""
    arguments = last_axes(rng, 3, 4, bias=bias)
    arguments["input"][row] = value
    return arguments


def for_backward(
    rng: np.random.Generator,
    *shape: int,
    of: tuple[int, ...],
    scale: float = 1.0,
    offset: float = 0.0,
    draw: Draw = normal,
    **options: float,
) -> dict[str, Any]:
    """Draw the arguments of a backward pass whose weight has the shape `of`."""
    return {
        # as small as the input: the gradients keep a size at which float32 is as right as float64
        "grad_output": scale * draw(rng, *shape),
        "input": draw_input(rng, *shape, scale=scale, offset=offset, draw=draw),
        "weight": draw(rng, *of),
        **options,
    }
