"""Chapter 07: the convolution of images, its parameters and its work. What it sees is in a file of its own."""

from __future__ import annotations

import numpy as np

from course import functional
from course.chapters.conv2d_seeing import EDGE_KERNEL, RECEPTIVE_FIELD, REPAIR, layer
from course.chapters.mistakes import conv2d as wrong
from course.checking.oracles import TorchFunction, TorchMacs, TorchParameters
from course.checking.spec import Arguments, Case, Exercise, Misconception

CHAPTER = "07_conv2d"

Size = int | tuple[int, int]


def conv2d(input, weight, bias=None):
    """Slide kernels over images: the lesson's version, all windows at once."""
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[2:], axis=(2, 3))
    output = np.einsum("ncyxuv,ocuv->noyx", windows, weight)
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis]


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    row, o, y, x = index
    kernels = arguments["weight"][o]
    if kernels.size > 4:
        return ""
    k_h, k_w = kernels.shape[1:]
    window = arguments["input"][row, :, y : y + k_h, x : x + k_w]
    terms = [f"{_in_a_sum(a)}·{_in_a_sum(b)}" for a, b in zip(kernels.flat, window.flat, strict=True)]
    total = float((kernels * window).sum())
    if "bias" in arguments:
        total += float(arguments["bias"][o])
        terms.append(_in_a_sum(arguments["bias"][o]))
    return f"{' + '.join(terms)} = {total:.4g}"


def _in_a_sum(value: float) -> str:
    return f"{value:.4g}" if value >= 0 else f"({value:.4g})"


CONV2D = Exercise(
    name="conv2d",
    chapter=CHAPTER,
    points=5,
    reference=functional.conv2d,
    solution=conv2d,
    oracle=TorchFunction("torch.nn.functional.conv2d"),
    cases=(
        Case("one channel", lambda rng: layer(rng, n=1, c_i=1, c_o=1, size=(3, 4), kernel=(2, 2))),
        Case("several channels", lambda rng: layer(rng, n=2, c_i=3, c_o=4, size=(5, 7), kernel=(2, 3))),
        Case("no bias", lambda rng: layer(rng, n=2, c_i=2, c_o=3, size=(6, 4), kernel=(3, 2), bias=False)),
        Case("square image and kernel", lambda rng: layer(rng, n=2, c_i=3, c_o=2, size=(5, 5), kernel=(3, 3))),
        Case("as many outputs as columns", lambda rng: layer(rng, n=2, c_i=2, c_o=4, size=(5, 6), kernel=(3, 3))),
        Case("a kernel of one row", lambda rng: layer(rng, n=1, c_i=2, c_o=3, size=(4, 6), kernel=(1, 4))),
        Case(
            "a kernel of one pixel", lambda rng: layer(rng, n=2, c_i=3, c_o=5, size=(2, 4), kernel=(1, 1)), weight=0.5
        ),
        Case("a kernel as large as the image", lambda rng: layer(rng, 2, 2, 3, size=(4, 3), kernel=(4, 3)), weight=0.5),
        Case(
            "an empty batch",
            lambda rng: layer(rng, n=0, c_i=2, c_o=3, size=(4, 5), kernel=(2, 3)),
            note="not a single image",
            weight=0.5,
        ),
    ),
    misconceptions=(
        Misconception(
            "conv2d.kernel-flipped",
            wrong.flipped,
            "when the kernel is flipped: a true convolution. PyTorch's layers compute cross-correlation.",
            "Read your kernel's indices where they meet the window; both should run the same way.",
        ),
        Misconception(
            "conv2d.kernel-transposed",
            wrong.transposed,
            "when rows and columns of the kernel are exchanged.",
            "The axes of weight are (c_o, c_i, k_h, k_w), those of input (n, c_i, h, w): height before width in both.",
        ),
        Misconception(
            "conv2d.first-channel-only",
            wrong.first_channel,
            "when only the first input channel is read.",
            "Every output sums over all input channels, each with a kernel of its own.",
        ),
        Misconception(
            "conv2d.mean-of-channels",
            wrong.mean_of_channels,
            "when the input channels are averaged.",
            "The formula sums over the channels, and divides by nothing.",
        ),
        Misconception(
            "conv2d.batch-summed",
            wrong.batch_summed,
            "when a sum runs over the whole batch: every image gets the sum of all.",
            "Each image of the batch is on its own. Which axes does your np.sum, or your einsum, leave over?",
        ),
        Misconception(
            "conv2d.no-bias",
            wrong.no_bias,
            "when the bias is left out.",
            "Each output channel adds its own constant, where there is one.",
        ),
        Misconception(
            "conv2d.bias-per-column",
            wrong.bias_per_column,
            "when the bias is added along the columns: NumPy lines (c_o,) up with the last axis.",
            "bias[o] belongs to output channel o. Two axes come after it: give the bias two more.",
        ),
        Misconception(
            "conv2d.square-kernel",
            wrong.square_kernel,
            "when the kernel is taken to be as wide as it is high.",
            "k_h and k_w need not be the same. Where does each of them belong?",
        ),
        Misconception(
            "conv2d.sides-exchanged",
            wrong.sides_exchanged,
            "when the output's height and width have changed places.",
            "The output is (n, c_o, h_o, w_o). Look at the order of your loops, or at the last letters of your einsum.",
        ),
        Misconception(
            "conv2d.last-windows-missing",
            wrong.last_windows_missing,
            "when the last row and the last column of windows are missing.",
            "An image of height 5 has 3 positions for a kernel of height 3. Which formula gives that?",
        ),
        Misconception(
            "conv2d.size-kept",
            wrong.size_kept,
            "when zeros are put around the image so that it keeps its size: padding='same'.",
            "Without padding, a window must lie inside the image.",
        ),
    ),
    hints=(
        "Your conv1d goes on: the window has two sides now. Which axes does your sum run over?",
        "One output sums c_i · k_h · k_w products: input[r, :, y : y + k_h, x : x + k_w] times weight[o].",
        "With a loop over the kernel's elements: element (u, v) meets the part of every image that starts at row u "
        "and column v and is h_o high and w_o wide.",
        "Without a loop: sliding_window_view(input, (k_h, k_w), axis=(2, 3)) has six axes, (n, c_i, h_o, w_o, k_h, "
        "k_w). einsum needs a letter for each. The bias needs the shape (c_o, 1, 1).",
    ),
    explanation=(
        "sliding_window_view gives each window two axes of its own, u and v. einsum multiplies them with the kernels "
        "and sums over c, u and v, the letters that are missing on the right. The bias is repeated along both axes."
    ),
    trace=_trace,
)


def _pair(kernel_size: Size) -> tuple[int, int]:
    return kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)


def conv2d_num_parameters(
    in_channels: int, out_channels: int, kernel_size: Size, bias: bool = True, groups: int = 1
) -> int:
    """Count the trainable parameters of a convolution of images."""
    k_h, k_w = _pair(kernel_size)
    return out_channels * (in_channels // groups) * k_h * k_w + (out_channels if bias else 0)


def _channels(rng: np.random.Generator, c_i: int, c_o: int, groups: int = 1) -> dict[str, int]:
    """Draw numbers of channels that `groups` divides, but no higher power of it."""
    return {
        "in_channels": groups * (c_i + 2 * int(rng.integers(0, 20))),
        "out_channels": groups * (c_o + 2 * int(rng.integers(0, 20))),
    }


NUM_PARAMETERS = Exercise(
    name="conv2d_num_parameters",
    chapter=CHAPTER,
    points=2,
    reference=conv2d_num_parameters,
    oracle=TorchParameters(
        "torch.nn.Conv2d",
        arrange=lambda in_channels, out_channels, kernel_size, bias=True, groups=1: (
            (in_channels, out_channels, kernel_size),
            {"bias": bias, "groups": groups},
        ),
    ),
    cases=(
        Case("the table's layer", lambda rng: {"in_channels": 16, "out_channels": 32, "kernel_size": (3, 3)}),
        Case("a number for both sides", lambda rng: {**_channels(rng, 33, 71), "kernel_size": 5}),
        Case("a pair, no bias", lambda rng: {**_channels(rng, 71, 33), "kernel_size": (3, 7), "bias": False}),
        Case(
            "groups",
            lambda rng: {**_channels(rng, 11, 25, groups=3), "kernel_size": (5, 3), "bias": True, "groups": 3},
        ),
        Case(
            "groups, no bias",
            lambda rng: {**_channels(rng, 25, 11, groups=5), "kernel_size": 3, "bias": False, "groups": 5},
            weight=0.5,
        ),
    ),
    misconceptions=(
        Misconception(
            "conv2d_num_parameters.no-bias",
            wrong.parameters_no_bias,
            "when the bias is not counted.",
            "The bias is trained too. How many values does it hold?",
        ),
        Misconception(
            "conv2d_num_parameters.one-side-only",
            wrong.parameters_kernel_not_squared,
            "when a kernel_size such as 5 is taken for 5 weights: one side only.",
            "Conv2d(…, 5) has a kernel of 5 by 5.",
        ),
        Misconception(
            "conv2d_num_parameters.first-side-squared",
            wrong.parameters_first_side_squared,
            "when a pair is taken for a square: its first number twice.",
            "kernel_size may be (k_h, k_w), and the two may differ.",
        ),
        Misconception(
            "conv2d_num_parameters.groups-ignored",
            wrong.parameters_groups_ignored,
            "when groups is left out.",
            "With groups, an output channel sees only its share of the input channels.",
        ),
        Misconception(
            "conv2d_num_parameters.groups-counted-twice",
            wrong.parameters_groups_twice,
            "when both numbers of channels are divided by groups.",
            "That is one group. How many groups are there?",
        ),
        Misconception(
            "conv2d_num_parameters.one-kernel-for-all-inputs",
            wrong.parameters_one_kernel,
            "when all input channels share one kernel.",
            "An output channel has a kernel for each input channel that it sees.",
        ),
        Misconception(
            "conv2d_num_parameters.bias-per-input",
            wrong.parameters_bias_per_input,
            "when there is a bias for every input channel.",
            "The bias is added to the output. So how long must it be?",
        ),
        Misconception(
            "conv2d_num_parameters.bias-per-group",
            wrong.parameters_bias_per_group,
            "when the bias is divided by groups, too.",
            "Each output channel has its own bias, whatever group it is in.",
        ),
        Misconception(
            "conv2d_num_parameters.bias-always-counted",
            wrong.parameters_always_bias,
            "when the bias is counted even where bias=False.",
            "Look at that argument before adding.",
        ),
    ),
    hints=(
        "One output channel has a kernel of k_h by k_w for each input channel that it sees.",
        "kernel_size is a number or a pair: isinstance(kernel_size, tuple) tells which. Make a pair of it first.",
        "With groups, an output channel sees in_channels // groups input channels. The bias stays (c_o,).",
    ),
    explanation=(
        "The weight is (c_o, c_i/g, k_h, k_w) and the bias (c_o,). For the table's kernel of 3 that is 4,608 + 32 = "
        "4,640, for a kernel of 5 it is 12,800 + 32 = 12,832."
    ),
)


def conv2d_macs(input_shape: tuple[int, int, int, int], out_channels: int, kernel_size: Size) -> int:
    """Count the mult-adds of a convolution of images, with stride 1 and without padding."""
    n, c_i, h_i, w_i = input_shape
    k_h, k_w = _pair(kernel_size)
    outputs = n * out_channels * (h_i - k_h + 1) * (w_i - k_w + 1)
    return outputs * c_i * k_h * k_w


def _images(rng: np.random.Generator, n: int, c_i: int) -> tuple[int, int, int, int]:
    return n, c_i, int(rng.integers(12, 22)), int(rng.integers(24, 34))


MACS = Exercise(
    name="conv2d_macs",
    chapter=CHAPTER,
    points=2,
    reference=conv2d_macs,
    oracle=TorchMacs(
        "torch.nn.functional.conv2d",
        arrange=lambda input_shape, out_channels, kernel_size: (
            (np.zeros(input_shape), np.zeros((out_channels, input_shape[1], *_pair(kernel_size)))),
            {},
        ),
    ),
    cases=(
        Case("one image", lambda rng: {"input_shape": (1, 3, 8, 9), "out_channels": 4, "kernel_size": 3}),
        Case("any image", lambda rng: {"input_shape": _images(rng, 1, 2), "out_channels": 3, "kernel_size": 5}),
        Case("a batch", lambda rng: {"input_shape": _images(rng, 4, 3), "out_channels": 5, "kernel_size": 2}),
        Case("a pair", lambda rng: {"input_shape": _images(rng, 2, 3), "out_channels": 7, "kernel_size": (4, 3)}),
        Case(
            "a pixel", lambda rng: {"input_shape": _images(rng, 3, 5), "out_channels": 2, "kernel_size": 1}, weight=0.5
        ),
    ),
    misconceptions=(
        Misconception(
            "conv2d_macs.input-size",
            wrong.macs_size_kept,
            "when the kernel is taken to stand at every pixel of the input.",
            "Without padding there are fewer positions than pixels. How many rows of them, how many columns?",
        ),
        Misconception(
            "conv2d_macs.one-image",
            wrong.macs_one_sample,
            "when the work is counted for one image only.",
            "The layer does the same work for each image of the batch.",
        ),
        Misconception(
            "conv2d_macs.one-input-channel",
            wrong.macs_one_channel,
            "when one input channel is counted.",
            "Each output sums over all input channels.",
        ),
        Misconception(
            "conv2d_macs.one-output-channel",
            wrong.macs_one_output_channel,
            "when one output channel is counted.",
            "Each output channel has an image of outputs.",
        ),
        Misconception(
            "conv2d_macs.bias-counted",
            wrong.macs_bias_counted,
            "when adding the bias counts as a mult-add, as torchinfo does.",
            "A mult-add is a multiplication and an addition. Adding a bias multiplies nothing.",
        ),
        Misconception(
            "conv2d_macs.counted-twice",
            wrong.macs_counted_twice,
            "when a multiplication and its addition count as two.",
            "One mult-add is both together.",
        ),
        Misconception(
            "conv2d_macs.last-windows-missing",
            wrong.macs_one_missing,
            "when the last row and the last column of positions are missing.",
            "An image of height 5 has 3 positions for a kernel of height 3.",
        ),
        Misconception(
            "conv2d_macs.parameters-counted",
            wrong.macs_parameters,
            "when the parameters are counted in place of the work.",
            "Each weight is used at every position. How many are there?",
        ),
    ),
    hints=(
        "How many multiplications does one output take?",
        "One output takes c_i · k_h · k_w. How many outputs are there, in all channels, of all images?",
        "There are n · c_o · h_o · w_o of them, with h_o = h_i - k_h + 1 and w_o = w_i - k_w + 1.",
    ),
    explanation=(
        "Each of the n · c_o · h_o · w_o outputs is a sum of c_i · k_h · k_w products. That is every weight, once for "
        "each position and each image."
    ),
)

EXERCISES = (CONV2D, NUM_PARAMETERS, MACS, EDGE_KERNEL, RECEPTIVE_FIELD, REPAIR)
