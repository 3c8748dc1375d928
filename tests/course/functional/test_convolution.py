"""The convolutions against PyTorch's, forwards and backwards, on random shapes and options."""

import tracemalloc
import warnings
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from course.functional import convolution

# the package has a function of the same name
engine = import_module("course.functional.conv_nd")

# in float32 a sum of some hundred products differs by its order alone
TOLERANCES = {"float64": (1e-9, 1e-9), "float32": (1.3e-6, 1e-4), "float16": (1e-3, 1e-3)}
REFUSALS = (ValueError, TypeError, IndexError)
TORCH_REFUSALS = (*REFUSALS, RuntimeError, NotImplementedError)

each_dimension = pytest.mark.parametrize("axes", [1, 2, 3])


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> Iterator[None]:
    # next to other test processes, PyTorch's threads would mostly wait for each other
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def ours(axes: int, suffix: str = "") -> Any:
    return getattr(convolution, f"conv{axes}d{suffix}")


def theirs(axes: int, arrays: tuple[np.ndarray | None, ...], options: dict[str, Any]) -> Any:
    """Give PyTorch's output and its leaves, or None where it refuses."""
    leaves = [None if a is None else torch.from_numpy(a.copy()) for a in arrays]
    leaves = [leaf.requires_grad_() if leaf is not None and leaf.is_floating_point() else leaf for leaf in leaves]
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Using padding='same' with even kernel lengths")
            return getattr(F, f"conv{axes}d")(*leaves, **options), leaves
    except TORCH_REFUSALS:
        return None


def agree(found: np.ndarray, wanted: torch.Tensor) -> None:
    """Assert the same shape, dtype and values."""
    expected = wanted.detach().numpy()
    assert (found.shape, found.dtype) == (expected.shape, expected.dtype)
    np.testing.assert_allclose(found, expected, *TOLERANCES.get(str(found.dtype), (0, 0)))


def spread(array: np.ndarray, layout: str) -> np.ndarray:
    """Give the same values in another order of memory."""
    if layout == "transposed":
        return np.ascontiguousarray(array.T).T
    if layout == "strided":
        return np.repeat(array, 2, axis=-1)[..., ::2]
    if layout == "reversed":
        return np.ascontiguousarray(array[::-1])[::-1]
    return array


def numbers(axes: int, low: int, high: int) -> st.SearchStrategy[Any]:
    one = st.integers(low, high)
    return one | st.tuples(one) | st.tuples(*[one] * axes) | st.lists(one, min_size=axes, max_size=axes)


@st.composite
def calls(draw: st.DrawFn, axes: int, dtypes: tuple[str, ...]) -> tuple[tuple[np.ndarray | None, ...], dict[str, Any]]:
    """Draw input, weight, bias and options that PyTorch mostly takes; a kernel may be too large for its input."""
    largest = {1: 12, 2: 7, 3: 5}[axes]
    groups = draw(st.integers(1, 3))
    per_group = draw(st.sampled_from([1, 2, 3, 3, 0]))
    c_o = groups * draw(st.integers(1, 3))
    lead = draw(st.sampled_from([(1,), (2,), (3,), (), (0,)]))
    sizes = draw(st.lists(st.integers(1, largest), min_size=axes, max_size=axes))
    kernel = draw(st.lists(st.integers(1, 4 if axes < 3 else 3), min_size=axes, max_size=axes))
    options = draw(
        st.fixed_dictionaries(
            {"groups": st.just(groups)},
            optional={
                "stride": numbers(axes, 1, 3),
                "padding": numbers(axes, 0, 3) | st.sampled_from(["same", "valid"]),
                "dilation": numbers(axes, 1, 3),
            },
        )
    )
    if draw(st.booleans()):
        options.pop("stride", None)  # otherwise 'same' would seldom be allowed
    dtype = draw(st.sampled_from(dtypes))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    layouts = st.sampled_from(["plain", "plain", "transposed", "strided", "reversed"])
    shapes = (*lead, groups * per_group, *sizes), (c_o, per_group, *kernel), (c_o,)
    input, weight, bias = (spread(rng.normal(size=s).astype(dtype), draw(layouts)) for s in shapes)
    return (input, weight, bias if draw(st.booleans()) else None), options


def check_against_pytorch(axes: int, arrays: tuple[np.ndarray | None, ...], options: dict[str, Any]) -> None:
    input, weight, bias = arrays
    assert input is not None
    assert weight is not None
    before = [None if a is None else a.copy() for a in arrays]
    result = theirs(axes, arrays, options)
    if result is None:
        with pytest.raises(REFUSALS):
            ours(axes)(*arrays, **options)
        return
    output, leaves = result
    agree(ours(axes)(*arrays, **options), output)

    grad_output = np.random.default_rng(0).normal(size=output.shape).astype(input.dtype)
    gradients = ours(axes, "_backward")(grad_output, input, weight, **options)
    wanted = torch.autograd.grad(output, [leaf for leaf in leaves if leaf is not None], torch.from_numpy(grad_output))
    for found, expected in zip(gradients, wanted, strict=bias is not None):
        agree(found, expected)
    assert gradients[2].shape == weight.shape[:1]
    for array, kept in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(array, kept)


@each_dimension
@given(data=st.data())
def test_convolutions_are_pytorchs(axes: int, data: st.DataObject) -> None:
    """Values, dtype and all three gradients agree, nothing changes its arguments, and refusals are shared."""
    check_against_pytorch(axes, *data.draw(calls(axes, ("float64", "float64", "float32"))))


@each_dimension
@settings(max_examples=30)
@given(data=st.data())
def test_float16_is_float32_rounded_at_the_end(axes: int, data: st.DataObject) -> None:
    """In float16 the sums are made in float32, so they are PyTorch's float32 results rounded once."""
    arrays, options = data.draw(calls(axes, ("float16",)))
    result = theirs(axes, tuple(None if a is None else a.astype(np.float32) for a in arrays), options)
    if result is None:
        return
    output, leaves = result
    agree(ours(axes)(*arrays, **options), output.half())
    grad_output = np.random.default_rng(0).normal(size=output.shape).astype(np.float16)
    gradients = ours(axes, "_backward")(grad_output, *arrays[:2], **options)
    wanted = torch.autograd.grad(output, leaves[:2], torch.from_numpy(grad_output.astype(np.float32)))
    for found, expected in zip(gradients, wanted, strict=False):
        agree(found, expected.half())


def test_float16_agrees_with_pytorchs_float16() -> None:
    """PyTorch's own float16 convolution differs by no more than rounding."""
    rng = np.random.default_rng(1)
    arrays = tuple(rng.normal(size=s).astype(np.float16) for s in [(2, 4, 9, 8), (6, 2, 3, 3), (6,)])
    output, _ = theirs(2, arrays, {"groups": 2, "padding": 1})
    found = convolution.conv2d(*arrays, groups=2, padding=1)
    assert found.dtype == np.float16
    np.testing.assert_allclose(found.astype(float), output.detach().double().numpy(), rtol=2e-3, atol=2e-2)


@each_dimension
@pytest.mark.parametrize("dtype", ["int32", "int64"])
def test_integers_are_taken_as_pytorch_takes_them(axes: int, dtype: str) -> None:
    """Integers of one kind give integers, exactly."""
    rng = np.random.default_rng(2)
    shapes = [(2, 4, *(7, 6, 5)[:axes]), (6, 2, *(3, 2, 2)[:axes]), (6,)]
    arrays = tuple(rng.integers(-9, 10, s).astype(dtype) for s in shapes)
    options = {"groups": 2, "padding": 1}
    agree(ours(axes)(*arrays, **options), theirs(axes, arrays, options)[0])


@pytest.mark.parametrize("block", [1, 37, 500, 2**18])
def test_the_size_of_a_block_changes_nothing(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many columns are laid out at a time, by rows or by samples, the results are the same."""
    rng = np.random.default_rng(3)
    arrays = tuple(rng.normal(size=s) for s in [(5, 4, 7, 6), (6, 2, 3, 2), (6,)])
    monkeypatch.setattr(engine, "BLOCK", block)
    check_against_pytorch(2, arrays, {"groups": 2, "padding": (1, 2), "stride": (2, 1)})
    signals = tuple(rng.normal(size=s) for s in [(5, 4, 50), (6, 2, 3), (6,)])
    check_against_pytorch(1, signals, {"groups": 2, "padding": "same", "dilation": 2})


def test_extra_memory_stays_small() -> None:
    """Beside its output a convolution takes a padded copy and a block of columns, not all columns at once."""
    rng = np.random.default_rng(4)
    input, weight = (rng.normal(size=s).astype(np.float32) for s in [(1, 16, 100, 100), (32, 16, 5, 5)])
    convolution.conv2d(input, weight, padding=2)
    tracemalloc.start()
    try:
        output = convolution.conv2d(input, weight, padding=2)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    all_columns = 16 * 25 * 100 * 100 * 4
    assert peak - output.nbytes < 3_000_000 < all_columns / 5


@each_dimension
def test_a_view_that_repeats_its_values_is_read_and_not_written(axes: int) -> None:
    """An input made by broadcasting, or a read-only one, is as good as any."""
    sizes = (6, 5, 4)[:axes]
    input = np.broadcast_to(np.arange(float(sizes[-1])), (2, 3, *sizes))
    weight = np.random.default_rng(5).normal(size=(4, 3, *(2,) * axes))
    weight.flags.writeable = False
    check_against_pytorch(axes, (input, weight, None), {})


def test_the_seeds_layers() -> None:
    """Conv1d(16, 32, 5) and Conv2d(16, 32, 5), both 'same', on the shapes of the seeds."""
    rng = np.random.default_rng(6)
    for shape in [(1, 16, 100), (1, 16, 100, 100)]:
        axes = len(shape) - 2
        arrays = tuple(rng.normal(size=s) for s in [shape, (32, 16, *(5,) * axes), (32,)])
        check_against_pytorch(axes, arrays, {"padding": "same"})


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_the_engine_takes_its_dimension_from_the_weight(axes: int) -> None:
    """`conv_nd` is each of the three."""
    rng = np.random.default_rng(7)
    input, weight = rng.normal(size=(2, 3, *(5,) * axes)), rng.normal(size=(4, 3, *(2,) * axes))
    np.testing.assert_array_equal(engine.conv_nd(input, weight, stride=2), ours(axes)(input, weight, stride=2))


def zeros(*shape: int, dtype: Any = np.float64) -> np.ndarray:
    return np.zeros(shape, dtype)


INPUT, WEIGHT = zeros(1, 4, 7, 6), zeros(6, 4, 3, 2)

REFUSED: dict[str, tuple[tuple[Any, ...], dict[str, Any], str]] = {
    "input without channels": ((zeros(7, 6), WEIGHT), {}, "input has shape"),
    "input with an axis too many": ((zeros(1, 1, 4, 7, 6), WEIGHT), {}, "input has shape"),
    "weight of a signal": ((INPUT, zeros(6, 4, 3)), {}, "weight has shape"),
    "weight of a volume": ((INPUT, zeros(6, 4, 3, 3, 3)), {}, "weight has shape"),
    "other channels": ((INPUT, zeros(6, 3, 3, 2)), {}, "4 channels"),
    "channels and groups": ((INPUT, WEIGHT), {"groups": 2}, "4 channels"),
    "groups that do not divide outputs": ((INPUT, zeros(5, 2, 3, 2)), {"groups": 2}, "weight has 5 output channels"),
    "groups beyond outputs": ((INPUT, zeros(2, 1, 3, 2)), {"groups": 4}, "weight has 2 output channels"),
    "no groups": ((INPUT, WEIGHT), {"groups": 0}, "groups is 0"),
    "negative groups": ((INPUT, WEIGHT), {"groups": -1}, "groups is -1"),
    "groups that are not a number": ((INPUT, WEIGHT), {"groups": 1.0}, "groups is 1.0"),
    "groups True": ((INPUT, WEIGHT), {"groups": True}, "groups is True"),
    "no output channels": ((INPUT, zeros(0, 4, 3, 2)), {}, "weight has 0 output channels"),
    "no kernel": ((INPUT, zeros(6, 4, 0, 2)), {}, "kernel sizes"),
    "kernel too large": ((INPUT, zeros(6, 4, 8, 2)), {}, "kernel sizes"),
    "dilated kernel too large": ((INPUT, WEIGHT), {"dilation": 4}, "kernel sizes"),
    "kernel too large for no samples": ((zeros(0, 4, 2, 6), WEIGHT), {}, "kernel sizes"),
    "empty image": ((zeros(1, 4, 0, 6), zeros(6, 4, 1, 1)), {}, "only samples and channels"),
    "empty image, padded": ((zeros(1, 4, 0, 6), zeros(6, 4, 1, 1)), {"padding": 1}, "only samples and channels"),
    "short bias": ((INPUT, WEIGHT, zeros(5)), {}, "bias has shape"),
    "bias of one": ((INPUT, WEIGHT, zeros(1)), {}, "bias has shape"),
    "bias with an axis too many": ((INPUT, WEIGHT, zeros(1, 6)), {}, "bias has shape"),
    "mixed widths": ((INPUT, zeros(6, 4, 3, 2, dtype=np.float32)), {}, "weight has dtype float32"),
    "integers with floats": ((INPUT, zeros(6, 4, 3, 2, dtype=int)), {}, "weight has dtype int64"),
    "mixed integers": ((zeros(1, 4, 7, 6, dtype=int), zeros(6, 4, 3, 2, dtype=np.int32)), {}, "weight has dtype int32"),
    "bias of another width": ((INPUT, WEIGHT, zeros(6, dtype=np.float32)), {}, "bias has dtype float32"),
    "booleans": ((zeros(1, 4, 7, 6, dtype=bool), zeros(6, 4, 3, 2, dtype=bool)), {}, "has dtype bool"),
    "stride 0": ((INPUT, WEIGHT), {"stride": 0}, "stride is 0"),
    "negative stride": ((INPUT, WEIGHT), {"stride": (1, -1)}, "stride is"),
    "three strides": ((INPUT, WEIGHT), {"stride": (1, 1, 1)}, "stride is"),
    "no strides": ((INPUT, WEIGHT), {"stride": ()}, "stride is"),
    "half a stride": ((INPUT, WEIGHT), {"stride": 1.5}, "stride is 1.5"),
    "stride True": ((INPUT, WEIGHT), {"stride": True}, "stride is True"),
    "dilation 0": ((INPUT, WEIGHT), {"dilation": 0}, "dilation is 0"),
    "three dilations": ((INPUT, WEIGHT), {"dilation": [1, 1, 1]}, "dilation is"),
    "negative padding": ((INPUT, WEIGHT), {"padding": -1}, "padding is -1"),
    "three paddings": ((INPUT, WEIGHT), {"padding": (1, 1, 1)}, "padding is"),
    "an unknown padding": ((INPUT, WEIGHT), {"padding": "SAME"}, "padding is 'SAME'"),
    "'same' with a stride": ((INPUT, WEIGHT), {"padding": "same", "stride": (1, 2)}, "stride is"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_pytorch_refuses_is_refused_by_name(case: str) -> None:
    """Both refuse; ours says which argument, what came and what is expected, and so does the way back."""
    arrays, options, words = REFUSED[case]
    assert theirs(2, arrays, options) is None
    with pytest.raises(REFUSALS, match=words):
        convolution.conv2d(*arrays, **options)
    if len(arrays) == 2:
        with pytest.raises(REFUSALS):
            convolution.conv2d_backward(zeros(1, 6, 5, 5, dtype=arrays[0].dtype), *arrays, **options)


def test_what_is_no_array_is_refused() -> None:
    """Lists are distinguished from arrays before anything is computed."""
    with pytest.raises(TypeError, match="weight is a list; a NumPy array is expected"):
        convolution.conv1d(zeros(1, 2, 5), [[[1.0]]])  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="input is a list; a NumPy array is expected"):
        convolution.conv1d([[1.0]], zeros(1, 1, 1))  # type: ignore[arg-type]


def test_a_gradient_of_another_shape_or_dtype_is_refused() -> None:
    """`grad_output` has to be shaped as the output is, and of its dtype; integers have no gradients."""
    with pytest.raises(ValueError, match=r"grad_output has shape \(1, 6, 5, 6\); \(1, 6, 5, 5\) is expected"):
        convolution.conv2d_backward(zeros(1, 6, 5, 6), INPUT, WEIGHT)
    with pytest.raises(TypeError, match="input has dtype float64 and grad_output has float32"):
        convolution.conv2d_backward(zeros(1, 6, 5, 5, dtype=np.float32), INPUT, WEIGHT)
    with pytest.raises(TypeError, match="int64"):
        convolution.conv1d_backward(zeros(1, 1, dtype=int), zeros(1, 1, dtype=int), zeros(1, 1, 1, dtype=int))
