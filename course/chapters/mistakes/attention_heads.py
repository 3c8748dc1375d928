"""Wrong versions of chapter 13: heads split and merged, attention with many of them, its parameters."""

# ruff: noqa: D103 - the misconception that holds it says what it is

import numpy as np


def split_by_reshape(x, num_heads):
    n, length, d_m = x.shape
    return x.reshape(n, num_heads, length, d_m // num_heads)


def split_without_exchange(x, num_heads):
    n, length, d_m = x.shape
    return x.reshape(n, length, num_heads, d_m // num_heads)


def split_interleaved(x, num_heads):
    n, length, d_m = x.shape
    return x.reshape(n, length, d_m // num_heads, num_heads).transpose(0, 3, 1, 2)


def split_sizes_exchanged(x, num_heads):
    n, length, d_m = x.shape
    return x.reshape(n, length, d_m // num_heads, num_heads).swapaxes(1, 2)


def split_positions_last(x, num_heads):
    n, length, d_m = x.shape
    return x.reshape(n, length, num_heads, d_m // num_heads).transpose(0, 2, 3, 1)


def split_along_positions(x, num_heads):
    return np.stack(np.array_split(x, num_heads, axis=1), axis=1)


def merged_by_reshape(x):
    n, num_heads, length, size = x.shape
    return x.reshape(n, length, num_heads * size)


def merged_without_joining(x):
    return x.swapaxes(1, 2)


def merged_interleaved(x):
    n, num_heads, length, size = x.shape
    return x.transpose(0, 2, 3, 1).reshape(n, length, num_heads * size)


def merged_mean(x):
    return x.mean(axis=1)


def merged_along_positions(x):
    return np.concatenate([x[:, head] for head in range(x.shape[1])], axis=1)


def merged_wrong_axes(x):
    n, num_heads, length, size = x.shape
    return x.swapaxes(1, 3).reshape(n, length, num_heads * size)


def heads_by_reshape(query, key, value, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias, num_heads):
    weights, biases = np.split(in_proj_weight, 3), np.split(in_proj_bias, 3)
    q, k, v = (x @ w.T + b for x, w, b in zip((query, key, value), weights, biases, strict=True))
    n, size = len(q), q.shape[-1] // num_heads
    q, k, v = (x.reshape(n, num_heads, x.shape[1], size) for x in (q, k, v))
    scores = q @ k.swapaxes(-2, -1) / np.sqrt(size)
    looks = np.exp(scores - scores.max(axis=-1, keepdims=True))
    heads = looks / looks.sum(axis=-1, keepdims=True) @ v
    return heads.swapaxes(1, 2).reshape(query.shape) @ out_proj_weight.T + out_proj_bias


def heads_joined_by_reshape(query, key, value, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias, num_heads):
    weights, biases = np.split(in_proj_weight, 3), np.split(in_proj_bias, 3)
    q, k, v = (x @ w.T + b for x, w, b in zip((query, key, value), weights, biases, strict=True))
    n, size = len(q), q.shape[-1] // num_heads
    q, k, v = (x.reshape(n, x.shape[1], num_heads, size).swapaxes(1, 2) for x in (q, k, v))
    scores = q @ k.swapaxes(-2, -1) / np.sqrt(size)
    looks = np.exp(scores - scores.max(axis=-1, keepdims=True))
    heads = looks / looks.sum(axis=-1, keepdims=True) @ v
    return heads.reshape(query.shape) @ out_proj_weight.T + out_proj_bias


def heads_all_by_reshape(query, key, value, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias, num_heads):
    weights, biases = np.split(in_proj_weight, 3), np.split(in_proj_bias, 3)
    q, k, v = (x @ w.T + b for x, w, b in zip((query, key, value), weights, biases, strict=True))
    n, size = len(q), q.shape[-1] // num_heads
    q, k, v = (x.reshape(n, num_heads, x.shape[1], size) for x in (q, k, v))
    scores = q @ k.swapaxes(-2, -1) / np.sqrt(size)
    looks = np.exp(scores - scores.max(axis=-1, keepdims=True))
    heads = looks / looks.sum(axis=-1, keepdims=True) @ v
    return heads.reshape(query.shape) @ out_proj_weight.T + out_proj_bias


def heads_interleaved(query, key, value, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias, num_heads):
    weights, biases = np.split(in_proj_weight, 3), np.split(in_proj_bias, 3)
    q, k, v = (x @ w.T + b for x, w, b in zip((query, key, value), weights, biases, strict=True))
    n, size = len(q), q.shape[-1] // num_heads
    q, k, v = (x.reshape(n, x.shape[1], size, num_heads).transpose(0, 3, 1, 2) for x in (q, k, v))
    scores = q @ k.swapaxes(-2, -1) / np.sqrt(size)
    looks = np.exp(scores - scores.max(axis=-1, keepdims=True))
    heads = looks / looks.sum(axis=-1, keepdims=True) @ v
    return heads.transpose(0, 2, 3, 1).reshape(query.shape) @ out_proj_weight.T + out_proj_bias


def split_before_projecting(query, key, value, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias, num_heads):
    weights, biases = np.split(in_proj_weight, 3), np.split(in_proj_bias, 3)
    size = query.shape[-1] // num_heads
    outputs = []
    for head in range(num_heads):
        own = slice(head * size, (head + 1) * size)
        q, k, v = (
            x[..., own] @ w[own, own].T + b[own] for x, w, b in zip((query, key, value), weights, biases, strict=True)
        )
        scores = q @ k.swapaxes(-2, -1) / np.sqrt(size)
        looks = np.exp(scores - scores.max(axis=-1, keepdims=True))
        outputs.append(looks / looks.sum(axis=-1, keepdims=True) @ v)
    return np.concatenate(outputs, axis=-1) @ out_proj_weight.T + out_proj_bias


def one_head_only(query, key, value, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias, num_heads):
    weights, biases = np.split(in_proj_weight, 3), np.split(in_proj_bias, 3)
    q, k, v = (x @ w.T + b for x, w, b in zip((query, key, value), weights, biases, strict=True))
    scores = q @ k.swapaxes(-2, -1) / np.sqrt(q.shape[-1])
    looks = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return looks / looks.sum(axis=-1, keepdims=True) @ v @ out_proj_weight.T + out_proj_bias


def scale_of_all_heads(query, key, value, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias, num_heads):
    weights, biases = np.split(in_proj_weight, 3), np.split(in_proj_bias, 3)
    q, k, v = (x @ w.T + b for x, w, b in zip((query, key, value), weights, biases, strict=True))
    n, size = len(q), q.shape[-1] // num_heads
    q, k, v = (x.reshape(n, x.shape[1], num_heads, size).swapaxes(1, 2) for x in (q, k, v))
    scores = q @ k.swapaxes(-2, -1) / np.sqrt(query.shape[-1])
    looks = np.exp(scores - scores.max(axis=-1, keepdims=True))
    heads = looks / looks.sum(axis=-1, keepdims=True) @ v
    return heads.swapaxes(1, 2).reshape(query.shape) @ out_proj_weight.T + out_proj_bias


def heads_without_scale(query, key, value, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias, num_heads):
    weights, biases = np.split(in_proj_weight, 3), np.split(in_proj_bias, 3)
    q, k, v = (x @ w.T + b for x, w, b in zip((query, key, value), weights, biases, strict=True))
    n, size = len(q), q.shape[-1] // num_heads
    q, k, v = (x.reshape(n, x.shape[1], num_heads, size).swapaxes(1, 2) for x in (q, k, v))
    scores = q @ k.swapaxes(-2, -1)
    looks = np.exp(scores - scores.max(axis=-1, keepdims=True))
    heads = looks / looks.sum(axis=-1, keepdims=True) @ v
    return heads.swapaxes(1, 2).reshape(query.shape) @ out_proj_weight.T + out_proj_bias


def weights_not_transposed(query, key, value, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias, num_heads):
    weights, biases = np.split(in_proj_weight, 3), np.split(in_proj_bias, 3)
    q, k, v = (x @ w + b for x, w, b in zip((query, key, value), weights, biases, strict=True))
    n, size = len(q), q.shape[-1] // num_heads
    q, k, v = (x.reshape(n, x.shape[1], num_heads, size).swapaxes(1, 2) for x in (q, k, v))
    scores = q @ k.swapaxes(-2, -1) / np.sqrt(size)
    looks = np.exp(scores - scores.max(axis=-1, keepdims=True))
    heads = looks / looks.sum(axis=-1, keepdims=True) @ v
    return heads.swapaxes(1, 2).reshape(query.shape) @ out_proj_weight + out_proj_bias


def in_biases_forgotten(query, key, value, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias, num_heads):
    weights = np.split(in_proj_weight, 3)
    q, k, v = (x @ w.T for x, w in zip((query, key, value), weights, strict=True))
    n, size = len(q), q.shape[-1] // num_heads
    q, k, v = (x.reshape(n, x.shape[1], num_heads, size).swapaxes(1, 2) for x in (q, k, v))
    scores = q @ k.swapaxes(-2, -1) / np.sqrt(size)
    looks = np.exp(scores - scores.max(axis=-1, keepdims=True))
    heads = looks / looks.sum(axis=-1, keepdims=True) @ v
    return heads.swapaxes(1, 2).reshape(query.shape) @ out_proj_weight.T + out_proj_bias


def out_projection_forgotten(
    query, key, value, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias, num_heads
):
    weights, biases = np.split(in_proj_weight, 3), np.split(in_proj_bias, 3)
    q, k, v = (x @ w.T + b for x, w, b in zip((query, key, value), weights, biases, strict=True))
    n, size = len(q), q.shape[-1] // num_heads
    q, k, v = (x.reshape(n, x.shape[1], num_heads, size).swapaxes(1, 2) for x in (q, k, v))
    scores = q @ k.swapaxes(-2, -1) / np.sqrt(size)
    looks = np.exp(scores - scores.max(axis=-1, keepdims=True))
    heads = looks / looks.sum(axis=-1, keepdims=True) @ v
    return heads.swapaxes(1, 2).reshape(query.shape)


def thirds_in_another_order(query, key, value, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias, num_heads):
    weights, biases = np.split(in_proj_weight, 3), np.split(in_proj_bias, 3)
    k, q, v = (x @ w.T + b for x, w, b in zip((key, query, value), weights, biases, strict=True))
    n, size = len(q), q.shape[-1] // num_heads
    q, k, v = (x.reshape(n, x.shape[1], num_heads, size).swapaxes(1, 2) for x in (q, k, v))
    scores = q @ k.swapaxes(-2, -1) / np.sqrt(size)
    looks = np.exp(scores - scores.max(axis=-1, keepdims=True))
    heads = looks / looks.sum(axis=-1, keepdims=True) @ v
    return heads.swapaxes(1, 2).reshape(query.shape) @ out_proj_weight.T + out_proj_bias


def query_for_all(query, key, value, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias, num_heads):
    weights, biases = np.split(in_proj_weight, 3), np.split(in_proj_bias, 3)
    q, k, v = (query @ w.T + b for w, b in zip(weights, biases, strict=True))
    n, size = len(q), q.shape[-1] // num_heads
    q, k, v = (x.reshape(n, x.shape[1], num_heads, size).swapaxes(1, 2) for x in (q, k, v))
    scores = q @ k.swapaxes(-2, -1) / np.sqrt(size)
    looks = np.exp(scores - scores.max(axis=-1, keepdims=True))
    heads = looks / looks.sum(axis=-1, keepdims=True) @ v
    return heads.swapaxes(1, 2).reshape(query.shape) @ out_proj_weight.T + out_proj_bias


def parameters_no_bias(embed_dim, num_heads):
    return 4 * embed_dim * embed_dim


def parameters_per_head(embed_dim, num_heads):
    return 4 * num_heads * (embed_dim * embed_dim + embed_dim)


def parameters_in_projection_per_head(embed_dim, num_heads):
    return (3 * num_heads + 1) * (embed_dim * embed_dim + embed_dim)


def parameters_no_out_projection(embed_dim, num_heads):
    return 3 * (embed_dim * embed_dim + embed_dim)


def parameters_one_in_projection(embed_dim, num_heads):
    return 2 * (embed_dim * embed_dim + embed_dim)


def parameters_split_before(embed_dim, num_heads):
    size = embed_dim // num_heads
    return 3 * num_heads * (size * size + size) + embed_dim * embed_dim + embed_dim


def parameters_of_one_head(embed_dim, num_heads):
    size = embed_dim // num_heads
    return 3 * (size * embed_dim + size) + embed_dim * embed_dim + embed_dim


def parameters_no_out_bias(embed_dim, num_heads):
    return 4 * embed_dim * embed_dim + 3 * embed_dim
