"""Chapter 12: batch, layer, instance, group and RMS normalization, and their gradients."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.chapters.mistakes import normalization as wrong
from course.chapters.normalization_backward import BATCH_NORM_BACKWARD, LAYER_NORM_BACKWARD, REPAIR
from course.chapters.normalization_draws import CHAPTER, FAR, OFFSET, TINY, images, positive
from course.chapters.normalization_over_features import LAYER_NORM, RMS_NORM
from course.chapters.normalization_over_positions import GROUP_NORM, INSTANCE_NORM
from course.checking.oracles import TorchFunction, TorchParameters
from course.checking.sampling import normal
from course.checking.spec import Case, Exercise, Misconception
from course.checking.work import Student

KINDS = ("batch", "layer", "instance", "group")
NORMALIZATION_AXES = {"batch": (0, 2, 3), "layer": (1, 2, 3), "instance": (2, 3), "group": (1, 2, 3)}


def read_axes(student: Student, kind: str) -> str:
    """Give one entry of the student's dict in letters: their order, and where they are counted from, don't matter."""
    axes = student.read("normalization_axes")
    if not isinstance(axes, dict):
        return "no dict"
    if kind not in axes:
        return f"no entry {kind!r}"
    entry = axes[kind].tolist() if isinstance(axes[kind], np.ndarray) else axes[kind]
    if getattr(entry, "type_name", "") == "ellipsis":
        return "not written yet"
    if not isinstance(entry, (tuple, list)):
        entry = (entry,)
    if not all(isinstance(axis, (int, np.integer)) and not isinstance(axis, bool) for axis in entry):
        return "no whole numbers"
    counted = sorted(int(axis) + 4 if -4 <= axis < 0 else int(axis) for axis in entry)
    return ", ".join("NCHW"[axis] if 0 <= axis < 4 else f"axis {axis}" for axis in counted)


def _entry(kind: str, note: str) -> Case:
    return Case(f"the axes of {kind}", lambda rng: {"kind": kind}, note=note)


AXES = Exercise(
    name="normalization_axes",
    chapter=CHAPTER,
    points=2,
    reference=NORMALIZATION_AXES,
    oracle=None,
    use=read_axes,
    cases=(
        _entry("batch", 'the entry "batch"'),
        _entry("layer", 'the entry "layer"'),
        _entry("instance", 'the entry "instance"'),
        _entry("group", 'the entry "group"'),
    ),
    misconceptions=(
        Misconception(
            "normalization_axes.kept",
            wrong.AXES_KEPT,
            "when the axes are named that stay: those which say whose mean it is.",
            "Name the axes that are gone once the mean is taken, as np.mean's `axis` does.",
        ),
        Misconception(
            "normalization_axes.batch-and-layer-exchanged",
            wrong.AXES_EXCHANGED,
            "when batch and layer are exchanged.",
            "A batch normalization has one mean for each channel. Which axis must then survive?",
        ),
        Misconception(
            "normalization_axes.batch-axis-only",
            wrong.AXES_BATCH_ONLY,
            "when batch normalization runs over the samples only: every pixel gets a mean of its own.",
            "There is one mean for a channel. Do the positions survive, then?",
        ),
        Misconception(
            "normalization_axes.layer-channels-only",
            wrong.AXES_LAYER_CHANNELS,
            "when layer normalization runs over the channels only: every pixel gets a mean of its own.",
            "Here a layer normalization has one mean for each sample. Which axes go, so that only the sample is left?",
        ),
        Misconception(
            "normalization_axes.instance-with-channels",
            wrong.AXES_INSTANCE_ALL,
            "when instance normalization runs over the channels as well.",
            "It has one mean for each channel of each sample. Both of these axes survive.",
        ),
        Misconception(
            "normalization_axes.group-positions-only",
            wrong.AXES_GROUP_POSITIONS,
            "when the channels of a group are kept apart.",
            "After the reshape, axis 1 counts the channels of one group. Do these share a mean?",
        ),
        Misconception(
            "normalization_axes.group-channels-only",
            wrong.AXES_GROUP_CHANNELS,
            "when only the channels of a group share a mean, and every pixel has its own.",
            "A group has one mean for all its channels, at all positions.",
        ),
        Misconception(
            "normalization_axes.group-with-five-axes",
            wrong.AXES_GROUP_FIVE,
            "when the groups have an axis of their own: (N, G, C/G, H, W).",
            "That is another way to write it. Here groups and samples share the first axis, and four are left.",
        ),
        Misconception(
            "normalization_axes.counted-from-one",
            wrong.AXES_FROM_ONE,
            "when the axes are counted from 1.",
            "NumPy counts axes from 0: N is axis 0.",
        ),
    ),
    hints=(
        "The axes to name are those that np.mean shall remove. What is left says whose mean it is.",
        "Batch: one mean for each channel. So C is left, and the other three go.",
        "Layer: one mean for each sample. Instance: one for each channel of each sample. Group is like layer, "
        "after the reshape.",
    ),
    explanation=(
        "What survives says whose mean it is: a channel's (C), a sample's (N), a channel's in a sample (N, C). "
        "After the reshape the first axis counts groups, so a group's mean is taken like a sample's."
    ),
)


def batch_norm(input, running_mean, running_var, weight, bias, training, momentum=0.1, eps=1e-5):
    """Normalize each channel, by the batch in training and by the running statistics in evaluation."""
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


BATCH_NORM = Exercise(
    name="batch_norm",
    chapter=CHAPTER,
    points=5,
    reference=batch_norm,
    oracle=TorchFunction("torch.nn.functional.batch_norm", changes=(1, 2)),
    returns=("output", "running_mean", "running_var"),
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
    misconceptions=(
        Misconception(
            "batch_norm.batch-statistics-in-evaluation",
            wrong.batch_statistics_in_evaluation,
            "when the batch's own mean and variance are used in evaluation as well.",
            "With training=False the running statistics take their place: a sample's result must not depend on its "
            "neighbours.",
        ),
        Misconception(
            "batch_norm.training-ignored",
            wrong.batch_training_ignored,
            "when `training` is ignored: every call is treated as training.",
            "Ask first whether training is true. In evaluation, where do mean and variance come from?",
        ),
        Misconception(
            "batch_norm.unbiased-output",
            wrong.batch_unbiased_output,
            "when the values are divided by the root of the unbiased variance, with m - 1.",
            "The output is made with the mean of the squared deviations, np.var as it is. Only the running variance "
            "takes the other one.",
        ),
        Misconception(
            "batch_norm.biased-running",
            wrong.batch_biased_running,
            "when the running variance takes the biased variance of the batch.",
            "The output is right. The running variance is an estimate for all data, so it takes the unbiased one.",
        ),
        Misconception(
            "batch_norm.momentum-reversed",
            wrong.batch_momentum_reversed,
            "when momentum is the share of the old statistics, as in Keras.",
            "In PyTorch momentum is the share of the new: 0.1 changes the running statistics by a tenth.",
        ),
        Misconception(
            "batch_norm.never-updated",
            wrong.batch_never_updated,
            "when the running statistics are handed back as they came.",
            "In training they move a little towards those of the batch. Where is that line?",
        ),
        Misconception(
            "batch_norm.updated-in-evaluation",
            wrong.batch_updated_in_evaluation,
            "when the running statistics learn in evaluation, too.",
            "Evaluation only reads them. Under which condition does your update stand?",
        ),
        Misconception(
            "batch_norm.changed-in-place",
            wrong.batch_changed_in_place,
            "when the running statistics are changed in place with `*=` and `+=`.",
            "Make new arrays and return them. The caller's arrays stay as they are.",
        ),
        Misconception(
            "batch_norm.running-in-training",
            wrong.batch_running_in_training,
            "when the batch is normalized by the running statistics in training, after their update.",
            "In training the batch is normalized by its own mean and variance.",
        ),
        Misconception(
            "batch_norm.running-std",
            wrong.batch_running_std,
            "when the running variance takes the batch's standard deviation.",
            "Variances go in, and a variance comes out. Where did the root get in?",
        ),
        Misconception(
            "batch_norm.eps-outside",
            wrong.batch_eps_outside,
            "when eps is added to the root in place of under it.",
            "Add eps to the variance first, then take the root.",
        ),
        Misconception(
            "batch_norm.no-eps",
            wrong.batch_no_eps,
            "when eps is left out.",
            "Look for the small number under the root in the formula.",
        ),
        Misconception(
            "batch_norm.no-root",
            wrong.batch_no_root,
            "when the values are divided by the variance in place of its root.",
            "Divide by something that has the unit of the values.",
        ),
        Misconception(
            "batch_norm.whole-tensor",
            wrong.batch_whole_tensor,
            "when one mean and one variance serve the whole array.",
            "Each channel has its own. Give np.mean the axes that are to go.",
        ),
        Misconception(
            "batch_norm.per-sample",
            wrong.batch_per_sample,
            "when each sample is normalized by itself: an instance normalization.",
            "All samples of the batch share a channel's mean. Which axis is missing in yours?",
        ),
        Misconception(
            "batch_norm.batch-axis-only",
            wrong.batch_axis_only,
            "when mean and variance run over the samples only, and each pixel has its own.",
            "A channel has one mean, over all samples and all positions.",
        ),
        Misconception(
            "batch_norm.affine-ignored",
            wrong.batch_affine_ignored,
            "when weight and bias are left out.",
            "The normalized values are scaled by weight and shifted by bias, channel by channel.",
        ),
        Misconception(
            "batch_norm.affine-along-width",
            wrong.batch_affine_along_width,
            "when weight and bias run along the last axis, the width.",
            "NumPy lines arrays up at their last axes. Give (c,) the shape (1, c, 1, 1).",
        ),
    ),
    hints=(
        "First find mean and var, both of shape (c,). In training they are those of the batch over the axes of "
        '"batch", in evaluation they are running_mean and running_var.',
        "Normalize with these: (input - mean) / sqrt(var + eps). To meet axis 1 of the input, an array of shape (c,) "
        "needs the shape (1, c, 1, 1). The same goes for weight and bias.",
        "In training, new running statistic = (1 - momentum) * old + momentum * batch. For the variance take "
        "the batch's unbiased one, np.var(..., ddof=1).",
        "Return three things. In evaluation the running statistics come back as they are.",
    ),
    explanation=(
        "Everything has the shape (c,) until it meets the input, and (1, c, 1, 1) there. The output needs the biased "
        "variance, for the batch's own spread shall become 1; the running variance is an estimate for data to "
        "come, so it takes the unbiased one."
    ),
)


def batch_norm_num_parameters(num_features: int, affine: bool = True) -> int:
    """Count the trainable parameters of a batch normalization: a weight and a bias for each channel."""
    return 2 * num_features if affine else 0


NUM_PARAMETERS = Exercise(
    name="batch_norm_num_parameters",
    chapter=CHAPTER,
    points=1,
    reference=batch_norm_num_parameters,
    oracle=TorchParameters(
        "torch.nn.BatchNorm2d",
        arrange=lambda num_features, affine=True: ((num_features,), {"affine": affine}),
    ),
    cases=(
        Case("BatchNorm2d(16)", lambda rng: {"num_features": 16}),
        Case("without weight and bias", lambda rng: {"num_features": 16, "affine": False}),
        Case("any size", lambda rng: {"num_features": int(rng.integers(101, 1000))}),
        Case("any size, affine=True", lambda rng: {"num_features": int(rng.integers(1001, 5000)), "affine": True}),
    ),
    misconceptions=(
        Misconception(
            "batch_norm_num_parameters.running-statistics-counted",
            wrong.parameters_with_running,
            "when the running statistics are counted as parameters.",
            "They are stored with the layer, but no gradient changes them.",
        ),
        Misconception(
            "batch_norm_num_parameters.all-buffers-counted",
            wrong.parameters_with_all_buffers,
            "when everything in the state_dict is counted, the number of batches seen among it.",
            "A state_dict holds parameters and buffers. Only what is trained counts.",
        ),
        Misconception(
            "batch_norm_num_parameters.weight-only",
            wrong.parameters_weight_only,
            "when only one of weight and bias is counted.",
            "Each channel is scaled and shifted. How many numbers is that?",
        ),
        Misconception(
            "batch_norm_num_parameters.one-pair",
            wrong.parameters_one_pair,
            "when one weight and one bias serve all channels.",
            "The shape of the weight is (c,).",
        ),
        Misconception(
            "batch_norm_num_parameters.affine-always",
            wrong.parameters_always,
            "when weight and bias are counted even where affine=False.",
            "Look at the second argument first.",
        ),
    ),
    hints=(
        "Which of its arrays does training change by a gradient?",
        "The weight has shape (c,), and so has the bias. The running statistics are no parameters.",
        "With affine=False there is neither weight nor bias.",
    ),
    explanation=(
        "Each channel has a weight and a bias: 2 c. Running mean and variance are buffers: they are saved with the "
        "layer, and computed, not trained."
    ),
)

EXERCISES = (
    AXES,
    LAYER_NORM,
    BATCH_NORM,
    NUM_PARAMETERS,
    INSTANCE_NORM,
    GROUP_NORM,
    RMS_NORM,
    LAYER_NORM_BACKWARD,
    BATCH_NORM_BACKWARD,
    REPAIR,
)
