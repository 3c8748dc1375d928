"""Chapter 12, the normalizations over the positions of channels: instance and group."""

from __future__ import annotations

from typing import Any

import numpy as np

from course import functional
from course.chapters.mistakes import normalization_per_sample as wrong
from course.chapters.normalization_draws import CHAPTER, FAR, OFFSET, TINY, images, worked_out
from course.checking.oracles import TorchFunction
from course.checking.sampling import normal
from course.checking.spec import Arguments, Case, Exercise, Misconception


def instance_norm(input, eps=1e-5):
    """Normalize each channel of each sample."""
    mean = input.mean(axis=(2, 3), keepdims=True)
    var = input.var(axis=(2, 3), keepdims=True)
    return (input - mean) / np.sqrt(var + eps)


def _instance_trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    x = arguments["input"]
    return worked_out(x[index], x[index[:2]], arguments.get("eps", 1e-5), None, None)


def _channel_offsets(rng: np.random.Generator) -> dict[str, Any]:
    return {"input": images(rng, 2, 3, 3, 4) + rng.permutation(np.linspace(-3, 3, 6)).reshape(2, 3, 1, 1)}


INSTANCE_NORM = Exercise(
    name="instance_norm",
    chapter=CHAPTER,
    points=2,
    reference=instance_norm,
    oracle=TorchFunction("torch.nn.functional.instance_norm", arrange=lambda input, eps=1e-5: ((input,), {"eps": eps})),
    cases=(
        Case("two images", lambda rng: {"input": images(rng, 2, 3, 4, 5)}),
        Case("all sizes equal", lambda rng: {"input": images(rng, 3, 3, 3, 3)}),
        Case("channels far apart", _channel_offsets, note="each channel of each sample lies elsewhere"),
        Case("one sample", lambda rng: {"input": images(rng, 1, 4, 3, 2)}),
        Case("tiny variance", lambda rng: {"input": images(rng, 2, 3, 4, 2, scale=0.001)}, note=TINY),
        Case("another eps", lambda rng: {"input": images(rng, 3, 2, 2, 4, scale=0.01), "eps": 0.002}),
        Case("a large offset", lambda rng: {"input": images(rng, 2, 3, 2, 4, offset=OFFSET)}, note=FAR, weight=0.5),
    ),
    misconceptions=(
        Misconception(
            "instance_norm.over-the-batch",
            wrong.instance_over_the_batch,
            "when all samples share a channel's mean: a batch normalization.",
            "Each sample is an instance of its own. Which axis must stay, then?",
        ),
        Misconception(
            "instance_norm.over-channels",
            wrong.instance_over_channels,
            "when all channels of a sample share a mean: a layer normalization.",
            "Each channel of each sample has its own mean. Which two axes stay?",
        ),
        Misconception(
            "instance_norm.channels-only",
            wrong.instance_channels_only,
            "when the mean runs over the channels, and each pixel has its own.",
            "The mean runs over the positions of one channel: its rows and columns.",
        ),
        Misconception(
            "instance_norm.rows-only",
            wrong.instance_rows_only,
            "when each row of an image is normalized by itself.",
            "Positions have two axes, height and width. np.mean takes a tuple of axes.",
        ),
        Misconception(
            "instance_norm.whole-tensor",
            wrong.instance_whole_tensor,
            "when one mean and one variance serve the whole array.",
            "Each channel of each sample has its own. Give np.mean the axes that are to go.",
        ),
        Misconception(
            "instance_norm.mean-kept",
            wrong.instance_mean_kept,
            "when the mean is not subtracted.",
            "First bring the values around 0, then divide.",
        ),
        Misconception(
            "instance_norm.unbiased",
            wrong.instance_unbiased,
            "when the variance is the unbiased one, divided by one less than there are values.",
            "The layer takes the mean of the squared deviations: np.var as it is.",
        ),
        Misconception(
            "instance_norm.eps-outside",
            wrong.instance_eps_outside,
            "when eps is added to the root in place of under it.",
            "Add eps to the variance first, then take the root.",
        ),
        Misconception(
            "instance_norm.no-eps",
            wrong.instance_no_eps,
            "when eps is left out.",
            "Look for the small number under the root in the formula.",
        ),
        Misconception(
            "instance_norm.no-root",
            wrong.instance_no_root,
            "when the values are divided by the variance in place of its root.",
            "Divide by something that has the unit of the values.",
        ),
        Misconception(
            "instance_norm.one-pass-variance",
            wrong.instance_one_pass_variance,
            "when the variance is the mean of the squares less the square of the mean: far from zero its digits are "
            "lost.",
            "Subtract the mean first. Then square small numbers.",
        ),
    ),
    hints=(
        "Each channel of each sample has its own mean and variance. So N and C stay, and H and W go.",
        "input is (n, c, h, w). With keepdims=True the mean over the positions is (n, c, 1, 1).",
        "Subtract the mean, divide by the root of the variance plus eps. There is no weight and no bias here.",
    ),
    explanation="The mean over axes 2 and 3 leaves one number for each channel of each sample.",
    trace=_instance_trace,
)


def group_norm(input, num_groups, weight, bias, eps=1e-5):
    """Normalize groups of neighbouring channels: the lesson's version."""
    n, c, h, w = input.shape
    groups = input.reshape(n * num_groups, c // num_groups, h, w)
    mean = groups.mean(axis=(1, 2, 3), keepdims=True)
    var = groups.var(axis=(1, 2, 3), keepdims=True)
    x_hat = ((groups - mean) / np.sqrt(var + eps)).reshape(n, c, h, w)
    return weight.reshape(1, c, 1, 1) * x_hat + bias.reshape(1, c, 1, 1)


def _groups(
    rng: np.random.Generator,
    *shape: int,
    num_groups: int,
    scale: float = 1.0,
    offset: float = 0.0,
    eps: float | None = None,
) -> dict[str, Any]:
    return {
        "input": images(rng, *shape, scale=scale, offset=offset),
        "num_groups": num_groups,
        "weight": normal(rng, shape[1]),
        "bias": normal(rng, shape[1]),
        **({} if eps is None else {"eps": eps}),
    }


def _group_trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    x, (sample, channel) = arguments["input"], index[:2]
    size = x.shape[1] // arguments["num_groups"]
    first = channel // size * size
    group = x[sample, first : first + size]
    eps = arguments.get("eps", 1e-5)
    return worked_out(x[index], group, eps, arguments["weight"][channel], arguments["bias"][channel])


GROUP_NORM = Exercise(
    name="group_norm",
    chapter=CHAPTER,
    points=3,
    reference=functional.group_norm,
    solution=group_norm,
    oracle=TorchFunction("torch.nn.functional.group_norm"),
    cases=(
        Case("two groups of three channels", lambda rng: _groups(rng, 2, 6, 3, 4, num_groups=2)),
        Case("three groups of four channels", lambda rng: _groups(rng, 3, 12, 2, 3, num_groups=3)),
        Case("two groups of two, all sizes equal", lambda rng: _groups(rng, 4, 4, 4, 4, num_groups=2)),
        Case("one group", lambda rng: _groups(rng, 2, 3, 4, 2, num_groups=1)),
        Case("a group for each channel", lambda rng: _groups(rng, 2, 3, 2, 4, num_groups=3)),
        Case("tiny variance", lambda rng: _groups(rng, 2, 4, 3, 2, num_groups=2, scale=0.001), note=TINY),
        Case("another eps", lambda rng: _groups(rng, 2, 8, 3, 2, num_groups=2, scale=0.01, eps=0.002)),
        Case(
            "a large offset",
            lambda rng: _groups(rng, 3, 4, 2, 2, num_groups=2, offset=OFFSET),
            note=FAR,
            weight=0.5,
        ),
    ),
    misconceptions=(
        Misconception(
            "group_norm.interleaved",
            wrong.group_interleaved,
            "when the groups are interleaved: with two groups, channels 0, 2, 4 and 1, 3, 5.",
            "A group holds neighbouring channels. In the reshape, which of the two new axes must run faster?",
        ),
        Misconception(
            "group_norm.size-for-number",
            wrong.group_size_for_number,
            "when num_groups is taken for the number of channels in a group.",
            "num_groups says how many groups there are. How many channels has each, then?",
        ),
        Misconception(
            "group_norm.affine-per-group",
            wrong.group_affine_per_group,
            "when each group has one weight and one bias.",
            "Only mean and variance belong to the group. weight[k] and bias[k] belong to channel k.",
        ),
        Misconception(
            "group_norm.affine-along-width",
            wrong.group_affine_along_width,
            "when weight and bias run along the last axis, the width.",
            "NumPy lines arrays up at their last axes. Give (c,) the shape (1, c, 1, 1).",
        ),
        Misconception(
            "group_norm.affine-ignored",
            wrong.group_affine_ignored,
            "when weight and bias are left out.",
            "The normalized values are scaled by weight and shifted by bias, channel by channel.",
        ),
        Misconception(
            "group_norm.groups-ignored",
            wrong.group_ignored,
            "when all channels of a sample share one mean, as if there were one group.",
            "Split the channels into num_groups groups first. Each has a mean of its own.",
        ),
        Misconception(
            "group_norm.each-channel",
            wrong.group_each_channel,
            "when each channel has a mean of its own: an instance normalization.",
            "The channels of one group share mean and variance.",
        ),
        Misconception(
            "group_norm.over-the-batch",
            wrong.group_over_the_batch,
            "when the samples of the batch share the mean of a group.",
            "Each sample is normalized by itself. Which axis must stay?",
        ),
        Misconception(
            "group_norm.channels-only",
            wrong.group_channels_only,
            "when the mean runs over the channels of a group, and each pixel has its own.",
            "The positions share the mean as well.",
        ),
        Misconception(
            "group_norm.unbiased",
            wrong.group_unbiased,
            "when the variance is the unbiased one, divided by one less than there are values.",
            "The layer takes the mean of the squared deviations: np.var as it is.",
        ),
        Misconception(
            "group_norm.eps-outside",
            wrong.group_eps_outside,
            "when eps is added to the root in place of under it.",
            "Add eps to the variance first, then take the root.",
        ),
        Misconception(
            "group_norm.no-eps",
            wrong.group_no_eps,
            "when eps is left out.",
            "Look for the small number under the root in the formula.",
        ),
        Misconception(
            "group_norm.one-pass-variance",
            wrong.group_one_pass_variance,
            "when the variance is the mean of the squares less the square of the mean: far from zero its digits are "
            "lost.",
            "Subtract the mean first. Then square small numbers.",
        ),
    ),
    hints=(
        "Group 0 holds the first c / num_groups channels, group 1 the next, and so on.",
        "reshape can give each group an axis: (n, num_groups, c // num_groups, h, w), or (n * num_groups, ...). "
        "Then take mean and variance over all axes behind it.",
        "Reshape back to (n, c, h, w) before weight and bias, which have the shape (1, c, 1, 1).",
    ),
    explanation=(
        "reshape keeps the order of the values, so neighbouring channels come to lie in one group. Mean and variance "
        "are those of a group, weight and bias those of a channel: that is why the shape comes back in between."
    ),
    trace=_group_trace,
)
