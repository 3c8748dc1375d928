"""The number of parameters of a convolution along one axis."""

from __future__ import annotations

import numpy as np

from course.chapters.conv1d.draws import channels
from course.chapters.linear.linear_num_parameters import EXERCISE as LINEAR_NUM_PARAMETERS
from course.checking.oracles import TorchParameters
from course.checking.sampling import odd
from course.checking.spec import Arguments, Case, Exercise, Mistake


def conv1d_num_parameters(in_channels, out_channels, kernel_size, bias=True):
    """Count the trainable parameters of a convolution along one axis.

    bias is True or False: whether the layer has one.

    >>> conv1d_num_parameters(3, 8, 4)
    104
    """
    count = out_channels * in_channels * kernel_size
    if bias:
        count += out_channels
    return count


def _sizes(rng: np.random.Generator, c_i: int, c_o: int) -> dict[str, int]:
    return {**channels(rng, c_i, c_o), "kernel_size": odd(rng, 3, 5)}


def _small(rng: np.random.Generator) -> dict[str, int]:
    """Draw sizes that are all different, so that none can be taken for another."""
    return dict(
        zip(("in_channels", "out_channels", "kernel_size"), map(int, rng.permutation(range(2, 10))), strict=False)
    )


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    c_i, c_o, k = (arguments[name] for name in ("in_channels", "out_channels", "kernel_size"))
    bias = f" + {c_o}" if arguments.get("bias", True) else ""
    return f"{c_o}·{c_i}·{k}{bias} = {conv1d_num_parameters(**arguments)}"


EXERCISE = Exercise(
    points=1,
    solution=conv1d_num_parameters,
    oracle=TorchParameters("torch.nn.Conv1d", by_name=True),
    cases=(
        Case("a small layer", _small),
        Case("no bias", lambda rng: {"in_channels": 7, "out_channels": 3, "kernel_size": 4, "bias": False}),
        Case("more inputs than outputs", lambda rng: {**_sizes(rng, 301, 103), "bias": True}),
        Case("more outputs than inputs", lambda rng: _sizes(rng, 103, 301)),
        Case("any size without bias", lambda rng: {**_sizes(rng, 151, 201), "bias": False}),
    ),
    mistakes=(
        LINEAR_NUM_PARAMETERS.mistake("no-bias", edit=("    if bias:\n        count += out_channels\n", "")),
        Mistake(
            "one-kernel-for-all-inputs",
            edit=("out_channels * in_channels *", "out_channels *"),
            gives="when all input channels share one kernel.",
            advice="An output channel has a kernel for each input channel: the weight is (c_o, c_i, k).",
        ),
        Mistake(
            "kernel-size-ignored",
            edit=(" * kernel_size", ""),
            gives="when the kernel's size is left out, as in a linear layer.",
            advice="How many weights are there between one input channel and one output channel?",
        ),
        Mistake(
            "one-bias",
            edit=("+= out_channels", "+= 1"),
            gives="when the bias is counted as a single number.",
            advice="The shape of the bias is (c_o,). How many values is that?",
        ),
        Mistake(
            "bias-per-input",
            edit=("+= out_channels", "+= in_channels"),
            gives="when there is a bias for every input channel.",
            advice="The bias is added to the output. So how long must it be?",
        ),
        Mistake(
            "bias-per-kernel",
            edit=("+= out_channels", "+= out_channels * in_channels"),
            gives="when each pair of an input and an output channel has a bias.",
            advice="The bias comes after the sum over the input channels.",
        ),
        Mistake(
            "bias-always-counted",
            edit=("if bias:\n        count", "count"),
            gives="when the bias is counted even where bias=False.",
            advice="Look at the last argument before adding.",
        ),
    ),
    hints=(
        "One output channel has a small kernel for each input channel. How many weights is that?",
        "The weight has shape (c_o, c_i, k), the bias (c_o,).",
        "Multiply the three sizes, and add out_channels only if bias is true.",
    ),
    explanation=(
        "The weight holds c_o · c_i · k values and the bias c_o. For Conv1d(16, 32, 5) that is 2,560 + 32 = "
        "2,592. The signal's length is nowhere in it."
    ),
    trace=_trace,
)
