"""Right answers in other styles: loops, einsum, lists, other ways to hide. None of them may be refused."""

import math

import numpy as np


def mask_by_comparison(length):
    return np.arange(length) <= np.arange(length)[:, None]


def mask_by_loops(n):
    return [[j <= i for j in range(n)] for i in range(n)]


def mask_by_cumulation(length):
    return np.logical_or.accumulate(np.eye(length, dtype=bool)[:, ::-1], axis=1)[:, ::-1]


def mask_by_triu(size):
    return ~np.triu(np.ones((size, size), bool), 1)


def attention_by_loops(q, k, v, mask=None, is_causal=False):
    batch, l_q, l_k = q.shape[:-2], q.shape[-2], k.shape[-2]
    output = np.zeros((*batch, l_q, v.shape[-1]))
    full = None if mask is None else np.broadcast_to(mask, (*batch, l_q, l_k))
    for at in np.ndindex(batch):
        for i in range(l_q):
            scores = []
            for j in range(l_k):
                score = float(q[at][i] @ k[at][j]) / math.sqrt(q.shape[-1])
                if is_causal and j > i:
                    score = -math.inf
                if full is not None:
                    one = full[at][i, j]
                    score = score + one if full.dtype != bool else score if one else -math.inf
                scores.append(score)
            powers = [math.exp(score - max(scores)) for score in scores]
            for power, row in zip(powers, v[at], strict=True):
                output[at][i] += power / sum(powers) * row
    return output


def attention_by_einsum(query, key, value, attn_mask=None, is_causal=False):
    scores = np.einsum("...le,...se->...ls", query, key) * query.shape[-1] ** -0.5
    if is_causal:
        attn_mask = np.where(np.tri(*scores.shape[-2:]), 0.0, -np.inf)
    elif attn_mask is not None and attn_mask.dtype == np.bool_:
        attn_mask = np.where(attn_mask, 0.0, -np.inf)
    if attn_mask is not None:
        scores += attn_mask
    logs = scores - np.logaddexp.reduce(scores, axis=-1, keepdims=True)
    return np.einsum("...ls,...sv->...lv", np.exp(logs), value)


def attention_with_a_large_number(query, key, value, attn_mask=None, is_causal=False):
    scaled = query / query.shape[-1] ** 0.25
    scores = scaled @ np.moveaxis(key / query.shape[-1] ** 0.25, -1, -2)
    if is_causal:
        i, j = np.indices(scores.shape[-2:])
        scores = np.where(j > i, -1e9, scores)
    if attn_mask is not None:
        if attn_mask.dtype == bool:
            scores = np.where(np.logical_not(attn_mask), -1e9, scores)
        else:
            scores = scores + attn_mask
    scores -= np.max(scores, -1, keepdims=True)
    powers = np.exp(scores)
    return powers @ value / powers.sum(-1, keepdims=True)


def attention_in_float32(query, key, value, attn_mask=None, is_causal=False):
    q, k, v = (x.astype(np.float32) for x in (query, key, value))
    scores = q @ k.swapaxes(-1, -2) / np.float32(math.sqrt(q.shape[-1]))
    if is_causal:
        scores[..., ~np.tri(*scores.shape[-2:], dtype=bool)] = -np.inf
    if attn_mask is not None:
        shown = attn_mask if attn_mask.dtype == bool else None
        scores = np.where(shown, scores, -np.inf) if shown is not None else scores + attn_mask.astype(np.float32)
    powers = np.exp(scores - scores.max(-1, keepdims=True))
    return (powers / powers.sum(-1, keepdims=True)) @ v


def split_by_slices(x, num_heads):
    size = x.shape[-1] // num_heads
    return np.stack([x[:, :, h * size : (h + 1) * size] for h in range(num_heads)], axis=1)


def split_by_np_split(x, heads):
    return np.array(np.split(x, heads, axis=2)).transpose(1, 0, 2, 3)


def split_by_loops(x, h):
    n, length, e = x.shape
    d = e // h
    out = np.empty((n, h, length, d))
    for b, a, i, j in np.ndindex(out.shape):
        out[b, a, i, j] = x[b, i, a * d + j]
    return out


def split_by_strides(x, num_heads):
    n, length, e = x.shape
    b, p, i = x.strides
    size = e // num_heads
    return np.lib.stride_tricks.as_strided(x, (n, num_heads, length, size), (b, size * i, p, i))


def merged_by_concatenation(x):
    return np.concatenate([x[:, h] for h in range(x.shape[1])], axis=-1)


def merged_by_hstack(x):
    return np.array([np.hstack(list(sentence)) for sentence in x])


def merged_by_einsum(x):
    return np.einsum("nhld->nlhd", x).reshape(x.shape[0], x.shape[2], -1)


def merged_as_nested_lists(x):
    n, h, length, d = x.shape
    return [[[x[b, i // d, p, i % d] for i in range(h * d)] for p in range(length)] for b in range(n)]


def heads_in_a_loop(q, k, v, w_in, b_in, w_out, b_out, num_heads):
    e = q.shape[-1]
    size = e // num_heads
    found = []
    for h in range(num_heads):
        parts = []
        for third, x in enumerate((q, k, v)):
            rows = slice(third * e + h * size, third * e + (h + 1) * size)
            parts.append(x @ w_in[rows].T + b_in[rows])
        scores = parts[0] @ parts[1].transpose(0, 2, 1) / math.sqrt(size)
        powers = np.exp(scores)
        found.append(powers / powers.sum(-1, keepdims=True) @ parts[2])
    return np.concatenate(found, -1) @ w_out.T + b_out


def heads_by_einsum(query, key, value, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias, num_heads):
    e = query.shape[-1]
    w = in_proj_weight.reshape(3, num_heads, e // num_heads, e)
    b = in_proj_bias.reshape(3, num_heads, 1, e // num_heads)
    q, k, v = (np.einsum("hde,nle->nhld", w[i], x) + b[i] for i, x in enumerate((query, key, value)))
    scores = np.einsum("nhqd,nhkd->nhqk", q, k) / (e / num_heads) ** 0.5
    weights = np.exp(scores - np.logaddexp.reduce(scores, axis=-1, keepdims=True))
    out = out_proj_weight.reshape(e, num_heads, e // num_heads)
    return np.einsum("nhqk,nhkd,ohd->nqo", weights, v, out) + out_proj_bias


def heads_as_lists(query, key, value, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias, num_heads):
    joined = heads_in_a_loop(query, key, value, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias, num_heads)
    return joined.tolist()


def parameters_by_arrays(embed_dim, num_heads):
    in_weight, in_bias = np.empty((3 * embed_dim, embed_dim)), np.empty(3 * embed_dim)
    return in_weight.size + in_bias.size + embed_dim**2 + embed_dim


def parameters_per_head(embed_dim, num_heads):
    size = embed_dim / num_heads
    one_head = 3 * (size * embed_dim + size)
    return num_heads * one_head + embed_dim * (embed_dim + 1)


def parameters_as_int32(e, h):
    return np.int32(4) * np.int32(e) * np.int32(e + 1)


def backward_by_einsum(g, q, k, v):
    scale = q.shape[-1] ** -0.5
    scores = np.einsum("...le,...se->...ls", q, k) * scale
    w = np.exp(scores - np.logaddexp.reduce(scores, axis=-1, keepdims=True))
    dw = np.einsum("...lv,...sv->...ls", g, v)
    ds = w * dw - w * np.einsum("...ls,...ls->...l", w, dw)[..., None]
    return (
        scale * np.einsum("...ls,...se->...le", ds, k),
        scale * np.einsum("...ls,...le->...se", ds, q),
        np.einsum("...ls,...lv->...sv", w, g),
    )


def backward_by_jacobians(grad_output, query, key, value):
    grads = [np.zeros(x.shape) for x in (query, key, value)]
    root = math.sqrt(query.shape[-1])
    for at in np.ndindex(query.shape[:-2]):
        for i, q in enumerate(query[at]):
            scores = key[at] @ q / root
            w = np.exp(scores - scores.max())
            w /= w.sum()
            jacobian = np.diag(w) - np.outer(w, w)
            grad_scores = jacobian @ (value[at] @ grad_output[at][i])
            grads[0][at][i] = grad_scores @ key[at] / root
            grads[1][at][:] += np.outer(grad_scores, q) / root
            grads[2][at][:] += np.outer(w, grad_output[at][i])
    return grads


def backward_from_the_output(g, q, k, v):
    scaled = q / np.sqrt(q.shape[-1])
    powers = np.exp((s := scaled @ k.swapaxes(-1, -2)) - s.max(-1, keepdims=True))
    w = powers / powers.sum(-1, keepdims=True)
    back = w * (g @ v.swapaxes(-1, -2) - (g * (w @ v)).sum(-1, keepdims=True))
    return [back @ k / np.sqrt(q.shape[-1]), back.swapaxes(-1, -2) @ scaled, w.swapaxes(-1, -2) @ g]


def repaired_at_once(query, key, value, mask):
    return attention_by_einsum(query, key, value, mask)


def repaired_by_adding(query, key, value, mask):
    output = np.zeros((len(query), value.shape[1]))
    for i in range(len(query)):
        fit = key @ query[i] / query.shape[1] ** 0.5
        fit = fit + np.where(mask[i], 0, -np.inf)
        share = np.exp(fit - fit.max())
        output[i] = share / share.sum() @ value
    return output


def repaired_by_leaving_out(query, key, value, mask):
    output = []
    for q, may in zip(query, mask, strict=True):
        fit = key[may] @ q / len(q) ** 0.5
        share = np.exp(fit - fit.max())
        output.append(share / share.sum() @ value[may])
    return np.array(output)


def repaired_by_shares(query, key, value, mask):
    output = np.zeros((len(query), value.shape[1]))
    for i in range(len(query)):
        fit = key @ query[i] / query.shape[1] ** 0.5
        share = np.exp(fit - fit.max()) * mask[i]
        output[i] = share / share.sum() @ value
    return output


RIGHT = {
    "causal_mask": (mask_by_comparison, mask_by_loops, mask_by_cumulation, mask_by_triu),
    "scaled_dot_product_attention": (
        attention_by_loops,
        attention_by_einsum,
        attention_with_a_large_number,
        attention_in_float32,
    ),
    "split_heads": (split_by_slices, split_by_np_split, split_by_loops, split_by_strides),
    "merge_heads": (merged_by_concatenation, merged_by_hstack, merged_by_einsum, merged_as_nested_lists),
    "multi_head_attention": (heads_in_a_loop, heads_by_einsum, heads_as_lists),
    "attention_num_parameters": (parameters_by_arrays, parameters_per_head, parameters_as_int32),
    "scaled_dot_product_attention_backward": (
        backward_by_einsum,
        backward_by_jacobians,
        backward_from_the_output,
    ),
    "repair_attention": (repaired_at_once, repaired_by_adding, repaired_by_leaving_out, repaired_by_shares),
}
