"""What the cases of this chapter draw."""

from __future__ import annotations

import numpy as np


def _odd(rng: np.random.Generator, least: int) -> int:
    """Draw an odd size: a product of these shows where it was rounded."""
    return least + 2 * int(rng.integers(0, 50))
