"""`conv2d_strided`: ..."""

from __future__ import annotations

import numpy as np

from course.chapters.padding_and_stride.draws import layer
from course.checking.spec import Arguments, Case, Exercise, Mistake, TorchFunction


def conv2d_strided(input, weight, bias=None, stride=1, padding=0, dilation=1):
    """Slide kernels over images, with stride, zero padding and dilation.

    input   (n, c_i, h_i, w_i)
    weight  (c_o, c_i, k_h, k_w)
    bias    (c_o,)               or None, for a layer without bias
    stride, padding, dilation    a number, or a pair (height, width)
    returns (n, c_o, h_o, w_o)

    >>> conv2d_strided(np.array([[[[1.0, 2.0, 4.0, 7.0]]]]), np.array([[[[-1.0, 1.0]]]]), stride=2)
    array([[[[1., 3.]]]])
    """
    s_h, s_w = np.broadcast_to(stride, 2)
    p_h, p_w = np.broadcast_to(padding, 2)
    d_h, d_w = np.broadcast_to(dilation, 2)
    padded = np.pad(input, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))
    reach = (d_h * (weight.shape[2] - 1) + 1, d_w * (weight.shape[3] - 1) + 1)
    windows = np.lib.stride_tricks.sliding_window_view(padded, reach, axis=(2, 3))
    windows = windows[:, :, ::s_h, ::s_w, ::d_h, ::d_w]  # (n, c_i, h_o, w_o, k_h, k_w)
    output = np.einsum("ncyxuv,ocuv->noyx", windows, weight)
    if bias is not None:
        output = output + bias[:, np.newaxis, np.newaxis]
    return output


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    row, o, y, x = index
    kernels = arguments["weight"][o]
    if kernels.size > 4:
        return ""
    (s_h, s_w), (p_h, p_w), (d_h, d_w) = (
        np.broadcast_to(arguments.get(name, default), 2)
        for name, default in (("stride", 1), ("padding", 0), ("dilation", 1))
    )
    padded = np.pad(arguments["input"][row], ((0, 0), (p_h, p_h), (p_w, p_w)))
    _, k_h, k_w = kernels.shape
    window = padded[:, s_h * y : s_h * y + d_h * k_h : d_h, s_w * x : s_w * x + d_w * k_w : d_w][:, :k_h, :k_w]
    terms = [f"{_in_a_sum(a)}·{_in_a_sum(b)}" for a, b in zip(kernels.flat, window.flat, strict=True)]
    total = float((kernels * window).sum())
    if "bias" in arguments:
        total += float(arguments["bias"][o])
        terms.append(_in_a_sum(arguments["bias"][o]))
    return f"{' + '.join(terms)} = {total:.4g}"


def _in_a_sum(value: float) -> str:
    return f"{value:.4g}" if value >= 0 else f"({value:.4g})"


def _index_for_offset(input, weight, bias=None, stride=1, padding=0, dilation=1):
    (s_h, s_w), (p_h, p_w) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    d_h, d_w = np.broadcast_to(dilation, 2)
    padded = np.pad(input, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))
    k_h, k_w = weight.shape[2:]
    h_o = (padded.shape[2] - d_h * (k_h - 1) - 1) // s_h + 1
    w_o = (padded.shape[3] - d_w * (k_w - 1) - 1) // s_w + 1
    reach = (d_h * (k_h - 1) + 1, d_w * (k_w - 1) + 1)
    windows = np.lib.stride_tricks.sliding_window_view(padded, reach, axis=(2, 3))
    output = np.einsum("ncyxuv,ocuv->noyx", windows[:, :, :h_o, :w_o, ::d_h, ::d_w], weight)
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis]


def _stride_on_rows_only(input, weight, bias=None, stride=1, padding=0, dilation=1):
    (s_h, _), (p_h, p_w) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    d_h, d_w = np.broadcast_to(dilation, 2)
    padded = np.pad(input, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))
    reach = (d_h * (weight.shape[2] - 1) + 1, d_w * (weight.shape[3] - 1) + 1)
    windows = np.lib.stride_tricks.sliding_window_view(padded, reach, axis=(2, 3))
    output = np.einsum("ncyxuv,ocuv->noyx", windows[:, :, ::s_h, :, ::d_h, ::d_w], weight)
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis]


def _first_of_pair(input, weight, bias=None, stride=1, padding=0, dilation=1):
    s = stride[0] if isinstance(stride, tuple) else stride
    p = padding[0] if isinstance(padding, tuple) else padding
    d = dilation[0] if isinstance(dilation, tuple) else dilation
    padded = np.pad(input, ((0, 0), (0, 0), (p, p), (p, p)))
    reach = (d * (weight.shape[2] - 1) + 1, d * (weight.shape[3] - 1) + 1)
    windows = np.lib.stride_tricks.sliding_window_view(padded, reach, axis=(2, 3))
    output = np.einsum("ncyxuv,ocuv->noyx", windows[:, :, ::s, ::s, ::d, ::d], weight)
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis]


def _pairs_exchanged(input, weight, bias=None, stride=1, padding=0, dilation=1):
    (s_w, s_h), (p_w, p_h) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    d_w, d_h = np.broadcast_to(dilation, 2)
    padded = np.pad(input, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))
    reach = (d_h * (weight.shape[2] - 1) + 1, d_w * (weight.shape[3] - 1) + 1)
    windows = np.lib.stride_tricks.sliding_window_view(padded, reach, axis=(2, 3))
    output = np.einsum("ncyxuv,ocuv->noyx", windows[:, :, ::s_h, ::s_w, ::d_h, ::d_w], weight)
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis]


def _padding_counted_once(input, weight, bias=None, stride=1, padding=0, dilation=1):
    (s_h, s_w), (p_h, p_w) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    d_h, d_w = np.broadcast_to(dilation, 2)
    padded = np.pad(input, ((0, 0), (0, 0), (p_h, 0), (p_w, 0)))
    reach = (d_h * (weight.shape[2] - 1) + 1, d_w * (weight.shape[3] - 1) + 1)
    windows = np.lib.stride_tricks.sliding_window_view(padded, reach, axis=(2, 3))
    output = np.einsum("ncyxuv,ocuv->noyx", windows[:, :, ::s_h, ::s_w, ::d_h, ::d_w], weight)
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis]


def _padding_behind_only(input, weight, bias=None, stride=1, padding=0, dilation=1):
    (s_h, s_w), (p_h, p_w) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    d_h, d_w = np.broadcast_to(dilation, 2)
    padded = np.pad(input, ((0, 0), (0, 0), (0, 2 * p_h), (0, 2 * p_w)))
    reach = (d_h * (weight.shape[2] - 1) + 1, d_w * (weight.shape[3] - 1) + 1)
    windows = np.lib.stride_tricks.sliding_window_view(padded, reach, axis=(2, 3))
    output = np.einsum("ncyxuv,ocuv->noyx", windows[:, :, ::s_h, ::s_w, ::d_h, ::d_w], weight)
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis]


def _rounded_up(input, weight, bias=None, stride=1, padding=0, dilation=1):
    (s_h, s_w), (p_h, p_w) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    d_h, d_w = np.broadcast_to(dilation, 2)
    reach = (d_h * (weight.shape[2] - 1) + 1, d_w * (weight.shape[3] - 1) + 1)
    over_h = -(input.shape[2] + 2 * p_h - reach[0]) % s_h
    over_w = -(input.shape[3] + 2 * p_w - reach[1]) % s_w
    padded = np.pad(input, ((0, 0), (0, 0), (p_h, p_h + over_h), (p_w, p_w + over_w)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, reach, axis=(2, 3))
    output = np.einsum("ncyxuv,ocuv->noyx", windows[:, :, ::s_h, ::s_w, ::d_h, ::d_w], weight)
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis]


def _dilation_ignored(input, weight, bias=None, stride=1, padding=0, dilation=1):
    (s_h, s_w), (p_h, p_w) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    padded = np.pad(input, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=(2, 3))
    output = np.einsum("ncyxuv,ocuv->noyx", windows[:, :, ::s_h, ::s_w], weight)
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis]


def _dilation_as_gaps(input, weight, bias=None, stride=1, padding=0, dilation=1):
    (s_h, s_w), (p_h, p_w) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    d_h, d_w = np.broadcast_to(dilation, 2) + 1
    padded = np.pad(input, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))
    reach = (d_h * (weight.shape[2] - 1) + 1, d_w * (weight.shape[3] - 1) + 1)
    windows = np.lib.stride_tricks.sliding_window_view(padded, reach, axis=(2, 3))
    output = np.einsum("ncyxuv,ocuv->noyx", windows[:, :, ::s_h, ::s_w, ::d_h, ::d_w], weight)
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis]


def _no_bias(input, weight, bias=None, stride=1, padding=0, dilation=1):
    (s_h, s_w), (p_h, p_w) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    d_h, d_w = np.broadcast_to(dilation, 2)
    padded = np.pad(input, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))
    reach = (d_h * (weight.shape[2] - 1) + 1, d_w * (weight.shape[3] - 1) + 1)
    windows = np.lib.stride_tricks.sliding_window_view(padded, reach, axis=(2, 3))
    return np.einsum("ncyxuv,ocuv->noyx", windows[:, :, ::s_h, ::s_w, ::d_h, ::d_w], weight)


EXERCISE = Exercise(
    name="conv2d_strided",
    points=4,
    solution=conv2d_strided,
    oracle=TorchFunction("torch.nn.functional.conv2d"),
    cases=(
        Case("one step at a time", lambda rng: layer(rng, n=1, c_i=1, c_o=2, size=(4, 6), kernel=(2, 2))),
        Case("stride", lambda rng: layer(rng, n=2, c_i=2, c_o=3, size=(6, 9), kernel=(3, 2), stride=2)),
        Case("padding", lambda rng: layer(rng, n=1, c_i=3, c_o=2, size=(5, 4), kernel=(3, 2), padding=1)),
        Case("dilation", lambda rng: layer(rng, n=2, c_i=2, c_o=3, size=(7, 8), kernel=(2, 3), dilation=2)),
        Case(
            "stride as a pair", lambda rng: layer(rng, 1, 2, 3, size=(8, 10), kernel=(2, 3), bias=False, stride=(2, 3))
        ),
        Case("padding as a pair", lambda rng: layer(rng, 2, 1, 3, size=(3, 4), kernel=(2, 3), padding=(1, 3))),
        Case("dilation as a pair", lambda rng: layer(rng, 1, 2, 2, size=(9, 7), kernel=(3, 2), dilation=(3, 2))),
        Case(
            "all three together",
            lambda rng: layer(rng, 2, 3, 4, size=(7, 8), kernel=(3, 2), stride=(3, 2), padding=(2, 1), dilation=(1, 3)),
        ),
        Case(
            "steps longer than the kernel", lambda rng: layer(rng, 2, 2, 3, (9, 7), kernel=(2, 1), stride=4), weight=0.5
        ),
    ),
    mistakes=(
        Mistake(
            "index-for-offset",
            body=_index_for_offset,
            gives=(
                "when the output's index is taken for the window's place: window y starts at row y in place of s · y."
            ),
            advice="The size is right. At which row of the image does the second window start, with stride 2?",
        ),
        Mistake(
            "stride-on-rows-only",
            body=_stride_on_rows_only,
            gives="when the stride moves the window down, and sideways it goes step by step.",
            advice="An image has two axes, and the window strides along both.",
        ),
        Mistake(
            "first-of-pair",
            body=_first_of_pair,
            gives="when only the first number of a pair is used, for both axes.",
            advice="The first number of a pair is for the height, the second for the width.",
        ),
        Mistake(
            "pairs-exchanged",
            body=_pairs_exchanged,
            gives="when the two numbers of a pair are exchanged.",
            advice="PyTorch's pairs are (height, width). Only the four numbers of `pad` begin with the last axis.",
        ),
        Mistake(
            "padding-counted-once",
            body=_padding_counted_once,
            gives="when there is padding at the top and at the left only.",
            advice="Zeros stand on all four sides. By how much does the height grow?",
        ),
        Mistake(
            "padding-behind-only",
            body=_padding_behind_only,
            gives=(
                "when all zeros stand at the bottom and at the right: the size is right, the image is in the wrong place."
            ),
            advice="Where does the first row of the image lie in the padded one?",
        ),
        Mistake(
            "rounded-up",
            body=_rounded_up,
            gives="when the size is rounded up, and the last window sticks out over the border.",
            advice="What does not fill a whole window is dropped. Look at the brackets in the formula.",
        ),
        Mistake(
            "dilation-ignored",
            body=_dilation_ignored,
            gives="when dilation is left out.",
            advice="With dilation d, neighbours in the kernel meet pixels that are d apart.",
        ),
        Mistake(
            "dilation-as-gaps",
            body=_dilation_as_gaps,
            gives="when dilation is taken for the number of pixels left out: 0 would be none.",
            advice="In PyTorch, 1 is the kernel without gaps. Dilation counts steps, not gaps.",
        ),
        Mistake(
            "no-bias",
            body=_no_bias,
            gives="when the bias is left out.",
            advice="Each output channel adds its own constant, where there is one.",
        ),
    ),
    hints=(
        "Take one thing after another: pad the images first, and forget about padding. np.broadcast_to(stride, "
        "2) gives two numbers, whether stride is a number or a pair.",
        "Without loops: sliding_window_view shows the windows at all places. Which of them does a stride of 2 "
        "keep? Slices can take every second element.",
        "A dilated kernel of k elements reaches over d(k - 1) + 1 pixels. Take windows of that size. Inside a "
        "window, the kernel meets every d-th pixel.",
        "With loops over the kernel: element (u, v) meets the slice that starts at row u · d_h and takes every "
        "s_h-th row, h_o of them; the same for columns. h_o comes from the formula.",
    ),
    explanation=(
        "After np.pad there is no padding left to think of. sliding_window_view lays out the windows at all "
        "places. Stride keeps every s-th window, dilation every d-th pixel inside a window, and both are slices. "
        "The sum is that of chapter 07."
    ),
    trace=_trace,
)
