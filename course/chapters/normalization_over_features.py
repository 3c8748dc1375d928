"""Chapter 12, the normalizations over the last axes: layer and RMS."""

from __future__ import annotations

from typing import Any

import numpy as np

from course import functional
from course.chapters.mistakes import normalization_per_sample as wrong
from course.chapters.normalization_draws import CHAPTER, FAR, OFFSET, TINY, images, worked_out
from course.checking.oracles import TorchFunction
from course.checking.sampling import normal
from course.checking.spec import Arguments, Case, Exercise, Misconception


def layer_norm(input, normalized_shape, weight, bias, eps=1e-5):
    """Normalize each sample over its last axes: the lesson's version."""
    axes = tuple(range(-len(normalized_shape), 0))
    mean = input.mean(axis=axes, keepdims=True)
    var = input.var(axis=axes, keepdims=True)
    return weight * (input - mean) / np.sqrt(var + eps) + bias


def _last_axes(
    rng: np.random.Generator,
    *shape: int,
    over: int = 1,
    scale: float = 1.0,
    offset: float = 0.0,
    bias: bool = True,
    eps: float | None = None,
) -> dict[str, Any]:
    normalized_shape = shape[-over:]
    return {
        "input": images(rng, *shape, scale=scale, offset=offset),
        "normalized_shape": normalized_shape,
        "weight": normal(rng, *normalized_shape),
        **({"bias": normal(rng, *normalized_shape)} if bias else {}),
        **({} if eps is None else {"eps": eps}),
    }


def _rows(rng: np.random.Generator, row: int, value: float, bias: bool = True) -> dict[str, Any]:
    arguments = _last_axes(rng, 3, 4, bias=bias)
    arguments["input"][row] = value
    return arguments


def _layer_trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    x, weight = arguments["input"], arguments["weight"]
    before = x.ndim - weight.ndim
    place = index[before:]
    eps = arguments.get("eps", 1e-5)
    return worked_out(x[index], x[index[:before]], eps, weight[place], arguments["bias"][place])


LAYER_NORM = Exercise(
    name="layer_norm",
    chapter=CHAPTER,
    points=3,
    reference=functional.layer_norm,
    solution=layer_norm,
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
    misconceptions=(
        Misconception(
            "layer_norm.unbiased",
            wrong.layer_unbiased,
            "when the variance is the unbiased one, divided by one less than there are values.",
            "The layer takes the mean of the squared deviations: np.var as it is.",
        ),
        Misconception(
            "layer_norm.eps-outside",
            wrong.layer_eps_outside,
            "when eps is added to the root in place of under it.",
            "Add eps to the variance first, then take the root.",
        ),
        Misconception(
            "layer_norm.no-eps",
            wrong.layer_no_eps,
            "when eps is left out.",
            "Look for the small number under the root. What happens to a row whose values are all equal?",
        ),
        Misconception(
            "layer_norm.no-root",
            wrong.layer_no_root,
            "when the values are divided by the variance in place of its root.",
            "Divide by something that has the unit of the values.",
        ),
        Misconception(
            "layer_norm.over-the-batch",
            wrong.layer_over_the_batch,
            "when the mean is taken over axis 0, from sample to sample: a batch normalization.",
            "Each sample has its own mean. Which axes hold the values of one sample?",
        ),
        Misconception(
            "layer_norm.whole-tensor",
            wrong.layer_whole_tensor,
            "when one mean and one variance serve the whole array.",
            "Each sample has its own. Give np.mean the axes that are to go, and keepdims=True.",
        ),
        Misconception(
            "layer_norm.last-axis-only",
            wrong.layer_last_axis_only,
            "when only the last axis is normalized, however long normalized_shape is.",
            "normalized_shape names as many axes as it has numbers.",
        ),
        Misconception(
            "layer_norm.all-but-the-first",
            wrong.layer_all_but_the_first,
            "when every axis but the first is normalized, however short normalized_shape is.",
            "In a batch of sequences each place has a mean of its own. Count the axes from the end.",
        ),
        Misconception(
            "layer_norm.axes-from-the-front",
            wrong.layer_axes_from_the_front,
            "when normalized_shape is taken to name the first axes.",
            "normalized_shape is how the input's shape ends.",
        ),
        Misconception(
            "layer_norm.without-keepdims",
            wrong.layer_without_keepdims,
            "when mean and variance lose their axes, and NumPy lines them up with the features.",
            "Mean and variance of a row must stay a column beside it. keepdims=True does that.",
        ),
        Misconception(
            "layer_norm.one-pass-variance",
            wrong.layer_one_pass_variance,
            "when the variance is the mean of the squares less the square of the mean: far from zero its digits are "
            "lost.",
            "Subtract the mean first. Then square small numbers.",
        ),
        Misconception(
            "layer_norm.affine-ignored",
            wrong.layer_affine_ignored,
            "when weight and bias are left out.",
            "The normalized values are scaled by weight and shifted by bias, each feature by its own.",
        ),
        Misconception(
            "layer_norm.no-bias",
            wrong.layer_no_bias,
            "when the bias is left out.",
            "After scaling, each feature is shifted by its bias.",
        ),
        Misconception(
            "layer_norm.bias-before-weight",
            wrong.layer_bias_before_weight,
            "when the bias is added before the weight multiplies.",
            "The weight scales the normalized values alone. The bias comes last.",
        ),
    ),
    hints=(
        "normalized_shape says how many axes to normalize over: its length, counted from the end. "
        "For (4,) that is axis -1, for (3, 4) axes -2 and -1.",
        "np.mean and np.var take a tuple of axes. With keepdims=True the result still fits the input.",
        "Subtract the mean, divide by the root of the variance plus eps. weight and bias have normalized_shape, so "
        "NumPy lines them up with the last axes by itself.",
    ),
    explanation=(
        "tuple(range(-k, 0)) are the last k axes. keepdims=True leaves axes of length 1 in their place, so mean and "
        "variance meet the values that they were made of."
    ),
    trace=_layer_trace,
)


def rms_norm(input, normalized_shape, weight, eps=1e-6):
    """Divide each sample by the root of its mean square over the last axes."""
    axes = tuple(range(-len(normalized_shape), 0))
    mean_square = np.mean(input**2, axis=axes, keepdims=True)
    return weight * input / np.sqrt(mean_square + eps)


def _rms_trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    x, weight = arguments["input"], arguments["weight"]
    before = x.ndim - weight.ndim
    scale, eps = float(weight[index[before:]]), arguments.get("eps", 1e-6)
    mean_square = float(np.mean(x[index[:before]] ** 2))
    value = float(x[index])
    return (
        f"{value:.4g}/√({mean_square:.4g} + {eps:g}) · {scale:.4g} = {value / np.sqrt(mean_square + eps) * scale:.4g}"
    )


RMS_NORM = Exercise(
    name="rms_norm",
    chapter=CHAPTER,
    points=2,
    reference=rms_norm,
    oracle=TorchFunction(
        "torch.nn.functional.rms_norm",
        arrange=lambda input, normalized_shape, weight, eps=1e-6: ((input, normalized_shape, weight, eps), {}),
    ),
    cases=(
        Case("rows of features", lambda rng: _last_axes(rng, 3, 4, bias=False)),
        Case("as many rows as features", lambda rng: _last_axes(rng, 4, 4, bias=False)),
        Case("a batch of sequences", lambda rng: _last_axes(rng, 2, 3, 5, bias=False)),
        Case("two axes", lambda rng: _last_axes(rng, 2, 3, 4, over=2, bias=False)),
        Case("two axes of four", lambda rng: _last_axes(rng, 2, 3, 4, 2, over=2, bias=False)),
        Case("far from zero", lambda rng: _last_axes(rng, 3, 6, offset=5.0, bias=False), note="values around 5"),
        Case(
            "tiny values",
            lambda rng: _last_axes(rng, 3, 6, scale=0.001, bias=False),
            note=TINY,
        ),
        Case("another eps", lambda rng: _last_axes(rng, 2, 5, scale=0.01, bias=False, eps=0.002)),
        Case("a row of zeros", lambda rng: _rows(rng, 2, 0.0, bias=False), note="row 2 holds zeros only", weight=0.5),
    ),
    misconceptions=(
        Misconception(
            "rms_norm.mean-subtracted",
            wrong.rms_mean_subtracted,
            "when the mean is subtracted first: a layer normalization without bias.",
            "RMS normalization leaves the mean where it is. It only divides.",
        ),
        Misconception(
            "rms_norm.by-the-variance",
            wrong.rms_by_the_variance,
            "when the values are divided by their standard deviation.",
            "The variance is measured from the mean. The mean square is measured from zero.",
        ),
        Misconception(
            "rms_norm.sum-for-mean",
            wrong.rms_sum_for_mean,
            "when the squares are summed and not averaged: each row gets length 1.",
            "RMS is root mean square. Where is the mean?",
        ),
        Misconception(
            "rms_norm.mean-absolute",
            wrong.rms_mean_absolute,
            "when the values are divided by the mean of their absolute values.",
            "RMS is root mean square: square, then mean, then root.",
        ),
        Misconception(
            "rms_norm.square-of-mean",
            wrong.rms_square_of_mean,
            "when the mean is squared in place of taking the mean of the squares.",
            "Square first, then take the mean.",
        ),
        Misconception(
            "rms_norm.eps-outside",
            wrong.rms_eps_outside,
            "when eps is added to the root in place of under it.",
            "Add eps to the mean square first, then take the root.",
        ),
        Misconception(
            "rms_norm.no-eps",
            wrong.rms_no_eps,
            "when eps is left out.",
            "Look for the small number under the root. What happens to a row of zeros?",
        ),
        Misconception(
            "rms_norm.no-root",
            wrong.rms_no_root,
            "when the values are divided by the mean square in place of its root.",
            "Divide by something that has the unit of the values.",
        ),
        Misconception(
            "rms_norm.over-the-batch",
            wrong.rms_over_the_batch,
            "when the mean square is taken over axis 0, from sample to sample.",
            "Each sample has its own. Which axes hold the values of one sample?",
        ),
        Misconception(
            "rms_norm.last-axis-only",
            wrong.rms_last_axis_only,
            "when only the last axis counts, however long normalized_shape is.",
            "normalized_shape names as many axes as it has numbers.",
        ),
        Misconception(
            "rms_norm.all-but-the-first",
            wrong.rms_all_but_the_first,
            "when every axis but the first counts, however short normalized_shape is.",
            "In a batch of sequences each place has a mean square of its own. Count the axes from the end.",
        ),
        Misconception(
            "rms_norm.weight-ignored",
            wrong.rms_weight_ignored,
            "when the weight is left out.",
            "Each feature is scaled by its weight at the end.",
        ),
        Misconception(
            "rms_norm.one-plus-weight",
            wrong.rms_one_plus_weight,
            "when the values are scaled by 1 + weight, as in models that store the weight less 1.",
            "PyTorch stores the factor itself.",
        ),
    ),
    hints=(
        "Start from your layer_norm. The mean is not subtracted, and there is no bias.",
        "Where the variance stood, there is the mean of the squares now: of the values themselves.",
        "Divide by the root of the mean square plus eps, then multiply by the weight.",
    ),
    explanation=(
        "It is layer_norm with the mean taken for 0: then the variance is the mean of the squares. No "
        "mean is computed and there is no bias."
    ),
    trace=_rms_trace,
)
