"""Putting names back where they were changed, without touching those that were not.

A worker is a fork, and shares its parent's memory until it writes there. To look at an object from Python is to write:
its references are counted. So whether a dict has changed is told from the dict's own memory.
"""

from __future__ import annotations

import ctypes
import sys
from typing import Any

_USED, _TABLE, _HEADER = 16, 32, 32
"""Where CPython has a dict's length and its table, and where in a table the names and values begin."""
_compare = ctypes.PyDLL(None).memcmp
_compare.argtypes = (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t)


class Names:
    """A dict of names, as it was when this was made.

    Parameters
    ----------
    names
        A module's names, or the loaded modules.
    wanted
        Which names are put back; by default all.

    Examples
    --------
    >>> names = {"one": 1, "two": 2}
    >>> kept = Names(names)
    >>> names["one"] = 3
    >>> kept.put_back()
    >>> names
    {'one': 1, 'two': 2}
    """

    def __init__(self, names: dict[str, Any], wanted: tuple[str, ...] = ()) -> None:
        self.names = names
        self.before = {name: names[name] for name in wanted or names}
        self._all = dict(names)  # what is held keeps its address
        self._memory = _memory(names) if _KNOWN else ()
        self._known = _KNOWN

    def put_back(self) -> None:
        """Give each name its value again."""
        if not self.unchanged():
            self.names.update(self.before)

    def unchanged(self) -> bool:
        """Tell whether the dict is certainly as it was; False where that can't be told."""
        for place, content, length in self._memory:  # it uses no builtin: a student may have deleted them
            if _compare(place, content, length):
                return False
        return self._known


def _memory(names: dict[str, Any]) -> tuple[tuple[int, bytes, int], ...]:
    """Give the parts of memory that say what is in a dict: its length, its table's place, kind, names and values."""
    here = id(names)
    table = int.from_bytes(ctypes.string_at(here + _TABLE, 8), sys.byteorder)
    size = dict.__sizeof__(names) - dict.__basicsize__
    places = ((here + _USED, 8), (here + _TABLE, 8), (table + 8, 3), (table + _HEADER, size - _HEADER))
    return tuple((place, ctypes.string_at(place, length), length) for place, length in places)


def _tells_changes() -> bool:
    """Try whether this Python lays out dicts in the way known from 3.11 to 3.13."""
    if sys.implementation.name != "cpython" or not (3, 11) <= sys.version_info[:2] <= (3, 13):
        return False
    names: dict[str, Any] = {f"name{number}": object() for number in range(50)}
    memory = _memory(names)

    def same() -> bool:
        return not any(_compare(*part) for part in memory)

    told = [same()]
    kept = names["name7"]
    names["name7"] = None
    told.append(not same())
    names["name7"] = kept
    told.append(same())
    names["another"] = None
    told.append(not same())
    return all(told)


_KNOWN = False
_KNOWN = _tells_changes()
