"""The feed-forward part of a transformer: two linear layers with a ReLU between them."""

from __future__ import annotations

import numpy as np

from course.catalog.chapters import chapter
from course.checking.sampling import normal, whole
from course.checking.spec import Arguments, Case, Exercise, Mistake
from course.checking.worked_out import sum_of_products


def feed_forward(x, w1, b1, w2, b2):
    """Apply two linear layers with a ReLU between them to each position.

    x       (n, l, d_m)
    w1, b1  (d_f, d_m), (d_f,)
    w2, b2  (d_m, d_f), (d_m,)
    returns (n, l, d_m)

    >>> w = np.array([[1.0], [-1.0]])
    >>> feed_forward(np.array([[[3.0], [-4.0]]]), w, np.zeros(2), w.T, np.array([0.5]))
    array([[[ 3.5],
            [-3.5]]])
    """
    hidden = np.maximum(x @ w1.T + b1, 0)
    return hidden @ w2.T + b2


MOST_HIDDEN = 4


def _two_layers(rng: np.random.Generator, n: int, length: int, d_model: int, hidden: int) -> dict[str, np.ndarray]:
    return {
        "x": normal(rng, n, length, d_model),
        "w1": normal(rng, hidden, d_model),
        "b1": normal(rng, hidden),
        "w2": normal(rng, d_model, hidden),
        "b2": normal(rng, d_model),
    }


def _by_hand(rng: np.random.Generator) -> dict[str, np.ndarray]:
    shapes = {"x": (1, 3, 2), "w1": (3, 2), "b1": (3,), "w2": (2, 3), "b2": (2,)}
    return {name: whole(rng, *shape) for name, shape in shapes.items()}


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    x, w1, b1, w2, b2 = arguments.values()
    if len(b1) > MOST_HIDDEN:
        return ""
    hidden = np.maximum(w1 @ x[index[:-1]] + b1, 0)
    told = ", ".join(f"{value:.4g}" for value in hidden)
    return f"hidden features {told}, and {sum_of_products(hidden, w2[index[-1]], b2[index[-1]])}"


EXERCISE = Exercise(
    points=2,
    solution=feed_forward,
    stages={
        "the product of x and w1": "x @ w1.T",
        "the first linear layer": "x @ w1.T + b1",
        "the hidden features": "hidden",
        "the product of the hidden features and w2": "hidden @ w2.T",
        "the second linear layer": "result",
    },
    oracle=None,
    cases=(
        Case("one sentence", _by_hand),
        Case("wider inside", lambda rng: _two_layers(rng, 2, 3, 4, 7)),
        Case("square weights", lambda rng: _two_layers(rng, 3, 2, 4, 4)),
        Case("narrower inside", lambda rng: _two_layers(rng, 2, 4, 6, 3)),
        Case("a long sequence", lambda rng: _two_layers(rng, 1, 20, 5, 9)),
        Case("an empty batch", lambda rng: _two_layers(rng, 0, 2, 3, 4), note="not a single sequence", remark=True),
    ),
    mistakes=(
        Mistake(
            "no-relu",
            edit=("np.maximum(x @ w1.T + b1, 0)", "x @ w1.T + b1"),
            gives="when there is no ReLU between the two linear layers.",
            advice="Two linear layers in a row are one. What must come between them?",
        ),
        Mistake(
            "relu-last",
            edit=(
                ("np.maximum(x @ w1.T + b1, 0)", "x @ w1.T + b1"),
                ("hidden @ w2.T + b2", "np.maximum(hidden @ w2.T + b2, 0)"),
            ),
            gives="when the ReLU comes after the second linear layer.",
            advice="The ReLU belongs to the hidden features. The result may well be negative.",
        ),
        Mistake(
            "relu-twice",
            edit=("hidden @ w2.T + b2", "np.maximum(hidden @ w2.T + b2, 0)"),
            gives="when a second ReLU follows at the end.",
            advice="Only the hidden features are cut off at 0. The result may well be negative.",
        ),
        Mistake(
            "relu-first",
            edit=("np.maximum(x @ w1.T + b1, 0)", "np.maximum(x, 0) @ w1.T + b1"),
            gives="when the ReLU is applied to the input.",
            advice="First comes a linear layer, then the ReLU.",
        ),
        Mistake(
            "not-transposed",
            edit=(("w1.T", "w1"), ("w2.T", "w2")),
            gives="when the weights are not transposed.",
            advice="They have PyTorch's shapes, one row for each output. Which axis must meet the features of x?",
        ),
        Mistake(
            "bias-after-relu",
            edit=("x @ w1.T + b1, 0)", "x @ w1.T, 0) + b1"),
            gives="when b1 is added after the ReLU.",
            advice="b1 is part of the first linear layer. With the weights, it decides what is cut off.",
        ),
        Mistake(
            "no-biases",
            edit=((" + b1", ""), (" + b2", "")),
            gives="when both biases are left out.",
            advice="Each of the two linear layers has a bias.",
        ),
        Mistake(
            "shortcut-inside",
            edit=("return hidden", "return x + hidden"),
            gives="when x is added to the result.",
            advice="The residual connection is added around this part, not in it. It comes in exercise 4.",
        ),
    ),
    hints=(
        f"It is {chapter('linear')}'s layer twice, on the last axis, with {chapter('activations')}'s ReLU in between.",
        "`@` works on the last axis of x and leaves the axes before it alone: x is (n, l, d_m), w1.T is (d_m, d_f).",
        "hidden = np.maximum(x @ w1.T + b1, 0). The second layer does the same to hidden, without the ReLU.",
    ),
    explanation=(
        "`@` treats every position of every sequence alike, so one line serves all of them. The ReLU between the "
        "two products keeps them from becoming one."
    ),
    trace=_trace,
)
