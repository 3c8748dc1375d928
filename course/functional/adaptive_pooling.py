"""Adaptive average pooling: as many windows as are asked for, of whatever size that takes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from course.errors import ArgumentTypeError, ArgumentValueError
from course.functional.arguments import is_whole, require_floating, require_ndim, require_shape
from course.functional.precision import quiet, rounded, widened
from course.functional.sums import sum_along


def adaptive_avg_pool2d(input: np.ndarray, output_size: int | Sequence[int | None]) -> np.ndarray:
    r"""Average an image down, or up, to a given size.

    Along an axis of length h, output i is the mean of the positions from :math:`\lfloor i h / h_o \rfloor` to below
    :math:`\lceil (i + 1) h / h_o \rceil`; neighbours overlap where h is not a multiple of :math:`h_o`.
    An `output_size` of 1 is global average pooling.

    Parameters
    ----------
    input
        Shape ``(n, c, h, w)`` or ``(c, h, w)``.
    output_size
        :math:`h_o, w_o`: one number, or two, None for an axis that keeps its length.

    Returns
    -------
    Shape ``(n, c, h_o, w_o)`` or ``(c, h_o, w_o)``.

    Raises
    ------
    TypeError
        Where `input` is not floating-point, or `output_size` holds something other than whole numbers and None.
    ValueError
        Where the input has another number of axes, its images are empty, or `output_size` is negative or not two.

    References
    ----------
    PyTorch, ``torch.nn.functional.adaptive_avg_pool2d``.

    Examples
    --------
    >>> adaptive_avg_pool2d(np.array([[[1.0, 2.0, 3.0], [5.0, 6.0, 7.0]]]), (None, 2))
    array([[[1.5, 2.5],
            [5.5, 6.5]]])
    """
    sizes = _sizes(input, output_size)
    output = widened(input)
    if sizes == (1, 1):
        with np.errstate(invalid="ignore", over="ignore"):
            pixels = output.reshape(*output.shape[:-2], output.shape[-2] * output.shape[-1])
            return rounded(sum_along(-1, pixels)[..., np.newaxis] / pixels.dtype.type(pixels.shape[-1]), input.dtype)
    for axis, size in zip((-2, -1), sizes, strict=True):
        members = _members(input.shape[axis], size, output.dtype)
        output = _sums(output, axis, members)
        output /= _lengths(members, axis)
    return rounded(output, input.dtype)


def adaptive_avg_pool2d_backward(grad_output: np.ndarray, input: np.ndarray) -> np.ndarray:
    """Give the gradient of `adaptive_avg_pool2d` for its input: in equal shares to all values of a window.

    Parameters
    ----------
    grad_output
        The shape of the output, ``(n, c, h_o, w_o)`` or ``(c, h_o, w_o)``: it says what `output_size` was.
    input
        As in the forward pass. Only its shape and dtype matter.

    Returns
    -------
    The shape of `input`.

    Raises
    ------
    TypeError, ValueError
        As in ``adaptive_avg_pool2d``, and where `grad_output` does not fit the input.

    Examples
    --------
    >>> adaptive_avg_pool2d_backward(np.array([[[4.0, 8.0]]]), np.zeros((1, 1, 3)))
    array([[[2., 6., 4.]]])
    """
    require_floating(input=input, grad_output=grad_output)
    require_ndim("grad_output", grad_output, input.ndim)
    sizes = _sizes(input, grad_output.shape[-2:])
    require_shape("grad_output", grad_output, input.shape[:-2] + sizes)
    grad = widened(grad_output)
    if sizes == (1, 1):
        share = grad / grad.dtype.type(input.shape[-2] * input.shape[-1])
        return rounded(np.broadcast_to(share, input.shape).copy(), input.dtype)
    for axis, size in ((-1, sizes[1]), (-2, sizes[0])):
        members = _members(input.shape[axis], size, grad.dtype)
        grad = _sums(grad / _lengths(members, axis), axis, members.T)
    return rounded(grad, input.dtype)


def _sizes(input: np.ndarray, output_size: int | Sequence[int | None]) -> tuple[int, ...]:
    require_floating(input=input)
    require_ndim("input", input, 3, 4)
    if 0 in input.shape[-2:]:
        raise ArgumentValueError("input", f"has shape {input.shape}", "images must not be empty")
    pair = tuple(output_size) if isinstance(output_size, Sequence) else (output_size,) * 2
    if output_size is None or not all(size is None or is_whole(size) for size in pair):
        raise ArgumentTypeError("output_size", f"is {output_size!r}", "whole numbers or, in a pair, None are expected")
    if len(pair) != 2:
        raise ArgumentValueError("output_size", f"is {output_size!r}", "one number, or 2, are expected")
    sizes = tuple(int(kept if size is None else size) for size, kept in zip(pair, input.shape[-2:], strict=True))
    if min(sizes) < 0:
        raise ArgumentValueError("output_size", f"is {output_size!r}", "at least 0 is expected")
    return sizes


def _members(size: int, count: int, dtype: np.dtype) -> np.ndarray:
    """Give a row for each window, with 1 at the positions that belong to it and 0 elsewhere."""
    members = np.zeros((count, size), dtype=dtype)
    for i, row in enumerate(members):
        row[i * size // count : -(-(i + 1) * size // count)] = 1
    return members


def _lengths(members: np.ndarray, axis: int) -> np.ndarray:
    """Give how many positions each window has, along the given axis."""
    return members.sum(axis=1).reshape(-1, *(1,) * (-1 - axis))


def _sums(x: np.ndarray, axis: int, members: np.ndarray) -> np.ndarray:
    """Give, for each row of members, the sum over what belongs to it along one of the last two axes."""
    # infinities of both signs make NaN, as in PyTorch, and no warning
    product = np.multiply if x.shape[axis] == 1 else np.matmul  # a sum of one term is faster as a plain product
    with quiet():
        sums = product(members, x) if axis == -2 else product(x, members.T)
        if not np.isfinite(sums).all():  # 0 times infinity would be NaN
            along = np.moveaxis(x, axis, 0)
            sums = np.stack([along[row > 0].sum(axis=0) for row in members], axis=axis)
    return sums
