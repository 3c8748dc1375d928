"""The gradient of ReLU."""

from __future__ import annotations

import numpy as np

from course import functional
from course.chapters.activations.draws import spread, with_gradient, with_zeros
from course.checking.oracles import TorchGradient
from course.checking.spec import Arguments, Case, Exercise, Mistake
from course.checking.worked_out import in_a_sum


def relu_backward(grad_output, input):
    """Give the gradient of relu.

    grad_output  the shape of input
    input        any shape, as in the forward pass
    returns      the same shape; where input is 0, the slope is 0

    >>> relu_backward(np.array([5.0, 6.0, 7.0]), np.array([-2.0, 0.0, 3.0]))
    array([0., 0., 7.])
    """
    return grad_output * (input > 0)


def gradient_worked_out(arguments: Arguments, index: tuple[int, ...]) -> str:
    """Tell whether a gradient passes."""
    x, g = float(arguments["input"][index]), float(arguments["grad_output"][index])
    if x > 0:
        return f"the input {x:.4g} is above 0: {in_a_sum(g)}·1 = {g:.4g}"
    return f"the input {x:.4g} is not above 0: {in_a_sum(g)}·0 = 0"


def _by_hand(rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Draw a negative and a positive gradient on either side of 0."""
    signs = rng.permutation([[-1, -1], [-1, 1], [1, -1], [1, 1]])
    input, grad_output = signs.T * rng.integers(2, 6, size=(2, 4)).astype(float)
    return {"grad_output": grad_output, "input": input}


EXERCISE = Exercise(
    points=2,
    solution=relu_backward,
    reference=functional.relu_backward,
    oracle=TorchGradient("torch.nn.functional.relu", wrt=(0,)),
    cases=(
        Case("a vector", _by_hand),
        Case("a matrix", lambda rng: with_gradient(rng, spread(rng, 3, 4))),
        Case("a batch of images", lambda rng: with_gradient(rng, spread(rng, 2, 3, 4, 5))),
        Case("zeros in the input", lambda rng: with_gradient(rng, with_zeros(rng, 2, 4)), note="the input has zeros"),
        Case("an empty array", lambda rng: with_gradient(rng, np.zeros((0, 3))), remark=True),
    ),
    mistakes=(
        Mistake(
            "zero-passes",
            edit=("input > 0", "input >= 0"),
            gives="when the gradient also passes where the input is exactly 0.",
            advice="At 0 the slope is 0 by convention. Is your comparison strict?",
        ),
        Mistake(
            "everything-passes",
            edit=("grad_output * (input > 0)", "grad_output.copy()"),
            gives="when the gradient passes everywhere.",
            advice="Where ReLU gave 0, a small change of the input changes nothing. What is the slope there?",
        ),
        Mistake(
            "grad-output-left-out",
            edit=("grad_output * (input > 0)", "(input > 0).astype(float)"),
            gives="when the slope is returned, and grad_output is left out.",
            advice="The chain rule multiplies the slope by the gradient of the output.",
        ),
        Mistake(
            "looks-at-the-gradient",
            edit=("input > 0", "grad_output > 0"),
            gives="when the sign of grad_output decides instead of the sign of the input.",
            advice="The slope is taken where the function was evaluated. Which array holds these values?",
        ),
        Mistake(
            "times-output",
            edit=("(input > 0)", "np.maximum(input, 0)"),
            gives="when grad_output is multiplied by ReLU's output instead of its slope.",
            advice="For x = 3 the output is 3. What is the slope there?",
        ),
        Mistake(
            "changes-gradient",
            edit=("return grad_output * (input > 0)", "grad_output[input <= 0] = 0\n    return grad_output"),
            gives="when the zeros are written into grad_output itself.",
            advice="Another layer may need that array, too. Make a new one.",
        ),
        Mistake(
            "wrong-side",
            edit=("input > 0", "input < 0"),
            gives="when the gradient passes where the input is negative.",
            advice="On which side of 0 does ReLU's curve rise?",
        ),
        Mistake(
            "relu-of-the-gradient",
            edit=("grad_output * (", "np.maximum(grad_output, 0) * ("),
            gives="when negative gradients are set to 0 as well.",
            advice="A gradient may be negative: it says in which direction the loss falls. Only the input decides.",
        ),
    ),
    hints=(
        "Draw ReLU. What is its slope left of 0, and right of 0?",
        "The slope is 1 where the input is above 0, and 0 elsewhere. A comparison gives exactly that.",
        "Multiply grad_output by (input > 0): True counts as 1, False as 0.",
    ),
    explanation=(
        "The slope is 1 where the input was positive, else 0; at 0 PyTorch uses 0. The chain rule multiplies it by "
        "grad_output."
    ),
    trace=gradient_worked_out,
)
