"""A feed-forward part with pre-norm, in which the residual connection carries the wrong features."""

from __future__ import annotations

import numpy as np

from course.checking.sampling import normal, whole
from course.checking.spec import Arguments, Case, Exercise, Mistake
from course.checking.worked_out import sum_of_products


def repair_pre_norm(x, norm_weight, norm_bias, w1, b1, w2, b2):
    """Give x + feed_forward(layer_norm(x)) for x (l, d_m), one position after the other."""
    # The normalized features were called row as well, and so these were added at the end.
    output = np.zeros_like(x)
    for position, row in enumerate(x):
        normalized = (row - row.mean()) / np.sqrt(row.var() + 1e-5) * norm_weight + norm_bias
        hidden = np.maximum(w1 @ normalized + b1, 0)
        output[position] = row + w2 @ hidden + b2
    return output


MOST_HIDDEN = 3


def _half(
    rng: np.random.Generator, positions: int, features: int, hidden: int, offset: float = 0.0, scale: float = 2.0
) -> dict:
    return {
        "x": offset + scale * normal(rng, positions, features),
        "norm_weight": 1 + 0.3 * normal(rng, features),
        "norm_bias": normal(rng, features),
        "w1": normal(rng, hidden, features),
        "b1": normal(rng, hidden),
        "w2": normal(rng, features, hidden),
        "b2": normal(rng, features),
    }


def _by_hand(rng: np.random.Generator) -> dict[str, np.ndarray]:
    shapes = {"x": (2, 2), "norm_weight": (2,), "norm_bias": (2,), "w1": (2, 2), "b1": (2,), "w2": (2, 2), "b2": (2,)}
    return {name: whole(rng, *shape) for name, shape in shapes.items()}


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    x, weight, bias, w1, b1, w2, b2 = arguments.values()
    if len(b1) > MOST_HIDDEN:
        return ""
    row, feature = x[index[0]], index[1]
    normalized = (row - row.mean()) / np.sqrt(row.var() + 1e-5) * weight + bias
    hidden = np.round(np.maximum(w1 @ normalized + b1, 0), 4)
    told = ", ".join(f"{value:.4g}" for value in hidden)
    products, _, result = sum_of_products([1.0, *hidden], [row[feature], *w2[feature]], b2[feature]).partition(" = ")
    return f"hidden features {told}, and {products.removeprefix('1·')} = {result}"


EXERCISE = Exercise(
    points=2,
    solution=repair_pre_norm,
    stages={
        "the normalized features": (
            "(normed := norm_bias + norm_weight * (x - x.mean(axis=1, keepdims=True))"
            " / np.sqrt(x.var(axis=1, keepdims=True) + 1e-5))"
        ),
        "the hidden features": "(hidden := np.maximum(normed @ w1.T + b1, 0))",
        "the product of the hidden features and w2": "hidden @ w2.T",
        "the sum with the residual connection": "result",
    },
    repair=True,
    oracle=None,
    cases=(
        Case("two positions", _by_hand),
        Case("three positions", lambda rng: _half(rng, 3, 4, 5)),
        Case("as many features as hidden", lambda rng: _half(rng, 2, 4, 4)),
        Case("far from zero", lambda rng: _half(rng, 4, 3, 6, 20.0), note="features near 20"),
        Case("one position", lambda rng: _half(rng, 1, 5, 3)),
        Case("tiny features", lambda rng: _half(rng, 3, 4, 5, scale=0.004), note="features near 0.004"),
    ),
    mistakes=(
        Mistake(
            "as-given",
            edit=(
                ("    # The normalized features were called row as well, and so these were added at the end.\n", ""),
                ("normalized =", "row ="),
                ("@ normalized", "@ row"),
            ),
            gives="when the function is left as it was handed out.",
            advice="The residual connection carries what came in. What does `row` hold when it is added at the end?",
        ),
        Mistake(
            "no-shortcut",
            edit=("row + w2", "w2"),
            gives="when nothing is added to the result of the feed-forward part.",
            advice="The residual connection belongs there, but it carried the wrong features.",
        ),
        Mistake(
            "norm-left-out",
            edit=("@ normalized", "@ row"),
            gives="when the features go into the feed-forward part as they are, without being normalized.",
            advice="The weights need the normalized row, the residual connection the row itself. Keep both.",
        ),
        Mistake(
            "norm-last",
            edit=(
                ("normalized =", "row = row + w2 @ np.maximum(w1 @ row + b1, 0) + b2\n        normalized ="),
                ("        hidden = np.maximum(w1 @ normalized + b1, 0)\n", ""),
                ("row + w2 @ hidden + b2", "normalized"),
            ),
            gives="when the sum is normalized: that is the other order, post-norm.",
            advice="Pre-norm normalizes what goes into the feed-forward part, and leaves the sum alone.",
        ),
        Mistake(
            "both-added",
            edit=("+ w2", "+ normalized + w2"),
            gives="when the normalized row is still added, next to the one that came in.",
            advice="The residual connection carries only what came in.",
        ),
    ),
    hints=(
        "Follow the name `row` from the top of the loop to its end. How often does its meaning change?",
        "The formula is x + feed_forward(layer_norm(x)). The x in front is what came in, before any norm.",
        "Give the normalized features another name, and leave `row` as it is.",
    ),
    explanation=(
        "The residual connection must carry the features as they came in. With a second name for the normalized "
        "ones, the same x is still there when it is added."
    ),
    trace=_trace,
)
