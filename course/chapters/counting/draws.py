"""Arguments for the cases of this chapter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course.checking.sampling import normal

Draw = Callable[..., np.ndarray]
"""Draws an array of a shape: ``draw(rng, *shape)``."""


def without_parameters(
    rng: np.random.Generator, wanted: str, *shape: int, out: tuple[int, ...] | None = None, draw: Draw = normal
) -> dict[str, Any]:
    """Draw the arguments of `use_layer` for a layer that has neither sizes nor parameters.

    Parameters
    ----------
    rng
        The generator.
    wanted
        What the case looks at.
    shape
        The shape of the input.
    out
        The shape of the output, by default the input's.
    draw
        Draws the arrays.
    """
    drawn = {"sizes": (), "wanted": wanted, "input": draw(rng, *shape)}
    return drawn if wanted == "output" else drawn | {"grad_output": draw(rng, *(out or shape))}


def earlier_batch(rng: np.random.Generator, shape: tuple[int, ...], out: tuple[int, ...]) -> dict[str, Any]:
    """Draw the input and the gradient of the output for a batch that goes through the layer first."""
    return {"earlier": normal(rng, *shape), "earlier_grad": normal(rng, *out)}
