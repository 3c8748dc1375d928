"""The positional encoding: sines and cosines of each position."""

from __future__ import annotations

import numpy as np

from course import functional
from course.checking.spec import Arguments, Case, Exercise, Mistake


def positional_encoding(length, dim):
    """Give each position a row of sines and cosines.

    dim is even.
    returns (length, dim)

    >>> positional_encoding(2, 4).round(4)
    array([[0.    , 1.    , 0.    , 1.    ],
           [0.8415, 0.5403, 0.01  , 1.    ]])
    """
    angle = np.arange(length)[:, np.newaxis] / 10000 ** (np.arange(0, dim, 2) / dim)
    encoding = np.zeros((length, dim))
    encoding[:, 0::2] = np.sin(angle)
    encoding[:, 1::2] = np.cos(angle)
    return encoding


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    (position, column), dim = index, arguments["dim"]
    wave = "cos" if column % 2 else "sin"
    value = functional.positional_encoding(position + 1, dim)[position, column]
    return f"{wave}({position} / 10000^({column - column % 2}/{dim})) = {value:.5g}"


def _positions(rng: np.random.Generator, dim: int) -> dict[str, int]:
    # no longer: in float32, the angle of a far position has few correct digits
    return {"length": int(rng.integers(5, 12)), "dim": dim}


EXERCISE = Exercise(
    points=3,
    solution=positional_encoding,
    stages={
        "the angles": "angle",
        "the sines and cosines": "result",
    },
    reference=functional.positional_encoding,
    oracle=None,
    cases=(
        Case("four columns", lambda rng: {"length": 3 + 2 * int(rng.integers(2)), "dim": 4}),
        Case("eight columns", lambda rng: _positions(rng, 8)),
        Case("as many positions as columns", lambda rng: dict.fromkeys(("length", "dim"), 2 * int(rng.integers(3, 6)))),
        Case("one wave", lambda rng: _positions(rng, 2), weight=0.5),
        Case("a single position", lambda rng: {"length": 1, "dim": 2 * int(rng.integers(3, 9))}, weight=0.5),
    ),
    mistakes=(
        Mistake(
            "own-frequencies",
            edit=(
                ("np.arange(0, dim, 2)", "np.arange(dim)"),
                ("np.sin(angle)", "np.sin(angle[:, 0::2])"),
                ("np.cos(angle)", "np.cos(angle[:, 1::2])"),
            ),
            gives="when every column has its own frequency: the column's number is in the exponent.",
            advice="Columns 2i and 2i + 1 share a wave. What is i for columns 0, 1, 2, 3?",
        ),
        Mistake(
            "column-for-pair",
            edit=(
                ("np.arange(0, dim, 2)", "2 * np.arange(dim)"),
                ("np.sin(angle)", "np.sin(angle[:, 0::2])"),
                ("np.cos(angle)", "np.cos(angle[:, 1::2])"),
            ),
            gives="when the column's number is used where i, the number of the pair, belongs.",
            advice="Columns 2i and 2i + 1 share a wave. What is i for columns 0, 1, 2, 3?",
        ),
        Mistake(
            "doubled-twice",
            edit=("np.arange(0, dim, 2)", "2 * np.arange(0, dim, 2)"),
            gives="when the exponent is 4i / dim: the column's number 2i is doubled once more.",
            advice="A loop in steps of two counts 0, 2, 4, ... already. Is that i, or 2i?",
        ),
        Mistake(
            "half-exponent",
            edit=("np.arange(0, dim, 2)", "np.arange(dim // 2)"),
            gives="when the exponent is i / dim: the factor 2 is missing.",
            advice="Compare the exponent in the formula with yours. Which one does the last pair of columns get?",
        ),
        Mistake(
            "halves",
            edit=(("0::2]", ": dim // 2]"), ("1::2]", "dim // 2 :]")),
            gives="when all sines are on the left and all cosines on the right.",
            advice="Sines and cosines take turns: even columns, odd columns.",
        ),
        Mistake(
            "cosine-first",
            edit=(("0::2] = np.sin", "0::2] = np.cos"), ("1::2] = np.cos", "1::2] = np.sin")),
            gives="when the cosines are in the even columns.",
            advice="The first row must be 0, 1, 0, 1, ... What are sin(0) and cos(0)?",
        ),
        Mistake(
            "from-one",
            edit=("np.arange(length)", "np.arange(1, length + 1)"),
            gives="when the first position is counted as 1.",
            advice="The first row must be 0, 1, 0, 1, ... Which position gives sin = 0?",
        ),
        Mistake(
            "only-sines",
            edit=("np.cos", "np.sin"),
            gives="when the odd columns contain sines, too.",
            advice="Each wave comes twice, once as a sine and once as a cosine.",
        ),
        Mistake(
            "multiplied",
            edit=("/ 10000", "* 10000"),
            gives="when the position is multiplied by 10000^(2i/dim) instead of divided by it.",
            advice="The waves must become slower from left to right.",
        ),
        Mistake(
            "base-1000",
            edit=("10000", "1000"),
            gives="when the base is 1000.",
            advice="Count the zeros in the formula.",
        ),
    ),
    hints=(
        "There are dim / 2 waves. Wave i turns by 1 / 10000^(2i/dim) from one position to the next. np.arange(0, "
        "dim, 2) gives all the 2i.",
        "Positions as a column, shape (length, 1), divided by a row of dim / 2 numbers, give all angles: "
        "(length, dim / 2).",
        "Make an array of zeros of shape (length, dim). The sines of the angles go to its columns 0::2, the "
        "cosines to its columns 1::2.",
    ),
    explanation=(
        "Broadcasting a column of positions against a row of frequencies gives every angle at once. The slices "
        "0::2 and 1::2 put sine and cosine of one angle side by side."
    ),
    trace=_trace,
)
