"""The activations against PyTorch's, forwards and backwards."""

import importlib.util
import math
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from course.functional import activation, smooth_activation
from course.functional.error_function import erf


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
gelu = import_module("course.functional.gelu")

# name: our module, whether its backward function takes the output, options
KINDS = {
    "relu": (activation, False, [{}]),
    "relu6": (activation, False, [{}]),
    "leaky_relu": (activation, False, [{}, {"negative_slope": 0.3}, {"negative_slope": -2.0}, {"negative_slope": 3}]),
    "hardswish": (activation, False, [{}]),
    "sigmoid": (smooth_activation, True, [{}]),
    "tanh": (smooth_activation, True, [{}]),
    "silu": (smooth_activation, False, [{}]),
    "gelu": (gelu, False, [{}, {"approximate": "tanh"}, {"approximate": "none"}]),
}
ROWS = [(name, options) for name, (_, _, all_options) in KINDS.items() for options in all_options]


def _ours(name):
    room, from_output, _ = KINDS[name]
    return getattr(room, name), getattr(room, f"{name}_backward"), from_output


@pytest.mark.parametrize(("name", "options"), ROWS)
@given(data=st.data())
def test_activation_equals_pytorch(name, options, data):
    """Values and gradients are PyTorch's, in shape and dtype too, for any layout; arguments stay as they were."""
    shape, dtype = data.draw(comparing.SHAPES), data.draw(comparing.DTYPES)
    input, grad = data.draw(values(shape, dtype)), data.draw(values(shape, dtype))
    forward, backward, from_output = _ours(name)
    wanted, (wanted_grad,) = autograd(lambda x: getattr(F, name)(x, **options), [input], grad)
    output = forward(input, **options)
    agree(output, wanted)
    # in float16 outputs may differ in a digit; backwards both start from the same
    found = backward(grad, wanted.detach().numpy() if from_output else input, **options)
    agree(found, wanted_grad, scale=np.abs(grad).max(initial=1) if dtype == "float32" else 1.0)


@pytest.mark.parametrize(("name", "options"), ROWS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_activation_equals_pytorch_at_kinks_and_far_out(name, options, dtype):
    """At the corners, at zero and for huge numbers values and gradients are PyTorch's, without a warning."""
    input = np.array([-1e4, -800, -100, -50, -6, -3, -1e-30, -0.0, 0.0, 1e-30, 3, 6, 50, 100, 800, 1e4], dtype)
    grad = np.full_like(input, 2)
    forward, backward, from_output = _ours(name)
    wanted, (wanted_grad,) = autograd(lambda x: getattr(F, name)(x, **options), [input], grad)
    output = forward(input, **options)
    agree(output, wanted)
    agree(backward(grad, output if from_output else input, **options), wanted_grad)


@pytest.mark.parametrize(("name", "options"), ROWS)
def test_activation_of_infinity_and_nan_equals_pytorch(name, options):
    """Infinities and nan come out as PyTorch's, without a warning."""
    input = np.array([-np.inf, np.inf, np.nan])
    agree(_ours(name)[0](input, **options), getattr(F, name)(tensor(input), **options))


@pytest.mark.parametrize(("name", "options"), [row for row in ROWS if row[0] != "gelu"])
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("grad", [np.inf, -np.inf, np.nan])
def test_gradients_that_are_infinite_or_nan_pass_where_pytorchs_do(name, options, dtype, grad):
    """What a corner keeps back is 0 even of infinity and nan, and what it lets through stays as it is."""
    input = np.array([-9, -3, -1, 0, 1, 3, 6, 9], dtype)
    _, backward, from_output = _ours(name)
    wanted, (wanted_grad,) = autograd(lambda x: getattr(F, name)(x, **options), [input], np.full_like(input, grad))
    given = wanted.detach().numpy() if from_output else input
    agree(backward(np.full_like(input, grad), given, **options), wanted_grad)


@pytest.mark.parametrize("name", ["relu", "relu6", "leaky_relu"])
def test_gradients_at_nan_are_pytorchs(name):
    """Of an input that is nan, ReLU keeps nothing back, and the leaky form takes it for negative."""
    input, grad = np.array([np.nan, -np.inf, np.inf]), np.array([5.0, 6.0, 7.0])
    _, (wanted_grad,) = autograd(getattr(F, name), [input], grad)
    agree(_ours(name)[1](grad, input), wanted_grad)


@pytest.mark.parametrize("name", ["relu", "relu6", "sigmoid", "tanh"])
@pytest.mark.parametrize("dtype", ["uint8", "int8", "int16", "int32", "int64"])
def test_activation_of_integers_equals_pytorch(name, dtype):
    """Integers stay integers in ReLU, and give float32 where the result is none."""
    for input in (np.array([[3, 0, 7, 120]]).astype(dtype), np.array([-3, 5]).astype(dtype), np.array(6, dtype)):
        agree(_ours(name)[0](input), getattr(F, name)(tensor(input)))


@pytest.mark.parametrize("slope", [0.0, 0.5, 1.0, -0.5, 2.0])
def test_leaky_relu_of_infinities_and_zeros_equals_pytorch(slope):
    """Each way to compute it gives PyTorch's infinities, and its signs of zero, as far as a slope leaves them."""
    input = np.array([-np.inf, -1.0, 0.0, 1.0, np.inf, np.nan]) if slope else np.array([-1.0, 0.0, 1.0, np.nan])
    agree(activation.leaky_relu(input, slope), F.leaky_relu(tensor(input), slope))
    if 0 < slope <= 1:
        assert np.signbit(activation.leaky_relu(np.array([-0.0]), slope)).all()


@pytest.mark.parametrize("name", ["gelu", "silu", "hardswish"])
def test_large_arrays_are_right_in_every_block(name):
    """Arrays of more than one block come out as PyTorch's in every place."""
    rng = np.random.default_rng(3)
    input, grad = rng.normal(size=(2, 3, 101, 97)).transpose(3, 1, 0, 2), rng.normal(size=(97, 3, 2, 101))
    forward, backward, _ = _ours(name)
    wanted, (wanted_grad,) = autograd(getattr(F, name), [input], grad)
    agree(forward(input), wanted)
    agree(backward(grad, input), wanted_grad)


@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 5e-16), ("float32", 2e-7)])
def test_erf_is_as_accurate_as_it_says(dtype, tolerance):
    """The error function is within its stated distance of the standard library's, and odd."""
    x = np.concatenate([np.linspace(-8, 8, 40_001), np.linspace(-0.5, 0.5, 20_001), [-1e3, 1e-20, 1e3]]).astype(dtype)
    exact = np.array([math.erf(value) for value in x])
    assert np.abs(erf(x) - exact).max() <= tolerance
    assert (erf(-x) == -erf(x)).all()


def test_gelu_of_float32_is_as_accurate_as_it_says():
    """In float32 GELU errs by less than 8e-7, or that share of a larger result; its slope errs by less than 8e-7."""
    x = np.concatenate([np.linspace(-12, 12, 40_001), np.logspace(-40, 37, 1_000)]).astype(np.float32)
    cdf = np.array([math.erfc(-value / math.sqrt(2)) / 2 for value in x.astype(np.float64)])
    exact = x * cdf
    assert (np.abs(gelu.gelu(x) - exact) <= 8e-7 * np.clip(exact, 1, None)).all()
    slope = cdf + x * np.exp(-np.square(x.astype(np.float64)) / 2) / math.sqrt(2 * math.pi)
    np.testing.assert_allclose(gelu.gelu_backward(np.ones_like(x), x), slope, rtol=0, atol=8e-7)


def test_tiny_sigmoids_keep_their_digits():
    """sigmoid(-700) is right to the last digits, not zero, and 1 - sigmoid does not replace it."""
    np.testing.assert_allclose(smooth_activation.sigmoid(np.array([-700.0, -40.0])), [math.exp(-700), math.exp(-40)])


@pytest.mark.parametrize("name", [name for name in KINDS if name not in ("relu", "relu6", "sigmoid", "tanh")])
def test_integers_are_refused(name):
    """Where PyTorch has no form for integers there is none here, and the sentence says what is expected."""
    both_refuse(
        lambda: _ours(name)[0](np.array([1, 2])),
        lambda: getattr(F, name)(torch.tensor([1, 2])),
        says="input has dtype int64",
    )


@pytest.mark.parametrize("name", KINDS)
def test_other_things_are_refused(name):
    """Lists are not arrays; bool has no activation; a gradient has the shape and dtype of its layer."""
    forward, backward, _ = _ours(name)
    both_refuse(lambda: forward([1.0]), lambda: getattr(F, name)([1.0]), says="input is a list")
    with pytest.raises(TypeError, match="input has dtype bool"):
        forward(np.array([True]))
    with pytest.raises(ValueError, match=r"grad_output has shape \(2,\)"):
        backward(np.zeros(2), np.zeros(3))
    with pytest.raises(TypeError, match="grad_output has dtype float32"):
        backward(np.zeros(3, np.float32), np.zeros(3))


def test_unknown_options_are_refused():
    """A third form of GELU and a slope that is not a number are refused by both."""
    x = np.zeros(2)
    both_refuse(lambda: gelu.gelu(x, "erf"), lambda: F.gelu(tensor(x), approximate="erf"), says="approximate is 'erf'")
    both_refuse(
        lambda: activation.leaky_relu(x, "0.1"), lambda: F.leaky_relu(tensor(x), "0.1"), says="negative_slope is '0.1'"
    )
    with pytest.raises(ValueError, match="approximate is None"):
        gelu.gelu_backward(x, x, None)
