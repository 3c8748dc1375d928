"""One convolution for one, two and three axes, with stride and padding."""

from __future__ import annotations

from typing import Any

import numpy as np

from course import functional
from course.chapters.conv1d.conv1d_loops import EXERCISE as CONV1D_LOOPS
from course.chapters.conv1d.draws import layer
from course.chapters.conv1d.worked_out import output_worked_out
from course.checking.oracles import TorchFunction
from course.checking.sampling import by_hand
from course.checking.spec import Case, Exercise, Mistake


def conv_nd(input, weight, bias=None, stride=1, padding=0):
    """Slide kernels along one, two or three axes.

    input    (n, c_i, *sizes)        one, two or three sizes
    weight   (c_o, c_i, *kernel)     the same number
    bias     (c_o,)                  or None
    stride   a number for all spatial axes, or a tuple with one for each
    padding  likewise: how many zeros are added at each end of an axis
    returns  (n, c_o, *output)       each (size + 2 * padding - kernel) // stride + 1

    >>> conv_nd(np.array([[[1.0, 2.0, 4.0, 7.0]]]), np.array([[[-1.0, 1.0]]]), stride=2)
    array([[[1., 3.]]])
    """
    axes = weight.ndim - 2
    strides = stride if isinstance(stride, tuple) else (stride,) * axes
    paddings = padding if isinstance(padding, tuple) else (padding,) * axes
    spatial = tuple(range(2, 2 + axes))
    steps = tuple(slice(None, None, s) for s in strides)

    padded = np.pad(input, [(0, 0), (0, 0)] + [(p, p) for p in paddings])
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=spatial)
    windows = windows[:, :, *steps]  # (n, c_i, *output, *kernel)

    summed = [1, *range(2 + axes, 2 + 2 * axes)]
    output = np.tensordot(windows, weight, axes=(summed, [1, *spatial]))  # (n, *output, c_o)
    output = np.moveaxis(output, -1, 1)
    if bias is not None:
        output = output + bias.reshape([-1] + [1] * axes)
    return output


def _torch_call(
    input: np.ndarray, weight: np.ndarray, bias: np.ndarray | None = None, stride: Any = 1, padding: Any = 0
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Arrange a call of the function behind all of PyTorch's convolutions. It wants one number for each axis."""
    axes = weight.ndim - 2
    stride, padding = (each if isinstance(each, tuple) else (each,) * axes for each in (stride, padding))
    transposed, groups = False, 1
    return (input, weight, bias, stride, padding, (1,) * axes, transposed, (0,) * axes, groups), {}


EXERCISE = Exercise(
    points=5,
    solution=conv_nd,
    reference=functional.conv_nd,
    oracle=TorchFunction("torch.convolution", arrange=_torch_call),
    cases=(
        Case("1-D", lambda rng: by_hand(rng, layer(rng, n=1, c_i=2, c_o=3, size=(4,), kernel=(2,)))),
        Case("2-D", lambda rng: by_hand(rng, layer(rng, n=1, c_i=1, c_o=2, size=(4, 3), kernel=(2, 2)))),
        Case("3-D", lambda rng: by_hand(rng, layer(rng, n=1, c_i=1, c_o=2, size=(3, 2, 2), kernel=(2, 1, 2)))),
        Case(
            "1-D with stride and padding",
            lambda rng: by_hand(rng, layer(rng, 1, 1, 2, size=(5,), kernel=(3,), stride=2, padding=1)),
        ),
        Case(
            "1-D with channels, stride and padding",
            lambda rng: layer(rng, 2, 2, 3, (9,), (4,), bias=False, stride=2, padding=1),
        ),
        Case("2-D with channels", lambda rng: layer(rng, n=2, c_i=3, c_o=4, size=(5, 6), kernel=(2, 3))),
        Case("3-D with channels", lambda rng: layer(rng, n=1, c_i=3, c_o=2, size=(4, 5, 6), kernel=(2, 3, 4))),
        Case("2-D with stride", lambda rng: by_hand(rng, layer(rng, 1, 1, 2, (3, 5), (1, 2), bias=False, stride=2))),
        Case(
            "2-D with stride and padding for each axis",
            lambda rng: layer(rng, 1, 2, 3, (6, 7), (3, 2), stride=(2, 3), padding=(0, 2)),
        ),
        Case("3-D with padding", lambda rng: layer(rng, 2, 2, 3, (3, 4, 5), (2, 2, 3), bias=False, padding=1)),
        Case(
            "3-D with stride and padding for each axis",
            lambda rng: layer(rng, 1, 2, 3, (5, 8, 9), (2, 3, 2), stride=(2, 4, 3), padding=(2, 0, 1)),
        ),
        Case("2-D, as many outputs as inputs", lambda rng: layer(rng, n=2, c_i=3, c_o=3, size=(4, 6), kernel=(2, 3))),
        Case(
            "3-D, as many outputs as frames",
            lambda rng: layer(rng, n=2, c_i=2, c_o=3, size=(4, 2, 3), kernel=(2, 1, 2)),
        ),
    ),
    mistakes=(
        Mistake(
            "kernel-flipped",
            edit=("windows, weight,", "windows, np.flip(weight, spatial),"),
            gives="when the kernel is flipped: a true convolution. PyTorch's layers compute cross-correlation.",
            advice="Find the line that flips the kernel, and leave it out. np.convolve and FFTs flip it too.",
        ),
        Mistake(
            "kernel-axes-reversed",
            edit=("padded =", "weight = weight.transpose(0, 1, *reversed(spatial))\n    padded ="),
            gives="when the kernel's axes are in reverse order. With a single axis it makes no difference.",
            advice="The axes of the window and of the kernel must meet in the same order.",
        ),
        Mistake(
            "first-channel-only",
            edit=("windows, weight,", "windows[:, :1], weight[:, :1],"),
            gives="when only the first input channel is read.",
            advice="The sum runs over the channels and over the window.",
        ),
        CONV1D_LOOPS.mistake(
            "no-bias",
            edit=("    if bias is not None:\n        output = output + bias.reshape([-1] + [1] * axes)\n", ""),
        ),
        Mistake(
            "channels-last",
            edit=(("    output = np.moveaxis(output, -1, 1)\n", ""), ("bias.reshape([-1] + [1] * axes)", "bias")),
            gives="when the output channels come last, as tensordot leaves them.",
            advice="The output is (n, c_o, *sizes). np.moveaxis moves an axis to another position.",
        ),
        Mistake(
            "last-windows-missing",
            edit=("slice(None, None, s)", "slice(0, -1, s)"),
            gives="when the last window along each axis is missing.",
            advice="Along an axis of 5, a kernel of 3 has 3 positions.",
        ),
        Mistake(
            "stride-ignored",
            edit=("slice(None, None, s)", "slice(None)"),
            gives="when the stride is ignored.",
            unwritten="The stride is not written yet",
            advice="With stride 2, every second window counts.",
        ),
        Mistake(
            "stride-on-first-axis-only",
            edit=("windows[:, :, *steps]", "windows[:, :, steps[0]]"),
            gives="when only the first spatial axis is strided.",
            advice="There is a stride for each spatial axis. Where is the second?",
        ),
        Mistake(
            "first-stride-for-all",
            edit=("for s in strides", "for s in strides[:1] * axes"),
            gives="when every axis takes the first number of stride.",
            advice="stride[1] belongs to the second spatial axis. Which number does your second axis take?",
        ),
        Mistake(
            "first-padding-for-all",
            edit=("for p in paddings", "for p in paddings[:1] * axes"),
            gives="when every axis takes the first number of padding.",
            advice="padding[1] belongs to the second spatial axis. Which number does your second axis take?",
        ),
        Mistake(
            "strides-reversed",
            edit=("for s in strides", "for s in reversed(strides)"),
            gives="when the strides are applied in reverse order.",
            advice="stride[0] belongs to the first spatial axis.",
        ),
        Mistake(
            "index-for-offset",
            edit=(
                "windows = windows[:, :, *steps]",
                "steps = (slice((n - 1) // s + 1) for n, s in zip(windows.shape[2:], strides))\n"
                "    windows = windows[:, :, *steps]",
            ),
            gives="when the output's index is taken for the window's place, without the stride. The size is right.",
            advice="At which place of the input does the second window start, with stride 2?",
        ),
        Mistake(
            "stride-on-the-input",
            edit=(
                ("(padded, weight.shape", "(padded[:, :, *steps], weight.shape"),
                ("    windows = windows[:, :, *steps]  # (n, c_i, *output, *kernel)\n", ""),
            ),
            gives="when the stride is applied to the input instead of the windows.",
            advice="A window holds neighbours, whatever the stride. The stride says which windows are taken.",
        ),
        Mistake(
            "padding-ignored",
            edit=("sliding_window_view(padded,", "sliding_window_view(input,"),
            gives="when the padding is ignored.",
            unwritten="Padding is not written yet",
            advice="Put zeros around the input before you look for windows.",
        ),
        Mistake(
            "padding-in-front-only",
            edit=("(p, p)", "(p, 0)"),
            gives="when zeros are added in front only.",
            advice="Padding p puts p zeros at both ends of each axis.",
        ),
        Mistake(
            "padding-behind-only",
            edit=("(p, p)", "(0, p)"),
            gives="when zeros are added behind only.",
            advice="Padding p puts p zeros at both ends of each axis.",
        ),
        Mistake(
            "bias-of-images",
            edit=("[-1] + [1] * axes", "[-1, 1, 1]"),
            gives="when the bias has two axes after it, whatever the input has: that is right for images only.",
            advice="How many axes come after the channels? It depends on weight.ndim.",
        ),
        Mistake(
            "bias-of-signals",
            edit=("[-1] + [1] * axes", "[-1, 1]"),
            gives="when the bias has one axis after it, whatever the input has: that is right for signals only.",
            advice="How many axes come after the channels? It depends on weight.ndim.",
        ),
        Mistake(
            "bias-on-last-axis",
            edit=("bias.reshape([-1] + [1] * axes)", "bias"),
            gives="when the bias is added along the last axis: NumPy lines (c_o,) up from the right.",
            advice="bias[o] belongs to output channel o, axis 1. How many axes come after it?",
        ),
        Mistake(
            "weight-axes-exchanged",
            edit=("(summed, [1, *spatial])", "(summed, [0, *spatial])"),
            gives=(
                "when the first two axes of weight are taken for (c_i, c_o). Where there are as many outputs as "
                "inputs, nothing warns you."
            ),
            advice="The axes of weight are (c_o, c_i, *kernel). Which of them does tensordot sum over?",
        ),
    ),
    hints=(
        "weight.ndim - 2 is the number of spatial axes. Make stride and padding tuples of that length first.",
        "np.pad takes a list with a pair (before, after) for each axis. Samples and channels get (0, 0).",
        "sliding_window_view(padded, weight.shape[2:], axis=(2, …)) has the axes (n, c_i, positions…, kernel…). "
        "The stride then takes every s-th position: index with a slice(None, None, s) for each.",
        "np.tensordot(windows, weight, axes=(a, b)) multiplies and sums over pairs of axes: list a of windows, list b "
        "of weight. Which pairs? The channels and the kernel's axes. c_o comes out last: np.moveaxis moves it to "
        "axis 1.",
    ),
    explanation=(
        "What depends on the number of axes is a list of that length: pairs for np.pad, slices for the stride, "
        "axes for tensordot. tensordot leaves (n, positions…, c_o), so one moveaxis is needed."
    ),
    trace=output_worked_out,
)
