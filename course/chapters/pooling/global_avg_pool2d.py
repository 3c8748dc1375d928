"""Average pooling of whole channels."""

from __future__ import annotations

import numpy as np

from course.catalog.chapters import chapter
from course.chapters.pooling.worked_out import MOST_VALUES, mean_of
from course.checking.oracles import TorchFunction
from course.checking.sampling import normal, whole
from course.checking.spec import Arguments, Case, Exercise, Mistake


def global_avg_pool2d(input):
    """Take the mean of each channel of each sample.

    input   (n, c, h_i, w_i)
    returns (n, c, 1, 1)

    >>> global_avg_pool2d(np.array([[[[1.0, 3.0], [5.0, 7.0]]]]))
    array([[[[4.]]]])
    """
    return np.mean(input, axis=(2, 3), keepdims=True)


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    values = arguments["input"][index[:2]]
    return mean_of(values.ravel().tolist(), values.size) if values.size <= MOST_VALUES else ""


EXERCISE = Exercise(
    points=1,
    solution=global_avg_pool2d,
    oracle=TorchFunction("torch.nn.functional.adaptive_avg_pool2d", arrange=lambda input: ((input, 1), {})),
    cases=(
        Case("small images", lambda rng: {"input": whole(rng, 2, 2, 2, 3)}),
        Case("large images", lambda rng: {"input": normal(rng, 2, 3, 4, 5)}),
        Case("square images", lambda rng: {"input": normal(rng, 3, 2, 4, 4)}),
        Case("as many samples as channels", lambda rng: {"input": normal(rng, 3, 3, 2, 5)}),
        Case("one channel", lambda rng: {"input": normal(rng, 2, 1, 6, 3)}),
        Case("another size", lambda rng: {"input": normal(rng, 1, 4, 9, 7)}),
        Case("a single pixel", lambda rng: {"input": normal(rng, 2, 3, 1, 1)}, weight=0.5),
    ),
    mistakes=(
        Mistake(
            "axes-dropped",
            edit=(", keepdims=True", ""),
            gives="when the two axes that were averaged are dropped.",
            advice="The result is (n, c, 1, 1): an image of one pixel. Which argument of NumPy's mean keeps the axes?",
        ),
        Mistake(
            "over-channels",
            edit=("axis=(2, 3)", "axis=1"),
            gives="when the mean runs over the channels, pixel by pixel.",
            advice="Each channel becomes one number. Over which two axes do you have to average?",
        ),
        Mistake(
            "whole-sample",
            edit=("axis=(2, 3)", "axis=(1, 2, 3)"),
            gives="when all channels of a sample are averaged together.",
            advice="Channels stay apart: there must be one mean for each of them.",
        ),
        Mistake(
            "over-batch",
            edit=("axis=(2, 3)", "axis=(0, 2, 3)"),
            gives="when the mean runs over the batch as well.",
            advice=(
                f"Samples stay apart. This mean is what batch normalization computes, in {chapter('normalization')}."
            ),
        ),
        Mistake(
            "one-axis",
            edit=("axis=(2, 3)", "axis=3"),
            gives="when the mean runs along the rows only.",
            advice="There is still one value for each row. What has to happen to these?",
        ),
        Mistake(
            "maximum",
            edit=(".mean(", ".max("),
            gives="when the largest value of each channel is taken.",
            advice="That is global max pooling. Here all values of a channel have the same say.",
        ),
        Mistake(
            "not-divided",
            edit=(".mean(", ".sum("),
            gives="when the values of each channel are summed, and nothing is divided.",
            advice="A mean is a sum divided by a count. How many values does a channel have?",
        ),
        Mistake(
            "square-assumed",
            edit=((".mean(", ".sum("), ("keepdims=True)", "keepdims=True) / input.shape[2] ** 2")),
            gives="when the sum is divided by the square of the height.",
            advice="Not every image is square. How many values does a channel of height h and width w have?",
        ),
        Mistake(
            "channels-mixed",
            edit=(
                "np.mean(input, axis=(2, 3), keepdims=True)",
                "input.reshape(len(input), -1, input.shape[1]).mean(axis=1)[:, :, np.newaxis, np.newaxis]",
            ),
            gives="when reshape makes (n, h_i · w_i, c) of the images: pixels and channels are mixed.",
            advice="reshape keeps the order in which numbers are stored: the channels come before the pixels.",
        ),
    ),
    hints=(
        "Think of it as average pooling with one window, as large as the image.",
        "The first axis counts samples and the second channels; both stay. The other two are averaged away.",
        "NumPy's mean takes a tuple of axes, and keepdims=True leaves a 1 where an axis was averaged away.",
    ),
    explanation=(
        "Averaging over axes 2 and 3 leaves one number for each sample and channel. keepdims=True keeps the "
        "shape (n, c, 1, 1), which broadcasts against the image it came from."
    ),
    trace=_trace,
)
