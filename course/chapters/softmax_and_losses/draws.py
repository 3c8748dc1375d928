"""Scores near 0, near 1000, and far apart."""

from __future__ import annotations

import numpy as np

from course.checking.sampling import identifiers

FAR = 1000.0
"""exp(710) is infinite and exp(-746) is 0 in float64: 1000 is beyond both."""


def eighths(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Draw scores around zero in steps of an eighth.

    Examples
    --------
    >>> scores = eighths(np.random.default_rng(0), 2, 3)
    >>> bool(np.all(8 * scores == np.round(8 * scores)))
    True
    """
    return np.round(8 * rng.standard_normal(shape)) / 8


def far_apart(rng: np.random.Generator, columns: int) -> np.ndarray:
    """Draw three rows in any order: one near 1000, one near 0, one near -1000.

    Examples
    --------
    >>> sorted(far_apart(np.random.default_rng(0), 4).mean(axis=1).round(-2).astype(int).tolist())
    [-1000, 0, 1000]
    """
    return rng.permutation([FAR, 0.0, -FAR])[:, np.newaxis] + eighths(rng, 3, columns)


SPREAD = (0.0, -400.0, -800.0, -1200.0)


def spread(rng: np.random.Generator, rows: int) -> np.ndarray:
    """Draw rows of four scores that are hundreds apart: all probabilities but one are close to 0.

    Examples
    --------
    >>> np.sort(spread(np.random.default_rng(0), 2)).round(-2)
    array([[-1200.,  -800.,  -400.,     0.],
           [-1200.,  -800.,  -400.,     0.]])
    """
    return rng.permuted(np.tile(SPREAD, (rows, 1)), axis=1) + eighths(rng, rows, len(SPREAD))


def with_classes(rng: np.random.Generator, scores: np.ndarray) -> dict[str, np.ndarray]:
    """Give scores and draw the right class of each row; in the first it is not the one with the highest score."""
    n, c = scores.shape
    target = identifiers(rng, c, n)
    if scores[0].argmax() == target[0]:
        scores = np.vstack([np.roll(scores[0], 1), scores[1:]])
    return {"input": scores, "target": target}
