"""Which numbers a layer takes that does not need a fractional part."""

from __future__ import annotations

import numpy as np

from course.functional.arguments import require_floating

INTEGERS = tuple(np.dtype(kind) for kind in (np.uint8, np.int8, np.int16, np.int32, np.int64))


def require_numbers(**arrays: np.ndarray | None) -> None:
    """Refuse arrays that are neither all floating-point nor all integers, or not all of one width.

    PyTorch's linear layer and convolutions take integers too, as long as all of them are of one kind.

    Parameters
    ----------
    **arrays
        By argument name. None stands for an optional argument that was left out.

    Raises
    ------
    TypeError
        Names the first argument that does not fit, what came and what is allowed.

    Examples
    --------
    >>> require_numbers(input=np.zeros(3, dtype=int), weight=np.zeros(3, dtype=int), bias=None)
    >>> require_numbers(input=np.zeros(3), weight=np.zeros(3, dtype=bool))
    Traceback (most recent call last):
    TypeError: weight has dtype bool; float16, float32 or float64 is wanted.
    """
    given = {name: array for name, array in arrays.items() if array is not None}
    if not all(isinstance(array, np.ndarray) and array.dtype in INTEGERS for array in given.values()):
        require_floating(**given)
        return
    (first, one), *others = given.items()
    for name, array in others:
        if array.dtype != one.dtype:
            raise TypeError(f"{name} has dtype {array.dtype} and {first} has {one.dtype}; both must be the same.")


def require_identifiers(name: str, array: np.ndarray, *allowed: type[np.integer]) -> None:
    """Refuse an array whose values can't be identifiers.

    Raises
    ------
    TypeError
        Names the argument, what came and which integers are allowed.

    Examples
    --------
    >>> require_identifiers("input", np.array([0.0, 1.0]), np.int32, np.int64)
    Traceback (most recent call last):
    TypeError: input has dtype float64; int32 or int64 is wanted.
    """
    if not isinstance(array, np.ndarray):
        raise TypeError(f"{name} is a {type(array).__name__}; a NumPy array is wanted.")
    if array.dtype not in allowed:
        wanted = " or ".join(kind.__name__ for kind in allowed)
        raise TypeError(f"{name} has dtype {array.dtype}; {wanted} is wanted.")


def require_whole(name: str, value: int, *, at_least: int) -> None:
    """Refuse what is not a whole number, or too small a one. True and False are no numbers here, as in PyTorch.

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
    ValueError: groups is 0; at least 1 is wanted.
    """
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise TypeError(f"{name} is {value!r}; a whole number is wanted.")
    if value < at_least:
        raise ValueError(f"{name} is {value}; at least {at_least} is wanted.")
