"""Scaled dot-product attention against PyTorch's, forwards and backwards, and sinusoidal positions."""

import importlib.util
import math
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from course.functional.attention import scaled_dot_product_attention, scaled_dot_product_attention_backward
from course.functional.dropout import dropout_mask
from course.functional.positional_encoding import positional_encoding


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


def _hidden(rng, mask):
    """Give a float mask in which about a third is hidden."""
    return np.where(rng.random(mask.shape) < 0.35, -np.inf, mask).astype(mask.dtype)


@st.composite
def _calls(draw):
    dtype = draw(comparing.DTYPES)
    length, source, size, out = (draw(st.integers(low, 5)) for low in (0, 0, 1, 0))
    batch = draw(st.sampled_from([(), (2,), (2, 3), (1, 2, 2), (0, 2)]))
    options = {"scale": draw(st.sampled_from([None, None, 0.3, -1.0, 0.0]))}
    heads = batch
    if len(batch) >= 2 and draw(st.booleans()):
        options["enable_gqa"] = True
        heads, batch = batch, (*batch[:-1], batch[-1] * draw(st.integers(1, 3)))
    scores = (*batch, length, source)
    mask = draw(st.sampled_from(["none", "none", "causal", "bool", "float"]))
    options["is_causal"] = mask == "causal"
    if mask == "causal" and options["scale"] == -1.0:
        del options["scale"]  # see test_a_negative_scale_hides_what_is_masked
    if mask in ("bool", "float"):
        kept = scores[draw(st.integers(0, len(scores) - 2)) :]
        shape = tuple(draw(st.sampled_from([1, size, size])) for size in kept)
        rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
        hidden = _hidden(rng, draw(values(shape, dtype, 1.0, wild=False)))
        options["attn_mask"] = hidden if mask == "float" else ~np.isinf(hidden)
    query = draw(values((*batch, length, size), dtype, 1.0, wild=False))
    key, value = (
        draw(values((*heads, source, size), dtype, 1.0, wild=False)),
        draw(values((*heads, source, out), dtype, 1.0, wild=False)),
    )
    return query, key, value, options


@given(call=_calls(), data=st.data())
def test_attention_equals_pytorch(call, data):
    """Output and gradients are PyTorch's: masks, causal, scale, grouped heads, nothing to look at, nothing at all."""
    query, key, value, options = call
    grad = data.draw(values((*query.shape[:-1], value.shape[-1]), str(query.dtype), 1.0, wild=False))
    torchs = {name: tensor(option) for name, option in options.items()}
    wanted, wanted_grads = autograd(
        lambda q, k, v: F.scaled_dot_product_attention(q, k, v, **torchs), [query, key, value], grad
    )
    agree(scaled_dot_product_attention(query, key, value, **options), wanted)
    ours = scaled_dot_product_attention_backward(grad, query, key, value, **options)
    for found, theirs in zip(ours, wanted_grads, strict=True):
        agree(found, theirs)


@pytest.mark.parametrize(
    ("query", "key", "value"),
    [
        ((2, 3, 4, 5), (1, 3, 6, 5), (1, 3, 6, 2)),
        ((2, 3, 4, 5), (6, 5), (6, 2)),
        ((1, 3, 4, 5), (1, 3, 6, 5), (2, 3, 6, 2)),
        ((4, 5), (2, 1, 6, 5), (2, 3, 6, 2)),
    ],
)
def test_missing_heads_are_broadcast(query, key, value):
    """Keys for all samples, values for all heads: what is shared gets the sum of the gradients."""
    rng = np.random.default_rng(4)
    arrays = [rng.normal(size=shape) for shape in (query, key, value)]
    wanted = F.scaled_dot_product_attention(*map(tensor, arrays))
    grad = rng.normal(size=wanted.shape)
    _, wanted_grads = autograd(F.scaled_dot_product_attention, arrays, grad)
    agree(scaled_dot_product_attention(*arrays), wanted)
    for ours, theirs in zip(scaled_dot_product_attention_backward(grad, *arrays), wanted_grads, strict=True):
        agree(ours, theirs)


@pytest.mark.parametrize("kind", ["bool", "float"])
def test_queries_that_may_look_nowhere_give_zeros(kind):
    """A fully masked row is zero, not nan, and so are its gradients, as in PyTorch."""
    rng = np.random.default_rng(0)
    query, key, value, grad = (rng.normal(size=(2, 3, 4)) for _ in range(4))
    mask = np.array([[True, False, True], [False, False, False], [True, True, True]])
    if kind == "float":
        mask = np.where(mask, 0.0, -np.inf)
    output = scaled_dot_product_attention(query, key, value, mask)
    assert (output[:, 1] == 0).all()
    wanted, wanted_grads = autograd(
        lambda q, k, v: F.scaled_dot_product_attention(q, k, v, tensor(mask)), [query, key, value], grad
    )
    agree(output, wanted)
    ours = scaled_dot_product_attention_backward(grad, query, key, value, mask)
    for found, theirs in zip(ours, wanted_grads, strict=True):
        agree(found, theirs)


def test_a_negative_scale_hides_what_is_masked():
    """Some of PyTorch's kernels scale after they mask, which turns -inf into inf, and give NaN."""
    rng = np.random.default_rng(0)
    query, key, value = (rng.normal(size=(2, 3, 4, 5)) for _ in range(3))
    arrays = tuple(map(tensor, (query, key, value)))
    assert F.scaled_dot_product_attention(*arrays, is_causal=True, scale=-1.0).isnan().any()
    agree(
        scaled_dot_product_attention(query, key, value, is_causal=True, scale=-1.0),
        F.scaled_dot_product_attention(-arrays[0], *arrays[1:], is_causal=True, scale=1.0),
    )


def test_large_scores_do_not_overflow():
    """Scores in the thousands choose one key, without a warning."""
    eye = 1000 * np.eye(3)
    agree(
        scaled_dot_product_attention(eye, eye, np.eye(3)),
        F.scaled_dot_product_attention(tensor(eye), tensor(eye), tensor(np.eye(3))),
    )


def test_dropout_drops_weights():
    """With p the weights go through dropout, and the gradients through the same mask, drawn again by the same seed."""
    rng = np.random.default_rng(8)
    query, key, value, grad = (rng.normal(size=(2, 5, 4)) for _ in range(4))
    mask = dropout_mask((2, 5, 5), 0.4, np.random.default_rng(1))

    def attend(q, k, v):
        weights = torch.softmax(q @ k.mT / 2, -1) * tensor(mask) / 0.6
        return weights @ v

    wanted, wanted_grads = autograd(attend, [query, key, value], grad)
    agree(scaled_dot_product_attention(query, key, value, dropout_p=0.4, rng=np.random.default_rng(1)), wanted)
    ours = scaled_dot_product_attention_backward(grad, query, key, value, dropout_p=0.4, rng=np.random.default_rng(1))
    for found, theirs in zip(ours, wanted_grads, strict=True):
        agree(found, theirs)
    assert (scaled_dot_product_attention(query, key, value, dropout_p=1.0) == 0).all()
    with pytest.raises(ValueError, match="rng is None; with dropout"):
        scaled_dot_product_attention_backward(grad, query, key, value, dropout_p=0.4)


Q, K, V = np.zeros((2, 3, 4)), np.zeros((2, 5, 4)), np.zeros((2, 5, 6))
REFUSALS = [
    ((np.zeros(4), K, V), {}, r"query has shape \(4,\); at least 2 axes"),
    ((Q, np.zeros((2, 5, 3)), V), {}, r"key has shape \(2, 5, 3\) and query"),
    ((Q, K, np.zeros((2, 4, 6))), {}, r"value has shape \(2, 4, 6\) and key"),
    ((Q, np.zeros((3, 5, 4)), np.zeros((3, 5, 6))), {}, r"the axes before the last two"),
    ((Q, K.astype(np.float32), V), {}, "key has dtype float32"),
    ((Q.astype(int), K.astype(int), V.astype(int)), {}, "query has dtype int64"),
    ((Q, K, V, np.ones((3, 4), bool)), {}, r"attn_mask has shape \(3, 4\)"),
    ((Q, K, V, np.ones((7, 2, 3, 5), bool)), {}, r"attn_mask has shape \(7, 2, 3, 5\)"),
    ((Q[None], K[None], V[None], np.array(True)), {}, r"attn_mask has shape \(\)"),
    ((Q[None], K[None], V[None], np.ones(5, bool)), {}, r"attn_mask has shape \(5,\)"),
    ((Q, K, V, np.ones((3, 5), int)), {}, "attn_mask is int64"),
    ((Q, K, V, np.ones((3, 5), bool)), {"is_causal": True}, "only one of them"),
    ((Q, K, V), {"dropout_p": 1.5}, "dropout_p is 1.5"),
    ((Q, K, V), {"scale": "a"}, "scale is 'a'"),
    ((np.zeros((2, 6, 3, 4)), np.zeros((2, 4, 5, 4)), np.zeros((2, 4, 5, 6))), {"enable_gqa": True}, "key has 4 heads"),
    ((Q[0], K[0], V[0]), {"enable_gqa": True}, "at least 3 axes"),
]


@pytest.mark.parametrize(("arguments", "options", "says"), REFUSALS)
def test_attention_refuses_what_pytorch_refuses(arguments, options, says):
    """Both refuse, forwards; ours backwards as well, and says which argument it is."""
    both_refuse(
        lambda: scaled_dot_product_attention(*arguments, **options),
        lambda: F.scaled_dot_product_attention(*map(tensor, arguments), **options),
        says=says,
    )
    with pytest.raises((ValueError, TypeError), match=says):
        scaled_dot_product_attention_backward(np.zeros((2, 3, 6)), *arguments, **options)


def test_gradient_of_another_shape_is_refused():
    """The gradient must look like the output."""
    with pytest.raises(ValueError, match=r"grad_output has shape \(2, 3, 4\); \(2, 3, 6\) is expected"):
        scaled_dot_product_attention_backward(Q, Q, K, V)


@given(length=st.integers(0, 40), dim=st.integers(0, 17))
def test_positions_follow_the_paper(length, dim):
    """Each entry is the sine or cosine of the paper's formula, also for an odd number of columns."""
    found = positional_encoding(length, dim)
    assert found.shape == (length, dim)
    for position in range(length):
        for column in range(dim):
            angle = position / 10000 ** (2 * (column // 2) / dim)
            wanted = math.cos(angle) if column % 2 else math.sin(angle)
            assert abs(found[position, column] - wanted) < 1e-12


def test_positions_need_whole_numbers():
    """A length of 2.5 or of -1 is refused by name."""
    with pytest.raises(TypeError, match=r"length is 2\.5"):
        positional_encoding(2.5, 4)
    with pytest.raises(ValueError, match="dim is -1"):
        positional_encoding(2, -1)
