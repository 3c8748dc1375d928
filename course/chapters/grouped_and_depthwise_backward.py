"""Chapter 09, the way back: the gradients of a pointwise convolution, and a grouped convolution to repair."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.chapters.mistakes import grouped_and_depthwise as wrong
from course.checking.oracles import TorchFunction, TorchGradient
from course.checking.sampling import normal
from course.checking.spec import Case, Exercise, Misconception

CHAPTER = "09_grouped_and_depthwise"

Size = tuple[int, int]


def pointwise_conv2d_backward(grad_output, input, weight):
    """Give the three gradients: those of a linear layer whose samples are the pixels."""
    grad_input = np.einsum("nohw,oc->nchw", grad_output, weight[:, :, 0, 0])
    grad_weight = np.einsum("nohw,nchw->oc", grad_output, input)[:, :, np.newaxis, np.newaxis]
    return grad_input, grad_weight, grad_output.sum(axis=(0, 2, 3))


def _gradient(rng: np.random.Generator, n: int, c_i: int, c_o: int, size: Size) -> dict[str, Any]:
    return {
        "grad_output": normal(rng, n, c_o, *size),
        "input": normal(rng, n, c_i, *size),
        "weight": normal(rng, c_o, c_i, 1, 1),
    }


BACKWARD = Exercise(
    name="pointwise_conv2d_backward",
    chapter=CHAPTER,
    points=3,
    reference=pointwise_conv2d_backward,
    oracle=TorchGradient(
        "torch.nn.functional.conv2d",
        wrt=(0, 1, 2),
        arrange=lambda grad_output, input, weight: ((input, weight, np.zeros(len(weight))), {}),
    ),
    returns=("grad_input", "grad_weight", "grad_bias"),
    cases=(
        Case("one image", lambda rng: _gradient(rng, n=1, c_i=2, c_o=3, size=(2, 4))),
        Case("a batch", lambda rng: _gradient(rng, n=3, c_i=4, c_o=2, size=(3, 5))),
        Case("as many outputs as inputs", lambda rng: _gradient(rng, n=2, c_i=3, c_o=3, size=(4, 2))),
        Case("shapes that are all the same", lambda rng: _gradient(rng, n=3, c_i=3, c_o=3, size=(3, 3))),
        Case("a single pixel", lambda rng: _gradient(rng, n=2, c_i=4, c_o=3, size=(1, 1)), weight=0.5),
    ),
    misconceptions=(
        Misconception(
            "pointwise_conv2d_backward.bias-not-summed-over-batch",
            wrong.pointwise_backward_bias_per_sample,
            "when the bias's gradient is not summed over the batch.",
            "One bias serves all pixels of all images. Its gradient has the shape (c_o,).",
        ),
        Misconception(
            "pointwise_conv2d_backward.bias-not-summed-over-pixels",
            wrong.pointwise_backward_bias_per_pixel,
            "when the bias's gradient is not summed over the pixels.",
            "One bias serves all pixels of all images. Its gradient has the shape (c_o,).",
        ),
        Misconception(
            "pointwise_conv2d_backward.axes-dropped",
            wrong.pointwise_backward_axes_dropped,
            "when grad_weight is (c_o, c_i): the kernel's two axes are missing.",
            "A gradient has the shape of what it belongs to, with the axes of length 1.",
        ),
        Misconception(
            "pointwise_conv2d_backward.mean-over-pixels",
            wrong.pointwise_backward_mean,
            "when weight and bias take the mean over all pixels.",
            "A weight is used at every pixel, and every use adds its share.",
        ),
        Misconception(
            "pointwise_conv2d_backward.weight-transposed",
            wrong.pointwise_backward_transposed,
            "when grad_weight has its two axes of channels exchanged.",
            "`grad_weight` has the shape of weight: output channels first.",
        ),
        Misconception(
            "pointwise_conv2d_backward.outputs-summed-too-early",
            wrong.pointwise_backward_input_per_channel,
            "when output channels and weights are summed before they are multiplied.",
            "The gradient of each output channel meets its own weights. Multiply first, then sum over o.",
        ),
    ),
    hints=(
        "Chapter 01 has these gradients, with samples in rows. Here each pixel is a sample.",
        "grad_input sums over the output channels, grad_weight over all images and pixels.",
        'In einsum\'s words: "nohw,oc->nchw" and "nohw,nchw->oc". grad_weight then needs two axes of length 1 more.',
    ),
    explanation=(
        "The gradients are those of the linear layer. A pixel is a sample, so the sums over samples run over n, h "
        "and w."
    ),
)


def repair_groups(input, weight, groups):
    """Slide grouped kernels over images, group by group: what was handed out, repaired."""
    h_o = input.shape[2] - weight.shape[2] + 1
    w_o = input.shape[3] - weight.shape[3] + 1
    output = np.zeros((len(input), len(weight), h_o, w_o))
    c_in, c_out = input.shape[1] // groups, len(weight) // groups
    for q in range(groups):
        ins, outs = slice(q * c_in, (q + 1) * c_in), slice(q * c_out, (q + 1) * c_out)
        for u, v in np.ndindex(weight.shape[2:]):
            met = input[:, ins, u : u + h_o, v : v + w_o]
            output[:, outs] += np.tensordot(met, weight[outs, :, u, v], axes=(1, 1)).transpose(0, 3, 1, 2)
    return output


def _for_repair(rng: np.random.Generator, n: int, c_i: int, c_o: int, groups: int) -> dict[str, Any]:
    weight = (c_o, c_i // groups, 2, 2)
    return {"input": normal(rng, n, c_i, 3, 4), "weight": normal(rng, *weight), "groups": groups}


REPAIR = Exercise(
    name="repair_groups",
    chapter=CHAPTER,
    points=2,
    reference=repair_groups,
    oracle=TorchFunction(
        "torch.nn.functional.conv2d",
        arrange=lambda input, weight, groups: ((input, weight), {"groups": groups}),
    ),
    given=wrong.repair_groups,
    cases=(
        Case("two groups", lambda rng: _for_repair(rng, 1, 4, 4, groups=2)),
        Case("each channel a group", lambda rng: _for_repair(rng, 2, 3, 3, groups=3)),
        Case("more outputs than inputs", lambda rng: _for_repair(rng, 2, 4, 6, groups=2)),
        Case("more inputs than outputs", lambda rng: _for_repair(rng, 1, 9, 6, groups=3)),
        Case("one group", lambda rng: _for_repair(rng, 2, 3, 2, groups=1)),
    ),
    misconceptions=(
        Misconception(
            "repair_groups.as-given",
            wrong.repair_groups,
            "when the function is left as it was handed out.",
            "Print list(range(6))[q::2] for q = 0 and q = 1. Which channels does each group get?",
        ),
        Misconception(
            "repair_groups.inputs-only",
            wrong.repair_groups_inputs_only,
            "when the input channels are repaired, and the output channels are not.",
            "Which output channels are in group 0?",
        ),
        Misconception(
            "repair_groups.outputs-only",
            wrong.repair_groups_outputs_only,
            "when the output channels are repaired, and the input channels are not.",
            "Which input channels does group 0 read?",
        ),
        Misconception(
            "repair_groups.first-channels",
            wrong.repair_groups_first_inputs,
            "when every group reads the first channels.",
            "The channels of group 1 begin where those of group 0 end.",
        ),
    ),
    hints=(
        "Let only one input channel be different from 0. Which output channels change, and which should?",
        "slice(q, None, groups) takes every g-th channel. PyTorch's groups are blocks of neighbours.",
        "A block of input channels is c_i/g long, one of output channels c_o/g. Group q's begins at q times that.",
    ),
    explanation=(
        "slice(q, None, groups) deals the channels out in turn. PyTorch's groups are neighbours: group q has the input "
        "channels from q · c_i/g on, and the output channels from q · c_o/g on. Where each channel is a group, or all "
        "are one, both are the same."
    ),
)

BACKWARDS = (BACKWARD, REPAIR)
