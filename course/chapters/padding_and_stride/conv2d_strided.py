"""The convolution of images with stride, padding and dilation."""

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


def conv2d_strided(input, weight, bias=None, stride=1, padding=0, dilation=1):
    """Slide kernels over images, with stride, zero padding and dilation.

    input   (n, c_i, h_i, w_i)
    weight  (c_o, c_i, k_h, k_w)
    bias    (c_o,)               or None, for a layer without bias
    stride, padding, dilation    a number, or a pair (height, width)
    returns (n, c_o, h_o, w_o)

    >>> conv2d_strided(np.array([[[[1.0, 2.0, 4.0, 7.0]]]]), np.array([[[[-1.0, 1.0]]]]), stride=2)
    array([[[[1., 3.]]]])
    """
    s_h, s_w = np.broadcast_to(stride, 2)
    p_h, p_w = np.broadcast_to(padding, 2)
    d_h, d_w = np.broadcast_to(dilation, 2)
    padded = np.pad(input, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))
    reach = (d_h * (weight.shape[2] - 1) + 1, d_w * (weight.shape[3] - 1) + 1)
    windows = np.lib.stride_tricks.sliding_window_view(padded, reach, axis=(2, 3))
    windows = windows[:, :, ::s_h, ::s_w, ::d_h, ::d_w]  # (n, c_i, h_o, w_o, k_h, k_w)
    output = np.einsum("ncyxuv,ocuv->noyx", windows, weight)
    if bias is not None:
        output = output + bias[:, np.newaxis, np.newaxis]
    return output


EXERCISE = Exercise(
    points=4,
    solution=conv2d_strided,
    oracle=TorchFunction("torch.nn.functional.conv2d"),
    cases=(
        Case("one step at a time", lambda rng: by_hand(rng, layer(rng, 1, 1, 2, size=(4, 3), kernel=(2, 2)))),
        Case("stride", lambda rng: by_hand(rng, layer(rng, 1, 1, 1, size=(3, 5), kernel=(1, 2), stride=2))),
        Case("padding", lambda rng: by_hand(rng, layer(rng, 1, 1, 1, size=(2, 3), kernel=(3, 2), padding=1))),
        Case("dilation", lambda rng: by_hand(rng, layer(rng, 1, 1, 1, size=(3, 5), kernel=(2, 2), dilation=2))),
        Case(
            "stride along one axis",
            lambda rng: by_hand(rng, layer(rng, 1, 1, 1, size=(3, 5), kernel=(1, 2), stride=(1, 3))),
        ),
        Case("several channels", lambda rng: layer(rng, n=2, c_i=3, c_o=4, size=(5, 4), kernel=(3, 2))),
        Case(
            "stride as a pair", lambda rng: layer(rng, 1, 2, 3, size=(8, 10), kernel=(2, 3), bias=False, stride=(2, 3))
        ),
        Case("padding as a pair", lambda rng: layer(rng, 2, 1, 3, size=(3, 4), kernel=(2, 3), padding=(1, 3))),
        Case("dilation as a pair", lambda rng: layer(rng, 1, 2, 2, size=(9, 7), kernel=(3, 2), dilation=(3, 2))),
        Case(
            "all three together",
            lambda rng: layer(rng, 2, 3, 4, size=(7, 8), kernel=(3, 2), stride=(3, 2), padding=(2, 1), dilation=(1, 3)),
        ),
        Case(
            "steps longer than the kernel", lambda rng: layer(rng, 2, 2, 3, (9, 7), kernel=(2, 1), stride=4), weight=0.5
        ),
    ),
    mistakes=(
        CONV2D.mistake("kernel-flipped"),
        Mistake(
            "index-for-offset",
            edit=(("::s_h", ": (windows.shape[2] - 1) // s_h + 1"), ("::s_w", ": (windows.shape[3] - 1) // s_w + 1")),
            gives=(
                "when the output's index is taken for the window's place: window y starts at row y instead of s · y."
            ),
            advice="The size is right. At which row of the image does the second window start, with stride 2?",
        ),
        Mistake(
            "stride-on-rows-only",
            edit=("::s_w", ":"),
            gives="when the stride moves the window down, and sideways it moves one pixel at a time.",
            advice="An image has two axes, and the window strides along both.",
        ),
        Mistake(
            "first-of-pair",
            edit=("padded =", "s_w, p_w, d_w = s_h, p_h, d_h\n    padded ="),
            gives="when only the first number of a pair is used, for both axes.",
            advice="The first number of a pair is for the height, the second for the width.",
        ),
        Mistake(
            "pairs-exchanged",
            edit=(("s_h, s_w =", "s_w, s_h ="), ("p_h, p_w =", "p_w, p_h ="), ("d_h, d_w =", "d_w, d_h =")),
            gives="when the two numbers of a pair are exchanged.",
            advice="PyTorch's pairs are (height, width). Only the four numbers of `pad` begin with the last axis.",
        ),
        Mistake(
            "strides-exchanged",
            edit=("s_h, s_w =", "s_w, s_h ="),
            gives="when the two numbers of the stride are exchanged.",
            advice="PyTorch's pairs are (height, width). Which of the two moves the window down?",
        ),
        Mistake(
            "padding-counted-once",
            edit=("(p_h, p_h), (p_w, p_w)", "(p_h, 0), (p_w, 0)"),
            gives="when there is padding at the top and at the left only.",
            advice="Zeros are added on all four sides. By how much does the height grow?",
        ),
        Mistake(
            "padding-at-the-end-only",
            edit=("(p_h, p_h), (p_w, p_w)", "(0, p_h), (0, p_w)"),
            gives="when there is padding at the bottom and at the right only.",
            advice="Zeros are added on all four sides. Where in the padded image does the image begin?",
        ),
        Mistake(
            "size-without-padding",
            edit=(
                "::s_h, ::s_w, ::d_h, ::d_w]",
                "::s_h, ::s_w, ::d_h, ::d_w]\n"
                "    h_o = max(0, (input.shape[2] - reach[0]) // s_h + 1)\n"
                "    w_o = max(0, (input.shape[3] - reach[1]) // s_w + 1)\n"
                "    windows = windows[:, :, :h_o, :w_o]",
            ),
            gives="when the size of the output is computed from the images without their padding.",
            advice="The windows move over the padded images. Whose height and width belong into the formula?",
        ),
        Mistake(
            "padding-behind-only",
            edit=("(p_h, p_h), (p_w, p_w)", "(0, 2 * p_h), (0, 2 * p_w)"),
            gives="when all zeros are at the bottom and at the right: the size is right, the image is misplaced.",
            advice="Which row of the padded image is the first row of the image?",
        ),
        Mistake(
            "rounded-up",
            edit=(
                "windows = np.lib",
                "over_h, over_w = (reach[0] - padded.shape[2]) % s_h, (reach[1] - padded.shape[3]) % s_w\n"
                "    padded = np.pad(padded, ((0, 0), (0, 0), (0, over_h), (0, over_w)))\n"
                "    windows = np.lib",
            ),
            gives="when the size is rounded up, and the last window sticks out over the border.",
            advice="What does not fill a whole window is dropped. Look at the brackets in the formula.",
        ),
        Mistake(
            "dilation-ignored",
            edit=("np.broadcast_to(dilation, 2)", "1, 1"),
            gives="when dilation is left out.",
            unwritten="Dilation is not written yet",
            advice="With dilation d, neighbours in the kernel meet pixels that are d apart.",
        ),
        Mistake(
            "dilation-as-gaps",
            edit=("np.broadcast_to(dilation, 2)", "np.broadcast_to(dilation, 2) + 1"),
            gives="when dilation is taken for the number of pixels left out: 0 would be none.",
            advice="In PyTorch, 1 is the kernel without gaps. Dilation counts steps, not gaps.",
        ),
        Mistake(
            "dilation-in-size-only",
            edit=("::d_h, ::d_w", ": weight.shape[2], : weight.shape[3]"),
            gives="when the output has the size for the dilation, and the kernel meets neighbouring pixels.",
            advice="The size is right. Which row does element u of the kernel meet, with dilation 2?",
        ),
        Mistake(
            "dilation-on-rows-only",
            edit=("::d_w", ": weight.shape[3]"),
            gives="when the rows of the kernel are pulled apart, and its columns meet neighbouring pixels.",
            advice="A kernel has two axes, and both are dilated. Which column does element v meet, with dilation 2?",
        ),
        CONV1D_LOOPS.mistake(
            "no-bias",
            edit=("    if bias is not None:\n        output = output + bias[:, np.newaxis, np.newaxis]\n", ""),
        ),
        CONV2D.mistake("bias-per-column"),
        CONV2D.mistake("bias-for-each-product"),
        CONV2D.mistake("last-windows-missing"),
        Mistake(
            "padding-ignored",
            edit=("np.broadcast_to(padding, 2)", "0, 0"),
            gives="when padding is left out. Stride and dilation are right.",
            unwritten="Padding is not written yet",
            advice="np.pad puts zeros around the images. Only the last two axes are padded.",
        ),
        Mistake(
            "stride-ignored",
            edit=("np.broadcast_to(stride, 2)", "1, 1"),
            gives="when stride is left out. Padding and dilation are right.",
            unwritten="The stride is not written yet",
            advice="With stride 2, every second window counts, along both axes.",
        ),
        Mistake(
            "stride-only",
            edit=(
                ("np.broadcast_to(padding, 2)", "0, 0"),
                ("np.broadcast_to(dilation, 2)", "1, 1"),
            ),
            gives="when padding and dilation are left out. The stride is right.",
            unwritten="Padding and dilation are not written yet",
            advice="Continue with padding: np.pad puts zeros around the images.",
        ),
        Mistake(
            "padding-only",
            edit=(
                ("np.broadcast_to(stride, 2)", "1, 1"),
                ("np.broadcast_to(dilation, 2)", "1, 1"),
            ),
            gives="when stride and dilation are left out. The padding is right.",
            unwritten="Stride and dilation are not written yet",
            advice="Continue with the stride: with stride 2, every second window counts, along both axes.",
        ),
        Mistake(
            "no-options",
            edit=(
                ("np.broadcast_to(stride, 2)", "1, 1"),
                ("np.broadcast_to(padding, 2)", "0, 0"),
                ("np.broadcast_to(dilation, 2)", "1, 1"),
            ),
            gives=f"when stride, padding and dilation are all left out: it is conv2d of {chapter('conv2d')}.",
            unwritten="Stride, padding and dilation are not written yet",
            advice="Take one after the other. Begin with padding: np.pad puts zeros around the images.",
        ),
    ),
    hints=(
        "Take one thing after another: pad the images first, and forget about padding. np.broadcast_to(stride, "
        "2) gives two numbers, whether stride is a number or a pair.",
        "Without loops: sliding_window_view shows the windows at all places. Which of them does a stride of 2 "
        "keep? Slices can take every second element.",
        "A dilated kernel of k elements reaches over d(k - 1) + 1 pixels. Take windows of that size. Inside a "
        "window, the kernel meets every d-th pixel.",
        "With loops over the kernel: element (u, v) meets the slice that starts at row u · d_h and takes every "
        "s_h-th row, h_o of them; the same for columns. h_o comes from the formula.",
    ),
    explanation=(
        "After np.pad padding needs no more thought. sliding_window_view lays out the windows at all "
        "places. Stride keeps every s-th window, dilation every d-th pixel inside a window, and both are slices. "
        f"The sum is the one of {chapter('conv2d')}."
    ),
    trace=output_worked_out,
)
