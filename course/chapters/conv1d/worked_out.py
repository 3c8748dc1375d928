"""How one output or gradient of a convolution is worked out, with stride, padding, dilation and groups.

It takes signals, images and videos alike: an index ends with one place for each axis that the kernels move along.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from course.checking.spec import Arguments
from course.checking.worked_out import LONGEST, in_a_sum, sum_of_products, unless_long

MOST_TOLD = 9
"""Products that a report can add up on one line."""


def output_worked_out(arguments: Arguments, index: tuple[int, ...]) -> str:
    """Tell one output as the sum of the kernel's products; empty if there are too many.

    Examples
    --------
    >>> signal, kernel = np.array([[[1.0, 2.0, 4.0, 7.0]]]), np.array([[[-3.0, 2.0]]])
    >>> output_worked_out({"input": signal, "weight": kernel, "stride": 2}, (0, 0, 1))
    '(-3)·4 + 2·7 = 2'
    """
    row, o, *place = index
    kernels = arguments["weight"][o]
    if kernels.size > MOST_TOLD:
        return ""
    steps, border = along(arguments, "stride", 1), along(arguments, "padding", 0)
    dilation = along(arguments, "dilation", 1)
    first = o // (len(arguments["weight"]) // arguments.get("groups", 1)) * len(kernels)
    channels = arguments["input"][row, first : first + len(kernels)]
    padded = np.pad(channels, [(0, 0), *((p, p) for p in border)])
    starts = [y * s for y, s in zip(place, steps, strict=True)]
    reach = zip(starts, dilation, kernels.shape[1:], strict=True)
    window = padded[:, *(slice(start, start + d * k, d) for start, d, k in reach)]
    bias = arguments.get("bias")
    return unless_long(sum_of_products(kernels.flat, window.flat, None if bias is None else bias[o]))


def grad_input_worked_out(arguments: Arguments, index: tuple[int, ...]) -> str:
    """Tell the gradient of one value of the input: a product for each output that the value has a part in.

    Examples
    --------
    >>> gradient, kernel = np.array([[[1.0, 2.0]]]), np.array([[[3.0, 5.0]]])
    >>> arguments = {"grad_output": gradient, "input": np.zeros((1, 1, 3)), "weight": kernel}
    >>> grad_input_worked_out(arguments, (0, 0, 1))
    '2·3 + 1·5 = 11'
    """
    row, c, *place = index
    gradient, weight = arguments["grad_output"], arguments["weight"]
    if weight.shape[0] * weight[0, 0].size > LONGEST:
        return ""
    steps, border = along(arguments, "stride", 1), along(arguments, "padding", 0)
    factors = []
    for o, *offset in np.ndindex(weight.shape[0], *weight.shape[2:]):
        far = [y + p - u for y, p, u in zip(place, border, offset, strict=True)]
        met = [step // s for step, s in zip(far, steps, strict=True)]
        fits = all(step % s == 0 for step, s in zip(far, steps, strict=True))
        if fits and all(0 <= y < size for y, size in zip(met, gradient.shape[2:], strict=True)):
            factors.append((gradient[row, o, *met], weight[o, c, *offset]))
    if not factors:
        return "this value is in no window, so its gradient = 0"
    return _sum(factors)


def grad_weight_worked_out(arguments: Arguments, index: tuple[int, ...]) -> str:
    """Tell the gradient of one weight: a product for each place at which the weight meets the input.

    Examples
    --------
    >>> gradient, signal = np.array([[[1.0, 2.0]]]), np.array([[[3.0, 5.0, -1.0]]])
    >>> arguments = {"grad_output": gradient, "input": signal, "weight": np.zeros((1, 1, 2))}
    >>> grad_weight_worked_out(arguments, (0, 0, 1))
    '1·5 + 2·(-1) = 3'
    """
    o, c, *offset = index
    gradient = arguments["grad_output"][:, o]
    if gradient.size > MOST_TOLD:
        return ""
    steps, border = along(arguments, "stride", 1), along(arguments, "padding", 0)
    padded = np.pad(arguments["input"][:, c], [(0, 0), *((p, p) for p in border)])
    reach = zip(offset, steps, gradient.shape[1:], strict=True)
    met = padded[:, *(slice(u, u + s * size, s) for u, s, size in reach)]
    return _sum(zip(gradient.flat, met.flat, strict=True))


def grad_bias_worked_out(arguments: Arguments, index: tuple[int, ...]) -> str:
    """Tell the gradient of one bias: the sum of the gradients of its channel.

    Examples
    --------
    >>> grad_bias_worked_out({"grad_output": np.array([[[1.0, -2.0]], [[5.0, 3.0]]])}, (0,))
    '1 + (-2) + 5 + 3 = 7'
    """
    gradients = arguments["grad_output"][:, index[0]]
    if gradients.size > 2 * MOST_TOLD:
        return ""
    return unless_long(f"{' + '.join(map(in_a_sum, gradients.flat))} = {gradients.sum():.4g}")


BACKWARD = {
    "grad_input": grad_input_worked_out,
    "grad_weight": grad_weight_worked_out,
    "grad_bias": grad_bias_worked_out,
}
"""The three gradients of a convolution's backward."""


def along(arguments: Arguments, name: str, usual: int) -> tuple[int, ...]:
    """Give an option, such as the stride, for each axis that the kernels move along."""
    axes = arguments["weight"].ndim - 2
    return tuple(int(number) for number in np.broadcast_to(arguments.get(name, usual), axes))


def _sum(factors: Iterable[tuple[float, float]]) -> str:
    pairs = list(factors)
    return unless_long(sum_of_products([a for a, _ in pairs], [b for _, b in pairs])) if len(pairs) <= MOST_TOLD else ""
