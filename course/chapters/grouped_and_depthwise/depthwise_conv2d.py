"""The depthwise convolution of images: each channel has its own kernel."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.catalog.chapters import chapter
from course.chapters.conv2d.conv2d import EXERCISE as CONV2D
from course.chapters.grouped_and_depthwise.worked_out import depthwise_worked_out
from course.checking.oracles import TorchFunction
from course.checking.sampling import by_hand, normal
from course.checking.spec import Case, Exercise, Mistake


def depthwise_conv2d(input, weight, bias=None):
    """Slide each channel's own kernel over that channel.

    input   (n, c, h_i, w_i)
    weight  (c, k_h, k_w)
    bias    (c,)              or None, for a layer without bias
    returns (n, c, h_i - k_h + 1, w_i - k_w + 1)

    >>> images = np.array([[[[1.0, 2.0]], [[3.0, 4.0]]]])
    >>> depthwise_conv2d(images, np.array([[[1.0, 1.0]], [[-1.0, 1.0]]])).ravel()
    array([3., 1.])
    """
    windows = np.lib.stride_tricks.sliding_window_view(input, weight.shape[1:], axis=(2, 3))
    output = np.einsum("ncyxuv,cuv->ncyx", windows, weight)
    if bias is not None:
        output = output + bias[:, np.newaxis, np.newaxis]
    return output


def _depthwise(
    rng: np.random.Generator, n: int, c: int, size: tuple[int, int], kernel: tuple[int, int], bias: bool = True
) -> dict[str, Any]:
    arguments = {"input": normal(rng, n, c, *size), "weight": normal(rng, c, *kernel)}
    return arguments | {"bias": normal(rng, c)} if bias else arguments


EXERCISE = Exercise(
    points=2,
    solution=depthwise_conv2d,
    oracle=TorchFunction(
        "torch.nn.functional.conv2d",
        arrange=lambda input, weight, bias=None: ((input, weight[:, np.newaxis], bias), {"groups": len(weight)}),
    ),
    cases=(
        Case("two channels", lambda rng: by_hand(rng, _depthwise(rng, n=1, c=2, size=(2, 3), kernel=(2, 2)))),
        Case("a batch", lambda rng: _depthwise(rng, n=2, c=3, size=(5, 6), kernel=(3, 2))),
        Case("no bias", lambda rng: _depthwise(rng, n=3, c=4, size=(4, 5), kernel=(2, 3), bias=False)),
        Case("as many channels as columns", lambda rng: _depthwise(rng, n=2, c=4, size=(3, 5), kernel=(2, 2))),
        Case("one channel", lambda rng: _depthwise(rng, n=2, c=1, size=(4, 3), kernel=(3, 2)), weight=0.5),
    ),
    mistakes=(
        Mistake(
            "all-channels",
            edit=("ncyxuv,cuv->ncyx", "ncyxuv,ouv->noyx"),
            gives="when each output channel sums over all input channels.",
            advice="Output channel c sees input channel c alone. Which letters does your sum run over?",
        ),
        Mistake(
            "channels-summed",
            edit=('->ncyx", windows, weight)', '->nyx", windows, weight)[:, np.newaxis]'),
            gives="when the channels are summed into one.",
            advice="As many channels come out as go in.",
        ),
        Mistake(
            "first-kernel",
            edit=('cuv->ncyx", windows, weight', 'uv->ncyx", windows, weight[0]'),
            gives="when all channels share the first kernel.",
            advice="Each channel has its own kernel: weight is (c, k_h, k_w).",
        ),
        CONV2D.mistake("kernel-flipped", edit=("windows, weight)", "windows, weight[:, ::-1, ::-1])")),
        Mistake(
            "no-bias",
            edit=("    if bias is not None:\n        output = output + bias[:, np.newaxis, np.newaxis]\n", ""),
            gives="when the bias is left out.",
            unwritten="The bias is not written yet",
            advice="Each channel adds its own constant, where there is one.",
        ),
        Mistake(
            "bias-per-column",
            edit=("bias[:, np.newaxis, np.newaxis]", "bias"),
            gives="when the bias is added along the columns: NumPy lines (c,) up with the last axis.",
            advice="bias[c] belongs to channel c. Two axes come after it: give the bias two more.",
        ),
        CONV2D.mistake("bias-for-each-product"),
        CONV2D.mistake("last-windows-missing"),
    ),
    hints=(
        f"Start from conv2d of {chapter('conv2d')}. Which sum is gone?",
        "Output channel c sums weight[c, u, v] times the window in input channel c, over u and v only.",
        "In einsum, the letter c is in both inputs and in the output, so it isn't summed.",
    ),
    explanation=(
        'In "ncyxuv,cuv->ncyx" the c is on the right of the arrow: each channel is kept. Only u and v are '
        "summed. PyTorch's weight has one more axis, (c, 1, k_h, k_w): the one input channel of each group."
    ),
    trace=depthwise_worked_out,
)
