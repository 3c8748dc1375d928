"""Where in its window each maximum is: what max pooling needs for positions and gradients.

The last axis goes first. Then the first maximum of a window is in the first row that has one, and there the leftmost.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from course.functional.pooling_windows import Windows, part, resized


@dataclass(frozen=True, slots=True)
class Winners:
    """For each window along one axis, which element of the kernel meets the maximum.

    It is the first of equal ones and, as in PyTorch, the last NaN where there are some. Where a dilated window misses
    every value, it is one that meets nothing.
    """

    axis: int
    along: Windows
    elements: np.ndarray


def find_winners(input: np.ndarray, windows: Sequence[Windows]) -> tuple[np.ndarray, list[Winners]]:
    """Give the maximum of each window, and the winners along each axis, the last axis first."""
    winners = []
    for axis, along in reversed(list(enumerate(windows, start=-len(windows)))):
        maxima = np.full(resized(input.shape, axis, along.count), -np.inf, dtype=input.dtype)
        elements = np.empty(maxima.shape, dtype=np.min_scalar_type(along.kernel_size))
        first_elements = (along.first_values() - along.starts()) // along.dilation
        elements[...] = first_elements.reshape(-1, *(1,) * (-1 - axis))
        for j, (outputs, inputs) in enumerate(along.steps()):
            # in one piece these are compared and joined faster than with steps between them
            candidates = np.ascontiguousarray(input[part(axis, inputs)])
            if j == 0 and along.padding == 0:
                # every window has this element, and it has nothing to beat yet
                maxima[...] = candidates
                continue
            best, won = maxima[part(axis, outputs)], elements[part(axis, outputs)]
            # the last element that beats all before it; a maximum is quicker than an assignment by mask
            np.maximum(won, (candidates > best) * elements.dtype.type(j), out=won)
            np.maximum(best, candidates, out=best)
        if np.isnan(maxima).any():
            for j, (outputs, inputs) in enumerate(along.steps()):
                np.copyto(elements[part(axis, outputs)], j, where=np.isnan(input[part(axis, inputs)]))
        winners.append(Winners(axis, along, elements))
        input = maxima
    return input, winners


def winning_positions(winners: Sequence[Winners], spatial: tuple[int, ...]) -> np.ndarray:
    """Give the position of each maximum, counted through the `spatial` axes; -1 where a window misses every value."""
    positions, missed = np.zeros((), dtype=np.int64), np.zeros((), dtype=bool)
    for winner in winners:
        axis, along = winner.axis, winner.along
        indices = along.starts().reshape(-1, *(1,) * (-1 - axis)) + winner.elements.astype(np.int64) * along.dilation
        missed = (along.first_values() >= along.size).reshape(-1, *(1,) * (-1 - axis)) | missed
        indices = np.minimum(indices, along.size - 1)
        below = np.take_along_axis(positions, indices, axis) if positions.ndim else positions
        positions = indices * math.prod(spatial[axis:][1:]) + below
    return np.where(missed, -1, positions) if missed.any() else positions


def winning_gradient(grad_output: np.ndarray, winners: Sequence[Winners]) -> np.ndarray:
    """Give each gradient to the value that won its window, axis by axis; a value collects from all it won."""
    for winner in reversed(winners):
        axis, along = winner.axis, winner.along
        grad_input = np.zeros(resized(grad_output.shape, axis, along.size), dtype=grad_output.dtype)
        finite = np.isfinite(grad_output).all()
        apart = along.stride > along.dilation * (along.kernel_size - 1)
        with np.errstate(invalid="ignore", over="ignore"):
            for j, (outputs, inputs) in enumerate(along.steps()):
                grads, won = grad_output[part(axis, outputs)], winner.elements[part(axis, outputs)] == j
                target = grad_input[part(axis, inputs)]
                # a product is quicker than a choice, but makes NaN of infinity times 0
                if finite and apart:
                    np.multiply(grads, won, out=target)
                else:
                    target += grads * won if finite else np.where(won, grads, 0)
        grad_output = grad_input
    return grad_output
