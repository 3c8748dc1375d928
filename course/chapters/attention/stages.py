"""What attention computes on the way: a report says up to which of these an answer is right."""

from __future__ import annotations

import numpy as np

from course import functional
from course.chapters.attention.split_heads import split_heads
from course.checking.spec import Aside

Array = np.ndarray
SCORES, SUM = "the scaled scores of each head", "the weighted sum of the values, head by head"


def attention_stages(
    query: Array, key: Array, value: Array, attn_mask: Array | None = None, is_causal: bool = False
) -> dict[str, Array]:
    """Give the stages of scaled dot-product attention."""
    products = query @ key.swapaxes(-2, -1)
    scores = hidden = products / np.sqrt(query.shape[-1])
    mask = np.tri(*scores.shape[-2:], dtype=bool) if is_causal else attn_mask
    if mask is not None:
        hidden = np.where(mask, scores, -np.inf) if mask.dtype == bool else scores + mask
    weights = functional.softmax(hidden, dim=-1)
    return {
        "the products of queries and keys": products,
        "the scaled scores": scores,
        "the attention weights": weights,
        "the weighted sum of the values": weights @ value,
    }


def attention_backward_stages(grad_output: Array, query: Array, key: Array, value: Array) -> dict[str, Array | Aside]:
    """Give the stages of the backward pass to the queries."""
    weights = attention_stages(query, key, value)["the attention weights"]
    grad_weights = grad_output @ value.swapaxes(-2, -1)
    grad_scores = functional.softmax_backward(grad_weights, weights, -1)
    return {
        "the attention weights": Aside(weights, "the gradient of the scaled scores"),
        "the gradient of the attention weights": grad_weights,
        "the gradient of the scaled scores": grad_scores,
        "the gradient of the queries": grad_scores @ key / np.sqrt(query.shape[-1]),
    }


def multi_head_stages(
    query: Array,
    key: Array,
    value: Array,
    in_proj_weight: Array,
    in_proj_bias: Array,
    out_proj_weight: Array,
    out_proj_bias: Array,
    num_heads: int,
    is_causal: bool = False,
) -> dict[str, Array | Aside]:
    """Give the stages of attention with several heads."""
    weights, biases = np.split(in_proj_weight, 3), np.split(in_proj_bias, 3)
    q, k, v = (x @ w.T + b for x, w, b in zip((query, key, value), weights, biases, strict=True))
    q_heads, k_heads, v_heads = (split_heads(x, num_heads) for x in (q, k, v))
    heads = attention_stages(q_heads, k_heads, v_heads, is_causal=is_causal)
    merged = heads["the weighted sum of the values"].swapaxes(1, 2).reshape(query.shape)
    return {
        "the projected queries": Aside(q, SCORES),
        "the projected keys": Aside(k, SCORES),
        "the projected values": Aside(v, SUM),
        SCORES: heads["the scaled scores"],
        "the attention weights of each head": heads["the attention weights"],
        SUM: merged,
        "the product with out_proj_weight": merged @ out_proj_weight.T,
        "the output with its bias": merged @ out_proj_weight.T + out_proj_bias,
    }
