"""What PyTorch refuses, refused in plain words: checks that the layers share."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def require_floating(**arrays: np.ndarray | None) -> None:
    """Refuse arrays that are not floating-point, or not all of one width, as PyTorch does.

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
    >>> require_floating(input=np.zeros(3), weight=np.zeros(3, dtype=int))
    Traceback (most recent call last):
    TypeError: weight has dtype int64; float16, float32 or float64 is wanted.
    """
    first: tuple[str, np.dtype] | None = None
    for name, array in arrays.items():
        if array is None:
            continue
        if not isinstance(array, np.ndarray):
            raise TypeError(f"{name} is a {type(array).__name__}; a NumPy array is wanted.")
        if array.dtype not in (np.float16, np.float32, np.float64):
            raise TypeError(f"{name} has dtype {array.dtype}; float16, float32 or float64 is wanted.")
        if first is None:
            first = name, array.dtype
        elif array.dtype != first[1]:
            raise TypeError(f"{name} has dtype {array.dtype} and {first[0]} has {first[1]}; both must be the same.")


def require_ndim(name: str, array: np.ndarray, *allowed: int) -> None:
    """Refuse an array with another number of axes.

    Raises
    ------
    ValueError
        Names the argument, its shape, and the numbers of axes that are allowed.

    Examples
    --------
    >>> require_ndim("input", np.zeros((2, 3)), 3, 4)
    Traceback (most recent call last):
    ValueError: input has shape (2, 3); 3 or 4 axes are wanted.
    """
    if array.ndim not in allowed:
        wanted = " or ".join(map(str, allowed))
        raise ValueError(f"{name} has shape {array.shape}; {wanted} axes are wanted.")


def require_shape(name: str, array: np.ndarray | None, shape: tuple[int, ...]) -> None:
    """Refuse an array of another shape. None passes: the argument was left out.

    Raises
    ------
    ValueError
        Names the argument, its shape and the one that is wanted.

    Examples
    --------
    >>> require_shape("bias", np.zeros(3), (4,))
    Traceback (most recent call last):
    ValueError: bias has shape (3,); (4,) is wanted.
    """
    if array is not None and array.shape != shape:
        raise ValueError(f"{name} has shape {array.shape}; {shape} is wanted.")


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
    ValueError: stride is (1, 0); at least 1 is wanted.
    """
    values = tuple(value) if isinstance(value, Sequence) else (value,)
    if isinstance(value, str) or not all(isinstance(v, (int, np.integer)) and not isinstance(v, bool) for v in values):
        raise TypeError(f"{name} is {value!r}; whole numbers are wanted.")
    if len(values) == 1:
        values *= axes
    if len(values) != axes:
        raise ValueError(f"{name} is {value!r}; one number, or {axes}, are wanted.")
    if min(values) < at_least:
        raise ValueError(f"{name} is {value!r}; at least {at_least} is wanted.")
    return tuple(int(v) for v in values)


def widened(array: np.ndarray) -> np.ndarray:
    """Give float16 as float32, in which sums don't lose their digits; other arrays as they are."""
    return array.astype(np.float32) if array.dtype == np.float16 else array
