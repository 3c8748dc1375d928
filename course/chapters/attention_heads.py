"""Chapter 13, many heads: split, merge, and attend with all of them side by side."""

from __future__ import annotations

import numpy as np

from course.chapters.attention_one_head import CHAPTER, scaled_dot_product_attention
from course.chapters.mistakes import attention_heads as wrong
from course.checking.sampling import normal
from course.checking.spec import Arguments, Case, Exercise, Misconception


def split_heads(x, num_heads):
    """Give each head its own slice of the numbers: (n, l, e) becomes (n, heads, l, e / heads)."""
    n, length, e = x.shape
    return x.reshape(n, length, num_heads, e // num_heads).swapaxes(1, 2)


def merge_heads(x):
    """Put the heads' numbers side by side: (n, heads, l, size) becomes (n, l, heads * size)."""
    n, num_heads, length, size = x.shape
    return x.swapaxes(1, 2).reshape(n, length, num_heads * size)


def _split_arguments(rng: np.random.Generator, n: int, length: int, e: int, num_heads: int) -> dict[str, object]:
    return {"x": normal(rng, n, length, e), "num_heads": num_heads}


def _split_trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    x, num_heads = arguments["x"], arguments["num_heads"]
    n, head, position, i = index
    size = x.shape[2] // num_heads
    place = f"{n}, {position}, {head * size + i}"
    return f"head {head} has numbers {head * size} to {(head + 1) * size - 1} of each position, and x[{place}] is " + (
        f"{x[n, position, head * size + i]:.4g}"
    )


SPLIT = Exercise(
    name="split_heads",
    chapter=CHAPTER,
    points=2,
    reference=split_heads,
    oracle=None,
    cases=(
        Case("two heads", lambda rng: _split_arguments(rng, 1, 3, 4, 2)),
        Case("a batch", lambda rng: _split_arguments(rng, 2, 4, 6, 3)),
        Case("as many heads as positions", lambda rng: _split_arguments(rng, 2, 3, 6, 3)),
        Case("all sizes the same", lambda rng: _split_arguments(rng, 3, 3, 9, 3)),
        Case("one head", lambda rng: _split_arguments(rng, 2, 3, 4, 1), weight=0.5),
        Case("as many heads as numbers", lambda rng: _split_arguments(rng, 2, 3, 5, 5), weight=0.5),
    ),
    misconceptions=(
        Misconception(
            "split_heads.reshape-only",
            wrong.split_by_reshape,
            "when x is reshaped to (n, heads, l, e / heads) at once: the heads share the positions out, not the "
            "numbers.",
            "Split the last axis in two first. Which two axes have to change places then?",
        ),
        Misconception(
            "split_heads.not-exchanged",
            wrong.split_without_exchange,
            "when the last axis is split, and the heads stay behind the positions.",
            "The heads must come before the positions, for each head to attend alone.",
        ),
        Misconception(
            "split_heads.interleaved",
            wrong.split_interleaved,
            "when each head takes every num_heads-th number.",
            "A head takes numbers that lie side by side: head 0 has the first e / heads of them.",
        ),
        Misconception(
            "split_heads.sizes-exchanged",
            wrong.split_sizes_exchanged,
            "when the number of heads and the size of a head are exchanged.",
            "The second axis of the result has length num_heads.",
        ),
        Misconception(
            "split_heads.positions-last",
            wrong.split_positions_last,
            "when the positions end up last.",
            "Attention wants (l, e / heads) as the last two axes, in this order.",
        ),
        Misconception(
            "split_heads.positions-split",
            wrong.split_along_positions,
            "when the positions are shared out among the heads.",
            "Each head sees all the positions, and some of the numbers of each.",
        ),
    ),
    hints=(
        "For one sentence and two heads, head 0 is x[0, :, : e // 2], and head 1 is the rest of the columns.",
        "Split the last axis: reshape to (n, l, num_heads, e // num_heads). No number has moved yet.",
        "Then exchange the axes 1 and 2, with swapaxes or transpose.",
    ),
    explanation=(
        "`reshape` splits the last axis: the first e / heads numbers of a position are head 0's, the next ones head "
        "1's. `swapaxes(1, 2)` then puts the heads before the positions. A single reshape to the final shape would "
        "fill it in storage order, and mix positions with heads."
    ),
    trace=_split_trace,
)


def _merge_trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    x = arguments["x"]
    n, position, i = index
    head, own = divmod(i, x.shape[3])
    return f"number {i} of a position is number {own} of head {head}, and x[{n}, {head}, {position}, {own}] is " + (
        f"{x[n, head, position, own]:.4g}"
    )


MERGE = Exercise(
    name="merge_heads",
    chapter=CHAPTER,
    points=2,
    reference=merge_heads,
    oracle=None,
    cases=(
        Case("two heads", lambda rng: {"x": normal(rng, 1, 2, 3, 4)}),
        Case("a batch", lambda rng: {"x": normal(rng, 2, 3, 4, 5)}),
        Case("as many heads as positions", lambda rng: {"x": normal(rng, 2, 3, 3, 2)}),
        Case("all sizes the same", lambda rng: {"x": normal(rng, 3, 3, 3, 3)}),
        Case("one head", lambda rng: {"x": normal(rng, 2, 1, 3, 4)}, weight=0.5),
        Case("heads of a single number", lambda rng: {"x": normal(rng, 2, 4, 3, 1)}, weight=0.5),
    ),
    misconceptions=(
        Misconception(
            "merge_heads.reshape-only",
            wrong.merged_by_reshape,
            "when x is reshaped to (n, l, e) at once: numbers of different positions end up in one row.",
            "Before the axes can be joined, heads and numbers must be neighbours. Which axes change places?",
        ),
        Misconception(
            "merge_heads.not-joined",
            wrong.merged_without_joining,
            "when the axes have changed places, but are not joined.",
            "The last two axes must become one. That is what reshape is for.",
        ),
        Misconception(
            "merge_heads.interleaved",
            wrong.merged_interleaved,
            "when the heads' numbers are interleaved: first number 0 of every head, then number 1.",
            "All of head 0's numbers come first. In which order must the last two axes stand before reshape?",
        ),
        Misconception(
            "merge_heads.mean",
            wrong.merged_mean,
            "when the mean of the heads is taken.",
            "Nothing is added or averaged here: the heads' numbers are put side by side.",
        ),
        Misconception(
            "merge_heads.one-after-the-other",
            wrong.merged_along_positions,
            "when the heads are put one below the other, as if each had positions of its own.",
            "Every head has the same l positions. Join along the numbers, the last axis.",
        ),
        Misconception(
            "merge_heads.wrong-axes",
            wrong.merged_wrong_axes,
            "when heads and numbers change places, in place of heads and positions.",
            "The result is (n, l, e): which axis has to come second?",
        ),
    ),
    hints=(
        "merge_heads undoes split_heads. Which two steps did that one take?",
        "Put the positions before the heads: exchange axes 1 and 2.",
        "Now each position has its heads, and each head its numbers, side by side. reshape joins the last two axes.",
    ),
    explanation=(
        "The same two steps as in split_heads, backwards: `swapaxes(1, 2)`, then `reshape` joins the heads' numbers."
    ),
    trace=_merge_trace,
)


def multi_head_attention(query, key, value, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias, num_heads):
    """Project, attend with every head, merge the heads, project once more."""
    weights, biases = np.split(in_proj_weight, 3), np.split(in_proj_bias, 3)
    q, k, v = (
        split_heads(x @ weight.T + bias, num_heads)
        for x, weight, bias in zip((query, key, value), weights, biases, strict=True)
    )
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


MULTI_HEAD = Exercise(
    name="multi_head_attention",
    chapter=CHAPTER,
    points=5,
    reference=multi_head_attention,
    oracle=None,
    cases=(
        Case("one sentence, two heads", lambda rng: _self_attention(rng, 1, 3, 4, 2)),
        Case("a batch, three heads", lambda rng: _self_attention(rng, 2, 4, 6, 3)),
        Case("queries from elsewhere", lambda rng: _cross_attention(rng, 2, 3, 5, 4, 2)),
        Case("another value than key", lambda rng: _cross_attention(rng, 2, 3, 3, 6, 2)),
        Case("as many heads as positions", lambda rng: _self_attention(rng, 2, 3, 9, 3)),
        Case("one head", lambda rng: _self_attention(rng, 2, 3, 4, 1), weight=0.5),
    ),
    misconceptions=(
        Misconception(
            "multi_head_attention.split-by-reshape",
            wrong.heads_by_reshape,
            "when the heads are split by a reshape alone: they share the positions out, not the numbers.",
            "split_heads has two steps: split the last axis, then exchange two axes.",
        ),
        Misconception(
            "multi_head_attention.merged-by-reshape",
            wrong.heads_joined_by_reshape,
            "when the heads are merged by a reshape alone: numbers of different positions end up in one row.",
            "merge_heads has two steps: exchange two axes, then join the last two.",
        ),
        Misconception(
            "multi_head_attention.reshape-both-times",
            wrong.heads_all_by_reshape,
            "when the heads are split by a reshape alone, and merged by one. The shapes fit, and each head sees "
            "some of the positions only.",
            "Print the first head of a small x: it should have numbers of all the positions.",
        ),
        Misconception(
            "multi_head_attention.interleaved",
            wrong.heads_interleaved,
            "when each head takes every num_heads-th number.",
            "A head takes numbers that lie side by side: head 0 has the first e / heads of them.",
        ),
        Misconception(
            "multi_head_attention.split-before-projecting",
            wrong.split_before_projecting,
            "when query, key and value are split first, and each head projects its slice alone.",
            "Project with the whole matrix, then split: every head may use all the numbers of a position.",
        ),
        Misconception(
            "multi_head_attention.one-head",
            wrong.one_head_only,
            "when all heads are taken together as one.",
            "num_heads has to matter: split after projecting.",
        ),
        Misconception(
            "multi_head_attention.scale-of-all-heads",
            wrong.scale_of_all_heads,
            "when the scores are divided by the root of the whole size, not of a head's.",
            "A head's dot products have e / heads terms. Which root belongs to that?",
        ),
        Misconception(
            "multi_head_attention.no-scale",
            wrong.heads_without_scale,
            "when the scores are not divided by a root.",
            "Each head is a scaled dot-product attention, as in exercise 2.",
        ),
        Misconception(
            "multi_head_attention.weights-not-transposed",
            wrong.weights_not_transposed,
            "when the projections are x @ W. The matrices are square, so nothing warns you.",
            "PyTorch stores one row for each output, as in chapter 01. What does a linear layer do with its weight?",
        ),
        Misconception(
            "multi_head_attention.no-in-bias",
            wrong.in_biases_forgotten,
            "when in_proj_bias is left out.",
            "in_proj_bias has a third for each of the three projections, as in_proj_weight has.",
        ),
        Misconception(
            "multi_head_attention.no-out-projection",
            wrong.out_projection_forgotten,
            "when the merged heads are not projected once more.",
            "One linear layer is left: out_proj_weight and out_proj_bias.",
        ),
        Misconception(
            "multi_head_attention.thirds-exchanged",
            wrong.thirds_in_another_order,
            "when the first third of in_proj_weight projects the key, and the second the query.",
            "The rows of in_proj_weight belong to query, key and value, in this order.",
        ),
        Misconception(
            "multi_head_attention.query-for-all",
            wrong.query_for_all,
            "when keys and values are made of query, too.",
            "Only in self-attention are the three the same. Project key and value themselves.",
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
        "attention takes as it is, with the root of a head's size as its scale. The last linear layer mixes what the "
        "heads found."
    ),
)


HEADS = (SPLIT, MERGE, MULTI_HEAD)
