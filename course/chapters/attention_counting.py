"""Chapter 13: what attention with many heads has to train."""

from __future__ import annotations

import numpy as np

from course.chapters.attention_one_head import CHAPTER
from course.chapters.mistakes import attention_heads as wrong
from course.checking.oracles import TorchParameters
from course.checking.spec import Case, Exercise, Misconception


def attention_num_parameters(embed_dim: int, num_heads: int) -> int:
    """Count the trainable parameters of multi-head attention: four square linear layers, whatever the heads."""
    return 4 * (embed_dim * embed_dim + embed_dim)


def _odd(rng: np.random.Generator, least: int, num_heads: int) -> dict[str, int]:
    """Draw a size that num_heads divides, odd if num_heads is: it shows where it was rounded."""
    return {"embed_dim": num_heads * (least + 2 * int(rng.integers(0, 20))), "num_heads": num_heads}


NUM_PARAMETERS = Exercise(
    name="attention_num_parameters",
    chapter=CHAPTER,
    points=1,
    reference=attention_num_parameters,
    oracle=TorchParameters("torch.nn.MultiheadAttention"),
    cases=(
        Case("the layer of the table", lambda rng: {"embed_dim": 64, "num_heads": 8}),
        Case("another number of heads", lambda rng: {"embed_dim": 64, "num_heads": 2}),
        Case("three heads", lambda rng: _odd(rng, 21, 3)),
        Case("five heads", lambda rng: _odd(rng, 11, 5)),
    ),
    misconceptions=(
        Misconception(
            "attention_num_parameters.no-bias",
            wrong.parameters_no_bias,
            "when the biases are not counted.",
            "Each of the linear layers has a bias, too. How long is it?",
        ),
        Misconception(
            "attention_num_parameters.all-per-head",
            wrong.parameters_per_head,
            "when every head has projections of full size.",
            "The heads share the numbers of one projection out among them. What does num_heads change?",
        ),
        Misconception(
            "attention_num_parameters.in-projection-per-head",
            wrong.parameters_in_projection_per_head,
            "when every head has three projections of full size, and they share the last one.",
            "The heads share the numbers of one projection out among them. What does num_heads change?",
        ),
        Misconception(
            "attention_num_parameters.no-out-projection",
            wrong.parameters_no_out_projection,
            "when only the projections of query, key and value are counted.",
            "After the heads are merged, there is one more linear layer.",
        ),
        Misconception(
            "attention_num_parameters.one-in-projection",
            wrong.parameters_one_in_projection,
            "when query, key and value share one projection.",
            "in_proj_weight has 3 · embed_dim rows.",
        ),
        Misconception(
            "attention_num_parameters.split-before-projecting",
            wrong.parameters_split_before,
            "when each head projects its own slice of the numbers only.",
            "Every head sees all embed_dim numbers of a position. How many columns has its part of the matrix?",
        ),
        Misconception(
            "attention_num_parameters.one-head-counted",
            wrong.parameters_of_one_head,
            "when the projections of one head are counted, and the last layer.",
            "There are num_heads such heads. What do their sizes add up to?",
        ),
        Misconception(
            "attention_num_parameters.no-out-bias",
            wrong.parameters_no_out_bias,
            "when the last linear layer is counted without its bias.",
            "All four linear layers have a bias.",
        ),
    ),
    hints=(
        "There are four linear layers. Which three come before the heads, and which one after?",
        "Each of them takes embed_dim numbers and gives embed_dim, with a bias. Chapter 01 counted such a layer.",
        "Heads are slices of what a projection gives. Slicing takes no parameters.",
    ),
    explanation=(
        "Four linear layers from embed_dim to embed_dim, each with embed_dim² weights and embed_dim biases. "
        "For 64 numbers that is 4 · (4,096 + 64) = 16,640, with one head or with eight."
    ),
)
