"""Chapter 02: one-hot vectors, the embedding layer, its parameters and its gradient."""

from __future__ import annotations

import numpy as np

from course.checking.sampling import identifiers, normal, repeated
from course.checking.spec import (
    Arguments,
    Case,
    Exercise,
    Misconception,
    TorchFunction,
    TorchGradient,
    TorchParameters,
)
from course.functional import embedding, embedding_backward, one_hot

CHAPTER = "02_embedding"


def _one_hot_off_by_one(input, num_classes):
    return np.eye(num_classes, dtype=int)[input - 1]


def _one_hot_transposed(input, num_classes):
    return np.eye(num_classes, dtype=int)[:, input]


def _one_hot_max_seen(input, num_classes):
    return np.eye(input.max() + 1, dtype=int)[input]


def _one_hot_all_below(input, num_classes):
    return (np.arange(num_classes) <= input[:, None]).astype(int)


ONE_HOT = Exercise(
    name="one_hot",
    chapter=CHAPTER,
    points=2,
    reference=one_hot,
    oracle=TorchFunction("torch.nn.functional.one_hot"),
    cases=(
        Case("a few identifiers", lambda rng: {"input": identifiers(rng, 5, 3), "num_classes": 5}),
        Case("as many as classes", lambda rng: {"input": rng.permutation(6)[:6], "num_classes": 6}),
        Case(
            "the last classes unused",
            lambda rng: {"input": identifiers(rng, 4, 6), "num_classes": 9},
            note="no identifier above 3",
        ),
        Case("one identifier", lambda rng: {"input": rng.integers(1, 7, size=1), "num_classes": 8}),
    ),
    misconceptions=(
        Misconception(
            "one_hot.off-by-one",
            _one_hot_off_by_one,
            "when identifiers are counted from 1: every one stands a place too early.",
            "Identifiers start at 0, as Python's indices do.",
        ),
        Misconception(
            "one_hot.transposed",
            _one_hot_transposed,
            "when each identifier gets a column: the result is transposed.",
            "The result has one row per identifier, (n, num_classes).",
        ),
        Misconception(
            "one_hot.max-for-num-classes",
            _one_hot_max_seen,
            "when the rows end at the largest identifier that happens to be there.",
            "Use num_classes: another batch may hold larger identifiers.",
        ),
        Misconception(
            "one_hot.all-below",
            _one_hot_all_below,
            "when every place up to the identifier is set.",
            "A row holds a single one. Compare with ==, not with <=.",
        ),
    ),
    hints=(
        "Start with zeros of shape (n, num_classes). Row k needs one 1, in column input[k].",
        "With a loop: for each k, set result[k, input[k]] = 1.",
        "Without one: the rows of the identity matrix np.eye(num_classes) are the one-hot vectors. Pick them.",
    ),
    explanation=(
        "Comparing each identifier with 0 .. num_classes-1 is true in exactly one place. "
        "`input[..., np.newaxis]` adds the axis along which that comparison runs."
    ),
)


def _lookup(rng: np.random.Generator, ids: np.ndarray, num: int, dim: int) -> dict[str, np.ndarray]:
    return {"input": ids, "weight": normal(rng, num, dim)}


def _columns_for_rows(input, weight):
    return np.moveaxis(weight[:, input], 0, -1)


def _embedding_off_by_one(input, weight):
    return weight[input - 1]


def _batch_transposed(input, weight):
    return weight[input.T]


def _flattened(input, weight):
    return weight[input.reshape(-1)]


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    identifier = arguments["input"][index[:-1]]
    value = arguments["weight"][identifier, index[-1]]
    place = ", ".join(str(i) for i in index[:-1])
    return f"input[{place}] is {identifier}, and weight[{identifier}, {index[-1]}] is {value:.4g}"


EMBEDDING = Exercise(
    name="embedding",
    chapter=CHAPTER,
    points=2,
    reference=embedding,
    oracle=TorchFunction("torch.nn.functional.embedding"),
    cases=(
        Case("a sequence", lambda rng: _lookup(rng, identifiers(rng, 6, 4), 6, 3)),
        Case("as many dimensions as identifiers", lambda rng: _lookup(rng, identifiers(rng, 5, 4), 5, 5)),
        Case(
            "a batch of sequences",
            lambda rng: _lookup(rng, identifiers(rng, 7, 2, 3), 7, 4),
        ),
        Case("square batch", lambda rng: _lookup(rng, identifiers(rng, 9, 3, 3), 9, 2)),
        Case("one identifier", lambda rng: _lookup(rng, rng.integers(1, 4, size=1), 4, 2)),
        Case("the table of the summary", lambda rng: _lookup(rng, identifiers(rng, 1000, 10), 1000, 16)),
    ),
    misconceptions=(
        Misconception(
            "embedding.columns-for-rows",
            _columns_for_rows,
            "when identifiers pick columns in place of rows.",
            "`weight` is (num_embeddings, embedding_dim): the first axis counts identifiers.",
        ),
        Misconception(
            "embedding.off-by-one",
            _embedding_off_by_one,
            "when identifiers are counted from 1: each takes the row before its own.",
            "Identifier 0 has row 0.",
        ),
        Misconception(
            "embedding.batch-transposed",
            _batch_transposed,
            "when the axes of input are exchanged: the sequences stand in columns.",
            "The result keeps the axes of input as they are and adds one at the end.",
        ),
        Misconception(
            "embedding.flattened",
            _flattened,
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


def _parameters_bias_per_dimension(num_embeddings, embedding_dim):
    return num_embeddings * embedding_dim + embedding_dim


def _parameters_bias_per_row(num_embeddings, embedding_dim):
    return num_embeddings * embedding_dim + num_embeddings


def _parameters_added(num_embeddings, embedding_dim):
    return num_embeddings + embedding_dim


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
            lambda rng: {
                "num_embeddings": int(rng.integers(100, 900)),
                "embedding_dim": int(rng.integers(10, 90)),
            },
        ),
    ),
    misconceptions=(
        Misconception(
            "embedding_num_parameters.bias-per-dimension",
            _parameters_bias_per_dimension,
            "when a bias of embedding_dim values is counted.",
            "An embedding has no bias: it only looks up.",
        ),
        Misconception(
            "embedding_num_parameters.bias-per-row",
            _parameters_bias_per_row,
            "when a bias for every identifier is counted.",
            "An embedding has no bias: it only looks up.",
        ),
        Misconception(
            "embedding_num_parameters.added",
            _parameters_added,
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


def _backward_overwrites(grad_output, input, num_embeddings):
    grad_weight = np.zeros((num_embeddings, grad_output.shape[-1]))
    grad_weight[input] = grad_output
    return grad_weight


def _backward_averages(grad_output, input, num_embeddings):
    grad_weight = np.zeros((num_embeddings, grad_output.shape[-1]))
    np.add.at(grad_weight, input, grad_output)
    counts = np.bincount(input.reshape(-1), minlength=num_embeddings)
    return grad_weight / np.maximum(counts, 1)[:, None]


def _backward_off_by_one(grad_output, input, num_embeddings):
    grad_weight = np.zeros((num_embeddings, grad_output.shape[-1]))
    np.add.at(grad_weight, input - 1, grad_output)
    return grad_weight


def _backward_counts(grad_output, input, num_embeddings):
    grad_weight = np.zeros((num_embeddings, grad_output.shape[-1]))
    np.add.at(grad_weight, input, 1.0)
    return grad_weight


def _gradient(rng: np.random.Generator, ids: np.ndarray, num: int, dim: int) -> dict[str, object]:
    return {"grad_output": normal(rng, *ids.shape, dim), "input": ids, "num_embeddings": num}


BACKWARD = Exercise(
    name="embedding_backward",
    chapter=CHAPTER,
    points=3,
    reference=embedding_backward,
    oracle=TorchGradient(
        "torch.nn.functional.embedding",
        wrt=(1,),
        arrange=lambda grad_output, input, num_embeddings: (
            (input, np.zeros((num_embeddings, grad_output.shape[-1]))),
            {},
        ),
    ),
    cases=(
        Case(
            "a repeated identifier",
            lambda rng: _gradient(rng, repeated(rng, 5, 4), 5, 3),
            note="an identifier comes twice",
        ),
        Case("no repetition", lambda rng: _gradient(rng, rng.permutation(6)[:4], 6, 2)),
        Case("a batch of sequences", lambda rng: _gradient(rng, repeated(rng, 4, 2, 3), 4, 3)),
        Case("one identifier", lambda rng: _gradient(rng, rng.integers(1, 4, size=1), 4, 2)),
        Case("many repetitions", lambda rng: _gradient(rng, repeated(rng, 10, 50), 10, 4)),
    ),
    misconceptions=(
        Misconception(
            "embedding_backward.overwrites-repeated",
            _backward_overwrites,
            "when the last use of an identifier overwrites the earlier ones.",
            "An identifier that comes twice was used twice: its two gradients add up. "
            "Beware of grad[input] += ..., which keeps one of several as well.",
        ),
        Misconception(
            "embedding_backward.averages-repeated",
            _backward_averages,
            "when the gradients of a repeated identifier are averaged.",
            "Each use adds its own share to the loss, so the gradients add up.",
        ),
        Misconception(
            "embedding_backward.off-by-one",
            _backward_off_by_one,
            "when identifiers are counted from 1: every gradient lands a row too early.",
            "Identifier 0 has row 0.",
        ),
        Misconception(
            "embedding_backward.counts-uses",
            _backward_counts,
            "when uses are counted and grad_output is left out.",
            "Each use brings its own row of grad_output.",
        ),
    ),
    hints=(
        "Which rows of weight did the forward pass read? Only these can have a gradient.",
        "Start with zeros of shape (num_embeddings, embedding_dim). Walk over the identifiers and add each row of "
        "grad_output to the row of its identifier.",
        "np.add.at(grad_weight, input, grad_output) adds for every occurrence, repeated or not.",
    ),
    explanation=(
        "The forward pass copies rows, so the way back adds gradients into these rows. "
        "`np.add.at` adds once for each occurrence, where `grad_weight[input] += ...` adds only once a row."
    ),
)

EXERCISES = (ONE_HOT, EMBEDDING, NUM_PARAMETERS, BACKWARD)
