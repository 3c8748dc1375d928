"""The linear layer against PyTorch's, forwards and backwards."""

from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from course.functional import linear, linear_backward

TOLERANCES = {"float64": (1e-9, 1e-9), "float32": (1.3e-6, 1e-5)}
REFUSALS = (ValueError, TypeError, IndexError)
TORCH_REFUSALS = (*REFUSALS, RuntimeError, NotImplementedError)


def agree(found: np.ndarray, wanted: torch.Tensor) -> None:
    """Assert an array of the same shape, dtype and values."""
    expected = wanted.detach().numpy()
    assert isinstance(found, np.ndarray)
    assert (found.shape, found.dtype) == (expected.shape, expected.dtype)
    np.testing.assert_allclose(found, expected, *TOLERANCES[str(found.dtype)])


def spread(array: np.ndarray, layout: str) -> np.ndarray:
    """Give the same values in another order of memory."""
    if layout == "transposed" and array.ndim:
        return np.ascontiguousarray(array.T).T
    if layout == "strided":
        return np.repeat(array, 2, axis=-1)[..., ::2] if array.ndim else array
    return array


@st.composite
def calls(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """Draw input, weight and perhaps bias, of any legal shapes; sizes may be zero."""
    lead = tuple(draw(st.lists(st.integers(0, 4), max_size=3)))
    c_i = draw(st.integers(0, 5))
    outputs = draw(st.sampled_from([(), (0,), (1,), (3,), (c_i,)]))
    # PyTorch refuses a bias for a one-row weight with two axes of input, and takes it with one or three
    with_bias = draw(st.booleans()) and (outputs != () or len(lead) != 1)
    dtype = draw(st.sampled_from(["float64", "float32"]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    layouts = st.sampled_from(["plain", "transposed", "strided"])
    shapes = (*lead, c_i), (*outputs, c_i), outputs
    input, weight, bias = (spread(np.asarray(rng.normal(size=s), dtype), draw(layouts)) for s in shapes)
    return input, weight, bias if with_bias else None


@given(arrays=calls())
def test_linear_is_pytorchs(arrays: tuple[np.ndarray, np.ndarray, np.ndarray | None]) -> None:
    """Values, gradients and dtype agree for any number of leading axes, and no argument changes."""
    input, weight, bias = arrays
    before = [None if a is None else a.copy() for a in arrays]
    leaves = [torch.from_numpy(a.copy()).requires_grad_() for a in arrays if a is not None]
    output = F.linear(*leaves)
    agree(linear(*arrays), output)

    grad_output = np.asarray(np.random.default_rng(0).normal(size=output.shape), input.dtype)
    gradients = linear_backward(grad_output, input, weight)
    wanted = torch.autograd.grad(output, leaves, torch.from_numpy(grad_output))
    for found, expected in zip(gradients, wanted, strict=bias is not None):
        agree(found, expected)
    assert gradients[2].shape == weight.shape[:-1]
    for array, kept in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(array, kept)


def test_a_one_row_weight_takes_its_bias_with_any_input() -> None:
    """As PyTorch documents it; its own code takes the bias with one or three axes of input, and not with two."""
    found = linear(np.ones((2, 3)), np.array([1.0, 2.0, 4.0]), np.array(0.5))
    np.testing.assert_array_equal(found, [7.5, 7.5])


def test_float16_is_summed_in_float32() -> None:
    """2,048 ones and one more are 2,049 on the way, where float16 alone stays at 2,048; then it is rounded."""
    ones = np.ones((1, 2050), np.float16)
    found = linear(ones, ones, np.zeros(1, np.float16))
    assert found.dtype == np.float16
    assert found[0, 0] == 2050
    rng = np.random.default_rng(1)
    arrays = [rng.normal(size=s).astype(np.float16) for s in [(4, 6), (3, 6), (3,)]]
    wanted = F.linear(*map(torch.from_numpy, arrays)).numpy()
    np.testing.assert_allclose(linear(*arrays), wanted, rtol=2e-3, atol=2e-3)
    assert [g.dtype for g in linear_backward(linear(*arrays), *arrays[:2])] == [np.float16] * 3


@pytest.mark.parametrize("dtype", ["uint8", "int32", "int64"])
def test_integers_are_taken_as_pytorch_takes_them(dtype: str) -> None:
    """Integers of one kind give integers."""
    rng = np.random.default_rng(2)
    arrays = [rng.integers(0, 4, size=s).astype(dtype) for s in [(4, 6), (3, 6), (3,)]]
    found = linear(*arrays)
    assert found.dtype == dtype
    np.testing.assert_array_equal(found, F.linear(*map(torch.from_numpy, arrays)).numpy())


def zeros(*shape: int, dtype: Any = np.float64) -> np.ndarray:
    return np.zeros(shape, dtype)


REFUSED = {
    "other features": ((zeros(4, 3), zeros(2, 4)), r"input has shape \(4, 3\) and weight \(2, 4\)"),
    "weight transposed": ((zeros(4, 3), zeros(3, 2), zeros(2)), "last axes"),
    "a number for input": ((zeros(), zeros(2, 3)), "input has shape"),
    "a number for weight": ((zeros(3), zeros()), "weight has shape"),
    "weight with three axes": ((zeros(4, 3), zeros(2, 2, 3)), "weight has shape"),
    "bias of other length": ((zeros(4, 3), zeros(2, 3), zeros(3)), "bias has shape"),
    "bias with three axes": ((zeros(4, 3), zeros(2, 3), zeros(1, 1, 2)), "bias has shape"),
    "bias with an axis for a one-row weight": ((zeros(3), zeros(3), zeros(1)), "bias has shape"),
    "mixed widths": ((zeros(4, 3), zeros(2, 3, dtype=np.float32)), "weight has dtype float32"),
    "bias of another width": ((zeros(4, 3), zeros(2, 3), zeros(2, dtype=np.float16)), "bias has dtype float16"),
    "integers with floats": ((zeros(4, 3, dtype=int), zeros(2, 3)), "weight has dtype float64"),
    "booleans": ((zeros(4, 3, dtype=bool), zeros(2, 3, dtype=bool)), "input has dtype bool"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_pytorch_refuses_is_refused_by_name(case: str) -> None:
    """Both refuse, and ours says which argument, what came and what is expected."""
    arrays, words = REFUSED[case]
    with pytest.raises(TORCH_REFUSALS):
        F.linear(*map(torch.from_numpy, arrays))
    with pytest.raises(REFUSALS, match=words):
        linear(*arrays)


@pytest.mark.parametrize("shape", [(1,), (), (4, 2), (4, 1)])
def test_a_bias_is_never_broadcast(shape: tuple[int, ...]) -> None:
    """PyTorch's code broadcasts it, which its page does not promise and which hides mistakes: here it is refused."""
    with pytest.raises(ValueError, match=r"bias has shape .*; \(2,\) is expected"):
        linear(zeros(4, 3), zeros(2, 3), zeros(*shape))


def test_the_way_back_refuses_what_does_not_fit() -> None:
    """A gradient of another shape, of another dtype, or of integers is refused by name."""
    with pytest.raises(ValueError, match=r"grad_output has shape \(4, 3\); \(4, 2\) is expected"):
        linear_backward(zeros(4, 3), zeros(4, 3), zeros(2, 3))
    with pytest.raises(ValueError, match="last axes"):
        linear_backward(zeros(4, 2), zeros(4, 3), zeros(2, 4))
    with pytest.raises(TypeError, match="input has dtype float64 and grad_output has float32"):
        linear_backward(zeros(4, 2, dtype=np.float32), zeros(4, 3), zeros(2, 3))
    with pytest.raises(TypeError, match="grad_output has dtype int64"):
        linear_backward(zeros(4, 2, dtype=int), zeros(4, 3, dtype=int), zeros(2, 3, dtype=int))
    with pytest.raises(TypeError, match="input is a list; a NumPy array is expected"):
        linear([[1.0]], zeros(2, 1))  # type: ignore[arg-type]
