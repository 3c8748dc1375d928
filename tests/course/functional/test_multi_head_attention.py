"""Multi-head attention against PyTorch's, forwards and backwards."""

import importlib.util
import warnings
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from course.functional.dropout import dropout_factors
from course.functional.multi_head_attention import (
    multi_head_attention_forward,
    multi_head_attention_forward_backward,
)


def _comparing():
    # importlib mode has no package to import a neighbour from
    spec = importlib.util.spec_from_file_location("comparing", Path(__file__).with_name("comparing.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


comparing = _comparing()
agree, autograd, both_refuse, exact, tensor, values = (
    comparing.agree,
    comparing.autograd,
    comparing.both_refuse,
    comparing.exact,
    comparing.tensor,
    comparing.values,
)


def _call(function, arrays, num_heads, options, *, dropout_p=0.0, front=()):
    query, key, value, in_weight, in_bias, out_weight, out_bias = arrays
    return function(
        *(*front, query, key, value, query.shape[-1], num_heads, in_weight, in_bias, None, None, False, dropout_p),
        *(out_weight, out_bias),
        **options,
    )


def _torch(arrays, num_heads, options, **more):
    options = {name: tensor(exact(option)) for name, option in options.items()}
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Support for mismatched key_padding_mask and attn_mask is deprecated")
        return _call(F.multi_head_attention_forward, arrays, num_heads, options, **more)


@st.composite
def _problems(draw):
    dtype = draw(comparing.DTYPES)
    num_heads = draw(st.integers(1, 3))
    embed_dim = num_heads * draw(st.integers(1, 3))
    length, source = draw(st.integers(0, 4)), draw(st.integers(0, 4))
    batch = draw(st.sampled_from([(), (1,), (2,), (3,), (0,)]))
    shapes = [(length, *batch, embed_dim), (source, *batch, embed_dim), (source, *batch, embed_dim)]
    shapes += [(3 * embed_dim, embed_dim), (3 * embed_dim,), (embed_dim, embed_dim), (embed_dim,)]
    arrays = [draw(values(shape, dtype, 0.7, wild=False)) for shape in shapes]
    for place in (4, 6):
        if draw(st.integers(0, 3)) == 0:
            arrays[place] = None
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    options = {name: draw(st.booleans()) for name in ("need_weights", "average_attn_weights")}

    def mask(shape):
        hidden = rng.random(shape) < 0.3
        if draw(st.booleans()):
            return hidden
        return np.where(hidden, -np.inf, rng.normal(size=shape)).astype(dtype)

    if draw(st.booleans()):
        options["key_padding_mask"] = mask((*batch, source))
    kind = draw(st.sampled_from(["none", "2d", "3d", "causal"]))
    if kind in ("2d", "3d"):
        options["attn_mask"] = mask(((*batch, 1)[0] * num_heads, length, source) if kind == "3d" else (length, source))
    if kind == "causal":
        options |= {"attn_mask": ~np.tri(length, source, dtype=bool), "is_causal": True}
    if 0 in (source, *batch) and {"attn_mask", "key_padding_mask"} & options.keys():
        # there PyTorch stumbles over the shape of its own mask
        options["need_weights"] = True
    return arrays, num_heads, options


@given(problem=_problems(), data=st.data())
def test_multi_head_attention_equals_pytorch(problem, data):
    """Output, weights and all gradients are PyTorch's: both masks, either kind, heads apart or averaged, no batch."""
    arrays, num_heads, options = problem
    grad = data.draw(values(arrays[0].shape, str(arrays[0].dtype), 1.0, wild=False))
    exacts = [exact(array) for array in arrays]
    weights = _torch([tensor(array) for array in exacts], num_heads, options)[1]
    wanted, wanted_grads = autograd(lambda *leaves: _torch(leaves, num_heads, options)[0], exacts, exact(grad))
    output, ours = _call(multi_head_attention_forward, arrays, num_heads, options)
    agree(ours, weights)
    agree(output, wanted)
    grads = _call(multi_head_attention_forward_backward, arrays, num_heads, options, front=(grad,))
    for found, theirs in zip(grads, wanted_grads, strict=True):
        agree(found, theirs)


def _drawn(seed=0, length=3, source=4, batch=2, embed_dim=6):
    rng = np.random.default_rng(seed)
    shapes = [(length, batch, embed_dim), (source, batch, embed_dim), (source, batch, embed_dim)]
    shapes += [(3 * embed_dim, embed_dim), (3 * embed_dim,), (embed_dim, embed_dim), (embed_dim,)]
    return [rng.normal(size=shape) for shape in shapes]


def test_causal_hint_replaces_the_mask_where_pytorch_does_so():
    """The hint wins over a wrong mask without weights and padding, and only there."""
    arrays = _drawn(source=3)
    wrong = np.zeros((3, 3), bool)
    for options in (
        {"need_weights": False},
        {"need_weights": True},
        {"need_weights": False, "key_padding_mask": np.zeros((2, 3), bool)},
    ):
        options |= {"attn_mask": wrong, "is_causal": True}
        agree(
            _call(multi_head_attention_forward, arrays, 2, options)[0],
            _torch([tensor(array) for array in arrays], 2, options)[0],
        )


@pytest.mark.parametrize("need_weights", [True, False])
def test_dropout_acts_on_weights_while_training(need_weights):
    """The weights used, and given, are the dropped ones; gradients go through the same mask; evaluation drops none."""
    arrays = _drawn(3)
    plain, weights = _call(multi_head_attention_forward, arrays, 2, {"average_attn_weights": False})
    factors = dropout_factors(weights, 0.4, np.random.default_rng(1))

    def attend(query, key, value, in_weight, in_bias, out_weight, out_bias):
        projected = [
            F.linear(x, w, b).unflatten(-1, (2, 3)).permute(1, 2, 0, 3)
            for x, w, b in zip((query, key, value), in_weight.chunk(3), in_bias.chunk(3), strict=True)
        ]
        q, k, v = projected
        heads = (torch.softmax(q @ k.mT / 3**0.5, -1) * tensor(factors)) @ v
        return F.linear(heads.permute(2, 0, 1, 3).flatten(2), out_weight, out_bias)

    grad = np.random.default_rng(2).normal(size=plain.shape)
    wanted, wanted_grads = autograd(attend, arrays, grad)
    options = {"need_weights": need_weights, "average_attn_weights": False}
    output, used = _call(
        multi_head_attention_forward, arrays, 2, {**options, "rng": np.random.default_rng(1)}, dropout_p=0.4
    )
    agree(output, wanted)
    agree(used, tensor(weights * factors) if need_weights else None)
    grads = _call(
        multi_head_attention_forward_backward,
        arrays,
        2,
        {**options, "rng": np.random.default_rng(1)},
        dropout_p=0.4,
        front=(grad,),
    )
    for found, theirs in zip(grads, wanted_grads, strict=True):
        agree(found, theirs)
    resting = _call(multi_head_attention_forward, arrays, 2, {**options, "training": False}, dropout_p=0.4)
    np.testing.assert_array_equal(resting[0], plain)
    with pytest.raises(ValueError, match="rng is None; with dropout"):
        _call(multi_head_attention_forward_backward, arrays, 2, options, dropout_p=0.4, front=(grad,))


def _replaced(place, array):
    arrays = _drawn()
    arrays[place] = array
    return arrays


REFUSALS = [
    (_drawn(), 4, {}, "num_heads is 4; a divisor of embed_dim_to_check, 6"),
    (_replaced(0, np.zeros((1, 3, 2, 6))), 2, {}, r"query has shape \(1, 3, 2, 6\)"),
    (_replaced(1, np.zeros((4, 2, 5))), 2, {}, r"key has shape \(4, 2, 5\)"),
    (_replaced(1, np.zeros((4, 6))), 2, {}, r"key has shape \(4, 6\)"),
    (_replaced(2, np.zeros((3, 2, 6))), 2, {}, r"value has shape \(3, 2, 6\)"),
    (_replaced(3, np.zeros((12, 6))), 2, {}, r"in_proj_weight has shape \(12, 6\)"),
    (_replaced(3, np.zeros((18, 6), np.float32)), 2, {}, "in_proj_weight has dtype float32"),
    (_replaced(4, np.zeros(6)), 2, {}, r"in_proj_bias has shape \(6,\)"),
    (_replaced(5, np.zeros((6, 5))), 2, {}, r"out_proj_weight has shape \(6, 5\)"),
    (_replaced(6, np.zeros(5)), 2, {}, r"out_proj_bias has shape \(5,\)"),
    (_drawn(), 2, {"is_causal": True}, "is_causal is True without attn_mask"),
    (_drawn(), 2, {"key_padding_mask": np.zeros((4, 2), bool)}, r"key_padding_mask has shape \(4, 2\); \(2, 4\)"),
    (_drawn(), 2, {"key_padding_mask": np.zeros((2, 4), int)}, "key_padding_mask is int64"),
    (_drawn(), 2, {"key_padding_mask": np.zeros((2, 4), np.float32)}, "key_padding_mask is float32"),
    (_drawn(), 2, {"attn_mask": np.zeros((3, 3), bool)}, r"attn_mask has shape \(3, 3\); \(3, 4\)"),
    (_drawn(), 2, {"attn_mask": np.zeros((2, 3, 4), bool)}, r"attn_mask has shape \(2, 3, 4\); \(4, 3, 4\)"),
    (_drawn(), 2, {"attn_mask": np.zeros((2, 2, 3, 4), bool)}, r"attn_mask has shape \(2, 2, 3, 4\)"),
    (_drawn(), 2, {"attn_mask": np.zeros((3, 4), int)}, "attn_mask is int64"),
]


@pytest.mark.parametrize(("arrays", "num_heads", "options", "says"), REFUSALS)
def test_multi_head_attention_refuses_what_pytorch_refuses(arrays, num_heads, options, says):
    """Both refuse, forwards; ours backwards as well, and says which argument it is."""
    both_refuse(
        lambda: _call(multi_head_attention_forward, arrays, num_heads, options),
        lambda: _torch([tensor(array) for array in arrays], num_heads, options),
        says=says,
    )
    grad = np.zeros_like(arrays[0])
    with pytest.raises((ValueError, TypeError), match=says):
        _call(multi_head_attention_forward_backward, arrays, num_heads, options, front=(grad,))


def test_rare_options_are_refused_by_name():
    """What PyTorch has beyond the common case is refused in plain words, or not known at all."""
    query, key, value, in_weight, in_bias, out_weight, out_bias = _drawn()
    rest = (0.0, out_weight, out_bias)
    front = (query, key, value, 6, 2, in_weight, in_bias)
    with pytest.raises(ValueError, match="bias_k is a ndarray; only None is taken here"):
        multi_head_attention_forward(*front, np.zeros(6), None, False, *rest)
    with pytest.raises(ValueError, match="bias_v is a ndarray"):
        multi_head_attention_forward(*front, None, np.zeros(6), False, *rest)
    with pytest.raises(ValueError, match="add_zero_attn is True"):
        multi_head_attention_forward(*front, None, None, True, *rest)
    with pytest.raises(TypeError, match="use_separate_proj_weight"):
        multi_head_attention_forward(*front, None, None, False, *rest, use_separate_proj_weight=True)
    with pytest.raises(ValueError, match="query has shape"):
        multi_head_attention_forward(query, key, value, 8, 2, in_weight, in_bias, None, None, False, *rest)
    with pytest.raises(TypeError, match="training is 1"):
        multi_head_attention_forward(*front, None, None, False, *rest, training=1)
