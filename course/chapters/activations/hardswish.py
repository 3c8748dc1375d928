"""Hardswish: SiLU with a gate of three straight pieces."""

from __future__ import annotations

import numpy as np

from course import functional
from course.chapters.activations.draws import far_out, spread, whole_from
from course.checking.oracles import TorchFunction
from course.checking.spec import Arguments, Case, Exercise, Mistake
from course.checking.worked_out import in_a_sum


def hardswish(input):
    """Multiply every number by a gate that opens in a straight line from -3 to 3.

    input    any shape
    returns  the same shape

    >>> hardswish(np.array([-1.5, 0.0, 1.5, 4.0]))
    array([-0.375,  0.   ,  1.125,  4.   ])
    """
    gate = np.clip(input + 3, 0, 6) / 6
    return input * gate


def _hardswish_trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    x = float(arguments["input"][index])
    gate = min(max(x + 3, 0.0), 6.0)
    return f"the gate is {gate:.4g}/6: {in_a_sum(x)}·{gate:.4g}/6 = {x * gate / 6 + 0.0:.4g}"


EXERCISE = Exercise(
    points=2,
    solution=hardswish,
    reference=functional.hardswish,
    oracle=TorchFunction("torch.nn.functional.hardswish"),
    cases=(
        Case(
            "a vector",
            lambda rng: {"input": whole_from(rng, range(-7, -3), range(-2, 0), range(1, 3), range(4, 8), each=1)},
        ),
        Case("a matrix", lambda rng: {"input": spread(rng, 3, 5, reach=5)}),
        Case("a batch of images", lambda rng: {"input": spread(rng, 2, 3, 4, 5, reach=5)}),
        Case("between the corners", lambda rng: {"input": spread(rng, 2, 4, reach=2.5)}),
        Case("at the corners", lambda rng: {"input": np.append(rng.permutation([-3.0, 0.0, 3.0]), spread(rng, 4))}),
        Case("large values", lambda rng: {"input": far_out(rng)}),
    ),
    mistakes=(
        Mistake(
            "gate-alone",
            edit=("input * gate", "gate"),
            gives="when the gate is returned without the input.",
            advice="The gate is a factor between 0 and 1. What does it multiply?",
        ),
        Mistake(
            "not-divided",
            edit=(" / 6", ""),
            gives="when the gate runs from 0 to 6.",
            advice="A fully open gate lets x through as it is. What must the gate be divided by?",
        ),
        Mistake(
            "gate-not-shifted",
            edit=("input + 3", "input"),
            gives="when the gate starts to open at 0 instead of -3.",
            advice="At x = 0 the gate is half open. Look at what is inside the max.",
        ),
        Mistake(
            "gate-without-cap",
            edit=("np.clip(input + 3, 0, 6)", "np.maximum(input + 3, 0)"),
            gives="when the gate has no cap at 1.",
            advice="For x = 10 the result should be 10. What is your gate there?",
        ),
        Mistake(
            "gate-without-floor",
            edit=("np.clip(input + 3, 0, 6)", "np.minimum(input + 3, 6)"),
            gives="when the gate goes below 0.",
            advice="For x = -10 the result should be 0. What is your gate there?",
        ),
        Mistake(
            "product-cut-off",
            edit=(("input + 3", "input * (input + 3)"), ("input * gate", "gate")),
            gives="when x is multiplied first, and the floor and the cap are applied to the product.",
            advice="Only the gate has a floor and a cap. Finish it, then multiply.",
        ),
        Mistake(
            "smooth-gate",
            edit=("np.clip(input + 3, 0, 6) / 6", "1 / (1 + np.exp(-input))"),
            gives="when the gate is a sigmoid: that is SiLU.",
            advice="Hardswish has no exponential. Its gate consists of three straight pieces.",
        ),
        Mistake(
            "gate-added",
            edit=("input * gate", "input + gate"),
            gives="when the gate is added to the input.",
            advice="A gate multiplies: where it is shut, the result is 0.",
        ),
    ),
    hints=(
        "Write the gate first, as a separate array: 0 up to x = -3, 1 from x = 3 on, a straight line in between.",
        "The gate is ReLU6 of x + 3, divided by 6.",
        "Then multiply the gate by the input.",
    ),
    explanation=(
        "`np.clip(input + 3, 0, 6) / 6` is the gate: 0 up to -3, one half at 0, 1 from 3 on. The input times its "
        "gate is the result."
    ),
    trace=_hardswish_trace,
)
