"""Comparing what came back with what was expected, in stages. Facts only; `render` finds the words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from course.calling.naming import type_name
from course.calling.plain import Foreign, Text

RTOL = 1e-5
"""Relative tolerance: wide enough for float32 on the way, far below what a mistake makes."""
ATOL = 1e-6
"""Absolute tolerance, for values next to zero."""
LARGE = 10.0
"""Among values of this size and more, sums in float32 leave ten times as much of a value that should be zero."""
ATOL_HALF = 1e-5
"""The same for float16 results, whose smallest steps are coarser."""
NEAR = 0.01
"""Values that all differ by less than this look rounded."""

Data = np.ndarray | tuple[Any, ...] | Foreign
"""A result in one of three forms: an array (numbers are 0-d), several results, or something else."""


class Stage(StrEnum):
    """The first thing that is not as it should be."""

    RIGHT = "right"
    TYPE = "wrong type"
    COUNT = "wrong number of results"
    SHAPE = "wrong shape"
    KIND = "wrong dtype kind"
    VALUES = "wrong values"


@dataclass(frozen=True, slots=True)
class Where:
    """Where the differing values lie: everywhere, on the border, or at one index of one axis."""

    kind: str  # "everywhere" | "border" | "axis" | "scattered"
    axis: int | None = None
    index: int | None = None


@dataclass(frozen=True, slots=True)
class Relation:
    """How the differing values are related to the expected: by one factor, by one difference, or all nearly equal."""

    kind: str  # "factor" | "offset" | "near"
    amount: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """What one comparison found. Fields that a stage does not need stay at their defaults.

    Parameters
    ----------
    stage
        The first stage that failed, or ``RIGHT``.
    part
        Which of several results; empty where there is one.
    yours, wanted
        Shapes, dtype kinds, numbers of results or type names, as the stage says. For a wrong type or number of
        results, what is wanted is ``"array"``, ``"number"``, or the names of several results.
    index, value, expected
        The first element that differs, with both its values.
    differing, total
        How many values differ, of how many.
    where, relation
        The pattern of the difference, where there is one.
    rearranged
        For a wrong shape: ``"same values"`` or ``"transposed"`` where the values would be right.
    grid
        The two-dimensional slice with the first difference, True where wrong; for the error map.
    largest
        The largest absolute difference, where values were compared.
    """

    stage: Stage
    part: str = ""
    yours: Any = None
    wanted: Any = None
    index: tuple[int, ...] = ()
    value: complex | float | int | bool | str | None = None
    expected: complex | float | int | bool | str | None = None
    differing: int = 0
    total: int = 0
    where: Where | None = None
    relation: Relation | None = None
    rearranged: str = ""
    grid: tuple[tuple[bool, ...], ...] = ()
    largest: float = 0.0


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
    if issubclass(kind, Foreign):
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

    Shapes must be equal: broadcasting never rescues a wrong one. Lists and other float widths are accepted.

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
    >>> compare([1.0, 2.0], np.array([1.0, 2.0])).stage
    <Stage.RIGHT: 'right'>
    >>> compare(np.zeros((2, 1)), np.zeros(2)).stage
    <Stage.SHAPE: 'wrong shape'>
    """
    data = as_data(value)
    if isinstance(expected, (str, Text)):
        return _compare_text(data, expected, "")
    several = isinstance(expected, tuple)
    names = returns or tuple(f"result {i}" for i in range(1, len(expected) + 1)) if several else ()
    wanted = names or ("array" if np.ndim(expected) else "number")
    if isinstance(data, Foreign):
        return Comparison(Stage.TYPE, yours=data.type_name, wanted=wanted)
    if several:
        return _compare_several(data, expected, names)
    if isinstance(data, tuple):
        foreign = _foreign_in(data)
        if foreign:
            return Comparison(Stage.TYPE, yours=f"{type(value).__name__} of {foreign.type_name}", wanted=wanted)
        joined = _join(data)
        if joined is None:
            return Comparison(Stage.COUNT, yours=len(data), wanted=wanted)
        data = joined
    if type(value) is tuple and len(value) > 1 and data.shape == (len(value), *np.shape(expected)):
        return Comparison(Stage.COUNT, yours=len(value), wanted=wanted)  # each of them has the shape of the one
    if data.shape == (0,) and np.shape(expected)[:1] == (0,):
        data = np.zeros(np.shape(expected))  # made of a list without rows, which can't say how long they would be
    return _compare_arrays(data, np.asarray(expected), "")


def _foreign_in(items: tuple[Any, ...]) -> Foreign | None:
    """Find the first item, at any depth, that is no number."""
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


def _compare_several(data: Data, expected: tuple[Any, ...], names: tuple[str, ...]) -> Comparison:
    # a list of equally long lists has become one array; its rows are the results
    items = tuple(data) if isinstance(data, tuple) or (isinstance(data, np.ndarray) and data.ndim) else (data,)
    if len(items) != len(expected):
        return Comparison(Stage.COUNT, yours=len(items) if isinstance(data, tuple) else 1, wanted=names)
    found = []
    for item, want, name in zip(items, expected, names, strict=True):
        if isinstance(want, (str, Text)):
            found.append(_compare_text(item, want, name))
            if found[-1].stage is not Stage.RIGHT:
                return found[-1]
            continue
        wanted = "array" if np.ndim(want) else "number"
        if isinstance(item, Foreign):
            return Comparison(Stage.TYPE, part=name, yours=item.type_name, wanted=wanted)
        if isinstance(item, tuple):
            joined = _join(item)
            if joined is None:
                return Comparison(Stage.TYPE, part=name, yours="tuple", wanted=wanted)
            item = joined
        found.append(_compare_arrays(item, np.asarray(want), name))
        if found[-1].stage is not Stage.RIGHT:
            return found[-1]
    return Comparison(Stage.RIGHT, total=sum(f.total for f in found), largest=max(f.largest for f in found))


def _compare_text(data: Data, expected: str | Text, part: str) -> Comparison:
    wanted = expected.text if isinstance(expected, Text) else expected
    if not isinstance(data, Text):
        if isinstance(data, Foreign):
            kind = data.type_name
        else:
            kind = "tuple" if isinstance(data, tuple) else "array" if data.ndim else "number"
        return Comparison(Stage.TYPE, part, yours=kind, wanted="text")
    if data.text == wanted:
        return Comparison(Stage.RIGHT, part, total=1)
    return Comparison(Stage.VALUES, part, value=data.text, expected=wanted, differing=1, total=1)


def _compare_arrays(value: np.ndarray, expected: np.ndarray, part: str) -> Comparison:
    if value.shape != expected.shape:
        return Comparison(Stage.SHAPE, part, value.shape, expected.shape, rearranged=_rearranged(value, expected))
    if not _kind_fits(value.dtype.kind, expected.dtype.kind):
        return Comparison(Stage.KIND, part, value.dtype.kind, expected.dtype.kind)
    wrong = ~close(value, expected)
    largest = _largest_difference(value, expected)
    if not wrong.any():
        return Comparison(Stage.RIGHT, part, total=wrong.size, largest=largest)
    first = tuple(int(i) for i in np.argwhere(wrong)[0])
    return Comparison(
        Stage.VALUES,
        part,
        index=first,
        value=value[first].item(),
        expected=expected[first].item(),
        differing=int(wrong.sum()),
        total=wrong.size,
        where=_where(wrong),
        relation=_relation(value[wrong], expected[wrong]),
        grid=_grid(wrong, first),
        largest=largest,
    )


def close(value: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Tell, element by element, whether two arrays of one shape are the same but for rounding.

    NaN equals NaN, infinity only itself. A float16 result may be off by its own rounding, and next to zero a sum of
    large terms by theirs. Where whole numbers
    are wanted nothing is relative: a count that is one too many in a million is wrong.
    """
    rtol, atol = RTOL, ATOL
    if expected.dtype.kind in "biu":
        rtol = 0.0
    elif value.dtype.kind in "fc":
        rtol = max(RTOL, float(np.finfo(value.dtype).eps))
        atol = ATOL_HALF if rtol > RTOL else ATOL * min(_size(expected), LARGE)
    with np.errstate(all="ignore"):
        return np.isclose(_wide(value), _wide(expected), rtol=rtol, atol=atol, equal_nan=True)


def _size(expected: np.ndarray) -> float:
    """Give the root mean square of all finite values, or 1 where they are smaller."""
    finite = np.abs(expected[np.isfinite(expected)]).clip(max=LARGE)
    return max(1.0, float(np.sqrt(np.mean(finite**2)))) if finite.size else 1.0


def _wide(array: np.ndarray) -> np.ndarray:
    """Use a type in which differences don't wrap around or lose digits; integers stay exact."""
    if array.dtype.kind == "b":
        return array.astype(np.int64)
    return array.astype(np.float64) if array.dtype.kind == "f" and array.dtype.itemsize < 8 else array


def _kind_fits(kind: str, wanted: str) -> bool:
    """Where whole numbers or truth values are wanted, any real kind will do if its values are right."""
    if wanted in "biu":
        return kind in "biuf"
    return kind == wanted


def _largest_difference(value: np.ndarray, expected: np.ndarray) -> float:
    with np.errstate(all="ignore"):
        gap = np.abs(_wide(value).astype(np.complex128) - _wide(expected).astype(np.complex128))
    finite = gap[np.isfinite(gap)]
    return float(finite.max()) if finite.size else 0.0


def _rearranged(value: np.ndarray, expected: np.ndarray) -> str:
    if not _kind_fits(value.dtype.kind, expected.dtype.kind) or value.size != expected.size or value.size == 0:
        return ""
    if value.ndim > 1 and value.T.shape == expected.shape and close(value.T, expected).all():
        return "transposed"
    return "same values" if close(value.reshape(expected.shape), expected).all() else ""


def _where(wrong: np.ndarray) -> Where:
    if wrong.all():
        return Where("everywhere")
    positions = np.argwhere(wrong)
    for axis, size in enumerate(wrong.shape):
        at = np.unique(positions[:, axis])
        if size > 1 and at.size == 1 and len(positions) > 1:
            return Where("axis", axis, int(at[0]))
    spatial = wrong.shape[2:]
    if spatial and min(spatial) >= 3 and not wrong[(..., *(slice(1, -1),) * len(spatial))].any():
        return Where("border")
    return Where("scattered")


def _relation(value: np.ndarray, expected: np.ndarray) -> Relation | None:
    """Find one factor or difference behind three values that differ or more, or see that all are near."""
    if expected.dtype.kind != "f" or not (np.isfinite(value) & np.isfinite(expected)).all():
        return None
    with np.errstate(all="ignore"):
        factors, offsets = value / expected, value - expected
        largest = float(np.abs(offsets).max())
        if largest < NEAR and np.abs(expected).max() > 10 * NEAR:
            return Relation("near", largest)
        if value.size < 3:
            return None
        factor = float(np.median(factors))
        if factor and np.isfinite(factors).all() and np.allclose(factors, factor, rtol=1e-4, atol=0):
            return Relation("factor", factor)
        if np.ptp(expected) > 1e-3 and np.allclose(offsets, offsets[0], rtol=1e-4, atol=1e-7):
            return Relation("offset", float(np.median(offsets)))
    return None


def _grid(wrong: np.ndarray, first: tuple[int, ...]) -> tuple[tuple[bool, ...], ...]:
    if wrong.ndim == 0:
        return ()
    plane = wrong[first[:-2]] if wrong.ndim > 2 else np.atleast_2d(wrong)
    return tuple(tuple(bool(x) for x in row[:24]) for row in plane[:16])


def finite_or_text(number: Any) -> Any:
    """Give a number as JSON can carry it: NaN, infinities and complex numbers as text."""
    if isinstance(number, complex):
        return str(number)
    return str(number) if isinstance(number, float) and not math.isfinite(number) else number
