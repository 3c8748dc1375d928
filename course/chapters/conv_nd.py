"""Chapter 10, second half: one convolution for signals, images and volumes, and one of films to repair."""

from __future__ import annotations

from typing import Any

import numpy as np

from course import functional
from course.chapters.mistakes import conv_nd as wrong
from course.checking.oracles import TorchFunction
from course.checking.sampling import normal
from course.checking.spec import Case, Exercise, Misconception

CHAPTER = "10_conv3d"


def layer(
    rng: np.random.Generator,
    n: int,
    c_i: int,
    c_o: int,
    size: tuple[int, ...],
    kernel: tuple[int, ...],
    bias: bool = True,
    **options: Any,
) -> dict[str, Any]:
    """Draw a call of the layer, for as many axes as `size` and `kernel` have."""
    arguments: dict[str, Any] = {"input": normal(rng, n, c_i, *size), "weight": normal(rng, c_o, c_i, *kernel)}
    if bias:
        arguments["bias"] = normal(rng, c_o)
    return arguments | options


def conv_nd(input, weight, bias=None, stride=1, padding=0):
    """Slide kernels over one, two or three axes: the lesson's version."""
    axes = weight.ndim - 2
    strides = stride if isinstance(stride, tuple) else (stride,) * axes
    paddings = padding if isinstance(padding, tuple) else (padding,) * axes

    padded = np.pad(input, [(0, 0), (0, 0)] + [(p, p) for p in paddings])
    spatial = tuple(range(2, 2 + axes))
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=spatial)
    steps = tuple(slice(None, None, s) for s in strides)
    windows = windows[(slice(None), slice(None), *steps)]

    summed = [1, *range(2 + axes, 2 + 2 * axes)]
    output = np.tensordot(windows, weight, axes=(summed, [1, *spatial]))
    output = np.moveaxis(output, -1, 1)
    return output if bias is None else output + bias.reshape([-1] + [1] * axes)


def _torch_call(
    input: np.ndarray, weight: np.ndarray, bias: np.ndarray | None = None, stride: Any = 1, padding: Any = 0
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Arrange a call of the function behind all of PyTorch's convolutions. It wants one number for each axis."""
    axes = weight.ndim - 2
    stride, padding = (each if isinstance(each, tuple) else (each,) * axes for each in (stride, padding))
    transposed, groups = False, 1
    return (input, weight, bias, stride, padding, (1,) * axes, transposed, (0,) * axes, groups), {}


CONV_ND = Exercise(
    name="conv_nd",
    chapter=CHAPTER,
    points=5,
    reference=functional.conv_nd,
    solution=conv_nd,
    oracle=TorchFunction("torch.convolution", arrange=_torch_call),
    cases=(
        Case("1-D", lambda rng: layer(rng, n=2, c_i=3, c_o=4, size=(8,), kernel=(3,))),
        Case("1-D with stride and padding", lambda rng: layer(rng, 2, 2, 3, (9,), (4,), stride=2, padding=1)),
        Case("2-D", lambda rng: layer(rng, n=2, c_i=3, c_o=4, size=(5, 6), kernel=(2, 3))),
        Case("2-D with stride", lambda rng: layer(rng, 2, 3, 2, (7, 9), (3, 2), bias=False, stride=2)),
        Case(
            "2-D with stride and padding for each axis",
            lambda rng: layer(rng, 1, 2, 3, (6, 7), (3, 2), stride=(2, 3), padding=(0, 2)),
        ),
        Case("3-D", lambda rng: layer(rng, n=1, c_i=3, c_o=2, size=(4, 5, 6), kernel=(2, 3, 4))),
        Case("3-D with padding", lambda rng: layer(rng, 2, 2, 3, (3, 4, 5), (2, 2, 3), padding=1)),
        Case(
            "3-D with stride and padding for each axis",
            lambda rng: layer(rng, 1, 2, 3, (5, 6, 8), (2, 3, 2), stride=(1, 3, 2), padding=(2, 0, 1)),
        ),
    ),
    misconceptions=(
        Misconception(
            "conv_nd.kernel-flipped",
            wrong.flipped,
            "when the kernel is flipped: a true convolution. PyTorch's layers compute cross-correlation.",
            "Find the line that turns the kernel, and leave it out. np.convolve and FFTs flip, too.",
        ),
        Misconception(
            "conv_nd.kernel-axes-reversed",
            wrong.kernel_reversed_axes,
            "when the kernel's axes stand in the reverse order. With a single axis nobody notices.",
            "The axes of the window and of the kernel must meet in the same order.",
        ),
        Misconception(
            "conv_nd.first-channel-only",
            wrong.first_channel,
            "when only the first input channel is read.",
            "The sum runs over the channels and over the window.",
        ),
        Misconception(
            "conv_nd.no-bias",
            wrong.no_bias,
            "when the bias is left out.",
            "Each output channel adds its own constant, where there is one.",
        ),
        Misconception(
            "conv_nd.channels-last",
            wrong.channels_last,
            "when the output channels stand last, as tensordot leaves them.",
            "The output is (n, c_o, *sizes). np.moveaxis brings an axis to another place.",
        ),
        Misconception(
            "conv_nd.last-windows-missing",
            wrong.last_windows_missing,
            "when the last window along each axis is missing.",
            "Along an axis of 5, a kernel of 3 has 3 positions.",
        ),
        Misconception(
            "conv_nd.stride-ignored",
            wrong.stride_ignored,
            "when the stride is ignored.",
            "With stride 2, every second window counts.",
        ),
        Misconception(
            "conv_nd.stride-on-first-axis-only",
            wrong.stride_on_first_axis,
            "when only the first spatial axis is strided.",
            "There is a stride for each spatial axis. Where is the second?",
        ),
        Misconception(
            "conv_nd.strides-reversed",
            wrong.strides_reversed,
            "when the strides are applied in the reverse order.",
            "stride[0] belongs to the first spatial axis.",
        ),
        Misconception(
            "conv_nd.stride-on-the-input",
            wrong.stride_on_input,
            "when the stride thins out the input in place of the windows.",
            "A window holds neighbours, whatever the stride. The stride says which windows are taken.",
        ),
        Misconception(
            "conv_nd.padding-ignored",
            wrong.padding_ignored,
            "when the padding is ignored.",
            "Put zeros around the input before you look for windows.",
        ),
        Misconception(
            "conv_nd.padding-in-front-only",
            wrong.padding_in_front,
            "when zeros stand in front only.",
            "Padding p puts p zeros at both ends of each axis.",
        ),
    ),
    hints=(
        "weight.ndim - 2 is the number of spatial axes. Make stride and padding tuples of that length first.",
        "np.pad takes a list with a pair (before, after) for each axis. Samples and channels get (0, 0).",
        "sliding_window_view(padded, weight.shape[2:], axis=(2, …)) has the axes (n, c_i, positions…, kernel…). The "
        "stride then takes every s-th position: index with a tuple of slice(None, None, s).",
        "np.tensordot(windows, weight, axes=(a, b)) multiplies and sums the axes in list a of windows with those in "
        "list b of weight, pair by pair: the channels and the kernel's axes. c_o comes out last: np.moveaxis brings it "
        "to place 1.",
    ),
    explanation=(
        "What depends on the number of axes is a list of that length: pairs for np.pad, slices for the stride, axes "
        "for tensordot. tensordot leaves (n, positions…, c_o), so that one moveaxis is needed."
    ),
)


def repair_conv3d(input: np.ndarray, weight: np.ndarray, bias: np.ndarray | None = None) -> np.ndarray:
    """Slide kernels through films."""
    return functional.conv3d(input, weight, bias)


REPAIR = Exercise(
    name="repair_conv3d",
    chapter=CHAPTER,
    points=2,
    reference=repair_conv3d,
    oracle=TorchFunction("torch.nn.functional.conv3d"),
    given=wrong.repair_as_given,
    cases=(
        Case("two frames at a time", lambda rng: layer(rng, 1, 1, 1, size=(4, 2, 3), kernel=(2, 1, 2))),
        Case("three frames at a time", lambda rng: layer(rng, n=2, c_i=2, c_o=3, size=(6, 4, 5), kernel=(3, 2, 3))),
        Case("no bias", lambda rng: layer(rng, n=2, c_i=3, c_o=2, size=(5, 3, 6), kernel=(4, 3, 2), bias=False)),
        Case("a kernel as long as the film", lambda rng: layer(rng, 1, 2, 3, size=(3, 4, 5), kernel=(3, 3, 2))),
    ),
    misconceptions=(
        Misconception(
            "repair_conv3d.as-given",
            wrong.repair_as_given,
            "when the function is left as it was handed out.",
            "t counts the frames of the kernel. Which frame of the film should each of them meet?",
        ),
        Misconception(
            "repair_conv3d.offset-only",
            wrong.repair_offset_only,
            "when every output looks at the first frames of the film: the window no longer moves in time.",
            "Output z starts its window at frame z.",
        ),
        Misconception(
            "repair_conv3d.backwards",
            wrong.repair_backwards,
            "when the kernel reaches back from frame z: z - t.",
            "The window of output z starts at frame z. In which direction does it go on?",
        ),
        Misconception(
            "repair_conv3d.time-reversed",
            wrong.repair_time_reversed,
            "when the kernel runs backwards in time.",
            "The window is right. The first frame of the kernel must meet the first frame in it.",
        ),
        Misconception(
            "repair_conv3d.last-frame",
            wrong.repair_last_frame,
            "when the whole kernel meets the last frame of its window.",
            "Only the last frame of the kernel belongs there. And the others?",
        ),
    ),
    hints=(
        "Try it on a film in which only one frame is not 0, with a kernel of one pixel and two frames.",
        "u and v move the window across a frame. Does anything move it through time?",
        "The formula reads X at z + t. Look for the line that reads the film.",
    ),
    explanation=(
        "The film was read at z for every t, so that all frames of the kernel met the same frame. At z + t, each meets "
        "its own. In a film in which nothing moves the two are the same."
    ),
)
