"""Chapter 03, the way back: the gradients of ReLU, sigmoid and GELU."""

from __future__ import annotations

import math

import numpy as np

from course import functional
from course.chapters.activations_inputs import CHAPTER, in_a_formula, spread, with_zeros
from course.chapters.mistakes import activations_backward as wrong
from course.checking.oracles import TorchGradient
from course.checking.spec import Arguments, Case, Exercise, Misconception


def relu_backward(grad_output, input):
    """Let the gradient pass where the input was positive: the lesson's version."""
    return grad_output * (input > 0)


def sigmoid_backward(grad_output, output):
    """Multiply by y (1 - y): the lesson's version."""
    return grad_output * output * (1 - output)


def gelu_backward(grad_output, input):
    """Multiply by the derivative of x Φ(x): the lesson's version."""
    cdf = (1 + np.vectorize(math.erf, otypes=[float])(input / np.sqrt(2))) / 2
    density = np.exp(-(input**2) / 2) / np.sqrt(2 * np.pi)
    return grad_output * (cdf + input * density)


def _with_gradient(rng: np.random.Generator, input: np.ndarray) -> dict[str, np.ndarray]:
    # never 0: a gradient that is let through by mistake must show
    return {"grad_output": spread(rng, *input.shape, reach=2), "input": input}


def _relu_trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    x, g = float(arguments["input"][index]), float(arguments["grad_output"][index])
    if x > 0:
        return f"the input {x:.5g} is above 0, so {g:.5g} passes"
    return f"the input {x:.5g} is not above 0, so {g:.5g} does not pass"


RELU_BACKWARD = Exercise(
    name="relu_backward",
    chapter=CHAPTER,
    points=2,
    reference=functional.relu_backward,
    solution=relu_backward,
    oracle=TorchGradient("torch.nn.functional.relu", wrt=(0,), arrange=lambda grad_output, input: ((input,), {})),
    cases=(
        Case("a vector", lambda rng: _with_gradient(rng, spread(rng, 6))),
        Case("zeros in the input", lambda rng: _with_gradient(rng, with_zeros(rng, 2, 4)), note="the input has zeros"),
        Case("a matrix", lambda rng: _with_gradient(rng, spread(rng, 3, 4))),
        Case("a batch of images", lambda rng: _with_gradient(rng, spread(rng, 2, 3, 4, 5))),
        Case("no values", lambda rng: _with_gradient(rng, np.zeros((0, 3))), weight=0.5),
    ),
    misconceptions=(
        Misconception(
            "relu_backward.zero-passes",
            wrong.relu_zero_passes,
            "when the gradient also passes where the input is exactly 0.",
            "At 0 the slope is 0 by convention. Is your comparison strict?",
        ),
        Misconception(
            "relu_backward.everything-passes",
            wrong.relu_all_pass,
            "when the gradient passes everywhere.",
            "Where ReLU gave 0, a small change of the input changes nothing. What is the slope there?",
        ),
        Misconception(
            "relu_backward.grad-output-left-out",
            wrong.relu_gradient_left_out,
            "when the slope is returned, and grad_output is left out.",
            "The chain rule multiplies the slope by what arrives from behind.",
        ),
        Misconception(
            "relu_backward.looks-at-the-gradient",
            wrong.relu_looks_at_gradient,
            "when the sign of grad_output decides in place of the sign of the input.",
            "The slope belongs to the place where the function was evaluated. Which array holds it?",
        ),
        Misconception(
            "relu_backward.times-output",
            wrong.relu_times_input,
            "when grad_output is multiplied by ReLU's output in place of its slope.",
            "For x = 3 the output is 3. What is the slope there?",
        ),
        Misconception(
            "relu_backward.changes-gradient",
            wrong.relu_changes_gradient,
            "when the zeros are written into grad_output itself.",
            "Another layer may need that array, too. Make a new one.",
        ),
        Misconception(
            "relu_backward.wrong-side",
            wrong.relu_blocked_positive,
            "when the gradient passes where the input is negative.",
            "On which side of 0 does ReLU's curve rise?",
        ),
        Misconception(
            "relu_backward.relu-of-the-gradient",
            wrong.relu_of_gradient_too,
            "when negative gradients are set to 0 as well.",
            "A gradient may be negative: it says in which direction the loss falls. Only the input decides.",
        ),
    ),
    hints=(
        "Draw ReLU. What is its slope left of 0, and right of 0?",
        "The slope is 1 where the input is above 0, and 0 elsewhere. A comparison gives just that.",
        "Multiply grad_output by (input > 0): True counts as 1, False as 0.",
    ),
    explanation="The slope is 1 where the input was positive, else 0; at 0 PyTorch takes 0. The chain rule multiplies.",
    trace=_relu_trace,
)


def _logit(output: np.ndarray) -> np.ndarray:
    return np.log(output) - np.log1p(-output)


def _outputs(rng: np.random.Generator, *shape: int) -> dict[str, np.ndarray]:
    output = np.round((1 + spread(rng, *shape, reach=0.9)) / 2, 6)
    return {"grad_output": spread(rng, *shape, reach=2), "output": output}


def _nearly_flat(rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Draw outputs near 0 and 1, where the curve is nearly flat, with gradients large enough to tell.

    Multiples of 1/4096: so float32 holds 1 - y as exactly as float64 does.
    """
    near = rng.integers(4, 41, 6) / 4096
    return {
        "grad_output": spread(rng, 2, 3, reach=500),
        "output": rng.permutation(np.where(np.arange(6) < 3, near, 1 - near)).reshape(2, 3),
    }


def _sigmoid_trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    y, g = float(arguments["output"][index]), float(arguments["grad_output"][index])
    return f"{g:.5g} · {y:.5g} · (1 - {y:.5g}) = {g * y * (1 - y):.5g}"


SIGMOID_BACKWARD = Exercise(
    name="sigmoid_backward",
    chapter=CHAPTER,
    points=2,
    reference=functional.sigmoid_backward,
    solution=sigmoid_backward,
    oracle=TorchGradient("torch.sigmoid", wrt=(0,), arrange=lambda grad_output, output: ((_logit(output),), {})),
    cases=(
        Case("a vector", lambda rng: _outputs(rng, 5)),
        Case("a matrix", lambda rng: _outputs(rng, 3, 4)),
        Case("a batch of images", lambda rng: _outputs(rng, 2, 3, 4, 5)),
        Case("where the curve is flat", _nearly_flat, note="outputs close to 0 and 1"),
    ),
    misconceptions=(
        Misconception(
            "sigmoid_backward.sigmoid-again",
            wrong.sigmoid_applied_again,
            "when output is taken for the input, and a sigmoid is applied to it once more.",
            "The second argument is what the sigmoid gave. The formula in y needs nothing else.",
        ),
        Misconception(
            "sigmoid_backward.grad-output-left-out",
            wrong.sigmoid_gradient_left_out,
            "when the slope is returned, and grad_output is left out.",
            "The chain rule multiplies the slope by what arrives from behind.",
        ),
        Misconception(
            "sigmoid_backward.slope-of-tanh",
            wrong.sigmoid_tanh_slope,
            "when the slope is 1 - y²: that of tanh.",
            "At y = 1/2 the sigmoid's slope is 1/4. What does yours give there?",
        ),
        Misconception(
            "sigmoid_backward.first-factor-missing",
            wrong.sigmoid_half_product,
            "when the slope is 1 - y alone.",
            "The curve is flat at both ends. Where y is close to 0 yours is not.",
        ),
        Misconception(
            "sigmoid_backward.second-factor-missing",
            wrong.sigmoid_output_alone,
            "when the slope is y alone.",
            "The curve is flat at both ends. Where y is close to 1 yours is not.",
        ),
        Misconception(
            "sigmoid_backward.sign",
            wrong.sigmoid_sign,
            "when the slope is y (y - 1), which is negative.",
            "A sigmoid rises everywhere, so its slope is positive.",
        ),
        Misconception(
            "sigmoid_backward.gradient-in-both-factors",
            wrong.sigmoid_gradient_inside,
            "when grad_output has got into both factors, y and 1 - y.",
            "Finish the slope from y alone; then multiply by grad_output, once.",
        ),
        Misconception(
            "sigmoid_backward.changes-gradient",
            wrong.sigmoid_changes_gradient,
            "when the result is written into grad_output itself, as `*=` does.",
            "Another layer may need that array, too. Make a new one.",
        ),
    ),
    hints=(
        "The derivative of 1 / (1 + e^(-x)) is e^(-x) / (1 + e^(-x))². Write it with y = 1 / (1 + e^(-x)).",
        "e^(-x) / (1 + e^(-x)) is 1 - y. So the slope is a product of two short factors.",
        "The slope is y (1 - y). Multiply it by grad_output.",
    ),
    explanation=(
        "The slope can be told from the output alone, so the layer need not keep its input. "
        "It is largest at y = 1/2, where it is 1/4."
    ),
    trace=_sigmoid_trace,
)


def _gelu_trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    x, g = float(arguments["input"][index]), float(arguments["grad_output"][index])
    cdf, density = 0.5 * (1 + math.erf(x / math.sqrt(2))), math.exp(-x * x / 2) / math.sqrt(2 * math.pi)
    total = g * (cdf + x * density)
    return f"{g:.5g} · ({cdf:.5g} + {in_a_formula(x)} · {density:.5g}) = {total:.5g}"


GELU_BACKWARD = Exercise(
    name="gelu_backward",
    chapter=CHAPTER,
    points=3,
    reference=functional.gelu_backward,
    solution=gelu_backward,
    oracle=TorchGradient("torch.nn.functional.gelu", wrt=(0,), arrange=lambda grad_output, input: ((input,), {})),
    cases=(
        Case("a vector", lambda rng: _with_gradient(rng, spread(rng, 7, reach=3))),
        Case("a matrix", lambda rng: _with_gradient(rng, spread(rng, 3, 4, reach=3))),
        Case("a batch", lambda rng: _with_gradient(rng, spread(rng, 2, 3, 4))),
        Case("far out", lambda rng: _with_gradient(rng, spread(rng, 2, 4, reach=60)), note="up to 60 away from 0"),
        Case("no values", lambda rng: _with_gradient(rng, np.zeros((2, 0))), weight=0.5),
    ),
    misconceptions=(
        Misconception(
            "gelu_backward.gate-only",
            wrong.gelu_gate_only,
            "when the gate is taken for a constant, and only Φ(x) is left.",
            "x Φ(x) is a product of two things that change with x. The product rule gives two terms.",
        ),
        Misconception(
            "gelu_backward.second-term-only",
            wrong.gelu_slope_only,
            "when only the derivative of the gate is used.",
            "The product rule gives two terms. In one of them x is differentiated, and the gate stays.",
        ),
        Misconception(
            "gelu_backward.input-forgotten",
            wrong.gelu_input_forgotten,
            "when the second term is φ(x) without its factor x.",
            "In the second term the gate is differentiated. What stays as it was?",
        ),
        Misconception(
            "gelu_backward.half-forgotten",
            wrong.gelu_half_forgotten,
            "when the bell curve is e^(-x²) in place of e^(-x²/2).",
            "Look up the exponent of the normal density.",
        ),
        Misconception(
            "gelu_backward.inner-derivative",
            wrong.gelu_inner_derivative,
            "when the derivative of x / √2 is left out: the second term is √2 times too large.",
            "erf is taken of x / √2. By the chain rule that leaves a factor.",
        ),
        Misconception(
            "gelu_backward.density-not-scaled",
            wrong.gelu_density_unscaled,
            "when the bell curve is not divided by √(2π).",
            "A density encloses an area of 1. Which constant makes it so?",
        ),
        Misconception(
            "gelu_backward.of-the-tanh-form",
            wrong.gelu_of_tanh_form,
            "when the tanh form is differentiated in place of the exact one.",
            "Here the exact form is asked for: Φ from the error function, and φ, its derivative.",
        ),
        Misconception(
            "gelu_backward.grad-output-left-out",
            wrong.gelu_gradient_left_out,
            "when the slope is returned, and grad_output is left out.",
            "The chain rule multiplies the slope by what arrives from behind.",
        ),
    ),
    hints=(
        "GELU is a product, x times Φ(x). The product rule gives two terms.",
        "The derivative of x is 1, that of Φ is the bell curve φ(x) = e^(-x²/2) / √(2π). "
        "So the slope is Φ(x) + x φ(x).",
        "Take Φ from your gelu: (1 + erf(x / √2)) / 2. Multiply the sum of the two terms by grad_output.",
    ),
    explanation=(
        "By the product rule the slope is Φ(x) + x φ(x). It is a little below 0 for x below -0.75, "
        "and a little above 1 for large x."
    ),
    trace=_gelu_trace,
)
