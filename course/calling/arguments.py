"""Copies of arguments, so that the caller's survive a call, and what the call has changed in them."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import numpy as np

from course.calling.time_limit import TimeUp

# Bound once: where answers are graded, a student may replace these names where they come from.
_Generator, _Seeds = np.random.Generator, np.random.SeedSequence


def copied(value: Any) -> Any:
    """Copy arrays, generators, and the lists, tuples and dicts that hold them; give the rest as it is.

    Examples
    --------
    >>> array = np.zeros(2)
    >>> copied([array, 3])[0] is array
    False
    """
    kind = type(value)  # isinstance asks an object for its __class__, which may be a student's code
    if issubclass(kind, np.ndarray):
        return value.copy()
    if issubclass(kind, np.random.Generator):
        return _copied_generator(value)
    if kind is list:  # a network that is a list of its layers stays one
        return [copied(item) for item in value]
    if kind is tuple:
        return tuple(map(copied, value))
    if kind is dict:
        return {key: copied(item) for key, item in value.items()}
    return value


def _copied_generator(value: np.random.Generator) -> np.random.Generator:
    """Copy a generator with its seeds: what it spawns is the same each time. `deepcopy` takes three times as long."""
    bits = value.bit_generator
    seeds = bits.seed_seq
    if type(value) is not _Generator or type(seeds) is not _Seeds:
        return deepcopy(value)
    spawned = seeds.n_children_spawned
    own = type(bits)(
        _Seeds(seeds.entropy, spawn_key=seeds.spawn_key, pool_size=seeds.pool_size, n_children_spawned=spawned)
    )
    own.state = bits.state
    return _Generator(own)


def changed(names: tuple[str, ...], before: list[Any], after: list[Any]) -> tuple[str, ...]:
    """Name the arguments that are not as they were."""
    return tuple(name for name, old, new in zip(names, before, after, strict=True) if not unchanged(old, new))


def unchanged(before: Any, after: Any) -> bool:
    """Tell whether an argument is still what it was, bit for bit: NaN is NaN.

    Examples
    --------
    >>> unchanged(np.array([np.nan]), np.array([np.nan])), unchanged([1], [1, 2])
    (True, False)
    """
    try:
        return _unchanged(before, after)
    except TimeUp:
        raise
    except BaseException:  # something was put into it that does not let itself be compared
        return False


def _unchanged(before: Any, after: Any) -> bool:
    kind = type(before)
    if type(after) is not kind:
        return False
    if issubclass(kind, (np.ndarray, np.generic)):
        return before.shape == after.shape and before.dtype == after.dtype and before.tobytes() == after.tobytes()
    if issubclass(kind, (list, tuple)):
        return len(before) == len(after) and all(map(_unchanged, before, after))
    if kind is dict:
        same_keys = before.keys() == after.keys()
        return same_keys and all(_unchanged(item, after[key]) for key, item in before.items())
    if kind in (bool, int, float, str):  # within a list or a dict, another may be in its place
        return before is after or before == after
    return True  # drawing from a generator is what it is for
