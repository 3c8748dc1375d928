"""What an encoder layer computes on the way: a report says up to which of these an answer is right."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from course import functional
from course.chapters.transformer import self_attention
from course.chapters.transformer.feed_forward import feed_forward
from course.checking.on_the_way import on_the_way
from course.checking.spec import Aside

Array = np.ndarray
_hidden_and_output = on_the_way(feed_forward, "hidden", "result")


def encoder_stages(
    x: Array, params: Mapping[str, Array], num_heads: int, norm_first: bool = False, is_causal: bool = False
) -> dict[str, Array | Aside]:
    """Give the stages of an encoder layer, in the order in which they are computed."""
    names = ("in_proj_weight", "in_proj_bias", "out_proj.weight", "out_proj.bias")
    attention = {name.replace(".", "_"): params[f"self_attn.{name}"] for name in names}
    layers = {f"{kind[0]}{i}": params[f"linear{i}.{kind}"] for i in (1, 2) for kind in ("weight", "bias")}

    def norm(features: Array, name: str) -> Array:
        weight = params[f"{name}.weight"]
        return functional.layer_norm(features, weight.shape, weight, params[f"{name}.bias"])

    stages: dict[str, Array | Aside] = {}
    attended = x
    if norm_first:
        attended = stages["the first norm"] = norm(x, "norm1")
    assert self_attention.EXERCISE.stages_of
    heads = self_attention.EXERCISE.stages_of(x=attended, **attention, num_heads=num_heads, is_causal=is_causal)
    *before, (_, output) = heads.items()
    stages |= before
    assert isinstance(output, Array)
    stages["the output of the attention"] = output
    features = x = stages["the first sum"] = x + output
    if norm_first:
        features = stages["the second norm"] = norm(x, "norm2")
    else:
        features = x = stages["the first norm"] = norm(x, "norm1")
    stages["the hidden features"], output = _hidden_and_output(x=features, **layers)
    stages["the output of the feed-forward part"] = output
    x = stages["the second sum"] = x + output
    if not norm_first:
        stages["the second norm"] = norm(x, "norm2")
    return stages
