"""ReLU as an object, which keeps where its input was positive."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.catalog.chapters import chapter
from course.chapters.counting.draws import earlier_batch, without_parameters
from course.chapters.counting.layer_traces import OF_RELU
from course.chapters.counting.use_layer import use_layer
from course.checking.sampling import whole
from course.checking.spec import Case, Exercise, Mistake


class ReLU:
    """Cut off below zero. The derivative at 0 is taken to be 0, as in PyTorch.

    >>> layer = ReLU()
    >>> layer.forward(np.array([[-1.0, 2.0]]))
    array([[0., 2.]])
    >>> layer.backward(np.array([[5.0, 5.0]]))
    array([[0., 5.]])
    """

    def forward(self, input):
        ### BEGIN SOLUTION
        self.positive = input > 0
        return np.maximum(input, 0)
        ### END SOLUTION

    def backward(self, grad_output):
        ### BEGIN SOLUTION
        return grad_output * self.positive
        ### END SOLUTION

    def parameters(self):
        return []

    def gradients(self):
        return []


def _with_zeros(rng: np.random.Generator, *shape: int) -> dict[str, Any]:
    drawn = without_parameters(rng, "grad_input", *shape)
    flat = drawn["input"].reshape(-1)
    flat[rng.choice(flat.size, size=flat.size // 3, replace=False)] = 0.0
    return drawn


EXERCISE = Exercise(
    points=1,
    solution=ReLU,
    oracle=None,
    use=use_layer("ReLU"),
    cases=(
        Case("forward", lambda rng: without_parameters(rng, "output", 2, 5, draw=whole)),
        Case("forward, images", lambda rng: without_parameters(rng, "output", 2, 3, 4, 5)),
        Case("backward", lambda rng: without_parameters(rng, "grad_input", 2, 5, draw=whole)),
        Case("backward, inputs that are 0", lambda rng: _with_zeros(rng, 4, 6), note="a third of input is 0"),
        Case(
            "a second batch",
            lambda rng: without_parameters(rng, "grad_input", 2, 6) | earlier_batch(rng, (2, 6), out=(2, 6)),
        ),
        Case("no parameters", lambda rng: without_parameters(rng, "lengths", 2, 3), weight=0.5),
    ),
    mistakes=(
        Mistake(
            "everything-passes-back",
            edit=("grad_output * self.positive", "grad_output"),
            gives="when backward returns grad_output as it is.",
            advice="An output that was cut off does not react to its input. What is its derivative?",
        ),
        Mistake(
            "gradient-cut",
            edit=("grad_output * self.positive", "np.maximum(grad_output, 0)"),
            gives="when backward cuts grad_output off below zero.",
            advice="What counts is the sign of the input in forward, not the sign of the gradient.",
        ),
        Mistake(
            "zero-passes",
            edit=("input > 0", "input >= 0"),
            gives="when the gradient passes where the input was exactly 0.",
            advice="PyTorch takes the derivative at 0 to be 0. Is your comparison > or >=?",
        ),
        Mistake(
            "in-place",
            edit=("return np.maximum(input, 0)", "input[input < 0] = 0\n        return input"),
            gives="when forward writes its zeros into the input itself.",
            advice="The input belongs to the layer before. Make a new array, with np.maximum for example.",
        ),
    ),
    hints=(
        f"forward is your relu of {chapter('activations')}. What does backward have to know about the input?",
        "Keep where the input was above 0: self.positive = input > 0.",
        "backward returns grad_output * self.positive. Both lists are empty.",
    ),
    explanation=(
        "A value that passed had derivative 1, one that was cut off had 0. So the layer only keeps a truth value "
        "for each element. It has nothing to train, and its lists are empty."
    ),
    trace=OF_RELU,
)
