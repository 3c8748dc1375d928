"""The gradient of max pooling in two dimensions."""

from __future__ import annotations

from typing import Any

import numpy as np

from course import functional
from course.chapters.pooling.draws import for_backward, negative
from course.chapters.pooling.max_pool2d import EXERCISE as MAX_POOL2D
from course.chapters.pooling.worked_out import MOST_WINDOWS, as_sum, kernel_and_stride, windows_with
from course.checking.oracles import TorchGradient
from course.checking.sampling import distinct, normal, whole
from course.checking.spec import Arguments, Case, Exercise, Mistake


def max_pool2d_backward(grad_output, input, kernel_size, stride=None):
    """Give each gradient to the first maximum of its window: the backward pass of max pooling.

    grad_output  (n, c, h_o, w_o)
    input        (n, c, h_i, w_i)  as in the forward pass
    kernel_size  one number, or a pair (height, width)
    stride       one number, or a pair; None means kernel_size
    returns (n, c, h_i, w_i)

    >>> max_pool2d_backward(np.array([[[[10.0]]]]), np.array([[[[1.0, 5.0], [5.0, 2.0]]]]), 2)
    array([[[[ 0., 10.],
             [ 0.,  0.]]]])
    """
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    ### BEGIN SOLUTION
    s_h, s_w = (k_h, k_w) if stride is None else np.broadcast_to(stride, 2)
    grad_input = np.zeros_like(input)
    for sample, channel, i, j in np.ndindex(grad_output.shape):
        top, left = i * s_h, j * s_w
        window = input[sample, channel, top : top + k_h, left : left + k_w]
        u, v = np.unravel_index(window.argmax(), window.shape)
        grad_input[sample, channel, top + u, left + v] += grad_output[sample, channel, i, j]
    return grad_input
    ### END SOLUTION


def _by_hand(rng: np.random.Generator, input: np.ndarray, *size: int, **options: int) -> dict[str, Any]:
    return {**for_backward(rng, input, *size, **options), "grad_output": whole(rng, *input.shape[:2], *size)}


def _with_ties(rng: np.random.Generator) -> np.ndarray:
    """Draw an image in whose 2 by 2 windows the largest value comes twice, or four times as after ReLU."""
    image = distinct(rng, 1, 1, 2, 6)
    image[..., :2] = 0
    image[..., 0, 3] = image[..., 1, 2] = 13
    image[..., 0, 4:6] = 14
    return image


def _peak(rng: np.random.Generator) -> np.ndarray:
    """Draw an image of whole numbers with one that is the largest of four windows."""
    image = distinct(rng, 1, 1, 3, 4)
    image[..., 1, 1] = 20
    return image


def _with_a_peak(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Draw an image with one value that is the largest of every window that contains it."""
    image = normal(rng, *shape)
    image[..., shape[2] // 2, shape[3] // 2] = 6.5
    return image


def _won(arguments: Arguments, index: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Give the windows whose gradient reaches one value in max pooling."""
    (k_h, k_w), (s_h, s_w) = kernel_and_stride(arguments)
    won: list[tuple[int, ...]] = []
    for sample, channel, i, j in windows_with(arguments, index):
        window = arguments["input"][sample, channel, i * s_h : i * s_h + k_h, j * s_w : j * s_w + k_w]
        u, v = np.unravel_index(window.argmax(), window.shape)
        if (i * s_h + u, j * s_w + v) == index[2:]:
            won.append((sample, channel, i, j))
    return won


def gradient_worked_out(arguments: Arguments, index: tuple[int, ...]) -> str:
    """Tell which windows send their gradient to one value of the input."""
    won = _won(arguments, index)
    if not won:
        return "this value is the first maximum of no window, so its gradient = 0"
    if len(won) > MOST_WINDOWS:
        return ""
    values = [float(arguments["grad_output"][place]) for place in won]
    places = f"window{'s' if len(won) > 1 else ''} {', '.join(str(list(place[2:])) for place in won)}"
    total = f"{as_sum(values)} " if len(values) > 1 else ""
    return f"this value is the first maximum of {places}, so its gradient {total}= {sum(values):.4g}"


STRIDES = (
    Case(
        "a pair for the stride",
        lambda rng: for_backward(rng, normal(rng, 2, 1, 7, 6), 3, 5, kernel_size=(3, 2), stride=(2, 1)),
    ),
    Case(
        "a stride beyond the kernel",
        lambda rng: for_backward(rng, normal(rng, 1, 2, 8, 9), 3, 3, kernel_size=2, stride=3),
    ),
    Case(
        "a number and a pair",
        lambda rng: for_backward(rng, normal(rng, 1, 2, 7, 6), 3, 4, kernel_size=3, stride=(2, 1)),
    ),
    Case(
        "a pair and a number",
        lambda rng: for_backward(rng, normal(rng, 2, 1, 7, 8), 3, 4, kernel_size=(3, 2), stride=2),
    ),
)
"""Cases of strides that any pooling's backward pass has."""


EXERCISE = Exercise(
    points=4,
    solution=max_pool2d_backward,
    reference=functional.max_pool2d_backward,
    oracle=TorchGradient("torch.nn.functional.max_pool2d", wrt=(0,)),
    cases=(
        Case("windows side by side", lambda rng: _by_hand(rng, distinct(rng, 1, 2, 2, 4), 1, 2, kernel_size=2)),
        Case(
            "one peak in several windows",
            lambda rng: _by_hand(rng, _peak(rng), 2, 3, kernel_size=2, stride=1),
            note="one value is the largest of four windows",
        ),
        Case(
            "overlapping windows",
            lambda rng: for_backward(rng, _with_a_peak(rng, 1, 2, 5, 6), 3, 4, kernel_size=3, stride=1),
            note="one value is the largest of several windows",
        ),
        Case("a pair for the kernel", lambda rng: for_backward(rng, normal(rng, 2, 3, 5, 7), 2, 2, kernel_size=(2, 3))),
        *STRIDES,
        Case(
            "ties",
            lambda rng: _by_hand(rng, _with_ties(rng), 1, 3, kernel_size=2),
            note="in some windows the largest value comes more than once",
        ),
        Case(
            "negative values",
            lambda rng: for_backward(rng, negative(rng, 1, 2, 4, 5), 2, 2, kernel_size=2),
            note="all values are below 0",
        ),
    ),
    mistakes=(
        Mistake(
            "every-tie",
            edit=("np.unravel_index(window.argmax(), window.shape)", "np.nonzero(window == window.max())"),
            gives="when every value that equals the maximum gets the whole gradient.",
            advice="One window passes its gradient on once. PyTorch picks the first of equal values, row by row.",
        ),
        Mistake(
            "ties-share",
            edit=(
                ("np.unravel_index(window.argmax(), window.shape)", "np.nonzero(window == window.max())"),
                ("grad_output[sample, channel, i, j]", "grad_output[sample, channel, i, j] / len(u)"),
            ),
            gives="when equal maxima share the gradient.",
            advice="A fair idea, but not PyTorch's: there the first of equal values gets all of it.",
        ),
        Mistake(
            "last-tie",
            edit=("np.unravel_index(window.argmax(), window.shape)", "np.argwhere(window == window.max())[-1]"),
            gives="when the last of equal maxima gets the gradient.",
            advice="PyTorch keeps the first. Does your comparison let an equal value win?",
        ),
        Mistake(
            "overwrites-overlapping",
            edit=("+=", "="),
            gives="when a value that is the maximum of several windows keeps the last of their gradients.",
            advice="Each window that a value wins adds its gradient. Look for an `=` that should collect.",
        ),
        Mistake(
            "rows-of-the-height",
            edit=("np.unravel_index(window.argmax(), window.shape)", "divmod(window.argmax(), k_h)"),
            gives="when the winner's number is divided by the height of the window to find its row.",
            advice="argmax counts row by row. How many places are in one row?",
        ),
        Mistake(
            "to-all",
            edit=("np.unravel_index(window.argmax(), window.shape)", "np.indices(window.shape)"),
            gives="when every value of a window gets the gradient.",
            advice="Change a value that is not the largest a little: does the output change?",
        ),
        Mistake(
            "as-average",
            edit=(
                ("np.unravel_index(window.argmax(), window.shape)", "np.indices(window.shape)"),
                ("grad_output[sample, channel, i, j]", "grad_output[sample, channel, i, j] / (k_h * k_w)"),
            ),
            gives="when the gradient is divided among the whole window, as in average pooling.",
            advice="Change a value that is not the largest a little: does the output change?",
        ),
        Mistake(
            "stride-one",
            edit=("(k_h, k_w) if", "(1, 1) if"),
            gives="when the stride is 1 where none is given.",
            advice="The windows are the same as in the forward pass. What is the stride there when none is given?",
        ),
        Mistake(
            "times-the-maximum",
            edit=("grad_output[sample, channel, i, j]", "grad_output[sample, channel, i, j] * window.max()"),
            gives="when the gradient is multiplied by the maximum.",
            advice="The output is a copy of one value. What is the derivative of a copy?",
        ),
        Mistake(
            "ones",
            edit=("grad_output[sample, channel, i, j]", "1"),
            gives="when the maxima are marked with 1 and grad_output is left out.",
            advice="The mark says where to. What goes there comes from grad_output.",
        ),
        Mistake(
            "place-in-the-window",
            edit=("top + u, left + v", "u, v"),
            gives="when the place within the window is taken for a place in the image.",
            advice="argmax counts from the window's own corner. Where in the image is that corner?",
        ),
        MAX_POOL2D.mistake("index-for-offset", edit=("i * s_h, j * s_w", "i, j")),
    ),
    hints=(
        "Each output is a copy of one value of its window. Only this value has a gradient from that output.",
        "Start from zeros of the input's shape. Walk over all outputs, np.ndindex(grad_output.shape), and cut "
        "out the window of each from input.",
        "window.argmax() counts through the window row by row and gives the first of equal values. "
        "np.unravel_index turns the count into a row and a column.",
        "The place in the image is the window's corner plus that row and column. Add there: overlapping windows "
        "may have the same maximum.",
    ),
    explanation=(
        "argmax gives the first maximum, counted row by row, which is the one that PyTorch picks. The window's "
        "corner is added to it, and `+=` collects the gradients of all windows that a value wins."
    ),
    trace=gradient_worked_out,
)
