"""PyTorch's own samples, run on both: values, gradients, running statistics, and what has to be refused."""

import functools
import importlib.util
import itertools
import re
import sys
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch

import course.functional


def _neighbour(name: str) -> ModuleType:
    # importlib mode has no package to import a neighbour from
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


# one process: each would load PyTorch's samples for seconds
pytestmark = pytest.mark.xdist_group("torch samples")
samples = _neighbour("torch_samples")
agree = _neighbour("comparing").agree

FLOATS = ("float64", "float32", "float16")
# not in PyTorch under that name, or not a layer of it
OURS_ALONE = {
    *("conv_nd", "dropout_mask", "positional_encoding", "rotary_embedding", "swiglu"),
    *("gru_cell", "lstm_cell", "rnn_cell"),
}
FUNCTIONS = sorted(n for n in course.functional.__all__ if not n.endswith("_backward") and n not in OURS_ALONE)
INTEGERS = (
    "conv1d",
    "conv2d",
    "conv3d",
    "conv_transpose2d",
    "linear",
    "one_hot",
    "pad",
    "pixel_shuffle",
    "relu",
    "relu6",
    "sigmoid",
    "tanh",
    "avg_pool1d",
    "avg_pool2d",
    "avg_pool3d",
    "max_pool1d",
    "max_pool2d",
    "max_pool3d",
)
# long sums of large numbers: in float32 PyTorch, too, is about that far from what it gives in float64
LONG_SUMS = {
    **dict.fromkeys(("linear", "conv1d", "conv2d", "layer_norm", "multi_head_attention_forward"), 10.0),
    "conv3d": 100.0,
}
NO_SAMPLES = {("avg_pool3d", "float16"), *(("one_hot", dtype) for dtype in FLOATS)}
# of these PyTorch has no integer samples, or none that it says must be refused: their tests are not made
NO_INTEGERS = {
    *("adaptive_avg_pool2d", "batch_norm", "binary_cross_entropy_with_logits", "cross_entropy", "dropout"),
    *("embedding", "gelu", "group_norm", "hardswish", "instance_norm", "layer_norm", "leaky_relu", "max_pool1d"),
    *("mse_loss", "multi_head_attention_forward", "rms_norm", "scaled_dot_product_attention", "silu"),
}
NO_REFUSALS = {
    *("batch_norm", "binary_cross_entropy_with_logits", "cross_entropy", "dropout", "hardswish", "instance_norm"),
    *("layer_norm", "leaky_relu", "linear", "log_softmax", "mse_loss", "multi_head_attention_forward", "one_hot"),
    *("pad", "relu", "relu6", "scaled_dot_product_attention", "sigmoid", "silu", "softmax", "tanh"),
    *("conv_transpose2d", "pixel_shuffle"),
}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Samples that PyTorch takes and we refuse, which argument we name, and why."""

    function: str
    names: str
    why: str
    applies: Callable[[dict[str, Any]], bool]


def _has(*options: str) -> Callable[[dict[str, Any]], bool]:
    return lambda named: any(named.get(option) is not None and named[option] is not False for option in options)


LEFT_OUT = (
    LeftOut("embedding", "max_norm", "it changes the weight", _has("max_norm")),
    LeftOut("embedding", "sparse", "NumPy has no sparse arrays", _has("sparse")),
    LeftOut("multi_head_attention_forward", "bias_k", "hardly ever used", _has("bias_k", "bias_v")),
    LeftOut("multi_head_attention_forward", "proj_weight", "for other key sizes", _has("use_separate_proj_weight")),
)


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> Iterator[None]:
    # next to other test processes, PyTorch's threads would mostly wait for each other
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def _left_out(function: Any, sample: Any) -> list[LeftOut]:
    named = sample.named(function.names)
    return [entry for entry in LEFT_OUT if entry.function == function.name and entry.applies(named)]


def _ours(function: Any, sample: Any) -> Any:
    def array(name: str, tensor: torch.Tensor) -> np.ndarray:
        copy = tensor.detach().clone().numpy()
        if not name.startswith("running_"):
            copy.flags.writeable = False
        return copy

    return sample.mapped(array, function.names)


def _theirs(function: Any, sample: Any) -> Any:
    """Give the same call with new tensors, float16 as float64; our rounded result is compared with that."""
    differentiable = function.gradients_of(sample)

    def tensor(name: str, value: torch.Tensor) -> torch.Tensor:
        copy = value.detach().clone()
        copy = copy.double() if copy.dtype == torch.float16 else copy
        return copy.requires_grad_(name in differentiable and copy.is_floating_point())

    mapped = sample.mapped(tensor, function.names)
    if mapped.kwargs.get("dtype") == torch.float16:
        mapped.kwargs["dtype"] = torch.float64
    return mapped


def check_sample(function: Any, sample: Any) -> None:
    """Assert that a call gives the same with both: values, running statistics, and gradients where there are any."""
    close = functools.partial(agree, scale=LONG_SUMS.get(function.name, 1.0))
    ours, theirs = _ours(function, sample), _theirs(function, sample)
    if "dtype" in ours.kwargs:
        ours.kwargs["dtype"] = str(ours.kwargs["dtype"]).removeprefix("torch.")
    found = function.ours(*ours.args, **ours.kwargs)
    with warnings.catch_warnings(action="ignore"):  # PyTorch's own, of samples that it would rather not see
        wanted = function.theirs(*theirs.args, **theirs.kwargs)
    found, wanted = (result if isinstance(result, tuple) else (result,) for result in (found, wanted))
    assert len(found) == len(wanted)
    if function.random(sample):
        assert [one.shape for one in found] == [tuple(one.shape) for one in wanted]
        return
    for one, other in zip(found, wanted, strict=True):
        close(one, other)
    named, leaves = ours.named(function.names), theirs.named(function.names)
    for name in ("running_mean", "running_var"):
        close(named.get(name), leaves.get(name))

    if function.name == "dropout" or not wanted[0].requires_grad:
        return
    grad_output = np.random.default_rng(0).normal(size=found[0].shape).astype(found[0].dtype)
    if function.name == "relu6":  # where there is no number, PyTorch's gradient depends on the place in memory
        grad_output[np.isnan(found[0])] = 0
    gradients = samples.backward(function, ours, grad_output, found[0])
    leaf_names = [n for n in function.gradients_of(sample) if isinstance(leaves.get(n), torch.Tensor)]
    tensors = [leaves[name] for name in leaf_names]
    expected = torch.autograd.grad(wanted[0], tensors, torch.from_numpy(grad_output).to(wanted[0].dtype))
    by_name = dict(zip(function.gradients_of(sample), gradients, strict=False))
    for name, other in zip(leaf_names, expected, strict=True):
        # computed in another dtype, the gradient is the output's kind until it is put back
        close(by_name[name].astype(named[name].dtype, copy=False), other)


@pytest.mark.whole
@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_sample(name: str, dtype: str, record_property: Callable[[str, Any], None]) -> None:
    """Each of PyTorch's samples that is not left out gives PyTorch's values and gradients.

    Max pooling has 2,880 of them; where they differ in dtype alone, every fifth will do.
    """
    function = samples.Function(name)
    step = 5 if name.startswith("max_pool") and dtype != "float64" else 1
    count = 0
    for sample in itertools.islice(function.samples(getattr(torch, dtype)), 0, None, step):
        if not _left_out(function, sample):
            check_sample(function, sample)
            count += 1
    record_property("samples", count)
    assert count or (name, dtype) in NO_SAMPLES


@pytest.mark.whole
@pytest.mark.parametrize("dtype", ["float32", "float16"])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_infinities_warn_nobody(name: str, dtype: str) -> None:
    """Infinities, what is not a number and the largest numbers pass forwards and backwards without NumPy's warnings."""
    function = samples.Function(name)
    extremes = [float("inf"), float("-inf"), float("nan"), np.finfo(dtype).max, 0.0, np.finfo(dtype).min]

    def spoilt(argument: str, array: np.ndarray) -> np.ndarray:
        array = np.array(array, order="C")
        if array.dtype.kind == "f":
            count = len(array.reshape(-1)[::3])
            array.reshape(-1)[::3] = np.resize(extremes, count)
        return array

    count = 0
    for sample in itertools.islice(function.samples(getattr(torch, dtype)), 40):
        if _left_out(function, sample):
            continue
        count += 1
        call = _ours(function, sample).mapped(spoilt, function.names)
        call.kwargs.pop("dtype", None)
        output = function.ours(*call.args, **call.kwargs)
        output = output[0] if isinstance(output, tuple) else output
        if not function.random(sample) and name not in ("dropout", "one_hot"):
            samples.backward(function, call, spoilt("grad_output", np.ones_like(output)), output)
    assert count or (name, dtype) in NO_SAMPLES


@pytest.mark.whole
def test_where_pytorch_has_no_samples_is_known() -> None:
    """The two tables that leave tests out name exactly the functions for which there would be nothing to test."""
    functions = [samples.Function(name) for name in FUNCTIONS]
    assert {f.name for f in functions if not any(True for _ in f.samples(torch.int64))} == NO_INTEGERS
    assert {f.name for f in functions if not any(True for _ in f.refusals())} == NO_REFUSALS


@pytest.mark.whole
@pytest.mark.parametrize("name", [name for name in FUNCTIONS if name not in NO_INTEGERS])
def test_integers(name: str) -> None:
    """Integers are taken where we take them, with PyTorch's result, and refused by name elsewhere."""
    function = samples.Function(name)
    for sample in itertools.islice(function.samples(torch.int64), 100):
        if name in INTEGERS or "dtype" in sample.kwargs:
            check_sample(function, sample)
            continue
        ours = _ours(function, sample)
        with pytest.raises(TypeError, match=r"^input has dtype int64; float16, float32 or float64 is expected\.$"):
            function.ours(*ours.args, **ours.kwargs)


@pytest.mark.whole
@pytest.mark.parametrize("entry", LEFT_OUT, ids=lambda entry: f"{entry.function}-{entry.names}")
def test_what_is_left_out_is_refused(entry: LeftOut) -> None:
    """Each entry of the table is still needed: there are such samples, and we refuse all of them by name."""
    function = samples.Function(entry.function)
    calls = [call for call in function.samples(torch.float64) if _left_out(function, call) == [entry]]
    assert calls
    for call in calls:
        ours = _ours(function, call)
        with pytest.raises((TypeError, ValueError), match=entry.names):
            function.ours(*ours.args, **ours.kwargs)


@pytest.mark.whole
@pytest.mark.parametrize("name", [name for name in FUNCTIONS if name not in NO_REFUSALS])
def test_every_refusal(name: str) -> None:
    """What PyTorch says must be refused is refused, in a sentence that begins with the argument."""
    function = samples.Function(name)
    for sample in function.refusals():
        ours, theirs = _ours(function, sample), _theirs(function, sample)
        with pytest.raises((RuntimeError, ValueError, TypeError, IndexError)):
            function.theirs(*theirs.args, **theirs.kwargs)
        with pytest.raises((ValueError, TypeError, IndexError)) as refusal:
            function.ours(*ours.args, **ours.kwargs)
        sentence = re.fullmatch(r"(\w+) (is|has|holds) .*\.", str(refusal.value))
        assert sentence is not None, refusal.value
        assert sentence[1] in function.names
