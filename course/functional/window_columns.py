"""Windows laid out as columns, so that a convolution is a matrix product.

Windows overlap: copied one by one, the windows of a 5 by 5 kernel contain each pixel 25 times. So each row of pixels is
laid out by itself, 5 times, once for each place of the kernel along that row. The 5 rows that a window reaches over
follow each other in memory, and the next window below starts one row later: so the columns of whole windows are a view.
"""

from __future__ import annotations

import math
from itertools import product
from operator import mul
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided


class Sliding(NamedTuple):
    """How a kernel slides over pixels: a number for each spatial axis.

    Pixels come as (groups, channels of a group, samples, *spatial). Where rows are not shared, all of them are one row.

    Examples
    --------
    >>> sliding = Sliding(kernel=(2, 2), stride=(1, 1), dilation=(1, 1))
    >>> columns = sliding.columns(np.arange(9.0).reshape(1, 1, 1, 3, 3))
    >>> columns[0, 0]
    array([[0., 1.],
           [1., 2.]])
    >>> sliding.of_windows(columns)[0, 0]
    array([[0., 1.],
           [1., 2.],
           [3., 4.],
           [4., 5.]])
    """

    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    dilation: tuple[int, ...]

    @property
    def shares_rows(self) -> bool:
        """Whether windows reach over rows next to each other, and windows below each other over some of the same."""
        return len(self.kernel) > 1 and self.dilation[0] == 1 and self.stride[0] < self.kernel[0]

    @property
    def laid_out(self) -> tuple[int, ...]:
        """The sizes of the kernel along the axes for which pixels are copied."""
        return self.kernel[1:] if self.shares_rows else self.kernel

    def by_row(self, array: np.ndarray) -> np.ndarray:
        """Show (groups, channels, samples, *spatial) as (groups, rows, channels, samples, *spatial without rows)."""
        return array.swapaxes(2, 3).swapaxes(1, 2) if self.shares_rows else array[:, np.newaxis]

    def columns(self, pixels: np.ndarray) -> np.ndarray:
        """Lay out pixels as (groups, rows, channels and places in the kernel, samples and positions)."""
        by_place = self._by_place(pixels)
        return np.ascontiguousarray(by_place).reshape(self._merged(by_place.shape))

    def no_columns(self, pixels: np.ndarray) -> np.ndarray:
        """Give zeros in the shape of the columns, for gradients to be added to."""
        return np.zeros(self._merged(self._by_place(pixels).shape), dtype=pixels.dtype)

    def collect(self, columns: np.ndarray, pixels: np.ndarray) -> None:
        """Add to each pixel what is in place of its copies: the transpose of `columns`."""
        by_place = self._by_place(pixels)
        added = columns.reshape(by_place.shape)
        for place in product(*map(range, self.laid_out)):  # at one place in the kernel no two windows share a pixel
            by_place[:, :, :, *place] += added[:, :, :, *place]

    def of_windows(self, columns: np.ndarray) -> np.ndarray:
        """Show the columns of whole windows, which reach over several rows, without copying them."""
        if not self.shares_rows:
            return columns
        groups, rows, values, positions = columns.shape
        height, stride = self.kernel[0], self.stride[0]
        item = columns.itemsize
        return as_strided(
            columns,
            (groups, (rows - height) // stride + 1, height * values, positions),
            (rows * values * positions * item, stride * values * positions * item, positions * item, item),
        )

    def kernels(self, weight: np.ndarray, groups: int) -> np.ndarray:
        """Give a weight as (groups, channels out of a group, values), the values in the order of `of_windows`."""
        kernels = weight.reshape(groups, len(weight) // groups, *weight.shape[1:])
        return (kernels.swapaxes(2, 3) if self.shares_rows else kernels).reshape(*kernels.shape[:2], -1)

    def weight(self, kernels: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
        """Give a weight back its shape: the inverse of `kernels`."""
        if not self.shares_rows:
            return kernels.reshape(shape)
        return kernels.reshape(shape[0], shape[2], shape[1], *shape[3:]).swapaxes(1, 2)

    def _by_place(self, pixels: np.ndarray) -> np.ndarray:
        """Show pixels as (groups, rows, channels, *kernel, samples, *positions): those that each place meets.

        It is a view, in which a pixel is as many times as windows meet it.
        """
        rows = self.by_row(pixels)
        (*outer, samples), sizes = rows.shape[:4], rows.shape[4:]
        (*outer_steps, sample_step), steps = rows.strides[:4], rows.strides[4:]
        kernel = self.laid_out
        stride, dilation = self.stride[-len(kernel) :], self.dilation[-len(kernel) :]
        counts = [(n - (k - 1) * d - 1) // s + 1 for n, k, s, d in zip(sizes, kernel, stride, dilation, strict=True)]
        return as_strided(
            rows,
            (*outer, *kernel, samples, *counts),
            (*outer_steps, *map(mul, steps, dilation), sample_step, *map(mul, steps, stride)),
        )

    def _merged(self, by_place: tuple[int, ...]) -> tuple[int, ...]:
        """Give the shape of columns: channels and places are one axis, and samples and positions another."""
        positions = 3 + len(self.laid_out)
        return (*by_place[:2], math.prod(by_place[2:positions]), math.prod(by_place[positions:]))
