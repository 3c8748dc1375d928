"""The normalizations against PyTorch's, forwards and backwards, on random shapes and options."""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from course.functional import batch_normalization, group_normalization, normalization

TOLERANCES = {"float64": (1e-9, 1e-9), "float32": (1.3e-6, 1e-5), "float16": (1e-3, 1e-3)}
REFUSALS = (ValueError, TypeError, IndexError)
TORCH_REFUSALS = (*REFUSALS, RuntimeError, NotImplementedError, ZeroDivisionError)

OURS = {
    name: getattr(module, name)
    for module in (normalization, batch_normalization, group_normalization)
    for name in dir(module)
    if "_norm" in name and not name.startswith("_")
}
Arrays = dict[str, np.ndarray]
Draw = Callable[[st.SearchStrategy[Any]], Any]
Backward = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray | None, ...]]


def agree(ours: np.ndarray | None, theirs: torch.Tensor | None, slack: float = 0.0) -> None:
    """Assert the same shape, dtype and values; NaN agrees with NaN."""
    assert ours is not None
    assert theirs is not None
    rtol, atol = TOLERANCES[str(ours.dtype)]
    wanted = theirs.detach().numpy()
    assert ours.shape == wanted.shape
    assert ours.dtype == wanted.dtype
    np.testing.assert_allclose(ours, wanted, rtol, atol + slack)


def epsilons(input: np.ndarray) -> st.SearchStrategy[float]:
    """Leave out the smallest in float32: there a group of one value is all rounding error, 1 / eps times enlarged."""
    return st.sampled_from([1e-5, 1e-3, 0.1] if input.dtype == np.float64 else [1e-3, 0.1])


def wobble(eps: float, function: Callable[..., Any], input: np.ndarray, *more: np.ndarray) -> list[float]:
    """Give how far the results move with the sixth digit of the arguments: small groups can be ill-conditioned.

    Of float32 and float16, which both are computed in float32, no more can be asked; of float64 nothing is spared.
    """
    if input.dtype == np.float64:
        return [0.0] * 3
    rng = np.random.default_rng(2)
    exact = [array.astype(float) for array in (input, *more)]
    moved = [array * (1 + 1e-6 * rng.choice([-1.0, 1.0], array.shape)) for array in exact]
    pairs = [r if isinstance(r, tuple) else (r,) for r in (function(*exact), function(*moved))]
    rounding = 3e-7 / eps
    return [
        rounding if one is None else rounding + 4 * float(np.abs(one - two).max())
        for one, two in zip(*pairs, strict=True)
    ]


def values(draw: Draw, shape: tuple[int, ...], dtype: str = "float64", offset: float = 0.0) -> np.ndarray:
    """Draw values in one of three orders of memory."""
    array = np.random.default_rng(draw(st.integers(0, 2**32 - 1))).normal(offset, 1.0, shape).astype(dtype)
    layout = draw(st.sampled_from(["plain", "transposed", "strided"]))
    if layout == "transposed":
        return np.ascontiguousarray(array.T).T
    if layout == "strided" and shape:
        return np.repeat(array, 2, axis=-1)[..., ::2]
    return array


@st.composite
def channel_inputs(draw: st.DrawFn) -> tuple[np.ndarray, str]:
    """Draw an input ``(n, c, *)`` and a dtype for its parameters."""
    shape = (
        draw(st.integers(0, 4)),
        draw(st.integers(0, 6)),
        *draw(st.lists(st.integers(0, 4) | st.integers(1, 5), max_size=3)),
    )
    dtype = draw(st.sampled_from(["float64", "float64", "float32", "float16"]))
    offset = draw(st.sampled_from([0.0, 0.0, 3.0]))
    return values(draw, shape, dtype, offset), draw(
        st.sampled_from([dtype, "float32"] if dtype == "float16" else [dtype])
    )


def optional(draw: Draw, dtype: str, shape: tuple[int, ...], *names: str) -> Arrays:
    """Draw parameters, each there or not."""
    return {name: values(draw, shape, dtype) for name in names if draw(st.booleans())}


def run_torch(name: str, input: np.ndarray, arrays: Arrays, options: dict[str, Any]) -> Any:
    """Give PyTorch's output, its leaf and its tensors, or the exception with which it refuses."""
    leaf = torch.from_numpy(input.copy()).requires_grad_()
    tensors = {key: torch.from_numpy(array.copy()) for key, array in arrays.items()}
    bias = tensors.get("bias")
    if bias is not None and "weight" not in tensors and (name == "group_norm" or bias.dtype != leaf.dtype):
        # PyTorch's group_norm has no gradient for a bias alone: an internal error; and others don't take it in float32
        tensors["weight"] = torch.ones_like(bias)
    for key in {"weight", "bias"} & tensors.keys():
        tensors[key].requires_grad_()
    missing = {"running_mean": None, "running_var": None} if name == "batch_norm" else {}
    try:
        with warnings.catch_warnings():
            # rms_norm says that mixed widths are slower
            warnings.filterwarnings("ignore", "Mismatch dtype between input and weight")
            return getattr(F, name)(leaf, **{**missing, **tensors}, **options), leaf, tensors
    except TORCH_REFUSALS as refusal:
        return refusal


def compare(name: str, input: np.ndarray, arrays: Arrays, options: dict[str, Any], backward: Backward) -> None:
    """Compare outputs, gradients and running statistics with PyTorch's; what it refuses must be refused."""
    before = {"input": input.copy(), **{key: array.copy() for key, array in arrays.items()}}

    def forward(input: np.ndarray, arrays: Arrays) -> np.ndarray:
        missing = {"running_mean": None, "running_var": None} if name == "batch_norm" else {}
        return OURS[name](input, **{**missing, **arrays}, **options)

    theirs = run_torch(name, input, arrays, options)
    if isinstance(theirs, Exception) and "select(): index 0" not in str(theirs):
        with pytest.raises(REFUSALS):
            forward(input, arrays)
        return

    ours = forward(input, arrays)
    for key, array in {"input": input, **arrays}.items():
        # PyTorch's instance_norm makes the running statistics NaN on an empty batch; here they stay as they were
        if not key.startswith("running") or not input.size:
            np.testing.assert_array_equal(array, before[key])
    if not input.size:
        # here PyTorch's batch and instance norm stumble over the weight, and group_norm's gradients are NaN
        assert (ours.shape, ours.dtype) == (input.shape, input.dtype)
        assert not any(grad.any() for grad in backward(ours, input) if grad is not None)
        return

    if input.dtype == np.float16:
        # PyTorch rounds statistics to float16 on the way in some layers; the float32 result, rounded once, is better
        single = {key: array.astype(np.float32) for key, array in before.items()}
        theirs = run_torch(name, single.pop("input"), single, options)
    assert not isinstance(theirs, Exception)
    output, leaf, tensors = theirs
    wide = {key: before[key].astype(float) for key in arrays}
    eps = options.get("eps", 1e-3)
    slack = wobble(eps, lambda x: forward(x, {key: array.copy() for key, array in wide.items()}), input)
    agree(ours, output.to(getattr(torch, str(input.dtype))), slack[0])
    for key in {"running_mean", "running_var"} & arrays.keys():
        agree(arrays[key], tensors[key].to(getattr(torch, str(arrays[key].dtype))))
    if input.dtype == np.float16:
        return
    grad_output = np.random.default_rng(1).normal(size=input.shape).astype(input.dtype)
    output.backward(torch.from_numpy(grad_output))
    grads = backward(grad_output, input)
    slack = wobble(eps, lambda x, g: backward(g, x), input, grad_output)
    agree(grads[0], leaf.grad, slack[0])
    for key, grad, more in zip(("weight", "bias"), grads[1:], slack[1:], strict=False):
        if key in arrays:
            agree(grad, tensors[key].grad, more)
    assert ("weight" in arrays) == (grads[1] is not None)


@given(data=st.data())
def test_batch_norm_is_pytorchs(data: st.DataObject) -> None:
    """In training and evaluation, with and without parameters and running statistics, which change in place."""
    input, dtype = data.draw(channel_inputs())
    training, c = data.draw(st.booleans()), input.shape[1:2]
    arrays = optional(data.draw, dtype, c, "weight", "bias")
    if data.draw(st.booleans()) or not training:
        arrays["running_mean"] = values(data.draw, c, dtype)
        arrays["running_var"] = np.abs(values(data.draw, c, dtype)) + np.asarray(0.5, dtype)
    options = {
        "training": training,
        "momentum": data.draw(st.sampled_from([0.1, 0.0, 1.0, 0.37])),
        "eps": data.draw(epsilons(input)),
    }

    def backward(grad_output: np.ndarray, input: np.ndarray) -> tuple[np.ndarray | None, ...]:
        like = {key: array.astype(input.dtype) for key, array in arrays.items() if key != "bias"}
        return OURS["batch_norm_backward"](
            grad_output, input, like.pop("weight", None), options["eps"], training=training, **like
        )

    compare("batch_norm", input, arrays, options, backward)


@given(data=st.data())
def test_instance_norm_is_pytorchs(data: st.DataObject) -> None:
    """With own and with running statistics, which change in place towards the batch's means."""
    input, dtype = data.draw(channel_inputs())
    own, c = data.draw(st.booleans()), input.shape[1:2]
    arrays = optional(data.draw, dtype, c, "weight", "bias")
    if data.draw(st.booleans()) or not own:
        arrays["running_mean"] = values(data.draw, c, dtype)
        arrays["running_var"] = np.abs(values(data.draw, c, dtype)) + np.asarray(0.5, dtype)
    options = {
        "use_input_stats": own,
        "momentum": data.draw(st.sampled_from([0.1, 0.0, 1.0, 0.37])),
        "eps": data.draw(epsilons(input)),
    }

    def backward(grad_output: np.ndarray, input: np.ndarray) -> tuple[np.ndarray | None, ...]:
        like = {key: array.astype(input.dtype) for key, array in arrays.items() if key != "bias"}
        return OURS["instance_norm_backward"](
            grad_output, input, like.pop("weight", None), options["eps"], use_input_stats=own, **like
        )

    compare("instance_norm", input, arrays, options, backward)


@given(data=st.data())
def test_group_norm_is_pytorchs(data: st.DataObject) -> None:
    """For every number of groups, those that do not divide the channels being refused."""
    input, dtype = data.draw(channel_inputs())
    arrays = optional(data.draw, dtype, input.shape[1:2], "weight", "bias")
    options = {"num_groups": data.draw(st.integers(0, 6)), "eps": data.draw(epsilons(input))}

    def backward(grad_output: np.ndarray, input: np.ndarray) -> tuple[np.ndarray | None, ...]:
        weight = arrays["weight"].astype(input.dtype) if "weight" in arrays else None
        return OURS["group_norm_backward"](grad_output, input, options["num_groups"], weight, eps=options["eps"])

    compare("group_norm", input, arrays, options, backward)


@pytest.mark.parametrize("name", ["layer_norm", "rms_norm"])
@given(data=st.data())
def test_layer_and_rms_norm_are_pytorchs(name: str, data: st.DataObject) -> None:
    """Over one or more last axes, with and without parameters, with the default eps too."""
    shape = tuple(data.draw(st.lists(st.integers(0, 4) | st.integers(1, 6), min_size=1, max_size=4)))
    normalized_shape = shape[data.draw(st.integers(0, len(shape) - 1)) :]
    dtype = data.draw(st.sampled_from(["float64", "float64", "float32", "float16"]))
    input = values(data.draw, shape, dtype, data.draw(st.sampled_from([0.0, 3.0])))
    kind = data.draw(st.sampled_from([dtype, "float32"] if dtype == "float16" else [dtype]))
    arrays = optional(data.draw, kind, normalized_shape, *(["weight", "bias"] if name == "layer_norm" else ["weight"]))
    options: dict[str, Any] = {"normalized_shape": data.draw(st.sampled_from([tuple, list]))(normalized_shape)}
    if data.draw(st.booleans()) or (name == "layer_norm" and dtype != "float64"):
        options["eps"] = data.draw(epsilons(input))
    output_dtype = np.float64 if dtype == "float64" else np.float32

    def backward(grad_output: np.ndarray, input: np.ndarray) -> tuple[np.ndarray | None, ...]:
        weight = arrays["weight"].astype(input.dtype) if "weight" in arrays else None
        given_shape = {} if weight is not None else {"normalized_shape": normalized_shape}
        # None stands for the epsilon of the dtype, which wider arguments would change
        eps = options.get("eps", float(np.finfo(output_dtype).eps) if name == "rms_norm" else 1e-5)
        return OURS[name + "_backward"](grad_output, input, weight, eps, **given_shape)

    compare(name, input, arrays, options, backward)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("batch_norm_backward", {"weight": np.ones(4)}),
        ("instance_norm_backward", {"weight": np.ones(4)}),
        ("group_norm_backward", {"num_groups": 2, "weight": np.ones(4)}),
        ("layer_norm_backward", {"weight": np.ones((4, 2))}),
        ("rms_norm_backward", {"weight": np.ones(2)}),
    ],
)
def test_float16_gradients_are_those_of_float64_rounded(name: str, options: dict[str, Any]) -> None:
    """Sums keep their digits, since they are made in a wider type."""
    rng = np.random.default_rng(3)
    grad_output, input = rng.normal(size=(2, 3, 4, 2)).astype(np.float16)
    narrow_options = {k: v.astype(np.float16) if isinstance(v, np.ndarray) else v for k, v in options.items()}
    narrow = OURS[name](grad_output, input, **narrow_options, eps=1e-3)
    wide = OURS[name](grad_output.astype(float), input.astype(float), **options, eps=1e-3)
    for ours, exact in zip(narrow, wide, strict=True):
        assert ours.dtype == np.float16
        np.testing.assert_allclose(ours, exact, rtol=1e-3, atol=1e-3)


def test_a_large_mean_does_not_drown_a_small_variance() -> None:
    """The variance comes from the deviations, so that it keeps its digits."""
    input = 1e8 + np.array([[1.0, 2.0, 3.0, 4.0]])
    theirs = F.layer_norm(torch.from_numpy(input), (4,))
    agree(OURS["layer_norm"](input, (4,)), theirs)
    agree(OURS["batch_norm"](input.T.copy(), None, None, training=True), theirs.T)


@pytest.mark.parametrize("eps", [0.0, -1.0])
def test_constants_and_infinities_pass_without_a_warning(eps: float) -> None:
    """They become NaN where they do in PyTorch; NumPy alone would warn."""
    input = np.array([[1.0, 1.0], [np.inf, 1.0], [np.nan, 1.0], [0.0, 0.0]])
    for name in ("layer_norm", "rms_norm"):
        agree(OURS[name](input, (2,), eps=eps), getattr(F, name)(torch.from_numpy(input), (2,), eps=eps))


def test_rms_norm_takes_the_machine_epsilon_of_what_it_computes_in() -> None:
    """As in PyTorch: float16 is computed in float32, and takes its epsilon."""
    for dtype in (np.float16, np.float32, np.float64):
        input = np.full((1, 4), 1e-4, dtype=dtype)
        agree(OURS["rms_norm"](input, (4,)), F.rms_norm(torch.from_numpy(input), (4,)))
