"""Max pooling as an object, which keeps the winner of each window."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.catalog.chapters import chapter
from course.chapters.counting.draws import Draw, earlier_batch
from course.chapters.counting.layer_traces import OF_MAX_POOL2D
from course.chapters.counting.setup import pair
from course.chapters.counting.use_layer import use_layer
from course.chapters.padding_and_stride.draws import distinct
from course.checking.sampling import normal
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
        (k_h, k_w), (s_h, s_w) = self.kernel_size, self.stride
        self.shape = input.shape
        h_o = (input.shape[2] - k_h) // s_h + 1
        w_o = (input.shape[3] - k_w) // s_w + 1
        places = []
        for i in range(k_h):
            for j in range(k_w):
                places.append(input[:, :, i : i + s_h * h_o : s_h, j : j + s_w * w_o : s_w])
        windows = np.stack(places, axis=-1)
        self.winner = windows.argmax(axis=-1)
        return windows.max(axis=-1)
        ### END SOLUTION

    def backward(self, grad_output):
        ### BEGIN SOLUTION
        (k_h, k_w), (s_h, s_w) = self.kernel_size, self.stride
        h_o, w_o = grad_output.shape[2:]
        grad_input = np.zeros(self.shape)
        for i in range(k_h):
            for j in range(k_w):
                won = self.winner == i * k_w + j
                grad_input[:, :, i : i + s_h * h_o : s_h, j : j + s_w * w_o : s_w][won] += grad_output[won]
        return grad_input
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
    name="MaxPool2d",
    points=3,
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
            advice="stride=None means that windows lie side by side. How far apart are they then?",
        ),
        Mistake(
            "every-tie",
            edit=(
                ("windows.argmax(axis=-1)", "windows == windows.max(axis=-1, keepdims=True)"),
                ("self.winner == i * k_w + j", "self.winner[..., i * k_w + j]"),
            ),
            gives="when each of several equal maxima gets the gradient.",
            advice="PyTorch sends it to the first one, row by row. np.argmax finds the first.",
        ),
        Mistake(
            "last-tie",
            edit=("windows.argmax(axis=-1)", "k_h * k_w - 1 - windows[..., ::-1].argmax(axis=-1)"),
            gives="when the last of several equal maxima gets the gradient.",
            advice="PyTorch sends it to the first one, row by row.",
        ),
        Mistake(
            "gradient-spread",
            edit=("[won] += grad_output[won]", " += grad_output / (k_h * k_w)"),
            gives="when the gradient is shared by the whole window, as if the layer took the mean.",
            advice="Only the largest value decided the output. The others have derivative 0.",
        ),
        Mistake(
            "overlap-overwritten",
            edit=(
                ("+= grad_output", "= grad_output"),
                # in this order the last window's gradient is the one that is kept
                (
                    "for i in range(k_h):\n            for j in range(k_w):\n                won",
                    "for i in range(k_h)[::-1]:\n            for j in range(k_w)[::-1]:\n                won",
                ),
            ),
            gives="when a value that wins in several windows keeps only one of their gradients.",
            advice="Where windows overlap, gradients add up. Look for an `=` that should be a `+=`.",
        ),
        Mistake(
            "incomplete-windows",
            edit=(
                (
                    "h_o = (input",
                    "input = np.pad(input, ((0, 0), (0, 0), (0, s_h - 1), (0, s_w - 1)), constant_values=-np.inf)\n"
                    "        h_o = (input",
                ),
                (
                    "grad_input = np.zeros(self.shape)",
                    "n, c, h, w = self.shape\n        grad_input = np.zeros((n, c, h + s_h - 1, w + s_w - 1))",
                ),
                ("return grad_input", "return grad_input[:, :, :h, :w]"),
            ),
            gives="when windows that reach over the border count as well.",
            advice="PyTorch rounds the output size down: a window that does not fit is left out.",
        ),
    ),
    hints=(
        f"forward is your max_pool2d of {chapter('pooling')}, without padding. What must backward know about a window?",
        "Put the values of all windows side by side on a new last axis. Then .max(axis=-1) is the output, and "
        ".argmax(axis=-1) says which place won: keep that.",
        "backward loops over the places of a window. At place number i * k_w + j, grad_output goes to the "
        "windows where this place won: won = winner == i * k_w + j. Add grad_output[won] to the slice that was taken "
        "there, at [won].",
    ),
    explanation=(
        "Only the value that won has an influence, so it alone gets the gradient of its window. A value may win "
        "in several windows, hence the sum. argmax gives the first of equal values, as PyTorch does."
    ),
    trace=OF_MAX_POOL2D,
)
