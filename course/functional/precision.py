"""Which floats a layer computes in, and which it gives: float16 goes up to float32 and, at the end, down again."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

# numbers a block: one and its intermediate results stay near the processor and reuse the same memory
_BLOCK = 65_536


def widened(array: np.ndarray) -> np.ndarray:
    """Give float16 as float32, in which sums don't lose their digits; other arrays as they are.

    Examples
    --------
    >>> widened(np.ones(2, np.float16)).dtype, widened(np.ones(2)).dtype
    (dtype('float32'), dtype('float64'))
    """
    return array.astype(np.float32) if array.dtype == np.float16 else array


def rounded(values: np.ndarray | np.floating, dtype: np.dtype) -> np.ndarray:
    """Give values as an array of `dtype`, also where NumPy made a number of an array without axes.

    What is too large becomes infinite, without a warning, as in PyTorch.

    Examples
    --------
    >>> rounded(np.array([1.0, 70000.0]), np.dtype(np.float16))
    array([ 1., inf], dtype=float16)
    >>> rounded(np.float64(0.5), np.dtype(np.float32))
    array(0.5, dtype=float32)
    """
    if isinstance(values, np.ndarray) and values.dtype == dtype:
        return values
    with quiet():
        return np.asarray(values, dtype=dtype)


def quiet() -> np.errstate:
    """Let infinities and NaN come out as in PyTorch: without a warning.

    Examples
    --------
    >>> with quiet():
    ...     np.array([np.inf]) - np.inf
    array([nan])
    """
    return np.errstate(all="ignore")


def elementwise(function: Callable[..., np.ndarray], *arrays: np.ndarray) -> np.ndarray:
    """Apply an element-wise function to arrays of one shape and one dtype, and give the result in that dtype.

    float16 is computed in float32. Infinities and NaN come out as in PyTorch, without a warning.

    Parameters
    ----------
    function
        Takes as many arrays as there are `arrays`, with at least one axis, and gives a new one of their shape.
    *arrays
        All of one shape ``(*)`` and one dtype.

    Returns
    -------
    Shape ``(*)``.

    Examples
    --------
    >>> elementwise(lambda x, y: x * y + 1, np.array([[1.0, 2.0]]), np.array([[3.0, 4.0]]))
    array([[4., 9.]])
    """
    with quiet():
        result = function(*(np.atleast_1d(widened(array)) for array in arrays))
        return rounded(result.reshape(arrays[0].shape), arrays[0].dtype)


def in_blocks(function: Callable[..., object], *arrays: np.ndarray) -> np.ndarray:
    """Do as `elementwise`, block by block, which makes long formulas on large arrays up to five times as fast.

    Parameters
    ----------
    function
        Takes an empty array, and as many more as there are `arrays`. Its result is what it puts into the first.
    *arrays
        All of one shape ``(*)`` and one dtype.

    Returns
    -------
    Shape ``(*)``.

    Examples
    --------
    >>> in_blocks(lambda sums, x, y: np.add(x, y, out=sums), np.array([[1.0, 2.0]]), np.array([[3.0, 4.0]]))
    array([[4., 6.]])
    """
    flat = [widened(array).ravel() for array in arrays]
    output = np.empty_like(flat[0])
    with quiet():
        for start in range(0, output.size, _BLOCK):
            block = slice(start, start + _BLOCK)
            function(output[block], *(array[block] for array in flat))
    return rounded(output.reshape(arrays[0].shape), arrays[0].dtype)
