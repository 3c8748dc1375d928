"""`repair_zero_insertion`: the same layer by an ordinary convolution, which forgets to flip the kernel."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.chapters.upsampling_and_residual.draws import layer
from course.chapters.upsampling_and_residual.worked_out import transposed_worked_out
from course.checking.oracles import TorchFunction
from course.checking.sampling import by_hand
from course.checking.spec import Case, Exercise, Mistake


def repair_zero_insertion(input, weight, stride=1):
    """Write zeros between the values of images, then slide kernels over them: a transposed convolution."""
    n, c_i, h, w = input.shape
    k_h, k_w = weight.shape[2:]
    spread = np.zeros((n, c_i, (h - 1) * stride + 1, (w - 1) * stride + 1))
    spread[:, :, ::stride, ::stride] = input
    bordered = np.pad(spread, ((0, 0), (0, 0), (k_h - 1, k_h - 1), (k_w - 1, k_w - 1)))
    windows = np.lib.stride_tricks.sliding_window_view(bordered, (k_h, k_w), axis=(2, 3))
    return np.einsum("ncyxuv,couv->noyx", windows, weight[:, :, ::-1, ::-1])


def _symmetric(rng: np.random.Generator) -> dict[str, Any]:
    """Draw kernels that look the same after half a turn: there the mistake does not show."""
    drawn = layer(rng, n=1, c_i=2, c_o=1, size=(3, 4), kernel=(3, 2), bias=False, stride=2)
    drawn["weight"] = drawn["weight"] + drawn["weight"][:, :, ::-1, ::-1]
    return drawn


EXERCISE = Exercise(
    points=2,
    solution=repair_zero_insertion,
    repair=True,
    oracle=TorchFunction("torch.nn.functional.conv_transpose2d", by_name=True),
    cases=(
        Case("one output channel", lambda rng: by_hand(rng, layer(rng, 1, 2, 1, (2, 2), kernel=(2, 3), bias=False))),
        Case("stride 2", lambda rng: by_hand(rng, layer(rng, 1, 1, 1, (2, 3), kernel=(3, 2), bias=False, stride=2))),
        Case("stride", lambda rng: layer(rng, n=1, c_i=1, c_o=2, size=(3, 2), kernel=(2, 3), bias=False, stride=2)),
        Case("several channels", lambda rng: layer(rng, 2, 3, 2, size=(3, 4), kernel=(3, 2), bias=False, stride=2)),
        Case("a kernel that is the same after half a turn", _symmetric),
        Case("a square kernel", lambda rng: layer(rng, 2, 2, 2, size=(2, 3), kernel=(3, 3), bias=False, stride=3)),
    ),
    mistakes=(
        Mistake(
            "as-given",
            edit=("weight[:, :, ::-1, ::-1]", "weight"),
            gives="when the function is left as it was handed out.",
            advice="Slide a window over a single value. Which element of the kernel meets that value first?",
        ),
        Mistake(
            "rows-only",
            edit=("::-1, ::-1", "::-1, :"),
            gives="when the kernel is flipped along its rows, and not along its columns.",
            advice="Does the same happen along the other axis?",
        ),
        Mistake(
            "columns-only",
            edit=("::-1, ::-1", ":, ::-1"),
            gives="when the kernel is flipped along its columns, and not along its rows.",
            advice="Does the same happen along the other axis?",
        ),
        Mistake(
            "channels-flipped",
            edit=("[:, :, ::-1, ::-1]", "[::-1, ::-1]"),
            gives="when the order of the channels is reversed, not the kernels.",
            advice="The weight is (c_i, c_o, k_h, k_w). Which two of its axes are in the picture?",
        ),
        Mistake(
            "kernel-transposed",
            edit=("[:, :, ::-1, ::-1]", ".swapaxes(2, 3)"),
            gives="when rows and columns of the kernel are exchanged.",
            advice="Compare the two outputs above. Is one the other's mirror image, rotated, or transposed?",
        ),
        Mistake(
            "output-flipped",
            edit=("windows, weight[:, :, ::-1, ::-1]", "windows[:, :, ::-1, ::-1], weight"),
            gives="when the windows are taken in reverse order: the kernel is right, the image is upside down.",
            advice="The image was in the right place before. Only the kernel must be rotated.",
        ),
    ),
    hints=(
        "Print the result for a single value of 1. What do you see, and what should you see?",
        "The first window that contains the value has it in its last row and column. So its first output is the value "
        "times the last element of the kernel.",
        "weight[:, :, ::-1] reverses the rows of each kernel.",
    ),
    explanation=(
        "An ordinary convolution layer does not flip its kernel, so a single value leaves the kernel rotated by 180 "
        "degrees in the output. A transposed convolution puts the kernel down as it is. Flipping the kernel along both "
        "axes first makes the two equal."
    ),
    trace=transposed_worked_out,
)
