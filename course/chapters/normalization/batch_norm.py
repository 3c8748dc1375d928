"""`batch_norm`: ..."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.chapters.normalization.draws import FAR, OFFSET, TINY, images
from course.checking.sampling import normal
from course.checking.spec import Case, Exercise, Mistake, TorchFunction


def batch_norm(input, running_mean, running_var, weight, bias, training, momentum=0.1, eps=1e-5):
    """Normalize each channel by the batch or the running statistics, then scale and shift it.

    input         (n, c, h, w), float64, also far from zero
    running_mean  (c,)   and running_var, weight, bias likewise
    training      True or False
    momentum      the share of the new in the running statistics
    returns output (n, c, h, w), running_mean (c,), running_var (c,)

    >>> x, zero, one = np.array([1.0, 3.0]).reshape(2, 1, 1, 1), np.zeros(1), np.ones(1)
    >>> y, mean, var = batch_norm(x, zero, one, one, zero, training=True)
    >>> y.ravel().round(3), mean, var
    (array([-1.,  1.]), array([0.2]), array([1.1]))
    """
    if training:
        mean, var = input.mean(axis=(0, 2, 3)), input.var(axis=(0, 2, 3))
        unbiased = input.var(axis=(0, 2, 3), ddof=1)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * unbiased
    else:
        mean, var = running_mean, running_var
    per_channel = (1, -1, 1, 1)
    x_hat = (input - mean.reshape(per_channel)) / np.sqrt(var.reshape(per_channel) + eps)
    output = weight.reshape(per_channel) * x_hat + bias.reshape(per_channel)
    return output, running_mean, running_var


def _batch(
    rng: np.random.Generator, *shape: int, training: bool, scale: float = 1.0, offset: float = 0.0, **options: float
) -> dict[str, Any]:
    return {
        "input": images(rng, *shape, scale=scale, offset=offset),
        "running_mean": scale * normal(rng, shape[1]),
        "running_var": scale**2 * positive(rng, shape[1]),
        "weight": normal(rng, shape[1]),
        "bias": normal(rng, shape[1]),
        "training": training,
        **options,
    }


def positive(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Draw values that a variance can have."""
    return np.round(rng.uniform(0.5, 2.0, shape), 6)


def _batch_statistics_in_evaluation(input, running_mean, running_var, weight, bias, training, momentum=0.1, eps=1e-5):
    mean, var = input.mean(axis=(0, 2, 3)), input.var(axis=(0, 2, 3))
    if training:
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * input.var(axis=(0, 2, 3), ddof=1)
    x_hat = (input - mean.reshape(1, -1, 1, 1)) / np.sqrt(var.reshape(1, -1, 1, 1) + eps)
    return weight.reshape(1, -1, 1, 1) * x_hat + bias.reshape(1, -1, 1, 1), running_mean, running_var


def _training_ignored(input, running_mean, running_var, weight, bias, training, momentum=0.1, eps=1e-5):
    mean, var = input.mean(axis=(0, 2, 3)), input.var(axis=(0, 2, 3))
    count = input.size // input.shape[1]
    running_mean = (1 - momentum) * running_mean + momentum * mean
    with np.errstate(all="ignore"):
        running_var = (1 - momentum) * running_var + momentum * var * count / (count - 1)
    x_hat = (input - mean.reshape(1, -1, 1, 1)) / np.sqrt(var.reshape(1, -1, 1, 1) + eps)
    return weight.reshape(1, -1, 1, 1) * x_hat + bias.reshape(1, -1, 1, 1), running_mean, running_var


def _unbiased_output(input, running_mean, running_var, weight, bias, training, momentum=0.1, eps=1e-5):
    if training:
        mean, var = input.mean(axis=(0, 2, 3)), input.var(axis=(0, 2, 3), ddof=1)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * var
    else:
        mean, var = running_mean, running_var
    x_hat = (input - mean.reshape(1, -1, 1, 1)) / np.sqrt(var.reshape(1, -1, 1, 1) + eps)
    return weight.reshape(1, -1, 1, 1) * x_hat + bias.reshape(1, -1, 1, 1), running_mean, running_var


def _biased_running(input, running_mean, running_var, weight, bias, training, momentum=0.1, eps=1e-5):
    if training:
        mean, var = input.mean(axis=(0, 2, 3)), input.var(axis=(0, 2, 3))
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * var
    else:
        mean, var = running_mean, running_var
    x_hat = (input - mean.reshape(1, -1, 1, 1)) / np.sqrt(var.reshape(1, -1, 1, 1) + eps)
    return weight.reshape(1, -1, 1, 1) * x_hat + bias.reshape(1, -1, 1, 1), running_mean, running_var


def _momentum_reversed(input, running_mean, running_var, weight, bias, training, momentum=0.1, eps=1e-5):
    if training:
        mean, var = input.mean(axis=(0, 2, 3)), input.var(axis=(0, 2, 3))
        running_mean = momentum * running_mean + (1 - momentum) * mean
        running_var = momentum * running_var + (1 - momentum) * input.var(axis=(0, 2, 3), ddof=1)
    else:
        mean, var = running_mean, running_var
    x_hat = (input - mean.reshape(1, -1, 1, 1)) / np.sqrt(var.reshape(1, -1, 1, 1) + eps)
    return weight.reshape(1, -1, 1, 1) * x_hat + bias.reshape(1, -1, 1, 1), running_mean, running_var


def _never_updated(input, running_mean, running_var, weight, bias, training, momentum=0.1, eps=1e-5):
    mean, var = running_mean, running_var
    if training:
        mean, var = input.mean(axis=(0, 2, 3)), input.var(axis=(0, 2, 3))
    x_hat = (input - mean.reshape(1, -1, 1, 1)) / np.sqrt(var.reshape(1, -1, 1, 1) + eps)
    return weight.reshape(1, -1, 1, 1) * x_hat + bias.reshape(1, -1, 1, 1), running_mean, running_var


def _updated_in_evaluation(input, running_mean, running_var, weight, bias, training, momentum=0.1, eps=1e-5):
    mean, var = input.mean(axis=(0, 2, 3)), input.var(axis=(0, 2, 3))
    count = input.size // input.shape[1]
    new_mean = (1 - momentum) * running_mean + momentum * mean
    with np.errstate(all="ignore"):
        new_var = (1 - momentum) * running_var + momentum * var * count / (count - 1)
    if not training:
        mean, var = running_mean, running_var
    x_hat = (input - mean.reshape(1, -1, 1, 1)) / np.sqrt(var.reshape(1, -1, 1, 1) + eps)
    return weight.reshape(1, -1, 1, 1) * x_hat + bias.reshape(1, -1, 1, 1), new_mean, new_var


def _changed_in_place(input, running_mean, running_var, weight, bias, training, momentum=0.1, eps=1e-5):
    if training:
        mean, var = input.mean(axis=(0, 2, 3)), input.var(axis=(0, 2, 3))
        running_mean *= 1 - momentum
        running_mean += momentum * mean
        running_var *= 1 - momentum
        running_var += momentum * input.var(axis=(0, 2, 3), ddof=1)
    else:
        mean, var = running_mean, running_var
    x_hat = (input - mean.reshape(1, -1, 1, 1)) / np.sqrt(var.reshape(1, -1, 1, 1) + eps)
    return weight.reshape(1, -1, 1, 1) * x_hat + bias.reshape(1, -1, 1, 1), running_mean, running_var


def _running_in_training(input, running_mean, running_var, weight, bias, training, momentum=0.1, eps=1e-5):
    if training:
        mean, var = input.mean(axis=(0, 2, 3)), input.var(axis=(0, 2, 3), ddof=1)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * var
    x_hat = (input - running_mean.reshape(1, -1, 1, 1)) / np.sqrt(running_var.reshape(1, -1, 1, 1) + eps)
    return weight.reshape(1, -1, 1, 1) * x_hat + bias.reshape(1, -1, 1, 1), running_mean, running_var


def _running_std(input, running_mean, running_var, weight, bias, training, momentum=0.1, eps=1e-5):
    if training:
        mean, var = input.mean(axis=(0, 2, 3)), input.var(axis=(0, 2, 3))
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * input.std(axis=(0, 2, 3), ddof=1)
    else:
        mean, var = running_mean, running_var
    x_hat = (input - mean.reshape(1, -1, 1, 1)) / np.sqrt(var.reshape(1, -1, 1, 1) + eps)
    return weight.reshape(1, -1, 1, 1) * x_hat + bias.reshape(1, -1, 1, 1), running_mean, running_var


def _eps_outside(input, running_mean, running_var, weight, bias, training, momentum=0.1, eps=1e-5):
    if training:
        mean, var = input.mean(axis=(0, 2, 3)), input.var(axis=(0, 2, 3))
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * input.var(axis=(0, 2, 3), ddof=1)
    else:
        mean, var = running_mean, running_var
    x_hat = (input - mean.reshape(1, -1, 1, 1)) / (np.sqrt(var.reshape(1, -1, 1, 1)) + eps)
    return weight.reshape(1, -1, 1, 1) * x_hat + bias.reshape(1, -1, 1, 1), running_mean, running_var


def _no_eps(input, running_mean, running_var, weight, bias, training, momentum=0.1, eps=1e-5):
    if training:
        mean, var = input.mean(axis=(0, 2, 3)), input.var(axis=(0, 2, 3))
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * input.var(axis=(0, 2, 3), ddof=1)
    else:
        mean, var = running_mean, running_var
    x_hat = (input - mean.reshape(1, -1, 1, 1)) / np.sqrt(var.reshape(1, -1, 1, 1))
    return weight.reshape(1, -1, 1, 1) * x_hat + bias.reshape(1, -1, 1, 1), running_mean, running_var


def _no_root(input, running_mean, running_var, weight, bias, training, momentum=0.1, eps=1e-5):
    if training:
        mean, var = input.mean(axis=(0, 2, 3)), input.var(axis=(0, 2, 3))
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * input.var(axis=(0, 2, 3), ddof=1)
    else:
        mean, var = running_mean, running_var
    x_hat = (input - mean.reshape(1, -1, 1, 1)) / (var.reshape(1, -1, 1, 1) + eps)
    return weight.reshape(1, -1, 1, 1) * x_hat + bias.reshape(1, -1, 1, 1), running_mean, running_var


def _whole_tensor(input, running_mean, running_var, weight, bias, training, momentum=0.1, eps=1e-5):
    if training:
        mean, var = np.full(len(weight), input.mean()), np.full(len(weight), input.var())
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * input.var(ddof=1)
    else:
        mean, var = running_mean, running_var
    x_hat = (input - mean.reshape(1, -1, 1, 1)) / np.sqrt(var.reshape(1, -1, 1, 1) + eps)
    return weight.reshape(1, -1, 1, 1) * x_hat + bias.reshape(1, -1, 1, 1), running_mean, running_var


def _per_sample(input, running_mean, running_var, weight, bias, training, momentum=0.1, eps=1e-5):
    if training:
        mean, var = input.mean(axis=(2, 3), keepdims=True), input.var(axis=(2, 3), keepdims=True)
        running_mean = (1 - momentum) * running_mean + momentum * input.mean(axis=(0, 2, 3))
        running_var = (1 - momentum) * running_var + momentum * input.var(axis=(0, 2, 3), ddof=1)
    else:
        mean, var = running_mean.reshape(1, -1, 1, 1), running_var.reshape(1, -1, 1, 1)
    x_hat = (input - mean) / np.sqrt(var + eps)
    return weight.reshape(1, -1, 1, 1) * x_hat + bias.reshape(1, -1, 1, 1), running_mean, running_var


def _batch_axis_only(input, running_mean, running_var, weight, bias, training, momentum=0.1, eps=1e-5):
    if training:
        mean, var = input.mean(axis=0), input.var(axis=0)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * input.var(axis=0, ddof=1)
    else:
        mean, var = running_mean.reshape(1, -1, 1, 1), running_var.reshape(1, -1, 1, 1)
    x_hat = (input - mean) / np.sqrt(var + eps)
    return weight.reshape(1, -1, 1, 1) * x_hat + bias.reshape(1, -1, 1, 1), running_mean, running_var


def _affine_ignored(input, running_mean, running_var, weight, bias, training, momentum=0.1, eps=1e-5):
    if training:
        mean, var = input.mean(axis=(0, 2, 3)), input.var(axis=(0, 2, 3))
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * input.var(axis=(0, 2, 3), ddof=1)
    else:
        mean, var = running_mean, running_var
    x_hat = (input - mean.reshape(1, -1, 1, 1)) / np.sqrt(var.reshape(1, -1, 1, 1) + eps)
    return x_hat, running_mean, running_var


def _affine_along_width(input, running_mean, running_var, weight, bias, training, momentum=0.1, eps=1e-5):
    if training:
        mean, var = input.mean(axis=(0, 2, 3)), input.var(axis=(0, 2, 3))
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * input.var(axis=(0, 2, 3), ddof=1)
    else:
        mean, var = running_mean, running_var
    x_hat = (input - mean.reshape(1, -1, 1, 1)) / np.sqrt(var.reshape(1, -1, 1, 1) + eps)
    return weight * x_hat + bias, running_mean, running_var


EXERCISE = Exercise(
    name="batch_norm",
    points=5,
    solution=batch_norm,
    oracle=TorchFunction("torch.nn.functional.batch_norm", changes=(1, 2)),
    returns=(
        "output",
        "running_mean",
        "running_var",
    ),
    cases=(
        Case("training", lambda rng: _batch(rng, 2, 3, 4, 5, training=True)),
        Case("evaluation", lambda rng: _batch(rng, 2, 3, 2, 4, training=False)),
        Case("another momentum", lambda rng: _batch(rng, 4, 2, 3, 5, training=True, momentum=0.3)),
        Case("all sizes equal", lambda rng: _batch(rng, 3, 3, 3, 3, training=True)),
        Case(
            "tiny variance",
            lambda rng: _batch(rng, 4, 2, 3, 5, training=True, scale=0.001),
            note=TINY,
        ),
        Case(
            "tiny variance in evaluation",
            lambda rng: _batch(rng, 4, 2, 3, 5, training=False, scale=0.001),
            note=TINY,
        ),
        Case("another eps", lambda rng: _batch(rng, 2, 5, 3, 4, training=True, scale=0.01, momentum=0.1, eps=0.002)),
        Case(
            "a large offset",
            lambda rng: _batch(rng, 2, 3, 4, 4, training=True, offset=OFFSET),
            note=FAR,
            weight=0.5,
        ),
        Case(
            "one sample of one pixel in evaluation",
            lambda rng: _batch(rng, 1, 4, 1, 1, training=False),
            note="one value for each channel",
            weight=0.5,
        ),
    ),
    mistakes=(
        Mistake(
            "batch-statistics-in-evaluation",
            body=_batch_statistics_in_evaluation,
            gives="when the batch's own mean and variance are used in evaluation as well.",
            advice=(
                "With training=False the running statistics take their place: a sample's result must not depend on its "
                "neighbours."
            ),
        ),
        Mistake(
            "training-ignored",
            body=_training_ignored,
            gives="when `training` is ignored: every call is treated as training.",
            advice="Ask first whether training is true. In evaluation, where do mean and variance come from?",
        ),
        Mistake(
            "unbiased-output",
            body=_unbiased_output,
            gives="when the values are divided by the root of the unbiased variance, with m - 1.",
            advice=(
                "The output is made with the mean of the squared deviations, np.var as it is. Only the running variance "
                "takes the other one."
            ),
        ),
        Mistake(
            "biased-running",
            body=_biased_running,
            gives="when the running variance takes the biased variance of the batch.",
            advice=(
                "The output is right. The running variance is an estimate for all data, so it takes the unbiased one."
            ),
        ),
        Mistake(
            "momentum-reversed",
            body=_momentum_reversed,
            gives="when momentum is the share of the old statistics, as in Keras.",
            advice="In PyTorch momentum is the share of the new: 0.1 changes the running statistics by a tenth.",
        ),
        Mistake(
            "never-updated",
            body=_never_updated,
            gives="when the running statistics are handed back as they came.",
            advice="In training they move a little towards those of the batch. Where is that line?",
        ),
        Mistake(
            "updated-in-evaluation",
            body=_updated_in_evaluation,
            gives="when the running statistics learn in evaluation, too.",
            advice="Evaluation only reads them. Under which condition does your update stand?",
        ),
        Mistake(
            "changed-in-place",
            body=_changed_in_place,
            gives="when the running statistics are changed in place with `*=` and `+=`.",
            advice="Make new arrays and return them. The caller's arrays stay as they are.",
        ),
        Mistake(
            "running-in-training",
            body=_running_in_training,
            gives="when the batch is normalized by the running statistics in training, after their update.",
            advice="In training the batch is normalized by its own mean and variance.",
        ),
        Mistake(
            "running-std",
            body=_running_std,
            gives="when the running variance takes the batch's standard deviation.",
            advice="Variances go in, and a variance comes out. Where did the root get in?",
        ),
        Mistake(
            "eps-outside",
            body=_eps_outside,
            gives="when eps is added to the root in place of under it.",
            advice="Add eps to the variance first, then take the root.",
        ),
        Mistake(
            "no-eps",
            body=_no_eps,
            gives="when eps is left out.",
            advice="Look for the small number under the root in the formula.",
        ),
        Mistake(
            "no-root",
            body=_no_root,
            gives="when the values are divided by the variance in place of its root.",
            advice="Divide by something that has the unit of the values.",
        ),
        Mistake(
            "whole-tensor",
            body=_whole_tensor,
            gives="when one mean and one variance serve the whole array.",
            advice="Each channel has its own. Give np.mean the axes that are to go.",
        ),
        Mistake(
            "per-sample",
            body=_per_sample,
            gives="when each sample is normalized by itself: an instance normalization.",
            advice="All samples of the batch share a channel's mean. Which axis is missing in yours?",
        ),
        Mistake(
            "batch-axis-only",
            body=_batch_axis_only,
            gives="when mean and variance run over the samples only, and each pixel has its own.",
            advice="A channel has one mean, over all samples and all positions.",
        ),
        Mistake(
            "affine-ignored",
            body=_affine_ignored,
            gives="when weight and bias are left out.",
            advice="The normalized values are scaled by weight and shifted by bias, channel by channel.",
        ),
        Mistake(
            "affine-along-width",
            body=_affine_along_width,
            gives="when weight and bias run along the last axis, the width.",
            advice="NumPy lines arrays up at their last axes. Give (c,) the shape (1, c, 1, 1).",
        ),
    ),
    hints=(
        "First find mean and var, both of shape (c,). In training they are those of the batch over the axes of "
        '"batch", in evaluation they are running_mean and running_var.',
        "Normalize with these: (input - mean) / sqrt(var + eps). To meet axis 1 of the input, an array of shape "
        "(c,) needs the shape (1, c, 1, 1). The same goes for weight and bias.",
        "In training, new running statistic = (1 - momentum) * old + momentum * batch. For the variance take the "
        "batch's unbiased one, np.var(..., ddof=1).",
        "Return three things. In evaluation the running statistics come back as they are.",
    ),
    explanation=(
        "Everything has the shape (c,) until it meets the input, and (1, c, 1, 1) there. The output needs the "
        "biased variance, for the batch's own spread shall become 1; the running variance is an estimate for "
        "data to come, so it takes the unbiased one."
    ),
)
