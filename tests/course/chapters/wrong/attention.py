"""Wrong answers without a name: mistakes too rare, too odd or too lazy to be a misconception. None may pass."""

import numpy as np


def _softmax(scores, axis=-1):
    powers = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


def _scores(query, key, attn_mask=None, is_causal=False):
    scores = query @ key.swapaxes(-2, -1) / np.sqrt(query.shape[-1])
    if is_causal:
        attn_mask = np.tri(*scores.shape[-2:], dtype=bool)
    if attn_mask is not None:
        scores = np.where(attn_mask, scores, -np.inf) if attn_mask.dtype == bool else scores + attn_mask
    return scores


def mask_fixed_size(length):
    return np.tri(4, dtype=bool)


def mask_upside_down(length):
    return np.tri(length, dtype=bool)[::-1]


def mask_from_the_right(length):
    return np.tri(length, dtype=bool)[:, ::-1]


def mask_sees_two(length):
    return np.tri(length, dtype=bool) & ~np.tri(length, k=-2, dtype=bool)


def mask_one_row(length):
    return np.arange(length) <= length - 1


def mask_one_too_long(length):
    return np.tri(length + 1, dtype=bool)


def mask_as_text(length):
    return str(np.tri(length, dtype=bool))


def mask_of_a_batch(length):
    return np.tri(length, dtype=bool)[np.newaxis]


def mask_large_numbers(length):
    return np.where(np.tri(length), 0, -1e9)


def attention_scale_multiplied(query, key, value, attn_mask=None, is_causal=False):
    scores = _scores(query * query.shape[-1], key, attn_mask, is_causal)
    return _softmax(scores) @ value


def attention_scale_of_length(query, key, value, attn_mask=None, is_causal=False):
    factor = np.sqrt(query.shape[-1] / key.shape[-2])
    return _softmax(_scores(query * factor, key, attn_mask, is_causal)) @ value


def attention_plain_mean(query, key, value, attn_mask=None, is_causal=False):
    return _softmax(0 * _scores(query, key) + _scores(0 * query, key, attn_mask, is_causal)) @ value


def attention_hard(query, key, value, attn_mask=None, is_causal=False):
    scores = _scores(query, key, attn_mask, is_causal)
    return (scores == scores.max(axis=-1, keepdims=True)) @ value


def attention_softmax_of_softmax(query, key, value, attn_mask=None, is_causal=False):
    return _softmax(_softmax(_scores(query, key, attn_mask, is_causal))) @ value


def attention_softmax_over_all(query, key, value, attn_mask=None, is_causal=False):
    scores = _scores(query, key, attn_mask, is_causal)
    return _softmax(scores, axis=(-2, -1)) @ value


def attention_square_causal(query, key, value, attn_mask=None, is_causal=False):
    if is_causal:
        attn_mask = np.tri(query.shape[-2], dtype=bool)
    return _softmax(_scores(query, key, attn_mask)) @ value


def attention_scales_in_place(query, key, value, attn_mask=None, is_causal=False):
    query /= np.sqrt(query.shape[-1])
    return _softmax(_scores(query * np.sqrt(query.shape[-1]), key, attn_mask, is_causal)) @ value


def attention_truth_of_mask(query, key, value, attn_mask=None, is_causal=False):
    if attn_mask:
        return _softmax(_scores(query, key, attn_mask)) @ value
    return _softmax(_scores(query, key, None, is_causal)) @ value


def attention_with_weights(query, key, value, attn_mask=None, is_causal=False):
    weights = _softmax(_scores(query, key, attn_mask, is_causal))
    return weights @ value, weights


def attention_turned(query, key, value, attn_mask=None, is_causal=False):
    return (_softmax(_scores(query, key, attn_mask, is_causal)) @ value).swapaxes(-2, -1)


def attention_key_turned_whole(query, key, value, attn_mask=None, is_causal=False):
    scores = query @ key.T / np.sqrt(query.shape[-1])
    return _softmax(scores) @ value


def attention_residual(query, key, value, attn_mask=None, is_causal=False):
    output = _softmax(_scores(query, key, attn_mask, is_causal)) @ value
    return output + value.mean(axis=-2, keepdims=True)


def split_numbers_first(x, num_heads):
    n, length, e = x.shape
    return x.reshape(num_heads, n, length, e // num_heads).swapaxes(0, 1)


def split_first_head_always(x, num_heads):
    size = x.shape[2] // num_heads
    return np.stack([x[:, :, :size]] * num_heads, axis=1)


def split_backwards(x, num_heads):
    return np.stack(np.split(x, num_heads, axis=2)[::-1], axis=1)


def split_for_two(x, num_heads):
    return np.stack(np.array_split(x, 2, axis=2), axis=1)


def split_as_tuple_of_sizes(x, num_heads):
    return x.shape[0], num_heads, x.shape[1], x.shape[2] // num_heads


def split_through_transpose(x, num_heads):
    n, length, e = x.shape
    return x.swapaxes(1, 2).reshape(n, num_heads, length, e // num_heads)


def merged_backwards(x):
    return np.concatenate([x[:, h] for h in reversed(range(x.shape[1]))], axis=-1)


def merged_sum(x):
    return np.concatenate([x.sum(axis=1)] * x.shape[1], axis=-1)


def merged_first_head(x):
    return x[:, 0]


def merged_flat(x):
    return x.swapaxes(1, 2).reshape(len(x), -1)


def merged_across_batch(x):
    n, h, length, d = x.shape
    return x.transpose(1, 2, 0, 3).reshape(n, length, h * d)


def merged_numbers_first(x):
    n, h, length, d = x.shape
    return x.transpose(0, 3, 1, 2).reshape(n, length, h * d)


def _heads(query, key, value, w_in, b_in, w_out, b_out, num_heads, attend=_softmax):
    n, size = len(query), query.shape[-1] // num_heads
    q, k, v = (
        (x @ w.T + b).reshape(n, x.shape[1], num_heads, size).swapaxes(1, 2)
        for x, w, b in zip((query, key, value), np.split(w_in, 3), np.split(b_in, 3), strict=True)
    )
    heads = attend(q @ k.swapaxes(-2, -1) / np.sqrt(size)) @ v
    return heads.swapaxes(1, 2).reshape(query.shape) @ w_out.T + b_out


def heads_twice_biased(query, key, value, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias, num_heads):
    return (
        _heads(query, key, value, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias, num_heads)
        + out_proj_bias
    )


def heads_no_out_bias(query, key, value, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias, num_heads):
    return _heads(query, key, value, in_proj_weight, in_proj_bias, out_proj_weight, 0, num_heads)


def heads_value_from_key(query, key, value, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias, num_heads):
    return _heads(query, key, key, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias, num_heads)


def heads_softmax_queries(query, key, value, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias, num_heads):
    return _heads(
        *(query, key, value, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias, num_heads),
        attend=lambda scores: _softmax(scores, axis=-2),
    )


def heads_softmax_heads(query, key, value, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias, num_heads):
    return _heads(
        *(query, key, value, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias, num_heads),
        attend=lambda scores: _softmax(scores, axis=1),
    )


def heads_always_two(query, key, value, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias, num_heads):
    return _heads(query, key, value, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias, 2)


def heads_causal(query, key, value, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias, num_heads):
    return _heads(
        *(query, key, value, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias, num_heads),
        attend=lambda scores: _softmax(np.where(np.tri(*scores.shape[-2:], dtype=bool), scores, -np.inf)),
    )


def heads_value_third_last(query, key, value, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias, num_heads):
    q, k, v = np.split(in_proj_weight, 3)
    weight = np.concatenate([v, k, q])
    return _heads(query, key, value, weight, in_proj_bias, out_proj_weight, out_proj_bias, num_heads)


def heads_with_weights(query, key, value, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias, num_heads):
    output = _heads(query, key, value, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias, num_heads)
    return output, np.ones((len(query), query.shape[1], key.shape[1]))


def count_16640(embed_dim, num_heads):
    return 16640


def count_times_heads(embed_dim, num_heads):
    return 4 * (embed_dim * embed_dim + embed_dim) * num_heads // 8


def count_five(embed_dim, num_heads):
    return 5 * (embed_dim * embed_dim + embed_dim)


def count_three_weights_four_biases(embed_dim, num_heads):
    return 3 * embed_dim * embed_dim + 4 * embed_dim


def count_one_bias_each(embed_dim, num_heads):
    return 4 * embed_dim * embed_dim + 4


def count_in_bytes(embed_dim, num_heads):
    return 16 * (embed_dim * embed_dim + embed_dim)


def count_by_heads_added(embed_dim, num_heads):
    return 4 * (embed_dim * embed_dim + embed_dim) + num_heads


def count_rounded(embed_dim, num_heads):
    return float(f"{4 * (embed_dim * embed_dim + embed_dim):.3g}")


def _gradients(g, q, k, v):
    root = np.sqrt(q.shape[-1])
    w = _softmax(q @ k.swapaxes(-2, -1) / root)
    dw = g @ v.swapaxes(-2, -1)
    ds = w * (dw - (w * dw).sum(-1, keepdims=True)) / root
    return ds @ k, ds.swapaxes(-2, -1) @ q, w.swapaxes(-2, -1) @ g


def backward_negative(g, q, k, v):
    return tuple(-a for a in _gradients(g, q, k, v))


def backward_value_first(g, q, k, v):
    return _gradients(g, q, k, v)[::-1]


def backward_two(g, q, k, v):
    return _gradients(g, q, k, v)[:2]


def backward_value_scaled(g, q, k, v):
    grads = _gradients(g, q, k, v)
    return grads[0], grads[1], grads[2] / np.sqrt(q.shape[-1])


def backward_scaled_twice(g, q, k, v):
    grads = _gradients(g, q, k, v)
    return grads[0] / np.sqrt(q.shape[-1]), grads[1] / np.sqrt(q.shape[-1]), grads[2]


def backward_scaled_by_d_k(g, q, k, v):
    grads = _gradients(g, q, k, v)
    return grads[0] / np.sqrt(q.shape[-1]), grads[1], grads[2]


def backward_weights_unscaled(g, q, k, v):
    return _gradients(g, q * np.sqrt(q.shape[-1]), k, v)


def backward_averaged(g, q, k, v):
    return tuple(a / q.shape[-2] for a in _gradients(g, q, k, v))


def backward_sign_of_average(g, q, k, v):
    root = np.sqrt(q.shape[-1])
    w = _softmax(q @ k.swapaxes(-2, -1) / root)
    dw = g @ v.swapaxes(-2, -1)
    ds = w * (dw + (w * dw).sum(-1, keepdims=True)) / root
    return ds @ k, ds.swapaxes(-2, -1) @ q, w.swapaxes(-2, -1) @ g


def repair_causal_always(query, key, value, mask):
    return _softmax(_scores(query, key, None, True)) @ value


def repair_no_scale(query, key, value, mask):
    return _softmax(_scores(query * np.sqrt(query.shape[-1]), key, mask)) @ value


def repair_mask_of_the_first(query, key, value, mask):
    return _softmax(_scores(query, key, mask[:1])) @ value


def repair_hidden_by_the_smallest(query, key, value, mask):
    scores = _scores(query, key)
    return _softmax(np.where(mask, scores, scores.min(axis=-1, keepdims=True))) @ value


def repair_values_hidden(query, key, value, mask):
    return _softmax(_scores(query, key)) @ (value * mask[0][:, None])


def repair_minus_three(query, key, value, mask):
    return _softmax(np.where(mask, _scores(query, key), -3.0)) @ value


def repair_turned(query, key, value, mask):
    return (_softmax(_scores(query, key, mask)) @ value).T


def backward_one_maximum_for_all(grad_output, query, key, value):
    root = np.sqrt(query.shape[-1])
    scores = query @ key.swapaxes(-2, -1) / root
    powers = np.exp(scores - scores.max())
    weights = powers / powers.sum(axis=-1, keepdims=True)
    grad_weights = grad_output @ value.swapaxes(-2, -1)
    grad_scores = weights * (grad_weights - (weights * grad_weights).sum(axis=-1, keepdims=True))
    return (
        grad_scores @ key / root,
        grad_scores.swapaxes(-2, -1) @ query / root,
        weights.swapaxes(-2, -1) @ grad_output,
    )


WRONG = {
    "causal_mask": (
        mask_fixed_size,
        mask_upside_down,
        mask_from_the_right,
        mask_sees_two,
        mask_one_row,
        mask_one_too_long,
        mask_as_text,
        mask_of_a_batch,
        mask_large_numbers,
    ),
    "scaled_dot_product_attention": (
        attention_scale_multiplied,
        attention_scale_of_length,
        attention_plain_mean,
        attention_hard,
        attention_softmax_of_softmax,
        attention_softmax_over_all,
        attention_square_causal,
        attention_scales_in_place,
        attention_truth_of_mask,
        attention_with_weights,
        attention_turned,
        attention_key_turned_whole,
        attention_residual,
    ),
    "split_heads": (
        split_numbers_first,
        split_first_head_always,
        split_backwards,
        split_for_two,
        split_as_tuple_of_sizes,
        split_through_transpose,
    ),
    "merge_heads": (
        merged_backwards,
        merged_sum,
        merged_first_head,
        merged_flat,
        merged_across_batch,
        merged_numbers_first,
    ),
    "multi_head_attention": (
        heads_twice_biased,
        heads_no_out_bias,
        heads_value_from_key,
        heads_softmax_queries,
        heads_softmax_heads,
        heads_always_two,
        heads_causal,
        heads_value_third_last,
        heads_with_weights,
    ),
    "attention_num_parameters": (
        count_16640,
        count_times_heads,
        count_five,
        count_three_weights_four_biases,
        count_one_bias_each,
        count_in_bytes,
        count_by_heads_added,
        count_rounded,
    ),
    "scaled_dot_product_attention_backward": (
        backward_negative,
        backward_value_first,
        backward_two,
        backward_value_scaled,
        backward_scaled_twice,
        backward_scaled_by_d_k,
        backward_weights_unscaled,
        backward_averaged,
        backward_sign_of_average,
        backward_one_maximum_for_all,
    ),
    "repair_attention": (
        repair_causal_always,
        repair_no_scale,
        repair_mask_of_the_first,
        repair_hidden_by_the_smallest,
        repair_values_hidden,
        repair_minus_three,
        repair_turned,
    ),
}
