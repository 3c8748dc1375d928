"""`decoder_layer`: the layer that a language model of the Llama family repeats."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.chapters.language_model.draws import layer_params
from course.chapters.language_model.earlier import merge_heads, rms_norm, split_heads
from course.chapters.language_model.grouped_query_attention import grouped_query_attention
from course.chapters.language_model.rotary_embedding import rotary_embedding
from course.chapters.language_model.swiglu import swiglu
from course.checking.sampling import normal
from course.checking.spec import Arguments, Aside, Case, Exercise, Mistake
from course.checking.worked_out import in_a_sum


def decoder_layer(x, params, num_heads, num_kv_heads):
    """Apply a decoder layer: causal attention and a gated feed-forward part, each with a norm before it.

    x             (n, l, d_m)   positions 0 .. l-1 of a text
    params        a dict with nine arrays:
                  norm1, norm2 (d_m,)    w_q (H·d, d_m)    w_k, w_v (H_kv·d, d_m)    w_o (d_m, H·d)
                  w_gate, w_up (d_f, d_m)    w_down (d_m, d_f)
    num_heads     H, heads of queries
    num_kv_heads  H_kv, heads of keys and values
    returns       (n, l, d_m)
    """
    positions = np.arange(x.shape[1])
    normed = rms_norm(x, params["norm1"])
    query = rotary_embedding(split_heads(normed @ params["w_q"].T, num_heads), positions)
    key = rotary_embedding(split_heads(normed @ params["w_k"].T, num_kv_heads), positions)
    value = split_heads(normed @ params["w_v"].T, num_kv_heads)
    mixed = merge_heads(grouped_query_attention(query, key, value, is_causal=True))
    after = x + mixed @ params["w_o"].T
    normed = rms_norm(after, params["norm2"])
    return after + swiglu(normed, params["w_gate"], params["w_up"], params["w_down"])


def _drawn(rng: np.random.Generator, n: int, length: int, heads: int, kv_heads: int, size: int, hidden: int) -> dict:
    d_model = heads * size
    params: dict[str, Any] = layer_params(rng, d_model, heads, kv_heads, hidden)
    return {"x": normal(rng, n, length, d_model), "params": params, "num_heads": heads, "num_kv_heads": kv_heads}


def _tiny(rng: np.random.Generator) -> dict[str, Any]:
    drawn = _drawn(rng, 2, 3, 2, 1, 2, 3)
    return drawn | {"x": drawn["x"] * 0.001}


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    """Work out the last sum: what comes before it has too many steps for one line."""
    params = arguments["params"]
    silent = {**params, "w_down": 0 * params["w_down"]}
    after = decoder_layer(**{**arguments, "params": silent})[index]
    before, result = arguments["x"][index], decoder_layer(**arguments)[index]
    told = f"{before:.4g} + {in_a_sum(after - before)} = {after:.4g} after the attention"
    return f"{told}, and {after:.4g} + {in_a_sum(result - after)} = {result:.4g}"


EXERCISE = Exercise(
    points=5,
    solution=decoder_layer,
    stages={
        "the first norm": 'rms_norm(x, params["norm1"])',
        "the turned queries": Aside("query", "the output of the attention"),
        "the turned keys": Aside("key", "the output of the attention"),
        "the weighted sum of the values, head by head": "mixed",
        "the output of the attention": 'mixed @ params["w_o"].T',
        "the sum with the first residual connection": "after",
        "the second norm": "normed",
        "the output of the feed-forward part": 'swiglu(normed, params["w_gate"], params["w_up"], params["w_down"])',
        "the result": "result",
    },
    oracle=None,
    cases=(
        Case("one sentence", lambda rng: _drawn(rng, 1, 3, 2, 1, 2, 3)),
        Case("two sentences, groups of two", lambda rng: _drawn(rng, 2, 4, 4, 2, 2, 5)),
        Case("as many heads of keys as of queries", lambda rng: _drawn(rng, 2, 5, 3, 3, 2, 4)),
        Case("tiny features", _tiny, note="features near 0.001"),
        Case("one position", lambda rng: _drawn(rng, 2, 1, 2, 1, 4, 3), weight=0.5),
    ),
    mistakes=(
        Mistake(
            "no-residuals",
            edit=(("after = x + mixed", "after = mixed"), ("return after + swiglu", "return swiglu")),
            gives="when there is no residual connection.",
            unwritten="The residual connections are not written yet",
            advice="What each part computes is added to what went in.",
        ),
        Mistake(
            "no-attention-residual",
            edit=("after = x + mixed", "after = mixed"),
            gives="when there is no residual connection around the attention.",
            advice="What each part computes is added to what went in. One plus sign is missing.",
        ),
        Mistake(
            "no-forward-residual",
            edit=("return after + swiglu", "return swiglu"),
            gives="when there is no residual connection around the feed-forward part.",
            advice="What each part computes is added to what went in. One plus sign is missing.",
        ),
        Mistake(
            "residual-from-input",
            edit=("return after + swiglu", "return x + swiglu"),
            gives="when the second residual connection starts at the layer's input.",
            advice="What went into the feed-forward part, before its norm?",
        ),
        Mistake(
            "residual-after-norm",
            edit=("after = x + mixed", "x = rms_norm(x, params['norm1'])\n    after = x + mixed"),
            gives="when the first residual connection carries the normalized features.",
            advice="The residual connection starts before the norm.",
        ),
        Mistake(
            "norms-exchanged",
            edit=(
                ('rms_norm(x, params["norm1"])', 'rms_norm(x, params["norm2"])'),
                ('rms_norm(after, params["norm2"])', 'rms_norm(after, params["norm1"])'),
            ),
            gives="when norm1 and norm2 have changed places.",
            advice="norm1 belongs to the attention, norm2 to the feed-forward part.",
        ),
        Mistake(
            "no-second-norm",
            edit=('normed = rms_norm(after, params["norm2"])', "normed = after"),
            gives="when the feed-forward part gets features that are not normalized.",
            unwritten="The second norm is not written yet",
            advice="Each of the two parts has a norm before it.",
        ),
        Mistake(
            "forward-of-first-norm",
            edit=('    normed = rms_norm(after, params["norm2"])\n', ""),
            gives="when attention and feed-forward part get the same normalized features.",
            advice="The feed-forward part reads the sum after the attention. Normalize that.",
        ),
        Mistake(
            "not-causal",
            edit=(", is_causal=True", ""),
            gives="when every position looks at all positions, also at later ones.",
            advice="A position must not see the words that it should predict.",
        ),
        Mistake(
            "nothing-turned",
            edit=(
                (
                    'rotary_embedding(split_heads(normed @ params["w_q"].T, num_heads), positions)',
                    'split_heads(normed @ params["w_q"].T, num_heads)',
                ),
                (
                    'rotary_embedding(split_heads(normed @ params["w_k"].T, num_kv_heads), positions)',
                    'split_heads(normed @ params["w_k"].T, num_kv_heads)',
                ),
            ),
            gives="when queries and keys are not turned: the layer does not know where a word is.",
            unwritten="The rotary embedding is not used yet",
            advice="Turn queries and keys, after the heads are split.",
        ),
        Mistake(
            "keys-not-turned",
            edit=(
                'rotary_embedding(split_heads(normed @ params["w_k"].T, num_kv_heads), positions)',
                'split_heads(normed @ params["w_k"].T, num_kv_heads)',
            ),
            gives="when the queries are turned, and the keys are not.",
            advice="Both queries and keys are turned.",
        ),
        Mistake(
            "values-turned",
            edit=(
                'value = split_heads(normed @ params["w_v"].T, num_kv_heads)',
                'value = rotary_embedding(split_heads(normed @ params["w_v"].T, num_kv_heads), positions)',
            ),
            gives="when the values are turned, too.",
            advice="Positions decide who looks where. What is read there stays as it is.",
        ),
        Mistake(
            "turned-before-split",
            edit=(
                (
                    'rotary_embedding(split_heads(normed @ params["w_q"].T, num_heads), positions)',
                    'split_heads(rotary_embedding(normed @ params["w_q"].T, positions), num_heads)',
                ),
                (
                    'rotary_embedding(split_heads(normed @ params["w_k"].T, num_kv_heads), positions)',
                    'split_heads(rotary_embedding(normed @ params["w_k"].T, positions), num_kv_heads)',
                ),
            ),
            gives="when queries and keys are turned before they are split into heads.",
            advice="Each head has its own pairs. Split first.",
        ),
        Mistake(
            "no-output-projection",
            edit=('x + mixed @ params["w_o"].T', "x + mixed"),
            gives="when w_o is not used.",
            unwritten="w_o is not used yet",
            advice="One of the nine arrays is not used.",
        ),
        Mistake(
            "output-not-transposed",
            edit=('mixed @ params["w_o"].T', 'mixed @ params["w_o"]'),
            gives="when w_o is not transposed: it is square, so the shape is right.",
            advice="A row of w_o belongs to one feature of the result, as in the other weights.",
        ),
        Mistake(
            "gate-and-up-exchanged",
            edit=('params["w_gate"], params["w_up"]', 'params["w_up"], params["w_gate"]'),
            gives="when w_gate and w_up have changed places.",
            advice="Which of the two goes through SiLU?",
        ),
    ),
    hints=(
        "Two parts of the same form: normalize, compute, add the result to the input of the norm. The first computes "
        "attention, the second your swiglu.",
        "Attention: normalize x, multiply by w_q, w_k and w_v, and split each result into heads; w_k and w_v have "
        "num_kv_heads of them. Turn queries and keys, never the values.",
        "Then your grouped_query_attention with is_causal=True, merge_heads, w_o, and the first sum. The second norm "
        "reads this sum.",
    ),
    explanation=(
        "Only attention combines positions, and only the rotary embedding tells it where they are. Norms, weights and "
        "the feed-forward part treat each position separately. The residual connections carry x through the layer "
        "unchanged."
    ),
    trace=_trace,
)
