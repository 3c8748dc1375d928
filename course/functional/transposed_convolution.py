"""The transposed convolution: each input value puts down a kernel, scaled by that value, and overlaps add up.

It is the backward pass of a convolution with respect to its input, used as a layer.

Symbols: n samples, c_i channels in, c_o channels out, g groups, k kernel sizes, h sizes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

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
from course.functional.conv_nd import Numbers
from course.functional.precision import quiet, rounded, widened


def conv_transpose2d(
    input: np.ndarray,
    weight: np.ndarray,
    bias: np.ndarray | None = None,
    stride: Numbers = 1,
    padding: Numbers = 0,
    output_padding: Numbers = 0,
    groups: int = 1,
    dilation: Numbers = 1,
) -> np.ndarray:
    r"""Put down a scaled kernel for each value of an image, s pixels apart, and add up where they overlap.

    In one group, and before p rows and columns are cut off on each side,

    .. math:: Y_{n,\,o,\,ys + ud,\,xs + vd} \mathrel{+}= X_{n,c,y,x} \, W_{c,o,u,v}

    for all c, y, x, u, v, starting from the bias. A convolution with the same options maps shapes the other way round.

    Parameters
    ----------
    input
        Shape ``(n, c_i, h, w)``, or ``(c_i, h, w)`` for a single image.
    weight
        Shape ``(c_i, c_o/g, k_h, k_w)``: the input channels come first.
    bias
        Shape ``(c_o,)``, or None.
    stride, dilation
        At least 1; a number for both axes or ``(along h, along w)``.
    padding
        Rows and columns cut off on each side; a number for both axes or one for each.
    output_padding
        Rows and columns more at the far ends, fewer than the stride or the dilation: a strided convolution gives the
        same size for several inputs, and this says which of them is expected.
    groups
        Divides c_i and c_o.

    Returns
    -------
    Shape ``(n, c_o, *)`` with sizes (h - 1)s - 2p + d(k - 1) + output_padding + 1, without n for a single image. The
    dtype is the arguments' dtype.

    Raises
    ------
    TypeError
        Where the arrays are not numbers of one dtype, or an option is not a whole number.
    ValueError
        Where a shape does not fit the others, nothing is left of the output, or an option is out of range.

    References
    ----------
    PyTorch, ``torch.nn.functional.conv_transpose2d``. Dumoulin and Visin (2016), A guide to convolution arithmetic for
    deep learning.

    Examples
    --------
    >>> conv_transpose2d(np.array([[[1.0, 2.0]]]), np.array([[[[1.0, 3.0, 1.0]]]]), stride=2)
    array([[[1., 3., 3., 6., 2.]]])
    """
    require_numbers(input=input, weight=weight, **given(bias=bias))
    plan = _plan(input, weight, stride, padding, output_padding, groups, dilation)
    require_shape("bias", bias, (plan.output[-3],))

    values, kernels = _grouped(input, plan), _kernels(weight, plan)
    columns = values.reshape(*values.shape[:2], -1)
    canvas = np.zeros((plan.groups, kernels.shape[2], plan.samples, *plan.full), dtype=values.dtype)
    with quiet():
        for element, met in _elements(plan):
            shares = kernels[..., *element].swapaxes(1, 2) @ columns
            # One kernel element's shares are a stride apart, so no two of them meet.
            canvas[met] += shares.reshape(canvas[met].shape)
        output = _ungrouped(canvas[_inside(plan)], plan.output)
        if bias is not None:
            output += bias[:, np.newaxis, np.newaxis]
    return rounded(output, input.dtype)


def conv_transpose2d_backward(
    grad_output: np.ndarray,
    input: np.ndarray,
    weight: np.ndarray,
    stride: Numbers = 1,
    padding: Numbers = 0,
    output_padding: Numbers = 0,
    groups: int = 1,
    dilation: Numbers = 1,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give the gradients of `conv_transpose2d` from the gradient of its output.

    Each input value reads the gradient where it put down its kernel: ``grad_input`` is the convolution of
    ``grad_output`` with the same weight, stride, padding and dilation.

    Parameters
    ----------
    grad_output
        Shaped as the output.
    input, weight, stride, padding, output_padding, groups, dilation
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
        As `conv_transpose2d`; also where `grad_output` isn't shaped as the output.

    Examples
    --------
    >>> grad_output = np.array([[[1.0, 2.0, 4.0, 8.0, 16.0]]])
    >>> grads = conv_transpose2d_backward(grad_output, np.array([[[1.0, 2.0]]]), np.array([[[[1.0, 3.0, 1.0]]]]), 2)
    >>> grads[0], grads[1], grads[2]
    (array([[[11., 44.]]]), array([[[[ 9., 18., 36.]]]]), array([31.]))
    """
    require_floating(grad_output=grad_output, input=input, weight=weight)
    plan = _plan(input, weight, stride, padding, output_padding, groups, dilation)
    require_shape("grad_output", grad_output, plan.output)

    values, kernels, grad = _grouped(input, plan), _kernels(weight, plan), _grouped(grad_output, plan)
    canvas = np.zeros((*grad.shape[:3], *plan.full), dtype=grad.dtype)
    canvas[_inside(plan)] = grad
    columns = values.reshape(*values.shape[:2], -1)
    grad_columns, grad_kernels = np.zeros_like(columns), np.zeros_like(kernels)
    with quiet():
        for element, met in _elements(plan):
            read = canvas[met].reshape(plan.groups, kernels.shape[2], -1)
            grad_columns += kernels[..., *element] @ read
            grad_kernels[..., *element] = columns @ read.swapaxes(1, 2)
        grad_bias = grad.sum(axis=(2, 3, 4)).reshape(-1)

    grad_input = _ungrouped(grad_columns.reshape(values.shape), input.shape)
    kind = input.dtype
    return rounded(grad_input, kind), rounded(grad_kernels.reshape(weight.shape), kind), rounded(grad_bias, kind)


@dataclass(frozen=True, slots=True)
class _Plan:
    """The sizes of one call, after checking them; a tuple of two has one entry for each spatial axis."""

    samples: int
    groups: int
    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    dilation: tuple[int, ...]
    padding: tuple[int, ...]
    sizes: tuple[int, ...]  # of the input
    full: tuple[int, ...]  # of the output before padding is cut off
    output: tuple[int, ...]  # its whole shape


def _elements(plan: _Plan) -> Iterator[tuple[tuple[int, ...], Any]]:
    """Yield each kernel element, and where on the uncut output it meets the input's values."""
    for element in np.ndindex(plan.kernel):
        along = zip(element, plan.dilation, plan.stride, plan.sizes, strict=True)
        yield element, (..., *(slice(k * d, k * d + s * (size - 1) + 1, s) for k, d, s, size in along))


def _inside(plan: _Plan) -> Any:
    """Cut the padding off the uncut output."""
    along = zip(plan.padding, plan.output[-2:], strict=True)
    return (..., *(slice(p, p + size) for p, size in along))


def _grouped(images: np.ndarray, plan: _Plan) -> np.ndarray:
    """Give images as (groups, channels of a group, samples, h, w), so that a product takes all samples at once."""
    channels, *sizes = images.shape[-3:]
    return np.moveaxis(widened(images).reshape(plan.samples, plan.groups, channels // plan.groups, *sizes), 0, 2)


def _ungrouped(grouped: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    return np.moveaxis(grouped, 2, 0).reshape(shape)


def _kernels(weight: np.ndarray, plan: _Plan) -> np.ndarray:
    """Give the weight as (groups, channels in of a group, channels out of a group, k_h, k_w)."""
    return widened(weight).reshape(plan.groups, len(weight) // plan.groups, *weight.shape[1:])


def _plan(
    input: np.ndarray,
    weight: np.ndarray,
    stride: Numbers,
    padding: Numbers,
    output_padding: Numbers,
    groups: int,
    dilation: Numbers,
) -> _Plan:
    require_ndim("weight", weight, 4)
    require_ndim("input", input, 3, 4)
    (*leads, c_i), sizes, kernel = input.shape[:-2], input.shape[-2:], weight.shape[2:]
    require_whole("groups", groups, at_least=1)
    if c_i != len(weight):
        received = f"has shape {input.shape}, so {c_i} channels"
        raise ArgumentValueError("input", received, f"weight {weight.shape} takes {len(weight)}")
    if c_i == 0 or c_i % groups:
        raise ArgumentValueError("weight", f"has {c_i} input channels", f"a multiple of groups, {groups}, is expected")
    if 0 in weight.shape[1:]:
        raise ArgumentValueError("weight", f"has shape {weight.shape}", "sizes of at least 1 are expected")
    if 0 in sizes:
        raise ArgumentValueError("input", f"has shape {input.shape}", "only the number of samples may be 0")
    strides, dilations = per_axis("stride", stride, 2, at_least=1), per_axis("dilation", dilation, 2, at_least=1)
    cut, added = per_axis("padding", padding, 2), per_axis("output_padding", output_padding, 2)
    if any(a >= max(s, d) for a, s, d in zip(added, strides, dilations, strict=True)):
        wanted = "less than the stride or the dilation is expected"
        raise ArgumentValueError("output_padding", f"is {output_padding!r}", wanted)
    spans = zip(sizes, strides, dilations, kernel, added, strict=True)
    full = tuple((size - 1) * s + d * (k - 1) + 1 + a for size, s, d, k, a in spans)
    out = tuple(size - 2 * p for size, p in zip(full, cut, strict=True))
    if min(out) < 1:
        raise ArgumentValueError("padding", f"is {padding!r}", f"it cuts an output of {full} down to {out}")
    output = (*leads, weight.shape[1] * groups, *out)
    return _Plan(math.prod(leads), groups, kernel, strides, dilations, cut, sizes, full, output)
