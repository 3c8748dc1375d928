"""The cases of `add_and_norm`: the part is a function, so they are drawn here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course.checking.sampling import normal, whole
from course.checking.spec import Case

Part = Callable[[np.ndarray], np.ndarray]


def _part(wanted: Part, size: int, name: str) -> Part:
    """Wrap a function of features, so that it takes lists too, and refuses anything else."""

    def part(x):
        x = np.asarray(x)
        if x.ndim != 3 or x.shape[-1] != size or x.dtype.kind not in "fiu":
            raise ValueError(f"part takes features of shape (n, l, {size}), and got {x.dtype} of shape {x.shape}.")
        return wanted(x)

    part.__name__ = name
    return part


def _mixing(rng: np.random.Generator, size: int) -> Part:
    """Mix the features of each position, and bend the result."""
    weight, bias = normal(rng, size, size), normal(rng, size)
    return _part(lambda x: np.maximum(x @ weight.T + bias, 0) - 1, size, "mixing")


def _around(
    rng: np.random.Generator, n: int, length: int, size: int, norm_first: bool, scale: float = 1.0, offset: float = 0.0
) -> dict[str, Any]:
    weight, bias = normal(rng, size), normal(rng, size)
    mixing = _mixing(rng, size)
    arguments: dict[str, Any] = {
        "x": offset + scale * normal(rng, n, length, size),
        "part": mixing if scale == 1.0 else _part(lambda x: scale * mixing(x / scale), size, "mixing"),
        "weight": 1 + 0.3 * weight,
        "bias": bias,
    }
    return arguments | ({"norm_first": True} if norm_first else {})


def _by_hand(rng: np.random.Generator) -> dict[str, Any]:
    """Draw two positions of three features: of two features, a norm would only show which is larger."""
    x = np.array([rng.permutation(np.arange(-2.0, 5.0))[:3] for _ in range(2)])[np.newaxis]
    moved = _part(lambda x: np.roll(x, 1, axis=-1), 3, "moved")
    return {"x": x, "part": moved, "weight": whole(rng, 3), "bias": whole(rng, 3)}


CASES = (
    Case("two positions", _by_hand, note="part moves each feature one place to the right, the last to the front"),
    Case("norm last", lambda rng: _around(rng, 2, 3, 5, norm_first=False)),
    Case("norm first", lambda rng: _around(rng, 2, 3, 4, norm_first=True)),
    Case("as many positions as features", lambda rng: _around(rng, 3, 4, 4, norm_first=False)),
    Case("norm first, far from zero", lambda rng: _around(rng, 1, 4, 3, norm_first=True, offset=20.0)),
    Case(
        "tiny features",
        lambda rng: _around(rng, 2, 3, 4, norm_first=False, scale=0.004),
        note="features near 0.004",
    ),
    Case(
        "norm first, tiny features",
        lambda rng: _around(rng, 2, 3, 4, norm_first=True) | {"x": 0.004 * normal(rng, 2, 3, 4)},
        note="features near 0.004",
    ),
    Case("one position", lambda rng: _around(rng, 2, 1, 6, norm_first=False), weight=0.5),
)
