"""The parameters of an embedding layer."""

from __future__ import annotations

import numpy as np

from course.checking.sampling import odd
from course.checking.spec import Arguments, Case, Exercise, Mistake


def embedding_num_parameters(num_embeddings, embedding_dim, rank=None):
    """Count the trainable parameters of an embedding layer, in one piece or in two.

    rank  None for one table; or a number: then the table has rank numbers for each
          identifier, and a linear layer without bias makes embedding_dim numbers of them

    >>> embedding_num_parameters(10, 4), embedding_num_parameters(10, 4, rank=2)
    (40, 28)
    """
    if rank is None:
        return num_embeddings * embedding_dim
    return num_embeddings * rank + rank * embedding_dim


def _by_hand(rng: np.random.Generator) -> dict[str, int]:
    """Draw two small sizes: more rows than columns."""
    return {"num_embeddings": int(rng.integers(10, 30)), "embedding_dim": int(rng.integers(3, 10))}


def _two_pieces(rng: np.random.Generator) -> dict[str, int]:
    """Draw three small sizes that differ: the rank is the smallest."""
    rank, embedding_dim, num_embeddings = sorted(map(int, rng.choice(np.arange(2, 13), size=3, replace=False)))
    return {"num_embeddings": num_embeddings, "embedding_dim": embedding_dim, "rank": rank}


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    rows, columns, rank = arguments["num_embeddings"], arguments["embedding_dim"], arguments.get("rank")
    count = embedding_num_parameters(**arguments)
    return f"{rows}·{columns} = {count}" if rank is None else f"{rows}·{rank} + {rank}·{columns} = {count}"


EXERCISE = Exercise(
    points=1,
    solution=embedding_num_parameters,
    oracle=None,
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
        Case("two small pieces", _two_pieces, note="a small table, then a linear layer"),
        Case(
            "two pieces",
            lambda rng: {
                "num_embeddings": odd(rng, 501, 200),
                "embedding_dim": odd(rng, 101, 50),
                "rank": odd(rng, 11, 20),
            },
        ),
    ),
    mistakes=(
        Mistake(
            "bias-per-dimension",
            edit=("return num_embeddings * embedding_dim", "return num_embeddings * embedding_dim + embedding_dim"),
            gives="when a bias of embedding_dim values is counted.",
            advice="An embedding has no bias: it only looks up.",
        ),
        Mistake(
            "bias-per-row",
            edit=("return num_embeddings * embedding_dim", "return num_embeddings * embedding_dim + num_embeddings"),
            gives="when a bias for every identifier is counted.",
            advice="An embedding has no bias: it only looks up.",
        ),
        Mistake(
            "added",
            edit=("num_embeddings * embedding_dim", "num_embeddings + embedding_dim"),
            gives="when the two sizes are added.",
            advice="The weight is a table with that many rows and columns. How many cells does it have?",
        ),
        Mistake(
            "rank-ignored",
            edit=("num_embeddings * rank + rank * embedding_dim", "num_embeddings * embedding_dim"),
            gives="when two pieces are counted as one table.",
            unwritten="rank is not used yet",
            advice="With a rank there are two arrays. Write down the shape of each.",
        ),
        Mistake(
            "table-only",
            edit=("num_embeddings * rank + rank * embedding_dim", "num_embeddings * rank"),
            gives="when only the small table is counted.",
            advice="The linear layer has a weight, too. What is its shape?",
        ),
        Mistake(
            "three-sizes-multiplied",
            edit=("num_embeddings * rank + rank * embedding_dim", "num_embeddings * rank * embedding_dim"),
            gives="when the three sizes are multiplied.",
            advice="There are two arrays, one after the other. Count each, then add.",
        ),
        Mistake(
            "table-of-full-width",
            edit=("num_embeddings * rank +", "num_embeddings * embedding_dim +"),
            gives="when the linear layer comes after a table of full width.",
            advice="With a rank, how many numbers does the table have for each identifier?",
        ),
        Mistake(
            "linear-with-bias",
            edit=("+ rank * embedding_dim", "+ rank * embedding_dim + embedding_dim"),
            gives="when the linear layer has a bias.",
            advice="This linear layer has no bias: only its weight counts.",
        ),
    ),
    hints=(
        "The only parameter is the table, weight. What is its shape?",
        "One row per identifier, and each row has embedding_dim values.",
        "The number of values in a table is rows times columns. With a rank there are two: the table for the "
        "identifiers, and the weight of the linear layer.",
    ),
    explanation=(
        "The weight has num_embeddings rows of embedding_dim values. 10,000 · 256 = 2,560,000. In two pieces the long "
        "axis is multiplied by the rank instead of embedding_dim: with rank 32, 10,000 · 32 + 32 · 256 = 328,192."
    ),
    trace=_trace,
)
