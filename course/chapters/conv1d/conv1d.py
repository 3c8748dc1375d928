"""The convolution along one axis, fast."""

from __future__ import annotations

import numpy as np

from course import functional
from course.chapters.conv1d.conv1d_loops import EXERCISE as CONV1D_LOOPS
from course.chapters.conv1d.small_cases import SMALL_CASES
from course.chapters.conv1d.worked_out import output_worked_out
from course.checking.oracles import TorchFunction
from course.checking.spec import Case, Exercise, Mistake


def conv1d(input, weight, bias=None):
    """Slide kernels along every signal of input: 480,000 outputs within a second.

    input   (n, c_i, w_i)
    weight  (c_o, c_i, k)
    bias    (c_o,)         or None, for a layer without bias
    returns (n, c_o, w_i - k + 1)

    >>> conv1d(np.array([[[1.0, 2.0, 4.0, 7.0]]]), np.array([[[-1.0, 1.0]]]), np.array([10.0]))
    array([[[11., 12., 13.]]])
    """
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[2], axis=2)  # (n, c_i, w_o, k)
    output = np.einsum("ncxv,ocv->nox", windows, weight)
    if bias is not None:
        output = output + bias[:, np.newaxis]
    return output


def _long_signal(rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Draw quarters: their sums are exact in float32, too, so that none of many values is lost to rounding."""
    shapes = {"input": (2, 3, 10_002), "weight": (24, 3, 3), "bias": (24,)}
    return {name: rng.integers(-8, 9, size=shape) / 4 for name, shape in shapes.items()}


EXERCISE = Exercise(
    points=4,
    solution=conv1d,
    reference=functional.conv1d,
    oracle=TorchFunction("torch.nn.functional.conv1d"),
    cases=(
        *SMALL_CASES,
        Case(
            "a long signal",
            _long_signal,
            note="480,000 outputs: too many for loops over positions and channels",
            weight=2.0,
        ),
    ),
    mistakes=(
        Mistake(
            "kernel-flipped",
            edit=("windows, weight)", "windows, weight[:, :, ::-1])"),
            gives="when the kernel is flipped: a true convolution, as np.convolve computes it.",
            advice="PyTorch's layers compute cross-correlation: the kernel meets the signal as it is.",
        ),
        Mistake(
            "first-channel-only",
            edit=("windows, weight)", "windows[:, :1], weight[:, :1])"),
            gives="when only the first input channel is read.",
            advice="Every output sums over all input channels. Which axes does your sum run over?",
        ),
        Mistake(
            "mean-of-channels",
            edit=("windows, weight)", "windows, weight) / weight.shape[1]"),
            gives="when the input channels are averaged.",
            advice="The formula sums over the channels, and divides by nothing.",
        ),
        Mistake(
            "batch-summed",
            edit=(
                'np.einsum("ncxv,ocv->nox", windows, weight)',
                'np.tile(np.einsum("ncxv,ocv->ox", windows, weight), (len(input), 1, 1))',
            ),
            gives="when a sum runs over the whole batch: every signal gets the sum of all.",
            advice="Each signal of the batch is on its own. Which axes does your np.sum, or your einsum, keep?",
        ),
        CONV1D_LOOPS.mistake(
            "no-bias", edit=("    if bias is not None:\n        output = output + bias[:, np.newaxis]\n", "")
        ),
        Mistake(
            "bias-per-position",
            edit=("bias[:, np.newaxis]", "bias"),
            gives="when the bias is added along the positions: NumPy lines (c_o,) up with the last axis.",
            advice="bias[o] belongs to output channel o, the axis before the last. Give it a second axis.",
        ),
        Mistake(
            "bias-per-tap",
            edit=("+ bias", "+ weight.shape[2] * bias"),
            gives="when the bias is added once for every element of the kernel: it is inside the loop.",
            advice="Add it once, before the loop or after it.",
        ),
        Mistake(
            "channels-last",
            edit=(('->nox"', '->nxo"'), ("bias[:, np.newaxis]", "bias")),
            gives="when the output has its channels last: (n, w_o, c_o).",
            advice=(
                "PyTorch's order is (n, c_o, w_o). Look at the last letters of your einsum, or at a missing transpose."
            ),
        ),
        CONV1D_LOOPS.mistake("last-window-missing", edit=("windows, weight)", "windows[:, :, :-1], weight)")),
        CONV1D_LOOPS.mistake(
            "last-window-zero",
            edit=("    if bias", "    output[:, :, -1] = 0\n    if bias"),
        ),
        Mistake(
            "length-kept",
            edit=(
                "windows =",
                "k = weight.shape[2]\n"
                "    input = np.pad(input, ((0, 0), (0, 0), ((k - 1) // 2, k // 2)))\n"
                "    windows =",
            ),
            gives="when zeros are put around the signal so that it keeps its length: padding='same'.",
            advice="Without padding, a window must be inside the signal.",
        ),
        Mistake(
            "channels-flipped",
            edit=("windows, weight)", "windows, weight[:, ::-1, ::-1])"),
            gives="when input channels and kernel are both reversed.",
            advice="Channel c of the input meets channel c of the kernel, and neither is reversed.",
        ),
        Mistake(
            "taps-before-channels",
            edit=(
                '"ncxv,ocv->nox", windows, weight',
                '"ncxv,ocv->nox", windows, weight.reshape(len(weight), -1, weight.shape[1]).swapaxes(1, 2)',
            ),
            gives="when the window is laid out as (k, c_i), and the kernel as (c_i, k).",
            advice="Before they are multiplied, both must be flattened in the same order of axes.",
        ),
    ),
    hints=(
        "Your loops are right, and slow. Which of the five can NumPy do at once?",
        "One way keeps a single loop, over the k elements of the kernel. Element v meets the slice of the signal "
        "that starts at v and is w_o long; the channels are summed by a matrix product or an einsum.",
        "The other way has no loop: sliding_window_view(input, k, axis=2) is (n, c_i, w_o, k). Multiply with "
        "weight (c_o, c_i, k) and sum over c_i and k.",
        'In einsum\'s words: "ncxv,ocv->nox". The bias then needs the shape (c_o, 1).',
    ),
    explanation=(
        "sliding_window_view lays the windows out along a new axis, without copying. einsum multiplies it "
        "with the kernels and sums over c and v, the letters that are missing on the right. The bias, shape "
        "(c_o, 1), is repeated along the positions."
    ),
    trace=output_worked_out,
    seconds=1.0,
)
