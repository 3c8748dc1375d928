"""`cross_entropy`: ..."""

from __future__ import annotations

import numpy as np

from course import functional
from course.chapters.softmax_and_losses.draws import FAR, eighths, far_apart, spread
from course.checking.oracles import TorchFunction
from course.checking.sampling import identifiers, normal
from course.checking.spec import Case, Exercise, Mistake


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


def _scores(rng: np.random.Generator, n: int, c: int) -> dict[str, np.ndarray]:
    return {"input": normal(rng, n, c), "target": identifiers(rng, c, n)}


def _least_likely(rng: np.random.Generator) -> dict[str, np.ndarray]:
    scores = spread(rng, 3)
    return {"input": scores, "target": scores.argmin(axis=1)}


def _out_of(rng: np.random.Generator, scores: np.ndarray) -> dict[str, np.ndarray]:
    return {"input": scores, "target": identifiers(rng, scores.shape[1], len(scores))}


def _mean_over_classes(input, target):
    shifted = input - input.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -np.sum(log_p[np.arange(len(target)), target]) / input.size


EXERCISE = Exercise(
    name="cross_entropy",
    points=4,
    solution=cross_entropy,
    reference=functional.cross_entropy,
    oracle=TorchFunction("torch.nn.functional.cross_entropy"),
    cases=(
        Case("a small batch", lambda rng: _scores(rng, 2, 3)),
        Case("one sample", lambda rng: {"input": normal(rng, 1, 4), "target": rng.integers(4, size=1)}),
        Case("as many samples as classes", lambda rng: _scores(rng, 4, 4)),
        Case("more samples than classes", lambda rng: _scores(rng, 7, 3)),
        Case(
            "sure and wrong",
            _least_likely,
            note="each target is the class of the lowest score, hundreds below the highest",
            weight=2.0,
        ),
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
    mistakes=(
        Mistake(
            # UNVERIFIED
            "log-of-softmax",
            edit=(
                (
                    "shifted = input - input.max(axis=1, keepdims=True)\n"
                    "    log_probabilities = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))\n"
                    "    return -log_probabilities[np.arange(len(target)), target].mean("
                ),
                (
                    "exponentials = np.exp(input - input.max(axis=1, keepdims=True))\n"
                    "    p = exponentials / exponentials.sum(axis=1, keepdims=True)\n"
                    "    return -np.mean(np.log(p[np.arange(len(target)), target])"
                ),
            ),
            gives="when the logarithm is taken of a probability that was rounded to 0: the loss is infinite.",
            advice="Compute the logarithm of softmax in one go, as log_softmax does.",
        ),
        Mistake(
            # UNVERIFIED
            "epsilon",
            edit=(
                (
                    "shifted = input - input.max(axis=1, keepdims=True)\n"
                    "    log_probabilities = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))\n"
                    "    return -log_probabilities[np.arange(len(target)), target].mean("
                ),
                (
                    "exponentials = np.exp(input - input.max(axis=1, keepdims=True))\n"
                    "    p = exponentials / exponentials.sum(axis=1, keepdims=True)\n"
                    "    return -np.mean(np.log(p[np.arange(len(target)), target] + 1e-12)"
                ),
            ),
            gives="when 1e-12 is added before the logarithm: no loss gets above 27.6.",
            advice="That hides the infinity, and gives a wrong number. log_softmax needs no patch.",
        ),
        Mistake(
            # UNVERIFIED
            "of-plain-softmax",
            edit=(
                (
                    "shifted = input - input.max(axis=1, keepdims=True)\n"
                    "    log_probabilities = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))\n"
                    "    return -log_probabilities[np.arange(len(target)), target].mean("
                ),
                (
                    "exponentials = np.exp(input)\n"
                    "    p = exponentials / exponentials.sum(axis=1, keepdims=True)\n"
                    "    return -np.mean(np.log(p[np.arange(len(target)), target])"
                ),
            ),
            gives="when softmax is computed without subtracting the maximum, and its logarithm is taken afterwards.",
            advice=(
                "Two things overflow here: exp of a large score, and log of a probability that became 0. log_softmax has "
                "neither."
            ),
        ),
        Mistake(
            # UNVERIFIED
            "softmax-twice",
            edit=(
                (
                    "shifted = input - input.max(axis=1, keepdims=True)\n"
                    "    log_probabilities = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))\n"
                    "    return -log_probabilities[np.arange(len(target)), target].mean("
                ),
                (
                    "exponentials = np.exp(input - input.max(axis=1, keepdims=True))\n"
                    "    p = exponentials / exponentials.sum(axis=1, keepdims=True)\n"
                    "    log_p = p - np.log(np.exp(p).sum(axis=1, keepdims=True))\n"
                    "    return -np.mean(log_p[np.arange(len(target)), target]"
                ),
            ),
            gives="when softmax is applied twice: once before the loss, and once inside it.",
            advice="input holds scores. Put them into log_softmax as they are.",
        ),
        Mistake(
            # UNVERIFIED
            "no-maximum",
            edit=(
                (
                    "shifted = input - input.max(axis=1, keepdims=True)\n"
                    "    log_probabilities = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))\n"
                    "    return -log_probabilities[np.arange(len(target)), target].mean("
                ),
                (
                    "log_p = input - np.log(np.exp(input).sum(axis=1, keepdims=True))\n"
                    "    return -np.mean(log_p[np.arange(len(target)), target]"
                ),
            ),
            gives="without subtracting the maximum of each row: the sum of the exponentials is infinite, or 0.",
            advice="Subtract each row's maximum first, as in softmax.",
        ),
        Mistake(
            # UNVERIFIED
            "global-maximum",
            edit=(
                (("axis=1, keepdims=True)\n    log_probabilities"), (")\n    log_p")),
                (
                    "log_probabilities[np.arange(len(target)), target].mean(",
                    "np.mean(log_p[np.arange(len(target)), target]",
                ),
            ),
            gives="when one maximum serves the whole batch: the sum of a row far below it is 0.",
            advice="Each row needs a maximum of its own.",
        ),
        Mistake(
            # UNVERIFIED
            "probabilities-for-scores",
            edit=(
                (
                    "shifted = input - input.max(axis=1, keepdims=True)\n"
                    "    log_probabilities = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))\n"
                    "    return -log_probabilities[np.arange(len(target)), target].mean("
                ),
                "return -np.mean(np.log(input[np.arange(len(target)), target])",
            ),
            gives="when the scores are taken for probabilities: the logarithm without a softmax.",
            advice="input holds scores of any size, not probabilities. What turns scores into probabilities?",
        ),
        Mistake(
            # UNVERIFIED
            "not-normalised",
            edit=(
                (
                    "shifted = input - input.max(axis=1, keepdims=True)\n"
                    "    log_probabilities = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))\n"
                    "    return -log_probabilities[np.arange(len(target)), target].mean("
                ),
                "return -np.mean(input[np.arange(len(target)), target]",
            ),
            gives="when the score of the target is taken as it is, without log_softmax.",
            advice="A score says nothing by itself: it counts how far it lies above the others of its row.",
        ),
        Mistake(
            "every-pair",
            edit=(
                ("log_probabilities =", "log_p ="),
                ("log_probabilities[np.arange(len(target)), target].mean(", "np.mean(log_p[:, target]"),
            ),
            gives="when every row is read at the targets of all rows: log_p[:, target] is (n, n).",
            advice="Row 0 goes with target[0] alone. Give NumPy an index for the rows as well.",
        ),
        Mistake(
            "all-classes",
            edit=(
                ("log_probabilities =", "log_p ="),
                ("log_probabilities[np.arange(len(target)), target].mean(", "np.mean(log_p"),
            ),
            gives="when the log-probabilities of all classes are averaged, and target is not used.",
            advice="Only the right class of each row counts.",
        ),
        Mistake(
            "mean-over-classes",
            body=_mean_over_classes,
            gives="when the sum is divided by all n · c elements.",
            advice="There is one loss for each sample. How many losses are there to average?",
        ),
        Mistake(
            "sum",
            edit=(("log_probabilities =", "log_p ="), ("-log_probabilities", "-np.sum(log_p"), (".mean(", "")),
            gives="when the losses are summed and not averaged.",
            advice="Average over the samples.",
        ),
        Mistake(
            "sign",
            edit=(
                ("log_probabilities =", "log_p ="),
                (
                    "-log_probabilities[np.arange(len(target)), target].mean(",
                    "np.mean(log_p[np.arange(len(target)), target]",
                ),
            ),
            gives="when the sign is reversed: the better the answer, the larger this number.",
            advice="Logarithms of probabilities are negative, a loss is not.",
        ),
        Mistake(
            # UNVERIFIED
            "over-samples",
            edit=(
                (
                    "1, keepdims=True)\n"
                    "    log_probabilities = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))\n"
                    "    return -log_probabilities[np.arange(len(target)), target].mean("
                ),
                (
                    "0)\n"
                    "    log_p = shifted - np.log(np.exp(shifted).sum(axis=0))\n"
                    "    return -np.mean(log_p[np.arange(len(target)), target]"
                ),
            ),
            gives="when softmax runs over the samples, axis 0, in place of the classes.",
            advice="The classes of one sample stand in one row. Which axis must add up to 1?",
        ),
    ),
    hints=(
        "The loss of one sample is minus the log-probability of its right class. Start with the "
        "log-probabilities, as in log_softmax, along axis 1.",
        "Pick one value a row: two index arrays of equal length, np.arange(n) for the rows and target for the "
        "columns, pick them in pairs.",
        "Average the picked values over the samples, and turn the sign.",
    ),
    explanation=(
        "log_softmax along axis 1 never overflows and never meets log(0). The index pair takes the right class "
        "of each row. The mean over the samples, with a minus sign, is the loss."
    ),
)
