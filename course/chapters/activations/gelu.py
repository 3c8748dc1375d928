"""GELU in its exact form, with the error function, and in its tanh form."""

from __future__ import annotations

import math

import numpy as np

from course import functional
from course.chapters.activations.draws import far_out, spread, whole_from
from course.checking.oracles import TorchFunction
from course.checking.spec import Arguments, Case, Exercise, Mistake
from course.checking.worked_out import in_a_sum


def gelu(input, approximate="none"):
    """Multiply every number by the chance that a normal random number is below it.

    input        any shape, numbers of any size
    approximate  "none" for the exact form, with erf; "tanh" for the other one
    returns      the shape of input

    >>> gelu(np.array([-1.0, 0.0, 1.0])).round(4)
    array([-0.1587,  0.    ,  0.8413])
    >>> gelu(np.array([-1.0, 0.0, 1.0]), "tanh").round(4)
    array([-0.1588,  0.    ,  0.8412])
    """
    if approximate == "tanh":
        gate = (1 + np.tanh(np.sqrt(2 / np.pi) * (input + 0.044715 * input**3))) / 2
    else:
        erf = np.vectorize(math.erf, otypes=[float])
        gate = (1 + erf(input / np.sqrt(2))) / 2
    return input * gate


def _gelu_trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    x = float(arguments["input"][index])
    if arguments.get("approximate", "none") == "tanh":
        gate = 0.5 * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
        formula = f"(1 + tanh(√(2/π)·({x:.4g} + 0.044715·{in_a_sum(x)}³)))/2"
    else:
        gate = 0.5 * (1 + math.erf(x / math.sqrt(2)))
        formula = f"(1 + erf({x:.4g}/√2))/2"
    return f"{in_a_sum(x)}·{formula} = {in_a_sum(x)}·{gate:.4g} = {x * gate + 0.0:.4g}"


EXERCISE = Exercise(
    points=3,
    solution=gelu,
    reference=functional.gelu,
    oracle=TorchFunction("torch.nn.functional.gelu", by_name=True),
    cases=(
        Case(
            "the exact form by default",
            lambda rng: {"input": whole_from(rng, range(-3, 0), range(1, 5)).reshape(2, 3)},
        ),
        Case(
            "the tanh form",
            lambda rng: {"input": whole_from(rng, range(-3, 0), range(1, 5)).reshape(2, 3), "approximate": "tanh"},
        ),
        Case("the exact form by name", lambda rng: {"input": spread(rng, 3, 5), "approximate": "none"}),
        Case("the tanh form of a batch", lambda rng: {"input": spread(rng, 2, 3, 4), "approximate": "tanh"}),
        Case("near 1000 and -1000", lambda rng: {"input": far_out(rng)}, note="values near 1000 and -1000"),
        Case("an empty array", lambda rng: {"input": np.zeros((0, 3))}, remark=True),
    ),
    mistakes=(
        Mistake(
            "always-tanh",
            edit=('approximate == "tanh"', "True"),
            gives="when the tanh form is computed even where the exact one is asked for.",
            unwritten="The exact form is not written yet",
            advice="approximate='none' means the exact form, with the error function.",
        ),
        Mistake(
            "always-exact",
            edit=('approximate == "tanh"', "False"),
            gives="when the exact form is computed even where the tanh form is asked for.",
            unwritten="The tanh form is not written yet",
            advice="The two differ in the fourth digit. Look at the second argument.",
        ),
        Mistake(
            "forms-exchanged",
            edit=('approximate == "tanh"', 'approximate != "tanh"'),
            gives="when the two forms are swapped: each is computed where the other is asked for.",
            advice="Read your condition aloud: what is computed for 'tanh'?",
        ),
        Mistake(
            "sigmoid-form",
            edit=("input * gate", "input / (1 + np.exp(-1.702 * input))"),
            gives="when the gate is the sigmoid of 1.702 x, a third form of GELU.",
            advice="It is the coarsest of the three, and not asked for. Use the two forms of the lesson.",
        ),
        Mistake(
            "root-forgotten",
            edit=("erf(input / np.sqrt(2))", "erf(input)"),
            gives="when the exact form takes erf of x instead of x / √2.",
            advice="Φ and erf have different widths. What is x divided by?",
        ),
        Mistake(
            "gate-alone",
            edit=("input * gate", "gate"),
            gives="when the gate is returned without the input.",
            advice="Φ(x) is only the gate. What does it multiply?",
        ),
        Mistake(
            "not-halved",
            edit=(("input**3))) / 2", "input**3)))"), ("erf(input / np.sqrt(2))) / 2", "erf(input / np.sqrt(2)))")),
            gives="when the factor 1/2 is left out: the gate runs from 0 to 2.",
            advice="A fully open gate is 1. What is 1 + erf for large x?",
        ),
        Mistake(
            "cube-outside-the-bracket",
            edit=("(input + 0.044715 * input**3)", "input + 0.044715 * input**3"),
            gives="when in the tanh form only x is multiplied by √(2/π), and the cubic term is not.",
            advice="Look at the brackets in the tanh form: what is inside?",
        ),
    ),
    hints=(
        "There are two forms: `approximate` says which one is expected.",
        "The exact gate is (1 + erf(x / √2)) / 2. NumPy has no erf. Python's math module has one, for single numbers.",
        "np.vectorize(math.erf, otypes=[float]) makes it work on arrays, including empty ones.",
    ),
    explanation=(
        "The gate is Φ(x), the chance that a normal random number is below x. It is computed from the error "
        "function, or from a tanh that comes close. The two differ by up to 0.0005, so networks trained with one "
        "should not run with the other."
    ),
    trace=_gelu_trace,
)
