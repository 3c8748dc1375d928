"""The gradient of softmax, from its output."""

from __future__ import annotations

from typing import Any

import numpy as np

from course import functional
from course.chapters.softmax_and_losses.worked_out import MOST_SCORES, on_a_line, row_of
from course.checking.oracles import TorchGradient
from course.checking.sampling import normal, whole
from course.checking.spec import Arguments, Case, Exercise, Mistake
from course.checking.worked_out import in_a_sum


def softmax_backward(grad_output, output, dim):
    """Give the gradient of softmax with respect to the scores.

    grad_output  gradient of the loss with respect to the output, any shape
    output       what softmax gave, the same shape
    dim          as in the forward pass
    returns the same shape

    >>> softmax_backward(np.array([1.0, 0.0]), np.array([0.5, 0.5]), dim=0)
    array([ 0.25, -0.25])
    """
    average = (grad_output * output).sum(axis=dim, keepdims=True)
    return output * (grad_output - average)


def _probabilities(rng: np.random.Generator, *shape: int, dim: int) -> np.ndarray:
    shares = rng.integers(1, 10, size=shape)
    return shares / shares.sum(axis=dim, keepdims=True)


def _on_the_way_back(rng: np.random.Generator, *shape: int, dim: int) -> dict[str, Any]:
    return {"grad_output": normal(rng, *shape), "output": _probabilities(rng, *shape, dim=dim), "dim": dim}


def _tenths(rng: np.random.Generator, rows: int) -> np.ndarray:
    """Draw rows of three different probabilities with one digit, for a case to do with a pencil."""
    shares = [(1, 2, 7), (1, 3, 6), (1, 4, 5), (2, 3, 5)]
    return np.array([rng.permutation(shares[i]) for i in rng.permutation(len(shares))[:rows]]) / 10


def _one_sure_row(rng: np.random.Generator) -> dict[str, Any]:
    arguments = _on_the_way_back(rng, 3, 4, dim=1)
    arguments["output"][1] = np.eye(4)[rng.integers(4)]
    return arguments


def _forward(grad_output: np.ndarray, output: np.ndarray, dim: int) -> tuple[tuple[Any, ...], dict[str, Any]]:
    with np.errstate(divide="ignore"):
        return (np.log(output), dim), {}  # scores that softmax turns into this output


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    g, own = row_of(arguments["grad_output"], arguments["dim"], index)
    p, _ = row_of(arguments["output"], arguments["dim"], index)
    if g.size > MOST_SCORES:
        return ""
    average = " + ".join(f"{in_a_sum(a)}·{in_a_sum(b)}" for a, b in zip(g, p, strict=True))
    return on_a_line(f"{p[own]:.4g}·({g[own]:.4g} - ({average}))", p[own] * (g[own] - g @ p))


EXERCISE = Exercise(
    points=3,
    solution=softmax_backward,
    stages={
        "the products of grad_output and output": "grad_output * output",
        "the sums of the products": "average",
        "the gradient of the scores": "result",
    },
    reference=functional.softmax_backward,
    oracle=TorchGradient("torch.nn.functional.softmax", wrt=(0,), arrange=_forward),
    cases=(
        Case(
            "samples in rows",
            lambda rng: {"grad_output": whole(rng, 2, 3), "output": _tenths(rng, 2), "dim": 1},
        ),
        Case("samples in columns", lambda rng: _on_the_way_back(rng, 4, 4, dim=0)),
        Case("the second of three axes", lambda rng: _on_the_way_back(rng, 2, 3, 4, dim=1)),
        Case("the last of three axes", lambda rng: _on_the_way_back(rng, 3, 2, 5, dim=-1)),
        Case("a sure row", _one_sure_row, note="row 1 of output is a 1 and zeros"),
    ),
    mistakes=(
        Mistake(
            "no-sum",
            edit=("(grad_output - average)", "grad_output"),
            gives="when the sum is left out: each output is treated as if it depended on its own score alone.",
            advice="A score is also in the denominator of every output of its row.",
        ),
        Mistake(
            "sigmoid",
            edit=("(grad_output - average)", "grad_output * (1 - output)"),
            gives="when the derivative of the sigmoid is used: p (1 - p), for each output by itself.",
            advice="That is only the diagonal. The other outputs of the row depend on this score as well.",
        ),
        Mistake(
            "dim-ignored",
            edit=("axis=dim", "axis=-1"),
            gives="when the sum runs along the last axis, whatever `dim` says.",
            unwritten="dim is not used yet",
            advice="The sum runs along the axis of the forward pass, `dim`.",
        ),
        Mistake(
            "whole-sum",
            edit=("sum(axis=dim, keepdims=True)", "sum()"),
            gives="when one sum runs over the whole array.",
            advice="Rows do not depend on each other. Sum along `dim` only.",
        ),
        Mistake(
            "plain-sum",
            edit=("(grad_output * output).sum", "grad_output.sum"),
            gives="when grad_output is summed as it is, without the probabilities as weights.",
            advice="In the formula, each g_j in the sum has a factor.",
        ),
        Mistake(
            "mean",
            edit=(".sum(", ".mean("),
            gives="when the products g · p are averaged along dim.",
            advice="The probabilities are the weights, and add up to 1 already. Sum the products.",
        ),
        Mistake(
            "factor-missing",
            edit=("output * (grad_output - average)", "output * grad_output - average"),
            gives="when the sum is subtracted after multiplying with the output: g p - Σ g p.",
            advice="Both g and the sum are multiplied by p: mind the brackets.",
        ),
        Mistake(
            "sum-alone",
            edit=("output * (grad_output - average)", "grad_output - average"),
            gives="when the factor p in front is left out: g - Σ g p.",
            advice="The probability 0 does not change at all. Which factor makes its gradient 0?",
        ),
        Mistake(
            "softmax-again",
            edit=("average =", "output = np.exp(output) / np.exp(output).sum(axis=dim, keepdims=True)\n    average ="),
            gives="when softmax is applied to `output`, which is the result of softmax already.",
            advice="`output` holds the probabilities. Use it as it is.",
        ),
        Mistake(
            "sign",
            edit=("grad_output - average", "average - grad_output"),
            gives="when the sign is reversed.",
            advice="A score raises its own probability. So g_i comes with a plus sign.",
        ),
        Mistake(
            "of-cross-entropy",
            edit=("output * (grad_output - average)", "output - grad_output"),
            gives=(
                "when grad_output is subtracted from the output: p - y is the gradient of softmax and cross-entropy "
                "together."
            ),
            advice=(
                "Here grad_output is not the target but the gradient of any loss. Use the formula for softmax alone."
            ),
        ),
    ),
    hints=(
        "∂p_k/∂x_i is p_i (1 - p_i) for k = i, and -p_k p_i for every other k.",
        "Multiply each with g_k and add up: p_i g_i - p_i Σ_k g_k p_k. The sum is the same for all i of a row.",
        "Take p_i out: p times (g minus the sum of g · p along dim, with keepdims=True).",
    ),
    explanation=(
        "Each score changes its own probability directly, and all of them through the sum in the denominator. "
        "The second part is the mean of g with the probabilities as weights, the same number for the whole row."
    ),
    trace=_trace,
)
