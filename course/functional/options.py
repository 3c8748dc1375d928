"""Flags, numbers and dtypes of the layers: more checks that they share."""

from __future__ import annotations

from numbers import Real

import numpy as np

from course.functional.arguments import require_floating


def require_arrays(**arrays: np.ndarray) -> None:
    """Refuse what is not a floating-point array, as ``require_floating`` does, and None as well.

    Raises
    ------
    TypeError
        Names the first argument that does not fit, what came and what is allowed.

    Examples
    --------
    >>> require_arrays(input=None)
    Traceback (most recent call last):
    TypeError: input is None; a NumPy array is wanted.
    """
    for name, array in arrays.items():
        if array is None:
            raise TypeError(f"{name} is None; a NumPy array is wanted.")
    require_floating(**arrays)


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
    TypeError: ceil_mode is 2; True or False is wanted.
    """
    for name, value in flags.items():
        if not isinstance(value, (bool, np.bool_)):
            raise TypeError(f"{name} is {value!r}; True or False is wanted.")


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
    TypeError: eps is None; a number is wanted.
    """
    for name, value in numbers.items():
        if not isinstance(value, Real):
            raise TypeError(f"{name} is {value!r}; a number is wanted.")


def require_parameters(input: np.ndarray, **parameters: np.ndarray | None) -> None:
    """Refuse parameters of another dtype than `input`; float32 for a float16 input is allowed, as in PyTorch.

    Raises
    ------
    TypeError
        Names the argument that does not fit, what came and what is allowed.

    Examples
    --------
    >>> require_parameters(np.zeros(3, np.float16), weight=np.ones(3, np.float32))
    >>> require_parameters(np.zeros(3, np.float32), weight=np.ones(3, np.float64))
    Traceback (most recent call last):
    TypeError: weight has dtype float64; float32 is wanted, as input has float32.
    """
    first: tuple[str, np.dtype] | None = None
    for name, array in parameters.items():
        if array is None:
            continue
        if not isinstance(array, np.ndarray):
            raise TypeError(f"{name} is a {type(array).__name__}; a NumPy array is wanted.")
        if array.dtype != input.dtype and not (input.dtype == np.float16 and array.dtype == np.float32):
            allowed = "float16 or float32" if input.dtype == np.float16 else str(input.dtype)
            raise TypeError(f"{name} has dtype {array.dtype}; {allowed} is wanted, as input has {input.dtype}.")
        if first is None:
            first = name, array.dtype
        elif array.dtype != first[1]:
            raise TypeError(f"{name} has dtype {array.dtype} and {first[0]} has {first[1]}; both must be the same.")


def rounded(array: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """Give an array in another float width; what is too large becomes infinite, without a warning, as in PyTorch.

    Examples
    --------
    >>> rounded(np.array([1.0, 70000.0]), np.dtype(np.float16))
    array([ 1., inf], dtype=float16)
    """
    with np.errstate(over="ignore"):
        return array.astype(dtype, copy=False)
