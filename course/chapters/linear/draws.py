"""Arguments for the cases of this chapter."""

from __future__ import annotations

import numpy as np

from course.checking.sampling import normal, whole


def draw_layer(rng: np.random.Generator, n: int, c_i: int, c_o: int) -> dict[str, np.ndarray]:
    """Draw the arguments of a linear layer with bias."""
    return {"input": normal(rng, n, c_i), "weight": normal(rng, c_o, c_i), "bias": normal(rng, c_o)}


def draw_whole_layer(rng: np.random.Generator, n: int, c_i: int, c_o: int) -> dict[str, np.ndarray]:
    """Draw a linear layer with bias of small whole numbers."""
    return {"input": whole(rng, n, c_i), "weight": whole(rng, c_o, c_i), "bias": whole(rng, c_o)}


def draw_two_sizes(rng: np.random.Generator) -> tuple[int, int]:
    """Draw two small sizes that differ, to multiply on paper."""
    one, other = rng.choice(np.arange(3, 13), size=2, replace=False)
    return int(one), int(other)
