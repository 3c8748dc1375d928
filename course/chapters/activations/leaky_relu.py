"""Leaky ReLU: numbers below 0 are multiplied by a slope."""

from __future__ import annotations

import numpy as np

from course import functional
from course.chapters.activations.draws import far_out, spread, whole_from, with_zeros
from course.checking.oracles import TorchFunction
from course.checking.spec import Arguments, Case, Exercise, Mistake
from course.checking.worked_out import in_a_sum


def leaky_relu(input, negative_slope=0.01):
    """Keep what is above 0, and multiply the rest by a slope.

    input           any shape
    negative_slope  a number
    returns         the shape of input

    >>> leaky_relu(np.array([-2.0, 0.0, 3.0]), 0.1)
    array([-0.2,  0. ,  3. ])
    """
    return np.where(input > 0, input, negative_slope * input)


def _leaky_trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    x, slope = float(arguments["input"][index]), float(arguments.get("negative_slope", 0.01))
    if x > 0:
        return f"{x:.4g} is above 0: leaky_relu({x:.4g}) = {x:.4g}"
    return f"{x:.4g} is not above 0: {slope:.4g}·{in_a_sum(x)} = {slope * x:.4g}"


def _slope(rng: np.random.Generator, low: float = 0.1, high: float = 0.4) -> float:
    return round(float(rng.uniform(low, high)), 3)


EXERCISE = Exercise(
    points=1,
    solution=leaky_relu,
    reference=functional.leaky_relu,
    oracle=TorchFunction("torch.nn.functional.leaky_relu"),
    cases=(
        Case("the default slope", lambda rng: {"input": whole_from(rng, range(-4, 0), range(1, 5)).reshape(2, 3)}),
        Case(
            "another slope",
            lambda rng: {
                "input": whole_from(rng, range(-4, 0), range(1, 5)).reshape(3, 2),
                "negative_slope": _slope(rng),
            },
        ),
        Case("a batch of images", lambda rng: {"input": spread(rng, 2, 3, 4, 5), "negative_slope": _slope(rng)}),
        Case("zeros among the values", lambda rng: {"input": with_zeros(rng, 7), "negative_slope": _slope(rng)}),
        Case(
            "a slope above 1",
            lambda rng: {"input": spread(rng, 2, 3), "negative_slope": _slope(rng, 1.5, 3)},
            note="rare, and legal",
            weight=0.5,
        ),
        Case("large values", lambda rng: {"input": far_out(rng), "negative_slope": 0.2}),
    ),
    mistakes=(
        Mistake(
            "changes-input",
            edit=(
                "return np.where(input > 0, input, negative_slope * input)",
                "input[input < 0] *= negative_slope\n    return input",
            ),
            gives="when the negative values are changed in the input itself.",
            advice="The caller's array must stay as it was. Make a new array.",
        ),
        Mistake(
            "slope-always-default",
            edit=("negative_slope * input", "0.01 * input"),
            gives="when the slope is 0.01, whatever was asked for.",
            unwritten="negative_slope is not used yet",
            advice="Find the number in your code that should be an argument.",
        ),
        Mistake(
            "no-leak",
            edit=("negative_slope * input", "0"),
            gives="when negative values become 0: a plain ReLU.",
            advice="Here a negative value is multiplied by something other than 0.",
        ),
        Mistake(
            "positive-side",
            edit=("input, negative_slope * input", "negative_slope * input, input"),
            gives="when the slope acts on the positive values.",
            advice="The argument is called negative_slope. Which branch of your condition uses it?",
        ),
        Mistake(
            "slope-alone",
            edit=("negative_slope * input", "negative_slope"),
            gives="when negative values are replaced by the slope itself.",
            advice="A slope is a factor. What does it multiply?",
        ),
        Mistake(
            "sign-lost",
            edit=("negative_slope * input", "negative_slope * np.abs(input)"),
            gives="when negative values come out positive.",
            advice="A small factor above 0 changes no sign. Where does yours get lost?",
        ),
        Mistake(
            "maximum",
            edit=("np.where(input > 0, input", "np.maximum(input"),
            gives="when the larger of x and slope · x is taken, which is right only for slopes up to 1.",
            advice="Work out x = -2 with slope 2. Let the sign of x decide, not the size of the product.",
        ),
        Mistake(
            "slope-everywhere",
            edit=("> 0, input,", "> 0, input + negative_slope * input,"),
            gives="when slope · x is added where x is positive, too.",
            advice="For a positive x the result is x, with nothing added.",
        ),
    ),
    hints=(
        "There are two branches: one for values above 0, one for the others.",
        "Values above 0 stay. The others are multiplied by negative_slope.",
        "np.where(condition, a, b) takes from a where the condition holds, and from b elsewhere.",
    ),
    explanation=(
        "`np.where` computes both branches for the whole array and picks from them value by value. The popular "
        "`np.maximum(x, slope * x)` agrees only for slopes up to 1."
    ),
    trace=_leaky_trace,
)
