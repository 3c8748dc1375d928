"""How a layer is compared with PyTorch's: random arrays that can't be written to, values, gradients, refusals."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import strategies as st

# float16: PyTorch rounds after each operation where a layer is made of several
TOLERANCES = {
    "float64": {"rtol": 1e-9, "atol": 1e-9},
    "float32": {"rtol": 1.3e-6, "atol": 1e-5},
    "float16": {"rtol": 5e-3, "atol": 5e-3},
}
DTYPES = st.sampled_from(["float64", "float64", "float64", "float32", "float16"])
SHAPES = st.lists(st.integers(0, 5), max_size=4).map(tuple)


@st.composite
def values(
    draw: st.DrawFn, shape: tuple[int, ...], dtype: str = "float64", scale: float = 2.0, wild: bool = True
) -> np.ndarray:
    """Draw a read-only array: plain, transposed or strided, if wild now and then with large values and zeros."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    array = rng.normal(0.0, scale, shape)
    if wild and draw(st.integers(0, 4)) == 0:
        array = array.round() * draw(st.sampled_from([1.0, 30.0]))
    array = np.asarray(array).astype(dtype)
    layout = draw(st.sampled_from(["plain", "transposed", "strided"]))
    if layout == "transposed":
        array = np.ascontiguousarray(array.T).T.reshape(shape)
    if layout == "strided" and shape:
        array = np.repeat(array, 2, axis=-1)[..., ::2]
    array.flags.writeable = False
    return array


def tensor(array: Any) -> Any:
    """Give an array as a new tensor, and anything else as it is."""
    return torch.from_numpy(np.array(array)) if isinstance(array, np.ndarray) else array


def exact(array: Any) -> Any:
    """Give a float16 array as float64: where PyTorch rounds after each of many steps, its float64 is the measure."""
    return array.astype(np.float64) if isinstance(array, np.ndarray) and array.dtype == np.float16 else array


def agree(ours: np.ndarray | None, theirs: torch.Tensor | None, scale: float = 1.0) -> None:
    """Assert that both are missing, or of one shape, one dtype and the same values; nan is nan. See also `exact`.

    Where factors as large as `scale` are in the values, so are they in what rounding leaves of a difference.
    """
    if theirs is None or ours is None:
        assert ours is theirs
        return
    assert isinstance(ours, np.ndarray)
    if ours.dtype == np.float16 and theirs.dtype == torch.float64:
        theirs = theirs.half()
    expected = theirs.detach().numpy()
    assert (ours.shape, ours.dtype) == (expected.shape, expected.dtype)
    tolerance = TOLERANCES.get(str(expected.dtype), {"rtol": 0.0, "atol": 0.0})
    rtol, atol = tolerance["rtol"], tolerance["atol"] * scale
    if not _are_near(ours, expected, rtol, atol):
        np.testing.assert_allclose(ours, expected, rtol, atol, equal_nan=True)


def _are_near(ours: np.ndarray, expected: np.ndarray, rtol: float, atol: float) -> bool:
    """See in a tenth of the time what `assert_allclose` would see, where all that is expected is finite."""
    if expected.dtype.kind != "f" or not np.isfinite(expected).all():
        return False
    with np.errstate(all="ignore"):
        return bool((abs(ours - expected) <= atol + rtol * abs(expected)).all())


def autograd(
    function: Callable[..., torch.Tensor], arrays: Sequence[np.ndarray | None], grad_output: np.ndarray | None = None
) -> tuple[torch.Tensor, list[torch.Tensor | None]]:
    """Give PyTorch's output and the gradient of each array, None for each that is missing or has integers."""
    leaves = [tensor(array) for array in arrays]
    wanted = [leaf.requires_grad_() for leaf in leaves if leaf is not None and leaf.is_floating_point()]
    output = function(*leaves)
    grads = iter(torch.autograd.grad(output, wanted, None if grad_output is None else tensor(grad_output)))
    return output, [None if leaf is None or not leaf.requires_grad else next(grads) for leaf in leaves]


def both_refuse(ours: Callable[[], Any], theirs: Callable[[], Any], *, says: str) -> None:
    """Assert that PyTorch refuses a call, and that we do with a sentence that names the argument."""
    with pytest.raises((RuntimeError, ValueError, TypeError, IndexError, AttributeError, AssertionError)):
        theirs()
    with pytest.raises((ValueError, TypeError, IndexError), match=says) as refusal:
        ours()
    assert str(refusal.value).endswith(".")
