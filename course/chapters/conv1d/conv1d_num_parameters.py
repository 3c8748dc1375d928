"""The number of parameters of a convolution along one axis."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.chapters.conv1d.draws import channels
from course.chapters.linear.linear_num_parameters import EXERCISE as LINEAR_NUM_PARAMETERS
from course.checking.sampling import odd
from course.checking.spec import Arguments, Case, Exercise, Mistake


def conv1d_num_parameters(in_channels, out_channels, kernel_size, bias=True):
    """Count the trainable parameters of one convolution, or of several in a row.

    out_channels  a number; or a tuple with a number for each of several layers, from
                  the first to the last
    kernel_size   the same for all layers
    bias          True or False: whether the layers have one

    >>> conv1d_num_parameters(3, 8, 4), conv1d_num_parameters(3, (8, 2), 4)
    (104, 170)
    """
    layers = out_channels if isinstance(out_channels, tuple) else (out_channels,)
    count = 0
    for c_o in layers:
        count += c_o * in_channels * kernel_size
        if bias:
            count += c_o
        in_channels = c_o
    return count


def _sizes(rng: np.random.Generator, c_i: int, c_o: int) -> dict[str, int]:
    return {**channels(rng, c_i, c_o), "kernel_size": odd(rng, 3, 5)}


def _small(rng: np.random.Generator) -> dict[str, int]:
    """Draw sizes that are all different, so that none can be taken for another."""
    return dict(
        zip(("in_channels", "out_channels", "kernel_size"), map(int, rng.permutation(range(2, 10))), strict=False)
    )


def _two_layers(rng: np.random.Generator) -> dict[str, Any]:
    """Draw two small layers to count on paper; all four sizes differ."""
    c_i, first, second, k = map(int, rng.permutation(range(2, 10))[:4])
    return {"in_channels": c_i, "out_channels": (first, second), "kernel_size": k}


def _stack(rng: np.random.Generator, layers: int) -> dict[str, Any]:
    channels_of = [odd(rng, 11 + 10 * k, 5) for k in range(layers + 1)]
    c_i, *c_o = map(int, rng.permutation(channels_of))
    return {"in_channels": c_i, "out_channels": tuple(c_o), "kernel_size": odd(rng, 3, 5)}


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    c_i, c_o, k = (arguments[name] for name in ("in_channels", "out_channels", "kernel_size"))
    layers = c_o if isinstance(c_o, tuple) else (c_o,)
    counts = [
        f"{o}·{i}·{k}" + (f" + {o}" if arguments.get("bias", True) else "")
        for i, o in zip((c_i, *layers), layers, strict=False)
    ]
    return f"{' + '.join(counts)} = {conv1d_num_parameters(**arguments)}"


EXERCISE = Exercise(
    points=1,
    solution=conv1d_num_parameters,
    oracle=None,
    cases=(
        Case("a small layer", _small),
        Case("no bias", lambda rng: {"in_channels": 7, "out_channels": 3, "kernel_size": 4, "bias": False}),
        Case("more inputs than outputs", lambda rng: {**_sizes(rng, 301, 103), "bias": True}),
        Case("more outputs than inputs", lambda rng: _sizes(rng, 103, 301)),
        Case("any size without bias", lambda rng: {**_sizes(rng, 151, 201), "bias": False}),
        Case("two layers", _two_layers, note="two layers in a row"),
        Case("four layers without bias", lambda rng: {**_stack(rng, 4), "bias": False}),
    ),
    mistakes=(
        LINEAR_NUM_PARAMETERS.mistake("no-bias", edit=("        if bias:\n            count += c_o\n", "")),
        Mistake(
            "one-kernel-for-all-inputs",
            edit=("c_o * in_channels *", "c_o *"),
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
            edit=("+= c_o\n", "+= 1\n"),
            gives="when the bias is counted as a single number.",
            advice="The shape of the bias is (c_o,). How many values is that?",
        ),
        Mistake(
            "bias-per-input",
            edit=("+= c_o\n", "+= in_channels\n"),
            gives="when there is a bias for every input channel.",
            advice="The bias is added to the output. So how long must it be?",
        ),
        Mistake(
            "bias-per-kernel",
            edit=("+= c_o\n", "+= c_o * in_channels\n"),
            gives="when each pair of an input and an output channel has a bias.",
            advice="The bias comes after the sum over the input channels.",
        ),
        Mistake(
            "bias-always-counted",
            edit=("if bias:\n            count", "count"),
            gives="when the bias is counted even where bias=False.",
            advice="Look at the last argument before adding.",
        ),
        Mistake(
            "same-inputs-for-all",
            edit=("        in_channels = c_o\n", ""),
            gives="when every layer of a stack takes in_channels.",
            advice="The second layer takes what the first one gives. How many channels are that?",
        ),
        Mistake(
            "first-layer-only",
            edit=("in layers:", "in layers[:1]:"),
            gives="when only the first layer of a stack is counted.",
            unwritten="Several layers are not counted yet",
            advice="out_channels has a number for each layer, and each layer has its own weight and bias.",
        ),
        Mistake(
            "last-layer-only",
            edit=("        count += c_o * in_channels", "        count = c_o * in_channels"),
            gives="when only the last layer of a stack is counted.",
            advice="Add up what all layers have.",
        ),
        Mistake(
            "bias-of-last-layer-only",
            edit=(
                ("        if bias:\n            count += c_o\n", ""),
                ("    return count", "    return count + layers[-1] * bool(bias)"),
            ),
            gives="when only the last layer of a stack has a bias.",
            advice="With bias=True each layer has its own.",
        ),
    ),
    hints=(
        "One output channel has a small kernel for each input channel. How many weights is that?",
        "The weight has shape (c_o, c_i, k), the bias (c_o,).",
        "Multiply the three sizes, and add c_o only if bias is true. In a stack, do this for each layer, with the "
        "channels of the layer before as c_i.",
    ),
    explanation=(
        "The weight holds c_o · c_i · k values and the bias c_o. For Conv1d(16, 32, 5) that is 2,560 + 32 = "
        "2,592. The signal's length is nowhere in it. In a stack each layer's outputs are the next one's inputs, so "
        "most parameters are where both numbers are large."
    ),
    trace=_trace,
)
