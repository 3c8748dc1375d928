"""What a transformer's layers compute on the way: a report says up to which of these an answer is right."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from course import functional
from course.chapters.attention.stages import multi_head_stages
from course.checking.spec import Aside

Array = np.ndarray


def positional_stages(length: int, dim: int) -> dict[str, Array]:
    """Give the stages of the positional encoding."""
    angles = np.arange(length)[:, np.newaxis] / 10000 ** (np.arange(0, dim, 2) / dim)
    return {"the angles": angles, "the sines and cosines": functional.positional_encoding(length, dim)}


def feed_forward_stages(x: Array, w1: Array, b1: Array, w2: Array, b2: Array) -> dict[str, Array]:
    """Give the stages of the feed-forward part."""
    hidden = np.maximum(x @ w1.T + b1, 0)
    return {
        "the product of x and w1": x @ w1.T,
        "the first linear layer": x @ w1.T + b1,
        "the hidden features": hidden,
        "the product of the hidden features and w2": hidden @ w2.T,
        "the second linear layer": hidden @ w2.T + b2,
    }


def pre_norm_stages(
    x: Array, norm_weight: Array, norm_bias: Array, w1: Array, b1: Array, w2: Array, b2: Array
) -> dict[str, Array]:
    """Give the stages of a feed-forward part with pre-norm and residual connection."""
    normalized = functional.layer_norm(x, norm_weight.shape, norm_weight, norm_bias)
    hidden = np.maximum(normalized @ w1.T + b1, 0)
    return {
        "the normalized features": normalized,
        "the hidden features": hidden,
        "the product of the hidden features and w2": hidden @ w2.T,
        "the sum with the residual connection": x + hidden @ w2.T + b2,
    }


def self_attention_stages(
    x: Array,
    in_proj_weight: Array,
    in_proj_bias: Array,
    out_proj_weight: Array,
    out_proj_bias: Array,
    num_heads: int,
    is_causal: bool = False,
) -> dict[str, Array | Aside]:
    """Give the stages of a sequence's attention to itself."""
    projections = (in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias)
    return multi_head_stages(x, x, x, *projections, num_heads, is_causal)


def add_and_norm_stages(
    x: Array, part: Callable[[Array], Array], weight: Array, bias: Array, norm_first: bool = False
) -> dict[str, Array]:
    """Give the stages of a part with its residual connection and its norm."""
    if norm_first:
        normalized = functional.layer_norm(x, weight.shape, weight, bias)
        output = part(normalized)
        return {
            "the normalized features": normalized,
            "the output of part": output,
            "the sum with the residual connection": x + output,
        }
    output = part(x)
    return {
        "the output of part": output,
        "the sum with the residual connection": x + output,
        "the normalized sum": functional.layer_norm(x + output, weight.shape, weight, bias),
    }


def encoder_stages(
    x: Array, params: Mapping[str, Array], num_heads: int, norm_first: bool = False, is_causal: bool = False
) -> dict[str, Array | Aside]:
    """Give the stages of an encoder layer, in the order in which they are computed."""
    attention = (
        params["self_attn.in_proj_weight"],
        params["self_attn.in_proj_bias"],
        params["self_attn.out_proj.weight"],
        params["self_attn.out_proj.bias"],
    )
    layers = tuple(params[f"linear{i}.{kind}"] for i in (1, 2) for kind in ("weight", "bias"))

    def norm(features: Array, name: str) -> Array:
        weight = params[f"{name}.weight"]
        return functional.layer_norm(features, weight.shape, weight, params[f"{name}.bias"])

    stages: dict[str, Array | Aside] = {}
    attended = x
    if norm_first:
        attended = stages["the first norm"] = norm(x, "norm1")
    *heads, (_, attention_output) = self_attention_stages(attended, *attention, num_heads, is_causal).items()
    stages |= heads
    assert isinstance(attention_output, Array)
    stages["the output of the attention"] = attention_output
    features = x = stages["the first sum"] = x + attention_output
    if norm_first:
        features = stages["the second norm"] = norm(x, "norm2")
    else:
        features = x = stages["the first norm"] = norm(x, "norm1")
    forward = feed_forward_stages(features, *layers)
    stages["the hidden features"] = forward["the hidden features"]
    stages["the output of the feed-forward part"] = forward["the second linear layer"]
    x = stages["the second sum"] = x + forward["the second linear layer"]
    if not norm_first:
        stages["the second norm"] = norm(x, "norm2")
    return stages
