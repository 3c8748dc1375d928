"""`gelu_backward`: ..."""

from __future__ import annotations

import math

import numpy as np

from course import functional
from course.chapters.activations.draws import _with_gradient, in_a_formula, spread
from course.checking.oracles import TorchGradient
from course.checking.spec import Arguments, Case, Exercise, Mistake


def gelu_backward(grad_output, input):
    """Give the gradient of gelu, in its exact form.

    grad_output  the shape of input
    input        any shape, as in the forward pass
    returns      the same shape

    >>> gelu_backward(np.array([2.0, 2.0]), np.array([0.0, 1.0])).round(4)
    array([1.    , 2.1666])
    """
    cdf = (1 + np.vectorize(math.erf, otypes=[float])(input / np.sqrt(2))) / 2
    density = np.exp(-(input**2) / 2) / np.sqrt(2 * np.pi)
    return grad_output * (cdf + input * density)


def _gelu_trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    x, g = float(arguments["input"][index]), float(arguments["grad_output"][index])
    cdf, density = 0.5 * (1 + math.erf(x / math.sqrt(2))), math.exp(-x * x / 2) / math.sqrt(2 * math.pi)
    total = g * (cdf + x * density)
    return f"{g:.5g} · ({cdf:.5g} + {in_a_formula(x)} · {density:.5g}) = {total:.5g}"


def _gate_only(grad_output, input):
    def cdf(x):
        # Gauss's rule: NumPy has no erf
        nodes, weights = np.polynomial.legendre.leggauss(48)
        end = np.clip(x / np.sqrt(2), -6, 6)[..., np.newaxis]
        return 0.5 + (weights * end * np.exp(-((end * (nodes + 1) / 2) ** 2))).sum(axis=-1) / np.sqrt(4 * np.pi)

    return grad_output * cdf(input)


def _input_forgotten(grad_output, input):
    def cdf(x):
        # Gauss's rule: NumPy has no erf
        nodes, weights = np.polynomial.legendre.leggauss(48)
        end = np.clip(x / np.sqrt(2), -6, 6)[..., np.newaxis]
        return 0.5 + (weights * end * np.exp(-((end * (nodes + 1) / 2) ** 2))).sum(axis=-1) / np.sqrt(4 * np.pi)

    return grad_output * (cdf(input) + np.exp(-(input**2) / 2) / np.sqrt(2 * np.pi))


def _inner_derivative(grad_output, input):
    def cdf(x):
        # Gauss's rule: NumPy has no erf
        nodes, weights = np.polynomial.legendre.leggauss(48)
        end = np.clip(x / np.sqrt(2), -6, 6)[..., np.newaxis]
        return 0.5 + (weights * end * np.exp(-((end * (nodes + 1) / 2) ** 2))).sum(axis=-1) / np.sqrt(4 * np.pi)

    return grad_output * (cdf(input) + input * np.exp(-(input**2) / 2) / np.sqrt(np.pi))


def _density_not_scaled(grad_output, input):
    def cdf(x):
        # Gauss's rule: NumPy has no erf
        nodes, weights = np.polynomial.legendre.leggauss(48)
        end = np.clip(x / np.sqrt(2), -6, 6)[..., np.newaxis]
        return 0.5 + (weights * end * np.exp(-((end * (nodes + 1) / 2) ** 2))).sum(axis=-1) / np.sqrt(4 * np.pi)

    return grad_output * (cdf(input) + input * np.exp(-(input**2) / 2))


def _of_the_tanh_form(grad_output, input):
    scale = np.sqrt(2 / np.pi)
    t = np.tanh(scale * (input + 0.044715 * input**3))
    return grad_output * (1 + t + input * (1 - t**2) * scale * (1 + 3 * 0.044715 * input**2)) / 2


def _grad_output_left_out(grad_output, input):
    def cdf(x):
        # Gauss's rule: NumPy has no erf
        nodes, weights = np.polynomial.legendre.leggauss(48)
        end = np.clip(x / np.sqrt(2), -6, 6)[..., np.newaxis]
        return 0.5 + (weights * end * np.exp(-((end * (nodes + 1) / 2) ** 2))).sum(axis=-1) / np.sqrt(4 * np.pi)

    return cdf(input) + input * np.exp(-(input**2) / 2) / np.sqrt(2 * np.pi)


EXERCISE = Exercise(
    name="gelu_backward",
    points=3,
    solution=gelu_backward,
    reference=functional.gelu_backward,
    oracle=TorchGradient("torch.nn.functional.gelu", wrt=(0,), arrange=lambda grad_output, input: ((input,), {})),
    cases=(
        Case("a vector", lambda rng: _with_gradient(rng, spread(rng, 7, reach=3))),
        Case("a matrix", lambda rng: _with_gradient(rng, spread(rng, 3, 4, reach=3))),
        Case("a batch", lambda rng: _with_gradient(rng, spread(rng, 2, 3, 4))),
        Case("far out", lambda rng: _with_gradient(rng, spread(rng, 2, 4, reach=60)), note="up to 60 away from 0"),
        Case("no values", lambda rng: _with_gradient(rng, np.zeros((2, 0))), weight=0.5),
    ),
    mistakes=(
        Mistake(
            "gate-only",
            body=_gate_only,
            gives="when the gate is taken for a constant, and only Φ(x) is left.",
            advice="x Φ(x) is a product of two things that change with x. The product rule gives two terms.",
        ),
        Mistake(
            # UNVERIFIED
            "second-term-only",
            edit=(
                (
                    ("cdf = (1 + np.vectorize(math.erf, otypes=[float])(input / np.sqrt(2))) / 2\n    density ="),
                    "return grad_output * input *",
                ),
                ("return grad_output * (cdf + input * density)", ""),
            ),
            gives="when only the derivative of the gate is used.",
            advice="The product rule gives two terms. In one of them x is differentiated, and the gate stays.",
        ),
        Mistake(
            "input-forgotten",
            body=_input_forgotten,
            gives="when the second term is φ(x) without its factor x.",
            advice="In the second term the gate is differentiated. What stays as it was?",
        ),
        Mistake(
            # UNVERIFIED
            "half-forgotten",
            edit=(
                (
                    "cdf = (1 + np.vectorize(math.erf, otypes=[float])(input / np.sqrt(2))) / 2\n"
                    "    density = np.exp(-(input**2) / 2) / np.sqrt(2 * np.pi)\n"
                    "    return grad_output * (cdf + input * density"
                ),
                (
                    "def cdf(x):\n"
                    "        # Gauss's rule: NumPy has no erf\n"
                    "        nodes, weights = np.polynomial.legendre.leggauss(48)\n"
                    "        end = np.clip(x / np.sqrt(2), -6, 6)[..., np.newaxis]\n"
                    "        return 0.5 + (weights * end * np.exp(-((end * (nodes + 1) / 2) ** 2))).sum(axis=-1) / np.sqrt(4 * np.pi)\n"
                    "\n"
                    "    return grad_output * (cdf(input) + input * np.exp(-(input**2)) / np.sqrt(2 * np.pi)"
                ),
            ),
            gives="when the bell curve is e^(-x²) in place of e^(-x²/2).",
            advice="Look up the exponent of the normal density.",
        ),
        Mistake(
            "inner-derivative",
            body=_inner_derivative,
            gives="when the derivative of x / √2 is left out: the second term is √2 times too large.",
            advice="erf is taken of x / √2. By the chain rule that leaves a factor.",
        ),
        Mistake(
            "density-not-scaled",
            body=_density_not_scaled,
            gives="when the bell curve is not divided by √(2π).",
            advice="A density encloses an area of 1. Which constant makes it so?",
        ),
        Mistake(
            "of-the-tanh-form",
            body=_of_the_tanh_form,
            gives="when the tanh form is differentiated in place of the exact one.",
            advice="Here the exact form is asked for: Φ from the error function, and φ, its derivative.",
        ),
        Mistake(
            "grad-output-left-out",
            body=_grad_output_left_out,
            gives="when the slope is returned, and grad_output is left out.",
            advice="The chain rule multiplies the slope by what arrives from behind.",
        ),
    ),
    hints=(
        "GELU is a product, x times Φ(x). The product rule gives two terms.",
        "The derivative of x is 1, that of Φ is the bell curve φ(x) = e^(-x²/2) / √(2π). So the slope is Φ(x) + "
        "x φ(x).",
        "Take Φ from your gelu: (1 + erf(x / √2)) / 2. Multiply the sum of the two terms by grad_output.",
    ),
    explanation=(
        "By the product rule the slope is Φ(x) + x φ(x). It is a little below 0 for x below -0.75, and a little "
        "above 1 for large x."
    ),
    trace=_gelu_trace,
)
