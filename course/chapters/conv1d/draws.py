"""What the cases of a convolution draw."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course.checking.sampling import normal, odd

Draw = Callable[..., np.ndarray]
"""Draws an array from a generator and a shape: `normal`, or `whole` for a case to do with a pencil."""


def layer(
    rng: np.random.Generator,
    n: int,
    c_i: int,
    c_o: int,
    size: tuple[int, ...],
    kernel: tuple[int, ...],
    bias: bool = True,
    draw: Draw = normal,
    **options: Any,
) -> dict[str, Any]:
    """Draw a call of the layer, for as many axes as `size` and `kernel` have, with options such as stride or groups."""
    weight = (c_o, c_i // options.get("groups", 1), *kernel)
    arguments: dict[str, Any] = {"input": draw(rng, n, c_i, *size), "weight": draw(rng, *weight)}
    if bias:
        arguments["bias"] = draw(rng, c_o)
    return arguments | options


def gradient(
    rng: np.random.Generator,
    n: int,
    c_i: int,
    c_o: int,
    size: tuple[int, ...],
    kernel: tuple[int, ...],
    draw: Draw = normal,
    **options: Any,
) -> dict[str, Any]:
    """Draw a call of the layer's backward, as `layer` does; the options are stride and padding."""
    stride, padding = (
        np.broadcast_to(options.get(name, usual), len(size)) for name, usual in (("stride", 1), ("padding", 0))
    )
    out = [int((i + 2 * p - k) // s + 1) for i, k, s, p in zip(size, kernel, stride, padding, strict=True)]
    return {
        "grad_output": draw(rng, n, c_o, *out),
        "input": draw(rng, n, c_i, *size),
        "weight": draw(rng, c_o, c_i, *kernel),
        **options,
    }


def channels(rng: np.random.Generator, c_i: int, c_o: int, groups: int = 1) -> dict[str, int]:
    """Draw numbers of channels from odd ones, `groups` times as many: no higher power of it divides them."""
    return {"in_channels": groups * odd(rng, c_i), "out_channels": groups * odd(rng, c_o)}
