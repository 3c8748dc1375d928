"""Drawing arguments for cases. Every draw takes its generator explicitly; nothing here has state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from course.calling.plain_data import exchange

Generator = np.random.Generator


def normal(rng: Generator, *shape: int) -> np.ndarray:
    """Draw standard normal values as float64, rounded to six decimals so that a report can quote them.

    Examples
    --------
    >>> normal(np.random.default_rng(0), 2, 3).shape
    (2, 3)
    """
    return np.round(rng.standard_normal(shape), 6)


def whole(rng: Generator, *shape: int, most: int = 4) -> np.ndarray:
    """Draw small whole numbers as float64, none of them 0 or equal to the one before: for a case to do with a pencil.

    Zeros would hide a product, and equal neighbours an index that is off by one.

    Examples
    --------
    >>> drawn = whole(np.random.default_rng(0), 2, 3)
    >>> drawn.shape, bool((drawn == np.round(drawn)).all() and (abs(drawn) <= 4).all() and drawn.all())
    ((2, 3), True)
    """
    choices = [number for number in range(-most, most + 1) if number]
    drawn: list[int] = []
    for _ in range(int(np.prod(shape))):
        drawn.append(int(rng.choice([number for number in choices if number not in drawn[-1:]])))
    return np.array(drawn, float).reshape(shape)


def by_hand(rng: Generator, drawn: Mapping[str, Any]) -> dict[str, Any]:
    """Give a call of the same shapes and options in which every array holds small whole numbers.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> arguments = by_hand(rng, {"input": np.array([0.25, 1.5]), "stride": 2})
    >>> arguments["input"].shape, bool((arguments["input"] % 1 == 0).all()), arguments["stride"]
    ((2,), True, 2)
    """
    return {name: whole(rng, *given.shape) if isinstance(given, np.ndarray) else given for name, given in drawn.items()}


def distinct(rng: Generator, *shape: int) -> np.ndarray:
    """Draw the numbers 1, 2, 3, ... in some order: each shows where it comes from.

    Examples
    --------
    >>> np.sort(distinct(np.random.default_rng(0), 2, 3), axis=None)
    array([1., 2., 3., 4., 5., 6.])
    """
    return 1.0 + rng.permutation(int(np.prod(shape))).reshape(shape)


def identifiers(rng: Generator, num: int, *shape: int) -> np.ndarray:
    """Draw identifiers 0 .. num-1 as int64, with the first and the last among them where there is room.

    Without these two, an index that is off by one could go unnoticed.

    Examples
    --------
    >>> sorted(identifiers(np.random.default_rng(0), 9, 5).tolist())[::4]
    [0, 8]
    """
    drawn = rng.integers(0, num, size=shape)
    flat = drawn.reshape(-1)
    if flat.size >= 2:
        first, last = rng.choice(flat.size, size=2, replace=False)
        flat[first], flat[last] = 0, num - 1
    return drawn


def repeated(rng: Generator, num: int, *shape: int) -> np.ndarray:
    """Draw identifiers as `identifiers` does, in which at least one comes twice.

    Examples
    --------
    >>> drawn = repeated(np.random.default_rng(0), 100, 4)
    >>> len(set(drawn.tolist())) < 4
    True
    """
    drawn = rng.integers(0, num, size=shape)
    flat = drawn.reshape(-1)
    if flat.size >= 2:
        one, other = rng.choice(flat.size, size=2, replace=False)
        flat[one] = flat[other]
    return drawn


def odd(rng: Generator, least: int, choices: int = 20) -> int:
    """Draw one of the first `choices` odd sizes from `least`, which is odd. A product of odd sizes shows rounding.

    Examples
    --------
    >>> 301 <= odd(np.random.default_rng(0), 301) < 341
    True
    """
    return least + 2 * int(rng.integers(0, choices))


def with_long_integers(arguments: dict[str, Any]) -> dict[str, Any]:
    """Give drawn arguments whose whole numbers have 64 bits, as everywhere but in a browser, where NumPy makes 32.

    Examples
    --------
    >>> with_long_integers({"input": np.arange(3)})["input"].dtype
    dtype('int64')
    """

    def long(item: Any) -> Any:
        made_by_default = isinstance(item, np.ndarray | np.generic) and item.dtype == np.dtype(int)
        return item.astype(np.int64) if made_by_default and item.dtype != np.int64 else item

    return exchange(arguments, long)
