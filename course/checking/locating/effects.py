"""Two changes whose effects add up, or multiply, to the right result: found from what each gives alone, then tried."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from course.checking.locating.code import Change
from course.checking.locating.standing import Standing

LARGEST = 400
"""A result of more numbers is looked at in part."""
WORDS = 30
"""At most this many changes with the same effect are kept: most are one change in other words."""
MOST = 4000
"""At most this many pairs of effects are looked at more closely."""
RTOL = 1e-7
"""How far the numbers of two effects may be from the right ones, of the largest."""

Pair = tuple[Change, Change]


class Effects:
    """What single changes give in one case.

    Parameters
    ----------
    unchanged
        How far the code comes in this case without a change.
    """

    def __init__(self, unchanged: Standing) -> None:
        self.value, self.expected = unchanged.value, unchanged.expected
        self.yours = in_a_row(unchanged.value)
        self._wanted = in_a_row(unchanged.expected)
        self.rows: dict[Change, np.ndarray] = {}

    def add(self, change: Change, standing: Standing) -> None:
        """Take what a change gives."""
        row = in_a_row(standing.value)
        if row is not None:
            self.rows[change] = row

    def giving(self, value: Any) -> list[Change]:
        """Give the changes that give a value, the most likely first; none where the code gives it without a change."""
        row = in_a_row(value)
        if row is None or alike(row, self.yours):
            return []
        return sorted((one for one, other in self.rows.items() if alike(row, other)), key=lambda one: one.rank)

    def pairs(self) -> list[Pair]:
        """Give the changes that should make this case right together, in different places, the most likely first."""
        yours, wanted = self.yours, self._wanted
        if yours is None or wanted is None or yours.shape != wanted.shape:
            return []
        groups: dict[bytes, list[Change]] = {}
        for change, row in sorted(self.rows.items(), key=lambda item: item[0].rank):
            if row.shape == yours.shape and not alike(row, yours):
                groups.setdefault(_rounded(row), []).append(change)
        if len(groups) < 2:
            return []
        changes = [some[:WORDS] for some in groups.values()]
        rows = np.stack([self.rows[some[0]] for some in changes])
        found = dict.fromkeys([*_two_that_give(rows - yours, wanted - yours), *_multiplying(rows, yours, wanted)])
        pairs = [(one, other) for i, j in found for one in changes[i] for other in changes[j]]
        return sorted(filter(_are_apart, pairs), key=lambda pair: pair[0].rank + pair[1].rank)

    def fits(self, pair: Pair) -> bool:
        """Tell whether two changes should make this case right, too."""
        rows = [self.rows.get(change) for change in pair]
        yours, wanted = self.yours, self._wanted
        if yours is None or wanted is None or any(row is None or row.shape != yours.shape for row in rows):
            return True
        one, other = rows
        return alike(one + other - yours, wanted) or alike(one * other, yours * wanted)  # type: ignore[operator]


def alike(one: np.ndarray | None, other: np.ndarray | None) -> bool:
    """Tell whether two rows are equal except for rounding."""
    return one is not None and other is not None and one.shape == other.shape and bool(_near(one, other).all())


def _are_apart(pair: Pair) -> bool:
    return pair[0].end <= pair[1].start or pair[1].end <= pair[0].start


def same(value: Any, other: Any) -> bool:
    """Tell whether two results are equal except for rounding."""
    shapes = [[np.shape(part) for part in (one if isinstance(one, tuple) else (one,))] for one in (value, other)]
    return shapes[0] == shapes[1] and alike(in_a_row(value), in_a_row(other))


def in_a_row(value: Any) -> np.ndarray | None:
    """Give the numbers of a result in a row; None where it is made of other things, or they are not finite.

    Examples
    --------
    >>> in_a_row((np.ones(2), 3)), in_a_row("text")
    (array([1., 1., 3.]), None)
    """
    parts = value if isinstance(value, tuple) else (value,)
    rows = []
    for part in parts:
        if isinstance(part, (bool, np.bool_)) or not isinstance(part, (int, float, np.number, np.ndarray)):
            return None
        row = np.asarray(part)
        if row.dtype.kind not in "fiu":
            return None
        rows.append(row.reshape(-1).astype(float))
    if not rows:
        return None
    row = np.concatenate(rows)
    row = row[:: max(1, row.size // LARGEST)]
    return row if row.size and np.isfinite(row).all() else None


def _multiplying(rows: np.ndarray, yours: np.ndarray, wanted: np.ndarray) -> Iterator[tuple[int, int]]:
    """Give the pairs of rows whose factors together turn the result into the right one."""
    with np.errstate(all="ignore"):
        factors, wanted = rows / yours, wanted / yours
        logarithms, goal = np.log(np.abs(factors)), np.log(np.abs(wanted))
    fine = np.isfinite(goal)
    usable = np.flatnonzero(np.isfinite(logarithms[:, fine]).all(axis=1)) if fine.all() else np.zeros(0, int)
    if usable.size:
        for i, j in _two_that_give(logarithms[usable], goal):
            i, j = int(usable[i]), int(usable[j])
            if _near(factors[i] * factors[j], wanted).all():
                yield i, j


def _two_that_give(rows: np.ndarray, goal: np.ndarray) -> Iterator[tuple[int, int]]:
    """Give the pairs of rows whose sum is the goal."""
    size = max(1.0, float(np.abs(goal).max()))
    weights = np.sin(np.arange(1, goal.size + 1) * np.sqrt(2)) + 1.5
    sums, total = rows @ weights, goal @ weights
    order = np.argsort(sums)
    ordered = sums[order]
    slack = 10 * RTOL * size * goal.size
    first, last = np.searchsorted(ordered, total - sums - slack), np.searchsorted(ordered, total - sums + slack)
    looked_at = 0
    for i in np.flatnonzero(last > first):
        for j in order[first[i] : last[i]]:
            looked_at += 1
            if looked_at > MOST:
                return
            if i < j and (np.abs(rows[i] + rows[j] - goal) <= RTOL * size).all():
                yield int(i), int(j)


def _near(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return np.abs(one - other) <= RTOL * (1 + np.abs(other))


def _rounded(row: np.ndarray) -> bytes:
    with np.errstate(all="ignore"):
        return (
            np.array([float(f"{value:.9g}") for value in row[:8]]).tobytes() + float(f"{row.sum():.9g}").hex().encode()
        )
