"""Attention with several heads and its four linear layers."""

from __future__ import annotations

import numpy as np

from course.catalog.chapters import chapter
from course.chapters.attention.merge_heads import merge_heads
from course.chapters.attention.scaled_dot_product_attention import scaled_dot_product_attention
from course.chapters.attention.split_heads import split_heads
from course.checking.sampling import normal
from course.checking.spec import Arguments, Aside, Case, Exercise, Mistake
from course.checking.worked_out import in_a_sum


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
    q = query @ weights[0].T + biases[0]
    k = key @ weights[1].T + biases[1]
    v = value @ weights[2].T + biases[2]
    q, k, v = (split_heads(x, num_heads) for x in (q, k, v))
    heads = scaled_dot_product_attention(q, k, v)
    return merge_heads(heads) @ out_proj_weight.T + out_proj_bias


LONGEST_SUM = 4


def half(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Draw small weights: with large scores one word gets all the weight, and mistakes do not show."""
    return np.round(0.5 * normal(rng, *shape), 6)


def _projections(rng: np.random.Generator, d_m: int, num_heads: int) -> dict[str, object]:
    return {
        "in_proj_weight": half(rng, 3 * d_m, d_m),
        "in_proj_bias": half(rng, 3 * d_m),
        "out_proj_weight": half(rng, d_m, d_m),
        "out_proj_bias": half(rng, d_m),
        "num_heads": num_heads,
    }


def _self_attention(rng: np.random.Generator, n: int, length: int, d_m: int, num_heads: int) -> dict[str, object]:
    x = normal(rng, n, length, d_m)
    return {"query": x, "key": x.copy(), "value": x.copy(), **_projections(rng, d_m, num_heads)}


def _cross_attention(
    rng: np.random.Generator, n: int, l_q: int, l_k: int, d_m: int, num_heads: int
) -> dict[str, object]:
    query, key, value = normal(rng, n, l_q, d_m), normal(rng, n, l_k, d_m), normal(rng, n, l_k, d_m)
    return {"query": query, "key": key, "value": value, **_projections(rng, d_m, num_heads)}


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    """Work out the last linear layer: what comes before it has too many steps for one line."""
    if arguments["out_proj_bias"].size > LONGEST_SUM:
        return ""
    size = len(arguments["out_proj_bias"])
    merged = multi_head_attention(**{**arguments, "out_proj_weight": np.eye(size), "out_proj_bias": np.zeros(size)})
    *position, number = index
    factors = zip(merged[tuple(position)], arguments["out_proj_weight"][number], strict=True)
    terms = [f"{in_a_sum(a, 3)}·{in_a_sum(b, 3)}" for a, b in factors]
    result = multi_head_attention(**arguments)[index]
    return f"heads·out_proj, {' + '.join(terms)} + {in_a_sum(arguments['out_proj_bias'][number], 3)} = {result:.4g}"


EXERCISE = Exercise(
    points=5,
    solution=multi_head_attention,
    stages={
        "the projected queries": Aside("q", "the scaled scores of each head"),
        "the projected keys": Aside("k", "the scaled scores of each head"),
        "the projected values": Aside("v", "the weighted sum of the values, head by head"),
        "the scaled scores of each head": "q @ k.swapaxes(-2, -1) / np.sqrt(q.shape[-1])",
        "the attention weights of each head": "scaled_dot_product_attention(q, k, np.eye(k.shape[-2]))",
        "the weighted sum of the values, head by head": "heads",
        "the product with out_proj_weight": "merge_heads(heads) @ out_proj_weight.T",
        "the output with its bias": "result",
    },
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
            edit=("split_heads(x, num_heads)", "x.reshape(len(x), num_heads, x.shape[1], -1)"),
            gives="when the heads are split by a reshape alone: that divides positions among them, not numbers.",
            advice="split_heads has two steps: split the last axis, then exchange two axes.",
        ),
        Mistake(
            "merged-by-reshape",
            edit=("merge_heads(heads)", "heads.reshape(query.shape)"),
            gives="when the heads are merged by a reshape alone: numbers of different positions end up in one row.",
            advice="merge_heads has two steps: exchange two axes, then join the last two.",
        ),
        Mistake(
            "reshape-both-times",
            edit=(
                ("split_heads(x, num_heads)", "x.reshape(len(x), num_heads, x.shape[1], -1)"),
                ("merge_heads(heads)", "heads.reshape(query.shape)"),
            ),
            gives=(
                "when the heads are split by a reshape alone, and merged by one. The shapes fit, but each head sees "
                "only some of the positions."
            ),
            advice="Print the first head of a small x: it should have numbers of all positions.",
        ),
        Mistake(
            "interleaved",
            edit=(
                ("split_heads(x, num_heads)", "x.reshape(*x.shape[:2], -1, num_heads).transpose(0, 3, 1, 2)"),
                ("merge_heads(heads)", "heads.transpose(0, 2, 3, 1).reshape(query.shape)"),
            ),
            gives="when each head takes every num_heads-th number.",
            advice="A head takes adjacent numbers: head 0 has the first d_m / heads of them.",
        ),
        Mistake(
            "split-before-projecting",
            edit=(
                "    q = query",
                "    head = np.arange(query.shape[-1]) * num_heads // query.shape[-1]\n"
                "    weights = [np.where(head[:, np.newaxis] == head, w, 0) for w in weights]\n"
                "    q = query",
            ),
            gives="when query, key and value are split first, and each head projects its slice alone.",
            advice="Project with the whole matrix, then split: every head may use all the numbers of a position.",
        ),
        Mistake(
            "one-head",
            edit=("split_heads(x, num_heads)", "split_heads(x, 1)"),
            gives="when all heads are taken together as one.",
            advice="num_heads has to matter: split after projecting.",
        ),
        Mistake(
            "scale-of-all-heads",
            edit=("attention(q, k, v)", "attention(q / np.sqrt(num_heads), k, v)"),
            gives="when the scores are divided by the root of the whole size instead of a head's size.",
            advice="A head's dot products have d_m / heads terms. Which root belongs to that?",
        ),
        Mistake(
            "no-scale",
            edit=("attention(q, k, v)", "attention(q * np.sqrt(q.shape[-1]), k, v)"),
            gives="when the scores are not divided by a root.",
            advice="Each head is a scaled dot-product attention, as in exercise 2.",
        ),
        Mistake(
            "weights-not-transposed",
            edit=(
                ("np.split(in_proj_weight, 3)", "[w.T for w in np.split(in_proj_weight, 3)]"),
                ("out_proj_weight.T", "out_proj_weight"),
            ),
            gives="when the projections are x @ W. The matrices are square, so nothing warns you.",
            advice=(
                f"PyTorch stores one row for each output, as in {chapter('linear')}. "
                "What does a linear layer do with its weight?"
            ),
        ),
        Mistake(
            "in-weights-not-transposed",
            edit=("np.split(in_proj_weight, 3)", "[w.T for w in np.split(in_proj_weight, 3)]"),
            gives="when the first three projections are x @ W. The matrices are square, so nothing warns you.",
            advice="The last projection uses the transposed weight. And the first three?",
        ),
        Mistake(
            "no-in-bias",
            edit=("np.split(in_proj_bias, 3)", "(0, 0, 0)"),
            gives="when in_proj_bias is left out.",
            advice="in_proj_bias has a third for each of the three projections, as in_proj_weight has.",
        ),
        Mistake(
            "no-out-projection",
            edit=(" @ out_proj_weight.T + out_proj_bias", ""),
            gives="when the merged heads are not projected once more.",
            advice="One linear layer is left: out_proj_weight and out_proj_bias.",
        ),
        Mistake(
            "thirds-exchanged",
            edit=(
                ("query @ weights[0].T + biases[0]", "query @ weights[1].T + biases[1]"),
                ("key @ weights[1].T + biases[1]", "key @ weights[0].T + biases[0]"),
            ),
            gives="when the first third of in_proj_weight projects the key, and the second the query.",
            advice="The rows of in_proj_weight belong to query, key and value, in this order.",
        ),
        Mistake(
            "last-thirds-exchanged",
            edit=(
                ("key @ weights[1].T + biases[1]", "key @ weights[2].T + biases[2]"),
                ("value @ weights[2].T + biases[2]", "value @ weights[1].T + biases[1]"),
            ),
            gives="when the second third of in_proj_weight projects the value, and the last the key.",
            advice="The rows of in_proj_weight belong to query, key and value, in this order.",
        ),
        Mistake(
            "query-for-all",
            edit=(("key @", "query @"), ("value @", "query @")),
            gives="when keys and values are made from query, too.",
            advice="Only in self-attention are the three the same. Project key and value themselves.",
        ),
        Mistake(
            "out-weight-not-transposed",
            edit=("out_proj_weight.T", "out_proj_weight"),
            gives="when the last projection is x @ W. The matrix is square, so nothing warns you.",
            advice="The first three projections use the transposed weight. And the last?",
        ),
        Mistake(
            "rows-interleaved",
            edit=(
                "np.split(in_proj_weight, 3), np.split(in_proj_bias, 3)",
                "[in_proj_weight[i::3] for i in range(3)], [in_proj_bias[i::3] for i in range(3)]",
            ),
            gives="when every third row of in_proj_weight is taken for the query: the rows are interleaved.",
            advice="The first d_m rows are the query's, the next d_m the key's, the last d_m the value's.",
        ),
        Mistake(
            "heads-interleaved",
            edit=(
                "weights, biases = np.split(in_proj_weight, 3), np.split(in_proj_bias, 3)",
                "split = (num_heads, 3, -1)\n"
                "    weights = in_proj_weight.reshape(*split, query.shape[-1]).swapaxes(0, 1)\n"
                "    weights = weights.reshape(3, -1, query.shape[-1])\n"
                "    biases = in_proj_bias.reshape(split).swapaxes(0, 1).reshape(3, -1)",
            ),
            gives=(
                "when the rows of in_proj_weight are split into heads first, and the rows of each head into query, key "
                "and value."
            ),
            advice="The first d_m rows are the query's, for all heads. Split in three first, into heads afterwards.",
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
    trace=_trace,
)
