"""Layers that look at whole rows: what is measured."""

from __future__ import annotations

from typing import Any

import loops_rows as rows
import numpy as np
from layer_case import IMAGE, Arrays, Case, Draw, normal, positive, weights, whole

from course import functional as F


def softmax(name: str, dim: int) -> Case:
    log = name == "log_softmax"
    return Case(
        f"{name} dim={dim}",
        {"input": normal(*IMAGE)},
        lambda f, a: getattr(f, name)(a.input, dim=dim),
        lambda a: rows.softmax(a.input, dim, log=log),
        lambda g, a, y: getattr(F, f"{name}_backward")(g, y, dim),
        lambda g, a, y: rows.softmax_backward(g, y, dim, log=log),
    )


def loss(name: str, target: Draw, grads: tuple[str, ...] = ("input",)) -> Case:
    return Case(
        name,
        {"input": normal(*IMAGE), "target": target},
        lambda f, a: getattr(f, name)(a.input, a.target),
        lambda a: getattr(rows, name)(a.input, a.target),
        lambda g, a, y: getattr(F, f"{name}_backward")(g, a.input, a.target),
        lambda g, a, y: getattr(rows, f"{name}_backward")(g, a.input, a.target),
        grads,
    )


def batch_norm(*, training: bool) -> Case:
    stats = {"running_mean": normal(16), "running_var": positive(16)}
    affine = {"weight": normal(16), "bias": normal(16)}
    per_channel = (1, 16, 1, 1)

    def loops(a: Arrays) -> np.ndarray:
        if training:
            return rows.normalize(a.input, (1,), a.weight.reshape(per_channel), a.bias.reshape(per_channel), 1e-5)
        return rows.scale_channels(a.input, a.running_mean, np.sqrt(a.running_var + 1e-5), a.weight, a.bias)

    def loops_backward(g: np.ndarray, a: Arrays, y: np.ndarray) -> Any:
        if training:
            return rows.normalize_backward(g, a.input, (1,), a.weight.reshape(per_channel), 1e-5)
        return rows.scale_channels_backward(g, a.input, a.running_mean, np.sqrt(a.running_var + 1e-5), a.weight)

    return Case(
        f"batch_norm, {'training' if training else 'evaluation'}",
        {"input": normal(*IMAGE)} | stats | affine,
        lambda f, a: f.batch_norm(a.input, a.running_mean, a.running_var, a.weight, a.bias, training),
        loops,
        lambda g, a, y: F.batch_norm_backward(
            g, a.input, a.weight, training=training, running_mean=a.running_mean, running_var=a.running_var
        ),
        loops_backward,
        ("input", "weight", "bias"),
    )


def row_norm(name: str) -> Case:
    """Layer and RMS normalization over the last axis."""
    center = name == "layer_norm"
    names = ("weight", "bias") if center else ("weight",)
    return Case(
        name,
        {"input": normal(*IMAGE)} | {parameter: normal(100) for parameter in names},
        lambda f, a: getattr(f, name)(a.input, (100,), *(getattr(a, parameter) for parameter in names), eps=1e-5),
        lambda a: rows.normalize(a.input, (0, 1, 2), a.weight, a.bias if center else 0.0, 1e-5, center=center),
        lambda g, a, y: getattr(F, f"{name}_backward")(g, a.input, a.weight, eps=1e-5),
        lambda g, a, y: rows.normalize_backward(g, a.input, (0, 1, 2), a.weight, 1e-5, center=center),
        ("input", *names),
    )


def instance_norm() -> Case:
    return Case(
        "instance_norm",
        {"input": normal(*IMAGE), "weight": normal(16), "bias": normal(16)},
        lambda f, a: f.instance_norm(a.input, weight=a.weight, bias=a.bias),
        lambda a: rows.normalize(a.input, (0, 1), a.weight.reshape(-1, 1, 1), a.bias.reshape(-1, 1, 1), 1e-5),
        lambda g, a, y: F.instance_norm_backward(g, a.input, a.weight),
        lambda g, a, y: rows.normalize_backward(g, a.input, (0, 1), a.weight.reshape(-1, 1, 1), 1e-5),
        ("input", "weight", "bias"),
    )


def group_norm() -> Case:
    split, affine = (1, 4, 4, 100, 100), (4, 4, 1, 1)
    return Case(
        "group_norm",
        {"input": normal(*IMAGE), "weight": normal(16), "bias": normal(16)},
        lambda f, a: f.group_norm(a.input, 4, a.weight, a.bias),
        lambda a: rows.normalize(
            a.input.reshape(split), (0, 1), a.weight.reshape(affine), a.bias.reshape(affine), 1e-5
        ),
        lambda g, a, y: F.group_norm_backward(g, a.input, 4, a.weight),
        lambda g, a, y: rows.normalize_backward(
            g.reshape(split), a.input.reshape(split), (0, 1), a.weight.reshape(affine), 1e-5
        ),
        ("input", "weight", "bias"),
    )


def attention(*, causal: bool) -> Case:
    names = ("query", "key", "value")
    return Case(
        "scaled_dot_product_attention" + (", causal" if causal else ""),
        {name: normal(*IMAGE) for name in names},
        lambda f, a: f.scaled_dot_product_attention(a.query, a.key, a.value, is_causal=causal),
        lambda a: rows.attention(a.query, a.key, a.value, causal=causal),
        lambda g, a, y: F.scaled_dot_product_attention_backward(g, a.query, a.key, a.value, is_causal=causal),
        lambda g, a, y: rows.attention_backward(g, a.query, a.key, a.value, causal=causal),
        names,
        {name: normal(1, 2, 20, 100) for name in names},
    )


def multi_head_attention() -> Case:
    names = ("query", "key", "value", "in_proj_weight", "in_proj_bias", "out_proj_weight", "out_proj_bias")
    shapes = ((100, 1, 64),) * 3 + ((192, 64), (192,), (64, 64), (64,))

    def arguments(a: Arrays) -> tuple[Any, ...]:
        projection = (a.in_proj_weight, a.in_proj_bias, None, None, False, 0.0, a.out_proj_weight, a.out_proj_bias)
        return (a.query, a.key, a.value, 64, 4, *projection)

    return Case(
        "multi_head_attention_forward",
        {name: (weights if len(shape) == 2 else normal)(*shape) for name, shape in zip(names, shapes, strict=True)},
        lambda f, a: f.multi_head_attention_forward(*arguments(a), need_weights=False)[0],
        lambda a: rows.multi_head_attention(*(getattr(a, name) for name in names), heads=4),
        lambda g, a, y: F.multi_head_attention_forward_backward(g, *arguments(a), need_weights=False),
        lambda g, a, y: rows.multi_head_attention_backward(g, *(getattr(a, name) for name in names), heads=4),
        names,
        {name: normal(20, 1, 64) for name in names[:3]},
    )


ROWS = (
    softmax("softmax", 1),
    softmax("softmax", -1),
    softmax("log_softmax", 1),
    loss("mse_loss", normal(*IMAGE), ("input", "target")),
    loss("binary_cross_entropy_with_logits", lambda rng: rng.random(IMAGE, dtype=np.float32), ("input", "target")),
    loss("cross_entropy", whole(16, 1, 100, 100)),
    batch_norm(training=True),
    batch_norm(training=False),
    instance_norm(),
    row_norm("layer_norm"),
    group_norm(),
    row_norm("rms_norm"),
    attention(causal=False),
    attention(causal=True),
    multi_head_attention(),
)
