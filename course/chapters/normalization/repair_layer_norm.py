"""A layer normalization to repair: its variance loses its digits far from zero."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.chapters.normalization.draws import FAR, OFFSET, TINY, last_axes, unequal
from course.chapters.normalization.worked_out import normalized
from course.checking.oracles import TorchFunction
from course.checking.spec import Arguments, Case, Exercise, Mistake


def repair_layer_norm(input, weight, bias, eps=1e-5):
    """Normalize each row of input, shape (n, c), then scale and shift its features."""
    output = np.zeros(input.shape)
    for row in range(len(input)):
        values = input[row]
        mean = sum(values) / len(values)
        # It took the mean of the squares minus the square of the mean. Far from zero their digits cancel.
        variance = sum((values - mean) ** 2) / len(values)
        output[row] = weight * (values - mean) / (variance + eps) ** 0.5 + bias
    return output


# the comment goes with the line, so that what is handed out does not explain the repair
FROM_DEVIATIONS = (
    "# It took the mean of the squares minus the square of the mean. Far from zero their digits cancel.\n"
    "        variance = sum((values - mean) ** 2) / len(values)"
)
FROM_SQUARES = "mean_of_squares = sum(values * values) / len(values)\n        variance = mean_of_squares - mean * mean"


def _rows(rng: np.random.Generator, n: int, c: int, **options: Any) -> dict[str, Any]:
    drawn = last_axes(rng, n, c, **options)
    del drawn["normalized_shape"]
    return drawn


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    x, (row, feature) = arguments["input"], index
    weight, bias = arguments["weight"][feature], arguments["bias"][feature]
    return normalized(x[index], x[row], arguments.get("eps", 1e-5), weight, bias)


EXERCISE = Exercise(
    points=2,
    solution=repair_layer_norm,
    repair=True,
    oracle=TorchFunction(
        "torch.nn.functional.layer_norm",
        arrange=lambda input, weight, bias, eps=1e-5: ((input, weight.shape, weight, bias, eps), {}),
    ),
    cases=(
        Case("around zero", lambda rng: _rows(rng, 2, 3, draw=unequal)),
        Case("tiny variance", lambda rng: _rows(rng, 4, 3, scale=0.001), note=TINY),
        Case("another eps", lambda rng: _rows(rng, 2, 6, scale=0.01, eps=0.002)),
        Case("far from zero", lambda rng: _rows(rng, 6, 8, offset=OFFSET), note=FAR),
        Case(
            "each row elsewhere",
            lambda rng: _rows(rng, 4, 8, offset=OFFSET * np.array([[-1.0], [0.0], [0.5], [1.0]])),
            note="rows around -2,000,000, 0, 1,000,000 and 2,000,000",
        ),
        Case(
            "close together and far from zero",
            lambda rng: _rows(rng, 48, 5, scale=1 / 64, offset=4 * OFFSET, eps=0.5),
            note="values around 8,000,000, 1/64 apart",
        ),
    ),
    mistakes=(
        Mistake(
            "as-given",
            edit=(FROM_DEVIATIONS, FROM_SQUARES),
            gives="when the variance is computed as it was handed out.",
            advice="Print the variance of a row around 2,000,000, and compare it with np.var.",
        ),
        Mistake(
            "clipped",
            edit=(
                (FROM_DEVIATIONS, FROM_SQUARES),
                ("mean_of_squares - mean * mean", "max(mean_of_squares - mean * mean, 0)"),
            ),
            gives="when a negative variance is set to 0.",
            advice="That hides the worst of it. A variance that came out positive is just as wrong.",
        ),
        Mistake(
            "absolute",
            edit=(
                (FROM_DEVIATIONS, FROM_SQUARES),
                ("mean_of_squares - mean * mean", "abs(mean_of_squares - mean * mean)"),
            ),
            gives="when a negative variance is made positive.",
            advice="The sign is not what is wrong. Its digits were lost before: at which subtraction?",
        ),
        Mistake(
            "one-mean-for-all",
            edit=((FROM_DEVIATIONS, FROM_SQUARES), ("values = input[row]", "values = input[row] - input.mean()")),
            gives="when the mean of the whole array is subtracted first.",
            advice="That helps where all rows are close to each other. Each row has its own mean.",
        ),
        Mistake(
            "unbiased",
            edit=("((values - mean) ** 2) / len(values)", "((values - mean) ** 2) / (len(values) - 1)"),
            gives="when the variance now divides by the number of values minus 1.",
            advice="The deviations are right. Take their mean square.",
        ),
        Mistake(
            "sum-of-squares",
            edit=("((values - mean) ** 2) / len(values)", "((values - mean) ** 2)"),
            gives="when the squared deviations are summed and not averaged.",
            advice="The deviations are right. A variance is their mean square.",
        ),
    ),
    hints=(
        "Give it a row around 0, and the same row with 2,000,000 added. The result should be the same, because the "
        "mean is subtracted. Which line first goes wrong?",
        "A float64 has about 16 digits. Around 2,000,000 the squares are around 4e12. How many digits are left "
        "after the decimal point, and how large is the variance?",
        "Subtract the mean from the values before you square them. The mean of these squares is the variance.",
    ),
    explanation=(
        "The mean of the squares minus the square of the mean is the variance on paper. In floating-point numbers "
        "it is the small difference of two large numbers, and their digits cancel. Deviations are small numbers "
        "from the start."
    ),
    trace=_trace,
)
