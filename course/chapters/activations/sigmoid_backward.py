"""The gradient of the sigmoid, from its output."""

from __future__ import annotations

import numpy as np

from course import functional
from course.chapters.activations.draws import spread
from course.chapters.activations.relu_backward import EXERCISE as RELU_BACKWARD
from course.checking.oracles import TorchGradient
from course.checking.sampling import whole
from course.checking.spec import Arguments, Case, Exercise, Mistake
from course.checking.worked_out import in_a_sum


def sigmoid_backward(grad_output, output):
    """Give the gradient of sigmoid, from its output.

    grad_output  the shape of output
    output       what sigmoid gave in the forward pass, any shape
    returns      the same shape

    >>> sigmoid_backward(np.array([4.0, 4.0]), np.array([0.5, 1.0]))
    array([1., 0.])
    """
    return grad_output * output * (1 - output)


def _logit(output: np.ndarray) -> np.ndarray:
    return np.log(output) - np.log1p(-output)


def _outputs(rng: np.random.Generator, *shape: int) -> dict[str, np.ndarray]:
    output = np.round((1 + spread(rng, *shape, reach=0.9)) / 2, 6)
    return {"grad_output": spread(rng, *shape, reach=2), "output": output}


def _tenths(rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Draw outputs to work with on paper: they are between 0 and 1, so no whole numbers."""
    return {"grad_output": whole(rng, 3), "output": rng.permutation(np.arange(1, 10))[:3] / 10}


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
    return f"{in_a_sum(g)}·{y:.4g}·(1 - {y:.4g}) = {g * y * (1 - y):.4g}"


EXERCISE = Exercise(
    points=2,
    solution=sigmoid_backward,
    reference=functional.sigmoid_backward,
    oracle=TorchGradient("torch.sigmoid", wrt=(0,), arrange=lambda grad_output, output: ((_logit(output),), {})),
    cases=(
        Case("a vector", _tenths),
        Case("a matrix", lambda rng: _outputs(rng, 3, 4)),
        Case("a batch of images", lambda rng: _outputs(rng, 2, 3, 4, 5)),
        Case("where the curve is flat", _nearly_flat, note="outputs close to 0 and 1"),
    ),
    mistakes=(
        Mistake(
            "sigmoid-again",
            edit=("return", "output = 1 / (1 + np.exp(-output))\n    return"),
            gives="when output is treated as the input, and the sigmoid is applied to it once more.",
            advice="The second argument is what the sigmoid gave. The formula in y needs nothing else.",
        ),
        RELU_BACKWARD.mistake("grad-output-left-out", edit=("grad_output * output", "output")),
        Mistake(
            "slope-of-tanh",
            edit=("output * (1 - output)", "(1 - output**2)"),
            gives="when the slope is 1 - y²: the slope of tanh.",
            advice="At y = 1/2 the sigmoid's slope is 1/4. What does yours give there?",
        ),
        Mistake(
            "first-factor-missing",
            edit=("output * (1 - output)", "(1 - output)"),
            gives="when the slope is 1 - y alone.",
            advice="The curve is flat at both ends. Where y is close to 0 yours is not.",
        ),
        Mistake(
            "second-factor-missing",
            edit=(" * (1 - output)", ""),
            gives="when the slope is y alone.",
            advice="The curve is flat at both ends. Where y is close to 1 yours is not.",
        ),
        Mistake(
            "sign",
            edit=("1 - output", "output - 1"),
            gives="when the slope is y (y - 1), which is negative.",
            advice="A sigmoid rises everywhere, so its slope is positive.",
        ),
        Mistake(
            "gradient-in-both-factors",
            edit=("1 - output", "1 - grad_output * output"),
            gives="when grad_output is multiplied into both factors, y and 1 - y.",
            advice="Compute the slope from y alone; then multiply by grad_output, once.",
        ),
        Mistake(
            "changes-gradient",
            edit=(
                "return grad_output * output * (1 - output)",
                "grad_output *= output * (1 - output)\n    return grad_output",
            ),
            gives="when the result is written into grad_output itself, as `*=` does.",
            advice="Another layer may need that array, too. Make a new one.",
        ),
    ),
    hints=(
        "The derivative of 1 / (1 + e^(-x)) is e^(-x) / (1 + e^(-x))². Write it with y = 1 / (1 + e^(-x)).",
        "e^(-x) / (1 + e^(-x)) is 1 - y. So the slope is a product of two simple factors.",
        "The slope is y (1 - y). Multiply it by grad_output.",
    ),
    explanation=(
        "The slope can be computed from the output alone, so the layer does not have to keep its input. It is "
        "largest at y = 1/2, where it is 1/4."
    ),
    trace=_sigmoid_trace,
)
