"""What a linear layer computes on the way: a report says up to which of these an answer is right."""

from __future__ import annotations

import numpy as np


def linear_stages(input: np.ndarray, weight: np.ndarray, bias: np.ndarray | None = None) -> dict[str, np.ndarray]:
    """Give the stages of a linear layer."""
    product = input @ weight.T
    return {
        "the product of input and weight": product,
        "the output with its bias": product if bias is None else product + bias,
    }
