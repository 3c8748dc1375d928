"""The digits in one order, and the shapes of the network that reads them."""

from __future__ import annotations

import functools

import numpy as np

from course.data import digits

SHAPES = ((6, 1, 3, 3), (6,), (16, 6, 3, 3), (16,), (10, 256), (10,))
"""Of the network's parameters, in the order of `parameters()`."""
SPLIT = 4
"""The seed of the one split on which a network must be right: another split could be harder by chance."""


@functools.cache
def split() -> tuple[np.ndarray, np.ndarray]:
    """Give all digits in one random order, the same at every call; read-only."""
    images, labels = digits()
    order = np.random.default_rng(SPLIT).permutation(len(images))
    images, labels = images[order], labels[order]
    images.flags.writeable = labels.flags.writeable = False
    return images, labels
