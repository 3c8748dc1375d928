"""`transformer_encoder_layer`: ..."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.checking.oracles import TorchFunction
from course.checking.sampling import normal
from course.checking.spec import Case, Exercise, Mistake


def transformer_encoder_layer(x, params, num_heads, norm_first=False):
    """Apply a transformer's encoder layer, without dropout.

    x          (n, l, d_m)
    params     a dict with the twelve arrays of section 2, by PyTorch's names,
               such as params["self_attn.in_proj_weight"], shape (3 d_m, d_m)
    num_heads  a divisor of d_m
    norm_first False: the norms after the sums. True: the norms before attention and feed-forward part
    returns    (n, l, d_m)
    """

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


def _for_torch(
    x: np.ndarray, params: dict[str, np.ndarray], num_heads: int, norm_first: bool = False
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    # what torch.nn.TransformerEncoderLayer calls in evaluation; tests hold the module itself against it
    attention = ("in_proj_weight", "in_proj_bias", "out_proj.weight", "out_proj.bias")
    rest = ("norm1", "norm2", "linear1", "linear2")
    return (
        x,
        x.shape[-1],
        num_heads,
        *(params[f"self_attn.{name}"] for name in attention),
        False,  # ReLU, not GELU
        norm_first,
        1e-5,
        *(params[f"{part}.{name}"] for part in rest for name in ("weight", "bias")),
    ), {}


def _always_post_norm(x, params, num_heads, norm_first=False):
    def norm(x, name):
        x = x - x.mean(-1, keepdims=True)
        return x / np.sqrt(x.var(-1, keepdims=True) + 1e-5) * params[name + ".weight"] + params[name + ".bias"]

    def attend(x):
        n, l, d = x.shape
        both = x @ params["self_attn.in_proj_weight"].T + params["self_attn.in_proj_bias"]
        q, k, v = (part.reshape(n, l, num_heads, -1).swapaxes(1, 2) for part in np.split(both, 3, axis=-1))
        scores = q @ k.swapaxes(-1, -2) / q.shape[-1] ** 0.5
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (weights / weights.sum(-1, keepdims=True) @ v).swapaxes(1, 2).reshape(n, l, d)
        return mixed @ params["self_attn.out_proj.weight"].T + params["self_attn.out_proj.bias"]

    def forward(x):
        x = np.maximum(x @ params["linear1.weight"].T + params["linear1.bias"], 0)
        return x @ params["linear2.weight"].T + params["linear2.bias"]

    x = norm(x + attend(x), "norm1")
    return norm(x + forward(x), "norm2")


def _always_pre_norm(x, params, num_heads, norm_first=False):
    def norm(x, name):
        x = x - x.mean(-1, keepdims=True)
        return x / np.sqrt(x.var(-1, keepdims=True) + 1e-5) * params[name + ".weight"] + params[name + ".bias"]

    def attend(x):
        n, l, d = x.shape
        both = x @ params["self_attn.in_proj_weight"].T + params["self_attn.in_proj_bias"]
        q, k, v = (part.reshape(n, l, num_heads, -1).swapaxes(1, 2) for part in np.split(both, 3, axis=-1))
        scores = q @ k.swapaxes(-1, -2) / q.shape[-1] ** 0.5
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (weights / weights.sum(-1, keepdims=True) @ v).swapaxes(1, 2).reshape(n, l, d)
        return mixed @ params["self_attn.out_proj.weight"].T + params["self_attn.out_proj.bias"]

    def forward(x):
        x = np.maximum(x @ params["linear1.weight"].T + params["linear1.bias"], 0)
        return x @ params["linear2.weight"].T + params["linear2.bias"]

    x = x + attend(norm(x, "norm1"))
    return x + forward(norm(x, "norm2"))


def _no_shortcut(x, params, num_heads, norm_first=False):
    def norm(x, name):
        x = x - x.mean(-1, keepdims=True)
        return x / np.sqrt(x.var(-1, keepdims=True) + 1e-5) * params[name + ".weight"] + params[name + ".bias"]

    def attend(x):
        n, l, d = x.shape
        both = x @ params["self_attn.in_proj_weight"].T + params["self_attn.in_proj_bias"]
        q, k, v = (part.reshape(n, l, num_heads, -1).swapaxes(1, 2) for part in np.split(both, 3, axis=-1))
        scores = q @ k.swapaxes(-1, -2) / q.shape[-1] ** 0.5
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (weights / weights.sum(-1, keepdims=True) @ v).swapaxes(1, 2).reshape(n, l, d)
        return mixed @ params["self_attn.out_proj.weight"].T + params["self_attn.out_proj.bias"]

    def forward(x):
        x = np.maximum(x @ params["linear1.weight"].T + params["linear1.bias"], 0)
        return x @ params["linear2.weight"].T + params["linear2.bias"]

    if norm_first:
        return forward(norm(attend(norm(x, "norm1")), "norm2"))
    return norm(forward(norm(attend(x), "norm1")), "norm2")


def _shortcut_from_input(x, params, num_heads, norm_first=False):
    def norm(x, name):
        x = x - x.mean(-1, keepdims=True)
        return x / np.sqrt(x.var(-1, keepdims=True) + 1e-5) * params[name + ".weight"] + params[name + ".bias"]

    def attend(x):
        n, l, d = x.shape
        both = x @ params["self_attn.in_proj_weight"].T + params["self_attn.in_proj_bias"]
        q, k, v = (part.reshape(n, l, num_heads, -1).swapaxes(1, 2) for part in np.split(both, 3, axis=-1))
        scores = q @ k.swapaxes(-1, -2) / q.shape[-1] ** 0.5
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (weights / weights.sum(-1, keepdims=True) @ v).swapaxes(1, 2).reshape(n, l, d)
        return mixed @ params["self_attn.out_proj.weight"].T + params["self_attn.out_proj.bias"]

    def forward(x):
        x = np.maximum(x @ params["linear1.weight"].T + params["linear1.bias"], 0)
        return x @ params["linear2.weight"].T + params["linear2.bias"]

    if norm_first:
        return x + forward(norm(x + attend(norm(x, "norm1")), "norm2"))
    return norm(x + forward(norm(x + attend(x), "norm1")), "norm2")


def _shortcut_after_norm(x, params, num_heads, norm_first=False):
    def norm(x, name):
        x = x - x.mean(-1, keepdims=True)
        return x / np.sqrt(x.var(-1, keepdims=True) + 1e-5) * params[name + ".weight"] + params[name + ".bias"]

    def attend(x):
        n, l, d = x.shape
        both = x @ params["self_attn.in_proj_weight"].T + params["self_attn.in_proj_bias"]
        q, k, v = (part.reshape(n, l, num_heads, -1).swapaxes(1, 2) for part in np.split(both, 3, axis=-1))
        scores = q @ k.swapaxes(-1, -2) / q.shape[-1] ** 0.5
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (weights / weights.sum(-1, keepdims=True) @ v).swapaxes(1, 2).reshape(n, l, d)
        return mixed @ params["self_attn.out_proj.weight"].T + params["self_attn.out_proj.bias"]

    def forward(x):
        x = np.maximum(x @ params["linear1.weight"].T + params["linear1.bias"], 0)
        return x @ params["linear2.weight"].T + params["linear2.bias"]

    if norm_first:
        x = norm(x, "norm1")
        x = norm(x + attend(x), "norm2")
        return x + forward(x)
    x = norm(x + attend(x), "norm1")
    return norm(x + forward(x), "norm2")


def _norms_exchanged(x, params, num_heads, norm_first=False):
    def norm(x, name):
        x = x - x.mean(-1, keepdims=True)
        return x / np.sqrt(x.var(-1, keepdims=True) + 1e-5) * params[name + ".weight"] + params[name + ".bias"]

    def attend(x):
        n, l, d = x.shape
        both = x @ params["self_attn.in_proj_weight"].T + params["self_attn.in_proj_bias"]
        q, k, v = (part.reshape(n, l, num_heads, -1).swapaxes(1, 2) for part in np.split(both, 3, axis=-1))
        scores = q @ k.swapaxes(-1, -2) / q.shape[-1] ** 0.5
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (weights / weights.sum(-1, keepdims=True) @ v).swapaxes(1, 2).reshape(n, l, d)
        return mixed @ params["self_attn.out_proj.weight"].T + params["self_attn.out_proj.bias"]

    def forward(x):
        x = np.maximum(x @ params["linear1.weight"].T + params["linear1.bias"], 0)
        return x @ params["linear2.weight"].T + params["linear2.bias"]

    if norm_first:
        x = x + attend(norm(x, "norm2"))
        return x + forward(norm(x, "norm1"))
    x = norm(x + attend(x), "norm2")
    return norm(x + forward(x), "norm1")


def _one_norm(x, params, num_heads, norm_first=False):
    def norm(x, name):
        x = x - x.mean(-1, keepdims=True)
        return x / np.sqrt(x.var(-1, keepdims=True) + 1e-5) * params[name + ".weight"] + params[name + ".bias"]

    def attend(x):
        n, l, d = x.shape
        both = x @ params["self_attn.in_proj_weight"].T + params["self_attn.in_proj_bias"]
        q, k, v = (part.reshape(n, l, num_heads, -1).swapaxes(1, 2) for part in np.split(both, 3, axis=-1))
        scores = q @ k.swapaxes(-1, -2) / q.shape[-1] ** 0.5
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (weights / weights.sum(-1, keepdims=True) @ v).swapaxes(1, 2).reshape(n, l, d)
        return mixed @ params["self_attn.out_proj.weight"].T + params["self_attn.out_proj.bias"]

    def forward(x):
        x = np.maximum(x @ params["linear1.weight"].T + params["linear1.bias"], 0)
        return x @ params["linear2.weight"].T + params["linear2.bias"]

    if norm_first:
        x = x + attend(norm(x, "norm1"))
        return x + forward(norm(x, "norm1"))
    x = norm(x + attend(x), "norm1")
    return norm(x + forward(x), "norm1")


def _no_scale(x, params, num_heads, norm_first=False):
    def norm(x, name):
        x = x - x.mean(-1, keepdims=True)
        return x / np.sqrt(x.var(-1, keepdims=True) + 1e-5) * params[name + ".weight"] + params[name + ".bias"]

    def attend(x):
        n, l, d = x.shape
        both = x @ params["self_attn.in_proj_weight"].T + params["self_attn.in_proj_bias"]
        q, k, v = (part.reshape(n, l, num_heads, -1).swapaxes(1, 2) for part in np.split(both, 3, axis=-1))
        scores = q @ k.swapaxes(-1, -2)
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (weights / weights.sum(-1, keepdims=True) @ v).swapaxes(1, 2).reshape(n, l, d)
        return mixed @ params["self_attn.out_proj.weight"].T + params["self_attn.out_proj.bias"]

    def forward(x):
        x = np.maximum(x @ params["linear1.weight"].T + params["linear1.bias"], 0)
        return x @ params["linear2.weight"].T + params["linear2.bias"]

    if norm_first:
        x = x + attend(norm(x, "norm1"))
        return x + forward(norm(x, "norm2"))
    x = norm(x + attend(x), "norm1")
    return norm(x + forward(x), "norm2")


def _scaled_by_model(x, params, num_heads, norm_first=False):
    def norm(x, name):
        x = x - x.mean(-1, keepdims=True)
        return x / np.sqrt(x.var(-1, keepdims=True) + 1e-5) * params[name + ".weight"] + params[name + ".bias"]

    def attend(x):
        n, l, d = x.shape
        both = x @ params["self_attn.in_proj_weight"].T + params["self_attn.in_proj_bias"]
        q, k, v = (part.reshape(n, l, num_heads, -1).swapaxes(1, 2) for part in np.split(both, 3, axis=-1))
        scores = q @ k.swapaxes(-1, -2) / d**0.5
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (weights / weights.sum(-1, keepdims=True) @ v).swapaxes(1, 2).reshape(n, l, d)
        return mixed @ params["self_attn.out_proj.weight"].T + params["self_attn.out_proj.bias"]

    def forward(x):
        x = np.maximum(x @ params["linear1.weight"].T + params["linear1.bias"], 0)
        return x @ params["linear2.weight"].T + params["linear2.bias"]

    if norm_first:
        x = x + attend(norm(x, "norm1"))
        return x + forward(norm(x, "norm2"))
    x = norm(x + attend(x), "norm1")
    return norm(x + forward(x), "norm2")


def _heads_not_transposed(x, params, num_heads, norm_first=False):
    def norm(x, name):
        x = x - x.mean(-1, keepdims=True)
        return x / np.sqrt(x.var(-1, keepdims=True) + 1e-5) * params[name + ".weight"] + params[name + ".bias"]

    def attend(x):
        n, l, d = x.shape
        both = x @ params["self_attn.in_proj_weight"].T + params["self_attn.in_proj_bias"]
        q, k, v = (part.reshape(n, num_heads, l, -1) for part in np.split(both, 3, axis=-1))
        scores = q @ k.swapaxes(-1, -2) / q.shape[-1] ** 0.5
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (weights / weights.sum(-1, keepdims=True) @ v).swapaxes(1, 2).reshape(n, l, d)
        return mixed @ params["self_attn.out_proj.weight"].T + params["self_attn.out_proj.bias"]

    def forward(x):
        x = np.maximum(x @ params["linear1.weight"].T + params["linear1.bias"], 0)
        return x @ params["linear2.weight"].T + params["linear2.bias"]

    if norm_first:
        x = x + attend(norm(x, "norm1"))
        return x + forward(norm(x, "norm2"))
    x = norm(x + attend(x), "norm1")
    return norm(x + forward(x), "norm2")


def _merged_not_transposed(x, params, num_heads, norm_first=False):
    def norm(x, name):
        x = x - x.mean(-1, keepdims=True)
        return x / np.sqrt(x.var(-1, keepdims=True) + 1e-5) * params[name + ".weight"] + params[name + ".bias"]

    def attend(x):
        n, l, d = x.shape
        both = x @ params["self_attn.in_proj_weight"].T + params["self_attn.in_proj_bias"]
        q, k, v = (part.reshape(n, l, num_heads, -1).swapaxes(1, 2) for part in np.split(both, 3, axis=-1))
        scores = q @ k.swapaxes(-1, -2) / q.shape[-1] ** 0.5
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (weights / weights.sum(-1, keepdims=True) @ v).reshape(n, l, d)
        return mixed @ params["self_attn.out_proj.weight"].T + params["self_attn.out_proj.bias"]

    def forward(x):
        x = np.maximum(x @ params["linear1.weight"].T + params["linear1.bias"], 0)
        return x @ params["linear2.weight"].T + params["linear2.bias"]

    if norm_first:
        x = x + attend(norm(x, "norm1"))
        return x + forward(norm(x, "norm2"))
    x = norm(x + attend(x), "norm1")
    return norm(x + forward(x), "norm2")


def _no_out_projection(x, params, num_heads, norm_first=False):
    def norm(x, name):
        x = x - x.mean(-1, keepdims=True)
        return x / np.sqrt(x.var(-1, keepdims=True) + 1e-5) * params[name + ".weight"] + params[name + ".bias"]

    def attend(x):
        n, l, d = x.shape
        both = x @ params["self_attn.in_proj_weight"].T + params["self_attn.in_proj_bias"]
        q, k, v = (part.reshape(n, l, num_heads, -1).swapaxes(1, 2) for part in np.split(both, 3, axis=-1))
        scores = q @ k.swapaxes(-1, -2) / q.shape[-1] ** 0.5
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        return (weights / weights.sum(-1, keepdims=True) @ v).swapaxes(1, 2).reshape(n, l, d)

    def forward(x):
        x = np.maximum(x @ params["linear1.weight"].T + params["linear1.bias"], 0)
        return x @ params["linear2.weight"].T + params["linear2.bias"]

    if norm_first:
        x = x + attend(norm(x, "norm1"))
        return x + forward(norm(x, "norm2"))
    x = norm(x + attend(x), "norm1")
    return norm(x + forward(x), "norm2")


def _query_key_exchanged(x, params, num_heads, norm_first=False):
    def norm(x, name):
        x = x - x.mean(-1, keepdims=True)
        return x / np.sqrt(x.var(-1, keepdims=True) + 1e-5) * params[name + ".weight"] + params[name + ".bias"]

    def attend(x):
        n, l, d = x.shape
        both = x @ params["self_attn.in_proj_weight"].T + params["self_attn.in_proj_bias"]
        k, q, v = (part.reshape(n, l, num_heads, -1).swapaxes(1, 2) for part in np.split(both, 3, axis=-1))
        scores = q @ k.swapaxes(-1, -2) / q.shape[-1] ** 0.5
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (weights / weights.sum(-1, keepdims=True) @ v).swapaxes(1, 2).reshape(n, l, d)
        return mixed @ params["self_attn.out_proj.weight"].T + params["self_attn.out_proj.bias"]

    def forward(x):
        x = np.maximum(x @ params["linear1.weight"].T + params["linear1.bias"], 0)
        return x @ params["linear2.weight"].T + params["linear2.bias"]

    if norm_first:
        x = x + attend(norm(x, "norm1"))
        return x + forward(norm(x, "norm2"))
    x = norm(x + attend(x), "norm1")
    return norm(x + forward(x), "norm2")


def _no_relu(x, params, num_heads, norm_first=False):
    def norm(x, name):
        x = x - x.mean(-1, keepdims=True)
        return x / np.sqrt(x.var(-1, keepdims=True) + 1e-5) * params[name + ".weight"] + params[name + ".bias"]

    def attend(x):
        n, l, d = x.shape
        both = x @ params["self_attn.in_proj_weight"].T + params["self_attn.in_proj_bias"]
        q, k, v = (part.reshape(n, l, num_heads, -1).swapaxes(1, 2) for part in np.split(both, 3, axis=-1))
        scores = q @ k.swapaxes(-1, -2) / q.shape[-1] ** 0.5
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (weights / weights.sum(-1, keepdims=True) @ v).swapaxes(1, 2).reshape(n, l, d)
        return mixed @ params["self_attn.out_proj.weight"].T + params["self_attn.out_proj.bias"]

    def forward(x):
        x = x @ params["linear1.weight"].T + params["linear1.bias"]
        return x @ params["linear2.weight"].T + params["linear2.bias"]

    if norm_first:
        x = x + attend(norm(x, "norm1"))
        return x + forward(norm(x, "norm2"))
    x = norm(x + attend(x), "norm1")
    return norm(x + forward(x), "norm2")


def _unbiased_variance(x, params, num_heads, norm_first=False):
    def norm(x, name):
        x = x - x.mean(-1, keepdims=True)
        return x / np.sqrt(x.var(-1, keepdims=True, ddof=1) + 1e-5) * params[name + ".weight"] + params[name + ".bias"]

    def attend(x):
        n, l, d = x.shape
        both = x @ params["self_attn.in_proj_weight"].T + params["self_attn.in_proj_bias"]
        q, k, v = (part.reshape(n, l, num_heads, -1).swapaxes(1, 2) for part in np.split(both, 3, axis=-1))
        scores = q @ k.swapaxes(-1, -2) / q.shape[-1] ** 0.5
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (weights / weights.sum(-1, keepdims=True) @ v).swapaxes(1, 2).reshape(n, l, d)
        return mixed @ params["self_attn.out_proj.weight"].T + params["self_attn.out_proj.bias"]

    def forward(x):
        x = np.maximum(x @ params["linear1.weight"].T + params["linear1.bias"], 0)
        return x @ params["linear2.weight"].T + params["linear2.bias"]

    if norm_first:
        x = x + attend(norm(x, "norm1"))
        return x + forward(norm(x, "norm2"))
    x = norm(x + attend(x), "norm1")
    return norm(x + forward(x), "norm2")


def _no_eps(x, params, num_heads, norm_first=False):
    def norm(x, name):
        x = x - x.mean(-1, keepdims=True)
        return x / x.std(-1, keepdims=True) * params[name + ".weight"] + params[name + ".bias"]

    def attend(x):
        n, l, d = x.shape
        both = x @ params["self_attn.in_proj_weight"].T + params["self_attn.in_proj_bias"]
        q, k, v = (part.reshape(n, l, num_heads, -1).swapaxes(1, 2) for part in np.split(both, 3, axis=-1))
        scores = q @ k.swapaxes(-1, -2) / q.shape[-1] ** 0.5
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (weights / weights.sum(-1, keepdims=True) @ v).swapaxes(1, 2).reshape(n, l, d)
        return mixed @ params["self_attn.out_proj.weight"].T + params["self_attn.out_proj.bias"]

    def forward(x):
        x = np.maximum(x @ params["linear1.weight"].T + params["linear1.bias"], 0)
        return x @ params["linear2.weight"].T + params["linear2.bias"]

    if norm_first:
        x = x + attend(norm(x, "norm1"))
        return x + forward(norm(x, "norm2"))
    x = norm(x + attend(x), "norm1")
    return norm(x + forward(x), "norm2")


EXERCISE = Exercise(
    name="transformer_encoder_layer",
    points=5,
    solution=transformer_encoder_layer,
    oracle=TorchFunction("torch._transformer_encoder_layer_fwd", arrange=_for_torch),
    cases=(
        Case("one sentence", lambda rng: _layer(rng, 1, 3, 2, 2, 5)),
        Case("two sentences, three heads", lambda rng: _layer(rng, 2, 4, 3, 2, 7)),
        Case("norm first", lambda rng: _layer(rng, 2, 5, 2, 3, 4, norm_first=True)),
        Case("one head", lambda rng: _layer(rng, 3, 2, 1, 5, 6)),
        Case("norm first, tiny features", _small, note="features near 0.004"),
        Case("one position", lambda rng: _layer(rng, 2, 1, 2, 2, 3), weight=0.5),
    ),
    mistakes=(
        Mistake(
            "always-post-norm",
            body=_always_post_norm,
            gives="when the norms come last, whatever `norm_first` says.",
            advice=(
                "With norm_first=True, what goes into attention and feed-forward is normalised, and the sums are not."
            ),
        ),
        Mistake(
            "always-pre-norm",
            body=_always_pre_norm,
            gives="when the norms come first, whatever `norm_first` says.",
            advice="With norm_first=False, each sum is normalised after it is made.",
        ),
        Mistake(
            "no-shortcut",
            body=_no_shortcut,
            gives="when neither part has a shortcut around it.",
            advice=(
                "Each part gives something to be added to what went in. Look for the two plus signs in the formula."
            ),
        ),
        Mistake(
            "shortcut-from-input",
            body=_shortcut_from_input,
            gives="when the second shortcut starts at the layer's input.",
            advice="The second shortcut goes around the feed-forward part alone. What went into that?",
        ),
        Mistake(
            "shortcut-after-norm",
            body=_shortcut_after_norm,
            gives="when, with the norm first, the shortcut carries the normalised features.",
            advice="The shortcut starts before the norm: x + attention(norm(x)).",
        ),
        Mistake(
            "norms-exchanged",
            body=_norms_exchanged,
            gives="when norm1 and norm2 have changed places.",
            advice="norm1 belongs to the attention, norm2 to the feed-forward part.",
        ),
        Mistake(
            "one-norm",
            body=_one_norm,
            gives="when norm1 is used in both places.",
            advice="There are two norms, with a weight and a bias each.",
        ),
        Mistake(
            "no-scale",
            body=_no_scale,
            gives="when the scores are not divided by the root of the head's size.",
            advice="Chapter 13 divides the scores by something. By what, and how large is one head here?",
        ),
        Mistake(
            "scaled-by-model",
            body=_scaled_by_model,
            gives="when the scores are divided by the root of d_m, the size of all heads together.",
            advice="A score is a sum over the features of one head. How many are these?",
        ),
        Mistake(
            "heads-not-transposed",
            body=_heads_not_transposed,
            gives="when the features are reshaped into heads before positions and heads have changed places.",
            advice=(
                "Reshape splits the last axis: (n, l, heads, size). Only then may heads and positions be exchanged."
            ),
        ),
        Mistake(
            "merged-not-transposed",
            body=_merged_not_transposed,
            gives="when the heads are merged before heads and positions have changed back.",
            advice="The features of one position must lie next to each other before reshape can merge them.",
        ),
        Mistake(
            "no-out-projection",
            body=_no_out_projection,
            gives="when the merged heads leave the attention without the output projection.",
            advice="Two of the twelve arrays are not used: self_attn.out_proj.",
        ),
        Mistake(
            "query-key-exchanged",
            body=_query_key_exchanged,
            gives="when the first third of in_proj is taken for the keys and the second for the queries.",
            advice="PyTorch stacks the three projections in the order query, key, value.",
        ),
        Mistake(
            "no-relu",
            body=_no_relu,
            gives="when the feed-forward part has no ReLU.",
            advice="What stands between its two linear layers?",
        ),
        Mistake(
            "unbiased-variance",
            body=_unbiased_variance,
            gives="when the norm divides by the unbiased standard deviation, with d - 1.",
            advice="Layer norm takes the plain mean of the squares.",
        ),
        Mistake(
            "no-eps",
            body=_no_eps,
            gives="when the norms have no eps.",
            advice="Layer norm adds 1e-5 to the variance, under the root.",
        ),
    ),
    hints=(
        "Write three small functions first, inside this one: norm(x, name), attention(x) and forward(x). Each of "
        "them looks its arrays up in params. Then the layer itself is two lines for each order.",
        "Attention: project x with in_proj to (n, l, 3 d_m); split the last axis in three for query, key and "
        "value, each of these into heads, and bring the heads before the positions: (n, heads, l, size). Then "
        "softmax of query @ keyᵀ / √size, times value; then the same way back, and out_proj.",
        'Post-norm: x = norm(x + attention(x), "norm1"), then norm(x + forward(x), "norm2"). Pre-norm: x = x + '
        'attention(norm(x, "norm1")), then x + forward(norm(x, "norm2")).',
    ),
    explanation=(
        "Attention is the only step in which positions meet. The norms and the feed-forward part treat each "
        "position alone. Each of the two parts adds to what went in, and norm_first says on which side of the "
        "sum the norm is."
    ),
)
