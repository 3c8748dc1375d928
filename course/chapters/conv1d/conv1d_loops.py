"""The convolution along one axis, in loops."""

from __future__ import annotations

import numpy as np

from course.chapters.conv1d.small_cases import SMALL_CASES
from course.chapters.conv1d.worked_out import output_worked_out
from course.checking.oracles import TorchFunction
from course.checking.spec import Exercise, Mistake


def conv1d_loops(input, weight, bias=None):
    """Slide kernels along every signal of input.

    input   (n, c_i, w_i)
    weight  (c_o, c_i, k)
    bias    (c_o,)         or None, for a layer without bias
    returns (n, c_o, w_i - k + 1)

    >>> conv1d_loops(np.array([[[1.0, 2.0, 4.0, 7.0]]]), np.array([[[-1.0, 1.0]]]), np.array([10.0]))
    array([[[11., 12., 13.]]])
    """
    n, c_i, w_i = input.shape
    c_o, _, k = weight.shape
    positions = w_i - k + 1
    output = np.zeros((n, c_o, positions))
    for r in range(n):
        for o in range(c_o):
            for x in range(positions):
                for c in range(c_i):
                    for v in range(k):
                        output[r, o, x] += weight[o, c, v] * input[r, c, x + v]
                if bias is not None:
                    output[r, o, x] += bias[o]
    return output


EXERCISE = Exercise(
    points=3,
    solution=conv1d_loops,
    oracle=TorchFunction("torch.nn.functional.conv1d"),
    cases=SMALL_CASES,
    mistakes=(
        Mistake(
            "kernel-flipped",
            edit=("weight[o, c, v]", "weight[o, c, k - 1 - v]"),
            gives="when the kernel is flipped: a true convolution. PyTorch's layers compute cross-correlation.",
            advice="Read your kernel index where it meets the signal; both should run the same way.",
        ),
        Mistake(
            "first-channel-only",
            edit=("range(c_i)", "range(1)"),
            gives="when only the first input channel is read.",
            advice="Every output sums over all input channels, each with its own kernel.",
        ),
        Mistake(
            "no-bias",
            edit=("                if bias is not None:\n                    output[r, o, x] += bias[o]\n", ""),
            gives="when the bias is left out.",
            unwritten="The bias is not written yet",
            advice="Each output channel adds its own constant, where there is one.",
        ),
        Mistake(
            "bias-per-product",
            edit=(
                "                if bias is not None:\n                    output[r, o, x] += bias",
                "                        if bias is not None:\n                            output[r, o, x] += bias",
            ),
            gives="when the bias is added once for every product: it is inside the innermost loop.",
            advice="How often does the bias appear in the formula for one output? Move it out of the sum.",
        ),
        Mistake(
            "last-product-only",
            edit=("+= weight", "= weight"),
            gives="when each product overwrites the ones before it.",
            advice="A sum collects. Look for an `=` that should be a `+=`.",
        ),
        Mistake(
            "last-window-missing",
            edit=("w_i - k + 1", "w_i - k"),
            gives="when the last window is missing: the output is one too short.",
            advice="A signal of 5 has 3 windows of 3. Which formula gives that?",
        ),
        Mistake(
            "last-window-zero",
            edit=("range(positions)", "range(positions - 1)"),
            gives="when the loop ends before the last window, and the last output stays 0.",
            advice="How many positions does the output have? Your loop must reach all of them.",
        ),
        Mistake(
            "running-total",
            edit=(
                ("for x in", "total = 0.0\n            for x in"),
                ("output[r, o, x] += weight", "total += weight"),
                ("if bias", "output[r, o, x] = total\n                if bias"),
            ),
            gives="when the sum is not set back to 0 for the next position.",
            advice="Each output is a separate sum. Where does yours start?",
        ),
        Mistake(
            "window-stands-still",
            edit=("x + v", "v"),
            gives="when every position reads the first window.",
            advice="The window starts at x. Where does x appear in the index into input?",
        ),
        Mistake(
            "offset-ignored",
            edit=("x + v", "x"),
            gives="when all elements of the kernel meet the same element of the signal.",
            advice="Element v of the kernel meets the signal v steps after the window's start.",
        ),
    ),
    hints=(
        "Write down one output, say [0, 0, 0], as a sum: which elements of input and which of weight are in it?",
        "Output [r, o, x] sums over the input channels c and over the kernel's elements v. That makes five "
        "loops: r, o, x, c, v.",
        "There are w_i - k + 1 positions. Start from np.zeros of the output's shape. In the innermost loop, "
        "weight[o, c, v] meets the element of channel c that is v steps after x.",
        "The bias is added after the two inner loops, once for each output, and only if it is not None.",
    ),
    explanation=(
        "The loops say what the formula says: each output collects c_i · k products, one for every weight of its "
        "channel. The kernel's index and the signal's run the same way, so nothing is flipped."
    ),
    trace=output_worked_out,
)
