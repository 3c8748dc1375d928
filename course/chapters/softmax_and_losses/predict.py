"""A small network with the last layer that its task asks for."""

from __future__ import annotations

import numpy as np

from course.chapters.activations.sigmoid import EXERCISE as SIGMOID
from course.chapters.activations.two_layer_network import TRIES, network, two_layer_network
from course.chapters.activations.worked_out import power
from course.chapters.softmax_and_losses.draws import FAR
from course.chapters.softmax_and_losses.worked_out import sum_of_powers
from course.checking.sampling import normal, whole
from course.checking.spec import Arguments, Case, Exercise, Mistake
from course.checking.worked_out import sum_of_products, unless_long

REGRESSION, YES_OR_NO, CLASSES, LABELS = (
    "regression",
    "yes or no",
    "one of several classes",
    "several labels at once",
)


def predict(input, weight1, bias1, weight2, bias2, task):
    """Predict with two linear layers, a ReLU between them, and the last layer of the task.

    input    (n, c_i)
    weight1  (c_h, c_i)  and bias1 (c_h,): the first linear layer
    weight2  (c_o, c_h)  and bias2 (c_o,): the second
    task     "regression", "yes or no", "one of several classes" or "several labels at once"
    returns  (n, c_o)    numbers of any size for a regression, otherwise probabilities

    >>> w = np.eye(2)
    >>> predict(np.array([[0.0, 0.0]]), w, np.zeros(2), w, np.zeros(2), "one of several classes")
    array([[0.5, 0.5]])
    """
    hidden = np.maximum(input @ weight1.T + bias1, 0)
    scores = hidden @ weight2.T + bias2
    if task == "regression":
        return scores
    if task == "one of several classes":
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)
    shrunk = np.exp(-np.abs(scores))
    return np.where(scores >= 0, 1, shrunk) / (1 + shrunk)


MOST_HIDDEN = 3


def _network(rng: np.random.Generator, n: int, c_i: int, c_h: int, c_o: int, task: str, draw=normal) -> dict:
    """Draw a network whose hidden neurons and scores have both signs, and whose scores differ."""
    drawn: dict = {}
    for _ in range(TRIES):
        drawn = network(rng, n, c_i, c_h, c_o, draw)
        scores = two_layer_network(**drawn)
        if draw is normal or (np.abs(scores) <= MOST_SCORE).any(axis=1).all():
            break
    return {**drawn, "task": task}


MOST_SCORE = 6.0
"""In the case for a pencil, a score of each sample is at most this far from 0."""


def _by_hand(rng: np.random.Generator) -> dict:
    return _network(rng, 2, 2, 3, 2, CLASSES, lambda rng, *shape: whole(rng, *shape, most=2))


def _far(rng: np.random.Generator, task: str) -> dict:
    """Draw a network whose scores are near 1000 and -1000; the largest scores of two samples are far apart."""
    drawn: dict = {}
    for _ in range(TRIES):
        drawn = _network(rng, 4, 2, 5, 3, task)
        drawn |= {"weight2": FAR * drawn["weight2"], "bias2": FAR * drawn["bias2"]}
        if np.ptp(predict(**drawn | {"task": REGRESSION}).max(axis=1)) > FAR:
            break
    return drawn


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    input, weight1, bias1, weight2, bias2, task = arguments.values()
    if len(bias1) > MOST_HIDDEN:
        return ""
    hidden = np.maximum(weight1 @ input[index[0]] + bias1, 0)
    scores = weight2 @ hidden + bias2
    own = scores[index[1]]
    value = predict(**arguments)[index]
    if task == REGRESSION:
        return unless_long(f"the score is {sum_of_products(hidden, weight2[index[1]], float(bias2[index[1]]))}")
    formula = f"{power(own)}/({sum_of_powers(scores)})" if task == CLASSES else f"1/(1 + {power(-own)})"
    return unless_long(f"scores {', '.join(f'{score:.4g}' for score in scores)}: {formula} = {value:.4g}")


EXERCISE = Exercise(
    points=4,
    solution=predict,
    stages={
        "the first linear layer": "input @ weight1.T + bias1",
        "the hidden numbers after the ReLU": "hidden",
        "the scores": "scores",
        "the predictions": "result",
    },
    oracle=None,
    cases=(
        Case("one of two classes", _by_hand),
        Case("one of four classes", lambda rng: _network(rng, 5, 3, 6, 4, CLASSES)),
        Case("a regression", lambda rng: _network(rng, 5, 3, 6, 2, REGRESSION)),
        Case("yes or no", lambda rng: _network(rng, 6, 3, 5, 1, YES_OR_NO)),
        Case("three labels", lambda rng: _network(rng, 5, 2, 6, 3, LABELS)),
        Case("square weights", lambda rng: _network(rng, 3, 4, 4, 4, CLASSES)),
        Case("classes with large scores", lambda rng: _far(rng, CLASSES), note="scores near 1000 and -1000"),
        Case("labels with large scores", lambda rng: _far(rng, LABELS), note="scores near 1000 and -1000"),
    ),
    mistakes=(
        Mistake(
            "softmax-for-labels",
            edit=('task == "one of several classes"', 'task in ("one of several classes", "several labels at once")'),
            gives="when several labels share one softmax: their probabilities add up to 1.",
            advice="A photo may show both a cat and a dog. Which layer works on each score separately?",
        ),
        Mistake(
            "softmax-for-all",
            edit=('if task == "one of several classes":', "if True:"),
            gives="when every task but the regression ends with a softmax: with one score it is always 1.",
            unwritten="The sigmoid is not written yet",
            advice="What is the softmax of a single score? And may several labels be right at once?",
        ),
        Mistake(
            "sigmoid-for-all",
            edit=('task == "one of several classes"', "False"),
            gives="when every task but the regression ends with a sigmoid: the classes don't add up to 1.",
            unwritten="The softmax is not written yet",
            advice="Exactly one class is right, so their probabilities must add up to 1. Which layer makes them?",
        ),
        Mistake(
            "scores-for-all",
            edit=('task == "regression"', "True"),
            gives="when the scores are returned for every task: the last layer is missing.",
            unwritten="The last layers are not written yet",
            advice="Three of the tasks ask for probabilities. Which layer turns scores into probabilities?",
        ),
        Mistake(
            "relu-last",
            edit=("scores = hidden @ weight2.T + bias2", "scores = np.maximum(hidden @ weight2.T + bias2, 0)"),
            gives="when a ReLU comes after the second linear layer, too: no score is negative.",
            advice="ReLU is the inner layer here. The scores may have either sign.",
        ),
        Mistake(
            "no-relu",
            edit=("np.maximum(input @ weight1.T + bias1, 0)", "input @ weight1.T + bias1"),
            gives="when the ReLU between the linear layers is left out.",
            advice="The docstring lists four layers. Which of them is missing?",
        ),
        Mistake(
            "sigmoid-inside",
            edit=("np.maximum(input @ weight1.T + bias1, 0)", "1 / (1 + np.exp(-(input @ weight1.T + bias1)))"),
            gives="when the inner layer is a sigmoid, instead of the ReLU.",
            advice="The sigmoid is a last layer here. Which layer belongs between the two linear ones?",
        ),
        Mistake(
            "sigmoid-for-regression",
            edit=("        return scores\n", "        return 1 / (1 + np.exp(-scores))\n"),
            gives="when a sigmoid comes last in a regression: it gives nothing below 0 or above 1.",
            advice="The output of a regression may be any number.",
        ),
        Mistake(
            "softmax-over-samples",
            edit=(
                "scores.max(axis=1, keepdims=True))\n        return powers / powers.sum(axis=1, keepdims=True)",
                "scores.max(axis=0, keepdims=True))\n        return powers / powers.sum(axis=0, keepdims=True)",
            ),
            gives="when the softmax runs along the samples: each column adds up to 1.",
            advice="The probabilities of one sample add up to 1. Which axis counts its classes?",
        ),
        Mistake(
            "softmax-over-all",
            edit=("powers.sum(axis=1, keepdims=True)", "powers.sum()"),
            gives="when one softmax runs over the whole batch: all its probabilities together add up to 1.",
            advice="The probabilities of one sample add up to 1. Which axis counts its classes?",
        ),
        SIGMOID.mistake("absolute-value", edit=("np.where(scores >= 0, 1, shrunk) /", "1 /")),
        Mistake(
            "overflow",
            edit=(
                ("np.exp(scores - scores.max(axis=1, keepdims=True))", "np.exp(scores)"),
                ("np.where(scores >= 0, 1, shrunk) / (1 + shrunk)", "np.exp(scores) / (1 + np.exp(scores))"),
            ),
            gives="when e^x overflows for large scores: infinity over infinity is NaN.",
            advice="Use the forms of softmax and sigmoid that work at 1000.",
        ),
    ),
    hints=(
        "Begin with the scores: linear layer, ReLU, linear layer. They are the same for every task.",
        "Your table from the exercise before says which last layer goes with which task. `softmax` is written already; "
        "along which axis are the classes?",
        "A sigmoid that never overflows takes e to the power of -|x|, and puts the cases of positive and negative x "
        "together with np.where. Both yes or no and several labels need it.",
    ),
    explanation=(
        "Up to the scores, all tasks share the same network. Only the last layer depends on the task. `softmax(scores, "
        "dim=1)` of exercise 1 does the same as the two lines with `powers`."
    ),
    trace=_trace,
)
