"""The transposed convolution against PyTorch's, forwards and backwards, on random shapes and options."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from course.functional import conv2d_backward, conv_transpose2d, conv_transpose2d_backward

# in float32 a sum of some hundred products differs by its order alone
TOLERANCES = {"float64": (1e-9, 1e-9), "float32": (1.3e-6, 1e-4), "float16": (1e-3, 1e-3)}
REFUSALS = (ValueError, TypeError)
TORCH_REFUSALS = (*REFUSALS, RuntimeError, NotImplementedError)

Arrays = tuple[np.ndarray | None, ...]


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> Iterator[None]:
    # next to other test processes, PyTorch's threads would mostly wait for each other
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def theirs(arrays: Arrays, options: dict[str, Any]) -> Any:
    """Give PyTorch's output and its leaves, or None where it refuses, or lets an output without pixels through."""
    leaves = [None if a is None else torch.from_numpy(a.copy()) for a in arrays]
    leaves = [leaf.requires_grad_() if leaf is not None and leaf.is_floating_point() else leaf for leaf in leaves]
    try:
        output = F.conv_transpose2d(*leaves, **options)
    except TORCH_REFUSALS:
        return None
    return (output, leaves) if 0 not in output.shape[-2:] else None


def agree(found: np.ndarray, wanted: torch.Tensor) -> None:
    """Assert the same shape, dtype and values."""
    expected = wanted.detach().numpy()
    assert (found.shape, found.dtype) == (expected.shape, expected.dtype)
    np.testing.assert_allclose(found, expected, *TOLERANCES.get(str(found.dtype), (0, 0)))


def numbers(low: int, high: int) -> st.SearchStrategy[Any]:
    one = st.integers(low, high)
    return one | st.tuples(one) | st.tuples(one, one) | st.lists(one, min_size=2, max_size=2)


@st.composite
def calls(draw: st.DrawFn, dtypes: tuple[str, ...]) -> tuple[Arrays, dict[str, Any]]:
    """Draw input, weight, bias and options that PyTorch mostly takes; padding may cut off more than there is."""
    groups = draw(st.integers(1, 3))
    c_i, depth = groups * draw(st.integers(1, 3)), draw(st.integers(1, 3))
    lead = draw(st.sampled_from([(1,), (2,), (3,), (), (0,)]))
    sizes, kernel = (draw(st.lists(st.integers(1, n), min_size=2, max_size=2)) for n in (6, 4))
    options = draw(
        st.fixed_dictionaries(
            {"groups": st.just(groups)},
            optional={
                "stride": numbers(1, 3),
                "padding": numbers(0, 3),
                "output_padding": numbers(0, 2),
                "dilation": numbers(1, 3),
            },
        )
    )
    if lead == (0,):
        options.pop("output_padding", None)  # without samples PyTorch forgets to check it
    dtype = draw(st.sampled_from(dtypes))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shapes = (*lead, c_i, *sizes), (c_i, depth, *kernel), (groups * depth,)
    arrays = [rng.normal(size=shape).astype(dtype) for shape in shapes]
    if draw(st.booleans()):  # the same values in another order of memory
        arrays[:2] = [np.ascontiguousarray(array.T).T for array in arrays[:2]]
    return (*arrays[:2], arrays[2] if draw(st.booleans()) else None), options


@given(call=calls(("float64", "float64", "float32")))
def test_it_is_pytorchs(call: tuple[Arrays, dict[str, Any]]) -> None:
    """Values, dtype and all three gradients agree, nothing changes its arguments, and refusals are shared."""
    arrays, options = call
    input, weight, bias = arrays
    before = [None if a is None else a.copy() for a in arrays]
    result = theirs(arrays, options)
    if result is None:
        with pytest.raises(REFUSALS):
            conv_transpose2d(*arrays, **options)
        return
    output, leaves = result
    agree(conv_transpose2d(*arrays, **options), output)

    grad_output = np.random.default_rng(0).normal(size=output.shape).astype(input.dtype)
    gradients = conv_transpose2d_backward(grad_output, input, weight, **options)
    wanted = torch.autograd.grad(output, [leaf for leaf in leaves if leaf is not None], torch.from_numpy(grad_output))
    for found, expected in zip(gradients, wanted, strict=bias is not None):
        agree(found, expected)
    assert gradients[2].shape == (weight.shape[1] * options["groups"],)
    for array, kept in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(array, kept)


@settings(max_examples=30)
@given(call=calls(("float16",)))
def test_float16_is_float32_rounded_at_the_end(call: tuple[Arrays, dict[str, Any]]) -> None:
    """In float16 the sums are made in float32, so they are PyTorch's float32 results rounded once."""
    arrays, options = call
    result = theirs(tuple(None if a is None else a.astype(np.float32) for a in arrays), options)
    if result is None:
        return
    output, leaves = result
    agree(conv_transpose2d(*arrays, **options), output.half())
    grad_output = np.random.default_rng(0).normal(size=output.shape).astype(np.float16)
    gradients = conv_transpose2d_backward(grad_output, *arrays[:2], **options)
    wanted = torch.autograd.grad(output, leaves[:2], torch.from_numpy(grad_output.astype(np.float32)))
    for found, expected in zip(gradients, wanted, strict=False):
        agree(found, expected.half())


def test_integers_are_taken_as_pytorch_takes_them() -> None:
    """Integers of one kind give integers, exactly."""
    rng = np.random.default_rng(2)
    arrays = tuple(rng.integers(-9, 10, shape) for shape in [(2, 4, 5, 6), (4, 3, 3, 2), (6,)])
    options = {"groups": 2, "padding": 1, "stride": 2}
    agree(conv_transpose2d(*arrays, **options), theirs(arrays, options)[0])


def test_it_is_the_gradient_of_a_convolution() -> None:
    """What a convolution gives back to its input is the transposed convolution of the gradient, same weight, same options."""
    rng = np.random.default_rng(3)
    image, weight = rng.normal(size=(2, 3, 8, 9)), rng.normal(size=(4, 3, 3, 2))
    options = {"stride": (2, 3), "padding": (1, 0), "dilation": (1, 2)}
    grad_output = rng.normal(size=(2, 4, 4, 3))
    grad_image, _, _ = conv2d_backward(grad_output, image, weight, **options)
    # 8 rows with padding are 10, and a convolution that strides by 2 does not read the last
    returned = conv_transpose2d(grad_output, weight, output_padding=(1, 0), **options)
    np.testing.assert_allclose(returned, grad_image, rtol=1e-12, atol=1e-12)


def zeros(*shape: int, dtype: Any = np.float64) -> np.ndarray:
    return np.zeros(shape, dtype)


INPUT, WEIGHT = zeros(1, 4, 5, 6), zeros(4, 3, 3, 2)

REFUSED: dict[str, tuple[tuple[Any, ...], dict[str, Any], str]] = {
    "input without channels": ((zeros(5, 6), WEIGHT), {}, "input has shape"),
    "input with an axis too many": ((zeros(1, 1, 4, 5, 6), WEIGHT), {}, "input has shape"),
    "weight of a signal": ((INPUT, zeros(4, 3, 3)), {}, "weight has shape"),
    "axes of the weight exchanged": ((INPUT, zeros(3, 4, 3, 2)), {}, "input has shape .* 4 channels"),
    "channels and groups": ((INPUT, WEIGHT), {"groups": 3}, "weight has 4 input channels"),
    "no groups": ((INPUT, WEIGHT), {"groups": 0}, "groups is 0"),
    "groups that are not a number": ((INPUT, WEIGHT), {"groups": 1.0}, "groups is 1.0"),
    "no input channels": ((zeros(1, 0, 5, 6), zeros(0, 3, 3, 2)), {}, "weight has 0 input channels"),
    "no output channels": ((INPUT, zeros(4, 0, 3, 2)), {}, "weight has shape"),
    "no kernel": ((INPUT, zeros(4, 3, 0, 2)), {}, "weight has shape"),
    "empty image": ((zeros(1, 4, 0, 6), WEIGHT), {}, "only the number of samples"),
    "short bias": ((INPUT, WEIGHT, zeros(2)), {}, "bias has shape"),
    "bias of one group": ((INPUT, WEIGHT, zeros(3)), {"groups": 2}, "bias has shape"),
    "mixed widths": ((INPUT, zeros(4, 3, 3, 2, dtype=np.float32)), {}, "weight has dtype float32"),
    "stride 0": ((INPUT, WEIGHT), {"stride": 0}, "stride is 0"),
    "three strides": ((INPUT, WEIGHT), {"stride": (1, 1, 1)}, "stride is"),
    "stride True": ((INPUT, WEIGHT), {"stride": True}, "stride is True"),
    "dilation 0": ((INPUT, WEIGHT), {"dilation": 0}, "dilation is 0"),
    "negative padding": ((INPUT, WEIGHT), {"padding": -1}, "padding is -1"),
    "same": ((INPUT, WEIGHT), {"padding": "same"}, "padding is 'same'"),
    "nothing left": ((INPUT, WEIGHT), {"padding": (0, 4)}, r"padding is \(0, 4\); it cuts"),
    "negative output padding": ((INPUT, WEIGHT), {"output_padding": -1, "stride": 2}, "output_padding is -1"),
    "output padding as large as the stride": ((INPUT, WEIGHT), {"output_padding": 2, "stride": 2}, "output_padding"),
    "output padding as large as one stride": (
        (INPUT, WEIGHT),
        {"output_padding": 1, "stride": (2, 1)},
        "output_padding is 1",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_pytorch_refuses_is_refused_by_name(case: str) -> None:
    """Both refuse; ours says which argument, what came and what is expected, and so does the backward pass."""
    arrays, options, words = REFUSED[case]
    assert theirs(arrays, options) is None
    with pytest.raises(REFUSALS, match=words):
        conv_transpose2d(*arrays, **options)
    if len(arrays) == 2:
        with pytest.raises(REFUSALS):
            conv_transpose2d_backward(zeros(1, 3, 7, 7, dtype=arrays[0].dtype), *arrays, **options)


def test_a_gradient_of_another_shape_or_dtype_is_refused() -> None:
    """`grad_output` must be shaped as the output is, and of its dtype; integers have no gradients."""
    with pytest.raises(ValueError, match=r"grad_output has shape \(1, 3, 7, 6\); \(1, 3, 7, 7\) is expected"):
        conv_transpose2d_backward(zeros(1, 3, 7, 6), INPUT, WEIGHT)
    with pytest.raises(TypeError, match="input has dtype float64 and grad_output has float32"):
        conv_transpose2d_backward(zeros(1, 3, 7, 7, dtype=np.float32), INPUT, WEIGHT)
    with pytest.raises(TypeError, match="int64"):
        conv_transpose2d_backward(*(zeros(1, 1, 1, 1, dtype=int),) * 3)
