"""`conv3d_macs`: ..."""

from __future__ import annotations

import numpy as np

from course.checking.oracles import TorchMacs
from course.checking.spec import Case, Exercise, Mistake


def conv3d_macs(input_shape, out_channels, kernel_size):
    """Count the mult-adds of a convolution along three axes, for one batch.

    input_shape is (n, c_i, d_i, h_i, w_i); kernel_size is a number or (k_d, k_h, k_w).

    >>> conv3d_macs((2, 3, 16, 32, 32), 8, (3, 5, 5))
    39513600
    """
    if not isinstance(kernel_size, tuple):
        kernel_size = (kernel_size, kernel_size, kernel_size)
    k_d, k_h, k_w = kernel_size
    n, c_i, d_i, h_i, w_i = input_shape
    outputs = n * out_channels * (d_i - k_d + 1) * (h_i - k_h + 1) * (w_i - k_w + 1)
    return outputs * c_i * k_d * k_h * k_w


Size = int | tuple[int, int, int]


def _triple(kernel_size: Size) -> tuple[int, int, int]:
    return kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size, kernel_size)


def _films(rng: np.random.Generator, n: int, c_i: int) -> tuple[int, int, int, int, int]:
    return n, c_i, int(rng.integers(5, 9)), int(rng.integers(10, 15)), int(rng.integers(16, 22))


def _input_size(input_shape, out_channels, kernel_size):
    k = kernel_size if isinstance(kernel_size, tuple) else (kernel_size,) * 3
    n, c_i, d, h, w = input_shape
    return n * out_channels * d * h * w * c_i * k[0] * k[1] * k[2]


def _every_frame(input_shape, out_channels, kernel_size):
    k = kernel_size if isinstance(kernel_size, tuple) else (kernel_size,) * 3
    n, c_i, d, h, w = input_shape
    return n * out_channels * d * (h - k[1] + 1) * (w - k[2] + 1) * c_i * k[0] * k[1] * k[2]


def _flat_kernel(input_shape, out_channels, kernel_size):
    k = kernel_size if isinstance(kernel_size, tuple) else (kernel_size,) * 3
    n, c_i, d, h, w = input_shape
    return n * out_channels * (d - k[0] + 1) * (h - k[1] + 1) * (w - k[2] + 1) * c_i * k[1] * k[2]


def _one_film(input_shape, out_channels, kernel_size):
    k = kernel_size if isinstance(kernel_size, tuple) else (kernel_size,) * 3
    _, c_i, d, h, w = input_shape
    return out_channels * (d - k[0] + 1) * (h - k[1] + 1) * (w - k[2] + 1) * c_i * k[0] * k[1] * k[2]


def _one_input_channel(input_shape, out_channels, kernel_size):
    k = kernel_size if isinstance(kernel_size, tuple) else (kernel_size,) * 3
    n, _, d, h, w = input_shape
    return n * out_channels * (d - k[0] + 1) * (h - k[1] + 1) * (w - k[2] + 1) * k[0] * k[1] * k[2]


def _bias_counted(input_shape, out_channels, kernel_size):
    k = kernel_size if isinstance(kernel_size, tuple) else (kernel_size,) * 3
    n, c_i, d, h, w = input_shape
    return n * out_channels * (d - k[0] + 1) * (h - k[1] + 1) * (w - k[2] + 1) * (c_i * k[0] * k[1] * k[2] + 1)


def _counted_twice(input_shape, out_channels, kernel_size):
    k = kernel_size if isinstance(kernel_size, tuple) else (kernel_size,) * 3
    n, c_i, d, h, w = input_shape
    return 2 * n * out_channels * (d - k[0] + 1) * (h - k[1] + 1) * (w - k[2] + 1) * c_i * k[0] * k[1] * k[2]


EXERCISE = Exercise(
    name="conv3d_macs",
    points=2,
    solution=conv3d_macs,
    oracle=TorchMacs(
        "torch.nn.functional.conv3d",
        arrange=lambda input_shape, out_channels, kernel_size: (
            (np.zeros(input_shape), np.zeros((out_channels, input_shape[1], *_triple(kernel_size)))),
            {},
        ),
    ),
    cases=(
        Case("one film", lambda rng: {"input_shape": (1, 3, 4, 8, 9), "out_channels": 4, "kernel_size": 3}),
        Case("any film", lambda rng: {"input_shape": _films(rng, 1, 2), "out_channels": 3, "kernel_size": 3}),
        Case("a batch", lambda rng: {"input_shape": _films(rng, 4, 3), "out_channels": 5, "kernel_size": 2}),
        Case(
            "one size for each axis",
            lambda rng: {"input_shape": _films(rng, 2, 3), "out_channels": 2} | {"kernel_size": (2, 5, 3)},
        ),
    ),
    mistakes=(
        Mistake(
            "input-size",
            body=_input_size,
            gives="when the kernel is taken to stand at every pixel of every frame.",
            advice="Without padding there are fewer positions than pixels, along all three axes.",
        ),
        Mistake(
            "every-frame",
            body=_every_frame,
            gives="when the kernel is taken to start at every frame.",
            advice="The kernel has a depth. At the last frames of the film it has no room any more.",
        ),
        Mistake(
            "flat-kernel",
            body=_flat_kernel,
            gives="when each output reads one frame only.",
            advice="The window has k_d frames. How many products is that?",
        ),
        Mistake(
            "one-film",
            body=_one_film,
            gives="when the work is counted for one film only.",
            advice="The layer does the same work for each film of the batch.",
        ),
        Mistake(
            "one-input-channel",
            body=_one_input_channel,
            gives="when one input channel is counted.",
            advice="Each output sums over all input channels.",
        ),
        Mistake(
            "bias-counted",
            body=_bias_counted,
            gives="when adding the bias counts as a mult-add, as torchinfo does.",
            advice="A mult-add is a multiplication and an addition. Adding a bias multiplies nothing.",
        ),
        Mistake(
            "counted-twice",
            body=_counted_twice,
            gives="when a multiplication and its addition count as two.",
            advice="One mult-add is both together.",
        ),
    ),
    hints=(
        "How many multiplications does one output take?",
        "One output takes c_i · k_d · k_h · k_w. How many outputs are there, in all channels, of all films?",
        "There are n · c_o · d_o · h_o · w_o of them, and each size is that of the input minus the kernel's, plus 1.",
    ),
    explanation=(
        "Each of the n · c_o · d_o · h_o · w_o outputs is a sum of c_i · k_d · k_h · k_w products: every weight, "
        "once for each position and each film."
    ),
)
