"""What compares a layer with PyTorch's does refuse differences."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
import torch

# importlib mode has no package to import a neighbour from
_spec = importlib.util.spec_from_file_location("comparing", Path(__file__).with_name("comparing.py"))
comparing = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(comparing)

inf, nan = np.inf, np.nan


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16"])
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ([1, 2], [1, 2.1]),
        ([1, inf], [1, 2]),
        ([1, 2], [1, inf]),
        ([1, -inf], [1, inf]),
        ([1, nan], [1, 2]),
        ([1, 2], [1, nan]),
    ],
)
def test_a_difference_is_seen(ours, theirs, dtype):
    """Between numbers, and between a number and what is none."""
    with pytest.raises(AssertionError, match="Not equal to tolerance"):
        comparing.agree(np.array(ours, dtype), torch.tensor(theirs, dtype=getattr(torch, dtype)))


@pytest.mark.parametrize("values", [[], [1, 2], [0, nan], [inf, -inf, 1]])
def test_equal_values_agree(values):
    """NaN is NaN, and infinity is infinity."""
    comparing.agree(np.array(values, np.float32), torch.tensor(values, dtype=torch.float32))


def test_the_tolerance_is_the_dtypes():
    """What is close in float32 is not in float64, nor where integers are expected."""
    comparing.agree(np.array([1 + 1e-6], np.float32), torch.tensor([1.0]))
    for ours in (np.array([1 + 1e-6]), np.array([2])):
        with pytest.raises(AssertionError):
            comparing.agree(ours, torch.tensor([1]).to(getattr(torch, str(ours.dtype))))


def test_a_shape_or_dtype_that_differs_is_seen():
    """Also where the values are the same."""
    for ours in (np.ones((1, 1)), np.ones(1, np.float32)):
        with pytest.raises(AssertionError):
            comparing.agree(ours, torch.ones(1, dtype=torch.float64))
