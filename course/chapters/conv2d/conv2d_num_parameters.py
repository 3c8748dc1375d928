"""The number of parameters of a convolution of images."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.chapters.conv1d.conv1d_num_parameters import EXERCISE as CONV1D_NUM_PARAMETERS
from course.chapters.conv1d.draws import channels
from course.chapters.linear.linear_num_parameters import EXERCISE as LINEAR_NUM_PARAMETERS
from course.checking.oracles import TorchParameters
from course.checking.spec import Arguments, Case, Exercise, Mistake


def conv2d_num_parameters(in_channels, out_channels, kernel_size, bias=True, groups=1):
    """Count the trainable parameters of a convolution of images.

    kernel_size  a number, or a tuple (k_h, k_w)
    bias         True or False: whether the layer has one
    groups       divides both numbers of channels

    >>> conv2d_num_parameters(3, 8, (3, 5))
    368
    """
    k_h, k_w = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    count = out_channels * (in_channels // groups) * k_h * k_w
    if bias:
        count += out_channels
    return count


def _small(rng: np.random.Generator) -> dict[str, Any]:
    """Draw sizes that are all different, so that none can be taken for another."""
    c_i, c_o, k_h, k_w = map(int, rng.permutation(range(2, 9))[:4])
    return {"in_channels": c_i, "out_channels": c_o, "kernel_size": (k_h, k_w)}


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    k_h, k_w = np.broadcast_to(arguments["kernel_size"], 2)
    c_i, c_o, groups = arguments["in_channels"], arguments["out_channels"], arguments.get("groups", 1)
    seen = f"({c_i}/{groups})" if groups > 1 else f"{c_i}"
    bias = f" + {c_o}" if arguments.get("bias", True) else ""
    return f"{c_o}·{seen}·{k_h}·{k_w}{bias} = {conv2d_num_parameters(**arguments)}"


EXERCISE = Exercise(
    points=2,
    solution=conv2d_num_parameters,
    oracle=TorchParameters("torch.nn.Conv2d", by_name=True),
    cases=(
        Case("a small layer", _small),
        Case("a number for both sides", lambda rng: {**channels(rng, 33, 71), "kernel_size": 5}),
        Case("a pair, no bias", lambda rng: {**channels(rng, 71, 33), "kernel_size": (3, 7), "bias": False}),
        Case(
            "groups",
            lambda rng: {**channels(rng, 11, 25, groups=3), "kernel_size": (5, 3), "bias": True, "groups": 3},
        ),
        Case(
            "groups, no bias",
            lambda rng: {**channels(rng, 25, 11, groups=5), "kernel_size": 3, "bias": False, "groups": 5},
            weight=0.5,
        ),
    ),
    mistakes=(
        LINEAR_NUM_PARAMETERS.mistake("no-bias", edit=("    if bias:\n        count += out_channels\n", "")),
        Mistake(
            "one-side-only",
            edit=("(kernel_size, kernel_size)", "(kernel_size, 1)"),
            gives="when a kernel_size such as 5 is taken for 5 weights: one side only.",
            advice="Conv2d(…, 5) has a kernel of 5 by 5.",
        ),
        Mistake(
            "first-side-squared",
            edit=("k_h * k_w", "k_h * k_h"),
            gives="when a pair is taken for a square: its first number twice.",
            advice="kernel_size can be (k_h, k_w), and the two can differ.",
        ),
        Mistake(
            "groups-ignored",
            edit=("(in_channels // groups)", "in_channels"),
            gives="when groups is left out.",
            unwritten="groups is not used yet",
            advice="With groups, an output channel sees only its share of the input channels.",
        ),
        Mistake(
            "groups-counted-twice",
            edit=("count = out_channels *", "count = out_channels // groups *"),
            gives="when both numbers of channels are divided by groups.",
            advice="That is one group. How many groups are there?",
        ),
        Mistake(
            "one-kernel-for-all-inputs",
            edit=(" * (in_channels // groups)", ""),
            gives="when all input channels share one kernel.",
            advice="An output channel has a kernel for each input channel that it sees.",
        ),
        CONV1D_NUM_PARAMETERS.mistake("bias-per-input"),
        Mistake(
            "bias-per-group",
            edit=("+= out_channels", "+= out_channels // groups"),
            gives="when the bias is divided by groups, too.",
            advice="Each output channel has its own bias, whatever group it is in.",
        ),
        Mistake(
            "bias-always-counted",
            edit=("if bias:\n        count", "count"),
            gives="when the bias is counted even where bias=False.",
            advice="Look at that argument before adding.",
        ),
    ),
    hints=(
        "One output channel has a kernel of k_h by k_w for each input channel that it sees.",
        "kernel_size is a number or a pair: isinstance(kernel_size, tuple) tells which. Make a pair of it first.",
        "With groups, an output channel sees in_channels // groups input channels. The bias stays (c_o,).",
    ),
    explanation=(
        "The weight is (c_o, c_i/g, k_h, k_w) and the bias (c_o,). For the table's kernel of 3 that is 4,608 + "
        "32 = 4,640, for a kernel of 5 it is 12,800 + 32 = 12,832."
    ),
    trace=_trace,
)
