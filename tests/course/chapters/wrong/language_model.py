"""Wrong answers without a name for the chapter on language models. None may pass, or be taken for a known mistake."""

import numpy as np


def _rotary(x, positions, base=10000, power=2.0):
    half = x.shape[-1] // 2
    z = x[..., :half] + 1j * x[..., half:]
    turned = z * np.exp(1j * np.outer(positions, base ** (-power * np.arange(half) / x.shape[-1])))
    return np.concatenate([turned.real, turned.imag], axis=-1)


def rotary_in_degrees(x, positions, base=10000):
    return _rotary(x, positions * np.pi / 180, base)


def rotary_added(x, positions, base=10000):
    """Add sines and cosines, as the older positional encoding does."""
    half = x.shape[-1] // 2
    angles = np.outer(positions, base ** (-np.arange(half) / half))
    return x + np.concatenate([np.sin(angles), np.cos(angles)], axis=-1)


def rotary_cosine_alone(x, positions, base=10000):
    half = x.shape[-1] // 2
    return x * np.cos(np.tile(np.outer(positions, base ** (-np.arange(half) / half)), 2))


def rotary_one_position_late(x, positions, base=10000):
    return _rotary(x, positions + 1, base)


def rotary_first_half_alone(x, positions, base=10000):
    half = x.shape[-1] // 2
    return np.concatenate([_rotary(x, positions, base)[..., :half], x[..., half:]], axis=-1)


def rotary_growing_speed(x, positions, base=10000):
    """Multiply by the power of the base."""
    return _rotary(x, positions, base, power=-2.0)


def rotary_halves_exchanged(x, positions, base=10000):
    half = x.shape[-1] // 2
    return np.roll(_rotary(x, positions, base), half, axis=-1)


def rotary_twice(x, positions, base=10000):
    return _rotary(_rotary(x, positions, base), positions, base)


def _silu(x):
    return x / (1 + np.exp(-x))


def swiglu_squared(x, w_gate, w_up, w_down):
    gate = _silu(x @ w_gate.T)
    return gate * gate @ w_down.T


def swiglu_with_a_residual(x, w_gate, w_up, w_down):
    return x + _silu(x @ w_gate.T) * (x @ w_up.T) @ w_down.T


def swiglu_down_silu(x, w_gate, w_up, w_down):
    return _silu((x @ w_gate.T) * (x @ w_up.T) @ w_down.T)


def swiglu_tanh(x, w_gate, w_up, w_down):
    return np.tanh(x @ w_gate.T) * (x @ w_up.T) @ w_down.T


def swiglu_halved(x, w_gate, w_up, w_down):
    return _silu(x @ w_gate.T) * (x @ w_up.T) @ w_down.T / 2


def swiglu_minus_for_plus(x, w_gate, w_up, w_down):
    """Use 1 - exp(-x) below the fraction line, less a little."""
    a = x @ w_gate.T
    return a / (1 + np.exp(a)) * (x @ w_up.T) @ w_down.T


def swiglu_hidden(x, w_gate, w_up, w_down):
    return _silu(x @ w_gate.T) * (x @ w_up.T)


def _attention(query, key, value, mask=None):
    scores = query @ key.swapaxes(-2, -1) / np.sqrt(query.shape[-1])
    if mask is not None:
        scores = np.where(mask, scores, -np.inf)
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return weights / weights.sum(axis=-1, keepdims=True) @ value


def _grouped(query, key, value, is_causal=False):
    group = query.shape[1] // key.shape[1]
    mask = np.tri(query.shape[2], key.shape[2], dtype=bool) if is_causal else None
    return _attention(query, key.repeat(group, axis=1), value.repeat(group, axis=1), mask)


def grouped_summed(query, key, value, is_causal=False):
    """Add up the heads of a group."""
    out = _grouped(query, key, value, is_causal)
    group = query.shape[1] // key.shape[1]
    n, _, length, size = out.shape
    return out.reshape(n, -1, group, length, size).sum(axis=2).repeat(group, axis=1) + 0.01


def grouped_groups_reversed(query, key, value, is_causal=False):
    return _grouped(query, key[:, ::-1], value[:, ::-1], is_causal) + 0.01


def grouped_negated_scores(query, key, value, is_causal=False):
    return _grouped(-query, key, value, is_causal)


def grouped_keys_as_values(query, key, value, is_causal=False):
    return _grouped(query, key, key, is_causal)


def grouped_queries_shared(query, key, value, is_causal=False):
    """Let the first query head of a group speak for all of it."""
    group = query.shape[1] // key.shape[1]
    return _grouped(query[:, ::group].repeat(group, axis=1), key, value, is_causal) + 0.001


def grouped_sigmoid(query, key, value, is_causal=False):
    group = query.shape[1] // key.shape[1]
    scores = query @ key.repeat(group, axis=1).swapaxes(-2, -1) / np.sqrt(query.shape[-1])
    return 1 / (1 + np.exp(-scores)) @ value.repeat(group, axis=1)


def grouped_mean(query, key, value, is_causal=False):
    """Give every key the same weight."""
    return _grouped(0 * query, key, value, is_causal)


def _cached(query, key, value, cached_key, cached_value, turn=_rotary):
    t, m = cached_key.shape[2], query.shape[2]
    at = np.arange(t, t + m)
    k = np.concatenate([cached_key, turn(key, at)], axis=2)
    v = np.concatenate([cached_value, value], axis=2)
    group = query.shape[1] // k.shape[1]
    mask = np.arange(t + m) <= at[:, np.newaxis]
    return _attention(turn(query, at), k.repeat(group, axis=1), v.repeat(group, axis=1), mask), k, v


def cached_new_alone(query, key, value, cached_key, cached_value):
    """Return the new keys and values, and leave the cache out."""
    t = cached_key.shape[2]
    output, k, v = _cached(query, key, value, cached_key, cached_value)
    return output, k[:, :, t:], v[:, :, t:]


def cached_output_alone(query, key, value, cached_key, cached_value):
    return _cached(query, key, value, cached_key, cached_value)[0]


def cached_turned_backwards(query, key, value, cached_key, cached_value):
    return _cached(query, key, value, cached_key, cached_value, turn=lambda x, at: _rotary(x, -at))


def cached_turned_twice(query, key, value, cached_key, cached_value):
    return _cached(query, key, value, cached_key, cached_value, turn=lambda x, at: _rotary(x, 2 * at))


def cached_as_it_was(query, key, value, cached_key, cached_value):
    """Return the old cache."""
    return _cached(query, key, value, cached_key, cached_value)[0], cached_key, cached_value


def cached_values_for_keys(query, key, value, cached_key, cached_value):
    output, k, v = _cached(query, key, value, cached_key, cached_value)
    return output, v, k


def cached_halved(query, key, value, cached_key, cached_value):
    output, k, v = _cached(query, key, value, cached_key, cached_value)
    return output / 2, k / 2, v / 2


WRONG = {
    "rotary_embedding": (
        rotary_in_degrees,
        rotary_added,
        rotary_cosine_alone,
        rotary_one_position_late,
        rotary_first_half_alone,
        rotary_growing_speed,
        rotary_halves_exchanged,
        rotary_twice,
    ),
    "swiglu": (
        swiglu_squared,
        swiglu_with_a_residual,
        swiglu_down_silu,
        swiglu_tanh,
        swiglu_halved,
        swiglu_minus_for_plus,
        swiglu_hidden,
    ),
    "grouped_query_attention": (
        grouped_summed,
        grouped_groups_reversed,
        grouped_negated_scores,
        grouped_keys_as_values,
        grouped_queries_shared,
        grouped_sigmoid,
        grouped_mean,
    ),
    "attend_with_cache": (
        cached_new_alone,
        cached_output_alone,
        cached_turned_backwards,
        cached_turned_twice,
        cached_as_it_was,
        cached_values_for_keys,
        cached_halved,
    ),
}
