"""Chapter 11, the way back: where the gradient of a pooling layer goes."""

from __future__ import annotations

from typing import Any

import numpy as np

from course import functional
from course.chapters.mistakes import pooling_backward as wrong
from course.checking.oracles import TorchGradient
from course.checking.sampling import normal
from course.checking.spec import Arguments, Case, Exercise, Misconception

CHAPTER = "11_pooling"
MOST_TOLD = 4  # windows of one value that a report can add up


def max_pool2d_backward(grad_output, input, kernel_size, stride=None):
    """Give each gradient to the first maximum of its window: the lesson's version."""
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    grad_input = np.zeros_like(input)
    for sample, channel, i, j in np.ndindex(grad_output.shape):
        top, left = i * s_h, j * s_w
        window = input[sample, channel, top : top + k_h, left : left + k_w]
        u, v = np.unravel_index(window.argmax(), window.shape)
        grad_input[sample, channel, top + u, left + v] += grad_output[sample, channel, i, j]
    return grad_input


def avg_pool2d_backward(grad_output, input, kernel_size, stride=None):
    """Give each gradient in equal shares to all values of its window: the lesson's version."""
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    share = grad_output / (k_h * k_w)
    grad_input = np.zeros_like(input)
    for i, j in np.ndindex(grad_output.shape[2:]):
        top, left = i * s_h, j * s_w
        grad_input[:, :, top : top + k_h, left : left + k_w] += share[:, :, i : i + 1, j : j + 1]
    return grad_input


def _gradient(rng: np.random.Generator, input: np.ndarray, *size: int, **options: Any) -> dict[str, Any]:
    return {"grad_output": normal(rng, *input.shape[:2], *size), "input": input, **options}


def _with_ties(rng: np.random.Generator) -> np.ndarray:
    """Draw an image in whose 2 by 2 windows the largest value comes twice, or four times as after ReLU."""
    image = normal(rng, 1, 2, 4, 6)
    image[0, :, :2, :2] = 0
    image[0, :, 0, 3] = image[0, :, 1, 2] = 3.5
    image[0, :, 2, 2:4] = 2.5
    return image


def _with_a_peak(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Draw an image with one value that is the largest of every window it lies in."""
    image = normal(rng, *shape)
    image[..., shape[2] // 2, shape[3] // 2] = 6.5
    return image


def _windows_at(arguments: Arguments, index: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Give the windows, as places of grad_output, in which one value of the input lies."""
    k_h, k_w = np.broadcast_to(arguments["kernel_size"], 2)
    stride = arguments.get("stride")
    s_h, s_w = np.broadcast_to(arguments["kernel_size"] if stride is None else stride, 2)
    _, _, y, x = index
    return [
        (*index[:2], i, j)
        for i, j in np.ndindex(arguments["grad_output"].shape[2:])
        if i * s_h <= y < i * s_h + k_h and j * s_w <= x < j * s_w + k_w
    ]


def _won(arguments: Arguments, index: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Give the windows whose gradient reaches one value in max pooling."""
    k_h, k_w = np.broadcast_to(arguments["kernel_size"], 2)
    stride = arguments.get("stride")
    s_h, s_w = np.broadcast_to(arguments["kernel_size"] if stride is None else stride, 2)
    won = []
    for sample, channel, i, j in _windows_at(arguments, index):
        window = arguments["input"][sample, channel, i * s_h : i * s_h + k_h, j * s_w : j * s_w + k_w]
        u, v = np.unravel_index(window.argmax(), window.shape)
        if (i * s_h + u, j * s_w + v) == index[2:]:
            won.append((sample, channel, i, j))
    return won


def _trace_max(arguments: Arguments, index: tuple[int, ...]) -> str:
    won = _won(arguments, index)
    if not won:
        return "this value is the first maximum of no window, so it gets 0"
    if len(won) > MOST_TOLD:
        return ""
    terms, total = _added(arguments, won)
    places = ", ".join(str(list(place[2:])) for place in won)
    return f"this value is the first maximum of window {places}, so it gets {terms}{total}"


def _trace_average(arguments: Arguments, index: tuple[int, ...]) -> str:
    windows = _windows_at(arguments, index)
    if not windows:
        return "this value lies in no window, so it gets 0"
    if len(windows) > MOST_TOLD:
        return ""
    places = int(np.prod(np.broadcast_to(arguments["kernel_size"], 2)))
    terms, _ = _added(arguments, windows)
    total = sum(float(arguments["grad_output"][place]) for place in windows) / places
    inner = f"({terms})" if len(windows) > 1 else terms
    return f"{inner} / {places} = {total:.4g}"


def _added(arguments: Arguments, places: list[tuple[int, ...]]) -> tuple[str, str]:
    values = [float(arguments["grad_output"][place]) for place in places]
    terms = " + ".join(f"{value:.4g}" if value >= 0 or len(values) == 1 else f"({value:.4g})" for value in values)
    return terms, f" = {sum(values):.4g}" if len(values) > 1 else ""


MAX_BACKWARD = Exercise(
    name="max_pool2d_backward",
    chapter=CHAPTER,
    points=4,
    reference=functional.max_pool2d_backward,
    solution=max_pool2d_backward,
    oracle=TorchGradient(
        "torch.nn.functional.max_pool2d",
        wrt=(0,),
        arrange=lambda grad_output, input, kernel_size, stride=None: ((input, kernel_size, stride), {}),
    ),
    cases=(
        Case("windows side by side", lambda rng: _gradient(rng, normal(rng, 1, 2, 4, 6), 2, 3, kernel_size=2)),
        Case(
            "ties",
            lambda rng: _gradient(rng, _with_ties(rng), 2, 3, kernel_size=2),
            note="in some windows the largest value comes more than once",
        ),
        Case(
            "overlapping windows",
            lambda rng: _gradient(rng, _with_a_peak(rng, 1, 2, 5, 6), 3, 4, kernel_size=3, stride=1),
            note="one value is the largest of several windows",
        ),
        Case("a pair for the kernel", lambda rng: _gradient(rng, normal(rng, 2, 3, 5, 7), 2, 2, kernel_size=(2, 3))),
        Case(
            "a pair for the stride",
            lambda rng: _gradient(rng, normal(rng, 2, 1, 7, 6), 3, 5, kernel_size=(3, 2), stride=(2, 1)),
        ),
        Case(
            "a stride beyond the kernel",
            lambda rng: _gradient(rng, normal(rng, 1, 2, 8, 9), 3, 3, kernel_size=2, stride=3),
        ),
        Case(
            "a number and a pair",
            lambda rng: _gradient(rng, normal(rng, 1, 2, 7, 6), 3, 4, kernel_size=3, stride=(2, 1)),
        ),
        Case(
            "a pair and a number",
            lambda rng: _gradient(rng, normal(rng, 2, 1, 7, 8), 3, 4, kernel_size=(3, 2), stride=2),
        ),
        Case(
            "negative values",
            lambda rng: _gradient(rng, -np.abs(normal(rng, 1, 2, 4, 5)) - 0.125, 2, 2, kernel_size=2),
            note="all values are below 0",
        ),
    ),
    misconceptions=(
        Misconception(
            "max_pool2d_backward.every-tie",
            wrong.max_every_tie,
            "when every value that equals the maximum gets the whole gradient.",
            "One window passes its gradient on once. PyTorch picks the first of equal values, row by row.",
        ),
        Misconception(
            "max_pool2d_backward.ties-share",
            wrong.max_ties_share,
            "when equal maxima share the gradient.",
            "A fair idea, but not PyTorch's: there the first of equal values gets all of it.",
        ),
        Misconception(
            "max_pool2d_backward.last-tie",
            wrong.max_last_tie,
            "when the last of equal maxima gets the gradient.",
            "PyTorch keeps the first. Does your comparison let an equal value win?",
        ),
        Misconception(
            "max_pool2d_backward.overwrites-overlapping",
            wrong.max_overwrites,
            "when a value that is the maximum of several windows keeps the last of their gradients.",
            "Each window that a value wins brings its gradient. Look for an `=` that should collect.",
        ),
        Misconception(
            "max_pool2d_backward.to-all",
            wrong.max_to_all,
            "when every value of a window gets the gradient.",
            "Change a value that is not the largest, a little: does the output change?",
        ),
        Misconception(
            "max_pool2d_backward.as-average",
            wrong.max_as_average,
            "when the gradient is shared out among the whole window, as in average pooling.",
            "Change a value that is not the largest, a little: does the output change?",
        ),
        Misconception(
            "max_pool2d_backward.stride-one",
            wrong.max_stride_one,
            "when the stride is 1 where none is given.",
            "The windows are those of the forward pass. What is the stride there when none is given?",
        ),
        Misconception(
            "max_pool2d_backward.times-the-maximum",
            wrong.max_value_for_gradient,
            "when the gradient is multiplied by the maximum.",
            "The output is a copy of one value. What is the derivative of a copy?",
        ),
        Misconception(
            "max_pool2d_backward.ones",
            wrong.max_ones,
            "when the maxima are marked with 1 and grad_output is left out.",
            "The mark says where to. What goes there comes from grad_output.",
        ),
        Misconception(
            "max_pool2d_backward.place-in-the-window",
            wrong.max_place_in_window,
            "when the place within the window is taken for a place in the image.",
            "argmax counts from the window's own corner. Where in the image does that corner lie?",
        ),
        Misconception(
            "max_pool2d_backward.index-for-offset",
            wrong.max_window_at_index,
            "when output index i is taken for the row at which its window starts.",
            "Window 1 starts one stride further than window 0. Where does window i start?",
        ),
    ),
    hints=(
        "Each output is a copy of one value of its window. Only this value has a gradient from that output.",
        "Start from zeros in the shape of input. Walk over all outputs, np.ndindex(grad_output.shape), and cut out "
        "the window of each from input.",
        "window.argmax() counts through the window row by row and gives the first of equal values. "
        "np.unravel_index turns the count into a row and a column.",
        "The place in the image is the window's corner plus that row and column. Add there: overlapping windows may "
        "have the same maximum.",
    ),
    explanation=(
        "argmax gives the first maximum, counted row by row, which is the one that PyTorch picks. The window's corner "
        "is added to it, and `+=` collects the gradients of all windows that a value wins."
    ),
    trace=_trace_max,
)

AVG_BACKWARD = Exercise(
    name="avg_pool2d_backward",
    chapter=CHAPTER,
    points=3,
    reference=functional.avg_pool2d_backward,
    solution=avg_pool2d_backward,
    oracle=TorchGradient(
        "torch.nn.functional.avg_pool2d",
        wrt=(0,),
        arrange=lambda grad_output, input, kernel_size, stride=None: ((input, kernel_size, stride), {}),
    ),
    cases=(
        Case("windows side by side", lambda rng: _gradient(rng, normal(rng, 1, 2, 4, 6), 2, 3, kernel_size=2)),
        Case("a pair for the kernel", lambda rng: _gradient(rng, normal(rng, 2, 3, 4, 9), 2, 3, kernel_size=(2, 3))),
        Case(
            "rows and columns left over",
            lambda rng: _gradient(rng, normal(rng, 2, 2, 5, 8), 2, 2, kernel_size=(2, 3)),
            note="the last row and the last two columns are in no window",
        ),
        Case(
            "overlapping windows",
            lambda rng: _gradient(rng, normal(rng, 1, 2, 5, 6), 3, 4, kernel_size=3, stride=1),
        ),
        Case(
            "a pair for the stride",
            lambda rng: _gradient(rng, normal(rng, 2, 1, 7, 6), 3, 5, kernel_size=(3, 2), stride=(2, 1)),
        ),
        Case(
            "a stride beyond the kernel",
            lambda rng: _gradient(rng, normal(rng, 1, 2, 8, 9), 3, 3, kernel_size=2, stride=3),
        ),
        Case(
            "a number and a pair",
            lambda rng: _gradient(rng, normal(rng, 1, 2, 7, 6), 3, 4, kernel_size=3, stride=(2, 1)),
        ),
        Case(
            "a pair and a number",
            lambda rng: _gradient(rng, normal(rng, 2, 1, 7, 8), 3, 4, kernel_size=(3, 2), stride=2),
        ),
    ),
    misconceptions=(
        Misconception(
            "avg_pool2d_backward.not-divided",
            wrong.avg_not_divided,
            "when every value of a window gets the whole gradient.",
            "With what factor does one value enter the mean of its window?",
        ),
        Misconception(
            "avg_pool2d_backward.overwrites-overlapping",
            wrong.avg_overwrites,
            "when a value in several windows keeps the share from the last of them.",
            "Each window that a value lies in brings a share. Look for an `=` that should collect.",
        ),
        Misconception(
            "avg_pool2d_backward.overlap-averaged",
            wrong.avg_overlap_averaged,
            "when the shares from overlapping windows are averaged.",
            "A value that takes part in four outputs has four ways to change the loss. These add up.",
        ),
        Misconception(
            "avg_pool2d_backward.stride-one",
            wrong.avg_stride_one,
            "when the stride is 1 where none is given.",
            "The windows are those of the forward pass. What is the stride there when none is given?",
        ),
        Misconception(
            "avg_pool2d_backward.stride-ignored",
            wrong.avg_stride_ignored,
            "when the windows always lie side by side, whatever stride says.",
            "The kernel says how large a window is, the stride how far the next one is away. Use both.",
        ),
        Misconception(
            "avg_pool2d_backward.kernel-exchanged",
            wrong.avg_kernel_exchanged,
            "when height and width of the kernel are exchanged.",
            "A pair is (height, width): rows first, as in a shape.",
        ),
        Misconception(
            "avg_pool2d_backward.to-maximum",
            wrong.avg_to_maximum,
            "when the largest value of each window gets the whole gradient, as in max pooling.",
            "In a mean every value has the same say, so each has the same gradient.",
        ),
        Misconception(
            "avg_pool2d_backward.divided-by-stride",
            wrong.avg_divided_by_stride,
            "when the gradient is divided by the stride's product in place of the kernel's.",
            "The forward pass divides by the number of places in a window. Which argument says how many these are?",
        ),
        Misconception(
            "avg_pool2d_backward.one-corner",
            wrong.avg_one_corner,
            "when only the upper left value of each window gets its share.",
            "All values of the window took part in the mean. Add to a slice, not to one place.",
        ),
        Misconception(
            "avg_pool2d_backward.ends-early",
            wrong.avg_ends_early,
            "when every gradient is repeated k_h · k_w times: that fits only where windows tile the whole image.",
            "Start from zeros in the shape of input. Then add each window's share where that window lies.",
        ),
    ),
    hints=(
        "Each output is a mean of k_h · k_w values. What is its derivative for one of these?",
        "Start from zeros in the shape of input. Each output adds the same share to every place of its window.",
        "A loop over i and j is enough: a slice can take all samples and channels of a window at once. Cut "
        "grad_output with i:i+1 and j:j+1, so that it keeps its axes and broadcasts.",
    ),
    explanation=(
        "Every value enters the mean with the factor 1 / (k_h · k_w), so that is its share of the gradient. "
        "`+=` adds up the shares where windows overlap. What lies in no window keeps its zero."
    ),
    trace=_trace_average,
)

EXERCISES = (MAX_BACKWARD, AVG_BACKWARD)
