"""Layers that look at single values or at windows: what is measured."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

import loops_windows as windows
from layer_case import IMAGE, SIGNAL, VOLUME, Case, normal, weights, whole

from course import functional as F


def elementwise(
    name: str, value: Callable[[float], float], slope: Callable[[float], float], label: str = "", **options: Any
) -> Case:
    backward = getattr(F, f"{name}_backward")
    of_output = name in ("sigmoid", "tanh")  # their gradient is simplest in terms of the output
    return Case(
        label or name,
        {"input": normal(*IMAGE)},
        lambda f, a: getattr(f, name)(a.input, **options),
        lambda a: windows.each(value, a.input),
        lambda g, a, y: backward(g, y if of_output else a.input, **options),
        lambda g, a, y: windows.each(lambda g, x: g * slope(x), g, y if of_output else a.input),
    )


def conv(
    label: str,
    input: tuple[int, ...],
    weight: tuple[int, ...],
    small: tuple[int, ...] | None = None,
    **options: int,
) -> Case:
    layer = f"conv{len(input) - 2}d"
    return Case(
        f"{layer} {label}",
        {"input": normal(*input), "weight": weights(*weight), "bias": normal(weight[0])},
        lambda f, a: getattr(f, layer)(a.input, a.weight, a.bias, **options),
        lambda a: windows.conv(a.input, a.weight, a.bias, **options),
        lambda g, a, y: getattr(F, f"{layer}_backward")(g, a.input, a.weight, **options),
        lambda g, a, y: windows.conv_backward(g, a.input, a.weight, **options),
        ("input", "weight", "bias"),
        {} if small is None else {"input": normal(*small)},
    )


def pool(kind: str, shape: tuple[int, ...]) -> Case:
    layer = f"{kind}_pool{len(shape) - 2}d"
    loops = (
        (windows.max_pool, windows.max_pool_backward)
        if kind == "max"
        else (windows.avg_pool, windows.avg_pool_backward)
    )
    return Case(
        layer,
        {"input": normal(*shape)},
        lambda f, a: getattr(f, layer)(a.input, 2),
        lambda a: loops[0](a.input, 2),
        lambda g, a, y: getattr(F, f"{layer}_backward")(g, a.input, 2),
        lambda g, a, y: loops[1](g, a.input, 2),
        finds_again=kind == "max",
    )


def adaptive(size: int) -> Case:
    return Case(
        f"adaptive_avg_pool2d to {size}x{size}",
        {"input": normal(*IMAGE)},
        lambda f, a: f.adaptive_avg_pool2d(a.input, size),
        lambda a: windows.adaptive_avg_pool2d(a.input, size),
        lambda g, a, y: F.adaptive_avg_pool2d_backward(g, a.input),
        lambda g, a, y: windows.adaptive_avg_pool2d_backward(g, a.input),
    )


def pad(mode: str) -> Case:
    return Case(
        f"pad {mode}",
        {"input": normal(*IMAGE)},
        lambda f, a: f.pad(a.input, (2, 2, 2, 2), mode),
        lambda a: windows.pad2d(a.input, 2, mode),
        lambda g, a, y: F.pad_backward(g, a.input, (2, 2, 2, 2), mode),
        lambda g, a, y: windows.pad2d_backward(g, a.input, 2, mode),
    )


WINDOWS = (
    Case(
        "linear",
        {"input": normal(1, 10), "weight": weights(5, 10), "bias": normal(5)},
        lambda f, a: f.linear(a.input, a.weight, a.bias),
        lambda a: windows.linear(a.input, a.weight, a.bias),
        lambda g, a, y: F.linear_backward(g, a.input, a.weight),
        lambda g, a, y: windows.linear_backward(g, a.input, a.weight),
        ("input", "weight", "bias"),
    ),
    Case(
        "embedding",
        {"input": whole(10_000, 10), "weight": normal(10_000, 256)},
        lambda f, a: f.embedding(a.input, a.weight),
        lambda a: windows.embedding(a.input, a.weight),
        lambda g, a, y: F.embedding_backward(g, a.input, 10_000),
        lambda g, a, y: windows.embedding_backward(g, a.input, 10_000),
        ("weight",),
    ),
    Case(
        "one_hot",
        {"input": whole(10_000, 10)},
        lambda f, a: f.one_hot(a.input, 10_000),
        lambda a: windows.one_hot(a.input, 10_000),
        grads=(),
    ),
    conv("5", SIGNAL, (32, 16, 5), padding=2),
    conv("5x5", IMAGE, (32, 16, 5, 5), (1, 16, 8, 8), padding=2),
    conv("3x3", IMAGE, (32, 16, 3, 3), (1, 16, 8, 8), padding=1),
    conv("5x5, stride 2", IMAGE, (32, 16, 5, 5), (1, 16, 16, 16), padding=2, stride=2),
    conv("5x5, 4 groups", IMAGE, (32, 4, 5, 5), (1, 16, 16, 16), padding=2, groups=4),
    conv("5x5, depthwise", IMAGE, (16, 1, 5, 5), (1, 16, 32, 32), padding=2, groups=16),
    conv("1x1", IMAGE, (32, 16, 1, 1), (1, 16, 20, 20)),
    conv("3x3x3", VOLUME, (32, 16, 3, 3, 3), (1, 16, 4, 4, 4), padding=1),
    elementwise("relu", lambda x: max(x, 0.0), lambda x: float(x > 0)),
    elementwise("relu6", lambda x: min(max(x, 0.0), 6.0), lambda x: float(0 < x < 6)),
    elementwise("leaky_relu", lambda x: x if x > 0 else 0.01 * x, lambda x: 1.0 if x > 0 else 0.01),
    elementwise("sigmoid", windows.logistic, lambda y: y * (1 - y)),
    elementwise("tanh", math.tanh, lambda y: 1 - y * y),
    elementwise("silu", lambda x: x * windows.logistic(x), windows.silu_slope),
    elementwise("hardswish", lambda x: x * min(max(x + 3, 0.0), 6.0) / 6, windows.hardswish_slope),
    elementwise("gelu", lambda x: x * windows.normal_cdf(x), windows.gelu_slope),
    elementwise("gelu", windows.gelu_tanh, windows.gelu_tanh_slope, "gelu, tanh", approximate="tanh"),
    Case(
        "dropout",
        {"input": normal(*IMAGE), "mask": lambda rng: rng.random(IMAGE) >= 0.2},
        lambda f, a: f.dropout(a.input, 0.2, True),
        lambda a: windows.each(lambda x: x / 0.8 if random.random() >= 0.2 else 0.0, a.input),
        lambda g, a, y: F.dropout_backward(g, a.mask, 0.2),
        lambda g, a, y: windows.each(lambda g, kept: g / 0.8 if kept else 0.0, g, a.mask),
        random=True,
    ),
    pad("constant"),
    pad("reflect"),
    pad("replicate"),
    pad("circular"),
    pool("max", SIGNAL),
    pool("max", IMAGE),
    pool("max", VOLUME),
    pool("avg", SIGNAL),
    pool("avg", IMAGE),
    pool("avg", VOLUME),
    adaptive(1),
    adaptive(7),
)
