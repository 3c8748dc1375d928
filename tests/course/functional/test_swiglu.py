"""The gated feed-forward part against PyTorch's linear and silu, and the calls that are refused."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from course import functional

TOLERANCE = {"float64": 1e-9, "float32": 1e-4}


@given(
    batch=st.lists(st.integers(0, 3), max_size=2),
    size=st.integers(1, 4),
    hidden=st.integers(1, 5),
    scale=st.sampled_from([0.3, 1.0, 10.0]),
    seed=st.integers(0, 2**32 - 1),
    dtype=st.sampled_from(sorted(TOLERANCE)),
)
def test_values_and_gradients_are_pytorchs(batch, size, hidden, scale, seed, dtype):
    """Any axes in front, empty ones too, and gates far from 0."""
    rng = np.random.default_rng(seed)
    shapes = ((*batch, size), (hidden, size), (hidden, size), (size, hidden))
    arrays = [np.asarray(scale * rng.normal(size=shape), dtype) for shape in shapes]
    leaves = [torch.tensor(array, requires_grad=True) for array in arrays]
    x, gate, up, down = leaves
    wanted = F.linear(F.silu(F.linear(x, gate)) * F.linear(x, up), down)
    found = functional.swiglu(*arrays)
    assert found.dtype == dtype
    tolerance = {"rtol": TOLERANCE[dtype], "atol": TOLERANCE[dtype] * scale**5}
    np.testing.assert_allclose(found, wanted.detach().numpy(), **tolerance)
    grad = np.asarray(rng.normal(size=wanted.shape), dtype)
    wanted_grads = torch.autograd.grad(wanted, leaves, torch.tensor(grad))
    for one, other in zip(functional.swiglu_backward(grad, *arrays), wanted_grads, strict=True):
        assert one.dtype == dtype
        np.testing.assert_allclose(one, other.numpy(), **tolerance)


def test_gates_of_any_size_are_finite():
    """A gate of -1000 passes nothing, and one of 1000 everything."""
    gates = np.array([[-1000.0], [1000.0]])
    one = np.ones((1, 1))
    np.testing.assert_allclose(functional.swiglu(gates, one, one, one), [[0.0], [1e6]])


@pytest.mark.parametrize(
    ("shapes", "message"),
    [
        (((2, 3), (4, 2), (4, 3), (3, 4)), r"w_gate has shape \(4, 2\); \(4, 3\) is expected"),
        (((2, 3), (5, 3), (4, 3), (3, 5)), r"w_gate has shape \(5, 3\); \(4, 3\) is expected"),
        (((2, 3), (4, 3), (4, 2), (3, 4)), r"w_up has shape \(4, 2\); \(4, 3\) is expected"),
        (((2, 3), (4, 3), (4, 3), (3, 5)), r"w_down has shape \(3, 5\); \(3, 4\) is expected"),
    ],
)
def test_shapes_that_do_not_fit_are_refused_by_name(shapes, message):
    """The message says which shape is expected."""
    with pytest.raises(ValueError, match=message):
        functional.swiglu(*map(np.zeros, shapes))


def test_one_dtype_is_wanted_and_a_gradient_of_the_output_s_shape():
    """As in the other layers."""
    arrays = [np.zeros(shape) for shape in ((2, 3), (4, 3), (4, 3), (3, 4))]
    with pytest.raises(TypeError, match="w_up has dtype float32"):
        functional.swiglu(arrays[0], arrays[1], arrays[2].astype(np.float32), arrays[3])
    with pytest.raises(ValueError, match=r"grad_output has shape \(3, 3\); \(2, 3\) is expected"):
        functional.swiglu_backward(np.zeros((3, 3)), *arrays)
