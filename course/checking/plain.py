"""Plain data, which comes back from a student's code as it is: None, numbers, text, arrays, and what holds these."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course.checking.attempt import Foreign, type_name


def exchange(value: Any, change: Callable[[Any], Any]) -> Any:
    """Change the items of lists, tuples and dicts, at any depth. What holds none that changes stays the same object.

    Examples
    --------
    >>> exchange([1, (2, 3)], lambda item: 0 if item == 3 else item)
    [1, (2, 0)]
    """
    kind = type(value)
    if kind is not dict and kind not in (list, tuple):
        return change(value)
    items = list(value.values()) if kind is dict else list(value)
    changed = [exchange(item, change) for item in items]
    if all(before is after for before, after in zip(items, changed, strict=True)):
        return value
    return dict(zip(value, changed, strict=True)) if kind is dict else kind(changed)


def as_carried(value: Any) -> Any:
    """Copy plain data as it comes back from a worker: what is not data becomes `Foreign`.

    Examples
    --------
    >>> as_carried({"a": [1, ...]})
    {'a': [1, Foreign(type_name='ellipsis')]}
    """
    kind = type(value)  # isinstance asks an object for its __class__, which may be a student's code
    if value is None or kind in (bool, int, float, complex, str):
        return value
    if issubclass(kind, (np.ndarray, np.generic)):
        plain = np.array(value)
        if plain.dtype.kind in "biufc":
            return value if issubclass(kind, np.generic) else plain
        return Foreign(type_name(kind) if issubclass(kind, np.generic) else f"numpy.ndarray of dtype {plain.dtype}")
    for number in (int, float, complex):
        if issubclass(kind, number):  # an enum's member, say: as the number that it is
            return number.__pos__(value)
    if kind in (list, tuple):
        return kind(map(as_carried, value))
    if kind is dict and all(type(key) is str for key in value):
        return {key: as_carried(item) for key, item in value.items()}
    return Foreign(type_name(kind))
