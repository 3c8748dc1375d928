"""Arguments for the cases of this chapter."""

from __future__ import annotations

import numpy as np

from course.checking.sampling import normal, whole


def draw_inputs(rng: np.random.Generator, *batch: int, l_q: int, l_k: int, d_k: int, d_v: int) -> dict[str, np.ndarray]:
    """Draw query, key and value."""
    return {
        "query": normal(rng, *batch, l_q, d_k),
        "key": normal(rng, *batch, l_k, d_k),
        "value": normal(rng, *batch, l_k, d_v),
    }


def few_numbers(rng: np.random.Generator, l_q: int, l_k: int, d_k: int, d_v: int) -> dict[str, np.ndarray]:
    """Draw query, key and value in small whole numbers.

    Each query's scores are 1 to 8 away from its first one, all at different distances: then every weight shows, and
    none can be taken for another.
    """
    while True:
        query, key = whole(rng, l_q, d_k, most=2), rng.integers(-1, 2, size=(l_k, d_k)).astype(float)
        scores = query @ key.T
        distances = abs(scores[:, 1:] - scores[:, :1])
        if len(np.unique(distances)) == distances.size and distances.min() >= 1 and distances.max() <= 8:
            return {"query": query, "key": key, "value": whole(rng, l_k, d_v)}


def large_scores(rng: np.random.Generator, first: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Draw queries that begin with the given numbers, 40 or -40, and five keys that begin with 40.

    Their scores are near 800 or -800, where exp gives inf or 0. The small whole numbers next to the large ones make the
    weights of a row differ, in float32 as in float64.
    """
    query, key = (rng.integers(-2, 3, size=(rows, 4)).astype(float) for rows in (len(first), 5))
    query[:, 0], key[:, 0] = first, 40
    return query, key


def far_below(rng: np.random.Generator, rows: int, firsts: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Draw queries that begin with -40, and keys that begin with the given numbers: the scores are -20 times these.

    With numbers from 30 to 60 they are far below 0, where a finite number such as -100 hides nothing: it is the largest
    score of its row. The small whole numbers make the weights of a row differ, in float32 as in float64.
    """
    query, key = (rng.integers(-2, 3, size=(length, 4)).astype(float) for length in (rows, len(firsts)))
    query[:, 0], key[:, 0] = -40, firsts
    return query, key


def some_hidden(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Draw a boolean mask that hides at least one key from every query, and leaves at least one."""
    mask = rng.random(shape) < 0.5
    for row in mask.reshape(-1, shape[-1]):
        shown, hidden = rng.choice(shape[-1], size=2, replace=False)
        row[shown], row[hidden] = True, False
    return mask
