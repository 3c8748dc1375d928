"""The sigmoid, for numbers of any size."""

from __future__ import annotations

import numpy as np

from course import functional
from course.chapters.activations.draws import far_out, spread, whole_from
from course.chapters.activations.worked_out import gate, power, size_of_power
from course.checking.oracles import TorchFunction
from course.checking.spec import Arguments, Case, Exercise, Mistake


def sigmoid(input):
    """Squeeze every number into 0 .. 1: 1 / (1 + e^-x).

    input    any shape, numbers of any size
    returns  the same shape

    >>> sigmoid(np.array([-1000.0, 0.0, 1000.0]))
    array([0. , 0.5, 1. ])
    """
    small = np.exp(-np.abs(input))  # never above 1
    return np.where(input >= 0, 1, small) / (1 + small)


def _sigmoid_trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    x = float(arguments["input"][index])
    return f"{size_of_power(-x)}1/(1 + {power(-x)}) = {gate(x):.4g}"


EXERCISE = Exercise(
    points=3,
    solution=sigmoid,
    reference=functional.sigmoid,
    oracle=TorchFunction("torch.sigmoid"),
    cases=(
        Case("a vector", lambda rng: {"input": whole_from(rng, range(-4, 0), range(1, 5), each=2)}),
        Case("a matrix", lambda rng: {"input": spread(rng, 3, 4)}),
        Case("a batch of images", lambda rng: {"input": spread(rng, 2, 3, 4, 5, reach=6)}),
        Case("up to 30", lambda rng: {"input": spread(rng, 2, 4, reach=30)}, note="up to 30 away from 0"),
        Case("near 1000 and -1000", lambda rng: {"input": far_out(rng)}, note="values near 1000 and -1000"),
        Case("an empty array", lambda rng: {"input": np.zeros((2, 0))}, remark=True),
    ),
    mistakes=(
        Mistake(
            "sign",
            edit=("np.where(input >= 0, 1, small) / (1 + small)", "1 / (1 + np.exp(input))"),
            gives="when the exponent has the wrong sign: large values give 0.",
            advice="For x = 5 the result is close to 1. What is e^(-5), and what did you compute?",
        ),
        Mistake(
            "overflow-on-the-right",
            edit=("np.where(input >= 0, 1, small) / (1 + small)", "np.exp(input) / (1 + np.exp(input))"),
            gives=(
                "when e^x / (1 + e^x) is computed for large x, too: infinity over infinity is NaN, and so is 0 · NaN."
            ),
            advice="Let the exponent never be above 0. Which form is safe for x = 1000, and which for x = -1000?",
        ),
        Mistake(
            "overflow-on-the-left",
            edit=("np.where(input >= 0, 1, small) / (1 + small)", "1 - np.exp(-input) / (1 + np.exp(-input))"),
            gives="when e^(-x) is in numerator and denominator for very negative x: infinity over infinity is NaN.",
            advice="Let the exponent never be above 0. Which form is safe for x = -1000?",
        ),
        Mistake(
            "absolute-value",
            edit=("np.where(input >= 0, 1, small) /", "1 /"),
            gives="when e^(-|x|) is used for e^(-x), also where x is negative.",
            advice="For negative x, e^(-|x|) is e^x. Which form of the sigmoid is made of that?",
        ),
        Mistake(
            "input-cut-off",
            edit=("np.abs(input)", "np.minimum(np.abs(input), 10)"),
            gives="when the input is cut off at -10 and 10 to be safe.",
            advice="At -20 the result is far smaller than at -10. A form that can't overflow needs no cut.",
        ),
        Mistake(
            "tanh",
            edit=("np.where(input >= 0, 1, small) / (1 + small)", "np.tanh(input)"),
            gives="when tanh is computed: its values run from -1 to 1.",
            advice="A sigmoid's values run from 0 to 1, and at 0 it is one half.",
        ),
        Mistake(
            "softmax",
            edit=(
                ("-np.abs(input)", "input - input.max(initial=-np.inf)"),
                ("np.where(input >= 0, 1, small) / (1 + small)", "small / small.sum()"),
            ),
            gives="when all values share one denominator: that is a softmax.",
            advice="A sigmoid is element-wise: each value has its own denominator, 1 + e^(-x).",
        ),
        Mistake(
            "derivative",
            edit=("np.where(input >= 0, 1, small) / (1 + small)", "small / (1 + small) ** 2"),
            gives="when the derivative is computed instead of the function.",
            advice="The derivative comes in section 7. Here large inputs give 1, not 0.",
        ),
        Mistake(
            "brackets",
            edit=("np.where(input >= 0, 1, small) / (1 + small)", "1 / 1 + np.exp(-input)"),
            gives="when the brackets are missing: 1 / 1 + e^(-x).",
            advice="Python divides before it adds. What belongs in the denominator?",
        ),
    ),
    hints=(
        "1 / (1 + np.exp(-input)) is right as long as nothing overflows. Where is -input large?",
        "Multiply numerator and denominator by e^x: e^x / (e^x + 1). This form is safe where x is negative.",
        "In both forms the exponential that is safe is np.exp(-np.abs(input)). Compute it once; np.where chooses "
        "the numerator.",
    ),
    explanation=(
        "`small` is e^(-|x|), which is between 0 and 1 and can't overflow. For x ≥ 0 the sigmoid is 1 / (1 + "
        "small), for x < 0 it is small / (1 + small). In NumPy the plain formula passes too, with a warning: 1 / "
        "infinity is 0."
    ),
    trace=_sigmoid_trace,
)
