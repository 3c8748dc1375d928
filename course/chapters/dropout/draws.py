"""What the cases of this chapter draw."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.calling.student import Student
from course.checking.sampling import normal
from course.checking.spec import Case

MANY = 5.0
"""So many standard deviations off, a share of zeros is no chance: less than one right answer in a million."""


def _survivors(output: Any, input: np.ndarray) -> Any:
    """Give the input times the one factor that all survivors share; the output itself where there is none such."""
    if not isinstance(output, np.ndarray) or output.shape != input.shape or output.dtype.kind != "f":
        return output
    factors = (output / input)[output != 0]
    if not 0.01 < factors.size / input.size < 0.99 or not np.allclose(factors, factors[0], rtol=1e-6, atol=0):
        return output
    return input * factors[0]


def _share(output: Any, input: np.ndarray, p: float) -> Any:
    """Give the share of zeros: p itself where it is as near as chance allows, else roughly."""
    if not isinstance(output, np.ndarray) or output.shape != input.shape:
        return output
    share = float(np.mean(output == 0))
    for wanted in (p, 1 - p):
        if abs(share - wanted) < MANY * (p * (1 - p) / input.size) ** 0.5:
            return wanted
    return round(share, 1)


def _pattern(output: Any, input: np.ndarray) -> Any:
    """Tell in words which values are dropped together: chance makes no two slices equal that are as long as here."""
    if not isinstance(output, np.ndarray) or output.shape != input.shape:
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
    return "each value of each sample is dropped by itself"


def _as_array(output: Any) -> Any:
    """Make an array of numbers in lists; give anything else as it came."""
    if not isinstance(output, (list, tuple)):
        return output
    try:
        array = np.array(output)
    except ValueError:
        return output
    return array if array.dtype.kind in "biuf" else output


def _use(name: str) -> Any:
    """Say what a case does with a dropout function of this name, and what of its result can be compared."""

    def use(student: Student, input: np.ndarray, p: float, training: bool, seed: int, look: str) -> Any:
        def call(p: float = p, seed: int = seed) -> Any:
            return _as_array(student.call(name, input, p, training, np.random.default_rng(seed)))

        if look == "survivors":
            return _survivors(call(), input)
        if look == "share":
            return _share(call(), input, p)
        if look == "pattern":
            return _pattern(call(), input)
        if look == "generator":
            first, again, other = call(), call(), call(seed=seed + 1)
            if not all(isinstance(output, np.ndarray) and output.shape == input.shape for output in (first, again)):
                return first
            repeated, fresh = ("the same" if np.array_equal(first, one) else "another" for one in (again, other))
            return f"{repeated} mask again, {fresh} for another rng"
        if look == "ends":
            none, all_of_them = call(p=0.0), call(p=1.0)
            if not all(
                isinstance(output, np.ndarray) and output.shape == input.shape for output in (none, all_of_them)
            ):
                return none
            return np.stack([none, all_of_them])
        return call()

    return use


def _case(name: str, look: str, p: float, shape: tuple[int, ...], training: bool = True, **more: Any) -> Case:
    def draw(rng: np.random.Generator) -> dict[str, Any]:
        values = normal(rng, *shape)
        input = np.where(np.abs(values) < 0.01, 0.5, values)  # a zero could not be told from a dropped value
        return {"input": input, "p": p, "training": training, "seed": int(rng.integers(2**31)), "look": look}

    return Case(name, draw, **more)
