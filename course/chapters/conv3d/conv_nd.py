"""`conv_nd`: ..."""

from __future__ import annotations

from typing import Any

import numpy as np

from course import functional
from course.chapters.conv3d.draws import layer
from course.checking.oracles import TorchFunction
from course.checking.spec import Case, Exercise, Mistake


def conv_nd(input, weight, bias=None, stride=1, padding=0):
    """Slide kernels along one, two or three axes.

    input    (n, c_i, *sizes)        one, two or three sizes
    weight   (c_o, c_i, *kernel)     as many
    bias     (c_o,)                  or None
    stride   a number for all spatial axes, or a tuple with one for each
    padding  likewise: how many zeros stand at both ends of an axis
    returns  (n, c_o, *output)       each (size + 2 * padding - kernel) // stride + 1

    >>> conv_nd(np.array([[[1.0, 2.0, 4.0, 7.0]]]), np.array([[[-1.0, 1.0]]]), stride=2)
    array([[[1., 3.]]])
    """
    axes = weight.ndim - 2
    strides = stride if isinstance(stride, tuple) else (stride,) * axes
    paddings = padding if isinstance(padding, tuple) else (padding,) * axes

    padded = np.pad(input, [(0, 0), (0, 0)] + [(p, p) for p in paddings])
    spatial = tuple(range(2, 2 + axes))
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=spatial)
    steps = tuple(slice(None, None, s) for s in strides)
    windows = windows[(slice(None), slice(None), *steps)]  # (n, c_i, *output, *kernel)

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


def _kernel_flipped(input, weight, bias=None, stride=1, padding=0):
    axes = tuple(range(2, weight.ndim))
    s = stride if isinstance(stride, tuple) else (stride,) * len(axes)
    p = padding if isinstance(padding, tuple) else (padding,) * len(axes)
    padded = np.pad(input, ((0, 0), (0, 0), *((each, each) for each in p)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=axes)
    windows = windows[:, :, *(slice(None, None, each) for each in s)]
    kernels = np.flip(weight, axis=axes)
    output = np.moveaxis(np.tensordot(windows, kernels, axes=((1, *range(-len(axes), 0)), (1, *axes))), -1, 1)
    return output if bias is None else output + bias.reshape(-1, *[1] * len(axes))


def _kernel_axes_reversed(input, weight, bias=None, stride=1, padding=0):
    axes = tuple(range(2, weight.ndim))
    s = stride if isinstance(stride, tuple) else (stride,) * len(axes)
    p = padding if isinstance(padding, tuple) else (padding,) * len(axes)
    padded = np.pad(input, ((0, 0), (0, 0), *((each, each) for each in p)))
    kernels = weight.transpose(0, 1, *reversed(axes))
    windows = np.lib.stride_tricks.sliding_window_view(padded, kernels.shape[2:], axis=axes)
    windows = windows[:, :, *(slice(None, None, each) for each in s)]
    output = np.moveaxis(np.tensordot(windows, kernels, axes=((1, *range(-len(axes), 0)), (1, *axes))), -1, 1)
    return output if bias is None else output + bias.reshape(-1, *[1] * len(axes))


def _first_channel_only(input, weight, bias=None, stride=1, padding=0):
    axes = tuple(range(2, weight.ndim))
    s = stride if isinstance(stride, tuple) else (stride,) * len(axes)
    p = padding if isinstance(padding, tuple) else (padding,) * len(axes)
    padded = np.pad(input, ((0, 0), (0, 0), *((each, each) for each in p)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=axes)
    windows = windows[:, :, *(slice(None, None, each) for each in s)][:, :1]
    kernels = weight[:, :1]
    output = np.moveaxis(np.tensordot(windows, kernels, axes=((1, *range(-len(axes), 0)), (1, *axes))), -1, 1)
    return output if bias is None else output + bias.reshape(-1, *[1] * len(axes))


def _no_bias(input, weight, bias=None, stride=1, padding=0):
    axes = tuple(range(2, weight.ndim))
    s = stride if isinstance(stride, tuple) else (stride,) * len(axes)
    p = padding if isinstance(padding, tuple) else (padding,) * len(axes)
    padded = np.pad(input, ((0, 0), (0, 0), *((each, each) for each in p)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=axes)
    windows = windows[:, :, *(slice(None, None, each) for each in s)]
    return np.moveaxis(np.tensordot(windows, weight, axes=((1, *range(-len(axes), 0)), (1, *axes))), -1, 1)


def _channels_last(input, weight, bias=None, stride=1, padding=0):
    axes = tuple(range(2, weight.ndim))
    s = stride if isinstance(stride, tuple) else (stride,) * len(axes)
    p = padding if isinstance(padding, tuple) else (padding,) * len(axes)
    padded = np.pad(input, ((0, 0), (0, 0), *((each, each) for each in p)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=axes)
    windows = windows[:, :, *(slice(None, None, each) for each in s)]
    output = np.tensordot(windows, weight, axes=((1, *range(-len(axes), 0)), (1, *axes)))
    return output if bias is None else output + bias


def _last_windows_missing(input, weight, bias=None, stride=1, padding=0):
    axes = tuple(range(2, weight.ndim))
    s = stride if isinstance(stride, tuple) else (stride,) * len(axes)
    p = padding if isinstance(padding, tuple) else (padding,) * len(axes)
    padded = np.pad(input, ((0, 0), (0, 0), *((each, each) for each in p)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=axes)
    windows = windows[:, :, *(slice(0, -1, each) for each in s)]
    output = np.moveaxis(np.tensordot(windows, weight, axes=((1, *range(-len(axes), 0)), (1, *axes))), -1, 1)
    return output if bias is None else output + bias.reshape(-1, *[1] * len(axes))


def _stride_ignored(input, weight, bias=None, stride=1, padding=0):
    axes = tuple(range(2, weight.ndim))
    p = padding if isinstance(padding, tuple) else (padding,) * len(axes)
    padded = np.pad(input, ((0, 0), (0, 0), *((each, each) for each in p)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=axes)
    output = np.moveaxis(np.tensordot(windows, weight, axes=((1, *range(-len(axes), 0)), (1, *axes))), -1, 1)
    return output if bias is None else output + bias.reshape(-1, *[1] * len(axes))


def _stride_on_first_axis_only(input, weight, bias=None, stride=1, padding=0):
    axes = tuple(range(2, weight.ndim))
    s = stride[0] if isinstance(stride, tuple) else stride
    p = padding if isinstance(padding, tuple) else (padding,) * len(axes)
    padded = np.pad(input, ((0, 0), (0, 0), *((each, each) for each in p)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=axes)[:, :, ::s]
    output = np.moveaxis(np.tensordot(windows, weight, axes=((1, *range(-len(axes), 0)), (1, *axes))), -1, 1)
    return output if bias is None else output + bias.reshape(-1, *[1] * len(axes))


def _strides_reversed(input, weight, bias=None, stride=1, padding=0):
    axes = tuple(range(2, weight.ndim))
    s = stride if isinstance(stride, tuple) else (stride,) * len(axes)
    p = padding if isinstance(padding, tuple) else (padding,) * len(axes)
    padded = np.pad(input, ((0, 0), (0, 0), *((each, each) for each in p)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=axes)
    windows = windows[:, :, *(slice(None, None, each) for each in reversed(s))]
    output = np.moveaxis(np.tensordot(windows, weight, axes=((1, *range(-len(axes), 0)), (1, *axes))), -1, 1)
    return output if bias is None else output + bias.reshape(-1, *[1] * len(axes))


def _stride_on_the_input(input, weight, bias=None, stride=1, padding=0):
    axes = tuple(range(2, weight.ndim))
    s = stride if isinstance(stride, tuple) else (stride,) * len(axes)
    p = padding if isinstance(padding, tuple) else (padding,) * len(axes)
    padded = np.pad(input, ((0, 0), (0, 0), *((each, each) for each in p)))
    padded = padded[:, :, *(slice(None, None, each) for each in s)]
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=axes)
    output = np.moveaxis(np.tensordot(windows, weight, axes=((1, *range(-len(axes), 0)), (1, *axes))), -1, 1)
    return output if bias is None else output + bias.reshape(-1, *[1] * len(axes))


def _padding_ignored(input, weight, bias=None, stride=1, padding=0):
    axes = tuple(range(2, weight.ndim))
    s = stride if isinstance(stride, tuple) else (stride,) * len(axes)
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[2:], axis=axes)
    windows = windows[:, :, *(slice(None, None, each) for each in s)]
    output = np.moveaxis(np.tensordot(windows, weight, axes=((1, *range(-len(axes), 0)), (1, *axes))), -1, 1)
    return output if bias is None else output + bias.reshape(-1, *[1] * len(axes))


def _padding_in_front_only(input, weight, bias=None, stride=1, padding=0):
    axes = tuple(range(2, weight.ndim))
    s = stride if isinstance(stride, tuple) else (stride,) * len(axes)
    p = padding if isinstance(padding, tuple) else (padding,) * len(axes)
    padded = np.pad(input, ((0, 0), (0, 0), *((each, 0) for each in p)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=axes)
    windows = windows[:, :, *(slice(None, None, each) for each in s)]
    output = np.moveaxis(np.tensordot(windows, weight, axes=((1, *range(-len(axes), 0)), (1, *axes))), -1, 1)
    return output if bias is None else output + bias.reshape(-1, *[1] * len(axes))


EXERCISE = Exercise(
    name="conv_nd",
    points=5,
    solution=conv_nd,
    reference=functional.conv_nd,
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
    mistakes=(
        Mistake(
            "kernel-flipped",
            body=_kernel_flipped,
            gives="when the kernel is flipped: a true convolution. PyTorch's layers compute cross-correlation.",
            advice="Find the line that turns the kernel, and leave it out. np.convolve and FFTs flip, too.",
        ),
        Mistake(
            "kernel-axes-reversed",
            body=_kernel_axes_reversed,
            gives="when the kernel's axes stand in the reverse order. With a single axis nobody notices.",
            advice="The axes of the window and of the kernel must meet in the same order.",
        ),
        Mistake(
            "first-channel-only",
            body=_first_channel_only,
            gives="when only the first input channel is read.",
            advice="The sum runs over the channels and over the window.",
        ),
        Mistake(
            "no-bias",
            body=_no_bias,
            gives="when the bias is left out.",
            advice="Each output channel adds its own constant, where there is one.",
        ),
        Mistake(
            "channels-last",
            body=_channels_last,
            gives="when the output channels stand last, as tensordot leaves them.",
            advice="The output is (n, c_o, *sizes). np.moveaxis brings an axis to another place.",
        ),
        Mistake(
            "last-windows-missing",
            body=_last_windows_missing,
            gives="when the last window along each axis is missing.",
            advice="Along an axis of 5, a kernel of 3 has 3 positions.",
        ),
        Mistake(
            "stride-ignored",
            body=_stride_ignored,
            gives="when the stride is ignored.",
            advice="With stride 2, every second window counts.",
        ),
        Mistake(
            "stride-on-first-axis-only",
            body=_stride_on_first_axis_only,
            gives="when only the first spatial axis is strided.",
            advice="There is a stride for each spatial axis. Where is the second?",
        ),
        Mistake(
            "strides-reversed",
            body=_strides_reversed,
            gives="when the strides are applied in the reverse order.",
            advice="stride[0] belongs to the first spatial axis.",
        ),
        Mistake(
            "stride-on-the-input",
            body=_stride_on_the_input,
            gives="when the stride thins out the input in place of the windows.",
            advice="A window holds neighbours, whatever the stride. The stride says which windows are taken.",
        ),
        Mistake(
            "padding-ignored",
            body=_padding_ignored,
            gives="when the padding is ignored.",
            advice="Put zeros around the input before you look for windows.",
        ),
        Mistake(
            "padding-in-front-only",
            body=_padding_in_front_only,
            gives="when zeros stand in front only.",
            advice="Padding p puts p zeros at both ends of each axis.",
        ),
    ),
    hints=(
        "weight.ndim - 2 is the number of spatial axes. Make stride and padding tuples of that length first.",
        "np.pad takes a list with a pair (before, after) for each axis. Samples and channels get (0, 0).",
        "sliding_window_view(padded, weight.shape[2:], axis=(2, …)) has the axes (n, c_i, positions…, kernel…). "
        "The stride then takes every s-th position: index with a tuple of slice(None, None, s).",
        "np.tensordot(windows, weight, axes=(a, b)) multiplies and sums the axes in list a of windows with those "
        "in list b of weight, pair by pair: the channels and the kernel's axes. c_o comes out last: np.moveaxis "
        "brings it to place 1.",
    ),
    explanation=(
        "What depends on the number of axes is a list of that length: pairs for np.pad, slices for the stride, "
        "axes for tensordot. tensordot leaves (n, positions…, c_o), so that one moveaxis is needed."
    ),
)
