"""The parameters of an embedding layer."""

from __future__ import annotations

import numpy as np

from course.checking.oracles import TorchParameters
from course.checking.spec import Arguments, Case, Exercise, Mistake


def embedding_num_parameters(num_embeddings, embedding_dim):
    """Count the trainable parameters of an embedding layer.

    >>> embedding_num_parameters(6, 3)
    18
    """
    return num_embeddings * embedding_dim


def _by_hand(rng: np.random.Generator) -> dict[str, int]:
    """Draw two small sizes: more rows than columns."""
    return {"num_embeddings": int(rng.integers(10, 30)), "embedding_dim": int(rng.integers(3, 10))}


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    rows, columns = arguments["num_embeddings"], arguments["embedding_dim"]
    return f"{rows}·{columns} = {rows * columns}"


EXERCISE = Exercise(
    points=1,
    solution=embedding_num_parameters,
    oracle=TorchParameters("torch.nn.Embedding"),
    cases=(
        Case("a small table", _by_hand),
        Case("the summary's table", lambda rng: {"num_embeddings": 10_000, "embedding_dim": 256}),
        Case(
            "any size",
            # odd sizes: their product shows where it was rounded
            lambda rng: {
                "num_embeddings": 501 + 2 * int(rng.integers(0, 200)),
                "embedding_dim": 101 + 2 * int(rng.integers(0, 50)),
            },
        ),
        Case("one row", lambda rng: {"num_embeddings": 1, "embedding_dim": 7}),
    ),
    mistakes=(
        Mistake(
            "bias-per-dimension",
            edit=("* embedding_dim", "* embedding_dim + embedding_dim"),
            gives="when a bias of embedding_dim values is counted.",
            advice="An embedding has no bias: it only looks up.",
        ),
        Mistake(
            "bias-per-row",
            edit=("* embedding_dim", "* embedding_dim + num_embeddings"),
            gives="when a bias for every identifier is counted.",
            advice="An embedding has no bias: it only looks up.",
        ),
        Mistake(
            "added",
            edit=("num_embeddings *", "num_embeddings +"),
            gives="when the two sizes are added.",
            advice="The weight is a table with that many rows and columns. How many cells does it have?",
        ),
    ),
    hints=(
        "The only parameter is the table, weight. What is its shape?",
        "One row per identifier, and each row has embedding_dim values.",
        "The number of values in a table is rows times columns.",
    ),
    explanation="The weight has num_embeddings rows of embedding_dim values. 10,000 · 256 = 2,560,000.",
    trace=_trace,
)
