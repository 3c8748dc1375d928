"""The convolution of images."""

from __future__ import annotations

import numpy as np

from course import functional
from course.chapters.conv1d.conv1d import EXERCISE as CONV1D
from course.chapters.conv1d.conv1d_loops import EXERCISE as CONV1D_LOOPS
from course.chapters.conv1d.draws import layer
from course.chapters.conv1d.worked_out import output_worked_out
from course.checking.oracles import TorchFunction
from course.checking.sampling import whole
from course.checking.spec import Case, Exercise, Mistake


def conv2d(input, weight, bias=None):
    """Slide kernels over every image of input.

    input   (n, c_i, h_i, w_i)
    weight  (c_o, c_i, k_h, k_w)
    bias    (c_o,)                or None, for a layer without bias
    returns (n, c_o, h_i - k_h + 1, w_i - k_w + 1)

    >>> image = np.array([[[[1.0, 2.0, 4.0], [0.0, 1.0, 1.0]]]])
    >>> conv2d(image, np.array([[[[-1.0, 1.0]]]]), np.array([10.0]))
    array([[[[11., 12.],
             [11., 10.]]]])
    """
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[2:], axis=(2, 3))
    output = np.einsum("ncyxuv,ocuv->noyx", windows, weight)
    if bias is not None:
        output = output + bias[:, np.newaxis, np.newaxis]
    return output


EXERCISE = Exercise(
    points=5,
    solution=conv2d,
    reference=functional.conv2d,
    oracle=TorchFunction("torch.nn.functional.conv2d"),
    cases=(
        Case("one channel", lambda rng: layer(rng, n=1, c_i=1, c_o=1, size=(3, 4), kernel=(2, 2), draw=whole)),
        Case("two channels", lambda rng: layer(rng, n=1, c_i=2, c_o=2, size=(2, 3), kernel=(2, 1), draw=whole)),
        Case("several channels", lambda rng: layer(rng, n=2, c_i=3, c_o=4, size=(5, 7), kernel=(2, 3))),
        Case("no bias", lambda rng: layer(rng, n=2, c_i=2, c_o=3, size=(6, 4), kernel=(3, 2), bias=False)),
        Case("square image and kernel", lambda rng: layer(rng, n=2, c_i=3, c_o=2, size=(5, 5), kernel=(3, 3))),
        Case("as many outputs as columns", lambda rng: layer(rng, n=2, c_i=2, c_o=4, size=(5, 6), kernel=(3, 3))),
        Case("as many outputs as inputs", lambda rng: layer(rng, n=2, c_i=3, c_o=3, size=(4, 6), kernel=(2, 3))),
        Case("a kernel of one row", lambda rng: layer(rng, n=1, c_i=2, c_o=3, size=(4, 6), kernel=(1, 4))),
        Case(
            "a kernel of one pixel", lambda rng: layer(rng, n=2, c_i=3, c_o=5, size=(2, 4), kernel=(1, 1)), weight=0.5
        ),
        Case("a kernel as large as the image", lambda rng: layer(rng, 2, 2, 3, size=(4, 3), kernel=(4, 3)), weight=0.5),
        Case(
            "an empty batch",
            lambda rng: layer(rng, n=0, c_i=2, c_o=3, size=(4, 5), kernel=(2, 3)),
            note="not a single image",
            remark=True,
        ),
    ),
    mistakes=(
        Mistake(
            "kernel-flipped",
            edit=("windows, weight)", "windows, weight[:, :, ::-1, ::-1])"),
            gives="when the kernel is flipped: a true convolution. PyTorch's layers compute cross-correlation.",
            advice="Read your kernel's indices where they meet the window; both should run the same way.",
        ),
        Mistake(
            "kernel-transposed",
            edit=("windows =", "weight = weight.swapaxes(2, 3)\n    windows ="),
            gives="when rows and columns of the kernel are exchanged.",
            advice=(
                "The axes of weight are (c_o, c_i, k_h, k_w), and the axes of input are (n, c_i, h, w): height before "
                "width in both."
            ),
        ),
        CONV1D_LOOPS.mistake("first-channel-only", edit=("windows, weight)", "windows[:, :1], weight[:, :1])")),
        CONV1D.mistake("mean-of-channels"),
        Mistake(
            "batch-summed",
            edit=(
                'np.einsum("ncyxuv,ocuv->noyx", windows, weight)',
                'np.tile(np.einsum("ncyxuv,ocuv->oyx", windows, weight), (len(input), 1, 1, 1))',
            ),
            gives="when a sum runs over the whole batch: every image gets the sum of all.",
            advice="Each image of the batch is on its own. Which axes does your np.sum, or your einsum, keep?",
        ),
        CONV1D_LOOPS.mistake(
            "no-bias",
            edit=("    if bias is not None:\n        output = output + bias[:, np.newaxis, np.newaxis]\n", ""),
        ),
        Mistake(
            "bias-per-column",
            edit=("bias[:, np.newaxis, np.newaxis]", "bias"),
            gives="when the bias is added along the columns: NumPy lines (c_o,) up with the last axis.",
            advice="bias[o] belongs to output channel o. Two axes come after it: give the bias two more.",
        ),
        Mistake(
            "square-kernel",
            edit=("windows =", "weight = weight[..., range(weight.shape[2])]\n    windows ="),
            gives="when the kernel is taken to be as wide as it is high.",
            advice="k_h and k_w can differ. Where does each of them belong?",
        ),
        Mistake(
            "sides-exchanged",
            edit=('->noyx"', '->noxy"'),
            gives="when the output's height and width have changed places.",
            advice=(
                "The output is (n, c_o, h_o, w_o). Look at the order of your loops, or at the last letters of your "
                "einsum."
            ),
        ),
        Mistake(
            "last-windows-missing",
            edit=("windows, weight)", "windows[:, :, :-1, :-1], weight)"),
            gives="when the last row and the last column of windows are missing.",
            advice="An image of height 5 has 3 positions for a kernel of height 3. Which formula gives that?",
        ),
        Mistake(
            "size-kept",
            edit=(
                "windows =",
                "same = [((k - 1) // 2, k // 2) for k in weight.shape[2:]]\n"
                "    input = np.pad(input, [(0, 0), (0, 0), *same])\n"
                "    windows =",
            ),
            gives="when zeros are put around the image so that it keeps its size: padding='same'.",
            advice="Without padding, a window must be inside the image.",
        ),
        Mistake(
            "bias-for-each-channel-in",
            edit=("+ bias[", "+ input.shape[1] * bias["),
            gives="when the bias is added once for each input channel: it is inside the loop over the channels.",
            advice="Each output adds its bias once, after the sum or before it.",
        ),
        Mistake(
            "bias-for-each-product",
            edit=("+ bias[", "+ weight[0].size * bias["),
            gives="when the bias is added with every product: it is inside the innermost loop.",
            advice="Each output adds its bias once, after the sum or before it.",
        ),
        Mistake(
            "bias-per-row",
            edit=("bias[:, np.newaxis, np.newaxis]", "bias[:, np.newaxis]"),
            gives=(
                "when the bias is added along the rows: with one axis after it, NumPy lines (c_o, 1) up with the last"
                " two axes."
            ),
            advice="bias[o] belongs to output channel o. How many axes come after the channels?",
        ),
        Mistake(
            "last-windows-zero",
            edit=("return output", "output[:, :, -1], output[:, :, :, -1] = 0, 0\n    return output"),
            gives="when the last row and the last column of the output are left at 0.",
            advice="The size of the output is right. How far do the loops over its rows and columns go?",
        ),
        Mistake(
            "pixels-reshaped",
            edit=(
                ("->noyx", "->nyxo"),
                ("bias[:, np.newaxis, np.newaxis]", "bias"),
                ("return output", "return output.reshape(len(output), len(weight), *output.shape[1:3])"),
            ),
            gives=(
                "when (n, h_o, w_o, c_o) is reshaped to (n, c_o, h_o, w_o): the shape fits, and the numbers are in "
                "another order."
            ),
            advice=(
                "reshape keeps the order in which numbers are stored. Reshape to (n, h_o, w_o, c_o) first, then move "
                "the last axis."
            ),
        ),
        Mistake(
            "samples-reshaped",
            edit=("return output", "return output.swapaxes(0, 1).reshape(output.shape)"),
            gives="when (c_o, n, h_o, w_o) is reshaped to (n, c_o, h_o, w_o): the samples are not moved to the front.",
            advice=(
                "reshape keeps the order in which numbers are stored. Reshape to (c_o, n, h_o, w_o) first, then "
                "exchange two axes."
            ),
        ),
        Mistake(
            "first-image-only",
            edit=("return output", "output[1:] = 0\n    return output"),
            gives=(
                "when only the first image is computed, and the others are left at 0: the function returns too early."
            ),
            advice="Look at the indentation of `return`: is it inside the loop over the batch?",
        ),
        Mistake(
            "weight-axes-exchanged",
            edit=("ocuv->noyx", "couv->noyx"),
            gives=(
                "when the first two axes of weight are taken for (c_i, c_o). Where there are as many outputs as "
                "inputs, nothing warns you."
            ),
            advice="The axes of weight are (c_o, c_i, k_h, k_w): output channels first.",
        ),
        Mistake(
            "taps-before-channels",
            edit=(
                '"ncyxuv,ocuv->noyx", windows, weight',
                '"ncyxuv,ouvc->noyx", windows, weight.reshape(len(weight), *weight.shape[2:], -1)',
            ),
            gives="when the window is laid out as (k_h, k_w, c_i), and the kernel as (c_i, k_h, k_w).",
            advice="Before they are multiplied, both must be flattened in the same order of axes.",
        ),
    ),
    hints=(
        "This is your conv1d with a window of two sides. Which axes does your sum run over?",
        "One output sums c_i · k_h · k_w products: input[r, :, y : y + k_h, x : x + k_w] times weight[o].",
        "With a loop over the kernel's elements: element (u, v) meets the part of every image that starts at row "
        "u and column v and is h_o high and w_o wide.",
        "Without a loop: sliding_window_view(input, (k_h, k_w), axis=(2, 3)) has six axes, (n, c_i, h_o, w_o, "
        "k_h, k_w). einsum needs a letter for each. The bias needs the shape (c_o, 1, 1).",
    ),
    explanation=(
        "sliding_window_view gives each window two new axes, u and v. einsum multiplies them with the "
        "kernels and sums over c, u and v, the letters that are missing on the right. The bias is repeated along "
        "both axes."
    ),
    trace=output_worked_out,
)
