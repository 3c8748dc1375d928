"""What watched code keeps of the values that it computes. Its source goes where a student's code runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def recorder(most: int) -> tuple[Callable[[int, Any], Any], Callable[[], Any]]:
    """Make a function that keeps a copy of a value and gives it on, and one that hands over all that was kept.

    It needs nothing from around it, and asks no value for anything but its numbers.

    Parameters
    ----------
    most
        How many numbers are kept. If there are more, nothing is handed over: what is missing would be unknown.

    Examples
    --------
    >>> look, gather = recorder(100)
    >>> look(7, 0.5) + look(7, 1.5)
    2.0
    >>> gather()
    [[7], [array([[0.5],
           [1.5]])]]
    """
    import numpy as np

    numbers = (np.ndarray, np.generic, float, int)
    kept: dict[tuple[int, int], list[Any]] = {}
    left = most

    def keep(number: int, value: Any, depth: int = 1) -> None:
        nonlocal left
        kind = type(value)
        if kind in (list, tuple) and depth:
            for item in value[:64]:
                keep(number, item, 0)
        elif issubclass(kind, numbers) and kind is not bool and left >= 0:
            array = np.asarray(value)
            if array.dtype.kind in "fiu" and array.size:
                left -= array.size + 8  # a loop over single numbers takes its time as well
                if left >= 0:
                    kept.setdefault((number, array.size), []).append(array.astype(np.float64).ravel())

    def look(number: int, value: Any) -> Any:
        nonlocal left
        try:
            keep(number, value)
        except Exception:  # a number too large for a float, or no memory
            left = -1
        return value

    def gather() -> Any:
        nonlocal left
        told = [[number for number, _ in kept], [np.stack(pieces) for pieces in kept.values()]] if left >= 0 else None
        kept.clear()
        left = most
        return told

    return look, gather
