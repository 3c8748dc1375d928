"""The number of parameters of multi-head attention."""

from __future__ import annotations

import numpy as np

from course.catalog.chapters import chapter
from course.checking.oracles import TorchParameters
from course.checking.sampling import odd
from course.checking.spec import Arguments, Case, Exercise, Mistake


def attention_num_parameters(embed_dim, num_heads):
    """Count the trainable parameters of multi-head attention, with its biases.

    >>> attention_num_parameters(4, 2)
    80
    """
    one_linear_layer = embed_dim * embed_dim + embed_dim
    return 4 * one_linear_layer


def _divided(rng: np.random.Generator, least: int, num_heads: int) -> dict[str, int]:
    """Draw a size that num_heads divides, odd if num_heads is, so that an answer that rounds is wrong."""
    return {"embed_dim": num_heads * odd(rng, least), "num_heads": num_heads}


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    size = arguments["embed_dim"]
    return f"4·({size}·{size} + {size}) = {4 * (size * size + size)}"


EXERCISE = Exercise(
    points=1,
    solution=attention_num_parameters,
    oracle=TorchParameters("torch.nn.MultiheadAttention"),
    cases=(
        Case("a small layer", lambda rng: {"embed_dim": 3 * int(rng.integers(2, 6)), "num_heads": 3}),
        Case("the layer of the table", lambda rng: {"embed_dim": 64, "num_heads": 8}),
        Case("another number of heads", lambda rng: {"embed_dim": 64, "num_heads": 2}),
        Case("three heads", lambda rng: _divided(rng, 21, 3)),
        Case("five heads", lambda rng: _divided(rng, 11, 5)),
    ),
    mistakes=(
        Mistake(
            "no-bias",
            edit=("embed_dim * embed_dim + embed_dim", "embed_dim * embed_dim"),
            gives="when the biases are not counted.",
            advice="Each of the linear layers has a bias, too. How long is it?",
        ),
        Mistake(
            "all-per-head",
            edit=("4 *", "4 * num_heads *"),
            gives="when every head has projections of full size.",
            advice="The heads divide the numbers of one projection among them. What does num_heads change?",
        ),
        Mistake(
            "in-projection-per-head",
            edit=("4 *", "(3 * num_heads + 1) *"),
            gives="when every head has three projections of full size, and they share the last one.",
            advice="The heads divide the numbers of one projection among them. What does num_heads change?",
        ),
        Mistake(
            "no-out-projection",
            edit=("4 *", "3 *"),
            gives="when only the projections of query, key and value are counted.",
            advice="After the heads are merged, there is one more linear layer.",
        ),
        Mistake(
            "one-in-projection",
            edit=("4 *", "2 *"),
            gives="when query, key and value share one projection.",
            advice="in_proj_weight has 3 · embed_dim rows.",
        ),
        Mistake(
            "split-before-projecting",
            edit=(
                "return 4 * one_linear_layer",
                "size = embed_dim // num_heads\n    return 3 * num_heads * (size * size + size) + one_linear_layer",
            ),
            gives="when each head projects its own slice of the numbers only.",
            advice="Each head sees all embed_dim numbers of a position. How many columns does its part of W have?",
        ),
        Mistake(
            "one-head-counted",
            edit=("4 * one_linear_layer", "3 * (one_linear_layer // num_heads) + one_linear_layer"),
            gives="when the projections of one head are counted, and the last layer.",
            advice="There are num_heads such heads. What do their sizes add up to?",
        ),
        Mistake(
            "no-out-bias",
            edit=("4 * one_linear_layer", "4 * one_linear_layer - embed_dim"),
            gives="when the last linear layer is counted without its bias.",
            advice="All four linear layers have a bias.",
        ),
    ),
    hints=(
        "There are four linear layers. Which three come before the heads, and which one after?",
        f"Each of them takes embed_dim numbers and gives embed_dim, with a bias: see {chapter('linear')}.",
        "Heads are slices of what a projection gives. Slicing takes no parameters.",
    ),
    explanation=(
        "Four linear layers from embed_dim to embed_dim, each with embed_dim² weights and embed_dim biases. For "
        "64 numbers that is 4 · (4,096 + 64) = 16,640, with one head or with eight."
    ),
    trace=_trace,
)
