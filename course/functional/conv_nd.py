"""The convolution behind `conv1d`, `conv2d` and `conv3d`: windows laid out as columns, and one matrix product.

Symbols: n samples, c_i channels in, c_o channels out, g groups, k kernel sizes, h input sizes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from course.errors import ArgumentValueError
from course.functional.arguments import (
    given,
    per_axis,
    require_floating,
    require_ndim,
    require_numbers,
    require_shape,
    require_whole,
)
from course.functional.precision import quiet, rounded, widened
from course.functional.window_columns import Sliding

BLOCK = 2**18  # values laid out as columns at a time: few enough to stay in the processor's cache

Numbers = int | Sequence[int]


def conv_nd(
    input: np.ndarray,
    weight: np.ndarray,
    bias: np.ndarray | None = None,
    stride: Numbers = 1,
    padding: Numbers | str = 0,
    dilation: Numbers = 1,
    groups: int = 1,
) -> np.ndarray:
    r"""Slide kernels over the input, in as many dimensions as `weight` has next to its channels: 1, 2 or 3.

    In one dimension and one group

    .. math:: y_{n,o,t} = b_o + \sum_{c,k} W_{o,c,k} \, x_{n,\,c,\,ts + kd - p}

    with stride s, dilation d, and padding p: x is zero outside its ends. In g groups, the first c_o/g output channels
    read the first c_i/g input channels, the next the next.

    Parameters
    ----------
    input
        Shape ``(n, c_i, *h)``, or ``(c_i, *h)`` for a single sample.
    weight
        Shape ``(c_o, c_i/g, *k)``.
    bias
        Shape ``(c_o,)``, or None.
    stride, dilation
        At least 1; one number for all spatial axes, or one for each.
    padding
        Zeros added at both ends; one number for all spatial axes, or one for each. 'valid' is none; 'same' keeps the
        size: it takes stride 1 only, and puts the odd one of an odd total at the far end.
    groups
        Divides c_i and c_o.

    Returns
    -------
    Shape ``(n, c_o, *)`` with sizes floor((h + 2p - d(k-1) - 1) / s) + 1, without n for a single sample. The dtype is
    the arguments' dtype. Where there are no channels in, there are none out, as in PyTorch.

    Raises
    ------
    TypeError
        Where the arrays are not numbers of one dtype, or an option is not a whole number.
    ValueError
        Where a shape does not fit the others, a kernel is larger than the padded input, or an option out of range.

    Notes
    -----
    Besides the output, memory goes to a padded copy of the input, and to `BLOCK` values of columns (1 MiB in float32),
    for several samples with their product; or to as many columns as one index of the first spatial axis takes, a row of
    pixels or a slice of a volume. For 16 channels of 100 x 100 and 32 kernels 5 x 5 that is 1.9 MB, where all columns
    are 16 MB.

    References
    ----------
    PyTorch, ``torch.nn.functional.conv2d``. Chellapilla, Puri and Simard (2006), High Performance Convolutional Neural
    Networks for Document Processing.

    Examples
    --------
    >>> conv_nd(np.array([[1.0, 2.0, 4.0, 8.0]]), np.array([[[-1.0, 1.0]]]))
    array([[1., 2., 4.]])
    """
    require_numbers(input=input, weight=weight, **given(bias=bias))
    plan = _plan(input, weight, stride, padding, dilation, groups)
    require_shape("bias", bias, weight.shape[:1])
    if 0 in plan.output:  # no samples, or no channels
        return np.zeros(plan.output, dtype=input.dtype)

    padded, kernels = _padded(input, plan), plan.sliding.kernels(widened(weight), groups)
    output = np.empty((plan.samples, *kernels.shape[:2], *plan.sizes), dtype=kernels.dtype)
    by_group = _samples_third(output)
    with quiet():
        for read, written in _blocks(padded, plan):
            block = plan.sliding.by_row(by_group[written])
            _multiply_into(block, kernels, plan.sliding.of_windows(plan.sliding.columns(padded[read])))
            if bias is not None:
                block += bias.reshape(groups, 1, -1, *(1,) * (block.ndim - 3))
    return rounded(output.reshape(plan.output), input.dtype)


def conv_nd_backward(
    grad_output: np.ndarray,
    input: np.ndarray,
    weight: np.ndarray,
    stride: Numbers = 1,
    padding: Numbers | str = 0,
    dilation: Numbers = 1,
    groups: int = 1,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give the gradients of `conv_nd` from the gradient of its output.

    The forward pass is ``output = kernels @ columns``, so ``grad_kernels = grad @ columns.T`` and
    ``grad_columns = kernels.T @ grad``.

    Parameters
    ----------
    grad_output
        Shaped as the output.
    input, weight, stride, padding, dilation, groups
        As in the forward pass.

    Returns
    -------
    grad_input, grad_weight, grad_bias
        Shaped as input, weight and bias.

    Raises
    ------
    TypeError
        Where the arrays are not floating-point numbers of one width, or an option is not a whole number.
    ValueError
        As `conv_nd`; also where `grad_output` isn't shaped as the output.

    Examples
    --------
    >>> conv_nd_backward(np.array([[1.0, 1.0, 1.0]]), np.array([[1.0, 2.0, 4.0, 8.0]]), np.array([[[-1.0, 1.0]]]))
    (array([[-1., 0., 0., 1.]]), array([[[ 7., 14.]]]), array([3.]))
    """
    require_floating(grad_output=grad_output, input=input, weight=weight)
    plan = _plan(input, weight, stride, padding, dilation, groups)
    require_shape("grad_output", grad_output, plan.output)
    if 0 in plan.output:
        return np.zeros_like(input), np.zeros_like(weight), np.zeros_like(weight, shape=weight.shape[:1])

    padded, kernels = _padded(input, plan), plan.sliding.kernels(widened(weight), groups)
    by_group = _samples_third(widened(grad_output).reshape(plan.samples, *kernels.shape[:2], *plan.sizes))
    grad_kernels = np.zeros((groups, kernels.shape[2], kernels.shape[1]), dtype=kernels.dtype)
    with quiet():
        for read, written in _blocks(padded, plan):
            windows = plan.sliding.of_windows(plan.sliding.columns(padded[read]))
            grads = _merged(plan.sliding.by_row(by_group[written]))
            for row in range(grads.shape[1]):
                # the transposed product of grad @ columns.T takes half the time of that
                grad_kernels += windows[:, row] @ grads[:, row].swapaxes(1, 2)
        grad_bias = by_group.sum(axis=tuple(range(2, by_group.ndim))).reshape(-1)
        if plan.sliding.shares_rows and set(plan.sliding.stride) == {1}:
            grad_input = _grad_of_every_pixel(widened(grad_output), widened(weight), plan)
        else:
            grad_input = _collected_grad(by_group, kernels, padded, plan)
    kind = input.dtype
    grad_weight = plan.sliding.weight(grad_kernels.swapaxes(1, 2), weight.shape)
    return rounded(grad_input.reshape(input.shape), kind), rounded(grad_weight, kind), rounded(grad_bias, kind)


def _grad_of_every_pixel(grad_output: np.ndarray, weight: np.ndarray, plan: _Plan) -> np.ndarray:
    """Give the input's gradient where kernels met every pixel: each is met by their elements in reverse order.

    So it is a convolution, too, of the output's gradient with the kernels turned around, from their other channels.
    """
    by_group = weight.reshape(plan.groups, len(weight) // plan.groups, *weight.shape[1:])
    turned = np.flip(by_group.swapaxes(1, 2), axis=tuple(range(3, by_group.ndim)))
    reach = [(k - 1) * d for k, d in zip(plan.sliding.kernel, plan.sliding.dilation, strict=True)]
    padding = [max(0, r - min(ends)) for r, ends in zip(reach, plan.ends, strict=True)]
    found = conv_nd(
        grad_output,
        turned.reshape(-1, *turned.shape[2:]),
        padding=padding,
        dilation=plan.sliding.dilation,
        groups=plan.groups,
    )
    surplus = [[end - (r - p) for end in ends] for r, p, ends in zip(reach, padding, plan.ends, strict=True)]
    sizes = found.shape[-len(surplus) :]
    return found[..., *(slice(front, size - back) for size, (front, back) in zip(sizes, surplus, strict=True))]


def _collected_grad(by_group: np.ndarray, kernels: np.ndarray, padded: np.ndarray, plan: _Plan) -> np.ndarray:
    """Give the input's gradient: columns are copies of pixels, and each pixel collects the gradients of its copies."""
    grad_padded, upright = np.zeros(padded.shape, padded.dtype), kernels.swapaxes(1, 2)
    for read, written in _blocks(padded, plan):
        grads = _merged(plan.sliding.by_row(by_group[written]))
        if plan.sliding.shares_rows:
            grad_columns = plan.sliding.no_columns(padded[read])
            grad_windows = plan.sliding.of_windows(grad_columns)
            for row in range(grads.shape[1]):
                grad_windows[:, row] += upright @ grads[:, row]
        else:
            grad_columns = upright[:, np.newaxis] @ grads
        plan.sliding.collect(grad_columns, grad_padded[read])
    inside = (slice(front, size - back) for size, (front, back) in zip(padded.shape[3:], plan.ends, strict=True))
    return grad_padded[..., *inside].swapaxes(1, 2).swapaxes(0, 1)


class _Plan(NamedTuple):
    """The sizes of one call, after checking them; a tuple has one entry for each spatial axis."""

    samples: int
    groups: int
    sliding: Sliding
    ends: tuple[tuple[int, int], ...]  # zeros in front and behind
    sizes: tuple[int, ...]  # of the output
    output: tuple[int, ...]  # its whole shape


def _padded(input: np.ndarray, plan: _Plan) -> np.ndarray:
    """Give the input as (groups, channels of a group, samples, *spatial), with zeros at its ends."""
    sizes = input.shape[-len(plan.sizes) :]
    channels = input.shape[-len(plan.sizes) - 1]
    samples = widened(input).reshape(plan.samples, plan.groups, channels // plan.groups, *sizes)
    if any(map(any, plan.ends)):
        grown = [front + size + back for size, (front, back) in zip(sizes, plan.ends, strict=True)]
        padded = np.zeros((*samples.shape[:3], *grown), dtype=samples.dtype)
        padded[..., *[slice(f, f + size) for size, (f, _) in zip(sizes, plan.ends, strict=True)]] = samples
        samples = padded
    return _samples_third(samples)


def _samples_third(array: np.ndarray) -> np.ndarray:
    # next to the positions, so that a product takes all samples of a block at once; only a view
    return array.swapaxes(0, 1).swapaxes(1, 2)


def _merged(block: np.ndarray) -> np.ndarray:
    """Give (groups, rows, channels, samples, *positions) as matrices: (groups, rows, channels, positions)."""
    return block.reshape(*block.shape[:3], math.prod(block.shape[3:]))


def _multiply_into(block: np.ndarray, kernels: np.ndarray, columns: np.ndarray) -> None:
    """Put ``kernels @ columns`` of each row into a block of the output."""
    if block.shape[3] == 1:  # the pixels of one sample follow each other, so the product can be made in place
        np.matmul(kernels[:, np.newaxis], columns, out=_merged(block))
    else:
        block[...] = (kernels[:, np.newaxis] @ columns).reshape(block.shape)


def _blocks(padded: np.ndarray, plan: _Plan) -> Iterator[tuple[Any, Any]]:
    """Cut samples, and where one is too large its first spatial axis, into blocks.

    Yields what to read of the padded input, and what that makes of the output.
    """
    row = padded.shape[1] * math.prod(plan.sliding.laid_out) * math.prod(plan.sizes[1:])
    length = plan.sizes[0]
    if row * length * plan.samples <= BLOCK:
        yield ..., ...
        return
    (kernel, *_), (stride, *_), (dilation, *_) = plan.sliding.kernel, plan.sliding.stride, plan.sliding.dilation
    rows = max(1, min(BLOCK // row, length))
    samples = max(1, BLOCK // (row * length))
    rest = (slice(None),) * (len(plan.sizes) - 1)
    for first in range(0, plan.samples, samples):
        chosen = (..., slice(first, first + samples))
        for start in range(0, length, rows):
            stop = min(start + rows, length)
            read = slice(start * stride, (stop - 1) * stride + (kernel - 1) * dilation + 1)
            yield (*chosen, read, *rest), (*chosen, slice(start, stop), *rest)


def _plan(
    input: np.ndarray,
    weight: np.ndarray,
    stride: Numbers,
    padding: Numbers | str,
    dilation: Numbers,
    groups: int,
) -> _Plan:
    require_ndim("weight", weight, 3, 4, 5)
    axes = weight.ndim - 2
    require_ndim("input", input, axes + 1, axes + 2)
    require_whole("groups", groups, at_least=1)
    strides, dilations = per_axis("stride", stride, axes, at_least=1), per_axis("dilation", dilation, axes, at_least=1)
    paddings = padding if isinstance(padding, str) else per_axis("padding", padding, axes)
    return _plan_of_sizes(input.shape, weight.shape, strides, paddings, dilations, groups)


@lru_cache  # a network calls its layers with the same sizes again and again
def _plan_of_sizes(
    input: tuple[int, ...],
    weight: tuple[int, ...],
    strides: tuple[int, ...],
    padding: tuple[int, ...] | str,
    dilations: tuple[int, ...],
    groups: int,
) -> _Plan:
    c_o, depth, *kernel = weight
    axes = len(kernel)
    c_i, *sizes = input[-axes - 1 :]
    if c_i != depth * groups:
        raise ArgumentValueError(
            "input",
            f"has shape {input}, so {c_i} channels",
            f"weight {weight} in {groups} groups takes {depth * groups}",
        )
    if c_o == 0 or c_o % groups:
        raise ArgumentValueError("weight", f"has {c_o} output channels", f"a multiple of groups, {groups}, is expected")
    if 0 in kernel:
        raise ArgumentValueError("weight", f"has shape {weight}", "kernel sizes of at least 1 are expected")
    spans = [d * (k - 1) + 1 for d, k in zip(dilations, kernel, strict=True)]
    ends = _pad_ends(padding, spans, strides)
    leads = input[: -axes - 1]
    if 0 in sizes and 0 not in (*leads, c_i):
        raise ArgumentValueError("input", f"has shape {input}", "only samples and channels may be empty")
    room = [size + sum(end) - span for size, end, span in zip(sizes, ends, spans, strict=True)]
    if min(room) < 0:
        raise ArgumentValueError(
            "weight",
            f"has kernel sizes {tuple(kernel)}, with dilation {tuple(spans)}",
            f"input with padding has only {tuple(s + sum(e) for s, e in zip(sizes, ends, strict=True))}",
        )
    out = tuple(r // s + 1 for r, s in zip(room, strides, strict=True))
    output = (*leads, c_o if c_i else 0, *out)
    return _Plan(math.prod(leads), groups, Sliding(tuple(kernel), strides, dilations), ends, out, output)


def _pad_ends(
    padding: tuple[int, ...] | str, spans: list[int], strides: tuple[int, ...]
) -> tuple[tuple[int, int], ...]:
    if not isinstance(padding, str):
        return tuple((p, p) for p in padding)
    if padding == "valid":
        return ((0, 0),) * len(spans)
    if padding != "same":
        raise ArgumentValueError("padding", f"is {padding!r}", "'same', 'valid' or whole numbers are expected")
    if any(s != 1 for s in strides):
        raise ArgumentValueError("stride", f"is {strides}", "padding 'same' takes stride 1 only")
    return tuple(((span - 1) // 2, span // 2) for span in spans)
