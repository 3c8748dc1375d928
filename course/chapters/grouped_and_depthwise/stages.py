"""What a convolution computes on the way: a report says up to which of these an answer is right."""

from __future__ import annotations

import numpy as np

from course import functional


def grouped_stages(
    input: np.ndarray, weight: np.ndarray, bias: np.ndarray | None = None, groups: int = 1
) -> dict[str, np.ndarray]:
    """Give the stages of a convolution in groups."""
    sums = functional.conv2d(input, weight, groups=groups)
    return {
        "the sums over the windows": sums,
        "the output with its bias": sums if bias is None else sums + bias[:, np.newaxis, np.newaxis],
    }
