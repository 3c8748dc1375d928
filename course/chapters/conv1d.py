"""Chapter 06: the convolution along one axis. What is counted and the way back are in files of their own."""

from __future__ import annotations

import numpy as np

from course import functional
from course.chapters.conv1d_backward import BACKWARD, REPAIR, layer
from course.chapters.conv1d_counting import NUM_PARAMETERS, OUTPUT_SIZE
from course.chapters.mistakes import conv1d as wrong
from course.checking.oracles import TorchFunction
from course.checking.spec import Arguments, Case, Exercise, Misconception

CHAPTER = "06_conv1d"


def conv1d_loops(input, weight, bias=None):
    """Slide kernels along signals, in loops: the sum of the formula, product by product."""
    n, c_i, w_i = input.shape
    c_o, _, k = weight.shape
    positions = w_i - k + 1
    output = np.zeros((n, c_o, positions))
    for r in range(n):
        for o in range(c_o):
            for x in range(positions):
                for c in range(c_i):
                    for v in range(k):
                        output[r, o, x] += weight[o, c, v] * input[r, c, x + v]
                if bias is not None:
                    output[r, o, x] += bias[o]
    return output


def conv1d(input, weight, bias=None):
    """Slide kernels along signals: the lesson's version, all windows at once."""
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[2], axis=2)
    output = np.einsum("ncxv,ocv->nox", windows, weight)
    return output if bias is None else output + bias[:, np.newaxis]


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    row, o, x = index
    kernels = arguments["weight"][o]
    if kernels.size > 4:
        return ""
    window = arguments["input"][row, :, x : x + kernels.shape[1]]
    terms = [f"{_in_a_sum(a)}·{_in_a_sum(b)}" for a, b in zip(kernels.flat, window.flat, strict=True)]
    total = float((kernels * window).sum())
    if "bias" in arguments:
        total += float(arguments["bias"][o])
        terms.append(_in_a_sum(arguments["bias"][o]))
    return f"{' + '.join(terms)} = {total:.4g}"


def _in_a_sum(value: float) -> str:
    return f"{value:.4g}" if value >= 0 else f"({value:.4g})"


_SMALL_CASES = (
    Case("one channel", lambda rng: layer(rng, n=1, c_i=1, c_o=1, w=6, k=3)),
    Case("several channels", lambda rng: layer(rng, n=2, c_i=3, c_o=4, w=7, k=2)),
    Case("no bias", lambda rng: layer(rng, n=2, c_i=2, c_o=3, w=6, k=3, bias=False)),
    Case("as many channels as positions", lambda rng: layer(rng, n=2, c_i=6, c_o=4, w=6, k=3)),
    Case("as many outputs as inputs", lambda rng: layer(rng, n=2, c_i=3, c_o=3, w=8, k=4)),
    Case("a kernel of one", lambda rng: layer(rng, n=3, c_i=2, c_o=4, w=5, k=1), weight=0.5),
    Case("a kernel as long as the signal", lambda rng: layer(rng, n=2, c_i=3, c_o=2, w=5, k=5), weight=0.5),
    Case(
        "an empty batch",
        lambda rng: layer(rng, n=0, c_i=2, c_o=3, w=5, k=2),
        note="not a single signal",
        weight=0.5,
    ),
)


def _long_signal(rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Draw quarters: their sums are exact in float32, too, so that none of many values is lost to rounding."""
    shapes = {"input": (2, 3, 10_002), "weight": (24, 3, 3), "bias": (24,)}
    return {name: rng.integers(-8, 9, size=shape) / 4 for name, shape in shapes.items()}


LOOPS = Exercise(
    name="conv1d_loops",
    chapter=CHAPTER,
    points=3,
    reference=conv1d_loops,
    oracle=TorchFunction("torch.nn.functional.conv1d"),
    cases=_SMALL_CASES,
    misconceptions=(
        Misconception(
            "conv1d_loops.kernel-flipped",
            wrong.loops_flipped,
            "when the kernel is flipped: a true convolution. PyTorch's layers compute cross-correlation.",
            "Read your kernel index where it meets the signal; both should run the same way.",
        ),
        Misconception(
            "conv1d_loops.first-channel-only",
            wrong.loops_first_channel,
            "when only the first input channel is read.",
            "Every output sums over all input channels, each with a kernel of its own.",
        ),
        Misconception(
            "conv1d_loops.no-bias",
            wrong.loops_no_bias,
            "when the bias is left out.",
            "Each output channel adds its own constant, where there is one.",
        ),
        Misconception(
            "conv1d_loops.bias-per-product",
            wrong.loops_bias_per_product,
            "when the bias is added once for every product: it stands inside the innermost loop.",
            "How often does the bias appear in the formula for one output? Move it out of the sum.",
        ),
        Misconception(
            "conv1d_loops.last-product-only",
            wrong.loops_last_product_only,
            "when each product overwrites the ones before it.",
            "A sum collects. Look for an `=` that should be a `+=`.",
        ),
        Misconception(
            "conv1d_loops.last-window-missing",
            wrong.loops_last_window_missing,
            "when the last window is missing: the output is one too short.",
            "A signal of 5 has 3 windows of 3. Which formula gives that?",
        ),
        Misconception(
            "conv1d_loops.last-window-zero",
            wrong.loops_last_window_zero,
            "when the loop ends before the last window, and the last output stays 0.",
            "How many positions does the output have? Your loop must reach all of them.",
        ),
        Misconception(
            "conv1d_loops.running-total",
            wrong.loops_running_total,
            "when the sum is not set back to 0 for the next position.",
            "Each output is a sum of its own. Where does yours start?",
        ),
        Misconception(
            "conv1d_loops.window-stands-still",
            wrong.loops_window_stands_still,
            "when every position reads the first window.",
            "The window starts at x. Where does x appear in the index into input?",
        ),
        Misconception(
            "conv1d_loops.offset-ignored",
            wrong.loops_offset_ignored,
            "when all elements of the kernel meet the same element of the signal.",
            "Element v of the kernel lies v steps after the window's start.",
        ),
    ),
    hints=(
        "Write down one output, say [0, 0, 0], as a sum: which elements of input and which of weight are in it?",
        "Output [r, o, x] sums over the input channels c and over the kernel's elements v. "
        "That makes five loops: r, o, x, c, v.",
        "There are w_i - k + 1 positions. Start from np.zeros of the output's shape. In the innermost loop, "
        "weight[o, c, v] meets the element of channel c that lies v steps after x.",
        "The bias is added after the two inner loops, once for each output, and only if it is not None.",
    ),
    explanation=(
        "The loops say what the formula says: each output collects c_i · k products, one for every weight of its "
        "channel. The kernel's index and the signal's run the same way, so nothing is flipped."
    ),
    trace=_trace,
)

CONV1D = Exercise(
    name="conv1d",
    chapter=CHAPTER,
    points=4,
    reference=functional.conv1d,
    solution=conv1d,
    oracle=TorchFunction("torch.nn.functional.conv1d"),
    cases=(
        *_SMALL_CASES,
        Case(
            "a long signal",
            _long_signal,
            note="480,000 outputs: too many for loops over positions and channels",
            weight=2.0,
        ),
    ),
    misconceptions=(
        Misconception(
            "conv1d.kernel-flipped",
            wrong.flipped,
            "when the kernel is flipped: a true convolution, as np.convolve computes it.",
            "PyTorch's layers compute cross-correlation: the kernel lies on the signal as it is.",
        ),
        Misconception(
            "conv1d.first-channel-only",
            wrong.first_channel,
            "when only the first input channel is read.",
            "Every output sums over all input channels. Which axes has your sum?",
        ),
        Misconception(
            "conv1d.mean-of-channels",
            wrong.mean_of_channels,
            "when the input channels are averaged.",
            "The formula sums over the channels, and divides by nothing.",
        ),
        Misconception(
            "conv1d.batch-summed",
            wrong.batch_summed,
            "when a sum runs over the whole batch: every signal gets the sum of all.",
            "Each signal of the batch is on its own. Which axes does your np.sum, or your einsum, leave over?",
        ),
        Misconception(
            "conv1d.no-bias",
            wrong.no_bias,
            "when the bias is left out.",
            "Each output channel adds its own constant, where there is one.",
        ),
        Misconception(
            "conv1d.bias-per-position",
            wrong.bias_per_position,
            "when the bias is added along the positions: NumPy lines (c_o,) up with the last axis.",
            "bias[o] belongs to output channel o, the axis before the last. Give it a second axis.",
        ),
        Misconception(
            "conv1d.bias-per-tap",
            wrong.bias_per_tap,
            "when the bias is added once for every element of the kernel: it stands inside the loop.",
            "Add it once, before the loop or after it.",
        ),
        Misconception(
            "conv1d.channels-last",
            wrong.channels_last,
            "when the output has its channels last: (n, w_o, c_o).",
            "PyTorch's order is (n, c_o, w_o). Look at the last letters of your einsum, or at a missing transpose.",
        ),
        Misconception(
            "conv1d.last-window-missing",
            wrong.last_window_missing,
            "when the last window is missing: the output is one too short.",
            "A signal of 5 has 3 windows of 3. Which formula gives that?",
        ),
        Misconception(
            "conv1d.length-kept",
            wrong.length_kept,
            "when zeros are put around the signal so that it keeps its length: padding='same'.",
            "Without padding, a window must lie inside the signal.",
        ),
        Misconception(
            "conv1d.channels-flipped",
            wrong.channels_flipped,
            "when input channels and kernel are both reversed.",
            "Channel c of the input meets channel c of the kernel, and neither is turned round.",
        ),
    ),
    hints=(
        "Your loops are right, and slow. Which of the five can NumPy do at once?",
        "One way keeps a single loop, over the k elements of the kernel. Element v meets the slice of the signal that "
        "starts at v and is w_o long; the channels are summed by a matrix product or an einsum.",
        "The other way has no loop: sliding_window_view(input, k, axis=2) is (n, c_i, w_o, k). Multiply with weight "
        "(c_o, c_i, k) and sum over c_i and k.",
        'In einsum\'s words: "ncxv,ocv->nox". The bias then needs the shape (c_o, 1).',
    ),
    explanation=(
        "sliding_window_view lays every window out on an axis of its own, without copying. einsum multiplies it with "
        "the kernels and sums over c and v, the letters that are missing on the right. "
        "The bias, shape (c_o, 1), is repeated along the positions."
    ),
    trace=_trace,
    seconds=1.0,
)


EXERCISES = (LOOPS, CONV1D, OUTPUT_SIZE, NUM_PARAMETERS, BACKWARD, REPAIR)
