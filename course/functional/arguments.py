"""What a function takes, and how it says no: in one sentence, with the argument, what came and what is expected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from numbers import Real
from typing import Any

import numpy as np

from course.errors import ArgumentTypeError, ArgumentValueError

FLOATS = tuple(np.dtype(kind) for kind in (np.float16, np.float32, np.float64))
INTEGERS = tuple(np.dtype(kind) for kind in (np.uint8, np.int8, np.int16, np.int32, np.int64))
LONG = (np.dtype(np.int64), np.dtype(int))
"""What PyTorch calls long. NumPy's default integer is one, except in a browser, where it has 32 bits."""


def given(**arrays: np.ndarray | None) -> dict[str, np.ndarray]:
    """Give the optional arguments that were not left out, to be checked with those that are needed.

    Examples
    --------
    >>> given(weight=None, bias=np.zeros(2))
    {'bias': array([0., 0.])}
    """
    return {name: array for name, array in arrays.items() if array is not None}


def require_floating(**arrays: np.ndarray) -> None:
    """Refuse arrays that are not floating-point, or not all of one width, as PyTorch does.

    Raises
    ------
    TypeError
        Names the first argument that does not fit.

    Examples
    --------
    >>> require_floating(input=np.zeros(3), weight=np.zeros(3, dtype=int))
    Traceback (most recent call last):
    course.errors.ArgumentTypeError: weight has dtype int64; float16, float32 or float64 is expected.
    """
    _require_one_dtype(arrays, FLOATS)


def require_numbers(**arrays: np.ndarray) -> None:
    """Refuse arrays that are neither all floating-point nor all integers, or not all of one width.

    PyTorch's linear layer and convolutions take integers too, as long as all of them are of one kind.

    Raises
    ------
    TypeError
        Names the first argument that does not fit.

    Examples
    --------
    >>> require_numbers(input=np.zeros(3, dtype=int), weight=np.zeros(3, dtype=int))
    >>> require_numbers(input=np.zeros(3), weight=np.zeros(3, dtype=bool))
    Traceback (most recent call last):
    course.errors.ArgumentTypeError: weight has dtype bool; float16, float32 or float64 is expected.
    """
    first = next(iter(arrays.values()))
    integers = isinstance(first, np.ndarray) and first.dtype in INTEGERS
    _require_one_dtype(arrays, INTEGERS if integers else FLOATS)


def require_identifiers(name: str, array: np.ndarray, *allowed: type[np.integer]) -> None:
    """Refuse an array whose values can't be identifiers.

    Raises
    ------
    TypeError
        Says which integers are allowed.

    Examples
    --------
    >>> require_identifiers("input", np.array([0.0, 1.0]), np.int32, np.int64)
    Traceback (most recent call last):
    course.errors.ArgumentTypeError: input has dtype float64; int32 or int64 is expected.
    """
    if isinstance(array, np.ndarray) and array.dtype.type in allowed and array.dtype.isnative:  # as nearly always
        return
    kinds = [np.dtype(kind) for kind in allowed]
    _require_one_dtype({name: array}, tuple(dict.fromkeys([*kinds, *(LONG if LONG[0] in kinds else ())])))


def require_parameters(input: np.ndarray, **parameters: np.ndarray | None) -> None:
    """Refuse parameters of another dtype than `input`; float32 for a float16 input is allowed, as in PyTorch.

    Raises
    ------
    TypeError
        Names the first parameter that does not fit. None passes: it was left out.

    Examples
    --------
    >>> require_parameters(np.zeros(3, np.float16), weight=np.ones(3, np.float32), bias=None)
    >>> require_parameters(np.zeros(3, np.float32), weight=np.ones(3, np.float64))
    Traceback (most recent call last):
    course.errors.ArgumentTypeError: weight has dtype float64; float32 is expected, as input has float32.
    """
    allowed = FLOATS[:2] if input.dtype == np.float16 else (input.dtype,)
    _require_one_dtype(given(**parameters), allowed, input)


def require_alike(grad_output: np.ndarray, **other: np.ndarray) -> None:
    """Refuse a gradient that is not of the dtype and shape of the input, or output, that comes with it.

    Raises
    ------
    TypeError, ValueError
        Names the argument that does not fit.

    Examples
    --------
    >>> require_alike(np.zeros(3), input=np.zeros(4))
    Traceback (most recent call last):
    course.errors.ArgumentValueError: grad_output has shape (3,); (4,) is expected.
    """
    require_floating(**other, grad_output=grad_output)
    for array in other.values():
        require_shape("grad_output", grad_output, array.shape)


def require_ndim(name: str, array: np.ndarray, *allowed: int) -> None:
    """Refuse an array with another number of axes.

    Raises
    ------
    ValueError
        Says which numbers of axes are allowed.

    Examples
    --------
    >>> require_ndim("input", np.zeros((2, 3)), 3, 4)
    Traceback (most recent call last):
    course.errors.ArgumentValueError: input has shape (2, 3); 3 or 4 axes are expected.
    """
    if array.ndim not in allowed:
        raise ArgumentValueError(name, f"has shape {array.shape}", f"{_either(allowed)} axes are expected")


def require_shape(name: str, array: np.ndarray | None, shape: tuple[int, ...]) -> None:
    """Refuse an array of another shape. None passes: the argument was left out.

    Raises
    ------
    ValueError
        Says which shape is expected.

    Examples
    --------
    >>> require_shape("bias", np.zeros(3), (4,))
    Traceback (most recent call last):
    course.errors.ArgumentValueError: bias has shape (3,); (4,) is expected.
    """
    if array is not None and array.shape != shape:
        raise ArgumentValueError(name, f"has shape {array.shape}", f"{shape} is expected")


def require_flag(**flags: bool) -> None:
    """Refuse what is not True or False: an argument in the wrong place is found here.

    Raises
    ------
    TypeError
        Names the argument and what came.

    Examples
    --------
    >>> require_flag(ceil_mode=2)
    Traceback (most recent call last):
    course.errors.ArgumentTypeError: ceil_mode is 2; True or False is expected.
    """
    for name, value in flags.items():
        if not isinstance(value, (bool, np.bool_)):
            raise ArgumentTypeError(name, f"is {value!r}", "True or False is expected")


def require_real(**numbers: float) -> None:
    """Refuse what is not a real number.

    Raises
    ------
    TypeError
        Names the argument and what came.

    Examples
    --------
    >>> require_real(eps=None)
    Traceback (most recent call last):
    course.errors.ArgumentTypeError: eps is None; a number is expected.
    """
    for name, value in numbers.items():
        if not isinstance(value, Real):
            raise ArgumentTypeError(name, f"is {value!r}", "a number is expected")


def require_whole(name: str, value: int, *, at_least: int | None = None) -> None:
    """Refuse what is not a whole number, or too small a one.

    Raises
    ------
    TypeError
        If it is something else.
    ValueError
        If it is too small.

    Examples
    --------
    >>> require_whole("groups", 0, at_least=1)
    Traceback (most recent call last):
    course.errors.ArgumentValueError: groups is 0; at least 1 is expected.
    """
    if not is_whole(value):
        raise ArgumentTypeError(name, f"is {value!r}", "a whole number is expected")
    if at_least is not None and value < at_least:
        raise ArgumentValueError(name, f"is {value}", f"at least {at_least} is expected")


def per_axis(name: str, value: int | Sequence[int], axes: int, *, at_least: int = 0) -> tuple[int, ...]:
    """Give one whole number per spatial axis: PyTorch takes a number for all, or a sequence.

    Raises
    ------
    TypeError
        If there is something other than whole numbers.
    ValueError
        If there are too many or too few, or one is too small.

    Examples
    --------
    >>> per_axis("stride", 2, 3)
    (2, 2, 2)
    >>> per_axis("stride", (1, 0), 2, at_least=1)
    Traceback (most recent call last):
    course.errors.ArgumentValueError: stride is (1, 0); at least 1 is expected.
    """
    if type(value) is int and value >= at_least:  # as nearly always
        return (value,) * axes
    values = tuple(value) if isinstance(value, Sequence) else (value,)
    if isinstance(value, str) or not all(map(is_whole, values)):
        raise ArgumentTypeError(name, f"is {value!r}", "whole numbers are expected")
    if len(values) == 1:
        values *= axes
    if len(values) != axes:
        raise ArgumentValueError(name, f"is {value!r}", f"one number, or {axes}, are expected")
    if min(values) < at_least:
        raise ArgumentValueError(name, f"is {value!r}", f"at least {at_least} is expected")
    return tuple(int(v) for v in values)


def is_whole(value: object) -> bool:
    """Say whether a value is a whole number. True and False are not numbers here, as in PyTorch.

    Examples
    --------
    >>> is_whole(np.int64(3)), is_whole(3.0), is_whole(True)
    (True, False, False)
    """
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)


def _require_one_dtype(
    arrays: Mapping[str, np.ndarray], allowed: Sequence[np.dtype], input: np.ndarray | None = None
) -> None:
    kind = None
    for name, array in arrays.items():
        if isinstance(array, np.ndarray) and array.dtype is kind:  # as nearly always
            continue
        if not isinstance(array, np.ndarray):
            what = "None" if array is None else f"a {type(array).__name__}"
            raise ArgumentTypeError(name, f"is {what}", "a NumPy array is expected")
        if array.dtype not in allowed:
            why = "" if input is None else f", as input has {input.dtype}"
            raise ArgumentTypeError(name, f"has dtype {array.dtype}", f"{_either(allowed)} is expected{why}")
        if kind is None:
            kind = array.dtype
        if array.dtype != kind:
            first = next(iter(arrays))
            raise ArgumentTypeError(name, f"has dtype {array.dtype} and {first} has {kind}", "both must be the same")


def _either(options: Sequence[Any]) -> str:
    *others, last = map(str, options)
    return f"{', '.join(others)} or {last}" if others else last
