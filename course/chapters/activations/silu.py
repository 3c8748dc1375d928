"""SiLU: a number times its own sigmoid."""

from __future__ import annotations

import numpy as np

from course import functional
from course.chapters.activations.draws import far_out, spread, whole_from
from course.chapters.activations.sigmoid import EXERCISE as SIGMOID
from course.chapters.activations.worked_out import gate, power, size_of_power
from course.checking.oracles import TorchFunction
from course.checking.spec import Arguments, Case, Exercise, Mistake
from course.checking.worked_out import in_a_sum


def silu(input):
    """Multiply every number by its own sigmoid.

    input    any shape, numbers of any size
    returns  the same shape

    >>> silu(np.array([-2.0, 0.0, 2.0])).round(4)
    array([-0.2384,  0.    ,  1.7616])
    """
    shrunk = np.exp(-np.abs(input))
    gate = np.where(input >= 0, 1, shrunk) / (1 + shrunk)
    return input * gate


def _silu_trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    x = float(arguments["input"][index])
    return f"{size_of_power(-x)}{x:.4g}/(1 + {power(-x)}) = {in_a_sum(x)}·{gate(x):.4g} = {x * gate(x) + 0.0:.4g}"


EXERCISE = Exercise(
    points=1,
    solution=silu,
    reference=functional.silu,
    oracle=TorchFunction("torch.nn.functional.silu"),
    cases=(
        Case("a vector", lambda rng: {"input": whole_from(rng, range(-4, 0), range(1, 5), each=2)[:3]}),
        Case("a matrix", lambda rng: {"input": spread(rng, 3, 4)}),
        Case("a batch of images", lambda rng: {"input": spread(rng, 2, 3, 4, 5)}),
        Case("near 1000 and -1000", lambda rng: {"input": far_out(rng)}, note="values near 1000 and -1000"),
    ),
    mistakes=(
        Mistake(
            "gate-alone",
            edit=("input * gate", "gate"),
            gives="when the gate is returned without the input.",
            advice="A sigmoid is only the gate. What does it multiply?",
        ),
        Mistake(
            "input-without-gate",
            edit=("np.where(input >= 0, 1, shrunk) / (1 + shrunk)", "input > 0"),
            gives="when the gate is either shut or open: a ReLU.",
            advice="The gate of SiLU opens gradually. It is a sigmoid.",
        ),
        Mistake(
            "gate-reversed",
            edit=("input >= 0", "input < 0"),
            gives="when the gate is open for negative inputs and shut for positive ones.",
            advice="Look at the sign in the gate's exponent.",
        ),
        Mistake(
            "overflow",
            edit=("np.where(input >= 0, 1, shrunk) / (1 + shrunk)", "np.exp(input) / (1 + np.exp(input))"),
            gives="when e^x / (1 + e^x) is the gate: for large x, infinity over infinity is NaN.",
            advice="Use the form of the sigmoid that works at 1000.",
        ),
        SIGMOID.mistake("absolute-value", edit=("np.where(input >= 0, 1, shrunk) /", "1 /")),
        Mistake(
            "steeper-gate",
            edit=("np.abs(input)", "np.abs(1.702 * input)"),
            gives="when the gate's input is multiplied by 1.702: an approximation of GELU.",
            advice="The gate of SiLU is the sigmoid of x, with no factor.",
        ),
        Mistake(
            "gate-twice",
            edit=("input * gate", "input * gate * gate"),
            gives="when the input is multiplied by the gate twice.",
            advice="There is one gate. Count the factors.",
        ),
        Mistake(
            "tanh-gate",
            edit=("np.where(input >= 0, 1, shrunk) / (1 + shrunk)", "np.tanh(input)"),
            gives="when the gate is a tanh.",
            advice="A gate runs from 0, shut, to 1, open. Which of your functions does?",
        ),
        Mistake(
            "gate-of-the-gate",
            edit=("input * gate", "gate / (1 + np.exp(-gate))"),
            gives="when the sigmoid replaces the input, and is multiplied by itself.",
            advice="Keep two arrays: the input as it is, and its gate.",
        ),
    ),
    hints=(
        "Write the gate as a separate array, then multiply.",
        "The gate is the sigmoid of the input. You have written one that works for large numbers.",
        "The result is input times gate. You may call your `sigmoid`, or write its lines here once more.",
    ),
    explanation="The gate is a sigmoid, between 0 and 1. Multiplied by the input it lets large values through.",
    trace=_silu_trace,
)
