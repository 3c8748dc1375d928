"""Inputs of activation functions: on both sides of 0, at 0, and far from it."""

from __future__ import annotations

import math

import numpy as np


def spread(rng: np.random.Generator, *shape: int, reach: float = 4.0) -> np.ndarray:
    """Draw numbers that cover -reach .. reach evenly, in any order, none of them close to zero.

    With plain normal draws a seed could leave out a corner, and a mistake there would pass.

    Examples
    --------
    >>> drawn = spread(np.random.default_rng(0), 2, 4)
    >>> drawn.shape, int((drawn < 0).sum())
    ((2, 4), 4)
    """
    size = math.prod(shape)
    ticks = np.linspace(-1, 1, size + size % 2)[:size]
    jitter = rng.uniform(-0.3, 0.3, size) / max(size, 1)
    return rng.permutation(np.round(reach * (ticks + jitter), 6)).reshape(shape)


def whole_from(rng: np.random.Generator, *ranges: range, each: int = 3) -> np.ndarray:
    """Draw some whole numbers from each range, none of them twice, in any order: for a case to do with a pencil.

    Examples
    --------
    >>> sorted(whole_from(np.random.default_rng(0), range(-2, 0), range(1, 3), each=2).tolist())
    [-2.0, -1.0, 1.0, 2.0]
    """
    drawn = np.concatenate([rng.choice(np.arange(r.start, r.stop), size=each, replace=False) for r in ranges])
    return rng.permutation(drawn.astype(float))


def with_zeros(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Draw as `spread` does, then set the first number and two others to zero."""
    drawn = spread(rng, *shape)
    flat = drawn.reshape(-1)
    flat[0] = 0.0
    flat[rng.choice(np.arange(1, flat.size), size=2, replace=False)] = 0.0
    return drawn


def far_out(rng: np.random.Generator) -> np.ndarray:
    """Draw numbers near -1000 and 1000 among ordinary ones."""
    far = rng.uniform(950, 1050, 4) * [1, -1, 1, -1]
    return np.round(rng.permutation([*far, *rng.uniform(0.2, 3, 2) * [1, -1]]), 3).reshape(2, 3)


def with_gradient(rng: np.random.Generator, input: np.ndarray) -> dict[str, np.ndarray]:
    """Give an input and draw a gradient of its output, never 0: one that passes by mistake must show."""
    return {"grad_output": spread(rng, *input.shape, reach=2), "input": input}
