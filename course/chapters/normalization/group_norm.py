"""`group_norm`: ..."""

from __future__ import annotations

from typing import Any

import numpy as np

from course import functional
from course.chapters.normalization.draws import FAR, OFFSET, TINY, images, worked_out
from course.checking.sampling import normal
from course.checking.spec import Arguments, Case, Exercise, Mistake, TorchFunction


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


def _interleaved(input, num_groups, weight, bias, eps=1e-5):
    n, c, h, w = input.shape
    groups = input.reshape(n, c // num_groups, num_groups, h, w)
    mean = groups.mean(axis=(1, 3, 4), keepdims=True)
    var = groups.var(axis=(1, 3, 4), keepdims=True)
    x_hat = ((groups - mean) / np.sqrt(var + eps)).reshape(n, c, h, w)
    return x_hat * weight.reshape(1, -1, 1, 1) + bias.reshape(1, -1, 1, 1)


def _size_for_number(input, num_groups, weight, bias, eps=1e-5):
    n, c, h, w = input.shape
    groups = input.reshape(n, c // num_groups, num_groups, h, w)
    mean = groups.mean(axis=(2, 3, 4), keepdims=True)
    var = groups.var(axis=(2, 3, 4), keepdims=True)
    x_hat = ((groups - mean) / np.sqrt(var + eps)).reshape(n, c, h, w)
    return x_hat * weight.reshape(1, -1, 1, 1) + bias.reshape(1, -1, 1, 1)


def _affine_per_group(input, num_groups, weight, bias, eps=1e-5):
    n, c, h, w = input.shape
    groups = input.reshape(n, num_groups, c // num_groups, h, w)
    mean = groups.mean(axis=(2, 3, 4), keepdims=True)
    var = groups.var(axis=(2, 3, 4), keepdims=True)
    x_hat = (groups - mean) / np.sqrt(var + eps)
    scale, shift = weight[:num_groups], bias[:num_groups]
    y = x_hat * scale.reshape(1, -1, 1, 1, 1) + shift.reshape(1, -1, 1, 1, 1)
    return y.reshape(n, c, h, w)


def _affine_along_width(input, num_groups, weight, bias, eps=1e-5):
    n, c, h, w = input.shape
    groups = input.reshape(n, num_groups, c // num_groups, h, w)
    mean = groups.mean(axis=(2, 3, 4), keepdims=True)
    var = groups.var(axis=(2, 3, 4), keepdims=True)
    x_hat = ((groups - mean) / np.sqrt(var + eps)).reshape(n, c, h, w)
    return x_hat * weight + bias


def _affine_ignored(input, num_groups, weight, bias, eps=1e-5):
    n, c, h, w = input.shape
    groups = input.reshape(n, num_groups, c // num_groups, h, w)
    mean = groups.mean(axis=(2, 3, 4), keepdims=True)
    var = groups.var(axis=(2, 3, 4), keepdims=True)
    return ((groups - mean) / np.sqrt(var + eps)).reshape(n, c, h, w)


def _groups_ignored(input, num_groups, weight, bias, eps=1e-5):
    mean = input.mean(axis=(1, 2, 3), keepdims=True)
    var = input.var(axis=(1, 2, 3), keepdims=True)
    x_hat = (input - mean) / np.sqrt(var + eps)
    return x_hat * weight.reshape(1, -1, 1, 1) + bias.reshape(1, -1, 1, 1)


def _each_channel(input, num_groups, weight, bias, eps=1e-5):
    mean = input.mean(axis=(2, 3), keepdims=True)
    var = input.var(axis=(2, 3), keepdims=True)
    x_hat = (input - mean) / np.sqrt(var + eps)
    return x_hat * weight.reshape(1, -1, 1, 1) + bias.reshape(1, -1, 1, 1)


def _over_the_batch(input, num_groups, weight, bias, eps=1e-5):
    n, c, h, w = input.shape
    groups = input.reshape(n, num_groups, c // num_groups, h, w)
    mean = groups.mean(axis=(0, 2, 3, 4), keepdims=True)
    var = groups.var(axis=(0, 2, 3, 4), keepdims=True)
    x_hat = ((groups - mean) / np.sqrt(var + eps)).reshape(n, c, h, w)
    return x_hat * weight.reshape(1, -1, 1, 1) + bias.reshape(1, -1, 1, 1)


def _channels_only(input, num_groups, weight, bias, eps=1e-5):
    n, c, h, w = input.shape
    groups = input.reshape(n, num_groups, c // num_groups, h, w)
    mean = groups.mean(axis=2, keepdims=True)
    var = groups.var(axis=2, keepdims=True)
    x_hat = ((groups - mean) / np.sqrt(var + eps)).reshape(n, c, h, w)
    return x_hat * weight.reshape(1, -1, 1, 1) + bias.reshape(1, -1, 1, 1)


def _unbiased(input, num_groups, weight, bias, eps=1e-5):
    n, c, h, w = input.shape
    groups = input.reshape(n, num_groups, c // num_groups, h, w)
    mean = groups.mean(axis=(2, 3, 4), keepdims=True)
    var = groups.var(axis=(2, 3, 4), ddof=1, keepdims=True)
    x_hat = ((groups - mean) / np.sqrt(var + eps)).reshape(n, c, h, w)
    return x_hat * weight.reshape(1, -1, 1, 1) + bias.reshape(1, -1, 1, 1)


def _eps_outside(input, num_groups, weight, bias, eps=1e-5):
    n, c, h, w = input.shape
    groups = input.reshape(n, num_groups, c // num_groups, h, w)
    mean = groups.mean(axis=(2, 3, 4), keepdims=True)
    var = groups.var(axis=(2, 3, 4), keepdims=True)
    x_hat = ((groups - mean) / (np.sqrt(var) + eps)).reshape(n, c, h, w)
    return x_hat * weight.reshape(1, -1, 1, 1) + bias.reshape(1, -1, 1, 1)


def _no_eps(input, num_groups, weight, bias, eps=1e-5):
    n, c, h, w = input.shape
    groups = input.reshape(n, num_groups, c // num_groups, h, w)
    mean = groups.mean(axis=(2, 3, 4), keepdims=True)
    var = groups.var(axis=(2, 3, 4), keepdims=True)
    x_hat = ((groups - mean) / np.sqrt(var)).reshape(n, c, h, w)
    return x_hat * weight.reshape(1, -1, 1, 1) + bias.reshape(1, -1, 1, 1)


def _one_pass_variance(input, num_groups, weight, bias, eps=1e-5):
    n, c, h, w = input.shape
    groups = input.reshape(n, num_groups, c // num_groups, h, w)
    mean = groups.mean(axis=(2, 3, 4), keepdims=True)
    var = (groups**2).mean(axis=(2, 3, 4), keepdims=True) - mean**2
    x_hat = ((groups - mean) / np.sqrt(var + eps)).reshape(n, c, h, w)
    return x_hat * weight.reshape(1, -1, 1, 1) + bias.reshape(1, -1, 1, 1)


EXERCISE = Exercise(
    name="group_norm",
    points=3,
    solution=group_norm,
    reference=functional.group_norm,
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
    mistakes=(
        Mistake(
            "interleaved",
            body=_interleaved,
            gives="when the groups are interleaved: with two groups, channels 0, 2, 4 and 1, 3, 5.",
            advice="A group holds neighbouring channels. In the reshape, which of the two new axes must run faster?",
        ),
        Mistake(
            "size-for-number",
            body=_size_for_number,
            gives="when num_groups is taken for the number of channels in a group.",
            advice="num_groups says how many groups there are. How many channels has each, then?",
        ),
        Mistake(
            "affine-per-group",
            body=_affine_per_group,
            gives="when each group has one weight and one bias.",
            advice="Only mean and variance belong to the group. weight[k] and bias[k] belong to channel k.",
        ),
        Mistake(
            "affine-along-width",
            body=_affine_along_width,
            gives="when weight and bias run along the last axis, the width.",
            advice="NumPy lines arrays up at their last axes. Give (c,) the shape (1, c, 1, 1).",
        ),
        Mistake(
            "affine-ignored",
            body=_affine_ignored,
            gives="when weight and bias are left out.",
            advice="The normalized values are scaled by weight and shifted by bias, channel by channel.",
        ),
        Mistake(
            "groups-ignored",
            body=_groups_ignored,
            gives="when all channels of a sample share one mean, as if there were one group.",
            advice="Split the channels into num_groups groups first. Each has a mean of its own.",
        ),
        Mistake(
            "each-channel",
            body=_each_channel,
            gives="when each channel has a mean of its own: an instance normalization.",
            advice="The channels of one group share mean and variance.",
        ),
        Mistake(
            "over-the-batch",
            body=_over_the_batch,
            gives="when the samples of the batch share the mean of a group.",
            advice="Each sample is normalized by itself. Which axis must stay?",
        ),
        Mistake(
            "channels-only",
            body=_channels_only,
            gives="when the mean runs over the channels of a group, and each pixel has its own.",
            advice="The positions share the mean as well.",
        ),
        Mistake(
            "unbiased",
            body=_unbiased,
            gives="when the variance is the unbiased one, divided by one less than there are values.",
            advice="The layer takes the mean of the squared deviations: np.var as it is.",
        ),
        Mistake(
            "eps-outside",
            body=_eps_outside,
            gives="when eps is added to the root in place of under it.",
            advice="Add eps to the variance first, then take the root.",
        ),
        Mistake(
            "no-eps",
            body=_no_eps,
            gives="when eps is left out.",
            advice="Look for the small number under the root in the formula.",
        ),
        Mistake(
            "one-pass-variance",
            body=_one_pass_variance,
            gives=(
                "when the variance is the mean of the squares less the square of the mean: far from zero its digits are "
                "lost."
            ),
            advice="Subtract the mean first. Then square small numbers.",
        ),
    ),
    hints=(
        "Group 0 holds the first c / num_groups channels, group 1 the next, and so on.",
        "reshape can give each group an axis: (n, num_groups, c // num_groups, h, w), or (n * num_groups, ...). "
        "Then take mean and variance over all axes behind it.",
        "Reshape back to (n, c, h, w) before weight and bias, which have the shape (1, c, 1, 1).",
    ),
    explanation=(
        "reshape keeps the order of the values, so neighbouring channels come to lie in one group. Mean and "
        "variance are those of a group, weight and bias those of a channel: that is why the shape comes back in "
        "between."
    ),
    trace=_group_trace,
)
