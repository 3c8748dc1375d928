"""Patterns in the values that differ: where they are, and how they are related to the expected ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

NEAR = 1e-3
"""Values that all differ by less than this share of themselves look rounded."""
ONE = 1e-4
"""Factors, or offsets, that differ by less than this share of themselves are one."""
MAP_ROWS, MAP_COLUMNS = 16, 24
"""A map of the values that differ is cut off beyond this size."""


@dataclass(frozen=True, slots=True)
class Where:
    """Where the values that differ are: everywhere, on the border, at one index of one axis, or scattered."""

    kind: str  # "everywhere" | "border" | "axis" | "scattered"
    axis: int | None = None
    index: int | None = None


@dataclass(frozen=True, slots=True)
class Relation:
    """How values that differ are related to the expected ones: by a factor, an offset, nearly equal, or transposed."""

    kind: str  # "factor" | "offset" | "near" | "transposed"
    amount: float


def find_where(wrong: np.ndarray) -> Where:
    """Find the pattern in a mask that is True where values differ.

    Examples
    --------
    >>> find_where(np.array([[False, False], [True, True]]))
    Where(kind='axis', axis=0, index=1)
    """
    count = np.count_nonzero(wrong)
    if count == wrong.size:
        return Where("everywhere")
    if count > 1:
        first = np.unravel_index(wrong.argmax(), wrong.shape)
        for axis, (size, index) in enumerate(zip(wrong.shape, first, strict=True)):
            if size > 1 and np.count_nonzero(wrong.take(index, axis)) == count:
                return Where("axis", axis, int(index))
    spatial = wrong.shape[2:]
    if spatial and min(spatial) >= 3 and not wrong[(..., *(slice(1, -1),) * len(spatial))].any():
        return Where("border")
    return Where("scattered")


def find_relation(value: np.ndarray, expected: np.ndarray) -> Relation | None:
    """Find one factor or offset behind at least three values that differ, or see that all are nearly equal.

    Examples
    --------
    >>> find_relation(np.array([2.0, 4.0, 8.0]), np.array([1.0, 2.0, 4.0]))
    Relation(kind='factor', amount=2.0)
    """
    if expected.dtype.kind != "f" or not (np.isfinite(value) & np.isfinite(expected)).all():
        return None
    with np.errstate(all="ignore"):
        factors, offsets = value / expected, value - expected
        largest = float(np.abs(offsets).max())
        if (np.abs(offsets) < NEAR * np.abs(expected)).all():
            return Relation("near", largest)
        if value.size < 3:
            return None
        if _may_be_one(factors):
            factor = float(np.median(factors))
            if factor and np.isfinite(factors).all() and np.allclose(factors, factor, rtol=ONE, atol=0):
                return Relation("factor", factor)
        if _may_be_one(offsets, 1e-7) and np.ptp(expected) > 1e-3 and np.allclose(offsets, offsets[0], ONE, 1e-7):
            return Relation("offset", float(np.median(offsets)))
    return None


def _may_be_one(numbers: np.ndarray, atol: float = 0.0) -> bool:
    """Tell of most numbers that they are not one, by the first two: what is all but equal needs a closer look."""
    one, other = numbers.item(0), numbers.item(1)
    return abs(one - other) <= 3 * (atol + ONE * max(abs(one), abs(other)))  # false also where one is NaN


def find_grid(wrong: np.ndarray, first: tuple[int, ...]) -> tuple[tuple[bool, ...], ...]:
    """Give the two-dimensional slice of the mask that contains the first difference.

    Examples
    --------
    >>> find_grid(np.array([False, True]), (1,))
    ((False, True),)
    """
    plane = wrong[first[:-2]] if wrong.ndim > 2 else np.atleast_2d(wrong)
    return tuple(map(tuple, plane[:MAP_ROWS, :MAP_COLUMNS].tolist()))
