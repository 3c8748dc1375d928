"""Chapter 09: convolutions in groups, channel by channel, and pixel by pixel."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.chapters.grouped_and_depthwise_backward import BACKWARDS
from course.chapters.grouped_and_depthwise_counting import NUM_PARAMETERS, SAVING
from course.chapters.mistakes import grouped_and_depthwise as wrong
from course.checking.oracles import TorchFunction
from course.checking.sampling import normal
from course.checking.spec import Case, Exercise, Misconception

CHAPTER = "09_grouped_and_depthwise"

Size = tuple[int, int]


def conv2d_grouped(input, weight, bias=None, groups=1):
    """Slide kernels over images, each group of output channels over its own input channels."""
    n, _, h, w = input.shape
    c_o, per_group, k_h, k_w = weight.shape
    channels = input.reshape(n, groups, per_group, h, w)
    kernels = weight.reshape(groups, c_o // groups, per_group, k_h, k_w)
    windows = np.lib.stride_tricks.sliding_window_view(channels, (k_h, k_w), axis=(3, 4))
    output = np.einsum("ngcyxuv,gocuv->ngoyx", windows, kernels).reshape(n, c_o, h - k_h + 1, w - k_w + 1)
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis]


def _grouped(
    rng: np.random.Generator,
    n: int,
    c_i: int,
    c_o: int,
    size: Size,
    kernel: Size,
    bias: bool = True,
    groups: int | None = None,
) -> dict[str, Any]:
    arguments = {"input": normal(rng, n, c_i, *size), "weight": normal(rng, c_o, c_i // (groups or 1), *kernel)}
    if bias:
        arguments["bias"] = normal(rng, c_o)
    return {**arguments, **({"groups": groups} if groups else {})}


GROUPED = Exercise(
    name="conv2d_grouped",
    chapter=CHAPTER,
    points=4,
    reference=conv2d_grouped,
    oracle=TorchFunction(
        "torch.nn.functional.conv2d",
        arrange=lambda input, weight, bias=None, groups=1: ((input, weight, bias), {"groups": groups}),
    ),
    cases=(
        Case("one group", lambda rng: _grouped(rng, n=2, c_i=3, c_o=2, size=(3, 5), kernel=(2, 3))),
        Case("two groups", lambda rng: _grouped(rng, n=1, c_i=4, c_o=6, size=(3, 4), kernel=(2, 2), groups=2)),
        Case("more inputs than outputs", lambda rng: _grouped(rng, 2, 12, 6, size=(4, 3), kernel=(2, 3), groups=3)),
        Case(
            "as many outputs as inputs",
            lambda rng: _grouped(rng, n=2, c_i=6, c_o=6, size=(4, 5), kernel=(3, 2), groups=2),
        ),
        Case(
            "no bias",
            lambda rng: _grouped(rng, n=2, c_i=6, c_o=9, size=(3, 4), kernel=(2, 3), bias=False, groups=3),
        ),
        Case(
            "each channel a group", lambda rng: _grouped(rng, 2, 4, 4, size=(4, 3), kernel=(2, 2), groups=4), weight=0.5
        ),
        Case(
            "an empty batch",
            lambda rng: _grouped(rng, n=0, c_i=4, c_o=2, size=(3, 4), kernel=(2, 2), groups=2),
            note="not a single image",
            weight=0.5,
        ),
    ),
    misconceptions=(
        Misconception(
            "conv2d_grouped.first-channels",
            wrong.grouped_first_channels,
            "when every group reads the first channels.",
            "Group 0 reads the first c_i/g channels. Where do those of group 1 begin?",
        ),
        Misconception(
            "conv2d_grouped.inputs-interleaved",
            wrong.grouped_inputs_interleaved,
            "when the input channels are dealt out in turn: group 0 gets channels 0, g, 2g and so on.",
            "The channels of a group lie next to each other.",
        ),
        Misconception(
            "conv2d_grouped.outputs-interleaved",
            wrong.grouped_outputs_interleaved,
            "when output channel o is taken to be in group o % g.",
            "The first c_o/g output channels are group 0. Which group is output channel o in?",
        ),
        Misconception(
            "conv2d_grouped.all-channels",
            wrong.grouped_all_channels,
            "when every output channel sums over the input channels of all groups, with the same kernels again.",
            "A group sees its own input channels only.",
        ),
        Misconception(
            "conv2d_grouped.groups-ignored",
            wrong.grouped_as_one_group,
            "when `groups` is not used: each kernel is laid over all input channels at once.",
            "With groups, a weight has c_i / g input channels, not c_i. Which of the input's channels do they meet?",
        ),
        Misconception(
            "conv2d_grouped.first-kernels",
            wrong.grouped_first_kernels,
            "when all groups use the kernels of the first.",
            "The rows of weight belong to the output channels. Which of them belong to group 1?",
        ),
        Misconception(
            "conv2d_grouped.groups-summed",
            wrong.grouped_summed,
            "when the results of all groups are added into the first output channels.",
            "Each group has output channels of its own: they stand side by side.",
        ),
        Misconception(
            "conv2d_grouped.no-bias",
            wrong.grouped_no_bias,
            "when the bias is left out.",
            "Each output channel adds its own constant, where there is one.",
        ),
    ),
    hints=(
        "A grouped convolution is g smaller convolutions. Loop over the groups: which input channels and which rows of "
        "weight belong to group q?",
        "With a = c_i/g and b = c_o/g, group q reads the input channels q·a to (q + 1)·a, has the rows q·b to "
        "(q + 1)·b of weight, and fills the same output channels.",
        "Each small convolution is that of chapter 07: sliding_window_view and einsum. np.concatenate(..., axis=1) "
        "puts their outputs side by side.",
        "Without a loop: reshape cuts the axis of channels in two, (groups, c_i/g). einsum then keeps the letter of "
        "the groups.",
    ),
    explanation=(
        "The channels of a group lie next to each other, so reshape can give the groups an axis of their own, in input "
        "and weight alike. einsum keeps that axis: nothing is summed across groups. At the end the groups' output "
        "channels are one axis again."
    ),
)


def depthwise_conv2d(input, weight, bias=None):
    """Slide over each channel its own kernel."""
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[1:], axis=(2, 3))
    output = np.einsum("ncyxuv,cuv->ncyx", windows, weight)
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis]


def _depthwise(rng: np.random.Generator, n: int, c: int, size: Size, kernel: Size, bias: bool = True) -> dict[str, Any]:
    arguments = {"input": normal(rng, n, c, *size), "weight": normal(rng, c, *kernel)}
    return {**arguments, "bias": normal(rng, c)} if bias else arguments


DEPTHWISE = Exercise(
    name="depthwise_conv2d",
    chapter=CHAPTER,
    points=2,
    reference=depthwise_conv2d,
    oracle=TorchFunction(
        "torch.nn.functional.conv2d",
        arrange=lambda input, weight, bias=None: ((input, weight[:, np.newaxis], bias), {"groups": len(weight)}),
    ),
    cases=(
        Case("two channels", lambda rng: _depthwise(rng, n=1, c=2, size=(3, 4), kernel=(2, 2))),
        Case("a batch", lambda rng: _depthwise(rng, n=2, c=3, size=(5, 6), kernel=(3, 2))),
        Case("no bias", lambda rng: _depthwise(rng, n=3, c=4, size=(4, 5), kernel=(2, 3), bias=False)),
        Case("as many channels as columns", lambda rng: _depthwise(rng, n=2, c=4, size=(3, 5), kernel=(2, 2))),
        Case("one channel", lambda rng: _depthwise(rng, n=2, c=1, size=(4, 3), kernel=(3, 2)), weight=0.5),
    ),
    misconceptions=(
        Misconception(
            "depthwise_conv2d.all-channels",
            wrong.depthwise_all_channels,
            "when each output channel sums over all input channels.",
            "Output channel c sees input channel c alone. Which letters does your sum run over?",
        ),
        Misconception(
            "depthwise_conv2d.channels-summed",
            wrong.depthwise_summed,
            "when the channels are summed into one.",
            "As many channels come out as go in.",
        ),
        Misconception(
            "depthwise_conv2d.first-kernel",
            wrong.depthwise_first_kernel,
            "when all channels share the first kernel.",
            "Each channel has a kernel of its own: weight is (c, k_h, k_w).",
        ),
        Misconception(
            "depthwise_conv2d.kernel-flipped",
            wrong.depthwise_flipped,
            "when the kernel is flipped: a true convolution. PyTorch's layers compute cross-correlation.",
            "Read your kernel's indices where they meet the window; both should run the same way.",
        ),
        Misconception(
            "depthwise_conv2d.no-bias",
            wrong.depthwise_no_bias,
            "when the bias is left out.",
            "Each channel adds its own constant, where there is one.",
        ),
        Misconception(
            "depthwise_conv2d.bias-per-column",
            wrong.depthwise_bias_per_column,
            "when the bias is added along the columns: NumPy lines (c,) up with the last axis.",
            "bias[c] belongs to channel c. Two axes come after it: give the bias two more.",
        ),
    ),
    hints=(
        "Start from conv2d of chapter 07. Which sum is gone?",
        "Output channel c sums weight[c, u, v] times the window in input channel c, over u and v only.",
        "In einsum's words: the letter c stands on the left twice and on the right, so it isn't summed.",
    ),
    explanation=(
        'In "ncyxuv,cuv->ncyx" the c is on the right of the arrow: each channel is kept. Only u and v are summed. '
        "PyTorch's weight has one axis more, (c, 1, k_h, k_w): the one input channel of each group."
    ),
)


def pointwise_conv2d(input, weight, bias=None):
    """Mix the channels of each pixel."""
    output = np.einsum("nchw,oc->nohw", input, weight[:, :, 0, 0])
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis]


POINTWISE = Exercise(
    name="pointwise_conv2d",
    chapter=CHAPTER,
    points=2,
    reference=pointwise_conv2d,
    oracle=TorchFunction("torch.nn.functional.conv2d"),
    cases=(
        Case("one image", lambda rng: _grouped(rng, n=1, c_i=3, c_o=2, size=(2, 4), kernel=(1, 1))),
        Case("a batch", lambda rng: _grouped(rng, n=2, c_i=3, c_o=5, size=(4, 3), kernel=(1, 1))),
        Case("no bias", lambda rng: _grouped(rng, n=3, c_i=4, c_o=2, size=(2, 5), kernel=(1, 1), bias=False)),
        Case("as many outputs as inputs", lambda rng: _grouped(rng, n=2, c_i=3, c_o=3, size=(4, 5), kernel=(1, 1))),
        Case("as many outputs as columns", lambda rng: _grouped(rng, n=2, c_i=2, c_o=4, size=(3, 4), kernel=(1, 1))),
        Case("a single pixel", lambda rng: _grouped(rng, n=2, c_i=4, c_o=3, size=(1, 1), kernel=(1, 1)), weight=0.5),
    ),
    misconceptions=(
        Misconception(
            "pointwise_conv2d.reshaped",
            wrong.pointwise_reshaped,
            "when reshape alone makes rows of pixels: the channels are not moved to the end.",
            "reshape keeps the order in which numbers are stored. Which axis must be last before you make rows?",
        ),
        Misconception(
            "pointwise_conv2d.channels-last",
            wrong.pointwise_channels_last,
            "when the output has its channels last: (n, h, w, c_o).",
            "PyTorch's order is (n, c_o, h, w).",
        ),
        Misconception(
            "pointwise_conv2d.weight-reshaped",
            wrong.pointwise_weight_reshaped,
            "when the weight is reshaped to (c_i, c_o) in place of transposed.",
            "reshape keeps the order in which numbers are stored. What exchanges rows and columns?",
        ),
        Misconception(
            "pointwise_conv2d.mean-of-channels",
            wrong.pointwise_mean,
            "when the input channels are averaged.",
            "The formula sums over the channels, and divides by nothing.",
        ),
        Misconception(
            "pointwise_conv2d.no-bias",
            wrong.pointwise_no_bias,
            "when the bias is left out.",
            "Each output channel adds its own constant, where there is one.",
        ),
        Misconception(
            "pointwise_conv2d.bias-per-column",
            wrong.pointwise_bias_per_column,
            "when the bias is added along the columns: NumPy lines (c_o,) up with the last axis.",
            "bias[o] belongs to output channel o. Two axes come after it: give the bias two more.",
        ),
    ),
    hints=(
        "A window of one pixel needs no sliding. Which sum is left of the convolution's?",
        "Each pixel is a sample with c_i features, and the layer is the linear layer of chapter 01, at every pixel.",
        "weight[:, :, 0, 0] is (c_o, c_i). In einsum, the pixels' letters h and w stand on both sides of the arrow.",
    ),
    explanation=(
        "Only the sum over the input channels is left. At each pixel it is a linear layer from c_i to c_o numbers, "
        "with the same weight everywhere."
    ),
)


EXERCISES = (GROUPED, DEPTHWISE, POINTWISE, NUM_PARAMETERS, SAVING, *BACKWARDS)
