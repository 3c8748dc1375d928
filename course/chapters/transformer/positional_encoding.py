"""`positional_encoding`: ..."""

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
    # no longer than that: in float32 the angle of a far position is known to few digits
    return {"length": int(rng.integers(5, 12)), "dim": dim}


def _own_frequencies(length, dim):
    column = np.arange(dim)
    angle = np.arange(length)[:, None] / 10000 ** (column / dim)
    return np.where(column % 2 == 0, np.sin(angle), np.cos(angle))


def _column_for_pair(length, dim):
    column = np.arange(dim)
    angle = np.arange(length)[:, None] / 10000 ** (2 * column / dim)
    return np.where(column % 2 == 0, np.sin(angle), np.cos(angle))


def _doubled_twice(length, dim):
    column = np.arange(dim)
    angle = np.arange(length)[:, None] / 10000 ** (4 * (column // 2) / dim)
    return np.where(column % 2 == 0, np.sin(angle), np.cos(angle))


def _half_exponent(length, dim):
    column = np.arange(dim)
    angle = np.arange(length)[:, None] / 10000 ** (column // 2 / dim)
    return np.where(column % 2 == 0, np.sin(angle), np.cos(angle))


def _halves(length, dim):
    angle = np.arange(length)[:, None] / 10000 ** (np.arange(0, dim, 2) / dim)
    return np.concatenate([np.sin(angle), np.cos(angle)], axis=1)


def _cosine_first(length, dim):
    column = np.arange(dim)
    angle = np.arange(length)[:, None] / 10000 ** (2 * (column // 2) / dim)
    return np.where(column % 2 == 0, np.cos(angle), np.sin(angle))


def _multiplied(length, dim):
    column = np.arange(dim)
    angle = np.arange(length)[:, None] * 10000 ** (2 * (column // 2) / dim)
    return np.where(column % 2 == 0, np.sin(angle), np.cos(angle))


EXERCISE = Exercise(
    name="positional_encoding",
    points=3,
    solution=positional_encoding,
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
            body=_own_frequencies,
            gives="when every column has a frequency of its own: the column's number stands in the exponent.",
            advice="Columns 2i and 2i + 1 share a wave. What is i for columns 0, 1, 2, 3?",
        ),
        Mistake(
            "column-for-pair",
            body=_column_for_pair,
            gives="when the column's number is used where i, the number of the pair, belongs.",
            advice="Columns 2i and 2i + 1 share a wave. What is i for columns 0, 1, 2, 3?",
        ),
        Mistake(
            "doubled-twice",
            body=_doubled_twice,
            gives="when the exponent is 4i / dim: the column's number 2i is doubled once more.",
            advice="A loop in steps of two counts 0, 2, 4, ... already. Is that i, or 2i?",
        ),
        Mistake(
            "half-exponent",
            body=_half_exponent,
            gives="when the exponent is i / dim: the factor 2 is missing.",
            advice="Compare the exponent in the formula with yours. Which one does the last pair of columns get?",
        ),
        Mistake(
            "halves",
            body=_halves,
            gives="when all sines stand on the left and all cosines on the right.",
            advice="Sines and cosines take turns: even columns, odd columns.",
        ),
        Mistake(
            "cosine-first",
            body=_cosine_first,
            gives="when the cosines stand in the even columns.",
            advice="The first row must be 0, 1, 0, 1, ... What are sin(0) and cos(0)?",
        ),
        Mistake(
            # UNVERIFIED
            "from-one",
            edit=(
                (
                    "angle = np.arange(length)[:, np.newaxis] / 10000 ** (np.arange(0, dim, 2) / dim)\n"
                    "    encoding = np.zeros((length, dim))\n"
                    "    encoding[:, 0::2] = np.sin(angle)\n"
                    "    encoding[:, 1::2] = np.cos(angle)\n"
                    "    return encoding"
                ),
                (
                    "column = np.arange(dim)\n"
                    "    angle = np.arange(1, length + 1)[:, None] / 10000 ** (2 * (column // 2) / dim)\n"
                    "    return np.where(column % 2 == 0, np.sin(angle), np.cos(angle))"
                ),
            ),
            gives="when the first position is counted as 1.",
            advice="The first row must be 0, 1, 0, 1, ... Which position gives sin = 0?",
        ),
        Mistake(
            # UNVERIFIED
            "only-sines",
            edit=(
                ("angle =", ("column = np.arange(dim)\n    return np.sin(")),
                (
                    (
                        "np.newaxis] / 10000 ** (np.arange(0, dim, 2) / dim)\n"
                        "    encoding = np.zeros((length, dim))\n"
                        "    encoding[:, 0::2] = np.sin(angle)\n"
                        "    encoding[:, 1::2] = np.cos(angle)\n"
                        "    return encoding"
                    ),
                    "None] / 10000 ** (2 * (column // 2) / dim))",
                ),
            ),
            gives="when the odd columns hold sines, too.",
            advice="Each wave comes twice, once as sine and once as cosine.",
        ),
        Mistake(
            "multiplied",
            body=_multiplied,
            gives="when the position is multiplied by 10000^(2i/dim) and not divided by it.",
            advice="The waves must become slower from left to right.",
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
