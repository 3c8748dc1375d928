"""Attention with one head and with many, its masks, its parameters and its gradients."""

EXERCISES = (
    "causal_mask",
    "scaled_dot_product_attention",
    "split_heads",
    "merge_heads",
    "multi_head_attention",
    "attention_num_parameters",
    "scaled_dot_product_attention_backward",
    "repair_attention",
)
