"""What the cases of this chapter draw."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.checking.sampling import normal

Size = tuple[int, int]


def _grouped(
    rng: np.random.Generator,
    n: int,
    c_i: int,
    c_o: int,
    size: Size,
    kernel: Size,
    bias: bool = True,
    groups: int | None = None,
) -> dict[str, Any]:
    arguments = {"input": normal(rng, n, c_i, *size), "weight": normal(rng, c_o, c_i // (groups or 1), *kernel)}
    if bias:
        arguments["bias"] = normal(rng, c_o)
    return {**arguments, **({"groups": groups} if groups else {})}


def _channels(rng: np.random.Generator, c_i: int, c_o: int, groups: int = 1) -> dict[str, int]:
    """Draw numbers of channels that `groups` divides."""
    return {
        "in_channels": groups * (c_i + 2 * int(rng.integers(0, 20))),
        "out_channels": groups * (c_o + 2 * int(rng.integers(0, 20))),
    }
