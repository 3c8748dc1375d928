"""Right answers in other styles for the chapter on language models."""

import collections

import numpy as np

from course.chapters.language_model import given


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
    """Give the queries a separate axis for the groups, and let keys and values broadcast."""
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


def _norm(x, weight):
    return x * weight * (np.square(x).mean(-1, keepdims=True) + 1e-6) ** -0.5


def decoder_by_heads(x, params, num_heads, num_kv_heads):
    """Take one head at a time."""
    a = _norm(x, params["norm1"])
    size, at, mixed = params["w_q"].shape[0] // num_heads, np.arange(x.shape[1]), []
    for h in range(num_heads):
        g = h * num_kv_heads // num_heads
        own, kept = slice(h * size, (h + 1) * size), slice(g * size, (g + 1) * size)
        q = rotary_by_complex_numbers(a @ params["w_q"][own].T, at)
        k = rotary_by_complex_numbers(a @ params["w_k"][kept].T, at)
        s = np.where(at[:, None] >= at, np.einsum("nqd,nkd->nqk", q, k) / size**0.5, -np.inf)
        w = np.exp(s - s.max(-1, keepdims=True))
        mixed.append(w / w.sum(-1, keepdims=True) @ (a @ params["w_v"][kept].T))
    x = x + np.concatenate(mixed, axis=-1) @ params["w_o"].T
    return x + swiglu_by_einsum(_norm(x, params["norm2"]), params["w_gate"], params["w_up"], params["w_down"])


def decoder_sentence_by_sentence(x, params, num_heads, num_kv_heads):
    out = np.zeros(x.shape)
    for n in range(len(x)):
        a, at = _norm(x[n], params["norm1"]), np.arange(x.shape[1])
        query, key, value = (
            (a @ params[name].T).reshape(len(a), num, -1).transpose(1, 0, 2)[None]
            for name, num in (("w_q", num_heads), ("w_k", num_kv_heads), ("w_v", num_kv_heads))
        )
        query, key = rotary_by_half_turned_copy(query, at), rotary_by_half_turned_copy(key, at)
        heads = grouped_by_reshape(query, key, value, True)[0]
        after = x[n] + np.hstack(list(heads)) @ params["w_o"].T
        b = _norm(after, params["norm2"])
        out[n] = after + swiglu_by_hidden_features(b, params["w_gate"], params["w_up"], params["w_down"])
    return out


def swiglu_backward_by_einsum(grad_output, x, w_gate, w_up, w_down):
    a, u = x @ w_gate.T, x @ w_up.T
    s = 1 / (1 + np.exp(-a))
    g = np.einsum("...m,mf->...f", grad_output, w_down)
    to_u, to_a = g * a * s, g * u * (s + a * s * (1 - s))
    flat = [array.reshape(-1, array.shape[-1]) for array in (grad_output, x, a * s * u, to_a, to_u)]
    grads, rows, hidden, to_a_rows, to_u_rows = flat
    return (
        np.einsum("...f,fm->...m", to_a, w_gate) + np.einsum("...f,fm->...m", to_u, w_up),
        np.einsum("pf,pm->fm", to_a_rows, rows),
        np.einsum("pf,pm->fm", to_u_rows, rows),
        np.einsum("pm,pf->mf", grads, hidden),
    )


def swiglu_backward_by_positions(grad_output, x, w_gate, w_up, w_down):
    """Add up the outer products of one position after the other."""
    grad_x, dg, du, dd = np.zeros(x.shape), 0.0 * w_gate, 0.0 * w_up, 0.0 * w_down
    for at in np.ndindex(x.shape[:-1]):
        a, u, g = w_gate @ x[at], w_up @ x[at], w_down.T @ grad_output[at]
        s = 0.5 * (1 + np.tanh(a / 2))
        back_a, back_u = g * u * s * (1 + a - a * s), g * a * s
        dg, du = dg + np.outer(back_a, x[at]), du + np.outer(back_u, x[at])
        dd = dd + np.outer(grad_output[at], a * s * u)
        grad_x[at] = w_gate.T @ back_a + w_up.T @ back_u
    return [grad_x, dg, du, dd]


def adamw_as_in_the_paper(params, grads, state, lr, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
    """Shrink first, then step with one factor for both corrections."""
    (b1, b2), t = betas, state["step"] + 1
    out, ms, vs = [], [], []
    for p, g, m, v in zip(params, grads, state["exp_avg"], state["exp_avg_sq"], strict=True):
        m = m + (1 - b1) * (g - m)
        v = v + (1 - b2) * (g * g - v)
        size = lr * np.sqrt(1 - b2**t) / (1 - b1**t)
        out.append(p * (1 - lr * weight_decay) - size * m / (np.sqrt(v) + eps * np.sqrt(1 - b2**t)))
        ms.append(m)
        vs.append(v)
    return (out, {"exp_avg_sq": vs, "exp_avg": ms, "step": t})


def adamw_by_index(params, grads, state, lr, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
    new = {"step": state["step"] + 1, "exp_avg": [], "exp_avg_sq": []}
    after = []
    for i in range(len(params)):
        new["exp_avg"].append(betas[0] * state["exp_avg"][i] + (1 - betas[0]) * grads[i])
        new["exp_avg_sq"].append(betas[1] * state["exp_avg_sq"][i] + (1 - betas[1]) * grads[i] ** 2)
        root = (new["exp_avg_sq"][i] / (1 - betas[1] ** new["step"])) ** 0.5
        p = params[i] - lr * (weight_decay * params[i])
        after.append(p - lr * (new["exp_avg"][i] / (1 - betas[0] ** new["step"])) / (root + eps))
    return [after, new]


def train_by_positions(params, tokens, starts, length, lr, num_heads, num_kv_heads):
    """Cut the pieces one by one, and make the gradient of the logits by hand."""
    state = {"step": 0, **{k: [0 * p for p in params.values()] for k in ("exp_avg", "exp_avg_sq")}}
    losses = np.zeros(len(starts))
    for k, row in enumerate(starts):
        x = np.stack([tokens[s : s + length] for s in row])
        y = np.stack([tokens[s + 1 : s + 1 + length] for s in row])
        logits = given.decoder_logits(params, x, num_heads, num_kv_heads)
        p = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
        right = np.eye(p.shape[-1])[y]
        losses[k] = -np.log((p * right).sum(-1)).mean()
        grads = given.decoder_backward((p - right) / y.size, params, x, num_heads, num_kv_heads)
        names = list(params)
        new, state = adamw_by_index([params[n] for n in names], [grads[n] for n in names], state, lr)
        params = {n: new[i] for i, n in enumerate(names)}
    return params, losses


def train_with_a_copy(params, tokens, starts, length, lr, num_heads, num_kv_heads):
    """Copy the parameters once, and write each step into the copies."""
    params = {name: array.copy() for name, array in params.items()}
    state = {"step": 0, "exp_avg": [0 * p for p in params.values()], "exp_avg_sq": [0 * p for p in params.values()]}
    losses = []
    for row in starts:
        piece = np.array([[tokens[s + i] for i in range(length + 1)] for s in row])
        logits = given.decoder_logits(params, piece[:, :length], num_heads, num_kv_heads)
        loss, grad = given.cross_entropy_loss(logits.reshape(-1, logits.shape[-1]), piece[:, 1:].ravel())
        grads = given.decoder_backward(grad.reshape(logits.shape), params, piece[:, :length], num_heads, num_kv_heads)
        new, state = adamw_as_in_the_paper(list(params.values()), list(grads.values()), state, lr)
        for own, array in zip(params.values(), new, strict=True):
            own[...] = array
        losses += [float(loss)]
    return [params, losses]


def sample_by_cumulative_probabilities(logits, temperature, top_k, rng):
    """Hold one uniform number against the cumulative probabilities."""
    if not temperature:
        return logits.argmax()
    keep = np.argsort(-logits)[: len(logits) if top_k is None else top_k]
    p = np.zeros(len(logits))
    p[keep] = np.exp((logits[keep] - logits.max()) / temperature)
    return np.searchsorted(np.cumsum(p) / p.sum(), rng.random(), side="right")


def sample_by_a_loop(logits, temperature, top_k, rng):
    if temperature == 0:
        return list(logits).index(max(logits))
    ranked = sorted(logits, reverse=True)
    weights = [
        np.exp((score - ranked[0]) / temperature) if top_k is None or score >= ranked[top_k - 1] else 0.0
        for score in logits
    ]
    left = rng.random() * sum(weights)
    for word, weight in enumerate(weights):
        left -= weight
        if left < 0:
            return word


def generate_first_call_apart(step, prompt, length, temperature, top_k, rng):
    """Read the prompt first, then write; the last word is handed over, too."""
    logits, cache = step(np.asarray(prompt), None)
    words = [int(word) for word in prompt]
    for _ in range(length - len(prompt)):
        words += [int(sample_by_cumulative_probabilities(logits[-1], temperature, top_k, rng))]
        logits, cache = step(np.array(words[-1:]), cache)
    return words


def generate_into_an_array(step, prompt, length, temperature, top_k, rng):
    words = np.zeros(length, dtype=int)
    words[: len(prompt)] = prompt
    seen, cache = 0, None
    for known in range(len(prompt), length):
        logits, cache = step(words[seen:known], cache)
        seen = known
        words[known] = sample_by_a_loop(logits[len(logits) - 1], temperature, top_k, rng)
    return words


def repaired_by_loops(logits, tokens):
    losses = []
    for row, words in zip(logits, tokens, strict=True):
        for t in range(len(words) - 1):
            losses.append(np.log(np.exp(row[t]).sum()) - row[t][words[t + 1]])
    return sum(losses) / len(losses)


def repaired_by_one_hot(logits, tokens):
    p = np.exp(logits) / np.exp(logits).sum(axis=2, keepdims=True)
    next_words = np.eye(logits.shape[2])[tokens[:, 1:]]
    return np.mean(-np.log((p[:, : tokens.shape[1] - 1] * next_words).sum(axis=2)))


def adamw_into_a_dict_with_defaults(params, grads, state, lr, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
    new, lists = [], collections.defaultdict(list, step=state["step"] + 1)
    for p, g, m, v in zip(params, grads, state["exp_avg"], state["exp_avg_sq"], strict=True):
        lists["exp_avg"].append(m + (1 - betas[0]) * (g - m))
        lists["exp_avg_sq"].append(v + (1 - betas[1]) * (g * g - v))
        m, v = (lists[k][-1] / (1 - b ** lists["step"]) for k, b in zip(("exp_avg", "exp_avg_sq"), betas, strict=True))
        new.append(p - lr * (weight_decay * p + m / (np.sqrt(v) + eps)))
    return new, lists


RIGHT = {
    "rotary_embedding": (rotary_by_complex_numbers, rotary_by_half_turned_copy, rotary_by_loops),
    "swiglu": (swiglu_by_einsum, swiglu_by_hidden_features),
    "grouped_query_attention": (grouped_by_reshape, grouped_by_loops, grouped_by_einsum_and_index),
    "attend_with_cache": (cached_by_a_shifted_mask, cached_position_by_position),
    "decoder_layer": (decoder_by_heads, decoder_sentence_by_sentence),
    "swiglu_backward": (swiglu_backward_by_einsum, swiglu_backward_by_positions),
    "adamw_step": (
        adamw_as_in_the_paper,
        adamw_by_index,
        adamw_into_a_dict_with_defaults,
    ),
    "train_decoder": (train_by_positions, train_with_a_copy),
    "sample": (sample_by_cumulative_probabilities, sample_by_a_loop),
    "generate": (generate_first_call_apart, generate_into_an_array),
    "repair_next_token_loss": (repaired_by_loops, repaired_by_one_hot),
}
