"""Comparing what came back with what was expected, in stages: type, number of results, shape, kind, values."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import permutations
from typing import Any

import numpy as np

from course.calling.naming import type_name
from course.calling.plain_data import Foreign, Text
from course.checking.comparison import (
    Comparison,
    Mismatch,
    Right,
    Unit,
    WrongCount,
    WrongKind,
    WrongNumber,
    WrongShape,
    WrongText,
    WrongTruth,
    WrongType,
    WrongValues,
)
from course.checking.pattern import Relation, find_grid, find_relation, find_where
from course.checking.sealed import Sealed

RTOL = 1e-5
"""Relative tolerance: wide enough for float32 on the way, far below what a mistake makes."""
ATOL = 1e-6
"""Absolute tolerance, for values next to zero."""
LARGE = 10.0
"""Among values of this size and more, sums in float32 leave ten times as much of a value that should be zero."""
SINGLE = 1.2e-7
"""The relative step of float32. A result in a type with larger steps is narrow: its digits may not suffice."""
AXES = 5
"""Of arrays with more axes than this, the orders of axes are too many to try."""

Data = np.ndarray | tuple[Any, ...] | Foreign
"""A result in one of three forms: an array (numbers are 0-d), several results, or something else."""


def as_data(value: Any) -> Data:
    """Bring a returned object into a form that can be compared, without calling any of its methods.

    Examples
    --------
    >>> as_data([1.0, 2.0])
    array([1., 2.])
    >>> as_data(None)
    Foreign(type_name='NoneType')
    """
    kind = type(value)  # isinstance asks an object for its __class__, which may be a student's code
    if issubclass(kind, Foreign) or (kind is np.ndarray and value.dtype.kind in "biufc"):
        return value
    if kind in (list, tuple):
        return _sequence(value)
    if kind is str:
        return Text("str", value)
    if issubclass(kind, np.ndarray):
        plain = np.ndarray.view(value, np.ndarray)  # a subclass could answer comparisons as it likes
        return plain if plain.dtype.kind in "biufc" else Foreign(f"numpy.ndarray of dtype {plain.dtype}")
    if issubclass(kind, (bool, int, float, complex, np.generic)):
        number = np.asarray(_as_float(value) if issubclass(kind, int) and int.bit_length(value) > 63 else value)
        return number if number.dtype.kind in "biufc" else Foreign(type_name(kind))
    return Foreign(type_name(kind))


def _as_float(value: int) -> float:
    """Give a whole number that no NumPy integer holds as the nearest float."""
    try:
        return int.__float__(value)
    except OverflowError:
        return math.inf if int.__gt__(value, 0) else -math.inf


def _sequence(value: Sequence[Any]) -> Data:
    if set(map(type, value)) <= {float, int, bool} and value:
        numbers = np.array(value)
        if numbers.dtype.kind in "bif":  # some whole numbers are too large for that
            return numbers
    try:
        items = tuple(as_data(item) for item in value)
    except RecursionError:
        return Foreign(f"{type(value).__name__} that contains itself")
    if items and all(isinstance(item, np.ndarray) for item in items) and not _holds_arrays(value):
        try:
            return np.array(items)
        except ValueError:
            pass  # rows of different lengths: compared one by one
    return items if items else np.array([])


def _holds_arrays(value: Sequence[Any]) -> bool:
    """Tell several results, each an array, from one result written as a list of numbers."""
    return any(isinstance(item, np.ndarray) and item.ndim > 0 for item in value)


def compare(value: Any, expected: Any, returns: tuple[str, ...] = ()) -> Comparison:
    """Compare a returned value with the expected one: type, number of results, shape, kind, values.

    Shapes must be equal: broadcasting never rescues a wrong one. Lists and other float widths are accepted, where their
    values are right to the digits that float32 has.

    Parameters
    ----------
    value
        What came back.
    expected
        An array, a number or text, or a tuple of these.
    returns
        Names of the results where `expected` is a tuple.

    Examples
    --------
    >>> compare([1.0, 2.0], np.array([1.0, 2.0])).right
    True
    >>> compare(np.zeros((2, 1)), np.zeros(2)).units
    (Unit(name='', found=WrongShape(yours=(2, 1), wanted=(2,), rearranged='same values')),)
    >>> compare((np.zeros(2), 1.0), (np.zeros(2), 3.0), ("output", "scale")).wrong[0].name
    'scale'
    """
    data = as_data(value)
    if isinstance(expected, tuple):
        names = returns or tuple(f"result {i}" for i in range(1, len(expected) + 1))
        return _compare_several(data, expected, names)
    return Comparison((Unit("", _compare_whole(value, data, expected)),))


def _compare_whole(value: Any, data: Data, expected: Any) -> Right | Mismatch:
    """Compare what should be one result, and may be several."""
    if isinstance(expected, Foreign):
        return _compare_unit(data, expected)
    wanted = _wanted(expected)
    if isinstance(data, tuple) and wanted != "text":
        foreign = _foreign_in(data)
        if foreign:
            return WrongType(f"{type(value).__name__} of {foreign.type_name}", wanted)
        joined = _join(data)
        if joined is None:
            return WrongCount(len(data), wanted)
        data = joined
    if isinstance(data, np.ndarray) and wanted != "text":
        if type(value) is tuple and len(value) > 1 and data.shape == (len(value), *np.shape(expected)):
            return WrongCount(len(value), wanted)  # each of them has the shape of the one
        if data.shape == (0,) and np.shape(expected)[:1] == (0,):
            data = np.zeros(np.shape(expected))  # made of a list without rows, which can't say how long they would be
    return _compare_unit(data, expected)


def _compare_several(data: Data, expected: tuple[Any, ...], names: tuple[str, ...]) -> Comparison:
    if isinstance(data, Foreign):
        return Comparison((Unit("", WrongType(data.type_name, names)),))
    # a list of equally long lists has become one array; its rows are the results
    items = data if isinstance(data, tuple) or data.ndim else (data,)
    if len(items) != len(expected):  # before anything goes through them: an array may have very many rows
        return Comparison((Unit("", WrongCount(len(items) if isinstance(data, tuple) else 1, names)),))
    units = tuple(
        Unit(name, _compare_unit(item, want)) for name, item, want in zip(names, items, expected, strict=True)
    )
    return Comparison(units, _order(tuple(items), expected, units))


def _order(items: Sequence[Data], expected: tuple[Any, ...], units: tuple[Unit, ...]) -> tuple[str, ...]:
    """Name the wanted result that each item is, where all are there and some have changed places."""
    left = [place for place, unit in enumerate(units) if not unit.right]
    if len(left) < 2:  # one alone can't have changed places
        return ()
    order = [unit.name for unit in units]
    for place in tuple(left):
        found = next((at for at in left if isinstance(_compare_unit(items[place], expected[at]), Right)), None)
        if found is None:
            return ()
        left.remove(found)
        order[place] = units[found].name
    return tuple(order)


def _compare_unit(item: Data, expected: Any) -> Right | Mismatch:
    wanted = _wanted(expected)
    if isinstance(expected, (str, Text)):
        text = expected.text if isinstance(expected, Text) else expected
        if not isinstance(item, Text):
            return WrongType(_name_of(item), wanted)
        return Right(1) if item.text == text else WrongText(item.text, text)
    if isinstance(expected, Sealed):
        if not isinstance(item, Text | Sealed):
            return WrongType(_name_of(item), wanted)
        same = expected.holds(item.text) if isinstance(item, Text) else item == expected
        return Right(1) if same else WrongText(getattr(item, "text", ""), "")
    if isinstance(expected, Foreign):
        same = isinstance(item, Foreign) and item == expected
        return Right(0) if same else WrongType(_name_of(item), expected.type_name)
    joined = _join(item) if isinstance(item, tuple) else item
    if joined is None or isinstance(joined, Foreign):
        return WrongType(_name_of(item), wanted)
    if isinstance(expected, tuple):  # as a known mistake may return it
        expected = _join(expected)
    return WrongType(_name_of(item), wanted) if expected is None else _compare_arrays(joined, np.asarray(expected))


def _wanted(expected: Any) -> str:
    if isinstance(expected, (str, Text, Sealed)):
        return "text"
    return "array" if isinstance(expected, tuple) or np.ndim(expected) else "number"


def _name_of(data: Data) -> str:
    if isinstance(data, Foreign):
        return data.type_name
    return "tuple" if isinstance(data, tuple) else "array" if data.ndim else "number"


def _foreign_in(items: tuple[Any, ...]) -> Foreign | None:
    """Find the first item, at any depth, that is not a number."""
    for item in items:
        found = item if isinstance(item, Foreign) else _foreign_in(item) if isinstance(item, tuple) else None
        if found:
            return found
    return None


def _join(items: tuple[Any, ...]) -> np.ndarray | None:
    """Make one array of nested lists of equal-shaped arrays; None where they are not."""
    joined = (_join(item) if isinstance(item, tuple) else item for item in items)
    arrays = [item for item in joined if isinstance(item, np.ndarray)]
    if len(arrays) < len(items) or len({array.shape for array in arrays}) != 1:
        return None
    return np.stack(arrays)


def _compare_arrays(value: np.ndarray, expected: np.ndarray) -> Right | Mismatch:
    truth = value.dtype.kind == "b" and not value.ndim and expected.dtype.kind != "b"
    if truth and (expected.ndim or not close(value, expected)):
        return WrongTruth(bool(value), "array" if expected.ndim else "number")
    if value.shape != expected.shape:
        return WrongShape(value.shape, expected.shape, _rearranged(value, expected))
    if not _kind_fits(value.dtype.kind, expected.dtype.kind):
        return WrongKind(value.dtype.kind, expected.dtype.kind)
    wrong = ~close(value, expected)
    largest = _largest_difference(value, expected)
    if not wrong.any():
        return Right(wrong.size, largest)
    if not wrong.ndim:
        return WrongNumber(value.item(), expected.item(), largest, _narrow(value, expected))
    first = tuple(map(int, np.unravel_index(wrong.argmax(), wrong.shape)))
    return WrongValues(
        index=first,
        value=value[first].item(),
        expected=expected[first].item(),
        differing=int(wrong.sum()),
        total=wrong.size,
        where=find_where(wrong),
        relation=_turned(value, expected) or find_relation(value[wrong], expected[wrong]),
        grid=find_grid(wrong, first),
        largest=largest,
        narrow=_narrow(value, expected),
        nan=int((np.isnan(value) & np.isfinite(expected)).sum()),
        infinite=int((np.isinf(value) & np.isfinite(expected)).sum()),
    )


def _turned(value: np.ndarray, expected: np.ndarray) -> Relation | None:
    """See that an array of the right shape is the transpose of the right one."""
    turned = value.ndim > 1 and value.T.shape == expected.shape and bool(close(value.T, expected).all())
    return Relation("transposed", 0.0) if turned else None


def close(value: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Tell, element by element, whether two arrays of one shape are the same except for rounding.

    NaN equals NaN, infinity only itself. Next to zero a sum of large terms may be off by their rounding. Where whole
    numbers are expected nothing is relative: a count that is one too many in a million is wrong. The type of the result
    makes no difference: float16 is right where its few digits are enough, as in zeros and ones.
    """
    if expected.dtype.kind in "biu":
        return _close(value, expected, rtol=0.0, atol=ATOL)
    atol = ATOL * _size(expected) if value.dtype.kind in "fc" else ATOL
    return _close(value, expected, RTOL, atol)


def _close(value: np.ndarray, expected: np.ndarray, rtol: float, atol: float) -> np.ndarray:
    """Compare as `np.isclose` does with ``equal_nan=True``, in a fraction of the time."""
    value, expected = _wide(value), _wide(expected)
    if expected.dtype.kind in "iu":
        expected = expected + 0.0  # whole numbers as floats: their differences don't wrap
    with np.errstate(all="ignore"):
        near = abs(value - expected) <= atol + rtol * abs(expected)
        finite = np.isfinite(expected)
        if finite.all():
            return near
        return (near & finite) | (value == expected) | (np.isnan(value) & np.isnan(expected))


def narrow_type(value: Any) -> str:
    """Name the type of a result, or of one of several, that has fewer digits than float32; empty if none has.

    Examples
    --------
    >>> narrow_type((np.zeros(2), np.zeros(2, np.float16))), narrow_type(1.0)
    ('float16', '')
    """
    data = as_data(value)
    arrays = data if isinstance(data, tuple) else (data,)
    return next((one.dtype.name for one in arrays if isinstance(one, np.ndarray) and _is_narrow(one)), "")


def _is_narrow(value: np.ndarray) -> bool:
    return value.dtype.kind in "fc" and float(np.finfo(value.dtype).eps) > SINGLE


def _narrow(value: np.ndarray, expected: np.ndarray) -> str:
    """Name the type of a result that is wrong, where only the type's few digits make it wrong."""
    if not _is_narrow(value):
        return ""
    step = float(np.finfo(value.dtype).eps)
    atol = step * _size(expected)
    return value.dtype.name if _close(value, expected, step, atol).all() else ""


def _size(expected: np.ndarray) -> float:
    """Give the root mean square of all finite values, between 1 and `LARGE`."""
    if not expected.ndim:
        size = abs(expected.item())
        return max(1.0, min(size, LARGE)) if np.isfinite(size) else 1.0
    sizes, finite = np.minimum(abs(_wide(expected)), LARGE), np.isfinite(expected)
    if not finite.all():
        sizes = sizes[finite]
    return max(1.0, math.sqrt((sizes * sizes).sum() / sizes.size)) if sizes.size else 1.0


def _wide(array: np.ndarray) -> np.ndarray:
    """Use a type in which differences don't wrap around or lose digits; integers stay exact."""
    if array.dtype.kind == "b":
        return array.astype(np.int64)
    return array.astype(np.float64) if array.dtype.kind == "f" and array.dtype.itemsize < 8 else array


def _kind_fits(kind: str, wanted: str) -> bool:
    """Where whole numbers or truth values are expected, any real kind will do if its values are right."""
    if wanted in "biu":
        return kind in "biuf"
    return kind == wanted


def _largest_difference(value: np.ndarray, expected: np.ndarray) -> float:
    exact = np.complex128 if "c" in (value.dtype.kind, expected.dtype.kind) else np.float64
    with np.errstate(all="ignore"):
        gap = abs(value.astype(exact, copy=False) - expected.astype(exact, copy=False))
        largest = float(gap.max(initial=0.0))
    if math.isfinite(largest):
        return largest
    return float(gap[np.isfinite(gap)].max(initial=0.0))


def _rearranged(value: np.ndarray, expected: np.ndarray) -> str:
    if not expected.ndim and value.size > 1 and value.dtype.kind in "biuf":
        return next((name for name, one in (("mean", value.mean()), ("sum", value.sum())) if close(one, expected)), "")
    if not _kind_fits(value.dtype.kind, expected.dtype.kind) or value.size != expected.size or value.size == 0:
        return ""
    if value.ndim > 1 and value.T.shape == expected.shape and close(value.T, expected).all():
        return "transposed"
    if value.ndim == expected.ndim and _axes_moved(value, expected):
        return "axes moved"
    return "same values" if close(value.reshape(expected.shape), expected).all() else ""


def _axes_moved(value: np.ndarray, expected: np.ndarray) -> bool:
    """Tell whether the axes of an array only have to be put in another order."""
    if value.ndim > AXES or sorted(value.shape) != sorted(expected.shape):
        return False
    orders = (order for order in permutations(range(value.ndim)) if value.transpose(order).shape == expected.shape)
    return any(close(value.transpose(order), expected).all() for order in orders)
