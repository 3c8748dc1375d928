"""`layer_norm_backward`: ..."""

from __future__ import annotations

import numpy as np

from course.chapters.normalization.draws import RETURNS, _gradient
from course.checking.spec import Case, Exercise, Mistake, TorchGradient


def layer_norm_backward(grad_output, input, weight, eps=1e-5):
    """Give the gradients of a layer normalization over the last axes.

    grad_output  the shape of input
    input        any axes first, then those of weight, as in the forward pass
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
    return grad_input, (grad_output * x_hat).sum(axis=samples), grad_output.sum(axis=samples)


def _statistics_constant(grad_output, input, weight, eps=1e-5):
    axes = tuple(range(-weight.ndim, 0))
    rows = tuple(range(input.ndim - weight.ndim))
    std = np.sqrt(input.var(axis=axes, keepdims=True) + eps)
    x_hat = (input - input.mean(axis=axes, keepdims=True)) / std
    g = grad_output * weight
    return g / std, (grad_output * x_hat).sum(axis=rows), grad_output.sum(axis=rows)


def _no_mean_term(grad_output, input, weight, eps=1e-5):
    axes = tuple(range(-weight.ndim, 0))
    rows = tuple(range(input.ndim - weight.ndim))
    std = np.sqrt(input.var(axis=axes, keepdims=True) + eps)
    x_hat = (input - input.mean(axis=axes, keepdims=True)) / std
    g = grad_output * weight
    grad_input = (g - x_hat * (g * x_hat).mean(axis=axes, keepdims=True)) / std
    return grad_input, (grad_output * x_hat).sum(axis=rows), grad_output.sum(axis=rows)


def _no_variance_term(grad_output, input, weight, eps=1e-5):
    axes = tuple(range(-weight.ndim, 0))
    rows = tuple(range(input.ndim - weight.ndim))
    std = np.sqrt(input.var(axis=axes, keepdims=True) + eps)
    x_hat = (input - input.mean(axis=axes, keepdims=True)) / std
    g = grad_output * weight
    grad_input = (g - g.mean(axis=axes, keepdims=True)) / std
    return grad_input, (grad_output * x_hat).sum(axis=rows), grad_output.sum(axis=rows)


def _weight_left_out(grad_output, input, weight, eps=1e-5):
    axes = tuple(range(-weight.ndim, 0))
    rows = tuple(range(input.ndim - weight.ndim))
    std = np.sqrt(input.var(axis=axes, keepdims=True) + eps)
    x_hat = (input - input.mean(axis=axes, keepdims=True)) / std
    g = grad_output
    grad_input = (g - g.mean(axis=axes, keepdims=True) - x_hat * (g * x_hat).mean(axis=axes, keepdims=True)) / std
    return grad_input, (grad_output * x_hat).sum(axis=rows), grad_output.sum(axis=rows)


def _weight_last(grad_output, input, weight, eps=1e-5):
    axes = tuple(range(-weight.ndim, 0))
    rows = tuple(range(input.ndim - weight.ndim))
    std = np.sqrt(input.var(axis=axes, keepdims=True) + eps)
    x_hat = (input - input.mean(axis=axes, keepdims=True)) / std
    g = grad_output
    grad_input = (g - g.mean(axis=axes, keepdims=True) - x_hat * (g * x_hat).mean(axis=axes, keepdims=True)) / std
    return grad_input * weight, (grad_output * x_hat).sum(axis=rows), grad_output.sum(axis=rows)


def _not_divided(grad_output, input, weight, eps=1e-5):
    axes = tuple(range(-weight.ndim, 0))
    rows = tuple(range(input.ndim - weight.ndim))
    std = np.sqrt(input.var(axis=axes, keepdims=True) + eps)
    x_hat = (input - input.mean(axis=axes, keepdims=True)) / std
    g = grad_output * weight
    grad_input = g - g.mean(axis=axes, keepdims=True) - x_hat * (g * x_hat).mean(axis=axes, keepdims=True)
    return grad_input, (grad_output * x_hat).sum(axis=rows), grad_output.sum(axis=rows)


def _sums_for_means(grad_output, input, weight, eps=1e-5):
    axes = tuple(range(-weight.ndim, 0))
    rows = tuple(range(input.ndim - weight.ndim))
    std = np.sqrt(input.var(axis=axes, keepdims=True) + eps)
    x_hat = (input - input.mean(axis=axes, keepdims=True)) / std
    g = grad_output * weight
    grad_input = (g - g.sum(axis=axes, keepdims=True) - x_hat * (g * x_hat).sum(axis=axes, keepdims=True)) / std
    return grad_input, (grad_output * x_hat).sum(axis=rows), grad_output.sum(axis=rows)


def _over_the_batch(grad_output, input, weight, eps=1e-5):
    axes = tuple(range(-weight.ndim, 0))
    rows = tuple(range(input.ndim - weight.ndim))
    std = np.sqrt(input.var(axis=axes, keepdims=True) + eps)
    x_hat = (input - input.mean(axis=axes, keepdims=True)) / std
    g = grad_output * weight
    grad_input = (g - g.mean(axis=0, keepdims=True) - x_hat * (g * x_hat).mean(axis=0, keepdims=True)) / std
    return grad_input, (grad_output * x_hat).sum(axis=rows), grad_output.sum(axis=rows)


def _input_for_x_hat(grad_output, input, weight, eps=1e-5):
    axes = tuple(range(-weight.ndim, 0))
    rows = tuple(range(input.ndim - weight.ndim))
    std = np.sqrt(input.var(axis=axes, keepdims=True) + eps)
    x_hat = (input - input.mean(axis=axes, keepdims=True)) / std
    g = grad_output * weight
    grad_input = (g - g.mean(axis=axes, keepdims=True) - x_hat * (g * x_hat).mean(axis=axes, keepdims=True)) / std
    return grad_input, (grad_output * input).sum(axis=rows), grad_output.sum(axis=rows)


def _mean_for_sum(grad_output, input, weight, eps=1e-5):
    axes = tuple(range(-weight.ndim, 0))
    rows = tuple(range(input.ndim - weight.ndim))
    std = np.sqrt(input.var(axis=axes, keepdims=True) + eps)
    x_hat = (input - input.mean(axis=axes, keepdims=True)) / std
    g = grad_output * weight
    grad_input = (g - g.mean(axis=axes, keepdims=True) - x_hat * (g * x_hat).mean(axis=axes, keepdims=True)) / std
    return grad_input, (grad_output * x_hat).mean(axis=rows), grad_output.mean(axis=rows)


def _first_axis_only(grad_output, input, weight, eps=1e-5):
    axes = tuple(range(-weight.ndim, 0))
    std = np.sqrt(input.var(axis=axes, keepdims=True) + eps)
    x_hat = (input - input.mean(axis=axes, keepdims=True)) / std
    g = grad_output * weight
    grad_input = (g - g.mean(axis=axes, keepdims=True) - x_hat * (g * x_hat).mean(axis=axes, keepdims=True)) / std
    return grad_input, (grad_output * x_hat).sum(axis=0), grad_output.sum(axis=0)


def _exchanged(grad_output, input, weight, eps=1e-5):
    axes = tuple(range(-weight.ndim, 0))
    rows = tuple(range(input.ndim - weight.ndim))
    std = np.sqrt(input.var(axis=axes, keepdims=True) + eps)
    x_hat = (input - input.mean(axis=axes, keepdims=True)) / std
    g = grad_output * weight
    grad_input = (g - g.mean(axis=axes, keepdims=True) - x_hat * (g * x_hat).mean(axis=axes, keepdims=True)) / std
    return grad_input, grad_output.sum(axis=rows), (grad_output * x_hat).sum(axis=rows)


def _no_eps(grad_output, input, weight, eps=1e-5):
    axes = tuple(range(-weight.ndim, 0))
    rows = tuple(range(input.ndim - weight.ndim))
    std = input.std(axis=axes, keepdims=True)
    x_hat = (input - input.mean(axis=axes, keepdims=True)) / std
    g = grad_output * weight
    grad_input = (g - g.mean(axis=axes, keepdims=True) - x_hat * (g * x_hat).mean(axis=axes, keepdims=True)) / std
    return grad_input, (grad_output * x_hat).sum(axis=rows), grad_output.sum(axis=rows)


def _unbiased(grad_output, input, weight, eps=1e-5):
    axes = tuple(range(-weight.ndim, 0))
    rows = tuple(range(input.ndim - weight.ndim))
    std = np.sqrt(input.var(axis=axes, ddof=1, keepdims=True) + eps)
    x_hat = (input - input.mean(axis=axes, keepdims=True)) / std
    g = grad_output * weight
    grad_input = (g - g.mean(axis=axes, keepdims=True) - x_hat * (g * x_hat).mean(axis=axes, keepdims=True)) / std
    return grad_input, (grad_output * x_hat).sum(axis=rows), grad_output.sum(axis=rows)


EXERCISE = Exercise(
    name="layer_norm_backward",
    points=4,
    solution=layer_norm_backward,
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
    mistakes=(
        Mistake(
            "statistics-constant",
            body=_statistics_constant,
            gives="when mean and variance are taken for constants.",
            advice=(
                "A value also moves the mean and the variance of its sample, and these move the others. Two terms are "
                "missing."
            ),
        ),
        Mistake(
            "no-mean-term",
            body=_no_mean_term,
            gives="when the term that comes through the mean is missing.",
            advice="A value moves the mean, which is subtracted from all values of its sample.",
        ),
        Mistake(
            "no-variance-term",
            body=_no_variance_term,
            gives="when the term that comes through the variance is missing.",
            advice="A value moves the variance, by which all values of its sample are divided.",
        ),
        Mistake(
            "weight-left-out",
            body=_weight_left_out,
            gives="when the weight has no part in grad_input.",
            advice="The gradient passes the weight before it meets the normalized values: q is not yet grad_output.",
        ),
        Mistake(
            "weight-last",
            body=_weight_last,
            gives="when the weight multiplies at the end, after the means were taken.",
            advice="Backwards, the weight comes first: it was the last step of the forward pass.",
        ),
        Mistake(
            "not-divided",
            body=_not_divided,
            gives="when the division by the standard deviation is missing.",
            advice="The forward pass divides by the root of variance plus eps. The way back does, too.",
        ),
        Mistake(
            "sums-for-means",
            body=_sums_for_means,
            gives="when q is summed where a mean belongs.",
            advice="Each value has a share of 1/m in the mean. So what comes back through it is a mean, too.",
        ),
        Mistake(
            "over-the-batch",
            body=_over_the_batch,
            gives="when the means of q run over the batch.",
            advice="They run over the same axes as the mean in the forward pass.",
        ),
        Mistake(
            "input-for-x-hat",
            body=_input_for_x_hat,
            gives="when grad_weight is made with the input in place of the normalized values.",
            advice="What did the weight multiply in the forward pass?",
        ),
        Mistake(
            "mean-for-sum",
            body=_mean_for_sum,
            gives="when the gradients of weight and bias are averaged over the samples.",
            advice="Every sample used the same weight, so its shares add up.",
        ),
        Mistake(
            "first-axis-only",
            body=_first_axis_only,
            gives="when the gradients of weight and bias are summed over axis 0 only.",
            advice="In a batch of sequences there are more axes before the last. All of them must go.",
        ),
        Mistake(
            "exchanged",
            body=_exchanged,
            gives="when grad_bias comes second and grad_weight third.",
            advice="Compare the order of your results with the docstring.",
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
            advice="Use the same variance as in the forward pass: np.var as it is.",
        ),
    ),
    hints=(
        "Compute mean, std and x_hat as in the forward pass. The axes are as many as weight has, counted from the end.",
        "Walk back: y = weight * x_hat + bias. So grad_bias sums grad_output over the samples, grad_weight sums "
        "grad_output * x_hat, and what arrives at x_hat is q = grad_output * weight.",
        "grad_input has three terms, all divided by std: q, less the mean of q, less x_hat times the mean of q * "
        "x_hat. Both means run over the normalized axes, with keepdims=True.",
    ),
    explanation=(
        "q / std alone would be right if mean and std were constants. The second term is what comes back through "
        "the mean, the third what comes back through the variance."
    ),
)
