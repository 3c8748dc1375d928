"""What the layers of a language model compute on the way: a report says up to which of these an answer is right."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from course import functional
from course.chapters.attention.stages import attention_stages
from course.checking.spec import Aside

Array = np.ndarray


def rotary_stages(x: Array, positions: Array, base: float = 10000) -> dict[str, Array | Aside]:
    """Give the stages of the rotary embedding."""
    half = x.shape[-1] // 2
    angles = positions[:, np.newaxis] / base ** (np.arange(half) / half)
    return {
        "the angles": angles,
        "the cosines of the angles": Aside(np.cos(angles), "the turned pairs"),
        "the sines of the angles": Aside(np.sin(angles), "the turned pairs"),
        "the turned pairs": functional.rotary_embedding(x, positions, base),
    }


def swiglu_stages(x: Array, w_gate: Array, w_up: Array, w_down: Array) -> dict[str, Array | Aside]:
    """Give the stages of the gated feed-forward part."""
    gate, up = x @ w_gate.T, x @ w_up.T
    hidden = functional.silu(gate) * up
    return {
        "the product of x and w_gate": gate,
        "the product of x and w_up": Aside(up, "the hidden features"),
        "the gate after SiLU": Aside(functional.silu(gate), "the hidden features"),
        "the hidden features": hidden,
        "the result": hidden @ w_down.T,
    }


def grouped_stages(query: Array, key: Array, value: Array, is_causal: bool = False) -> dict[str, Array]:
    """Give the stages of attention with shared heads of keys and values."""
    group = query.shape[1] // key.shape[1]
    stages = attention_stages(query, key.repeat(group, axis=1), value.repeat(group, axis=1), is_causal=is_causal)
    return {name: stages[name] for name in list(stages)[1:]}


def decoder_stages(
    x: Array, params: Mapping[str, Array], num_heads: int, num_kv_heads: int
) -> dict[str, Array | Aside]:
    """Give the stages of a decoder layer, in the order in which they are computed."""
    n, length, d_model = x.shape

    def norm(features: Array, name: str) -> Array:
        return functional.rms_norm(features, (d_model,), params[name], 1e-6)

    def heads(name: str, num: int) -> Array:
        return (normed @ params[name].T).reshape(n, length, num, -1).swapaxes(1, 2)

    normed = norm(x, "norm1")
    positions = np.arange(length)
    query = functional.rotary_embedding(heads("w_q", num_heads), positions)
    key = functional.rotary_embedding(heads("w_k", num_kv_heads), positions)
    attended = grouped_stages(query, key, heads("w_v", num_kv_heads), is_causal=True)
    mixed = attended["the weighted sum of the values"]
    attention = mixed.swapaxes(1, 2).reshape(n, length, -1) @ params["w_o"].T
    after = x + attention
    second = norm(after, "norm2")
    forward = functional.swiglu(second, params["w_gate"], params["w_up"], params["w_down"])
    return {
        "the first norm": normed,
        "the turned queries": Aside(query, "the output of the attention"),
        "the turned keys": Aside(key, "the output of the attention"),
        "the weighted sum of the values, head by head": mixed,
        "the output of the attention": attention,
        "the sum with the first residual connection": after,
        "the second norm": second,
        "the output of the feed-forward part": forward,
        "the result": after + forward,
    }


def swiglu_backward_stages(
    grad_output: Array, x: Array, w_gate: Array, w_up: Array, w_down: Array
) -> dict[str, Array | Aside]:
    """Give the stages of the backward pass to the input."""
    rows, grads = x.reshape(-1, x.shape[-1]), grad_output.reshape(-1, x.shape[-1])
    gate, up = rows @ w_gate.T, rows @ w_up.T
    grad_hidden = grads @ w_down
    grad_up = grad_hidden * functional.silu(gate)
    grad_gate = functional.silu_backward(grad_hidden * up, gate)
    return {
        "the gradient of the hidden features": grad_hidden,
        "the gradient of the product with w_up": Aside(grad_up, "the gradient of x"),
        "the gradient of the product with w_gate": Aside(grad_gate, "the gradient of x"),
        "the gradient of x": (grad_gate @ w_gate + grad_up @ w_up).reshape(x.shape),
    }
