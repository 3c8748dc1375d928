"""The gradient of average pooling in two dimensions."""

from __future__ import annotations

from typing import Any

import numpy as np

from course import functional
from course.chapters.pooling.draws import for_backward
from course.chapters.pooling.max_pool2d import EXERCISE as MAX_POOL2D
from course.chapters.pooling.max_pool2d_backward import EXERCISE as MAX_POOL2D_BACKWARD
from course.chapters.pooling.max_pool2d_backward import STRIDES
from course.chapters.pooling.worked_out import MOST_WINDOWS, kernel_and_stride, mean_of, windows_with
from course.checking.oracles import TorchGradient
from course.checking.sampling import normal, whole
from course.checking.spec import Arguments, Case, Exercise, Mistake


def avg_pool2d_backward(grad_output, input, kernel_size, stride=None):
    """Give each gradient in equal shares to its window: the backward pass of average pooling.

    grad_output  (n, c, h_o, w_o)
    input        (n, c, h_i, w_i)  as in the forward pass
    kernel_size  one number, or a pair (height, width)
    stride       one number, or a pair; None means kernel_size
    returns (n, c, h_i, w_i)

    >>> avg_pool2d_backward(np.array([[[[12.0]]]]), np.zeros((1, 1, 2, 3)), 2)
    array([[[[3., 3., 0.],
             [3., 3., 0.]]]])
    """
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    ### BEGIN SOLUTION
    s_h, s_w = (k_h, k_w) if stride is None else np.broadcast_to(stride, 2)
    share = grad_output / (k_h * k_w)
    grad_input = np.zeros_like(input)
    for i, j in np.ndindex(grad_output.shape[2:]):
        top, left = i * s_h, j * s_w
        window = grad_input[:, :, top : top + k_h, left : left + k_w]
        window += share[:, :, i : i + 1, j : j + 1]  # a view: this writes into grad_input
    return grad_input
    ### END SOLUTION


def _by_hand(
    rng: np.random.Generator, shape: tuple[int, ...], size: tuple[int, int], places: int, **options: Any
) -> dict[str, Any]:
    """Draw gradients that a window of this many places shares in whole numbers."""
    drawn = for_backward(rng, whole(rng, *shape), *size, **options)
    return {**drawn, "grad_output": places * whole(rng, *shape[:2], *size)}


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    windows = windows_with(arguments, index)
    if not windows:
        return "this value is in no window, so its gradient = 0"
    if len(windows) > MOST_WINDOWS:
        return ""
    values = [float(arguments["grad_output"][place]) for place in windows]
    places = int(np.prod(kernel_and_stride(arguments)[0]))
    return mean_of(values, places)


EXERCISE = Exercise(
    points=3,
    solution=avg_pool2d_backward,
    reference=functional.avg_pool2d_backward,
    oracle=TorchGradient("torch.nn.functional.avg_pool2d", wrt=(0,)),
    cases=(
        Case(
            "windows side by side",
            lambda rng: _by_hand(rng, (1, 2, 2, 4), (1, 2), places=4, kernel_size=2),
        ),
        Case(
            "a pair for the kernel",
            lambda rng: _by_hand(rng, (1, 1, 4, 3), (2, 1), places=6, kernel_size=(2, 3)),
        ),
        Case(
            "a column left over",
            lambda rng: _by_hand(rng, (1, 1, 2, 5), (1, 2), places=4, kernel_size=2),
            note="the last column is in no window",
        ),
        Case(
            "2 by 2 windows that overlap",
            lambda rng: _by_hand(rng, (1, 1, 3, 4), (2, 3), places=4, kernel_size=2, stride=1),
        ),
        Case(
            "several images and channels",
            lambda rng: for_backward(rng, normal(rng, 2, 3, 4, 9), 2, 3, kernel_size=(2, 3)),
        ),
        Case(
            "rows and columns left over",
            lambda rng: for_backward(rng, normal(rng, 2, 2, 5, 8), 2, 2, kernel_size=(2, 3)),
            note="the last row and the last two columns are in no window",
        ),
        Case(
            "overlapping windows",
            lambda rng: for_backward(rng, normal(rng, 1, 2, 5, 6), 3, 4, kernel_size=3, stride=1),
        ),
        *STRIDES,
    ),
    mistakes=(
        Mistake(
            "not-divided",
            edit=(" / (k_h * k_w)", ""),
            gives="when every value of a window gets the whole gradient.",
            advice="With what factor does one value enter the mean of its window?",
        ),
        Mistake(
            "overwrites-overlapping",
            edit=("window +=", "window[...] ="),
            gives="when a value in several windows keeps the share from the last of them.",
            advice="Each window that contains a value adds a share. Look for an `=` that should collect.",
        ),
        Mistake(
            "keeps-the-first-share",
            edit=(
                ("in np.ndindex(grad_output.shape[2:])", "in reversed(list(np.ndindex(grad_output.shape[2:])))"),
                ("window +=", "window[...] ="),
            ),
            gives="when a value in several windows keeps the share from the first of them.",
            advice="Each window that contains a value adds a share. Look for an `=` that should collect.",
        ),
        Mistake(
            "overlap-averaged",
            edit=(
                ("grad_input = np.zeros_like(input)", "grad_input, count = np.zeros_like(input), np.zeros_like(input)"),
                (
                    "        window = ",
                    "        count[:, :, top : top + k_h, left : left + k_w] += 1\n        window = ",
                ),
                ("return grad_input", "return grad_input / np.maximum(count, 1)"),
            ),
            gives="when the shares from overlapping windows are averaged.",
            advice="A value that takes part in four outputs has four ways to change the loss. These add up.",
        ),
        MAX_POOL2D_BACKWARD.mistake("stride-one"),
        MAX_POOL2D.mistake("stride-ignored"),
        MAX_POOL2D.mistake("index-for-offset", edit=("i * s_h, j * s_w", "i, j")),
        MAX_POOL2D.mistake("kernel-exchanged"),
        Mistake(
            "to-maximum",
            edit=(
                (" / (k_h * k_w)", ""),
                (
                    "window += share",
                    "values = input[:, :, top : top + k_h, left : left + k_w]\n"
                    "        window += (values == values.max(axis=(2, 3), keepdims=True)) * share",
                ),
            ),
            gives="when the largest value of each window gets the whole gradient, as in max pooling.",
            advice="In a mean every value has the same say, so each has the same gradient.",
        ),
        Mistake(
            "divided-by-stride",
            edit=("(k_h * k_w)", "(s_h * s_w)"),
            gives="when the gradient is divided by the stride's product instead of the kernel's.",
            advice="The forward pass divides by the number of places in a window. Which argument says how many?",
        ),
        Mistake(
            "one-corner",
            edit=("top : top + k_h, left : left + k_w", "top : top + 1, left : left + 1"),
            gives="when only the upper left value of each window gets its share.",
            advice="All values of the window took part in the mean. Add to a slice, not to one place.",
        ),
        Mistake(
            "ends-early",
            edit=("return grad_input", "return share.repeat(k_h, axis=2).repeat(k_w, axis=3)"),
            gives="when every gradient is repeated k_h · k_w times: that fits only where windows tile the whole image.",
            advice="Start from zeros of the input's shape. Then add each window's share where that window is.",
        ),
    ),
    hints=(
        "Each output is a mean of k_h · k_w values. What is its derivative for one of these?",
        "Start from zeros of the input's shape. Each output adds the same share to every place of its window.",
        "A loop over i and j is enough: a slice can take all samples and channels of a window at once. Cut "
        "grad_output with i:i+1 and j:j+1, so that it keeps its axes and broadcasts.",
    ),
    explanation=(
        "Every value enters the mean with the factor 1 / (k_h · k_w), so that is its share of the gradient. `+=` "
        "adds up the shares where windows overlap. A value that is in no window keeps its zero."
    ),
    trace=_trace,
)
