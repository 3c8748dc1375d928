"""`conv3d`: ..."""

from __future__ import annotations

import numpy as np

from course import functional
from course.chapters.conv3d.draws import layer
from course.checking.oracles import TorchFunction
from course.checking.spec import Arguments, Case, Exercise, Mistake


def conv3d(input, weight, bias=None):
    """Slide kernels through every film, or volume, of input.

    input   (n, c_i, d_i, h_i, w_i)
    weight  (c_o, c_i, k_d, k_h, k_w)
    bias    (c_o,)                     or None, for a layer without bias
    returns (n, c_o, d_o, h_o, w_o)    each size is the input's minus the kernel's, plus 1

    >>> film = np.array([1.0, 5.0, 2.0]).reshape(1, 1, 3, 1, 1)
    >>> conv3d(film, np.array([-1.0, 1.0]).reshape(1, 1, 2, 1, 1)).ravel()
    array([ 4., -3.])
    """
    k_d, k_h, k_w = weight.shape[2:]
    n, _, d_i, h_i, w_i = input.shape
    d_o, h_o, w_o = d_i - k_d + 1, h_i - k_h + 1, w_i - k_w + 1
    output = np.zeros((n, len(weight), d_o, h_o, w_o))
    for t, u, v in np.ndindex(k_d, k_h, k_w):
        met = input[:, :, t : t + d_o, u : u + h_o, v : v + w_o]
        output += np.einsum("nczyx,oc->nozyx", met, weight[:, :, t, u, v])
    if bias is not None:
        output = output + bias[:, np.newaxis, np.newaxis, np.newaxis]
    return output


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


def _kernel_flipped(input, weight, bias=None):
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[2:], axis=(2, 3, 4))
    output = np.einsum("nczyxtuv,octuv->nozyx", windows, weight[:, :, ::-1, ::-1, ::-1])
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis, np.newaxis]


def _time_reversed(input, weight, bias=None):
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[2:], axis=(2, 3, 4))
    output = np.einsum("nczyxtuv,octuv->nozyx", windows, weight[:, :, ::-1])
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis, np.newaxis]


def _same_frame(input, weight, bias=None):
    frames = input.shape[2] - weight.shape[2] + 1
    windows = np.lib.stride_tricks.sliding_window_view(input[:, :, :frames], weight.shape[3:], axis=(3, 4))
    output = np.einsum("nczyxuv,octuv->nozyx", windows, weight)
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis, np.newaxis]


def _depth_last(input, weight, bias=None):
    kernel = np.moveaxis(weight, -1, 2)
    windows = np.lib.stride_tricks.sliding_window_view(input, kernel.shape[2:], axis=(2, 3, 4))
    output = np.einsum("nczyxtuv,octuv->nozyx", windows, kernel)
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis, np.newaxis]


def _first_channel_only(input, weight, bias=None):
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[2:], axis=(2, 3, 4))
    output = np.einsum("nzyxtuv,otuv->nozyx", windows[:, 0], weight[:, 0])
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis, np.newaxis]


def _last_product_only(input, weight, bias=None):
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[2:], axis=(2, 3, 4))
    output = np.einsum("nczyx,oc->nozyx", windows[..., -1, -1, -1], weight[..., -1, -1, -1])
    return output if bias is None else output + bias[:, np.newaxis, np.newaxis, np.newaxis]


def _no_bias(input, weight, bias=None):
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[2:], axis=(2, 3, 4))
    return np.einsum("nczyxtuv,octuv->nozyx", windows, weight)


def _bias_per_column(input, weight, bias=None):
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[2:], axis=(2, 3, 4))
    output = np.einsum("nczyxtuv,octuv->nozyx", windows, weight)
    return output if bias is None else output + bias


EXERCISE = Exercise(
    name="conv3d",
    points=4,
    solution=conv3d,
    reference=functional.conv3d,
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
    mistakes=(
        Mistake(
            "kernel-flipped",
            body=_kernel_flipped,
            gives=(
                "when the kernel is flipped along all three axes: a true convolution. PyTorch computes cross-correlation."
            ),
            advice="Read your kernel's indices where they meet the window; they should run the same way.",
        ),
        Mistake(
            "time-reversed",
            body=_time_reversed,
            gives="when the kernel runs backwards in time, and only there.",
            advice="weight[:, :, 0] meets the first frame of each window, not the last.",
        ),
        Mistake(
            "same-frame",
            body=_same_frame,
            gives="when all frames of the kernel meet the same frame of the film.",
            advice="Frame t of the kernel lies on frame z + t of the film.",
        ),
        Mistake(
            "depth-last",
            body=_depth_last,
            gives="when the weight is read as (c_o, c_i, k_h, k_w, k_d).",
            advice="In input and in weight, depth comes before height, and height before width.",
        ),
        Mistake(
            "first-channel-only",
            body=_first_channel_only,
            gives="when only the first input channel is read.",
            advice="Every output sums over all input channels, each with a kernel of its own.",
        ),
        Mistake(
            "last-product-only",
            body=_last_product_only,
            gives="when each element of the kernel overwrites the ones before it, and only the last counts.",
            advice="A weighted sum collects. Look for an `=` that should be a `+=`.",
        ),
        Mistake(
            "no-bias",
            body=_no_bias,
            gives="when the bias is left out.",
            advice="Each output channel adds its own constant, where there is one.",
        ),
        Mistake(
            "bias-per-column",
            body=_bias_per_column,
            gives="when the bias is added along the columns: NumPy lines (c_o,) up with the last axis.",
            advice="bias[o] belongs to output channel o. Three axes come after it.",
        ),
        Mistake(
            # UNVERIFIED
            "last-frame-missing",
            edit=(
                ("k_d, k_h, k_w =", "windows = np.lib.stride_tricks.sliding_window_view(input,"),
                (
                    (
                        "\n"
                        "    n, _, d_i, h_i, w_i = input.shape\n"
                        "    d_o, h_o, w_o = d_i - k_d + 1, h_i - k_h + 1, w_i - k_w + 1\n"
                        "    output = np.zeros((n, len(weight), d_o, h_o, w_o))\n"
                        "    for t, u, v in np.ndindex(k_d, k_h, k_w):\n"
                        "        met = input[:, :, t : t + d_o, u : u + h_o, v : v + w_o]\n"
                        '        output += np.einsum("nczyx,oc->nozyx", met, weight[:, :, t, u, v]'
                    ),
                    (', axis=(2, 3, 4))\n    output = np.einsum("nczyxtuv,octuv->nozyx", windows[:, :, :-1], weight'),
                ),
            ),
            gives="when the last frame of the output is missing.",
            advice="A film of 5 frames has 3 positions for a kernel of 3 frames.",
        ),
        Mistake(
            # UNVERIFIED
            "last-windows-missing",
            edit=(
                ("k_d, k_h, k_w =", "windows = np.lib.stride_tricks.sliding_window_view(input,"),
                (
                    (
                        "\n"
                        "    n, _, d_i, h_i, w_i = input.shape\n"
                        "    d_o, h_o, w_o = d_i - k_d + 1, h_i - k_h + 1, w_i - k_w + 1\n"
                        "    output = np.zeros((n, len(weight), d_o, h_o, w_o))\n"
                        "    for t, u, v in np.ndindex(k_d, k_h, k_w):\n"
                        "        met = input[:, :, t : t + d_o, u : u + h_o, v : v + w_o]\n"
                        '        output += np.einsum("nczyx,oc->nozyx", met, weight[:, :, t, u, v]'
                    ),
                    (
                        ", axis=(2, 3, 4))\n"
                        '    output = np.einsum("nczyxtuv,octuv->nozyx", windows[:, :, :-1, :-1, :-1], weight'
                    ),
                ),
            ),
            gives="when the last windows along each axis are missing.",
            advice="Along an axis of 5, a kernel of 3 has 3 positions. Which formula gives that?",
        ),
    ),
    hints=(
        "It is conv2d with one axis more. Write down the three output sizes first: each is a size minus the "
        "kernel's along the same axis, plus 1.",
        "One output sums c_i · k_d · k_h · k_w products: input[r, :, z : z + k_d, y : y + k_h, x : x + k_w] "
        "times weight[o].",
        "Turn the loops round: element (t, u, v) of the kernel meets the part of every film that starts at frame "
        "t, row u and column v, and has the size of the output.",
        'With such a part, np.einsum("nczyx,oc->nozyx", part, weight[:, :, t, u, v]) sums over the channels. Add '
        "these up over t, u and v. The bias needs the shape (c_o, 1, 1, 1).",
    ),
    explanation=(
        "The loop runs over the kernel's elements, not over positions: each meets a block of the film that is as "
        "large as the output. einsum sums over c. The bias, shape (c_o, 1, 1, 1), is repeated along the three "
        "axes."
    ),
    trace=_trace,
)
