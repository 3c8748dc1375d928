"""Chapter 11, forwards: the largest value of each window, and its mean."""

from __future__ import annotations

from typing import Any

import numpy as np

from course import functional
from course.chapters.mistakes import pooling_forward as wrong
from course.checking.oracles import TorchFunction
from course.checking.sampling import normal
from course.checking.spec import Arguments, Case, Exercise, Misconception

CHAPTER = "11_pooling"
MOST_TOLD = 9  # values of a window that a report can list


def max_pool2d(input, kernel_size, stride=None, padding=0):
    """Take the largest value of each window: the lesson's version."""
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    padded = np.pad(input, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (k_h, k_w), axis=(2, 3))
    return windows[:, :, ::s_h, ::s_w].max(axis=(-2, -1))


def avg_pool2d(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    """Take the mean of each window: the lesson's version."""
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    border = ((0, 0), (0, 0), (padding, padding), (padding, padding))
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(input, border), (k_h, k_w), axis=(2, 3))
    sums = windows[:, :, ::s_h, ::s_w].sum(axis=(-2, -1))
    if count_include_pad:
        return sums / (k_h * k_w)
    inside = np.pad(np.ones_like(input), border)
    windows = np.lib.stride_tricks.sliding_window_view(inside, (k_h, k_w), axis=(2, 3))
    return sums / windows[:, :, ::s_h, ::s_w].sum(axis=(-2, -1))


def _image(rng: np.random.Generator, *shape: int, **options: Any) -> dict[str, Any]:
    return {"input": normal(rng, *shape), **options}


def _negative(rng: np.random.Generator, *shape: int, **options: Any) -> dict[str, Any]:
    return {"input": -np.abs(normal(rng, *shape)) - 0.125, **options}


def _far_below(rng: np.random.Generator, *shape: int, **options: Any) -> dict[str, Any]:
    """Draw an image in which every value is smaller than what might be taken for the smallest number there is."""
    return {"input": -1e9 * (np.abs(normal(rng, *shape)) + 0.125), **options}


def _with_zeros(rng: np.random.Generator, *shape: int, **options: Any) -> dict[str, Any]:
    """Draw an image as ReLU leaves it: no value below 0, and many that are 0."""
    image = np.maximum(normal(rng, *shape), 0)
    image[..., :2, :2] = 0
    return {"input": image, **options}


def _window(arguments: Arguments, index: tuple[int, ...]) -> tuple[list[float], int]:
    """Give the values that one window holds, and how many places of it lie in the padding."""
    kernel_size = np.broadcast_to(arguments["kernel_size"], 2)
    stride = arguments.get("stride")
    steps = kernel_size if stride is None else np.broadcast_to(stride, 2)
    starts = np.array(index[2:]) * steps - arguments.get("padding", 0)
    top, left = np.maximum(starts, 0)
    bottom, right = starts + kernel_size
    values = arguments["input"][index[0], index[1], top:bottom, left:right].ravel().tolist()
    return values, int(np.prod(kernel_size)) - len(values)


def _trace_max(arguments: Arguments, index: tuple[int, ...]) -> str:
    values, _ = _window(arguments, index)
    if len(values) > MOST_TOLD:
        return ""
    listed = ", ".join(f"{value:.4g}" for value in values)
    return f"the window holds {listed}; the largest is {max(values):.4g}"


def _trace_average(arguments: Arguments, index: tuple[int, ...]) -> str:
    values, padded = _window(arguments, index)
    if len(values) > MOST_TOLD:
        return ""
    count = len(values) + (padded if arguments.get("count_include_pad", True) else 0)
    terms = " + ".join(f"{value:.4g}" if value >= 0 else f"({value:.4g})" for value in values)
    return f"({terms}) / {count} = {sum(values) / count:.4g}"


MAX_POOL2D = Exercise(
    name="max_pool2d",
    chapter=CHAPTER,
    points=4,
    reference=functional.max_pool2d,
    solution=max_pool2d,
    oracle=TorchFunction("torch.nn.functional.max_pool2d"),
    cases=(
        Case("windows side by side", lambda rng: _image(rng, 1, 2, 4, 6, kernel_size=2)),
        Case("negative values", lambda rng: _negative(rng, 1, 2, 4, 5, kernel_size=2), note="all values are below 0"),
        Case("a pair for the kernel", lambda rng: _image(rng, 2, 3, 5, 7, kernel_size=(2, 3))),
        Case("overlapping windows", lambda rng: _image(rng, 1, 3, 6, 5, kernel_size=3, stride=1)),
        Case(
            "padding around negative values",
            lambda rng: _negative(rng, 1, 2, 5, 6, kernel_size=3, stride=2, padding=1),
            note="all values are below 0",
        ),
        Case("a pair for the stride", lambda rng: _image(rng, 1, 2, 7, 8, kernel_size=(3, 2), stride=(2, 3))),
        Case("a stride beyond the kernel", lambda rng: _image(rng, 2, 1, 8, 9, kernel_size=2, stride=3)),
        Case("a number and a pair", lambda rng: _image(rng, 1, 2, 8, 9, kernel_size=3, stride=(2, 1))),
        Case("padding and a pair", lambda rng: _image(rng, 2, 2, 6, 7, kernel_size=(2, 3), stride=None, padding=1)),
        Case("a single window", lambda rng: _image(rng, 2, 3, 3, 4, kernel_size=(3, 4)), weight=0.5),
        Case(
            "wide padding, and values far below 0",
            lambda rng: _far_below(rng, 2, 3, 7, 8, kernel_size=(4, 5), stride=2, padding=2),
            note="all values are below -100,000,000",
        ),
    ),
    misconceptions=(
        Misconception(
            "max_pool2d.zero-padding",
            wrong.max_zero_padding,
            "when the padding is zeros: 0 beats every negative value.",
            "Padding must never win. Which number is smaller than every other?",
        ),
        Misconception(
            "max_pool2d.starts-at-zero",
            wrong.max_starts_at_zero,
            "when the search for the largest starts at 0, so that no output is below 0.",
            "What does your function give for a window that holds -3 and -5 only? Start with something smaller.",
        ),
        Misconception(
            "max_pool2d.stride-one",
            wrong.max_stride_one,
            "when the stride is 1 where none is given.",
            "Convolution has a default stride of 1. Pooling has another: read the docstring once more.",
        ),
        Misconception(
            "max_pool2d.stride-ignored",
            wrong.max_stride_ignored,
            "when the windows always lie side by side, whatever stride says.",
            "The kernel says how large a window is, the stride how far the next one is away. Use both.",
        ),
        Misconception(
            "max_pool2d.kernel-exchanged",
            wrong.max_kernel_exchanged,
            "when height and width of the kernel are exchanged.",
            "A pair is (height, width): rows first, as in a shape.",
        ),
        Misconception(
            "max_pool2d.stride-exchanged",
            wrong.max_stride_exchanged,
            "when height and width of the stride are exchanged.",
            "A pair is (height, width): the first number is the step from row to row.",
        ),
        Misconception(
            "max_pool2d.over-channels",
            wrong.max_over_channels,
            "when the largest value is taken over the channels, too.",
            "Each channel is pooled on its own. Over which axes does your maximum run?",
        ),
        Misconception(
            "max_pool2d.average",
            wrong.max_is_average,
            "when the mean of each window is taken.",
            "This is the other pooling. Here one value of each window survives, and it survives unchanged.",
        ),
        Misconception(
            "max_pool2d.absolute-values",
            wrong.max_of_sizes,
            "when the signs are dropped before comparing.",
            "-5 is smaller than 1. Compare the values as they are.",
        ),
        Misconception(
            "max_pool2d.padding-ignored",
            wrong.max_padding_ignored,
            "when the padding is left out.",
            "With padding, the first window starts outside the image. Enlarge the image before you cut windows.",
        ),
        Misconception(
            "max_pool2d.padding-on-one-side",
            wrong.max_padding_on_one_side,
            "when there is padding at the top and on the left only.",
            "padding is added on all four sides. How much larger does that make the height?",
        ),
        Misconception(
            "max_pool2d.padding-everywhere",
            wrong.max_padding_everywhere,
            "when samples and channels are padded, too, as np.pad(input, padding) does.",
            "The border goes around each image. np.pad takes a pair (before, after) for each of the four axes.",
        ),
        Misconception(
            "max_pool2d.index-for-offset",
            wrong.max_index_for_offset,
            "when output index i is taken for the row at which its window starts.",
            "Window 1 starts one stride further than window 0. Where does window i start?",
        ),
        Misconception(
            "max_pool2d.last-window-missing",
            wrong.max_last_window_missing,
            "when a last window that just fits is left out.",
            "Count the windows of size 2 in a row of 4 values. Does your range reach the last one?",
        ),
        Misconception(
            "max_pool2d.ceil",
            wrong.max_ceil,
            "when the output size is rounded up: a last window hangs over the end.",
            "PyTorch rounds down unless ceil_mode=True. What does not fill a window is left out.",
        ),
    ),
    hints=(
        "Write the window of one output first: for output [i, j] it starts at row i · s_h of the padded image, "
        "and it is k_h rows high.",
        "Pad with a value that can never be the largest: np.pad(..., constant_values=-np.inf). Only the last two "
        "axes get padding; the first two get (0, 0).",
        "np.lib.stride_tricks.sliding_window_view(padded, (k_h, k_w), axis=(2, 3)) gives the windows at every place, "
        "as two more axes at the end.",
        "Of these windows keep every s_h-th row and every s_w-th column with a slice, then take the maximum over the "
        "last two axes.",
    ),
    explanation=(
        "The view holds the window at every place, so a stride is only a choice: every s_h-th row, every s_w-th "
        "column. Padding is minus infinity, which never is the largest as long as a window holds one real value. "
        "np.broadcast_to(kernel_size, 2) makes a pair of a number and leaves a pair as it is."
    ),
    trace=_trace_max,
)

AVG_POOL2D = Exercise(
    name="avg_pool2d",
    chapter=CHAPTER,
    points=3,
    reference=avg_pool2d,
    oracle=TorchFunction(
        "torch.nn.functional.avg_pool2d",
        arrange=lambda input, kernel_size, **options: ((input, kernel_size), options),
    ),
    cases=(
        Case("windows side by side", lambda rng: _image(rng, 1, 2, 4, 6, kernel_size=2)),
        Case("a pair for the kernel", lambda rng: _image(rng, 2, 3, 5, 7, kernel_size=(2, 3))),
        Case("overlapping windows", lambda rng: _image(rng, 1, 3, 6, 5, kernel_size=3, stride=1)),
        Case("padding, counted", lambda rng: _image(rng, 2, 2, 5, 6, kernel_size=3, stride=2, padding=1)),
        Case(
            "padding, not counted",
            lambda rng: _image(rng, 2, 2, 5, 6, kernel_size=3, stride=2, padding=1, count_include_pad=False),
        ),
        Case("a pair for the stride", lambda rng: _image(rng, 1, 2, 7, 8, kernel_size=(3, 2), stride=(2, 3))),
        Case(
            "zeros beside padding",
            lambda rng: _with_zeros(
                rng, 1, 2, 4, 6, kernel_size=(2, 3), stride=None, padding=1, count_include_pad=False
            ),
            note="some values of the image are 0",
        ),
        Case("padding and a pair", lambda rng: _image(rng, 2, 1, 6, 7, kernel_size=(2, 3), stride=1, padding=1)),
        Case("a number and a pair", lambda rng: _image(rng, 1, 2, 8, 9, kernel_size=3, stride=(2, 1))),
        Case("wide padding", lambda rng: _image(rng, 1, 2, 5, 6, kernel_size=(4, 5), stride=2, padding=2)),
        Case(
            "wide padding, not counted",
            lambda rng: _image(rng, 1, 2, 6, 5, kernel_size=(5, 4), stride=(1, 2), padding=2, count_include_pad=False),
        ),
    ),
    misconceptions=(
        Misconception(
            "avg_pool2d.count-include-pad-ignored",
            wrong.avg_flag_ignored,
            "when padding is always counted, also with count_include_pad=False.",
            "With count_include_pad=False the divisor is the number of real values, and near the border that is less.",
        ),
        Misconception(
            "avg_pool2d.padding-never-counted",
            wrong.avg_never_counted,
            "when padding is never counted.",
            "By default padding counts as zeros: the divisor is the size of the window, at the border, too.",
        ),
        Misconception(
            "avg_pool2d.condition-reversed",
            wrong.avg_flag_reversed,
            "when padding is counted only where count_include_pad is False.",
            "Read your condition aloud with count_include_pad=True, then with False.",
        ),
        Misconception(
            "avg_pool2d.zeros-taken-for-padding",
            wrong.avg_zeros_for_padding,
            "when the values that are not 0 are counted: a 0 of the image is taken for padding.",
            "An image may hold zeros, and after ReLU it holds many. Count places, not values.",
        ),
        Misconception(
            "avg_pool2d.infinite-padding",
            wrong.avg_infinite_padding,
            "when the padding is minus infinity, as in max pooling.",
            "Which value adds nothing to a sum?",
        ),
        Misconception(
            "avg_pool2d.stride-one",
            wrong.avg_stride_one,
            "when the stride is 1 where none is given.",
            "Without a stride, windows lie side by side. What step is that?",
        ),
        Misconception(
            "avg_pool2d.kernel-exchanged",
            wrong.avg_kernel_exchanged,
            "when height and width of the kernel are exchanged.",
            "A pair is (height, width): rows first, as in a shape.",
        ),
        Misconception(
            "avg_pool2d.not-divided",
            wrong.avg_not_divided,
            "when the sum of each window is taken: nothing is divided.",
            "A mean is a sum divided by a count. How many places has a window?",
        ),
        Misconception(
            "avg_pool2d.square-assumed",
            wrong.avg_square_assumed,
            "when the sum is divided by the square of the kernel's height.",
            "A window of 2 rows and 3 columns has 6 places. What is that in k_h and k_w?",
        ),
        Misconception(
            "avg_pool2d.maximum",
            wrong.avg_is_maximum,
            "when the largest value of each window is taken.",
            "This is the other pooling. Here every value of a window has the same say.",
        ),
        Misconception(
            "avg_pool2d.over-channels",
            wrong.avg_over_channels,
            "when the mean is taken over the channels, too.",
            "Each channel is pooled on its own. Over which axes does your mean run?",
        ),
        Misconception(
            "avg_pool2d.padding-ignored",
            wrong.avg_padding_ignored,
            "when the padding is left out.",
            "With padding, the first window starts outside the image. Enlarge the image before you cut windows.",
        ),
        Misconception(
            "avg_pool2d.padding-everywhere",
            wrong.avg_padding_everywhere,
            "when samples and channels are padded, too, as np.pad(input, padding) does.",
            "The border goes around each image. np.pad takes a pair (before, after) for each of the four axes.",
        ),
    ),
    hints=(
        "The windows are those of max_pool2d. Only the padding and the last step are different.",
        "Pad with zeros: they add nothing to the sum. If padding is counted, divide by k_h · k_w everywhere.",
        "If it is not counted, each window needs its own divisor: how many of its places lie inside the image. "
        "Make an array of ones with the shape of the input, and treat it as you treated the input.",
    ),
    explanation=(
        "Zeros do not change a sum, so only the divisor asks whether padding counts. Summing windows over an image of "
        "ones counts the real values in each: 9 in the middle, 6 at an edge, 4 in a corner, for 3 by 3 windows."
    ),
    trace=_trace_average,
)

EXERCISES = (MAX_POOL2D, AVG_POOL2D)
