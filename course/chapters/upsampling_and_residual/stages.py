"""What a transposed convolution computes on the way: a report says up to which of these an answer is right."""

from __future__ import annotations

import numpy as np

from course import functional


def transposed_stages(
    input: np.ndarray,
    weight: np.ndarray,
    bias: np.ndarray | None = None,
    stride: int | tuple[int, int] = 1,
    padding: int | tuple[int, int] = 0,
) -> dict[str, np.ndarray]:
    """Give the stages of a transposed convolution."""
    cut = functional.conv_transpose2d(input, weight, None, stride, padding)
    return {
        "the sums before the border is cut off": functional.conv_transpose2d(input, weight, None, stride),
        "the sums without the border": cut,
        "the output with its bias": cut if bias is None else cut + bias[:, np.newaxis, np.newaxis],
    }
