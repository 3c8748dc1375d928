"""Chapter 14: the encoder layer, put together."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.chapters.mistakes import transformer_layer as wrong
from course.checking.oracles import TorchModule
from course.checking.sampling import normal
from course.checking.spec import Case, Exercise, Misconception


def transformer_encoder_layer(x, params, num_heads, norm_first=False):
    """Let positions exchange information, then work on each alone: the lesson's version."""

    def norm(x, name):
        centred = x - x.mean(axis=-1, keepdims=True)
        scale = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-5)
        return centred / scale * params[f"{name}.weight"] + params[f"{name}.bias"]

    def attention(x):
        n, length, d_model = x.shape
        projected = x @ params["self_attn.in_proj_weight"].T + params["self_attn.in_proj_bias"]
        heads = projected.reshape(n, length, 3, num_heads, d_model // num_heads)
        query, key, value = heads.transpose(2, 0, 3, 1, 4)
        scores = query @ key.swapaxes(-1, -2) / np.sqrt(d_model // num_heads)
        weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
        weights = weights / weights.sum(axis=-1, keepdims=True)
        merged = (weights @ value).swapaxes(1, 2).reshape(n, length, d_model)
        return merged @ params["self_attn.out_proj.weight"].T + params["self_attn.out_proj.bias"]

    def forward(x):
        hidden = np.maximum(x @ params["linear1.weight"].T + params["linear1.bias"], 0)
        return hidden @ params["linear2.weight"].T + params["linear2.bias"]

    if norm_first:
        x = x + attention(norm(x, "norm1"))
        return x + forward(norm(x, "norm2"))
    x = norm(x + attention(x), "norm1")
    return norm(x + forward(x), "norm2")


def _params(rng: np.random.Generator, d_model: int, hidden: int) -> dict[str, np.ndarray]:
    return {
        # of this size, attention looks at several positions, and not at all of them alike
        "self_attn.in_proj_weight": normal(rng, 3 * d_model, d_model) * 0.5,
        "self_attn.in_proj_bias": normal(rng, 3 * d_model) * 0.5,
        "self_attn.out_proj.weight": normal(rng, d_model, d_model),
        "self_attn.out_proj.bias": normal(rng, d_model),
        "linear1.weight": normal(rng, hidden, d_model),
        "linear1.bias": normal(rng, hidden),
        "linear2.weight": normal(rng, d_model, hidden),
        "linear2.bias": normal(rng, d_model),
        "norm1.weight": 1 + 0.3 * normal(rng, d_model),
        "norm1.bias": normal(rng, d_model),
        "norm2.weight": 1 + 0.3 * normal(rng, d_model),
        "norm2.bias": normal(rng, d_model),
    }


def _layer(
    rng: np.random.Generator, n: int, length: int, num_heads: int, size: int, hidden: int, norm_first: bool = False
) -> dict[str, Any]:
    """Draw a call; `size` is the size of one head."""
    d_model = num_heads * size
    arguments: dict[str, Any] = {
        "x": normal(rng, n, length, d_model),
        "params": _params(rng, d_model, hidden),
        "num_heads": num_heads,
    }
    return arguments | ({"norm_first": True} if norm_first else {})


def _small(rng: np.random.Generator) -> dict[str, Any]:
    arguments = _layer(rng, 2, 4, 2, 3, 5, norm_first=True)
    return arguments | {"x": arguments["x"] * 0.004}


def _module(
    x: np.ndarray, params: dict[str, np.ndarray], num_heads: int, norm_first: bool = False
) -> tuple[dict[str, Any], dict[str, np.ndarray], tuple[np.ndarray]]:
    options = {
        "d_model": x.shape[-1],
        "nhead": num_heads,
        "dim_feedforward": len(params["linear1.bias"]),
        "batch_first": True,
        "norm_first": norm_first,
    }
    return options, params, (x,)


LAYER = Exercise(
    name="transformer_encoder_layer",
    chapter="14_transformer",
    points=5,
    reference=transformer_encoder_layer,
    oracle=TorchModule("torch.nn.TransformerEncoderLayer", arrange=_module),
    cases=(
        Case("one sentence", lambda rng: _layer(rng, 1, 3, 2, 2, 5)),
        Case("two sentences, three heads", lambda rng: _layer(rng, 2, 4, 3, 2, 7)),
        Case("norm first", lambda rng: _layer(rng, 2, 5, 2, 3, 4, norm_first=True)),
        Case("one head", lambda rng: _layer(rng, 3, 2, 1, 5, 6)),
        Case("norm first, tiny features", _small, note="features near 0.004"),
        Case("one position", lambda rng: _layer(rng, 2, 1, 2, 2, 3), weight=0.5),
    ),
    misconceptions=(
        Misconception(
            "transformer_encoder_layer.always-post-norm",
            wrong.always_post_norm,
            "when the norms come last, whatever `norm_first` says.",
            "With norm_first=True, what goes into attention and feed-forward is normalised, and the sums are not.",
        ),
        Misconception(
            "transformer_encoder_layer.always-pre-norm",
            wrong.always_pre_norm,
            "when the norms come first, whatever `norm_first` says.",
            "With norm_first=False, each sum is normalised after it is made.",
        ),
        Misconception(
            "transformer_encoder_layer.no-shortcut",
            wrong.no_shortcut,
            "when neither part has a shortcut around it.",
            "Each part gives something to be added to what went in. Look for the two plus signs in the formula.",
        ),
        Misconception(
            "transformer_encoder_layer.shortcut-from-input",
            wrong.shortcut_from_input,
            "when the second shortcut starts at the layer's input.",
            "The second shortcut goes around the feed-forward part alone. What went into that?",
        ),
        Misconception(
            "transformer_encoder_layer.shortcut-after-norm",
            wrong.shortcut_after_norm,
            "when, with the norm first, the shortcut carries the normalised features.",
            "The shortcut starts before the norm: x + attention(norm(x)).",
        ),
        Misconception(
            "transformer_encoder_layer.norms-exchanged",
            wrong.norms_exchanged,
            "when norm1 and norm2 have changed places.",
            "norm1 belongs to the attention, norm2 to the feed-forward part.",
        ),
        Misconception(
            "transformer_encoder_layer.one-norm",
            wrong.one_norm,
            "when norm1 is used in both places.",
            "There are two norms, with a weight and a bias each.",
        ),
        Misconception(
            "transformer_encoder_layer.no-scale",
            wrong.no_scale,
            "when the scores are not divided by the root of the head's size.",
            "Chapter 13 divides the scores by something. By what, and how large is one head here?",
        ),
        Misconception(
            "transformer_encoder_layer.scaled-by-model",
            wrong.scaled_by_model,
            "when the scores are divided by the root of d_m, the size of all heads together.",
            "A score is a sum over the features of one head. How many are these?",
        ),
        Misconception(
            "transformer_encoder_layer.heads-not-transposed",
            wrong.heads_not_transposed,
            "when the features are reshaped into heads before positions and heads have changed places.",
            "Reshape splits the last axis: (n, l, heads, size). Only then may heads and positions be exchanged.",
        ),
        Misconception(
            "transformer_encoder_layer.merged-not-transposed",
            wrong.merged_not_transposed,
            "when the heads are merged before heads and positions have changed back.",
            "The features of one position must lie next to each other before reshape can merge them.",
        ),
        Misconception(
            "transformer_encoder_layer.no-out-projection",
            wrong.no_out_projection,
            "when the merged heads leave the attention without the output projection.",
            "Two of the twelve arrays are not used: self_attn.out_proj.",
        ),
        Misconception(
            "transformer_encoder_layer.query-key-exchanged",
            wrong.query_key_exchanged,
            "when the first third of in_proj is taken for the keys and the second for the queries.",
            "PyTorch stacks the three projections in the order query, key, value.",
        ),
        Misconception(
            "transformer_encoder_layer.no-relu",
            wrong.no_relu,
            "when the feed-forward part has no ReLU.",
            "What stands between its two linear layers?",
        ),
        Misconception(
            "transformer_encoder_layer.unbiased-variance",
            wrong.unbiased_variance,
            "when the norm divides by the unbiased standard deviation, with d - 1.",
            "Layer norm takes the plain mean of the squares.",
        ),
        Misconception(
            "transformer_encoder_layer.no-eps",
            wrong.no_eps,
            "when the norms have no eps.",
            "Layer norm adds 1e-5 to the variance, under the root.",
        ),
    ),
    hints=(
        "Write three small functions first, inside this one: norm(x, name), attention(x) and forward(x). "
        "Each of them looks its arrays up in params. Then the layer itself is two lines for each order.",
        "Attention: project x with in_proj to (n, l, 3 d_m); split the last axis in three for query, key and value, "
        "each of these into heads, and bring the heads before the positions: (n, heads, l, size). Then softmax of "
        "query @ keyᵀ / √size, times value; then the same way back, and out_proj.",
        'Post-norm: x = norm(x + attention(x), "norm1"), then norm(x + forward(x), "norm2"). '
        'Pre-norm: x = x + attention(norm(x, "norm1")), then x + forward(norm(x, "norm2")).',
    ),
    explanation=(
        "Attention is the only step in which positions meet. The norms and the feed-forward part treat each position "
        "alone. Each of the two parts adds to what went in, and norm_first says on which side of the sum the norm is."
    ),
)
