"""The gradient of an embedding layer for its weight."""

from __future__ import annotations

import numpy as np

from course import functional
from course.checking.oracles import TorchGradient
from course.checking.sampling import normal, repeated, whole
from course.checking.spec import Arguments, Case, Exercise, Mistake
from course.checking.worked_out import in_a_sum


def embedding_backward(grad_output, input, num_embeddings):
    """Give the gradient of an embedding layer for its weight.

    grad_output     the shape of input, and embedding_dim as one more axis at the end
    input           integers of any shape, as in the forward pass
    num_embeddings  how many rows the weight has
    returns (num_embeddings, embedding_dim)

    >>> embedding_backward(np.array([[1.0], [2.0], [4.0]]), np.array([0, 2, 0]), 3)
    array([[5.],
           [0.],
           [2.]])
    """
    grad_weight = np.zeros((num_embeddings, grad_output.shape[-1]))
    np.add.at(grad_weight, input, grad_output)
    return grad_weight


def _repeated_in_a_row(rng: np.random.Generator) -> np.ndarray:
    """Draw a batch in which one identifier comes twice in a sequence and once in the other, and some do not come."""
    often, once, other = rng.permutation(5)[:3]  # of six: the last never comes
    return rng.permuted([[often, often, once], [often, once, other]], axis=1)


def _by_hand(rng: np.random.Generator) -> dict[str, object]:
    often, once, other = rng.permutation(4)[:3]  # of five: the last never comes
    return {
        "grad_output": whole(rng, 4, 3),
        "input": rng.permutation([often, often, once, other]),
        "num_embeddings": 5,
    }


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    row, column = index
    uses = np.argwhere(arguments["input"] == row)
    if len(uses) > MOST_USES:
        return ""
    if not len(uses):
        return f"identifier {row} is not used: grad_weight[{row}, {column}] = 0"
    places = [", ".join(map(str, place)) for place in uses.tolist()]
    values = [float(arguments["grad_output"][(*place, column)]) for place in uses.tolist()]
    used = " and ".join(f"input[{place}]" for place in places)
    total = " + ".join(map(in_a_sum, values))
    return (
        f"identifier {row} is {used}: {total if len(uses) > 1 else f'grad_weight[{row}, {column}]'} = {sum(values):.4g}"
    )


def _gradient(rng: np.random.Generator, ids: np.ndarray, num: int, dim: int) -> dict[str, object]:
    return {"grad_output": normal(rng, *ids.shape, dim), "input": ids, "num_embeddings": num}


MOST_USES = 3
"""Of more uses than this the sum is too long for a line."""

EXERCISE = Exercise(
    points=3,
    solution=embedding_backward,
    reference=functional.embedding_backward,
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
            _by_hand,
            note="an identifier comes twice",
        ),
        Case("no repetition", lambda rng: _gradient(rng, rng.permutation(6)[:4], 6, 3)),
        Case("a batch of sequences", lambda rng: _gradient(rng, _repeated_in_a_row(rng), 6, 4)),
        Case("many repetitions", lambda rng: _gradient(rng, repeated(rng, 10, 50), 10, 4)),
        Case(
            "one identifier",
            lambda rng: _gradient(rng, rng.integers(2, 8, size=1), 10, 4),
            note="only one row is used",
        ),
    ),
    mistakes=(
        Mistake(
            "overwrites-repeated",
            edit=("np.add.at(grad_weight, input, grad_output)", "grad_weight[input] = grad_output"),
            gives="when the last use of an identifier overwrites the earlier ones.",
            advice=(
                "An identifier that comes twice was used twice: its two gradients add up. Beware of "
                "`grad[input] += ...`, which keeps one of several as well."
            ),
        ),
        Mistake(
            "averages-repeated",
            edit=(
                "return grad_weight",
                "counts = np.bincount(input.reshape(-1), minlength=num_embeddings)\n"
                "    return grad_weight / np.maximum(counts, 1)[:, None]",
            ),
            gives="when the gradients of a repeated identifier are averaged.",
            advice="Each use adds its own share to the loss, so the gradients add up.",
        ),
        Mistake(
            "off-by-one",
            edit=(", input, grad_output", ", input - 1, grad_output"),
            gives="when identifiers are counted from 1: every gradient lands a row too early.",
            advice="Use the identifier as the index, as it is: identifier 0 has row 0.",
        ),
        Mistake(
            "counts-uses",
            edit=(", grad_output)", ", 1.0)"),
            gives="when uses are counted and grad_output is left out.",
            advice="Each use brings its own row of grad_output.",
        ),
        Mistake(
            "one-axis-only",
            edit=(
                "np.add.at(grad_weight, input, grad_output)",
                "for k, identifier in enumerate(input):\n        grad_weight[identifier] += grad_output[k]",
            ),
            gives="when a loop runs over the first axis of input only: in a batch, a whole sequence is added at once.",
            advice=(
                "In a batch `input[k]` is a sequence, in which an identifier may come twice. Walk over single "
                "identifiers."
            ),
        ),
        Mistake(
            "max-for-num-embeddings",
            edit=("(num_embeddings", "(input.max() + 1"),
            gives="when the gradient ends at the largest identifier of the input.",
            advice="The gradient has the shape of weight: num_embeddings rows, whether they were used or not.",
        ),
        Mistake(
            "mean-over-identifiers",
            edit=("return grad_weight", "return grad_weight / input.size"),
            gives="when the gradient is divided by the number of identifiers.",
            advice="If the loss is a mean, grad_output already contains the division. Here the gradients only add up.",
        ),
        Mistake(
            "mean-over-batch",
            edit=("return grad_weight", "return grad_weight / len(input)"),
            gives="when the gradient is divided by the length of the batch.",
            advice="If the loss is a mean, grad_output already contains the division. Here the gradients only add up.",
        ),
    ),
    hints=(
        "Which rows of weight did the forward pass read? Only these can have a gradient.",
        "Start with zeros of shape (num_embeddings, embedding_dim). Walk over the identifiers and add each row "
        "of grad_output to the row of its identifier.",
        "In a batch, too, the loop must reach every single identifier: np.ndindex(input.shape) gives their "
        "places. Without a loop: np.add.at(array, places, values) adds at every place, as often as it comes.",
    ),
    explanation=(
        "The forward pass copies rows, so the backward pass adds gradients to these rows. `np.add.at` adds once for "
        "each occurrence, where `grad_weight[input] += ...` adds only once a row."
    ),
    trace=_trace,
)
