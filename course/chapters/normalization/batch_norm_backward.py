"""`batch_norm_backward`: ..."""

from __future__ import annotations

import numpy as np

from course.chapters.normalization.draws import RETURNS, _gradient
from course.checking.spec import Case, Exercise, Mistake, TorchGradient


def batch_norm_backward(grad_output, input, weight, eps=1e-5):
    """Give the gradients of a batch normalization in training.

    grad_output  (n, c, h, w)
    input        (n, c, h, w)
    weight       (c,)
    returns grad_input (n, c, h, w), grad_weight (c,), grad_bias (c,)

    >>> g, x = np.array([[1.0, 0.0, 0.0], [1.0, 2.0, 6.0]]).reshape(2, 3, 1, 1, 1)
    >>> [grad.ravel().round(3) for grad in batch_norm_backward(g, x, np.ones(1))]
    [array([ 0.176, -0.22 ,  0.044]), array([-0.926]), array([1.])]
    """
    axes = (0, 2, 3)
    mean = input.mean(axis=axes, keepdims=True)
    std = np.sqrt(input.var(axis=axes, keepdims=True) + eps)
    x_hat = (input - mean) / std
    q = grad_output * weight.reshape(1, -1, 1, 1)
    through_mean = q.mean(axis=axes, keepdims=True)
    through_var = x_hat * (q * x_hat).mean(axis=axes, keepdims=True)
    grad_input = (q - through_mean - through_var) / std
    return grad_input, (grad_output * x_hat).sum(axis=axes), grad_output.sum(axis=axes)


def _statistics_constant(grad_output, input, weight, eps=1e-5):
    axes = (0, 2, 3)
    std = np.sqrt(input.var(axis=axes, keepdims=True) + eps)
    x_hat = (input - input.mean(axis=axes, keepdims=True)) / std
    g = grad_output * weight.reshape(1, -1, 1, 1)
    return g / std, (grad_output * x_hat).sum(axis=axes), grad_output.sum(axis=axes)


def _no_mean_term(grad_output, input, weight, eps=1e-5):
    axes = (0, 2, 3)
    std = np.sqrt(input.var(axis=axes, keepdims=True) + eps)
    x_hat = (input - input.mean(axis=axes, keepdims=True)) / std
    g = grad_output * weight.reshape(1, -1, 1, 1)
    grad_input = (g - x_hat * (g * x_hat).mean(axis=axes, keepdims=True)) / std
    return grad_input, (grad_output * x_hat).sum(axis=axes), grad_output.sum(axis=axes)


def _no_variance_term(grad_output, input, weight, eps=1e-5):
    axes = (0, 2, 3)
    std = np.sqrt(input.var(axis=axes, keepdims=True) + eps)
    x_hat = (input - input.mean(axis=axes, keepdims=True)) / std
    g = grad_output * weight.reshape(1, -1, 1, 1)
    grad_input = (g - g.mean(axis=axes, keepdims=True)) / std
    return grad_input, (grad_output * x_hat).sum(axis=axes), grad_output.sum(axis=axes)


def _weight_left_out(grad_output, input, weight, eps=1e-5):
    axes = (0, 2, 3)
    std = np.sqrt(input.var(axis=axes, keepdims=True) + eps)
    x_hat = (input - input.mean(axis=axes, keepdims=True)) / std
    g = grad_output
    grad_input = (g - g.mean(axis=axes, keepdims=True) - x_hat * (g * x_hat).mean(axis=axes, keepdims=True)) / std
    return grad_input, (grad_output * x_hat).sum(axis=axes), grad_output.sum(axis=axes)


def _divided_by_n(grad_output, input, weight, eps=1e-5):
    axes = (0, 2, 3)
    std = np.sqrt(input.var(axis=axes, keepdims=True) + eps)
    x_hat = (input - input.mean(axis=axes, keepdims=True)) / std
    g = grad_output * weight.reshape(1, -1, 1, 1)
    n = len(input)
    mean_g = g.sum(axis=axes, keepdims=True) / n
    mean_gx = (g * x_hat).sum(axis=axes, keepdims=True) / n
    grad_input = (g - mean_g - x_hat * mean_gx) / std
    return grad_input, (grad_output * x_hat).sum(axis=axes), grad_output.sum(axis=axes)


def _per_sample(grad_output, input, weight, eps=1e-5):
    axes = (0, 2, 3)
    std = np.sqrt(input.var(axis=axes, keepdims=True) + eps)
    x_hat = (input - input.mean(axis=axes, keepdims=True)) / std
    g = grad_output * weight.reshape(1, -1, 1, 1)
    grad_input = (g - g.mean(axis=(2, 3), keepdims=True) - x_hat * (g * x_hat).mean(axis=(2, 3), keepdims=True)) / std
    return grad_input, (grad_output * x_hat).sum(axis=axes), grad_output.sum(axis=axes)


def _input_for_x_hat(grad_output, input, weight, eps=1e-5):
    axes = (0, 2, 3)
    std = np.sqrt(input.var(axis=axes, keepdims=True) + eps)
    x_hat = (input - input.mean(axis=axes, keepdims=True)) / std
    g = grad_output * weight.reshape(1, -1, 1, 1)
    grad_input = (g - g.mean(axis=axes, keepdims=True) - x_hat * (g * x_hat).mean(axis=axes, keepdims=True)) / std
    return grad_input, (grad_output * input).sum(axis=axes), grad_output.sum(axis=axes)


def _batch_axis_only(grad_output, input, weight, eps=1e-5):
    axes = (0, 2, 3)
    std = np.sqrt(input.var(axis=axes, keepdims=True) + eps)
    x_hat = (input - input.mean(axis=axes, keepdims=True)) / std
    g = grad_output * weight.reshape(1, -1, 1, 1)
    grad_input = (g - g.mean(axis=axes, keepdims=True) - x_hat * (g * x_hat).mean(axis=axes, keepdims=True)) / std
    return grad_input, (grad_output * x_hat).sum(axis=0), grad_output.sum(axis=0)


def _mean_for_sum(grad_output, input, weight, eps=1e-5):
    axes = (0, 2, 3)
    std = np.sqrt(input.var(axis=axes, keepdims=True) + eps)
    x_hat = (input - input.mean(axis=axes, keepdims=True)) / std
    g = grad_output * weight.reshape(1, -1, 1, 1)
    grad_input = (g - g.mean(axis=axes, keepdims=True) - x_hat * (g * x_hat).mean(axis=axes, keepdims=True)) / std
    return grad_input, (grad_output * x_hat).mean(axis=axes), grad_output.mean(axis=axes)


def _weight_along_width(grad_output, input, weight, eps=1e-5):
    axes = (0, 2, 3)
    std = np.sqrt(input.var(axis=axes, keepdims=True) + eps)
    x_hat = (input - input.mean(axis=axes, keepdims=True)) / std
    g = grad_output * weight
    grad_input = (g - g.mean(axis=axes, keepdims=True) - x_hat * (g * x_hat).mean(axis=axes, keepdims=True)) / std
    return grad_input, (grad_output * x_hat).sum(axis=axes), grad_output.sum(axis=axes)


def _no_eps(grad_output, input, weight, eps=1e-5):
    axes = (0, 2, 3)
    std = input.std(axis=axes, keepdims=True)
    x_hat = (input - input.mean(axis=axes, keepdims=True)) / std
    g = grad_output * weight.reshape(1, -1, 1, 1)
    grad_input = (g - g.mean(axis=axes, keepdims=True) - x_hat * (g * x_hat).mean(axis=axes, keepdims=True)) / std
    return grad_input, (grad_output * x_hat).sum(axis=axes), grad_output.sum(axis=axes)


def _unbiased(grad_output, input, weight, eps=1e-5):
    axes = (0, 2, 3)
    std = np.sqrt(input.var(axis=axes, ddof=1, keepdims=True) + eps)
    x_hat = (input - input.mean(axis=axes, keepdims=True)) / std
    g = grad_output * weight.reshape(1, -1, 1, 1)
    grad_input = (g - g.mean(axis=axes, keepdims=True) - x_hat * (g * x_hat).mean(axis=axes, keepdims=True)) / std
    return grad_input, (grad_output * x_hat).sum(axis=axes), grad_output.sum(axis=axes)


EXERCISE = Exercise(
    name="batch_norm_backward",
    points=4,
    solution=batch_norm_backward,
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
    mistakes=(
        Mistake(
            "statistics-constant",
            body=_statistics_constant,
            gives="when mean and variance are taken for constants, as they are in evaluation.",
            advice="In training a value also moves the mean and the variance of its channel. Two terms are missing.",
        ),
        Mistake(
            "no-mean-term",
            body=_no_mean_term,
            gives="when the term that comes through the mean is missing.",
            advice="A value moves the mean, which is subtracted from all values of its channel.",
        ),
        Mistake(
            "no-variance-term",
            body=_no_variance_term,
            gives="when the term that comes through the variance is missing.",
            advice="A value moves the variance, by which all values of its channel are divided.",
        ),
        Mistake(
            "weight-left-out",
            body=_weight_left_out,
            gives="when the weight has no part in grad_input.",
            advice="The gradient passes the weight before it meets the normalized values: q is not yet grad_output.",
        ),
        Mistake(
            "divided-by-n",
            body=_divided_by_n,
            gives="when the sums are divided by the number of samples alone.",
            advice="How many values share a channel's mean? The positions count, too.",
        ),
        Mistake(
            "per-sample",
            body=_per_sample,
            gives="when the means of q are taken sample by sample.",
            advice="They run over the same axes as the mean in the forward pass.",
        ),
        Mistake(
            "input-for-x-hat",
            body=_input_for_x_hat,
            gives="when grad_weight is made with the input in place of the normalized values.",
            advice="What did the weight multiply in the forward pass?",
        ),
        Mistake(
            "batch-axis-only",
            body=_batch_axis_only,
            gives="when the gradients of weight and bias are summed over the samples only.",
            advice="One weight serves all positions as well. Which axes must go, so that (c,) is left?",
        ),
        Mistake(
            "mean-for-sum",
            body=_mean_for_sum,
            gives="when the gradients of weight and bias are averaged.",
            advice="Each value adds its share. The gradient is a sum.",
        ),
        Mistake(
            "weight-along-width",
            body=_weight_along_width,
            gives="when the weight runs along the last axis, the width.",
            advice="NumPy lines arrays up at their last axes. Give (c,) the shape (1, c, 1, 1).",
        ),
        Mistake(
            "no-eps",
            body=_no_eps,
            gives="when eps is left out of the standard deviation.",
            advice="Use the same root as in the forward pass.",
        ),
        Mistake(
            "unbiased",
            body=_unbiased,
            gives="when the variance is the unbiased one.",
            advice="The output was made with the biased variance. Take the same on the way back.",
        ),
        Mistake(
            # UNVERIFIED
            "exchanged",
            edit=(
                ((")\n    mean = input.mean(axis=axes, keepdims=True"), ""),
                (
                    (
                        "mean) / std\n"
                        "    q = grad_output * weight.reshape(1, -1, 1, 1)\n"
                        "    through_mean = q.mean(axis=axes, keepdims=True)\n"
                        "    through_var = x_hat * (q * x_hat).mean(axis=axes, keepdims=True)\n"
                        "    grad_input = (q - through_mean - through_var) / std\n"
                        "    return grad_input, (grad_output * x_hat).sum(axis=axes), grad_output.sum(axis=axes)"
                    ),
                    (
                        "input.mean(axis=axes, keepdims=True)) / std\n"
                        "    g = grad_output * weight.reshape(1, -1, 1, 1)\n"
                        "    grad_input = (g - g.mean(axis=axes, keepdims=True) - x_hat * (g * x_hat).mean(axis=axes, keepdims=True)) / std\n"
                        "    return grad_input, grad_output.sum(axis=axes), (grad_output * x_hat).sum(axis=axes)"
                    ),
                ),
            ),
            gives="when grad_bias comes second and grad_weight third.",
            advice="Compare the order of your results with the docstring.",
        ),
    ),
    hints=(
        "The formula is that of layer_norm_backward. Only the axes differ: those over which a channel's mean runs.",
        "weight has shape (c,). It must meet axis 1: give it the shape (1, c, 1, 1).",
        "grad_weight and grad_bias are sums over axes 0, 2 and 3, so that (c,) is left.",
    ),
    explanation=(
        "The same three terms, with the means over the batch and all positions. These are also the axes over "
        "which weight and bias are shared, so their gradients are sums over the same axes."
    ),
)
