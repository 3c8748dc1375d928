"""A small call with all its numbers, so that it can be followed with a pencil."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from course.checking.compare import as_data, close

MOST_ARGUMENTS = 24
"""A call with more numbers than this is not followed with a pencil."""
MOST_RESULTS = 36
"""The results of a call are shown side by side up to this many numbers."""


@dataclass(frozen=True, slots=True)
class Array:
    """One array of a call, in full.

    Parameters
    ----------
    name
        The argument's, or the result's; empty where there is one result.
    shape
        Its shape; ``()`` is a single number.
    values
        All of its values in C order.
    wrong
        Which of them are not right. Empty for an argument, an expected result, and an array of another shape.
    """

    name: str
    shape: tuple[int, ...]
    values: tuple[complex | float | int | bool, ...]
    wrong: tuple[bool, ...] = ()


@dataclass(frozen=True, slots=True)
class Numbers:
    """The arrays that a call takes, what it returned, and what it should return.

    `arguments` is empty where there are more than a pencil can follow; `yours` where the call did not return arrays.
    """

    arguments: tuple[Array, ...]
    yours: tuple[Array, ...]
    expected: tuple[Array, ...]


def in_full(
    arguments: Mapping[str, Any], value: Any, expected: Any, returns: Sequence[str] = (), returned: bool = True
) -> Numbers | None:
    """Take all numbers from a call that is small enough; None where it isn't.

    Parameters
    ----------
    arguments
        What the call takes.
    value
        What it returned.
    expected
        What it should return.
    returns
        Names of the results, where there is more than one.
    returned
        False where the call did not return.

    Examples
    --------
    >>> numbers = in_full({"x": np.array([1.0, 2.0])}, np.array([2.0, 3.0]), np.array([2.0, 4.0]))
    >>> numbers.yours
    (Array(name='', shape=(2,), values=(2.0, 3.0), wrong=(False, True)),)
    >>> in_full({"x": np.zeros(100)}, np.zeros(100), np.ones(100)) is None
    True
    """
    several = expected if isinstance(expected, tuple) else (expected,)
    wanted: tuple[Any, ...] = tuple(as_data(want) if isinstance(want, list) else want for want in several)
    if not all(_is_shown(want) for want in wanted) or sum(np.size(want) for want in wanted) > MOST_RESULTS:
        return None
    names = tuple(returns) if len(returns) == len(wanted) else ("",) * len(wanted)
    arrays = {name: data for item in arguments.items() for name, data in _named(*item) if _is_shown(data)}
    few = sum(count(given) for given in arguments.values()) <= MOST_ARGUMENTS
    return Numbers(
        tuple(_array(name, data) for name, data in arrays.items() if data.size) if few else (),
        _results(names, value, wanted) if returned else (),
        tuple(_array(name, np.asarray(want)) for name, want in zip(names, wanted, strict=True)),
    )


def _named(name: str, given: Any) -> Iterator[tuple[str, Any]]:
    """Name the arrays that an argument holds. Single numbers and tuples of sizes are in the text of the call."""
    if isinstance(given, list) and any(isinstance(item, np.ndarray) for item in given):
        yield from ((f"{name}[{i}]", item) for i, item in enumerate(given))
    elif not isinstance(given, tuple) and isinstance(data := as_data(given), np.ndarray) and data.ndim:
        yield name, data


def _is_shown(value: Any) -> bool:
    return isinstance(value, (np.ndarray, np.generic, int, float)) and np.size(value) > 0 and np.ndim(value) < 6


def count(value: Any) -> int:
    """Count the numbers in a value, whatever holds them.

    Examples
    --------
    >>> count({"x": np.zeros((2, 3)), "shape": (4, 5), "mode": "constant"})
    8
    """
    if isinstance(value, Mapping):
        return sum(map(count, value.values()))
    if isinstance(value, (list, tuple)):
        return sum(map(count, value))
    return int(np.size(value)) if isinstance(value, np.ndarray) else int(isinstance(value, (int, float)))


def _array(name: str, data: np.ndarray, wrong: np.ndarray | None = None) -> Array:
    marks = () if wrong is None else tuple(bool(bad) for bad in np.ravel(wrong))
    return Array(name, data.shape, tuple(data.ravel().tolist()), marks)


def _results(names: Sequence[str], value: Any, wanted: tuple[Any, ...]) -> tuple[Array, ...]:
    """Take the results that can be shown; none where one of them can't."""
    if type(value) in (list, tuple) and len(value) > MOST_RESULTS:
        return ()  # before an array is made of it
    data = as_data(value)
    several = isinstance(data, tuple) or (isinstance(data, np.ndarray) and data.ndim)
    if len(wanted) != 1 and not (several and len(data) == len(wanted)):  # type: ignore[arg-type]
        return ()
    items = (data,) if len(wanted) == 1 else tuple(data)  # type: ignore[arg-type]
    arrays = [item for item in items if isinstance(item, np.ndarray) and _is_shown(item)]
    if len(arrays) < len(items) or sum(item.size for item in arrays) > MOST_RESULTS:
        return ()
    return tuple(
        _compared(name, item, np.asarray(want)) for name, item, want in zip(names, arrays, wanted, strict=True)
    )


def _compared(name: str, item: np.ndarray, want: np.ndarray) -> Array:
    same_kind = item.shape == want.shape and item.dtype.kind in "biufc"
    return _array(name, item, ~close(item, want) if same_kind else None)
