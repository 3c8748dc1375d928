"""Softmax along any axis, for scores of any size."""

from __future__ import annotations

import numpy as np

from course import functional
from course.chapters.activations.worked_out import power
from course.chapters.softmax_and_losses.draws import FAR, eighths, far_apart
from course.chapters.softmax_and_losses.worked_out import near_zero, on_a_line, row_of, sum_of_powers
from course.checking.oracles import TorchFunction
from course.checking.sampling import normal, whole
from course.checking.spec import Arguments, Case, Exercise, Mistake


def softmax(input, dim):
    """Turn scores into probabilities along one axis.

    input  scores, any shape; some of a row may be -inf: their probability is 0
    dim    the axis along which the probabilities add up to 1; -1 is the last
    returns the shape of input

    >>> softmax(np.array([[0.0, 0.0], [1000.0, 1000.0]]), dim=1)
    array([[0.5, 0.5],
           [0.5, 0.5]])
    """
    exponentials = np.exp(input - input.max(axis=dim, keepdims=True))
    return exponentials / exponentials.sum(axis=dim, keepdims=True)


def _one_forbidden(rng: np.random.Generator, rows: int, columns: int) -> np.ndarray:
    scores = normal(rng, rows, columns)
    scores[np.arange(rows), rng.integers(columns, size=rows)] = -np.inf
    return scores


def _one_far_above(rng: np.random.Generator) -> np.ndarray:
    """Draw a row such as 0, 0, 0, 1000, and one whose large score is elsewhere."""
    scores = eighths(rng, 2, 4)
    first, second = rng.permutation(4)[:2]
    scores[0, first] = scores[1, second] = FAR
    return scores


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    row, own = row_of(arguments["input"], arguments["dim"], index)
    if not near_zero(row):
        return ""
    return on_a_line(f"{power(row[own])}/({sum_of_powers(row)})", np.exp(row[own]) / np.exp(row).sum())


EXERCISE = Exercise(
    points=3,
    solution=softmax,
    stages={
        "the shifted scores": "input - input.max(axis=dim, keepdims=True)",
        "the exponentials": "exponentials",
        "the sums of the exponentials": "exponentials.sum(axis=dim, keepdims=True)",
        "the probabilities": "result",
    },
    reference=functional.softmax,
    oracle=TorchFunction("torch.nn.functional.softmax"),
    cases=(
        Case("samples in rows", lambda rng: {"input": whole(rng, 2, 3, most=3), "dim": 1}),
        Case("samples in columns", lambda rng: {"input": normal(rng, 3, 4), "dim": 0}),
        Case("as many samples as classes", lambda rng: {"input": normal(rng, 4, 4), "dim": 1}),
        Case("the last of three axes", lambda rng: {"input": normal(rng, 2, 3, 4), "dim": -1}),
        Case("the classes of each pixel", lambda rng: {"input": normal(rng, 2, 3, 4, 5), "dim": 1}),
        Case(
            "scores near 1000",
            lambda rng: {"input": FAR + eighths(rng, 2, 4), "dim": 1},
            note="all scores near 1000",
            weight=2.0,
        ),
        Case(
            "rows far apart",
            lambda rng: {"input": far_apart(rng, 4), "dim": 1},
            note="one row near 1000, one near 0, one near -1000",
            weight=2.0,
        ),
        Case(
            "an impossible class",
            lambda rng: {"input": _one_forbidden(rng, 3, 4), "dim": 1},
            note="one score of each row is -inf",
            weight=0.5,
        ),
        Case(
            "one score far above",
            lambda rng: {"input": _one_far_above(rng), "dim": 1},
            note="one score of each row is 1000, the others are near 0",
        ),
    ),
    mistakes=(
        Mistake(
            "no-maximum",
            edit=(" - input.max(axis=dim, keepdims=True)", ""),
            gives="without subtracting the row's maximum: exp(1000) is infinite, exp(-1000) is 0.",
            advice="Softmax does not change when a constant is subtracted from a row. Which constant keeps exp small?",
        ),
        Mistake(
            "global-maximum",
            edit=("max(axis=dim, keepdims=True)", "max()"),
            gives="when one maximum is used for the whole array: a row far below it becomes 0/0.",
            advice="Each row needs its own maximum. `max` takes an axis, and keepdims.",
        ),
        Mistake(
            "zeros-for-nan",
            edit=(
                ("max(axis=dim, keepdims=True)", "max()"),
                ("exponentials.sum(axis=dim, keepdims=True)", "(exponentials.sum(axis=dim, keepdims=True) + 1e-12)"),
            ),
            gives="when a row far below the largest score of the array comes out as zeros: its 0/0 was only hidden.",
            advice="Add up that row: it must give 1. Why are all its exponentials 0?",
        ),
        Mistake(
            "dim-ignored",
            edit=(("max(axis=dim", "max(axis=-1"), ("sum(axis=dim", "sum(axis=-1")),
            gives="when the last axis is used, whatever `dim` says.",
            unwritten="dim is not used yet",
            advice="`dim` is the axis whose values add up to 1. Where does your code use it?",
        ),
        Mistake(
            "first-axis",
            edit=(("max(axis=dim", "max(axis=0"), ("sum(axis=dim", "sum(axis=0")),
            gives="when the first axis is used, whatever `dim` says.",
            unwritten="dim is not used yet",
            advice="`dim` is the axis whose values add up to 1. Where does your code use it?",
        ),
        Mistake(
            "whole-array",
            edit=(("max(axis=dim, keepdims=True)", "max()"), ("sum(axis=dim, keepdims=True)", "sum()")),
            gives="when the whole array is normalised: all its values together add up to 1.",
            advice="Each row must add up to 1 by itself. Over which axis must the sum run?",
        ),
        Mistake(
            "plain-whole-array",
            edit=((" - input.max(axis=dim, keepdims=True)", ""), ("sum(axis=dim, keepdims=True)", "sum()")),
            gives="when each exponential is divided by the sum of all: all its values together add up to 1.",
            advice=(
                "Each row must add up to 1 by itself. Over which axis must the sum run? After that, try scores near "
                "1000."
            ),
        ),
        Mistake(
            "plain-no-keepdims",
            edit=((" - input.max(axis=dim, keepdims=True)", ""), ("sum(axis=dim, keepdims=True)", "sum(axis=dim)")),
            gives=(
                "when sum drops the axis it summed, so that sums and rows do not line up; and no maximum is subtracted."
            ),
            advice="keepdims=True keeps the axis, with size 1. After that, try scores near 1000.",
        ),
        Mistake(
            "no-keepdims",
            edit=("sum(axis=dim, keepdims=True)", "sum(axis=dim)"),
            gives="when the sums are divided along the wrong axis: sum has dropped the axis it summed.",
            advice="Compare the shapes of the sums and of the exponentials. keepdims=True keeps the axis, with size 1.",
        ),
        Mistake(
            "shifted-above-only",
            edit=("exponentials.sum", "np.exp(input).sum"),
            gives="when the maximum is subtracted in the numerator, but not in the denominator.",
            advice="The constant cancels only if it is subtracted in the numerator and in the sum.",
        ),
        Mistake(
            "no-exponential",
            edit=("np.exp(input - input.max(axis=dim, keepdims=True))", "input"),
            gives="when the scores themselves are divided by their sum.",
            advice="Scores may be negative, probabilities may not. What does the formula apply to each score first?",
        ),
        Mistake(
            "not-normalised",
            edit=(" / exponentials.sum(axis=dim, keepdims=True)", ""),
            gives="when the exponentials are not divided by their sum: the largest of each row is 1.",
            advice="Add up one row of your result. What would make the sum 1?",
        ),
        Mistake(
            "changes-input",
            edit=("keepdims=True))", "keepdims=True), out=input)"),
            gives="when the scores are overwritten on the way.",
            advice="Make a new array instead of `-=`, `/=` or `out=`.",
        ),
        Mistake(
            "mean-subtracted",
            edit=("input.max(", "input.mean("),
            gives=(
                "when a number below the row's maximum is subtracted, such as its mean or its minimum: a score far "
                "above it is still too large for exp."
            ),
            advice="Which number must be subtracted so that no score of the row is above 0?",
        ),
        Mistake(
            "maximum-along-last",
            edit=("input.max(axis=dim", "input.max(axis=-1"),
            gives="when the maximum is taken along the last axis, and the sum along `dim`.",
            advice=(
                "The constant cancels only if it is the same for all scores that are added up. Along which axis are "
                "they?"
            ),
        ),
        Mistake(
            "maximum-along-first",
            edit=("input.max(axis=dim", "input.max(axis=0"),
            gives="when the maximum is taken along the first axis, and the sum along `dim`.",
            advice=(
                "The constant cancels only if it is the same for all scores that are added up. Along which axis are "
                "they?"
            ),
        ),
    ),
    hints=(
        "Take the exponential of every score. Then divide each by the sum of its row: `sum` needs an axis, and "
        "keepdims=True, so that the sums line up with their rows.",
        "exp(1000) is infinite. Subtracting the same number from all scores of a row changes nothing: above and "
        "below the fraction bar it is the same factor.",
        "Subtract each row's own largest score, input.max(axis=dim, keepdims=True), before the exponential. Then "
        "the largest exponential is exp(0) = 1, and the sum is at least 1.",
    ),
    explanation=(
        "Subtracting the maximum along `dim` makes every exponent 0 or less, so nothing overflows. One "
        "exponential is exactly 1, so the sum is never 0. keepdims=True keeps the reduced axis with size 1, and "
        "NumPy repeats it."
    ),
    trace=_trace,
)
