"""Layers that are element-wise, layers that are not, and layers that change the shape."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Layer = Callable[[Any], np.ndarray]
SHARES = (0.25, 0.5, 0.75)
"""With these, changes that cancel do so to the last digit."""


def _named(name: str, function: Layer) -> Layer:
    """Give a layer the name that a report calls it by. The layer also takes lists, and always returns a new array."""

    def layer(x: Any) -> np.ndarray:
        return np.array(function(np.asarray(x, dtype=float)))

    layer.__name__ = layer.__qualname__ = name
    return layer


def leaky(rng: np.random.Generator) -> Layer:
    slope = float(rng.uniform(0.05, 0.4))
    return _named("leaky", lambda x: np.where(x > 0, x, slope * x))


def relu(rng: np.random.Generator) -> Layer:
    return _named("relu", lambda x: np.maximum(x, 0))


def squashed(rng: np.random.Generator) -> Layer:
    scale = float(rng.uniform(0.2, 0.6))
    return _named("squashed", lambda x: np.tanh(scale * x))


def cube(rng: np.random.Generator) -> Layer:
    factor = float(rng.uniform(0.5, 2))
    return _named("cube", lambda x: factor * x**3)


def sign_flips(rng: np.random.Generator, shape: tuple[int, ...]) -> Layer:
    signs = rng.choice([-1.0, 1.0], size=shape)
    signs.flat[:2] = 1, -1
    return _named("sign_flips", lambda x: signs * x)


def slope_per_channel(rng: np.random.Generator, channels: int) -> Layer:
    slopes = rng.uniform(0.1, 0.9, size=(channels, 1))
    return _named("slope_per_channel", lambda x: np.where(x > 0, x, slopes * x))


def softmax(axis: int) -> Layer:
    def layer(x: np.ndarray) -> np.ndarray:
        powers = np.exp(x - x.max(axis=axis, keepdims=True))
        return powers / powers.sum(axis=axis, keepdims=True)

    return _named(f"softmax_axis_{axis}", layer)


def minus_mean(rng: np.random.Generator) -> Layer:
    share = float(rng.uniform(0.5, 1))
    return _named("minus_mean", lambda x: x - share * x.mean())


def gated(rng: np.random.Generator) -> Layer:
    """Multiply each place by its neighbour: where that is 0, a change of one place shows nowhere."""
    share = float(rng.uniform(0.3, 0.9))
    return _named("gated", lambda x: share * x * np.roll(x, 1, -1))


def running_sum(axis: int, step: int) -> Layer:
    def layer(x: np.ndarray) -> np.ndarray:
        return np.flip(np.cumsum(np.flip(x, axis), axis), axis) if step < 0 else np.cumsum(x, axis)

    return _named("running_sum" if step > 0 else "running_sum_backwards", layer)


def sorting(axis: int) -> Layer:
    return _named("sorting", lambda x: np.sort(x, axis=axis))


def exchange(rng: np.random.Generator, size: int) -> Layer:
    one, other = rng.choice(np.arange(1, size - 1), size=2, replace=False)

    def layer(x: np.ndarray) -> np.ndarray:
        flat = x.flatten()
        flat[[one, other]] = flat[[other, one]]
        return flat.reshape(x.shape)

    return _named("exchange", layer)


def neighbours(rng: np.random.Generator) -> Layer:
    """Give each place a share of its neighbours' difference: what one of them gains, the other loses."""
    share = float(rng.choice(SHARES))
    return _named("neighbours", lambda x: x + share * (np.roll(x, 1, -1) - np.roll(x, -1, -1)))


def lever(rng: np.random.Generator, size: int) -> Layer:
    """Let one place raise a second and lower a third by as much, all among the first `size` places."""
    at, up, down = rng.choice(size, size=3, replace=False)
    share = float(rng.choice(SHARES))

    def layer(x: np.ndarray) -> np.ndarray:
        flat = x.flatten()
        flat[up] += share * x.flat[at]
        flat[down] -= share * x.flat[at]
        return flat.reshape(x.shape)

    return _named("lever", layer)


LISTENERS = ((2, 0), (0, 1), (5, 2), (4, 3), (1, 4), (3, 5))
"""Pairs (place, listens_to): each of six places in two rows is heard once, next to it, above or below, or across."""


def listener(rng: np.random.Generator, place: int, listens_to: int) -> Layer:
    """Let one place, and no other, change with a second one."""
    share = float(rng.uniform(0.6, 0.9))

    def layer(x: np.ndarray) -> np.ndarray:
        flat = x.flatten()
        flat[place] += share * x.flat[listens_to]
        return flat.reshape(x.shape)

    return _named("listener", layer)


def standardized(rng: np.random.Generator) -> Layer:
    eps = float(rng.uniform(0.01, 0.1))
    return _named("standardized", lambda x: (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + eps))


def turned(rng: np.random.Generator) -> Layer:
    return _named("turned", lambda x: x.T)


def pairs_averaged(rng: np.random.Generator) -> Layer:
    return _named("pairs_averaged", lambda x: (x[..., ::2] + x[..., 1::2]) / 2)


def flattened(rng: np.random.Generator) -> Layer:
    return _named("flattened", lambda x: x.ravel())


def last_dropped(rng: np.random.Generator) -> Layer:
    return _named("last_dropped", lambda x: x[..., :-1])
