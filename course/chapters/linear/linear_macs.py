"""The mult-adds of a linear layer."""

from __future__ import annotations

import numpy as np

from course.chapters.linear.draws import draw_two_sizes
from course.checking.oracles import TorchMacs
from course.checking.sampling import odd
from course.checking.spec import Arguments, Case, Exercise, Mistake


def linear_macs(input_shape, out_features):
    """Count the mult-adds of a linear layer for one batch.

    input_shape is (n, c_i), or has more axes before the last: the layer works on each row of
    c_i numbers. The bias is not counted: it multiplies nothing.
    returns a whole number

    >>> linear_macs((4, 3), 2), linear_macs((4, 5, 3), 2)
    (24, 120)
    """
    *axes, c_i = input_shape
    macs = c_i * out_features
    for size in axes:
        macs *= size
    return macs


def _by_hand(rng: np.random.Generator) -> dict[str, object]:
    c_i, c_o = draw_two_sizes(rng)
    return {"input_shape": (int(rng.integers(2, 6)), c_i), "out_features": c_o}


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    factors = (*arguments["input_shape"], arguments["out_features"])
    return f"{'·'.join(map(str, factors))} = {linear_macs(**arguments)}"


EXERCISE = Exercise(
    points=1,
    solution=linear_macs,
    oracle=TorchMacs(
        "torch.nn.functional.linear",
        arrange=lambda input_shape, out_features: (
            (np.zeros(input_shape), np.zeros((out_features, input_shape[-1]))),
            {},
        ),
    ),
    cases=(
        Case("a small batch", _by_hand),
        Case("one sample through Linear(10, 5)", lambda rng: {"input_shape": (1, 10), "out_features": 5}),
        Case("a batch", lambda rng: {"input_shape": (32, 10), "out_features": 5}),
        Case(
            "any size",
            lambda rng: {"input_shape": (odd(rng, 21, 50), odd(rng, 141, 50)), "out_features": odd(rng, 51, 50)},
        ),
        Case(
            "sentences",
            lambda rng: {"input_shape": (8, odd(rng, 11, 9), odd(rng, 41, 20)), "out_features": odd(rng, 51, 20)},
            note="a sample has several rows of numbers, one for each word",
        ),
        Case(
            "every pixel of an image",
            lambda rng: {"input_shape": (2, odd(rng, 11, 5), odd(rng, 21, 5), 3), "out_features": odd(rng, 5, 5)},
        ),
    ),
    mistakes=(
        Mistake(
            "one-sample",
            edit=("    for size in axes:\n        macs *= size\n", ""),
            gives="when the work is counted for one row only.",
            advice="The layer does the same work for each sample of the batch.",
        ),
        Mistake(
            "bias-counted",
            edit=("c_i * out_features", "(c_i + 1) * out_features"),
            gives="when adding the bias counts as a mult-add, as torchinfo does.",
            advice="A mult-add is a multiplication and an addition. Adding a bias multiplies nothing.",
        ),
        Mistake(
            "first-axis-only",
            edit=("in axes:", "in axes[:1]:"),
            gives="when only the first axis counts, also where a sample has several rows.",
            unwritten="More than two axes are not written yet",
            advice="The layer works on each row of c_i numbers. How many such rows does the whole input have?",
        ),
        Mistake(
            "counted-twice",
            edit=("c_i * out_features", "2 * c_i * out_features"),
            gives="when a multiplication and its addition count as two.",
            advice="One mult-add is the two together.",
        ),
        Mistake(
            "additions-counted",
            edit=("c_i * out_features", "(2 * c_i - 1) * out_features"),
            gives="when multiplications and additions are counted separately.",
            advice="One mult-add is a multiplication together with the addition that follows it.",
        ),
        Mistake(
            "bias-counted-once",
            edit=("return macs", "return macs + out_features"),
            gives="when the bias is counted, once for the whole batch.",
            advice="A mult-add is a multiplication and an addition. Adding a bias multiplies nothing.",
        ),
        Mistake(
            "outputs-counted",
            edit=("c_i * out_features", "out_features"),
            gives="when every output counts as one mult-add.",
            advice="One output is a sum of products. How many?",
        ),
        Mistake(
            "parameters-counted",
            edit=(
                ("c_i * out_features", "(c_i + 1) * out_features"),
                ("    for size in axes:\n        macs *= size\n", ""),
            ),
            gives="when the parameters are counted instead of the work.",
            advice="The parameters stay the same for any batch. The work does not.",
        ),
    ),
    hints=(
        "How many multiplications does one output of one sample take?",
        "One output takes c_i multiplications, and each row of c_i numbers has c_o outputs.",
        "How many rows are there? All axes before the last count them: multiply them, however many there are.",
    ),
    explanation=(
        "Each output is a sum of c_i products, and each row of the input has c_o outputs: n · c_i · c_o mult-adds for "
        "n rows. The parameters are the same for any number of rows; the work grows with it."
    ),
    trace=_trace,
)
