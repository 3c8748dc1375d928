"""Max pooling in two dimensions."""

from __future__ import annotations

import numpy as np

from course import functional
from course.chapters.pooling.draws import images, negative_whole, whole_images
from course.chapters.pooling.worked_out import maximum_worked_out
from course.checking.oracles import TorchFunction
from course.checking.sampling import normal
from course.checking.spec import Case, Exercise, Mistake


def max_pool2d(input, kernel_size, stride=None, padding=0):
    """Take the largest value of each window, channel by channel.

    input        (n, c, h_i, w_i)
    kernel_size  one number, or a pair (height, width)
    stride       one number, or a pair; None means kernel_size
    padding      one number: how far windows reach over the border; what is there never wins
    returns (n, c, h_o, w_o)

    >>> max_pool2d(np.array([[[[1.0, 2.0, 3.0, 4.0], [8.0, 7.0, 6.0, 5.0]]]]), 2)
    array([[[[8., 6.]]]])
    """
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    ### BEGIN SOLUTION
    s_h, s_w = (k_h, k_w) if stride is None else np.broadcast_to(stride, 2)
    border = ((0, 0), (0, 0), (padding, padding), (padding, padding))
    padded = np.pad(input, border, constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (k_h, k_w), axis=(2, 3))
    return windows[:, :, ::s_h, ::s_w].max(axis=(-2, -1))
    ### END SOLUTION


def _far_below(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Draw images in which every value is below what might be taken for the smallest number."""
    return -1e9 * (np.abs(normal(rng, *shape)) + 0.125)


EXERCISE = Exercise(
    points=4,
    solution=max_pool2d,
    reference=functional.max_pool2d,
    oracle=TorchFunction("torch.nn.functional.max_pool2d"),
    cases=(
        Case("windows side by side", lambda rng: whole_images(rng, 1, 2, 2, 5, kernel_size=2)),
        Case("a pair for the kernel", lambda rng: whole_images(rng, 1, 1, 4, 5, kernel_size=(2, 3))),
        Case("overlapping windows", lambda rng: whole_images(rng, 1, 1, 3, 4, kernel_size=2, stride=1)),
        Case("several images and channels", lambda rng: images(rng, 2, 3, 5, 7, kernel_size=(2, 3))),
        Case(
            "negative values",
            lambda rng: {"input": negative_whole(rng, 1, 2, 2, 4), "kernel_size": 2},
            note="all values are below 0",
        ),
        Case(
            "padding around negative values",
            lambda rng: {"input": negative_whole(rng, 1, 1, 3, 5), "kernel_size": 3, "stride": 2, "padding": 1},
            note="all values are below 0",
        ),
        Case("a pair for the stride", lambda rng: whole_images(rng, 1, 1, 4, 5, kernel_size=(3, 2), stride=(1, 3))),
        Case("a stride beyond the kernel", lambda rng: images(rng, 2, 1, 8, 9, kernel_size=2, stride=3)),
        Case("a number and a pair", lambda rng: images(rng, 1, 2, 8, 9, kernel_size=3, stride=(2, 1))),
        Case("padding and a pair", lambda rng: images(rng, 2, 2, 6, 7, kernel_size=(2, 3), stride=None, padding=1)),
        Case("a single window", lambda rng: images(rng, 2, 3, 3, 4, kernel_size=(3, 4)), weight=0.5),
        Case(
            "wide padding, and values far below 0",
            lambda rng: {"input": _far_below(rng, 2, 3, 7, 8), "kernel_size": (4, 5), "stride": 2, "padding": 2},
            note="all values are below -100,000,000",
        ),
    ),
    mistakes=(
        Mistake(
            "zero-padding",
            edit=(", constant_values=-np.inf", ""),
            gives="when the padding is zeros: 0 beats every negative value.",
            advice="Padding must never win. Which number is smaller than every other?",
        ),
        Mistake(
            "starts-at-zero",
            edit=(".max(axis=(-2, -1))", ".max(axis=(-2, -1), initial=0)"),
            gives="when the search for the largest starts at 0, so that no output is below 0.",
            advice="What does your function give for a window of -3 and -5 only? Start with something smaller.",
        ),
        Mistake(
            "stride-one",
            edit=("(k_h, k_w) if", "(1, 1) if"),
            gives="when the stride is 1 where none is given.",
            advice="Convolution has a default stride of 1. Pooling has another: read the docstring once more.",
        ),
        Mistake(
            "stride-ignored",
            edit=("(k_h, k_w) if stride is None else np.broadcast_to(stride, 2)", "k_h, k_w"),
            gives="when the windows are always side by side, whatever stride says.",
            unwritten="stride is not used yet",
            advice="The kernel says how large a window is, the stride how far away the next one is. Use both.",
        ),
        Mistake(
            "kernel-exchanged",
            edit=("k_h, k_w = ", "k_w, k_h = "),
            gives="when the kernel's height and width are exchanged.",
            advice="A pair is (height, width): rows first, as in a shape.",
        ),
        Mistake(
            "stride-exchanged",
            edit=("s_h, s_w = (k_h, k_w)", "s_w, s_h = (k_w, k_h)"),
            gives="when the stride's height and width are exchanged.",
            advice="A pair is (height, width): the first number is the step from row to row.",
        ),
        Mistake(
            "over-channels",
            edit=(".max(axis=(-2, -1))", ".max(axis=(-2, -1)).max(axis=1, keepdims=True)"),
            gives="when the largest value is taken over the channels as well.",
            advice="Each channel is pooled on its own. Over which axes does your maximum run?",
        ),
        Mistake(
            "average",
            edit=((", constant_values=-np.inf", ""), (".max(", ".mean(")),
            gives="when the mean of each window is taken.",
            advice="This is the other pooling. Here one value of each window survives, and it survives unchanged.",
        ),
        Mistake(
            "absolute-values",
            edit=("np.pad(input,", "np.pad(np.abs(input),"),
            gives="when the signs are dropped before comparing.",
            advice="-5 is smaller than 1. Compare the values as they are.",
        ),
        Mistake(
            "padding-ignored",
            edit=("sliding_window_view(padded,", "sliding_window_view(input,"),
            gives="when the padding is left out.",
            unwritten="Padding is not written yet",
            advice="With padding, the first window starts outside the image. Pad the image before you cut windows.",
        ),
        Mistake(
            "padding-on-one-side",
            edit=("(padding, padding), (padding, padding)", "(padding, 0), (padding, 0)"),
            gives="when there is padding at the top and on the left only.",
            advice="padding is added on all four sides. How much larger does that make the height?",
        ),
        Mistake(
            "padding-everywhere",
            edit=("np.pad(input, border,", "np.pad(input, padding,"),
            gives="when samples and channels are padded as well, as np.pad(input, padding) does.",
            advice="The border goes around each image. np.pad takes a pair (before, after) for each of the four axes.",
        ),
        Mistake(
            "index-for-offset",
            edit=(
                "return windows[:, :, ::s_h, ::s_w]",
                "h_o, w_o = (padded.shape[2] - k_h) // s_h + 1, (padded.shape[3] - k_w) // s_w + 1\n"
                "    return windows[:, :, :h_o, :w_o]",
            ),
            gives="when output index i is taken for the row at which its window starts.",
            advice="Window 1 starts one stride further than window 0. Where does window i start?",
        ),
        Mistake(
            "last-window-missing",
            edit=("::s_h, ::s_w", ":-1:s_h, :-1:s_w"),
            gives="when a last window that just fits is left out.",
            advice="Count the windows of size 2 in a row of 4 values. Does your range reach the last one?",
        ),
        Mistake(
            "ceil",
            edit=(
                "(padding, padding), (padding, padding)",
                "(padding, padding + s_h - 1), (padding, padding + s_w - 1)",
            ),
            gives="when the output size is rounded up: the last window reaches over the end.",
            advice="PyTorch rounds down unless ceil_mode=True. What does not fill a window is left out.",
        ),
        Mistake(
            "windows-cut-off",
            edit=(
                "(padding, padding), (padding, padding)",
                "(padding, padding + k_h - 1), (padding, padding + k_w - 1)",
            ),
            gives="when windows also start near the end, where the image does not fill them.",
            advice="The last window ends within the padded image. What is the last place where it can start?",
        ),
    ),
    hints=(
        "Write the window of one output first: for output [i, j] it starts at row i · s_h of the padded image, "
        "and it is k_h rows high.",
        "Pad with a value that can never be the largest: np.pad(..., constant_values=-np.inf). Only the last two "
        "axes get padding; the first two get (0, 0).",
        "np.lib.stride_tricks.sliding_window_view(padded, (k_h, k_w), axis=(2, 3)) gives the windows at every "
        "place, as two more axes at the end.",
        "Of these windows, keep every s_h-th row and every s_w-th column with a slice, then take the maximum over "
        "the last two axes.",
    ),
    explanation=(
        "The view holds the window at every place, so a stride only chooses: every s_h-th row, every s_w-th "
        "column. Padding is minus infinity, which is never the largest as long as a window holds one real value. "
        "np.broadcast_to(kernel_size, 2) makes a pair of a number and leaves a pair as it is."
    ),
    trace=maximum_worked_out,
)
