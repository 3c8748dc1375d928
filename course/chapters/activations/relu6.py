"""ReLU6: ReLU with a cap at 6."""

from __future__ import annotations

import numpy as np

from course import functional
from course.chapters.activations.draws import far_out, spread, whole_from
from course.checking.oracles import TorchFunction
from course.checking.spec import Arguments, Case, Exercise, Mistake


def relu6(input):
    """Do as relu, and cut off what is above 6.

    input    any shape
    returns  the same shape

    >>> relu6(np.array([-2.0, 3.0, 8.0]))
    array([0., 3., 6.])
    """
    return np.clip(input, 0, 6)


def _relu6_trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    x = float(arguments["input"][index])
    return f"min(max(0, {x:.4g}), 6) = {min(max(0.0, x), 6.0):.4g}"


EXERCISE = Exercise(
    points=1,
    solution=relu6,
    reference=functional.relu6,
    oracle=TorchFunction("torch.nn.functional.relu6"),
    cases=(
        Case("a vector", lambda rng: {"input": whole_from(rng, range(-9, 0), range(1, 6), range(7, 13), each=2)}),
        Case("a matrix", lambda rng: {"input": spread(rng, 3, 4, reach=10)}),
        Case("a batch of images", lambda rng: {"input": spread(rng, 2, 3, 4, 5, reach=9)}),
        Case("small values", lambda rng: {"input": spread(rng, 2, 3, reach=3)}),
        Case("large values", lambda rng: {"input": far_out(rng)}),
    ),
    mistakes=(
        Mistake(
            "changes-input",
            edit=("np.clip(input, 0, 6)", "np.clip(input, 0, 6, out=input)"),
            gives="when the floor and the cap are applied to the input itself.",
            advice="The caller's array must stay as it was. Make a new array.",
        ),
        Mistake(
            "no-cap",
            edit=("np.clip(input, 0, 6)", "np.maximum(input, 0)"),
            gives="when large values have no cap: a plain ReLU.",
            advice="The formula has a max and a min. Which of them is missing?",
        ),
        Mistake(
            "no-floor",
            edit=("np.clip(input, 0, 6)", "np.minimum(input, 6)"),
            gives="when negative values pass.",
            advice="The formula has a max and a min. Which of them is missing?",
        ),
        Mistake(
            "floor-at-minus-six",
            edit=("input, 0, 6", "input, -6, 6"),
            gives="when values are cut off at -6 instead of 0.",
            advice="It is a ReLU with a cap. Where is a ReLU's floor?",
        ),
        Mistake(
            "zero-above-six",
            edit=("np.clip(input, 0, 6)", "np.maximum(input, 0) * (input < 6)"),
            gives="when values above 6 become 0.",
            advice="A value that reaches the cap stays there; it does not fall to 0.",
        ),
        Mistake(
            "scaled",
            edit=("np.clip(input, 0, 6)", "np.clip(input, 0, 6) / 6"),
            gives="when the result is divided by 6.",
            advice="ReLU6 ends at 6, not at 1. The division belongs to hardswish.",
        ),
        Mistake(
            "capped-at-one",
            edit=("input, 0, 6", "input, 0, 1"),
            gives="when values are capped at 1.",
            advice="The cap is in the name.",
        ),
    ),
    hints=(
        "Start from ReLU. What is still to be done for values above 6?",
        "First the larger of x and 0, then the smaller of that and 6.",
        "np.minimum is the counterpart of np.maximum; np.clip does both at once.",
    ),
    explanation="`np.clip(input, 0, 6)` is `np.minimum(np.maximum(input, 0), 6)`.",
    trace=_relu6_trace,
)
