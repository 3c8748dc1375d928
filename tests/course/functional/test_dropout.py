"""Dropout: what PyTorch's mask gives, what the mask itself must be, and its gradient."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from course.functional.dropout import dropout, dropout_backward, dropout_mask


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


@given(data=st.data(), p=st.sampled_from([0.0, 0.1, 0.5, 0.75, 0.9, 1.0]), seed=st.integers(0, 2**32 - 1))
def test_dropout_is_its_mask_scaled(data, p, seed):
    """With the mask that the same generator draws, output and gradient are what PyTorch computes from that mask."""
    shape, dtype = data.draw(comparing.SHAPES), data.draw(comparing.DTYPES)
    input = data.draw(values(shape, dtype))
    mask = dropout_mask(shape, p, np.random.default_rng(seed))
    scale = 1 / (1 - p) if p < 1 else 0.0
    wanted = torch.ops.aten.native_dropout_backward(tensor(input), tensor(mask), scale)
    output = dropout(input, p, rng=np.random.default_rng(seed))
    agree(output, wanted)
    agree(dropout_backward(input, mask, p), wanted)
    if p not in (0, 1):
        assert ((output != 0) == (mask & (input != 0))).all()


@given(data=st.data(), p=st.floats(0, 1))
def test_evaluation_changes_nothing_and_draws_nothing(data, p):
    """In evaluation the output equals the input, is a new array, and the generator stays where it was."""
    input = data.draw(values(data.draw(comparing.SHAPES), data.draw(comparing.DTYPES)))
    rng = np.random.default_rng(5)
    output = dropout(input, p, training=False, rng=rng)
    agree(output, F.dropout(tensor(input), p, training=False))
    assert not np.shares_memory(output, input)
    assert rng.random() == np.random.default_rng(5).random()


@pytest.mark.parametrize("p", [0.05, 0.3, 0.5, 0.8])
def test_share_and_mean_are_those_of_the_probability(p):
    """Of 200,000 values a share p is dropped and the mean stays 1, both within four standard errors."""
    count = 200_000
    output = dropout(np.ones(count), p, rng=np.random.default_rng(11))
    error = np.sqrt(p * (1 - p) / count)
    assert abs((output == 0).mean() - p) < 4 * error
    assert abs(output.mean() - 1) < 4 * error / (1 - p)
    np.testing.assert_allclose(np.unique(output), [0, 1 / (1 - p)])


def test_values_are_dropped_independently():
    """Every sample, row and column has its own mask: neighbours agree as often as strangers do."""
    mask = dropout_mask((40, 50, 60), 0.5, np.random.default_rng(2))
    for axis in range(3):
        same = (mask == np.roll(mask, 1, axis=axis)).mean()
        assert abs(same - 0.5) < 4 * 0.5 / np.sqrt(mask.size)


def test_ends_of_the_probability():
    """p=0 keeps all, p=1 drops all; infinities under p=1 are nan, as in PyTorch, since 0 times infinity is."""
    input = np.array([1.0, -2.0, 3.0])
    agree(dropout(input, 0.0), F.dropout(tensor(input), 0.0))
    agree(dropout(input, 1.0), F.dropout(tensor(input), 1.0))
    assert dropout_mask((1000,), 0.0).all()
    assert not dropout_mask((1000,), 1.0).any()


def test_two_calls_differ_without_a_generator_and_agree_with_one_seed():
    """Without rng each call draws again; with generators of one seed the masks are the same."""
    assert (dropout(np.ones(200)) != dropout(np.ones(200))).any()
    draws = [dropout(np.ones(200), rng=np.random.default_rng(9)) for _ in range(2)]
    np.testing.assert_array_equal(*draws)


def test_dropout_refuses_what_pytorch_refuses():
    """Probabilities outside 0 .. 1 also in evaluation, what is not a number, and integers."""
    x = np.ones(3)
    for p in (1.5, -0.1, float("nan")):
        both_refuse(lambda p=p: dropout(x, p), lambda p=p: F.dropout(tensor(x), p), says=f"p is {p}")
    both_refuse(lambda: dropout(x, 2, False), lambda: F.dropout(tensor(x), 2, False), says="p is 2")
    both_refuse(lambda: dropout(x, "a"), lambda: F.dropout(tensor(x), "a"), says="p is 'a'")
    both_refuse(
        lambda: dropout(np.ones(3, int)), lambda: F.dropout(tensor(np.ones(3, int))), says="input has dtype int64"
    )


def test_mixed_up_arguments_are_refused():
    """A seed for a generator, a generator for `training`, a mask of another shape."""
    x = np.ones(3)
    with pytest.raises(TypeError, match=r"rng is a int; a numpy.random.Generator"):
        dropout(x, rng=3)
    with pytest.raises(TypeError, match="training is "):
        dropout(x, 0.5, np.random.default_rng())
    with pytest.raises(ValueError, match=r"mask has shape \(2,\); \(3,\) is expected"):
        dropout_backward(x, np.ones(2, bool), 0.5)
    with pytest.raises(TypeError, match="mask is float64; an array of bool is expected"):
        dropout_backward(x, np.ones(3), 0.5)
