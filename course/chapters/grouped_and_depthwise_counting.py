"""Chapter 09, what is counted: the parameters of grouped convolutions, and what separating saves."""

from __future__ import annotations

import numpy as np

from course.chapters.mistakes import grouped_and_depthwise_counting as wrong
from course.checking.oracles import TorchParameters
from course.checking.spec import Case, Exercise, Misconception

CHAPTER = "09_grouped_and_depthwise"

Size = int | tuple[int, int]


def _pair(kernel_size: Size) -> tuple[int, int]:
    return kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)


def grouped_num_parameters(
    in_channels: int, out_channels: int, kernel_size: Size, groups: int, bias: bool = True
) -> int:
    """Count the trainable parameters of a grouped convolution of images."""
    k_h, k_w = _pair(kernel_size)
    return out_channels * (in_channels // groups) * k_h * k_w + (out_channels if bias else 0)


def _channels(rng: np.random.Generator, c_i: int, c_o: int, groups: int = 1) -> dict[str, int]:
    """Draw numbers of channels that `groups` divides."""
    return {
        "in_channels": groups * (c_i + 2 * int(rng.integers(0, 20))),
        "out_channels": groups * (c_o + 2 * int(rng.integers(0, 20))),
    }


NUM_PARAMETERS = Exercise(
    name="grouped_num_parameters",
    chapter=CHAPTER,
    points=1,
    reference=grouped_num_parameters,
    oracle=TorchParameters(
        "torch.nn.Conv2d",
        arrange=lambda in_channels, out_channels, kernel_size, groups, bias=True: (
            (in_channels, out_channels, kernel_size),
            {"groups": groups, "bias": bias},
        ),
    ),
    cases=(
        Case("the table's layer", lambda rng: {"in_channels": 16, "out_channels": 32, "kernel_size": 3, "groups": 4}),
        Case("any size", lambda rng: {**_channels(rng, 11, 25, groups=3), "kernel_size": 5, "groups": 3}),
        Case("a pair", lambda rng: {**_channels(rng, 25, 11, groups=4), "kernel_size": (3, 7), "groups": 4}),
        Case(
            "no bias",
            lambda rng: {**_channels(rng, 7, 13, groups=5), "kernel_size": 3, "groups": 5, "bias": False},
        ),
        Case("one group", lambda rng: {**_channels(rng, 13, 21), "kernel_size": 3, "groups": 1, "bias": True}),
    ),
    misconceptions=(
        Misconception(
            "grouped_num_parameters.groups-ignored",
            wrong.parameters_groups_ignored,
            "when every output channel is taken to see all input channels.",
            "With groups, it sees those of its own group. How many are these?",
        ),
        Misconception(
            "grouped_num_parameters.one-group-only",
            wrong.parameters_one_group,
            "when both numbers of channels are divided by groups.",
            "Those are the weights of one group. How many groups are there?",
        ),
        Misconception(
            "grouped_num_parameters.no-bias",
            wrong.parameters_no_bias,
            "when the bias is not counted.",
            "The bias is trained too. How many values does it hold?",
        ),
        Misconception(
            "grouped_num_parameters.bias-per-group",
            wrong.parameters_bias_per_group,
            "when there is one bias for each group.",
            "Each output channel has its own bias, whatever group it is in.",
        ),
        Misconception(
            "grouped_num_parameters.bias-always-counted",
            wrong.parameters_always_bias,
            "when the bias is counted even where bias=False.",
            "Look at the last argument before adding.",
        ),
        Misconception(
            "grouped_num_parameters.first-side-squared",
            wrong.parameters_first_side_squared,
            "when a pair is taken for a square: its first number twice.",
            "kernel_size may be (k_h, k_w), and the two may differ.",
        ),
    ),
    hints=(
        "Write down the shape of the weight. Which of its sizes do the groups change?",
        "The weight is (c_o, c_i/g, k_h, k_w): use // for whole numbers. The bias stays (c_o,).",
        "kernel_size is a number or a pair: isinstance(kernel_size, tuple) tells which.",
    ),
    explanation=(
        "There are c_o output channels, and each has a kernel for the c_i/g input channels that it sees. "
        "For the table's layer: 32 · 4 · 9 + 32 = 1,184, where one without groups has 4,640."
    ),
)


def separable_saving(in_channels: int, out_channels: int, kernel_size: Size) -> float:
    """Divide the weights of a depthwise and a pointwise convolution by those of the full one."""
    k_h, k_w = _pair(kernel_size)
    depthwise = in_channels * k_h * k_w
    pointwise = in_channels * out_channels
    return (depthwise + pointwise) / (in_channels * out_channels * k_h * k_w)


SAVING = Exercise(
    name="separable_saving",
    chapter=CHAPTER,
    points=1,
    reference=separable_saving,
    oracle=None,
    cases=(
        Case("the table's layer", lambda rng: {"in_channels": 16, "out_channels": 32, "kernel_size": 3}),
        Case("more inputs than outputs", lambda rng: {**_channels(rng, 71, 21), "kernel_size": 5}),
        Case("more outputs than inputs", lambda rng: {**_channels(rng, 7, 61), "kernel_size": 3}),
        Case("a pair", lambda rng: {**_channels(rng, 9, 31), "kernel_size": (3, 7)}),
        Case("a kernel of one pixel", lambda rng: {**_channels(rng, 9, 11), "kernel_size": 1}, weight=0.5),
    ),
    misconceptions=(
        Misconception(
            "separable_saving.reversed",
            wrong.saving_reversed,
            "when the full convolution is divided by the two small ones.",
            "The docstring asks what part of the weights is left: mostly less than 1.",
        ),
        Misconception(
            "separable_saving.saved-share",
            wrong.saving_saved_share,
            "when the part that is saved is given.",
            "The docstring asks for the part that is left.",
        ),
        Misconception(
            "separable_saving.depthwise-only",
            wrong.saving_depthwise_only,
            "when the pointwise convolution is left out.",
            "There are two layers in a row. Count the weights of both.",
        ),
        Misconception(
            "separable_saving.pointwise-only",
            wrong.saving_pointwise_only,
            "when the depthwise convolution is left out.",
            "There are two layers in a row. Count the weights of both.",
        ),
        Misconception(
            "separable_saving.kernel-per-output",
            wrong.saving_kernel_per_output,
            "when the depthwise convolution has a kernel for each output channel.",
            "The depthwise convolution comes first. How many channels has it?",
        ),
        Misconception(
            "separable_saving.bias-counted",
            wrong.saving_with_bias,
            "when the biases are counted, too.",
            "The docstring asks for the weights, without biases.",
        ),
        Misconception(
            "separable_saving.one-side-only",
            wrong.saving_one_side,
            "when a kernel of k by k is taken for k weights.",
            "A kernel has a height and a width.",
        ),
    ),
    hints=(
        "Count three weights: those of the depthwise, of the pointwise and of the full convolution.",
        "The depthwise weight is (c_i, k_h, k_w), the pointwise (c_o, c_i, 1, 1), the full one (c_o, c_i, k_h, k_w).",
        "Add the first two, and divide by the third.",
    ),
    explanation=(
        "c_i k_h k_w + c_i c_o weights in place of c_i c_o k_h k_w: the ratio is 1/c_o + 1/(k_h k_w). With many output "
        "channels and a kernel of 3 that is little more than a ninth."
    ),
)
