"""What the cases of this chapter draw."""

from __future__ import annotations

import numpy as np

from course.checking.sampling import normal


def layer(
    rng: np.random.Generator,
    n: int,
    c_i: int,
    c_o: int,
    size: tuple[int, int],
    kernel: tuple[int, int],
    bias: bool = True,
) -> dict[str, np.ndarray]:
    """Draw a call of the layer."""
    arguments = {"input": normal(rng, n, c_i, *size), "weight": normal(rng, c_o, c_i, *kernel)}
    return {**arguments, "bias": normal(rng, c_o)} if bias else arguments
