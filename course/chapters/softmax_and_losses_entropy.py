"""Chapter 04: the losses of probabilities, and which last layer goes with which task."""

from __future__ import annotations

from typing import Any

import numpy as np

from course import functional
from course.chapters.mistakes import softmax_and_losses as wrong
from course.chapters.mistakes import softmax_and_losses_backward as wrong_layers
from course.chapters.softmax_and_losses_scores import FAR, eighths, far_apart, spread
from course.checking.oracles import TorchFunction
from course.checking.sampling import identifiers, normal
from course.checking.spec import Case, Exercise, Misconception
from course.checking.work import Student

CHAPTER = "04_softmax_and_losses"


def binary_cross_entropy_with_logits(input, target):
    """Average the cross-entropy of yes or no: the lesson's version."""
    softplus = np.maximum(input, 0) + np.log1p(np.exp(-np.abs(input)))
    return (softplus - input * target).mean()


def cross_entropy(input, target):
    """Average the cross-entropy of one class out of several: the lesson's version."""
    shifted = input - input.max(axis=1, keepdims=True)
    log_probabilities = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -log_probabilities[np.arange(len(target)), target].mean()


def _answers(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Draw zeros and ones, with both among them."""
    count = int(np.prod(shape))
    drawn = rng.integers(2, size=count)
    drawn[:2] = 0, 1
    return rng.permutation(drawn).reshape(shape).astype(float)


def _labels(rng: np.random.Generator, *shape: int) -> dict[str, np.ndarray]:
    return {"input": normal(rng, *shape), "target": _answers(rng, *shape)}


def _far(rng: np.random.Generator, centre: float) -> dict[str, np.ndarray]:
    return {"input": centre + eighths(rng, 2, 3), "target": _answers(rng, 2, 3)}


def _sure_and_wrong(rng: np.random.Generator) -> dict[str, np.ndarray]:
    yes = _answers(rng, 3, 2)
    return {"input": (1 - 2 * yes) * (50 + np.abs(eighths(rng, 3, 2))), "target": yes}


BINARY = Exercise(
    name="binary_cross_entropy_with_logits",
    chapter=CHAPTER,
    points=4,
    reference=functional.binary_cross_entropy_with_logits,
    solution=binary_cross_entropy_with_logits,
    oracle=TorchFunction("torch.nn.functional.binary_cross_entropy_with_logits"),
    cases=(
        Case("four questions", lambda rng: _labels(rng, 4)),
        Case("several labels a sample", lambda rng: _labels(rng, 3, 2)),
        Case(
            "soft targets",
            lambda rng: {"input": normal(rng, 2, 3), "target": rng.integers(1, 10, size=(2, 3)) / 10},
            note="targets between 0 and 1",
        ),
        Case(
            "sure and wrong",
            _sure_and_wrong,
            note="scores beyond 50 and -50, each for the wrong answer",
            weight=2.0,
        ),
        Case("scores near 1000", lambda rng: _far(rng, FAR), note="all scores near 1000"),
        Case("scores near -1000", lambda rng: _far(rng, -FAR), note="all scores near -1000"),
    ),
    misconceptions=(
        Misconception(
            "binary_cross_entropy_with_logits.rounded-probability",
            wrong.bce_rounded_probability,
            "when a sigmoid is computed first: for a score of 50 it is rounded to 1, and log(1 - 1) is -inf.",
            "Put the sigmoid's formula into the logarithm and simplify, before any number is computed.",
        ),
        Misconception(
            "binary_cross_entropy_with_logits.epsilon",
            wrong.bce_epsilon,
            "when 1e-12 is added before the logarithm: no loss gets above 27.6.",
            "That hides the infinity, and gives a wrong number. Simplify the formula in place of patching it.",
        ),
        Misconception(
            "binary_cross_entropy_with_logits.clipped",
            wrong.bce_clipped,
            "when the probabilities are clipped at 1e-7: no loss gets above 16.1.",
            "Clipping hides the infinity, and gives a wrong number. Simplify the formula in place of patching it.",
        ),
        Misconception(
            "binary_cross_entropy_with_logits.overflow-above",
            wrong.bce_overflow_above,
            "when log(1 + exp(x)) is computed as it stands: for x near 1000, exp is infinite.",
            "log(1 + exp(x)) = max(x, 0) + log(1 + exp(-|x|)). In which of the two forms is exp never large?",
        ),
        Misconception(
            "binary_cross_entropy_with_logits.overflow-below",
            wrong.bce_overflow_below,
            "when log(1 + exp(-x)) is computed as it stands: for x near -1000, exp is infinite.",
            "log(1 + exp(t)) = max(t, 0) + log(1 + exp(-|t|)), here with t = -x. Which form never overflows?",
        ),
        Misconception(
            "binary_cross_entropy_with_logits.probabilities-for-scores",
            wrong.bce_probabilities_for_scores,
            "when the scores are taken for probabilities: the sigmoid is missing.",
            "`with_logits` says that input holds scores of any size. What turns a score into a probability?",
        ),
        Misconception(
            "binary_cross_entropy_with_logits.sigmoid-twice",
            wrong.bce_sigmoid_twice,
            "when the sigmoid is applied twice.",
            "The formula for scores has the sigmoid in it already. Put the scores in, not their sigmoid.",
        ),
        Misconception(
            "binary_cross_entropy_with_logits.sign",
            wrong.bce_sign,
            "when the sign is reversed: the better the answer, the larger this number.",
            "Logarithms of probabilities are negative, a loss is not.",
        ),
        Misconception(
            "binary_cross_entropy_with_logits.sum",
            wrong.bce_sum,
            "when the losses are summed and not averaged.",
            "Average over all elements.",
        ),
        Misconception(
            "binary_cross_entropy_with_logits.sum-by-samples",
            wrong.bce_sum_by_samples,
            "when the sum is divided by the number of samples only.",
            "The mean runs over all elements: every label of every sample counts as one.",
        ),
        Misconception(
            "binary_cross_entropy_with_logits.yes-only",
            wrong.bce_yes_only,
            "when only the questions with answer yes count.",
            "A target of 0 has a loss as well: -log(1 - p).",
        ),
        Misconception(
            "binary_cross_entropy_with_logits.targets-exchanged",
            wrong.bce_targets_exchanged,
            "when yes and no are exchanged.",
            "A high score is right for target 1. Which of your two terms belongs to target 1?",
        ),
    ),
    hints=(
        "Write s(t) for log(1 + exp(t)). Then -log(sigmoid(x)) = s(-x), and -log(1 - sigmoid(x)) = s(x). One loss is "
        "y s(-x) + (1 - y) s(x).",
        "s(t) overflows for large t if it is computed as it stands. Use max(t, 0) + log(1 + exp(-|t|)): np.maximum, "
        "np.abs and np.log1p work element by element.",
        "s(-x) = s(x) - x, so one loss is s(x) - x y. Compute it for all elements, then average.",
    ),
    explanation=(
        "y s(-x) + (1 - y) s(x) is s(x) - x y, because s(-x) = s(x) - x. In the form used here the exponential is "
        "never above 1. `np.log1p(t)` is log(1 + t) without losing the digits of a tiny t. `np.logaddexp(0, x)` is "
        "s(x), too."
    ),
)


def _scores(rng: np.random.Generator, n: int, c: int) -> dict[str, np.ndarray]:
    return {"input": normal(rng, n, c), "target": identifiers(rng, c, n)}


def _least_likely(rng: np.random.Generator) -> dict[str, np.ndarray]:
    scores = spread(rng, 3)
    return {"input": scores, "target": scores.argmin(axis=1)}


def _out_of(rng: np.random.Generator, scores: np.ndarray) -> dict[str, np.ndarray]:
    return {"input": scores, "target": identifiers(rng, scores.shape[1], len(scores))}


CROSS_ENTROPY = Exercise(
    name="cross_entropy",
    chapter=CHAPTER,
    points=4,
    reference=functional.cross_entropy,
    solution=cross_entropy,
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
    misconceptions=(
        Misconception(
            "cross_entropy.log-of-softmax",
            wrong.cross_entropy_log_of_softmax,
            "when the logarithm is taken of a probability that was rounded to 0: the loss is infinite.",
            "Compute the logarithm of softmax in one go, as log_softmax does.",
        ),
        Misconception(
            "cross_entropy.epsilon",
            wrong.cross_entropy_epsilon,
            "when 1e-12 is added before the logarithm: no loss gets above 27.6.",
            "That hides the infinity, and gives a wrong number. log_softmax needs no patch.",
        ),
        Misconception(
            "cross_entropy.of-plain-softmax",
            wrong.cross_entropy_of_plain_softmax,
            "when softmax is computed without subtracting the maximum, and its logarithm is taken afterwards.",
            "Two things overflow here: exp of a large score, and log of a probability that became 0. log_softmax has "
            "neither.",
        ),
        Misconception(
            "cross_entropy.softmax-twice",
            wrong.cross_entropy_softmax_twice,
            "when softmax is applied twice: once before the loss, and once inside it.",
            "input holds scores. Put them into log_softmax as they are.",
        ),
        Misconception(
            "cross_entropy.no-maximum",
            wrong.cross_entropy_no_maximum,
            "without subtracting the maximum of each row: the sum of the exponentials is infinite, or 0.",
            "Subtract each row's maximum first, as in softmax.",
        ),
        Misconception(
            "cross_entropy.global-maximum",
            wrong.cross_entropy_global_maximum,
            "when one maximum serves the whole batch: the sum of a row far below it is 0.",
            "Each row needs a maximum of its own.",
        ),
        Misconception(
            "cross_entropy.probabilities-for-scores",
            wrong.cross_entropy_probabilities_for_scores,
            "when the scores are taken for probabilities: the logarithm without a softmax.",
            "input holds scores of any size, not probabilities. What turns scores into probabilities?",
        ),
        Misconception(
            "cross_entropy.not-normalised",
            wrong.cross_entropy_not_normalised,
            "when the score of the target is taken as it is, without log_softmax.",
            "A score says nothing by itself: it counts how far it lies above the others of its row.",
        ),
        Misconception(
            "cross_entropy.every-pair",
            wrong.cross_entropy_every_pair,
            "when every row is read at the targets of all rows: log_p[:, target] is (n, n).",
            "Row 0 goes with target[0] alone. Give NumPy an index for the rows as well.",
        ),
        Misconception(
            "cross_entropy.all-classes",
            wrong.cross_entropy_all_classes,
            "when the log-probabilities of all classes are averaged, and target is not used.",
            "Only the right class of each row counts.",
        ),
        Misconception(
            "cross_entropy.mean-over-classes",
            wrong.cross_entropy_mean_over_classes,
            "when the sum is divided by all n · c elements.",
            "There is one loss for each sample. How many losses are there to average?",
        ),
        Misconception(
            "cross_entropy.sum",
            wrong.cross_entropy_sum,
            "when the losses are summed and not averaged.",
            "Average over the samples.",
        ),
        Misconception(
            "cross_entropy.sign",
            wrong.cross_entropy_sign,
            "when the sign is reversed: the better the answer, the larger this number.",
            "Logarithms of probabilities are negative, a loss is not.",
        ),
        Misconception(
            "cross_entropy.over-samples",
            wrong.cross_entropy_over_samples,
            "when softmax runs over the samples, axis 0, in place of the classes.",
            "The classes of one sample stand in one row. Which axis must add up to 1?",
        ),
    ),
    hints=(
        "The loss of one sample is minus the log-probability of its right class. Start with the log-probabilities, as "
        "in log_softmax, along axis 1.",
        "Pick one value a row: two index arrays of equal length, np.arange(n) for the rows and target for the columns, "
        "pick them in pairs.",
        "Average the picked values over the samples, and turn the sign.",
    ),
    explanation=(
        "log_softmax along axis 1 never overflows and never meets log(0). The index pair takes the right class of each "
        "row. The mean over the samples, with a minus sign, is the loss."
    ),
)


last_layer_for = {
    "regression": "Linear",
    "yes or no": "Sigmoid",
    "one of several classes": "Softmax",
    "several labels at once": "Sigmoid",
    "yes or no, for BCEWithLogitsLoss": "Linear",
    "one of several classes, for CrossEntropyLoss": "Linear",
}
LAYERS = ("Linear", "ReLU", "Sigmoid", "Softmax")


def last_layer(student: Student, task: str) -> Any:
    """Read the layer that the student's dict has for a task, in the spelling of the course."""
    layers = student.read("last_layer_for")
    if type(layers) is not dict:
        return "no dict with texts as keys"
    if task not in layers:
        return "nothing under this key"
    named = layers[task]
    if type(named) is not str:
        return named
    plain = named.strip().partition("(")[0].rpartition(".")[2].lower()
    return next((layer for layer in LAYERS if layer.lower() == plain), named)


LAST_LAYER_FOR = Exercise(
    name="last_layer_for",
    chapter=CHAPTER,
    points=2,
    reference=last_layer_for,
    oracle=None,
    use=last_layer,
    cases=tuple(Case(task, lambda rng, task=task: {"task": task}, note=f'under "{task}"') for task in last_layer_for),
    misconceptions=(
        Misconception(
            "last_layer_for.softmax-before-loss",
            wrong_layers.softmax_before_loss,
            "when a softmax stands before CrossEntropyLoss, which has one inside.",
            "What does cross_entropy do with its input first? Then what must the last layer give?",
        ),
        Misconception(
            "last_layer_for.activation-before-loss",
            wrong_layers.activation_before_loss,
            "when the losses that take scores are given probabilities.",
            "Both losses apply the sigmoid or the softmax themselves. What must the last layer give them?",
        ),
        Misconception(
            "last_layer_for.softmax-for-several-labels",
            wrong_layers.softmax_for_several_labels,
            "when several labels share one softmax, and compete: their probabilities add up to 1.",
            "A photo may show a cat and a dog, both for sure. Which layer looks at each score by itself?",
        ),
        Misconception(
            "last_layer_for.softmax-of-one-output",
            wrong_layers.softmax_of_one_output,
            "when a softmax has one score only: it gives 1, whatever the score is.",
            "What is exp(x) / exp(x)? Which layer turns a single score into a probability?",
        ),
        Misconception(
            "last_layer_for.sigmoid-for-classes",
            wrong_layers.sigmoid_for_classes,
            "when each class gets a probability by itself: together they do not add up to 1.",
            "If exactly one class is right, the probabilities must add up to 1. Which layer makes them?",
        ),
        Misconception(
            "last_layer_for.classes-and-labels-exchanged",
            wrong_layers.classes_and_labels_exchanged,
            "when the two tasks with several outputs are exchanged.",
            "In which of them must the probabilities add up to 1? Which layer makes them do so?",
        ),
        Misconception(
            "last_layer_for.relu-for-regression",
            wrong_layers.relu_for_regression,
            "when a ReLU comes last in a regression: it can't give a negative number.",
            "The output may be any number, of either sign.",
        ),
    ),
    hints=(
        "Ask of each task: may the outputs be any number, or are they probabilities? If so, of one question each, or "
        "of classes of which exactly one is right?",
        "Any number: Linear alone. A probability for each question by itself: Sigmoid. Probabilities that share a sum "
        "of 1: Softmax.",
        "BCEWithLogitsLoss and CrossEntropyLoss take scores. The layer that makes probabilities is inside them.",
    ),
    explanation=(
        "A linear layer gives any number. Sigmoid makes a probability of each score by itself, softmax makes the "
        "probabilities of one choice. The two losses with scores have these inside, so the network ends with Linear."
    ),
)

ENTROPIES = (BINARY, CROSS_ENTROPY, LAST_LAYER_FOR)
