"""A count turned around: the kernel and the bias of a convolution, from its number of parameters."""

from __future__ import annotations

import numpy as np

from course.chapters.conv1d.conv1d_num_parameters import conv1d_num_parameters
from course.checking.sampling import odd
from course.checking.spec import Arguments, Case, Exercise, Mistake


def conv1d_kernel_size(num_parameters, in_channels, out_channels):
    """Find the kernel size of a convolution along one axis, and whether it has a bias.

    in_channels is at least 2.
    returns (kernel_size, bias): a whole number, and True or False

    >>> conv1d_kernel_size(104, 3, 8), conv1d_kernel_size(96, 3, 8)
    ((4, True), (4, False))
    """
    one_place = in_channels * out_channels
    bias = num_parameters % one_place != 0
    weights = num_parameters
    if bias:
        weights -= out_channels
    return weights // one_place, bias


def _layer(in_channels: int, out_channels: int, kernel_size: int, bias: bool = True) -> dict[str, int]:
    """Give the arguments for a layer: its count and its channels."""
    count = conv1d_num_parameters(in_channels, out_channels, kernel_size, bias)
    return {"num_parameters": count, "in_channels": in_channels, "out_channels": out_channels}


def _small(rng: np.random.Generator, bias: bool = True) -> dict[str, int]:
    """Draw a layer whose three sizes differ, with more channels out than in."""
    c_i, k, c_o = sorted(map(int, rng.choice(np.arange(2, 10), size=3, replace=False)))
    return _layer(c_i, c_o, k, bias)


def _square(rng: np.random.Generator) -> dict[str, int]:
    """Draw a layer with as many channels in as out: its bias could be either's."""
    channels = odd(rng, 21, 30)
    return _layer(channels, channels, odd(rng, 3, 6))


def _kernel_size(arguments: Arguments, index: tuple[int, ...]) -> str:
    count, c_i, c_o = (arguments[name] for name in ("num_parameters", "in_channels", "out_channels"))
    kernel_size, bias = conv1d_kernel_size(count, c_i, c_o)
    weights = f"({count} - {c_o})" if bias else f"{count}"
    return f"{weights}/({c_i}·{c_o}) = {kernel_size}"


def _bias(arguments: Arguments, index: tuple[int, ...]) -> str:
    count, c_i, c_o = (arguments[name] for name in ("num_parameters", "in_channels", "out_channels"))
    kernel_size, over = divmod(count, c_i * c_o)
    told = "the remainder is the bias, True = 1" if over else "no remainder, so no bias, False = 0"
    return f"{count} = {kernel_size}·({c_i}·{c_o}) + {over}: {told}"


EXERCISE = Exercise(
    points=1,
    solution=conv1d_kernel_size,
    oracle=None,
    returns=("kernel_size", "bias"),
    cases=(
        Case("a small layer", _small),
        Case("a small layer without bias", lambda rng: _small(rng, bias=False)),
        Case("the table's layer", lambda rng: _layer(16, 32, 5)),
        Case("more channels in than out", lambda rng: _layer(odd(rng, 51, 20), odd(rng, 11, 10), odd(rng, 3, 6))),
        Case("no bias", lambda rng: _layer(odd(rng, 51, 20), odd(rng, 11, 10), odd(rng, 3, 6), bias=False)),
        Case("a kernel of 1", lambda rng: _layer(odd(rng, 21, 20), odd(rng, 61, 10), 1, bias=False)),
        Case("the same channels", _square),
        Case("two channels in and one out", lambda rng: _layer(2, 1, odd(rng, 5, 6))),
    ),
    mistakes=(
        Mistake(
            "results-exchanged",
            edit=("return weights // one_place, bias", "return bias, weights // one_place"),
            gives="when the two results are exchanged.",
            advice="The docstring names the kernel size first.",
        ),
        Mistake(
            "bias-always-subtracted",
            edit=("    if bias:\n        weights -=", "    weights -="),
            gives="when a bias is subtracted even if there is none.",
            advice="Without a bias, all of the parameters are weights. Look first, then subtract.",
        ),
        Mistake(
            "bias-always",
            edit=("num_parameters % one_place != 0", "True"),
            gives="when every layer is assumed to have a bias.",
            unwritten="Layers without bias are not found yet",
            advice="All weights together are c_i · c_o · k numbers. What is left over if that is divided by c_i · c_o?",
        ),
        Mistake(
            "bias-never",
            edit=("num_parameters % one_place != 0", "False"),
            gives="when no layer is assumed to have a bias.",
            unwritten="The bias is not found yet",
            advice="The weights fill whole kernels. What does a remainder of the division mean?",
        ),
        Mistake(
            "bias-reversed",
            edit=("return weights // one_place, bias", "return weights // one_place, not bias"),
            gives="when the second result says the opposite.",
            advice="True means that there is a bias. When does the division have no remainder?",
        ),
        Mistake(
            "one-kernel-for-all-inputs",
            edit=("in_channels * out_channels", "out_channels"),
            gives="when all input channels share one kernel.",
            advice="The weight is (c_o, c_i, k). By how many numbers does it grow if k grows by 1?",
        ),
        Mistake(
            "bias-per-input",
            edit=("weights -= out_channels", "weights -= in_channels"),
            gives="when the bias has one number for each input channel.",
            advice="The bias is added to the output. So how long is it?",
        ),
        Mistake(
            "rounded-up",
            edit=("weights // one_place", "-(-num_parameters // one_place)"),
            gives="when the bias stays among the weights and the division is rounded up.",
            advice="Subtract the bias first. Then the division has no remainder.",
        ),
    ),
    hints=(
        "Write down the count for unknown k, once with a bias and once without. What is the same in both?",
        "The weights are c_i · c_o · k numbers, a multiple of c_i · c_o. With a bias the count is not a multiple of "
        "it, since c_o is less than c_i · c_o.",
        "The operator % gives the remainder of a division. If it is not 0, there is a bias: subtract c_o, then divide.",
    ),
    explanation=(
        "Each place of the kernel has c_i · c_o weights, so the weights are a multiple of that. A bias adds c_o, which "
        "is less: the remainder of the division shows it. For 16 to 32 channels, 2,592 = 5 · 512 + 32: a kernel of 5, "
        "and a bias."
    ),
    trace={"kernel_size": _kernel_size, "bias": _bias},
)
