"""GLU: one half of the features is the gate of the other half."""

from __future__ import annotations

import numpy as np

from course.chapters.activations.draws import far_out, spread, whole_from
from course.chapters.activations.sigmoid import EXERCISE as SIGMOID
from course.chapters.activations.silu import EXERCISE as SILU
from course.chapters.activations.worked_out import gate, power, size_of_power
from course.checking.oracles import TorchFunction
from course.checking.spec import Arguments, Case, Exercise, Mistake
from course.checking.worked_out import in_a_sum


def glu(input, dim=-1):
    """Cut an array into two halves along dim, and multiply the first by the sigmoid of the second.

    input    any shape, with an even size along dim
    dim      the axis that is cut
    returns  the shape of input, with half the size along dim

    >>> glu(np.array([[2.0, 6.0, 0.0, 1.0]])).round(4)
    array([[1.    , 4.3864]])
    """
    values, scores = np.split(input, 2, axis=dim)
    shrunk = np.exp(-np.abs(scores))
    gate = np.where(scores >= 0, 1, shrunk) / (1 + shrunk)
    return values * gate


def _glu_trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    dim = arguments.get("dim", -1)
    values, scores = np.split(arguments["input"], 2, axis=dim)
    value, score = float(values[index]), float(scores[index])
    formula = f"{value:.4g}·1/(1 + {power(-score)})"
    return f"{size_of_power(-score)}{formula} = {in_a_sum(value)}·{gate(score):.4g} = {value * gate(score) + 0.0:.4g}"


def _whole(rng: np.random.Generator, *shape: int) -> np.ndarray:
    return whole_from(rng, range(-6, 0), range(1, 7), each=6)[: int(np.prod(shape))].reshape(shape)


EXERCISE = Exercise(
    points=2,
    solution=glu,
    oracle=TorchFunction("torch.nn.functional.glu"),
    cases=(
        Case("the last axis by default", lambda rng: {"input": _whole(rng, 2, 4)}),
        Case("the first axis", lambda rng: {"input": _whole(rng, 4, 2), "dim": 0}),
        Case("the channels of a sequence", lambda rng: {"input": spread(rng, 3, 6, 4), "dim": 1}),
        Case("an axis counted from the end", lambda rng: {"input": spread(rng, 2, 4, 6), "dim": -2}),
        Case("the third of four axes", lambda rng: {"input": spread(rng, 2, 3, 4, 5), "dim": 2}),
        Case("a vector", lambda rng: {"input": spread(rng, 8)}),
        Case("as many rows as columns", lambda rng: {"input": spread(rng, 4, 4)}, weight=0.5),
        Case(
            "near 1000 and -1000",
            lambda rng: {"input": np.concatenate([spread(rng, 2, 3), far_out(rng)], axis=1)},
            note="gates whose scores are near 1000 and -1000",
        ),
    ),
    mistakes=(
        Mistake(
            "halves-exchanged",
            edit=("values, scores =", "scores, values ="),
            gives="when the first half is the gate of the second.",
            advice="The first half holds the values, the second the scores of the gate. Compare with your names.",
        ),
        Mistake(
            "dim-ignored",
            edit=("axis=dim", "axis=-1"),
            gives="when the last axis is cut, whatever dim says.",
            unwritten="dim is not used yet",
            advice="Find the place where the array is cut. Which axis should that be?",
        ),
        Mistake(
            "first-axis-cut",
            edit=("2, axis=dim", "2, axis=0"),
            gives="when the first axis is cut, as np.split does without an axis.",
            advice="Find the place where the array is cut. Which axis should that be?",
        ),
        Mistake(
            "first-axis-sliced",
            edit=(
                "np.split(input, 2, axis=dim)",
                "input[: input.shape[dim] // 2], input[input.shape[dim] // 2 :]",
            ),
            gives="when the half of the size along dim is used to cut the first axis.",
            advice="A slice in brackets cuts the first axis. How do you cut along another one?",
        ),
        Mistake(
            "no-sigmoid",
            edit=("values * gate", "values * scores"),
            gives="when the two halves are multiplied, without a sigmoid.",
            advice="A gate is between 0 and 1. What turns the scores into such numbers?",
        ),
        Mistake(
            "gate-alone",
            edit=("values * gate", "gate"),
            gives="when the gate is returned without the values.",
            advice="The gate is right. What does it multiply?",
        ),
        Mistake(
            "second-half-twice",
            edit=("values, scores = np.split(input, 2, axis=dim)", "values = scores = np.split(input, 2, axis=dim)[1]"),
            gives="when the second half gives the values and the gate.",
            advice="Which half do your values come from, and which half your scores?",
        ),
        Mistake(
            "first-half-twice",
            edit=("values, scores = np.split(input, 2, axis=dim)", "values = scores = np.split(input, 2, axis=dim)[0]"),
            gives="when the first half gives the values and the gate.",
            advice="Which half do your values come from, and which half your scores?",
        ),
        Mistake(
            "silu-gate",
            edit=("values * gate", "values * scores * gate"),
            gives="when SiLU of the second half is the gate, as in SwiGLU.",
            advice="The gate of GLU is the sigmoid alone.",
        ),
        Mistake(
            "both-squashed",
            edit=("return values", "return 1 / (1 + np.exp(-values))"),
            gives="when the sigmoid is applied to both halves.",
            advice="Only the gate goes through a sigmoid. The values stay as they are.",
        ),
        Mistake(
            "every-second",
            edit=(
                "np.split(input, 2, axis=dim)",
                "(input.take(range(k, input.shape[dim], 2), axis=dim) for k in (0, 1))",
            ),
            gives="when every second number is used as the gate, instead of the second half.",
            advice="Cut the axis once, in the middle. np.split does that.",
        ),
        SILU.mistake("tanh-gate", edit=("np.where(scores >= 0, 1, shrunk) / (1 + shrunk)", "np.tanh(scores)")),
        Mistake(
            "gate-reversed",
            edit=("scores >= 0", "scores < 0"),
            gives="when the gate is open for negative scores and closed for positive ones.",
            advice="Look at the sign in the gate's exponent.",
        ),
        SIGMOID.mistake("absolute-value", edit=("np.where(scores >= 0, 1, shrunk) /", "1 /")),
        Mistake(
            "overflow",
            edit=("np.where(scores >= 0, 1, shrunk) / (1 + shrunk)", "np.exp(scores) / (1 + np.exp(scores))"),
            gives="when e^x / (1 + e^x) is the gate: for large x, infinity over infinity is NaN.",
            advice="Use the form of the sigmoid that works at 1000.",
        ),
    ),
    hints=(
        "np.split(array, 2, axis=...) gives two halves of an array.",
        "The second half goes through a sigmoid that works for numbers of any size. Its result is the gate.",
        "Multiply the first half by the gate.",
    ),
    explanation=(
        "A linear layer before it computes values and gate at once, in one array. The sigmoid is written so that "
        "nothing overflows."
    ),
    trace=_glu_trace,
)
