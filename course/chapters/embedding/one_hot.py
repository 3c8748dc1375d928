"""Identifiers as one-hot vectors."""

from __future__ import annotations

import numpy as np

from course import functional
from course.checking.oracles import TorchFunction
from course.checking.sampling import identifiers
from course.checking.spec import Arguments, Case, Exercise, Mistake


def one_hot(input, num_classes):
    """Write each identifier as a row of zeros with a single one.

    input        (n,)  integers in 0 .. num_classes - 1
    num_classes  how long a row is
    returns (n, num_classes), integers

    >>> one_hot(np.array([2, 0]), 3)
    array([[0, 0, 1],
           [1, 0, 0]])
    """
    output = np.zeros((len(input), num_classes), dtype=int)
    output[np.arange(len(input)), input] = 1
    return output


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    row, place = index
    identifier = int(arguments["input"][row])
    if place == identifier:
        return f"input[{row}] is {identifier}: output[{row}, {place}] = 1"
    return f"input[{row}] is {identifier}, not {place}: output[{row}, {place}] = 0"


EXERCISE = Exercise(
    points=2,
    solution=one_hot,
    reference=functional.one_hot,
    oracle=TorchFunction("torch.nn.functional.one_hot"),
    cases=(
        # all but the last: what is made only as long as the largest identifier asks for is too short
        Case("a few identifiers", lambda rng: {"input": rng.permutation(5)[:4], "num_classes": 6}),
        Case("as many as classes", lambda rng: {"input": rng.permutation(6)[:6], "num_classes": 6}),
        Case(
            "the last classes unused",
            lambda rng: {"input": identifiers(rng, 4, 6), "num_classes": 9},
            note="no identifier above 3",
        ),
        Case("one identifier", lambda rng: {"input": rng.integers(2, 19, size=1), "num_classes": 20}),
    ),
    mistakes=(
        Mistake(
            "off-by-one",
            edit=("), input]", "), input - 1]"),
            gives="when identifiers are counted from 1: each 1 is one place too early.",
            advice="Use the identifier as it is: identifier 0 belongs to place 0. What shifts it in your code?",
        ),
        Mistake(
            "transposed",
            edit=("return output", "return output.T"),
            gives="when each identifier gets a column: the result is transposed.",
            advice="The result has one row per identifier, (n, num_classes).",
        ),
        Mistake(
            "max-for-num-classes",
            edit=("(len(input), num_classes)", "(len(input), input.max() + 1)"),
            gives="when the rows end at the largest identifier of the input.",
            advice="Use num_classes: another batch may contain larger identifiers.",
        ),
        Mistake(
            "all-below",
            edit=("np.arange(len(input)), input", "np.arange(num_classes) <= input[:, None]"),
            gives="when every place up to the identifier is set.",
            advice="A row has a single 1. Compare with ==, not with <=.",
        ),
        Mistake(
            "every-row",
            edit=("np.arange(len(input))", ":"),
            gives="when every row gets the ones of all identifiers, as `output[:, input] = 1` does.",
            advice="Row k belongs to input[k] alone: a single place in a single row. Are your rows written one by one?",
        ),
        Mistake(
            "one-row",
            edit=(("(len(input), num_classes)", "num_classes"), ("np.arange(len(input)), input", "input")),
            gives="when all identifiers share one row.",
            advice="The result has a row for each identifier, (n, num_classes). Start from zeros of that shape.",
        ),
        Mistake(
            "identifier-for-one",
            edit=("= 1", "= input"),
            gives="when the identifier itself is written where a 1 belongs.",
            advice="The place says which identifier it is. The value there is always the same.",
        ),
    ),
    hints=(
        "Start with zeros of shape (n, num_classes). Row k needs one 1, in column input[k].",
        "With a loop: for each k, set result[k, input[k]] = 1.",
        "Without one: the rows of the identity matrix np.eye(num_classes) are the one-hot vectors. Pick them.",
    ),
    explanation=(
        "Two index arrays of equal length pick one place for each pair: row 0 with input[0], row 1 with "
        "input[1], and so on. `np.eye(num_classes)[input]` gives the same values."
    ),
    trace=_trace,
)
