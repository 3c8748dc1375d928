"""Average pooling in two dimensions."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.chapters.pooling.draws import images, whole_images
from course.chapters.pooling.max_pool2d import EXERCISE as MAX_POOL2D
from course.chapters.pooling.worked_out import MOST_VALUES, mean_of, window_of
from course.checking.oracles import TorchFunction
from course.checking.sampling import whole
from course.checking.spec import Arguments, Case, Exercise, Mistake


def avg_pool2d(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    """Take the mean of each window, channel by channel.

    input              (n, c, h_i, w_i)
    kernel_size        one number, or a pair (height, width)
    stride             one number, or a pair; None means kernel_size
    padding            one number: how far windows reach over the border
    count_include_pad  whether places of the padding count as zeros, or not at all
    returns (n, c, h_o, w_o)

    >>> avg_pool2d(np.array([[[[1.0, 2.0, 3.0, 4.0], [8.0, 7.0, 6.0, 5.0]]]]), 2)
    array([[[[4.5, 4.5]]]])
    """
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    ### BEGIN SOLUTION
    s_h, s_w = (k_h, k_w) if stride is None else np.broadcast_to(stride, 2)
    border = ((0, 0), (0, 0), (padding, padding), (padding, padding))

    def window_sums(image):
        windows = np.lib.stride_tricks.sliding_window_view(np.pad(image, border), (k_h, k_w), axis=(2, 3))
        return windows[:, :, ::s_h, ::s_w].sum(axis=(-2, -1))

    # over an image of ones, the sum of a window is the number of its real values
    count = k_h * k_w if count_include_pad else window_sums(np.ones_like(input))
    return window_sums(input) / count
    ### END SOLUTION


def _with_zeros(rng: np.random.Generator, *shape: int, **options: Any) -> dict[str, Any]:
    """Draw images as ReLU leaves them: no value below 0, and some that are 0."""
    image = np.abs(whole(rng, *shape))
    image[..., :2, :2] = 0
    return {"input": image, **options}


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    values, padded = window_of(arguments, index)
    if len(values) > MOST_VALUES:
        return ""
    count = len(values) + (padded if arguments.get("count_include_pad", True) else 0)
    return mean_of(values, count)


EXERCISE = Exercise(
    points=3,
    solution=avg_pool2d,
    oracle=TorchFunction("torch.nn.functional.avg_pool2d", by_name=True),
    cases=(
        Case("windows side by side", lambda rng: whole_images(rng, 1, 2, 2, 5, kernel_size=2)),
        Case("a pair for the kernel", lambda rng: whole_images(rng, 1, 1, 4, 5, kernel_size=(2, 3))),
        Case("overlapping windows", lambda rng: whole_images(rng, 1, 1, 3, 4, kernel_size=2, stride=1)),
        Case(
            "padding that counts",
            lambda rng: whole_images(rng, 1, 1, 3, 5, kernel_size=3, stride=2, padding=1),
        ),
        Case(
            "padding that does not count",
            lambda rng: whole_images(rng, 1, 1, 3, 5, kernel_size=3, stride=2, padding=1, count_include_pad=False),
        ),
        Case("several images and channels", lambda rng: images(rng, 2, 3, 5, 7, kernel_size=(2, 3))),
        Case("padding, counted", lambda rng: images(rng, 2, 2, 5, 6, kernel_size=3, stride=2, padding=1)),
        Case(
            "padding, not counted",
            lambda rng: images(rng, 2, 2, 5, 6, kernel_size=3, stride=2, padding=1, count_include_pad=False),
        ),
        Case("a pair for the stride", lambda rng: images(rng, 1, 2, 7, 8, kernel_size=(3, 2), stride=(2, 3))),
        Case(
            "zeros beside padding",
            lambda rng: _with_zeros(
                rng, 1, 1, 3, 5, kernel_size=(2, 3), stride=None, padding=1, count_include_pad=False
            ),
            note="some values of the image are 0",
        ),
        Case("padding and a pair", lambda rng: images(rng, 2, 1, 6, 7, kernel_size=(2, 3), stride=1, padding=1)),
        Case("a number and a pair", lambda rng: images(rng, 1, 2, 8, 9, kernel_size=3, stride=(2, 1))),
        Case("wide padding", lambda rng: images(rng, 1, 2, 5, 6, kernel_size=(4, 5), stride=2, padding=2)),
        Case(
            "wide padding, not counted",
            lambda rng: images(rng, 1, 2, 6, 5, kernel_size=(5, 4), stride=(1, 2), padding=2, count_include_pad=False),
        ),
    ),
    mistakes=(
        Mistake(
            "count-include-pad-ignored",
            edit=("k_h * k_w if count_include_pad else window_sums(np.ones_like(input))", "k_h * k_w"),
            gives="when padding is always counted, also with count_include_pad=False.",
            unwritten="count_include_pad is not used yet",
            advice=(
                "With count_include_pad=False the divisor is the number of real values, which is smaller at the border."
            ),
        ),
        Mistake(
            "padding-never-counted",
            edit=("k_h * k_w if count_include_pad else ", ""),
            gives="when padding is never counted.",
            advice="By default padding counts as zeros: the divisor is the size of the window, also at the border.",
        ),
        Mistake(
            "condition-reversed",
            edit=("if count_include_pad", "if not count_include_pad"),
            gives="when padding is counted only where count_include_pad is False.",
            advice="Read your condition aloud with count_include_pad=True, then with False.",
        ),
        Mistake(
            "zeros-taken-for-padding",
            edit=("window_sums(np.ones_like(input))", "np.maximum(window_sums(input != 0), 1)"),
            gives="when the values that are not 0 are counted: a 0 of the image is taken for padding.",
            advice="An image may contain zeros, and after ReLU it contains many. Count places, not values.",
        ),
        Mistake(
            "far-border-counted",
            edit=(
                "    count = k_h * k_w if count_include_pad else window_sums(np.ones_like(input))\n"
                "    return window_sums(input) / count",
                "    sums = window_sums(input)\n"
                "    far = ((0, 0), (0, 0), (0, padding), (0, padding))\n"
                '    inside = window_sums(np.pad(np.ones_like(input), far, mode="edge"))\n'
                "    count = inside[:, :, : sums.shape[2], : sums.shape[3]]\n"
                "    return sums / (k_h * k_w if count_include_pad else count)",
            ),
            gives="when places below the image and to its right count, also with count_include_pad=False.",
            advice="A window can reach over all four borders. What is the last place where it can end?",
        ),
        Mistake(
            "infinite-padding",
            edit=(
                ("np.pad(image, border)", "np.pad(image, border, constant_values=-np.inf)"),
                ("k_h * k_w if count_include_pad else window_sums(np.ones_like(input))", "k_h * k_w"),
            ),
            gives="when the padding is minus infinity, as in max pooling.",
            advice="Which value adds nothing to a sum?",
        ),
        Mistake(
            "stride-one",
            edit=("(k_h, k_w) if", "(1, 1) if"),
            gives="when the stride is 1 where none is given.",
            advice="Without a stride, windows are side by side. What step is that?",
        ),
        MAX_POOL2D.mistake("kernel-exchanged"),
        Mistake(
            "not-divided",
            edit=("window_sums(input) / count", "window_sums(input)"),
            gives="when the sum of each window is taken: nothing is divided.",
            advice="A mean is a sum divided by a count. How many places does a window have?",
        ),
        Mistake(
            "square-assumed",
            edit=("k_h * k_w", "k_h * k_h"),
            gives="when the sum is divided by the square of the kernel's height.",
            advice="A window of 2 rows and 3 columns has 6 places. What is that in k_h and k_w?",
        ),
        Mistake(
            "maximum",
            edit=(
                ("np.pad(image, border)", "np.pad(image, border, constant_values=-np.inf)"),
                (".sum(", ".max("),
                (" / count", ""),
            ),
            gives="when the largest value of each window is taken.",
            advice="This is the other pooling. Here every value of a window has the same say.",
        ),
        Mistake(
            "over-channels",
            edit=("window_sums(input) / count", "(window_sums(input) / count).mean(axis=1, keepdims=True)"),
            gives="when the mean is taken over the channels as well.",
            advice="Each channel is pooled on its own. Over which axes does your mean run?",
        ),
        MAX_POOL2D.mistake("padding-ignored", edit=("np.pad(image, border)", "image")),
        MAX_POOL2D.mistake(
            "padding-everywhere",
            edit=(
                ("np.pad(image, border)", "np.pad(image, padding)"),
                # one count for all images, so that nothing is divided by 0
                ("(np.ones_like(input))", "(np.ones_like(input)).max(axis=(0, 1))"),
            ),
        ),
    ),
    hints=(
        "The windows are the same as in max_pool2d. Only the padding and the last step are different.",
        "Pad with zeros: they add nothing to the sum. If padding is counted, divide by k_h · k_w everywhere.",
        "If it is not counted, each window needs its own divisor: how many of its places are inside the image. "
        "Make an array of ones with the shape of the input, and treat it as you treated the input.",
    ),
    explanation=(
        "Zeros do not change a sum, so only the divisor asks whether padding counts. Summing windows over an "
        "image of ones counts the real values in each: 9 in the middle, 6 at an edge, 4 in a corner, for 3 by 3 "
        "windows."
    ),
    trace=_trace,
)
