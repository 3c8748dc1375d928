"""A subtraction to repair: it writes into the caller's array."""

from __future__ import annotations

import numpy as np

from course.checking.oracles import TorchFunction
from course.checking.sampling import normal, whole
from course.checking.spec import Arguments, Case, Exercise, Mistake
from course.checking.worked_out import in_a_sum


def repair_center(x):
    """Subtract from each column its mean."""
    # It wrote its results into x itself, column by column. This makes a new array.
    return x - x.mean(axis=0)


# the comment is a part of it, so that what is handed out does not explain the repair
NEW_ARRAY = """\
# It wrote its results into x itself, column by column. This makes a new array.
    return x - x.mean(axis=0)"""
IN_PLACE = """\
for column in range(x.shape[1]):
        x[:, column] -= x[:, column].mean()
    return x"""


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    column = arguments["x"][:, index[1]]
    if len(column) > 4:
        return ""
    mean = f"({' + '.join(map(in_a_sum, column))})/{len(column)}"
    return f"{column[index[0]]:.4g} - {mean} = {column[index[0]] - np.mean(column):.4g}"


EXERCISE = Exercise(
    points=1,
    solution=repair_center,
    repair=True,
    oracle=TorchFunction("torch.sub", arrange=lambda x: ((x, x.mean(axis=0)), {})),
    cases=(
        Case("a matrix", lambda rng: {"x": whole(rng, 3, 2)}),
        Case("a square matrix", lambda rng: {"x": normal(rng, 4, 4) + 10}),
        Case("a wide matrix", lambda rng: {"x": normal(rng, 3, 7) - 5}),
    ),
    mistakes=(
        Mistake(
            "as-given",
            edit=(NEW_ARRAY, IN_PLACE),
            gives="when the function is left as it was handed out: it writes into the caller's array.",
            advice="Which line assigns into x? Put the result into a new array.",
        ),
        Mistake(
            "rows",
            edit=("axis=0", "axis=1, keepdims=True"),
            gives="when the mean of each row is subtracted.",
            advice="axis=0 runs down the columns, axis=1 along the rows.",
        ),
        Mistake(
            "one-mean",
            edit=("x.mean(axis=0)", "x.mean()"),
            gives="when one mean of the whole array is subtracted.",
            advice="Each column has its own mean. Which axis goes into mean?",
        ),
        Mistake(
            "scaled-too",
            edit=("x - x.mean(axis=0)", "(x - x.mean(axis=0)) / x.std(axis=0)"),
            gives="when each column is divided by its standard deviation as well.",
            advice="Only the mean should be subtracted.",
        ),
    ),
    hints=(
        "Print an array, call the function with it, and print the array again.",
        "`x[:, column] -= ...` changes x itself, and x is the caller's array.",
        "Copy first, or better: x - x.mean(axis=0) makes a new array at once.",
    ),
    explanation=(
        "`x - x.mean(axis=0)` makes a new array and leaves x as it was. NumPy subtracts the means row by row."
    ),
    trace=_trace,
)
