"""What the cases of this chapter draw."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.chapters.conv1d.draws import layer as convolution

Size = tuple[int, int]


def layer(
    rng: np.random.Generator, n: int, c_i: int, c_o: int, size: Size, kernel: Size, bias: bool = True, **options: Any
) -> dict[str, Any]:
    """Draw a call of a transposed convolution, whose weight counts the input's channels first."""
    drawn = convolution(rng, n, c_i, c_o, size, kernel, bias, **options)
    return drawn | {"weight": drawn["weight"].reshape(c_i, c_o, *kernel)}
