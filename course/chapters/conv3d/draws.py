"""What the cases of this chapter draw."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.checking.sampling import normal


def layer(
    rng: np.random.Generator,
    n: int,
    c_i: int,
    c_o: int,
    size: tuple[int, ...],
    kernel: tuple[int, ...],
    bias: bool = True,
    **options: Any,
) -> dict[str, Any]:
    """Draw a call of the layer, for as many axes as `size` and `kernel` have."""
    arguments: dict[str, Any] = {"input": normal(rng, n, c_i, *size), "weight": normal(rng, c_o, c_i, *kernel)}
    if bias:
        arguments["bias"] = normal(rng, c_o)
    return arguments | options
