"""The number of parameters of a grouped convolution."""

from __future__ import annotations

import numpy as np

from course.chapters.conv1d.draws import channels
from course.chapters.grouped_and_depthwise.worked_out import sides
from course.checking.oracles import TorchParameters
from course.checking.sampling import odd
from course.checking.spec import Arguments, Case, Exercise, Mistake


def grouped_num_parameters(in_channels, out_channels, kernel_size, groups, bias=True):
    """Count the trainable parameters of a grouped convolution of images.

    kernel_size is a number, or a tuple (k_h, k_w). bias is True or False: whether the layer has one.

    >>> grouped_num_parameters(12, 24, 3, 3)
    888
    """
    k_h, k_w = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    count = out_channels * (in_channels // groups) * k_h * k_w
    if bias:
        count += out_channels
    return count


def _small(rng: np.random.Generator) -> dict[str, int]:
    channels = {"in_channels": 2 * odd(rng, 3, choices=5), "out_channels": 2 * odd(rng, 13, choices=5)}
    return {**channels, "kernel_size": 3, "groups": 2}


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    c_i, c_o, groups = arguments["in_channels"], arguments["out_channels"], arguments["groups"]
    k_h, k_w = sides(arguments["kernel_size"])
    bias = c_o if arguments.get("bias", True) else 0
    added = f" + {bias}" if bias else ""
    return f"{c_o}·({c_i} / {groups})·{k_h}·{k_w}{added} = {c_o * (c_i // groups) * k_h * k_w + bias}"


EXERCISE = Exercise(
    name="grouped_num_parameters",
    points=1,
    solution=grouped_num_parameters,
    oracle=TorchParameters(
        "torch.nn.Conv2d",
        arrange=lambda in_channels, out_channels, kernel_size, groups, bias=True: (
            (in_channels, out_channels, kernel_size),
            {"groups": groups, "bias": bias},
        ),
    ),
    cases=(
        Case("small numbers", _small),
        Case("the table's layer", lambda rng: {"in_channels": 16, "out_channels": 32, "kernel_size": 3, "groups": 4}),
        Case("any size", lambda rng: {**channels(rng, 11, 25, groups=3), "kernel_size": 5, "groups": 3}),
        Case("a pair", lambda rng: {**channels(rng, 25, 11, groups=4), "kernel_size": (3, 7), "groups": 4}),
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
        Mistake(
            "no-bias",
            edit=("    if bias:\n        count += out_channels\n", ""),
            gives="when the bias is not counted.",
            unwritten="The bias is not counted yet",
            advice="The bias is trained too. How many values does it hold?",
        ),
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
            edit=("k_h * k_w", "k_h**2"),
            gives="when a pair is taken for a square: its first number twice.",
            advice="kernel_size may be (k_h, k_w), and the two may differ.",
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
        "The weight is (c_o, c_i/g, k_h, k_w): use // for whole numbers. The bias stays (c_o,).",
        "kernel_size is a number or a pair: isinstance(kernel_size, tuple) tells which.",
    ),
    explanation=(
        "There are c_o output channels, and each has a kernel for the c_i/g input channels that it sees. For the "
        "table's layer: 32 · 4 · 9 + 32 = 1,184, where one without groups has 4,640."
    ),
    trace=_trace,
)
