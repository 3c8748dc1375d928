"""RMS normalization over the last axes."""

from __future__ import annotations

import numpy as np

from course.chapters.normalization.draws import TINY, constant_row, last_axes, unequal
from course.checking.oracles import TorchFunction
from course.checking.spec import Arguments, Case, Exercise, Mistake
from course.checking.worked_out import in_a_sum


def rms_norm(input, normalized_shape, weight, eps=1e-6):
    """Divide by the root of the mean square over the last axes, then scale.

    input             any axes first, then normalized_shape
    normalized_shape  a tuple: the lengths of the axes to normalize over
    weight            of that shape
    returns the shape of input

    >>> rms_norm(np.array([[3.0, 3.0], [-1.0, 7.0]]), (2,), np.ones(2)).round(3)
    array([[ 1. ,  1. ],
           [-0.2,  1.4]])
    """
    axes = tuple(range(-len(normalized_shape), 0))
    mean_square = np.mean(input**2, axis=axes, keepdims=True)
    return weight * input / np.sqrt(mean_square + eps)


def _rms_trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    x, weight = arguments["input"], arguments["weight"]
    before = x.ndim - weight.ndim
    scale, eps = float(weight[index[before:]]), arguments.get("eps", 1e-6)
    mean_square = float(np.mean(x[index[:before]] ** 2))
    value = float(x[index])
    result = value / np.sqrt(mean_square + eps) * scale
    return f"{value:.4g}/√({mean_square:.4g} + {eps:g}) · {in_a_sum(scale)} = {result:.4g}"


EXERCISE = Exercise(
    points=2,
    solution=rms_norm,
    stages={
        "the squares": "input**2",
        "the mean of the squares": "mean_square",
        "the scaled values": "result",
    },
    oracle=TorchFunction(
        "torch.nn.functional.rms_norm",
        arrange=lambda input, normalized_shape, weight, eps=1e-6: ((input, normalized_shape, weight, eps), {}),
    ),
    cases=(
        Case("rows of features", lambda rng: last_axes(rng, 2, 3, bias=False, draw=unequal)),
        Case("as many rows as features", lambda rng: last_axes(rng, 4, 4, bias=False)),
        Case("a batch of sequences", lambda rng: last_axes(rng, 2, 3, 5, bias=False)),
        Case("two axes", lambda rng: last_axes(rng, 2, 3, 4, over=2, bias=False)),
        Case("two axes of four", lambda rng: last_axes(rng, 2, 3, 4, 2, over=2, bias=False)),
        Case("far from zero", lambda rng: last_axes(rng, 3, 6, offset=5.0, bias=False), note="values around 5"),
        Case("tiny values", lambda rng: last_axes(rng, 3, 6, scale=0.001, bias=False), note=TINY),
        Case("another eps", lambda rng: last_axes(rng, 2, 5, scale=0.01, bias=False, eps=0.002)),
        Case(
            "a row of zeros",
            lambda rng: constant_row(rng, 2, 0.0, bias=False),
            note="row 2 has zeros only",
            weight=0.5,
        ),
    ),
    mistakes=(
        Mistake(
            "mean-subtracted",
            edit=("mean_square =", "input = input - input.mean(axis=axes, keepdims=True)\n    mean_square ="),
            gives="when the mean is subtracted first: a layer normalization without bias.",
            advice="RMS normalization leaves the mean where it is. It only divides.",
        ),
        Mistake(
            "by-the-variance",
            edit=("np.mean(input**2, axis", "np.var(input, axis"),
            gives="when the values are divided by their standard deviation.",
            advice="The variance is measured from the mean. The mean square is measured from zero.",
        ),
        Mistake(
            "sum-for-mean",
            edit=("np.mean(", "np.sum("),
            gives="when the squares are summed and not averaged: each row gets length 1.",
            advice="RMS is root mean square. Where is the mean?",
        ),
        Mistake(
            "mean-absolute",
            edit=(
                ("np.mean(input**2,", "np.mean(np.abs(input),"),
                ("np.sqrt(mean_square + eps)", "(mean_square + eps)"),
            ),
            gives="when the values are divided by the mean of their absolute values.",
            advice="RMS is root mean square: square, then mean, then root.",
        ),
        Mistake(
            "square-of-mean",
            edit=("np.mean(input**2, axis=axes, keepdims=True)", "np.mean(input, axis=axes, keepdims=True) ** 2"),
            gives="when the mean is squared instead of taking the mean of the squares.",
            advice="Square first, then take the mean.",
        ),
        Mistake(
            "eps-outside",
            edit=("np.sqrt(mean_square + eps)", "(np.sqrt(mean_square) + eps)"),
            gives="when eps is added outside the root instead of under it.",
            advice="Add eps to the mean square first, then take the root.",
        ),
        Mistake(
            "no-eps",
            edit=("mean_square + eps", "mean_square"),
            gives="when eps is left out.",
            advice="Look for the small number under the root. What happens to a row of zeros?",
        ),
        Mistake(
            "no-root",
            edit=("np.sqrt(mean_square + eps)", "(mean_square + eps)"),
            gives="when the values are divided by the mean square instead of its root.",
            advice="Divide by something that has the unit of the values.",
        ),
        Mistake(
            "over-the-batch",
            edit=("tuple(range(-len(normalized_shape), 0))", "0"),
            gives="when the mean square is taken over axis 0, from sample to sample.",
            advice="Each sample has its own. Which axes contain the values of one sample?",
        ),
        Mistake(
            "last-axis-only",
            edit=("tuple(range(-len(normalized_shape), 0))", "-1"),
            gives="when only the last axis counts, however long normalized_shape is.",
            advice="normalized_shape names as many axes as it has numbers.",
        ),
        Mistake(
            "all-but-the-first",
            edit=("range(-len(normalized_shape), 0)", "range(1, input.ndim)"),
            gives="when every axis but the first counts, however short normalized_shape is.",
            advice="In a batch of sequences each position has its own mean square. Count the axes from the end.",
        ),
        Mistake(
            "weight-ignored",
            edit=("return weight * input", "return input"),
            gives="when the weight is left out.",
            unwritten="The weight is not used yet",
            advice="Each feature is scaled by its weight at the end.",
        ),
        Mistake(
            "weight-added",
            edit=(
                "return weight * input / np.sqrt(mean_square + eps)",
                "return input / np.sqrt(mean_square + eps) + weight",
            ),
            gives="when the weight is added.",
            advice="The weight scales each value. There is no bias here.",
        ),
        Mistake(
            "one-plus-weight",
            edit=("return weight * input", "return (1 + weight) * input"),
            gives="when the values are scaled by 1 + weight, as in models that store the weight minus 1.",
            advice="PyTorch stores the factor itself.",
        ),
    ),
    hints=(
        "Start from your layer_norm. The mean is not subtracted, and there is no bias.",
        "The mean of the squares takes the place of the variance: the squares of the values themselves.",
        "Divide by the root of the mean square plus eps, then multiply by the weight.",
    ),
    explanation=(
        "It is layer_norm with a mean of 0: then the variance is the mean of the squares. No mean is "
        "computed and there is no bias."
    ),
    trace=_rms_trace,
)
