"""The convolution of videos and volumes."""

from __future__ import annotations

import numpy as np

from course import functional
from course.chapters.conv1d.conv1d_loops import EXERCISE as CONV1D_LOOPS
from course.chapters.conv1d.draws import layer
from course.chapters.conv1d.worked_out import output_worked_out
from course.checking.oracles import TorchFunction
from course.checking.sampling import by_hand
from course.checking.spec import Case, Exercise, Mistake


def conv3d(input, weight, bias=None):
    """Slide kernels through every video, or volume, of input.

    input   (n, c_i, d_i, h_i, w_i)
    weight  (c_o, c_i, k_d, k_h, k_w)
    bias    (c_o,)                     or None, for a layer without bias
    returns (n, c_o, d_o, h_o, w_o)    each size is the input's minus the kernel's, plus 1

    >>> video = np.array([1.0, 5.0, 2.0]).reshape(1, 1, 3, 1, 1)
    >>> conv3d(video, np.array([-1.0, 1.0]).reshape(1, 1, 2, 1, 1)).ravel()
    array([ 4., -3.])
    """
    k_d, k_h, k_w = weight.shape[2:]
    n, _, d_i, h_i, w_i = input.shape
    d_o, h_o, w_o = d_i - k_d + 1, h_i - k_h + 1, w_i - k_w + 1
    output = np.zeros((n, len(weight), d_o, h_o, w_o))
    for t, u, v in np.ndindex(k_d, k_h, k_w):
        met = input[:, :, t : t + d_o, u : u + h_o, v : v + w_o]
        output += np.einsum("nczyx,oc->nozyx", met, weight[:, :, t, u, v])
    if bias is not None:
        output = output + bias[:, np.newaxis, np.newaxis, np.newaxis]
    return output


EXERCISE = Exercise(
    points=4,
    solution=conv3d,
    reference=functional.conv3d,
    oracle=TorchFunction("torch.nn.functional.conv3d"),
    cases=(
        Case("two frames at a time", lambda rng: by_hand(rng, layer(rng, 1, 1, 2, size=(3, 2, 2), kernel=(2, 1, 2)))),
        Case("two channels", lambda rng: by_hand(rng, layer(rng, 1, 2, 1, size=(2, 1, 3), kernel=(2, 1, 2)))),
        Case("several channels", lambda rng: layer(rng, n=2, c_i=3, c_o=4, size=(3, 4, 5), kernel=(2, 1, 3))),
        Case("no bias", lambda rng: layer(rng, n=2, c_i=2, c_o=3, size=(5, 4, 6), kernel=(3, 1, 2), bias=False)),
        Case("a cube", lambda rng: layer(rng, n=1, c_i=2, c_o=3, size=(4, 4, 4), kernel=(2, 2, 2))),
        Case("as many outputs as columns", lambda rng: layer(rng, n=1, c_i=2, c_o=4, size=(4, 5, 6), kernel=(2, 3, 3))),
        Case(
            "a kernel as large as the video",
            lambda rng: layer(rng, n=2, c_i=2, c_o=3, size=(3, 4, 2), kernel=(3, 4, 2)),
            weight=0.5,
        ),
        Case(
            "an empty batch",
            lambda rng: layer(rng, n=0, c_i=2, c_o=3, size=(3, 4, 5), kernel=(2, 3, 2)),
            note="not a single video",
            remark=True,
        ),
        Case("as many outputs as inputs", lambda rng: layer(rng, n=2, c_i=3, c_o=3, size=(4, 5, 2), kernel=(2, 3, 1))),
    ),
    mistakes=(
        Mistake(
            "kernel-flipped",
            edit=("weight[:, :, t, u, v]", "weight[:, :, -1 - t, -1 - u, -1 - v]"),
            gives=(
                "when the kernel is flipped along all three axes: a true convolution. PyTorch's layers compute "
                "cross-correlation."
            ),
            advice="Read your kernel's indices where they meet the window; both should run the same way.",
        ),
        Mistake(
            "time-reversed",
            edit=("weight[:, :, t, u, v]", "weight[:, :, -1 - t, u, v]"),
            gives="when the kernel runs backwards in time, and only there.",
            advice="weight[:, :, 0] meets the first frame of each window, not the last.",
        ),
        Mistake(
            "same-frame",
            edit=("t : t + d_o", ":d_o"),
            gives="when all frames of the kernel meet the same frame of the video.",
            advice="Frame t of the kernel meets frame z + t of the video.",
        ),
        Mistake(
            "depth-last",
            edit=(("k_d, k_h, k_w = weight", "k_h, k_w, k_d = weight"), (":, t, u, v]", ":, u, v, t]")),
            gives="when the weight is read as (c_o, c_i, k_h, k_w, k_d).",
            advice="In input and in weight, depth comes before height, and height before width.",
        ),
        CONV1D_LOOPS.mistake("first-channel-only", edit=("met, weight[:, :, t", "met[:, :1], weight[:, :1, t")),
        Mistake(
            "last-product-only",
            edit=("output +=", "output ="),
            gives="when each element of the kernel overwrites the ones before it, and only the last counts.",
            advice="A weighted sum collects. Look for an `=` that should be a `+=`.",
        ),
        CONV1D_LOOPS.mistake(
            "no-bias",
            edit=(
                "    if bias is not None:\n        output = output + bias[:, np.newaxis, np.newaxis, np.newaxis]\n",
                "",
            ),
        ),
        Mistake(
            "bias-with-every-frame",
            edit=("output = output + bias", "output = output + k_d * bias"),
            gives="when the bias is added once for every frame of the kernel.",
            advice="Every output gets the bias exactly once. Where in your code is each output complete?",
        ),
        Mistake(
            "bias-per-column",
            edit=("bias[:, np.newaxis, np.newaxis, np.newaxis]", "bias"),
            gives="when the bias is added along the columns: NumPy lines (c_o,) up with the last axis.",
            advice="bias[o] belongs to output channel o. Three axes come after it.",
        ),
        Mistake(
            "last-frame-missing",
            edit=("d_i - k_d + 1", "d_i - k_d"),
            gives="when the last frame of the output is missing.",
            advice="A video of 5 frames has 3 positions for a kernel of 3 frames.",
        ),
        Mistake(
            "last-windows-missing",
            edit=("d_i - k_d + 1, h_i - k_h + 1, w_i - k_w + 1", "d_i - k_d, h_i - k_h, w_i - k_w"),
            gives="when the last windows along each axis are missing.",
            advice="Along an axis of 5, a kernel of 3 has 3 positions. Which formula gives that?",
        ),
        Mistake(
            "bias-per-frame",
            edit=("bias[:, np.newaxis, np.newaxis, np.newaxis]", "bias[:, np.newaxis, np.newaxis]"),
            gives="when the bias has two axes after it, as for images: it is added along the frames.",
            advice="bias[o] belongs to output channel o. How many axes come after the channels?",
        ),
        Mistake(
            "weight-axes-exchanged",
            edit=("nczyx,oc->nozyx", "nczyx,co->nozyx"),
            gives=(
                "when the first two axes of weight are taken for (c_i, c_o). Where there are as many outputs as "
                "inputs, nothing warns you."
            ),
            advice="The axes of weight are (c_o, c_i, k_d, k_h, k_w): output channels first.",
        ),
    ),
    hints=(
        "It is conv2d with one more axis. Write down the three output sizes first: each is a size minus the "
        "kernel's along the same axis, plus 1.",
        "One output sums c_i · k_d · k_h · k_w products: input[r, :, z : z + k_d, y : y + k_h, x : x + k_w] "
        "times weight[o].",
        "Loop over the kernel's elements instead: element (t, u, v) meets the part of every video that starts at "
        "frame t, row u and column v, and has the size of the output.",
        'With such a part, np.einsum("nczyx,oc->nozyx", part, weight[:, :, t, u, v]) sums over the channels. Add '
        "these up over t, u and v. The bias needs the shape (c_o, 1, 1, 1).",
    ),
    explanation=(
        "The loop runs over the kernel's elements, not over positions: each meets a block of the video that is as "
        "large as the output. einsum sums over c. The bias, shape (c_o, 1, 1, 1), is repeated along the three "
        "axes."
    ),
    trace=output_worked_out,
)
