"""Chapter 12, the way back: the gradients of layer and batch normalization, and a function to be repaired."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.chapters.mistakes import normalization_backward as wrong
from course.chapters.normalization_draws import CHAPTER, FAR, OFFSET, TINY, images
from course.checking.oracles import TorchFunction, TorchGradient
from course.checking.sampling import normal
from course.checking.spec import Case, Exercise, Misconception


def layer_norm_backward(grad_output, input, weight, eps=1e-5):
    """Give the three gradients of a layer normalization over the axes of weight."""
    axes = tuple(range(-weight.ndim, 0))
    samples = tuple(range(input.ndim - weight.ndim))
    mean = input.mean(axis=axes, keepdims=True)
    std = np.sqrt(input.var(axis=axes, keepdims=True) + eps)
    x_hat = (input - mean) / std
    q = grad_output * weight
    through_mean = q.mean(axis=axes, keepdims=True)
    through_var = x_hat * (q * x_hat).mean(axis=axes, keepdims=True)
    grad_input = (q - through_mean - through_var) / std
    return grad_input, (grad_output * x_hat).sum(axis=samples), grad_output.sum(axis=samples)


def batch_norm_backward(grad_output, input, weight, eps=1e-5):
    """Give the three gradients of a batch normalization in training."""
    axes = (0, 2, 3)
    mean = input.mean(axis=axes, keepdims=True)
    std = np.sqrt(input.var(axis=axes, keepdims=True) + eps)
    x_hat = (input - mean) / std
    q = grad_output * weight.reshape(1, -1, 1, 1)
    through_mean = q.mean(axis=axes, keepdims=True)
    through_var = x_hat * (q * x_hat).mean(axis=axes, keepdims=True)
    grad_input = (q - through_mean - through_var) / std
    return grad_input, (grad_output * x_hat).sum(axis=axes), grad_output.sum(axis=axes)


def _gradient(
    rng: np.random.Generator,
    *shape: int,
    of: tuple[int, ...],
    scale: float = 1.0,
    offset: float = 0.0,
    eps: float | None = None,
) -> dict[str, Any]:
    return {
        "grad_output": normal(rng, *shape),
        "input": images(rng, *shape, scale=scale, offset=offset),
        "weight": normal(rng, *of),
        **({} if eps is None else {"eps": eps}),
    }


RETURNS = ("grad_input", "grad_weight", "grad_bias")

LAYER_NORM_BACKWARD = Exercise(
    name="layer_norm_backward",
    chapter=CHAPTER,
    points=4,
    reference=layer_norm_backward,
    oracle=TorchGradient(
        "torch.nn.functional.layer_norm",
        wrt=(0, 2, 3),
        arrange=lambda grad_output, input, weight, eps=1e-5: (
            (input, weight.shape, weight, np.zeros(weight.shape), eps),
            {},
        ),
    ),
    returns=RETURNS,
    cases=(
        Case("rows of features", lambda rng: _gradient(rng, 3, 4, of=(4,))),
        Case("as many rows as features", lambda rng: _gradient(rng, 4, 4, of=(4,))),
        Case("one row", lambda rng: _gradient(rng, 1, 5, of=(5,))),
        Case("a batch of sequences", lambda rng: _gradient(rng, 2, 3, 5, of=(5,))),
        Case("two axes", lambda rng: _gradient(rng, 5, 2, 3, of=(2, 3))),
        Case("two axes of four", lambda rng: _gradient(rng, 2, 4, 2, 3, of=(2, 3))),
        Case("small variance", lambda rng: _gradient(rng, 3, 6, of=(6,), scale=0.01), note="values around 0.01"),
        Case("another eps", lambda rng: _gradient(rng, 2, 5, of=(5,), scale=0.01, eps=0.002)),
        Case("an offset", lambda rng: _gradient(rng, 3, 4, of=(4,), offset=4.0), note="values around 4"),
    ),
    misconceptions=(
        Misconception(
            "layer_norm_backward.statistics-constant",
            wrong.layer_back_statistics_constant,
            "when mean and variance are taken for constants.",
            "A value also moves the mean and the variance of its sample, and these move the others. "
            "Two terms are missing.",
        ),
        Misconception(
            "layer_norm_backward.no-mean-term",
            wrong.layer_back_no_mean_term,
            "when the term that comes through the mean is missing.",
            "A value moves the mean, which is subtracted from all values of its sample.",
        ),
        Misconception(
            "layer_norm_backward.no-variance-term",
            wrong.layer_back_no_variance_term,
            "when the term that comes through the variance is missing.",
            "A value moves the variance, by which all values of its sample are divided.",
        ),
        Misconception(
            "layer_norm_backward.weight-left-out",
            wrong.layer_back_weight_left_out,
            "when the weight has no part in grad_input.",
            "The gradient passes the weight before it meets the normalized values: q is not yet grad_output.",
        ),
        Misconception(
            "layer_norm_backward.weight-last",
            wrong.layer_back_weight_last,
            "when the weight multiplies at the end, after the means were taken.",
            "Backwards, the weight comes first: it was the last step of the forward pass.",
        ),
        Misconception(
            "layer_norm_backward.not-divided",
            wrong.layer_back_not_divided,
            "when the division by the standard deviation is missing.",
            "The forward pass divides by the root of variance plus eps. The way back does, too.",
        ),
        Misconception(
            "layer_norm_backward.sums-for-means",
            wrong.layer_back_sums_for_means,
            "when q is summed where a mean belongs.",
            "Each value has a share of 1/m in the mean. So what comes back through it is a mean, too.",
        ),
        Misconception(
            "layer_norm_backward.over-the-batch",
            wrong.layer_back_over_the_batch,
            "when the means of q run over the batch.",
            "They run over the same axes as the mean in the forward pass.",
        ),
        Misconception(
            "layer_norm_backward.input-for-x-hat",
            wrong.layer_back_input_for_x_hat,
            "when grad_weight is made with the input in place of the normalized values.",
            "What did the weight multiply in the forward pass?",
        ),
        Misconception(
            "layer_norm_backward.mean-for-sum",
            wrong.layer_back_mean_for_sum,
            "when the gradients of weight and bias are averaged over the samples.",
            "Every sample used the same weight, so its shares add up.",
        ),
        Misconception(
            "layer_norm_backward.first-axis-only",
            wrong.layer_back_first_axis_only,
            "when the gradients of weight and bias are summed over axis 0 only.",
            "In a batch of sequences there are more axes before the last. All of them must go.",
        ),
        Misconception(
            "layer_norm_backward.exchanged",
            wrong.layer_back_exchanged,
            "when grad_bias comes second and grad_weight third.",
            "Compare the order of your results with the docstring.",
        ),
        Misconception(
            "layer_norm_backward.no-eps",
            wrong.layer_back_no_eps,
            "when eps is left out of the standard deviation.",
            "Use the same root as in the forward pass.",
        ),
        Misconception(
            "layer_norm_backward.unbiased",
            wrong.layer_back_unbiased,
            "when the variance is the unbiased one.",
            "Use the same variance as in the forward pass: np.var as it is.",
        ),
    ),
    hints=(
        "Compute mean, std and x_hat as in the forward pass. The axes are as many as weight has, counted from the end.",
        "Walk back: y = weight * x_hat + bias. So grad_bias sums grad_output over the samples, grad_weight sums "
        "grad_output * x_hat, and what arrives at x_hat is q = grad_output * weight.",
        "grad_input has three terms, all divided by std: q, less the mean of q, less x_hat times the mean of "
        "q * x_hat. Both means run over the normalized axes, with keepdims=True.",
    ),
    explanation=(
        "q / std alone would be right if mean and std were constants. The second term is what comes back through the "
        "mean, the third what comes back through the variance."
    ),
)

BATCH_NORM_BACKWARD = Exercise(
    name="batch_norm_backward",
    chapter=CHAPTER,
    points=4,
    reference=batch_norm_backward,
    oracle=TorchGradient(
        "torch.nn.functional.batch_norm",
        wrt=(0, 3, 4),
        arrange=lambda grad_output, input, weight, eps=1e-5: (
            (input, None, None, weight, np.zeros(weight.shape), True, 0.1, eps),
            {},
        ),
    ),
    returns=RETURNS,
    cases=(
        Case("a batch", lambda rng: _gradient(rng, 2, 3, 4, 5, of=(3,))),
        Case("all sizes equal", lambda rng: _gradient(rng, 3, 3, 3, 3, of=(3,))),
        Case("one sample", lambda rng: _gradient(rng, 1, 4, 3, 2, of=(4,))),
        Case("one pixel", lambda rng: _gradient(rng, 6, 4, 1, 1, of=(4,))),
        Case("small variance", lambda rng: _gradient(rng, 4, 2, 2, 3, of=(2,), scale=0.01), note="values around 0.01"),
        Case("another eps", lambda rng: _gradient(rng, 3, 2, 4, 2, of=(2,), scale=0.01, eps=0.002)),
        Case("an offset", lambda rng: _gradient(rng, 2, 5, 3, 2, of=(5,), offset=4.0), note="values around 4"),
    ),
    misconceptions=(
        Misconception(
            "batch_norm_backward.statistics-constant",
            wrong.batch_back_statistics_constant,
            "when mean and variance are taken for constants, as they are in evaluation.",
            "In training a value also moves the mean and the variance of its channel. Two terms are missing.",
        ),
        Misconception(
            "batch_norm_backward.no-mean-term",
            wrong.batch_back_no_mean_term,
            "when the term that comes through the mean is missing.",
            "A value moves the mean, which is subtracted from all values of its channel.",
        ),
        Misconception(
            "batch_norm_backward.no-variance-term",
            wrong.batch_back_no_variance_term,
            "when the term that comes through the variance is missing.",
            "A value moves the variance, by which all values of its channel are divided.",
        ),
        Misconception(
            "batch_norm_backward.weight-left-out",
            wrong.batch_back_weight_left_out,
            "when the weight has no part in grad_input.",
            "The gradient passes the weight before it meets the normalized values: q is not yet grad_output.",
        ),
        Misconception(
            "batch_norm_backward.divided-by-n",
            wrong.batch_back_divided_by_n,
            "when the sums are divided by the number of samples alone.",
            "How many values share a channel's mean? The positions count, too.",
        ),
        Misconception(
            "batch_norm_backward.per-sample",
            wrong.batch_back_per_sample,
            "when the means of q are taken sample by sample.",
            "They run over the same axes as the mean in the forward pass.",
        ),
        Misconception(
            "batch_norm_backward.input-for-x-hat",
            wrong.batch_back_input_for_x_hat,
            "when grad_weight is made with the input in place of the normalized values.",
            "What did the weight multiply in the forward pass?",
        ),
        Misconception(
            "batch_norm_backward.batch-axis-only",
            wrong.batch_back_batch_axis_only,
            "when the gradients of weight and bias are summed over the samples only.",
            "One weight serves all positions as well. Which axes must go, so that (c,) is left?",
        ),
        Misconception(
            "batch_norm_backward.mean-for-sum",
            wrong.batch_back_mean_for_sum,
            "when the gradients of weight and bias are averaged.",
            "Each value adds its share. The gradient is a sum.",
        ),
        Misconception(
            "batch_norm_backward.weight-along-width",
            wrong.batch_back_weight_along_width,
            "when the weight runs along the last axis, the width.",
            "NumPy lines arrays up at their last axes. Give (c,) the shape (1, c, 1, 1).",
        ),
        Misconception(
            "batch_norm_backward.no-eps",
            wrong.batch_back_no_eps,
            "when eps is left out of the standard deviation.",
            "Use the same root as in the forward pass.",
        ),
        Misconception(
            "batch_norm_backward.unbiased",
            wrong.batch_back_unbiased,
            "when the variance is the unbiased one.",
            "The output was made with the biased variance. Take the same on the way back.",
        ),
        Misconception(
            "batch_norm_backward.exchanged",
            wrong.batch_back_exchanged,
            "when grad_bias comes second and grad_weight third.",
            "Compare the order of your results with the docstring.",
        ),
    ),
    hints=(
        "The formula is that of layer_norm_backward. Only the axes differ: those over which a channel's mean runs.",
        "weight has shape (c,). It must meet axis 1: give it the shape (1, c, 1, 1).",
        "grad_weight and grad_bias are sums over axes 0, 2 and 3, so that (c,) is left.",
    ),
    explanation=(
        "The same three terms, with the means over the batch and all positions. These are also the axes over which "
        "weight and bias are shared, so their gradients are sums over the same axes."
    ),
)


def repair_layer_norm(input, weight, bias, eps=1e-5):
    """Normalize each row of input, then scale and shift its features; the mean is subtracted before squaring."""
    output = np.zeros(input.shape)
    for row in range(len(input)):
        deviations = input[row] - np.mean(input[row])
        variance = np.mean(deviations**2)
        output[row] = weight * deviations / (variance + eps) ** 0.5 + bias
    return output


def _rows(
    rng: np.random.Generator, n: int, c: int, scale: float = 1.0, offset: Any = 0.0, eps: float | None = None
) -> dict[str, Any]:
    return {
        "input": images(rng, n, c, scale=scale, offset=offset),
        "weight": normal(rng, c),
        "bias": normal(rng, c),
        **({} if eps is None else {"eps": eps}),
    }


REPAIR = Exercise(
    name="repair_layer_norm",
    chapter=CHAPTER,
    points=2,
    reference=repair_layer_norm,
    given=wrong.repair_layer_norm,
    oracle=TorchFunction(
        "torch.nn.functional.layer_norm",
        arrange=lambda input, weight, bias, eps=1e-5: ((input, weight.shape, weight, bias, eps), {}),
    ),
    cases=(
        Case("around zero", lambda rng: _rows(rng, 3, 4)),
        Case("tiny variance", lambda rng: _rows(rng, 4, 3, scale=0.001), note=TINY),
        Case("another eps", lambda rng: _rows(rng, 2, 6, scale=0.01, eps=0.002)),
        Case("far from zero", lambda rng: _rows(rng, 6, 8, offset=OFFSET), note=FAR),
        Case(
            "each row elsewhere",
            lambda rng: _rows(rng, 4, 8, offset=OFFSET * np.array([[-1.0], [0.0], [0.5], [1.0]])),
            note="rows around -2,000,000, 0, 1,000,000 and 2,000,000",
        ),
        Case(
            "close together and far from zero",
            lambda rng: _rows(rng, 48, 5, scale=1 / 64, offset=4 * OFFSET, eps=0.5),
            note="values around 8,000,000, 1/64 apart",
        ),
    ),
    misconceptions=(
        Misconception(
            "repair_layer_norm.as-given",
            wrong.repair_layer_norm,
            "when the variance is computed as it was handed out.",
            "Print the variance of a row around 2,000,000, and compare it with np.var.",
        ),
        Misconception(
            "repair_layer_norm.clipped",
            wrong.repair_clipped,
            "when a negative variance is set to 0.",
            "That hides the worst of it. A variance that came out positive is just as wrong.",
        ),
        Misconception(
            "repair_layer_norm.absolute",
            wrong.repair_absolute,
            "when a negative variance is made positive.",
            "The sign is not what is wrong. Its digits were lost before: at which subtraction?",
        ),
        Misconception(
            "repair_layer_norm.one-mean-for-all",
            wrong.repair_one_mean_for_all,
            "when the mean of the whole array is subtracted first.",
            "That helps where all rows lie together. Each row has a mean of its own.",
        ),
        Misconception(
            "repair_layer_norm.unbiased",
            wrong.repair_unbiased,
            "when the variance is now divided by one less than there are values.",
            "The deviations are right. Take their mean square.",
        ),
        Misconception(
            "repair_layer_norm.sum-of-squares",
            wrong.repair_sum_of_squares,
            "when the squared deviations are summed and not averaged.",
            "The deviations are right. A variance is their mean square.",
        ),
    ),
    hints=(
        "Give it a row around 0, and the same row with 2,000,000 added. The result should be the same, for the mean is "
        "subtracted. Which line first goes wrong?",
        "A float64 has about 16 digits. Around 2,000,000 the squares are around 4e12. How many digits are left "
        "behind the point, and how large is the variance?",
        "Subtract the mean from the values before you square them. The mean of these squares is the variance.",
    ),
    explanation=(
        "The mean of the squares less the square of the mean is the variance on paper. In floating-point numbers it is "
        "the small difference of two large numbers, and their digits cancel. Deviations are small numbers from the "
        "start."
    ),
)
