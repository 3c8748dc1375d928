"""The gradients of a layer normalization."""

from __future__ import annotations

import numpy as np

from course.chapters.normalization.draws import for_backward, unequal
from course.chapters.normalization.worked_out import backward_traces
from course.checking.oracles import TorchGradient
from course.checking.spec import Aside, Case, Exercise, Mistake


def layer_norm_backward(grad_output, input, weight, eps=1e-5):
    """Give the gradients of a layer normalization over the last axes.

    grad_output  the shape of input
    input        any axes first, then the axes of weight, as in the forward pass
    weight       its shape says over which axes
    returns grad_input, of the shape of input; grad_weight and grad_bias, of the shape of weight

    >>> g, x = np.array([[1.0, 0.0, 0.0]]), np.array([[1.0, 2.0, 6.0]])
    >>> [grad.round(3) for grad in layer_norm_backward(g, x, np.ones(3))]
    [array([[ 0.176, -0.22 ,  0.044]]), array([-0.926,  0.   ,  0.   ]), array([1., 0., 0.])]
    """
    axes = tuple(range(-weight.ndim, 0))
    samples = tuple(range(input.ndim - weight.ndim))
    mean = input.mean(axis=axes, keepdims=True)
    std = np.sqrt(input.var(axis=axes, keepdims=True) + eps)
    x_hat = (input - mean) / std
    q = grad_output * weight
    through_mean = q.mean(axis=axes, keepdims=True)
    through_var = x_hat * (q * x_hat).mean(axis=axes, keepdims=True)
    grad_input = (q - through_mean - through_var) / std
    grad_weight = (grad_output * x_hat).sum(axis=samples)
    grad_bias = grad_output.sum(axis=samples)
    return grad_input, grad_weight, grad_bias


EXERCISE = Exercise(
    points=4,
    solution=layer_norm_backward,
    stages={
        "the normalized values": Aside("x_hat", "the gradient of the input"),
        "the gradient of the normalized values": "q",
        "the gradient of the input": "grad_input",
    },
    oracle=TorchGradient(
        "torch.nn.functional.layer_norm",
        wrt=(0, 2, 3),
        arrange=lambda grad_output, input, weight, eps=1e-5: (
            (input, weight.shape, weight, np.zeros(weight.shape), eps),
            {},
        ),
    ),
    returns=("grad_input", "grad_weight", "grad_bias"),
    cases=(
        Case("rows of features", lambda rng: for_backward(rng, 2, 4, of=(4,), draw=unequal)),
        Case("as many rows as features", lambda rng: for_backward(rng, 4, 4, of=(4,))),
        Case("one row", lambda rng: for_backward(rng, 1, 5, of=(5,))),
        Case("a batch of sequences", lambda rng: for_backward(rng, 2, 3, 5, of=(5,))),
        Case("two axes", lambda rng: for_backward(rng, 5, 2, 3, of=(2, 3))),
        Case("two axes of four", lambda rng: for_backward(rng, 2, 4, 2, 3, of=(2, 3))),
        Case("small variance", lambda rng: for_backward(rng, 3, 6, of=(6,), scale=0.01), note="values around 0.01"),
        Case("another eps", lambda rng: for_backward(rng, 2, 5, of=(5,), scale=0.01, eps=0.002)),
        Case("an offset", lambda rng: for_backward(rng, 3, 4, of=(4,), offset=4.0), note="values around 4"),
    ),
    mistakes=(
        Mistake(
            "statistics-constant",
            edit=("(q - through_mean - through_var)", "q"),
            gives="when mean and variance are treated as constants.",
            advice=(
                "A value also moves the mean and the variance of its sample, and these move the others. Two terms are "
                "missing."
            ),
        ),
        Mistake(
            "no-mean-term",
            edit=(" - through_mean", ""),
            gives="when the term that comes through the mean is missing.",
            advice="A value moves the mean, which is subtracted from all values of its sample.",
        ),
        Mistake(
            "no-variance-term",
            edit=(" - through_var", ""),
            gives="when the term that comes through the variance is missing.",
            advice="A value moves the variance, by which all values of its sample are divided.",
        ),
        Mistake(
            "weight-left-out",
            edit=("q = grad_output * weight", "q = grad_output"),
            gives="when the weight has no part in grad_input.",
            advice="The gradient passes the weight before it meets the normalized values: q is not yet grad_output.",
        ),
        Mistake(
            "weight-last",
            edit=(
                ("q = grad_output * weight", "q = grad_output"),
                ("through_var) / std", "through_var) / std * weight"),
            ),
            gives="when the weight multiplies at the end, after the means were taken.",
            advice="Backwards, the weight comes first: it was the last step of the forward pass.",
        ),
        Mistake(
            "not-divided",
            edit=("(q - through_mean - through_var) / std", "q - through_mean - through_var"),
            gives="when the division by the standard deviation is missing.",
            advice="The forward pass divides by the root of variance plus eps. The backward pass does, too.",
        ),
        Mistake(
            "sums-for-means",
            edit=(("q.mean(", "q.sum("), ("(q * x_hat).mean(", "(q * x_hat).sum(")),
            gives="when q is summed where a mean belongs.",
            advice="Each value has a share of 1/m in the mean. So what comes back through it is a mean, too.",
        ),
        Mistake(
            "over-the-batch",
            edit=(("q.mean(axis=axes", "q.mean(axis=0"), ("(q * x_hat).mean(axis=axes", "(q * x_hat).mean(axis=0")),
            gives="when the means of q run over the batch.",
            advice="They run over the same axes as the mean in the forward pass.",
        ),
        Mistake(
            "input-for-x-hat",
            edit=("(grad_output * x_hat)", "(grad_output * input)"),
            gives="when grad_weight is computed with the input instead of the normalized values.",
            advice="What did the weight multiply in the forward pass?",
        ),
        Mistake(
            "weight-in-grad-weight",
            edit=("(grad_output * x_hat).sum", "(q * x_hat).sum"),
            gives="when grad_weight is computed from q, which is multiplied by the weight already.",
            advice="The output is weight · x_hat + bias. Does the slope in the direction of the weight contain it?",
        ),
        Mistake(
            "mean-for-sum",
            edit=(("(grad_output * x_hat).sum", "(grad_output * x_hat).mean"), ("grad_output.sum", "grad_output.mean")),
            gives="when the gradients of weight and bias are averaged over the samples.",
            advice="Every sample used the same weight, so its shares add up.",
        ),
        Mistake(
            "first-axis-only",
            edit=("tuple(range(input.ndim - weight.ndim))", "0"),
            gives="when the gradients of weight and bias are summed over axis 0 only.",
            advice="In a batch of sequences there are more axes before the last. All of them must go.",
        ),
        Mistake(
            "exchanged",
            edit=("return grad_input, grad_weight, grad_bias", "return grad_input, grad_bias, grad_weight"),
            gives="when grad_bias comes second and grad_weight third.",
            advice="Compare the order of your results with the docstring.",
        ),
        Mistake(
            "no-eps",
            edit=(" + eps", ""),
            gives="when eps is left out of the standard deviation.",
            advice="Use the same root as in the forward pass.",
        ),
        Mistake(
            "unbiased",
            edit=("var(axis=axes, keepdims=True)", "var(axis=axes, ddof=1, keepdims=True)"),
            gives="when the variance is the unbiased one.",
            advice="Use the same variance as in the forward pass: np.var as it is.",
        ),
    ),
    hints=(
        "Compute mean, std and x_hat as in the forward pass. The axes are as many as weight has, counted from the end.",
        "Walk back: y = weight * x_hat + bias. So grad_bias sums grad_output over the samples, grad_weight sums "
        "grad_output * x_hat, and what arrives at x_hat is q = grad_output * weight.",
        "grad_input has three terms, all divided by std: q, minus the mean of q, minus x_hat times the mean of "
        "q * x_hat. Both means run over the normalized axes, with keepdims=True.",
    ),
    explanation=(
        "q / std alone would be right if mean and std were constants. The second term is what comes back through "
        "the mean, the third what comes back through the variance."
    ),
    trace=backward_traces(
        layer_norm_backward,
        together=lambda arguments, index: index[: arguments["input"].ndim - arguments["weight"].ndim],
        collected=lambda index: (..., *index),
    ),
)
