"""Chapter 09: convolutions in groups, channel by channel, and pixel by pixel. What is counted is in its own file."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.chapters.grouped_and_depthwise_counting import NUM_PARAMETERS, SAVING
from course.chapters.mistakes import grouped_and_depthwise as wrong
from course.checking.sampling import normal
from course.checking.spec import Case, Exercise, Misconception, TorchFunction, TorchGradient

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


def pointwise_conv2d_backward(grad_output, input, weight):
    """Give the three gradients: those of a linear layer whose samples are the pixels."""
    grad_input = np.einsum("nohw,oc->nchw", grad_output, weight[:, :, 0, 0])
    grad_weight = np.einsum("nohw,nchw->oc", grad_output, input)[:, :, np.newaxis, np.newaxis]
    return grad_input, grad_weight, grad_output.sum(axis=(0, 2, 3))


def _gradient(rng: np.random.Generator, n: int, c_i: int, c_o: int, size: Size) -> dict[str, Any]:
    return {
        "grad_output": normal(rng, n, c_o, *size),
        "input": normal(rng, n, c_i, *size),
        "weight": normal(rng, c_o, c_i, 1, 1),
    }


BACKWARD = Exercise(
    name="pointwise_conv2d_backward",
    chapter=CHAPTER,
    points=3,
    reference=pointwise_conv2d_backward,
    oracle=TorchGradient(
        "torch.nn.functional.conv2d",
        wrt=(0, 1, 2),
        arrange=lambda grad_output, input, weight: ((input, weight, np.zeros(len(weight))), {}),
    ),
    returns=("grad_input", "grad_weight", "grad_bias"),
    cases=(
        Case("one image", lambda rng: _gradient(rng, n=1, c_i=2, c_o=3, size=(2, 4))),
        Case("a batch", lambda rng: _gradient(rng, n=3, c_i=4, c_o=2, size=(3, 5))),
        Case("as many outputs as inputs", lambda rng: _gradient(rng, n=2, c_i=3, c_o=3, size=(4, 2))),
        Case("shapes that are all the same", lambda rng: _gradient(rng, n=3, c_i=3, c_o=3, size=(3, 3))),
        Case("a single pixel", lambda rng: _gradient(rng, n=2, c_i=4, c_o=3, size=(1, 1)), weight=0.5),
    ),
    misconceptions=(
        Misconception(
            "pointwise_conv2d_backward.bias-not-summed-over-batch",
            wrong.pointwise_backward_bias_per_sample,
            "when the bias's gradient is not summed over the batch.",
            "One bias serves all pixels of all images. Its gradient has the shape (c_o,).",
        ),
        Misconception(
            "pointwise_conv2d_backward.bias-not-summed-over-pixels",
            wrong.pointwise_backward_bias_per_pixel,
            "when the bias's gradient is not summed over the pixels.",
            "One bias serves all pixels of all images. Its gradient has the shape (c_o,).",
        ),
        Misconception(
            "pointwise_conv2d_backward.axes-dropped",
            wrong.pointwise_backward_axes_dropped,
            "when grad_weight is (c_o, c_i): the kernel's two axes are missing.",
            "A gradient has the shape of what it belongs to, with the axes of length 1.",
        ),
        Misconception(
            "pointwise_conv2d_backward.mean-over-pixels",
            wrong.pointwise_backward_mean,
            "when weight and bias take the mean over all pixels.",
            "A weight is used at every pixel, and every use adds its share.",
        ),
        Misconception(
            "pointwise_conv2d_backward.weight-transposed",
            wrong.pointwise_backward_transposed,
            "when grad_weight has its two axes of channels exchanged.",
            "`grad_weight` has the shape of weight: output channels first.",
        ),
        Misconception(
            "pointwise_conv2d_backward.outputs-summed-too-early",
            wrong.pointwise_backward_input_per_channel,
            "when output channels and weights are summed before they are multiplied.",
            "The gradient of each output channel meets its own weights. Multiply first, then sum over o.",
        ),
    ),
    hints=(
        "Chapter 01 has these gradients, with samples in rows. Here each pixel is a sample.",
        "grad_input sums over the output channels, grad_weight over all images and pixels.",
        'In einsum\'s words: "nohw,oc->nchw" and "nohw,nchw->oc". grad_weight then needs two axes of length 1 more.',
    ),
    explanation=(
        "The gradients are those of the linear layer. A pixel is a sample, so the sums over samples run over n, h "
        "and w."
    ),
)


def repair_groups(input, weight, groups):
    """Slide grouped kernels over images, group by group: what was handed out, repaired."""
    h_o = input.shape[2] - weight.shape[2] + 1
    w_o = input.shape[3] - weight.shape[3] + 1
    output = np.zeros((len(input), len(weight), h_o, w_o))
    c_in, c_out = input.shape[1] // groups, len(weight) // groups
    for q in range(groups):
        ins, outs = slice(q * c_in, (q + 1) * c_in), slice(q * c_out, (q + 1) * c_out)
        for u, v in np.ndindex(weight.shape[2:]):
            met = input[:, ins, u : u + h_o, v : v + w_o]
            output[:, outs] += np.tensordot(met, weight[outs, :, u, v], axes=(1, 1)).transpose(0, 3, 1, 2)
    return output


def _for_repair(rng: np.random.Generator, n: int, c_i: int, c_o: int, groups: int) -> dict[str, Any]:
    return _grouped(rng, n, c_i, c_o, size=(3, 4), kernel=(2, 2), bias=False, groups=groups)


REPAIR = Exercise(
    name="repair_groups",
    chapter=CHAPTER,
    points=2,
    reference=repair_groups,
    oracle=TorchFunction(
        "torch.nn.functional.conv2d",
        arrange=lambda input, weight, groups: ((input, weight), {"groups": groups}),
    ),
    given=wrong.repair_groups,
    cases=(
        Case("two groups", lambda rng: _for_repair(rng, 1, 4, 4, groups=2)),
        Case("each channel a group", lambda rng: _for_repair(rng, 2, 3, 3, groups=3)),
        Case("more outputs than inputs", lambda rng: _for_repair(rng, 2, 4, 6, groups=2)),
        Case("more inputs than outputs", lambda rng: _for_repair(rng, 1, 9, 6, groups=3)),
        Case("one group", lambda rng: _for_repair(rng, 2, 3, 2, groups=1)),
    ),
    misconceptions=(
        Misconception(
            "repair_groups.as-given",
            wrong.repair_groups,
            "when the function is left as it was handed out.",
            "Print list(range(6))[q::2] for q = 0 and q = 1. Which channels does each group get?",
        ),
        Misconception(
            "repair_groups.inputs-only",
            wrong.repair_groups_inputs_only,
            "when the input channels are repaired, and the output channels are not.",
            "Which output channels are in group 0?",
        ),
        Misconception(
            "repair_groups.outputs-only",
            wrong.repair_groups_outputs_only,
            "when the output channels are repaired, and the input channels are not.",
            "Which input channels does group 0 read?",
        ),
        Misconception(
            "repair_groups.first-channels",
            wrong.repair_groups_first_inputs,
            "when every group reads the first channels.",
            "The channels of group 1 begin where those of group 0 end.",
        ),
    ),
    hints=(
        "Let only one input channel be different from 0. Which output channels change, and which should?",
        "slice(q, None, groups) takes every g-th channel. PyTorch's groups are blocks of neighbours.",
        "A block of input channels is c_i/g long, one of output channels c_o/g. Group q's begins at q times that.",
    ),
    explanation=(
        "slice(q, None, groups) deals the channels out in turn. PyTorch's groups are neighbours: group q has the input "
        "channels from q · c_i/g on, and the output channels from q · c_o/g on. Where each channel is a group, or all "
        "are one, both are the same."
    ),
)


EXERCISES = (GROUPED, DEPTHWISE, POINTWISE, NUM_PARAMETERS, SAVING, BACKWARD, REPAIR)
