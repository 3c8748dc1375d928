"""The lookup of an embedding layer."""

from __future__ import annotations

import numpy as np

from course import functional
from course.checking.oracles import TorchFunction
from course.checking.sampling import identifiers, normal, whole
from course.checking.spec import Arguments, Case, Exercise, Mistake


def embedding(input, weight):
    """Look up a row of weight for each identifier.

    input   integers of any shape: (n,), or (n, length), or more axes
    weight  (num_embeddings, embedding_dim)  one row for each identifier
    returns the shape of input, and embedding_dim as one more axis at the end

    >>> embedding(np.array([1, 1, 0]), np.array([[0.1, 0.2], [0.3, 0.4]]))
    array([[0.3, 0.4],
           [0.3, 0.4],
           [0.1, 0.2]])
    """
    return weight[input]


def _lookup(rng: np.random.Generator, ids: np.ndarray, num: int, dim: int) -> dict[str, np.ndarray]:
    return {"input": ids, "weight": normal(rng, num, dim)}


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    identifier = arguments["input"][index[:-1]]
    value = arguments["weight"][identifier, index[-1]]
    place = ", ".join(str(i) for i in index[:-1])
    return f"input[{place}] is {identifier}: weight[{identifier}, {index[-1]}] = {value:.4g}"


EXERCISE = Exercise(
    points=2,
    solution=embedding,
    reference=functional.embedding,
    oracle=TorchFunction("torch.nn.functional.embedding"),
    cases=(
        Case("a sequence", lambda rng: {"input": identifiers(rng, 5, 4), "weight": whole(rng, 5, 3)}),
        Case("a batch of sequences", lambda rng: _lookup(rng, identifiers(rng, 7, 2, 3), 7, 4)),
        Case("as many dimensions as identifiers", lambda rng: _lookup(rng, identifiers(rng, 5, 4), 5, 5)),
        Case("square batch", lambda rng: _lookup(rng, identifiers(rng, 9, 3, 3), 9, 2)),
        Case("one identifier", lambda rng: _lookup(rng, rng.integers(2, 10, size=1), 12, 5)),
        Case("the table of the summary", lambda rng: _lookup(rng, identifiers(rng, 1000, 10), 1000, 16)),
    ),
    mistakes=(
        Mistake(
            "columns-for-rows",
            edit=("weight[input]", "weight.T[input]"),
            gives="when identifiers pick columns instead of rows.",
            advice="`weight` is (num_embeddings, embedding_dim): the first axis counts identifiers.",
        ),
        Mistake(
            "off-by-one",
            edit=("[input]", "[input - 1]"),
            gives="when identifiers are counted from 1: each takes the row before its own.",
            advice="Use the identifier as the index, as it is: identifier 0 has row 0.",
        ),
        Mistake(
            "one-too-far",
            edit=("[input]", "[input + 1]"),
            gives="when 1 is added to each identifier: it takes the row after its own.",
            advice="Use the identifier as the index, as it is: identifier 0 has row 0.",
        ),
        Mistake(
            "column-lookup",
            edit=("[input]", "[:, input]"),
            gives="when the identifiers are used as the second index, which counts columns.",
            advice="`weight` is (num_embeddings, embedding_dim): the first axis counts identifiers.",
        ),
        Mistake(
            "single-values",
            edit=("weight[input]", "np.take(weight, input)"),
            gives="when single values of the table are taken, as np.take does without an axis.",
            advice="Each identifier takes a whole row. Say along which axis.",
        ),
        Mistake(
            "batch-transposed",
            edit=("[input]", "[input.T]"),
            gives="when the axes of input are exchanged: the sequences are in columns.",
            advice="The result keeps the axes of input as they are and adds one at the end.",
        ),
        Mistake(
            "flattened",
            edit=("[input]", "[input.reshape(-1)]"),
            gives="when a batch of sequences is flattened into one.",
            advice="The result has the shape of input with embedding_dim added.",
        ),
    ),
    hints=(
        "Multiplying a one-hot row by weight picks one row of weight. Which?",
        "NumPy can pick several rows at once: index the first axis with an array of integers.",
        "weight[[2, 0]] is rows 2 and 0. An index array of any shape works the same way.",
    ),
    explanation=(
        "`weight[input]` takes a row for every identifier, and keeps the axes of input. It gives what "
        "`one_hot(input, num_embeddings) @ weight` gives, without multiplying by zeros."
    ),
    trace=_trace,
)
