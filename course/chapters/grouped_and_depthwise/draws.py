"""What the cases of this chapter draw."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.checking.sampling import normal


def grouped(
    rng: np.random.Generator,
    n: int,
    c_i: int,
    c_o: int,
    size: tuple[int, int],
    kernel: tuple[int, int],
    groups: int,
    bias: bool = True,
) -> dict[str, Any]:
    """Draw a call of a grouped convolution of images."""
    weight = (c_o, c_i // groups, *kernel)
    arguments: dict[str, Any] = {"input": normal(rng, n, c_i, *size), "weight": normal(rng, *weight)}
    if bias:
        arguments["bias"] = normal(rng, c_o)
    return arguments | {"groups": groups}
