"""The mult-adds of a convolution of images."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.chapters.linear.linear_macs import EXERCISE as LINEAR_MACS
from course.checking.oracles import TorchMacs
from course.checking.spec import Arguments, Case, Exercise, Mistake


def conv2d_macs(input_shape, out_channels, kernel_size):
    """Count the mult-adds of a convolution of images for one batch.

    input_shape  (n, c_i, h_i, w_i)
    kernel_size  a number, or a tuple (k_h, k_w)
    The bias is not counted: it multiplies nothing.
    returns a whole number

    >>> conv2d_macs((1, 1, 3, 4), 1, 2)
    24
    """
    n, c_i, h_i, w_i = input_shape
    k_h, k_w = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    outputs = n * out_channels * (h_i - k_h + 1) * (w_i - k_w + 1)
    return outputs * c_i * k_h * k_w


def _images(rng: np.random.Generator, n: int, c_i: int) -> tuple[int, int, int, int]:
    return n, c_i, int(rng.integers(12, 22)), int(rng.integers(24, 34))


def _small(rng: np.random.Generator) -> dict[str, Any]:
    """Draw a batch of small images; numbers that multiply differ, so that none can be taken for another."""
    n, c_i, c_o = map(int, rng.permutation(range(2, 6))[:3])
    return {
        "input_shape": (n, c_i, int(rng.integers(4, 7)), int(rng.integers(7, 10))),
        "out_channels": c_o,
        "kernel_size": int(rng.integers(2, 4)),
    }


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    n, c_i, h_i, w_i = arguments["input_shape"]
    k_h, k_w = np.broadcast_to(arguments["kernel_size"], 2)
    c_o = arguments["out_channels"]
    return f"{n}·{c_o}·({h_i} - {k_h} + 1)·({w_i} - {k_w} + 1) · {c_i}·{k_h}·{k_w} = {conv2d_macs(**arguments)}"


EXERCISE = Exercise(
    points=2,
    solution=conv2d_macs,
    oracle=TorchMacs(
        "torch.nn.functional.conv2d",
        arrange=lambda input_shape, out_channels, kernel_size: (
            (np.zeros(input_shape), np.zeros((out_channels, input_shape[1], *np.broadcast_to(kernel_size, 2)))),
            {},
        ),
    ),
    cases=(
        Case("a few small images", _small),
        Case("one image", lambda rng: {"input_shape": _images(rng, 1, 2), "out_channels": 3, "kernel_size": 5}),
        Case("a batch", lambda rng: {"input_shape": _images(rng, 4, 3), "out_channels": 5, "kernel_size": 2}),
        Case("a pair", lambda rng: {"input_shape": _images(rng, 2, 3), "out_channels": 7, "kernel_size": (4, 3)}),
        Case(
            "a pixel", lambda rng: {"input_shape": _images(rng, 3, 5), "out_channels": 2, "kernel_size": 1}, weight=0.5
        ),
    ),
    mistakes=(
        Mistake(
            "input-size",
            edit=("(h_i - k_h + 1) * (w_i - k_w + 1)", "h_i * w_i"),
            gives="when the input's size is taken for the output's: a position for every pixel.",
            advice="Without padding there are fewer positions than pixels. How many rows of them, how many columns?",
        ),
        Mistake(
            "one-image",
            edit=("n * out_channels", "out_channels"),
            gives="when the work is counted for one image only.",
            advice="The layer does the same work for each image of the batch.",
        ),
        Mistake(
            "one-input-channel",
            edit=("outputs * c_i *", "outputs *"),
            gives="when one input channel is counted.",
            advice="Each output sums over all input channels.",
        ),
        Mistake(
            "one-output-channel",
            edit=("n * out_channels", "n"),
            gives="when one output channel is counted.",
            advice="Each output channel has an image of outputs.",
        ),
        LINEAR_MACS.mistake("bias-counted", edit=("c_i * k_h * k_w", "(c_i * k_h * k_w + 1)")),
        Mistake(
            "counted-twice",
            edit=("return outputs", "return 2 * outputs"),
            gives="when a multiplication and its addition count as two.",
            advice="One mult-add is both together.",
        ),
        Mistake(
            "last-windows-missing",
            edit=("(h_i - k_h + 1) * (w_i - k_w + 1)", "(h_i - k_h) * (w_i - k_w)"),
            gives="when the last row and the last column of positions are missing.",
            advice="An image of height 5 has 3 positions for a kernel of height 3.",
        ),
        Mistake(
            "parameters-counted",
            edit=("outputs * c_i * k_h * k_w", "out_channels * (c_i * k_h * k_w + 1)"),
            gives="when the parameters are counted instead of the work.",
            advice="Each weight is used at every position. How many are there?",
        ),
    ),
    hints=(
        "How many multiplications does one output take?",
        "One output takes c_i · k_h · k_w. How many outputs are there, in all channels, of all images?",
        "There are n · c_o · h_o · w_o of them, with h_o = h_i - k_h + 1 and w_o = w_i - k_w + 1.",
    ),
    explanation=(
        "Each of the n · c_o · h_o · w_o outputs is a sum of c_i · k_h · k_w products. That is every weight, "
        "once for each position and each image."
    ),
    trace=_trace,
)
