"""Chapter 15: the layers that look through a window, Conv2d and MaxPool2d."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.chapters import counting_layers as layers
from course.chapters.counting_use import use_layer
from course.chapters.mistakes import counting_conv2d as wrong
from course.chapters.mistakes import counting_max_pool2d as wrong_pool
from course.checking.sampling import normal
from course.checking.spec import Case, Exercise, Misconception

CHAPTER = "15_counting"


def _conv2d(
    rng: np.random.Generator,
    wanted: str,
    channels: tuple[int, int],
    size: tuple[int, int, int],
    kernel: tuple[int, int] | int,
    out: tuple[int, int] = (0, 0),
    bias: bool = True,
    **options: Any,
) -> dict[str, Any]:
    (c_i, c_o), (n, h, w) = channels, size
    drawn = {"sizes": channels, "kernel_size": kernel, **options, "wanted": wanted}
    drawn["weight"] = normal(rng, c_o, c_i, *layers.pair(kernel))
    drawn |= {"bias": normal(rng, c_o)} if bias else {"with_bias": False}
    drawn["input"] = normal(rng, n, c_i, h, w)
    return drawn if wanted == "output" else drawn | {"grad_output": normal(rng, n, c_o, *out)}


def _second_batch(rng: np.random.Generator) -> dict[str, Any]:
    drawn = _conv2d(rng, "lists", (2, 3), (2, 5, 4), (2, 3), out=(4, 2))
    return drawn | {"earlier": normal(rng, 2, 2, 5, 4), "earlier_grad": normal(rng, 2, 3, 4, 2)}


CONV2D = Exercise(
    name="Conv2d",
    chapter=CHAPTER,
    points=5,
    reference=layers.Conv2d,
    oracle=None,
    use=use_layer("Conv2d", results=4),
    returns=("weight", "bias", "grad_weight", "grad_bias"),
    cases=(
        Case("forward", lambda rng: _conv2d(rng, "output", (2, 3), (2, 5, 6), (2, 3))),
        Case("forward without bias", lambda rng: _conv2d(rng, "output", (3, 2), (2, 4, 6), (3, 2), bias=False)),
        Case("padding", lambda rng: _conv2d(rng, "output", (2, 3), (2, 4, 5), 3, padding=(1, 2))),
        Case("stride", lambda rng: _conv2d(rng, "output", (2, 3), (1, 7, 8), (3, 2), stride=(2, 3))),
        Case("grad_input", lambda rng: _conv2d(rng, "grad_input", (2, 3), (2, 5, 6), (2, 3), out=(4, 4))),
        Case(
            "grad_input with stride and padding",
            lambda rng: _conv2d(rng, "grad_input", (2, 3), (2, 6, 5), 3, out=(3, 5), stride=(2, 1), padding=1),
        ),
        Case("both lists", lambda rng: _conv2d(rng, "lists", (2, 3), (2, 5, 6), (3, 2), out=(3, 5))),
        Case(
            "both lists, stride and padding, no bias",
            lambda rng: _conv2d(
                rng, "lists", (3, 2), (2, 5, 8), (3, 2), out=(3, 4), bias=False, stride=2, padding=(1, 0)
            ),
        ),
        Case("a second batch", _second_batch),
        Case(
            "as it is made",
            lambda rng: {"sizes": (2, 4), "kernel_size": (3, 2), "wanted": "as made", "input": normal(rng, 1, 2, 5, 5)},
            weight=0.5,
        ),
    ),
    misconceptions=(
        Misconception(
            "Conv2d.flipped-kernel",
            wrong.ConvFlipped,
            "when the kernel is flipped: a true convolution.",
            "PyTorch's layer computes cross-correlation. Both the window and the kernel run the same way.",
        ),
        Misconception(
            "Conv2d.one-kernel-for-all-channels",
            wrong.ConvFirstChannel,
            "when only the first input channel is read.",
            "A kernel has a slice for each input channel. The output is the sum over all of them.",
        ),
        Misconception(
            "Conv2d.padding-forgotten",
            wrong.ConvWithoutPadding,
            "when the padding is not used.",
            "np.pad puts zeros around an image. Only the last two axes are padded.",
        ),
        Misconception(
            "Conv2d.border-not-cut",
            wrong.ConvBorderNotCut,
            "when grad_input still has the gradients of the padding around it.",
            "The padding was added by the layer and is nobody's input. Cut it off at the end of backward.",
        ),
        Misconception(
            "Conv2d.overlap-overwritten",
            wrong.ConvOverwrites,
            "when each kernel position overwrites the gradients of the ones before.",
            "An input value takes part in several windows. Look for an `=` that should be a `+=`.",
        ),
        Misconception(
            "Conv2d.bias-per-position",
            wrong.ConvBiasPerPosition,
            "when grad_bias is summed over the batch alone.",
            "A bias serves every position of its channel. Over which axes must grad_output be summed?",
        ),
        Misconception(
            "Conv2d.gradients-pile-up",
            wrong.ConvPilesUp,
            "when each backward adds its gradients to those of the call before.",
            "Here grad_weight and grad_bias belong to the latest call. When do they start at zero?",
        ),
    ),
    hints=(
        "Take conv2d_strided and conv2d_backward from chapter 08. Both loop over the few positions of the kernel, not "
        "over the many positions of the image.",
        "At kernel position (i, j) every output sees one value: padded[:, :, i : i + s·h_o : s, j : j + s·w_o : s]. "
        "Weighted with weight[:, :, i, j] and summed over the input channels, it is added to the output.",
        "backward loops over the same (i, j). grad_weight[:, :, i, j] sums grad_output times what was seen; the "
        "gradient for what was seen, grad_output times weight[:, :, i, j], is added where it came from. "
        "In the end the padding is cut off.",
    ),
    explanation=(
        "At each kernel position the layer is a linear layer over channels, so each part of backward is one of "
        "Linear's. Windows overlap: a value that was seen several times adds up what comes back."
    ),
)


def _pool(
    rng: np.random.Generator,
    wanted: str,
    size: tuple[int, int, int, int],
    kernel: tuple[int, int] | int,
    out: tuple[int, int] = (0, 0),
    **options: Any,
) -> dict[str, Any]:
    drawn = {"sizes": (), "kernel_size": kernel, **options, "wanted": wanted, "input": normal(rng, *size)}
    return drawn if wanted == "output" else drawn | {"grad_output": normal(rng, *size[:2], *out)}


def _with_ties(rng: np.random.Generator) -> dict[str, Any]:
    drawn = _pool(rng, "grad_input", (2, 2, 4, 6), 2, out=(2, 3))
    drawn["input"] = rng.integers(0, 2, size=(2, 2, 4, 6)).astype(float)
    drawn["input"][0, 0, :2, :2] = 1.0
    drawn["input"][1, 1, 2:, 4:] = [[0.0, 1.0], [1.0, 0.0]]
    return drawn


MAX_POOL2D = Exercise(
    name="MaxPool2d",
    chapter=CHAPTER,
    points=3,
    reference=layers.MaxPool2d,
    oracle=None,
    use=use_layer("MaxPool2d"),
    cases=(
        Case("forward", lambda rng: _pool(rng, "output", (2, 3, 4, 6), 2)),
        Case("a window that is not square", lambda rng: _pool(rng, "output", (2, 2, 6, 6), (2, 3))),
        Case("windows that overlap", lambda rng: _pool(rng, "output", (1, 2, 7, 5), 3, stride=2)),
        Case("sizes that don't divide", lambda rng: _pool(rng, "output", (2, 1, 5, 7), 2)),
        Case("backward", lambda rng: _pool(rng, "grad_input", (2, 3, 4, 6), 2, out=(2, 3))),
        Case(
            "backward where windows overlap",
            lambda rng: _pool(rng, "grad_input", (2, 2, 9, 7), 3, out=(7, 5), stride=1),
        ),
        Case("backward at ties", _with_ties, note="the largest value comes twice in a window"),
        Case(
            "a second batch",
            lambda rng: {
                **_pool(rng, "grad_input", (2, 2, 4, 5), 2, out=(2, 2)),
                "earlier": normal(rng, 2, 2, 4, 5),
                "earlier_grad": normal(rng, 2, 2, 2, 2),
            },
        ),
        Case("no parameters", lambda rng: _pool(rng, "lengths", (1, 2, 4, 4), 2, out=(2, 2)), weight=0.5),
    ),
    misconceptions=(
        Misconception(
            "MaxPool2d.stride-one",
            wrong_pool.PoolStrideOne,
            "when the window moves by 1 where no stride is given.",
            "stride=None means that windows lie side by side. How far apart are they then?",
        ),
        Misconception(
            "MaxPool2d.every-tie",
            wrong_pool.PoolEveryTie,
            "when each of several equal maxima gets the gradient.",
            "PyTorch sends it to the first one, row by row. np.argmax finds the first.",
        ),
        Misconception(
            "MaxPool2d.last-tie",
            wrong_pool.PoolLastTie,
            "when the last of several equal maxima gets the gradient.",
            "PyTorch sends it to the first one, row by row.",
        ),
        Misconception(
            "MaxPool2d.gradient-spread",
            wrong_pool.PoolSpreads,
            "when the gradient is shared by the whole window, as if the layer took the mean.",
            "Only the largest value decided the output. The others have derivative 0.",
        ),
        Misconception(
            "MaxPool2d.overlap-overwritten",
            wrong_pool.PoolOverwrites,
            "when a value that wins in several windows keeps only one of their gradients.",
            "Where windows overlap, gradients add up. Look for an `=` that should be a `+=`.",
        ),
        Misconception(
            "MaxPool2d.incomplete-windows",
            wrong_pool.PoolIncomplete,
            "when windows that reach over the border count, too.",
            "PyTorch rounds the output size down: a window that does not fit is left out.",
        ),
    ),
    hints=(
        "forward is your max_pool2d of chapter 11, without padding. What must backward know about each window?",
        "Put the values of all windows side by side on a new last axis. Then .max(axis=-1) is the output, and "
        ".argmax(axis=-1) says which place won: keep that.",
        "backward loops over the places of a window. At place number i * k_w + j, grad_output goes to those windows "
        "where this place won: add grad_output * (winner == i * k_w + j) to the slice that was taken there.",
    ),
    explanation=(
        "Only the value that won has an influence, so it alone gets the gradient of its window. A value may win in "
        "several windows, hence the sum. argmax gives the first of equal values, as PyTorch does."
    ),
)
