"""Chapter 00: how a check reads, with one small exercise."""

from __future__ import annotations

import numpy as np

from course.checking.oracles import TorchFunction
from course.checking.sampling import normal
from course.checking.spec import Arguments, Case, Exercise, Misconception

CHAPTER = "00_start_here"


def warm_up(x: np.ndarray) -> np.ndarray:
    """Double every value and add one."""
    return 2 * x + 1


def _forgets_the_one(x):
    return 2 * x


def _adds_first(x):
    return 2 * (x + 1)


def _squares(x):
    return x**2 + 1


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    value = arguments["x"][index]
    factor = f"{value:.7g}" if value >= 0 else f"({value:.7g})"
    return f"2 · {factor} + 1 = {2 * value + 1:.7g}"


def _large_and_small(rng: np.random.Generator) -> np.ndarray:
    return np.round(rng.uniform(1, 9, size=6) * rng.permutation([-1, -1, -1, 1, 1, 1]) * 10.0 ** np.arange(-3, 3), 6)


WARM_UP = Exercise(
    name="warm_up",
    chapter=CHAPTER,
    points=1,
    reference=warm_up,
    oracle=TorchFunction("torch.add", arrange=lambda x: ((np.ones_like(x), x), {"alpha": 2})),
    cases=(
        Case("a vector", lambda rng: {"x": normal(rng, 4)}),
        Case("a matrix", lambda rng: {"x": normal(rng, 3, 5)}),
        Case("large and small values", lambda rng: {"x": _large_and_small(rng)}),
    ),
    misconceptions=(
        Misconception(
            "warm_up.forgets-the-one",
            _forgets_the_one,
            "when the 1 is left out: 2x in place of 2x + 1.",
            "The formula has two steps. Which of them is missing?",
        ),
        Misconception(
            "warm_up.adds-first",
            _adds_first,
            "when the 1 is added before doubling: 2(x + 1).",
            "Multiplication comes before addition. Where do your parentheses stand?",
        ),
        Misconception(
            "warm_up.squares",
            _squares,
            "when x is squared: x² + 1 in place of 2x + 1.",
            "`**` is a power. Which operator doubles?",
        ),
    ),
    hints=(
        "A NumPy array takes part in arithmetic as a whole: no loop is needed.",
        "Doubling every value of x is written like doubling a number.",
        "Write the formula as it stands, 2x + 1, with a `*` between the 2 and the x, and return it.",
    ),
    explanation="NumPy applies `*` and `+` to every element, so the formula is the code.",
    trace=_trace,
)


def repair_center(x):
    """Subtract from each column its mean."""
    return x - x.mean(axis=0)


def _centers_in_place(x):
    """Subtract from each column its mean."""
    for column in range(x.shape[1]):
        x[:, column] -= x[:, column].mean()
    return x


def _centers_rows(x):
    return x - x.mean(axis=1, keepdims=True)


def _centers_by_one_mean(x):
    return x - x.mean()


def _scales_too(x):
    return (x - x.mean(axis=0)) / x.std(axis=0)


REPAIR = Exercise(
    name="repair_center",
    chapter=CHAPTER,
    points=1,
    reference=repair_center,
    oracle=TorchFunction("torch.sub", arrange=lambda x: ((x, x.mean(axis=0)), {})),
    given=_centers_in_place,
    cases=(
        Case("a matrix", lambda rng: {"x": normal(rng, 3, 2)}),
        Case("a square matrix", lambda rng: {"x": normal(rng, 4, 4) + 10}),
        Case("a wide matrix", lambda rng: {"x": normal(rng, 3, 7) - 5}),
    ),
    misconceptions=(
        Misconception(
            "repair_center.as-given",
            _centers_in_place,
            "when the function is left as it was handed out: it writes into the caller's array.",
            "Which line assigns into x? Put the result into an array of its own.",
        ),
        Misconception(
            "repair_center.rows",
            _centers_rows,
            "when the mean of each row is subtracted.",
            "axis=0 runs down the columns, axis=1 along the rows.",
        ),
        Misconception(
            "repair_center.one-mean",
            _centers_by_one_mean,
            "when one mean of the whole array is subtracted.",
            "Each column has a mean of its own. Which axis goes into mean?",
        ),
        Misconception(
            "repair_center.scaled-too",
            _scales_too,
            "when each column is divided by its standard deviation as well.",
            "Only the mean is to be subtracted.",
        ),
    ),
    hints=(
        "Print an array, call the function with it, and print the array again.",
        "`x[:, column] -= ...` changes x itself, and x is the caller's array.",
        "Copy first, or better: x - x.mean(axis=0) makes a new array at once.",
    ),
    explanation="`x - x.mean(axis=0)` makes a new array and leaves x as it was. NumPy subtracts the means row by row.",
)

EXERCISES = (WARM_UP, REPAIR)
