"""The hyperbolic tangent, for numbers of any size."""

from __future__ import annotations

import math

import numpy as np

from course import functional
from course.chapters.activations.draws import far_out, spread, whole_from
from course.chapters.activations.worked_out import power, size_of_power
from course.checking.oracles import TorchFunction
from course.checking.spec import Arguments, Case, Exercise, Mistake


def tanh(input):
    """Squeeze every number into -1 .. 1: (e^x - e^-x) / (e^x + e^-x).

    input    any shape, numbers of any size
    returns  the same shape

    >>> tanh(np.array([-1000.0, 0.0, 1000.0]))
    array([-1.,  0.,  1.])
    """
    tiny = np.exp(-2 * np.abs(input))
    return np.sign(input) * (1 - tiny) / (1 + tiny)


def _tanh_trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    x = float(arguments["input"][index])
    up, down = power(x), power(-x)
    return f"{size_of_power(-abs(x))}({up} - {down})/({up} + {down}) = {math.tanh(x):.4g}"


EXERCISE = Exercise(
    points=1,
    solution=tanh,
    reference=functional.tanh,
    oracle=TorchFunction("torch.tanh"),
    cases=(
        Case("a vector", lambda rng: {"input": whole_from(rng, range(-4, 0), range(1, 5), each=2)}),
        Case("a matrix", lambda rng: {"input": spread(rng, 3, 4, reach=2)}),
        Case("a batch of images", lambda rng: {"input": spread(rng, 2, 3, 4, 5)}),
        Case("with a zero", lambda rng: {"input": rng.permutation(np.append(spread(rng, 4), 0.0))}),
        Case("near 1000 and -1000", lambda rng: {"input": far_out(rng)}, note="values near 1000 and -1000"),
    ),
    mistakes=(
        Mistake(
            "overflow",
            edit=(
                "np.sign(input) * (1 - tiny) / (1 + tiny)",
                "(np.exp(input) - np.exp(-input)) / (np.exp(input) + np.exp(-input))",
            ),
            gives="when e^x or e^(-x) overflows: infinity over infinity is NaN.",
            advice="Divide numerator and denominator by the larger exponential. What is left is never above 1.",
        ),
        Mistake(
            "overflow-on-the-right",
            edit=(("-2 * np.abs(input)", "2 * input"), ("np.sign(input) * (1 - tiny)", "(tiny - 1)")),
            gives="when e^(2x) overflows for large x: infinity over infinity is NaN.",
            advice="Use the exponential of a number that is never above 0, and put the sign back afterwards.",
        ),
        Mistake(
            "sigmoid",
            edit=("np.sign(input) * (1 - tiny) / (1 + tiny)", "1 / (1 + np.exp(-input))"),
            gives="when a sigmoid is computed: its values run from 0 to 1.",
            advice="tanh is a sigmoid that is stretched to -1 .. 1, and twice as steep.",
        ),
        Mistake(
            "input-not-doubled",
            edit=("-2 * np.abs", "-np.abs"),
            gives="when a sigmoid is stretched to -1 .. 1, but its input is not doubled.",
            advice="tanh(x) is 2 σ(2x) - 1. Compare the inner 2 with your code.",
        ),
        Mistake(
            "clipped",
            edit=("np.sign(input) * (1 - tiny) / (1 + tiny)", "np.clip(input, -1, 1)"),
            gives="when values are cut off at -1 and 1: a straight line with two corners, known as hardtanh.",
            advice="tanh is curved everywhere. Which exponentials are in its formula?",
        ),
        Mistake(
            "tangent",
            edit=("np.sign(input) * (1 - tiny) / (1 + tiny)", "np.tan(input)"),
            gives="when the tangent is computed instead of the hyperbolic tangent.",
            advice="np.tan is for angles. The h makes the difference.",
        ),
        Mistake(
            "derivative",
            edit=("np.sign(input) * (1 - tiny) / (1 + tiny)", "1 - np.tanh(input) ** 2"),
            gives="when the derivative, 1 - tanh², is computed instead of the function.",
            advice="At x = 0 the function is 0; its derivative there is 1.",
        ),
        Mistake(
            "sign",
            edit=("np.sign(input)", "-np.sign(input)"),
            gives="when every value has the wrong sign.",
            advice="For x = 2 the result is positive. Which exponential comes first?",
        ),
        Mistake(
            "zero-for-negative",
            edit=("np.sign(input)", "(input > 0)"),
            gives="when negative inputs give 0.",
            advice="tanh(-x) is -tanh(x). Which factor makes a negative input negative again?",
        ),
        Mistake(
            "sign-lost",
            edit=("np.sign(input) * ", ""),
            gives="when the sign of the input is lost: every value is positive.",
            advice="tanh(-x) is -tanh(x). Where does your code lose the minus sign?",
        ),
    ),
    hints=(
        "The formula is (e^x - e^(-x)) / (e^x + e^(-x)). For x = 1000 it is infinity over infinity.",
        "For x ≥ 0, divide numerator and denominator by e^x: (1 - e^(-2x)) / (1 + e^(-2x)).",
        "tanh(-x) is -tanh(x): work with np.abs(input), and multiply by np.sign(input). NumPy has np.tanh as "
        "well, and you may use it.",
    ),
    explanation=(
        "Dividing numerator and denominator by the larger exponential leaves e^(-2|x|), which can't overflow. "
        "The sign is put back at the end. `np.tanh(input)` is the same in one call."
    ),
    trace=_tanh_trace,
)
