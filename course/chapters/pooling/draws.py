"""What the cases of this chapter draw."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.checking.sampling import normal
from course.checking.spec import Arguments

MOST_TOLD = 4  # windows of one value that a report can add up


def _gradient(rng: np.random.Generator, input: np.ndarray, *size: int, **options: Any) -> dict[str, Any]:
    return {"grad_output": normal(rng, *input.shape[:2], *size), "input": input, **options}


def _windows_at(arguments: Arguments, index: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Give the windows, as places of grad_output, in which one value of the input lies."""
    k_h, k_w = np.broadcast_to(arguments["kernel_size"], 2)
    stride = arguments.get("stride")
    s_h, s_w = np.broadcast_to(arguments["kernel_size"] if stride is None else stride, 2)
    _, _, y, x = index
    return [
        (*index[:2], i, j)
        for i, j in np.ndindex(arguments["grad_output"].shape[2:])
        if i * s_h <= y < i * s_h + k_h and j * s_w <= x < j * s_w + k_w
    ]


def _added(arguments: Arguments, places: list[tuple[int, ...]]) -> tuple[str, str]:
    values = [float(arguments["grad_output"][place]) for place in places]
    terms = " + ".join(f"{value:.4g}" if value >= 0 or len(values) == 1 else f"({value:.4g})" for value in values)
    return terms, f" = {sum(values):.4g}" if len(values) > 1 else ""


MOST_TOLD = 9  # values of a window that a report can list


def _image(rng: np.random.Generator, *shape: int, **options: Any) -> dict[str, Any]:
    return {"input": normal(rng, *shape), **options}


def _window(arguments: Arguments, index: tuple[int, ...]) -> tuple[list[float], int]:
    """Give the values that one window holds, and how many places of it lie in the padding."""
    kernel_size = np.broadcast_to(arguments["kernel_size"], 2)
    stride = arguments.get("stride")
    steps = kernel_size if stride is None else np.broadcast_to(stride, 2)
    starts = np.array(index[2:]) * steps - arguments.get("padding", 0)
    top, left = np.maximum(starts, 0)
    bottom, right = starts + kernel_size
    values = arguments["input"][index[0], index[1], top:bottom, left:right].ravel().tolist()
    return values, int(np.prod(kernel_size)) - len(values)
