"""Batch normalization in training and in evaluation."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.chapters.normalization.draws import FAR, OFFSET, TINY, draw_input
from course.chapters.normalization.group_norm import EXERCISE as GROUP_NORM
from course.chapters.normalization.instance_norm import EXERCISE as INSTANCE_NORM
from course.chapters.normalization.worked_out import FAR_OFF, normalized_by
from course.checking.oracles import TorchFunction
from course.checking.sampling import normal, whole
from course.checking.spec import Arguments, Case, Exercise, Mistake
from course.checking.worked_out import in_a_sum


def batch_norm(input, running_mean, running_var, weight, bias, training, momentum=0.1, eps=1e-5):
    """Normalize each channel by the batch or the running statistics, then scale and shift it.

    input         (n, c, h, w), float64; values may be near 2,000,000
    running_mean  (c,)   and running_var, weight, bias likewise
    training      True or False
    momentum      the share of the new in the running statistics
    returns output (n, c, h, w), running_mean (c,), running_var (c,)

    >>> x, zero, one = np.array([1.0, 3.0]).reshape(2, 1, 1, 1), np.zeros(1), np.ones(1)
    >>> y, mean, var = batch_norm(x, zero, one, one, zero, training=True)
    >>> y.ravel().round(3), mean, var
    (array([-1.,  1.]), array([0.2]), array([1.1]))
    """
    axes = (0, 2, 3)
    if training:
        mean, var = input.mean(axis=axes), input.var(axis=axes)
        unbiased = input.var(axis=axes, ddof=1)
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
        "input": draw_input(rng, *shape, scale=scale, offset=offset),
        "running_mean": scale * normal(rng, shape[1]),
        "running_var": scale**2 * np.round(rng.uniform(0.5, 2.0, shape[1]), 6),
        "weight": normal(rng, shape[1]),
        "bias": normal(rng, shape[1]),
        "training": training,
        **options,
    }


def _by_hand(rng: np.random.Generator) -> dict[str, Any]:
    mean, var, weight, bias = whole(rng, 2), abs(whole(rng, 2)), whole(rng, 2), whole(rng, 2)
    return {
        "input": whole(rng, 2, 2, 1, 2),
        "running_mean": mean,
        "running_var": var,
        "weight": weight,
        "bias": bias,
        "training": True,
    }


def _output(arguments: Arguments, index: tuple[int, ...]) -> str:
    x, channel = arguments["input"], index[1]
    mean, var = (arguments[name][channel] for name in ("running_mean", "running_var"))
    if arguments["training"]:
        mean, var = x[:, channel].mean(), x[:, channel].var()
    weight, bias, eps = arguments["weight"][channel], arguments["bias"][channel], arguments.get("eps", 1e-5)
    return normalized_by(x[index], mean, var, eps, weight, bias)


def _running_mean(arguments: Arguments, index: tuple[int, ...]) -> str:
    batch = arguments["input"][:, index[0]].mean()
    return _running(arguments, "running_mean", index[0], batch, in_a_sum(batch))


def _running_var(arguments: Arguments, index: tuple[int, ...]) -> str:
    values = arguments["input"][:, index[0]]
    if values.size < 2:
        return _running(arguments, "running_var", index[0], 0.0, "")
    squares = ((values - values.mean()) ** 2).sum()
    return _running(
        arguments, "running_var", index[0], squares / (values.size - 1), f"{squares:.4g}/({values.size} - 1)"
    )


def _running(arguments: Arguments, name: str, channel: int, batch: float, told: str) -> str:
    """Write out a running statistic after the call, with the batch's own told as it is."""
    old, momentum = arguments[name][channel], arguments.get("momentum", 0.1)
    if not arguments["training"]:
        return f"in evaluation {name}[{channel}] stays as it is, = {old:.4g}"
    if abs(batch) > FAR_OFF:
        return ""
    new = (1 - momentum) * old + momentum * batch
    return f"(1 - {momentum:g})·{in_a_sum(old)} + {momentum:g}·{told} = {new:.4g}"


EXERCISE = Exercise(
    points=5,
    solution=batch_norm,
    stages={
        "the mean": "mean if training else None",
        "the variance": "var if training else None",
        "the normalized values": "x_hat",
        "the scaled and shifted values": "output",
    },
    oracle=TorchFunction("torch.nn.functional.batch_norm", changes=(1, 2)),
    returns=("output", "running_mean", "running_var"),
    cases=(
        Case("training by hand", _by_hand),
        Case("training", lambda rng: _batch(rng, 2, 3, 4, 5, training=True)),
        Case("evaluation", lambda rng: _batch(rng, 2, 3, 2, 4, training=False)),
        Case("another momentum", lambda rng: _batch(rng, 4, 2, 3, 5, training=True, momentum=0.3)),
        Case("all sizes equal", lambda rng: _batch(rng, 3, 3, 3, 3, training=True)),
        Case("tiny variance", lambda rng: _batch(rng, 4, 2, 3, 5, training=True, scale=0.001), note=TINY),
        Case(
            "tiny variance in evaluation",
            lambda rng: _batch(rng, 4, 2, 3, 5, training=False, scale=0.001),
            note=TINY,
        ),
        Case("another eps", lambda rng: _batch(rng, 2, 5, 3, 4, training=True, scale=0.01, momentum=0.1, eps=0.002)),
        Case("a large offset", lambda rng: _batch(rng, 2, 3, 4, 4, training=True, offset=OFFSET), note=FAR, weight=0.5),
        Case("one channel", lambda rng: _batch(rng, 3, 1, 2, 4, training=True), weight=0.5),
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
            edit=("mean, var = running_mean, running_var", "mean, var = input.mean(axis=axes), input.var(axis=axes)"),
            gives="when the batch's own mean and variance are used in evaluation as well.",
            advice=(
                "With training=False the running statistics take their place: a sample's result must not depend on its "
                "neighbours."
            ),
        ),
        Mistake(
            "training-ignored",
            edit=("if training:", "if True:"),
            gives="when `training` is ignored: every call is treated as training.",
            unwritten="Evaluation is not written yet",
            advice="Ask first whether training is true. In evaluation, where do mean and variance come from?",
        ),
        Mistake(
            "unbiased-output",
            edit=("input.var(axis=axes)", "input.var(axis=axes, ddof=1)"),
            gives="when the values are divided by the root of the unbiased variance, which divides by m - 1.",
            advice="The output uses the biased variance, np.var as it is. Only the running variance is unbiased.",
        ),
        Mistake(
            "biased-running",
            edit=("momentum * unbiased", "momentum * var"),
            gives="when the running variance takes the biased variance of the batch.",
            advice="The running variance is an estimate for all data, not only for this batch: use the unbiased one.",
        ),
        Mistake(
            "momentum-reversed",
            edit=(
                ("(1 - momentum) * running_mean + momentum * mean", "momentum * running_mean + (1 - momentum) * mean"),
                (
                    "(1 - momentum) * running_var + momentum * unbiased",
                    "momentum * running_var + (1 - momentum) * unbiased",
                ),
            ),
            gives="when momentum is the share of the old statistics, as in Keras.",
            advice="In PyTorch momentum is the share of the new: 0.1 changes the running statistics by a tenth.",
        ),
        Mistake(
            "never-updated",
            edit=(
                ("        running_mean = (1 - momentum) * running_mean + momentum * mean\n", ""),
                ("        running_var = (1 - momentum) * running_var + momentum * unbiased\n", ""),
            ),
            gives="when the running statistics are handed back as they came.",
            unwritten="The update of the running statistics is not written yet",
            advice="In training they move a little towards the statistics of the batch. Where is that line?",
        ),
        Mistake(
            "updated-in-evaluation",
            edit=(
                "mean, var = running_mean, running_var",
                "mean, var = running_mean, running_var\n"
                "        running_mean = (1 - momentum) * running_mean + momentum * input.mean(axis=axes)\n"
                "        running_var = (1 - momentum) * running_var + momentum * input.var(axis=axes, ddof=1)",
            ),
            gives="when the running statistics are updated in evaluation, too.",
            advice="Evaluation only reads them. Which condition is your update under?",
        ),
        Mistake(
            "changed-in-place",
            edit=(
                (
                    "running_mean = (1 - momentum) * running_mean + momentum * mean",
                    "running_mean *= 1 - momentum\n        running_mean += momentum * mean",
                ),
                (
                    "running_var = (1 - momentum) * running_var + momentum * unbiased",
                    "running_var *= 1 - momentum\n        running_var += momentum * unbiased",
                ),
            ),
            gives="when the running statistics are changed in place with `*=` and `+=`.",
            advice="Make new arrays and return them. The caller's arrays stay as they are.",
        ),
        Mistake(
            "running-in-training",
            edit=(("input - mean.", "input - running_mean."), ("np.sqrt(var.", "np.sqrt(running_var.")),
            gives="when the batch is normalized by the running statistics in training, after their update.",
            advice="In training the batch is normalized by its own mean and variance.",
        ),
        Mistake(
            "running-std",
            edit=("momentum * unbiased", "momentum * np.sqrt(unbiased)"),
            gives="when the running variance takes the batch's standard deviation.",
            advice="A running variance averages variances. Where does the square root come from?",
        ),
        INSTANCE_NORM.mistake(
            "eps-outside", edit=("np.sqrt(var.reshape(per_channel) + eps)", "(np.sqrt(var.reshape(per_channel)) + eps)")
        ),
        INSTANCE_NORM.mistake(
            "no-eps", edit=("np.sqrt(var.reshape(per_channel) + eps)", "np.sqrt(var.reshape(per_channel))")
        ),
        INSTANCE_NORM.mistake(
            "no-root", edit=("np.sqrt(var.reshape(per_channel) + eps)", "(var.reshape(per_channel) + eps)")
        ),
        Mistake(
            "whole-tensor",
            edit=("(0, 2, 3)", "(0, 1, 2, 3)"),
            gives="when one mean and one variance serve the whole array.",
            advice="Each channel has its own. Give np.mean the axes to remove.",
        ),
        Mistake(
            "per-sample",
            edit=(
                ("input.mean(axis=axes), input.var(axis=axes)", "input.mean(axis=(2, 3)), input.var(axis=(2, 3))"),
                ("momentum * mean", "momentum * mean.mean(axis=0)"),
                ("per_channel = (1, -1, 1, 1)", "per_channel = (-1, input.shape[1], 1, 1)"),
            ),
            gives="when each sample is normalized separately: an instance normalization.",
            advice="All samples of the batch share a channel's mean. Which axis is missing in yours?",
        ),
        Mistake(
            "batch-axis-only",
            edit=(
                ("(0, 2, 3)", "0"),
                (
                    "x_hat = (input - mean.reshape(per_channel)) / np.sqrt(var.reshape(per_channel) + eps)",
                    "shape = (1, *mean.shape) if training else per_channel\n"
                    "    x_hat = (input - mean.reshape(shape)) / np.sqrt(var.reshape(shape) + eps)",
                ),
            ),
            gives="when mean and variance run over the samples only, and each pixel has its own.",
            advice="A channel has one mean, over all samples and all positions.",
        ),
        GROUP_NORM.mistake(
            "affine-ignored", edit=("weight.reshape(per_channel) * x_hat + bias.reshape(per_channel)", "x_hat")
        ),
        GROUP_NORM.mistake(
            "bias-before-weight",
            edit=(
                "weight.reshape(per_channel) * x_hat + bias.reshape(per_channel)",
                "weight.reshape(per_channel) * (x_hat + bias.reshape(per_channel))",
            ),
        ),
        GROUP_NORM.mistake(
            "affine-along-width",
            edit=("weight.reshape(per_channel) * x_hat + bias.reshape(per_channel)", "weight * x_hat + bias"),
        ),
        Mistake(
            "corrected-by-samples",
            edit=("input.var(axis=axes, ddof=1)", "var * len(input) / (len(input) - 1)"),
            gives="when the running variance is corrected with n / (n - 1), and n is the number of samples.",
            advice="How many values does one variance come from? Not as many as there are samples.",
        ),
    ),
    hints=(
        "First find mean and var, both of shape (c,). In training they come from the batch, over the axes of "
        '"batch"; in evaluation they are running_mean and running_var.',
        "Normalize with these: (input - mean) / sqrt(var + eps). To meet axis 1 of the input, an array of shape "
        "(c,) needs the shape (1, c, 1, 1). The same goes for weight and bias.",
        "In training, new running statistic = (1 - momentum) * old + momentum * batch. For the variance take the "
        "batch's unbiased one, np.var(..., ddof=1).",
        "Return three things. In evaluation the running statistics come back as they are.",
    ),
    explanation=(
        "Everything has the shape (c,) until it meets the input, and (1, c, 1, 1) there. The output needs the "
        "biased variance, so that the batch's own standard deviation becomes 1; the running variance is an estimate "
        "for future data, so it takes the unbiased one."
    ),
    trace={"output": _output, "running_mean": _running_mean, "running_var": _running_var},
)
