"""`rotary_embedding`: pairs of features turn by an angle that grows with the position."""

from __future__ import annotations

from typing import Any

import numpy as np

from course import functional
from course.chapters.language_model.worked_out import turned
from course.checking.sampling import normal, whole
from course.checking.spec import Aside, Case, Exercise, Mistake


def rotary_embedding(x, positions, base=10000):
    """Turn pairs of features: feature i with feature i + d/2, by the angle position · base^(-2i/d).

    x          (..., l, d)  d is even
    positions  (l,)         whole numbers, one for each row
    base       the larger, the slower the last pairs turn
    returns    (..., l, d)

    >>> rotary_embedding(np.array([[1.0, 0.0], [1.0, 0.0]]), np.array([0, 1])).round(4)
    array([[1.    , 0.    ],
           [0.5403, 0.8415]])
    """
    half = x.shape[-1] // 2
    angles = positions[:, np.newaxis] / base ** (np.arange(half) / half)
    cos, sin = np.cos(angles), np.sin(angles)
    first, second = x[..., :half], x[..., half:]
    return np.concatenate([first * cos - second * sin, second * cos + first * sin], axis=-1)


def _drawn(rng: np.random.Generator, *shape: int, start: int = 0, base: int | None = None) -> dict[str, Any]:
    drawn: dict[str, Any] = {"x": normal(rng, *shape), "positions": start + np.arange(shape[-2])}
    return drawn if base is None else drawn | {"base": base}


def _by_hand(rng: np.random.Generator) -> dict[str, Any]:
    """Draw two rows of two pairs, at positions that don't follow each other."""
    positions = np.array([1, 2]) + rng.integers(1, 3, size=2).cumsum()
    return {"x": whole(rng, 2, 4), "positions": positions, "base": 100}


def _scattered(rng: np.random.Generator) -> dict[str, Any]:
    return {"x": normal(rng, 2, 3, 6), "positions": rng.permutation(40)[:3] + 2}


EXERCISE = Exercise(
    points=4,
    solution=rotary_embedding,
    reference=functional.rotary_embedding,
    stages={
        "the angles": "angles",
        "the cosines of the angles": Aside("cos", "the turned pairs"),
        "the sines of the angles": Aside("sin", "the turned pairs"),
        "the turned pairs": "result",
    },
    oracle=None,
    cases=(
        Case("two positions, two pairs", _by_hand),
        Case("one sentence", lambda rng: _drawn(rng, 5, 6)),
        Case("a batch with heads", lambda rng: _drawn(rng, 2, 3, 4, 8)),
        Case("as many positions as features", lambda rng: _drawn(rng, 2, 4, 4)),
        Case("later positions", lambda rng: _drawn(rng, 2, 1, 3, 6, start=int(rng.integers(5, 30)))),
        Case("positions in any order", _scattered),
        Case("another base", lambda rng: _drawn(rng, 2, 4, 8, base=int(rng.integers(20, 900)))),
        Case("one pair", lambda rng: _drawn(rng, 3, 2, start=1), weight=0.5),
    ),
    mistakes=(
        Mistake(
            "neighbours-paired",
            edit=(
                ("x[..., :half], x[..., half:]", "x[..., 0::2], x[..., 1::2]"),
                (
                    "np.concatenate([first * cos - second * sin, second * cos + first * sin], axis=-1)",
                    "np.stack([first * cos - second * sin, second * cos + first * sin], axis=-1).reshape(x.shape)",
                ),
            ),
            gives="when neighbours form a pair: features 0 and 1, 2 and 3.",
            advice="That is the paper's convention. Here feature i forms a pair with feature i + d/2.",
        ),
        Mistake(
            "pairs-mixed",
            edit=("x[..., :half], x[..., half:]", "x[..., 0::2], x[..., 1::2]"),
            gives="when neighbours are taken as pairs, and put back as halves.",
            advice="Take the pairs from the two halves of the last axis, as you put them back.",
        ),
        Mistake(
            "turned-backwards",
            edit=("np.cos(angles), np.sin(angles)", "np.cos(angles), -np.sin(angles)"),
            gives="when each pair is turned backwards, by minus its angle.",
            advice="The pair (1, 0) at position 1 should become (cos 1, sin 1). Which sign does your sine have?",
        ),
        Mistake(
            "minus-missing",
            edit=("first * cos - second * sin", "first * cos + second * sin"),
            gives="when both sums have a plus.",
            advice="A rotation keeps the length of each pair. Does yours?",
        ),
        Mistake(
            "exponent-halved",
            edit=("np.arange(half) / half", "np.arange(half) / x.shape[-1]"),
            gives="when the exponent is i/d instead of 2i/d.",
            advice="Work out the angle of the last pair with a pencil. i counts pairs, and d counts features.",
        ),
        Mistake(
            "exponent-doubled",
            edit=("np.arange(half) / half", "2 * np.arange(half) / half"),
            gives="when the exponent is 4i/d instead of 2i/d.",
            advice="Work out the angle of the last pair with a pencil. i counts pairs, and d counts features.",
        ),
        Mistake(
            "positions-counted",
            edit=("positions[:, np.newaxis]", "np.arange(len(positions))[:, np.newaxis]"),
            gives="when the rows are counted from 0, whatever `positions` says.",
            unwritten="positions is not used yet",
            advice="The angle of a row depends on its entry in `positions`.",
        ),
        Mistake(
            "all-pairs-alike",
            edit=(" / base ** (np.arange(half) / half)", " * np.ones(half)"),
            gives="when all pairs turn by the same angle, the position itself.",
            unwritten="The frequencies are not written yet",
            advice="Each pair has its own speed. Which pair turns fastest?",
        ),
        Mistake(
            "fast-and-slow-exchanged",
            edit=("np.arange(half) / half", "np.arange(half)[::-1] / half"),
            gives="when the last pair turns fastest, and the first slowest.",
            advice="For i = 0, the power of the base is 1. Which pair is that?",
        ),
        Mistake(
            "base-fixed",
            edit=("/ base **", "/ 10000 **"),
            gives="when the base is always 10000.",
            unwritten="base is not used yet",
            advice="One of the three arguments is not used.",
        ),
        Mistake(
            "second-from-turned",
            edit=(
                "return np.concatenate([first * cos - second * sin, second * cos + first * sin], axis=-1)",
                "first = first * cos - second * sin\n"
                "    return np.concatenate([first, second * cos + first * sin], axis=-1)",
            ),
            gives="when the second half is computed from the first half that has been turned already.",
            advice="Both formulas use the old pair. Keep it until both are computed.",
        ),
    ),
    hints=(
        "Three steps: the angles, (l, d/2); their cosines and sines; then the two halves of x.",
        "A column of positions divided by a row of base ** (i / (d/2)) gives all the angles at once. The axes in front "
        "broadcast.",
        "x[..., :half] and x[..., half:] are the first and the second number of all pairs. Turn them by the two "
        "formulas, and np.concatenate the results along the last axis.",
    ),
    explanation=(
        "Each pair is a point in a plane, and it is turned about the origin. No length changes. In a dot product of a "
        "query and a key, only the difference of the two angles is left, so only the distance between the positions "
        "matters."
    ),
    trace=turned,
)
