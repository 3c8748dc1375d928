"""`layer_norm`: ..."""

from __future__ import annotations

import numpy as np

from course import functional
from course.chapters.normalization.draws import FAR, OFFSET, TINY, _last_axes, _rows, worked_out
from course.checking.spec import Arguments, Case, Exercise, Mistake, TorchFunction


def layer_norm(input, normalized_shape, weight, bias, eps=1e-5):
    """Normalize over the last axes, then scale and shift.

    input             any axes first, then those of normalized_shape; float64, also far from zero
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
    return weight * (input - mean) / np.sqrt(var + eps) + bias


def _layer_trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    x, weight = arguments["input"], arguments["weight"]
    before = x.ndim - weight.ndim
    place = index[before:]
    eps = arguments.get("eps", 1e-5)
    return worked_out(x[index], x[index[:before]], eps, weight[place], arguments["bias"][place])


def _axes_from_the_front(input, normalized_shape, weight, bias, eps=1e-5):
    axes = tuple(range(len(normalized_shape)))
    mean = input.mean(axis=axes, keepdims=True)
    var = input.var(axis=axes, keepdims=True)
    return (input - mean) / np.sqrt(var + eps) * weight + bias


def _without_keepdims(input, normalized_shape, weight, bias, eps=1e-5):
    axes = tuple(range(-len(normalized_shape), 0))
    mean, var = input.mean(axis=axes), input.var(axis=axes)
    return (input - mean) / np.sqrt(var + eps) * weight + bias


EXERCISE = Exercise(
    name="layer_norm",
    points=3,
    solution=layer_norm,
    reference=functional.layer_norm,
    oracle=TorchFunction("torch.nn.functional.layer_norm"),
    cases=(
        Case("rows of features", lambda rng: _last_axes(rng, 3, 4)),
        Case("as many rows as features", lambda rng: _last_axes(rng, 4, 4)),
        Case("a batch of sequences", lambda rng: _last_axes(rng, 2, 3, 5)),
        Case("two axes", lambda rng: _last_axes(rng, 2, 3, 4, over=2)),
        Case("two axes of four", lambda rng: _last_axes(rng, 2, 3, 4, 2, over=2)),
        Case("images", lambda rng: _last_axes(rng, 2, 3, 4, 5, over=3)),
        Case("tiny variance", lambda rng: _last_axes(rng, 3, 6, scale=0.001), note=TINY),
        Case("another eps", lambda rng: _last_axes(rng, 2, 5, scale=0.01, eps=0.002)),
        Case("a constant row", lambda rng: _rows(rng, 1, 0.5), note="row 1 holds 0.5 only", weight=0.5),
        Case("a large offset", lambda rng: _last_axes(rng, 3, 8, offset=OFFSET), note=FAR, weight=0.5),
    ),
    mistakes=(
        Mistake(
            "unbiased",
            edit=(
                (("keepdims=True)\n    return weight *"), ("ddof=1, keepdims=True)\n    return")),
                ("eps) +", "eps) * weight +"),
            ),
            gives="when the variance is the unbiased one, divided by one less than there are values.",
            advice="The layer takes the mean of the squared deviations: np.var as it is.",
        ),
        Mistake(
            "eps-outside",
            edit=(("weight *", ""), ("/ np", "/ (np"), ("+ eps)", ") + eps) * weight")),
            gives="when eps is added to the root in place of under it.",
            advice="Add eps to the variance first, then take the root.",
        ),
        Mistake(
            "no-eps",
            edit=(("return weight *", ('with np.errstate(all="ignore"):\n        return')), ("+ eps)", ") * weight")),
            gives="when eps is left out.",
            advice="Look for the small number under the root. What happens to a row whose values are all equal?",
        ),
        Mistake(
            "no-root",
            edit=("weight * (input - mean) / np.sqrt(var + eps)", "(input - mean) / (var + eps) * weight"),
            gives="when the values are divided by the variance in place of its root.",
            advice="Divide by something that has the unit of the values.",
        ),
        Mistake(
            "over-the-batch",
            edit=(("tuple(range(-len(normalized_shape), 0))", "0"), ("weight *", ""), ("eps) +", "eps) * weight +")),
            gives="when the mean is taken over axis 0, from sample to sample: a batch normalization.",
            advice="Each sample has its own mean. Which axes hold the values of one sample?",
        ),
        Mistake(
            # UNVERIFIED
            "whole-tensor",
            edit=(
                (
                    "axes = tuple(range(-len(normalized_shape), 0))\n"
                    "    mean = input.mean(axis=axes, keepdims=True)\n"
                    "    var = input.var(axis=axes, keepdims=True)\n"
                    "    return weight * (input - mean) / np.sqrt(var + eps)"
                ),
                "return (input - input.mean()) / np.sqrt(input.var() + eps) * weight",
            ),
            gives="when one mean and one variance serve the whole array.",
            advice="Each sample has its own. Give np.mean the axes that are to go, and keepdims=True.",
        ),
        Mistake(
            "last-axis-only",
            edit=(("tuple(range(-len(normalized_shape), 0))", "-1"), ("weight *", ""), ("eps) +", "eps) * weight +")),
            gives="when only the last axis is normalized, however long normalized_shape is.",
            advice="normalized_shape names as many axes as it has numbers.",
        ),
        Mistake(
            "all-but-the-first",
            edit=(("-len(normalized_shape), 0", "1, input.ndim"), ("weight *", ""), ("eps) +", "eps) * weight +")),
            gives="when every axis but the first is normalized, however short normalized_shape is.",
            advice="In a batch of sequences each place has a mean of its own. Count the axes from the end.",
        ),
        Mistake(
            "axes-from-the-front",
            body=_axes_from_the_front,
            gives="when normalized_shape is taken to name the first axes.",
            advice="normalized_shape is how the input's shape ends.",
        ),
        Mistake(
            "without-keepdims",
            body=_without_keepdims,
            gives="when mean and variance lose their axes, and NumPy lines them up with the features.",
            advice="Mean and variance of a row must stay a column beside it. keepdims=True does that.",
        ),
        Mistake(
            "one-pass-variance",
            edit=(
                ("input.var", "(input**2).mean"),
                (("\n    return weight *"), ("- mean**2\n    return")),
                ("eps) +", "eps) * weight +"),
            ),
            gives=(
                "when the variance is the mean of the squares less the square of the mean: far from zero its digits are "
                "lost."
            ),
            advice="Subtract the mean first. Then square small numbers.",
        ),
        Mistake(
            "affine-ignored",
            edit=(("weight *", ""), ("+ bias", "")),
            gives="when weight and bias are left out.",
            advice="The normalized values are scaled by weight and shifted by bias, each feature by its own.",
        ),
        Mistake(
            "no-bias",
            edit=(("weight *", ""), ("+ bias", "* weight")),
            gives="when the bias is left out.",
            advice="After scaling, each feature is shifted by its bias.",
        ),
        Mistake(
            "bias-before-weight",
            edit=(("weight *", "("), ("+ bias", "+ bias) * weight")),
            gives="when the bias is added before the weight multiplies.",
            advice="The weight scales the normalized values alone. The bias comes last.",
        ),
    ),
    hints=(
        "normalized_shape says how many axes to normalize over: its length, counted from the end. For (4,) that "
        "is axis -1, for (3, 4) axes -2 and -1.",
        "np.mean and np.var take a tuple of axes. With keepdims=True the result still fits the input.",
        "Subtract the mean, divide by the root of the variance plus eps. weight and bias have normalized_shape, "
        "so NumPy lines them up with the last axes by itself.",
    ),
    explanation=(
        "tuple(range(-k, 0)) are the last k axes. keepdims=True leaves axes of length 1 in their place, so mean "
        "and variance meet the values that they were made of."
    ),
    trace=_layer_trace,
)
