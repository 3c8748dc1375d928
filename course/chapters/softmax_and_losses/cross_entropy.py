"""The cross-entropy of scores and classes."""

from __future__ import annotations

import numpy as np

from course import functional
from course.chapters.softmax_and_losses.binary_cross_entropy_with_logits import (
    EXERCISE as BINARY_CROSS_ENTROPY_WITH_LOGITS,
)
from course.chapters.softmax_and_losses.draws import FAR, eighths, far_apart, spread, with_classes
from course.chapters.softmax_and_losses.worked_out import near_zero, on_a_line, sum_of_powers
from course.checking.oracles import TorchFunction
from course.checking.sampling import normal, whole
from course.checking.spec import Arguments, Case, Exercise, Mistake
from course.checking.worked_out import in_a_sum


def cross_entropy(input, target):
    """Give the mean cross-entropy of scores against the right classes.

    input   (n, c)  scores
    target  (n,)    the right class of each sample, 0 .. c-1
    returns one number

    >>> round(float(cross_entropy(np.array([[0.0, 0.0], [0.0, 1000.0]]), np.array([1, 0]))), 4)
    500.3466
    """
    shifted = input - input.max(axis=1, keepdims=True)
    log_probabilities = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -log_probabilities[np.arange(len(target)), target].mean()


def _least_likely(rng: np.random.Generator) -> dict[str, np.ndarray]:
    scores = spread(rng, 3)
    return {"input": scores, "target": scores.argmin(axis=1)}


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    scores, target = arguments["input"], arguments["target"]
    if not near_zero(scores):
        return ""
    losses = [f"log({sum_of_powers(row)}) - {in_a_sum(row[t])}" for row, t in zip(scores, target, strict=True)]
    total = f"({' + '.join(losses)})/{len(losses)}" if len(losses) > 1 else losses[0]
    return on_a_line(total, cross_entropy(scores, target))


EXERCISE = Exercise(
    points=4,
    solution=cross_entropy,
    stages={
        "the shifted scores": "shifted",
        "the exponentials": "np.exp(shifted)",
        "the sums of the exponentials": "np.exp(shifted).sum(axis=1, keepdims=True)",
        "the log-probabilities": "log_probabilities",
        "the mean loss": "result",
    },
    reference=functional.cross_entropy,
    oracle=TorchFunction("torch.nn.functional.cross_entropy"),
    cases=(
        Case("a small batch", lambda rng: with_classes(rng, whole(rng, 2, 3, most=3))),
        Case("one sample", lambda rng: with_classes(rng, normal(rng, 1, 4))),
        Case("as many samples as classes", lambda rng: with_classes(rng, normal(rng, 4, 4))),
        Case("more samples than classes", lambda rng: with_classes(rng, normal(rng, 7, 3))),
        Case(
            "sure and wrong",
            _least_likely,
            note="each target is the class of the lowest score, hundreds below the highest",
            weight=2.0,
        ),
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
    ),
    mistakes=(
        Mistake(
            "log-of-softmax",
            edit=("shifted - np.log(np.exp(shifted).sum", "np.log(np.exp(shifted) / np.exp(shifted).sum"),
            gives="when the logarithm is taken of a probability that was rounded to 0: the loss is infinite.",
            advice="Compute the logarithm of softmax in one go, as log_softmax does.",
        ),
        Mistake(
            "epsilon",
            edit=(
                "shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))",
                "np.log(np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True) + 1e-12)",
            ),
            gives="when 1e-12 is added before the logarithm: no loss is above 27.6.",
            advice="That hides the infinity, and gives a wrong number. log_softmax needs no patch.",
        ),
        Mistake(
            "of-plain-softmax",
            edit=(
                (" - input.max(axis=1, keepdims=True)", ""),
                ("shifted - np.log(np.exp(shifted).sum", "np.log(np.exp(shifted) / np.exp(shifted).sum"),
            ),
            gives="when softmax is computed without subtracting the maximum, and its logarithm is taken afterwards.",
            advice=(
                "Two things go wrong here: exp of a large score, and log of a probability that became 0. log_softmax "
                "has neither."
            ),
        ),
        Mistake(
            "softmax-twice",
            edit=(
                "log_probabilities =",
                "shifted = np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True)\n    log_probabilities =",
            ),
            gives="when softmax is applied twice: once before the loss, and once inside it.",
            advice="input holds scores. Give them to log_softmax as they are.",
        ),
        Mistake(
            "no-maximum",
            edit=(" - input.max(axis=1, keepdims=True)", ""),
            gives="when the maximum of each row is not subtracted: the sum of the exponentials is infinite, or 0.",
            advice="Subtract each row's maximum first, as in softmax.",
        ),
        Mistake(
            "global-maximum",
            edit=("max(axis=1, keepdims=True)", "max()"),
            gives="when one maximum is used for the whole batch: the sum of a row far below it is 0.",
            advice="Each row needs its own maximum.",
        ),
        Mistake(
            "maximum-over-samples",
            edit=("max(axis=1", "max(axis=0"),
            gives="when the maximum is taken over the samples, axis 0, and the sum over the classes.",
            advice="What is subtracted cancels only if it is the same for all scores of a row.",
        ),
        Mistake(
            "probabilities-for-scores",
            edit=("shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))", "np.log(input)"),
            gives="when the scores are treated as probabilities: the logarithm without a softmax.",
            advice="input holds scores of any size, not probabilities. What turns scores into probabilities?",
        ),
        Mistake(
            "not-normalised",
            edit=("-log_probabilities", "-input"),
            gives="when the score of the target is taken as it is, without log_softmax.",
            advice="A score says nothing by itself: what counts is how far it is above the others in its row.",
        ),
        Mistake(
            "every-pair",
            edit=("[np.arange(len(target)), target]", "[:, target]"),
            gives="when every row is read at the targets of all rows: log_p[:, target] is (n, n).",
            advice="Row 0 goes with target[0] alone. Give NumPy an index for the rows as well.",
        ),
        Mistake(
            "all-classes",
            edit=("[np.arange(len(target)), target]", ""),
            gives="when the log-probabilities of all classes are averaged, and target is not used.",
            advice="Only the right class of each row counts.",
        ),
        Mistake(
            "mean-over-classes",
            edit=(".mean()", ".sum() / input.size"),
            gives="when the sum is divided by all n · c elements.",
            advice="There is one loss for each sample. How many losses are there to average?",
        ),
        Mistake(
            "divided-by-classes",
            edit=(".mean()", ".sum() / input.shape[1]"),
            gives="when the sum is divided by the number of classes.",
            advice="There is one loss for each sample. How many losses are there to average?",
        ),
        Mistake(
            "sum",
            edit=(".mean()", ".sum()"),
            gives="when the losses are summed and not averaged.",
            advice="Average over the samples.",
        ),
        BINARY_CROSS_ENTROPY_WITH_LOGITS.mistake("sign", edit=("-log_probabilities", "log_probabilities")),
        Mistake(
            "over-samples",
            edit=(("max(axis=1", "max(axis=0"), ("sum(axis=1", "sum(axis=0")),
            gives="when softmax runs over the samples, axis 0, instead of the classes.",
            advice="The classes of one sample are in one row. Which axis must add up to 1?",
        ),
    ),
    hints=(
        "The loss of one sample is minus the log-probability of its right class. Start with the "
        "log-probabilities, as in log_softmax, along axis 1.",
        "Pick one value from each row: two index arrays of equal length, np.arange(n) for the rows and target for the "
        "columns, pick them in pairs.",
        "Average the picked values over the samples, and flip the sign.",
    ),
    explanation=(
        "log_softmax along axis 1 never overflows and never meets log(0). The index pair picks the right class "
        "of each row. The mean over the samples, with a minus sign, is the loss."
    ),
    trace=_trace,
)
