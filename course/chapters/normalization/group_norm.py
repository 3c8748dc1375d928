"""Group normalization: neighbouring channels of each sample together."""

from __future__ import annotations

from typing import Any

import numpy as np

from course import functional
from course.chapters.normalization.draws import FAR, OFFSET, TINY, Draw, draw_input
from course.chapters.normalization.instance_norm import EXERCISE as INSTANCE_NORM
from course.chapters.normalization.layer_norm import EXERCISE as LAYER_NORM
from course.chapters.normalization.worked_out import normalized
from course.checking.oracles import TorchFunction
from course.checking.sampling import normal, whole
from course.checking.spec import Arguments, Case, Exercise, Mistake


def group_norm(input, num_groups, weight, bias, eps=1e-5):
    """Normalize each group of channels of each sample, then scale and shift each channel.

    input         (n, c, h, w), float64, also far from zero
    num_groups    how many groups; it divides c
    weight, bias  (c,)
    returns the shape of input

    >>> x = np.array([1.0, 3.0, 50.0, 90.0]).reshape(1, 4, 1, 1)
    >>> group_norm(x, 2, np.ones(4), np.array([0.0, 0.0, 10.0, 20.0])).ravel().round(3)
    array([-1.,  1.,  9., 21.])
    """
    n, c, h, w = input.shape
    groups = input.reshape(n * num_groups, c // num_groups, h, w)
    axes = (1, 2, 3)
    mean = groups.mean(axis=axes, keepdims=True)
    var = groups.var(axis=axes, keepdims=True)
    x_hat = ((groups - mean) / np.sqrt(var + eps)).reshape(n, c, h, w)
    return weight.reshape(1, c, 1, 1) * x_hat + bias.reshape(1, c, 1, 1)


def _groups(
    rng: np.random.Generator,
    *shape: int,
    num_groups: int,
    scale: float = 1.0,
    offset: float = 0.0,
    draw: Draw = normal,
    **options: float,
) -> dict[str, Any]:
    return {
        "input": draw_input(rng, *shape, scale=scale, offset=offset, draw=draw),
        "num_groups": num_groups,
        "weight": draw(rng, shape[1]),
        "bias": draw(rng, shape[1]),
        **options,
    }


def _group_trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    x, (sample, channel) = arguments["input"], index[:2]
    size = x.shape[1] // arguments["num_groups"]
    first = channel // size * size
    group = x[sample, first : first + size]
    eps = arguments.get("eps", 1e-5)
    return normalized(x[index], group, eps, arguments["weight"][channel], arguments["bias"][channel])


EXERCISE = Exercise(
    points=3,
    solution=group_norm,
    stages={
        "the mean": "mean",
        "the variance": "var",
        "the normalized values": "x_hat",
        "the scaled and shifted values": "result",
    },
    reference=functional.group_norm,
    oracle=TorchFunction("torch.nn.functional.group_norm"),
    cases=(
        Case("images of one pixel", lambda rng: _groups(rng, 1, 6, 1, 1, num_groups=2, draw=whole)),
        Case("two groups of three channels", lambda rng: _groups(rng, 2, 6, 3, 4, num_groups=2)),
        Case("three groups of four channels", lambda rng: _groups(rng, 3, 12, 2, 3, num_groups=3)),
        Case("two groups of two, all sizes equal", lambda rng: _groups(rng, 4, 4, 4, 4, num_groups=2)),
        Case("one group", lambda rng: _groups(rng, 2, 3, 4, 2, num_groups=1)),
        Case("a group for each channel", lambda rng: _groups(rng, 2, 3, 2, 4, num_groups=3)),
        Case("tiny variance", lambda rng: _groups(rng, 2, 4, 3, 2, num_groups=2, scale=0.001), note=TINY),
        Case("another eps", lambda rng: _groups(rng, 2, 8, 3, 2, num_groups=2, scale=0.01, eps=0.002)),
        Case("a large offset", lambda rng: _groups(rng, 3, 4, 2, 2, num_groups=2, offset=OFFSET), note=FAR, weight=0.5),
    ),
    mistakes=(
        Mistake(
            "interleaved",
            edit=(
                ("n * num_groups, c // num_groups, h", "n, c // num_groups, num_groups, h"),
                ("(1, 2, 3)", "(1, 3, 4)"),
            ),
            gives="when the groups are interleaved: with two groups, channels 0, 2, 4 and 1, 3, 5.",
            advice="A group has neighbouring channels. In the reshape, which of the two new axes must run faster?",
        ),
        Mistake(
            "size-for-number",
            edit=("n * num_groups, c // num_groups, h", "n * c // num_groups, num_groups, h"),
            gives="when num_groups is read as the number of channels in a group.",
            advice="num_groups says how many groups there are. How many channels does each have, then?",
        ),
        Mistake(
            "affine-per-group",
            edit=(
                ("weight.reshape", "weight[:num_groups].repeat(c // num_groups).reshape"),
                ("bias.reshape", "bias[:num_groups].repeat(c // num_groups).reshape"),
            ),
            gives="when each group has one weight and one bias.",
            advice="Only mean and variance belong to the group. weight[k] and bias[k] belong to channel k.",
        ),
        Mistake(
            "affine-along-width",
            edit=("weight.reshape(1, c, 1, 1) * x_hat + bias.reshape(1, c, 1, 1)", "weight * x_hat + bias"),
            gives="when weight and bias run along the last axis, the width.",
            advice="NumPy lines arrays up at their last axes. Give (c,) the shape (1, c, 1, 1).",
        ),
        Mistake(
            "affine-ignored",
            edit=("weight.reshape(1, c, 1, 1) * x_hat + bias.reshape(1, c, 1, 1)", "x_hat"),
            gives="when weight and bias are left out.",
            unwritten="weight and bias are not used yet",
            advice="The normalized values are scaled by weight and shifted by bias, channel by channel.",
        ),
        LAYER_NORM.mistake(
            "bias-before-weight",
            edit=(
                "weight.reshape(1, c, 1, 1) * x_hat + bias.reshape(1, c, 1, 1)",
                "weight.reshape(1, c, 1, 1) * (x_hat + bias.reshape(1, c, 1, 1))",
            ),
        ),
        Mistake(
            "groups-ignored",
            edit=("input.reshape(n * num_groups, c // num_groups, h, w)", "input"),
            gives="when all channels of a sample share one mean, as if there were one group.",
            unwritten="The groups are not written yet",
            advice="Split the channels into num_groups groups first. Each has its own mean.",
        ),
        Mistake(
            "each-channel",
            edit=("(1, 2, 3)", "(2, 3)"),
            gives="when each channel has its own mean: an instance normalization.",
            advice="The channels of one group share mean and variance.",
        ),
        Mistake(
            "over-the-batch",
            edit=(
                ("n * num_groups, c // num_groups, h", "n, num_groups, c // num_groups, h"),
                ("(1, 2, 3)", "(0, 2, 3, 4)"),
            ),
            gives="when the samples of the batch share the mean of a group.",
            advice="Each sample is normalized separately. Which axis must stay?",
        ),
        Mistake(
            "channels-only",
            edit=("(1, 2, 3)", "1"),
            gives="when the mean runs over the channels of a group, and each pixel has its own.",
            advice="The positions share the mean as well.",
        ),
        INSTANCE_NORM.mistake("unbiased"),
        INSTANCE_NORM.mistake("eps-outside"),
        INSTANCE_NORM.mistake("no-eps"),
        INSTANCE_NORM.mistake(
            "one-pass-variance",
            edit=("groups.var(axis=axes, keepdims=True)", "(groups**2).mean(axis=axes, keepdims=True) - mean**2"),
        ),
    ),
    hints=(
        "Group 0 has the first c / num_groups channels, group 1 the next, and so on.",
        "reshape can give each group an axis: (n, num_groups, c // num_groups, h, w), or (n * num_groups, ...). "
        "Then take mean and variance over all axes after it.",
        "Reshape back to (n, c, h, w) before weight and bias, which have the shape (1, c, 1, 1).",
    ),
    explanation=(
        "reshape keeps the order of the values, so neighbouring channels end up in one group. Mean and variance "
        "belong to a group, weight and bias to a channel: that is why the shape changes back in between."
    ),
    trace=_group_trace,
)
