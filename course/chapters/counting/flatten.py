"""`Flatten`: ..."""

from __future__ import annotations

from course.chapters.counting.draws import _plain, use_layer
from course.checking.sampling import normal
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


EXERCISE = Exercise(
    name="Flatten",
    points=1,
    solution=Flatten,
    oracle=None,
    use=use_layer("Flatten"),
    cases=(
        Case("forward", lambda rng: _plain(rng, "output", 2, 3, 4, 5)),
        Case("forward, one sample", lambda rng: _plain(rng, "output", 1, 2, 3, 2)),
        Case("backward", lambda rng: _plain(rng, "grad_input", 3, 2, 4, 3, out=(3, 24))),
        Case(
            "a larger batch before",
            lambda rng: {
                **_plain(rng, "grad_input", 2, 3, 2, 2, out=(2, 12)),
                "earlier": normal(rng, 5, 3, 2, 2),
                "earlier_grad": normal(rng, 5, 12),
            },
        ),
        Case("rows stay as they are", lambda rng: _plain(rng, "grad_input", 3, 4), weight=0.5),
        Case("no parameters", lambda rng: _plain(rng, "lengths", 2, 3, 2, 2, out=(2, 12)), weight=0.5),
    ),
    mistakes=(
        Mistake(
            "batch-too",
            edit=("len(input)", "1"),
            gives="when the samples are joined into one long row, too.",
            advice="The first axis numbers the samples, and stays. Which sizes are multiplied?",
        ),
        Mistake(
            "channels-last",
            edit=(
                (
                    ("shape = input.shape\n        return input"),
                    ("moved = np.moveaxis(input, 1, -1).shape\n        return np.moveaxis(input, 1, -1)"),
                ),
                ("grad_output.reshape(self.shape", "np.moveaxis(grad_output.reshape(self.moved), -1, 1"),
            ),
            gives="when channels are moved to the end before flattening, as libraries with NHWC do.",
            advice="PyTorch keeps the order in which the values stand: channel, row, column.",
        ),
        Mistake(
            "channels-kept",
            edit=("len(input), -1)", "*input.shape[:2], -1) if input.ndim > 2 else input"),
            gives="when only height and width are joined, and the channels stay an axis.",
            advice="A Linear follows. How many axes may its input have here?",
        ),
        Mistake(
            "stays-flat",
            edit=((("\n        self.shape = input.shape"), ""), (".reshape(self.shape)", "")),
            gives="when backward hands on rows, as they came.",
            advice="The layer before gave images. Which shape must the gradient for it have?",
        ),
    ),
    hints=(
        "Nothing is computed: the values only get another shape. Which axis stays?",
        "forward: input.reshape(len(input), -1). To fold it up again, backward must know the shape that came in.",
        "Keep self.shape = input.shape in forward; backward returns grad_output.reshape(self.shape).",
    ),
    explanation=(
        "Forward and backward only change the shape, and each undoes the other. The shape is all that is kept."
    ),
)
