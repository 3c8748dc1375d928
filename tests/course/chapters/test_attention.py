"""What no oracle checks in chapter 13: masks, heads and multi-head attention, compared with PyTorch."""

import numpy as np
import pytest
import torch

import course
from course.checking.findings import Outcome

X = np.random.default_rng(0).normal(size=(2, 5, 12))
HEADS = (1, 2, 3, 12)


def reference(name):
    return course.exercises[name].reference


@pytest.mark.parametrize("length", range(6))
def test_causal_mask_is_the_lower_triangle(length):
    """PyTorch's tril of an array of True is the same mask, also for no words at all."""
    ours = reference("causal_mask")(length)
    assert ours.dtype == bool
    np.testing.assert_array_equal(ours, torch.ones(length, length, dtype=torch.bool).tril().numpy())


def test_causal_mask_does_what_is_causal_does():
    """Given as attn_mask to PyTorch's function, it gives what is_causal gives."""
    x = torch.from_numpy(X)
    attend = torch.nn.functional.scaled_dot_product_attention
    mask = torch.from_numpy(reference("causal_mask")(5))
    torch.testing.assert_close(attend(x, x, x, attn_mask=mask), attend(x, x, x, is_causal=True))


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (lambda length: np.tri(length, dtype=bool).tolist(), None),
        (lambda length: tuple(map(tuple, np.tri(length, dtype=bool))), None),
        (lambda length: np.tri(length, dtype=int), Outcome.WRONG_VALUES),
        (lambda length: [[True] * (i + 1) for i in range(length)], Outcome.WRONG_TYPE),
        (lambda length: [np.tri(length, dtype=bool), "a mask"], Outcome.WRONG_TYPE),
        (lambda length: [], Outcome.WRONG_SHAPE),
        (lambda length: True, Outcome.WRONG_SHAPE),
        (lambda length: object(), Outcome.WRONG_TYPE),
    ],
)
def test_any_mask_may_come_back(answer, outcome):
    """Nested lists of truth values are right; numbers, rows of different lengths and strange things are not."""
    report = course.assess(answer, "causal_mask")
    assert report.passed == (outcome is None), str(report)
    assert outcome is None or report.outcome == outcome, str(report)


@pytest.mark.parametrize("num_heads", HEADS)
def test_split_heads_is_pytorchs_chunks_stacked(num_heads):
    """Head i is the i-th chunk of the last axis."""
    theirs = torch.stack(torch.from_numpy(X).chunk(num_heads, dim=-1), dim=1)
    np.testing.assert_array_equal(reference("split_heads")(X, num_heads), theirs.numpy())


@pytest.mark.parametrize("num_heads", HEADS)
def test_merge_heads_undoes_it(num_heads):
    """What PyTorch's chunks were stacked to is put together as PyTorch's cat does it."""
    stacked = torch.stack(torch.from_numpy(X).chunk(num_heads, dim=-1), dim=1)
    np.testing.assert_array_equal(reference("merge_heads")(stacked.numpy()), torch.cat(stacked.unbind(1), -1).numpy())
    np.testing.assert_array_equal(reference("merge_heads")(stacked.numpy()), X)


@pytest.mark.parametrize("seed", range(10))
def test_multi_head_attention_is_pytorchs_module(seed):
    """In every case, the module with these parameters and batch_first=True gives the same output."""
    name = "multi_head_attention"
    for index, case in enumerate(course.exercises[name].cases):
        arguments = case.draw(np.random.default_rng([seed, index]))
        ours = reference(name)(**arguments)
        query, key, value = (torch.from_numpy(arguments[which]) for which in ("query", "key", "value"))
        module = torch.nn.MultiheadAttention(
            query.shape[-1], arguments["num_heads"], batch_first=True, dtype=torch.float64
        )
        own = {"in_proj_weight", "in_proj_bias", "out_proj_weight", "out_proj_bias"}
        module.load_state_dict(
            {name.replace("out_proj_", "out_proj."): torch.from_numpy(arguments[name]) for name in own}
        )
        theirs, _ = module(query, key, value)
        np.testing.assert_allclose(ours, theirs.detach().numpy(), atol=1e-10)
