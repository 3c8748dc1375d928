"""Odd but possible calls, one a line in a file: both give the same, or both refuse.

They try every argument by name, every order, and for each option what people write: lists, NumPy's integers, arrays
without axes, True for 1, 2.0 for 2, nothing at all, too little and too much.
"""

import math
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F

import course.functional

CALLS = Path(__file__).with_name("odd_calls.txt").read_text().splitlines()
DTYPES = ("float32", "float64", "int64", "int32", "uint8")

# what we refuse although PyTorch takes it
STRICTER = {
    **dict.fromkeys(
        ("softmax(X())", "softmax(X(3), None)", "softmax(X(2,3))", "softmax(X(2,3), dim=None)"),
        "PyTorch warns and guesses which axis is meant",
    ),
    **dict.fromkeys(
        (f"linear(X(2,3), X(4,3), X({shape}))" for shape in ("1", "1,4", "2,4", "")),
        "PyTorch's documentation has no bias of this shape, which it broadcasts",
    ),
    "linear(X(2,5,3), X(4,3), X(5,4))": "likewise",
    "mse_loss(X(3), X(1))": "PyTorch warns and broadcasts",
    "max_pool1d(X(2,3,8), 2, return_indices=1)": "a flag is True or False",
    "adaptive_avg_pool2d(X(2,3,8,9), array([2,3]))": "an array is not a size",
    "pixel_shuffle(M(1,4,2,3), 2)": "truth values are not numbers",
}
# and the other way round
MORE_LENIENT = {
    'gelu(X(2,3), "none")': "PyTorch takes approximate by name only",
    "adaptive_avg_pool2d(X(2,3,8,9), int64(3))": "NumPy's integers are integers",
}


def _values(shape: tuple[int, ...]) -> np.ndarray:
    return np.asarray(2 * np.sin(np.arange(math.prod(shape)) * 1.7 + 0.3).reshape(shape))


def _ours() -> dict[str, Any]:
    functions = {name: getattr(course.functional, name) for name in course.functional.__all__}
    return {
        **{dtype: getattr(np, dtype) for dtype in DTYPES},
        **functions,
        "array": np.array,
        "X": lambda *shape: _values(shape),
        "M": lambda *shape: _values(shape) > -1,
        "L": lambda numbers: np.array(numbers, np.int64),
    }


def _theirs() -> dict[str, Any]:
    names = _ours()
    made = {
        name: lambda *sizes, make=names[name]: torch.from_numpy(np.asarray(make(*sizes))) for name in ("X", "M", "L")
    }
    functions = {name: getattr(F, name) for name in course.functional.__all__ if hasattr(F, name)}
    return {**names, **made, **functions}


def _run(call: str, names: dict[str, Any]) -> tuple[Any, Exception | None]:
    if names["relu"] is F.relu:
        call = call.replace("dtype=", "dtype=torch_").replace('torch_"float8"', '"float8"')
        names = {**names, **{f"torch_{dtype}": getattr(torch, dtype) for dtype in DTYPES}}
    try:
        with warnings.catch_warnings(action="ignore"):
            result = eval(call, names)
    except (
        ValueError,
        TypeError,
        IndexError,
        RuntimeError,
        ArithmeticError,
        AttributeError,
        AssertionError,
    ) as refusal:
        return None, refusal
    return (result if isinstance(result, tuple) else (result,)), None


@pytest.mark.parametrize("call", CALLS)
def test_both_give_the_same_or_refuse(call: str) -> None:
    """The result has PyTorch's shape, dtype and values; a refusal is one of ours, and names what is wrong."""
    (ours, our_refusal), (theirs, their_refusal) = _run(call, _ours()), _run(call, _theirs())
    if our_refusal is not None:
        assert isinstance(our_refusal, (ValueError, TypeError, IndexError))
        assert str(our_refusal).endswith((".", "required positional argument: 'dim'"))
    assert (our_refusal is not None and their_refusal is None) == (call in STRICTER)
    assert (our_refusal is None and their_refusal is not None) == (call in MORE_LENIENT)
    if ours is None or theirs is None:
        return
    for one, other in zip(ours, theirs, strict=True):
        if one is None or other is None:
            assert one is other
            continue
        expected = other.numpy()
        assert (one.shape, one.dtype) == (expected.shape, expected.dtype)
        np.testing.assert_allclose(one, expected, rtol=1e-6 if one.dtype == np.float32 else 1e-9, atol=1e-9)


def test_no_exception_is_left_over() -> None:
    """Each known difference is in the file of calls."""
    assert {*STRICTER, *MORE_LENIENT} <= set(CALLS)
