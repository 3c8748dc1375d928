"""The mean squared error."""

from __future__ import annotations

import numpy as np

from course import functional
from course.chapters.softmax_and_losses.worked_out import MOST_SCORES, on_a_line
from course.checking.oracles import TorchFunction
from course.checking.sampling import normal, whole
from course.checking.spec import Arguments, Case, Exercise, Mistake
from course.checking.worked_out import in_a_sum


def mse_loss(input, target):
    """Give the mean squared error over all elements.

    input   the network's outputs, any shape
    target  what they should be, the same shape
    returns one number

    >>> float(mse_loss(np.array([1.0, 2.0]), np.array([1.0, 4.0])))
    2.0
    """
    return ((input - target) ** 2).mean()


def _pair(rng: np.random.Generator, *shape: int) -> dict[str, np.ndarray]:
    return {"input": normal(rng, *shape), "target": normal(rng, *shape)}


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    input, target = arguments["input"], arguments["target"]
    if input.size > MOST_SCORES:
        return ""
    squares = " + ".join(f"({x:.4g} - {in_a_sum(y)})²" for x, y in zip(input.flat, target.flat, strict=True))
    return on_a_line(f"({squares})/{input.size}", mse_loss(input, target))


EXERCISE = Exercise(
    points=1,
    solution=mse_loss,
    reference=functional.mse_loss,
    oracle=TorchFunction("torch.nn.functional.mse_loss"),
    cases=(
        Case("three outputs a sample", lambda rng: {"input": whole(rng, 2, 3), "target": whole(rng, 2, 3)}),
        Case("a few numbers", lambda rng: _pair(rng, 4)),
        Case("two outputs a sample", lambda rng: _pair(rng, 3, 2)),
        Case("pictures", lambda rng: _pair(rng, 2, 3, 4, 5)),
        Case("one number", lambda rng: _pair(rng, 1), weight=0.5),
    ),
    mistakes=(
        Mistake(
            "sum",
            edit=(".mean()", ".sum()"),
            gives="when the squares are summed and not averaged.",
            advice="The M stands for mean: over all elements.",
        ),
        Mistake(
            "sum-by-samples",
            edit=(".mean()", ".sum() / len(input)"),
            gives="when the sum is divided by the number of samples only.",
            advice="The mean runs over all elements: n samples times the outputs of each.",
        ),
        Mistake(
            "absolute",
            edit=("((input - target) ** 2)", "np.abs(input - target)"),
            gives="when the absolute errors are averaged, without squaring.",
            advice="That is another loss, L1. Square each error here.",
        ),
        Mistake(
            "root",
            edit=(".mean()", ".mean() ** 0.5"),
            gives="when the root of the mean is taken.",
            advice="That is the RMSE, in which results are often reported. The loss has no root.",
        ),
        Mistake(
            "half",
            edit=(".mean()", ".mean() / 2"),
            gives="when half of the mean is returned.",
            advice="Some books write ½, so that the derivative looks nicer. PyTorch does not.",
        ),
        Mistake(
            "mean-first",
            edit=("((input - target) ** 2).mean()", "(input - target).mean() ** 2"),
            gives="when the errors are averaged first and squared afterwards: errors of different sign cancel.",
            advice="Square each error separately, then average.",
        ),
        Mistake(
            "not-squared",
            edit=("((input - target) ** 2)", "(input - target)"),
            gives="when the square is missing: errors of different sign cancel.",
            advice="An error of -3 is as bad as one of 3. What makes both count the same?",
        ),
        Mistake(
            "per-sample",
            edit=(".mean()", ".mean(axis=-1)"),
            gives="when only the last axis is averaged: one loss for each sample.",
            advice="A loss is a single number. Average over all axes.",
        ),
        Mistake(
            "mean-over-samples",
            edit=(".mean()", ".mean(axis=0)"),
            gives="when the mean runs over the samples only: one number is left for each output.",
            advice="One number is asked for: the mean over all elements. What does `axis` do?",
        ),
    ),
    hints=(
        "The error of one element is input - target.",
        "Square every error. All are now 0 or positive.",
        "Average over all elements: .mean() without an axis gives a single number.",
    ),
    explanation="The errors are squared one by one, and averaged over all elements, whatever the shape is.",
    trace=_trace,
)
