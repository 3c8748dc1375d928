"""The logarithm of softmax."""

from __future__ import annotations

import numpy as np

from course import functional
from course.chapters.softmax_and_losses.draws import FAR, eighths, far_apart, spread
from course.chapters.softmax_and_losses.worked_out import near_zero, on_a_line, row_of, sum_of_powers
from course.checking.oracles import TorchFunction
from course.checking.sampling import normal, whole
from course.checking.spec import Arguments, Case, Exercise, Mistake


def log_softmax(input, dim):
    """Give the logarithms of softmax's probabilities, including those too small to be stored.

    input  scores, any shape
    dim    as for softmax
    returns the shape of input

    >>> log_softmax(np.array([[0.0, -800.0]]), dim=1)
    array([[   0., -800.]])
    """
    shifted = input - input.max(axis=dim, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=dim, keepdims=True))


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    row, own = row_of(arguments["input"], arguments["dim"], index)
    if not near_zero(row):
        return ""
    return on_a_line(f"{row[own]:.4g} - log({sum_of_powers(row)})", row[own] - np.log(np.exp(row).sum()))


EXERCISE = Exercise(
    points=2,
    solution=log_softmax,
    stages={
        "the shifted scores": "shifted",
        "the exponentials": "np.exp(shifted)",
        "the sums of the exponentials": "np.exp(shifted).sum(axis=dim, keepdims=True)",
        "the log-probabilities": "result",
    },
    reference=functional.log_softmax,
    oracle=TorchFunction("torch.nn.functional.log_softmax"),
    cases=(
        Case("samples in rows", lambda rng: {"input": whole(rng, 2, 3, most=3), "dim": 1}),
        Case("samples in columns", lambda rng: {"input": normal(rng, 4, 4), "dim": 0}),
        Case("the second of three axes", lambda rng: {"input": normal(rng, 2, 3, 4), "dim": 1}),
        Case("the last of three axes", lambda rng: {"input": normal(rng, 3, 2, 4), "dim": -1}),
        Case(
            "scores near 1000",
            lambda rng: {"input": FAR + eighths(rng, 2, 4), "dim": 1},
            note="all scores near 1000",
            weight=2.0,
        ),
        Case(
            "columns far apart",
            lambda rng: {"input": far_apart(rng, 4).T, "dim": 0},
            note="one column near 1000, one near 0, one near -1000",
            weight=2.0,
        ),
        Case(
            "tiny probabilities",
            lambda rng: {"input": spread(rng, 3), "dim": 1},
            note="the scores of a row are hundreds apart",
            weight=2.0,
        ),
    ),
    mistakes=(
        Mistake(
            "of-softmax",
            edit=("shifted - np.log(np.exp(shifted).sum", "np.log(np.exp(shifted) / np.exp(shifted).sum"),
            gives="when the logarithm is taken of an exponential that was rounded to 0.",
            advice=("exp(-800) can't be stored, its logarithm can. Write log(a / b) as a difference first."),
        ),
        Mistake(
            "of-plain-softmax",
            edit=(
                (" - input.max(axis=dim, keepdims=True)", ""),
                ("shifted - np.log(np.exp(shifted).sum", "np.log(np.exp(shifted) / np.exp(shifted).sum"),
            ),
            gives="when softmax is computed without subtracting the maximum, and its logarithm is taken afterwards.",
            advice=(
                "Write log(a / b) as a difference first. Then look at the sum: a constant may be subtracted from a row."
            ),
        ),
        Mistake(
            "epsilon",
            edit=(
                "shifted - np.log(np.exp(shifted).sum(axis=dim, keepdims=True))",
                "np.log(np.exp(shifted) / np.exp(shifted).sum(axis=dim, keepdims=True) + 1e-12)",
            ),
            gives="when 1e-12 is added before the logarithm: nothing is below log(1e-12) = -27.6.",
            advice="That hides the -inf, and gives a wrong number. Can you do it without computing the probability?",
        ),
        Mistake(
            "no-maximum",
            edit=(" - input.max(axis=dim, keepdims=True)", ""),
            gives="when the maximum is not subtracted: the sum of the exponentials is infinite, or 0.",
            advice="log_softmax, too, stays the same when a constant is subtracted from a row.",
        ),
        Mistake(
            "maximum-lost",
            edit=("return shifted", "return input"),
            gives="when the maximum is subtracted inside the sum only, and never accounted for.",
            advice="Subtract it from both: from the scores inside the sum, and from the score in front.",
        ),
        Mistake(
            "global-maximum",
            edit=("max(axis=dim, keepdims=True)", "max()"),
            gives="when one maximum is used for the whole array: the sum of a row far below it is 0.",
            advice="Each row needs its own maximum, along `dim`.",
        ),
        Mistake(
            "maximum-along-last",
            edit=("input.max(axis=dim", "input.max(axis=-1"),
            gives="when the maximum is taken along the last axis, and the sum along `dim`.",
            advice="What is subtracted must be the same for all scores that are added up. Along which axis are they?",
        ),
        Mistake(
            "sum-along-last",
            edit=("sum(axis=dim", "sum(axis=-1"),
            gives="when the sum runs along the last axis, and the maximum along `dim`.",
            advice="Which scores are compared with each other? Their exponentials are added up.",
        ),
        Mistake(
            "dim-ignored",
            edit=(("max(axis=dim", "max(axis=-1"), ("sum(axis=dim", "sum(axis=-1")),
            gives="when the last axis is used, whatever `dim` says.",
            unwritten="dim is not used yet",
            advice="Where does your code use `dim`? Both the maximum and the sum run along it.",
        ),
        Mistake(
            "whole-array",
            edit=(("max(axis=dim, keepdims=True)", "max()"), ("sum(axis=dim, keepdims=True)", "sum()")),
            gives="when the sum runs over the whole array.",
            advice="Each row has its own sum. Over which axis must it run?",
        ),
        Mistake(
            "no-logarithm",
            edit=(
                "shifted - np.log(np.exp(shifted).sum(axis=dim, keepdims=True))",
                "np.exp(shifted) / np.exp(shifted).sum(axis=dim, keepdims=True)",
            ),
            gives="when softmax itself is returned.",
            advice="The logarithm of a probability is 0 or negative. Yours are all positive.",
        ),
        Mistake(
            "sign",
            edit=("shifted - np.log", "-shifted + np.log"),
            gives="when the sign is reversed: this is -log of the probability.",
            advice="The minus sign belongs to the loss. The logarithm of a probability is 0 or negative.",
        ),
        Mistake(
            "shifted-only",
            edit=(" - np.log(np.exp(shifted).sum(axis=dim, keepdims=True))", ""),
            gives="when only the maximum is subtracted.",
            advice="The exponentials of your result must add up to 1 along `dim`. What is still to be subtracted?",
        ),
        Mistake(
            "logarithm-added",
            edit=("shifted - np.log", "shifted + np.log"),
            gives="when the logarithm of the sum is added instead of subtracted.",
            advice="The logarithm of a quotient is a difference.",
        ),
        Mistake(
            "plain-sign",
            edit=(
                (" - input.max(axis=dim, keepdims=True)", ""),
                ("shifted - np.log", "-shifted + np.log"),
            ),
            gives="when the sign is reversed, -log of the probability, and no maximum is subtracted.",
            advice="The logarithm of a probability is 0 or negative. After that, try scores near 1000.",
        ),
    ),
    hints=(
        "The logarithm of a quotient is a difference: log(exp(x_i) / s) = x_i - log(s), with s the sum of the "
        "exponentials.",
        "The first part needs no exponential at all, so nothing in it can vanish. The sum in the second "
        "overflows for large scores, as in softmax, and the cure is the same.",
        "Subtract the maximum along dim first, and work with the shifted scores alone: shifted minus the "
        "logarithm of the sum of their exponentials, with keepdims=True.",
    ),
    explanation=(
        "log(exp(x) / s) is x - log(s), and x is known exactly. After the shift the sum is between 1 and the "
        "number of classes, so its logarithm is always an ordinary number."
    ),
    trace=_trace,
)
