"""Rotary positions against a product of complex numbers in PyTorch, and the calls that are refused."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from course import functional

TOLERANCE = {"float64": 1e-9, "float32": 1e-5}


def complex_product(x, positions, base):
    half = x.shape[-1] // 2
    angles = torch.outer(positions.double(), float(base) ** (-torch.arange(half).double() / half))
    z = torch.complex(x[..., :half].double(), x[..., half:].double()) * torch.polar(torch.ones_like(angles), angles)
    return torch.cat([z.real, z.imag], dim=-1).to(x.dtype)


@given(
    batch=st.lists(st.integers(1, 3), max_size=2),
    length=st.integers(0, 5),
    half=st.integers(1, 4),
    base=st.floats(1.5, 1e6),
    seed=st.integers(0, 2**32 - 1),
    dtype=st.sampled_from(sorted(TOLERANCE)),
)
def test_values_and_gradients_are_those_of_the_product(batch, length, half, base, seed, dtype):
    """Any axes in front, any positions, also negative ones."""
    rng = np.random.default_rng(seed)
    x, grad = (np.asarray(rng.normal(size=(*batch, length, 2 * half)), dtype) for _ in range(2))
    positions = rng.integers(-50, 50, size=length)
    leaf = torch.tensor(x, requires_grad=True)
    wanted = complex_product(leaf, torch.tensor(positions), base)
    found = functional.rotary_embedding(x, positions, base)
    assert found.dtype == x.dtype
    np.testing.assert_allclose(found, wanted.detach().numpy(), rtol=0, atol=10 * TOLERANCE[dtype])
    (wanted_grad,) = torch.autograd.grad(wanted, leaf, torch.tensor(grad))
    found_grad = functional.rotary_embedding_backward(grad, positions, base)
    np.testing.assert_allclose(found_grad, wanted_grad.numpy(), rtol=0, atol=10 * TOLERANCE[dtype])


@pytest.mark.parametrize(
    ("x", "positions", "base", "message"),
    [
        (np.zeros((2, 3)), np.arange(2), 10.0, r"x has shape \(2, 3\); at least 2 axes are expected"),
        (np.zeros(4), np.arange(4), 10.0, r"x has shape \(4,\); at least 2 axes"),
        (np.zeros((2, 4)), np.zeros(2), 10.0, r"positions is float64; an array of whole numbers is expected"),
        (np.zeros((2, 4)), [0, 1], 10.0, r"positions is list; an array of whole numbers is expected"),
        (np.zeros((2, 4)), np.arange(3), 10.0, r"positions has shape \(3,\); \(2,\) is expected"),
        (np.zeros((2, 4)), np.arange(2), 0.0, r"base is 0\.0; a positive number is expected"),
        (np.zeros((2, 4), int), np.arange(2), 10.0, r"x has dtype int64"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(x, positions, base, message):
    """Forwards; backwards goes the same way."""
    with pytest.raises((TypeError, ValueError), match=message):
        functional.rotary_embedding(x, positions, base)
