"""Attention with one head and with many, its masks, its parameters and its gradients."""

from __future__ import annotations

from course.chapters.attention import (
    attention_num_parameters,
    causal_mask,
    merge_heads,
    multi_head_attention,
    repair_attention,
    scaled_dot_product_attention,
    scaled_dot_product_attention_backward,
    split_heads,
)

EXERCISES = (
    causal_mask.EXERCISE,
    scaled_dot_product_attention.EXERCISE,
    split_heads.EXERCISE,
    merge_heads.EXERCISE,
    multi_head_attention.EXERCISE,
    attention_num_parameters.EXERCISE,
    scaled_dot_product_attention_backward.EXERCISE,
    repair_attention.EXERCISE,
)
