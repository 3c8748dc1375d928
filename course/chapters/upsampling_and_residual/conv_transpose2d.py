"""`conv_transpose2d`: scaled kernels, put down a stride apart and added up."""

from __future__ import annotations

import numpy as np

from course import functional
from course.chapters.upsampling_and_residual.draws import layer
from course.chapters.upsampling_and_residual.worked_out import transposed_worked_out
from course.checking.oracles import TorchFunction
from course.checking.sampling import by_hand
from course.checking.spec import Case, Exercise, Mistake


def conv_transpose2d(input, weight, bias=None, stride=1, padding=0):
    """Put down a kernel for every input value, multiplied by it, and add up where they overlap.

    input   (n, c_i, h_i, w_i)
    weight  (c_i, c_o, k_h, k_w)
    bias    (c_o,)               or None, for a layer without bias
    stride, padding              a number, or a pair (height, width)
    returns (n, c_o, h_o, w_o)

    >>> conv_transpose2d(np.array([[[[1.0, 2.0]]]]), np.array([[[[1.0, 3.0, 1.0]]]]), stride=2)
    array([[[[1., 3., 3., 6., 2.]]]])
    """
    s_h, s_w = np.broadcast_to(stride, 2)
    p_h, p_w = np.broadcast_to(padding, 2)
    n, _, h, w = input.shape
    c_o, k_h, k_w = weight.shape[1:]
    full = np.zeros((n, c_o, (h - 1) * s_h + k_h, (w - 1) * s_w + k_w))
    for u in range(k_h):
        for v in range(k_w):
            shares = np.einsum("ncyx,co->noyx", input, weight[:, :, u, v])
            full[:, :, u : u + s_h * h : s_h, v : v + s_w * w : s_w] += shares
    output = full[:, :, p_h : full.shape[2] - p_h, p_w : full.shape[3] - p_w]
    if bias is not None:
        output = output + bias[:, np.newaxis, np.newaxis]
    return output


EXERCISE = Exercise(
    points=4,
    solution=conv_transpose2d,
    stages={
        "the sums before the border is cut off": "full",
        "the sums without the border": "full[:, :, p_h : full.shape[2] - p_h, p_w : full.shape[3] - p_w]",
        "the output with its bias": "result",
    },
    reference=functional.conv_transpose2d,
    oracle=TorchFunction("torch.nn.functional.conv_transpose2d"),
    cases=(
        Case("stride 1", lambda rng: by_hand(rng, layer(rng, 1, 2, 1, size=(2, 2), kernel=(3, 2)))),
        Case("stride 2", lambda rng: by_hand(rng, layer(rng, 1, 1, 1, size=(2, 3), kernel=(3, 2), stride=2))),
        Case("padding 1", lambda rng: by_hand(rng, layer(rng, 1, 1, 1, size=(2, 3), kernel=(3, 4), padding=1))),
        Case(
            "stride along one axis",
            lambda rng: by_hand(rng, layer(rng, 1, 1, 1, size=(2, 2), kernel=(2, 2), stride=(1, 3))),
        ),
        Case("several channels", lambda rng: layer(rng, n=2, c_i=3, c_o=2, size=(3, 4), kernel=(2, 3))),
        Case("stride", lambda rng: layer(rng, n=1, c_i=2, c_o=3, size=(4, 3), kernel=(3, 2), stride=2)),
        Case("padding", lambda rng: layer(rng, n=2, c_i=2, c_o=3, size=(4, 3), kernel=(3, 4), stride=1, padding=1)),
        Case("stride as a pair", lambda rng: layer(rng, 1, 3, 2, (3, 4), kernel=(4, 3), bias=False, stride=(2, 3))),
        Case(
            "padding on one axis", lambda rng: layer(rng, 2, 1, 3, (3, 4), kernel=(2, 5), stride=(1, 2), padding=(0, 2))
        ),
        Case(
            "as many channels out as in, square kernel",
            lambda rng: layer(rng, 3, 3, 3, size=(3, 5), kernel=(3, 3), stride=2, padding=1),
        ),
        Case(
            "a stride longer than the kernel",
            lambda rng: layer(rng, 2, 2, 3, size=(3, 2), kernel=(2, 1), stride=3),
            note="no two kernels overlap, and between them is only the bias",
            weight=0.5,
        ),
    ),
    mistakes=(
        Mistake(
            "padding-added",
            edit=(
                "full[:, :, p_h : full.shape[2] - p_h, p_w : full.shape[3] - p_w]",
                "np.pad(full, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))",
            ),
            gives="when padding adds a border, as in a convolution.",
            advice="Here padding cuts rows and columns off. With padding=1, is the output larger or smaller?",
        ),
        Mistake(
            "kernel-flipped",
            edit=("weight[:, :, u, v]", "weight[:, :, -1 - u, -1 - v]"),
            gives="when the kernel is put down rotated by 180 degrees.",
            advice="A single input value of 1 should show the kernel as it is. Try it.",
        ),
        Mistake(
            "weight-axes-exchanged",
            edit=(
                ("c_o, k_h, k_w = weight.shape[1:]", "c_o, _, k_h, k_w = weight.shape"),
                ("ncyx,co->noyx", "ncyx,oc->noyx"),
            ),
            gives="when the weight is read as (c_o, c_i, k_h, k_w), as in a convolution.",
            advice="Here the input channels come first. Which axis of the weight do you sum over?",
        ),
        Mistake(
            "overlaps-overwritten",
            edit=("+= shares", "= shares"),
            gives="when a kernel overwrites what other kernels have put in the same place.",
            advice="Where kernels overlap, their values add up. Look for an `=` that should be a `+=`.",
        ),
        Mistake(
            "earlier-pixels-overwritten",
            edit=(
                ("in range(k_h)", "in reversed(range(k_h))"),
                ("in range(k_w)", "in reversed(range(k_w))"),
                ("+= shares", "= shares"),
            ),
            gives="when the kernel of a pixel overwrites what the pixels before it have put there.",
            advice="Where kernels overlap, their values add up. Look for an `=` that should be a `+=`.",
        ),
        Mistake(
            "index-for-place",
            edit=("u : u + s_h * h : s_h, v : v + s_w * w : s_w", "u : u + h, v : v + w"),
            gives="when kernels are put down one pixel apart, whatever the stride.",
            unwritten="The stride is not written yet",
            advice="The size is right. At which row does the kernel of input row 1 start, with stride 2?",
        ),
        Mistake(
            "stride-on-rows-only",
            edit=("v : v + s_w * w : s_w", "v : v + w"),
            gives="when the stride spreads the kernels downwards, and sideways they are one pixel apart.",
            advice="An image has two axes, and the stride spreads along both.",
        ),
        Mistake(
            "pairs-exchanged",
            edit=(("s_h, s_w = np", "s_w, s_h = np"), ("p_h, p_w = np", "p_w, p_h = np")),
            gives="when the two numbers of a pair are exchanged.",
            advice="PyTorch's pairs are (height, width).",
        ),
        Mistake(
            "padding-cut-in-front-only",
            edit=("p_h : full.shape[2] - p_h, p_w : full.shape[3] - p_w", "p_h:, p_w:"),
            gives="when the padding is cut off at the top and at the left only.",
            advice="An image has four sides. By how much should the height shrink?",
        ),
        Mistake(
            "padding-cut-behind-only",
            edit=(
                "p_h : full.shape[2] - p_h, p_w : full.shape[3] - p_w",
                ": full.shape[2] - 2 * p_h, : full.shape[3] - 2 * p_w",
            ),
            gives="when the padding is cut off at the bottom and at the right only, twice as much as there is.",
            advice="The size is right. Which row of the uncut output is the first that should remain?",
        ),
        Mistake(
            "padding-ignored",
            edit=("full[:, :, p_h : full.shape[2] - p_h, p_w : full.shape[3] - p_w]", "full"),
            gives="when nothing is cut off, whatever the padding.",
            unwritten="Padding is not written yet",
            advice="With padding=1, the first and the last row and column are dropped.",
        ),
        Mistake(
            "bias-on-every-kernel",
            edit=(
                (
                    "weight[:, :, u, v])",
                    "weight[:, :, u, v])\n            if bias is not None:\n"
                    "                shares = shares + bias[:, np.newaxis, np.newaxis]",
                ),
                ("    if bias is not None:\n        output = output + bias[:, np.newaxis, np.newaxis]\n", ""),
            ),
            gives="when the bias is added with every element of a kernel: several times where kernels overlap.",
            advice="Every output gets the bias exactly once. Where in your code is each output complete?",
        ),
        Mistake(
            "bias-ignored",
            edit=("    if bias is not None:\n        output = output + bias[:, np.newaxis, np.newaxis]\n", ""),
            gives="when the bias is left out.",
            unwritten="The bias is not written yet",
            advice="Add bias[o] to every pixel of output channel o.",
        ),
        Mistake(
            "kernel-transposed",
            edit=(
                "u : u + s_h * h : s_h, v : v + s_w * w : s_w",
                "v : v + s_h * h : s_h, u : u + s_w * w : s_w",
            ),
            gives="when the kernel's rows are put down as columns.",
            advice="u counts the kernel's rows and v its columns. Which of them moves down in the output?",
        ),
        Mistake(
            "cut-from-p-to-minus-p",
            edit=("p_h : full.shape[2] - p_h, p_w : full.shape[3] - p_w", "p_h:-p_h, p_w:-p_w"),
            gives="when the border is cut off with p:-p: for padding 0 that is 0:0, and nothing is left.",
            advice="Count the end of the slice from the front: where does the part that is kept end?",
        ),
    ),
    hints=(
        "Make the output without padding first: np.zeros((n, c_o, (h - 1) · s_h + k_h, (w - 1) · s_w + k_w)).",
        "One pixel of the input, input[:, :, y, x], has the shape (n, c_i). Summed over c_i with the weight, it gives "
        "a block (n, c_o, k_h, k_w). Add that to the output at row s_h · y and column s_w · x.",
        "Or loop over the kernel. Element (u, v) adds to the rows u, u + s_h, u + 2 s_h, ..., one for each input row: "
        "the slice u : u + s_h * h : s_h. The same for the columns.",
        'np.einsum("ncyx,co->noyx", input, weight[:, :, u, v]) is what element (u, v) adds. Use +=.',
        "At the end, cut p_h rows off at the top and at the bottom: p_h : full.shape[2] - p_h also works for p_h = 0.",
    ),
    explanation=(
        "Each element of the kernel adds the whole image to the output, weighted, at places that are a stride apart. A "
        "slice with a step is these places, and since no two of them are the same, += adds each share once. Cutting "
        "the padding off comes last, because kernels near the border reach over it."
    ),
    trace=transposed_worked_out,
)
