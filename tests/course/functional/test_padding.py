"""`pad` against PyTorch's, forwards and backwards, on random shapes, amounts and modes."""

from itertools import product
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from course.functional import padding

REFUSALS = (ValueError, TypeError, IndexError)
TORCH_REFUSALS = (*REFUSALS, RuntimeError, NotImplementedError)


def theirs(input: np.ndarray, *args: Any, **kwargs: Any) -> tuple[torch.Tensor, torch.Tensor] | None:
    """Give PyTorch's output and its leaf, or None where it refuses."""
    leaf = torch.from_numpy(input.copy())
    if leaf.is_floating_point():
        leaf.requires_grad_()
    try:
        output = F.pad(leaf, *args, **kwargs)
    except TORCH_REFUSALS:
        return None
    # of no samples PyTorch reflects and replicates to negative sizes: that is not a result
    return None if min(output.shape, default=0) < 0 else (output, leaf)


def wraps_more_than_remains(shape: tuple[int, ...], pad: tuple[int, ...]) -> bool:
    """Say whether PyTorch, in 'circular', reads memory that it has not written: it only looks at the uncropped size."""
    pairs = zip(reversed(shape), pad[::2], pad[1::2], strict=False)
    return any(max(left, right) > n + min(left, 0) + min(right, 0) for n, left, right in pairs)


def check_against_pytorch(input: np.ndarray, pad: tuple[int, ...], mode: str, value: float | None) -> None:
    before = input.copy()
    result = theirs(input, pad, mode, value)
    if result is None or (mode == "circular" and wraps_more_than_remains(input.shape, pad)):
        with pytest.raises(REFUSALS):
            padding.pad(input, pad, mode, value)
        return
    output, leaf = result
    found = padding.pad(input, pad, mode, value)
    assert found.dtype == input.dtype
    assert not np.shares_memory(found, input)
    np.testing.assert_array_equal(found, output.detach().numpy())

    grad_output = np.random.default_rng(0).integers(-8, 9, output.shape).astype(input.dtype)  # sums are exact
    (wanted,) = torch.autograd.grad(output, leaf, torch.from_numpy(grad_output))
    gradient = padding.pad_backward(grad_output, input, pad, mode)
    assert gradient.dtype == input.dtype
    assert not np.shares_memory(gradient, grad_output)
    # of an output without a value PyTorch gives a gradient that it has not written
    np.testing.assert_array_equal(gradient, wanted.numpy() if output.numel() else 0 * input)
    np.testing.assert_array_equal(input, before)


@st.composite
def calls(draw: st.DrawFn, mode: str) -> tuple[np.ndarray, tuple[int, ...]]:
    """Draw an input and amounts, most but not all of which are allowed."""
    padded = draw(st.sampled_from([1, 1, 2, 2, 3]))
    ndim = padded + draw(st.sampled_from([1, 2] if mode != "constant" else [0, 1, 2]))
    if draw(st.integers(0, 9)) == 0:
        ndim = draw(st.integers(0, 6))
    shape = draw(st.lists(st.integers(1, 5), min_size=ndim, max_size=ndim))
    if ndim and draw(st.integers(0, 5)) == 0:
        shape[draw(st.sampled_from([0, 0, ndim - 1, draw(st.integers(0, ndim - 1))]))] = 0
    low, high = draw(st.sampled_from([(0, 2), (-1, 2), (-2, 4), (-6, 6)]))
    pad = draw(st.lists(st.integers(low, high), min_size=2 * padded, max_size=2 * padded))
    input = np.random.default_rng(draw(st.integers(0, 2**32 - 1))).normal(size=shape)
    layout = draw(st.sampled_from(["plain", "transposed", "strided"]))
    if layout == "transposed":
        input = np.asarray(np.ascontiguousarray(input.T).T)
    elif layout == "strided" and ndim:
        input = np.repeat(input, 2, axis=-1)[..., ::2]
    dtype = draw(st.sampled_from(["float64", "float64", "float32", "float16"]))
    return np.asarray(input, dtype), tuple(pad)


@pytest.mark.parametrize("mode", padding.MODES)
@given(data=st.data())
def test_padding_is_pytorchs(mode: str, data: st.DataObject) -> None:
    """Values, gradients, dtype and refusals agree; the argument stays as it was and the result is new."""
    input, pad = data.draw(calls(mode))
    value = data.draw(st.sampled_from([None, 0, 1, -2.5, float("inf")])) if mode == "constant" else None
    check_against_pytorch(input, pad, mode, value)


@pytest.mark.parametrize("mode", padding.MODES)
def test_every_small_pair_of_amounts(mode: str) -> None:
    """For lengths 0 to 4 and amounts -6 to 5 on both sides: the same values, gradients and refusals as PyTorch."""
    for n, left, right in product(range(5), range(-6, 6), range(-6, 6)):
        check_against_pytorch(np.arange(2.0 * n).reshape(1, 2, n), (left, right), mode, None)


@pytest.mark.parametrize("mode", padding.MODES)
def test_which_axes_a_mode_takes(mode: str) -> None:
    """For each number of axes and of amounts, both take it or both refuse."""
    for ndim, amounts in product(range(7), range(9)):
        check_against_pytorch(np.ones((4,) * ndim), (1,) * amounts, mode, None)


@pytest.mark.parametrize("dtype", ["uint8", "int8", "int16", "int32", "int64", "bool"])
@pytest.mark.parametrize("mode", padding.MODES)
def test_integers_and_booleans(dtype: str, mode: str) -> None:
    """They are padded where PyTorch pads them, and keep their dtype."""
    input = np.array([[[0, 1, 1, 0, 1]]]).astype(dtype)
    result = theirs(input, (2, 1), mode)
    if result is None:
        with pytest.raises(TypeError, match="input has dtype bool"):
            padding.pad(input, (2, 1), mode)
        return
    found = padding.pad(input, (2, 1), mode)
    assert found.dtype == input.dtype
    np.testing.assert_array_equal(found, result[0].numpy())


@pytest.mark.parametrize(
    ("dtype", "value"),
    [("int64", 2.7), ("int64", -2.7), ("uint8", 255), ("bool", 0.5), ("bool", 0), ("float32", True), ("float16", -3.5)],
)
def test_the_value_is_converted_as_pytorch_converts_it(dtype: str, value: float) -> None:
    """Integers cut off the fraction; a boolean is whether the value differs from zero."""
    input = np.zeros((2, 3), dtype)
    result = theirs(input, (1, 0), "constant", value)
    assert result is not None
    np.testing.assert_array_equal(padding.pad(input, (1, 0), "constant", value), result[0].detach().numpy())


def test_lists_are_as_good_as_tuples() -> None:
    """The amounts may come as a list, and as NumPy's integers."""
    amounts: list[Any] = [np.int64(1), 0]
    np.testing.assert_array_equal(padding.pad(np.ones((1, 2)), amounts), [[0, 1, 1]])


ROW = np.zeros((2, 3, 4))

REFUSED: dict[str, tuple[tuple[Any, ...], str]] = {
    "an odd number of amounts": ((ROW, (1,)), "pad is"),
    "more pairs than axes": ((ROW, (1,) * 8), "pad is"),
    "one number": ((ROW, 1), "pad is a int"),
    "half a value": ((ROW, (1.5, 0)), "whole numbers"),
    "True": ((ROW, (True, 0)), "whole numbers"),
    "an unknown mode": ((ROW, (1, 0), "edge"), "mode is 'edge'"),
    "too many to reflect": ((ROW, (4, 0), "reflect"), "at most 3"),
    "too many to wrap around": ((ROW, (0, 5), "circular"), "at most 4"),
    "cropped away and more": ((ROW, (-3, -2)), "crops more"),
    "cropped away, then padded": ((ROW, (-5, 2)), "crops more"),
    "nothing left": ((ROW, (-2, -2), "replicate"), "leaves nothing"),
    "nothing to replicate": ((np.zeros((2, 3, 0)), (1, 0), "replicate"), "only for samples"),
    "no axis of channels": ((np.zeros(4), (1, 0), "reflect"), "takes 1, 2 or 3 axes"),
    "a value to reflect": ((ROW, (1, 0), "reflect", 1.0), "value is 1.0"),
    "a value that is not a number": ((ROW, (1, 0), "constant", "0"), "value is '0'"),
    "too large a value": ((ROW.astype(np.float16), (1, 0), "constant", 1e6), "value is"),
    "NaN for an integer": ((ROW.astype(int), (1, 0), "constant", float("nan")), "value is nan"),
    "-1 for an unsigned integer": ((ROW.astype(np.uint8), (1, 0), "constant", -1), "value is -1"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_pytorch_refuses_is_refused_by_name(case: str) -> None:
    """Both refuse, and ours says which argument, what came and what is expected."""
    arguments, words = REFUSED[case]
    assert theirs(*arguments) is None
    with pytest.raises(REFUSALS, match=words):
        padding.pad(*arguments)


def test_wrapping_around_more_than_cropping_leaves_is_refused() -> None:
    """PyTorch gives whatever its memory held; there is no right answer to give."""
    with pytest.raises(ValueError, match="at most 1"):
        padding.pad(np.ones((1, 1, 3)), (-2, 2), "circular")


def test_a_gradient_of_another_shape_or_dtype_is_refused() -> None:
    """`grad_output` has to be shaped as the output, and of the input's dtype, which has to be floating-point."""
    with pytest.raises(ValueError, match=r"grad_output has shape \(2, 3, 4\); \(2, 3, 5\) is expected"):
        padding.pad_backward(ROW, ROW, (1, 0))
    with pytest.raises(TypeError, match="float32"):
        padding.pad_backward(np.zeros((2, 3, 5), np.float32), ROW, (1, 0))
    with pytest.raises(TypeError, match="int64"):
        padding.pad_backward(np.zeros((2, 3, 5), int), ROW.astype(int), (1, 0))
    with pytest.raises(TypeError, match="input is a list"):
        padding.pad([[1.0]], (1, 0))  # type: ignore[arg-type]
