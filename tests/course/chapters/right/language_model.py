"""Right answers in other styles for the chapter on language models."""

import numpy as np


def rotary_by_complex_numbers(x, positions, base=10000):
    half = x.shape[-1] // 2
    z = x[..., :half] + 1j * x[..., half:]
    turned = z * np.exp(1j * np.outer(positions, base ** (-2.0 * np.arange(half) / x.shape[-1])))
    return np.concatenate([turned.real, turned.imag], axis=-1)


def rotary_by_half_turned_copy(x, positions, base=10000):
    """Repeat the angles, and add a copy with its halves exchanged, as Hugging Face does."""
    d = x.shape[-1]
    inv_freq = 1.0 / (float(base) ** (np.arange(0, d, 2) / d))
    emb = np.concatenate([np.outer(positions, inv_freq)] * 2, axis=-1)
    rotated = np.concatenate([-x[..., d // 2 :], x[..., : d // 2]], axis=-1)
    return x * np.cos(emb) + rotated * np.sin(emb)


def rotary_by_loops(x, positions, base=10000):
    out = np.zeros(x.shape)
    half = x.shape[-1] // 2
    for row in range(len(positions)):
        for i in range(half):
            angle = positions[row] * base ** (-i / half)
            turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
            pair = np.stack([x[..., row, i], x[..., row, i + half]])
            out[..., row, i], out[..., row, i + half] = np.tensordot(turn, pair, axes=1)
    return out


def swiglu_by_einsum(x, w_gate, w_up, w_down):
    a = np.einsum("...m,fm->...f", x, w_gate)
    return np.einsum("...f,mf->...m", a * 1 / (1 + np.exp(-a)) * np.einsum("...m,fm->...f", x, w_up), w_down)


def swiglu_by_hidden_features(x, w_gate, w_up, w_down):
    """Add up the shares of the hidden features, one after the other."""
    out = np.zeros(x.shape)
    for g, u, d in zip(w_gate, w_up, w_down.T, strict=True):
        a = x @ g
        h = a * (0.5 + 0.5 * np.tanh(a / 2)) * (x @ u)
        out = out + h[..., None] * d
    return out


def grouped_by_reshape(query, key, value, is_causal=False):
    """Give the queries an axis of their own for the groups, and let keys and values broadcast."""
    n, _, length, d = query.shape
    q = query.reshape(n, key.shape[1], -1, length, d)
    s = q @ key[:, :, None].swapaxes(-1, -2) / d**0.5
    if is_causal:
        s = s + np.triu(np.full(s.shape[-2:], -np.inf), k=1)
    w = np.exp(s - s.max(-1, keepdims=True))
    return (w / w.sum(-1, keepdims=True) @ value[:, :, None]).reshape(query.shape)


def grouped_by_loops(query, key, value, is_causal=False):
    out = np.empty(query.shape)
    per = query.shape[1] // key.shape[1]
    for n, h, i in np.ndindex(query.shape[:3]):
        k, v = key[n, h // per], value[n, h // per]
        if is_causal:
            k, v = k[: i + 1], v[: i + 1]
        scores = k @ query[n, h, i] / np.sqrt(query.shape[-1])
        weights = np.exp(scores - max(scores))
        out[n, h, i] = weights @ v / weights.sum()
    return out


def grouped_by_einsum_and_index(query, key, value, is_causal=False):
    which = np.arange(query.shape[1]) // (query.shape[1] // key.shape[1])
    s = np.einsum("nhqd,nhkd->nhqk", query, key[:, which]) * query.shape[-1] ** -0.5
    if is_causal:
        rows, columns = np.indices(s.shape[-2:])
        s[..., columns > rows] = -np.inf
    e = np.exp(s - np.max(s, axis=3)[..., None])
    return np.einsum("nhqk,nhkd->nhqd", e / e.sum(axis=3)[..., None], value[:, which])


def cached_by_a_shifted_mask(query, key, value, cached_key, cached_value):
    """Attend all at once, with a mask whose diagonal is moved by the length of the cache."""
    t, m = cached_key.shape[2], query.shape[2]
    at = np.arange(t, t + m)
    k = np.concatenate((cached_key, rotary_by_complex_numbers(key, at)), 2)
    v = np.concatenate((cached_value, value), 2)
    which = np.arange(query.shape[1]) // (query.shape[1] // k.shape[1])
    s = rotary_by_complex_numbers(query, at) @ k[:, which].swapaxes(2, 3) / np.sqrt(query.shape[3])
    s = np.where(np.arange(t + m) <= at[:, None], s, -np.inf)
    w = np.exp(s - s.max(axis=3, keepdims=True))
    return w / w.sum(axis=3, keepdims=True) @ v[:, which], k, v


def cached_position_by_position(query, key, value, cached_key, cached_value):
    """Let the cache grow by one position at a time."""
    out = []
    for i in range(query.shape[2]):
        at = np.array([cached_key.shape[2]])
        cached_key = np.concatenate([cached_key, rotary_by_half_turned_copy(key[:, :, [i]], at)], axis=2)
        cached_value = np.concatenate([cached_value, value[:, :, [i]]], axis=2)
        q = rotary_by_half_turned_copy(query[:, :, [i]], at)
        out.append(grouped_by_reshape(q, cached_key, cached_value)[:, :, 0])
    return [np.stack(out, axis=2), cached_key, cached_value]


RIGHT = {
    "rotary_embedding": (rotary_by_complex_numbers, rotary_by_half_turned_copy, rotary_by_loops),
    "swiglu": (swiglu_by_einsum, swiglu_by_hidden_features),
    "grouped_query_attention": (grouped_by_reshape, grouped_by_loops, grouped_by_einsum_and_index),
    "attend_with_cache": (cached_by_a_shifted_mask, cached_position_by_position),
}
