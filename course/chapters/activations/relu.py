"""ReLU: the larger of a number and 0."""

from __future__ import annotations

import numpy as np

from course import functional
from course.chapters.activations.draws import far_out, spread, whole_from, with_zeros
from course.checking.oracles import TorchFunction
from course.checking.spec import Arguments, Case, Exercise, Mistake


def relu(input):
    """Keep what is above 0, and put 0 for the rest.

    input    any shape
    returns  the same shape

    >>> relu(np.array([-2.0, 0.0, 3.0]))
    array([0., 0., 3.])
    """
    return np.maximum(input, 0)


def _relu_trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    x = float(arguments["input"][index])
    return f"max(0, {x:.4g}) = {max(0.0, x):.4g}"


EXERCISE = Exercise(
    points=1,
    solution=relu,
    reference=functional.relu,
    oracle=TorchFunction("torch.nn.functional.relu"),
    cases=(
        Case("a vector", lambda rng: {"input": whole_from(rng, range(-4, 0), range(1, 5))}),
        Case("more above 0 than below", lambda rng: {"input": spread(rng, 3, 4) + 0.5}),
        Case("a batch of images", lambda rng: {"input": spread(rng, 2, 3, 4, 5)}),
        Case("zeros among the values", lambda rng: {"input": with_zeros(rng, 2, 5)}),
        Case("large values", lambda rng: {"input": far_out(rng)}),
        Case("an empty array", lambda rng: {"input": np.zeros((0, 3))}, remark=True),
    ),
    mistakes=(
        Mistake(
            "changes-input",
            edit=("np.maximum(input, 0)", "np.maximum(input, 0, out=input)"),
            gives="when the zeros are written into the input itself.",
            advice="Another layer may still need the input, and the backward pass does. Make a new array.",
        ),
        Mistake(
            "step",
            edit=("np.maximum(input, 0)", "(input > 0).astype(float)"),
            gives="when the comparison x > 0 is returned as the result: 1 for every positive value.",
            advice="The comparison says which values stay. What do they stay as?",
        ),
        Mistake(
            "absolute-value",
            edit=("np.maximum(input, 0)", "np.abs(input)"),
            gives="when negative values lose their sign.",
            advice="max(0, -3) is not 3. Work it out.",
        ),
        Mistake(
            "minimum",
            edit=("np.maximum", "np.minimum"),
            gives="when the smaller of 0 and x is kept: the negative values stay.",
            advice="Read your comparison aloud for x = 2 and for x = -2.",
        ),
        Mistake(
            "whole-array-decides",
            edit=("np.maximum(input, 0)", "np.where(input.sum() > 0, input, 0)"),
            gives="when the sum of the array decides about all its values at once.",
            advice="Each value is compared with 0 separately. Which NumPy function compares value by value?",
        ),
        Mistake(
            "capped-at-one",
            edit=("np.maximum(input, 0)", "np.clip(input, 0, 1)"),
            gives="when large values are cut off at 1.",
            advice="ReLU has a floor and no ceiling.",
        ),
        Mistake(
            "leaks",
            edit=("np.maximum(input, 0)", "np.maximum(input, 0.01 * input)"),
            gives="when negative values are made small, but not zero: a leaky ReLU.",
            advice="What does max(0, x) give for x = -2? The leaky form comes later.",
        ),
    ),
    hints=(
        "For one number it is `max(0, x)`. Python's `max` does not look inside an array.",
        "NumPy has a function that compares two arrays place by place and keeps the larger value; one of the two "
        "may be a single number.",
        "np.maximum(a, b) is that function. np.where(condition, a, b) can do it, too.",
    ),
    explanation="`np.maximum` compares every value with 0 and gives a new array. The input stays as it was.",
    trace=_relu_trace,
)
