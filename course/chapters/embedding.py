"""Chapter 02: one-hot vectors, the embedding layer, its parameters and its gradient."""

from __future__ import annotations

import numpy as np

from course import functional
from course.chapters.embedding_backward import BACKWARDS
from course.chapters.mistakes import embedding as wrong
from course.checking.oracles import TorchFunction, TorchParameters
from course.checking.sampling import identifiers, normal
from course.checking.spec import Arguments, Case, Exercise, Misconception

CHAPTER = "02_embedding"


def one_hot(input, num_classes):
    """Write each identifier as a row of zeros with a single one: the lesson's version, for one sequence."""
    output = np.zeros((len(input), num_classes), dtype=int)
    output[np.arange(len(input)), input] = 1
    return output


def embedding(input, weight):
    """Look up a row of weight for each identifier: the lesson's version."""
    return weight[input]


ONE_HOT = Exercise(
    name="one_hot",
    chapter=CHAPTER,
    points=2,
    reference=functional.one_hot,
    solution=one_hot,
    oracle=TorchFunction("torch.nn.functional.one_hot"),
    cases=(
        Case("a few identifiers", lambda rng: {"input": identifiers(rng, 5, 3), "num_classes": 5}),
        Case("as many as classes", lambda rng: {"input": rng.permutation(6)[:6], "num_classes": 6}),
        Case(
            "the last classes unused",
            lambda rng: {"input": identifiers(rng, 4, 6), "num_classes": 9},
            note="no identifier above 3",
        ),
        Case("one identifier", lambda rng: {"input": rng.integers(2, 19, size=1), "num_classes": 20}),
    ),
    misconceptions=(
        Misconception(
            "one_hot.off-by-one",
            wrong.one_hot_off_by_one,
            "when identifiers are counted from 1: every one stands a place too early.",
            "Use the identifier as it is: identifier 0 belongs to place 0. What shifts it in your code?",
        ),
        Misconception(
            "one_hot.transposed",
            wrong.one_hot_transposed,
            "when each identifier gets a column: the result is transposed.",
            "The result has one row per identifier, (n, num_classes).",
        ),
        Misconception(
            "one_hot.max-for-num-classes",
            wrong.one_hot_max_seen,
            "when the rows end at the largest identifier that happens to be there.",
            "Use num_classes: another batch may hold larger identifiers.",
        ),
        Misconception(
            "one_hot.all-below",
            wrong.one_hot_all_below,
            "when every place up to the identifier is set.",
            "A row holds a single one. Compare with ==, not with <=.",
        ),
        Misconception(
            "one_hot.every-row",
            wrong.one_hot_every_row,
            "when every row gets the ones of all identifiers, as `output[:, input] = 1` does.",
            "Row k belongs to input[k] alone: a single place in a single row. Are your rows written one by one?",
        ),
        Misconception(
            "one_hot.one-row",
            wrong.one_hot_one_row,
            "when all identifiers share one row.",
            "The result has a row for each identifier, (n, num_classes). Start from zeros of that shape.",
        ),
        Misconception(
            "one_hot.identifier-for-one",
            wrong.one_hot_identifier_for_one,
            "when the identifier itself is written where a 1 belongs.",
            "The place says which identifier it is. The value there is always the same.",
        ),
    ),
    hints=(
        "Start with zeros of shape (n, num_classes). Row k needs one 1, in column input[k].",
        "With a loop: for each k, set result[k, input[k]] = 1.",
        "Without one: the rows of the identity matrix np.eye(num_classes) are the one-hot vectors. Pick them.",
    ),
    explanation=(
        "Two index arrays of equal length pick one place for each pair: row 0 with input[0], row 1 with input[1], "
        "and so on. `np.eye(num_classes)[input]` gives the same values."
    ),
)


def _lookup(rng: np.random.Generator, ids: np.ndarray, num: int, dim: int) -> dict[str, np.ndarray]:
    return {"input": ids, "weight": normal(rng, num, dim)}


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    identifier = arguments["input"][index[:-1]]
    value = arguments["weight"][identifier, index[-1]]
    place = ", ".join(str(i) for i in index[:-1])
    return f"input[{place}] is {identifier}, and weight[{identifier}, {index[-1]}] is {value:.4g}"


EMBEDDING = Exercise(
    name="embedding",
    chapter=CHAPTER,
    points=2,
    reference=functional.embedding,
    solution=embedding,
    oracle=TorchFunction("torch.nn.functional.embedding"),
    cases=(
        Case("a sequence", lambda rng: _lookup(rng, identifiers(rng, 6, 4), 6, 3)),
        Case("as many dimensions as identifiers", lambda rng: _lookup(rng, identifiers(rng, 5, 4), 5, 5)),
        Case(
            "a batch of sequences",
            lambda rng: _lookup(rng, identifiers(rng, 7, 2, 3), 7, 4),
        ),
        Case("square batch", lambda rng: _lookup(rng, identifiers(rng, 9, 3, 3), 9, 2)),
        Case("one identifier", lambda rng: _lookup(rng, rng.integers(2, 10, size=1), 12, 5)),
        Case("the table of the summary", lambda rng: _lookup(rng, identifiers(rng, 1000, 10), 1000, 16)),
    ),
    misconceptions=(
        Misconception(
            "embedding.columns-for-rows",
            wrong.columns_for_rows,
            "when identifiers pick columns in place of rows.",
            "`weight` is (num_embeddings, embedding_dim): the first axis counts identifiers.",
        ),
        Misconception(
            "embedding.off-by-one",
            wrong.embedding_off_by_one,
            "when identifiers are counted from 1: each takes the row before its own.",
            "Use the identifier as the index, as it is: identifier 0 has row 0.",
        ),
        Misconception(
            "embedding.one-too-far",
            wrong.embedding_one_too_far,
            "when 1 is added to each identifier: it takes the row after its own.",
            "Use the identifier as the index, as it is: identifier 0 has row 0.",
        ),
        Misconception(
            "embedding.column-lookup",
            wrong.column_lookup,
            "when the identifiers stand in the place of the second index, which counts columns.",
            "`weight` is (num_embeddings, embedding_dim): the first axis counts identifiers.",
        ),
        Misconception(
            "embedding.single-values",
            wrong.single_values,
            "when single values of the table are taken, as np.take does without an axis.",
            "Each identifier takes a whole row. Say along which axis.",
        ),
        Misconception(
            "embedding.batch-transposed",
            wrong.batch_transposed,
            "when the axes of input are exchanged: the sequences stand in columns.",
            "The result keeps the axes of input as they are and adds one at the end.",
        ),
        Misconception(
            "embedding.flattened",
            wrong.flattened,
            "when a batch of sequences is flattened into one.",
            "The result has the shape of input with embedding_dim added.",
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


def embedding_num_parameters(num_embeddings: int, embedding_dim: int) -> int:
    """Count the trainable parameters of an embedding layer: a row per identifier, and no bias."""
    return num_embeddings * embedding_dim


NUM_PARAMETERS = Exercise(
    name="embedding_num_parameters",
    chapter=CHAPTER,
    points=1,
    reference=embedding_num_parameters,
    oracle=TorchParameters("torch.nn.Embedding"),
    cases=(
        Case("the summary's table", lambda rng: {"num_embeddings": 10_000, "embedding_dim": 256}),
        Case("one row", lambda rng: {"num_embeddings": 1, "embedding_dim": 7}),
        Case(
            "any size",
            # odd sizes: their product shows where it was rounded
            lambda rng: {
                "num_embeddings": 501 + 2 * int(rng.integers(0, 200)),
                "embedding_dim": 101 + 2 * int(rng.integers(0, 50)),
            },
        ),
    ),
    misconceptions=(
        Misconception(
            "embedding_num_parameters.bias-per-dimension",
            wrong.parameters_bias_per_dimension,
            "when a bias of embedding_dim values is counted.",
            "An embedding has no bias: it only looks up.",
        ),
        Misconception(
            "embedding_num_parameters.bias-per-row",
            wrong.parameters_bias_per_row,
            "when a bias for every identifier is counted.",
            "An embedding has no bias: it only looks up.",
        ),
        Misconception(
            "embedding_num_parameters.added",
            wrong.parameters_added,
            "when the two sizes are added.",
            "The weight is a table with that many rows and columns. How many cells has it?",
        ),
    ),
    hints=(
        "The only parameter is the table, weight. What is its shape?",
        "One row per identifier, and each row has embedding_dim values.",
        "The number of values in a table is rows times columns.",
    ),
    explanation="The weight has num_embeddings rows of embedding_dim values. 10,000 · 256 = 2,560,000.",
)


EXERCISES = (ONE_HOT, EMBEDDING, NUM_PARAMETERS, *BACKWARDS)
