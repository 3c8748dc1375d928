"""Which values on the way to a right result are among the values that other code computes, in one case.

Two mistakes, one behind the other, hide each other: with one of them corrected, no result is right yet. But more
of what the solution computes on its way is there.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations
from typing import Any

import numpy as np

from course.calling.endings import Ending
from course.calling.here import Here
from course.calling.student import use_work
from course.checking.locating.code import Code
from course.checking.locating.looks import with_looks
from course.checking.locating.watch import LOOK
from course.checking.source import bare, source_of
from course.checking.spec import Exercise
from course.checking.variant import EditError, compiled

Key = tuple[str, int]
"""A value on the way by its number: ``"all"`` for its numbers in any order, ``"order"`` for them in their order."""
MOST_AXES = 5
"""An array of more axes is compared in one order only."""
LARGEST = 4096
"""An array of more numbers is not compared."""
SMALLEST = 2
"""A single number is often right by chance."""
RTOL = 1e-9
_SECONDS = 2.0


class Way:
    """The values that the solution computes in a case, each of them once; what is given to it is left out.

    Parameters
    ----------
    values
        Arrays in the order in which they are computed.
    given
        What the solution is called with.
    """

    def __init__(self, values: Sequence[np.ndarray], given: Sequence[np.ndarray] = ()) -> None:
        self._rows: dict[int, list[tuple[Key, np.ndarray]]] = {}
        seen: dict[int, np.ndarray] = {}
        for array in given:
            measured = _measures(array.reshape(1, -1).astype(float))
            seen[array.size] = np.concatenate([seen.get(array.size, measured[:0]), measured])
        number = 0
        for array in values:
            if not _tells(array):
                continue
            measured = _measures(array.reshape(1, -1))
            others = seen.get(array.size, measured[:0])
            if (measured == others).all(axis=1).any():
                continue
            number += 1
            seen[array.size] = np.concatenate([others, measured])
            rows = self._rows.setdefault(array.size, [])
            if not _near(measured[:, :-1], others[:, :-1]).all(axis=1).any():
                rows.append((("all", number), measured[0]))
            for turned in _turned(array):
                rows.append((("order", number), _measures(turned.reshape(1, -1))[0]))
        self._stacked = {size: np.stack([row for _, row in rows]) for size, rows in self._rows.items()}

    def __len__(self) -> int:
        return len({key for rows in self._rows.values() for key, _ in rows})

    def among(self, values: Mapping[int, Sequence[np.ndarray]]) -> dict[int, frozenset[Key]]:
        """Tell which of these values each place of a code computed.

        Parameters
        ----------
        values
            By the place, arrays of one size each: the values of one call in a row.
        """
        by_size: dict[int, list[tuple[int, np.ndarray]]] = {}
        for place, arrays in values.items():
            for pieces in arrays:
                if pieces.shape[1] in self._rows:
                    by_size.setdefault(pieces.shape[1], []).append((place, pieces[-1:]))
                if len(pieces) > 1 and pieces.size in self._rows:
                    by_size.setdefault(pieces.size, []).append((place, pieces.reshape(1, -1)))
        found: dict[int, set[Key]] = {}
        for size, rows in by_size.items():
            near = _near(_measures(np.concatenate([row for _, row in rows]))[:, None], self._stacked[size])
            ordered, everything = near.all(axis=-1), near[..., :-1].all(axis=-1)
            is_ordered = np.array([key[0] == "order" for key, _ in self._rows[size]])
            for i, j in np.argwhere(np.where(is_ordered, ordered, everything)):
                found.setdefault(rows[i][0], set()).add(self._rows[size][j][0])
        return {place: frozenset(keys) for place, keys in found.items()}


def way_of(exercise: Exercise, arguments: Mapping[str, Any]) -> Way | None:
    """Compute what the solution computes in a case; None where it can't be looked at.

    Parameters
    ----------
    exercise
        The exercise.
    arguments
        Of the case.
    """
    if exercise.withheld or exercise.kind == "value":
        return None
    kept: list[np.ndarray] = []
    try:
        code = Code(bare(source_of(exercise.written_out, exercise.name)))
        name = f"{exercise.name}, watched"
        variant = compiled(with_looks(code), exercise.name, name, exercise.written_out)
    except (EditError, SyntaxError, ValueError, RecursionError):
        return None
    function = variant if not isinstance(variant, type) else next(iter(_methods(variant)), None)
    if function is None:
        return None
    function.__globals__[LOOK] = lambda number, value: (kept.extend(_arrays(value)), value)[1]
    attempt, _ = use_work(exercise.use, Here.of(variant, exercise.name, exercise.needs), dict(arguments), _SECONDS)
    if attempt.ending is not Ending.RETURNED:
        return None
    return Way(kept, list(_arrays(list(arguments.values()))))


def _methods(made: type) -> Iterator[Any]:
    return (one for one in vars(made).values() if hasattr(one, "__globals__"))


def _arrays(value: Any) -> Iterator[np.ndarray]:
    if isinstance(value, list | tuple):
        for item in value[:64]:
            yield from _arrays(item)
    elif isinstance(value, dict):
        yield from _arrays(list(value.values()))
    elif isinstance(value, np.ndarray) and value.dtype.kind == "f":
        yield value.copy()


def _tells(array: np.ndarray) -> bool:
    """Tell whether a value is worth looking for: its numbers are several, and not simple ones."""
    if not SMALLEST <= array.size <= LARGEST or not np.isfinite(array).all():
        return False
    return len(np.unique(array)) > 1 and not np.array_equal(array, np.round(array, 1))


def _turned(array: np.ndarray) -> Iterator[np.ndarray]:
    """Give an array with its axes in any order, each order of its numbers once."""
    long = [axis for axis in range(array.ndim) if array.shape[axis] > 1]
    array = array.reshape([array.shape[axis] for axis in long])
    orders = permutations(range(array.ndim)) if array.ndim <= MOST_AXES - 1 else [tuple(range(array.ndim))]
    return (array.transpose(order) for order in orders)


def _measures(rows: np.ndarray) -> np.ndarray:
    """Measure rows of numbers: by sums that tell nothing of their order, and by one at the end that does."""
    largest = np.abs(rows).max(axis=1, keepdims=True)
    size = rows.shape[1]
    weights = np.sin(np.arange(1, size + 1) * math.sqrt(2)) + 1.5
    with np.errstate(all="ignore"):
        scaled = rows / largest
        sums = [largest[:, 0], scaled.sum(axis=1), (scaled**2).sum(axis=1), (scaled**3).sum(axis=1), scaled @ weights]
    return np.stack(sums, axis=1)


def _near(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return np.abs(one - other) <= RTOL * (1 + np.abs(other))
