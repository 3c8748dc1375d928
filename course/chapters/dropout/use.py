"""What a case compares of a dropout function's output, where many outputs are right."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from course.calling.student import Student

MANY = 5.0
"""How many standard deviations the share of zeros may be off: fewer than one right answer in a million is further."""

DROPPED, KEPT = 10, 2
"""How often all of six values may be dropped, or kept, before it is no chance: for p = 0.75 it is as rare."""

COUNTED = 8
"""The number of masks in which the dropped values are counted."""


def use_of(name: str) -> Callable[..., Any]:
    """Give the `use` of an exercise that asks for a dropout function of this name.

    A case's argument `look` says what it compares: the ``"survivors"``, also of a ``"small"`` input, the ``"share"`` or
    the ``"pattern"`` of the zeros, what the ``"generator"`` decides, the ``"ends"`` p = 0 and p = 1, or the whole
    ``"output"``.
    """
    return partial(_use, name)


def _use(name: str, student: Student, input: np.ndarray, p: float, training: bool, seed: int, look: str) -> Any:
    def call(p: float = p, seed: int = seed) -> Any:
        return _as_array(student.call(name, input, p, training, np.random.default_rng(seed)))

    match look:
        case "survivors":
            return _survivors(call(), input, p)
        case "small":
            return _survivors(_some_kept(lambda again: call(seed=seed + again), input), input, p)
        case "share":
            return _share(call(), input, p)
        case "pattern":
            return _pattern(call(), input, lambda again: call(seed=seed + again))
        case "generator":
            return _generator(call(), call(), call(seed=seed + 1), input)
        case "ends":
            none, every = call(p=0.0), call(p=1.0)
            return none, every  # not stacked: a report tells the shape of each
        case _:
            return call()


def _some_kept(call: Callable[[int], Any], input: np.ndarray) -> Any:
    """Call until some values are kept and some dropped: of few values, all may be dropped by chance."""
    output, kept = None, 0
    for again in range(DROPPED):
        output = call(again)
        if not _has_shape_of(input, output) or 0 < np.count_nonzero(output) < input.size:
            return output
        kept += np.count_nonzero(output) > 0
        if kept == KEPT:
            break
    return output


def _survivors(output: Any, input: np.ndarray, p: float) -> Any:
    """Give the input times the factor that all survivors share.

    Where they share none, give the output itself, with the right values instead of what was dropped: only what was
    kept is compared.
    """
    if not _has_shape_of(input, output) or output.dtype.kind != "f":
        return output
    kept = output != 0
    if not 0.01 < np.mean(kept) < 0.99:
        return output
    factors = (output / input)[kept]
    if np.allclose(factors, factors[0], rtol=1e-6, atol=0):
        return input * factors[0]
    return np.where(kept, output, input / (1 - p))


def _share(output: Any, input: np.ndarray, p: float) -> Any:
    """Give the share of zeros: p itself if it is as near as chance allows, else roughly.

    Where values are dropped together, fewer draws decide, and chance allows more.
    """
    if not _has_shape_of(input, output):
        return output
    zero = (output == 0).reshape(len(output), -1)
    share = float(np.mean(zero))
    draws = zero.size if zero.all() or not zero.any() else np.prod([len(np.unique(zero, axis=axis)) for axis in (0, 1)])
    for wanted in (p, 1 - p):
        if abs(share - wanted) < MANY * (p * (1 - p) / draws) ** 0.5:
            return wanted
    return round(share, 1)


def _pattern(output: Any, input: np.ndarray, call: Callable[[int], Any]) -> Any:
    """Say which values are dropped together: slices as long as here are never equal by chance.

    Nor are this many values ever dropped equally often, unless their number is fixed.
    """
    if not _has_shape_of(input, output):
        return output
    zero = output == 0
    if zero.all() or not zero.any():
        return "all values or none are dropped"
    if (zero == zero.reshape(len(zero), -1)[:, 0].reshape(-1, *(1,) * (zero.ndim - 1))).all():
        return "a whole sample is dropped or kept"
    if (zero == zero[:1]).all():
        return "every sample has the same values dropped"
    for axis, size in enumerate(zero.shape):
        slices = np.moveaxis(zero, axis, 0).reshape(size, -1)
        if len(np.unique(slices, axis=0)) < size:
            return f"values are dropped together along axis {axis}"
    if _always_as_many(zero, call):
        return "every call drops the same number of values"
    return "each value of each sample is dropped independently"


def _always_as_many(zero: np.ndarray, call: Callable[[int], Any]) -> bool:
    """Tell whether other masks drop as many values, and other ones."""
    differ = False
    for again in range(1, COUNTED):
        other = call(again)
        if not _has_shape_of(zero, other) or np.count_nonzero(other == 0) != np.count_nonzero(zero):
            return False
        differ = differ or not np.array_equal(other == 0, zero)
    return differ


def _generator(first: Any, again: Any, other: Any, input: np.ndarray) -> Any:
    """Say whether two generators in one state give one mask, and a generator in another state another."""
    if not _has_shape_of(input, first, again):
        return first
    if any((output == 0).all() or not (output == 0).any() for output in (first, again)):
        return "all values or none are dropped"
    repeated, fresh = ("the same" if np.array_equal(first, one) else "another" for one in (again, other))
    return f"{repeated} mask again, {fresh} for another rng"


def _has_shape_of(input: np.ndarray, *outputs: Any) -> bool:
    return all(isinstance(output, np.ndarray) and output.shape == input.shape for output in outputs)


def _as_array(output: Any) -> Any:
    """Make an array of nested lists of numbers, and give anything else as it is."""
    if not isinstance(output, (list, tuple)):
        return output
    if isinstance(output, tuple) and any(isinstance(one, np.ndarray) for one in output):
        return output  # several results, such as the mask as well
    try:
        array = np.array(output)
    except ValueError:
        return output
    return array if array.dtype.kind in "biuf" else output
