"""Arguments for the cases of this chapter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course.checking.sampling import normal, whole


def dropping(
    look: str, p: float, *shape: int, training: bool = True
) -> Callable[[np.random.Generator], dict[str, Any]]:
    """Give a draw: an input without zeros, the seed of the student's generator, and what to compare of the output.

    Parameters
    ----------
    look
        See `course.chapters.dropout.use.use_of`.
    p, training
        As in dropout.
    shape
        The input's.
    """

    def draw(rng: np.random.Generator) -> dict[str, Any]:
        values = normal(rng, *shape)
        input = np.where(np.abs(values) < 0.01, 0.5, values)  # a zero would look like a dropped value
        return {"input": input, "p": p, "training": training, "seed": int(rng.integers(2**31)), "look": look}

    return draw


def small(rng: np.random.Generator) -> dict[str, Any]:
    """Draw a call to do with a pencil. With p = 0.75, what is kept is still whole."""
    p, seed, dropped = 0.75, 0, np.array(True)
    while dropped.all() or not dropped.any():  # where the mask is drawn at once, one call shows both
        seed = int(rng.integers(2**31))
        dropped = np.random.default_rng(seed).random((2, 3)) < p
    return {"input": whole(rng, 2, 3), "p": p, "training": True, "seed": seed, "look": "small"}
