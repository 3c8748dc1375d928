"""Arguments for the cases of this chapter."""

from __future__ import annotations

import numpy as np

from course.checking.sampling import normal


def draw_layer(rng: np.random.Generator, n: int, c_i: int, c_o: int) -> dict[str, np.ndarray]:
    """Draw the arguments of a linear layer with bias."""
    return {"input": normal(rng, n, c_i), "weight": normal(rng, c_o, c_i), "bias": normal(rng, c_o)}
