"""How one output, or one gradient, of a transposed convolution of images is worked out."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np

from course.chapters.conv1d.worked_out import MOST_TOLD, along, grad_bias_worked_out
from course.checking.spec import Arguments
from course.checking.worked_out import sum_of_products, unless_long


def transposed_worked_out(arguments: Arguments, index: tuple[int, ...]) -> str:
    """Tell one output as the sum of the shares that it gets.

    Examples
    --------
    >>> arguments = {"input": np.array([[[[1.0, 2.0]]]]), "weight": np.array([[[[1.0, 3.0]]]])}
    >>> transposed_worked_out(arguments, (0, 0, 0, 1))
    '1·3 + 2·1 = 5'
    """
    row, o, *place = index
    images, weight = arguments["input"], arguments["weight"]
    if images[row].size > MANY:
        return ""
    pairs = []
    for c, i, j in np.ndindex(images.shape[1:]):
        for u, v, *written in _places(arguments, i, j):
            if written == place:
                pairs.append((images[row, c, i, j], weight[c, o, u, v]))
    bias = arguments.get("bias")
    if not pairs:
        alone = "= 0" if bias is None else f"is the bias = {bias[o]:.4g}"
        return f"no kernel reaches this place, so the output {alone}"
    return _sum(pairs, None if bias is None else bias[o])


def _grad_input(arguments: Arguments, index: tuple[int, ...]) -> str:
    """Tell the gradient of one value of the input: a product for each output that it has a share in."""
    row, c, i, j = index
    gradient, weight = arguments["grad_output"], arguments["weight"]
    if weight[c].size > MANY:
        return ""
    pairs = [
        (gradient[row, o, y, x], weight[c, o, u, v])
        for o in range(weight.shape[1])
        for u, v, y, x in _places(arguments, i, j)
        if _is_inside(gradient, y, x)
    ]
    return _sum(pairs)


def _grad_weight(arguments: Arguments, index: tuple[int, ...]) -> str:
    """Tell the gradient of one weight: a product for each value of the input that it was multiplied by."""
    c, o, *element = index
    gradient, images = arguments["grad_output"], arguments["input"]
    if images[:, c].size > MANY:
        return ""
    pairs = [
        (gradient[row, o, y, x], images[row, c, i, j])
        for row, i, j in np.ndindex(images[:, c].shape)
        for u, v, y, x in _places(arguments, i, j)
        if [u, v] == element and _is_inside(gradient, y, x)
    ]
    return _sum(pairs)


TRANSPOSED_BACKWARD = {"grad_input": _grad_input, "grad_weight": _grad_weight, "grad_bias": grad_bias_worked_out}
"""The three gradients of a transposed convolution."""

MANY = 200
"""Among more values than that, none is looked for."""


def _places(arguments: Arguments, i: int, j: int) -> Iterator[tuple[int, int, int, int]]:
    """Give for each element (u, v) of the kernel where it writes the share of input value (i, j)."""
    (s_h, s_w), (p_h, p_w) = along(arguments, "stride", 1), along(arguments, "padding", 0)
    k_h, k_w = arguments["weight"].shape[2:]
    for u, v in itertools.product(range(k_h), range(k_w)):
        yield u, v, i * s_h + u - p_h, j * s_w + v - p_w


def _is_inside(gradient: np.ndarray, y: int, x: int) -> bool:
    return 0 <= y < gradient.shape[2] and 0 <= x < gradient.shape[3]


def _sum(pairs: list[tuple[float, float]], bias: float | None = None) -> str:
    if not pairs:
        return "this value has no share in the output, so its gradient = 0"
    if len(pairs) > MOST_TOLD:
        return ""
    return unless_long(sum_of_products([a for a, _ in pairs], [b for _, b in pairs], bias))
