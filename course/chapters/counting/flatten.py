"""Flattening as an object, which keeps the shape to undo it."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.chapters.counting.draws import earlier_batch, without_parameters
from course.chapters.counting.layer_traces import OF_FLATTEN
from course.chapters.counting.use_layer import use_layer
from course.checking.sampling import whole
from course.checking.spec import Case, Exercise, Mistake


class Flatten:
    """Turn (n, ...) into (n, all the rest), and the gradient back.

    >>> layer = Flatten()
    >>> layer.forward(np.ones((2, 3, 4, 5))).shape
    (2, 60)
    >>> layer.backward(np.ones((2, 60))).shape
    (2, 3, 4, 5)
    """

    def forward(self, input):
        ### BEGIN SOLUTION
        self.shape = input.shape
        return input.reshape(len(input), -1)
        ### END SOLUTION

    def backward(self, grad_output):
        ### BEGIN SOLUTION
        return grad_output.reshape(self.shape)
        ### END SOLUTION

    def parameters(self):
        return []

    def gradients(self):
        return []


def _after_a_larger_batch(rng: np.random.Generator) -> dict[str, Any]:
    drawn = without_parameters(rng, "grad_input", 2, 3, 2, 2, out=(2, 12))
    return drawn | earlier_batch(rng, (5, 3, 2, 2), out=(5, 12))


EXERCISE = Exercise(
    points=1,
    solution=Flatten,
    oracle=None,
    use=use_layer("Flatten"),
    cases=(
        Case("forward", lambda rng: without_parameters(rng, "output", 2, 2, 1, 3, draw=whole)),
        Case("forward, one sample", lambda rng: without_parameters(rng, "output", 1, 2, 3, 2)),
        Case("backward", lambda rng: without_parameters(rng, "grad_input", 2, 1, 2, 3, out=(2, 6), draw=whole)),
        Case("a larger batch before", _after_a_larger_batch),
        Case("rows stay as they are", lambda rng: without_parameters(rng, "grad_input", 3, 4), weight=0.5),
        Case("no parameters", lambda rng: without_parameters(rng, "lengths", 2, 3, 2, 2, out=(2, 12)), weight=0.5),
    ),
    mistakes=(
        Mistake(
            "batch-too",
            edit=("len(input), -1", "1, -1"),
            gives="when the samples are joined into one long row as well.",
            advice="The first axis numbers the samples, and must stay. Which sizes are multiplied?",
        ),
        Mistake(
            "channels-last",
            edit=(
                ("self.shape = input.shape", "input = np.moveaxis(input, 1, -1)\n        self.shape = input.shape"),
                ("grad_output.reshape(self.shape)", "np.moveaxis(grad_output.reshape(self.shape), -1, 1)"),
            ),
            gives="when channels are moved to the end before flattening, as libraries with NHWC do.",
            advice="PyTorch keeps the order of the values: channel, row, column.",
        ),
        Mistake(
            "channels-kept",
            edit=("input.reshape(len(input), -1)", "input.reshape(*input.shape[:2], -1) if input.ndim > 2 else input"),
            gives="when only height and width are joined, and the channels stay an axis.",
            advice="A Linear follows. How many axes may its input have here?",
        ),
        Mistake(
            "stays-flat",
            edit=("grad_output.reshape(self.shape)", "grad_output"),
            gives="when backward returns rows, as it got them.",
            advice="The layer before gave images. Which shape must the gradient that it gets have?",
        ),
    ),
    hints=(
        "Nothing is computed: the values only get another shape. Which axis stays?",
        "forward: input.reshape(len(input), -1). To undo this, backward must know the shape that came in.",
        "Keep self.shape = input.shape in forward; backward returns grad_output.reshape(self.shape).",
    ),
    explanation=(
        "Forward and backward only change the shape, and each undoes the other. The shape is all that is kept."
    ),
    trace=OF_FLATTEN,
)
