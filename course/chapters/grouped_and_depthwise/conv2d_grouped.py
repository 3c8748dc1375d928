"""The convolution of images in groups of channels."""

from __future__ import annotations

import numpy as np

from course.catalog.chapters import chapter
from course.chapters.conv1d.conv1d_loops import EXERCISE as CONV1D_LOOPS
from course.chapters.conv1d.draws import layer
from course.chapters.conv1d.worked_out import output_worked_out
from course.chapters.conv2d.conv2d import EXERCISE as CONV2D
from course.checking.oracles import TorchFunction
from course.checking.sampling import by_hand
from course.checking.spec import Case, Exercise, Mistake


def conv2d_grouped(input, weight, bias=None, groups=1):
    """Slide kernels over images, each group of output channels over its own input channels.

    input   (n, c_i, h_i, w_i)
    weight  (c_o, c_i/groups, k_h, k_w)
    bias    (c_o,)                       or None, for a layer without bias
    returns (n, c_o, h_i - k_h + 1, w_i - k_w + 1)

    >>> pixel = np.array([1.0, 2.0, 3.0, 4.0]).reshape(1, 4, 1, 1)
    >>> conv2d_grouped(pixel, np.ones((2, 2, 1, 1)), groups=2).ravel()
    array([3., 7.])
    """
    n, _, h, w = input.shape
    c_o, per_group, k_h, k_w = weight.shape
    channels = input.reshape(n, groups, per_group, h, w)
    kernels = weight.reshape(groups, c_o // groups, per_group, k_h, k_w)
    windows = np.lib.stride_tricks.sliding_window_view(channels, (k_h, k_w), axis=(3, 4))
    output = np.einsum("ngcyxuv,gocuv->ngoyx", windows, kernels)
    output = output.reshape(n, c_o, h - k_h + 1, w - k_w + 1)
    if bias is not None:
        output = output + bias[:, np.newaxis, np.newaxis]
    return output


EXERCISE = Exercise(
    points=4,
    solution=conv2d_grouped,
    stages={
        "the sums over the windows": 'np.einsum("ngcyxuv,gocuv->ngoyx", windows, kernels)',
        "the output with its bias": "result",
    },
    oracle=TorchFunction("torch.nn.functional.conv2d", by_name=True),
    cases=(
        Case(
            "two groups, kernels of one pixel",
            lambda rng: by_hand(rng, layer(rng, 1, 4, 4, size=(1, 2), kernel=(1, 1), groups=2)),
        ),
        Case(
            "two groups of one channel",
            lambda rng: by_hand(rng, layer(rng, 1, 2, 2, size=(3, 2), kernel=(2, 2), groups=2)),
        ),
        Case("two groups", lambda rng: layer(rng, n=1, c_i=4, c_o=6, size=(3, 4), kernel=(2, 2), groups=2)),
        Case("one group", lambda rng: layer(rng, n=2, c_i=3, c_o=2, size=(3, 5), kernel=(2, 3))),
        Case("more inputs than outputs", lambda rng: layer(rng, 2, 12, 6, size=(4, 3), kernel=(2, 3), groups=3)),
        Case(
            "as many outputs as inputs",
            lambda rng: layer(rng, n=2, c_i=6, c_o=6, size=(4, 5), kernel=(3, 2), groups=2),
        ),
        Case(
            "no bias",
            lambda rng: layer(rng, n=2, c_i=6, c_o=9, size=(3, 4), kernel=(2, 3), groups=3, bias=False),
        ),
        Case("each channel a group", lambda rng: layer(rng, 2, 4, 4, size=(4, 3), kernel=(2, 2), groups=4), weight=0.5),
        Case(
            "an empty batch",
            lambda rng: layer(rng, n=0, c_i=4, c_o=2, size=(3, 4), kernel=(2, 2), groups=2),
            note="not a single image",
            remark=True,
        ),
    ),
    mistakes=(
        Mistake(
            "first-channels",
            edit=('"ngcyxuv,gocuv->ngoyx", windows', '"ncyxuv,gocuv->ngoyx", windows[:, 0]'),
            gives="when every group reads the first channels.",
            advice="Group 0 reads the first c_i/g channels. Where do the channels of group 1 begin?",
        ),
        Mistake(
            "inputs-interleaved",
            edit=(
                "input.reshape(n, groups, per_group, h, w)",
                "input.reshape(n, per_group, groups, h, w).swapaxes(1, 2)",
            ),
            gives="when the input channels are dealt out in turn: group 0 gets channels 0, g, 2g and so on.",
            advice="The channels of a group are next to each other.",
        ),
        Mistake(
            "outputs-interleaved",
            edit=(("(groups, c_o // groups,", "(c_o // groups, groups,"), ("gocuv->ngoyx", "ogcuv->nogyx")),
            gives="when output channel o is taken to be in group o % g.",
            advice="The first c_o/g output channels are group 0. Which group is output channel o in?",
        ),
        Mistake(
            "kernels-interleaved",
            edit=(
                "weight.reshape(groups, c_o // groups, per_group, k_h, k_w)",
                "weight.reshape(c_o // groups, groups, per_group, k_h, k_w).swapaxes(0, 1)",
            ),
            gives="when the rows of weight are dealt out in turn: group 0 gets rows 0, g, 2g and so on.",
            advice="Row o of weight belongs to output channel o. Which rows belong to group 0?",
        ),
        Mistake(
            "all-channels",
            edit=("ngcyxuv,gocuv", "nhcyxuv,gocuv"),
            gives=(
                "when every output channel sums over the input channels of all groups, with the same kernels again."
            ),
            advice="A group sees its own input channels only.",
        ),
        Mistake(
            "groups-ignored",
            edit=(
                ("input.reshape(n, groups, per_group, h, w)", "input[:, np.newaxis]"),
                ("(groups, c_o // groups,", "(1, c_o,"),
            ),
            gives="when `groups` is not used: each kernel meets all input channels at once.",
            unwritten="groups is not used yet",
            advice=("With groups, a weight has c_i / g input channels, not c_i. Which input channels do they meet?"),
        ),
        Mistake(
            "first-kernels",
            edit=('gocuv->ngoyx", windows, kernels', 'ocuv->ngoyx", windows, kernels[0]'),
            gives="when all groups use the kernels of the first.",
            advice="The rows of weight belong to the output channels. Which of them belong to group 1?",
        ),
        Mistake(
            "groups-summed",
            edit=(
                "output = output.reshape(",
                "output[:, 0], output[:, 1:] = output.sum(axis=1), 0\n    output = output.reshape(",
            ),
            gives="when the results of all groups are added into the first output channels.",
            advice="Each group has its own output channels, side by side.",
        ),
        CONV1D_LOOPS.mistake(
            "no-bias",
            edit=("    if bias is not None:\n        output = output + bias[:, np.newaxis, np.newaxis]\n", ""),
        ),
        CONV2D.mistake("bias-per-column"),
        CONV2D.mistake("bias-for-each-product"),
        CONV2D.mistake("last-windows-missing", edit=("return output", "return output[:, :, :-1, :-1]")),
        Mistake(
            "bias-per-group",
            edit=(
                "output + bias[:, np.newaxis, np.newaxis]",
                "output + bias[np.arange(c_o) * groups // c_o][:, np.newaxis, np.newaxis]",
            ),
            gives="when all channels of a group get the same bias, the one at the group's number.",
            advice="There is one bias for each output channel. Which of them belong to group g?",
        ),
    ),
    hints=(
        "A grouped convolution is g smaller convolutions. Loop over the groups: which input channels and which "
        "rows of weight belong to group q?",
        "With a = c_i/g and b = c_o/g, group q reads the input channels q·a to (q + 1)·a, has the rows q·b to (q "
        "+ 1)·b of weight, and fills the same output channels.",
        f"Each small convolution is the one of {chapter('conv2d')}: sliding_window_view and einsum. "
        "np.concatenate(..., axis=1) puts their outputs side by side.",
        "Without a loop: reshape cuts the axis of channels in two, (groups, c_i/g). einsum then keeps the letter "
        "of the groups.",
    ),
    explanation=(
        "The channels of a group are next to each other, so reshape can put the groups on a separate axis, in "
        "input and weight alike. einsum keeps that axis: nothing is summed across groups. At the end the groups' "
        "output channels are one axis again."
    ),
    trace=output_worked_out,
)
