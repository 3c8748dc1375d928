"""`conv2d_grouped`: ..."""

from __future__ import annotations

import numpy as np

from course.chapters.grouped_and_depthwise.draws import _grouped
from course.checking.oracles import TorchFunction
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


def _first_channels(input, weight, bias=None, groups=1):
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[2:], axis=(2, 3))
    output = np.einsum("ncyxuv,ocuv->noyx", windows[:, : weight.shape[1]], weight)
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis]


def _inputs_interleaved(input, weight, bias=None, groups=1):
    per_group = len(weight) // groups
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[2:], axis=(2, 3))
    outputs = [
        np.einsum("ncyxuv,ocuv->noyx", windows[:, q::groups], weight[q * per_group : (q + 1) * per_group])
        for q in range(groups)
    ]
    output = np.concatenate(outputs, axis=1)
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis]


def _outputs_interleaved(input, weight, bias=None, groups=1):
    per_group = weight.shape[1]
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[2:], axis=(2, 3))
    outputs = [
        np.einsum("ncyxuv,cuv->nyx", windows[:, (o % groups) * per_group : (o % groups + 1) * per_group], weight[o])
        for o in range(len(weight))
    ]
    output = np.stack(outputs, axis=1)
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis]


def _all_channels(input, weight, bias=None, groups=1):
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[2:], axis=(2, 3))
    output = np.einsum("ncyxuv,ocuv->noyx", windows, np.tile(weight, (1, groups, 1, 1)))
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis]


def _groups_ignored(input, weight, bias=None, groups=1):
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[2:], axis=(2, 3))
    output = np.einsum("ncyxuv,ocuv->noyx", windows, weight)
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis]


def _first_kernels(input, weight, bias=None, groups=1):
    per_group = weight.shape[1]
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[2:], axis=(2, 3))
    kernels = weight[: len(weight) // groups]
    outputs = [
        np.einsum("ncyxuv,ocuv->noyx", windows[:, q * per_group : (q + 1) * per_group], kernels) for q in range(groups)
    ]
    output = np.concatenate(outputs, axis=1)
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis]


def _groups_summed(input, weight, bias=None, groups=1):
    per_group, outputs = weight.shape[1], len(weight) // groups
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[2:], axis=(2, 3))
    output = np.zeros((len(input), len(weight), *windows.shape[2:4]))
    for q in range(groups):
        met = windows[:, q * per_group : (q + 1) * per_group]
        output[:, :outputs] += np.einsum("ncyxuv,ocuv->noyx", met, weight[q * outputs : (q + 1) * outputs])
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis]


def _no_bias(input, weight, bias=None, groups=1):
    c_i, (c_o, per_group, k_h, k_w) = input.shape[1], weight.shape
    windows = np.lib.stride_tricks.sliding_window_view(input, (k_h, k_w), axis=(2, 3))
    outputs = [
        np.einsum("ncyxuv,cuv->nyx", windows[:, first : first + per_group], weight[o])
        for o, first in enumerate(np.repeat(np.arange(0, c_i, per_group), c_o // groups))
    ]
    return np.stack(outputs, axis=1)


EXERCISE = Exercise(
    name="conv2d_grouped",
    points=4,
    solution=conv2d_grouped,
    oracle=TorchFunction(
        "torch.nn.functional.conv2d",
        arrange=lambda input, weight, bias=None, groups=1: ((input, weight, bias), {"groups": groups}),
    ),
    cases=(
        Case("one group", lambda rng: _grouped(rng, n=2, c_i=3, c_o=2, size=(3, 5), kernel=(2, 3))),
        Case("two groups", lambda rng: _grouped(rng, n=1, c_i=4, c_o=6, size=(3, 4), kernel=(2, 2), groups=2)),
        Case("more inputs than outputs", lambda rng: _grouped(rng, 2, 12, 6, size=(4, 3), kernel=(2, 3), groups=3)),
        Case(
            "as many outputs as inputs",
            lambda rng: _grouped(rng, n=2, c_i=6, c_o=6, size=(4, 5), kernel=(3, 2), groups=2),
        ),
        Case(
            "no bias",
            lambda rng: _grouped(rng, n=2, c_i=6, c_o=9, size=(3, 4), kernel=(2, 3), bias=False, groups=3),
        ),
        Case(
            "each channel a group", lambda rng: _grouped(rng, 2, 4, 4, size=(4, 3), kernel=(2, 2), groups=4), weight=0.5
        ),
        Case(
            "an empty batch",
            lambda rng: _grouped(rng, n=0, c_i=4, c_o=2, size=(3, 4), kernel=(2, 2), groups=2),
            note="not a single image",
            weight=0.5,
        ),
    ),
    mistakes=(
        Mistake(
            "first-channels",
            body=_first_channels,
            gives="when every group reads the first channels.",
            advice="Group 0 reads the first c_i/g channels. Where do those of group 1 begin?",
        ),
        Mistake(
            "inputs-interleaved",
            body=_inputs_interleaved,
            gives="when the input channels are dealt out in turn: group 0 gets channels 0, g, 2g and so on.",
            advice="The channels of a group lie next to each other.",
        ),
        Mistake(
            "outputs-interleaved",
            body=_outputs_interleaved,
            gives="when output channel o is taken to be in group o % g.",
            advice="The first c_o/g output channels are group 0. Which group is output channel o in?",
        ),
        Mistake(
            "all-channels",
            body=_all_channels,
            gives=(
                "when every output channel sums over the input channels of all groups, with the same kernels again."
            ),
            advice="A group sees its own input channels only.",
        ),
        Mistake(
            "groups-ignored",
            body=_groups_ignored,
            gives="when `groups` is not used: each kernel is laid over all input channels at once.",
            advice=(
                "With groups, a weight has c_i / g input channels, not c_i. Which of the input's channels do they meet?"
            ),
        ),
        Mistake(
            "first-kernels",
            body=_first_kernels,
            gives="when all groups use the kernels of the first.",
            advice="The rows of weight belong to the output channels. Which of them belong to group 1?",
        ),
        Mistake(
            "groups-summed",
            body=_groups_summed,
            gives="when the results of all groups are added into the first output channels.",
            advice="Each group has output channels of its own: they stand side by side.",
        ),
        Mistake(
            "no-bias",
            body=_no_bias,
            gives="when the bias is left out.",
            advice="Each output channel adds its own constant, where there is one.",
        ),
    ),
    hints=(
        "A grouped convolution is g smaller convolutions. Loop over the groups: which input channels and which "
        "rows of weight belong to group q?",
        "With a = c_i/g and b = c_o/g, group q reads the input channels q·a to (q + 1)·a, has the rows q·b to (q "
        "+ 1)·b of weight, and fills the same output channels.",
        "Each small convolution is that of chapter 07: sliding_window_view and einsum. np.concatenate(..., "
        "axis=1) puts their outputs side by side.",
        "Without a loop: reshape cuts the axis of channels in two, (groups, c_i/g). einsum then keeps the letter "
        "of the groups.",
    ),
    explanation=(
        "The channels of a group lie next to each other, so reshape can give the groups an axis of their own, in "
        "input and weight alike. einsum keeps that axis: nothing is summed across groups. At the end the groups' "
        "output channels are one axis again."
    ),
)
