"""What the cases of this chapter draw."""

from __future__ import annotations

import numpy as np


def some_hidden(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Draw a boolean mask that hides at least one key from every query, and leaves at least one."""
    mask = rng.random(shape) < 0.5
    for row in mask.reshape(-1, shape[-1]):
        shown, hidden = rng.choice(shape[-1], size=2, replace=False)
        row[shown], row[hidden] = True, False
    return mask
