"""The number of parameters of a grouped convolution, along any number of axes."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.chapters.conv1d.draws import channels
from course.chapters.grouped_and_depthwise.worked_out import sides
from course.chapters.linear.linear_num_parameters import EXERCISE as LINEAR_NUM_PARAMETERS
from course.checking.oracles import TorchParameters
from course.checking.sampling import odd
from course.checking.spec import Arguments, Case, Exercise, Mistake


def grouped_num_parameters(in_channels, out_channels, kernel_size, groups, bias=True):
    """Count the trainable parameters of a grouped convolution along one, two or three axes.

    kernel_size  a number for a square kernel of an image, or a tuple with a size for each axis:
                 (k,) along a signal, (k_h, k_w) on an image, (k_d, k_h, k_w) in a video
    bias         True or False: whether the layer has one

    >>> grouped_num_parameters(12, 24, 3, 3), grouped_num_parameters(12, 24, (5,), 3)
    (888, 504)
    """
    sides = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    count = out_channels * (in_channels // groups)
    for side in sides:
        count *= side
    if bias:
        count += out_channels
    return count


def _small(rng: np.random.Generator) -> dict[str, int]:
    channels = {"in_channels": 2 * odd(rng, 3, choices=5), "out_channels": 2 * odd(rng, 13, choices=5)}
    return {**channels, "kernel_size": 3, "groups": 2}


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    c_i, c_o, groups = arguments["in_channels"], arguments["out_channels"], arguments["groups"]
    kernel = "·".join(map(str, sides(arguments["kernel_size"])))
    added = f" + {c_o}" if arguments.get("bias", True) else ""
    return f"{c_o}·({c_i} / {groups})·{kernel}{added} = {grouped_num_parameters(**arguments)}"


def _as_conv3d(
    in_channels: int, out_channels: int, kernel_size: int | tuple[int, ...], groups: int, bias: bool = True
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Ask for a kernel with three sides: missing ones are 1, and change no count."""
    kernel = sides(kernel_size)
    missing = 3 - len(kernel)
    return (in_channels, out_channels, (*(1,) * missing, *kernel)), {"groups": groups, "bias": bias}


EXERCISE = Exercise(
    points=1,
    solution=grouped_num_parameters,
    oracle=TorchParameters("torch.nn.Conv3d", arrange=_as_conv3d),
    cases=(
        Case("small numbers", _small),
        Case("the table's layer", lambda rng: {"in_channels": 16, "out_channels": 32, "kernel_size": 3, "groups": 4}),
        Case("any size", lambda rng: {**channels(rng, 11, 25, groups=3), "kernel_size": 5, "groups": 3}),
        Case("a pair", lambda rng: {**channels(rng, 25, 11, groups=4), "kernel_size": (3, 7), "groups": 4}),
        Case("along a signal", lambda rng: {**channels(rng, 9, 17, groups=3), "kernel_size": (7,), "groups": 3}),
        Case("in a video", lambda rng: {**channels(rng, 7, 9, groups=2), "kernel_size": (5, 3, 7), "groups": 2}),
        Case(
            "no bias",
            lambda rng: {**channels(rng, 7, 13, groups=5), "kernel_size": 3, "groups": 5, "bias": False},
        ),
        Case("one group", lambda rng: {**channels(rng, 13, 21), "kernel_size": 3, "groups": 1, "bias": True}),
    ),
    mistakes=(
        Mistake(
            "groups-ignored",
            edit=("(in_channels // groups)", "in_channels"),
            gives="when every output channel is taken to see all input channels.",
            unwritten="groups is not used yet",
            advice="With groups, it sees only the channels of its own group. How many are there?",
        ),
        Mistake(
            "one-group-only",
            edit=("count = out_channels", "count = (out_channels // groups)"),
            gives="when both numbers of channels are divided by groups.",
            advice="Those are the weights of one group. How many groups are there?",
        ),
        LINEAR_NUM_PARAMETERS.mistake("no-bias", edit=("    if bias:\n        count += out_channels\n", "")),
        Mistake(
            "bias-per-group",
            edit=("count += out_channels", "count += groups"),
            gives="when there is one bias for each group.",
            advice="Each output channel has its own bias, whatever group it is in.",
        ),
        Mistake(
            "bias-always-counted",
            edit=("    if bias:\n        count +=", "    count +="),
            gives="when the bias is counted even where bias=False.",
            advice="Check the last argument before you add.",
        ),
        Mistake(
            "first-side-squared",
            edit=("count *= side\n", "count *= sides[0]\n"),
            gives="when the first side is taken for all: a pair for a square, three sides for a cube.",
            advice="kernel_size may be (k_h, k_w), and the two may differ.",
        ),
        Mistake(
            "images-only",
            edit=("for side in sides:", "for side in sides[:2]:"),
            gives="when two sides are multiplied, also where the kernel has three.",
            unwritten="Kernels with three sides are not written yet",
            advice="A tuple may have any number of sides. How do you multiply all of them?",
        ),
        Mistake(
            "number-for-one-axis",
            edit=("(kernel_size, kernel_size)", "(kernel_size,)"),
            gives="when a number such as 3 is taken for 3 weights instead of a square of 3 by 3.",
            advice="A number means a square kernel. Only the tuple (3,) is a kernel along one axis.",
        ),
        Mistake(
            "bias-divided",
            edit=("count += out_channels", "count += out_channels // groups"),
            gives="when the bias is divided by the groups as well.",
            advice="Every output channel has its own bias, whatever its group.",
        ),
    ),
    hints=(
        "Write down the shape of the weight. Which of its sizes do the groups change?",
        "The weight is (c_o, c_i/g), and then a size for each axis: use // for whole numbers. The bias stays (c_o,).",
        "Make a tuple of a number first: isinstance(kernel_size, tuple) tells which it is. Then a loop over the tuple "
        "multiplies all sides, however many there are.",
    ),
    explanation=(
        "There are c_o output channels, and each has a kernel for the c_i/g input channels that it sees. The number "
        "of axes changes only the number of factors. For the table's layer: 32 · 4 · 9 + 32 = 1,184, "
        "where one without groups has 4,640."
    ),
    trace=_trace,
)
