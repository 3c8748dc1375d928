"""`gelu`: ..."""

from __future__ import annotations

import math

import numpy as np

from course import functional
from course.chapters.activations.draws import far_out, spread
from course.checking.oracles import TorchFunction
from course.checking.spec import Arguments, Case, Exercise, Mistake


def gelu(input, approximate="none"):
    """Multiply every number by the chance that a normal random number lies below it.

    input        any shape, numbers of any size
    approximate  "none" for the exact form, with erf; "tanh" for the other one
    returns      the shape of input

    >>> gelu(np.array([-1.0, 0.0, 1.0])).round(4)
    array([-0.1587,  0.    ,  0.8413])
    >>> gelu(np.array([-1.0, 0.0, 1.0]), "tanh").round(4)
    array([-0.1588,  0.    ,  0.8412])
    """
    if approximate == "tanh":
        inner = np.sqrt(2 / np.pi) * (input + 0.044715 * input**3)
        return input * (1 + np.tanh(inner)) / 2
    erf = np.vectorize(math.erf, otypes=[float])
    return input * (1 + erf(input / np.sqrt(2))) / 2


def _gelu_trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    x = float(arguments["input"][index])
    if arguments.get("approximate", "none") == "tanh":
        gate = 0.5 * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
        return f"half of 1 + tanh(...) is {gate:.6g}, and {x:.6g} · {gate:.6g} = {x * gate:.6g}"
    gate = 0.5 * (1 + math.erf(x / math.sqrt(2)))
    return f"Φ({x:.6g}) = {gate:.6g}, and {x:.6g} · {gate:.6g} = {x * gate:.6g}"


def _always_exact(input, approximate="none"):
    def erf(x):
        # Gauss's rule: NumPy has no erf
        nodes, weights = np.polynomial.legendre.leggauss(48)
        end = np.clip(x, -6, 6)[..., np.newaxis]
        return (weights * end * np.exp(-((end * (nodes + 1) / 2) ** 2))).sum(axis=-1) / np.sqrt(np.pi)

    return input * (1 + erf(input / np.sqrt(2))) / 2


def _forms_exchanged(input, approximate="none"):
    def erf(x):
        # Gauss's rule: NumPy has no erf
        nodes, weights = np.polynomial.legendre.leggauss(48)
        end = np.clip(x, -6, 6)[..., np.newaxis]
        return (weights * end * np.exp(-((end * (nodes + 1) / 2) ** 2))).sum(axis=-1) / np.sqrt(np.pi)

    if approximate == "tanh":
        return input * (1 + erf(input / np.sqrt(2))) / 2
    return input * (1 + np.tanh(np.sqrt(2 / np.pi) * (input + 0.044715 * input**3))) / 2


def _root_forgotten(input, approximate="none"):
    def erf(x):
        # Gauss's rule: NumPy has no erf
        nodes, weights = np.polynomial.legendre.leggauss(48)
        end = np.clip(x, -6, 6)[..., np.newaxis]
        return (weights * end * np.exp(-((end * (nodes + 1) / 2) ** 2))).sum(axis=-1) / np.sqrt(np.pi)

    if approximate == "tanh":
        return input * (1 + np.tanh(np.sqrt(2 / np.pi) * (input + 0.044715 * input**3))) / 2
    return input * (1 + erf(input)) / 2


def _gate_alone(input, approximate="none"):
    def erf(x):
        # Gauss's rule: NumPy has no erf
        nodes, weights = np.polynomial.legendre.leggauss(48)
        end = np.clip(x, -6, 6)[..., np.newaxis]
        return (weights * end * np.exp(-((end * (nodes + 1) / 2) ** 2))).sum(axis=-1) / np.sqrt(np.pi)

    if approximate == "tanh":
        return (1 + np.tanh(np.sqrt(2 / np.pi) * (input + 0.044715 * input**3))) / 2
    return (1 + erf(input / np.sqrt(2))) / 2


def _not_halved(input, approximate="none"):
    def erf(x):
        # Gauss's rule: NumPy has no erf
        nodes, weights = np.polynomial.legendre.leggauss(48)
        end = np.clip(x, -6, 6)[..., np.newaxis]
        return (weights * end * np.exp(-((end * (nodes + 1) / 2) ** 2))).sum(axis=-1) / np.sqrt(np.pi)

    if approximate == "tanh":
        return input * (1 + np.tanh(np.sqrt(2 / np.pi) * (input + 0.044715 * input**3)))
    return input * (1 + erf(input / np.sqrt(2)))


def _cube_outside_the_bracket(input, approximate="none"):
    def erf(x):
        # Gauss's rule: NumPy has no erf
        nodes, weights = np.polynomial.legendre.leggauss(48)
        end = np.clip(x, -6, 6)[..., np.newaxis]
        return (weights * end * np.exp(-((end * (nodes + 1) / 2) ** 2))).sum(axis=-1) / np.sqrt(np.pi)

    if approximate == "tanh":
        return input * (1 + np.tanh(np.sqrt(2 / np.pi) * input + 0.044715 * input**3)) / 2
    return input * (1 + erf(input / np.sqrt(2))) / 2


EXERCISE = Exercise(
    name="gelu",
    points=3,
    solution=gelu,
    reference=functional.gelu,
    oracle=TorchFunction(
        "torch.nn.functional.gelu",
        arrange=lambda input, approximate="none": ((input,), {"approximate": approximate}),
    ),
    cases=(
        Case("the exact form by default", lambda rng: {"input": spread(rng, 5, reach=3)}),
        Case("the tanh form", lambda rng: {"input": spread(rng, 5, reach=3), "approximate": "tanh"}),
        Case("the exact form by name", lambda rng: {"input": spread(rng, 3, 5), "approximate": "none"}),
        Case("the tanh form of a batch", lambda rng: {"input": spread(rng, 2, 3, 4), "approximate": "tanh"}),
        Case("near 1000 and -1000", lambda rng: {"input": far_out(rng)}, note="values near 1000 and -1000"),
        Case("no values", lambda rng: {"input": np.zeros((0, 3))}, weight=0.5),
    ),
    mistakes=(
        Mistake(
            # UNVERIFIED
            "always-tanh",
            edit=(
                (('if approximate == "tanh":\n        inner ='), "return input * (1 + np.tanh("),
                (
                    (
                        "\n"
                        "        return input * (1 + np.tanh(inner)) / 2\n"
                        "    erf = np.vectorize(math.erf, otypes=[float])\n"
                        "    return input * (1 + erf(input / np.sqrt(2))) / 2"
                    ),
                    ")) / 2",
                ),
            ),
            gives="when the tanh form is computed, also where the exact one is asked for.",
            advice="approximate='none' means the exact form, with the error function.",
        ),
        Mistake(
            "always-exact",
            body=_always_exact,
            gives="when the exact form is computed, also where the tanh form is asked for.",
            advice="The two differ in the fourth digit. Look at the second argument.",
        ),
        Mistake(
            "forms-exchanged",
            body=_forms_exchanged,
            gives="when each form is computed where the other is asked for.",
            advice="Read your condition aloud: what is computed for 'tanh'?",
        ),
        Mistake(
            # UNVERIFIED
            "sigmoid-form",
            edit=(
                (
                    'if approximate == "tanh":\n'
                    "        inner = np.sqrt(2 / np.pi) * (input + 0.044715 * input**3)\n"
                    "        return input * (1 + np.tanh(inner)) / 2\n"
                    "    erf = np.vectorize(math.erf, otypes=[float])\n"
                    "    return input * (1 + erf(input / np.sqrt(2))) / 2"
                ),
                ('with np.errstate(over="ignore"):\n        return input / (1 + np.exp(-1.702 * input))'),
            ),
            gives="when the gate is the sigmoid of 1.702 x, a third form.",
            advice="It is the coarsest of the three, and not asked for. Take the two from the lesson.",
        ),
        Mistake(
            "root-forgotten",
            body=_root_forgotten,
            gives="when the exact form takes erf of x in place of x / √2.",
            advice="Φ and erf have different widths. What is x divided by?",
        ),
        Mistake(
            "gate-alone",
            body=_gate_alone,
            gives="when the gate is returned without the input.",
            advice="Φ(x) is only the gate. What does it multiply?",
        ),
        Mistake(
            "not-halved",
            body=_not_halved,
            gives="when the one half is left out: the gate runs from 0 to 2.",
            advice="A fully open gate is 1. What does 1 + erf come to, for large x?",
        ),
        Mistake(
            "cube-outside-the-bracket",
            body=_cube_outside_the_bracket,
            gives="when in the tanh form only x is multiplied by √(2/π), and the cubic term is not.",
            advice="Look at the bracket in the tanh form: what stands in it?",
        ),
    ),
    hints=(
        "There are two forms: ask `approximate` which one is wanted.",
        "The exact gate is (1 + erf(x / √2)) / 2. NumPy has no erf. Python's math module has one, for single numbers.",
        "np.vectorize(math.erf, otypes=[float]) makes it work on arrays, also on those without values.",
    ),
    explanation=(
        "The gate is Φ(x), the chance that a normal random number lies below x. It is computed from the error "
        "function, or from a tanh that comes close. The two differ by up to 0.0005, so networks trained with one "
        "should not run with the other."
    ),
    trace=_gelu_trace,
)
