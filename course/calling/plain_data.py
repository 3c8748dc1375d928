"""Plain data, which comes back from a student's code as it is: None, numbers, text, arrays, and what holds these."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from types import FunctionType
from typing import Any

import numpy as np

from course.calling.naming import printable, type_name
from course.calling.time_limit import TimeUp

NBYTES = 8 << 20
"""Bytes that the arrays of one result may have together."""
AXIS = 1 << 17
"""The largest size of one axis: an array without a single byte can have a billion rows."""
ELEMENTS = 1 << 20
"""Elements of all arrays of one result, where an axis of size 0 counts as one of size 1."""
ARRAYS = 4096
"""Arrays and NumPy numbers in one result."""
VALUES = 1 << 15
"""Numbers, texts, lists and so on in one result: comparing a list of a million numbers takes seconds."""
TEXT = 1 << 18
"""Characters of all texts of one result, and digits of its very large numbers."""
DIMENSIONS = 32
"""Axes of an array: newer versions of NumPy have more than others can take."""
DEPTH = 32
"""How deep the lists, tuples and dicts of one result may be nested."""
TOO_LARGE = "too large or too deeply nested to be compared"
"""What reports say about a result that is over one of these limits."""

# Bound once: where answers are graded, a student may replace these names where they come from.
_modules = sys.modules
_asarray, _copy, _product, _max = np.asarray, np.ndarray.copy, math.prod, max
_members, _mro = type.__dict__["__dict__"].__get__, type.__dict__["__mro__"].__get__


def extent(shape: Sequence[int], axis: int = AXIS) -> float:
    """Count the elements of an array of this shape, an axis of size 0 as one of size 1.

    Infinite if an axis is too long, or if there are too many.

    Examples
    --------
    >>> extent((2, 3)), extent((5, 0)), extent((10**9, 0)), extent(33 * (1,))
    (6, 5, inf, inf)
    """
    fits = _max(shape, default=0) <= axis and len(shape) <= DIMENSIONS
    return _product(_max(size, 1) for size in shape) if fits else math.inf


@dataclass(frozen=True, slots=True)
class Foreign:
    """Stands for an object that is not plain data.

    Parameters
    ----------
    type_name
        What it is: ``"generator"``, ``"torch.Tensor"``, ``"numpy.ndarray of dtype object"``.
    """

    type_name: str


@dataclass(frozen=True, slots=True)
class Text(Foreign):
    """Stands for text, where a result is compared.

    Parameters
    ----------
    text
        The text.
    """

    text: str


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
    for before, after in zip(items, changed, strict=True):
        if before is not after:
            return dict(zip(value, changed, strict=True)) if kind is dict else kind(changed)
    return value


class TooLarge(Exception):
    """A result is larger than one that is compared."""


def carried(value: Any, hold: Callable[[Foreign], Any] | None = None) -> Any:
    """Copy plain data, so that it is no longer the student's; what is not data becomes `Foreign`.

    Only values of Python's and NumPy's own types come out, so nothing of a student's is called later.

    Parameters
    ----------
    value
        What came back from a student's code.
    hold
        Gives what comes out for an object that is not data. By default its `Foreign`.

    Examples
    --------
    >>> carried({"a": [1, ...]})
    {'a': [1, Foreign(type_name='ellipsis')]}
    >>> from collections import OrderedDict
    >>> from fractions import Fraction
    >>> carried(OrderedDict(step=1)), carried(Fraction(1, 4))
    ({'step': 1}, 0.25)
    >>> carried(np.broadcast_to(0.0, (10**9,)))
    Foreign(type_name='numpy.ndarray, too large or too deeply nested to be compared')
    """
    try:
        data = _Carrier().carry(value, DEPTH)
    except TimeUp:
        raise
    except (TooLarge, RecursionError):
        return Foreign(f"{type_name(type(value))}, {TOO_LARGE}")
    except BaseException:  # it can't be looked at, or there is no memory for a copy
        data = Foreign(type_name(type(value)))
    return hold(data) if hold is not None and type(data) is Foreign else data


def _exact() -> list[type]:
    """Give Python's types of exact numbers, Fraction and Decimal, as far as they are loaded: they load slowly."""
    kinds = (("fractions", "Fraction"), ("decimal", "Decimal"))
    return [getattr(_modules[module], name) for module, name in kinds if module in _modules]


def _container(kind: type) -> type | None:
    """Give the list, tuple or dict that a type is, or is made from: a named tuple, say, or a dict with defaults.

    A type that adds methods, such as a network that is a list of its layers, is more than what it holds.
    """
    plain = next((one for one in (list, tuple, dict) if issubclass(kind, one)), None)
    for one in _mro(kind):
        if one is plain:
            break
        if any(type(member) is FunctionType and name[:1] != "_" for name, member in _members(one).items()):
            return None
    return plain


class _Carrier:
    """Copies one result, and counts what it holds."""

    def __init__(self) -> None:
        self.nbytes, self.arrays, self.values, self.text = NBYTES, ARRAYS, VALUES, TEXT
        self.elements: float = ELEMENTS

    def carry(self, value: Any, depth: int) -> Any:
        kind = type(value)  # isinstance asks an object for its __class__, which may be a student's code
        self.values -= 1
        if self.values < 0:
            raise TooLarge
        if value is None or kind in (bool, float, complex):
            return value
        if issubclass(kind, str):
            text = str.__str__(value)
            self._spend(text=len(text))
            return text.encode("utf-8", "replace").decode()  # half a character can't be sent, nor printed
        if issubclass(kind, (np.ndarray, np.generic)):
            return self._array(value)
        if issubclass(kind, int):
            number = int.__pos__(value)
            self._spend(text=number.bit_length() // 4)
            return number
        for number in (float, complex):
            if issubclass(kind, number):  # an enum's member, say: as the number that it is
                return number.__pos__(value)
        if kind in _exact():
            return float(value)
        plain = _container(kind)
        if plain is list or plain is tuple:
            self._descend(depth)
            return plain([self.carry(item, depth - 1) for item in plain.__iter__(value)])
        if plain is dict and all(type(key) is str for key in dict.keys(value)):
            self._descend(depth)
            return {self.carry(key, 0): self.carry(item, depth - 1) for key, item in dict.items(value)}
        return Foreign(type_name(kind))

    def _array(self, value: Any) -> Any:
        kind, plain = type(value), _asarray(value)
        number = issubclass(kind, np.generic)
        if plain.dtype.kind not in "biufc":
            return Foreign(type_name(kind) if number else printable(f"numpy.ndarray of dtype {plain.dtype}", 200))
        self.elements -= extent(plain.shape)
        if self.elements < 0:
            raise TooLarge
        self._spend(nbytes=plain.size * plain.itemsize, arrays=1)  # a broadcast array takes no memory yet
        return plain[()] if number else _copy(plain)

    def _descend(self, depth: int) -> None:
        if depth <= 0:
            raise TooLarge

    def _spend(self, nbytes: int = 0, arrays: int = 0, text: int = 0) -> None:
        self.nbytes -= nbytes
        self.arrays -= arrays
        self.text -= text
        if min(self.nbytes, self.arrays, self.text) < 0:
            raise TooLarge


def identity(value: Any) -> Hashable:
    """Give what tells plain data from all other, bit by bit and type by type.

    Examples
    --------
    >>> identity([1.0, np.zeros(2)]) == identity([1.0, np.zeros(2)])
    True
    >>> identity(1.0) == identity(1), identity(0.0) == identity(-0.0), identity(np.zeros(2)) == identity([0.0, 0.0])
    (False, False, False)
    >>> identity(10**5000) == identity(10**5000 + 1)
    False
    """
    kind = type(value)
    if issubclass(kind, (np.ndarray, np.generic)):
        raw = value.tobytes()
        return kind, value.dtype.str, value.shape, raw if len(raw) <= 64 else sha256(raw).digest()
    if kind is list or kind is tuple:
        return kind, *map(identity, value)
    if kind is dict:
        return kind, *((name, identity(item)) for name, item in value.items())
    return kind, hex(value) if kind is int else repr(value)  # of a large number, Python writes no decimal digits
