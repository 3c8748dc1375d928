"""The cells of recurrent layers against PyTorch's, forwards and backwards, and the calls that both refuse."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from course import functional

CELLS = {
    "rnn_cell": (1, torch.rnn_tanh_cell),
    "gru_cell": (3, torch.gru_cell),
    "lstm_cell": (4, lambda x, h, c, *parameters: torch.lstm_cell(x, (h, c), *parameters)),
}
TOLERANCES = {"float64": {"rtol": 1e-9, "atol": 1e-9}, "float32": {"rtol": 1e-5, "atol": 1e-5}}


def arrays(name, n, f, d, seed, dtype="float64", scale=1.0, biases=True):
    """Draw the arguments of a cell; they can't be written to."""
    rng = np.random.default_rng(seed)
    rows = CELLS[name][0] * d
    states = [(n, d)] * (2 if name == "lstm_cell" else 1)
    shapes = [(n, f), *states, (rows, f), (rows, d), *([(rows,)] * 2 if biases else [])]
    drawn = [np.asarray(scale * rng.normal(size=shape), dtype) for shape in shapes]
    for array in drawn:
        array.flags.writeable = False
    return drawn


def listed(result):
    return list(result) if isinstance(result, tuple) else [result]


@given(
    name=st.sampled_from(sorted(CELLS)),
    sizes=st.tuples(*[st.integers(1, 5)] * 3),
    seed=st.integers(0, 2**32 - 1),
    dtype=st.sampled_from(sorted(TOLERANCES)),
    scale=st.sampled_from([0.3, 1.0, 20.0]),
    biases=st.booleans(),
)
def test_each_cell_and_its_backward_is_pytorchs(name, sizes, seed, dtype, scale, biases):
    """Values, gradients of every argument, and dtype agree; gates may be nearly 0 or 1."""
    given_arrays = arrays(name, *sizes, seed, dtype, scale, biases)
    leaves = [torch.tensor(array, requires_grad=True) for array in given_arrays]
    theirs = listed(CELLS[name][1](*leaves))
    ours = listed(getattr(functional, name)(*given_arrays))
    grads = [np.asarray(np.random.default_rng(seed).normal(size=out.shape), dtype) for out in ours]
    found = getattr(functional, f"{name}_backward")(*grads, *given_arrays)
    wanted = torch.autograd.grad(theirs, leaves, [torch.tensor(grad) for grad in grads])
    tolerance = {key: value * max(1.0, scale) for key, value in TOLERANCES[dtype].items()}
    for one, other in zip([*ours, *found[: len(wanted)]], [*theirs, *wanted], strict=True):
        assert str(one.dtype) == dtype
        np.testing.assert_allclose(one, other.detach().numpy(), **tolerance)


@pytest.mark.parametrize("name", CELLS)
def test_float16_comes_out_as_it_went_in(name):
    """Computed in float32, and rounded once."""
    narrow = arrays(name, 3, 4, 2, seed=0, dtype="float16")
    for one, other in zip(
        listed(getattr(functional, name)(*narrow)),
        listed(getattr(functional, name)(*(array.astype(np.float32) for array in narrow))),
        strict=True,
    ):
        assert one.dtype == np.float16
        np.testing.assert_array_equal(one, other.astype(np.float16))


@pytest.mark.parametrize("name", CELLS)
def test_infinities_warn_nobody(name):
    """The largest numbers close and open gates, without a warning of NumPy's."""
    for value in (np.inf, -np.inf, np.nan, 1e300):
        x, *others = arrays(name, 2, 3, 2, seed=1)
        outputs = listed(getattr(functional, name)(np.full_like(x, value), *others))
        getattr(functional, f"{name}_backward")(*outputs, np.full_like(x, value), *others)


@pytest.mark.parametrize(
    ("place", "shape", "message"),
    [
        (0, (3, 4), r"input has shape \(3, 4\); \(2, 4\) is expected\."),
        (0, (4,), r"input has shape \(4,\); 2 axes are expected\."),
        (1, (2, 4), r"weight_ih has shape \(9, 4\); \(12, 4\) is expected\."),
        (2, (9, 3), r"weight_ih has shape \(9, 3\); \(9, 4\) is expected\."),
        (3, (9, 2), r"weight_hh has shape \(9, 2\); \(9, 3\) is expected\."),
        (4, (3,), r"bias_ih has shape \(3,\); \(9,\) is expected\."),
        (5, (9, 1), r"bias_hh has shape \(9, 1\); \(9,\) is expected\."),
    ],
)
def test_shapes_that_do_not_fit_are_refused(place, shape, message):
    """By PyTorch, too; ours names the argument and says what it should be."""
    drawn = arrays("gru_cell", 2, 4, 3, seed=2)
    drawn[place] = np.zeros(shape)
    with pytest.raises((RuntimeError, IndexError)):
        torch.gru_cell(*map(torch.tensor, drawn))
    with pytest.raises(ValueError, match=message):
        functional.gru_cell(*drawn)


def test_a_cell_state_or_a_gradient_of_another_shape_is_refused():
    """Each is named."""
    x, h, c, *parameters = arrays("lstm_cell", 2, 4, 3, seed=3)
    with pytest.raises(ValueError, match=r"cx has shape \(2, 2\); \(2, 3\) is expected\."):
        functional.lstm_cell(x, h, c[:, :2], *parameters)
    with pytest.raises(ValueError, match=r"grad_c has shape \(1, 3\); \(2, 3\) is expected\."):
        functional.lstm_cell_backward(h, c[:1], x, h, c, *parameters)
    with pytest.raises(TypeError, match=r"cx has dtype float32 and input has float64; both must be the same\."):
        functional.lstm_cell(x, h, c.astype(np.float32), *parameters)
