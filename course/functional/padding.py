"""Padding: an array grows at its ends, with a constant or with its own values, or is cropped there."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from course.errors import ArgumentTypeError, ArgumentValueError
from course.functional.arguments import INTEGERS, is_whole, require_floating, require_numbers, require_shape
from course.functional.precision import quiet, widened

MODES = ("constant", "reflect", "replicate", "circular")


def pad(input: np.ndarray, pad: Sequence[int], mode: str = "constant", value: float | None = None) -> np.ndarray:
    r"""Add values at the ends of the last axes; a negative amount crops.

    Along an axis of length n that gets l values in front, output j is the input at x = j - l, where there is one.
    Elsewhere it is `value` (constant); the input at :math:`-x` or :math:`2(n-1) - x` (reflect); at 0 or :math:`n-1`
    (replicate); at :math:`x \bmod n` (circular, which wraps around what cropping leaves).

    Parameters
    ----------
    input
        Numbers of any shape for 'constant'. The other modes take shape ``(c, *)`` or ``(n, c, *)``, where ``*`` are
        the axes that are padded, 1 to 3 of them. With ``(c, *)`` they may pad the axis of channels too, if it isn't
        the only one.
    pad
        Amounts in pairs, the last axis first: ``(left, right, top, bottom, front, back)``.
    mode
        'constant', 'reflect', 'replicate' or 'circular'.
    value
        What 'constant' pads with. None is 0.

    Returns
    -------
    A new array of the dtype of `input`. Each padded axis is longer by its two amounts.

    Raises
    ------
    TypeError
        Where `input` is not an array of numbers, or `pad` or `value` are not numbers.
    ValueError
        Where the mode is unknown, or does not take this many axes; where more is to be reflected or wrapped around than
        there is, more is cropped than there is, or the dtype can't hold `value`.

    References
    ----------
    PyTorch, ``torch.nn.functional.pad``.

    Examples
    --------
    >>> pad(np.array([[1, 2, 3]]), (2, 1))
    array([[0, 0, 1, 2, 3, 0]])
    >>> pad(np.array([[1, 2, 3]]), (2, 1), mode="reflect")
    array([[3, 2, 1, 2, 3, 2]])
    >>> pad(np.array([[1, 2, 3]]), (-1, 2), mode="replicate")
    array([[2, 3, 3, 3]])
    """
    _require_input(input, mode)
    amounts = _amounts(input.shape, pad, mode)
    fill = _fill(value, input.dtype, mode)
    cropping = _kept([(-left, -right) for left, right in amounts])
    if mode == "constant":
        output = np.full(_sizes(input.shape, amounts), fill, input.dtype)
        output[_kept(amounts)] = input[cropping]
        return output
    if mode == "circular":  # wraps around what cropping leaves, where the others count from the input's own ends
        input = input[cropping]
    grown = [(max(left, 0), max(right, 0)) for left, right in amounts]
    output = np.empty(_sizes(input.shape, grown), input.dtype)
    output[_kept(grown)] = input
    for place, origin in _copies(input.shape, grown, mode):
        output[place] = output[origin]
    return output if mode == "circular" or min(map(min, amounts)) >= 0 else output[cropping].copy()


def pad_backward(grad_output: np.ndarray, input: np.ndarray, pad: Sequence[int], mode: str = "constant") -> np.ndarray:
    """Give the gradient of `pad` for its input: every value collects the gradients of all its copies.

    Parameters
    ----------
    grad_output
        Shaped as the output.
    input, pad, mode
        As in the forward pass. Only the shape of `input` matters.

    Returns
    -------
    Shaped as `input`; zero where values were cropped.

    Raises
    ------
    TypeError, ValueError
        As `pad`; also where `grad_output` has another dtype than `input` or isn't shaped as the output.

    Examples
    --------
    >>> pad_backward(np.array([[1.0, 2.0, 4.0, 8.0, 16.0]]), np.zeros((1, 3)), (2, 0), mode="reflect")
    array([[ 4., 10., 17.]])
    """
    require_floating(grad_output=grad_output, input=input)
    _require_input(input, mode)
    amounts = _amounts(input.shape, pad, mode)
    require_shape("grad_output", grad_output, _sizes(input.shape, amounts))
    cropping = _kept([(-left, -right) for left, right in amounts])
    grad_input = np.zeros(input.shape, dtype=input.dtype)
    if mode == "constant":
        grad_input[cropping] = grad_output[_kept(amounts)]
        return grad_input
    # the steps of the forward pass in reverse
    grown = [(max(left, 0), max(right, 0)) for left, right in amounts]
    inner = grad_input[cropping] if mode == "circular" else grad_input
    grad = np.zeros(_sizes(inner.shape, grown), widened(grad_output).dtype)
    grad[... if mode == "circular" else cropping] = grad_output
    with quiet():
        for place, origin in reversed([*_copies(inner.shape, grown, mode)]):
            grad[origin] += grad[place]
        inner[...] = grad[_kept(grown)]
    return grad_input


def _kept(amounts: Sequence[tuple[int, int]]) -> tuple[slice, ...]:
    """Give the part of an array that positive amounts were added to; for reversed signs, what cropping leaves of it."""
    return tuple(slice(max(left, 0), -right if right > 0 else None) for left, right in amounts)


def _along(axis: int, index: Any) -> tuple[Any, ...]:
    return (slice(None),) * axis + (index,)


def _sizes(shape: tuple[int, ...], amounts: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    return tuple(n + sum(ends) for n, ends in zip(shape, amounts, strict=True))


def _copies(
    shape: tuple[int, ...], amounts: Sequence[tuple[int, int]], mode: str
) -> Iterator[tuple[tuple[Any, ...], tuple[Any, ...]]]:
    """Yield the index of each place that is added along an axis, and the index of what it is a copy of."""
    for axis, (n, (left, right)) in enumerate(zip(shape, amounts, strict=True)):
        for x in (*range(-left, 0), *range(n, n + right)):
            yield _along(axis, left + x), _along(axis, left + _origin(x, n, mode))


def _origin(x: int, n: int, mode: str) -> int:
    if mode == "reflect":
        return n - 1 - abs(n - 1 - abs(x))
    if mode == "replicate":
        return min(max(x, 0), n - 1)
    return x % n


def _require_input(input: np.ndarray, mode: str) -> None:
    if mode not in MODES:
        raise ArgumentValueError("mode", f"is {mode!r}", "'constant', 'reflect', 'replicate' or 'circular' is expected")
    if isinstance(input, np.ndarray) and input.dtype.kind == "b" and mode in ("constant", "circular"):
        return
    require_numbers(input=input)


def _fill(value: float | None, dtype: np.dtype, mode: str) -> float:
    if value is None:
        return 0
    number = value.item() if isinstance(value, np.generic) else value
    if not isinstance(number, (bool, int, float)):
        raise ArgumentTypeError("value", f"is {value!r}", "a number is expected")
    if mode != "constant" and number != 0:
        raise ArgumentValueError("value", f"is {value!r}", f"mode {mode!r} takes none")
    if dtype.kind == "b":
        return bool(number)
    whole = dtype in INTEGERS
    limits = np.iinfo(dtype) if whole else np.finfo(dtype)
    low, high = float(limits.min), float(limits.max)
    if not (low <= number <= high or (not whole and not math.isfinite(number))):
        raise ArgumentValueError("value", f"is {value!r}", f"input has dtype {dtype}, which holds {low:g} to {high:g}")
    return number


def _amounts(shape: tuple[int, ...], pad: Sequence[int], mode: str) -> list[tuple[int, int]]:
    """Give the two amounts of every axis, first axis first, after checking them."""
    if not isinstance(pad, (tuple, list)):
        raise ArgumentTypeError("pad", f"is a {type(pad).__name__}", "a tuple of whole numbers is expected")
    if not all(map(is_whole, pad)):
        raise ArgumentTypeError("pad", f"is {pad}", "whole numbers are expected")
    padded = len(pad) // 2
    if len(pad) % 2 or padded > len(shape):
        raise ArgumentValueError("pad", f"is {pad}", f"pairs are expected, no more than the axes of input {shape}")
    amounts = [(0, 0)] * (len(shape) - padded)
    amounts += [(int(pad[2 * k]), int(pad[2 * k + 1])) for k in reversed(range(padded))]
    if mode != "constant":
        _require_axes(shape, padded, mode)
    for n, ends in zip(shape, amounts, strict=True):
        if any(ends):
            _require_room(n, ends, mode)
    if mode in ("reflect", "replicate") and not any(
        n + sum(ends) for n, ends in zip(shape[-padded:], amounts[-padded:], strict=True)
    ):
        raise ArgumentValueError("pad", f"is {pad}", f"it leaves nothing of input {shape}")
    return amounts


def _require_axes(shape: tuple[int, ...], padded: int, mode: str) -> None:
    axes = len(shape)
    if not (1 <= padded <= 3 and padded + 1 <= axes <= padded + 2):
        raise ArgumentValueError(
            "pad",
            f"has amounts for {padded} axes and input has shape {shape}",
            f"mode {mode!r} takes 1, 2 or 3 axes, and in front of these an axis of channels and perhaps one of samples",
        )
    required = shape[1:] if axes == padded + 2 else shape
    if mode != "circular" and 0 in required:
        raise ArgumentValueError("input", f"has shape {shape}", f"mode {mode!r} takes empty axes only for samples")


def _require_room(n: int, ends: tuple[int, int], mode: str) -> None:
    cropped = n + sum(min(amount, 0) for amount in ends)
    # PyTorch crops before it wraps around or adds constants; reflect and replicate count from the input's own ends
    remaining = n + sum(ends) if mode in ("reflect", "replicate") else cropped
    if remaining < 0:
        raise ArgumentValueError("pad", f"is {ends} for an axis of length {n}", "it crops more than there is")
    most = {"reflect": n - 1, "circular": cropped}.get(mode)
    if most is not None and max(*ends, 0) > max(most, 0):
        raise ArgumentValueError(
            "pad", f"is {ends} for an axis of length {n}", f"mode {mode!r} can add at most {max(most, 0)} here"
        )
