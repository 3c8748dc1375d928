"""Chapter 04: the way back through softmax and cross-entropy, and a softmax to repair."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course import functional
from course.chapters.mistakes import softmax_and_losses_backward as wrong
from course.chapters.softmax_and_losses_scores import FAR, eighths, far_apart
from course.checking.oracles import TorchFunction, TorchGradient
from course.checking.sampling import identifiers, normal
from course.checking.spec import Case, Exercise, Misconception

CHAPTER = "04_softmax_and_losses"


def softmax_backward(grad_output, output, dim):
    """Give the gradient of softmax from its output: the lesson's version."""
    inner = (grad_output * output).sum(axis=dim, keepdims=True)
    return output * (grad_output - inner)


def cross_entropy_backward(input, target):
    """Give the gradient of the mean cross-entropy: probabilities minus one-hot targets, over n."""
    exponentials = np.exp(input - input.max(axis=1, keepdims=True))
    gradient = exponentials / exponentials.sum(axis=1, keepdims=True)
    gradient[np.arange(len(target)), target] -= 1
    return gradient / len(target)


def repair_softmax(input, temperature):
    """Turn rows of scores into probabilities, row by row."""
    scores = input / temperature
    probabilities = np.zeros_like(scores)
    for row, own in enumerate(scores):
        powers = np.exp(own - own.max())
        probabilities[row] = powers / powers.sum()
    return probabilities


def _probabilities(rng: np.random.Generator, *shape: int, dim: int) -> np.ndarray:
    shares = rng.integers(1, 10, size=shape)
    return shares / shares.sum(axis=dim, keepdims=True)


def _on_the_way_back(rng: np.random.Generator, *shape: int, dim: int) -> dict[str, Any]:
    return {"grad_output": normal(rng, *shape), "output": _probabilities(rng, *shape, dim=dim), "dim": dim}


def _one_sure_row(rng: np.random.Generator) -> dict[str, Any]:
    arguments = _on_the_way_back(rng, 3, 4, dim=1)
    arguments["output"][1] = np.eye(4)[rng.integers(4)]
    return arguments


def _forward(grad_output: np.ndarray, output: np.ndarray, dim: int) -> tuple[tuple[Any, ...], dict[str, Any]]:
    with np.errstate(divide="ignore"):
        return (np.log(output), dim), {}  # scores that softmax turns into this output


SOFTMAX_BACKWARD = Exercise(
    name="softmax_backward",
    chapter=CHAPTER,
    points=3,
    reference=functional.softmax_backward,
    solution=softmax_backward,
    oracle=TorchGradient("torch.nn.functional.softmax", wrt=(0,), arrange=_forward),
    cases=(
        Case("samples in rows", lambda rng: _on_the_way_back(rng, 2, 3, dim=1)),
        Case("samples in columns", lambda rng: _on_the_way_back(rng, 4, 4, dim=0)),
        Case("the second of three axes", lambda rng: _on_the_way_back(rng, 2, 3, 4, dim=1)),
        Case("the last of three axes", lambda rng: _on_the_way_back(rng, 3, 2, 5, dim=-1)),
        Case("a sure row", _one_sure_row, note="row 1 of output is a 1 and zeros"),
    ),
    misconceptions=(
        Misconception(
            "softmax_backward.no-sum",
            wrong.softmax_backward_no_sum,
            "when the sum is left out: each output is taken to depend on its own score alone.",
            "A score also stands in the sum below the fraction bar, of every output of its row.",
        ),
        Misconception(
            "softmax_backward.sigmoid",
            wrong.softmax_backward_sigmoid,
            "when the derivative of the sigmoid is used: p (1 - p), for each output by itself.",
            "That is only the diagonal. The other outputs of the row depend on this score as well.",
        ),
        Misconception(
            "softmax_backward.dim-ignored",
            wrong.softmax_backward_dim_ignored,
            "when the sum runs along the last axis, whatever `dim` says.",
            "The sum runs along the axis of the forward pass, `dim`.",
        ),
        Misconception(
            "softmax_backward.whole-sum",
            wrong.softmax_backward_whole_sum,
            "when one sum runs over the whole array.",
            "Rows know nothing of each other. Sum along `dim` only.",
        ),
        Misconception(
            "softmax_backward.plain-sum",
            wrong.softmax_backward_plain_sum,
            "when grad_output is summed as it is, without the probabilities as weights.",
            "In the formula, each g_j in the sum has a factor.",
        ),
        Misconception(
            "softmax_backward.mean",
            wrong.softmax_backward_mean,
            "when the products g · p are averaged along dim.",
            "The probabilities are the weights, and add up to 1 already. Sum the products.",
        ),
        Misconception(
            "softmax_backward.factor-missing",
            wrong.softmax_backward_factor_missing,
            "when the sum is subtracted after multiplying with the output: g p - Σ g p.",
            "Both g and the sum are multiplied by p: mind the brackets.",
        ),
        Misconception(
            "softmax_backward.sum-alone",
            wrong.softmax_backward_sum_alone,
            "when the factor p in front is left out: g - Σ g p.",
            "A class with probability 0 does not react at all. Which factor sees to that?",
        ),
        Misconception(
            "softmax_backward.softmax-again",
            wrong.softmax_backward_softmax_again,
            "when softmax is applied to `output`, which is the result of softmax already.",
            "`output` holds the probabilities. Use it as it is.",
        ),
        Misconception(
            "softmax_backward.sign",
            wrong.softmax_backward_sign,
            "when the sign is reversed.",
            "A score raises its own probability. So g_i comes with a plus sign.",
        ),
    ),
    hints=(
        "∂p_k/∂x_i is p_i (1 - p_i) for k = i, and -p_k p_i for every other k.",
        "Multiply each with g_k and add up: p_i g_i - p_i Σ_k g_k p_k. The sum is the same for all i of a row.",
        "Take p_i out: p times (g minus the sum of g · p along dim, with keepdims=True).",
    ),
    explanation=(
        "Each score changes its own probability directly, and all of them through the sum in the denominator. The "
        "second part is the mean of g with the probabilities as weights, the same number for the whole row."
    ),
)


def _mean_loss(target: np.ndarray) -> Callable[[Any], Any]:
    """Give the mean cross-entropy as a function of the scores, in the methods of PyTorch's tensors."""
    rows, classes = list(range(len(target))), target.tolist()
    return lambda scores: -scores.log_softmax(1)[rows, classes].mean()


def _scores(rng: np.random.Generator, n: int, c: int) -> dict[str, np.ndarray]:
    return {"input": normal(rng, n, c), "target": identifiers(rng, c, n)}


def _out_of(rng: np.random.Generator, scores: np.ndarray) -> dict[str, np.ndarray]:
    return {"input": scores, "target": identifiers(rng, scores.shape[1], len(scores))}


CROSS_ENTROPY_BACKWARD = Exercise(
    name="cross_entropy_backward",
    chapter=CHAPTER,
    points=3,
    reference=cross_entropy_backward,
    oracle=TorchFunction(
        "torch.autograd.functional.jacobian",  # of a single number it is the gradient
        arrange=lambda input, target: ((_mean_loss(target), input), {}),
    ),
    cases=(
        Case("a small batch", lambda rng: _scores(rng, 2, 3)),
        Case("one sample", lambda rng: {"input": normal(rng, 1, 4), "target": rng.integers(4, size=1)}),
        Case("as many samples as classes", lambda rng: _scores(rng, 4, 4)),
        Case("more samples than classes", lambda rng: _scores(rng, 7, 3)),
        Case(
            "scores near 1000",
            lambda rng: _out_of(rng, FAR + eighths(rng, 2, 4)),
            note="all scores near 1000",
        ),
        Case(
            "rows far apart",
            lambda rng: _out_of(rng, far_apart(rng, 4)),
            note="one row near 1000, one near 0, one near -1000",
        ),
    ),
    misconceptions=(
        Misconception(
            "cross_entropy_backward.no-mean",
            wrong.cross_entropy_backward_no_mean,
            "when the mean of the loss is forgotten: every value is n times too large.",
            "The loss is a mean over n samples. What does that do to its derivative?",
        ),
        Misconception(
            "cross_entropy_backward.mean-over-classes",
            wrong.cross_entropy_backward_mean_over_classes,
            "when it is divided by all n · c elements.",
            "There is one loss for each sample. Over how many losses did the mean run?",
        ),
        Misconception(
            "cross_entropy_backward.mean-then-target",
            wrong.cross_entropy_backward_mean_then_target,
            "when the probabilities are divided by n, and the 1 of the target is not.",
            "Both parts of p - y belong to the mean. Subtract first, then divide.",
        ),
        Misconception(
            "cross_entropy_backward.no-target",
            wrong.cross_entropy_backward_no_target,
            "when the 1 of the right class is never subtracted.",
            "Every row of the gradient adds up to 0. What is missing in yours?",
        ),
        Misconception(
            "cross_entropy_backward.target-only",
            wrong.cross_entropy_backward_target_only,
            "when only the right class gets a gradient.",
            "The other scores stand in the softmax's sum: raising one of them costs, too.",
        ),
        Misconception(
            "cross_entropy_backward.of-probabilities",
            wrong.cross_entropy_backward_of_probabilities,
            "when the gradient is taken with respect to the probabilities, -1/p: the softmax's part is missing.",
            "The gradient is asked for the scores. The way back goes on through softmax.",
        ),
        Misconception(
            "cross_entropy_backward.every-row",
            wrong.cross_entropy_backward_every_row,
            "when a 1 is subtracted in every row, at the targets of all rows.",
            "Row 0 goes with target[0] alone. Give NumPy an index for the rows as well.",
        ),
        Misconception(
            "cross_entropy_backward.no-softmax",
            wrong.cross_entropy_backward_no_softmax,
            "when the scores are used in place of their probabilities.",
            "p in the formula is softmax(input).",
        ),
        Misconception(
            "cross_entropy_backward.sign",
            wrong.cross_entropy_backward_sign,
            "when the sign is reversed: y - p.",
            "Raising the score of the right class lowers the loss. So its derivative is negative.",
        ),
        Misconception(
            "cross_entropy_backward.no-maximum",
            wrong.cross_entropy_backward_no_maximum,
            "without subtracting the maximum of each row: exp(1000) is infinite, exp(-1000) is 0.",
            "The softmax on the way back needs the same care as the one on the way there.",
        ),
        Misconception(
            "cross_entropy_backward.global-maximum",
            wrong.cross_entropy_backward_global_maximum,
            "when one maximum serves the whole batch: a row far below it becomes 0/0.",
            "Each row needs a maximum of its own.",
        ),
    ),
    hints=(
        "For one sample the gradient is p - y: the probabilities, minus a row of zeros with a 1 at the right class.",
        "Compute softmax along axis 1 as in exercise 1. Then subtract 1 at [row, target[row]] of every row: two index "
        "arrays pick the pairs.",
        "The loss is a mean over the samples, so divide everything by n.",
    ),
    explanation=(
        "The loss of a sample is log Σ exp(x_j) - x_t. The first part has the derivative p, the second subtracts 1 at "
        "the right class. The mean over the batch divides by n."
    ),
)


def _scores_and_temperature(scores: np.ndarray, temperature: float) -> dict[str, Any]:
    return {"input": scores, "temperature": temperature}


def _rows_apart(rng: np.random.Generator) -> np.ndarray:
    """Draw rows that lie 20 apart, in which scores are 1 apart or so.

    Neither the first row nor the first column nor the last holds the largest: a shift by one of these must show.
    """
    others = rng.permuted(np.tile(np.arange(3.0), (3, 1)), axis=1)
    rows = np.insert(others, rng.integers(1, 3), 3, axis=1)
    return np.array([[0.0], [20.0], [-20.0]]) + rows + np.clip(eighths(rng, 3, 4), -3, 3) / 8


REPAIR = Exercise(
    name="repair_softmax",
    chapter=CHAPTER,
    points=2,
    reference=repair_softmax,
    oracle=TorchFunction(
        "torch.nn.functional.softmax", arrange=lambda input, temperature: ((input / temperature, 1), {})
    ),
    given=wrong.repair_as_given,
    cases=(
        Case("temperature 1", lambda rng: _scores_and_temperature(normal(rng, 2, 3), 1.0)),
        Case("a high temperature", lambda rng: _scores_and_temperature(normal(rng, 3, 4), 4.0)),
        Case("one row", lambda rng: _scores_and_temperature(normal(rng, 1, 5), 0.5)),
        Case(
            "scores near 1000",
            lambda rng: _scores_and_temperature(FAR + eighths(rng, 2, 4), 1.0),
            note="all scores near 1000",
        ),
        Case(
            "rows apart, and a low temperature",
            lambda rng: _scores_and_temperature(_rows_apart(rng), 0.02),
            note="the rows lie 20 apart",
        ),
        Case(
            "rows apart, and a temperature near 0",
            lambda rng: _scores_and_temperature(_rows_apart(rng), 0.001),
            note="the rows lie 20 apart",
        ),
    ),
    misconceptions=(
        Misconception(
            "repair_softmax.as-given",
            wrong.repair_as_given,
            "when the function is left as it was handed out.",
            "Follow a row that has become nan. What is subtracted from its scores, and what do its powers add up to?",
        ),
        Misconception(
            "repair_softmax.no-maximum",
            wrong.repair_no_maximum,
            "when nothing is subtracted any more: exp of a large score is infinite.",
            "Something has to be subtracted, only not this. What keeps exp small in every row?",
        ),
        Misconception(
            "repair_softmax.maximum-of-input",
            wrong.repair_maximum_of_input,
            "when the maximum is taken before the division by the temperature.",
            "What is subtracted must be on the same scale as the scores it is subtracted from.",
        ),
        Misconception(
            "repair_softmax.maximum-of-columns",
            wrong.repair_maximum_of_columns,
            "when each column has its maximum subtracted: that changes the result.",
            "Within a row, the same number must be subtracted from every score.",
        ),
        Misconception(
            "repair_softmax.zeros-for-nan",
            wrong.repair_zeros_for_nan,
            "when the nan are replaced by 0: those rows add up to 0, not to 1.",
            "That hides the symptom. Find out why the powers of the row are all 0.",
        ),
        Misconception(
            "repair_softmax.mean",
            wrong.repair_mean,
            "when the mean of each row, or another number from its middle, is subtracted: a score far above it still "
            "overflows.",
            "After the subtraction no score may be above 0. Which number of the row sees to that?",
        ),
        Misconception(
            "repair_softmax.temperature-as-factor",
            wrong.repair_temperature_as_factor,
            "when the scores are multiplied by the temperature.",
            "The division by the temperature was right. Look at what is subtracted.",
        ),
    ),
    hints=(
        "Run it on two rows, [[0.0, 1.0], [900.0, 901.0]] with temperature 1, and print `powers` for each row.",
        "exp(-900) is 0 to the computer. Where does a -900 come from in the first row, whose scores are 0 and 1?",
        "The number that is subtracted is the largest of the whole batch. It must be the largest of the row.",
    ),
    explanation=(
        "One maximum for the whole batch keeps exp from overflowing, but a row that lies far below it has powers of 0 "
        "only, and 0/0 is nan. Each row has to be shifted by its own maximum; then its largest power is 1."
    ),
)

BACKWARDS = (SOFTMAX_BACKWARD, CROSS_ENTROPY_BACKWARD, REPAIR)
