"""Chapter 10: the convolution of films and volumes, its parameters and its work. `conv_nd` is in a file of its own."""

from __future__ import annotations

import numpy as np

from course import functional
from course.chapters.conv_nd import CONV_ND, REPAIR, layer
from course.chapters.mistakes import conv3d as wrong
from course.checking.oracles import TorchFunction, TorchMacs, TorchParameters
from course.checking.spec import Arguments, Case, Exercise, Misconception

CHAPTER = "10_conv3d"

Size = int | tuple[int, int, int]


def conv3d(input, weight, bias=None):
    """Slide kernels through films: the lesson's version, one element of the kernel at a time."""
    k_d, k_h, k_w = weight.shape[2:]
    n, _, d_i, h_i, w_i = input.shape
    d_o, h_o, w_o = d_i - k_d + 1, h_i - k_h + 1, w_i - k_w + 1
    output = np.zeros((n, len(weight), d_o, h_o, w_o))
    for t, u, v in np.ndindex(k_d, k_h, k_w):
        met = input[:, :, t : t + d_o, u : u + h_o, v : v + w_o]
        output += np.einsum("nczyx,oc->nozyx", met, weight[:, :, t, u, v])
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis, np.newaxis]


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    row, o, z, y, x = index
    kernels = arguments["weight"][o]
    if kernels.size > 4:
        return ""
    k_d, k_h, k_w = kernels.shape[1:]
    window = arguments["input"][row, :, z : z + k_d, y : y + k_h, x : x + k_w]
    terms = [f"{_in_a_sum(a)}·{_in_a_sum(b)}" for a, b in zip(kernels.flat, window.flat, strict=True)]
    total = float((kernels * window).sum())
    if "bias" in arguments:
        total += float(arguments["bias"][o])
        terms.append(_in_a_sum(arguments["bias"][o]))
    return f"{' + '.join(terms)} = {total:.4g}"


def _in_a_sum(value: float) -> str:
    return f"{value:.4g}" if value >= 0 else f"({value:.4g})"


CONV3D = Exercise(
    name="conv3d",
    chapter=CHAPTER,
    points=4,
    reference=functional.conv3d,
    solution=conv3d,
    oracle=TorchFunction("torch.nn.functional.conv3d"),
    cases=(
        Case("two frames at a time", lambda rng: layer(rng, 1, 1, 1, size=(4, 2, 3), kernel=(2, 1, 2))),
        Case("several channels", lambda rng: layer(rng, n=2, c_i=3, c_o=4, size=(3, 4, 5), kernel=(2, 1, 3))),
        Case("no bias", lambda rng: layer(rng, n=2, c_i=2, c_o=3, size=(5, 4, 6), kernel=(3, 1, 2), bias=False)),
        Case("a cube", lambda rng: layer(rng, n=1, c_i=2, c_o=3, size=(4, 4, 4), kernel=(2, 2, 2))),
        Case("as many outputs as columns", lambda rng: layer(rng, n=1, c_i=2, c_o=4, size=(4, 5, 6), kernel=(2, 3, 3))),
        Case(
            "a kernel as large as the film",
            lambda rng: layer(rng, n=2, c_i=2, c_o=3, size=(3, 4, 2), kernel=(3, 4, 2)),
            weight=0.5,
        ),
        Case(
            "an empty batch",
            lambda rng: layer(rng, n=0, c_i=2, c_o=3, size=(3, 4, 5), kernel=(2, 3, 2)),
            note="not a single film",
            weight=0.5,
        ),
    ),
    misconceptions=(
        Misconception(
            "conv3d.kernel-flipped",
            wrong.flipped,
            "when the kernel is flipped along all three axes: a true convolution. PyTorch computes cross-correlation.",
            "Read your kernel's indices where they meet the window; they should run the same way.",
        ),
        Misconception(
            "conv3d.time-reversed",
            wrong.time_reversed,
            "when the kernel runs backwards in time, and only there.",
            "weight[:, :, 0] meets the first frame of each window, not the last.",
        ),
        Misconception(
            "conv3d.same-frame",
            wrong.same_frame,
            "when all frames of the kernel meet the same frame of the film.",
            "Frame t of the kernel lies on frame z + t of the film.",
        ),
        Misconception(
            "conv3d.depth-last",
            wrong.depth_last,
            "when the weight is read as (c_o, c_i, k_h, k_w, k_d).",
            "In input and in weight, depth comes before height, and height before width.",
        ),
        Misconception(
            "conv3d.first-channel-only",
            wrong.first_channel,
            "when only the first input channel is read.",
            "Every output sums over all input channels, each with a kernel of its own.",
        ),
        Misconception(
            "conv3d.last-product-only",
            wrong.last_product,
            "when each element of the kernel overwrites the ones before it, and only the last counts.",
            "A weighted sum collects. Look for an `=` that should be a `+=`.",
        ),
        Misconception(
            "conv3d.no-bias",
            wrong.no_bias,
            "when the bias is left out.",
            "Each output channel adds its own constant, where there is one.",
        ),
        Misconception(
            "conv3d.bias-per-column",
            wrong.bias_per_column,
            "when the bias is added along the columns: NumPy lines (c_o,) up with the last axis.",
            "bias[o] belongs to output channel o. Three axes come after it.",
        ),
        Misconception(
            "conv3d.last-frame-missing",
            wrong.last_frame_missing,
            "when the last frame of the output is missing.",
            "A film of 5 frames has 3 positions for a kernel of 3 frames.",
        ),
        Misconception(
            "conv3d.last-windows-missing",
            wrong.last_windows_missing,
            "when the last windows along each axis are missing.",
            "Along an axis of 5, a kernel of 3 has 3 positions. Which formula gives that?",
        ),
    ),
    hints=(
        "It is conv2d with one axis more. Write down the three output sizes first: each is a size minus the kernel's "
        "along the same axis, plus 1.",
        "One output sums c_i · k_d · k_h · k_w products: input[r, :, z : z + k_d, y : y + k_h, x : x + k_w] times "
        "weight[o].",
        "Turn the loops round: element (t, u, v) of the kernel meets the part of every film that starts at frame t, "
        "row u and column v, and has the size of the output.",
        'With such a part, np.einsum("nczyx,oc->nozyx", part, weight[:, :, t, u, v]) sums over the channels. Add these '
        "up over t, u and v. The bias needs the shape (c_o, 1, 1, 1).",
    ),
    explanation=(
        "The loop runs over the kernel's elements, not over positions: each meets a block of the film that is as large "
        "as the output. einsum sums over c. The bias, shape (c_o, 1, 1, 1), is repeated along the three axes."
    ),
    trace=_trace,
)


def _triple(kernel_size: Size) -> tuple[int, int, int]:
    return kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size, kernel_size)


def conv3d_num_parameters(in_channels: int, out_channels: int, kernel_size: Size, bias: bool = True) -> int:
    """Count the trainable parameters of a convolution of films or volumes."""
    k_d, k_h, k_w = _triple(kernel_size)
    return out_channels * in_channels * k_d * k_h * k_w + (out_channels if bias else 0)


def _channels(rng: np.random.Generator, c_i: int, c_o: int) -> dict[str, int]:
    return {"in_channels": c_i + 2 * int(rng.integers(0, 20)), "out_channels": c_o + 2 * int(rng.integers(0, 20))}


NUM_PARAMETERS = Exercise(
    name="conv3d_num_parameters",
    chapter=CHAPTER,
    points=1,
    reference=conv3d_num_parameters,
    oracle=TorchParameters(
        "torch.nn.Conv3d",
        arrange=lambda in_channels, out_channels, kernel_size, bias=True: (
            (in_channels, out_channels, kernel_size),
            {"bias": bias},
        ),
    ),
    cases=(
        Case("the table's layer", lambda rng: {"in_channels": 16, "out_channels": 32, "kernel_size": 3}),
        Case("a number for all axes", lambda rng: {**_channels(rng, 13, 31), "kernel_size": 3}),
        Case("one for each axis", lambda rng: {**_channels(rng, 31, 13), "kernel_size": (2, 5, 3), "bias": True}),
        Case("no bias", lambda rng: {**_channels(rng, 21, 17), "kernel_size": (3, 1, 7), "bias": False}),
    ),
    misconceptions=(
        Misconception(
            "conv3d_num_parameters.flat-kernel",
            wrong.parameters_flat_kernel,
            "when the kernel has a height and a width, and no depth.",
            "The kernel of Conv3d has three axes.",
        ),
        Misconception(
            "conv3d_num_parameters.no-bias",
            wrong.parameters_no_bias,
            "when the bias is not counted.",
            "The bias is trained too. How many values does it hold?",
        ),
        Misconception(
            "conv3d_num_parameters.one-axis-only",
            wrong.parameters_one_axis,
            "when a kernel_size such as 3 is taken for 3 weights: one axis only.",
            "Conv3d(…, 3) has a kernel of 3 by 3 by 3.",
        ),
        Misconception(
            "conv3d_num_parameters.first-size-cubed",
            wrong.parameters_first_cubed,
            "when the first of three kernel sizes is taken for all.",
            "kernel_size may be (k_d, k_h, k_w), and the three may differ.",
        ),
        Misconception(
            "conv3d_num_parameters.one-kernel-for-all-inputs",
            wrong.parameters_one_kernel,
            "when all input channels share one kernel.",
            "An output channel has a kernel for each input channel.",
        ),
        Misconception(
            "conv3d_num_parameters.bias-always-counted",
            wrong.parameters_always_bias,
            "when the bias is counted even where bias=False.",
            "Look at that argument before adding.",
        ),
    ),
    hints=(
        "The weight is (c_o, c_i, k_d, k_h, k_w), the bias (c_o,).",
        "kernel_size is a number or a tuple: isinstance(kernel_size, tuple) tells which. Make a tuple of it first.",
        "Multiply the five sizes. Add out_channels only if bias is true.",
    ),
    explanation=(
        "The weight holds c_o · c_i · k_d · k_h · k_w values and the bias c_o. For Conv3d(16, 32, 3) that is "
        "13,824 + 32 = 13,856."
    ),
)


def conv3d_macs(input_shape: tuple[int, int, int, int, int], out_channels: int, kernel_size: Size) -> int:
    """Count the mult-adds of a convolution of films, with stride 1 and without padding."""
    n, c_i, d_i, h_i, w_i = input_shape
    k_d, k_h, k_w = _triple(kernel_size)
    outputs = n * out_channels * (d_i - k_d + 1) * (h_i - k_h + 1) * (w_i - k_w + 1)
    return outputs * c_i * k_d * k_h * k_w


def _films(rng: np.random.Generator, n: int, c_i: int) -> tuple[int, int, int, int, int]:
    return n, c_i, int(rng.integers(5, 9)), int(rng.integers(10, 15)), int(rng.integers(16, 22))


MACS = Exercise(
    name="conv3d_macs",
    chapter=CHAPTER,
    points=2,
    reference=conv3d_macs,
    oracle=TorchMacs(
        "torch.nn.functional.conv3d",
        arrange=lambda input_shape, out_channels, kernel_size: (
            (np.zeros(input_shape), np.zeros((out_channels, input_shape[1], *_triple(kernel_size)))),
            {},
        ),
    ),
    cases=(
        Case("one film", lambda rng: {"input_shape": (1, 3, 4, 8, 9), "out_channels": 4, "kernel_size": 3}),
        Case("any film", lambda rng: {"input_shape": _films(rng, 1, 2), "out_channels": 3, "kernel_size": 3}),
        Case("a batch", lambda rng: {"input_shape": _films(rng, 4, 3), "out_channels": 5, "kernel_size": 2}),
        Case(
            "one size for each axis",
            lambda rng: {"input_shape": _films(rng, 2, 3), "out_channels": 2} | {"kernel_size": (2, 5, 3)},
        ),
    ),
    misconceptions=(
        Misconception(
            "conv3d_macs.input-size",
            wrong.macs_size_kept,
            "when the kernel is taken to stand at every pixel of every frame.",
            "Without padding there are fewer positions than pixels, along all three axes.",
        ),
        Misconception(
            "conv3d_macs.every-frame",
            wrong.macs_every_frame,
            "when the kernel is taken to start at every frame.",
            "The kernel has a depth. At the last frames of the film it has no room any more.",
        ),
        Misconception(
            "conv3d_macs.flat-kernel",
            wrong.macs_flat_kernel,
            "when each output reads one frame only.",
            "The window has k_d frames. How many products is that?",
        ),
        Misconception(
            "conv3d_macs.one-film",
            wrong.macs_one_sample,
            "when the work is counted for one film only.",
            "The layer does the same work for each film of the batch.",
        ),
        Misconception(
            "conv3d_macs.one-input-channel",
            wrong.macs_one_channel,
            "when one input channel is counted.",
            "Each output sums over all input channels.",
        ),
        Misconception(
            "conv3d_macs.bias-counted",
            wrong.macs_bias_counted,
            "when adding the bias counts as a mult-add, as torchinfo does.",
            "A mult-add is a multiplication and an addition. Adding a bias multiplies nothing.",
        ),
        Misconception(
            "conv3d_macs.counted-twice",
            wrong.macs_counted_twice,
            "when a multiplication and its addition count as two.",
            "One mult-add is both together.",
        ),
    ),
    hints=(
        "How many multiplications does one output take?",
        "One output takes c_i · k_d · k_h · k_w. How many outputs are there, in all channels, of all films?",
        "There are n · c_o · d_o · h_o · w_o of them, and each size is that of the input minus the kernel's, plus 1.",
    ),
    explanation=(
        "Each of the n · c_o · d_o · h_o · w_o outputs is a sum of c_i · k_d · k_h · k_w products: every weight, once "
        "for each position and each film."
    ),
)

EXERCISES = (CONV3D, NUM_PARAMETERS, MACS, CONV_ND, REPAIR)
