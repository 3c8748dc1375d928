"""Chapter 06, counted: how long a convolution's output is, and how many parameters it has."""

from __future__ import annotations

import numpy as np

from course.chapters.mistakes import conv1d as wrong
from course.checking.oracles import TorchParameters
from course.checking.spec import Case, Exercise, Misconception

CHAPTER = "06_conv1d"


def conv_output_size(size: int, kernel_size: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    """Count the positions of a window along one axis."""
    reach = dilation * (kernel_size - 1) + 1
    return (size + 2 * padding - reach) // stride + 1


def _left_over(rng: np.random.Generator, rest: int, **options: int) -> dict[str, int]:
    """Draw a size for which `rest` elements are left over after the last whole step."""
    stride, padding, dilation = (
        options.get(key, least) for key, least in (("stride", 1), ("padding", 0), ("dilation", 1))
    )
    reach = dilation * (options["kernel_size"] - 1) + 1
    steps = int(rng.integers(20, 60))
    return {"size": steps * stride + rest + reach - 2 * padding, **options}


def _few(rng: np.random.Generator) -> dict[str, int]:
    kernel_size, stride, dilation = int(rng.integers(3, 9)), int(rng.integers(2, 5)), int(rng.integers(2, 5))
    size = dilation * (kernel_size - 1) + 1 + stride * int(rng.integers(1, 4))
    return {"size": size, "kernel_size": kernel_size, "stride": stride, "padding": 0, "dilation": dilation}


OUTPUT_SIZE = Exercise(
    name="conv_output_size",
    chapter=CHAPTER,
    points=2,
    reference=conv_output_size,
    oracle=None,
    cases=(
        Case("a kernel alone", lambda rng: {"size": int(rng.integers(20, 200)), "kernel_size": 5}),
        Case("the table's layer", lambda rng: {"size": 100, "kernel_size": 5}),
        Case("padding", lambda rng: {"size": int(rng.integers(20, 200)), "kernel_size": 7, "stride": 1, "padding": 3}),
        Case("stride, little left over", lambda rng: _left_over(rng, 1, kernel_size=4, stride=5)),
        Case("stride, much left over", lambda rng: _left_over(rng, 4, kernel_size=3, stride=5)),
        Case("dilation", lambda rng: _left_over(rng, 0, kernel_size=4, stride=1, padding=0, dilation=3)),
        Case("everything", lambda rng: _left_over(rng, 2, kernel_size=5, stride=3, padding=2, dilation=4)),
        Case("hardly longer than the window", _few, weight=0.5),
    ),
    misconceptions=(
        Misconception(
            "conv_output_size.not-rounded",
            wrong.size_not_rounded,
            "when the quotient is not rounded down.",
            "A position is there or it isn't. What becomes of elements that are left over at the end?",
        ),
        Misconception(
            "conv_output_size.rounded-up",
            wrong.size_rounded_up,
            "when the quotient is rounded up.",
            "A window that would reach over the end is not taken.",
        ),
        Misconception(
            "conv_output_size.rounded-to-nearest",
            wrong.size_rounded,
            "when the quotient is rounded to the nearest number.",
            "However much is left over at the end, if it is less than a stride, no window starts there.",
        ),
        Misconception(
            "conv_output_size.padding-once",
            wrong.size_padding_once,
            "when the padding is counted at one end only.",
            "Padding stands before the signal and after it.",
        ),
        Misconception(
            "conv_output_size.no-dilation",
            wrong.size_no_dilation,
            "when the dilation is left out.",
            "How far is it from the first element of a dilated kernel to its last?",
        ),
        Misconception(
            "conv_output_size.dilation-times-kernel",
            wrong.size_dilation_times_kernel,
            "when a dilated kernel is taken to reach over dilation · kernel_size elements.",
            "A kernel of 3 has two gaps, not three. Draw it with dilation 2 and count.",
        ),
        Misconception(
            "conv_output_size.dilation-from-zero",
            wrong.size_dilation_from_zero,
            "when a dilation of 1 is taken for one element left out.",
            "dilation is the distance between neighbours of the kernel. 1 is the usual kernel.",
        ),
        Misconception(
            "conv_output_size.one-missing",
            wrong.size_one_missing,
            "when the first position is not counted.",
            "A signal of 5 and a kernel of 5: the window takes no step, and yet there is one output.",
        ),
        Misconception(
            "conv_output_size.one-before-dividing",
            wrong.size_one_inside,
            "when the 1 for the first position is added before dividing by the stride.",
            "Divide the way that is left for the window by the stride: these are the steps. Then count the start.",
        ),
        Misconception(
            "conv_output_size.no-stride",
            wrong.size_no_stride,
            "when the stride is left out.",
            "With stride 2 the window takes every other position.",
        ),
    ),
    hints=(
        "How far does the kernel reach, from its first element to its last, both counted? Without dilation it is k.",
        "With dilation d, each of the k - 1 steps inside the kernel is d long. So it reaches over d · (k - 1) + 1.",
        "The padded signal has size + 2 · padding elements. Take the kernel's reach away: that is how far the window "
        "can still move.",
        "It moves in steps of stride: use // to count them. One more for the start.",
    ),
    explanation=(
        "After the first position, the window can move by size + 2p minus its reach. Whole strides in that are its "
        "steps, and the floor drops what is left over. Steps plus one are the positions."
    ),
)


def conv1d_num_parameters(in_channels: int, out_channels: int, kernel_size: int, bias: bool = True) -> int:
    """Count the trainable parameters of a convolution along one axis."""
    return out_channels * in_channels * kernel_size + (out_channels if bias else 0)


def _channels(rng: np.random.Generator, c_i: int, c_o: int) -> dict[str, int]:
    """Draw odd numbers of channels and an odd kernel: a product of these shows where it was rounded."""
    return {
        "in_channels": c_i + 2 * int(rng.integers(0, 20)),
        "out_channels": c_o + 2 * int(rng.integers(0, 20)),
        "kernel_size": 3 + 2 * int(rng.integers(0, 5)),
    }


NUM_PARAMETERS = Exercise(
    name="conv1d_num_parameters",
    chapter=CHAPTER,
    points=1,
    reference=conv1d_num_parameters,
    oracle=TorchParameters(
        "torch.nn.Conv1d",
        arrange=lambda in_channels, out_channels, kernel_size, bias=True: (
            (in_channels, out_channels, kernel_size),
            {"bias": bias},
        ),
    ),
    cases=(
        Case("Conv1d(16, 32, 5)", lambda rng: {"in_channels": 16, "out_channels": 32, "kernel_size": 5}),
        Case("no bias", lambda rng: {"in_channels": 7, "out_channels": 3, "kernel_size": 4, "bias": False}),
        Case("more inputs than outputs", lambda rng: {**_channels(rng, 301, 103), "bias": True}),
        Case("more outputs than inputs", lambda rng: _channels(rng, 103, 301)),
        Case("any size without bias", lambda rng: {**_channels(rng, 151, 201), "bias": False}),
    ),
    misconceptions=(
        Misconception(
            "conv1d_num_parameters.no-bias",
            wrong.parameters_no_bias,
            "when the bias is not counted.",
            "The bias is trained too. How many values does it hold?",
        ),
        Misconception(
            "conv1d_num_parameters.one-kernel-for-all-inputs",
            wrong.parameters_one_kernel,
            "when all input channels share one kernel.",
            "An output channel has a kernel for each input channel: the weight is (c_o, c_i, k).",
        ),
        Misconception(
            "conv1d_num_parameters.kernel-size-ignored",
            wrong.parameters_no_kernel,
            "when the kernel's size is left out, as in a linear layer.",
            "How many weights lie between one input channel and one output channel?",
        ),
        Misconception(
            "conv1d_num_parameters.one-bias",
            wrong.parameters_one_bias,
            "when the bias is counted as a single number.",
            "The shape of the bias is (c_o,). How many values are that?",
        ),
        Misconception(
            "conv1d_num_parameters.bias-per-input",
            wrong.parameters_bias_per_input,
            "when there is a bias for every input channel.",
            "The bias is added to the output. So how long must it be?",
        ),
        Misconception(
            "conv1d_num_parameters.bias-per-kernel",
            wrong.parameters_bias_per_kernel,
            "when each pair of an input and an output channel has a bias.",
            "The bias comes after the sum over the input channels.",
        ),
        Misconception(
            "conv1d_num_parameters.bias-always-counted",
            wrong.parameters_always_bias,
            "when the bias is counted even where bias=False.",
            "Look at the last argument before adding.",
        ),
    ),
    hints=(
        "One output channel has a small kernel for each input channel. How many weights is that?",
        "The weight has shape (c_o, c_i, k), the bias (c_o,).",
        "Multiply the three sizes, and add out_channels only if bias is true.",
    ),
    explanation=(
        "The weight holds c_o · c_i · k values and the bias c_o. For Conv1d(16, 32, 5) that is 2,560 + 32 = 2,592. "
        "The signal's length is nowhere in it."
    ),
)
