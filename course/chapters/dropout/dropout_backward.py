"""The gradient of dropout, for a given mask."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.checking.oracles import TorchGradient
from course.checking.sampling import normal, whole
from course.checking.spec import Arguments, Case, Exercise, Mistake


def dropout_backward(grad_output, mask, p):
    """Give the gradient of the input.

    grad_output: any shape
    mask: the same shape, True where a value was kept
    p: as in the forward pass, below 1
    returns grad_input, of the same shape

    Example: dropout_backward(np.array([1.0, 2.0]), np.array([True, False]), 0.5) is [2, 0]
    """
    return grad_output * mask / (1 - p)


def _gradient(p: float, *shape: int) -> Any:
    def draw(rng: np.random.Generator) -> dict[str, Any]:
        mask = rng.random(shape) >= p
        flat = mask.reshape(-1)
        flat[0], flat[-1] = True, False  # at least one of each
        return {"grad_output": normal(rng, *shape), "mask": mask, "p": p}

    return draw


def _small(rng: np.random.Generator) -> dict[str, Any]:
    """Draw a call to do with a pencil: three values were kept and three dropped, and the result is whole."""
    mask = rng.permutation([True, False] * 3).reshape(2, 3)
    return {"grad_output": whole(rng, 2, 3), "mask": mask, "p": 0.75}


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    value, kept, p = arguments["grad_output"][index], int(arguments["mask"][index]), arguments["p"]
    return f"{value:.4g}·{kept}/(1 - {p:.4g}) = {value * kept / (1 - p) + 0.0:.4g}"


EXERCISE = Exercise(
    points=2,
    solution=dropout_backward,
    oracle=TorchGradient(
        "torch.mul", wrt=(0,), arrange=lambda grad_output, mask, p: ((grad_output, mask / (1 - p)), {})
    ),
    cases=(
        Case("six whole numbers", _small),
        Case("a vector", _gradient(0.2, 5)),
        Case("a batch", _gradient(0.3, 3, 4)),
        Case("images", _gradient(0.8, 2, 3, 4, 5)),
    ),
    mistakes=(
        Mistake(
            "not-scaled",
            edit=(" / (1 - p)", ""),
            gives="when the scale is left out.",
            advice="The forward pass multiplied the kept values by 1 / (1 - p). What does that do to their gradient?",
        ),
        Mistake(
            "scaled-by-p",
            edit=("(1 - p)", "p"),
            gives="when the gradient is divided by p.",
            advice="It is the factor of the forward pass, 1 / (1 - p), that comes back.",
        ),
        Mistake(
            "mask-ignored",
            edit=(" * mask", ""),
            gives="when dropped values get a gradient as well.",
            advice="A dropped value had no part in the output. What is its gradient?",
        ),
        Mistake(
            "mask-reversed",
            edit=("* mask", "* ~mask"),
            gives="when the gradient goes to the dropped values, and not to the kept values.",
            advice="`mask` is True where a value was kept.",
        ),
        Mistake(
            "passed-through",
            edit=("grad_output * mask / (1 - p)", "grad_output.copy()"),
            gives="when the gradient is passed on as it came.",
            advice="Write the forward pass as one product, y = x · m / (1 - p), and differentiate it by x.",
        ),
        Mistake(
            "scale-undone",
            edit=("/ (1 - p)", "* (1 - p)"),
            gives="when the gradient is multiplied by 1 - p.",
            advice="The backward pass does not undo the forward pass: it multiplies by the same factor once more.",
        ),
    ),
    hints=(
        "For a given mask the layer is y = x · m / (1 - p): each value times a constant.",
        "The derivative of a constant times x is the constant.",
        "So the gradient is multiplied by the mask and divided by 1 - p, like the input before it.",
    ),
    explanation=(
        "For a fixed mask, dropout multiplies each value by a constant: m / (1 - p). So does the backward pass."
    ),
    trace=_trace,
)
