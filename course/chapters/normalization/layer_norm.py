"""Layer normalization over the last axes."""

from __future__ import annotations

import numpy as np

from course import functional
from course.chapters.normalization.draws import FAR, OFFSET, TINY, constant_row, last_axes, unequal
from course.chapters.normalization.instance_norm import EXERCISE as INSTANCE_NORM
from course.chapters.normalization.worked_out import normalized
from course.checking.oracles import TorchFunction
from course.checking.spec import Arguments, Case, Exercise, Mistake


def layer_norm(input, normalized_shape, weight, bias, eps=1e-5):
    """Normalize over the last axes, then scale and shift.

    input             any axes first, then normalized_shape; float64; values may be near 2,000,000
    normalized_shape  a tuple: the lengths of the axes to normalize over
    weight, bias      of that shape
    returns the shape of input

    >>> x, bias = np.array([[1.0, 3.0], [50.0, 90.0]]), np.array([0.0, 10.0])
    >>> layer_norm(x, (2,), np.ones(2), bias).round(3)
    array([[-1., 11.],
           [-1., 11.]])
    """
    axes = tuple(range(-len(normalized_shape), 0))
    mean = input.mean(axis=axes, keepdims=True)
    var = input.var(axis=axes, keepdims=True)
    x_hat = (input - mean) / np.sqrt(var + eps)
    return weight * x_hat + bias


def _layer_trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    x, weight = arguments["input"], arguments["weight"]
    before = x.ndim - weight.ndim
    place = index[before:]
    eps = arguments.get("eps", 1e-5)
    return normalized(x[index], x[index[:before]], eps, weight[place], arguments["bias"][place])


EXERCISE = Exercise(
    points=3,
    solution=layer_norm,
    stages={
        "the mean": "mean",
        "the variance": "var",
        "the normalized values": "x_hat",
        "the scaled and shifted values": "result",
    },
    reference=functional.layer_norm,
    oracle=TorchFunction("torch.nn.functional.layer_norm"),
    cases=(
        Case("rows of features", lambda rng: last_axes(rng, 2, 3, draw=unequal)),
        Case("as many rows as features", lambda rng: last_axes(rng, 4, 4)),
        Case("a batch of sequences", lambda rng: last_axes(rng, 2, 3, 5)),
        Case("two axes", lambda rng: last_axes(rng, 2, 3, 4, over=2)),
        Case("two axes of four", lambda rng: last_axes(rng, 2, 3, 4, 2, over=2)),
        Case("images", lambda rng: last_axes(rng, 2, 3, 4, 5, over=3)),
        Case("tiny variance", lambda rng: last_axes(rng, 3, 6, scale=0.001), note=TINY),
        Case("another eps", lambda rng: last_axes(rng, 2, 5, scale=0.01, eps=0.002)),
        Case("a constant row", lambda rng: constant_row(rng, 1, 0.5), note="row 1 has 0.5 only", weight=0.5),
        Case("a large offset", lambda rng: last_axes(rng, 3, 8, offset=OFFSET), note=FAR, weight=0.5),
    ),
    mistakes=(
        INSTANCE_NORM.mistake("unbiased"),
        INSTANCE_NORM.mistake("eps-outside"),
        Mistake(
            "no-eps",
            edit=("var + eps", "var"),
            gives="when eps is left out.",
            advice="Look for the small number under the root. What happens to a row whose values are all equal?",
        ),
        INSTANCE_NORM.mistake("no-root"),
        Mistake(
            "over-the-batch",
            edit=("tuple(range(-len(normalized_shape), 0))", "0"),
            gives="when the mean is taken over axis 0, from sample to sample: a batch normalization.",
            advice="Each sample has its own mean. Which axes contain the values of one sample?",
        ),
        Mistake(
            "whole-tensor",
            edit=("range(-len(normalized_shape), 0)", "range(input.ndim)"),
            gives="when one mean and one variance serve the whole array.",
            advice="Each sample has its own. Give np.mean the axes to remove, and keepdims=True.",
        ),
        Mistake(
            "last-axis-only",
            edit=("tuple(range(-len(normalized_shape), 0))", "-1"),
            gives="when only the last axis is normalized, however long normalized_shape is.",
            advice="normalized_shape names as many axes as it has numbers.",
        ),
        Mistake(
            "all-but-the-first",
            edit=("range(-len(normalized_shape), 0)", "range(1, input.ndim)"),
            gives="when every axis but the first is normalized, however short normalized_shape is.",
            advice="In a batch of sequences each position has its own mean. Count the axes from the end.",
        ),
        Mistake(
            "axes-from-the-front",
            edit=("range(-len(normalized_shape), 0)", "range(len(normalized_shape))"),
            gives="when normalized_shape is read as the lengths of the first axes.",
            advice="normalized_shape is how the input's shape ends.",
        ),
        Mistake(
            "without-keepdims",
            edit=(
                ("mean(axis=axes, keepdims=True)", "mean(axis=axes)"),
                ("var(axis=axes, keepdims=True)", "var(axis=axes)"),
            ),
            gives="when mean and variance lose their axes, and NumPy lines them up with the features.",
            advice="Mean and variance must keep the normalized axes, with length 1. keepdims=True does that.",
        ),
        INSTANCE_NORM.mistake("one-pass-variance"),
        Mistake(
            "affine-ignored",
            edit=("weight * x_hat + bias", "x_hat"),
            gives="when weight and bias are left out.",
            unwritten="weight and bias are not used yet",
            advice="The normalized values are scaled by weight and shifted by bias, each feature by its own.",
        ),
        Mistake(
            "no-bias",
            edit=("weight * x_hat + bias", "weight * x_hat"),
            gives="when the bias is left out.",
            unwritten="The bias is not written yet",
            advice="After scaling, each feature is shifted by its bias.",
        ),
        Mistake(
            "bias-before-weight",
            edit=("weight * x_hat + bias", "weight * (x_hat + bias)"),
            gives="when the bias is added before the weight multiplies.",
            advice="The weight scales the normalized values alone. The bias comes last.",
        ),
        Mistake(
            "weight-before-the-norm",
            edit=(
                ("    mean = input", "    input = weight * input\n    mean = input"),
                ("weight * x_hat + bias", "x_hat + bias"),
            ),
            gives="when the weight multiplies the input, before it is normalized.",
            advice="Normalizing undoes whatever was done to all features alike. What does the weight multiply?",
        ),
        Mistake(
            "root-of-the-deviation",
            edit=("np.sqrt(var + eps)", "np.sqrt(np.sqrt(var) + eps)"),
            gives=(
                "when eps is added to the standard deviation and the root is taken of that: np.std already has a root."
            ),
            advice="Under the root is the variance, plus eps. Which NumPy function gives that?",
        ),
    ),
    hints=(
        "normalized_shape says how many axes to normalize over: its length, counted from the end. For (4,) that "
        "is axis -1, for (3, 4) axes -2 and -1.",
        "np.mean and np.var take a tuple of axes. With keepdims=True the result still fits the input.",
        "Subtract the mean, divide by the root of the variance plus eps. weight and bias have normalized_shape, "
        "so NumPy lines them up with the last axes automatically.",
    ),
    explanation=(
        "tuple(range(-k, 0)) are the last k axes. keepdims=True leaves axes of length 1 in their place, so mean "
        "and variance line up with the values that they come from."
    ),
    trace=_layer_trace,
)
