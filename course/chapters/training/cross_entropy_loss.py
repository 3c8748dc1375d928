"""The mean cross-entropy of a batch, with its gradient."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.catalog.chapters import chapter
from course.checking.sampling import identifiers, normal
from course.checking.spec import Arguments, Case, Exercise, Mistake
from course.checking.worked_out import in_a_sum


def cross_entropy_loss(logits, labels):
    """Give the mean loss of a batch, and its gradient with respect to the logits.

    logits: (n, classes); labels: (n,), whole numbers
    returns loss, a number, and grad_logits, (n, classes)

    Example: for logits [[0, 0]] and labels [1] the loss is log 2, the gradient [[0.5, -0.5]].
    """
    n = len(labels)
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    grad_logits = np.exp(log_p)
    grad_logits[np.arange(n), labels] -= 1
    return -log_p[np.arange(n), labels].mean(), grad_logits / n


MOST_CLASSES = 4
LARGE = 50.0


def _batch(rng: np.random.Generator, n: int, classes: int, scale: float = 1.0) -> dict[str, Any]:
    labels = rng.integers(0, classes, size=n)
    labels[0], labels[-1] = 0, classes - 1
    return {"logits": scale * normal(rng, n, classes), "labels": labels}


def _surely_wrong(rng: np.random.Generator) -> dict[str, Any]:
    drawn = _batch(rng, 3, 5)
    drawn["logits"][1, (drawn["labels"][1] + 1) % 5] += 1000
    return drawn


def _by_hand(rng: np.random.Generator) -> dict[str, Any]:
    logits = np.array([rng.permutation(np.arange(-2.0, 4.0))[:3] for _ in range(2)])
    return {"logits": logits, "labels": identifiers(rng, 3, 2)}


def _loss(arguments: Arguments, index: tuple[int, ...]) -> str:
    logits, labels = arguments["logits"], arguments["labels"]
    if not _is_small(logits):
        return ""
    shares = [_share(row, label) for row, label in zip(logits, labels, strict=True)]
    value = cross_entropy_loss(logits, labels)[0]
    logarithms = [f"log({share})" for share in shares]
    if len(shares) == 1:
        return f"-{logarithms[0]} = {value:.4g}"
    return f"-({' + '.join(logarithms)})/{len(shares)} = {value:.4g}"


def _grad_logits(arguments: Arguments, index: tuple[int, ...]) -> str:
    logits, labels = arguments["logits"], arguments["labels"]
    (row, place), n = index, len(labels)
    if logits.shape[1] > MOST_CLASSES or abs(logits).max() > LARGE:
        return ""
    share = _share(logits[row], place)
    value = cross_entropy_loss(logits, labels)[1][index]
    if place == labels[row]:
        return f"({share} - 1)/{n} = {value:.4g}"
    return f"{share}/{n} = {value:.4g}"


def _is_small(logits: np.ndarray) -> bool:
    return len(logits) * logits.shape[1] <= 2 * MOST_CLASSES and abs(logits).max() <= LARGE


def _share(row: np.ndarray, place: int) -> str:
    powers = [f"e^{in_a_sum(score, 3)}" for score in row]
    return f"{powers[place]}/({' + '.join(powers)})"


EXERCISE = Exercise(
    points=2,
    solution=cross_entropy_loss,
    oracle=None,
    returns=("loss", "grad_logits"),
    cases=(
        Case("a small batch", _by_hand),
        Case("one sample", lambda rng: _batch(rng, 1, 4)),
        Case("more samples than classes", lambda rng: _batch(rng, 7, 4)),
        Case("logits near 1000", _surely_wrong, note="sure of a wrong class"),
    ),
    mistakes=(
        Mistake(
            "sum",
            edit=((".mean()", ".sum()"), (" / n", "")),
            gives="when the losses of the batch are summed.",
            advice="The loss of a batch is the mean, and its gradient shrinks with it.",
        ),
        Mistake(
            "gradient-of-the-sum",
            edit=(" / n", ""),
            gives="when the loss is a mean, and the gradient belongs to the sum.",
            advice="The mean divides by n. What does that do to the gradient?",
        ),
        Mistake(
            "mean-over-all-logits",
            edit=(" / n", " / logits.size"),
            gives="when the gradient is divided by the number of logits, not by the number of samples.",
            advice="The loss is a mean with one term for each sample. How many terms are there?",
        ),
        Mistake(
            "target-not-subtracted",
            edit=("    grad_logits[np.arange(n), labels] -= 1\n", ""),
            gives="when the gradient is the softmax alone.",
            advice="The gradient is p - y. At which class is y not zero?",
        ),
        Mistake(
            "gradient-without-probabilities",
            edit=("grad_logits = np.exp(log_p)", "grad_logits = 0 * log_p"),
            gives="when the probabilities have no part in the gradient.",
            advice="The other logits are in the loss too: in the sum of the softmax. What is the gradient of that?",
        ),
        Mistake(
            "gradient-turned",
            edit=("grad_logits / n", "-grad_logits / n"),
            gives="when the gradient has the wrong sign.",
            advice="A larger logit of the right class makes the loss smaller. Which sign must its gradient have?",
        ),
        Mistake(
            "no-maximum",
            edit=(
                ("    shifted = logits - logits.max(axis=1, keepdims=True)\n", ""),
                (
                    "shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))",
                    "np.log(np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True))",
                ),
            ),
            gives="when the largest logit is not subtracted first: exp(1000) is infinite.",
            advice="Softmax does not change when the same number is subtracted from a whole row.",
        ),
        Mistake(
            "every-pair",
            edit=("log_p[np.arange(n), labels]", "log_p[:, labels]"),
            gives="when every row is read at the labels of all rows: log_p[:, labels] is (n, n).",
            advice="Row 0 goes with labels[0] alone. Give NumPy an index for the rows as well.",
        ),
        Mistake(
            "of-probability",
            edit=(
                ("log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))", "powers = np.exp(shifted)"),
                ("grad_logits = np.exp(log_p)", "grad_logits = powers / powers.sum(axis=1, keepdims=True)"),
                (
                    "    grad_logits[np.arange(n), labels] -= 1\n",
                    "    log_p = np.log(grad_logits)\n    grad_logits[np.arange(n), labels] -= 1\n",
                ),
            ),
            gives="when the logarithm is taken of a probability that was rounded to 0.",
            advice="Write the logarithm of softmax as a difference. Then nothing has to be divided first.",
        ),
        Mistake(
            "no-logarithm",
            edit=("-log_p[np.arange(n), labels].mean()", "1 - np.exp(log_p[np.arange(n), labels]).mean()"),
            gives="when the loss is one minus the probability of the right class.",
            advice="Cross-entropy is minus the logarithm of that probability.",
        ),
    ),
    hints=(
        f"Both parts are in {chapter('softmax_and_losses')}: log_softmax and the gradient p - y.",
        "With rows = np.arange(n), log_p[rows, labels] takes from each row the entry of its label.",
        "The loss is minus the mean of these. The gradient is exp(log_p), less 1 at the labels, divided by n.",
    ),
    explanation=(
        f"log_p is the stable log-softmax of {chapter('softmax_and_losses')}. "
        "The gradient of the mean is softmax minus one-hot, over n."
    ),
    trace={"loss": _loss, "grad_logits": _grad_logits},
)
