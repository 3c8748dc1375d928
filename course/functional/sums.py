"""Sums along an axis, as products with BLAS or einsum, which are faster."""

from __future__ import annotations

import math

import numpy as np


def sum_along(axis: int, x: np.ndarray, y: np.ndarray | None = None) -> np.ndarray:
    """Give the sum of x, or of x y, along one axis, which is kept with length 1.

    A product with ones takes a half, along the last axis a third, of a sum's time.

    Examples
    --------
    >>> sum_along(1, np.array([[1.0, 2.0], [3.0, 4.0]]))
    array([[3.],
           [7.]])
    >>> sum_along(0, np.array([1.0, 2.0]), np.array([10.0, 10.0]))
    array([30.])
    """
    if not x.ndim:
        return np.array(x if y is None else x * y)
    axis %= x.ndim
    before, length, after = x.shape[:axis], x.shape[axis], x.shape[axis + 1 :]
    if not after:
        return (x @ np.ones(length, dtype=x.dtype) if y is None else np.vecdot(x, y))[..., np.newaxis]
    shape = math.prod(before), length, math.prod(after)
    if y is None:
        sums = np.ones(length, dtype=x.dtype) @ x.reshape(shape)
    else:
        sums = np.einsum("ijk,ijk->ik", x.reshape(shape), y.reshape(shape))
    return sums.reshape(*before, 1, *after)
