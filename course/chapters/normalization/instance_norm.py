"""Instance normalization: each channel of each sample over its positions."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.chapters.normalization.draws import FAR, OFFSET, TINY, draw_input
from course.chapters.normalization.worked_out import normalized
from course.checking.oracles import TorchFunction
from course.checking.sampling import whole
from course.checking.spec import Arguments, Case, Exercise, Mistake


def instance_norm(input, eps=1e-5):
    """Normalize each channel of each sample over its positions.

    input (n, c, h, w), float64, also far from zero
    returns the shape of input

    >>> instance_norm(np.array([[[[1.0, 3.0]], [[50.0, 90.0]]]])).ravel().round(3)
    array([-1.,  1., -1.,  1.])
    """
    axes = (2, 3)
    mean = input.mean(axis=axes, keepdims=True)
    var = input.var(axis=axes, keepdims=True)
    return (input - mean) / np.sqrt(var + eps)


def _instance_trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    x = arguments["input"]
    return normalized(x[index], x[index[:2]], arguments.get("eps", 1e-5), None, None)


def _channel_offsets(rng: np.random.Generator) -> dict[str, Any]:
    return {"input": draw_input(rng, 2, 3, 3, 4) + rng.permutation(np.linspace(-3, 3, 6)).reshape(2, 3, 1, 1)}


EXERCISE = Exercise(
    points=2,
    solution=instance_norm,
    stages={
        "the mean": "mean",
        "the variance": "var",
        "the normalized values": "result",
    },
    oracle=TorchFunction("torch.nn.functional.instance_norm", by_name=True),
    cases=(
        Case("images of one row", lambda rng: {"input": whole(rng, 2, 2, 1, 3)}),
        Case("two images", lambda rng: {"input": draw_input(rng, 2, 3, 4, 5)}),
        Case("all sizes equal", lambda rng: {"input": draw_input(rng, 3, 3, 3, 3)}),
        Case("channels far apart", _channel_offsets, note="each channel of each sample is around another value"),
        Case("one sample", lambda rng: {"input": draw_input(rng, 1, 4, 3, 2)}),
        Case("tiny variance", lambda rng: {"input": draw_input(rng, 2, 3, 4, 2, scale=0.001)}, note=TINY),
        Case("another eps", lambda rng: {"input": draw_input(rng, 3, 2, 2, 4, scale=0.01), "eps": 0.002}),
        Case("a large offset", lambda rng: {"input": draw_input(rng, 2, 3, 2, 4, offset=OFFSET)}, note=FAR, weight=0.5),
    ),
    mistakes=(
        Mistake(
            "over-the-batch",
            edit=("(2, 3)", "(0, 2, 3)"),
            gives="when all samples share a channel's mean: a batch normalization.",
            advice="Each sample is a separate instance. Which axis must stay, then?",
        ),
        Mistake(
            "over-channels",
            edit=("(2, 3)", "(1, 2, 3)"),
            gives="when all channels of a sample share a mean: a layer normalization.",
            advice="Each channel of each sample has its own mean. Which two axes stay?",
        ),
        Mistake(
            "channels-only",
            edit=("(2, 3)", "1"),
            gives="when the mean runs over the channels, and each pixel has its own.",
            advice="The mean runs over the positions of one channel: its rows and columns.",
        ),
        Mistake(
            "rows-only",
            edit=("(2, 3)", "3"),
            gives="when each row of an image is normalized separately.",
            advice="Positions have two axes, height and width. np.mean takes a tuple of axes.",
        ),
        Mistake(
            "whole-tensor",
            edit=("(2, 3)", "(0, 1, 2, 3)"),
            gives="when one mean and one variance serve the whole array.",
            advice="Each channel of each sample has its own. Give np.mean the axes to remove.",
        ),
        Mistake(
            "mean-kept",
            edit=("(input - mean)", "input"),
            gives="when the mean is not subtracted.",
            advice="First bring the values around 0, then divide.",
        ),
        Mistake(
            "unbiased",
            edit=("var(axis=axes, keepdims=True)", "var(axis=axes, ddof=1, keepdims=True)"),
            gives="when the variance is the unbiased one, which divides by the number of values minus 1.",
            advice="The layer takes the mean of the squared deviations: np.var as it is.",
        ),
        Mistake(
            "eps-outside",
            edit=("np.sqrt(var + eps)", "(np.sqrt(var) + eps)"),
            gives="when eps is added outside the root instead of under it.",
            advice="Add eps to the variance first, then take the root.",
        ),
        Mistake(
            "no-eps",
            edit=("var + eps", "var"),
            gives="when eps is left out.",
            advice="Look for the small number under the root in the formula.",
        ),
        Mistake(
            "no-root",
            edit=("np.sqrt(var + eps)", "(var + eps)"),
            gives="when the values are divided by the variance instead of its root.",
            advice="Divide by something that has the unit of the values.",
        ),
        Mistake(
            "one-pass-variance",
            edit=("input.var(axis=axes, keepdims=True)", "(input**2).mean(axis=axes, keepdims=True) - mean**2"),
            gives="when the variance is the mean of the squares minus the square of the mean: its digits cancel.",
            advice="Subtract the mean first. Then square small numbers.",
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
