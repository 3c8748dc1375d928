"""The gradient of GELU in its exact form."""

from __future__ import annotations

import math

import numpy as np

from course import functional
from course.chapters.activations.draws import spread, whole_from, with_gradient
from course.chapters.activations.relu_backward import EXERCISE as RELU_BACKWARD
from course.checking.oracles import TorchGradient
from course.checking.sampling import whole
from course.checking.spec import Arguments, Aside, Case, Exercise, Mistake
from course.checking.worked_out import in_a_sum


def gelu_backward(grad_output, input):
    """Give the gradient of gelu, in its exact form.

    grad_output  the shape of input
    input        any shape, as in the forward pass
    returns      the same shape

    >>> gelu_backward(np.array([2.0, 2.0]), np.array([0.0, 1.0])).round(4)
    array([1.    , 2.1666])
    """
    erf = np.vectorize(math.erf, otypes=[float])
    cdf = (1 + erf(input / np.sqrt(2))) / 2
    density = np.exp(-(input**2) / 2) / np.sqrt(2 * np.pi)
    return grad_output * (cdf + input * density)


def _by_hand(rng: np.random.Generator) -> dict[str, np.ndarray]:
    return {"grad_output": whole(rng, 3), "input": whole_from(rng, range(-3, 0), range(1, 3), range(3, 5), each=1)}


def _gelu_trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    x, g = float(arguments["input"][index]), float(arguments["grad_output"][index])
    cdf, density = 0.5 * (1 + math.erf(x / math.sqrt(2))), math.exp(-x * x / 2) / math.sqrt(2 * math.pi)
    total = g * (cdf + x * density)
    given, at = in_a_sum(g), in_a_sum(x)
    return f"{given}·(Φ({x:.4g}) + {at}·φ({x:.4g})) = {given}·({cdf:.4g} + {at}·{density:.4g}) = {total:.4g}"


EXERCISE = Exercise(
    points=3,
    solution=gelu_backward,
    stages={
        "the gate Φ(x)": Aside("cdf", "the gradient of the input"),
        "the density φ(x)": "density",
        "the gradient of the input": "result",
    },
    reference=functional.gelu_backward,
    oracle=TorchGradient("torch.nn.functional.gelu", wrt=(0,)),
    cases=(
        Case("a vector", _by_hand),
        Case("a matrix", lambda rng: with_gradient(rng, spread(rng, 3, 4, reach=3))),
        Case("a batch", lambda rng: with_gradient(rng, spread(rng, 2, 3, 4))),
        Case("far out", lambda rng: with_gradient(rng, spread(rng, 2, 4, reach=60)), note="up to 60 away from 0"),
        Case("an empty array", lambda rng: with_gradient(rng, np.zeros((2, 0))), remark=True),
    ),
    mistakes=(
        Mistake(
            "gate-only",
            edit=("cdf + input * density", "cdf"),
            gives="when the gate is treated as a constant, so that only Φ(x) is left.",
            advice="x Φ(x) is a product of two things that change with x. The product rule gives two terms.",
        ),
        Mistake(
            "second-term-only",
            edit=("cdf + input * density", "input * density"),
            gives="when only the derivative of the gate is used.",
            advice="The product rule gives two terms. In one of them x is differentiated, and the gate stays.",
        ),
        Mistake(
            "input-forgotten",
            edit=("input * density", "density"),
            gives="when the second term is φ(x) without its factor x.",
            advice="In the second term the gate is differentiated. Which factor stays as it is?",
        ),
        Mistake(
            "half-forgotten",
            edit=("-(input**2) / 2", "-(input**2)"),
            gives="when the bell curve is e^(-x²) instead of e^(-x²/2).",
            advice="Look up the exponent of the normal density.",
        ),
        Mistake(
            "inner-derivative",
            edit=("np.sqrt(2 * np.pi)", "np.sqrt(np.pi)"),
            gives="when the inner derivative, of x / √2, is left out: the second term is √2 times too large.",
            advice="The argument of erf is x / √2. By the chain rule that adds a factor.",
        ),
        Mistake(
            "density-not-scaled",
            edit=(" / np.sqrt(2 * np.pi)", ""),
            gives="when the bell curve is not divided by √(2π).",
            advice="The area under a density is 1. Which constant makes it so?",
        ),
        Mistake(
            "of-the-tanh-form",
            edit=(
                ("erf = np.vectorize(math.erf, otypes=[float])", "scale = np.sqrt(2 / np.pi)"),
                ("erf(input / np.sqrt(2))", "np.tanh(scale * (input + 0.044715 * input**3))"),
                (
                    "np.exp(-(input**2) / 2) / np.sqrt(2 * np.pi)",
                    "2 * cdf * (1 - cdf) * scale * (1 + 3 * 0.044715 * input**2)",
                ),
            ),
            gives="when the tanh form is differentiated instead of the exact one.",
            advice="Here the exact form is asked for: Φ from the error function, and φ, its derivative.",
        ),
        RELU_BACKWARD.mistake("grad-output-left-out", edit=("grad_output * (cdf", "(cdf")),
    ),
    hints=(
        "GELU is a product, x times Φ(x). The product rule gives two terms.",
        "The derivative of x is 1, the derivative of Φ is the bell curve φ(x) = e^(-x²/2) / √(2π). So the slope is "
        "Φ(x) + x φ(x).",
        "Φ is the gate of your gelu: (1 + erf(x / √2)) / 2. Multiply the sum of the two terms by grad_output.",
    ),
    explanation=(
        "By the product rule the slope is Φ(x) + x φ(x). It is a little below 0 for x below -0.75, and a little "
        "above 1 for large x."
    ),
    trace=_gelu_trace,
)
