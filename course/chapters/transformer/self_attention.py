"""Attention of a sequence to itself, with several heads and, if wanted, a causal mask."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.catalog.chapters import chapter
from course.chapters.attention.multi_head_attention import half
from course.checking.on_the_way import on_the_way
from course.checking.oracles import TorchFunction
from course.checking.sampling import normal, whole
from course.checking.spec import Arguments, Aside, Case, Exercise, Mistake
from course.checking.worked_out import in_a_sum


def self_attention(x, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias, num_heads, is_causal=False):
    """Let the positions of each sentence attend to each other, with several heads.

    x                (n, l, d_m)
    in_proj_weight   (3 d_m, d_m)  for query, key and value, in this order
    in_proj_bias     (3 d_m,)
    out_proj_weight  (d_m, d_m)
    out_proj_bias    (d_m,)
    num_heads        a divisor of d_m
    is_causal        True: no position attends to a later one
    returns          (n, l, d_m)
    """
    n, length, d_model = x.shape
    projected = x @ in_proj_weight.T + in_proj_bias
    heads = projected.reshape(n, length, 3, num_heads, d_model // num_heads)
    query, key, value = heads.transpose(2, 0, 3, 1, 4)
    scores = query @ key.swapaxes(-1, -2) / np.sqrt(d_model // num_heads)
    if is_causal:
        scores = np.where(np.tri(length, dtype=bool), scores, -np.inf)
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = weights / weights.sum(axis=-1, keepdims=True)
    merged = (weights @ value).swapaxes(1, 2).reshape(n, length, d_model)
    return merged @ out_proj_weight.T + out_proj_bias


def _attention(
    rng: np.random.Generator, n: int, length: int, num_heads: int, size: int, is_causal: bool = False
) -> dict[str, Any]:
    # size: features of one head
    d_model = num_heads * size
    arguments: dict[str, Any] = {
        "x": normal(rng, n, length, d_model),
        "in_proj_weight": half(rng, 3 * d_model, d_model),
        "in_proj_bias": half(rng, 3 * d_model),
        "out_proj_weight": normal(rng, d_model, d_model),
        "out_proj_bias": normal(rng, d_model),
        "num_heads": num_heads,
    }
    return arguments | ({"is_causal": True} if is_causal else {})


def _by_hand(rng: np.random.Generator) -> dict[str, Any]:
    """Draw three positions of one feature: with two features, the arrays are more than a pencil can follow."""
    shapes = {"in_proj_weight": (3, 1), "in_proj_bias": (3,), "out_proj_weight": (1, 1), "out_proj_bias": (1,)}
    x = rng.permutation(np.array([-1.0, 0.0, 1.0, 2.0]))[:3].reshape(1, 3, 1)
    return {"x": x, **{name: whole(rng, *shape, most=2) for name, shape in shapes.items()}, "num_heads": 1}


def _far(rng: np.random.Generator) -> dict[str, Any]:
    arguments = _attention(rng, 1, 3, 2, 2)
    return arguments | {"in_proj_weight": 60 * arguments["in_proj_weight"]}


def _for_pytorch(
    x: np.ndarray,
    in_proj_weight: np.ndarray,
    in_proj_bias: np.ndarray,
    out_proj_weight: np.ndarray,
    out_proj_bias: np.ndarray,
    num_heads: int,
    is_causal: bool = False,
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    rows = np.ascontiguousarray(x.swapaxes(0, 1))  # PyTorch's function has the positions first
    out = (out_proj_weight, out_proj_bias)
    arguments = (rows, rows, rows, x.shape[-1], num_heads, in_proj_weight, in_proj_bias, None, None, False, 0.0, *out)
    hidden = ~np.tri(x.shape[1], dtype=bool) if is_causal else None  # PyTorch's True hides a position
    return arguments, {"training": False, "need_weights": False, "attn_mask": hidden}


_attended = on_the_way(self_attention, "weights", "value")


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    """Work out one position of one feature, from the attention weights on."""
    x = arguments["x"]
    if x.shape[-1] > 1:
        return ""
    weights, values = _attended(**arguments)
    weights, values = weights[0, 0, index[1]], values[0, 0, :, 0]
    mixed = weights @ values
    terms = " + ".join(f"{in_a_sum(w, 3)}·{in_a_sum(v, 3)}" for w, v in zip(weights, values, strict=True))
    weight, bias = arguments["out_proj_weight"][0, 0], arguments["out_proj_bias"][0]
    last = f"{in_a_sum(mixed)}·{in_a_sum(weight)} + {in_a_sum(bias)} = {mixed * weight + bias:.4g}"
    return f"weights times values, {terms} = {mixed:.4g}, and out_proj: {last}"


EXERCISE = Exercise(
    points=4,
    solution=self_attention,
    stages={
        "the projected queries": Aside("query", "the scaled scores of each head"),
        "the projected keys": Aside("key", "the scaled scores of each head"),
        "the projected values": Aside("value", "the weighted sum of the values, head by head"),
        "the scaled scores of each head": "query @ key.swapaxes(-1, -2) / np.sqrt(d_model // num_heads)",
        "the attention weights of each head": "weights",
        "the weighted sum of the values, head by head": "merged",
        "the product with out_proj_weight": "merged @ out_proj_weight.T",
        "the output with its bias": "result",
    },
    oracle=TorchFunction(
        "torch.nn.functional.multi_head_attention_forward",
        arrange=_for_pytorch,
        result=lambda given: given[0].swapaxes(0, 1),
    ),
    cases=(
        Case("one feature", _by_hand, note="one head of one feature, three positions"),
        Case("two heads", lambda rng: _attention(rng, 1, 3, 2, 3)),
        Case("a batch, three heads", lambda rng: _attention(rng, 2, 4, 3, 2)),
        Case("as many heads as positions", lambda rng: _attention(rng, 3, 2, 2, 2)),
        Case("causal, two heads", lambda rng: _attention(rng, 2, 4, 2, 3, is_causal=True)),
        Case("causal, one head", lambda rng: _attention(rng, 1, 5, 1, 2, is_causal=True)),
        Case("large scores", _far, note="scores of several hundred"),
        Case("one position", lambda rng: _attention(rng, 2, 1, 2, 2), weight=0.5),
    ),
    mistakes=(
        Mistake(
            "mask-ignored",
            edit=("    if is_causal:\n        scores = np.where(np.tri(length, dtype=bool), scores, -np.inf)\n", ""),
            gives="when every position may attend to every other, whatever `is_causal` says.",
            unwritten="is_causal is not used yet",
            advice="With is_causal=True, the scores of later positions must get a weight of 0.",
        ),
        Mistake(
            "always-causal",
            edit=("if is_causal:", "if True:"),
            gives="when later positions are hidden, whatever `is_causal` says.",
            advice="Without is_causal, every position attends to all of them.",
        ),
        Mistake(
            "mask-turned",
            edit=("np.tri(length, dtype=bool)", "np.tri(length, dtype=bool).T"),
            gives="when the mask hides the earlier positions instead of the later ones.",
            advice="Row i of the scores belongs to query i. Which columns are later positions?",
        ),
        Mistake(
            "hides-itself",
            edit=("np.tri(length, dtype=bool)", "np.tri(length, k=-1, dtype=bool) | (np.arange(length) == 0)"),
            gives="when a position is hidden from itself.",
            advice="A position may attend to itself: does your mask keep the diagonal?",
        ),
        Mistake(
            "masked-after-softmax",
            edit=(
                ("    if is_causal:\n        scores = np.where(np.tri(length, dtype=bool), scores, -np.inf)\n", ""),
                (
                    "    merged =",
                    "    if is_causal:\n        weights = np.where(np.tri(length), weights, 0)\n    merged =",
                ),
            ),
            gives="when the weights are set to 0 after the softmax: what is left of a row no longer adds up to 1.",
            advice="Hide the scores before the softmax, so that the other weights add up to 1.",
        ),
        Mistake(
            "no-scale",
            edit=(" / np.sqrt(d_model // num_heads)", ""),
            gives="when the scores are not divided by the root of the head's size.",
            advice=f"In {chapter('attention')} the scores are divided by something. How large is one head here?",
        ),
        Mistake(
            "scaled-by-model",
            edit=("np.sqrt(d_model // num_heads)", "np.sqrt(d_model)"),
            gives="when the scores are divided by the root of d_m, the size of all heads together.",
            advice="A score is a sum over the features of one head. How many are there?",
        ),
        Mistake(
            "heads-not-transposed",
            edit=("transpose(2, 0, 3, 1, 4)", "transpose(2, 0, 1, 3, 4).reshape(3, n, num_heads, length, -1)"),
            gives="when the features are reshaped into heads before positions and heads have changed places.",
            advice="Reshape splits the last axis: (n, l, heads, size). Only then may heads and positions be exchanged.",
        ),
        Mistake(
            "heads-before-parts",
            edit=(
                (
                    "reshape(n, length, 3, num_heads, d_model // num_heads)",
                    "reshape(n, length, num_heads, 3, d_model // num_heads)",
                ),
                ("transpose(2, 0, 3, 1, 4)", "transpose(3, 0, 2, 1, 4)"),
            ),
            gives="when each head takes its query, key and value from neighbouring rows of in_proj_weight.",
            advice="The first third of the rows is for all queries, the next for all keys. Split the thirds off first.",
        ),
        Mistake(
            "merged-not-transposed",
            edit=(".swapaxes(1, 2)", ""),
            gives="when the heads are merged before heads and positions have changed back.",
            advice="The features of one position must be next to each other before reshape can merge them.",
        ),
        Mistake(
            "no-out-projection",
            edit=("merged @ out_proj_weight.T + out_proj_bias", "merged"),
            gives="when the merged heads are returned without the output projection.",
            advice="Two of the arguments are not used yet.",
        ),
        Mistake(
            "query-key-exchanged",
            edit=("query, key, value =", "key, query, value ="),
            gives="when the first third of in_proj is used for the keys and the second for the queries.",
            advice="PyTorch stacks the three projections in the order query, key, value.",
        ),
        Mistake(
            "no-out-bias",
            edit=(" + out_proj_bias", ""),
            gives="when the bias of the output projection is left out.",
            advice="One of the arguments is not used yet.",
        ),
        Mistake(
            "no-in-bias",
            edit=(" + in_proj_bias", ""),
            gives="when the bias of the input projection is left out.",
            advice="One of the arguments is not used yet.",
        ),
        Mistake(
            "no-maximum",
            edit=("np.exp(scores - scores.max(axis=-1, keepdims=True))", "np.exp(scores)"),
            gives="when the largest score is not subtracted before the exponential: a large one overflows.",
            advice="Softmax does not change when the same number is subtracted from a whole row.",
        ),
    ),
    hints=(
        "One matrix product gives all three projections: x with in_proj_weight, of shape (n, l, 3 d_m). Its last axis "
        "has the query first, then the key, then the value.",
        f"From here it is {chapter('attention')}: split each into heads, (n, heads, l, size), then scores, softmax "
        "and the weighted sum of the values.",
        "With is_causal, put -inf where a key's position is later than the query's, before the softmax. np.tri(l) has "
        "ones on the diagonal and below it.",
    ),
    explanation=(
        "One product computes query, key and value of every position. After the reshape and the transpose, each head "
        "is a small attention in itself. The mask changes the scores only: the softmax turns -inf into a weight of 0."
    ),
    trace=_trace,
)
