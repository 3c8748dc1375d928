"""`conv1d`: ..."""

from __future__ import annotations

import numpy as np

from course import functional
from course.chapters.conv1d.draws import _SMALL_CASES, _trace
from course.checking.spec import Case, Exercise, Mistake, TorchFunction


def conv1d(input, weight, bias=None):
    """Slide kernels along every signal of input, fast.

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


def _length_kept(input, weight, bias=None):
    (c_o, _, k), w = weight.shape, input.shape[2]
    before = (k - 1) // 2
    padded = np.pad(input, ((0, 0), (0, 0), (before, k - 1 - before)))
    output = np.zeros((len(input), c_o, w))
    for v in range(k):
        output += np.einsum("ncx,oc->nox", padded[:, :, v : v + w], weight[:, :, v])
    return output if bias is None else output + bias[:, np.newaxis]


EXERCISE = Exercise(
    name="conv1d",
    points=4,
    solution=conv1d,
    reference=functional.conv1d,
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
    mistakes=(
        Mistake(
            # UNVERIFIED
            "kernel-flipped",
            edit=("weight)", "weight[:, :, ::-1])"),
            gives="when the kernel is flipped: a true convolution, as np.convolve computes it.",
            advice="PyTorch's layers compute cross-correlation: the kernel lies on the signal as it is.",
        ),
        Mistake(
            # UNVERIFIED
            "first-channel-only",
            edit=('"ncxv,ocv->nox", windows, weight', '"nxv,ov->nox", windows[:, 0], weight[:, 0]'),
            gives="when only the first input channel is read.",
            advice="Every output sums over all input channels. Which axes has your sum?",
        ),
        Mistake(
            # UNVERIFIED
            "mean-of-channels",
            edit=("weight)", "weight) / weight.shape[1]"),
            gives="when the input channels are averaged.",
            advice="The formula sums over the channels, and divides by nothing.",
        ),
        Mistake(
            # UNVERIFIED
            "batch-summed",
            edit=(
                'einsum("ncxv,ocv->nox"',
                ('zeros((len(input), len(weight), windows.shape[2]))\n    output[:] = np.einsum("ncxv,ocv->ox"'),
            ),
            gives="when a sum runs over the whole batch: every signal gets the sum of all.",
            advice="Each signal of the batch is on its own. Which axes does your np.sum, or your einsum, leave over?",
        ),
        Mistake(
            "no-bias",
            edit=(
                ("output = np", "return np"),
                (("if bias is not None:\n        output = output + bias[:, np.newaxis]\n    return output"), ""),
            ),
            gives="when the bias is left out.",
            advice="Each output channel adds its own constant, where there is one.",
        ),
        Mistake(
            # UNVERIFIED
            "bias-per-position",
            edit=("[:, np.newaxis]", ""),
            gives="when the bias is added along the positions: NumPy lines (c_o,) up with the last axis.",
            advice="bias[o] belongs to output channel o, the axis before the last. Give it a second axis.",
        ),
        Mistake(
            # UNVERIFIED
            "bias-per-tap",
            edit=(
                (
                    "windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[2]",
                    ("k = weight.shape[2]\n    windows = np.lib.stride_tricks.sliding_window_view(input, k"),
                ),
                ("+ bias", "+ k * bias"),
            ),
            gives="when the bias is added once for every element of the kernel: it stands inside the loop.",
            advice="Add it once, before the loop or after it.",
        ),
        Mistake(
            # UNVERIFIED
            "channels-last",
            edit=(('"ncxv,ocv->nox"', '"ncxv,ocv->nxo"'), ("[:, np.newaxis]", "")),
            gives="when the output has its channels last: (n, w_o, c_o).",
            advice=(
                "PyTorch's order is (n, c_o, w_o). Look at the last letters of your einsum, or at a missing transpose."
            ),
        ),
        Mistake(
            # UNVERIFIED
            "last-window-missing",
            edit=("windows,", "windows[:, :, :-1],"),
            gives="when the last window is missing: the output is one too short.",
            advice="A signal of 5 has 3 windows of 3. Which formula gives that?",
        ),
        Mistake(
            "length-kept",
            body=_length_kept,
            gives="when zeros are put around the signal so that it keeps its length: padding='same'.",
            advice="Without padding, a window must lie inside the signal.",
        ),
        Mistake(
            # UNVERIFIED
            "channels-flipped",
            edit=("weight)", "weight[:, ::-1, ::-1])"),
            gives="when input channels and kernel are both reversed.",
            advice="Channel c of the input meets channel c of the kernel, and neither is turned round.",
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
        "sliding_window_view lays every window out on an axis of its own, without copying. einsum multiplies it "
        "with the kernels and sums over c and v, the letters that are missing on the right. The bias, shape "
        "(c_o, 1), is repeated along the positions."
    ),
    trace=_trace,
    seconds=1.0,
)
