"""`avg_pool2d_backward`: ..."""

from __future__ import annotations

import numpy as np

from course import functional
from course.chapters.pooling.draws import MOST_TOLD, _added, _gradient, _windows_at
from course.checking.oracles import TorchGradient
from course.checking.sampling import normal
from course.checking.spec import Arguments, Case, Exercise, Mistake


def avg_pool2d_backward(grad_output, input, kernel_size, stride=None):
    """Give each gradient in equal shares to its window: average pooling on the way back.

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
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    share = grad_output / (k_h * k_w)
    grad_input = np.zeros_like(input)
    for i, j in np.ndindex(grad_output.shape[2:]):
        top, left = i * s_h, j * s_w
        window = grad_input[:, :, top : top + k_h, left : left + k_w]
        window += share[:, :, i : i + 1, j : j + 1]  # a view: this writes into grad_input
    return grad_input
    ### END SOLUTION


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


def _not_divided(grad_output, input, kernel_size, stride=None):
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    grad_input = np.zeros_like(input)
    for n, c, i, j in np.ndindex(grad_output.shape):
        grad_input[n, c, i * s_h : i * s_h + k_h, j * s_w : j * s_w + k_w] += grad_output[n, c, i, j]
    return grad_input


def _overwrites_overlapping(grad_output, input, kernel_size, stride=None):
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    grad_input = np.zeros_like(input)
    for n, c, i, j in np.ndindex(grad_output.shape):
        grad_input[n, c, i * s_h : i * s_h + k_h, j * s_w : j * s_w + k_w] = grad_output[n, c, i, j] / (k_h * k_w)
    return grad_input


def _overlap_averaged(grad_output, input, kernel_size, stride=None):
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    grad_input, windows = np.zeros_like(input), np.zeros_like(input)
    for n, c, i, j in np.ndindex(grad_output.shape):
        here = n, c, slice(i * s_h, i * s_h + k_h), slice(j * s_w, j * s_w + k_w)
        grad_input[here] += grad_output[n, c, i, j] / (k_h * k_w)
        windows[here] += 1
    return grad_input / np.maximum(windows, 1)


def _stride_one(grad_output, input, kernel_size, stride=None):
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    s_h, s_w = np.broadcast_to(1 if stride is None else stride, 2)
    grad_input = np.zeros_like(input)
    for n, c, i, j in np.ndindex(grad_output.shape):
        grad_input[n, c, i * s_h : i * s_h + k_h, j * s_w : j * s_w + k_w] += grad_output[n, c, i, j] / (k_h * k_w)
    return grad_input


def _stride_ignored(grad_output, input, kernel_size, stride=None):
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    grad_input = np.zeros_like(input)
    for n, c, i, j in np.ndindex(grad_output.shape):
        grad_input[n, c, i * k_h : i * k_h + k_h, j * k_w : j * k_w + k_w] += grad_output[n, c, i, j] / (k_h * k_w)
    return grad_input


def _kernel_exchanged(grad_output, input, kernel_size, stride=None):
    k_w, k_h = np.broadcast_to(kernel_size, 2)
    s_h, s_w = (k_h, k_w) if stride is None else np.broadcast_to(stride, 2)
    grad_input = np.zeros_like(input)
    for n, c, i, j in np.ndindex(grad_output.shape):
        grad_input[n, c, i * s_h : i * s_h + k_h, j * s_w : j * s_w + k_w] += grad_output[n, c, i, j] / (k_h * k_w)
    return grad_input


def _to_maximum(grad_output, input, kernel_size, stride=None):
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    grad_input = np.zeros_like(input)
    for n, c, i, j in np.ndindex(grad_output.shape):
        window = input[n, c, i * s_h : i * s_h + k_h, j * s_w : j * s_w + k_w]
        u, v = np.unravel_index(window.argmax(), window.shape)
        grad_input[n, c, i * s_h + u, j * s_w + v] += grad_output[n, c, i, j]
    return grad_input


def _divided_by_stride(grad_output, input, kernel_size, stride=None):
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    grad_input = np.zeros_like(input)
    for n, c, i, j in np.ndindex(grad_output.shape):
        grad_input[n, c, i * s_h : i * s_h + k_h, j * s_w : j * s_w + k_w] += grad_output[n, c, i, j] / (s_h * s_w)
    return grad_input


def _one_corner(grad_output, input, kernel_size, stride=None):
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)
    grad_input = np.zeros_like(input)
    for n, c, i, j in np.ndindex(grad_output.shape):
        grad_input[n, c, i * s_h, j * s_w] += grad_output[n, c, i, j] / (k_h * k_w)
    return grad_input


def _ends_early(grad_output, input, kernel_size, stride=None):
    k_h, k_w = np.broadcast_to(kernel_size, 2)
    return grad_output.repeat(k_h, axis=2).repeat(k_w, axis=3) / (k_h * k_w)


EXERCISE = Exercise(
    name="avg_pool2d_backward",
    points=3,
    solution=avg_pool2d_backward,
    reference=functional.avg_pool2d_backward,
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
    mistakes=(
        Mistake(
            "not-divided",
            body=_not_divided,
            gives="when every value of a window gets the whole gradient.",
            advice="With what factor does one value enter the mean of its window?",
        ),
        Mistake(
            "overwrites-overlapping",
            body=_overwrites_overlapping,
            gives="when a value in several windows keeps the share from the last of them.",
            advice="Each window that a value lies in brings a share. Look for an `=` that should collect.",
        ),
        Mistake(
            "overlap-averaged",
            body=_overlap_averaged,
            gives="when the shares from overlapping windows are averaged.",
            advice="A value that takes part in four outputs has four ways to change the loss. These add up.",
        ),
        Mistake(
            "stride-one",
            body=_stride_one,
            gives="when the stride is 1 where none is given.",
            advice="The windows are those of the forward pass. What is the stride there when none is given?",
        ),
        Mistake(
            "stride-ignored",
            body=_stride_ignored,
            gives="when the windows always lie side by side, whatever stride says.",
            advice="The kernel says how large a window is, the stride how far the next one is away. Use both.",
        ),
        Mistake(
            "kernel-exchanged",
            body=_kernel_exchanged,
            gives="when height and width of the kernel are exchanged.",
            advice="A pair is (height, width): rows first, as in a shape.",
        ),
        Mistake(
            "to-maximum",
            body=_to_maximum,
            gives="when the largest value of each window gets the whole gradient, as in max pooling.",
            advice="In a mean every value has the same say, so each has the same gradient.",
        ),
        Mistake(
            "divided-by-stride",
            body=_divided_by_stride,
            gives="when the gradient is divided by the stride's product in place of the kernel's.",
            advice=(
                "The forward pass divides by the number of places in a window. Which argument says how many these are?"
            ),
        ),
        Mistake(
            "one-corner",
            body=_one_corner,
            gives="when only the upper left value of each window gets its share.",
            advice="All values of the window took part in the mean. Add to a slice, not to one place.",
        ),
        Mistake(
            "ends-early",
            body=_ends_early,
            gives=(
                "when every gradient is repeated k_h · k_w times: that fits only where windows tile the whole image."
            ),
            advice="Start from zeros in the shape of input. Then add each window's share where that window lies.",
        ),
    ),
    hints=(
        "Each output is a mean of k_h · k_w values. What is its derivative for one of these?",
        "Start from zeros in the shape of input. Each output adds the same share to every place of its window.",
        "A loop over i and j is enough: a slice can take all samples and channels of a window at once. Cut "
        "grad_output with i:i+1 and j:j+1, so that it keeps its axes and broadcasts.",
    ),
    explanation=(
        "Every value enters the mean with the factor 1 / (k_h · k_w), so that is its share of the gradient. `+=` "
        "adds up the shares where windows overlap. What lies in no window keeps its zero."
    ),
    trace=_trace_average,
)
