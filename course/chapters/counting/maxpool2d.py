"""Max pooling as an object, which keeps the winner of each window."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.chapters.counting.draws import Draw, earlier_batch
from course.chapters.counting.layer_traces import OF_MAX_POOL2D
from course.chapters.counting.setup import pair, put_back, windows
from course.chapters.counting.use_layer import use_layer
from course.checking.sampling import distinct, normal
from course.checking.spec import Case, Exercise, Mistake


class MaxPool2d:
    """The largest value of each window. A window that does not fit is left out.

    kernel_size and stride are a number or a pair; stride=None means the same as kernel_size.

    >>> layer = MaxPool2d(2)
    >>> layer.forward(np.array([[[[1.0, 4.0], [3.0, 2.0]]]]))
    array([[[[4.]]]])
    >>> layer.backward(np.array([[[[5.0]]]]))
    array([[[[0., 5.],
             [0., 0.]]]])
    """

    def __init__(self, kernel_size, stride=None):
        self.kernel_size = pair(kernel_size)
        self.stride = self.kernel_size if stride is None else pair(stride)

    def forward(self, input):
        ### BEGIN SOLUTION
        self.shape = input.shape
        seen = windows(input, self.kernel_size, self.stride)
        seen = seen.reshape(*seen.shape[:4], -1)
        self.winner = seen.argmax(axis=-1)
        return seen.max(axis=-1)
        ### END SOLUTION

    def backward(self, grad_output):
        ### BEGIN SOLUTION
        k_h, k_w = self.kernel_size
        won = np.arange(k_h * k_w) == self.winner[..., None]
        grad_seen = grad_output[..., None] * won
        grad_seen = grad_seen.reshape(*grad_output.shape, k_h, k_w)
        return put_back(grad_seen, self.shape, self.stride)
        ### END SOLUTION

    def parameters(self):
        return []

    def gradients(self):
        return []


def _pool(
    rng: np.random.Generator,
    wanted: str,
    size: tuple[int, int, int, int],
    kernel: tuple[int, int] | int,
    out: tuple[int, int] = (0, 0),
    draw: Draw = normal,
    **options: Any,
) -> dict[str, Any]:
    drawn = {"sizes": (), "kernel_size": kernel, **options, "wanted": wanted, "input": draw(rng, *size)}
    return drawn if wanted == "output" else drawn | {"grad_output": draw(rng, *size[:2], *out)}


def _below_zero(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Draw different negative whole numbers: a window's largest value is one of them, and not 0."""
    return -distinct(rng, *shape)


def _with_ties(rng: np.random.Generator) -> dict[str, Any]:
    drawn = _pool(rng, "grad_input", (2, 2, 4, 6), 2, out=(2, 3))
    drawn["input"] = rng.integers(0, 2, size=(2, 2, 4, 6)).astype(float)
    drawn["input"][0, 0, :2, :2] = 1.0
    drawn["input"][1, 1, 2:, 4:] = [[0.0, 1.0], [1.0, 0.0]]
    return drawn


EXERCISE = Exercise(
    points=2,
    solution=MaxPool2d,
    oracle=None,
    use=use_layer("MaxPool2d"),
    cases=(
        Case("forward", lambda rng: _pool(rng, "output", (1, 2, 2, 4), 2, draw=_below_zero)),
        Case("a window that is not square", lambda rng: _pool(rng, "output", (2, 2, 6, 6), (2, 3))),
        Case("windows that overlap", lambda rng: _pool(rng, "output", (1, 2, 8, 6), 3, stride=2)),
        Case("sizes that don't divide", lambda rng: _pool(rng, "output", (2, 1, 5, 7), 2)),
        Case("backward", lambda rng: _pool(rng, "grad_input", (1, 2, 2, 4), 2, out=(1, 2), draw=distinct)),
        Case(
            "backward where windows overlap",
            lambda rng: _pool(rng, "grad_input", (2, 2, 9, 7), 3, out=(7, 5), stride=1),
        ),
        Case(
            "backward, a window and steps that are not square",
            lambda rng: _pool(rng, "grad_input", (2, 2, 7, 8), (3, 2), out=(3, 3), stride=(2, 3)),
        ),
        Case("backward at ties", _with_ties, note="the largest value comes twice in a window"),
        Case(
            "a second batch",
            lambda rng: (
                _pool(rng, "grad_input", (2, 2, 4, 5), 2, out=(2, 2))
                | earlier_batch(rng, (2, 2, 4, 5), out=(2, 2, 2, 2))
            ),
        ),
        Case("no parameters", lambda rng: _pool(rng, "lengths", (1, 2, 4, 4), 2, out=(2, 2)), weight=0.5),
    ),
    mistakes=(
        Mistake(
            "stride-one",
            edit=("self.kernel_size if stride is None", "(1, 1) if stride is None"),
            gives="when the window moves by 1 where no stride is given.",
            advice="stride=None means that the windows are next to each other. How far apart are they then?",
        ),
        Mistake(
            "every-tie",
            edit=(
                ("seen.argmax(axis=-1)", "seen == seen.max(axis=-1, keepdims=True)"),
                ("np.arange(k_h * k_w) == self.winner[..., None]", "self.winner"),
            ),
            gives="when each of several equal maxima gets the gradient.",
            advice="PyTorch sends it to the first one, row by row. np.argmax finds the first.",
        ),
        Mistake(
            "last-tie",
            edit=("seen.argmax(axis=-1)", "seen.shape[-1] - 1 - seen[..., ::-1].argmax(axis=-1)"),
            gives="when the last of several equal maxima gets the gradient.",
            advice="PyTorch sends it to the first one, row by row.",
        ),
        Mistake(
            "gradient-spread",
            edit=("grad_output[..., None] * won", "grad_output[..., None] * np.ones(k_h * k_w) / (k_h * k_w)"),
            gives="when the gradient is shared by the whole window, as if the layer took the mean.",
            advice="Only the largest value decided the output. The others have derivative 0.",
        ),
        Mistake(
            "first-winners-kept",
            edit=("self.winner = seen", 'self.winner = self.winner if hasattr(self, "winner") else seen'),
            gives="when only the first winners are kept, and every backward uses them.",
            advice="Every forward has a new input. When is what you store in self set?",
        ),
        Mistake(
            "stride-lost-in-backward",
            edit=("put_back(grad_seen, self.shape, self.stride)", "put_back(grad_seen, self.shape, (1, 1))"),
            gives="when backward puts the windows next to each other, as with stride 1.",
            advice="Windows go back to where they were taken from. How far apart are they?",
        ),
    ),
    hints=(
        "backward can't see the input. What does it have to know about each window? forward has to store that, and the "
        "shape of the input.",
        "Put the values of a window on one axis: reshape(*seen.shape[:4], -1). Then .max(axis=-1) is the output, and "
        ".argmax(axis=-1) says which place won.",
        "Make an array of grad_output's shape with one more axis, as long as a window has places. It holds grad_output "
        "at the place that won, and 0 at all others. Reshape the last axis to (k_h, k_w), and put_back does the rest.",
    ),
    explanation=(
        "Only the value that won has an influence, so it alone gets the gradient of its window, and its place is all "
        "that forward has to store. A value may win in several windows: put_back adds these up. argmax gives the "
        "first of equal values, as PyTorch does."
    ),
    trace=OF_MAX_POOL2D,
)
