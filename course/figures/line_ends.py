"""Labels at the ends of lines, where the eye already is, in place of a legend."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np


def apart(values: Sequence[float], least: float) -> list[float]:
    """Move places of labels up, so that no two are nearer than `least`.

    Parameters
    ----------
    values
        Where the lines end.
    least
        The height of a label.

    Examples
    --------
    >>> apart([2.0, 1.0, 1.1], 0.5)
    [2.0, 1.0, 1.5]
    """
    placed = [float(value) for value in values]
    order = np.argsort(values, kind="stable")
    for before, now in pairwise(order):
        placed[now] = max(placed[now], placed[before] + least)
    return placed
