"""Which value of its window each maximum is: what max pooling needs for positions and gradients."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import reduce

import numpy as np

from course.functional.pooling_windows import Windows, lowest, part, resized


def find_winners(input: np.ndarray, windows: Sequence[Windows]) -> tuple[np.ndarray, np.ndarray]:
    """Give the maximum of each window, and which element of the kernel meets it, counted row by row.

    It is the first of equal ones and, as in PyTorch, the last NaN where there are some. Where a dilated window misses
    every value, it is one that meets nothing.

    Examples
    --------
    >>> along = Windows(size=4, kernel_size=2, stride=2, padding=0, dilation=1, count=2)
    >>> find_winners(np.array([1.0, 4.0, 3.0, 3.0]), [along])
    (array([4., 3.]), array([1, 0], dtype=uint8))
    """
    kind = np.min_scalar_type(math.prod(along.kernel_size for along in windows))
    elements, below = np.zeros((), dtype=kind), 1
    # the last axis goes first: then a window's first maximum is in the first row that has one, and there the leftmost
    for axis, along in reversed(list(enumerate(windows, start=-len(windows)))):
        shape = resized(input.shape, axis, along.count)
        maxima, winners = np.empty(shape, dtype=input.dtype), np.empty(shape, dtype=kind)
        if along.padding:
            maxima[...] = lowest(input.dtype)
            winners[...] = _through((w.kernel_size, w.first_elements()) for w in windows[axis:])
        for j, (outputs, inputs) in enumerate(along.steps()):
            here = part(axis, inputs)
            numbers = elements[here] if elements.ndim else elements
            if j == 0 and not along.padding:
                # every window has this element, and it has nothing to beat yet
                maxima[...], winners[...] = input[here], numbers
                continue
            # in one piece these are compared and joined faster than with steps between them
            candidates = np.ascontiguousarray(input[here])
            best, won = maxima[part(axis, outputs)], winners[part(axis, outputs)]
            beats = candidates > best
            beats |= candidates != candidates
            # the last one that beats all before it has the largest number, and a maximum is quicker than a choice
            np.maximum(won, beats * (numbers + kind.type(j * below)), out=won)
            np.maximum(best, candidates, out=best)
        input, elements, below = maxima, winners, below * along.kernel_size
    return input, elements


def winning_positions(elements: np.ndarray, windows: Sequence[Windows]) -> np.ndarray:
    """Give the position of each maximum, counted through the spatial axes; -1 where a window misses every value."""
    offsets = _through((along.size, np.arange(along.kernel_size) * along.dilation) for along in windows)
    positions = np.take(offsets, elements)
    positions += _through((along.size, along.starts()) for along in windows)
    if _may_miss(windows):
        missed = [along.first_values() >= along.size for along in windows]
        positions[..., reduce(np.logical_or.outer, missed)] = -1
    return positions


def winning_gradient(grad_output: np.ndarray, elements: np.ndarray, windows: Sequence[Windows]) -> np.ndarray:
    """Give each gradient to the value that won its window; a value collects from all that it won."""
    lead = grad_output.shape[: -len(windows)]
    grad_input = np.zeros((*lead, *(along.size for along in windows)), dtype=grad_output.dtype)
    positions = winning_positions(elements, windows)
    missed = positions < 0 if _may_miss(windows) else None
    # counted through all axes: with one index for each, values are added up much faster
    firsts = np.arange(math.prod(lead)) * math.prod(along.size for along in windows)
    positions += firsts.reshape(*lead, *(1,) * len(windows))
    if missed is not None and missed.any():
        positions, grad_output = positions[~missed], grad_output[~missed]
    if all(along.stride > (along.kernel_size - 1) * along.dilation for along in windows):
        # no value is in two windows, so there is nothing to add up
        grad_input.reshape(-1)[positions.ravel()] = grad_output.ravel()
        return grad_input
    with np.errstate(invalid="ignore", over="ignore"):
        np.add.at(grad_input.reshape(-1), positions.ravel(), grad_output.ravel())
    return grad_input


def _may_miss(windows: Sequence[Windows]) -> bool:
    """Tell whether a window can miss every value: only one with gaps, over padding."""
    return any(along.dilation > 1 and along.padding for along in windows)


def _through(places: Iterable[tuple[int, np.ndarray]]) -> np.ndarray:
    """Count places along each axis, which come with its length, row by row through all axes."""
    total = np.zeros((), dtype=np.int64)
    for size, place in places:
        total = np.add.outer(total * size, place)
    return total
