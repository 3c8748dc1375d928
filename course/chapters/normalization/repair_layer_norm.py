"""`repair_layer_norm`: ..."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.chapters.normalization.draws import FAR, OFFSET, TINY, images
from course.checking.sampling import normal
from course.checking.spec import Case, Exercise, Mistake, TorchFunction


def repair_layer_norm(input, weight, bias, eps=1e-5):
    # It took the mean of the squares less the square of the mean.
    # Far from zero their digits cancel.
    output = np.zeros(input.shape)
    for row in range(len(input)):
        deviations = input[row] - np.mean(input[row])
        variance = np.mean(deviations**2)
        output[row] = weight * deviations / (variance + eps) ** 0.5 + bias
    return output


def _rows(
    rng: np.random.Generator, n: int, c: int, scale: float = 1.0, offset: Any = 0.0, eps: float | None = None
) -> dict[str, Any]:
    return {
        "input": images(rng, n, c, scale=scale, offset=offset),
        "weight": normal(rng, c),
        "bias": normal(rng, c),
        **({} if eps is None else {"eps": eps}),
    }


def _as_given(input, weight, bias, eps=1e-5):
    """Normalize each row of input, shape (n, c), then scale and shift its features."""
    output = np.zeros(input.shape)
    for row in range(len(input)):
        values = input[row]
        mean = sum(values) / len(values)
        mean_of_squares = sum(values * values) / len(values)
        variance = mean_of_squares - mean * mean
        output[row] = weight * (values - mean) / (variance + eps) ** 0.5 + bias
    return output


def _clipped(input, weight, bias, eps=1e-5):
    output = np.zeros(input.shape)
    for row in range(len(input)):
        values = input[row]
        mean = sum(values) / len(values)
        mean_of_squares = sum(values * values) / len(values)
        variance = max(mean_of_squares - mean * mean, 0)
        output[row] = weight * (values - mean) / (variance + eps) ** 0.5 + bias
    return output


def _absolute(input, weight, bias, eps=1e-5):
    output = np.zeros(input.shape)
    for row in range(len(input)):
        values = input[row]
        mean = sum(values) / len(values)
        mean_of_squares = sum(values * values) / len(values)
        variance = abs(mean_of_squares - mean * mean)
        output[row] = weight * (values - mean) / (variance + eps) ** 0.5 + bias
    return output


def _one_mean_for_all(input, weight, bias, eps=1e-5):
    output = np.zeros(input.shape)
    for row in range(len(input)):
        values = input[row] - input.mean()
        mean = sum(values) / len(values)
        mean_of_squares = sum(values * values) / len(values)
        variance = mean_of_squares - mean * mean
        output[row] = weight * (values - mean) / (variance + eps) ** 0.5 + bias
    return output


def _unbiased(input, weight, bias, eps=1e-5):
    output = np.zeros(input.shape)
    for row in range(len(input)):
        values = input[row]
        mean = sum(values) / len(values)
        variance = sum((values - mean) ** 2) / (len(values) - 1)
        output[row] = weight * (values - mean) / (variance + eps) ** 0.5 + bias
    return output


def _sum_of_squares(input, weight, bias, eps=1e-5):
    output = np.zeros(input.shape)
    for row in range(len(input)):
        values = input[row]
        mean = sum(values) / len(values)
        variance = sum((values - mean) ** 2)
        output[row] = weight * (values - mean) / (variance + eps) ** 0.5 + bias
    return output


EXERCISE = Exercise(
    name="repair_layer_norm",
    points=2,
    solution=repair_layer_norm,
    repair=True,
    oracle=TorchFunction(
        "torch.nn.functional.layer_norm",
        arrange=lambda input, weight, bias, eps=1e-5: ((input, weight.shape, weight, bias, eps), {}),
    ),
    cases=(
        Case("around zero", lambda rng: _rows(rng, 3, 4)),
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
            body=_as_given,
            gives="when the variance is computed as it was handed out.",
            advice="Print the variance of a row around 2,000,000, and compare it with np.var.",
        ),
        Mistake(
            "clipped",
            body=_clipped,
            gives="when a negative variance is set to 0.",
            advice="That hides the worst of it. A variance that came out positive is just as wrong.",
        ),
        Mistake(
            "absolute",
            body=_absolute,
            gives="when a negative variance is made positive.",
            advice="The sign is not what is wrong. Its digits were lost before: at which subtraction?",
        ),
        Mistake(
            "one-mean-for-all",
            body=_one_mean_for_all,
            gives="when the mean of the whole array is subtracted first.",
            advice="That helps where all rows lie together. Each row has a mean of its own.",
        ),
        Mistake(
            "unbiased",
            body=_unbiased,
            gives="when the variance is now divided by one less than there are values.",
            advice="The deviations are right. Take their mean square.",
        ),
        Mistake(
            "sum-of-squares",
            body=_sum_of_squares,
            gives="when the squared deviations are summed and not averaged.",
            advice="The deviations are right. A variance is their mean square.",
        ),
    ),
    hints=(
        "Give it a row around 0, and the same row with 2,000,000 added. The result should be the same, for the "
        "mean is subtracted. Which line first goes wrong?",
        "A float64 has about 16 digits. Around 2,000,000 the squares are around 4e12. How many digits are left "
        "behind the point, and how large is the variance?",
        "Subtract the mean from the values before you square them. The mean of these squares is the variance.",
    ),
    explanation=(
        "The mean of the squares less the square of the mean is the variance on paper. In floating-point numbers "
        "it is the small difference of two large numbers, and their digits cancel. Deviations are small numbers "
        "from the start."
    ),
)
