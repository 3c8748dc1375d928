"""Softmax and log-softmax against PyTorch's, forwards and backwards."""

import importlib.util
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st


def _comparing():
    # importlib mode has no package to import a neighbour from
    spec = importlib.util.spec_from_file_location("comparing", Path(__file__).with_name("comparing.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


comparing = _comparing()
agree, autograd, both_refuse, tensor, values = (
    comparing.agree,
    comparing.autograd,
    comparing.both_refuse,
    comparing.tensor,
    comparing.values,
)

# the package has a function of the same name
room = import_module("course.functional.softmax")


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
@given(data=st.data())
def test_softmax_equals_pytorch(name, data):
    """Along any axis, values and gradients are PyTorch's, also for an empty axis, none, and rows far from zero."""
    shape, dtype = data.draw(comparing.SHAPES), data.draw(comparing.DTYPES)
    dim = data.draw(st.integers(-max(len(shape), 1), max(len(shape), 1) - 1))
    input, grad = data.draw(values(shape, dtype)), data.draw(values(shape, dtype))
    wanted, (wanted_grad,) = autograd(lambda x: getattr(F, name)(x, dim), [input], grad)
    output = getattr(room, name)(input, dim)
    agree(output, wanted)
    # in float16 outputs may differ in a digit; backwards both start from the same
    agree(getattr(room, f"{name}_backward")(grad, wanted.detach().numpy(), dim), wanted_grad)


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
@pytest.mark.parametrize(
    "row", [[-np.inf, -np.inf], [np.inf, 0], [np.nan, 1], [-np.inf, 0], [1e4, -1e4], [-1e308, 1e308]]
)
def test_softmax_of_extremes_equals_pytorch(name, row):
    """Infinities, nan and numbers whose exponential is infinite come out as PyTorch's, without a warning."""
    input = np.array([row, [0.0, 1.0]])
    agree(getattr(room, name)(input, 1), getattr(F, name)(tensor(input), 1))


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
@pytest.mark.parametrize("largest", [7.9, 8.1, 49.9, 50.1, 700.0])
def test_float32_keeps_its_digits_at_every_size(name, largest):
    """With and without a maximum taken off first, float32 results are float64's to within a few roundings of the input."""
    input = np.random.default_rng(4).uniform(-largest, largest, (6, 40)).astype(np.float32)
    input[0, 0], input[1] = largest, input[1] * 0.01 + largest * 0.98
    exact = getattr(F, name)(tensor(input).double(), 1).numpy()
    bound = 4 * np.finfo(np.float32).eps * max(largest, 1.0)
    assert np.abs(getattr(room, name)(input, 1) - exact).max() < bound


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_softmax_refuses_what_pytorch_refuses(name):
    """No such axis, an axis that is not a whole number, integers."""
    ours, theirs = getattr(room, name), getattr(F, name)
    x = np.zeros((2, 3))
    for dim in (2, -3):
        both_refuse(lambda d=dim: ours(x, d), lambda d=dim: theirs(tensor(x), d), says=f"dim is {dim}; for shape")
    both_refuse(lambda: ours(np.array(1.0), 1), lambda: theirs(tensor(np.array(1.0)), 1), says="dim is 1")
    for dim in ("a", 1.0, True):
        both_refuse(lambda d=dim: ours(x, d), lambda d=dim: theirs(tensor(x), d), says=f"dim is {dim!r}; a whole")
    both_refuse(
        lambda: ours(np.ones(3, int), 0), lambda: theirs(tensor(np.ones(3, int)), 0), says="input has dtype int64"
    )
    with pytest.raises(TypeError, match="dim is None"):
        ours(x, None)
    with pytest.raises(ValueError, match=r"grad_output has shape \(3,\)"):
        getattr(room, f"{name}_backward")(np.zeros(3), x, 1)
