"""The mult-adds of a convolution of films and volumes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from course.chapters.conv3d.worked_out import sides
from course.checking.oracles import TorchMacs
from course.checking.spec import Arguments, Case, Exercise, Mistake


def conv3d_macs(input_shape, out_channels, kernel_size):
    """Count the mult-adds of a convolution along three axes, for one batch.

    input_shape is (n, c_i, d_i, h_i, w_i); kernel_size is a number or (k_d, k_h, k_w).
    returns a whole number

    >>> conv3d_macs((2, 3, 16, 32, 32), 8, (3, 5, 5))
    39513600
    """
    if not isinstance(kernel_size, tuple):
        kernel_size = (kernel_size, kernel_size, kernel_size)
    k_d, k_h, k_w = kernel_size
    n, c_i, d_i, h_i, w_i = input_shape
    outputs = n * out_channels * (d_i - k_d + 1) * (h_i - k_h + 1) * (w_i - k_w + 1)
    return outputs * c_i * k_d * k_h * k_w


def _films(rng: np.random.Generator, n: int, c_i: int) -> tuple[int, int, int, int, int]:
    return n, c_i, int(rng.integers(5, 9)), int(rng.integers(10, 15)), int(rng.integers(16, 22))


def _small(rng: np.random.Generator) -> dict[str, Any]:
    depth, height, width = (int(size + rng.integers(3)) for size in (3, 6, 9))
    return {"input_shape": (2, 3, depth, height, width), "out_channels": int(rng.integers(4, 7)), "kernel_size": 2}


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    (n, c_i, *sizes), c_o = arguments["input_shape"], arguments["out_channels"]
    kernel = sides(arguments["kernel_size"])
    outputs = [n, c_o, *(size - k + 1 for size, k in zip(sizes, kernel, strict=True))]
    each = [c_i, *kernel]
    written = ["·".join(map(str, factors)) for factors in (outputs, each)]
    return f"{written[0]} outputs with {written[1]} products each = {math.prod(outputs + each)}"


EXERCISE = Exercise(
    name="conv3d_macs",
    points=2,
    solution=conv3d_macs,
    oracle=TorchMacs(
        "torch.nn.functional.conv3d",
        arrange=lambda input_shape, out_channels, kernel_size: (
            (np.zeros(input_shape), np.zeros((out_channels, input_shape[1], *np.broadcast_to(kernel_size, 3)))),
            {},
        ),
    ),
    cases=(
        Case("a small film", _small),
        Case("one film", lambda rng: {"input_shape": (1, 3, 4, 8, 9), "out_channels": 4, "kernel_size": 3}),
        Case("any film", lambda rng: {"input_shape": _films(rng, 1, 2), "out_channels": 3, "kernel_size": 3}),
        Case("a batch", lambda rng: {"input_shape": _films(rng, 4, 3), "out_channels": 5, "kernel_size": 2}),
        Case(
            "one size for each axis",
            lambda rng: {"input_shape": _films(rng, 2, 3), "out_channels": 2, "kernel_size": (2, 5, 3)},
        ),
    ),
    mistakes=(
        Mistake(
            "input-size",
            edit=("(d_i - k_d + 1) * (h_i - k_h + 1) * (w_i - k_w + 1)", "d_i * h_i * w_i"),
            gives="when the input's size is taken for the output's: a position for every pixel of every frame.",
            advice="Without padding there are fewer positions than pixels, along all three axes.",
        ),
        Mistake(
            "every-frame",
            edit=("(d_i - k_d + 1)", "d_i"),
            gives="when the kernel is taken to start at every frame.",
            advice="The kernel has a depth. How many frames of the film leave room for all of it?",
        ),
        Mistake(
            "flat-kernel",
            edit=("c_i * k_d * k_h", "c_i * k_h"),
            gives="when each output reads one frame only.",
            advice="The window has k_d frames. How many products is that?",
        ),
        Mistake(
            "one-film",
            edit=("n * out_channels", "out_channels"),
            gives="when the work is counted for one film only.",
            advice="The layer does the same work for each film of the batch.",
        ),
        Mistake(
            "one-input-channel",
            edit=("outputs * c_i *", "outputs *"),
            gives="when one input channel is counted.",
            advice="Each output sums over all input channels.",
        ),
        Mistake(
            "bias-counted",
            edit=("c_i * k_d * k_h * k_w", "(c_i * k_d * k_h * k_w + 1)"),
            gives="when adding the bias counts as a mult-add, as torchinfo does.",
            advice="A mult-add is a multiplication and an addition. Adding a bias multiplies nothing.",
        ),
        Mistake(
            "counted-twice",
            edit=("return outputs", "return 2 * outputs"),
            gives="when a multiplication and its addition count as two.",
            advice="One mult-add is both together.",
        ),
    ),
    hints=(
        "How many multiplications does one output take?",
        "One output takes c_i · k_d · k_h · k_w. How many outputs are there, in all channels, of all films?",
        "There are n · c_o · d_o · h_o · w_o of them, and each size is the input's minus the kernel's, plus 1.",
    ),
    explanation=(
        "Each of the n · c_o · d_o · h_o · w_o outputs is a sum of c_i · k_d · k_h · k_w products. That is every "
        "weight, once for each position and each film."
    ),
    trace=_trace,
)
