"""The gradient of the cross-entropy with respect to the scores."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course.chapters.activations.worked_out import power
from course.chapters.softmax_and_losses.cross_entropy import EXERCISE as CROSS_ENTROPY
from course.chapters.softmax_and_losses.draws import FAR, eighths, far_apart, spread, with_classes
from course.chapters.softmax_and_losses.worked_out import near_zero, on_a_line, sum_of_powers
from course.checking.oracles import TorchFunction
from course.checking.sampling import normal, whole
from course.checking.spec import Arguments, Case, Exercise, Mistake


def cross_entropy_backward(input, target):
    """Give the gradient of the mean cross-entropy with respect to the scores.

    input   (n, c)  scores
    target  (n,)    the right class of each sample
    returns (n, c)

    >>> cross_entropy_backward(np.array([[0.0, 0.0], [0.0, 0.0]]), np.array([0, 1]))
    array([[-0.25,  0.25],
           [ 0.25, -0.25]])
    """
    exponentials = np.exp(input - input.max(axis=1, keepdims=True))
    gradient = exponentials / exponentials.sum(axis=1, keepdims=True)
    gradient[np.arange(len(target)), target] -= 1
    return gradient / len(target)


def _mean_loss(target: np.ndarray) -> Callable[[Any], Any]:
    """Give the mean cross-entropy as a function of the scores, written with methods of PyTorch's tensors."""
    rows, classes = list(range(len(target))), target.tolist()
    return lambda scores: -scores.log_softmax(1)[rows, classes].mean()


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    (n, own), target = index, arguments["target"]
    row = arguments["input"][n]
    if not near_zero(row):
        return ""
    probability = f"{power(row[own])}/({sum_of_powers(row)})"
    right = own == target[n]
    value = (np.exp(row[own]) / np.exp(row).sum() - right) / len(target)
    return on_a_line(f"({probability} - {int(right)})/{len(target)}", value)


EXERCISE = Exercise(
    points=3,
    solution=cross_entropy_backward,
    stages={
        "the shifted scores": "input - input.max(axis=1, keepdims=True)",
        "the exponentials": "exponentials",
        "the sums of the exponentials": "exponentials.sum(axis=1, keepdims=True)",
        "the probabilities": "exponentials / exponentials.sum(axis=1, keepdims=True)",
        "the gradient of the scores": "result",
    },
    oracle=TorchFunction(
        "torch.autograd.functional.jacobian",  # of a single number it is the gradient
        arrange=lambda input, target: ((_mean_loss(target), input), {}),
    ),
    cases=(
        Case("a small batch", lambda rng: with_classes(rng, whole(rng, 2, 3, most=3))),
        Case("one sample", lambda rng: with_classes(rng, normal(rng, 1, 4))),
        Case("as many samples as classes", lambda rng: with_classes(rng, normal(rng, 4, 4))),
        Case("more samples than classes", lambda rng: with_classes(rng, normal(rng, 7, 3))),
        Case(
            "scores near 1000",
            lambda rng: with_classes(rng, FAR + eighths(rng, 2, 4)),
            note="all scores near 1000",
        ),
        Case(
            "rows far apart",
            lambda rng: with_classes(rng, far_apart(rng, 4)),
            note="one row near 1000, one near 0, one near -1000",
        ),
        Case(
            "scores far apart",
            lambda rng: with_classes(rng, spread(rng, 3)),
            note="the scores of each row are hundreds apart",
        ),
    ),
    mistakes=(
        Mistake(
            "no-mean",
            edit=(" / len(target)", ""),
            gives="when the mean in the loss is forgotten: every value is n times too large.",
            advice="The loss is a mean over n samples. What does that do to its derivative?",
        ),
        Mistake(
            "mean-over-classes",
            edit=("/ len(target)", "/ input.size"),
            gives="when it is divided by all n · c elements.",
            advice="There is one loss for each sample. Over how many losses did the mean run?",
        ),
        Mistake(
            "divided-by-classes",
            edit=("/ len(target)", "/ input.shape[1]"),
            gives="when it is divided by the number of classes.",
            advice="The loss is a mean. How many losses are there?",
        ),
        Mistake(
            "mean-then-target",
            edit=((" / len(target)", ""), ("sum(axis=1, keepdims=True)", "sum(axis=1, keepdims=True) / len(target)")),
            gives="when the probabilities are divided by n, and the 1 of the target is not.",
            advice="Both parts of p - y belong to the mean. Subtract first, then divide.",
        ),
        Mistake(
            "no-target",
            edit=("    gradient[np.arange(len(target)), target] -= 1\n", ""),
            gives="when the 1 of the right class is never subtracted.",
            advice="Every row of the gradient adds up to 0. What is missing in yours?",
        ),
        Mistake(
            "target-only",
            edit=("    return", "    gradient[np.arange(input.shape[1]) != target[:, np.newaxis]] = 0\n    return"),
            gives="when only the right class gets a gradient.",
            advice="The other scores are in the softmax's sum: raising one of them raises the loss.",
        ),
        Mistake(
            "of-probabilities",
            edit=(
                "gradient[np.arange(len(target)), target] -= 1",
                "gradient = -np.eye(input.shape[1])[target] / gradient",
            ),
            gives="when the gradient is taken with respect to the probabilities, -1/p: the softmax's part is missing.",
            advice="The gradient is asked for with respect to the scores. Continue backward through softmax.",
        ),
        Mistake(
            "every-row",
            edit=("np.arange(len(target)), target", ":, target"),
            gives="when a 1 is subtracted in every row, at the targets of all rows.",
            advice="Row 0 goes with target[0] alone. Give NumPy an index for the rows as well.",
        ),
        Mistake(
            "no-softmax",
            edit=("exponentials / exponentials.sum(axis=1, keepdims=True)", "input.copy()"),
            gives="when the scores are used instead of their probabilities.",
            advice="p in the formula is softmax(input).",
        ),
        Mistake(
            "sign",
            edit=("return gradient", "return -gradient"),
            gives="when the sign is reversed: y - p.",
            advice="Raising the score of the right class lowers the loss. So its derivative is negative.",
        ),
        CROSS_ENTROPY.mistake("over-samples"),
        Mistake(
            "no-maximum",
            edit=(" - input.max(axis=1, keepdims=True)", ""),
            gives="when the maximum of each row is not subtracted: exp(1000) is infinite, exp(-1000) is 0.",
            advice="The softmax of the backward pass needs the same care as in the forward pass.",
        ),
        Mistake(
            "global-maximum",
            edit=("max(axis=1, keepdims=True)", "max()"),
            gives="when one maximum is used for the whole batch: a row far below it becomes 0/0.",
            advice="Each row needs its own maximum.",
        ),
        CROSS_ENTROPY.mistake("maximum-over-samples"),
    ),
    hints=(
        "For one sample the gradient is p - y: the probabilities, minus a row of zeros with a 1 at the right class.",
        "Compute softmax along axis 1 as in exercise 1. Then subtract 1 at [row, target[row]] of every row: two "
        "index arrays pick the pairs.",
        "The loss is a mean over the samples, so divide everything by n.",
    ),
    explanation=(
        "The loss of a sample is log Σ exp(x_j) - x_t. The first part has the derivative p, the second subtracts "
        "1 at the right class. The mean over the batch divides by n."
    ),
    trace=_trace,
)
