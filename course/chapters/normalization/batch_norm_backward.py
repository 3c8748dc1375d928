"""The gradients of a batch normalization in training."""

from __future__ import annotations

import numpy as np

from course.chapters.normalization.draws import for_backward
from course.chapters.normalization.layer_norm_backward import EXERCISE as LAYER_NORM_BACKWARD
from course.chapters.normalization.worked_out import backward_traces
from course.checking.oracles import TorchGradient
from course.checking.sampling import whole
from course.checking.spec import Aside, Case, Exercise, Mistake


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
    grad_weight = (grad_output * x_hat).sum(axis=axes)
    grad_bias = grad_output.sum(axis=axes)
    return grad_input, grad_weight, grad_bias


EXERCISE = Exercise(
    points=4,
    solution=batch_norm_backward,
    stages={
        "the normalized values": Aside("x_hat", "the gradient of the input"),
        "the gradient of the normalized values": "q",
        "the gradient of the input": "grad_input",
    },
    oracle=TorchGradient(
        "torch.nn.functional.batch_norm",
        wrt=(0, 3, 4),
        arrange=lambda grad_output, input, weight, eps=1e-5: (
            (input, None, None, weight, np.zeros(weight.shape), True, 0.1, eps),
            {},
        ),
    ),
    returns=("grad_input", "grad_weight", "grad_bias"),
    cases=(
        Case("images of one row", lambda rng: for_backward(rng, 2, 2, 1, 2, of=(2,), draw=whole)),
        Case("a batch", lambda rng: for_backward(rng, 2, 3, 4, 5, of=(3,))),
        Case("all sizes equal", lambda rng: for_backward(rng, 3, 3, 3, 3, of=(3,))),
        Case("one sample", lambda rng: for_backward(rng, 1, 4, 3, 2, of=(4,))),
        Case("one pixel", lambda rng: for_backward(rng, 6, 4, 1, 1, of=(4,))),
        Case(
            "small variance",
            lambda rng: for_backward(rng, 4, 2, 2, 3, of=(2,), scale=0.01),
            note="values around 0.01",
        ),
        Case("another eps", lambda rng: for_backward(rng, 3, 2, 4, 2, of=(2,), scale=0.01, eps=0.002)),
        Case("an offset", lambda rng: for_backward(rng, 2, 5, 3, 2, of=(5,), offset=4.0), note="values around 4"),
    ),
    mistakes=(
        Mistake(
            "statistics-constant",
            edit=("(q - through_mean - through_var)", "q"),
            gives="when mean and variance are treated as constants, as they are in evaluation.",
            advice="In training a value also moves the mean and the variance of its channel. Two terms are missing.",
        ),
        Mistake(
            "no-mean-term",
            edit=(" - through_mean", ""),
            gives="when the term that comes through the mean is missing.",
            advice="A value moves the mean, which is subtracted from all values of its channel.",
        ),
        Mistake(
            "no-variance-term",
            edit=(" - through_var", ""),
            gives="when the term that comes through the variance is missing.",
            advice="A value moves the variance, by which all values of its channel are divided.",
        ),
        LAYER_NORM_BACKWARD.mistake(
            "weight-left-out", edit=("q = grad_output * weight.reshape(1, -1, 1, 1)", "q = grad_output")
        ),
        Mistake(
            "divided-by-n",
            edit=(
                ("q.mean(axis=axes, keepdims=True)", "q.sum(axis=axes, keepdims=True) / len(input)"),
                (
                    "(q * x_hat).mean(axis=axes, keepdims=True)",
                    "(q * x_hat).sum(axis=axes, keepdims=True) / len(input)",
                ),
            ),
            gives="when the sums are divided by the number of samples alone.",
            advice="How many values share a channel's mean? The positions count, too.",
        ),
        LAYER_NORM_BACKWARD.mistake("weight-in-grad-weight"),
        LAYER_NORM_BACKWARD.mistake("sums-for-means"),
        Mistake(
            "per-sample",
            edit=(
                ("q.mean(axis=axes", "q.mean(axis=(2, 3)"),
                ("(q * x_hat).mean(axis=axes", "(q * x_hat).mean(axis=(2, 3)"),
            ),
            gives="when the means of q are taken sample by sample.",
            advice="They run over the same axes as the mean in the forward pass.",
        ),
        LAYER_NORM_BACKWARD.mistake("input-for-x-hat"),
        Mistake(
            "batch-axis-only",
            edit=(
                ("x_hat).sum(axis=axes)", "x_hat).sum(axis=0)"),
                ("grad_output.sum(axis=axes)", "grad_output.sum(axis=0)"),
            ),
            gives="when the gradients of weight and bias are summed over the samples only.",
            advice="One weight serves all positions as well. Which axes must go, so that (c,) is left?",
        ),
        Mistake(
            "mean-for-sum",
            edit=(("(grad_output * x_hat).sum", "(grad_output * x_hat).mean"), ("grad_output.sum", "grad_output.mean")),
            gives="when the gradients of weight and bias are averaged.",
            advice="Each value adds its share. The gradient is a sum.",
        ),
        Mistake(
            "weight-along-width",
            edit=("q = grad_output * weight.reshape(1, -1, 1, 1)", "q = grad_output * weight"),
            gives="when the weight runs along the last axis, the width.",
            advice="NumPy lines arrays up at their last axes. Give (c,) the shape (1, c, 1, 1).",
        ),
        LAYER_NORM_BACKWARD.mistake("no-eps"),
        Mistake(
            "unbiased",
            edit=("var(axis=axes, keepdims=True)", "var(axis=axes, ddof=1, keepdims=True)"),
            gives="when the variance is the unbiased one.",
            advice="The output was computed with the biased variance. Use the same in the backward pass.",
        ),
        LAYER_NORM_BACKWARD.mistake("exchanged"),
    ),
    hints=(
        "The formula is the same as in layer_norm_backward. Only the axes differ: all but axis 1.",
        "weight has shape (c,). It must meet axis 1: give it the shape (1, c, 1, 1).",
        "grad_weight and grad_bias are sums over axes 0, 2 and 3, so that (c,) is left.",
    ),
    explanation=(
        "The same three terms, with the means over the batch and all positions. These are also the axes over "
        "which weight and bias are shared, so their gradients are sums over the same axes."
    ),
    trace=backward_traces(
        batch_norm_backward,
        together=lambda arguments, index: np.s_[:, index[1]],
        collected=lambda index: np.s_[:, index[0]],
    ),
)
