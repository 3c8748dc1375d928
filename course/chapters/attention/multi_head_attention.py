"""`multi_head_attention`: ..."""

from __future__ import annotations

import numpy as np

from course.chapters.attention.merge_heads import merge_heads
from course.chapters.attention.scaled_dot_product_attention import scaled_dot_product_attention
from course.chapters.attention.split_heads import split_heads
from course.checking.sampling import normal
from course.checking.spec import Case, Exercise, Mistake


def multi_head_attention(
    query,
    key,
    value,
    in_proj_weight,
    in_proj_bias,
    out_proj_weight,
    out_proj_bias,
    num_heads,
):
    """Attend with several heads, as torch.nn.MultiheadAttention(batch_first=True) does.

    query            (n, l_q, d_m)
    key, value       (n, l_k, d_m)
    in_proj_weight   (3 * d_m, d_m)  for query, key and value, in this order
    in_proj_bias     (3 * d_m,)
    out_proj_weight  (d_m, d_m)
    out_proj_bias    (d_m,)
    returns          (n, l_q, d_m)
    """
    weights, biases = np.split(in_proj_weight, 3), np.split(in_proj_bias, 3)
    q = split_heads(query @ weights[0].T + biases[0], num_heads)
    k = split_heads(key @ weights[1].T + biases[1], num_heads)
    v = split_heads(value @ weights[2].T + biases[2], num_heads)
    heads = scaled_dot_product_attention(q, k, v)
    return merge_heads(heads) @ out_proj_weight.T + out_proj_bias


def _half(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Draw smaller weights: with large scores one word takes it all, and mistakes hide."""
    return np.round(0.5 * normal(rng, *shape), 6)


def _projections(rng: np.random.Generator, e: int, num_heads: int) -> dict[str, object]:
    return {
        "in_proj_weight": _half(rng, 3 * e, e),
        "in_proj_bias": _half(rng, 3 * e),
        "out_proj_weight": _half(rng, e, e),
        "out_proj_bias": _half(rng, e),
        "num_heads": num_heads,
    }


def _self_attention(rng: np.random.Generator, n: int, length: int, e: int, num_heads: int) -> dict[str, object]:
    x = normal(rng, n, length, e)
    return {"query": x, "key": x.copy(), "value": x.copy(), **_projections(rng, e, num_heads)}


def _cross_attention(rng: np.random.Generator, n: int, l_q: int, l_k: int, e: int, num_heads: int) -> dict[str, object]:
    query, key, value = normal(rng, n, l_q, e), normal(rng, n, l_k, e), normal(rng, n, l_k, e)
    return {"query": query, "key": key, "value": value, **_projections(rng, e, num_heads)}


def _split_by_reshape(query, key, value, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias, num_heads):
    weights, biases = np.split(in_proj_weight, 3), np.split(in_proj_bias, 3)
    q, k, v = (x @ w.T + b for x, w, b in zip((query, key, value), weights, biases, strict=True))
    n, size = len(q), q.shape[-1] // num_heads
    q, k, v = (x.reshape(n, num_heads, x.shape[1], size) for x in (q, k, v))
    scores = q @ k.swapaxes(-2, -1) / np.sqrt(size)
    looks = np.exp(scores - scores.max(axis=-1, keepdims=True))
    heads = looks / looks.sum(axis=-1, keepdims=True) @ v
    return heads.swapaxes(1, 2).reshape(query.shape) @ out_proj_weight.T + out_proj_bias


def _merged_by_reshape(query, key, value, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias, num_heads):
    weights, biases = np.split(in_proj_weight, 3), np.split(in_proj_bias, 3)
    q, k, v = (x @ w.T + b for x, w, b in zip((query, key, value), weights, biases, strict=True))
    n, size = len(q), q.shape[-1] // num_heads
    q, k, v = (x.reshape(n, x.shape[1], num_heads, size).swapaxes(1, 2) for x in (q, k, v))
    scores = q @ k.swapaxes(-2, -1) / np.sqrt(size)
    looks = np.exp(scores - scores.max(axis=-1, keepdims=True))
    heads = looks / looks.sum(axis=-1, keepdims=True) @ v
    return heads.reshape(query.shape) @ out_proj_weight.T + out_proj_bias


def _reshape_both_times(query, key, value, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias, num_heads):
    weights, biases = np.split(in_proj_weight, 3), np.split(in_proj_bias, 3)
    q, k, v = (x @ w.T + b for x, w, b in zip((query, key, value), weights, biases, strict=True))
    n, size = len(q), q.shape[-1] // num_heads
    q, k, v = (x.reshape(n, num_heads, x.shape[1], size) for x in (q, k, v))
    scores = q @ k.swapaxes(-2, -1) / np.sqrt(size)
    looks = np.exp(scores - scores.max(axis=-1, keepdims=True))
    heads = looks / looks.sum(axis=-1, keepdims=True) @ v
    return heads.reshape(query.shape) @ out_proj_weight.T + out_proj_bias


def _interleaved(query, key, value, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias, num_heads):
    weights, biases = np.split(in_proj_weight, 3), np.split(in_proj_bias, 3)
    q, k, v = (x @ w.T + b for x, w, b in zip((query, key, value), weights, biases, strict=True))
    n, size = len(q), q.shape[-1] // num_heads
    q, k, v = (x.reshape(n, x.shape[1], size, num_heads).transpose(0, 3, 1, 2) for x in (q, k, v))
    scores = q @ k.swapaxes(-2, -1) / np.sqrt(size)
    looks = np.exp(scores - scores.max(axis=-1, keepdims=True))
    heads = looks / looks.sum(axis=-1, keepdims=True) @ v
    return heads.transpose(0, 2, 3, 1).reshape(query.shape) @ out_proj_weight.T + out_proj_bias


def _split_before_projecting(
    query, key, value, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias, num_heads
):
    weights, biases = np.split(in_proj_weight, 3), np.split(in_proj_bias, 3)
    size = query.shape[-1] // num_heads
    outputs = []
    for head in range(num_heads):
        own = slice(head * size, (head + 1) * size)
        q, k, v = (
            x[..., own] @ w[own, own].T + b[own] for x, w, b in zip((query, key, value), weights, biases, strict=True)
        )
        scores = q @ k.swapaxes(-2, -1) / np.sqrt(size)
        looks = np.exp(scores - scores.max(axis=-1, keepdims=True))
        outputs.append(looks / looks.sum(axis=-1, keepdims=True) @ v)
    return np.concatenate(outputs, axis=-1) @ out_proj_weight.T + out_proj_bias


def _one_head(query, key, value, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias, num_heads):
    weights, biases = np.split(in_proj_weight, 3), np.split(in_proj_bias, 3)
    q, k, v = (x @ w.T + b for x, w, b in zip((query, key, value), weights, biases, strict=True))
    scores = q @ k.swapaxes(-2, -1) / np.sqrt(q.shape[-1])
    looks = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return looks / looks.sum(axis=-1, keepdims=True) @ v @ out_proj_weight.T + out_proj_bias


def _scale_of_all_heads(query, key, value, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias, num_heads):
    weights, biases = np.split(in_proj_weight, 3), np.split(in_proj_bias, 3)
    q, k, v = (x @ w.T + b for x, w, b in zip((query, key, value), weights, biases, strict=True))
    n, size = len(q), q.shape[-1] // num_heads
    q, k, v = (x.reshape(n, x.shape[1], num_heads, size).swapaxes(1, 2) for x in (q, k, v))
    scores = q @ k.swapaxes(-2, -1) / np.sqrt(query.shape[-1])
    looks = np.exp(scores - scores.max(axis=-1, keepdims=True))
    heads = looks / looks.sum(axis=-1, keepdims=True) @ v
    return heads.swapaxes(1, 2).reshape(query.shape) @ out_proj_weight.T + out_proj_bias


def _no_scale(query, key, value, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias, num_heads):
    weights, biases = np.split(in_proj_weight, 3), np.split(in_proj_bias, 3)
    q, k, v = (x @ w.T + b for x, w, b in zip((query, key, value), weights, biases, strict=True))
    n, size = len(q), q.shape[-1] // num_heads
    q, k, v = (x.reshape(n, x.shape[1], num_heads, size).swapaxes(1, 2) for x in (q, k, v))
    scores = q @ k.swapaxes(-2, -1)
    looks = np.exp(scores - scores.max(axis=-1, keepdims=True))
    heads = looks / looks.sum(axis=-1, keepdims=True) @ v
    return heads.swapaxes(1, 2).reshape(query.shape) @ out_proj_weight.T + out_proj_bias


def _weights_not_transposed(query, key, value, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias, num_heads):
    weights, biases = np.split(in_proj_weight, 3), np.split(in_proj_bias, 3)
    q, k, v = (x @ w + b for x, w, b in zip((query, key, value), weights, biases, strict=True))
    n, size = len(q), q.shape[-1] // num_heads
    q, k, v = (x.reshape(n, x.shape[1], num_heads, size).swapaxes(1, 2) for x in (q, k, v))
    scores = q @ k.swapaxes(-2, -1) / np.sqrt(size)
    looks = np.exp(scores - scores.max(axis=-1, keepdims=True))
    heads = looks / looks.sum(axis=-1, keepdims=True) @ v
    return heads.swapaxes(1, 2).reshape(query.shape) @ out_proj_weight + out_proj_bias


def _no_in_bias(query, key, value, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias, num_heads):
    weights = np.split(in_proj_weight, 3)
    q, k, v = (x @ w.T for x, w in zip((query, key, value), weights, strict=True))
    n, size = len(q), q.shape[-1] // num_heads
    q, k, v = (x.reshape(n, x.shape[1], num_heads, size).swapaxes(1, 2) for x in (q, k, v))
    scores = q @ k.swapaxes(-2, -1) / np.sqrt(size)
    looks = np.exp(scores - scores.max(axis=-1, keepdims=True))
    heads = looks / looks.sum(axis=-1, keepdims=True) @ v
    return heads.swapaxes(1, 2).reshape(query.shape) @ out_proj_weight.T + out_proj_bias


def _no_out_projection(query, key, value, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias, num_heads):
    weights, biases = np.split(in_proj_weight, 3), np.split(in_proj_bias, 3)
    q, k, v = (x @ w.T + b for x, w, b in zip((query, key, value), weights, biases, strict=True))
    n, size = len(q), q.shape[-1] // num_heads
    q, k, v = (x.reshape(n, x.shape[1], num_heads, size).swapaxes(1, 2) for x in (q, k, v))
    scores = q @ k.swapaxes(-2, -1) / np.sqrt(size)
    looks = np.exp(scores - scores.max(axis=-1, keepdims=True))
    heads = looks / looks.sum(axis=-1, keepdims=True) @ v
    return heads.swapaxes(1, 2).reshape(query.shape)


def _thirds_exchanged(query, key, value, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias, num_heads):
    weights, biases = np.split(in_proj_weight, 3), np.split(in_proj_bias, 3)
    k, q, v = (x @ w.T + b for x, w, b in zip((key, query, value), weights, biases, strict=True))
    n, size = len(q), q.shape[-1] // num_heads
    q, k, v = (x.reshape(n, x.shape[1], num_heads, size).swapaxes(1, 2) for x in (q, k, v))
    scores = q @ k.swapaxes(-2, -1) / np.sqrt(size)
    looks = np.exp(scores - scores.max(axis=-1, keepdims=True))
    heads = looks / looks.sum(axis=-1, keepdims=True) @ v
    return heads.swapaxes(1, 2).reshape(query.shape) @ out_proj_weight.T + out_proj_bias


def _query_for_all(query, key, value, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias, num_heads):
    weights, biases = np.split(in_proj_weight, 3), np.split(in_proj_bias, 3)
    q, k, v = (query @ w.T + b for w, b in zip(weights, biases, strict=True))
    n, size = len(q), q.shape[-1] // num_heads
    q, k, v = (x.reshape(n, x.shape[1], num_heads, size).swapaxes(1, 2) for x in (q, k, v))
    scores = q @ k.swapaxes(-2, -1) / np.sqrt(size)
    looks = np.exp(scores - scores.max(axis=-1, keepdims=True))
    heads = looks / looks.sum(axis=-1, keepdims=True) @ v
    return heads.swapaxes(1, 2).reshape(query.shape) @ out_proj_weight.T + out_proj_bias


EXERCISE = Exercise(
    name="multi_head_attention",
    points=5,
    solution=multi_head_attention,
    oracle=None,
    cases=(
        Case("one sentence, two heads", lambda rng: _self_attention(rng, 1, 3, 4, 2)),
        Case("a batch, three heads", lambda rng: _self_attention(rng, 2, 4, 6, 3)),
        Case("queries from elsewhere", lambda rng: _cross_attention(rng, 2, 3, 5, 4, 2)),
        Case("another value than key", lambda rng: _cross_attention(rng, 2, 3, 3, 6, 2)),
        Case("as many heads as positions", lambda rng: _self_attention(rng, 2, 3, 9, 3)),
        Case("one head", lambda rng: _self_attention(rng, 2, 3, 4, 1), weight=0.5),
    ),
    mistakes=(
        Mistake(
            "split-by-reshape",
            body=_split_by_reshape,
            gives="when the heads are split by a reshape alone: they share the positions out, not the numbers.",
            advice="split_heads has two steps: split the last axis, then exchange two axes.",
        ),
        Mistake(
            "merged-by-reshape",
            body=_merged_by_reshape,
            gives="when the heads are merged by a reshape alone: numbers of different positions end up in one row.",
            advice="merge_heads has two steps: exchange two axes, then join the last two.",
        ),
        Mistake(
            "reshape-both-times",
            body=_reshape_both_times,
            gives=(
                "when the heads are split by a reshape alone, and merged by one. The shapes fit, and each head sees some "
                "of the positions only."
            ),
            advice="Print the first head of a small x: it should have numbers of all the positions.",
        ),
        Mistake(
            "interleaved",
            body=_interleaved,
            gives="when each head takes every num_heads-th number.",
            advice="A head takes numbers that lie side by side: head 0 has the first e / heads of them.",
        ),
        Mistake(
            "split-before-projecting",
            body=_split_before_projecting,
            gives="when query, key and value are split first, and each head projects its slice alone.",
            advice="Project with the whole matrix, then split: every head may use all the numbers of a position.",
        ),
        Mistake(
            "one-head",
            body=_one_head,
            gives="when all heads are taken together as one.",
            advice="num_heads has to matter: split after projecting.",
        ),
        Mistake(
            "scale-of-all-heads",
            body=_scale_of_all_heads,
            gives="when the scores are divided by the root of the whole size, not of a head's.",
            advice="A head's dot products have e / heads terms. Which root belongs to that?",
        ),
        Mistake(
            "no-scale",
            body=_no_scale,
            gives="when the scores are not divided by a root.",
            advice="Each head is a scaled dot-product attention, as in exercise 2.",
        ),
        Mistake(
            "weights-not-transposed",
            body=_weights_not_transposed,
            gives="when the projections are x @ W. The matrices are square, so nothing warns you.",
            advice=(
                "PyTorch stores one row for each output, as in chapter 01. What does a linear layer do with its weight?"
            ),
        ),
        Mistake(
            "no-in-bias",
            body=_no_in_bias,
            gives="when in_proj_bias is left out.",
            advice="in_proj_bias has a third for each of the three projections, as in_proj_weight has.",
        ),
        Mistake(
            "no-out-projection",
            body=_no_out_projection,
            gives="when the merged heads are not projected once more.",
            advice="One linear layer is left: out_proj_weight and out_proj_bias.",
        ),
        Mistake(
            "thirds-exchanged",
            body=_thirds_exchanged,
            gives="when the first third of in_proj_weight projects the key, and the second the query.",
            advice="The rows of in_proj_weight belong to query, key and value, in this order.",
        ),
        Mistake(
            "query-for-all",
            body=_query_for_all,
            gives="when keys and values are made of query, too.",
            advice="Only in self-attention are the three the same. Project key and value themselves.",
        ),
    ),
    hints=(
        "in_proj_weight holds three square matrices one below the other. np.split(in_proj_weight, 3) gives them, "
        "for query, key and value in this order; in_proj_bias the same way.",
        "Project each with its own matrix and bias, as a linear layer does: x @ W.T + b. Then split all three.",
        "scaled_dot_product_attention takes the heads as they are: it works on the last two axes.",
        "Merge the heads, and apply the last linear layer: out_proj_weight, out_proj_bias.",
    ),
    explanation=(
        "Three linear layers make queries, keys and values. Split into heads, they are a batch of batches, which "
        "attention takes as it is, with the root of a head's size as its scale. The last linear layer mixes what "
        "the heads found."
    ),
)
