"""Which value of its window each maximum is: what max pooling needs for positions and gradients.

Windows are searched one axis after the other, the last axis first: then the first of equal maxima is in the first row
that has one, and there the leftmost.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from course.functional.pooling_windows import Windows, lowest, part, resized
from course.functional.precision import quiet


def find_winners(input: np.ndarray, windows: Sequence[Windows]) -> tuple[np.ndarray, list[np.ndarray]]:
    """Give the maximum of each window and, for each axis, which element of the kernel met it.

    The winners along an axis are found after those along all later ones, among their maxima. Of equal values the first
    wins and, as in PyTorch, the last NaN where there are some. Where a dilated window misses every value, the winner
    is an element that meets nothing.

    Examples
    --------
    >>> along = Windows(size=4, kernel_size=2, stride=2, padding=0, dilation=1, count=2)
    >>> find_winners(np.array([1.0, 4.0, 3.0, 3.0]), [along])
    (array([4., 3.]), [array([1, 0], dtype=uint8)])
    """
    found = []
    for axis, along in reversed(list(enumerate(windows, start=-len(windows)))):
        input, winners = _winners_along(input, axis, along)
        found.insert(0, winners)
    return input, found


def winning_positions(winners: Sequence[np.ndarray], windows: Sequence[Windows]) -> np.ndarray:
    """Give the position of each maximum, counted through the spatial axes; -1 where a window misses every value."""
    counted = np.zeros((), dtype=np.int64)
    stride = 1  # between neighbours along the axis, in what is counted
    for axis, along in reversed(list(enumerate(windows, start=-len(windows)))):
        starts = along.starts().reshape(-1, *(1,) * (-1 - axis))
        places = winners[axis] * np.int64(along.dilation) + starts
        missed = (places < 0) | (places >= along.size)
        if counted.ndim:
            # what the maximum had been found at along the later axes
            inner = np.take_along_axis(counted, np.where(missed, 0, places), axis)
            missed |= inner < 0
            counted = inner + places * stride
        else:
            counted = places
        counted[missed] = -1
        stride *= along.size
    return counted


def winning_gradient(grad: np.ndarray, winners: Sequence[np.ndarray], windows: Sequence[Windows]) -> np.ndarray:
    """Give each gradient to the value that won its window; a value collects from all that it won."""
    with quiet():
        for axis, along in enumerate(windows, start=-len(windows)):
            spread = np.zeros(resized(grad.shape, axis, along.size), dtype=grad.dtype)
            bits = grad.view(f"i{grad.dtype.itemsize}")
            for j, (outputs, inputs) in enumerate(along.steps()):
                here = part(axis, outputs)
                # a product of the bits, taken as whole numbers: 0 times infinity would be NaN
                won = (winners[axis][here] == j).astype(bits.dtype)
                won *= bits[here]
                if along.overlap():
                    spread[part(axis, inputs)] += won.view(grad.dtype)
                else:
                    spread[part(axis, inputs)] = won.view(grad.dtype)
            grad = spread
    return grad


def _winners_along(input: np.ndarray, axis: int, along: Windows) -> tuple[np.ndarray, np.ndarray]:
    """Give the maxima along one axis, and the element of the kernel that met each."""
    kind = np.min_scalar_type(along.kernel_size)
    shape = resized(input.shape, axis, along.count)
    maxima, winners = np.empty(shape, dtype=input.dtype), np.zeros(shape, dtype=kind)
    if along.padding:
        maxima[...] = lowest(input.dtype)
        winners[...] = along.first_elements().reshape(-1, *(1,) * (-1 - axis))
    for j, (outputs, inputs) in enumerate(along.steps()):
        if j == 0 and not along.padding:
            # every window has this element, and it has nothing to beat yet
            maxima[...] = input[part(axis, inputs)]
            continue
        # in one piece these are compared and joined faster than with steps between them
        candidates = np.ascontiguousarray(input[part(axis, inputs)])
        best, won = maxima[part(axis, outputs)], winners[part(axis, outputs)]
        beats = candidates > best
        beats |= candidates != candidates
        numbers = beats.view(np.uint8).astype(kind, copy=False)
        numbers *= kind.type(j)
        # the last one that beats all before it has the largest number, and a maximum is quicker than a choice
        np.maximum(won, numbers, out=won)
        np.maximum(best, candidates, out=best)
    return maxima, winners
