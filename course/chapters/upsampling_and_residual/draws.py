"""What the cases of this chapter draw."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.checking.sampling import normal

Size = tuple[int, int]


def layer(
    rng: np.random.Generator,
    n: int,
    c_i: int,
    c_o: int,
    size: Size,
    kernel: Size,
    bias: bool = True,
    **options: int | Size,
) -> dict[str, Any]:
    """Draw a call of a transposed convolution; `options` are stride and padding."""
    arguments = {"input": normal(rng, n, c_i, *size), "weight": normal(rng, c_i, c_o, *kernel)}
    return {**arguments, **({"bias": normal(rng, c_o)} if bias else {}), **options}
