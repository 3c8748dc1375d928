"""Chapter 08: padding, and convolutions with stride and dilation. The way back is in a file of its own."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.chapters.mistakes import padding_and_stride as wrong
from course.chapters.padding_and_stride_backward import BACKWARD, REPAIR, layer
from course.checking.oracles import TorchFunction
from course.checking.sampling import normal
from course.checking.spec import Arguments, Case, Exercise, Misconception

CHAPTER = "08_padding_and_stride"


def pad2d(input, padding, mode="constant", value=0):
    """Put a border around images: a constant, the image mirrored, or its outermost values repeated."""
    left, right, top, bottom = np.broadcast_to(padding, 4)
    n, c, h, w = input.shape
    if mode == "constant":
        output = np.full((n, c, top + h + bottom, left + w + right), value, dtype=input.dtype)
        output[:, :, top : top + h, left : left + w] = input
        return output
    rows, columns = np.arange(-top, h + bottom), np.arange(-left, w + right)
    if mode == "replicate":
        rows, columns = rows.clip(0, h - 1), columns.clip(0, w - 1)
    else:
        rows, columns = h - 1 - abs(h - 1 - abs(rows)), w - 1 - abs(w - 1 - abs(columns))
    return input[:, :, rows[:, np.newaxis], columns]


def _torch_pad(input: Any, padding: Any, mode: str = "constant", value: float = 0) -> tuple[Any, dict[str, Any]]:
    amounts = (padding,) * 4 if isinstance(padding, int) else padding
    # Only constant padding takes a value.
    return (input, amounts), {"mode": mode, **({"value": value} if mode == "constant" else {})}


PAD = Exercise(
    name="pad2d",
    chapter=CHAPTER,
    points=3,
    reference=pad2d,
    oracle=TorchFunction("torch.nn.functional.pad", arrange=_torch_pad),
    cases=(
        Case("one number", lambda rng: {"input": normal(rng, 1, 2, 2, 3), "padding": 1}),
        Case("four numbers", lambda rng: {"input": normal(rng, 2, 3, 3, 4), "padding": (1, 2, 3, 0)}),
        Case(
            "another value",
            lambda rng: {
                "input": normal(rng, 2, 1, 2, 4),
                "padding": (0, 1, 2, 3),
                "mode": "constant",
                "value": round(2 + float(normal(rng)) ** 2, 2),
            },
        ),
        Case("replicate", lambda rng: {"input": normal(rng, 2, 3, 4, 5), "padding": (1, 3, 2, 1), "mode": "replicate"}),
        Case("reflect", lambda rng: {"input": normal(rng, 2, 2, 4, 5), "padding": (2, 1, 3, 2), "mode": "reflect"}),
        Case(
            "reflect with one number", lambda rng: {"input": normal(rng, 1, 3, 5, 3), "padding": 2, "mode": "reflect"}
        ),
        Case(
            "a border wider than the image",
            lambda rng: {"input": normal(rng, 1, 2, 2, 3), "padding": (5, 4, 3, 6), "mode": "replicate"},
            weight=0.5,
        ),
    ),
    misconceptions=(
        Misconception(
            "pad2d.sides-exchanged",
            wrong.pad_sides_exchanged,
            "when the four numbers are read as top, bottom, left, right.",
            "PyTorch begins with the last axis. Read the order in the docstring again.",
        ),
        Misconception(
            "pad2d.in-front-only",
            wrong.pad_in_front_only,
            "when there is padding at the left and at the top, and none behind.",
            "A border has four sides. By how much does the height grow?",
        ),
        Misconception(
            "pad2d.edge-repeated",
            wrong.pad_symmetric,
            'when reflect repeats the outermost value: NumPy calls that "symmetric".',
            "The mirror stands on the outermost value, not behind it. What comes left of (a, b, c)?",
        ),
        Misconception(
            "pad2d.wrapped-round",
            wrong.pad_wrapped,
            "when reflect continues at the opposite side of the image: circular padding.",
            "Negative indices count from the end. A mirror gives what lies just as far inside on the same side.",
        ),
        Misconception(
            "pad2d.mode-ignored",
            wrong.pad_mode_ignored,
            "when the border is constant in every mode.",
            "Print mode. What do your lines do with it?",
        ),
        Misconception(
            "pad2d.modes-exchanged",
            wrong.pad_modes_exchanged,
            "when reflect and replicate have changed places.",
            "To replicate is to copy the outermost value. To reflect is to mirror the image.",
        ),
        Misconception(
            "pad2d.value-ignored",
            wrong.pad_value_ignored,
            "when constant padding is always 0.",
            "The caller may ask for another value.",
        ),
    ),
    hints=(
        "np.broadcast_to(padding, 4) gives four numbers, whether padding is one number or four of them.",
        "For a constant: make an array of the new size with np.full, and assign the image into its middle.",
        "For the other modes, think of one axis. The rows of the output are the rows -top, ..., h + bottom - 1 of the "
        "image, and those outside of 0, ..., h - 1 don't exist. Which row stands for row -2, in each mode?",
        "replicate: np.clip. reflect: at the top it is abs(row). At the bottom, count from the last row, "
        "take the absolute value there, and count back.",
        "With arrays rows and columns of indices, input[:, :, rows[:, np.newaxis], columns] reads all at once.",
    ),
    explanation=(
        "Constant padding assigns the image into a larger array. The other modes read the image itself: for each row "
        "and column of the output, they work out from which row and column of the image it comes. clip stops at the "
        "outermost one, the absolute value turns round there."
    ),
)


def same_padding(kernel_size, dilation=1):
    """Count the zeros in front that keep the size, for stride 1."""
    return dilation * (kernel_size - 1) // 2


def _odd(rng: np.random.Generator, least: int) -> int:
    """Draw an odd number from an odd one, or an even number from an even one."""
    return least + 2 * int(rng.integers(0, 20))


SAME = Exercise(
    name="same_padding",
    chapter=CHAPTER,
    points=1,
    reference=same_padding,
    oracle=None,
    cases=(
        Case("a kernel of 3", lambda rng: {"kernel_size": 3}),
        Case("an odd kernel", lambda rng: {"kernel_size": _odd(rng, 5)}),
        Case("a dilated odd kernel", lambda rng: {"kernel_size": _odd(rng, 5), "dilation": int(rng.integers(2, 9))}),
        Case("an even kernel", lambda rng: {"kernel_size": _odd(rng, 4)}),
        Case("a dilated even kernel", lambda rng: {"kernel_size": _odd(rng, 4), "dilation": _odd(rng, 3)}),
        Case(
            "an even kernel with an even dilation", lambda rng: {"kernel_size": _odd(rng, 4), "dilation": _odd(rng, 2)}
        ),
    ),
    misconceptions=(
        Misconception(
            "same_padding.dilation-ignored",
            wrong.same_dilation_ignored,
            "when dilation is left out.",
            "A dilated kernel reaches further. How far is it from its first element to its last?",
        ),
        Misconception(
            "same_padding.rounded-up",
            wrong.same_rounded_up,
            "when half a zero is rounded up. Even kernels then give one row too many at the front.",
            "PyTorch puts the zero that is left over behind the image. How many stand in front?",
        ),
        Misconception(
            "same_padding.half-kernel",
            wrong.same_half_kernel,
            "when half of the kernel is taken, kernel_size // 2. That is right for odd kernels only.",
            "An image gets shorter by k - 1, not by k. Try a kernel of 2.",
        ),
        Misconception(
            "same_padding.dilated-kernel-halved",
            wrong.same_dilated_kernel,
            "when k · d elements are halved.",
            "Between k elements there are k - 1 steps of length d.",
        ),
        Misconception(
            "same_padding.both-ends",
            wrong.same_both_ends,
            "when the zeros of both ends are counted together.",
            "That is what the image loses. Padding is given for one end.",
        ),
        Misconception(
            "same_padding.not-rounded",
            wrong.same_not_rounded,
            "when half a zero is left as it is.",
            "There are no half zeros. The one that is left over stands behind the image.",
        ),
        Misconception(
            "same_padding.rounded-too-early",
            wrong.same_rounded_early,
            "when the half is rounded before it is multiplied by dilation.",
            "First find out how much the image loses, then halve that.",
        ),
    ),
    hints=(
        "How many rows does an image lose, without padding and with stride 1? Read it off the formula for h_o.",
        "It loses d(k - 1). Half of that goes to the front.",
        "Where that is odd, one zero is left over. It goes to the other end, so round down.",
    ),
    explanation=(
        "With stride 1 the output is h_i + (zeros in front and behind) - d(k - 1) high. It keeps its height with "
        "d(k - 1) zeros in all: half of them in front, rounded down, and the others behind."
    ),
)


def conv2d_strided(input, weight, bias=None, stride=1, padding=0, dilation=1):
    """Slide kernels over images with stride, padding and dilation: all windows, then every s-th of them."""
    (s_h, s_w), (p_h, p_w) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    d_h, d_w = np.broadcast_to(dilation, 2)
    padded = np.pad(input, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))
    reach = (d_h * (weight.shape[2] - 1) + 1, d_w * (weight.shape[3] - 1) + 1)
    windows = np.lib.stride_tricks.sliding_window_view(padded, reach, axis=(2, 3))
    windows = windows[:, :, ::s_h, ::s_w, ::d_h, ::d_w]
    output = np.einsum("ncyxuv,ocuv->noyx", windows, weight)
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis]


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


STRIDED = Exercise(
    name="conv2d_strided",
    chapter=CHAPTER,
    points=4,
    reference=conv2d_strided,
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
    misconceptions=(
        Misconception(
            "conv2d_strided.index-for-offset",
            wrong.strided_offset,
            "when the output's index is taken for the window's place: window y starts at row y in place of s · y.",
            "The size is right. At which row of the image does the second window start, with stride 2?",
        ),
        Misconception(
            "conv2d_strided.stride-on-rows-only",
            wrong.strided_rows_only,
            "when the stride moves the window down, and sideways it goes step by step.",
            "An image has two axes, and the window strides along both.",
        ),
        Misconception(
            "conv2d_strided.first-of-pair",
            wrong.strided_first_of_pair,
            "when only the first number of a pair is used, for both axes.",
            "The first number of a pair is for the height, the second for the width.",
        ),
        Misconception(
            "conv2d_strided.pairs-exchanged",
            wrong.strided_pairs_turned,
            "when the two numbers of a pair are exchanged.",
            "PyTorch's pairs are (height, width). Only the four numbers of `pad` begin with the last axis.",
        ),
        Misconception(
            "conv2d_strided.padding-counted-once",
            wrong.strided_padding_once,
            "when there is padding at the top and at the left only.",
            "Zeros stand on all four sides. By how much does the height grow?",
        ),
        Misconception(
            "conv2d_strided.padding-behind-only",
            wrong.strided_padding_behind,
            "when all zeros stand at the bottom and at the right: the size is right, the image is in the wrong place.",
            "Where does the first row of the image lie in the padded one?",
        ),
        Misconception(
            "conv2d_strided.rounded-up",
            wrong.strided_ceil,
            "when the size is rounded up, and the last window sticks out over the border.",
            "What does not fill a whole window is dropped. Look at the brackets in the formula.",
        ),
        Misconception(
            "conv2d_strided.dilation-ignored",
            wrong.strided_dilation_ignored,
            "when dilation is left out.",
            "With dilation d, neighbours in the kernel meet pixels that are d apart.",
        ),
        Misconception(
            "conv2d_strided.dilation-as-gaps",
            wrong.strided_dilation_as_gaps,
            "when dilation is taken for the number of pixels left out: 0 would be none.",
            "In PyTorch, 1 is the kernel without gaps. Dilation counts steps, not gaps.",
        ),
        Misconception(
            "conv2d_strided.no-bias",
            wrong.strided_no_bias,
            "when the bias is left out.",
            "Each output channel adds its own constant, where there is one.",
        ),
    ),
    hints=(
        "Take one thing after another: pad the images first, and forget about padding. "
        "np.broadcast_to(stride, 2) gives two numbers, whether stride is a number or a pair.",
        "Without loops: sliding_window_view shows the windows at all places. Which of them does a stride of 2 keep? "
        "Slices can take every second element.",
        "A dilated kernel of k elements reaches over d(k - 1) + 1 pixels. Take windows of that size. "
        "Inside a window, the kernel meets every d-th pixel.",
        "With loops over the kernel: element (u, v) meets the slice that starts at row u · d_h and takes every s_h-th "
        "row, h_o of them; the same for columns. h_o comes from the formula.",
    ),
    explanation=(
        "After np.pad there is no padding left to think of. sliding_window_view lays out the windows at all places. "
        "Stride keeps every s-th window, dilation every d-th pixel inside a window, and both are slices. "
        "The sum is that of chapter 07."
    ),
    trace=_trace,
)


EXERCISES = (PAD, SAME, STRIDED, BACKWARD, REPAIR)
