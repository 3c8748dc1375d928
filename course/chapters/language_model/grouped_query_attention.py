"""`grouped_query_attention`: several heads of queries share one head of keys and values."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.chapters.attention.scaled_dot_product_attention import EXERCISE as SCALED_DOT_PRODUCT_ATTENTION
from course.chapters.language_model.worked_out import attended_in_groups
from course.checking.oracles import TorchFunction
from course.checking.sampling import normal, whole
from course.checking.spec import Case, Exercise, Mistake


def grouped_query_attention(query, key, value, is_causal=False):
    """Let groups of query heads share a head of keys and values.

    query      (n, H, l_q, d)    H is a multiple of H_kv; the first H / H_kv heads share head 0, and so on
    key        (n, H_kv, l_k, d)
    value      (n, H_kv, l_k, d)
    is_causal  whether query i may look at keys 0 .. i only
    returns    (n, H, l_q, d)

    >>> query, key = np.zeros((1, 4, 1, 1)), np.zeros((1, 2, 1, 1))
    >>> grouped_query_attention(query, key, np.array([[[[3.0]], [[8.0]]]])).ravel()
    array([3., 3., 8., 8.])
    """
    group = query.shape[1] // key.shape[1]
    key, value = key.repeat(group, axis=1), value.repeat(group, axis=1)
    scores = query @ key.swapaxes(-2, -1) / np.sqrt(query.shape[-1])
    if is_causal:
        scores = np.where(np.tri(*scores.shape[-2:], dtype=bool), scores, -np.inf)
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = weights / weights.sum(axis=-1, keepdims=True)
    return weights @ value


def _drawn(
    rng: np.random.Generator, n: int, heads: int, kv_heads: int, l_q: int, l_k: int, size: int, causal: bool = False
) -> dict[str, Any]:
    drawn: dict[str, Any] = {
        "query": normal(rng, n, heads, l_q, size),
        "key": normal(rng, n, kv_heads, l_k, size),
        "value": normal(rng, n, kv_heads, l_k, size),
    }
    return drawn | {"is_causal": True} if causal else drawn


def _by_hand(rng: np.random.Generator) -> dict[str, Any]:
    """Draw four heads of queries and two of keys; no two heads have the same keys."""
    key = np.array([1.0, -1.0, 2.0, -2.0])[rng.permutation(4)].reshape(1, 2, 2, 1)
    value = 1.0 + rng.permutation(9)[:4].reshape(1, 2, 2, 1)
    return {"query": whole(rng, 1, 4, 1, 1, most=2), "key": key, "value": value}


def _large(rng: np.random.Generator) -> dict[str, Any]:
    """Draw scores near 800 in one position and near -800 in the other."""
    drawn = _drawn(rng, 1, 4, 2, 2, 3, 4)
    drawn["query"] = drawn["query"].round()
    drawn["query"][..., 0] = (40, -40)
    drawn["key"][..., 0] = 40
    return drawn


EXERCISE = Exercise(
    points=3,
    solution=grouped_query_attention,
    stages={
        "the scaled scores": "query @ key.swapaxes(-2, -1) / np.sqrt(query.shape[-1])",
        "the attention weights": "weights",
        "the weighted sum of the values": "result",
    },
    oracle=TorchFunction(
        "torch.nn.functional.scaled_dot_product_attention",
        arrange=lambda query, key, value, is_causal=False: (
            (query, key, value),
            {"is_causal": is_causal, "enable_gqa": True},
        ),
    ),
    cases=(
        Case("four heads, two shared", _by_hand),
        Case("groups of two", lambda rng: _drawn(rng, 2, 4, 2, 3, 5, 2)),
        Case("groups of three", lambda rng: _drawn(rng, 1, 6, 2, 4, 4, 3)),
        Case("causal", lambda rng: _drawn(rng, 2, 4, 2, 5, 5, 3, causal=True)),
        Case("causal, more keys than queries", lambda rng: _drawn(rng, 1, 4, 2, 3, 6, 2, causal=True)),
        Case("one shared head", lambda rng: _drawn(rng, 2, 3, 1, 4, 4, 2, causal=True), note="multi-query attention"),
        Case("as many heads of keys as of queries", lambda rng: _drawn(rng, 2, 3, 3, 4, 5, 2), weight=0.5),
        Case("large scores", _large, note="scores near 800 in one position, near -800 in the other"),
    ),
    mistakes=(
        Mistake(
            "heads-alternate",
            edit=(
                "key.repeat(group, axis=1), value.repeat(group, axis=1)",
                "np.tile(key, (1, group, 1, 1)), np.tile(value, (1, group, 1, 1))",
            ),
            gives="when the heads of keys and values take turns: 0, 1, 0, 1 instead of 0, 0, 1, 1.",
            advice="Neighbouring heads of queries share. np.repeat and np.tile copy in different orders.",
        ),
        Mistake(
            "values-alternate",
            edit=("value.repeat(group, axis=1)", "np.tile(value, (1, group, 1, 1))"),
            gives="when the keys are shared by neighbours, and the values take turns.",
            advice="Keys and values are shared in the same way.",
        ),
        Mistake(
            "causal-from-the-end",
            edit=(
                "np.tri(*scores.shape[-2:], dtype=bool)",
                "np.tri(*scores.shape[-2:], scores.shape[-1] - scores.shape[-2], dtype=bool)",
            ),
            gives="when the last query is lined up with the last key.",
            advice="Query i may look at keys 0 to i, however many keys there are. What does query 0 see?",
        ),
        Mistake(
            "first-head-for-all",
            edit=(
                "key.repeat(group, axis=1), value.repeat(group, axis=1)",
                "key[:, :1].repeat(query.shape[1], axis=1), value[:, :1].repeat(query.shape[1], axis=1)",
            ),
            gives="when all heads of queries use head 0 of keys and values.",
            unwritten="Only the first head of keys and values is used yet",
            advice="There are H_kv heads of keys and values, and each serves one group.",
        ),
        Mistake(
            "heads-averaged",
            edit=(
                "key.repeat(group, axis=1), value.repeat(group, axis=1)",
                "key.mean(axis=1, keepdims=True), value.mean(axis=1, keepdims=True)",
            ),
            gives="when the heads of keys and values are averaged, and all heads of queries use the mean.",
            advice="No head is mixed with another. Each group has its own.",
        ),
        Mistake(
            "no-scale",
            edit=(" / np.sqrt(query.shape[-1])", ""),
            gives="when the scores are not divided by the root of d.",
            advice="Attention divides its scores by something. By what?",
        ),
        Mistake(
            "scale-without-root",
            edit=("np.sqrt(query.shape[-1])", "query.shape[-1]"),
            gives="when the scores are divided by d itself.",
            advice="A sum of d products grows like the root of d.",
        ),
        Mistake(
            "scale-by-heads",
            edit=("np.sqrt(query.shape[-1])", "np.sqrt(query.shape[1])"),
            gives="when the scores are divided by the root of the number of heads.",
            advice="Each score is a sum of products, one for each feature. How many are these?",
        ),
        Mistake(
            "softmax-over-queries",
            edit=(("scores.max(axis=-1", "scores.max(axis=-2"), ("weights.sum(axis=-1", "weights.sum(axis=-2")),
            gives="when the softmax runs over the queries.",
            advice="Each query divides its attention among the keys. Which axis must add up to 1?",
        ),
        Mistake(
            "causal-ignored",
            edit=("if is_causal:", "if False:"),
            gives="when is_causal is not used.",
            unwritten="is_causal is not used yet",
            advice="With is_causal, query i may look at keys 0 to i only.",
        ),
        SCALED_DOT_PRODUCT_ATTENTION.mistake(
            "causal-transposed",
            edit=("np.tri(*scores.shape[-2:], dtype=bool)", "np.tri(*scores.shape[-2:], dtype=bool).T"),
        ),
        SCALED_DOT_PRODUCT_ATTENTION.mistake("hidden-score-zero", edit=("scores, -np.inf)", "scores, 0)")),
        Mistake(
            "no-largest-subtracted",
            edit=("scores - scores.max(axis=-1, keepdims=True)", "scores"),
            gives="when exp is taken of large scores: exp(800) is infinite, and exp(-800) is 0.",
            advice="Softmax stays the same when a row's largest score is subtracted first.",
        ),
    ),
    hints=(
        "If there were as many heads of keys as of queries, this would be ordinary attention. Make it so.",
        "Each head of keys is needed H / H_kv times, next to itself: array.repeat(times, axis=...) does that.",
        "Then scores, mask, softmax and the weighted sum, as in ordinary attention. Subtract each row's largest score "
        "before exp.",
    ),
    explanation=(
        "Sharing changes no formula, only whose keys a query reads. What it saves is memory: there are fewer keys and "
        "values to keep, and that is most of what a language model must keep while it writes."
    ),
    trace=attended_in_groups,
)
