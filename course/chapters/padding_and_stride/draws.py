"""Calls to do with a pencil."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from course.checking.sampling import whole


def by_hand(rng: np.random.Generator, drawn: Mapping[str, Any]) -> dict[str, Any]:
    """Give a call of the same shapes and options in which every array holds small whole numbers.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> arguments = by_hand(rng, {"input": np.array([0.25, 1.5]), "stride": 2})
    >>> arguments["input"].shape, bool((arguments["input"] % 1 == 0).all()), arguments["stride"]
    ((2,), True, 2)
    """
    return {name: whole(rng, *given.shape) if isinstance(given, np.ndarray) else given for name, given in drawn.items()}


def distinct(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Draw the numbers 1, 2, 3, ... in some order: each shows where it comes from.

    Examples
    --------
    >>> np.sort(distinct(np.random.default_rng(0), 2, 3), axis=None)
    array([1., 2., 3., 4., 5., 6.])
    """
    return 1.0 + rng.permutation(int(np.prod(shape))).reshape(shape)
