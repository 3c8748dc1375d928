"""`avg_pool2d`: ..."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.chapters.pooling.draws import MOST_TOLD, _image, _window
from course.checking.oracles import TorchFunction
from course.checking.sampling import normal
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
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    border = ((0, 0), (0, 0), (padding, padding), (padding, padding))
    padded = np.pad(input, border)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (k_h, k_w), axis=(2, 3))
    sums = windows[:, :, ::s_h, ::s_w].sum(axis=(-2, -1))
    if count_include_pad:
        return sums / (k_h * k_w)
    # over an image of ones, the sum of a window is the number of its real values
    inside = np.pad(np.ones_like(input), border)
    windows = np.lib.stride_tricks.sliding_window_view(inside, (k_h, k_w), axis=(2, 3))
    return sums / windows[:, :, ::s_h, ::s_w].sum(axis=(-2, -1))
    ### END SOLUTION


def _with_zeros(rng: np.random.Generator, *shape: int, **options: Any) -> dict[str, Any]:
    """Draw an image as ReLU leaves it: no value below 0, and many that are 0."""
    image = np.maximum(normal(rng, *shape), 0)
    image[..., :2, :2] = 0
    return {"input": image, **options}


def _trace_average(arguments: Arguments, index: tuple[int, ...]) -> str:
    values, padded = _window(arguments, index)
    if len(values) > MOST_TOLD:
        return ""
    count = len(values) + (padded if arguments.get("count_include_pad", True) else 0)
    terms = " + ".join(f"{value:.4g}" if value >= 0 else f"({value:.4g})" for value in values)
    return f"({terms}) / {count} = {sum(values) / count:.4g}"


def _count_include_pad_ignored(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    padded = np.pad(input, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, tuple(np.broadcast_to(kernel_size, 2)), axis=(2, 3))
    return windows[:, :, ::s_h, ::s_w].mean(axis=(4, 5))


def _padding_never_counted(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    padded = np.pad(input, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(padded, tuple(np.broadcast_to(kernel_size, 2)), axis=(2, 3))
    return np.nanmean(windows[:, :, ::s_h, ::s_w], axis=(4, 5))


def _condition_reversed(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    value = np.nan if count_include_pad else 0.0
    padded = np.pad(input, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=value)
    windows = np.lib.stride_tricks.sliding_window_view(padded, tuple(np.broadcast_to(kernel_size, 2)), axis=(2, 3))
    return np.nanmean(windows[:, :, ::s_h, ::s_w], axis=(4, 5))


def _zeros_taken_for_padding(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    padded = np.pad(input, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, tuple(np.broadcast_to(kernel_size, 2)), axis=(2, 3))
    windows = windows[:, :, ::s_h, ::s_w]
    if count_include_pad:
        return windows.mean(axis=(4, 5))
    return windows.sum(axis=(4, 5)) / np.maximum((windows != 0).sum(axis=(4, 5)), 1)


def _infinite_padding(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    padded = np.pad(input, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(padded, tuple(np.broadcast_to(kernel_size, 2)), axis=(2, 3))
    return windows[:, :, ::s_h, ::s_w].mean(axis=(4, 5))


def _stride_one(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    s_h, s_w = np.broadcast_to(1 if stride is None else stride, 2)
    value = 0.0 if count_include_pad else np.nan
    padded = np.pad(input, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=value)
    windows = np.lib.stride_tricks.sliding_window_view(padded, tuple(np.broadcast_to(kernel_size, 2)), axis=(2, 3))
    return np.nanmean(windows[:, :, ::s_h, ::s_w], axis=(4, 5))


def _kernel_exchanged(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    k_w, k_h = np.broadcast_to(kernel_size, 2)
    s_h, s_w = (k_h, k_w) if stride is None else np.broadcast_to(stride, 2)
    value = 0.0 if count_include_pad else np.nan
    padded = np.pad(input, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=value)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (k_h, k_w), axis=(2, 3))
    return np.nanmean(windows[:, :, ::s_h, ::s_w], axis=(4, 5))


def _not_divided(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    padded = np.pad(input, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, tuple(np.broadcast_to(kernel_size, 2)), axis=(2, 3))
    return windows[:, :, ::s_h, ::s_w].sum(axis=(4, 5))


def _square_assumed(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    padded = np.pad(input, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    inside = np.pad(np.ones(input.shape), ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    sums, counts = (
        np.lib.stride_tricks.sliding_window_view(a, (k_h, k_w), axis=(2, 3))[:, :, ::s_h, ::s_w].sum(axis=(4, 5))
        for a in (padded, inside)
    )
    return sums / k_h**2 if count_include_pad else sums / counts


def _maximum(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    padded = np.pad(input, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(padded, tuple(np.broadcast_to(kernel_size, 2)), axis=(2, 3))
    return windows[:, :, ::s_h, ::s_w].max(axis=(4, 5))


def _over_channels(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    value = 0.0 if count_include_pad else np.nan
    padded = np.pad(input, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=value)
    windows = np.lib.stride_tricks.sliding_window_view(padded, tuple(np.broadcast_to(kernel_size, 2)), axis=(2, 3))
    return np.nanmean(windows[:, :, ::s_h, ::s_w], axis=(1, 4, 5))[:, np.newaxis]


def _padding_ignored(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    windows = np.lib.stride_tricks.sliding_window_view(input, tuple(np.broadcast_to(kernel_size, 2)), axis=(2, 3))
    return windows[:, :, ::s_h, ::s_w].mean(axis=(4, 5))


def _padding_everywhere(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(input, padding), (k_h, k_w), axis=(2, 3))
    sums = windows[:, :, ::s_h, ::s_w].sum(axis=(4, 5))
    if count_include_pad:
        return sums / (k_h * k_w)
    inside = np.pad(np.ones(input.shape[2:]), padding)
    counts = np.lib.stride_tricks.sliding_window_view(inside, (k_h, k_w))[::s_h, ::s_w].sum(axis=(2, 3))
    return sums / counts


EXERCISE = Exercise(
    name="avg_pool2d",
    points=3,
    solution=avg_pool2d,
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
    mistakes=(
        Mistake(
            "count-include-pad-ignored",
            body=_count_include_pad_ignored,
            gives="when padding is always counted, also with count_include_pad=False.",
            advice=(
                "With count_include_pad=False the divisor is the number of real values, and near the border that is less."
            ),
        ),
        Mistake(
            "padding-never-counted",
            body=_padding_never_counted,
            gives="when padding is never counted.",
            advice="By default padding counts as zeros: the divisor is the size of the window, at the border, too.",
        ),
        Mistake(
            "condition-reversed",
            body=_condition_reversed,
            gives="when padding is counted only where count_include_pad is False.",
            advice="Read your condition aloud with count_include_pad=True, then with False.",
        ),
        Mistake(
            "zeros-taken-for-padding",
            body=_zeros_taken_for_padding,
            gives="when the values that are not 0 are counted: a 0 of the image is taken for padding.",
            advice="An image may hold zeros, and after ReLU it holds many. Count places, not values.",
        ),
        Mistake(
            "infinite-padding",
            body=_infinite_padding,
            gives="when the padding is minus infinity, as in max pooling.",
            advice="Which value adds nothing to a sum?",
        ),
        Mistake(
            "stride-one",
            body=_stride_one,
            gives="when the stride is 1 where none is given.",
            advice="Without a stride, windows lie side by side. What step is that?",
        ),
        Mistake(
            "kernel-exchanged",
            body=_kernel_exchanged,
            gives="when height and width of the kernel are exchanged.",
            advice="A pair is (height, width): rows first, as in a shape.",
        ),
        Mistake(
            "not-divided",
            body=_not_divided,
            gives="when the sum of each window is taken: nothing is divided.",
            advice="A mean is a sum divided by a count. How many places has a window?",
        ),
        Mistake(
            "square-assumed",
            body=_square_assumed,
            gives="when the sum is divided by the square of the kernel's height.",
            advice="A window of 2 rows and 3 columns has 6 places. What is that in k_h and k_w?",
        ),
        Mistake(
            "maximum",
            body=_maximum,
            gives="when the largest value of each window is taken.",
            advice="This is the other pooling. Here every value of a window has the same say.",
        ),
        Mistake(
            "over-channels",
            body=_over_channels,
            gives="when the mean is taken over the channels, too.",
            advice="Each channel is pooled on its own. Over which axes does your mean run?",
        ),
        Mistake(
            "padding-ignored",
            body=_padding_ignored,
            gives="when the padding is left out.",
            advice=(
                "With padding, the first window starts outside the image. Enlarge the image before you cut windows."
            ),
        ),
        Mistake(
            "padding-everywhere",
            body=_padding_everywhere,
            gives="when samples and channels are padded, too, as np.pad(input, padding) does.",
            advice=(
                "The border goes around each image. np.pad takes a pair (before, after) for each of the four axes."
            ),
        ),
    ),
    hints=(
        "The windows are those of max_pool2d. Only the padding and the last step are different.",
        "Pad with zeros: they add nothing to the sum. If padding is counted, divide by k_h · k_w everywhere.",
        "If it is not counted, each window needs its own divisor: how many of its places lie inside the image. "
        "Make an array of ones with the shape of the input, and treat it as you treated the input.",
    ),
    explanation=(
        "Zeros do not change a sum, so only the divisor asks whether padding counts. Summing windows over an "
        "image of ones counts the real values in each: 9 in the middle, 6 at an edge, 4 in a corner, for 3 by 3 "
        "windows."
    ),
    trace=_trace_average,
)
