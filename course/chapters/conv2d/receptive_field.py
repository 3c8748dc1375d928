"""The receptive field of a stack of layers."""

from __future__ import annotations

import math

import numpy as np

from course.checking.spec import Arguments, Case, Exercise, Mistake


def receptive_field(kernel_sizes, strides):
    """Count the inputs, along one axis, that one output of a stack of layers sees.

    kernel_sizes  of the layers, from the first to the last
    strides       of the same layers
    returns a whole number

    >>> receptive_field((3, 3), (1, 1))
    5
    """
    field, step = 1, 1
    for kernel_size, stride in zip(kernel_sizes, strides, strict=True):
        field += (kernel_size - 1) * step
        step *= stride
    return field


def _stack(rng: np.random.Generator, strides: tuple[int, ...]) -> dict[str, tuple[int, ...]]:
    """Draw kernels that get larger from layer to layer, by steps that differ."""
    sizes = 2 + np.cumsum(rng.integers(1, 5, size=len(strides)))
    return {"kernel_sizes": tuple(map(int, sizes)), "strides": strides}


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    kernel_sizes, strides = arguments["kernel_sizes"], arguments["strides"]
    steps = [f"({k} - 1)·{math.prod(strides[:before])}" for before, k in enumerate(kernel_sizes)]
    return f"1 + {' + '.join(steps)} = {receptive_field(kernel_sizes, strides)}"


EXERCISE = Exercise(
    points=2,
    solution=receptive_field,
    oracle=None,
    cases=(
        Case("two layers, the first strided", lambda rng: _stack(rng, (int(rng.integers(2, 6)), 1))),
        Case("one layer", lambda rng: _stack(rng, (1,))),
        Case("two layers of 3", lambda rng: {"kernel_sizes": (3, 3), "strides": (1, 1)}),
        Case("stride 1 throughout", lambda rng: _stack(rng, (1, 1, 1))),
        Case("strides that differ", lambda rng: _stack(rng, (2, 3, 1))),
        Case("strides everywhere", lambda rng: _stack(rng, (3, 2, 2, 2))),
        Case("the last layer strides", lambda rng: _stack(rng, (1, 1, 3)), weight=0.5),
    ),
    mistakes=(
        Mistake(
            "strides-ignored",
            edit=("(kernel_size - 1) * step", "kernel_size - 1"),
            gives="when the strides are left out.",
            unwritten="The strides are not used yet",
            advice="After a layer with stride 2, neighbours are two inputs apart.",
        ),
        Mistake(
            "whole-kernels",
            edit=(("field, step = 1, 1", "field, step = 0, 1"), ("(kernel_size - 1)", "kernel_size")),
            gives="when each layer adds its whole kernel.",
            advice="The first element of a window is there already. A kernel of k reaches k - 1 steps further.",
        ),
        Mistake(
            "own-stride-first",
            edit=("* step", "* step * stride"),
            gives="when a layer's own stride already counts for its own kernel.",
            advice="A layer's stride says how far apart its outputs are. Its kernel meets its inputs.",
        ),
        Mistake(
            "strides-not-multiplied",
            edit=("step *= stride", "step = stride"),
            gives="when only the stride of the layer before is looked at.",
            advice="Two layers of stride 2, one after the other, put outputs four inputs apart.",
        ),
        Mistake(
            "strides-added",
            edit=("step *= stride", "step += stride - 1"),
            gives="when strides add up.",
            advice="Two layers of stride 3, one after the other: a step of the second is three steps of the first.",
        ),
        Mistake(
            "product-of-kernels",
            edit=("field += (kernel_size - 1) * step", "field *= kernel_size"),
            gives="when the kernel sizes are multiplied.",
            advice="Draw two layers with kernels of 3 and stride 1. Windows of neighbours overlap.",
        ),
        Mistake(
            "wrong-end",
            edit=("field += (kernel_size - 1) * step", "field = (field - 1) * stride + kernel_size"),
            gives="when the layers are taken in the wrong order.",
            advice=(
                "field = (field - 1) · stride + kernel walks from the output back to the input. Which layer is first "
                "then?"
            ),
        ),
        Mistake(
            "one-short",
            edit=("field, step = 1, 1", "field, step = 0, 1"),
            gives="when the count starts from 0.",
            advice="Without any layer, an output sees one input: itself.",
        ),
        Mistake(
            "last-layer-only",
            edit=("field += (kernel_size - 1) * step", "field = kernel_size"),
            gives="when only the last layer is looked at.",
            advice="The last kernel meets outputs of the layers before, and each of these sees several inputs.",
        ),
    ),
    hints=(
        "Start without a layer: one output sees one input. Then add layer after layer, from the input on.",
        "A layer with stride 1 throughout adds k - 1 inputs.",
        "Keep a second number: how many inputs apart two neighbours are. A layer's kernel adds k - 1 times that.",
        "Then the distance is multiplied by the layer's own stride, for the layers after it.",
    ),
    explanation=(
        "A kernel of k takes k - 1 steps, and a step is as long as all strides before it, multiplied. The "
        "layer's own stride lengthens only the steps of the layers that follow."
    ),
    trace=_trace,
)
