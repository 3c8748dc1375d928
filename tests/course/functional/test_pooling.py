"""The pooling layers against PyTorch's, forwards and backwards, on random shapes and options."""

from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from course.functional import adaptive_pooling, average_pooling, max_pooling

TOLERANCES = {"float64": (1e-9, 1e-9), "float32": (1.3e-6, 1e-5), "float16": (1e-3, 1e-3)}
REFUSALS = (ValueError, TypeError, IndexError)
TORCH_REFUSALS = (*REFUSALS, RuntimeError, NotImplementedError)

OURS = {
    name: getattr(module, name)
    for module in (max_pooling, average_pooling, adaptive_pooling)
    for name in dir(module)
    if "_pool" in name and not name.startswith("_")
}


def agree(ours: np.ndarray, theirs: torch.Tensor) -> None:
    """Assert the same shape, dtype and values; NaN agrees with NaN."""
    rtol, atol = TOLERANCES[str(ours.dtype)]
    wanted = theirs.detach().numpy()
    assert ours.shape == wanted.shape
    assert ours.dtype == wanted.dtype
    np.testing.assert_allclose(ours, wanted, rtol, atol)


def spread(array: np.ndarray, layout: str) -> np.ndarray:
    """Give the same values in another order of memory."""
    if layout == "transposed":
        return np.ascontiguousarray(array.T).T
    if layout == "strided":
        return np.repeat(array, 2, axis=-1)[..., ::2]
    return array


@st.composite
def inputs(draw: st.DrawFn, axes: int, largest: int = 7) -> np.ndarray:
    """Draw signals, images or volumes with equal values, and sometimes NaN and infinities."""
    lead = draw(st.sampled_from([(2, 3), (1, 1), (3,), (0, 2), (2, 0), (0,)] + [(2, 2)] * 4))
    shape = lead + tuple(draw(st.lists(st.integers(1, largest), min_size=axes, max_size=axes)))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    array = rng.integers(-3, 4, shape).astype(float) if draw(st.booleans()) else rng.normal(size=shape)
    for special in draw(st.lists(st.sampled_from([np.nan, -np.inf, np.inf]), max_size=2)):
        array[rng.random(shape) < 0.2] = special
    layout = draw(st.sampled_from(["plain", "transposed", "strided"]))
    dtype = draw(st.sampled_from(["float64", "float64", "float32", "float16"]))
    return spread(array.astype(dtype), layout)


def per_axis(axes: int, low: int, high: int) -> st.SearchStrategy[Any]:
    one = st.integers(low, high)
    return one | st.tuples(*[one] * axes) | st.lists(one, min_size=axes, max_size=axes)


def window_options(axes: int, *, dilated: bool) -> st.SearchStrategy[dict[str, Any]]:
    """Draw options, most but not all of which are allowed."""
    required = {"kernel_size": per_axis(axes, 1, 4)}
    optional: dict[str, Any] = {
        "stride": st.none() | st.just(()) | per_axis(axes, 1, 3),
        "padding": per_axis(axes, 0, 1) | per_axis(axes, 0, 2),
        "ceil_mode": st.booleans(),
    }
    if dilated:
        optional["dilation"] = per_axis(axes, 1, 3)
    else:
        optional["count_include_pad"] = st.booleans()
        if axes > 1:
            optional["divisor_override"] = st.none() | st.integers(-1, 5)
    return st.fixed_dictionaries(required, optional=optional)


def torch_pool(name: str, input: np.ndarray, options: dict[str, Any]) -> Any:
    """Give PyTorch's output, or None where it refuses. Its avg_pool3d knows no float16 on a CPU: it is rounded here."""
    tensor = torch.from_numpy(input.copy())
    try:
        if name == "avg_pool3d" and input.dtype == np.float16:
            return F.avg_pool3d(tensor.float(), **options).half()
        return getattr(F, name)(tensor, **options)
    except TORCH_REFUSALS:
        return None


def torch_gradient(name: str, grad_output: np.ndarray, input: np.ndarray, options: dict[str, Any]) -> torch.Tensor:
    leaf = torch.from_numpy(input.copy()).requires_grad_()
    getattr(F, name)(leaf, **options).backward(torch.from_numpy(grad_output))
    assert leaf.grad is not None
    return leaf.grad


@pytest.mark.parametrize("axes", [1, 2, 3])
@given(data=st.data())
def test_max_pools_are_pytorchs(axes: int, data: st.DataObject) -> None:
    """Values, positions and gradients agree, at ties and NaN too, and what PyTorch refuses is refused."""
    name = f"max_pool{axes}d"
    input, options = data.draw(inputs(axes)), data.draw(window_options(axes, dilated=True))
    before = input.copy()
    theirs = torch_pool(name, input, {**options, "return_indices": True})
    if theirs is None:
        with pytest.raises(REFUSALS):
            OURS[name](input, **options)
        return
    values, positions = OURS[name](input, **options, return_indices=True)
    agree(values, theirs[0])
    agree(OURS[name](input, **options), theirs[0])
    # where a dilated window misses all values PyTorch's position is outside of the input, even of its memory
    found = positions >= 0
    assert np.all(values[~found] == -np.inf)
    assert positions.dtype == np.int64
    np.testing.assert_array_equal(positions[found], theirs[1].numpy()[found])

    grad_output = np.random.default_rng(0).normal(size=values.shape).astype(input.dtype)
    grad_input = OURS[name + "_backward"](grad_output, input, **options)
    if not found.all():
        total = grad_output[found].sum(dtype=np.float64)
        np.testing.assert_allclose(grad_input.sum(dtype=np.float64), total, rtol=0.01, atol=0.05)
    elif input.dtype != np.float16:
        agree(grad_input, torch_gradient(name, grad_output, input, options))
    np.testing.assert_array_equal(input, before)


@pytest.mark.parametrize("axes", [1, 2, 3])
@given(data=st.data())
def test_avg_pools_are_pytorchs(axes: int, data: st.DataObject) -> None:
    """Values and gradients agree with every way to count, and what PyTorch refuses is refused."""
    name = f"avg_pool{axes}d"
    input, options = data.draw(inputs(axes)), data.draw(window_options(axes, dilated=False))
    before = input.copy()
    theirs = torch_pool(name, input, options)
    if theirs is None:
        with pytest.raises(REFUSALS):
            OURS[name](input, **options)
        return
    agree(OURS[name](input, **options), theirs)
    grad_output = np.random.default_rng(0).normal(size=theirs.shape).astype(input.dtype)
    grad_input = OURS[name + "_backward"](grad_output, input, **options)
    if input.dtype != np.float16:
        agree(grad_input, torch_gradient(name, grad_output, input, options))
    assert grad_input.dtype == input.dtype
    np.testing.assert_array_equal(input, before)


@given(data=st.data())
def test_adaptive_avg_pool2d_is_pytorchs(data: st.DataObject) -> None:
    """Values and gradients agree for smaller, equal and larger sizes, and for axes that are kept."""
    input = data.draw(inputs(2))
    size = st.integers(-1, 9) if data.draw(st.integers(0, 9)) == 0 else st.integers(0, 9)
    output_size = data.draw(size | st.tuples(size | st.none(), size | st.none()))
    options, before = {"output_size": output_size}, input.copy()
    theirs = torch_pool("adaptive_avg_pool2d", input, options)
    if theirs is None:
        with pytest.raises(REFUSALS):
            OURS["adaptive_avg_pool2d"](input, **options)
        return
    agree(OURS["adaptive_avg_pool2d"](input, **options), theirs)
    grad_output = np.random.default_rng(0).normal(size=theirs.shape).astype(input.dtype)
    # PyTorch has no gradient for a batch without samples, or without outputs; here it is empty, or zero
    grad_input = OURS["adaptive_avg_pool2d_backward"](grad_output, input)
    if not grad_output.size:
        assert grad_input.shape == input.shape
        assert not grad_input.any()
    elif input.dtype != np.float16:
        agree(grad_input, torch_gradient("adaptive_avg_pool2d", grad_output, input, options))
    np.testing.assert_array_equal(input, before)


@pytest.mark.parametrize("axes", [1, 2, 3])
@pytest.mark.parametrize("kind", ["max", "avg"])
def test_float16_gradients_are_those_of_float64_rounded(kind: str, axes: int) -> None:
    """Sums of float16 gradients keep their digits, since they are made in a wider type."""
    name, rng = f"{kind}_pool{axes}d", np.random.default_rng(7)
    input = rng.normal(size=(2, 3) + (6,) * axes).astype(np.float16)
    grad_output = rng.normal(size=OURS[name](input, 3, 1).shape).astype(np.float16)
    narrow = OURS[name + "_backward"](grad_output, input, 3, 1)
    wide = OURS[name + "_backward"](grad_output.astype(float), input.astype(float), 3, 1)
    assert narrow.dtype == np.float16
    np.testing.assert_allclose(narrow, wide, rtol=1e-3, atol=1e-6)


BAD_OPTIONS = [
    {"kernel_size": 0},
    {"kernel_size": -1},
    {"kernel_size": 2.0},
    {"kernel_size": True},
    {"kernel_size": None},
    {"kernel_size": "2"},
    {"kernel_size": ()},
    {"kernel_size": (2, 2, 2, 2)},
    {"kernel_size": 50},
    {"kernel_size": 2, "stride": 0},
    {"kernel_size": 2, "stride": -1},
    {"kernel_size": 2, "stride": 1.5},
    {"kernel_size": 2, "stride": (1, 1, 1, 1)},
    {"kernel_size": 2, "padding": -1},
    {"kernel_size": 2, "padding": 2},
    {"kernel_size": 3, "padding": 2},
    {"kernel_size": 2, "padding": None},
    {"kernel_size": 2, "ceil_mode": 2},
]
BAD_MAX_OPTIONS = [{"kernel_size": 2, "dilation": d} for d in (0, -1, 1.0, (1, 1, 1, 1), 9)]
BAD_AVG_OPTIONS = [
    *[{"kernel_size": 2, "divisor_override": d} for d in (0, 2.5, True, "2")],
    {"kernel_size": 2, "count_include_pad": 3},
    {"kernel_size": 2, "count_include_pad": None},
]


@pytest.mark.parametrize(
    ("kind", "options"),
    [(kind, options) for kind in ("max", "avg") for options in BAD_OPTIONS]
    + [("max", options) for options in BAD_MAX_OPTIONS]
    + [("avg", options) for options in BAD_AVG_OPTIONS],
    ids=str,
)
@pytest.mark.parametrize("axes", [1, 2, 3])
def test_bad_options_are_refused_as_pytorch_refuses_them(kind: str, options: dict[str, Any], axes: int) -> None:
    """PyTorch and this refuse, and this says which argument is at fault."""
    name = f"{kind}_pool{axes}d"
    input = np.ones((1, 2) + (6,) * axes)
    with pytest.raises(TORCH_REFUSALS):
        getattr(F, name)(torch.from_numpy(input), **options)
    guilty = list(options)[-1]
    with pytest.raises(
        REFUSALS, match="input has shape" if options in ({"kernel_size": 50}, BAD_MAX_OPTIONS[-1]) else guilty
    ):
        OURS[name](input, **options)


@pytest.mark.parametrize("axes", [1, 2, 3])
@pytest.mark.parametrize("kind", ["max", "avg"])
@pytest.mark.parametrize("lead", [(), (1, 1, 1), (2, 0), (0,)], ids=str)
def test_inputs_of_other_shapes_are_refused(kind: str, axes: int, lead: tuple[int, ...]) -> None:
    """Too few or too many axes, and no channels, are refused by PyTorch and by this."""
    name, input = f"{kind}_pool{axes}d", np.ones(lead + (4,) * axes)
    with pytest.raises(TORCH_REFUSALS):
        getattr(F, name)(torch.from_numpy(input), 2)
    with pytest.raises(ValueError, match="input has shape"):
        OURS[name](input, 2)


@pytest.mark.parametrize("name", sorted(name for name in OURS if not name.endswith("backward")))
@pytest.mark.parametrize("input", [[[1.0, 2.0]], None, np.ones((1, 2, 4, 4), dtype=bool)], ids=["list", "None", "bool"])
def test_only_arrays_of_numbers_are_taken(name: str, input: Any) -> None:
    """Lists, None and truth values are refused by type."""
    with pytest.raises(TypeError, match="input"):
        OURS[name](input, 2)


INTEGERS = ["uint8", "int8", "int16", "int32", "int64"]


@pytest.mark.parametrize("axes", [1, 2, 3])
@given(data=st.data())
def test_max_pools_of_integers_are_pytorchs(axes: int, data: st.DataObject) -> None:
    """Integers of any width are pooled as they are, their lowest too."""
    name, dtype = f"max_pool{axes}d", data.draw(st.sampled_from(INTEGERS))
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    around = data.draw(st.sampled_from([0, 3, np.iinfo(dtype).min]))
    input = (around + rng.integers(0, 4, (2, 3) + (6,) * axes)).astype(dtype)
    options = data.draw(window_options(axes, dilated=True))
    theirs = torch_pool(name, input, {**options, "return_indices": True})
    if theirs is None:
        with pytest.raises(REFUSALS):
            OURS[name](input, **options)
        return
    values, positions = OURS[name](input, **options, return_indices=True)
    assert values.dtype == dtype
    np.testing.assert_array_equal(values, theirs[0].numpy())
    np.testing.assert_array_equal(OURS[name](input, **options), values)
    found = positions >= 0
    np.testing.assert_array_equal(positions[found], theirs[1].numpy()[found])


@pytest.mark.parametrize("axes", [1, 2, 3])
@given(data=st.data())
def test_avg_pools_of_integers_are_pytorchs(axes: int, data: st.DataObject) -> None:
    """int64 is pooled, its means rounded towards zero; where PyTorch does so, for every way to count."""
    name = f"avg_pool{axes}d"
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    input, options = rng.integers(-9, 10, (2, 3) + (6,) * axes), data.draw(window_options(axes, dilated=False))
    theirs = torch_pool(name, input, options)
    if theirs is None:
        with pytest.raises(REFUSALS):
            OURS[name](input, **options)
        return
    ours = OURS[name](input, **options)
    assert ours.dtype == np.int64
    np.testing.assert_array_equal(ours, theirs.numpy())


@pytest.mark.parametrize("name", ["avg_pool1d", "avg_pool2d", "avg_pool3d", "adaptive_avg_pool2d"])
@pytest.mark.parametrize("dtype", INTEGERS)
def test_means_of_integers_are_refused_where_pytorch_has_none(name: str, dtype: str) -> None:
    """An average needs fractions; PyTorch makes one exception, of int64 where windows are of a given size."""
    input = np.ones((1, 2) + (4,) * int(name[-2]), dtype=dtype)
    if dtype == "int64" and name.startswith("avg"):
        return
    with pytest.raises(TORCH_REFUSALS):
        getattr(F, name)(torch.from_numpy(input), 2)
    with pytest.raises(TypeError, match=f"input has dtype {dtype}"):
        OURS[name](input, 2)


@pytest.mark.parametrize("axes", [1, 2, 3])
@pytest.mark.parametrize("kind", ["max", "avg"])
def test_integers_have_no_gradient(kind: str, axes: int) -> None:
    """A pooling layer's backward function takes floating-point numbers only."""
    input, grad_output = np.ones((1, 2) + (4,) * axes, dtype=int), np.ones((1, 2) + (2,) * axes, dtype=int)
    with pytest.raises(TypeError, match="input has dtype int64"):
        OURS[f"{kind}_pool{axes}d_backward"](grad_output, input, 2)


@pytest.mark.parametrize(
    "output_size", [None, (3,), (1, 2, 3), (), -1, (2, -1), 2.0, True, (2.0, 2), (True, 2), "2"], ids=str
)
def test_bad_output_sizes_are_refused(output_size: Any) -> None:
    """PyTorch and this refuse sizes that are not a pair, are negative, or not whole."""
    input = np.ones((1, 2, 4, 5))
    with pytest.raises(TORCH_REFUSALS):
        F.adaptive_avg_pool2d(torch.from_numpy(input), output_size)
    with pytest.raises(REFUSALS, match="output_size"):
        OURS["adaptive_avg_pool2d"](input, output_size)


@pytest.mark.parametrize("shape", [(4, 4), (1, 1, 1, 4, 4), (2, 3, 0, 4), (0, 3, 4, 0)], ids=str)
def test_bad_inputs_of_adaptive_pooling_are_refused(shape: tuple[int, ...]) -> None:
    """PyTorch and this refuse empty images and other numbers of axes."""
    with pytest.raises(TORCH_REFUSALS):
        F.adaptive_avg_pool2d(torch.ones(shape), 2)
    with pytest.raises(ValueError, match="input has shape"):
        OURS["adaptive_avg_pool2d"](np.ones(shape), 2)


@pytest.mark.parametrize("name", sorted(name for name in OURS if name.endswith("backward")))
def test_gradients_of_another_shape_or_dtype_are_refused(name: str) -> None:
    """A gradient that isn't the output's is refused: broadcasting would hide the mistake."""
    axes = int(name[-len("1d_backward")])
    input = np.ones((2, 3) + (4,) * axes)
    options = () if name.startswith("adaptive") else (2,)
    good = (2, 3) + (2,) * axes
    for bad in ((1, 3) + (2,) * axes, (2, 1) + (2,) * axes, (3,) + (2,) * axes):
        with pytest.raises(ValueError, match="grad_output has shape"):
            OURS[name](np.ones(bad), input, *options)
    with pytest.raises(TypeError, match="grad_output has dtype"):
        OURS[name](np.ones(good, dtype=np.float32), input, *options)


def test_return_indices_is_a_flag() -> None:
    """A number in the flag's place is refused by name."""
    with pytest.raises(TypeError, match="return_indices is 1"):
        max_pooling.max_pool2d(np.ones((1, 4, 4)), 2, None, 0, 1, False, 1)  # type: ignore[arg-type]


def test_a_large_float16_sum_becomes_infinite_without_a_warning() -> None:
    """As in PyTorch; NumPy alone would warn of the overflow."""
    input = np.full((1, 2, 2), 60000, dtype=np.float16)
    output = average_pooling.avg_pool2d(input, 2, divisor_override=1)
    assert np.isposinf(output).all()
    assert np.array_equal(average_pooling.avg_pool2d(input, 2), np.full((1, 1, 1), 60000))
